"""Backing up while running, and restoring without telling anybody twice (DESIGN.md, rule 15).

A backup holds the database, never the keys: without `HUB_NUMBER_KEY` its numbers cannot be read. After a restore what
was being sent is paused, and every row that may have been handed over since the backup is unknown until the
gateway's list says what became of it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from flask import current_app
from sqlalchemy import func, make_url, select, update
from sqlalchemy.orm import Session

from hub import clock, journal, schema
from hub.database import db, deciding
from hub.errors import Conflict, HubError, Invalid
from hub.models import Broadcast, BroadcastState, Delivery, DeliveryState, HubInstance
from hub.settings import Settings
from hub.site.targets import TargetError, UnknownTarget, open_target

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


def _settings() -> Settings:
    found: Settings = current_app.config["HUB"]
    return found


def _sqlite_path() -> Path | None:
    url = make_url(_settings().database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def back_up(file: Path) -> int:
    """Write a consistent copy of the database while the hub runs; its size in bytes.

    Mode 0600; the file appears whole or not at all. Raises Conflict when it exists, HubError when it cannot be written.
    """
    if file.exists():
        raise Conflict(f"{file} exists. Name a new file: a backup never overwrites another.")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        path = _sqlite_path()
        if path is None:
            _run_postgres("pg_dump", "--format=custom", f"--file={draft}")
        else:
            _copy_sqlite(path, draft)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.rename(file)
    except (OSError, sqlite3.Error) as error:
        raise HubError(
            f"No backup was written to {file}: {error}. Make room or name another place."
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return file.stat().st_size


def _copy_sqlite(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as reading, sqlite3.connect(target) as writing:
        reading.backup(writing, pages=2_000)
        found = writing.execute("PRAGMA integrity_check").fetchone()[0]
    writing.close()
    reading.close()
    if found != "ok":
        raise sqlite3.DatabaseError(f"the copy is damaged: {found}")


def _run_postgres(program: str, *words: str) -> None:
    """Run one of PostgreSQL's own tools against the hub's database."""
    url = make_url(_settings().database_url)
    environment = {**os.environ, "PGPASSWORD": str(url.password or "")}
    place = [
        f"--host={url.host or ''}",
        f"--port={url.port or 5432}",
        f"--username={url.username or ''}",
    ]
    command = [
        program,
        *(word for word in place if not word.endswith("=")),
        f"--dbname={url.database}",
        *words,
    ]
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        raise HubError(
            f"{program} is not installed here: install PostgreSQL's client tools."
        ) from None
    except subprocess.CalledProcessError as error:
        raise HubError(f"{program} failed: {error.stderr.strip()[:400]}") from None


def restore(file: Path, *, actor: journal.Actor, replace: bool) -> Restored:
    """Put a backup in the database's place, pause what was being sent, and take the next instance number.

    An existing database needs `replace`; on SQLite it is kept beside under another name. Raises Invalid for a file
    that is no backup of this hub (or whose numbers this key cannot read), Conflict without `replace`. Stop web and
    workers first: a process that still has the old database open goes on writing to it.
    """
    if not file.is_file():
        raise Invalid(f"{file} is not there.")
    before = _last_entry()
    if before and not replace:
        raise Conflict(
            f"There is a database with {before} journal entries already. Stop the hub everywhere, then restore with "
            "--replace; the present database is kept beside."
        )
    path = _sqlite_path()
    kept = None if path is None else _swap_sqlite(path, file)
    if path is None:
        _run_postgres("pg_restore", "--clean", "--if-exists", "--no-owner", str(file))
    schema.upgrade()
    _check_key()
    done = _begin_again(file, before, kept, actor)
    head_file = _settings().data_dir / "journal.head"
    if head_file.exists():
        head_file.rename(head_file.with_name("journal.head.before-restore"))
    return done


def _last_entry() -> int:
    if schema.state() is schema.Schema.EMPTY:
        return 0
    found = journal.head(db.session()).number
    db.session.rollback()
    return found


def _swap_sqlite(path: Path, file: Path) -> Path | None:
    draft = path.with_name(f".{path.name}.restoring")
    draft.unlink(missing_ok=True)
    try:
        _copy_sqlite(file, draft)
        with sqlite3.connect(draft) as found:
            tables = {row[0] for row in found.execute("SELECT name FROM sqlite_master")}
        found.close()
    except sqlite3.Error as error:
        raise Invalid(f"{file} is not a backup of this hub: {error}.") from None
    if not {"journal", "alembic_version", "hub_instance"} <= tables:
        draft.unlink()
        raise Invalid(f"{file} is not a backup of this hub: it has no journal.")
    db.session.remove()
    db.engine.dispose()
    kept = None
    if path.exists():
        kept = path.with_name(f"{path.name}.before-restore-{clock.now():%Y%m%d%H%M%S}")
        _copy_sqlite(path, kept)
        for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            name.unlink(missing_ok=True)
    shutil.move(draft, path)
    path.chmod(0o600)
    return kept


def _check_key() -> None:
    session = db.session()
    try:
        session.scalar(select(Delivery.number).where(Delivery.number.is_not(None)).limit(1))
    except InvalidTag:
        raise Invalid(
            "The backup's numbers cannot be read with this HUB_NUMBER_KEY: set the key that the backup was made "
            "with, and restore again."
        ) from None
    finally:
        session.rollback()


def _begin_again(file: Path, before: int, kept: Path | None, actor: journal.Actor) -> Restored:
    seen = [_seen_on(target) for target in _settings().site_targets]
    with deciding() as session:
        now = clock.now()
        instance = session.get_one(HubInstance, 1, with_for_update=True)
        instance.number = max([instance.number, *(number for number, _ in seen)]) + 1
        instance.revision = max([instance.revision, *(revision for _, revision in seen)]) + 1
        paused, in_doubt = _hold(session)
        session.execute(
            update(Delivery)
            .where(Delivery.broadcast_id.in_(in_doubt_broadcasts(session)), _IN_HAND)
            .values(
                state=DeliveryState.UNKNOWN.value,
                doubt_since=now,
                absent_since=None,
                gateway=func.coalesce(Delivery.gateway, _settings().gateways[0]),
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
        status = open_target(address, _settings()).read_status() or {}
        return int(status.get("instance", 0)), int(status.get("revision", 0))
    except (TargetError, UnknownTarget, OSError, ValueError, TypeError):
        return 0, 0
