from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from hub import accounts, journal
from hub.accounts import sessions
from hub.accounts.refusals import DeadLink, RefusedAct, RefusedInput, RefusedState, WrongCode
from hub.database import db
from hub.demo_marker import MARKER
from hub.errors import NotAllowed, NotFound
from hub.journal import Actor
from hub.models import AccountLink, Role, Stage
from tests.accounts import people
from tests.accounts.people import OFFICE, Somebody

Move = Callable[[timedelta], None]
SHELL = Actor("os:tester", "command", "tester")
NEW_PASSWORD = "grøn-hat-i-en-å-19"


def token_of(link: accounts.Link) -> str:
    return link.url.rpartition("/")[2]


def test_an_invitation_sets_password_and_then_factor(ada: Somebody) -> None:
    ada.allow()
    link = accounts.add_and_invite("Bo@Town.example", [Role.APPROVER], actor=ada.actor)
    assert accounts.opened(token_of(link), OFFICE).email == "bo@town.example"
    begun = accounts.redeem(token_of(link), NEW_PASSWORD, OFFICE)
    assert begun.stage is Stage.SETUP
    with pytest.raises(DeadLink):
        accounts.redeem(token_of(link), NEW_PASSWORD, OFFICE)
    with pytest.raises(DeadLink):
        accounts.opened(token_of(link), OFFICE)


def test_opening_a_link_does_not_use_it_up(ada: Somebody) -> None:
    ada.allow()
    link = accounts.add_and_invite("bo@town.example", [Role.VIEWER], actor=ada.actor)
    for _ in range(5):
        accounts.opened(token_of(link), OFFICE)
    with pytest.raises(RefusedInput):
        accounts.redeem(token_of(link), "kommune1234", OFFICE)
    assert accounts.redeem(token_of(link), NEW_PASSWORD, OFFICE).stage is Stage.WHOLE


def test_a_link_lasts_72_hours(ada: Somebody, move: Move) -> None:
    ada.allow()
    link = accounts.add_and_invite("bo@town.example", [Role.VIEWER], actor=ada.actor)
    move(timedelta(hours=72))
    with pytest.raises(DeadLink):
        accounts.redeem(token_of(link), NEW_PASSWORD, OFFICE)


def test_a_new_link_voids_the_one_before(move: Move) -> None:
    accounts.add_person("bo@town.example", [Role.VIEWER], actor=SHELL)
    first = accounts.invite("bo@town.example", actor=SHELL)
    second = accounts.invite("bo@town.example", actor=SHELL)
    with pytest.raises(DeadLink):
        accounts.opened(token_of(first), OFFICE)
    accounts.opened(token_of(second), OFFICE)
    stored = db.session().scalars(select(AccountLink.token_hash)).all()
    assert token_of(second) not in stored


def test_a_guessed_link_is_none(move: Move) -> None:
    with pytest.raises(DeadLink):
        accounts.opened("x" * 43, OFFICE)


def test_who_has_a_login_is_reset_rather_than_invited(cleo: Somebody) -> None:
    with pytest.raises(RefusedState):
        accounts.invite(cleo.email, actor=SHELL)


def test_a_reset_takes_everything_away(cleo: Somebody, ada: Somebody) -> None:
    token = cleo.log_in()
    cleo.allow()
    codes = accounts.new_recovery_codes(token)
    ada.allow()
    link = accounts.reset(cleo.email, actor=ada.actor)
    assert sessions.read(token) is None
    row = cleo.row()
    assert (row.password_hash, row.totp_secret) == (None, None)
    begun = accounts.redeem(token_of(link), NEW_PASSWORD, OFFICE)
    assert begun.stage is Stage.SETUP
    with pytest.raises((WrongCode, accounts.Refusal)):
        accounts.finish(begun.token, codes[0], OFFICE)


def test_whoever_made_the_link_cannot_be_checked_by_its_owner_for_a_day(
    cleo: Somebody, ada: Somebody, move: Move
) -> None:
    ada.allow()
    link = accounts.reset(cleo.email, actor=ada.actor)
    assert accounts.may_be_other_eyes(db.session(), cleo.row(), ada.email)
    move(timedelta(hours=30))
    assert accounts.may_be_other_eyes(db.session(), cleo.row(), ada.email) is None
    accounts.redeem(token_of(link), NEW_PASSWORD, OFFICE)
    assert accounts.may_be_other_eyes(db.session(), cleo.row(), ada.email), (
        "the link may have been used by Ada"
    )
    move(timedelta(hours=25))
    assert accounts.may_be_other_eyes(db.session(), cleo.row(), ada.email) is None


def test_whoever_set_the_duty_phone_cannot_be_checked_by_it_for_a_day(
    cleo: Somebody, ada: Somebody
) -> None:
    ada.allow()
    accounts.change_duty_phone(cleo.email, "+4520123456", actor=ada.actor)
    assert accounts.may_be_other_eyes(db.session(), cleo.row(), ada.email)
    entry = journal.newest(db.session(), 1)[0]
    assert entry.data == {"email": cleo.email, "has_one": True}


@pytest.mark.parametrize(
    "act",
    [
        lambda who, email: accounts.add_person("x@town.example", [Role.ADMIN], actor=who),
        lambda who, email: accounts.add_and_invite("x@town.example", [Role.ADMIN], actor=who),
        lambda who, email: accounts.invite(email, actor=who),
        lambda who, email: accounts.reset(email, actor=who),
        lambda who, email: accounts.close(email, actor=who),
        lambda who, email: accounts.change_roles(email, [Role.ADMIN], actor=who),
        lambda who, email: accounts.change_bounds(email, scenarios=(), most=3, actor=who),
        lambda who, email: accounts.change_duty_phone(email, "+4520123456", actor=who),
    ],
)
def test_accounts_are_an_admins_business_and_take_a_code_each(
    act: Callable[[Actor, str], object], cleo: Somebody, ada: Somebody
) -> None:
    bo = people.make("bo@town.example", Role.SENDER, password=None, factor=False)
    cleo.allow()
    with pytest.raises(NotAllowed, match="admin"):
        act(cleo.actor, bo.email)
    with pytest.raises(RefusedState, match="code"):
        act(ada.actor, bo.email)
    ada.allow()
    act(ada.actor, bo.email)
    with pytest.raises(RefusedState, match="code"):
        act(ada.actor, bo.email)


def test_the_last_admin_stays(ada: Somebody, cleo: Somebody) -> None:
    for actor in (SHELL, ada.actor):
        ada.allow()
        with pytest.raises(RefusedState, match="last administrator"):
            accounts.change_roles(ada.email, [Role.SENDER], actor=actor)
        with pytest.raises(RefusedState, match="last administrator"):
            accounts.close(ada.email, actor=actor)
    assert Role.ADMIN in ada.row().role_names


def test_an_admin_who_never_logged_in_is_no_other_admin(ada: Somebody) -> None:
    people.make("new@town.example", Role.ADMIN, password=None, factor=False)
    with pytest.raises(RefusedState, match="last administrator"):
        accounts.close(ada.email, actor=SHELL)
    people.make("old@town.example", Role.ADMIN)
    accounts.close(ada.email, actor=SHELL)
    with pytest.raises(NotFound):
        ada.row()


def test_nobody_resets_their_own_login(ada: Somebody) -> None:
    ada.allow()
    with pytest.raises(RefusedAct):
        accounts.reset(ada.email, actor=ada.actor)


def test_roles_are_replaced_and_noted(cleo: Somebody) -> None:
    accounts.change_roles(cleo.email, [Role.SENDER, Role.AUTHOR], actor=SHELL)
    assert cleo.row().role_names == {Role.SENDER, Role.AUTHOR}
    accounts.change_roles(cleo.email, [Role.VIEWER], actor=SHELL)
    assert cleo.row().role_names == {Role.VIEWER}
    assert journal.newest(db.session(), 1)[0].data == {
        "email": cleo.email,
        "before": ["author", "sender"],
        "after": ["viewer"],
    }
    with pytest.raises(RefusedInput):
        accounts.change_roles(cleo.email, [], actor=SHELL)


def test_a_bound_sender_stays_within_scenarios_and_reach(cleo: Somebody) -> None:
    check = accounts.check_bounds
    check(db.session(), cleo.row(), "water-boil", 100_000)
    accounts.change_bounds(cleo.email, scenarios=["appointments-cancelled"], most=50, actor=SHELL)
    check(db.session(), cleo.row(), "appointments-cancelled", 50)
    with pytest.raises(NotAllowed, match="at most 50 phones"):
        check(db.session(), cleo.row(), "appointments-cancelled", 51)
    with pytest.raises(NotAllowed, match="appointments-cancelled only"):
        check(db.session(), cleo.row(), "water-boil", 1)
    accounts.change_bounds(cleo.email, scenarios=[], most=None, actor=SHELL)
    check(db.session(), cleo.row(), "water-boil", 100_000)


@pytest.mark.parametrize(("scenarios", "most"), [(["<b>"], None), (["../x"], None), ((), -1)])
def test_odd_bounds_are_refused(cleo: Somebody, scenarios: list[str], most: int | None) -> None:
    with pytest.raises(RefusedInput):
        accounts.change_bounds(cleo.email, scenarios=scenarios, most=most, actor=SHELL)


HERE = people.Caller(address="127.0.0.1", local=True)


def test_a_demo_link_logs_in_once_without_a_factor(cleo: Somebody, app: Flask) -> None:
    dan = people.make("dan@town.example", Role.SENDER, factor=False, password=None)
    (current_app.config["HUB"].data_dir / MARKER).touch()
    link = accounts.demo_login_link(dan.row())
    with pytest.raises(RefusedAct):
        accounts.redeem_demo(token_of(link), OFFICE)
    with pytest.raises(DeadLink):
        accounts.redeem(token_of(link), NEW_PASSWORD, HERE)
    begun = accounts.redeem_demo(token_of(link), HERE)
    assert begun.stage is Stage.WHOLE
    with pytest.raises(DeadLink):
        accounts.redeem_demo(token_of(link), HERE)
    accounts.require_role(db.session(), dan.actor, Role.SENDER)
    accounts.check_fresh_code(dan.row(), "")
    with pytest.raises(WrongCode):
        accounts.check_fresh_code(cleo.row(), "")  # who has an app is asked, in a demo too
    _no_demo(current_app.config["HUB"].data_dir)
    assert sessions.read(begun.token) is None
    with pytest.raises(NotAllowed):
        accounts.require_role(db.session(), dan.actor, Role.SENDER)


def _no_demo(folder: Path) -> None:
    (folder / MARKER).unlink()


def test_a_real_hub_makes_no_demo_links(cleo: Somebody) -> None:
    with pytest.raises(RefusedAct):
        accounts.demo_login_link(cleo.row())


def test_a_demo_link_ends_after_a_day(cleo: Somebody, move: Move) -> None:
    (current_app.config["HUB"].data_dir / MARKER).touch()
    link = accounts.demo_login_link(cleo.row())
    move(timedelta(hours=24))
    with pytest.raises(DeadLink):
        accounts.redeem_demo(token_of(link), HERE)


def test_the_journal_of_all_this_holds(cleo: Somebody, ada: Somebody) -> None:
    cleo.log_in()
    ada.allow()
    accounts.reset(cleo.email, actor=ada.actor)
    assert journal.verify(db.session()).holds
