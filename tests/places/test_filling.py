"""What the lists give to a message's blanks."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from hub import places
from hub.models import PlaceKind
from hub.text.types import Slot, SlotType
from tests.places.conftest import Bring

MEET = Slot("meet", SlotType.MEETING_PLACE, {})
FETCH = Slot("fetch", SlotType.COLLECTION_POINT, {})
CALL = Slot("call", SlotType.PHONE, {})
WHERE = Slot("where", SlotType.PLACE, {})


@pytest.fixture(autouse=True)
def lists(bring: Bring) -> None:
    bring(
        "Navn;Andre navne;Adresse;Åbningstid;Kørestol",
        "Folkehjem;Hjemmet;Haderslevvej 7;8-20;ja",
        "Hallen;;Vej 1;;",
        "Hallen Nord;Hallen;Vej 2;;",
        kind=PlaceKind.MEETING_PLACE,
    )
    bring(
        "Navn;Adresse;Åbningstid;Kørestol;Medbring",
        "Vandtårnet;Tårnvej 2;24h;nej;dunk, ID",
        kind=PlaceKind.COLLECTION_POINT,
    )
    bring(
        "Navn;Nummer;Uden strøm",
        "Borgerservice;70 20 30 40;nej",
        "Krisetelefonen;70 20 30 50;ja",
        kind=PlaceKind.NUMBER,
    )


@pytest.mark.parametrize(
    ("slot", "entered", "becomes"),
    [
        (MEET, "Folkehjem", "Folkehjem, Haderslevvej 7 | 08:00-20:00 | yes"),
        (MEET, "folkehjem, haderslevvej 7", "Folkehjem, Haderslevvej 7 | 08:00-20:00 | yes"),
        (MEET, "Hjemmet | | ", "Folkehjem, Haderslevvej 7 | 08:00-20:00 | yes"),
        (FETCH, "Vandtårnet", "Vandtårnet, Tårnvej 2 | 24h | no | dunk; ID"),
        (CALL, "krisetelefonen", "+4570203050"),
    ],
)
def test_a_name_on_the_list_becomes_what_it_stands_for(
    session: Session, slot: Slot, entered: str, becomes: str
) -> None:
    assert places.filled_in(session, [slot], {slot.name: entered}) == {slot.name: becomes}


@pytest.mark.parametrize(
    ("slot", "entered"),
    [
        (MEET, "Folkehjem | 24h"),
        (MEET, "Folkehjem | | no"),
        (MEET, "Biblioteket"),
        (MEET, "Hallen"),
        (MEET, "Vandtårnet"),
        (CALL, "70 20 30 60"),
        (CALL, "112"),
        (WHERE, "Folkehjem"),
        (MEET, ""),
        (MEET, " | | "),
    ],
)
def test_anything_else_stays_as_it_was_typed(session: Session, slot: Slot, entered: str) -> None:
    given = {slot.name: entered, "other": "Folkehjem"}
    assert places.filled_in(session, [slot], given) == given


def test_a_slot_without_room_for_the_address_gets_the_name(session: Session) -> None:
    short = Slot("meet", SlotType.MEETING_PLACE, {}, max_length=12)
    found = places.filled_in(session, [short], {"meet": "Folkehjem"})
    assert found == {"meet": "Folkehjem | 08:00-20:00 | yes"}
    none = Slot("meet", SlotType.MEETING_PLACE, {}, max_length=5)
    assert places.filled_in(session, [none], {"meet": "Folkehjem"}) == {"meet": "Folkehjem"}


def test_numbers_that_survive_a_power_cut_are_offered_first(session: Session) -> None:
    offers = places.to_fill(session, [SlotType.PHONE, SlotType.MEETING_PLACE, SlotType.NUMBER])
    assert [offer.values for offer in offers[SlotType.PHONE]] == [
        ("70 20 30 50",),
        ("70 20 30 40",),
    ]
    assert offers[SlotType.MEETING_PLACE][0].values == ("Folkehjem, Haderslevvej 7", "Folkehjem")
    assert SlotType.NUMBER not in offers
