"""Logging in by its pages, and what a stranger or a colleague might try there."""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub import accounts, clock, journal
from hub.accounts import factors, sessions
from hub.application import create_app
from hub.database import db
from hub.demo_marker import MARKER
from hub.desk import access
from hub.journal import Actor
from hub.models import LoginSession, LoginTries, Person, Role
from hub.settings import Settings
from tests.accounts.people import PASSWORD, Somebody, make
from tests.conftest import make_settings, set_up_database
from tests.desk.conftest import START, Browser, LoginAs
from tests.desk.pages import check_page

NEW_PASSWORD = "grøn-hat-i-en-å-19"
SHELL = Actor("os:tester", "command", "tester")
MARKUP = '"><script>alert(1)</script>'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """An empty hub: here people come in by its doors."""
    application = create_app(settings)
    application.test_client_class = Browser
    with application.app_context(), clock.set_to(START):
        set_up_database()
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def cleo(app: Flask) -> Somebody:
    return make("cleo@town.example", Role.SENDER)


@pytest.fixture
def ada(app: Flask) -> Somebody:
    return make("ada@town.example", Role.ADMIN)


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def log_in(browser: Browser, who: Somebody, **fields: Any) -> TestResponse:
    """Password and code; the answer of the last step."""
    first = browser.send("/desk/login", "/desk/login", email=who.email, password=PASSWORD, **fields)
    assert first.status_code == 303, text(first)
    assert "/desk/login/code" in first.location
    return browser.send("/desk/login/code", "/desk/login/code", code=who.code(), **fields)


def secret_in(browser: Browser, page: str = "/desk/login/setup") -> bytes:
    """The key on the set-up page, as somebody types it into an app."""
    shown = re.search(r'class="code key">([A-Z2-7 ]+)<', text(browser.get(page)))
    assert shown
    return b32decode(shown[1].replace(" ", ""))


def test_a_password_and_a_code_lead_in(anybody: Browser, cleo: Somebody) -> None:
    assert anybody.get("/desk/people").location == "/desk/login?next=/desk/people"
    answer = log_in(anybody, cleo, next="/desk/people")
    assert (answer.status_code, answer.location) == (303, "/desk/people")
    assert anybody.get("/desk/people").status_code == 200


def test_a_first_login_walks_through_app_and_recovery_codes(anybody: Browser, app: Flask) -> None:
    new = make("new@town.example", Role.SENDER, factor=False)
    first = anybody.send("/desk/login", "/desk/login", email=new.email, password=PASSWORD)
    assert "/desk/login/setup" in first.location
    page = text(anybody.get("/desk/login/setup"))
    check_page(page)
    assert "<svg" in page
    new.secret = secret_in(anybody)
    wrong = anybody.send("/desk/login/setup", "/desk/login/setup", code="000000")
    assert wrong.status_code == 422
    done = anybody.send("/desk/login/setup", "/desk/login/setup", code=new.code())
    check_page(text(done))
    codes = re.findall(r"<code>([a-z0-9-]{19})</code>", text(done))
    assert len(codes) == 10
    assert anybody.get("/desk/").status_code == 200
    other = app.test_client()
    assert isinstance(other, Browser)
    other.send("/desk/login", "/desk/login", email=new.email, password=PASSWORD)
    by_paper = other.send("/desk/login/code", "/desk/login/code", recovery=codes[0])
    assert by_paper.location == "/desk/"


def closed_rules(app: Flask) -> dict[str, set[str]]:
    """Every address that asks for a login, and its methods."""
    return {
        rule.rule: {method.lower() for method in rule.methods or ()}
        for rule in app.url_map.iter_rules()
        if rule.endpoint in access.registry
        and access.registry[rule.endpoint].role is not access.PUBLIC
    }


def address(rule: str) -> str:
    return re.sub(r"<[^>]+>", "1", rule)


@pytest.mark.parametrize("stage", ["code", "setup"])
def test_a_login_without_its_factor_reaches_no_page(
    app: Flask, anybody: Browser, stage: str
) -> None:
    who = make("half@town.example", *Role, factor=stage == "code")
    answer = anybody.send("/desk/login", "/desk/login", email=who.email, password=PASSWORD)
    assert f"/desk/login/{stage}" in answer.location
    token = anybody.token(f"/desk/login/{stage}")
    rules = closed_rules(app)
    assert len(rules) > 10
    for rule, methods in rules.items():
        for method in ("get", "post"):
            found = getattr(anybody, method)(address(rule), data={"csrf_token": token})
            allowed = (302,) if method in methods else (302, 404, 405)
            assert found.status_code in allowed, (rule, method, found.status_code)
            if found.status_code == 302:
                assert found.location.startswith("/desk/login?next="), rule


def test_a_whole_login_without_a_factor_changes_nothing(app: Flask, login_as: LoginAs) -> None:
    """Should such a login ever come about, by restoring a backup or by hand."""
    make("admin@town.example", Role.ADMIN, factor=False)
    browser = login_as("admin@town.example")
    with app.app_context():
        db.session().scalars(select(Person)).one().totp_secret = None
        db.session().commit()
    assert browser.get("/desk/people/invite").status_code == 403


def test_the_session_is_another_one_after_each_step(
    app: Flask, anybody: Browser, cleo: Somebody
) -> None:
    seen = []

    def note() -> None:
        with anybody.session_transaction(path="/desk/") as cookie:
            seen.append((cookie.get(access.TOKEN), cookie.get("csrf_token")))

    anybody.get("/desk/login")
    note()
    anybody.send("/desk/login", "/desk/login", email=cleo.email, password=PASSWORD)
    anybody.get("/desk/login/code")
    note()
    anybody.send("/desk/login/code", "/desk/login/code", code=cleo.code())
    anybody.get("/desk/")
    note()
    assert len({token for token, _ in seen}) == 3
    assert len({form for _, form in seen}) == 3


def test_a_session_planted_on_somebody_stays_the_planters(
    app: Flask, anybody: Browser, cleo: Somebody
) -> None:
    mallory = app.test_client()
    assert isinstance(mallory, Browser)
    mallory.get("/desk/login")
    planted = mallory.get_cookie("desk", path="/desk")
    assert planted is not None
    anybody.set_cookie("desk", planted.value, path="/desk")
    log_in(anybody, cleo)
    assert anybody.get("/desk/people").status_code == 200
    assert mallory.get("/desk/people").status_code == 302


def test_logging_out_kills_a_copied_cookie(app: Flask, anybody: Browser, cleo: Somebody) -> None:
    log_in(anybody, cleo)
    held = anybody.get_cookie("desk", path="/desk")
    assert held is not None
    thief = app.test_client()
    thief.set_cookie("desk", held.value, path="/desk")
    assert thief.get("/desk/people").status_code == 200
    anybody.send("/desk/logout")
    assert thief.get("/desk/people").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/desk/../../evil",
        "/desk//evil.example",
        "javascript:alert(1)",
        "https:/desk/evil",
        "/desk/\r\nSet-Cookie: x=y",
        " /desk/people",
        "/elsewhere",
    ],
)
def test_next_leads_to_the_desk_only(anybody: Browser, cleo: Somebody, target: str) -> None:
    where = log_in(anybody, cleo, next=target).location
    assert where.startswith("/desk/")
    assert "evil" not in where
    assert "\n" not in where


def test_forms_need_their_token(
    app: Flask, anybody: Browser, cleo: Somebody, ada: Somebody
) -> None:
    fields = {"email": cleo.email, "password": PASSWORD}
    assert anybody.post("/desk/login", data=fields).status_code == 400
    log_in(anybody, ada)
    for rule in closed_rules(app):
        answer = anybody.post(address(rule), data={"code": ada.code(1)})
        assert answer.status_code in (400, 404, 405), rule
    with app.app_context():
        assert len(db.session().scalars(select(Person)).all()) == 2


def test_guessing_is_answered_with_429_and_counted_in_the_database(
    app: Flask, anybody: Browser, cleo: Somebody
) -> None:
    answers = [
        anybody.send("/desk/login", "/desk/login", email=cleo.email, password=f"guess {n}")
        for n in range(8)
    ]
    assert [answer.status_code for answer in answers] == [422] * 6 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    with app.app_context():
        assert db.session().scalars(select(LoginTries)).all()


def test_a_known_browser_is_not_slowed_down_by_a_stranger(
    app: Flask, anybody: Browser, cleo: Somebody
) -> None:
    log_in(anybody, cleo)
    anybody.send("/desk/logout")
    stranger = app.test_client()
    assert isinstance(stranger, Browser)
    for number in range(8):
        stranger.send("/desk/login", "/desk/login", email=cleo.email, password=f"guess {number}")
    answer = anybody.send("/desk/login", "/desk/login", email=cleo.email, password=PASSWORD)
    assert answer.status_code == 303


def test_the_pages_say_the_same_with_and_without_an_account(
    anybody: Browser, cleo: Somebody
) -> None:
    def shown(email: str) -> str:
        answer = anybody.send("/desk/login", "/desk/login", email=email, password="wrong, surely")
        page = re.sub(r'name="csrf_token" value="[^"]+"', "", text(answer))
        return f"{answer.status_code} {page.replace(email, '')}"

    assert shown(cleo.email) == shown("nobody@town.example")


def test_a_code_cannot_be_replayed(app: Flask, anybody: Browser, cleo: Somebody) -> None:
    log_in(anybody, cleo)
    thief = app.test_client()
    assert isinstance(thief, Browser)
    thief.send("/desk/login", "/desk/login", email=cleo.email, password=PASSWORD)
    with app.app_context():
        last = cleo.row().totp_last_step
        assert last is not None
        replayed = factors.code_at(cleo.secret, last)
    assert thief.send("/desk/login/code", "/desk/login/code", code=replayed).status_code == 422


def path(url: str) -> str:
    return "/desk/" + url.partition("/desk/")[2]


def test_an_invitation_is_shown_once_and_used_once(
    app: Flask, login_as: LoginAs, anybody: Browser, ada: Somebody, code_of: Callable[[str], str]
) -> None:
    browser = login_as(ada.email)
    answer = browser.send(
        "/desk/people/invite",
        email="bo@town.example",
        role=["author", "approver"],
        phone="20 12 34 56",
        most="50",
        code=code_of(ada.email),
    )
    check_page(text(answer))
    url = re.search(r"http://[^<\s]+/desk/welcome/[\w-]+", text(answer))
    assert url
    link = path(url[0])
    assert anybody.get(link).status_code == 200
    weak = anybody.send(link, link, password="kommune12345", again="kommune12345")
    assert weak.status_code == 422
    differ = anybody.send(link, link, password=NEW_PASSWORD, again=NEW_PASSWORD + "!")
    assert differ.status_code == 422
    done = anybody.send(link, link, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert "/desk/login/setup" in done.location
    thief = app.test_client()
    assert thief.get(link).status_code == 409
    with app.app_context():
        bo = accounts.find_person(db.session(), "bo@town.example")
        assert (bo.role_names, bo.largest_reach, bo.duty_phone) == (
            {Role.AUTHOR, Role.APPROVER},
            50,
            "+4520123456",
        )
        assert accounts.may_be_other_eyes(db.session(), bo, ada.email)


def test_acts_on_people_ask_for_a_code(
    app: Flask, login_as: LoginAs, ada: Somebody, cleo: Somebody, code_of: Callable[[str], str]
) -> None:
    browser = login_as(ada.email)
    with app.app_context():
        number = cleo.row().id
    page = f"/desk/people/{number}/roles"
    assert browser.send(page, role="author").status_code == 422
    assert browser.send(page, role="author", code="000000").status_code == 422
    with app.app_context():
        assert cleo.row().role_names == {Role.SENDER}
    done = browser.send(page, role="author", code=code_of(ada.email))
    assert (done.status_code, done.location) == (303, f"/desk/people/{number}")
    with app.app_context():
        assert cleo.row().role_names == {Role.AUTHOR}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_else_reaches_an_admins_pages(
    app: Flask, login_as: LoginAs, ada: Somebody, role: Role, code_of: Callable[[str], str]
) -> None:
    mallory = make("mallory@town.example", role)
    browser = login_as(mallory.email)
    with app.app_context():
        number, own = ada.row().id, mallory.row().id
    code = code_of(mallory.email)
    for act in ("roles", "bounds", "phone", "reset", "close", "link"):
        for target in (number, own):
            page = f"/desk/people/{target}/{act}"
            assert browser.get(page).status_code == 403
            assert browser.send(page, role="admin", code=code).status_code == 403
    assert browser.get(f"/desk/people/{number}").status_code == 403
    invited = browser.send("/desk/people/invite", email="x@y.example", role="admin", code=code)
    assert invited.status_code == 403
    with app.app_context():
        assert mallory.row().role_names == {role}


def test_a_passkey_of_somebody_else_cannot_be_removed(
    app: Flask, login_as: LoginAs, ada: Somebody, cleo: Somebody
) -> None:
    assert login_as(cleo.email).send("/desk/account/passkey/1/remove").status_code == 404


def test_the_last_admin_is_refused_in_words(
    app: Flask, login_as: LoginAs, ada: Somebody, code_of: Callable[[str], str]
) -> None:
    browser = login_as(ada.email)
    with app.app_context():
        number = ada.row().id
    answer = browser.send(f"/desk/people/{number}/close", code=code_of(ada.email))
    assert answer.status_code == 422
    assert "sidste administrator" in text(answer)
    with app.app_context():
        assert ada.row().closed_at is None


def test_one_changes_ones_own_password(app: Flask, login_as: LoginAs, cleo: Somebody) -> None:
    browser, other = login_as(cleo.email), login_as(cleo.email)
    page = "/desk/account/password"
    wrong = browser.send(page, current="not it", password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert wrong.status_code == 422
    done = browser.send(page, current=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert done.location == "/desk/account"
    assert browser.get("/desk/account").status_code == 200
    assert other.get("/desk/account").status_code == 302


def test_new_recovery_codes_and_another_app(
    app: Flask, login_as: LoginAs, cleo: Somebody, code_of: Callable[[str], str]
) -> None:
    browser = login_as(cleo.email)
    sheet = browser.send("/desk/account/recovery", code=code_of(cleo.email))
    codes = re.findall(r"<code>([a-z0-9-]{19})</code>", text(sheet))
    assert len(codes) == 10
    asked = browser.send("/desk/account/app", recovery=codes[0])
    assert asked.location.startswith("/desk/login/setup")
    cleo.secret = secret_in(browser)
    done = browser.send("/desk/login/setup", "/desk/login/setup", code=cleo.code())
    assert done.status_code == 200
    with app.app_context():
        assert cleo.row().totp_secret == cleo.secret


def test_markup_in_every_field_stays_text(
    app: Flask, login_as: LoginAs, ada: Somebody, anybody: Browser, code_of: Callable[[str], str]
) -> None:
    evil = "<script>alert(1)</script>@town.example"
    with app.app_context():
        person = make('"><img/src=x>@town.example', Role.SENDER)
        number = person.row().id
        row = db.session().get_one(Person, number)
        row.made_by = MARKUP
        row.duty_phone = "+45<script>"
        db.session().commit()
        accounts.change_bounds(row.email, scenarios=["water-boil"], most=3, actor=SHELL)
    browser = login_as(ada.email)
    pages = [
        text(browser.get(f"/desk/people{rest}")) for rest in ("", f"/{number}", f"/{number}/bounds")
    ]
    pages.append(
        text(
            browser.send(
                "/desk/people/invite",
                email=evil,
                phone=MARKUP,
                most=MARKUP,
                role=MARKUP,
                scenario=MARKUP,
                code=code_of(ada.email),
            )
        )
    )
    pages.append(
        text(anybody.send("/desk/login", "/desk/login", email=MARKUP, password=MARKUP, next=MARKUP))
    )
    victim = login_as('"><img/src=x>@town.example')
    with app.app_context():
        db.session().scalars(
            select(LoginSession).order_by(LoginSession.id.desc())
        ).first().agent = MARKUP  # type: ignore[union-attr]
        db.session().commit()
    pages.append(text(victim.get("/desk/account")))
    pages.append(text(victim.get("/desk/journal")))
    for page in pages:
        assert "<script>alert" not in page
        assert "<img" not in page
        check_page(page)
    assert "&lt;script&gt;alert" in pages[-2]


def test_a_demo_link_works_on_this_machine_only(
    app: Flask, settings: Settings, anybody: Browser
) -> None:
    (settings.data_dir / MARKER).touch()
    with app.app_context():
        dan = make("dan@town.example", Role.SENDER, factor=False, password=None)
        link = path(accounts.demo_login_link(dan.row()).url)
    check_page(text(anybody.get(link)))
    token = anybody.token(link)
    for headers, base, remote in (
        ({"X-Forwarded-For": "203.0.113.9"}, "http://localhost", "127.0.0.1"),
        ({}, "http://hub.example", "127.0.0.1"),
        ({}, "http://localhost", "203.0.113.9"),
    ):
        answer = anybody.post(
            link,
            data={"csrf_token": token},
            headers=headers,
            base_url=base,
            environ_overrides={"REMOTE_ADDR": remote},
        )
        assert answer.status_code in (400, 403), (headers, base, remote)
    done = anybody.post(link, data={"csrf_token": token})
    assert done.location == "/desk/"
    assert anybody.get("/desk/people").status_code == 200
    again = app.test_client().get(link)
    assert again.status_code == 409


@pytest.mark.parametrize(
    "page",
    [
        "/desk/account",
        "/desk/account/password",
        "/desk/account/recovery",
        "/desk/account/app",
        "/desk/people",
        "/desk/people/invite",
    ],
)
def test_the_pages_are_whole(app: Flask, login_as: LoginAs, ada: Somebody, page: str) -> None:
    browser = login_as(ada.email)
    answer = browser.get(page)
    assert answer.status_code == 200
    check_page(text(answer))


def test_the_pages_about_a_person_are_whole(
    app: Flask, login_as: LoginAs, ada: Somebody, cleo: Somebody
) -> None:
    browser = login_as(ada.email)
    with app.app_context():
        number = cleo.row().id
    for act in ("", "/roles", "/bounds", "/phone", "/reset", "/close", "/link"):
        answer = browser.get(f"/desk/people/{number}{act}")
        assert answer.status_code == 200, act
        check_page(text(answer))


def test_an_entry_tells_of_the_login(app: Flask, anybody: Browser, cleo: Somebody) -> None:
    log_in(anybody, cleo)
    with app.app_context():
        entry = journal.newest(db.session(), 1)[0]
        assert (entry.kind, entry.actor, entry.door) == ("logged-in", cleo.email, "desk")
        assert sessions.of_person(db.session(), cleo.row())
