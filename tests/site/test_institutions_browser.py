"""Pages of institutions and areas in a real browser: accessibility, width, and an address that leads on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page

from tests import axe
from tests.site.browsing import LANGUAGES, Site, browser, context, page, site
from tests.site.test_institutions import NBS, NORTH, SBS, in_north, town
from tests.situations import incident, situation

__all__ = ["browser", "context", "page", "site"]

OLD = replace(NBS, old_slugs=("nbs",))
PATHS = (
    "/s/",
    "/ar/s/",
    "/a/",
    "/s/noerreby-skole/",
    "/ar/s/noerreby-skole/",
    "/s/soenderby-skole/",
    "/ar/s/soenderby-skole/",
    "/ar/a/noerreby/",
    "/ovelse/s/noerreby-skole/",
)


@pytest.fixture
def shown(site: Site) -> Site:
    played = incident(in_north(2, languages=LANGUAGES), number=2, exercise=True)
    real = town(in_north(languages=LANGUAGES), places=(NORTH, OLD, SBS), languages=LANGUAGES)
    site.show(replace(real, incidents=(*real.incidents, *situation(played).incidents)))
    return site


def test_every_page_of_a_place_holds_to_wcag(shown: Site, page: Page) -> None:
    found: list[str] = []
    for path in PATHS:
        answer = page.goto(f"{shown.address}{path}")
        assert answer is not None
        assert answer.status == 200, path
        found += axe.faults(page, path)
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    assert not found, "\n".join(found)


def test_a_page_of_a_place_is_one_request_without_a_complaint(shown: Site, page: Page) -> None:
    for path in PATHS:
        requests: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request, to=requests: to.append(request.url))  # type: ignore[misc]
        page.on("console", lambda message, to=complaints: to.append(message.text))  # type: ignore[misc]
        page.goto(f"{shown.address}{path}")
        assert requests == [f"{shown.address}{path}"]
        assert complaints == []


def test_an_old_address_leads_on_without_a_script(shown: Site, page: Page) -> None:
    page.goto(f"{shown.address}/ar/s/nbs/")
    page.wait_for_url("**/ar/s/noerreby-skole/")
