"""Every route names who may use it, and is used by nobody else: also those not written yet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask, request
from sqlalchemy import delete, update
from werkzeug.routing import Rule

from hub import clock
from hub.database import db
from hub.desk import access
from hub.desk.access import PUBLIC
from hub.journal import Actor
from hub.models import LoginSession, Person, PersonRole, Role, Stage
from tests.desk.conftest import CLEO, DAN, EVA, PEOPLE, Browser, LoginAs
from tests.desk.pages import check_page

pytestmark = pytest.mark.usefixtures("town")

OPEN_TO_ALL = re.compile(r"desk\.(static_file|set_language|login\w*|logout|welcome|demo_login)")
"""What may be PUBLIC: each is a way in, or holds nothing."""
Probe = Callable[..., list[str]]
OPTIONAL = re.compile(r"desk\.login_provider\w*")
"""Answers only where a provider is set up."""
READS = frozenset({"GET", "HEAD", "OPTIONS"})
VALUES = {"number": 987654321, "name": "none", "key": "none/during", "digest": "0", "token": "none"}


def desk_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk")]


def address(app: Flask, rule: Rule) -> str:
    """An address of the rule with made-up values."""
    values = {
        name: VALUES.get(
            name,
            987654321 if type(rule._converters[name]).__name__ == "IntegerConverter" else "none",
        )
        for name in rule.arguments
    }
    with app.test_request_context("/desk/"):
        return str(app.url_map.bind("").build(rule.endpoint, values, append_unknown=False))


@pytest.fixture
def probe(app: Flask) -> Iterator[Probe]:
    """Adds a page to the desk that says `inside`; gives the reasons that were posted to it."""
    made: list[str] = []

    def add(rule: str, *, role: access.Rule, fresh: bool = False) -> list[str]:
        seen: list[str] = []

        def view() -> str:
            seen.extend(request.form.getlist("reason"))
            return "inside"

        app.add_url_rule(
            rule, "desk.probe", access.guarded(view, role, fresh=fresh), methods=["GET", "POST"]
        )
        access.declare("desk.probe", role, fresh=fresh)
        made.append("desk.probe")
        return seen

    yield add
    for endpoint in made:
        del access.registry[endpoint]


def test_every_route_of_the_desk_names_its_role(app: Flask) -> None:
    rules = desk_rules(app)
    assert rules
    unnamed = [rule.rule for rule in rules if rule.endpoint not in access.registry]
    assert unnamed == []


def test_every_named_role_belongs_to_a_route(app: Flask) -> None:
    assert set(access.registry) == {rule.endpoint for rule in desk_rules(app)}


def test_only_ways_in_are_open_to_all(app: Flask) -> None:
    public = {name for name, rule in access.registry.items() if rule.role is PUBLIC}
    assert [name for name in public if not OPEN_TO_ALL.fullmatch(name)] == []


def test_what_changes_something_asks_for_a_role_or_is_a_persons_own(app: Flask) -> None:
    """A changing route without a role is one about the reader's own account, under /desk/account."""
    for rule in desk_rules(app):
        named = access.registry[rule.endpoint]
        if (rule.methods or set()) - READS and named.role is None:
            assert rule.rule.startswith("/desk/account"), rule.rule


def test_nobody_gets_in_without_logging_in(app: Flask, anybody: Browser) -> None:
    for rule in desk_rules(app):
        if access.registry[rule.endpoint].role is PUBLIC:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = anybody.open(address(app, rule), method=method)
            if method == "GET":
                assert answer.status_code == 302, rule.rule
                assert "/desk/login" in answer.headers["Location"], rule.rule
            else:
                assert answer.status_code in (302, 400), (rule.rule, answer.status_code)


COLLEAGUES = {roles[0]: email for email, roles in reversed(PEOPLE.items())}
"""One person for each role, with that role only."""


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_its_own_routes_only(app: Flask, login_as: LoginAs, role: Role) -> None:
    browser = login_as(COLLEAGUES[role])
    token = browser.token()
    for rule in desk_rules(app):
        wanted = access.roles_of(access.registry[rule.endpoint].role)
        if not wanted or role in wanted:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            data = {"csrf_token": token} if method != "GET" else None
            answer = browser.open(address(app, rule), method=method, data=data)
            assert answer.status_code == 403, (rule.rule, method, answer.status_code)
            assert any(COLLEAGUES[item] in answer.text for item in wanted), rule.rule


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_its_pages(app: Flask, login_as: LoginAs, role: Role) -> None:
    browser = login_as(COLLEAGUES[role])
    for rule in desk_rules(app):
        named = access.registry[rule.endpoint]
        if "GET" not in (rule.methods or set()) or (
            named.role is not None and role not in access.roles_of(named.role)
        ):
            continue
        answer = browser.get(address(app, rule))
        assert answer.status_code in (200, 302, 303, 404, 409), rule.rule
        if OPTIONAL.fullmatch(rule.endpoint):
            assert answer.status_code == 404, rule.rule
        else:
            assert answer.status_code != 404 or rule.arguments, rule.rule


def test_a_post_without_a_token_changes_nothing(
    app: Flask, login_as: LoginAs, person: Callable[..., Actor]
) -> None:
    browser = login_as(person("all@town.example", *Role).name)
    posts = [rule for rule in desk_rules(app) if (rule.methods or set()) - READS]
    assert posts
    for rule in posts:
        for data in ({}, {"csrf_token": "made-up"}, {"csrf_token": ""}):
            answer = browser.post(address(app, rule), data=data)
            assert answer.status_code == 400, rule.rule


def test_a_token_of_another_login_is_refused(login_as: LoginAs) -> None:
    mine, other = login_as(CLEO), login_as(DAN)
    answer = mine.post("/desk/language", data={"csrf_token": other.token(), "language": "en"})
    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers or "desk_language" not in answer.headers["Set-Cookie"]


def test_a_form_on_another_website_is_refused(login_as: LoginAs) -> None:
    browser = login_as(EVA)
    data = {"csrf_token": browser.token(), "language": "en"}
    for site, status in (
        ("cross-site", 403),
        ("same-site", 403),
        ("same-origin", 303),
        ("none", 303),
    ):
        answer = browser.post("/desk/language", data=data, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == status, site


def test_an_address_that_no_route_has_is_not_the_citizens_page(login_as: LoginAs) -> None:
    browser = login_as(EVA)
    for path in (
        "/desk/nothing",
        "/desk/journal/nothing",
        "/desk/../etc/passwd",
        "/desk/static/0/../../access.py",
    ):
        answer = browser.get(path)
        assert answer.status_code == 404, path
        assert "Content-Security-Policy" in answer.headers


def test_a_role_taken_away_closes_the_next_page(
    app: Flask, login_as: LoginAs, probe: Probe
) -> None:
    probe("/desk/probe", role=Role.SENDER)
    browser = login_as(CLEO)
    assert browser.get("/desk/probe").text == "inside"
    session = db.session()
    session.execute(delete(PersonRole))
    session.commit()
    assert browser.get("/desk/probe").status_code == 403


def test_a_role_without_a_second_factor_opens_nothing_but_reading(
    app: Flask, login_as: LoginAs, probe: Probe
) -> None:
    probe("/desk/probe", role=Role.SENDER)
    browser = login_as(CLEO)
    session = db.session()
    session.execute(update(Person).values(totp_secret=None))
    session.commit()
    answer = browser.get("/desk/probe")
    assert answer.status_code == 403
    assert "godkendelsesapp" in answer.text
    assert browser.get("/desk/").status_code == 200


def test_a_login_on_its_way_opens_nothing(app: Flask, login_as: LoginAs) -> None:
    for stage in (Stage.CODE, Stage.SETUP):
        browser = login_as(CLEO)
        session = db.session()
        session.execute(update(LoginSession).values(stage=stage.value))
        session.commit()
        assert browser.get("/desk/").status_code == 302


def test_a_code_is_asked_for_and_the_form_is_kept(
    login_as: LoginAs, probe: Probe, code_of: Callable[[str], str]
) -> None:
    seen = probe("/desk/probe", role=Role.SENDER, fresh=True)
    browser = login_as(CLEO)
    fields = {"reason": "<b>Fjernet & 1 > 0</b>", "tick": "yes"}
    for code in ("", "000000", "12345", "abcdef"):
        answer = browser.send("/desk/probe?page=2", code=code, **fields)
        assert answer.status_code == 422
        page = check_page(answer.text)
        kept = {
            item.attributes["name"]: item.attributes["value"]
            for item in page.all("input")
            if item.attributes.get("type") == "hidden"
        }
        assert {name: kept[name] for name in fields} == fields
        assert "code" not in kept
        assert [item.attributes["action"] for item in page.all("form")][-1] == "/desk/probe?page=2"
    assert seen == []
    answer = browser.send("/desk/probe", code=code_of(CLEO), **fields)
    assert answer.text == "inside"
    assert seen == [fields["reason"]]


def test_a_code_serves_until_an_act_takes_it(
    login_as: LoginAs,
    probe: Probe,
    code_of: Callable[[str], str],
    move: Callable[[timedelta], None],
) -> None:
    probe("/desk/probe", role=Role.SENDER, fresh=True)
    browser = login_as(CLEO)
    assert browser.send("/desk/probe", code=code_of(CLEO)).text == "inside"
    assert browser.send("/desk/probe").text == "inside", "nothing took it yet"
    session = db.session()
    session.execute(update(Person).values(fresh_code_at=None))
    session.commit()
    assert browser.send("/desk/probe").status_code == 422
    move(timedelta(minutes=1))
    assert browser.send("/desk/probe", code=code_of(CLEO)).text == "inside"
    move(timedelta(minutes=3))
    assert browser.send("/desk/probe").status_code == 422


def test_a_closed_account_is_logged_out(app: Flask, login_as: LoginAs) -> None:
    browser = login_as(CLEO)
    session = db.session()
    session.execute(update(Person).values(closed_at=clock.now()))
    session.commit()
    assert browser.get("/desk/").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/desk/",
        "//evil.example/desk/",
        "/desk//evil.example",
        "/\\evil.example",
        "/desk/\\\\evil.example",
        "javascript:alert(1)",
        "desk/now",
        "/elsewhere",
        "/desk/\r\nLocation: https://evil.example",
        "",
    ],
)
def test_nobody_is_sent_to_another_website(app: Flask, target: str) -> None:
    with app.test_request_context("/desk/"):
        assert access.safe_next(target) == "/desk/"


def test_one_is_sent_back_to_a_page_of_the_desk(app: Flask) -> None:
    with app.test_request_context("/desk/"):
        assert access.safe_next("/desk/journal?incident=3") == "/desk/journal?incident=3"
