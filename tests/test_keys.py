"""A new number key: everything is readable afterwards, whatever dies on the way, and nobody mixes two keys."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from hub import clock, journal, keys, schema
from hub.application import create_app
from hub.ciphers import NumberCipher, NumberUnreadable, fingerprint
from hub.database import db, deciding
from hub.errors import Conflict
from hub.models import (
    Broadcast,
    Delivery,
    HubInstance,
    JournalEntry,
    Lease,
    OptOut,
    Person,
    Recipient,
)
from hub.settings import Settings, fresh_key, load
from hub.sms import optout
from tests.conftest import SHELL, make_settings, set_up_database
from tests.sms.conftest import postgres_url
from tests.sms.making import (
    make_announcement,
    make_audience,
    make_broadcast,
    number,
    plan,
    write_deliveries,
)

__all__ = ["postgres_url"]

SECRET = b"a factor's secret"
ROWS = 2_500


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A hub with numbers everywhere, on each database; the key comes from a file on SQLite, else the environment."""
    given = {}
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        given = {
            "HUB_DATABASE_URL": url,
            "HUB_SECRET_KEY": fresh_key(),
            "HUB_NUMBER_KEY": fresh_key(),
        }
        given["HUB_NUMBER_KEY_NEXT"] = fresh_key()
    app = create_app(make_settings(tmp_path, **given))
    with app.app_context():
        set_up_database()
        fill()
        yield app
        db.session.remove()
        db.engine.dispose()


def fill() -> None:
    broadcast = make_broadcast(ROWS)
    optout.take_inbound(number(7), "STOP")
    with deciding() as session:
        session.execute(update(Broadcast).values(state="finished", finished_at=clock.now()))
        session.add(
            Person(
                email="cleo@town.example",
                made_at=clock.now() - timedelta(days=2),
                made_by="x",
                duty_phone=number(999_999),
                totp_secret=SECRET,
            )
        )
    assert broadcast


def everything() -> tuple[list[str | None], ...]:
    session = db.session()
    session.rollback()
    session.expire_all()
    found = (
        list(session.scalars(select(Recipient.number).order_by(Recipient.id))),
        list(session.scalars(select(Delivery.number).order_by(Delivery.id))),
        list(session.scalars(select(OptOut.number))),
        list(session.scalars(select(Person.duty_phone))),
    )
    assert session.scalars(select(Person.totp_secret)).one() == SECRET
    session.rollback()
    return found


def with_key(app: Flask, key: bytes) -> None:
    app.config["HUB"] = replace(app.config["HUB"], number_key=key)
    app.extensions["hub.number_cipher"] = NumberCipher(key)


def next_key(app: Flask) -> bytes:
    settings: Settings = app.config["HUB"]
    if settings.keeping.number_key_next is not None:
        return settings.keeping.number_key_next
    return load({"HUB_DATA_DIR": str(settings.data_dir)}, env_file=Path("no.env")).number_key


def test_everything_is_readable_with_the_new_key_and_nothing_with_the_old(hub: Flask) -> None:
    before, old = everything(), hub.config["HUB"].number_key
    total = keys.encrypted(db.session())
    db.session.rollback()
    done = keys.rotate(actor=SHELL)
    assert done.numbers == total == 2 * ROWS + 3
    new = next_key(hub)
    assert new != old
    with pytest.raises(NumberUnreadable, match="HUB_NUMBER_KEY"):
        everything()
    with_key(hub, new)
    assert everything() == before
    assert journal.verify(db.session()).holds
    assert "number-key-rotated" in set(db.session().scalars(select(JournalEntry.kind)))
    db.session.rollback()
    if done.kept is not None:
        assert done.kept.stat().st_mode & 0o777 == 0o600
        assert (
            load(
                {
                    "HUB_NUMBER_KEY": done.kept.read_text().strip(),
                    "HUB_DATA_DIR": str(done.kept.parent),
                },
                env_file=Path("no.env"),
            ).number_key
            == old
        )


def test_killed_half_way_it_goes_on_and_meanwhile_nobody_stores_a_number(hub: Flask) -> None:
    before = everything()

    class Killed(BaseException):
        pass

    def die(seen: int) -> None:
        if seen > 2_000:
            raise Killed

    with pytest.raises(Killed):
        keys.rotate(actor=SHELL, progress=die)
    with pytest.raises(Conflict, match="hub keys rotate"), deciding() as session:
        optout.record(session, [number(5)], sender="", source=optout.Source.STOP)
    with pytest.raises(Conflict, match="hub keys rotate"):
        write_deliveries(plan(make_announcement(), 1))
    done = keys.rotate(actor=SHELL)
    assert 0 < done.numbers < 2 * ROWS
    with_key(hub, next_key(hub))
    assert everything() == before
    assert len(set(db.session().scalars(text("SELECT number FROM recipients").columns()))) == ROWS


def test_it_is_refused_while_something_may_be_sent(hub: Flask) -> None:
    with deciding() as session:
        session.execute(update(Broadcast).values(state="paused"))
    with pytest.raises(Conflict, match="Broadcast 1 is open"):
        keys.rotate(actor=SHELL)
    with deciding() as session:
        session.execute(update(Broadcast).values(state="finished"))
        session.add(Lease(name="tick", holder="vm:1", until=clock.now() + timedelta(seconds=40)))
    with pytest.raises(Conflict, match="A worker is at work"):
        keys.rotate(actor=SHELL)
    with deciding() as session:
        hub_row = session.get_one(HubInstance, 1)
        assert hub_row.number_key_next is None


def test_a_process_with_another_key_stores_nothing(
    hub: Flask,
) -> None:
    keys.rotate(actor=SHELL)  # this process still has the old one
    with pytest.raises(Conflict, match="another HUB_NUMBER_KEY"), deciding() as session:
        optout.record(session, [number(5)], sender="", source=optout.Source.STOP)
    with pytest.raises(Conflict, match="another HUB_NUMBER_KEY"):
        make_audience(3, name="ny")
    with_key(hub, next_key(hub))
    assert make_audience(3, name="ny")


def test_the_command_survives_kill_9(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path))
    with app.app_context():
        schema.upgrade()
        fill()
        before, old = everything(), app.config["HUB"].number_key
        db.session.remove()
        environment = {**os.environ, "HUB_DATA_DIR": str(tmp_path / "var")}
        die = (
            "import os, signal\n"
            "from hub import keys\nfrom hub.application import create_app\nfrom hub.journal import Actor\n"
            "with create_app().app_context():\n"
            "    keys.rotate(actor=Actor('x', 'test'), progress=lambda n: n < 2001 or os.kill(os.getpid(), 9))\n"
        )
        killed = subprocess.run([sys.executable, "-c", die], env=environment, timeout=120)
        assert killed.returncode == -signal.SIGKILL
        with pytest.raises(NumberUnreadable):
            everything()
        done = subprocess.run(
            [sys.executable, "-m", "hub", "keys", "rotate", "--json"],
            env=environment, timeout=120, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        new = make_settings(tmp_path).number_key
        assert fingerprint(new) != fingerprint(old)
        with_key(app, new)
        assert everything() == before
        db.session.remove()
        db.engine.dispose()
