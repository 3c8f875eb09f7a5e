"""Every page that needs no number, for everybody, in both languages: also those not written yet."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask

from hub.desk import access, static_files
from hub.desk.language import LANGUAGES
from tests.desk import happening
from tests.desk.conftest import PEOPLE, Browser, LoginAs
from tests.desk.pages import check_page
from tests.desk.test_routes import OPTIONAL, desk_rules

pytestmark = pytest.mark.usefixtures("town")

FIRST_VISIT = 60_000
NEXT_VISIT = 15_000
STYLE_SHEET = 12_000


def plain_pages(app: Flask) -> list[str]:
    return sorted(
        rule.rule
        for rule in desk_rules(app)
        if "GET" in (rule.methods or set())
        and not rule.arguments
        and not OPTIONAL.fullmatch(rule.endpoint)
    )


@pytest.fixture
def busy(app: Flask) -> None:
    """An incident with an announcement in force and one waiting, and an exercise."""
    happening.town_list()
    number = happening.incident()
    happening.live(number, audience="borgere")
    happening.prepared(
        happening.incident("power-outage", exercise=True),
        "power-outage/during",
        slots={},
        examples=True,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("email", PEOPLE)
def test_every_page_is_whole(
    app: Flask, login_as: LoginAs, email: str, language: str, busy: None
) -> None:
    browser = login_as(email)
    browser.set_cookie("desk_language", language, path="/desk")
    seen = 0
    for path in plain_pages(app):
        answer = browser.get(path)
        if not answer.mimetype.startswith("text/html") or 300 <= answer.status_code < 400:
            continue
        page = check_page(answer.text)
        assert page.all("html")[0].attributes["lang"] == language, path
        assert answer.status_code in (200, 403, 409), path
        seen += 1
    assert seen > 2


def test_pages_before_the_login_are_whole(app: Flask, anybody: Browser) -> None:
    for path in plain_pages(app):
        answer = anybody.get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            assert access.registry[f"{_endpoint(app, path)}"].role is access.PUBLIC
            check_page(answer.text)


def _endpoint(app: Flask, path: str) -> str:
    return next(rule.endpoint for rule in desk_rules(app) if rule.rule == path)


def test_a_page_of_an_error_is_whole(login_as: LoginAs) -> None:
    for browser_language in LANGUAGES:
        browser = login_as("eva@town.example")
        browser.set_cookie("desk_language", browser_language, path="/desk")
        answer = browser.get("/desk/nothing")
        assert answer.status_code == 404
        check_page(answer.text)


def test_a_page_is_small_on_a_hotspot(app: Flask, login_as: LoginAs, busy: None) -> None:
    browser = login_as("cleo@town.example")
    squeezed = {"Accept-Encoding": "gzip"}
    for path in plain_pages(app):
        answer = browser.get(path, headers=squeezed)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        assert answer.headers["Content-Encoding"] == "gzip"
        page = len(answer.data)
        assert page < NEXT_VISIT, path
        text = gzip.decompress(answer.data).decode()
        files = set(re.findall(r'(?:href|src)="(/desk/static/[^"]+)"', text))
        assert files
        total = page + sum(len(browser.get(file, headers=squeezed).data) for file in files)
        assert total < FIRST_VISIT, path


def test_the_style_sheet_stays_small() -> None:
    content = (static_files.FOLDER / "desk.css").read_bytes()
    assert len(gzip.compress(content, 6)) < STYLE_SHEET


def test_a_file_at_its_hash_is_kept_for_good(login_as: LoginAs, anybody: Browser) -> None:
    text = login_as("eva@town.example").get("/desk/").text
    for path in set(re.findall(r'(?:href|src)="(/desk/static/[^"]+)"', text)):
        answer = anybody.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers


def test_a_file_at_another_hash_is_not_kept(anybody: Browser) -> None:
    answer = anybody.get("/desk/static/0123456789abcdef/desk.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_no_other_file_is_served(anybody: Browser) -> None:
    for name in ("access.py", "..%2faccess.py", "desk.css.map", ".."):
        assert anybody.get(f"/desk/static/0/{name}").status_code == 404
