from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hub import accounts
from hub.accounts import passkeys
from hub.accounts.refusals import RefusedInput, RefusedState, WrongCode
from hub.database import db
from hub.errors import NotFound
from hub.models import Passkey, Role, Stage
from hub.settings import Settings
from tests.accounts import people
from tests.accounts.authenticator import Authenticator
from tests.accounts.people import OFFICE, Somebody
from tests.conftest import make_settings

ORIGIN = "https://hub.town.example"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, HUB_PUBLIC_URL=ORIGIN)


def add(who: Somebody, device: Authenticator) -> str:
    token = people.whole_session(who.email)
    answer = device.create(passkeys.registration_options(token))
    who.allow()
    passkeys.add(token, answer, "  the blue   one ")
    return token


def asked(token: str) -> str:
    options = passkeys.login_options(token)
    assert options is not None
    return options


def test_a_passkey_takes_the_place_of_the_code_at_login(cleo: Somebody) -> None:
    device = Authenticator(ORIGIN)
    add(cleo, device)
    begun = cleo.begin()
    done = accounts.finish_with_passkey(begun.token, device.get(asked(begun.token)), OFFICE)
    assert done.stage is Stage.WHOLE
    key = db.session().scalars(select(Passkey)).one()
    assert (key.name, key.sign_count, key.transports) == ("the blue one", 1, ["usb"])


def test_adding_one_takes_a_fresh_code(cleo: Somebody) -> None:
    token = people.whole_session(cleo.email)
    answer = Authenticator(ORIGIN).create(passkeys.registration_options(token))
    with pytest.raises(RefusedState):
        passkeys.add(token, answer, "x")


def test_a_challenge_is_used_once(cleo: Somebody) -> None:
    device = Authenticator(ORIGIN)
    add(cleo, device)
    begun = cleo.begin()
    answer = device.get(asked(begun.token))
    accounts.finish_with_passkey(begun.token, answer, OFFICE)
    again = cleo.begin()
    asked(again.token)
    with pytest.raises(WrongCode):
        accounts.finish_with_passkey(again.token, answer, OFFICE)


def test_a_challenge_holds_five_minutes(cleo: Somebody, move: Callable[[timedelta], None]) -> None:
    device = Authenticator(ORIGIN)
    add(cleo, device)
    begun = cleo.begin()
    answer = device.get(asked(begun.token))
    move(timedelta(minutes=5, seconds=1))
    with pytest.raises(WrongCode):
        accounts.finish_with_passkey(begun.token, answer, OFFICE)


def test_an_answer_from_another_site_is_refused(cleo: Somebody) -> None:
    device = Authenticator(ORIGIN)
    add(cleo, device)
    begun = cleo.begin()
    device.origin = "https://hub.town.example.evil.example"
    with pytest.raises(WrongCode):
        accounts.finish_with_passkey(begun.token, device.get(asked(begun.token)), OFFICE)


def test_a_copied_key_shows_by_its_count(cleo: Somebody) -> None:
    device = Authenticator(ORIGIN, count=7)
    add(cleo, device)
    device.count = 3
    begun = cleo.begin()
    with pytest.raises(WrongCode):
        accounts.finish_with_passkey(begun.token, device.get(asked(begun.token)), OFFICE)


def test_another_persons_key_is_refused(cleo: Somebody) -> None:
    eve = people.make("eve@town.example", Role.SENDER)
    mine, theirs = Authenticator(ORIGIN), Authenticator(ORIGIN)
    add(cleo, mine)
    add(eve, theirs)
    begun = cleo.begin()
    with pytest.raises(WrongCode):
        accounts.finish_with_passkey(begun.token, theirs.get(asked(begun.token)), OFFICE)


def test_a_forged_signature_is_refused(cleo: Somebody) -> None:
    device = Authenticator(ORIGIN)
    add(cleo, device)
    begun = cleo.begin()
    forger = Authenticator(ORIGIN, credential=device.credential)
    with pytest.raises(WrongCode):
        accounts.finish_with_passkey(begun.token, forger.get(asked(begun.token)), OFFICE)


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"id": "x"}', "\x00", '{"response": {}}', "x" * 9000]
)
def test_odd_answers_are_wrong_codes(cleo: Somebody, answer: str) -> None:
    token = add(cleo, Authenticator(ORIGIN))
    begun = cleo.begin()
    asked(begun.token)
    with pytest.raises(WrongCode):
        accounts.finish_with_passkey(begun.token, answer, OFFICE)
    passkeys.registration_options(token)
    cleo.allow()
    with pytest.raises(RefusedInput):
        passkeys.add(token, answer, "x")


def test_without_a_key_none_is_asked_for(cleo: Somebody) -> None:
    assert passkeys.login_options(cleo.begin().token) is None


def test_a_key_is_removed_by_its_owner_only(cleo: Somebody) -> None:
    token = add(cleo, Authenticator(ORIGIN))
    number = db.session().scalars(select(Passkey.id)).one()
    people.make("eve@town.example", Role.SENDER)
    with pytest.raises(NotFound):
        passkeys.remove(people.whole_session("eve@town.example"), number)
    passkeys.remove(token, number)
    assert not db.session().scalars(select(Passkey)).all()


def test_known_keys_are_not_made_again(cleo: Somebody) -> None:
    device = Authenticator(ORIGIN)
    token = add(cleo, device)
    excluded = json.loads(passkeys.registration_options(token))["excludeCredentials"]
    assert len(excluded) == 1
    cleo.allow()
    answer = device.create(passkeys.registration_options(token))
    with pytest.raises(RefusedState, match="known"):
        passkeys.add(token, answer, "x")


@pytest.mark.parametrize(
    ("url", "possible"),
    [
        ("https://hub.town.example", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("http://hub.town.example", False),
        ("https://192.0.2.7", False),
    ],
)
def test_passkeys_are_offered_where_browsers_make_them(
    app: object, url: str, possible: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flask import current_app

    monkeypatch.setitem(current_app.config, "HUB", make_settings(tmp_path, HUB_PUBLIC_URL=url))
    assert passkeys.possible() is possible
