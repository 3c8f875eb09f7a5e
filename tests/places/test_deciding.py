"""Decisions that differ from area to area: which holds where a message applies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import places
from hub.errors import Invalid, NotAllowed, NotFound
from hub.journal import Actor
from hub.models import JournalEntry, PlaceKind, Role
from hub.text.types import Slot, SlotType
from tests.places.conftest import Bring

SLOTS = (Slot("place", SlotType.PLACE, {}), Slot("area", SlotType.AREA, {}))
MODE = "latrine_mode"


@pytest.fixture(autouse=True)
def listed(bring: Bring) -> None:
    bring(
        "Navn;Andre navne;Område;Beslutning: latrine_mode",
        "Nørreby;Nord;;residual",
        "Havnen;;Nørreby;",
        "Åsen;;Nørreby;burying",
        "Østerby;;;burying",
        "Vesterby;;;",
        kind=PlaceKind.AREA,
    )


@pytest.mark.parametrize(
    ("given", "areas", "option"),
    [
        ({"place": "Østerby"}, {"Østerby": "burying"}, "burying"),
        ({"place": "østerby by"}, {"Østerby": "burying"}, "burying"),
        ({"place": "Havnen"}, {"Havnen": "residual"}, "residual"),
        ({"place": "Nord"}, {"Nørreby": "residual", "Åsen": "burying"}, ""),
        (
            {"place": "Havnen og Østerby"},
            {"Havnen": "residual", "Østerby": "burying"},
            "",
        ),
        ({"place": "Vesterby"}, {"Vesterby": ""}, ""),
        ({"place": "Østerby og Vesterby"}, {"Østerby": "burying", "Vesterby": ""}, ""),
        ({"place": "Sønderby"}, {}, ""),
        ({"place": "Sønderby", "area": "Vejene ved Østerby"}, {"Østerby": "burying"}, "burying"),
        ({"place": "Østerby", "area": "Fra Havnen og op"}, {"Østerby": "burying"}, "burying"),
        ({}, {}, ""),
    ],
)
def test_what_holds_is_what_the_areas_that_are_named_decided(
    session: Session, given: Mapping[str, str], areas: Mapping[str, str], option: str
) -> None:
    found = places.holds_in(session, MODE, SLOTS, given, "Eksempel Kommune")
    assert (found.areas, found.option) == (areas, option)
    assert found.is_mixed is (len(set(areas.values())) > 1)


def test_the_whole_municipality_is_every_area(session: Session) -> None:
    found = places.holds_in(session, MODE, SLOTS, {"place": "Hele kommunen"}, "Eksempel Kommune")
    assert set(found.areas) == {"Nørreby", "Havnen", "Åsen", "Østerby", "Vesterby"}
    assert found.is_mixed


def test_areas_in_a_ring_end_somewhere(session: Session, cleo: Actor) -> None:
    row = places.find(session, PlaceKind.AREA, "Vesterby")
    places.change(row.id, {"areas": "Vesterbro"}, cleo)
    places.add(PlaceKind.AREA, {"name": "Vesterbro", "areas": "Vesterby"}, cleo)
    found = places.holds_in(session, MODE, SLOTS, {"place": "Vesterby"}, "Eksempel Kommune")
    assert found.areas == {"Vesterby": ""}


def test_a_decision_is_kept_with_who_made_it(session: Session, cleo: Actor) -> None:
    rows = {row.name: row.id for row in places.list_all(session, PlaceKind.AREA)}
    changed = places.decide(
        MODE,
        {rows["Vesterby"]: "residual", rows["Østerby"]: "burying", rows["Åsen"]: ""},
        by="Teknik- og Miljøudvalget",
        actor=cleo,
    )
    assert {row.name for row in changed} == {"Vesterby", "Åsen"}
    session.expire_all()
    found = places.holds_in(session, MODE, SLOTS, {"place": "Nørreby"}, "Eksempel Kommune")
    assert found.option == "residual"
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.number.desc())).first()
    assert entry is not None
    assert entry.kind == "areas-decided"
    assert entry.data == {
        "decision": MODE,
        "areas": {"Åsen": "", "Vesterby": "residual"},
        "decided_by": "Teknik- og Miljøudvalget",
    }
    before = entry.number
    places.decide(MODE, {rows["Vesterby"]: "residual"}, by="Udvalget", actor=cleo)
    assert max(session.scalars(select(JournalEntry.number))) == before, "nothing was changed"


def test_a_decision_needs_a_role_an_area_and_a_name(
    session: Session, cleo: Actor, bring: Bring, person: Callable[..., Actor]
) -> None:
    area = places.find(session, PlaceKind.AREA, "Vesterby").id
    author = person("asta@town.example", Role.AUTHOR)
    with pytest.raises(NotAllowed):
        places.decide(MODE, {area: "residual"}, by="Udvalget", actor=author)
    with pytest.raises(Invalid, match="who decided"):
        places.decide(MODE, {area: "residual"}, by=" ", actor=cleo)
    bring("Navn", "Skolen")
    school = places.find(session, PlaceKind.INSTITUTION, "Skolen").id
    with pytest.raises(NotFound):
        places.decide(MODE, {area: "residual", school: "residual"}, by="Udvalget", actor=cleo)
    session.expire_all()
    assert places.find(session, PlaceKind.AREA, "Vesterby").decisions == {}
