"""The client that docs/phone-robot.md gives to the owners of robots does what the page says."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Response

from hub.phone.texts import phone_files
from hub.settings import Settings
from hub.site.targets.file import FileTarget
from hub.text.situation import Situation
from tests.situations import one, quiet

PAGE = Path(__file__).parents[2] / "docs" / "phone-robot.md"
SAFE = "Vi har intet nyt. Hør radioen."


def client_code() -> str:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return str(code)


@pytest.fixture
def make_robot() -> Callable[[int], Any]:
    names: dict[str, Any] = {}
    exec(compile(client_code(), str(PAGE), "exec"), names)
    return lambda port: names["Robot"](http.client.HTTPConnection("127.0.0.1", port, timeout=5))


@contextmanager
def serving(application: Any, port: int = 0) -> Iterator[BaseWSGIServer]:
    server = make_server("127.0.0.1", port, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def now_in(value: Situation) -> Situation:
    """A situation as it would be published at this moment: the client has no clock to set."""
    return replace(value, read_at=datetime.now(UTC))


def put(settings: Settings, value: Situation, revision: int) -> None:
    target = FileTarget(settings.data_dir / "site")
    with target.lock():
        target.put({"/index.html": b"page", **phone_files(value)}, revision)


def test_it_has_at_most_twenty_lines_of_the_standard_library() -> None:
    lines = [line for line in client_code().splitlines() if line.strip()]
    assert len(lines) <= 20
    assert all(len(line) <= 100 for line in lines)


def test_it_says_what_is_published_and_fetches_it_once(
    app: Flask, settings: Settings, make_robot: Callable[[int], Any]
) -> None:
    answers: list[int] = []

    @app.after_request
    def note(response: Any) -> Any:
        answers.append(response.status_code)
        return response

    put(settings, now_in(quiet()), 1)
    with serving(app) as server:
        robot = make_robot(server.server_port)
        assert robot.say() == SAFE
        for _ in range(3):
            robot.poll()
        published = (settings.data_dir / "site" / "phone" / "da.txt").read_text()
        assert robot.say() == published.strip()
        assert answers == [200, 304, 304]
        put(settings, now_in(one()), 2)
        robot.poll()
        assert "Kog vandet i Rødekro" in robot.say()
        assert answers[-1] == 200


def test_it_keeps_the_last_good_copy_while_the_server_is_gone_and_finds_it_again(
    app: Flask, settings: Settings, make_robot: Callable[[int], Any]
) -> None:
    put(settings, now_in(quiet()), 1)
    with serving(app) as server:
        port = server.server_port
        robot = make_robot(port)
        robot.poll()
        before = robot.say()
    robot.poll()
    assert robot.say() == before
    assert "ingen aktive beskeder" in before
    put(settings, now_in(one()), 2)
    with serving(app, port):
        robot.poll()
        robot.poll()
        assert "Kog vandet i Rødekro" in robot.say()


def test_past_its_time_it_says_how_old_the_news_is(
    app: Flask, settings: Settings, make_robot: Callable[[int], Any]
) -> None:
    put(settings, replace(quiet(), read_at=datetime.now(UTC) - timedelta(minutes=31)), 1)
    with serving(app) as server:
        robot = make_robot(server.server_port)
        robot.poll()
    assert robot.say().startswith("Vi har ikke hørt nyt fra Eksempel Kommune siden ")
    assert "ingen aktive beskeder" not in robot.say()


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"<html>Log in to the free net</html>",
        b"[]",
        b"{}",
        b'{"valid_until": "soon", "text": "x", "outlived": "y"}',
        b'{"valid_until": "2099-01-01T00:00:00+00:00", "text": null, "outlived": "y"}',
        b'{"valid_until": "2099-01-01T00:00:00+00:00", "text": "half',
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("status", [200, 500])
def test_garbage_is_no_answer(
    garbage: bytes, status: int, make_robot: Callable[[int], Any]
) -> None:
    good = phone_files(now_in(one()))["/phone/da.json"]

    def answers() -> Iterator[Response]:
        yield Response(good, headers={"ETag": '"1"'})
        yield Response(garbage, status, headers={"ETag": '"2"'})
        yield Response(good, headers={"ETag": '"3"'})

    coming = answers()
    seen: list[str] = []
    application = Flask("unsteady")

    @application.get("/phone/da.json")
    def phone() -> Response:
        seen.append(request.headers["If-None-Match"])
        return next(coming)

    with serving(application) as server:
        robot = make_robot(server.server_port)
        for _ in range(3):
            robot.poll()
            assert "Kog vandet i Rødekro" in robot.say()
    assert seen == ["-", '"1"', '"1"']
