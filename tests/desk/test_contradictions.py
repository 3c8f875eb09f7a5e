"""An announcement that contradicts what holds: said where it is previewed, and to the second person."""

from __future__ import annotations

from typing import Any

import pytest

from hub.audiences import lists
from hub.database import db
from tests.desk.browsing import OpenPage, chromium, open_page, served
from tests.desk.conftest import CLEO, DAN, LoginAs
from tests.desk.happening import incident, live, town_list
from tests.desk.pages import check_page

__all__ = ["chromium", "open_page", "served"]
pytestmark = pytest.mark.usefixtures("town")

BOIL = "/desk/start/water-boil/during"
ANSWERS = {"drink": "boiled", "garden": "no", "dishwasher": "no"}
USES = ("drink", "toilet", "garden", "bath", "laundry", "dishwasher", "cleaning")
FILLED: dict[str, Any] = {
    "s_place": "Nørreby",
    "s_from": "2026-11-21T13:00",
    "s_next_update__quick": "240",
    "s_phone": "70 20 30 40",
    **{f"s_water_use__{use}": ANSWERS.get(use, "yes") for use in USES},
    "language": ["da"],
    "audience": "none",
    "incident": "new",
}


@pytest.fixture
def dark(town: None) -> int:
    """The power is out in Nørreby, in an incident of its own."""
    number = incident("power-outage")
    return live(
        number, key="power-outage/during", slots={"place": "Nørreby"}, examples=True
    ).announcement


def test_both_are_told_and_offered_what_fits(login_as: LoginAs, dark: int) -> None:
    cleo = login_as(CLEO)
    told = f"Den modsiger melding {dark} (Strømmen er væk: Nørreby)."
    seen = cleo.send(BOIL, page=BOIL, **{**FILLED, "step": "see"})
    page = check_page(seen.text)
    assert told in page.html
    assert "Send “water-none/during” i stedet" in page.html  # this town has not approved one
    sent = cleo.send(BOIL, page=BOIL, **{**FILLED, "step": "send"})
    assert told in login_as(DAN).get(sent.headers["Location"]).text


def test_another_place_is_asked_about(login_as: LoginAs, dark: int) -> None:
    filled = {**FILLED, "s_place": "Sønderby", "step": "see"}
    page = login_as(CLEO).send(BOIL, page=BOIL, **filled).text
    assert "Den modsiger" not in page
    assert "se efter, at stederne ikke går ind over hinanden" in page


def test_it_stays_within_a_telephone(login_as: LoginAs, open_page: OpenPage, dark: int) -> None:
    number = str(lists.find(db.session(), town_list()).id)
    db.session.rollback()
    sent = login_as(CLEO).send(BOIL, page=BOIL, **{**FILLED, "audience": number, "step": "send"})
    for width in (360, 1280):
        for dark_colours in (False, True):
            page = open_page(sent.headers["Location"], DAN, width=width, dark=dark_colours)
            assert "Den modsiger melding" in page.inner_text("main")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
