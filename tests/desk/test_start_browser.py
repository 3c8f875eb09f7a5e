"""From login to "sent for confirmation" on a telephone, clicks and seconds counted; then the second person."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from hub.audiences import lists
from hub.database import db
from hub.models import Announcement, AnnouncementState
from tests.desk.browsing import OpenPage, chromium, open_page, served
from tests.desk.conftest import CLEO, DAN, START
from tests.desk.happening import town_list

__all__ = ["chromium", "open_page", "served"]
pytestmark = pytest.mark.usefixtures("town")

MOST_CLICKS = 6
USES = {"drink": "boiled", "garden": "no", "dishwasher": "no"}


@pytest.mark.parametrize("javascript", [True, False])
def test_six_clicks_and_then_a_second_person(
    app: Flask,
    open_page: OpenPage,
    code_of: Callable[[str], str],
    javascript: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    town_list(count=50)
    number = str(lists.find(db.session(), "borgere").id)
    db.session.rollback()
    began = time.monotonic()
    page = open_page("/desk/", CLEO, javascript=javascript)
    page.clock.set_fixed_time(START)  # the town's own time, for the quick choices
    clicks = 0
    page.get_by_role("link", name="Start", exact=True).click()
    clicks += 1
    page.get_by_role("link", name="(Kog vandet)").first.click()
    clicks += 1
    page.locator("#f-s_place").fill("Nørreby")
    for use in ("drink", "toilet", "garden", "bath", "laundry", "dishwasher", "cleaning"):
        page.check(f"#f-s_water_use__{use}-{USES.get(use, 'yes')}")
    if javascript:
        page.locator("[data-quick=f-s_next_update]").get_by_text("om 4 timer").click()
    else:
        page.select_option("#f-s_next_update__quick", "240")
    page.locator("#f-s_phone").fill("70 20 30 40")
    page.select_option("#f-audience", number)
    clicks += 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Se, hvad der sendes").click()
    clicks += 1
    assert "Til 50 telefoner (listen borgere)" in page.inner_text(".reach")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Send til bekræftelse").click()
    clicks += 1
    page.wait_for_url("**/desk/announcement/*")
    took = time.monotonic() - began
    assert clicks <= MOST_CLICKS
    with capsys.disabled():
        print(
            f"\nlogin to sent for confirmation: {clicks} clicks, {took:.1f} s"
            f" ({'with' if javascript else 'without'} JavaScript)"
        )
    db.session.rollback()
    made = db.session().scalars(select(Announcement)).one()
    assert made.state == AnnouncementState.PREPARED
    announcement = made.id
    db.session.rollback()

    second = open_page("/desk/", DAN, javascript=javascript)
    second.get_by_role("link", name="Bekræft: Kog vandet").click()
    assert second.evaluate("document.documentElement.scrollWidth") <= 360
    second.get_by_label("Dette sender til 50 telefoner").check()
    second.get_by_label("Kode fra din godkendelsesapp").fill(code_of(DAN))
    second.get_by_role("button", name="Bekræft: den sendes nu").click()
    second.wait_for_url("**/desk/incident/*")
    db.session.rollback()
    row = db.session().get_one(Announcement, announcement)
    assert (row.state, row.confirmed_by) == (AnnouncementState.LIVE, DAN)
