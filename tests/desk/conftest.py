"""The desk with people who are logged in, and forms posted as browsers do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub import clock
from hub.accounts import factors, sessions
from hub.database import db
from hub.desk import access
from hub.models import Person, Stage

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser(FlaskClient):
    """A client whose requests share nothing with the test around them: each has its own `g` and database session."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
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
    app.test_client_class = Browser
    client = app.test_client()
    assert isinstance(client, Browser)
    return client


@pytest.fixture
def login_as(app: Flask) -> LoginAs:
    """Gives a browser in which this person is logged in. Only the login's pages are skipped: the person gets a
    second factor if they have none, the login is a row in the database as any other."""
    app.test_client_class = Browser

    def login(email: str) -> Browser:
        with app.app_context():
            session = db.session()
            person = session.scalars(select(Person).where(Person.email == email)).one()
            if person.totp_secret is None:
                person.totp_secret, person.totp_set_at = factors.new_secret(), clock.now()
            token = sessions.start(session, person, Stage.WHOLE, how="test", agent="test")
            session.commit()
        client = app.test_client()
        assert isinstance(client, Browser)
        with client.session_transaction(path="/desk/") as cookie:
            cookie[access.TOKEN] = token
        return client

    return login


@pytest.fixture
def code_of(app: Flask) -> Callable[[str], str]:
    """Gives the code that this person's authenticator app shows now."""

    def code(email: str) -> str:
        with app.app_context():
            person = db.session().scalars(select(Person).where(Person.email == email)).one()
            assert person.totp_secret is not None
            return factors.code_at(person.totp_secret, factors.step_of(clock.now()))

    return code
