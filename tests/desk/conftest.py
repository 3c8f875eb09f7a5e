"""The desk of a town that is ready (`pytestmark = pytest.mark.usefixtures("town")`): the shipped library approved and
a person for each role. Nobody needs to log in by hand, and forms are posted as browsers post them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from hub import clock
from hub.accounts import factors, sessions
from hub.application import create_app
from hub.database import db
from hub.desk import access
from hub.library import loading
from hub.models import Person, PersonRole, Role, Stage, Version, VersionState
from hub.settings import Settings
from tests.conftest import SHELL, make_settings, set_up_database
from tests.messages import few_messages

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""The clock stands still here: Saturday 21 November 2026, 13.00 in Copenhagen."""

ADA = "ada@town.example"
ASTA = "asta@town.example"
BO = "bo@town.example"
CLEO = "cleo@town.example"
DAN = "dan@town.example"
EVA = "eva@town.example"
PEOPLE = {
    ADA: (Role.ADMIN,),
    ASTA: (Role.AUTHOR,),
    BO: (Role.APPROVER,),
    CLEO: (Role.SENDER,),
    DAN: (Role.SENDER,),
    EVA: (Role.VIEWER,),
}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(scope="session")
def desk_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder made once."""
    folder = tmp_path_factory.mktemp("desk")
    app = create_app(make_settings(folder))
    with app.app_context(), clock.set_to(START - timedelta(days=3)):
        set_up_database()
        session = db.session()
        for email, roles in PEOPLE.items():
            session.add(
                Person(
                    email=email,
                    made_at=clock.now(),
                    made_by="os:tester",
                    totp_secret=factors.new_secret(),
                    totp_set_at=clock.now(),
                    roles=[PersonRole(role=role.value) for role in roles],
                )
            )
        session.commit()
        assert not loading.load(few_messages(), actor=SHELL).problems
        session.execute(
            update(Version).values(
                state=VersionState.APPROVED.value,
                approved_at=clock.now(),
                approved_by=BO,
                review_due=clock.now() + timedelta(days=365),
            )
        )
        session.commit()
        db.session.remove()
        db.engine.dispose()
    return folder


@pytest.fixture
def town() -> None:
    """Asked for, the application is that of the town, and the clock stands still at START. Else it is empty."""


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if "town" in request.fixturenames:
        ready: Path = request.getfixturevalue("desk_folder")
        shutil.copytree(ready / "var", tmp_path / "var")
    return make_settings(tmp_path)


@pytest.fixture
def app(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Flask]:
    application = create_app(settings)
    application.test_client_class = Browser
    in_town = "town" in request.fixturenames
    with application.app_context(), clock.set_to(START) if in_town else nullcontext() as move:
        if in_town:
            application.extensions["test.move"] = move
        else:
            set_up_database()
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def move(town: None, app: Flask) -> Callable[[timedelta], None]:
    """Moves the town's clock on."""
    mover: Callable[[timedelta], None] = app.extensions["test.move"]
    return mover


class Browser(FlaskClient):
    """A client whose requests share nothing with the test around them: each has its own `g` and database session."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        db.session.rollback()
        with self.application.app_context():
            return super().open(*args, **options)

    def token(self, page: str = "/desk/") -> str:
        """The CSRF token that a page's forms carry."""
        found = _TOKEN.search(self.get(page).get_data(as_text=True))
        assert found, f"{page} has no form"
        return found[1]

    def send(self, address: str, page: str = "/desk/", **fields: Any) -> TestResponse:
        """Post a form with its token, which is taken from `page`."""
        return self.post(address, data={"csrf_token": self.token(page), **fields})


LoginAs = Callable[[str], Browser]


@pytest.fixture
def anybody(app: Flask) -> Browser:
    """A browser in which nobody is logged in."""
    return _browser(app)


@pytest.fixture
def login_as(app: Flask) -> LoginAs:
    """Gives a browser in which this person is logged in. Only the login's pages are skipped: the login is a row in
    the database as any other, and a person who has no second factor gets one."""

    def login(email: str) -> Browser:
        with app.app_context():
            session = db.session()
            person = session.scalars(select(Person).where(Person.email == email)).one()
            if person.totp_secret is None:
                person.totp_secret, person.totp_set_at = factors.new_secret(), clock.now()
            token = sessions.start(session, person, Stage.WHOLE, how="test", agent="test")
            session.commit()
        client = _browser(app)
        with client.session_transaction(path="/desk/") as cookie:
            cookie[access.TOKEN] = token
        return client

    return login


def _browser(app: Flask) -> Browser:
    client = app.test_client()
    assert isinstance(client, Browser)
    return client


@pytest.fixture
def code_of(app: Flask) -> Callable[[str], str]:
    """Gives the code that this person's authenticator app shows now."""

    def code(email: str) -> str:
        with app.app_context():
            person = db.session().scalars(select(Person).where(Person.email == email)).one()
            assert person.totp_secret is not None
            return factors.code_at(person.totp_secret, factors.step_of(clock.now()))

    return code
