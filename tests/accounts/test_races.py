"""What is tried at the same moment, with real threads, on SQLite and on PostgreSQL: it succeeds once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from hub import accounts, journal
from hub.accounts.refusals import DeadLink, TooManyTries, WrongCode, WrongLogin
from hub.application import create_app
from hub.database import db, deciding
from hub.errors import HubError
from hub.journal import Actor
from hub.models import Role
from tests.accounts import people
from tests.accounts.people import OFFICE, STRANGER, Somebody
from tests.conftest import make_settings, set_up_database
from tests.databases import at_once, database_of

SHELL = Actor("os:tester", "command", "tester")


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on each database."""
    with database_of(request.param) as environment:
        application = create_app(make_settings(tmp_path, **environment))
        with application.app_context():
            set_up_database()
            yield application
            db.session.remove()
            db.engine.dispose()


def done(results: list[object], *refused: type[HubError]) -> int:
    """How many succeeded; the others were refused in one of these ways and in no other."""
    odd = [
        item for item in results if isinstance(item, Exception) and not isinstance(item, refused)
    ]
    assert odd == []
    return sum(not isinstance(item, Exception) for item in results)


def test_one_code_logs_in_once(app: Flask, cleo: Somebody) -> None:
    tokens = [cleo.begin().token for _ in range(4)]
    code = cleo.code()
    results = at_once(app, *(partial(accounts.finish, token, code, OFFICE) for token in tokens))
    assert done(results, WrongCode) == 1


def test_one_recovery_code_logs_in_once(app: Flask, cleo: Somebody) -> None:
    token = cleo.log_in()
    cleo.allow()
    code = accounts.new_recovery_codes(token)[0]
    tokens = [cleo.begin().token for _ in range(4)]
    results = at_once(app, *(partial(accounts.finish, token, code, OFFICE) for token in tokens))
    assert done(results, WrongCode) == 1
    assert accounts.recovery_codes_left(db.session(), cleo.row()) == 9


def test_one_link_is_used_once(app: Flask, cleo: Somebody) -> None:
    token = accounts.reset(cleo.email, actor=SHELL).url.rpartition("/")[2]
    results = at_once(
        app,
        *(partial(accounts.redeem, token, f"grøn-hat-i-en-å-{n}", OFFICE) for n in range(4)),
    )
    assert done(results, DeadLink, TooManyTries) == 1


def test_one_fresh_code_is_spent_on_one_act(app: Flask, cleo: Somebody) -> None:
    actor = cleo.actor
    cleo.allow()

    def act() -> None:
        with deciding() as session:
            accounts.spend_fresh_code(session, actor)

    assert done(at_once(app, *[act] * 5), HubError) == 1


def test_two_admins_who_close_each_other_leave_one(app: Flask, ada: Somebody) -> None:
    ben = people.make("ben@town.example", Role.ADMIN)
    ada.allow()
    ben.allow()
    results = at_once(
        app,
        partial(accounts.close, ben.email, actor=ada.actor),
        partial(accounts.close, ada.email, actor=ben.actor),
    )
    assert done(results, HubError) == 1
    still = [person for person in accounts.all_people(db.session()) if person.closed_at is None]
    assert len(still) == 1


def test_two_shells_cannot_take_the_last_two_admins(app: Flask, ada: Somebody) -> None:
    ben = people.make("ben@town.example", Role.ADMIN)
    results = at_once(
        app,
        *(
            partial(accounts.change_roles, email, [Role.VIEWER], actor=SHELL)
            for email in (ada.email, ben.email)
        ),
    )
    assert done(results, HubError) == 1


def test_guesses_side_by_side_are_counted_each(app: Flask, cleo: Somebody) -> None:
    email = cleo.email
    results = at_once(
        app, *(partial(accounts.begin, email, f"wrong password {n}", STRANGER) for n in range(16))
    )
    assert done(results, WrongLogin, TooManyTries) == 0
    assert sum(isinstance(item, WrongLogin) for item in results) == 6
    assert journal.verify(db.session()).holds


def test_two_who_invite_the_same_person_make_one_account(app: Flask) -> None:
    results = at_once(
        app,
        *(
            partial(accounts.add_and_invite, "bo@town.example", [Role.AUTHOR], actor=SHELL)
            for _ in range(3)
        ),
    )
    assert done(results, HubError) == 1
