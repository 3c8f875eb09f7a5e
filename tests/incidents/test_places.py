"""From a slot's value to the page of a place, through the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from hub import places
from hub.database import db
from hub.incidents import register
from hub.incidents.announcing import Order
from hub.incidents.previewing import preview
from hub.incidents.publishing import publish_now
from hub.incidents.risks import Risk
from hub.incidents.situation import read_situation
from hub.models import PlaceKind
from hub.settings import Settings
from tests.incidents.conftest import ALL_CLEAR, CLEO, DAN, SLOTS, UPDATE, live, prepare

SCHOOL_PAGE = "s/noerreby-skole/index.html"


@pytest.fixture
def listed(app: Flask) -> None:
    places.add(PlaceKind.AREA, {"name": "Nørreby"}, CLEO)
    places.add(PlaceKind.INSTITUTION, {"name": "Nørreby Skole", "areas": "Nørreby"}, CLEO)
    places.add(PlaceKind.INSTITUTION, {"name": "Sønderby Skole", "areas": "Sønderby"}, CLEO)
    places.confirm(DAN)


def page(settings: Settings, path: str = SCHOOL_PAGE) -> str:
    publish_now()
    return (settings.data_dir / "site" / path).read_text()


def test_an_announcement_says_which_places_it_names(app: Flask, settings: Settings) -> None:
    live(register.open_incident("water-boil", actor=CLEO).id, slots={**SLOTS, "area": "Søndergade"})
    pick_up = register.open_incident("school-pickup", actor=CLEO).id
    live(pick_up, key="school-pickup/during", slots={"school": "Nørreby Skole"}, examples=True)
    first, second = sorted(
        read_situation(db.session(), settings).announcements(), key=lambda item: item.number
    )
    assert (first.schools, set(first.areas)) == ((), {"Nørreby", "Søndergade"})
    assert (second.schools, second.areas) == (("Nørreby Skole",), ())
    assert set(first.names) == {"Nørreby", "Søndergade"}


@pytest.mark.usefixtures("listed")
def test_a_schools_page_follows_an_incident_to_its_end(
    settings: Settings, incident: int, move: Callable[[timedelta], None]
) -> None:
    assert "Ingen besked til" in page(settings)
    quiet = page(settings, "s/soenderby-skole/index.html")
    live(incident)
    assert "Kog vandet i Nørreby" in page(settings)
    assert page(settings, "s/soenderby-skole/index.html") == quiet
    move(timedelta(hours=1))
    live(incident, key="water-boil/update", slots=UPDATE)
    assert "id=b2" in page(settings).replace('"', "")
    live(incident, key="water-boil/all-clear", slots=ALL_CLEAR)
    assert "id=b3" in page(settings).replace('"', "")
    move(timedelta(hours=1))
    register.close_incident(incident, actor=CLEO)
    ended = page(settings)
    assert "Ingen besked til" in ended
    assert "lørdag den 21. november 2026 kl. 15.00" in ended
    assert page(settings, "s/soenderby-skole/index.html") == quiet


@pytest.mark.usefixtures("listed")
def test_a_place_taken_off_the_list_keeps_its_address(settings: Settings) -> None:
    row = places.find(db.session(), PlaceKind.INSTITUTION, "Nørreby Skole")
    places.remove(row.id, CLEO)
    assert "url=../../" in page(settings)
    assert "Nørreby Skole" not in page(settings, "s/index.html")


@pytest.mark.usefixtures("listed")
def test_what_no_page_will_show_is_a_warning_for_the_desk_and_the_command(incident: int) -> None:
    wrong = {**SLOTS, "place": "Norreby"}
    found = preview(Order(key="water-boil/during", incident=incident, slots=wrong), actor=CLEO)
    assert [item.values for item in found.warnings if item.risk is Risk.NO_PAGE] == [
        {"names": ("Norreby",)}
    ]
    assert any(
        "No place on the list is called Norreby" in w
        for w in prepare(incident, slots=wrong).warnings
    )


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    "given",
    [
        {"place": "nørreby"},
        {"place": "Vesterby", "area": "Fra Nørreby til havet"},
        {"place": "Hele kommunen"},
    ],
)
def test_a_place_that_has_a_page_is_no_warning(incident: int, given: dict[str, str]) -> None:
    order = Order(key="water-boil/during", incident=incident, slots={**SLOTS, **given})
    assert Risk.NO_PAGE not in {item.risk for item in preview(order, actor=CLEO).warnings}


def test_a_town_without_lists_is_not_warned(app: Flask, incident: int) -> None:
    order = Order(key="water-boil/during", incident=incident, slots=SLOTS)
    assert Risk.NO_PAGE not in {item.risk for item in preview(order, actor=CLEO).warnings}
