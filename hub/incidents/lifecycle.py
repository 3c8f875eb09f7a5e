"""The steps an announcement may take, as data, and what the journal records of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hub import journal
from hub.errors import Conflict
from hub.models import Announcement, AnnouncementKind
from hub.models import AnnouncementState as State
from hub.text.types import Phase

STEPS: dict[State, frozenset[State]] = {
    State.PREPARED: frozenset({State.CONFIRMED, State.RETURNED, State.DISCARDED, State.PREPARED}),
    State.RETURNED: frozenset({State.PREPARED, State.DISCARDED}),
    State.DISCARDED: frozenset(),
    State.CONFIRMED: frozenset({State.LIVE, State.UPDATED, State.ENDED, State.CORRECTED}),
    State.LIVE: frozenset({State.UPDATED, State.ENDED, State.CORRECTED}),
    State.UPDATED: frozenset(),
    State.ENDED: frozenset(),
    State.CORRECTED: frozenset(),
}
"""Prepared to prepared is a return's twin without a return: slots are filled again before anybody confirmed.
Confirmed can be updated before any target held it, so that an all-clear never waits for a page."""

IN_FORCE = (State.CONFIRMED.value, State.LIVE.value)
OPEN = (State.PREPARED.value, State.RETURNED.value)

KIND_OF_PHASE = {
    Phase.BEFORE: AnnouncementKind.FIRST,
    Phase.DURING: AnnouncementKind.FIRST,
    Phase.UPDATE: AnnouncementKind.UPDATE,
    Phase.ALL_CLEAR: AnnouncementKind.END,
    Phase.CORRECTION: AnnouncementKind.CORRECTION,
}

STATE_AFTER = {
    AnnouncementKind.FIRST: State.UPDATED,
    AnnouncementKind.UPDATE: State.UPDATED,
    AnnouncementKind.END: State.ENDED,
    AnnouncementKind.CORRECTION: State.CORRECTED,
}
"""What the named announcement becomes when one of this kind is confirmed."""

PRIORITY = {
    AnnouncementKind.CORRECTION: 30,
    AnnouncementKind.END: 30,
    AnnouncementKind.UPDATE: 20,
    AnnouncementKind.FIRST: 10,
}


def step(announcement: Announcement, to: State) -> None:
    """Move an announcement on. Raises Conflict when the lifecycle has no such step."""
    current = State(announcement.state)
    if to not in STEPS[current]:
        raise Conflict(
            f"Announcement {announcement.id} is {current}; from there it cannot become {to}."
        )
    announcement.state = to.value


@dataclass(frozen=True)
class IncidentOpened(journal.Entry):
    kind: ClassVar[str] = "incident-opened"
    incident: int
    scenario: str
    exercise: bool


@dataclass(frozen=True)
class IncidentClosed(journal.Entry):
    kind: ClassVar[str] = "incident-closed"
    incident: int


@dataclass(frozen=True)
class PowerOutNoted(journal.Entry):
    """When the power went (UTC, ISO 8601); None where an earlier note was taken back."""

    kind: ClassVar[str] = "power-out-noted"
    incident: int
    since: str | None


@dataclass(frozen=True)
class AnnouncementPrepared(journal.Entry):
    """`hash` is over every byte that would go out; `again` when a returned or lapsed one was filled anew."""

    kind: ClassVar[str] = "announcement-prepared"
    announcement: int
    incident: int
    key: str
    version: int
    version_hash: str
    hash: str
    names: int | None
    broadcast: int | None
    recipients: int
    set_aside: int
    override: str | None
    opted_out: int
    opt_out_override: str | None
    again: bool


@dataclass(frozen=True)
class AnnouncementConfirmed(journal.Entry):
    """`by` confirmed; `entered_by` is somebody else when `by` read a code aloud by telephone."""

    kind: ClassVar[str] = "announcement-confirmed"
    announcement: int
    incident: int
    hash: str
    how: str
    by: str
    entered_by: str
    reason: str | None
    names: int | None
    broadcast: int | None
    recipients: int


@dataclass(frozen=True)
class AnnouncementReturned(journal.Entry):
    kind: ClassVar[str] = "announcement-returned"
    announcement: int
    reason: str


@dataclass(frozen=True)
class AnnouncementDiscarded(journal.Entry):
    kind: ClassVar[str] = "announcement-discarded"
    announcement: int


@dataclass(frozen=True)
class LateListAdded(journal.Entry):
    kind: ClassVar[str] = "late-list-added"
    announcement: int
    broadcast: int
    audience: str
    recipients: int
