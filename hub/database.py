"""The ground: one database, SQLite or PostgreSQL, and how a decision is made in it.

`deciding()` is the only way to change something that must hold under concurrency: on SQLite the transaction
begins with BEGIN IMMEDIATE, on PostgreSQL the rows that decide are locked with `with_for_update()`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, LargeBinary, MetaData, Text, event, text
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from hub.ciphers import NumberCipher
from hub.errors import Conflict

BUSY_MILLISECONDS = 15_000
CACHE_KIB = 8 * 1024
LARGE_CACHE_KIB = 64 * 1024
"""Of each SQLite connection: a worker keeps several open for days, and should not grow with the lists."""


class Base(DeclarativeBase):
    """Every table's base; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; naive ones are refused. SQLite keeps no zone, so it is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive moment cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON as text, the same on both databases, keys in the order given."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return (
            None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        )

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def number_cipher() -> NumberCipher:
    """The cipher for numbers at rest."""
    cipher: NumberCipher = current_app.extensions["hub.number_cipher"]
    return cipher


class EncryptedNumber(TypeDecorator[str]):
    """A telephone number in E.164, encrypted at rest with `HUB_NUMBER_KEY`."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else number_cipher().encrypt(value.encode(), None)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else number_cipher().decrypt(bytes(value), None).decode()


def refuse_while_rotating(session: Session) -> None:
    """Raises Conflict while numbers are being encrypted anew: then equal numbers have unequal bytes, and a list written
    now could reach a phone twice. Holds the rotation back until the caller's transaction ends."""
    lock = "" if session.get_bind().dialect.name == "sqlite" else " FOR SHARE"
    if session.scalar(text(f"SELECT number_key_next FROM hub_instance WHERE id = 1{lock}")):  # noqa: S608
        raise Conflict(ROTATING)


def _hold_number_key(session: Session) -> None:
    """Nothing is stored with a key that is not the database's: another process may have the keys of before or after
    a rotation, or simply a wrong one, and what it wrote could be read by nobody else. Raises Conflict."""
    cipher = number_cipher()
    if not cipher.take_used():
        return
    lock = "" if session.get_bind().dialect.name == "sqlite" else " FOR SHARE"
    row = session.execute(
        text(f"SELECT number_key, number_key_next FROM hub_instance WHERE id = 1{lock}")  # noqa: S608
    ).one_or_none()
    if row is None or row.number_key is None:
        return
    if row.number_key_next is not None:
        raise Conflict(ROTATING)
    if row.number_key != cipher.fingerprint:
        raise Conflict(
            "This process has another HUB_NUMBER_KEY than the database: nothing was stored. Set the right key (after "
            "`hub keys rotate`, the new one) and restart."
        )


ROTATING = (
    "The telephone numbers are being encrypted with a new key: nothing was stored. If `hub keys rotate` does not run any "
    "more, start it again: it goes on where it stopped."
)
event.listen(db.session, "before_commit", _hold_number_key)


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN, below, is the only one
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(
        "PRAGMA synchronous=FULL"
    )  # a claim must survive a power cut before its message leaves
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    cursor.execute("PRAGMA wal_autocheckpoint=10000")
    cursor.close()


def enlarge_cache(session: Session) -> None:
    """Before many rows are written: on SQLite this connection keeps more of the indexes in memory from now on."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"PRAGMA cache_size=-{LARGE_CACHE_KIB}"))


def _prepare_postgres(connection: Any, _: ConnectionPoolEntry) -> None:
    with connection.cursor() as cursor:
        # A machine that freezes in the middle of a claim must not hold its rows for ever.
        cursor.execute("SET idle_in_transaction_session_timeout = '15s'")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    deciding_now = connection.get_execution_options().get("hub_deciding", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if deciding_now else "BEGIN")


def prepare_engine(engine: Engine) -> None:
    """Set up an engine's connections: on SQLite WAL, full sync, foreign keys, a busy time-out and our own BEGIN; on
    PostgreSQL an end to transactions that idle."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgres)


@contextmanager
def deciding() -> Iterator[Session]:
    """One transaction that decides. Commits at the end of the block, rolls back on any error.

    On SQLite it begins with BEGIN IMMEDIATE (SELECT outside it would see the past, and FOR UPDATE is dropped);
    on PostgreSQL lock the deciding rows with `with_for_update()`. Inside another `deciding()` block it joins
    that one. Anything pending in the session before is rolled back: decide from what you read inside.
    """
    session = db.session()
    if session.info.get("hub_deciding"):
        yield session
        return
    session.rollback()
    session.connection(execution_options={"hub_deciding": True})
    session.info["hub_deciding"] = True
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("hub_deciding", None)
