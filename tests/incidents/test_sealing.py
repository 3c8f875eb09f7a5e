"""A backup file opens with its key, whole, or not at all; on PostgreSQL it is made and restored by its own tools."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from hub import journal, schema
from hub.application import create_app
from hub.backup import back_up, restore, sealing
from hub.backup.sealing import CHUNK, header_for, read_header, seal, unseal
from hub.database import db, deciding
from hub.errors import Conflict, Invalid
from hub.models import Broadcast, Delivery, HubInstance, Recipient
from hub.settings import fresh_key
from tests.conftest import SHELL, make_settings
from tests.sms.conftest import postgres_url
from tests.sms.making import make_broadcast, number

__all__ = ["postgres_url"]

KEY = bytes(range(64))


def sealed(content: bytes, pieces: int = 3) -> bytes:
    target = io.BytesIO()
    header = header_for(
        KEY, made_at="now", database="sqlite", schema="0001", instance=1, number_key="x"
    )
    size = max(1, len(content) // pieces)
    seal((content[at : at + size] for at in range(0, len(content), size)), target, KEY, header)
    return target.getvalue()


def opened(data: bytes, key: bytes = KEY) -> bytes:
    return b"".join(unseal(io.BytesIO(data), key))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_goes_in_comes_out(size: int) -> None:
    content = os.urandom(size)
    data = sealed(content)
    assert opened(data) == content
    assert size < 100 or content[:50] not in data
    assert read_header(io.BytesIO(data)).database == "sqlite"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_changed_or_cut_file_opens(data: st.DataObject) -> None:
    whole = sealed(b"words " * 50)
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.booleans())
    changed = whole[:at] if cut else whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    with pytest.raises(Invalid):
        opened(changed)


def test_chunks_that_were_left_out_turned_round_or_cut_off_are_noticed() -> None:
    whole = sealed(os.urandom(3 * CHUNK))
    start = len(whole) - 3 * (CHUNK + sealing.TAG)
    head, one, two, three = (
        whole[:start],
        *(whole[start + i * (CHUNK + sealing.TAG) :][: CHUNK + sealing.TAG] for i in range(3)),
    )
    for parts in ((one, three), (two, one, three), (one, two), (one, two, three, three)):
        with pytest.raises(Invalid):
            opened(head + b"".join(parts))


def test_another_key_is_named_and_what_is_no_backup_too() -> None:
    with pytest.raises(Invalid, match="another HUB_BACKUP_KEY"):
        opened(sealed(b"x"), bytes(64))
    with pytest.raises(Invalid, match="not a backup of Klarbesked"):
        opened(b"SQLite format 3\x00")


def test_on_postgresql_a_backup_is_restored_whole_and_the_present_one_is_kept(
    tmp_path: Path, postgres_url: str
) -> None:
    keys = {f"HUB_{name}_KEY": fresh_key() for name in ("SECRET", "NUMBER", "BACKUP")}
    app = create_app(make_settings(tmp_path, HUB_DATABASE_URL=postgres_url, **keys))
    with app.app_context():
        schema.upgrade()
        broadcast = make_broadcast(30)
        with deciding() as session:
            session.execute(update(Broadcast).values(state="sending"))
        file = tmp_path / "backup"
        assert back_up(file) > 5_000
        assert number(1)[3:].encode() not in file.read_bytes()
        with deciding() as session:
            assert session.get_one(HubInstance, 1).backed_up_at is not None
            session.execute(update(Delivery).values(state="accepted"))
            session.execute(update(Recipient).values(language="xx"))
        with pytest.raises(Conflict, match="--replace"):
            restore(file, actor=SHELL, replace=False)
        done = restore(file, actor=SHELL, replace=True)
        assert (done.instance, done.paused, done.in_doubt) == (2, (broadcast,), 30)
        session = db.session()
        assert set(session.scalars(select(Delivery.state))) == {"unknown"}
        assert set(session.scalars(select(Recipient.language))) == {"da"}
        assert number(1) in set(session.scalars(select(Delivery.number)))
        assert journal.verify(session).holds
        session.rollback()
        assert done.kept is not None
        again = restore(done.kept, actor=SHELL, replace=True)
        assert again.instance == 3
        assert set(db.session().scalars(select(Recipient.language))) == {"xx"}
        assert not list((tmp_path / "var").glob(".backup-copy*"))
        db.session.remove()
        db.engine.dispose()


def test_on_postgresql_without_its_key_no_backup_is_made(tmp_path: Path, postgres_url: str) -> None:
    keys = {f"HUB_{name}_KEY": fresh_key() for name in ("SECRET", "NUMBER")}
    app = create_app(make_settings(tmp_path, HUB_DATABASE_URL=postgres_url, **keys))
    with app.app_context():
        schema.upgrade()
        with pytest.raises(Conflict, match="HUB_BACKUP_KEY is not set"):
            back_up(tmp_path / "backup")
        db.session.remove()
        db.engine.dispose()
