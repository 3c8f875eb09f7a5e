"""The citizens' page holds to WCAG 2.2 AA as far as a program can tell, by day and by night, left and right."""

from __future__ import annotations

from playwright.sync_api import Page

from tests import axe
from tests.site.test_browser import SITUATIONS, Site, browser, context, page, site

__all__ = ["browser", "context", "page", "site"]

GONE = "/nothing-here"
PAGES = {
    "quiet": ("/", "/ar/", "/i/"),
    "one": ("/", "/ar/", "/i/", "/i/1/", GONE),
    "mixed": ("/", "/en/", "/ar/", "/ovelse/", "/ovelse/ar/"),
}


def test_every_page_holds_to_wcag(site: Site, page: Page) -> None:
    axe.script()
    found: list[str] = []
    for name, paths in PAGES.items():
        site.show(SITUATIONS[name]())
        for path in paths:
            answer = page.goto(f"{site.address}{path}")
            assert answer is not None
            assert answer.status == (404 if path == GONE else 200), path
            found += axe.faults(page, f"{path} when {name}")
    assert not found, "\n".join(found)
