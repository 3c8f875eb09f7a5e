"""The page in a real browser: requests, script, layout, reading order."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

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
from tests.situations import NOON, announcement, ended, incident, one, quiet, situation, six

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


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_page_is_one_request_without_a_complaint(site: Site, page: Page, name: str) -> None:
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    site.show(SITUATIONS[name]())
    page.goto(f"{site.address}/")
    page.wait_for_load_state("networkidle")
    assert [url for url in requests if not url.startswith("data:")] == [f"{site.address}/"]
    assert complaints == []
    assert page.context.cookies() == []


def test_a_page_past_its_time_says_so_by_itself(site: Site, page: Page) -> None:
    site.show(one())
    page.clock.install(time=NOON)
    page.goto(f"{site.address}/")
    assert not banner(page)
    page.clock.run_for(39 * 60 * 1000)
    assert not banner(page)
    page.clock.run_for(3 * 60 * 1000)
    assert banner(page)
    assert "Denne side er for gammel." in page.locator("#s").inner_text()


def test_a_page_that_was_old_when_it_was_opened_says_so_at_once(site: Site, page: Page) -> None:
    site.show(quiet())
    page.clock.install(time=NOON + timedelta(minutes=31))
    page.goto(f"{site.address}/en/")
    assert banner(page)


def test_without_javascript_every_fact_is_there(site: Site, browser: Browser) -> None:
    site.show(mixed())
    seen = []
    for enabled in (True, False):
        context = browser.new_context(java_script_enabled=enabled)
        page = context.new_page()
        if enabled:
            page.clock.install(time=NOON)
        page.goto(f"{site.address}/")
        seen.append(page.locator("body").inner_text())
        context.close()
    assert seen[0] == seen[1]
    assert "Er det senere end kl. 12.45, og står der stadig kl. 12.05 her" in seen[1]


@pytest.mark.parametrize("name", SITUATIONS)
def test_nothing_runs_over_the_edge_at_320_pixels(site: Site, page: Page, name: str) -> None:
    site.show(SITUATIONS[name]())
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/ar/", "/i/", "/ovelse/", "/ovelse/ar/", "/nothing-here"):
        page.goto(f"{site.address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_the_page_stays_small_for_the_browser(site: Site, page: Page) -> None:
    site.show(six(("da",)))
    page.goto(f"{site.address}/")
    assert page.evaluate("document.querySelectorAll('*').length") <= 160


def test_every_link_is_large_enough_for_a_finger(site: Site, page: Page) -> None:
    """WCAG 2.5.8: 24 by 24 pixels, but for links inside a sentence."""
    site.show(mixed())
    page.goto(f"{site.address}/")
    sizes = page.evaluate(
        "[...document.querySelectorAll('nav a, footer a')].map(a => a.getBoundingClientRect().height)"
    )
    assert len(sizes) >= 3
    assert min(sizes) >= 24


GLYPHS = """
selector => {
  const element = document.querySelector(selector);
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let i = 0; i < node.length; i++) {
      const range = document.createRange();
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const box = range.getBoundingClientRect();
      if (/[0-9:]/.test(node.data[i])) found.push([Math.round(box.top), box.left, node.data[i]]);
    }
  }
  return found.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(item => item[2]).join("");
}
"""


def test_the_digits_of_a_phone_number_stand_in_order_inside_arabic(site: Site, page: Page) -> None:
    site.show(SITUATIONS["one"]())
    page.goto(f"{site.address}/ar/")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert page.evaluate(GLYPHS, "article a[href^='tel:']") == "70203040"


def test_clock_times_stand_in_order_inside_arabic(site: Site, page: Page) -> None:
    site.show(SITUATIONS["one"]())
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto(f"{site.address}/ar/")
    times = page.locator("time").count()
    assert times >= 4
    for number in range(times):
        shown = page.evaluate(
            GLYPHS.replace(
                "document.querySelector(selector)", "document.querySelectorAll('time')[selector]"
            ),
            number,
        )
        moment = page.locator("time").nth(number).get_attribute("datetime") or ""
        assert moment[11:16] in shown, shown


def test_on_paper_the_page_is_a_door_notice(site: Site, page: Page, tmp_path: Path) -> None:
    site.show(mixed())
    page.goto(f"{site.address}/")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator("nav").is_visible()
    assert not page.locator("section.past").is_visible()
    assert page.locator("article").first.is_visible()
    assert "eksempel.dk" in page.locator("footer").inner_text()
    assert len(page.pdf(prefer_css_page_size=True)) > 1000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_exercise_looks_like_no_real_page(site: Site, browser: Browser, scheme: str) -> None:
    site.show(mixed())
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    looks = []
    for path in ("/", "/ovelse/"):
        page.goto(f"{site.address}{path}")
        looks.append(
            page.evaluate(
                "[getComputedStyle(document.body).backgroundColor,"
                " getComputedStyle(document.body).borderTopStyle]"
            )
        )
    context.close()
    assert looks[0][0] != looks[1][0]
    assert (looks[0][1], looks[1][1]) == ("none", "dashed")
