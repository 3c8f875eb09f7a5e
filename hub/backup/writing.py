"""Writing a backup while the hub runs."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import select

from hub import clock, schema
from hub.backup import databases
from hub.backup.sealing import Header, header_for, seal, unseal
from hub.ciphers import fingerprint
from hub.database import db, deciding
from hub.errors import Conflict, HubError
from hub.models import HubInstance
from hub.settings import KEY_ALLOWED, kept_key, read_key


def backup_key() -> bytes:
    """What backups are encrypted with: HUB_BACKUP_KEY, else with SQLite the one under the data directory, made once.

    Raises Conflict with PostgreSQL when it is not set.
    """
    settings = databases.settings()
    if settings.keeping.backup_key is not None:
        return settings.keeping.backup_key
    if databases.sqlite_path() is None:
        raise Conflict(
            f"HUB_BACKUP_KEY is not set: backups are encrypted. Set it ({KEY_ALLOWED}), and keep a copy elsewhere."
        )
    return read_key(kept_key(settings.data_dir, "HUB_BACKUP_KEY"))


def back_up(file: Path) -> int:
    """Write an encrypted, consistent copy of the database while the hub runs, and read it back; its size in bytes.

    Mode 0600; the file appears whole or not at all, and only after what was read back from it proved to be a
    database. Raises Conflict when it exists or while `hub keys rotate` is under way, HubError when it cannot be written.
    """
    if file.exists():
        raise Conflict(f"{file} exists. Name a new file: a backup never overwrites another.")
    key, header = backup_key(), None
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        header = _header(key)
        with databases.dumped() as chunks:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as target:
                seal(chunks, target, key, header)
                target.flush()
                os.fsync(target.fileno())
        with draft.open("rb") as written:
            databases.check_dump(unseal(written, key), header.database)
        draft.rename(file)
    except (OSError, sqlite3.Error) as error:
        raise HubError(
            f"No backup was written to {file}: {error}. Make room or name another place."
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    with deciding() as session:
        session.get_one(HubInstance, 1, with_for_update=True).backed_up_at = clock.now()
    return file.stat().st_size


def _header(key: bytes) -> Header:
    session = db.session()
    session.rollback()
    row = session.execute(
        select(HubInstance.number, HubInstance.number_key, HubInstance.number_key_next)
    ).first()
    session.rollback()
    if row is not None and row.number_key_next is not None:
        raise Conflict("The numbers are being encrypted anew: finish `hub keys rotate` first.")
    settings = databases.settings()
    return header_for(
        key,
        made_at=clock.now().isoformat(timespec="seconds"),
        database="postgresql" if databases.sqlite_path() is None else "sqlite",
        schema=schema.newest(),
        instance=row.number if row is not None else 0,
        number_key=(row.number_key if row is not None else None)
        or fingerprint(settings.number_key),
    )
