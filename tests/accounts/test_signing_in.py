from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hub import accounts, journal
from hub.accounts import sessions
from hub.accounts.refusals import (
    LoginEnded,
    RefusedInput,
    RefusedState,
    TooManyTries,
    WrongCode,
    WrongLogin,
)
from hub.database import db, deciding
from hub.errors import NotAllowed
from hub.journal import Actor
from hub.models import LoginSession, Person, RecoveryCode, Role, Stage
from tests.accounts import people
from tests.accounts.people import OFFICE, PASSWORD, STRANGER, Somebody

Move = Callable[[timedelta], None]


def kinds() -> list[str]:
    return [row.kind for row in journal.newest(db.session(), 100)]


def test_a_password_alone_is_not_a_login(cleo: Somebody) -> None:
    begun = cleo.begin()
    assert begun.stage is Stage.CODE
    found = sessions.read(begun.token)
    assert found is not None
    assert not found.is_whole
    assert "logged-in" not in kinds()


def test_password_and_code_are_a_login_under_a_new_token(cleo: Somebody) -> None:
    begun = cleo.begin()
    done = accounts.finish(begun.token, cleo.code(), OFFICE)
    assert done.token != begun.token
    assert sessions.read(begun.token) is None
    assert cleo.signed_in(done.token).is_whole
    assert kinds()[-1] == "logged-in"


def test_the_database_holds_no_token(cleo: Somebody) -> None:
    token = cleo.log_in()
    row = db.session().scalars(select(LoginSession)).one()
    assert token not in repr(vars(row))


def test_a_viewer_logs_in_with_a_password(eva: Somebody) -> None:
    assert eva.begin().stage is Stage.WHOLE


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.VIEWER])
def test_whoever_can_change_something_sets_a_factor_up_first(move: Move, role: Role) -> None:
    new = people.make("new@town.example", role, factor=False)
    begun = new.begin()
    assert begun.stage is Stage.SETUP
    with pytest.raises(NotAllowed, match="authenticator"):
        accounts.require_role(db.session(), new.actor, role)


def test_a_role_without_a_factor_counts_at_the_command_line_only(move: Move) -> None:
    people.make("new@town.example", Role.SENDER, factor=False)
    accounts.require_role(db.session(), Actor("new@town.example", "command"), Role.SENDER)


def test_setting_up_gives_ten_codes_and_a_whole_login(move: Move) -> None:
    new = people.make("new@town.example", Role.SENDER, factor=False)
    begun = new.begin()
    first = accounts.propose_factor(begun.token)
    assert accounts.propose_factor(begun.token) == first, "reloading keeps the secret"
    row = db.session().scalars(select(LoginSession)).one()
    assert row.proposed_secret
    new.secret = row.proposed_secret
    assert "secret=" + "".join(first.groups) in first.uri
    with pytest.raises(WrongCode):
        accounts.finish_setup(begun.token, "000000")
    done = accounts.finish_setup(begun.token, new.code())
    assert len(set(done.codes)) == 10
    assert new.signed_in(done.token).is_whole
    accounts.require_role(db.session(), new.actor, Role.SENDER)
    with pytest.raises(LoginEnded):
        accounts.finish_setup(begun.token, new.code(1))
    with pytest.raises(WrongCode):
        accounts.finish(new.begin().token, new.code(), OFFICE)


def test_recovery_codes_are_stored_as_hashes_and_work_once(cleo: Somebody) -> None:
    token = cleo.log_in()
    cleo.allow()
    codes = accounts.new_recovery_codes(token)
    stored = db.session().scalars(select(RecoveryCode.code_hash)).all()
    assert len(stored) == 10
    assert not any(code in "".join(stored) for code in codes)
    typed = codes[3].upper().replace("-", " ")
    assert accounts.finish(cleo.begin().token, typed, OFFICE).stage is Stage.WHOLE
    assert accounts.recovery_codes_left(db.session(), cleo.row()) == 9
    assert "recovery-code-used" in kinds()
    with pytest.raises(WrongCode):
        accounts.finish(cleo.begin().token, codes[3], OFFICE)


def test_another_persons_recovery_code_is_worth_nothing(cleo: Somebody, ada: Somebody) -> None:
    token = cleo.log_in()
    cleo.allow()
    codes = accounts.new_recovery_codes(token)
    with pytest.raises(WrongCode):
        accounts.finish(ada.begin().token, codes[0], OFFICE)


def test_a_code_is_taken_once_at_login_and_at_acts(cleo: Somebody, move: Move) -> None:
    code = cleo.code()
    accounts.finish(cleo.begin().token, code, OFFICE)
    with pytest.raises(WrongCode):
        accounts.finish(cleo.begin().token, code, OFFICE)
    with pytest.raises(WrongCode):
        accounts.check_fresh_code(cleo.row(), code)
    move(timedelta(seconds=30))
    accounts.check_fresh_code(cleo.row(), cleo.code())
    with pytest.raises(WrongCode):
        accounts.check_fresh_code(cleo.row(), cleo.code())
    with pytest.raises(WrongCode):
        accounts.check_fresh_code(cleo.row(), cleo.code(-1))


@pytest.mark.parametrize(
    ("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_counts_half_a_minute_either_way(cleo: Somebody, steps: int, taken: bool) -> None:
    token = cleo.begin().token
    if taken:
        accounts.finish(token, cleo.code(steps), OFFICE)
    else:
        with pytest.raises(WrongCode):
            accounts.finish(token, cleo.code(steps), OFFICE)


@pytest.mark.parametrize("code", ["", "000", "٣٤٥٦٧٨", "1234567", "' OR 1=1 --", "a" * 5000])
def test_odd_codes_are_wrong_codes(cleo: Somebody, code: str) -> None:
    with pytest.raises(WrongCode):
        accounts.finish(cleo.begin().token, code, OFFICE)


def test_one_code_is_good_for_one_act(cleo: Somebody) -> None:
    accounts.check_fresh_code(cleo.row(), cleo.code())
    with deciding() as session:
        accounts.spend_fresh_code(session, cleo.actor)
    with pytest.raises(RefusedState), deciding() as session:
        accounts.spend_fresh_code(session, cleo.actor)


def test_a_code_holds_for_two_minutes(cleo: Somebody, move: Move) -> None:
    accounts.check_fresh_code(cleo.row(), cleo.code())
    move(timedelta(minutes=2, seconds=1))
    with pytest.raises(RefusedState), deciding() as session:
        accounts.spend_fresh_code(session, cleo.actor)


def test_an_act_that_fails_gives_the_code_back(cleo: Somebody) -> None:
    accounts.check_fresh_code(cleo.row(), cleo.code())
    with suppress(ZeroDivisionError), deciding() as session:
        accounts.spend_fresh_code(session, cleo.actor)
        raise ZeroDivisionError
    with deciding() as session:
        accounts.spend_fresh_code(session, cleo.actor)


@pytest.mark.parametrize("email", ["cleo@town.example", "nobody@town.example", "", "x" * 4000])
def test_a_wrong_login_says_the_same_for_everybody(cleo: Somebody, email: str) -> None:
    with pytest.raises(WrongLogin, match=r"^The address or the password is not right\.$"):
        accounts.begin(email, "wrong password here", OFFICE)


def test_a_wrong_login_takes_as_long_without_an_account(cleo: Somebody) -> None:
    people.make("invited@town.example", Role.SENDER, password=None)

    def seconds(email: str, round: int) -> float:
        began = time.perf_counter()
        with pytest.raises(WrongLogin):
            accounts.begin(email, "wrong password here", people.Caller(f"192.0.2.{round}"))
        return time.perf_counter() - began

    emails = ("cleo@town.example", "nobody@town.example", "invited@town.example")
    times = {email: [seconds(email, round) for round in range(5)] for email in emails}
    medians = [statistics.median(found) for found in times.values()]
    assert max(medians) < 2 * min(medians), medians


def test_a_closed_account_cannot_log_in(cleo: Somebody, ada: Somebody) -> None:
    token = cleo.log_in()
    accounts.close(cleo.email, actor=Actor("os:tester", "test"))
    assert sessions.read(token) is None
    with pytest.raises(WrongLogin):
        cleo.begin()


def guess(email: str, caller: people.Caller, times: int) -> int:
    """Guess in vain so often; how many of the guesses were looked at."""
    looked = 0
    for number in range(times):
        try:
            accounts.begin(email, f"wrong password {number}", caller)
        except TooManyTries:
            continue
        except WrongLogin:
            looked += 1
    return looked


def test_guesses_are_slowed_down(cleo: Somebody, move: Move) -> None:
    assert guess(cleo.email, STRANGER, 30) == 6, "five are free, the sixth starts the delay"
    with pytest.raises(TooManyTries) as refused:
        cleo.begin(STRANGER)
    assert refused.value.seconds <= 3
    waited = 0
    for _ in range(12):
        move(timedelta(minutes=15))
        waited += guess(cleo.email, STRANGER, 5)
    assert waited == 12, "after some tries one each quarter of an hour is looked at"


def test_guesses_never_shut_the_officer_out(cleo: Somebody) -> None:
    known = accounts.browser_token(cleo.email, "")
    guess(cleo.email, STRANGER, 40)
    cleo.begin(people.Caller(address=STRANGER.address, browser=known))  # even from the same address
    cleo.begin(OFFICE)  # and a new browser from elsewhere


def test_a_forged_browser_token_is_a_strangers(cleo: Somebody) -> None:
    ours = accounts.browser_token("mallory@town.example", "")
    assert guess(cleo.email, people.Caller(STRANGER.address, browser=ours), 30) == 6
    assert (
        guess(cleo.email, people.Caller(STRANGER.address, browser="0" * 32 + "." + "0" * 32), 9)
        == 0
    )


def test_one_machine_cannot_try_many_accounts(cleo: Somebody) -> None:
    looked = sum(guess(f"person{number}@town.example", STRANGER, 1) for number in range(80))
    assert looked == 41


def test_many_machines_are_slowed_down_on_one_account(cleo: Somebody, move: Move) -> None:
    looked = sum(
        guess(cleo.email, people.Caller(f"203.0.113.{number}"), 1) for number in range(100)
    )
    assert looked == 51
    move(timedelta(seconds=21))
    cleo.begin(OFFICE)


def test_a_delay_ends_and_refused_tries_do_not_prolong_it(cleo: Somebody, move: Move) -> None:
    guess(cleo.email, STRANGER, 6)
    for _ in range(50):
        guess(cleo.email, STRANGER, 1)
    move(timedelta(seconds=3))
    assert cleo.begin(STRANGER).stage is Stage.CODE


def test_codes_are_slowed_down_too(cleo: Somebody, move: Move) -> None:
    token = cleo.begin().token
    for _ in range(6):
        with pytest.raises(WrongCode):
            accounts.finish(token, "000000", OFFICE)
    with pytest.raises(TooManyTries):
        accounts.finish(token, cleo.code(), OFFICE)
    for _ in range(6):
        with pytest.raises(WrongCode):
            accounts.check_fresh_code(cleo.row(), "000000")
    with pytest.raises(TooManyTries):
        accounts.check_fresh_code(cleo.row(), cleo.code())


def test_failures_are_noted_in_sums_and_without_what_was_typed(cleo: Somebody) -> None:
    guess(cleo.email, STRANGER, 6)
    guess("my-secret-password-in-the-wrong-field", STRANGER, 5)
    rows = [row for row in journal.newest(db.session(), 100) if row.kind == "logins-failed"]
    assert [row.data for row in rows] == [
        {"email": cleo.email, "failures": 5},
        {"email": "", "failures": 10},  # the machine's
        {"email": "", "failures": 5},
    ]
    assert not any("secret" in str(row.data) for row in rows)


def test_a_login_ends_when_nobody_uses_it(cleo: Somebody, move: Move) -> None:
    token = cleo.log_in()
    move(timedelta(minutes=29))
    assert sessions.read(token) is not None
    move(timedelta(minutes=29))
    assert sessions.read(token) is not None
    move(timedelta(minutes=30))
    assert sessions.read(token) is None


def test_a_page_that_polls_does_not_keep_a_login_alive(cleo: Somebody, move: Move) -> None:
    token = cleo.log_in()
    for _ in range(3):
        move(timedelta(minutes=9))
        assert sessions.read(token, touch=False) is not None
    move(timedelta(minutes=3))
    assert sessions.read(token, touch=False) is None


def test_a_login_ends_after_twelve_hours_whatever_happens(cleo: Somebody, move: Move) -> None:
    token = cleo.log_in()
    for _ in range(24 * 3 - 1):
        move(timedelta(minutes=10))
        assert sessions.read(token) is not None
    move(timedelta(minutes=10))
    assert sessions.read(token) is None


def test_a_half_login_ends_soon(cleo: Somebody, move: Move) -> None:
    token = cleo.begin().token
    move(timedelta(minutes=20))
    with pytest.raises(LoginEnded):
        accounts.finish(token, cleo.code(), OFFICE)


def test_a_new_password_ends_the_other_logins(cleo: Somebody) -> None:
    here = cleo.log_in()
    there = people.whole_session(cleo.email)
    with pytest.raises(RefusedInput, match="have now"):
        accounts.change_password(
            cleo.signed_in(here), here, "wrong password!", "grøn-hat-i-en-å-19"
        )
    accounts.change_password(cleo.signed_in(here), here, PASSWORD, "grøn-hat-i-en-å-19")
    assert sessions.read(there) is None
    assert cleo.signed_in(here)
    with pytest.raises(WrongLogin):
        cleo.begin()
    assert cleo.begin(password="grøn-hat-i-en-å-19")


def test_changed_roles_end_the_logins(cleo: Somebody, ada: Somebody) -> None:
    token = cleo.log_in()
    ada.allow()
    accounts.change_roles(cleo.email, [Role.AUTHOR], actor=ada.actor)
    assert sessions.read(token) is None


def test_logging_out_ends_the_login_wherever_its_cookie_is(cleo: Somebody) -> None:
    token = cleo.log_in()
    sessions.end(token)
    assert sessions.read(token) is None


def test_logging_out_elsewhere_leaves_this_one(cleo: Somebody) -> None:
    here, there = cleo.log_in(), people.whole_session(cleo.email)
    sessions.end_others(cleo.signed_in(here))
    assert sessions.read(there) is None
    assert [item.id for item in sessions.of_person(db.session(), cleo.row())] == [
        cleo.signed_in(here).id
    ]


def test_an_app_is_replaced_with_a_fresh_code_only(cleo: Somebody, move: Move) -> None:
    token = cleo.log_in()
    with pytest.raises(RefusedState):
        accounts.propose_factor(token)
    move(timedelta(seconds=30))
    accounts.check_fresh_code(cleo.row(), cleo.code())
    accounts.propose_factor(token)
    row = db.session().scalars(select(LoginSession)).one()
    assert row.proposed_secret
    old, cleo.secret = cleo.secret, row.proposed_secret
    done = accounts.finish_setup(token, cleo.code())
    assert len(done.codes) == 10
    move(timedelta(seconds=30))
    accounts.check_fresh_code(cleo.row(), cleo.code())
    cleo.secret = old
    move(timedelta(seconds=30))
    with pytest.raises(WrongCode):
        accounts.check_fresh_code(cleo.row(), cleo.code())


def test_secrets_are_encrypted_at_rest(cleo: Somebody) -> None:
    raw = db.session().connection().exec_driver_sql("SELECT totp_secret FROM people").scalar_one()
    assert cleo.secret not in bytes(raw)


def test_a_person_who_was_seen_is_marked(cleo: Somebody, move: Move) -> None:
    token = cleo.log_in()
    db.session().execute(update(Person).values(last_seen_at=None))
    db.session().commit()
    move(timedelta(minutes=2))
    sessions.read(token)
    assert cleo.row().last_seen_at is not None
