"""What all tests share: an application on a fresh SQLite file, people with roles, and a clock that can be set."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hub import clock
from hub.application import create_app
from hub.database import Base, db
from hub.journal import Actor
from hub.models import HubInstance, JournalHead, Person, PersonRole, Role
from hub.settings import Settings, load

SHELL = Actor("os:tester", "test", "tester")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Embedded default settings in a fresh folder."""
    return make_settings(tmp_path)


def make_settings(folder: Path, **environment: str) -> Settings:
    values = {"HUB_DATA_DIR": str(folder / "var"), **environment}
    return load(values, env_file=folder / "no.env")


def set_up_database() -> None:
    """Tables and the rows that the first migration makes. Inside an application context."""
    Base.metadata.create_all(db.engine)
    session = db.session()
    session.add(JournalHead(id=1, number=0, hash="0" * 64))
    session.add(HubInstance(id=1, number=1, revision=0, made_at=clock.now()))
    session.commit()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application with an empty database, inside its context."""
    application = create_app(settings)
    with application.app_context():
        set_up_database()
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    return db.session()


@pytest.fixture
def person(app: Flask) -> Callable[..., Actor]:
    """Makes an account (two days old, made from the shell) and gives its actor."""

    def make(email: str, *roles: Role) -> Actor:
        session = db.session()
        session.add(
            Person(
                email=email,
                made_at=clock.now() - timedelta(days=2),
                made_by="os:tester",
                roles=[PersonRole(role=role.value) for role in roles],
            )
        )
        session.commit()
        return Actor(email, "test", "tester")

    return make


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CI=true a skipped test fails the run: what it needs was to be installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter is not None else []
    if os.environ.get("CI") == "true" and skipped and session.exitstatus == 0:
        reporter.write_line(f"CI=true: {len(skipped)} skipped tests fail the run", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
