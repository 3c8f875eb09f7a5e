"""What can be started: the approved messages of each scenario, and what each needs before it may be sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock, library
from hub.desk.formats import day
from hub.desk.language import current
from hub.desk.start.offered import Offered, offered
from hub.desk.start.slot_fields import REMEMBERED
from hub.desk.words import LazyWords, lazy_gettext
from hub.desk.words import gettext as _
from hub.errors import Conflict, NotFound
from hub.incidents.register import open_ones
from hub.library import scenario_title
from hub.models import Announcement, AnnouncementState, Incident, Version
from hub.text.types import Phase, SlotType

PHASES: dict[str, LazyWords] = {
    Phase.BEFORE: lazy_gettext("before it happens"),
    Phase.DURING: lazy_gettext("it is happening"),
    Phase.UPDATE: lazy_gettext("update"),
    Phase.ALL_CLEAR: lazy_gettext("all-clear"),
    Phase.CORRECTION: lazy_gettext("correction"),
}
FIRST_PHASES = (Phase.DURING, Phase.BEFORE)
"""The messages that begin something, the likeliest first."""
LOOKED_BACK = 60
_BLANK = re.compile(r"\{[^{}]*\}")
MOST_REMEMBERED = 8


@dataclass(frozen=True)
class Startable:
    """A message as it can be picked. `needs` says what stands in its way, empty when nothing does; `override`: a
    reason gets past it, `blocked`: nothing does."""

    key: str
    scenario: str
    phase: str
    name: str
    title: str
    languages: tuple[str, ...]
    needs: str = ""
    override: bool = False
    blocked: bool = False


@dataclass(frozen=True)
class ScenarioToStart:
    """A scenario with its first messages and its open incidents."""

    name: str
    title: str
    messages: tuple[Startable, ...]
    open: tuple[Incident, ...]


def scenarios(session: Session, exercise: bool) -> list[ScenarioToStart]:
    """Every scenario that the library knows, by title; those without an approved first message last."""
    found = []
    for name in library.known_scenarios(session):
        rows = (library.approved(session, f"{name}/{phase}") for phase in FIRST_PHASES)
        messages = tuple(startable(row) for row in rows if row is not None)
        found.append(
            ScenarioToStart(
                name, _title(session, name), messages, tuple(open_ones(session, name, exercise))
            )
        )
    return sorted(found, key=lambda item: (not item.messages, item.title.casefold()))


def _title(session: Session, scenario: str) -> str:
    row = session.scalar(
        select(Version).where(Version.scenario == scenario).order_by(Version.id.desc()).limit(1)
    )
    return scenario if row is None else scenario_title(row, current())


def approved_version(session: Session, scenario: str, phase: str) -> Version:
    """The version to fill. Raises NotFound for a message that the library does not know, Conflict for one that was
    never approved."""
    key = f"{scenario}/{phase}"
    if key not in library.known_keys(session):
        raise NotFound(_("There is no message %(key)s in the library.", key=key))
    found = library.approved(session, key)
    if found is None:
        raise Conflict(
            _(
                "%(key)s has no approved version. It must be approved before it can be sent.",
                key=key,
            )
        )
    return found


def startable(version: Version) -> Startable:
    text = version.text
    language = next((c for c in (current(), "da", "en") if c in text.languages), "")
    needs, override, blocked = _needs(version)
    return Startable(
        key=version.key,
        scenario=version.scenario,
        phase=version.phase,
        name=scenario_title(version, current()),
        title=_BLANK.sub("…", text.languages[language].title) if language else version.key,
        languages=tuple(text.languages),
        needs=needs,
        override=override,
        blocked=blocked,
    )


def _needs(version: Version) -> tuple[str, bool, bool]:
    if version.blocked:
        facts = ", ".join(version.blocked)
        return (
            _("Cannot be sent: the fact %(facts)s was withdrawn as wrong.", facts=facts),
            False,
            True,
        )
    needs = []
    if library.is_expired(version, clock.now()) and version.review_due is not None:
        needs.append(_("Its review was due %(day)s.", day=day(version.review_due)))
    if version.recheck:
        needs.append(
            _("The fact %(facts)s changed since it was approved.", facts=", ".join(version.recheck))
        )
    return " ".join(needs), bool(needs), False


def remembered(
    session: Session, version: Version, *, exercise: bool
) -> dict[str, tuple[Offered, ...]]:
    """What is offered for each slot, so that an officer picks a place instead of spelling it: the places on the lists,
    then values that the same slot had lately, newest first."""
    wanted = {slot.name: slot.type for slot in version.text.slots if slot.type in REMEMBERED}
    rows: Sequence[dict[str, str]] = session.scalars(
        select(Announcement.entered)
        .join(Incident)
        .where(
            Incident.exercise == exercise,
            Announcement.state != AnnouncementState.DISCARDED.value,
        )
        .order_by(Announcement.id.desc())
        .limit(LOOKED_BACK)
    ).all()
    found: dict[str, list[str]] = {}
    for entered in rows:
        for name, kind in wanted.items():
            value = entered.get(name, "")
            if kind in (SlotType.MEETING_PLACE, SlotType.COLLECTION_POINT):
                value = value.partition("|")[0].strip()
            known = found.setdefault(name, [])
            if value and value not in known and len(known) < MOST_REMEMBERED:
                known.append(value)
    slots = [slot for slot in version.text.slots if slot.name in wanted]
    return offered(session, slots, found)
