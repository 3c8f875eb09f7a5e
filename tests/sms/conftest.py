"""Sending against a Twilio-like server on loopback, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from hub.application import create_app
from hub.database import db
from hub.settings import fresh_key, load
from tests.conftest import set_up_database
from tests.fakes.twilio_server import ACCOUNT, TOKEN, TwilioServer, running

POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")


@pytest.fixture
def twilio() -> Iterator[TwilioServer]:
    """The server, without callbacks (nobody listens) until a test asks for them."""
    with running() as server:
        server.faults.callbacks = False
        yield server


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A scratch database, dropped afterwards."""
    name = f"klarbesked_test_{secrets.token_hex(4)}"
    try:
        admin = psycopg.connect(f"{POSTGRES}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL at {POSTGRES}: {error}")
    with admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{POSTGRES}/{name}"
    finally:
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


Environment = dict[str, str]


on_both = pytest.mark.parametrize("environment", ["sqlite", "postgresql"], indirect=True)
"""A test that runs on SQLite and on PostgreSQL; the others run on SQLite."""


@pytest.fixture
def environment(
    request: pytest.FixtureRequest, tmp_path: Path, twilio: TwilioServer
) -> Environment:
    """The settings of a hub that sends through the Twilio-like server."""
    database = (
        request.getfixturevalue("postgres_url")
        if getattr(request, "param", "sqlite") == "postgresql"
        else f"sqlite:///{tmp_path / 'hub.sqlite3'}"
    )
    return settings_for(tmp_path, twilio, database)


def settings_for(folder: Path, server: TwilioServer, database: str) -> Environment:
    return {
        "HUB_DATA_DIR": str(folder / "var"),
        "HUB_DATABASE_URL": database,
        "HUB_SECRET_KEY": fresh_key(),
        "HUB_NUMBER_KEY": fresh_key(),
        "HUB_GATEWAYS": "twilio",
        "HUB_SMS_SENDER": "Eksempel",
        "HUB_SMS_SEGMENTS_PER_SECOND": "100000",
        "HUB_LEASE_SECONDS": "20",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_BASE_URL": server.url,
    }


@pytest.fixture
def hub(environment: Environment) -> Iterator[Callable[..., Flask]]:
    """Builds the application, with other settings where a test names them, on a database that is set up."""
    with ExitStack() as stack:

        def build(**other: str) -> Flask:
            app = create_app(load({**environment, **other}, env_file=Path("no.env")))
            stack.enter_context(app.app_context())
            set_up_database()
            stack.callback(db.engine.dispose)
            stack.callback(db.session.remove)
            return app

        yield build
