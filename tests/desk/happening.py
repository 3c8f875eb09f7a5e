"""Something happens in the town: for pages that show it."""

from __future__ import annotations

from typing import Any

from hub.audiences.importing import import_list
from hub.incidents import announcing, register
from hub.incidents.announcing import Order, Prepared
from hub.journal import Actor
from tests.desk.conftest import ASTA, CLEO, DAN

ASTA_ACTS = Actor(ASTA, "test", "tester")
CLEO_ACTS = Actor(CLEO, "test", "tester")
DAN_ACTS = Actor(DAN, "test", "tester")
SLOTS = {
    "place": "Nørreby",
    "phone": "70 20 30 40",
    "next_update": "+4h",
    "from": "+0m",
    "water_use": "drink=boiled;toilet=yes;garden=no;bath=yes;laundry=yes;dishwasher=no;cleaning=yes",
}

__all__ = ["incident", "live", "prepared", "town_list"]


def incident(scenario: str = "water-boil", *, exercise: bool = False) -> int:
    """An open incident."""
    return register.open_incident(scenario, actor=CLEO_ACTS, exercise=exercise).id


def town_list(name: str = "borgere", count: int = 5, *, exercise: bool = False) -> str:
    """A list of phones, brought in by Dan."""
    rows = [
        "Navn;Mobil;Sprog",
        *(f"Borger {i};20 11 {i // 100:02} {i % 100:02};da" for i in range(count)),
    ]
    import_list(name, "\n".join(rows).encode(), f"{name}.csv", actor=DAN_ACTS, exercise=exercise)
    return name


def prepared(number: int, key: str = "water-boil/during", **changes: Any) -> Prepared:
    """Prepared by Cleo, waiting for a second person."""
    order = Order(**{"key": key, "incident": number, "slots": SLOTS, **changes})
    return announcing.prepare(order, actor=CLEO_ACTS)


def live(number: int, **changes: Any) -> Prepared:
    """Confirmed by Dan."""
    found = prepared(number, **changes)
    announcing.confirm(found.announcement, actor=DAN_ACTS, hash=found.hash)
    return found
