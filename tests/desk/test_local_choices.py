"""What was decided for a place, where an announcement is filled: by itself, said where it differs, and read by both."""

from __future__ import annotations

from typing import Any

import pytest

from hub import places
from hub.database import db
from hub.desk.start import room_words
from hub.models import Announcement, PlaceKind
from tests import decided
from tests.desk.conftest import CLEO, DAN, Browser, LoginAs
from tests.desk.happening import ASTA_ACTS, CLEO_ACTS, DAN_ACTS, SLOTS, incident, live
from tests.desk.pages import check_page

pytestmark = pytest.mark.usefixtures("town")

LATRINE = "/desk/start/latrine/during"
FILLED: dict[str, Any] = {
    "s_place": "Nørreby",
    "s_from": "2026-11-21T13:00",
    "s_next_update__quick": "240",
    "s_phone": "70 20 30 40",
    "s_latrine_mode": "per-area",
    "language": ["da"],
    "audience": "none",
    "incident": "new",
}
BAGS, HOLES = "Brug en pose", "Grav afføring ned"


@pytest.fixture(autouse=True)
def areas(town: None, app: object) -> None:
    for name, option in (("Nørreby", "residual"), ("Østerby", "burying"), ("Vesterby", "")):
        row = places.add(PlaceKind.AREA, {"name": name}, CLEO_ACTS)
        if option:
            places.decide("latrine_mode", {row.id: option}, by="Udvalget", actor=CLEO_ACTS)
    places.confirm(DAN_ACTS)
    decided.area_by_area(ASTA_ACTS)


def see(browser: Browser, **changes: Any) -> str:
    answer = browser.send(LATRINE, page=LATRINE, **{**FILLED, "step": "see", **changes})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_form_begins_with_what_was_decided(login_as: LoginAs) -> None:
    page = check_page(login_as(CLEO).get(LATRINE).text)
    options = [
        i.attributes for i in page.all("input") if i.attributes.get("name") == "s_latrine_mode"
    ]
    assert [item["value"] for item in options] == ["per-area", "residual", "burying", "both"]
    assert [item["value"] for item in options if "checked" in item] == ["per-area"]
    assert "Som besluttet for stedet" in page.html


@pytest.mark.parametrize(("place", "says"), [("Nørreby", BAGS), ("Østerby", HOLES)])
def test_the_place_says_what_goes_out(login_as: LoginAs, place: str, says: str) -> None:
    page = see(login_as(CLEO), s_place=place)
    assert says in page
    assert "ikke det, der er besluttet" not in page


def test_a_mixture_stands_at_its_field(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    answer = cleo.send(LATRINE, **{**FILLED, "step": "see", "s_place": "Nørreby og Østerby"})
    assert answer.status_code == 422
    page = check_page(answer.text)
    assert "det er forskelligt (Nørreby: " in page.html
    assert "Vælg en af dem, eller send en besked for hvert sted." in page.html
    answer = cleo.send(LATRINE, **{**FILLED, "step": "see", "s_place": "Vesterby"})
    assert answer.status_code == 422
    assert "der er ikke besluttet noget for stedet" in answer.text


def test_both_are_told_that_it_is_not_what_was_decided(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    page = see(cleo, s_latrine_mode="burying")
    assert "og det er ikke det, der er besluttet for stedet (Nørreby: " in page
    sent = cleo.send(
        LATRINE, page=LATRINE, **{**FILLED, "step": "send", "s_latrine_mode": "burying"}
    )
    assert sent.status_code == 303
    assert (
        "ikke det, der er besluttet for stedet" in login_as(DAN).get(sent.headers["Location"]).text
    )


def test_an_update_begins_with_what_was_said(login_as: LoginAs) -> None:
    number = incident("latrine")
    slots = {name: SLOTS[name] for name in ("place", "phone", "next_update", "from")}
    live(number, key="latrine/during", slots={**slots, "latrine_mode": "both"})
    page = check_page(login_as(CLEO).get(f"/desk/start/latrine/update?incident={number}").text)
    (chosen,) = [
        item.attributes["value"]
        for item in page.all("input")
        if item.attributes.get("name") == "s_latrine_mode" and "checked" in item.attributes
    ]
    assert chosen == "both"


def test_filled_again_the_choice_is_the_places_again(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    sent = cleo.send(LATRINE, page=LATRINE, **{**FILLED, "step": "send"})
    number = int(sent.headers["Location"].rsplit("/", 1)[1])
    again = f"/desk/announcement/{number}/again"
    page = check_page(cleo.get(again).text)
    assert 'value="per-area" checked' in page.html
    fields = {name: value for name, value in FILLED.items() if name.startswith("s_")}
    assert cleo.send(again, page=again, **{**fields, "s_place": "Østerby"}).status_code == 303
    db.session.rollback()
    row = db.session().get_one(Announcement, number)
    assert row.values["latrine_mode"] == "burying"


def test_what_the_list_knows_of_a_meeting_place_is_filled_in(login_as: LoginAs) -> None:
    hall = {"name": "Folkehjem", "address": "Haderslevvej 7", "hours": "8-20", "accessible": "nej"}
    places.add(PlaceKind.MEETING_PLACE, hall, CLEO_ACTS)
    power = "/desk/start/power-outage/during"
    cleo = login_as(CLEO)
    page = check_page(cleo.get(power).text)
    assert 'label="Folkehjem, Haderslevvej 7 – 08:00-20:00, ikke for kørestole"' in page.html
    fields = {
        **{name: value for name, value in FILLED.items() if name != "s_latrine_mode"},
        "s_meeting_place": "Folkehjem, Haderslevvej 7",
        "s_since": "2026-11-21T12:00",
        "s_expected_end__unknown": "yes",
        "s_sewer": "works",
        "s_region_phone": "70 10 20 30",
        "step": "see",
    }
    answer = cleo.send(power, page=power, **fields)
    assert answer.status_code == 200, answer.text
    assert "åbent fra kl. 8.00 til kl. 20.00, ikke adgang for kørestole" in answer.text


def test_the_command_lines_words_are_the_desks() -> None:
    line = (
        "- The slot 'latrine_mode' (choice) is not decided for the place (Vesterby: undecided): choose one of "
        "residual, burying, both, or make an announcement for each area."
    )
    assert "ikke besluttet" in room_words.line_in_words(line.removeprefix("- "))
