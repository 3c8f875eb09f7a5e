"""A hub that serves on loopback and a real browser that looks at it: fixtures for the tests of the page."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from hub.application import create_app
from hub.phone.texts import phone_files
from hub.settings import Settings
from hub.site.rendering import render_site
from hub.site.targets.file import FileTarget
from hub.text.situation import Situation, Standing
from tests.conftest import make_settings
from tests.situations import announcement, ended, incident, quiet, situation, six

LANGUAGES = ("da", "en", "ar")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("chromium is not installed: apt-get install chromium", allow_module_level=True)


def mixed() -> Situation:
    """One in force, one over, past ones, an untranslated one and an exercise."""
    return situation(
        incident(ended(1), announcement(2, standing=Standing.OVER, kind="end"), number=1),
        incident(announcement(3, severity="life", languages=("da", "en")), number=2),
        incident(announcement(4, languages=LANGUAGES), number=3, exercise=True),
        languages=LANGUAGES,
    )


SITUATIONS: dict[str, Callable[[], Situation]] = {
    "quiet": lambda: replace(quiet(), languages=LANGUAGES),
    "one": lambda: situation(incident(announcement(languages=LANGUAGES)), languages=LANGUAGES),
    "six": lambda: six(LANGUAGES),
    "mixed": mixed,
}


@dataclass(frozen=True)
class Site:
    """A hub that serves on loopback, and a way to publish on it."""

    address: str
    settings: Settings

    def show(self, value: Situation) -> None:
        target = FileTarget(self.settings.data_dir / "site")
        with target.lock():
            target.put({**render_site(value, 1), **phone_files(value)}, 1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = make_settings(tmp_path_factory.mktemp("browser"))
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", settings)
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 360, "height": 640})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def banner(page: Page) -> bool:
    return page.locator("#s").is_visible()
