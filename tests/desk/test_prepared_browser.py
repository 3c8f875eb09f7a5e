"""The library as people use it: an author at a laptop writes, an approver reads and approves on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub import library
from hub.journal import Actor
from hub.models import VersionState
from tests.desk.browsing import CHROMIUM, OpenPage, chromium, open_page, served
from tests.desk.conftest import ASTA, BO
from tests.desk.test_prepared import EDIT, HOME, KEY, newest

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["chromium", "open_page", "served"]
pytestmark = [
    pytest.mark.usefixtures("town"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def fits(page: Page) -> bool:
    width: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return width <= 0


def test_an_author_writes_with_a_live_preview_and_submits(open_page: OpenPage) -> None:
    page = open_page(EDIT, ASTA, width=1280)
    page.fill("#f-sms", page.input_value("#f-sms").replace("Vandet kan", "Dette “vand” ☃ kan"))
    page.wait_for_selector("#preview :text('SNOWMAN')")
    assert "4 sms-dele" in page.inner_text("#preview")
    page.fill("#f-sms", page.input_value("#f-sms").replace("{place}", "{plads}"))
    page.wait_for_selector("#preview :text('unknown slot {plads}')")
    page.click("text=Gem som kladde")
    assert "unknown slot {plads}" in page.inner_text("#summary")
    assert "{plads}" in page.input_value("#f-sms")
    mended = page.input_value("#f-sms").replace("{plads}", "{place}").replace("“vand” ☃", "vand")
    page.fill("#f-sms", mended)
    page.click("text=Gem som kladde")
    assert "Gemt som udgave 2" in page.inner_text("main")
    page.click("text=Send til gennemsyn")
    assert "Udgave 2 er til gennemsyn" in page.inner_text("main")
    assert newest().state == VersionState.IN_REVIEW


def test_an_approver_approves_on_a_phone_without_javascript(open_page: OpenPage) -> None:
    page = open_page(EDIT, ASTA, javascript=False, width=1280)
    page.fill("#f-title", "Kog alt vand i {place}")
    page.click("text=Vis forhåndsvisning")
    assert "Kog alt vand i Nørreby" in page.inner_text("#preview")
    page.click("text=Gem som kladde")
    page.click("text=Send til gennemsyn")
    for party in library.co_signers(newest()):
        library.sign(KEY, party=party, by="Ida Holm", actor=Actor(ASTA, "test", "tester"))
    phone = open_page("/desk/", BO, javascript=False, dark=True)
    phone.click("text=Gennemse: Kog vandet")
    assert phone.url.endswith(HOME)
    assert fits(phone)
    phone.click("text=Hvad der er anderledes")
    assert "alt" in phone.inner_text("ins:has-text('alt')")
    assert fits(phone)
    phone.go_back()
    phone.check("#f-read")
    phone.fill("#f-unsigned_reason", "Tolken kommer i morgen")
    phone.click("text=Godkend udgave 2")
    assert "Udgave 2 er godkendt" in phone.inner_text("main")
    assert newest().state == VersionState.APPROVED
    phone.goto("/desk/prepared")
    assert fits(phone)
