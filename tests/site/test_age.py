"""How old a page is: absolute times that hold whatever the reader's clock says, and a banner once it is too old."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from hub.text.situation import Situation
from tests.site.browsing import SITUATIONS, Site, browser, context, page, site
from tests.situations import NOON, announcement, incident, one, quiet, situation

__all__ = ["browser", "context", "page", "site"]

HOLDS = timedelta(minutes=40)
"""What `one` promises: its next update in 25 minutes, and a quarter of an hour's grace."""
WORDS = (
    "Siden er opdateret lørdag den 21. november kl. 12.05.",
    "Er det senere end kl. 12.45, er den for gammel. Prøv igen, eller hør DR P4.",
    "Vi skriver igen senest lørdag den 21. november kl. 12.30, også hvis der ikke er nyt.",
)


def banner(page: Page) -> bool:
    return page.locator("#s").is_visible()


def opened(site: Site, page: Page, value: Situation, at: datetime, path: str = "/") -> str:
    site.show(value)
    page.clock.install(time=at)
    page.goto(f"{site.address}{path}")
    return page.locator("body").inner_text()


def test_a_page_past_its_time_says_so_by_itself(site: Site, page: Page) -> None:
    opened(site, page, one(), NOON)
    assert not banner(page)
    page.clock.run_for(39 * 60 * 1000)
    assert not banner(page)
    page.clock.run_for(3 * 60 * 1000)
    assert banner(page)
    assert page.locator("#s").inner_text() == "Denne side er for gammel."


def test_a_page_that_was_old_when_it_was_opened_says_so_at_once(site: Site, page: Page) -> None:
    opened(site, page, quiet(), NOON + timedelta(minutes=31), "/en/")
    assert banner(page)
    for path in ("/alle/", "/ovelse/"):
        page.goto(f"{site.address}{path}")
        assert banner(page), path


@pytest.mark.parametrize(
    "wrong", [timedelta(days=-3650), timedelta(hours=-2), timedelta(days=3650)]
)
def test_a_wrong_clock_changes_no_word_about_the_age(
    site: Site, page: Page, wrong: timedelta
) -> None:
    """A clock that is late makes nothing fresh: the banner stays away, the times stand. One that is ahead adds the
    banner and takes nothing away."""
    said = opened(site, page, one(), NOON + HOLDS + timedelta(hours=1) + wrong)
    for words in WORDS:
        assert words in said
    assert banner(page) is (wrong >= timedelta(0))


def test_no_script_writes_a_time_on_the_page(site: Site, browser: Browser) -> None:
    """Word for word the same at any hour, but for the banner."""
    site.show(SITUATIONS["mixed"]())
    texts = set()
    for hours in (-48, 0, 48):
        context = browser.new_context()
        page = context.new_page()
        page.clock.install(time=NOON + timedelta(hours=hours))
        page.goto(f"{site.address}/")
        texts.add(page.evaluate("s.hidden = true, document.body.innerText"))
        context.close()
    assert len(texts) == 1


def test_without_javascript_an_old_page_says_by_its_words_that_it_is_old(
    site: Site, browser: Browser
) -> None:
    late = announcement(next_update=NOON - timedelta(minutes=10), until=NOON - timedelta(minutes=5))
    site.show(situation(incident(late)))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.address}/")
    said = page.locator("body").inner_text()
    context.close()
    assert "Er det senere end kl. 13.05, er den for gammel." in said
    assert "Vi skulle have skrevet igen senest lørdag den 21. november kl. 11.55." in said
    assert "Vi har ikke skrevet, at det er slut: det gælder stadig." in said
