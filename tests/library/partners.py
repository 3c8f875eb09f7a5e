"""A library with two co-signers, people of each kind, a mail server, and what stands in a mail."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy.orm import Session

from hub import library
from hub.journal import Actor
from hub.library import partners
from hub.models import Version
from tests.conftest import SHELL
from tests.fakes.smtp_server import SmtpServer
from tests.library.samples import FILES, write

WATER, HEALTH = "vandværk", "Styrelsen for Patientsikkerhed"
KEY, UPDATE = "boil/during", "boil/update"
SIGNED = {
    **FILES,
    "boil/scenario.toml": FILES["boil/scenario.toml"].replace(
        'co_signers = ["vandværk"]', f'co_signers = ["{WATER}", "{HEALTH}"]'
    ),
}
ADDRESS = "ove@vand.example"
PHONE = "70 20 30 40"
_LINK = re.compile(r"https?://\S+/sign/(\S+)")


def changed(path: str, old: str, new: str) -> dict[str, str]:
    """The library with one replacement, which must hit something."""
    assert old in SIGNED[path]
    return {**SIGNED, path: SIGNED[path].replace(old, new, 1)}


class Loader:
    """Loads the library from fresh folders."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0

    def __call__(self, files: Mapping[str, str] = SIGNED) -> None:
        self.count += 1
        report = library.load(write(self.folder / str(self.count), files), actor=SHELL)
        assert report.problems == ()


def register(admin: Actor, party: str = WATER, email: str = ADDRESS) -> partners.Registered:
    return partners.register(party, email=email, contact="Ove Vand", phone=PHONE, actor=admin)


def token_in(mail: EmailMessage) -> str:
    """The token of the only link in a mail."""
    found = _LINK.findall(mail.get_content())
    assert len(found) == 1, mail.get_content()
    return str(found[0])


def wait_for_mails(smtp: SmtpServer, count: int) -> None:
    """Mails that nothing waits for come when they come."""
    deadline = time.monotonic() + 10
    while len(smtp.mails) < count:
        assert time.monotonic() < deadline, f"{len(smtp.mails)} mails, not {count}"
        time.sleep(0.02)


def yes(version: Version) -> partners.Given:
    return partners.Given(version.id, version.hash, partners.Answer.YES)


def no(version: Version, reason: str) -> partners.Given:
    return partners.Given(version.id, version.hash, partners.Answer.OBJECTION, reason)


def submitted(session: Session, author: Actor, *keys: str) -> list[Version]:
    """These messages, put into review."""
    for key in keys:
        library.submit(key, actor=author)
    return [library.newest(session, key) for key in keys]
