"""Whom the SMS go to, as one list to choose from: nobody, those who got the first, a list, or a part of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hub.audiences import lists
from hub.desk.formats import number
from hub.desk.words import gettext as _
from hub.incidents.checking import NO_AUDIENCE
from hub.models import Audience
from hub.sms.personal import column_of
from hub.sms.sources import list_columns
from hub.text.types import Slot

EARLIER = "earlier"
MOST_VALUES = 30
"""A column with more different values than this (an address) is no part to choose by."""
_KEPT = 50


@dataclass(frozen=True)
class Option:
    value: str
    words: str


@dataclass(frozen=True)
class Group:
    """A list with its parts. `lacks` names the column without which it cannot be used here."""

    name: str
    options: tuple[Option, ...]
    lacks: str = ""

    @property
    def parts(self) -> tuple[Option, ...]:
        """What can go before the rest of the list."""
        return self.options[1:]


@dataclass(frozen=True)
class Choice:
    """What was chosen, as an order takes it."""

    audience: str | None
    where: dict[str, str]


_parts: dict[tuple[int, datetime, int], tuple[tuple[str, str, int], ...]] = {}
"""By list and import: its parts never change until it is brought in again."""


def groups(session: Session, exercise: bool, personal: Sequence[Slot]) -> list[Group]:
    """The lists of this world, each whole and in its parts."""
    return [
        _group(session, audience, personal)
        for audience in lists.list_all(session)
        if audience.exercise == exercise
    ]


def _group(session: Session, audience: Audience, personal: Sequence[Slot]) -> Group:
    known = {name.strip().casefold() for name in list_columns(audience)}
    lacking = [slot.column or slot.name for slot in personal if column_of(slot) not in known]
    if lacking:
        return Group(audience.name, (), ", ".join(lacking))
    whole = Option(
        f"{audience.id}",
        _(
            "%(name)s, the whole list: %(rows)s rows",
            name=audience.name,
            rows=number(audience.accepted),
        ),
    )
    parts = tuple(
        Option(
            f"{audience.id}|{heading}|{value}",
            f"{audience.name}, {heading} = {value}: {number(rows)}",
        )
        for heading, value, rows in _parts_of(session, audience)
    )
    return Group(audience.name, (whole, *parts))


def _parts_of(session: Session, audience: Audience) -> tuple[tuple[str, str, int], ...]:
    key = (audience.id, audience.imported_at, audience.accepted)
    if key not in _parts:
        found = tuple(
            (column.heading, value, rows)
            for column in lists.column_values(session, audience, MOST_VALUES)
            if 1 < column.distinct <= MOST_VALUES
            for value, rows in sorted(column.values)
            if value
        )
        if len(_parts) >= _KEPT:
            _parts.pop(next(iter(_parts)))
        _parts[key] = found
    return _parts[key]


def read(session: Session, value: str) -> Choice | None:
    """What a chosen value means; None for one that is not there (any more), or for none chosen."""
    if value == NO_AUDIENCE:
        return Choice(NO_AUDIENCE, {})
    if value == EARLIER:
        return Choice(None, {})
    identity, _bar, rest = value.partition("|")
    heading, bar, wanted = rest.partition("|")
    if not identity.isascii() or not identity.isdigit():
        return None
    audience = session.get(Audience, int(identity))
    if audience is None:
        return None
    return Choice(audience.name, {heading: wanted} if bar else {})
