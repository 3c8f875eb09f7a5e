"""What the town filled in beforehand, put into an announcement: names that stand for addresses and numbers, and what was
decided for the place that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub import places
from hub.library.decisions import area_choices
from hub.models import Announcement
from hub.places import Holds
from hub.text.types import PER_AREA, Decision, Slot, VersionText


@dataclass(frozen=True)
class NotAsDecided:
    """An announcement says `said` where areas decided otherwise or nothing: area to option, empty for undecided; no
    areas where the place is on no list."""

    decision: Decision
    said: str
    areas: Mapping[str, str]


def filled(
    session: Session, text: VersionText, entered: Mapping[str, str], municipality: str
) -> dict[str, str]:
    """What was entered with what the lists know: see `places.filled_in`; and each choice that is left to the area with
    what holds there, or open where the areas differ."""
    found = places.filled_in(session, text.slots, entered)
    for slot in area_choices(text):
        if found.get(slot.name, PER_AREA) not in ("", PER_AREA):
            continue
        found.pop(slot.name, None)
        option = _holds(session, text, slot.name, found, municipality).option
        if option in slot.options:
            found[slot.name] = option
    return found


def open_choices(
    session: Session, text: VersionText, found: Mapping[str, str], municipality: str
) -> tuple[tuple[Slot, Holds], ...]:
    """The choices that the area should have made and did not, of what `filled` gave, each with what its areas say."""
    return tuple(
        (slot, _holds(session, text, slot.name, found, municipality))
        for slot in area_choices(text)
        if not found.get(slot.name)
    )


def why_open(slot: Slot, holds: Holds) -> str:
    """For the command line."""
    if not holds.areas:
        why = "the place is on no list of areas"
    else:
        why = "; ".join(f"{area}: {option or 'undecided'}" for area, option in holds.areas.items())
    return (
        f"The slot {slot.name!r} ({slot.type}) is not decided for the place ({why}): choose one of "
        f"{', '.join(slot.options)}, or make an announcement for each area."
    )


def carried(text: VersionText, named: Announcement | None) -> dict[str, str]:
    """The same choices as in the announcement that this one changes."""
    if named is None:
        return {}
    return {
        slot.name: str(named.values[slot.name])
        for slot in area_choices(text)
        if named.values.get(slot.name)
    }


def not_as_decided(
    session: Session, text: VersionText, values: Mapping[str, str], municipality: str
) -> tuple[NotAsDecided, ...]:
    """Where an announcement says something else than the areas that it names decided, or they decided nothing."""
    found = []
    for item in text.decisions:
        if not item.options:
            continue
        per_area = item.value == PER_AREA
        said = values.get(item.name, "") if per_area else item.value
        holds = _holds(session, text, item.name, values, municipality)
        areas = {
            area: option
            for area, option in holds.areas.items()
            if option != said and (option or per_area)
        }
        if areas or (per_area and not holds.areas):
            found.append(NotAsDecided(item, said, areas))
    return tuple(found)


def _holds(
    session: Session, text: VersionText, name: str, values: Mapping[str, str], municipality: str
) -> Holds:
    return places.holds_in(session, name, text.slots, values, municipality)
