"""The migrations make exactly the tables that the models describe, on both databases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeDecorator

from hub import schema
from hub.application import create_app
from hub.database import Base, db
from hub.models import HubInstance, JournalHead
from hub.settings import fresh_key
from tests.conftest import make_settings

POSTGRES = os.environ.get("HUB_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on an empty database."""
    if request.param == "sqlite":
        yield create_app(make_settings(tmp_path))
        return
    server = create_engine(f"{POSTGRES}/test", isolation_level="AUTOCOMMIT")
    name = f"hub_migrations_{os.getpid()}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        pytest.skip("no PostgreSQL at HUB_TEST_POSTGRES or 127.0.0.1:5432")
    app = create_app(
        make_settings(
            tmp_path,
            HUB_DATABASE_URL=f"{POSTGRES}/{name}",
            HUB_SECRET_KEY=fresh_key(),
            HUB_NUMBER_KEY=fresh_key(),
        )
    )
    yield app
    with app.app_context():
        db.engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def _same_type(
    context: object, inspected: object, column: object, found: object, wanted: object
) -> bool:
    stored = wanted.impl_instance if isinstance(wanted, TypeDecorator) else wanted
    return type(found)._type_affinity is not type(stored)._type_affinity  # type: ignore[attr-defined]  # SQLAlchemy's families


def test_the_migrations_make_what_the_models_describe(empty: Flask) -> None:
    with empty.app_context():
        assert schema.state() is schema.Schema.EMPTY
        schema.upgrade()
        assert schema.state() is schema.Schema.CURRENT
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": _same_type})
            assert compare_metadata(context, Base.metadata) == []
        session = db.session()
        head = session.scalar(select(JournalHead))
        instance = session.scalar(select(HubInstance))
        assert head is not None
        assert (head.id, head.number, head.hash) == (1, 0, "0" * 64)
        assert instance is not None
        assert instance.number == 1
        assert instance.made_at.tzinfo is not None
        session.rollback()
        schema.upgrade()
        assert schema.state() is schema.Schema.CURRENT


def test_an_unknown_revision_is_a_newer_program(empty: Flask) -> None:
    with empty.app_context():
        schema.upgrade()
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert schema.state() is schema.Schema.NEWER


def test_sqlite_is_durable_and_checks_references(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path))
    with app.app_context(), db.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 15000,
    }
