"""Does an announcement contradict what holds, or what waits for confirmation, in any incident (rule L30)?

What is told is read from the frozen texts' instruction ids and choices; `hub.text.conflicts` knows which exclude each
other. Exercises are held against exercises alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from hub.incidents.lifecycle import IN_FORCE
from hub.models import Announcement, AnnouncementKind, AnnouncementState, Incident
from hub.text.conflicts import Clash, Says, clashes
from hub.text.types import Composed, SlotType, VersionText

_PLACES: Final = (SlotType.PLACE, SlotType.STREETS, SlotType.SCHOOL)

WHAT: Final[Mapping[str, str]] = {
    "boil-without-power": "one says to boil water, and the other that the power is out: most cannot boil",
    "boil-or-not-at-all": "one says that boiled water can be drunk, and the other that no water may be",
    "drink-or-not": "one says that the water can be drunk, and the other that it must not, or only boiled",
    "flush-or-not": "one says that the toilet can be flushed, and the other that it must not",
    "use-water-or-save": "one says that water can be used, and the other to save it",
    "collect-or-not": "one says to collect the children, and the other that nobody need come",
    "inside-or-collect": "one says to stay inside, and the other to collect the children",
    "inside-or-leave": "one says to stay inside, and the other to leave",
    "inside-or-fetch": "one says to stay inside, and the other to go and fetch something or meet somewhere",
    "stay-or-leave": "one says that people can stay at home, and the other to leave",
    "power-or-not": "one says that there is power, and the other that it is out",
    "water-or-not": "one says that there is water, and the other that there is none",
    "heat-or-not": "one says that there is heating, and the other that it is out",
    "normal-or-not": "one says that all is as usual, and the other that it is not",
}


def clashes_of(
    session: Session,
    text: VersionText,
    values: Mapping[str, str],
    composed: Composed,
    *,
    number: int,
    of: int | None,
    exercise: bool,
) -> tuple[Clash, ...]:
    """What contradicts these texts. `number` is the announcement's own, `of` the one whose place it takes."""
    new = _says(text, values, composed, number)
    rows = session.scalars(
        select(Announcement)
        .join(Incident)
        .where(
            Incident.exercise == exercise,
            Incident.closed_at.is_(None),
            Announcement.id.not_in([number, of or 0]),
            or_(
                Announcement.state.in_(IN_FORCE)
                & (Announcement.kind != AnnouncementKind.END.value),
                (Announcement.state == AnnouncementState.PREPARED.value)
                & Announcement.ready_at.is_not(None),
            ),
        )
        .options(joinedload(Announcement.version))
        .order_by(Announcement.id)
    )
    others = [_says(row.version.text, row.values, row.composed, row.id) for row in rows]
    return clashes(new, others)


def _says(text: VersionText, values: Mapping[str, str], composed: Composed, number: int) -> Says:
    actions = (
        action
        for language in composed.texts.values()
        for channel in language.actions.values()
        for action in channel
    )
    places = (
        name.strip()
        for slot in text.slots
        if slot.type in _PLACES
        for name in values.get(slot.name, "").split(";")
    )
    choices = (
        f"{slot.name}={values[slot.name]}"
        for slot in text.slots
        if slot.type is SlotType.CHOICE and values.get(slot.name)
    )
    return Says(
        text.key, frozenset(actions), frozenset(choices), frozenset(filter(None, places)), number
    )
