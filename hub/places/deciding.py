"""Local decisions that differ from area to area: which area has which, and what holds where a message applies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import journal
from hub.errors import Invalid, NotFound
from hub.models import Place, PlaceKind
from hub.places.fields import clean_option
from hub.places.register import changing, list_all
from hub.text import places as names
from hub.text.areas import AreaTree
from hub.text.said import Said
from hub.text.situation import PublicPlace
from hub.text.types import Slot, SlotType

LONGEST_BY = 200


@dataclass(frozen=True)
class AreasDecided(journal.Entry):
    """What holds in areas was decided: area to option, empty where it was taken back."""

    kind: ClassVar[str] = "areas-decided"
    decision: str
    areas: Mapping[str, str]
    decided_by: str


@dataclass(frozen=True)
class Holds:
    """What a decision says in the areas that a message names: area to option, empty where it is undecided."""

    areas: Mapping[str, str]

    @property
    def option(self) -> str:
        """The one that holds in all of them; empty when they differ, one is undecided, or no area is named."""
        options = set(self.areas.values())
        return options.pop() if len(options) == 1 else ""

    @property
    def is_mixed(self) -> bool:
        return len(set(self.areas.values())) > 1


def decide(
    decision: str, areas: Mapping[int, str], *, by: str, actor: journal.Actor
) -> tuple[Place, ...]:
    """Set what holds in areas: the place's number to an option, empty to take it back. `by` is who decided it. Needs
    the role sender or the machine's shell; gives the areas that were changed.

    Raises Invalid without `by`, NotFound for what is no area on the list.
    """
    who = " ".join(by.split())
    if not who or len(who) > LONGEST_BY:
        raise Invalid(Said("Say who decided it, in 1 to %(most)s characters.", most=LONGEST_BY))
    with changing(actor) as session:
        query = select(Place).where(
            Place.kind == PlaceKind.AREA.value, Place.removed_at.is_(None), Place.id.in_(areas)
        )
        rows = session.scalars(query.order_by(Place.id).with_for_update()).all()
        if len(rows) != len(areas):
            raise NotFound(Said("This place is not on the list (any more)."))
        changed = [
            row for row in rows if row.decisions.get(decision, "") != clean_option(areas[row.id])
        ]
        for row in changed:
            kept = {**row.decisions, decision: clean_option(areas[row.id])}
            row.decisions = {name: option for name, option in kept.items() if option}
        if changed:
            told = {row.name: row.decisions.get(decision, "") for row in changed}
            journal.append(session, actor, AreasDecided(decision, told, who))
    return tuple(changed)


def holds_in(
    session: Session,
    decision: str,
    slots: Iterable[Slot],
    values: Mapping[str, str],
    municipality: str,
) -> Holds:
    """What a decision says where these slot values apply: in each area that they name, and in each area inside one
    that decided otherwise. An area without its own takes that of the nearest around it. The description of an area
    counts only where no place is named."""
    rows = list_all(session, PlaceKind.AREA)
    tree = AreaTree(rows)
    found: dict[str, str] = {}
    for row in _named(rows, slots, values, municipality):
        found[row.name] = tree.option(row, decision)
        for inside in tree.inside(row):
            option = inside.decisions.get(decision, "")
            if option and option != found[row.name]:
                found[inside.name] = option
    return Holds(found)


def _named(
    rows: Sequence[Place], slots: Iterable[Slot], values: Mapping[str, str], municipality: str
) -> list[Place]:
    """The areas that the places name; where they name none, those that the descriptions do."""
    given: dict[SlotType, list[str]] = {SlotType.PLACE: [], SlotType.AREA: []}
    for slot in slots:
        if slot.type in given and not slot.personal and values.get(slot.name):
            given[slot.type].append(values[slot.name])
    for words in given.values():
        if any(names.is_everywhere(value, municipality) for value in words):
            return list(rows)
        found = [row for row in rows if any(_names(row, value) for value in words)]
        if found:
            return found
    return []


def _names(row: Place, value: str) -> bool:
    area = PublicPlace(names.AREAS, row.slug, row.name, row.made_at, tuple(row.other_names))
    return bool(names.matching((area,), value))
