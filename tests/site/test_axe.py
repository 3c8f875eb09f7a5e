"""The citizens' page holds to WCAG 2.2 AA as far as a program can tell, by day and by night, left and right."""

from __future__ import annotations

from playwright.sync_api import Page

from hub.text.situation import Situation
from tests import axe
from tests.site.test_browser import SITUATIONS, Site, browser, context, page, site

__all__ = ["browser", "context", "page", "site"]

PAGES = {
    "quiet": ("/", "/ar/", "/i/"),
    "one": ("/", "/ar/", "/i/", "/i/1/", "/1/", "/ar/1/", "/nothing-here"),
    "mixed": ("/", "/en/", "/ar/", "/ovelse/", "/ovelse/ar/"),
}


def test_every_page_holds_to_wcag(site: Site, page: Page) -> None:
    axe.script()
    found = []
    for name, paths in PAGES.items():
        value: Situation = SITUATIONS[name]()
        site.show(value)
        for path in paths:
            page.goto(f"{site.address}{path}")
            found += axe.faults(page, f"{path} when {name}")
    assert not found, "\n".join(found)
