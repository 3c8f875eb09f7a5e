"""The citizens' page holds to WCAG 2.2 AA as far as a program can tell: every template in every language, by day, by
night, on paper and on the narrowest screen; nothing is wrong, and nothing is left undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from hub.text.situation import Situation, Standing
from tests import axe
from tests.site.browsing import Site, browser, context, page, site
from tests.site.shipped import one_shipped
from tests.situations import announcement, ended, incident, quiet, situation

__all__ = ["browser", "context", "page", "site"]

LANGUAGES = ("da", "en", "de", "uk", "ar", "pl", "ro", "fr")
"""Seven with words of their own, and one without, which is written in English around what there is."""
LOOKS = (("light", 320), ("dark", 1280), ("print", 720))
GONE = "/nothing-here"


def everything() -> Situation:
    """In force, over, past, untranslated, closed, and a drill."""
    return situation(
        incident(ended(1), announcement(2, standing=Standing.OVER, kind="end"), number=1),
        incident(announcement(3, severity="life", languages=("da", "en", "ar")), number=2),
        incident(announcement(4, severity="notice", languages=("de",)), number=3),
        incident(ended(5), number=4, closed_at=ended(5).ended_at),
        incident(announcement(6, languages=("da", "ar")), number=5, exercise=True),
        languages=LANGUAGES,
        accessibility_url="https://was.digst.dk/eksempel-dk",
    )


def paths() -> Iterator[str]:
    for language in LANGUAGES:
        yield from (f"/{language}/", f"/{language}/i/1/")
    for language in ("da", "ar", "fr"):
        yield from (f"/{language}/i/", f"/{language}/i/4/", f"/{language}/was/")
        yield f"/ovelse/{language}/"
    yield from ("/alle/", "/ovelse/alle/", GONE)


def looked_at(site: Site, page: Page, path: str) -> list[str]:
    answer = page.goto(f"{site.address}{path}")
    assert answer is not None
    assert answer.status == (404 if path == GONE else 200), path
    return axe.faults(page, path, LOOKS, doubts=True)


def test_every_page_holds_to_wcag_in_every_language_and_look(site: Site, page: Page) -> None:
    axe.script()
    site.show(everything())
    found = [line for path in paths() for line in looked_at(site, page, path)]
    assert not found, "\n".join(found)


def test_quiet_pages_and_a_whole_message_hold_to_it(site: Site, page: Page) -> None:
    axe.script()
    site.show(replace(quiet(), languages=LANGUAGES))
    found = [
        line
        for path in ("/", "/ar/", "/fr/", "/alle/", "/was/")
        for line in looked_at(site, page, path)
    ]
    site.show(one_shipped())
    found += [line for path in ("/", "/de/") for line in looked_at(site, page, path)]
    assert not found, "\n".join(found)


def test_the_banner_of_an_old_page_holds_to_it(site: Site, browser: Browser) -> None:
    axe.script()
    site.show(quiet())
    page = browser.new_page()
    for path in ("/", "/alle/"):
        page.goto(f"{site.address}{path}")
        page.evaluate("s.hidden = false")
        found = axe.faults(page, path, LOOKS, doubts=True)
        assert not found, "\n".join(found)
    page.close()


@pytest.mark.parametrize("fault", ["missing-label", "faint"])
def test_what_looks_can_see_a_fault(site: Site, page: Page, fault: str) -> None:
    site.show(quiet())
    page.goto(f"{site.address}/")
    page.evaluate(
        {
            "missing-label": "document.querySelector('main').innerHTML += '<input>'",
            "faint": "document.querySelector('h1').style.color = '#ccc'",
        }[fault]
    )
    assert axe.faults(page, "/", LOOKS[:1], doubts=True)
