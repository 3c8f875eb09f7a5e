"""The hub on either database."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hub.application import create_app
from hub.database import db
from hub.settings import fresh_key
from tests.conftest import make_settings, set_up_database

POSTGRES = os.environ.get("HUB_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    """A session of an application on each database; PostgreSQL gets a schema of its own."""
    environment = {}
    schema = f"audiences_{secrets.token_hex(6)}"
    if request.param == "postgresql":
        try:
            with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as connection:
                connection.execute(f"CREATE SCHEMA {schema}")
        except psycopg.OperationalError as error:
            pytest.skip(f"no PostgreSQL to test on (HUB_TEST_POSTGRES): {error}")
        separator = "&" if "?" in POSTGRES else "?"
        environment = {
            "HUB_DATABASE_URL": f"{POSTGRES}{separator}options=-csearch_path%3D{schema}",
            "HUB_SECRET_KEY": fresh_key(),
            "HUB_NUMBER_KEY": fresh_key(),
        }
    application: Flask = create_app(make_settings(tmp_path, **environment))
    with application.app_context():
        set_up_database()
        yield db.session()
        db.session.remove()
        db.engine.dispose()
    if request.param == "postgresql":
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
