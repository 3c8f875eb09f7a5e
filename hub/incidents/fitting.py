"""What would reach people before the mobile net is gone: the short SMS, or a part of the list first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.audiences import lists
from hub.incidents.checking import composed_for
from hub.models import Announcement, Audience, Incident
from hub.text.segments import count
from hub.text.types import VersionText

MOST_VALUES = 30
"""A column with more different values (an address) is no area."""
SHOWN = 3


@dataclass(frozen=True)
class Fit:
    """One way, and how many seconds its SMS take at the contract's rate: the short SMS to all (no column), or those
    rows of the list whose `column` says `value`."""

    seconds: float
    column: str = ""
    value: str = ""


def short_fit(
    row: Announcement,
    incident: Incident,
    text: VersionText,
    by_language: Mapping[str, int],
    rate: float,
) -> Fit | None:
    """The short SMS to the same phones, by language; None where there is none, or it is chosen already. Personal
    slots are counted as they stand in the text."""
    has_short = any(item.short for item in text.languages.values())
    if row.short or not has_short:
        return None
    other = Announcement(
        id=row.id,
        of_id=row.of_id,
        update_no=row.update_no,
        languages=row.languages,
        values=row.values,
        issued_at=row.issued_at,
        short=True,
    )
    texts = composed_for(other, incident, text).sms
    segments = sum(number * count(texts[name]).segments for name, number in by_language.items())
    return Fit(segments / rate)


def area_fits(session: Session, audience_name: str, seconds: float, most: float) -> list[Fit]:
    """The parts of a list that take at most `most` of the whole list's `seconds`, the largest first."""
    audience = session.scalar(select(Audience).where(Audience.name == audience_name))
    if audience is None or not audience.accepted:
        return []
    found = [
        Fit(seconds * rows / audience.accepted, column.heading, value)
        for column in lists.column_values(session, audience, MOST_VALUES)
        if 1 < column.distinct <= MOST_VALUES and column.heading != lists.LANGUAGE_COLUMN
        for value, rows in column.values
        if value and rows < audience.accepted
    ]
    fitting = [item for item in found if item.seconds <= most]
    return sorted(fitting, key=lambda item: -item.seconds)[:SHOWN]


def what_fits(
    session: Session,
    row: Announcement,
    incident: Incident,
    text: VersionText,
    by_language: Mapping[str, int],
    *,
    seconds: float,
    rate: float,
    audience: str,
    most: float,
) -> tuple[Fit, ...]:
    """Everything that would fit into `most` seconds, where the whole takes `seconds`; and the short SMS where it is at
    least shorter. `audience` is empty when it goes to no list, or to a part of one."""
    short = short_fit(row, incident, text, by_language, rate)
    found = [short] if short is not None and short.seconds < seconds else []
    return (*found, *area_fits(session, audience, seconds, most))
