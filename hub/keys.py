"""A new key for everything that is encrypted with HUB_NUMBER_KEY: telephone numbers, opt-outs, secrets of factors.

A maintenance act, with web and workers stopped. While it runs, and until it has ended, nobody can store a number
(`hub.database` refuses it), so that no process writes with one key what another cannot read. Every chunk is a
transaction of its own, and what a chunk did shows in the row itself: killed at any moment, the next call goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from flask import current_app
from sqlalchemy import LargeBinary, bindparam, column, func, select, table, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import TableClause

from hub import clock, journal
from hub.ciphers import fingerprint
from hub.database import Base, EncryptedNumber, db, deciding, number_cipher
from hub.errors import Conflict
from hub.models import (
    Announcement,
    AnnouncementState,
    Broadcast,
    BroadcastState,
    HubInstance,
    Lease,
)
from hub.models.accounts import EncryptedSecret
from hub.settings import Settings, fresh_key, kept_key, read_key
from hub.sms.moments import database_now

CHUNK = 2_000
NAME = "HUB_NUMBER_KEY"
_OPEN = (BroadcastState.WAITING.value, BroadcastState.SENDING.value, BroadcastState.PAUSED.value)

Progress = Callable[[int], None]


@dataclass(frozen=True)
class NumberKeyRotated(journal.Entry):
    """Numbers and secrets are encrypted with a new key from now on."""

    kind: ClassVar[str] = "number-key-rotated"
    numbers: int


@dataclass(frozen=True)
class Rotated:
    """`numbers` were encrypted anew by this call. `kept` is where the old key lies now (None: it is in the
    environment, which must be changed): backups made before need it."""

    numbers: int
    kept: Path | None


@dataclass(frozen=True)
class _Place:
    """A column that holds something encrypted; `context` binds it to its use."""

    table: TableClause
    name: str
    context: list[bytes] | None


def rotate(*, actor: journal.Actor, progress: Progress | None = None) -> Rotated:
    """Encrypt everything anew with the next key, then make that the key. `progress` gets how many rows were looked at.

    The next key is HUB_NUMBER_KEY_NEXT, or, where the key is a file of the data directory, one made here beside it.
    The old key is kept until all is done. Raises Conflict, with nothing changed, while a broadcast is open, may be
    confirmed or is being written, while a worker is at work, and when something cannot be read with either key.
    """
    settings: Settings = current_app.config["HUB"]
    old, new, file = _keys(settings)
    session = db.session()
    session.rollback()
    hub = session.get_one(HubInstance, 1, populate_existing=True)
    stored, under_way = hub.number_key, hub.number_key_next
    session.rollback()
    if stored == fingerprint(new):
        return Rotated(0, _swap(file))  # all was done but this
    if stored not in (None, fingerprint(old)):
        raise Conflict(f"{NAME} is not the key of this database: set the right one.")
    if under_way not in (None, fingerprint(new)):
        raise Conflict(f"A rotation to another key was begun: set {NAME}_NEXT to that one.")
    number_cipher().take_used()  # this thread may have looked numbers up; from here it has ciphers of its own
    ciphers = AESSIV(old), AESSIV(new)
    _check_readable(ciphers)
    _begin(fingerprint(old), fingerprint(new))
    done = seen = 0
    for place in _places():
        for rows in _chunks(place):
            done += _again(place, rows, *ciphers)
            seen += len(rows)
            if progress:
                progress(seen)
    _end(fingerprint(new), done, actor)
    return Rotated(done, _swap(file))


def _keys(settings: Settings) -> tuple[bytes, bytes, Path | None]:
    """The key, the next one, and the key's file (None: it comes from the environment)."""
    file = settings.data_dir / "keys" / NAME.lower()
    own = file.exists() and read_key(file.read_text().strip()) == settings.number_key
    given = settings.keeping.number_key_next
    if given is not None:
        new = given
    elif own:
        new = read_key(kept_key(settings.data_dir, f"{NAME}.next"))
    else:
        raise Conflict(
            f"{NAME}_NEXT is not set: {NAME} is set in the environment, so the new key must be too. "
            f"A fresh one: {NAME}_NEXT={fresh_key()}"
        )
    if new == settings.number_key and not own:
        raise Conflict(f"{NAME}_NEXT is the key that is in use already: take {NAME}_NEXT away.")
    return settings.number_key, new, file if own and given is None else None


def _places() -> Iterator[_Place]:
    """Every encrypted column of every table, whoever added it."""
    for item in Base.metadata.sorted_tables:
        for found in item.columns:
            if isinstance(found.type, EncryptedNumber | EncryptedSecret):
                context = [b"factor"] if isinstance(found.type, EncryptedSecret) else None
                plain = table(item.name, column("id"), column(found.name, LargeBinary))
                yield _Place(plain, found.name, context)


def _chunks(place: _Place) -> Iterator[list[tuple[int, bytes]]]:
    key, value = place.table.c.id, place.table.c[place.name]
    last = 0
    while True:
        session = db.session()
        session.rollback()
        query = select(key, value).where(key > last, value.is_not(None)).order_by(key).limit(CHUNK)
        rows = [(int(row[0]), bytes(row[1])) for row in session.execute(query)]
        session.rollback()
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _open(cipher: AESSIV, value: bytes, context: list[bytes] | None) -> bytes | None:
    try:
        return cipher.decrypt(value, context)
    except InvalidTag:
        return None


def _check_readable(ciphers: tuple[AESSIV, AESSIV]) -> None:
    for place in _places():
        for rows in _chunks(place):
            for number, value in rows:
                if all(_open(cipher, value, place.context) is None for cipher in ciphers):
                    raise Conflict(
                        f"Row {number} of {place.table.name} cannot be read with {NAME}: nothing was changed. Restore "
                        "the key that it was stored with, or delete the row."
                    )


def _begin(old: str, new: str) -> None:
    """From here on nobody stores a number. Decided with the hub's row locked, as whoever writes a broadcast does."""
    with deciding() as session:
        hub = session.get_one(HubInstance, 1, with_for_update=True, populate_existing=True)
        if hub.number_key_next is None:
            _refuse_while_busy(session)
        hub.number_key, hub.number_key_next = old, new


def _refuse_while_busy(session: Session) -> None:
    open_ones = session.scalars(
        select(Broadcast.id).where(Broadcast.state.in_(_OPEN)).order_by(Broadcast.id)
    ).all()
    if open_ones:
        raise Conflict(
            f"Broadcast {', '.join(map(str, open_ones))} is open: keys are changed when nothing is being sent."
        )
    waiting = session.scalars(
        select(Announcement.id)
        .join(Broadcast, Broadcast.announcement_id == Announcement.id)
        .where(
            Announcement.state == AnnouncementState.PREPARED.value,
            Broadcast.state == BroadcastState.PREPARED.value,
        )
    ).all()
    if waiting:
        raise Conflict(
            f"Announcement {', '.join(map(str, waiting))} waits for confirmation: confirm or discard it first."
        )
    tick = session.scalar(select(Lease).where(Lease.name == "tick"))
    if tick is not None and tick.until > database_now(session):
        raise Conflict(
            f"A worker is at work ({tick.holder}): stop web and workers everywhere, wait a minute, and try again."
        )


def _again(place: _Place, rows: list[tuple[int, bytes]], old: AESSIV, new: AESSIV) -> int:
    changes = []
    for number, value in rows:
        plain = _open(old, value, place.context)
        if plain is not None:
            changes.append(
                {"b_id": number, "b_old": value, "b_new": new.encrypt(plain, place.context)}
            )
    if not changes:
        return 0
    target = place.table
    statement: Any = (
        update(target)
        .where(target.c.id == bindparam("b_id"), target.c[place.name] == bindparam("b_old"))
        .values({place.name: bindparam("b_new")})
    )
    with deciding() as session:
        session.connection().execute(statement, changes)
    return len(changes)


def _end(new: str, numbers: int, actor: journal.Actor) -> None:
    with deciding() as session:
        hub = session.get_one(HubInstance, 1, with_for_update=True, populate_existing=True)
        hub.number_key, hub.number_key_next = new, None
        session.flush()
        journal.append(session, actor, NumberKeyRotated(numbers=numbers))


def _swap(file: Path | None) -> Path | None:
    """Make the next key's file the key's, and keep the old one beside it."""
    if file is None:
        return None
    following = file.with_name(f"{file.name}.next")
    kept = file.with_name(f"{file.name}.before-{clock.now():%Y%m%d%H%M%S}")
    if following.exists():
        os.link(file, kept)
        following.replace(file)
    return kept


def encrypted(session: Session) -> int:
    """How many values are encrypted."""
    return sum(
        session.scalar(
            select(func.count())
            .select_from(place.table)
            .where(place.table.c[place.name].is_not(None))
        )
        or 0
        for place in _places()
    )
