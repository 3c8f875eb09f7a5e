"""A hub is restored on another machine in the middle of a broadcast, and the old one wakes up later: everybody gets the
text once."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from hub import journal
from hub.application import create_app
from hub.audiences.importing import import_list
from hub.backup import back_up, restore
from hub.database import db
from hub.incidents import newer, register
from hub.incidents.publishing import publish_now
from hub.models import JournalEntry
from hub.settings import load
from hub.sms import broadcasts, dispatching
from tests.conftest import SHELL
from tests.fakes.twilio_server import ACCOUNT, TOKEN, TwilioServer, running
from tests.incidents.conftest import CLEO, DAN, live

CITIZENS = 180
PHONES = [f"+4520{number:06d}" for number in range(200000, 200000 + CITIZENS)]


class Machine:
    """A hub with a data directory of its own; machines share the gateway, the keys and one place of the site."""

    def __init__(self, folder: Path, twilio: TwilioServer, keys: dict[str, str], rate: str) -> None:
        self.folder = folder
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("HUB_", "TWILIO_"))},
            **keys,
            "HUB_DATA_DIR": str(folder / "var"),
            "HUB_GATEWAYS": "twilio",
            "HUB_SMS_SENDER": "Eksempel",
            "HUB_SMS_SEGMENTS_PER_SECOND": rate,
            "HUB_LEASE_SECONDS": "3",
            "HUB_LOG": "json",
            "HUB_SITE_TARGETS": f"file:{folder.parent / 'site'}",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_BASE_URL": twilio.url,
        }

    @contextmanager
    def hub(self) -> Iterator[Flask]:
        """The hub of this machine, in this process."""
        app = create_app(load(self.environment, env_file=self.folder / "no.env"))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()

    def state(self) -> str:
        """Read beside the processes: a command takes seconds to start."""
        with closing(sqlite3.connect(self.folder / "var" / "hub.sqlite3")) as found:
            return str(found.execute("SELECT state FROM broadcasts WHERE id = 1").fetchone()[0])

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "hub", "worker"],
            env=self.environment,
            stderr=(self.folder / "worker.log").open("ab"),
            cwd=Path(__file__).parents[2],
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(20)


def wait_for(found: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


@pytest.fixture
def twilio() -> Iterator[TwilioServer]:
    with running() as server:
        server.faults.callbacks = False
        yield server


def test_the_new_machine_finishes_what_the_old_one_began_and_the_old_one_stands_back(
    tmp_path: Path, town_folder: Path, twilio: TwilioServer
) -> None:
    kept = town_folder / "var" / "keys"
    names = ("HUB_SECRET_KEY", "HUB_NUMBER_KEY")
    keys = {name: (kept / name.lower()).read_text().strip() for name in names}
    keys["HUB_BACKUP_KEY"] = keys["HUB_SECRET_KEY"][::-1]
    old = Machine(tmp_path / "old", twilio, keys, "6")
    new = Machine(tmp_path / "new", twilio, keys, "200")
    shutil.copytree(town_folder / "var", tmp_path / "old" / "var")
    file = tmp_path / "backup"
    with old.hub():
        rows = "\n".join(["Mobil", *(phone[3:] for phone in PHONES)])
        import_list("borgere", rows.encode(), "borgere.csv", actor=DAN)
        incident = register.open_incident("water-boil", actor=CLEO).id
        prepared = live(incident, audience="borgere", languages=("da",))
        assert prepared.broadcast is not None
        publish_now()
        with old.worker() as process:
            wait_for(lambda: len(twilio.accepted) > 20, 120, "the first texts")
            back_up(file)
            at_backup = len(twilio.accepted)
            wait_for(lambda: len(twilio.accepted) > at_backup + 5, 60, "texts after the backup")
            process.send_signal(signal.SIGKILL)
    at_death = len(twilio.accepted)
    assert at_death < CITIZENS, "the old machine was too fast for this test"

    with new.hub():
        done = restore(file, actor=SHELL, replace=False)
        assert (done.instance, done.paused) == (2, (prepared.broadcast,))
        assert done.in_doubt >= CITIZENS - at_backup
        assert publish_now().published
    with old.worker():  # the old machine is switched on again, with many rows still queued
        wait_for(lambda: old.state() == "paused", 120, "the old hub paused what it was sending")
        assert len(twilio.accepted) == at_death, "the old machine handed something over"
        with new.hub() as app, newer.looking_out(app):
            broadcasts.resume(prepared.broadcast, actor=DAN)
            assert dispatching.run_broadcast(prepared.broadcast, timeout=120)
            assert journal.verify(db.session()).holds
    got = Counter(message.to for message in twilio.accepted)
    assert set(got) == set(PHONES), "somebody was missed"
    assert set(got.values()) == {1}, "somebody was told twice"
    log = (tmp_path / "old" / "worker.log").read_text()
    assert not re.search(r"\+?(45)? ?20 ?20 ?0[0-9]", log), "a telephone number in the log"
    with old.hub():
        assert "newer-hub-found" in set(db.session().scalars(select(JournalEntry.kind)))
        assert publish_now().higher_instance == 2, "nor does it publish"
