"""Putting a backup in the database's place, on this machine or another one (DESIGN.md, rule 15).

After a restore what was being sent is paused, and every row that may have been handed over since the backup is unknown
until the gateway's list says what became of it.
"""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from hub import clock, journal, schema
from hub.backup import databases
from hub.backup.sealing import Header, read_header, unseal
from hub.backup.writing import back_up, backup_key
from hub.ciphers import NumberUnreadable, fingerprint
from hub.database import db, deciding
from hub.errors import Conflict, Invalid
from hub.models import Broadcast, BroadcastState, Delivery, DeliveryState, HubInstance
from hub.site.targets import open_target
from hub.sms.gateways.base import LISTING

REASON = "restored from a backup: see what went out meanwhile, then resume or stop"


@dataclass(frozen=True)
class HubRestored(journal.Entry):
    """The database was replaced by a backup; `before` is the journal's head that the replaced one had."""

    kind: ClassVar[str] = "hub-restored"
    file: str
    instance: int
    before: int
    paused: tuple[int, ...]
    in_doubt: int


@dataclass(frozen=True)
class Restored:
    """What a restore did. `kept` is where the replaced database lies now (None: there was none)."""

    instance: int
    paused: tuple[int, ...]
    in_doubt: int
    kept: Path | None


def restore(file: Path, *, actor: journal.Actor, replace: bool) -> Restored:
    """Put a backup in the database's place, pause what was being sent, and take the next instance number.

    An existing database needs `replace`; it is kept beside: on SQLite under another name, on PostgreSQL as a backup of
    its own in the data directory. Raises Invalid for a file that is no whole backup of this hub, or for other keys than
    it was made with, Conflict without `replace`; then nothing was changed. Stop web and workers first: a process that
    still has the old SQLite database open goes on writing to it.
    """
    header = _look_at(file)
    before, present = _last_entry(), _present()
    if before and not replace:
        raise Conflict(
            f"There is a database with {before} journal entries already. Stop the hub everywhere, then restore with "
            "--replace; the present database is kept beside."
        )
    kept = _put_in_place(file, header, before)
    schema.upgrade()
    _check_key()
    done = _begin_again(file, before, present, kept, actor)
    head_file = databases.settings().data_dir / "journal.head"
    if head_file.exists():
        head_file.rename(head_file.with_name("journal.head.before-restore"))
    return done


def _look_at(file: Path) -> Header:
    """The header of a backup that this hub can take."""
    if not file.is_file():
        raise Invalid(f"{file} is not there.")
    with file.open("rb") as source:
        try:
            header = read_header(source)
        except Invalid as error:
            raise Invalid(f"{file} is not a backup of this hub: {error}.") from None
    mine = "postgresql" if databases.sqlite_path() is None else "sqlite"
    if header.database != mine:
        raise Invalid(
            f"{file} is a backup of a {header.database} database, and HUB_DATABASE_URL names a {mine} one."
        )
    if header.number_key != fingerprint(databases.settings().number_key):
        raise Invalid(
            "The backup's numbers cannot be read with this HUB_NUMBER_KEY: set the key that the backup was made "
            "with, and restore again."
        )
    return header


def _put_in_place(file: Path, header: Header, before: int) -> Path | None:
    """Open the backup beside, look at it, and only then replace the database."""
    with databases.plain_file() as copy, file.open("rb") as source:
        try:
            databases.write(unseal(source, backup_key()), copy)
        except Invalid as error:
            raise Invalid(f"{file} cannot be restored: {error}.") from None
        path = databases.sqlite_path()
        if path is not None:
            return _swap_sqlite(path, copy, file)
        kept = None
        if before:
            kept = _free(databases.settings().data_dir / f"before-restore-{_stamp()}", ".backup")
            back_up(kept)
        db.session.remove()
        db.engine.dispose()
        databases.load_postgres(copy)
        return kept


def _stamp() -> str:
    return f"{clock.now():%Y%m%d%H%M%S}"


def _free(path: Path, suffix: str = "") -> Path:
    """A name that nothing has yet: two restores in one second both keep what they replace."""
    numbers = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
    names = (path.with_name(f"{path.name}{number}{suffix}") for number in numbers)
    return next(name for name in names if not name.exists())


def _last_entry() -> int:
    if schema.state() is schema.Schema.EMPTY:
        return 0
    found = journal.head(db.session()).number
    db.session.rollback()
    return found


def _present() -> tuple[int, int]:
    """Instance and revision of the database that is replaced, zeros when there is none: no number is used twice."""
    if schema.state() is schema.Schema.EMPTY:
        return 0, 0
    row = db.session().execute(select(HubInstance.number, HubInstance.revision)).first()
    db.session.rollback()
    return (0, 0) if row is None else (row.number, row.revision)


def _swap_sqlite(path: Path, copy: Path, file: Path) -> Path | None:
    try:
        with closing(sqlite3.connect(copy)) as found:
            tables = {row[0] for row in found.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error as error:
        raise Invalid(f"{file} is not a backup of this hub: {error}.") from None
    if not {"journal", "alembic_version", "hub_instance"} <= tables:
        raise Invalid(f"{file} is not a backup of this hub: it has no journal.")
    db.session.remove()
    db.engine.dispose()
    kept = None
    if path.exists():
        kept = _free(path.with_name(f"{path.name}.before-restore-{_stamp()}"))
        databases.copy_sqlite(path, kept)
        kept.chmod(0o600)
        for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            name.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(copy, path)
    path.chmod(0o600)
    return kept


def _check_key() -> None:
    session = db.session()
    try:
        session.scalar(select(Delivery.number).where(Delivery.number.is_not(None)).limit(1))
    except NumberUnreadable:
        raise Invalid(
            "The backup's numbers cannot be read with this HUB_NUMBER_KEY: set the key that the backup was made "
            "with, and restore again."
        ) from None
    finally:
        session.rollback()


def _begin_again(
    file: Path, before: int, present: tuple[int, int], kept: Path | None, actor: journal.Actor
) -> Restored:
    seen = [present, *(_seen_on(target) for target in databases.settings().site_targets)]
    with deciding() as session:
        now = clock.now()
        instance = session.get_one(HubInstance, 1, with_for_update=True)
        instance.number = max([instance.number, *(number for number, _ in seen)]) + 1
        instance.looked_at = instance.newer = None
        instance.revision = max([instance.revision, *(revision for _, revision in seen)]) + 1
        paused, in_doubt = _hold(session)
        session.execute(
            update(Delivery)
            .where(Delivery.broadcast_id.in_(in_doubt_broadcasts(session)), _IN_HAND)
            .values(
                state=DeliveryState.UNKNOWN.value,
                doubt_since=now,
                absent_since=None,
                gateway=case((Delivery.gateway.is_(None), _asked_after()), else_=Delivery.gateway),
            )
        )
        done = Restored(instance.number, paused, in_doubt, kept)
        journal.append(
            session,
            actor,
            HubRestored(
                file=file.name,
                instance=instance.number,
                before=before,
                paused=paused,
                in_doubt=in_doubt,
            ),
        )
    return done


def _asked_after() -> str:
    """The gateway of rows that no worker had claimed when the backup was made. Where one of several cannot list its
    messages, it may have been that one, and its rows are left to a receipt or a person."""
    gateways = databases.settings().gateways
    return next((name for name in gateways if name not in LISTING), gateways[0])


_UNFINISHED = (
    BroadcastState.WAITING.value,
    BroadcastState.SENDING.value,
    BroadcastState.PAUSED.value,
)
_IN_HAND = Delivery.state.in_((DeliveryState.QUEUED.value, DeliveryState.CLAIMED.value))


def in_doubt_broadcasts(session: Session) -> list[int]:
    """Broadcasts of which something may have been handed over since the backup."""
    return list(session.scalars(select(Broadcast.id).where(Broadcast.state.in_(_UNFINISHED))))


def _hold(session: Session) -> tuple[tuple[int, ...], int]:
    paused = []
    rows = session.scalars(
        select(Broadcast).where(Broadcast.state.in_(_UNFINISHED)).order_by(Broadcast.id)
    )
    for row in rows:
        row.state, row.reason = BroadcastState.PAUSED.value, REASON
        row.started_at = row.started_at or clock.now()
        paused.append(row.id)
    doubtful = (
        session.query(Delivery.id).filter(Delivery.broadcast_id.in_(paused), _IN_HAND).count()
    )
    return tuple(paused), doubtful


def _seen_on(address: str) -> tuple[int, int]:
    """Instance and revision that a target shows; zeros when it shows none."""
    try:
        with closing(open_target(address, databases.settings())) as target:
            status = target.read_status() or {}
        return int(status.get("instance", 0)), int(status.get("revision", 0))
    except Exception:  # whatever a provider's client throws: a restore does not wait for it
        return 0, 0
