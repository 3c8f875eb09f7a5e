"""Backing up while running; after a restore nobody is told twice."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub import journal
from hub.backup import back_up, restore
from hub.ciphers import NumberCipher
from hub.database import db
from hub.errors import Conflict, HubError, Invalid
from hub.incidents import announcing
from hub.incidents.publishing import publish_now
from hub.models import Announcement, Broadcast, Delivery, HubInstance, JournalEntry
from hub.settings import Settings
from hub.sms import broadcasts, dispatching, standing
from tests.conftest import SHELL
from tests.incidents.conftest import DAN, live, prepare


def outbox(settings: Settings) -> list[str]:
    return (settings.data_dir / "outbox.jsonl").read_text().splitlines()


def test_what_was_sent_after_the_backup_is_not_sent_again(
    settings: Settings, incident: int, citizens: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup.sqlite3"
    prepared = live(incident, audience=citizens)
    publish_now()
    assert back_up(file) > 10_000
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert prepared.broadcast is not None
    assert dispatching.run_broadcast(prepared.broadcast, timeout=30)
    assert len(outbox(settings)) == 5
    publish_now()

    with pytest.raises(Conflict, match="--replace"):
        restore(file, actor=SHELL, replace=False)
    done = restore(file, actor=SHELL, replace=True)
    assert done.paused == (prepared.broadcast,)
    assert done.in_doubt == 5
    assert done.kept is not None
    assert done.kept.exists()
    session = db.session()
    assert set(session.scalars(select(Delivery.state))) == {"unknown"}
    assert session.get_one(HubInstance, 1).number == 2
    session.rollback()
    broadcasts.resume(prepared.broadcast, actor=DAN)
    assert dispatching.run_broadcast(prepared.broadcast, timeout=30)
    assert standing.status(db.session(), prepared.broadcast)["deliveries"]["accepted"] == 5
    assert len(outbox(settings)) == 5, "somebody was told twice"
    assert publish_now().published, "the restored hub's page takes the place of the older one"
    assert journal.verify(db.session()).holds
    kinds = list(db.session().scalars(select(JournalEntry.kind)))
    assert "hub-restored" in kinds


def test_a_backup_taken_while_preparing_is_consistent(
    incident: int, citizens: str, tmp_path: Path, settings: Settings
) -> None:
    prepared = prepare(incident, audience=citizens)
    back_up(tmp_path / "b")
    announcing.confirm(prepared.announcement, actor=DAN)
    restore(tmp_path / "b", actor=SHELL, replace=True)
    session = db.session()
    assert session.get_one(Announcement, prepared.announcement).state == "prepared"
    assert session.scalar(select(Broadcast.state)) == "prepared"
    session.rollback()
    announcing.confirm(prepared.announcement, actor=DAN)


def test_a_backup_never_overwrites_and_what_is_none_is_refused(
    incident: int, tmp_path: Path, settings: Settings
) -> None:
    back_up(tmp_path / "b")
    with pytest.raises(Conflict, match="exists"):
        back_up(tmp_path / "b")
    with pytest.raises(HubError, match="No backup was written"):
        back_up(tmp_path / "missing" / "b")
    (tmp_path / "text").write_text("not a database, only words, many of them " * 50)
    with pytest.raises(Invalid, match="not a backup"):
        restore(tmp_path / "text", actor=SHELL, replace=True)
    with pytest.raises(Invalid, match="not there"):
        restore(tmp_path / "nowhere", actor=SHELL, replace=True)
    assert db.session().scalar(select(JournalEntry.number).limit(1))
    assert not list(tmp_path.glob(".*b*"))


def test_no_key_is_in_a_backup_and_another_key_is_noticed(
    app: Flask,
    incident: int,
    citizens: str,
    tmp_path: Path,
    settings: Settings,
) -> None:
    live(incident, audience=citizens)
    back_up(tmp_path / "b")
    data = (tmp_path / "b").read_bytes()
    for name in ("hub_number_key", "hub_secret_key"):
        key = (settings.data_dir / "keys" / name).read_text().strip()
        assert key.encode() not in data
    app.extensions["hub.number_cipher"] = NumberCipher(bytes(64))
    app.config["HUB"] = replace(settings, number_key=bytes(64))
    with pytest.raises(Invalid, match="HUB_NUMBER_KEY"):
        restore(tmp_path / "b", actor=SHELL, replace=True)


def test_an_older_hub_that_still_runs_stops(
    incident: int, citizens: str, tmp_path: Path, settings: Settings
) -> None:
    prepared = live(incident, audience=citizens)
    publish_now()
    back_up(tmp_path / "b")
    restore(tmp_path / "b", actor=SHELL, replace=True)
    publish_now()
    session = db.session()
    session.execute(update(HubInstance).values(number=1))  # the old one, as it would see the target
    session.execute(update(Broadcast).values(state="sending"))
    session.commit()
    report = publish_now()
    assert report.higher_instance == 2
    assert prepared.broadcast is not None
    assert broadcasts.find(db.session(), prepared.broadcast).state == "paused"
