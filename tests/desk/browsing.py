"""A real browser before the desk: Chromium, on a server of this process."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.desk.conftest import LoginAs

if TYPE_CHECKING:
    from playwright.sync_api import Browser as PlaywrightBrowser
    from playwright.sync_api import BrowserContext, Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
REFUSED = ("409 (CONFLICT)", "422 (UNPROCESSABLE ENTITY)")
"""How the console ends its line about a form that came back with mistakes: that is no fault."""
OpenPage = Callable[..., "Page"]


class _Silent(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        return


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The application on a free port; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[PlaywrightBrowser]:
    """One browser for a module's tests; each page has its own cookies."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(served: str, chromium: PlaywrightBrowser, login_as: LoginAs) -> Iterator[OpenPage]:
    """Opens a page as somebody: `open_page("/desk/", "eva@...", javascript=False, width=1280, dark=True)`. Whatever
    the browser's console calls an error fails the test."""
    problems: list[str] = []
    contexts: list[BrowserContext] = []

    def open_(
        path: str, email: str, *, javascript: bool = True, width: int = 360, dark: bool = False
    ) -> Page:
        context = chromium.new_context(
            base_url=served,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 740},
            color_scheme="dark" if dark else "light",
            locale="da-DK",
            timezone_id="America/New_York",
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        cookie = login_as(email).get_cookie("desk", path="/desk")
        assert cookie is not None
        context.add_cookies(
            [{"name": "desk", "value": cookie.value, "domain": "127.0.0.1", "path": "/desk"}]
        )
        page = context.new_page()
        page.on(
            "console",
            lambda line: (
                problems.append(line.text)
                if line.type == "error" and not line.text.endswith(REFUSED)
                else None
            ),
        )
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert problems == [], problems
