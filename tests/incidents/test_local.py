"""What the town filled in beforehand, in an announcement: places by name, and what was decided for the place."""

from __future__ import annotations

import pytest
from flask import Flask

from hub import places
from hub.clock import now
from hub.database import db
from hub.errors import Invalid
from hub.incidents import announcing, register
from hub.incidents.announcing import Order, Prepared
from hub.incidents.previewing import Outlook, preview
from hub.incidents.risks import Risk
from hub.journal import Actor
from hub.models import Announcement, Person, PersonRole, PlaceKind, Role
from tests import decided
from tests.incidents.conftest import CLEO, DAN, SLOTS, prepare

ASTA = Actor("asta@town.example", "test", "tester")
LATRINE = {"place": "Nørreby", "phone": "70 20 30 40", "next_update": "+4h", "from": "+0m"}
BAGS, HOLES = "Brug en pose", "Grav afføring ned"


@pytest.fixture
def asta(app: Flask) -> Actor:
    session = db.session()
    roles = [PersonRole(role=Role.AUTHOR.value)]
    session.add(Person(email=ASTA.name, made_at=now(), made_by="os:tester", roles=roles))
    session.commit()
    return ASTA


@pytest.fixture
def areas(asta: Actor) -> None:
    """Nørreby uses bags, Østerby digs, Vesterby has not decided."""
    for name, option in (("Nørreby", "residual"), ("Østerby", "burying"), ("Vesterby", "")):
        row = places.add(PlaceKind.AREA, {"name": name}, CLEO)
        if option:
            places.decide("latrine_mode", {row.id: option}, by="Miljøudvalget", actor=CLEO)
    places.confirm(DAN)
    decided.area_by_area(asta)


@pytest.fixture
def latrine(areas: None) -> int:
    return register.open_incident("latrine", actor=CLEO).id


def order(incident: int, key: str = "latrine/during", **slots: str) -> Order:
    return Order(key=key, incident=incident, slots={**LATRINE, **slots})


def sms(outlook: Outlook | Prepared) -> str:
    return outlook.composed.texts["da"].sms


def warned(outlook: Outlook) -> list[dict[str, str]]:
    return [
        dict(item.values["item"].areas)
        for item in outlook.warnings
        if item.risk is Risk.NOT_AS_DECIDED
    ]


@pytest.mark.parametrize(("place", "says"), [("Nørreby", BAGS), ("Østerby", HOLES)])
def test_the_area_that_is_named_says_what_holds(latrine: int, place: str, says: str) -> None:
    outlook = preview(order(latrine, place=place), actor=CLEO)
    assert says in sms(outlook)
    assert warned(outlook) == []
    prepared = announcing.prepare(order(latrine, place=place), actor=CLEO)
    assert says in sms(prepared)


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("Nørreby og Østerby", "Nørreby: residual; Østerby: burying"),
        ("Vesterby", "Vesterby: undecided"),
        ("Nørreby og Vesterby", "Nørreby: residual; Vesterby: undecided"),
        ("Hele kommunen", "Nørreby: residual; Østerby: burying; Vesterby: undecided"),
        ("Sønderby", "the place is on no list of areas"),
    ],
)
def test_a_mixture_is_said_and_nobody_guesses(latrine: int, place: str, why: str) -> None:
    with pytest.raises(Invalid) as caught:
        preview(order(latrine, place=place), actor=CLEO)
    assert f"'latrine_mode' (choice) is not decided for the place ({why})" in str(caught.value)
    assert "residual, burying, both" in str(caught.value)
    with pytest.raises(Invalid):
        announcing.prepare(order(latrine, place=place), actor=CLEO)


def test_who_chooses_is_told_what_was_decided_otherwise(latrine: int) -> None:
    chosen = order(latrine, place="Nørreby og Østerby", latrine_mode="residual")
    outlook = preview(chosen, actor=CLEO)
    assert BAGS in sms(outlook)
    assert warned(outlook) == [{"Østerby": "burying"}]
    prepared = announcing.prepare(chosen, actor=CLEO)
    (line,) = [line for line in prepared.warnings if "latrine_mode" in line]
    assert "It says latrine_mode=residual" in line
    assert "Østerby: burying" in line
    unknown = preview(order(latrine, place="Sønderby", latrine_mode="residual"), actor=CLEO)
    assert warned(unknown) == [{}]
    undecided = preview(order(latrine, place="Vesterby", latrine_mode="residual"), actor=CLEO)
    assert warned(undecided) == [{"Vesterby": ""}]
    right = preview(order(latrine, latrine_mode="residual"), actor=CLEO)
    assert warned(right) == []


def test_an_update_keeps_what_was_said_unless_the_place_is_asked_again(latrine: int) -> None:
    first = announcing.prepare(order(latrine, latrine_mode="burying"), actor=CLEO)
    announcing.confirm(first.announcement, actor=DAN, hash=first.hash)
    slots = {**{n: v for n, v in LATRINE.items() if n != "from"}, "whats_new": "repair"}
    update = Order(key="latrine/update", incident=latrine, slots=slots)
    kept = preview(update, actor=CLEO)
    assert "pose" not in sms(kept)
    assert warned(kept) == [{"Nørreby": "residual"}]
    asked = Order(
        key="latrine/update", incident=latrine, slots={**slots, "latrine_mode": "per-area"}
    )
    assert "pose" in sms(preview(asked, actor=CLEO))


def test_filled_again_for_another_place_it_says_what_holds_there(latrine: int) -> None:
    first = announcing.prepare(order(latrine), actor=CLEO)
    again = announcing.prepare_again(first.announcement, {"place": "Østerby"}, actor=CLEO)
    assert HOLES in sms(again)
    row = db.session().get_one(Announcement, first.announcement)
    assert row.values["latrine_mode"] == "burying"
    assert "latrine_mode" not in row.entered, "what the place decides is asked anew each time"


def test_examples_take_what_the_place_says_and_an_example_where_it_says_nothing(
    latrine: int,
) -> None:
    def order_of(place: str) -> Order:
        slots = {"place": place}
        return Order(key="latrine/during", incident=latrine, slots=slots, examples=True)

    assert HOLES in sms(preview(order_of("Østerby"), actor=CLEO))
    assert BAGS in sms(preview(order_of("Sønderby"), actor=CLEO))


def test_one_decision_for_all_warns_where_an_area_decided_otherwise(asta: Actor) -> None:
    row = places.add(PlaceKind.AREA, {"name": "Østerby"}, CLEO)
    places.decide("latrine_mode", {row.id: "burying"}, by="Miljøudvalget", actor=CLEO)
    decided.decide("residual", asta)
    incident = register.open_incident("latrine", actor=CLEO).id
    assert warned(preview(order(incident), actor=CLEO)) == []
    outlook = preview(order(incident, place="Østerby"), actor=CLEO)
    assert BAGS in sms(outlook)
    assert warned(outlook) == [{"Østerby": "burying"}]


def test_a_meeting_place_and_a_number_are_named_and_written_out(app: Flask) -> None:
    hall = {"name": "Folkehjem", "address": "Haderslevvej 7", "hours": "8-20", "accessible": "ja"}
    places.add(PlaceKind.MEETING_PLACE, hall, CLEO)
    places.add(PlaceKind.NUMBER, {"name": "Krisetelefonen", "phone": "70 20 30 50"}, CLEO)
    incident = register.open_incident("power-outage", actor=CLEO).id
    slots = {"meeting_place": "folkehjem", "place": "Nørreby"}
    prepared = announcing.prepare(
        Order(key="power-outage/during", incident=incident, slots=slots, examples=True),
        actor=CLEO,
    )
    assert "Folkehjem, Haderslevvej 7" in prepared.composed.texts["da"].html
    row = db.session().get_one(Announcement, prepared.announcement)
    assert row.values["meeting_place"] == "Folkehjem, Haderslevvej 7 | 08:00-20:00 | yes"
    boil = register.open_incident("water-boil", actor=CLEO).id
    number = prepare(boil, slots={**SLOTS, "phone": "Krisetelefonen"})
    assert "70 20 30 50" in sms(number)
