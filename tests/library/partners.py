"""A library with two co-signers, people of each kind, a mail server, and what stands in a mail."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hub import clock, library
from hub.journal import Actor
from hub.library import partners
from hub.models import Role, Version
from hub.settings import Settings
from tests.conftest import SHELL, make_settings
from tests.fakes.smtp_server import SmtpServer, running_smtp
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
NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
People = Callable[..., Actor]
Move = Callable[[timedelta], None]
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


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with running_smtp() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, smtp: SmtpServer) -> Settings:
    return make_settings(
        tmp_path,
        HUB_SMTP_URL=f"smtp://127.0.0.1:{smtp.port}",
        HUB_ALARM_FROM="beredskab@town.example",
        HUB_PUBLIC_URL="https://hub.town.example",
    )


@pytest.fixture
def move() -> Iterator[Move]:
    with clock.set_to(NOON) as step:
        yield step


@pytest.fixture
def admin(move: Move, person: People) -> Actor:
    return person("admin@town.example", Role.ADMIN)


@pytest.fixture
def author(move: Move, person: People) -> Actor:
    return person("author@town.example", Role.AUTHOR)


@pytest.fixture
def approver(move: Move, person: People) -> Actor:
    return person("approver@town.example", Role.APPROVER)


@pytest.fixture
def load(tmp_path: Path, admin: Actor) -> Loader:
    loader = Loader(tmp_path / "messages")
    loader()
    return loader


@pytest.fixture
def invited(
    load: Loader, admin: Actor, author: Actor, session: Session, smtp: SmtpServer
) -> tuple[str, str]:
    """Token and code for two messages that wait."""
    register(admin)
    submitted(session, author, KEY, UPDATE)
    code = partners.invite(WATER, actor=author).code
    return token_in(smtp.mails[0]), code
