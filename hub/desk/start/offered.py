"""What is offered where a blank is filled: the places on the lists, with what is known of them; then what it had lately."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from hub import places
from hub.desk.words import gettext as _
from hub.models import Place, PlaceKind
from hub.places import Offer
from hub.text.slot_types import ALWAYS_OPEN, limit
from hub.text.types import Slot

Offered = tuple[str, str]
"""A value, and what stands beside it: opening hours, what a number is for; empty where there is nothing to say."""


def offered(
    session: Session, slots: Sequence[Slot], lately: Mapping[str, Sequence[str]]
) -> dict[str, tuple[Offered, ...]]:
    """By slot. A place stands by the name that the slot has room for: the page of a place shows a message that has its
    name."""
    listed = places.to_fill(session, [slot.type for slot in slots])
    found: dict[str, tuple[Offered, ...]] = {}
    for slot in slots:
        fitting = dict(filter(None, (_fitting(slot, offer) for offer in listed.get(slot.type, ()))))
        again = {value: "" for value in lately.get(slot.name, ()) if value not in fitting}
        found[slot.name] = (*fitting.items(), *again.items())
    return found


def _fitting(slot: Slot, offer: Offer) -> Offered | None:
    for value in offer.values:
        if len(value) <= limit(slot):
            return value, ", ".join(_beside(offer.place))
    return None


def _beside(row: Place) -> Iterator[str]:
    if row.kind == PlaceKind.NUMBER:
        yield row.name
        if row.purpose:
            yield row.purpose
        if row.without_power is not None:
            yield _("works without power") if row.without_power else _("not without power")
    elif row.kind in (PlaceKind.MEETING_PLACE, PlaceKind.COLLECTION_POINT):
        if row.hours:
            yield _("always open") if row.hours == ALWAYS_OPEN else row.hours
        if row.accessible is not None:
            yield _("wheelchairs can get in") if row.accessible else _("not for wheelchairs")
        yield from row.bring
