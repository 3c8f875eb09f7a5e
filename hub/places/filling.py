"""What the lists of places give to a message's blanks: what is offered, and what a name stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from hub.models import Place, PlaceKind
from hub.places.fields import SHOWN_IN_MESSAGES, slot_value, where
from hub.places.register import keys, list_all, values_of
from hub.text import places as names
from hub.text.phones import grouped
from hub.text.slot_types import Refused, callable_number, read
from hub.text.types import Slot, SlotType

FILLS = {
    SlotType.SCHOOL: PlaceKind.INSTITUTION,
    SlotType.PLACE: PlaceKind.AREA,
    SlotType.AREA: PlaceKind.AREA,
    SlotType.MEETING_PLACE: PlaceKind.MEETING_PLACE,
    SlotType.COLLECTION_POINT: PlaceKind.COLLECTION_POINT,
    SlotType.PHONE: PlaceKind.NUMBER,
}
"""What is offered for a slot of each type."""
_NO_PRESENT: Any = None  # places do not depend on a moment


@dataclass(frozen=True)
class Offer:
    """A place for a slot: `values` are what may be filled in, the best first, for a slot that has room for it."""

    values: tuple[str, ...]
    place: Place


def to_fill(session: Session, kinds: Iterable[SlotType]) -> dict[SlotType, list[Offer]]:
    """What may be filled into slots of these types: for each place its name and then its other names; for a meeting
    place or collection point name and address in one; for a number the number itself, those first that are answered
    when the power is out."""
    wanted = {slot_type: FILLS[slot_type] for slot_type in kinds if slot_type in FILLS}
    rows = list_all(session) if wanted else []
    rows.sort(key=lambda row: row.without_power is not True)
    return {
        slot_type: [Offer(_values(row), row) for row in rows if row.kind == kind]
        for slot_type, kind in wanted.items()
    }


def _values(row: Place) -> tuple[str, ...]:
    if row.kind == PlaceKind.NUMBER:
        return (grouped(row.phone),) if row.phone else ()
    if row.kind in SHOWN_IN_MESSAGES:
        return (where(values_of(row)), row.name)
    return (row.name, *row.other_names)


def filled_in(
    session: Session, slots: Iterable[Slot], entered: Mapping[str, str]
) -> dict[str, str]:
    """What was entered, with a name on the list as what it stands for: a meeting place or collection point of which
    nothing but the name (or name and address) was given gets its address, hours and access, a number its digits.

    What is on no list, or on one twice, stays as it is.
    """
    found = dict(entered)
    open_slots = [slot for slot in slots if not slot.personal and _is_name(slot, found)]
    rows = list_all(session) if open_slots else []
    for slot in open_slots:
        kind = FILLS[slot.type]
        given = names.key(found[slot.name].strip().rstrip("|").strip())
        meant = [row for row in rows if row.kind == kind and given in _known_as(row)]
        if len(meant) == 1:
            found[slot.name] = next(_fitting(slot, meant[0]), found[slot.name])
    return found


def _is_name(slot: Slot, entered: Mapping[str, str]) -> bool:
    value = entered.get(slot.name, "")
    if not names.key(value):
        return False
    if slot.type is SlotType.PHONE:
        return not _is_number(value)
    rest = value.partition("|")[2]
    return slot.type in SHOWN_IN_MESSAGES.values() and not rest.strip(" |")


def _is_number(value: str) -> bool:
    try:
        return bool(callable_number(value))
    except Refused:
        return False


def _known_as(row: Place) -> set[str]:
    return {*keys(row), names.key(where(values_of(row)))}


def _fitting(slot: Slot, row: Place) -> Iterator[str]:
    """With the address where the slot has room for it, else by the name alone."""
    if slot.type is SlotType.PHONE:
        yield from filter(None, [row.phone])
        return
    values = values_of(row)
    for fields in (values, {**values, "address": ""}):
        value = slot_value(FILLS[slot.type], fields)
        try:
            read(slot, value, _NO_PRESENT)
        except Refused:
            continue
        yield value
