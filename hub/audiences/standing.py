"""Standing lists: kept, because somebody answers for them and refreshes them by a day that is named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hub import clock
from hub.clock import COPENHAGEN
from hub.errors import Invalid
from hub.models import Audience
from hub.text.said import Said

LONGEST_OWNER = 200
LONGEST_NOTE = 500
LONGEST_REFRESH = timedelta(days=366)
"""A list of people that nobody looked at for a year is not a list of the people who live there."""


@dataclass(frozen=True)
class Standing:
    """Who answers for a standing list, where its rows come from, by which right they are kept, and the day (in
    Copenhagen) by which a new import has to replace it."""

    owner: str
    source_note: str
    legal_basis: str
    refresh_by: date


def check_standing(wanted: Standing) -> Standing:
    """Trimmed. Raises Invalid, naming what is missing or too long, and for a day past or more than a year off."""
    clean = replace(
        wanted,
        owner=" ".join(wanted.owner.split()),
        source_note=" ".join(wanted.source_note.split()),
        legal_basis=" ".join(wanted.legal_basis.split()),
    )
    if not clean.owner:
        raise Invalid(Said("Name the owner of the standing list: who answers for it being right."))
    if not clean.source_note:
        raise Invalid(
            Said("Name the source of the standing list: the register or system it comes from.")
        )
    if not clean.legal_basis:
        raise Invalid(
            Said(
                "Name the legal basis of the standing list: by which right these numbers are kept."
            )
        )
    if (
        len(clean.owner) > LONGEST_OWNER
        or max(len(clean.source_note), len(clean.legal_basis)) > LONGEST_NOTE
    ):
        raise Invalid(
            Said(
                "Write it shorter: the owner in at most %(owner)s characters, source and legal basis in at most "
                "%(note)s.",
                owner=LONGEST_OWNER,
                note=LONGEST_NOTE,
            )
        )
    today = clock.now().astimezone(COPENHAGEN).date()
    if not today < clean.refresh_by <= today + LONGEST_REFRESH:
        raise Invalid(
            Said(
                "The list has to be refreshed by a day after today and within a year, not %(day)s.",
                day=clean.refresh_by,
            )
        )
    return clean


def carried_over(old: Audience, now: datetime) -> Standing | None:
    """What a new import takes over from the standing list that it replaces; None when that one was not standing.
    The next refresh is as far from this import as the last was from its own, at least a day."""
    if not old.standing or old.refresh_by is None:
        return None
    span = old.refresh_by - old.imported_at.astimezone(COPENHAGEN).date()
    day = now.astimezone(COPENHAGEN).date() + max(min(span, LONGEST_REFRESH), timedelta(days=1))
    return Standing(old.owner, old.source_note, old.legal_basis, day)


def put(audience: Audience, standing: Standing) -> None:
    """Make a list a standing one, in the caller's transaction."""
    audience.standing = True
    audience.standing_ended_at = None
    audience.owner = standing.owner
    audience.source_note = standing.source_note
    audience.legal_basis = standing.legal_basis
    audience.refresh_by = standing.refresh_by


def is_overdue(audience: Audience, now: datetime) -> bool:
    """Is a standing list past the day by which it had to be refreshed? Not on the day itself."""
    return (
        audience.standing
        and audience.refresh_by is not None
        and now.astimezone(COPENHAGEN).date() > audience.refresh_by
    )


def overdue_warning(audience: Audience, now: datetime) -> Said | None:
    """What whoever sends to an overdue standing list has to know; None for a list that is not overdue. A `str` in
    English; the desk translates its `words` and fills in `values`."""
    if not is_overdue(audience, now) or audience.refresh_by is None:
        return None
    days = (now.astimezone(COPENHAGEN).date() - audience.refresh_by).days
    return Said(
        "The standing list %(name)s had to be refreshed by %(day)s (%(days)s days ago). People who moved here since "
        "are not in it, and some who moved away are. Send if it is urgent, and ask %(owner)s for a new one.",
        name=audience.name,
        day=audience.refresh_by,
        days=days,
        owner=audience.owner,
    )
