"""Who has to act on the library: reviews for those who may approve them, returned texts for their authors, and what
both are reminded of."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import accounts, library
from hub.desk import frame
from hub.desk.language import current
from hub.desk.places import names_page
from hub.desk.prepared import reminder_cards
from hub.desk.prepared.names import PHASES
from hub.desk.waiting import Waiting
from hub.desk.words import gettext as _
from hub.models import Person, Role, Version, VersionState
from hub.text.types import Phase


def waiting_for(session: Session, person: Person) -> list[Waiting]:
    """What this person can do in the library now that somebody waits for."""
    rows = session.scalars(
        select(Version)
        .where(Version.state.in_((VersionState.IN_REVIEW.value, VersionState.RETURNED.value)))
        .order_by(Version.submitted_at, Version.key)
    )
    found = []
    for row in rows:
        address = frame.link("desk.message", key=row.key)
        if row.state == VersionState.IN_REVIEW:
            if may_review(session, person, row):
                why = _("Read it, then approve it or send it back.")
                what = _("Review: %(key)s", key=_name(row))
                found.append(Waiting(what, why, row.submitted_at, address))
        elif _is_its_author(row, person):
            why = _("It was sent back: %(reason)s", reason=row.returned_reason or "")
            found.append(Waiting(_("Put right: %(key)s", key=_name(row)), why, None, address))
    return [
        *found,
        *names_page.waiting_for(session, person),
        *reminder_cards.cards(session, person),
    ]


def _name(version: Version) -> str:
    return f"{library.scenario_title(version, current())}, {PHASES[Phase(version.phase)]}"


def may_review(session: Session, person: Person, version: Version) -> bool:
    """Could this person approve it: has the role, and no part in it? `approve` decides; this only tells whom to ask."""
    return Role.APPROVER in person.role_names and other_eyes(session, person, version)


def other_eyes(session: Session, person: Person, version: Version) -> bool:
    """Is this person somebody else than all who contributed, as `approve` means it?"""
    people = {item.person for item in version.contributors if not item.person.startswith("os:")}
    return all(accounts.may_be_other_eyes(session, person, item) is None for item in people)


def _is_its_author(version: Version, person: Person) -> bool:
    """Those who wrote it; every author where it came from the shell alone."""
    people = {item.person for item in version.contributors if not item.person.startswith("os:")}
    return Role.AUTHOR in person.role_names and (not people or person.email in people)
