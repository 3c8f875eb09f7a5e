"""Headers, cookies and pages for what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from hub.application import create_app
from hub.database import db
from hub.desk import access, answers
from hub.errors import Conflict, HubError, Invalid, NotAllowed, NotFound
from tests.conftest import make_settings
from tests.desk.conftest import EVA, Browser, LoginAs
from tests.desk.pages import check_page

pytestmark = pytest.mark.usefixtures("town")

BAD = '<script>alert("x")</script>'


@pytest.fixture
def failing(app: Flask) -> Iterator[list[BaseException]]:
    """A page that raises what is put into the list."""
    errors: list[BaseException] = []

    def view() -> str:
        raise errors[-1]

    app.add_url_rule("/desk/failing", "desk.failing", access.guarded(view, None, fresh=False))
    access.declare("desk.failing", None)
    yield errors
    del access.registry["desk.failing"]


def test_every_answer_is_fenced(login_as: LoginAs, anybody: Browser) -> None:
    browser = login_as(EVA)
    for path in ("/desk/", "/desk/journal", "/desk/nothing", "/desk/static/0/desk.css"):
        answer = browser.get(path)
        policy = dict(
            part.strip().split(" ", 1)
            for part in answer.headers["Content-Security-Policy"].split(";")
        )
        assert policy == {
            "default-src": "'none'",
            "style-src": "'self'",
            "script-src": "'self'",
            "img-src": "'self' data:",
            "form-action": "'self'",
            "connect-src": "'self'",
            "frame-ancestors": "'none'",
            "base-uri": "'none'",
        }
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        if "static" not in path:
            assert answer.headers["Cache-Control"] == "no-store"


def test_the_citizens_page_is_not_touched(anybody: Browser) -> None:
    answer = anybody.get("/")
    assert "script-src 'self'" not in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("url", "secure"), [("https://hub.town.example", True), ("http://127.0.0.1:8000", False)]
)
def test_cookies_are_for_the_desk_only(tmp_path: Path, url: str, secure: bool) -> None:
    app = create_app(make_settings(tmp_path, HUB_PUBLIC_URL=url))
    assert app.config["SESSION_COOKIE_SECURE"] is secure
    assert app.config["SESSION_COOKIE_HTTPONLY"] is True
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert app.config["SESSION_COOKIE_PATH"] == "/desk"


def test_the_session_cookie_says_so(login_as: LoginAs) -> None:
    browser = login_as(EVA)
    browser.get("/desk/")
    cookie = browser.send("/desk/language", language="en").headers.getlist("Set-Cookie")
    chosen = next(item for item in cookie if item.startswith("desk_language="))
    assert "HttpOnly" in chosen
    assert "SameSite=Lax" in chosen
    assert "Path=/desk" in chosen


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("There is no list 7."), 404),
        (NotAllowed("Bo may do it."), 403),
        (Conflict("It was stopped already."), 409),
        (Invalid("Two things:\n  - one\n  - two"), 422),
        (HubError("Refused."), 400),
    ],
)
def test_a_refusal_has_its_own_page(
    failing: list[BaseException], login_as: LoginAs, error: HubError, status: int
) -> None:
    failing.append(error)
    answer = login_as(EVA).get("/desk/failing")
    assert answer.status_code == status
    page = check_page(answer.text)
    said = " ".join(item.text for item in page.all("p"))
    for line in answers.refusal(error):
        assert line in said


def test_a_refusal_with_markup_in_it_is_text(
    failing: list[BaseException], login_as: LoginAs
) -> None:
    failing.append(Conflict(f"The list {BAD} is gone."))
    answer = login_as(EVA).get("/desk/failing")
    assert BAD not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_our_own_mistake_says_what_to_do_and_nothing_of_the_inside(
    app: Flask, failing: list[BaseException], login_as: LoginAs
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    failing.append(RuntimeError("the secret inside"))
    answer = login_as(EVA).get("/desk/failing")
    assert answer.status_code == 500
    assert "secret inside" not in answer.text
    check_page(answer.text)


def test_our_own_mistake_has_a_page_without_a_database(app: Flask, login_as: LoginAs) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = login_as(EVA)
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        connection.execute(text("ALTER TABLE incidents RENAME TO gone"))
    answer = browser.get("/desk/")
    assert answer.status_code == 500
    assert answer.mimetype == "text/plain"
    assert "hub --help" in answer.text


def test_a_form_from_an_earlier_login_says_so(login_as: LoginAs) -> None:
    answer = login_as(EVA).post("/desk/language", data={"language": "en"})
    assert answer.status_code == 400
    assert "Intet blev ændret" in answer.text
    check_page(answer.text)


def test_what_is_too_large_says_so(app: Flask, login_as: LoginAs) -> None:
    answer = login_as(EVA).post("/desk/language", data={"language": "x" * 70_000})
    assert answer.status_code == 413
    check_page(answer.text)


def test_small_answers_and_pictures_are_not_compressed(anybody: Browser) -> None:
    answer = anybody.get("/desk/static/0/mark.svg", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]
