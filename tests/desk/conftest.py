"""The desk with people who are logged in, and forms posted as browsers do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import LoginManager, UserMixin
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.database import db
from hub.models import Person

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
        """Post a form with its token."""
        return self.post(address, data={"csrf_token": self.token(page), **fields})


LoginAs = Callable[[str], Browser]


class _LoggedIn(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """Stands in for the accounts' login where the application has none."""

    def __init__(self, person: Person) -> None:
        self.id, self.email = person.id, person.email


def ensure_login(app: Flask) -> None:
    """A login manager that only reads the session, where the application has none."""
    app.test_client_class = Browser
    if hasattr(app, "login_manager"):
        return
    manager = LoginManager(app)
    app.config["DESK_LOGIN_ENDPOINT"] = "test_login"
    app.add_url_rule("/login", "test_login", lambda: "login")

    @manager.user_loader  # type: ignore[untyped-decorator]  # flask-login has no types
    def load(number: str) -> _LoggedIn | None:
        person = db.session().get(Person, int(number))
        return None if person is None else _LoggedIn(person)


@pytest.fixture
def anybody(app: Flask) -> Browser:
    """A browser in which nobody is logged in."""
    ensure_login(app)
    client = app.test_client()
    assert isinstance(client, Browser)
    return client


@pytest.fixture
def login_as(app: Flask) -> Iterator[LoginAs]:
    """Gives a browser in which this person is logged in. Only the login itself is skipped."""
    ensure_login(app)

    def login(email: str) -> Browser:
        with app.app_context():
            person = db.session().scalars(select(Person).where(Person.email == email)).one()
            number = str(getattr(person, "fs_uniquifier", None) or person.id)
        client = app.test_client()
        assert isinstance(client, Browser)
        with client.session_transaction(path="/desk/") as session:
            session["_user_id"], session["_fresh"] = number, True
        return client

    yield login
