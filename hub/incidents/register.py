"""Opening, closing and listing incidents."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import accounts, clock, journal
from hub.database import deciding
from hub.errors import Conflict, Invalid, NotFound
from hub.incidents.lifecycle import (
    IN_FORCE,
    OPEN,
    STATE_AFTER,
    IncidentClosed,
    IncidentOpened,
    PowerOutNoted,
)
from hub.library.lifecycle import known_scenarios
from hub.models import (
    Announcement,
    AnnouncementKind,
    AnnouncementState,
    Broadcast,
    BroadcastState,
    Incident,
    Role,
)

UNFINISHED = (
    BroadcastState.WAITING.value,
    BroadcastState.SENDING.value,
    BroadcastState.PAUSED.value,
)

OLDEST_POWER_CUT = timedelta(days=7)


class Obstacle(StrEnum):
    """Why an incident cannot be closed."""

    IN_FORCE = "in-force"
    NOT_PUBLISHED = "not-published"
    NOT_CONFIRMED = "not-confirmed"
    UNFINISHED = "unfinished"


@dataclass(frozen=True)
class OpenEnd:
    """One thing that stands in the way of closing: `number` is a broadcast's where it is unfinished, else an
    announcement's, of the message `key`."""

    kind: Obstacle
    number: int
    key: str = ""


def open_incident(
    scenario: str,
    *,
    actor: journal.Actor,
    exercise: bool = False,
    power_out_since: datetime | None = None,
    beside: Collection[int] | None = None,
) -> Incident:
    """Open an incident of a scenario that the library knows. Needs the role sender.

    `beside` are the open ones of this scenario that the person saw and does not mean (None: not asked). Raises
    Conflict when somebody has opened another meanwhile, so that two people do not open the same one twice; NotFound
    for an unknown scenario, naming those that there are; Invalid for a moment when the power cannot have gone.
    """
    since = checked_power_out(power_out_since)
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        known = known_scenarios(session)
        if scenario not in known:
            raise NotFound(
                f"There is no scenario {scenario!r} in the library. "
                f"Known: {', '.join(known) or 'none; run `hub library load`'}."
            )
        if beside is not None:
            _refuse_unseen(session, scenario, exercise, beside)
        incident = Incident(
            scenario=scenario,
            exercise=exercise,
            opened_at=clock.now(),
            opened_by=actor.name,
            power_out_since=since,
        )
        session.add(incident)
        session.flush()
        journal.append(
            session,
            actor,
            IncidentOpened(incident=incident.id, scenario=scenario, exercise=exercise),
        )
        if since is not None:
            journal.append(session, actor, _power_note(incident))
    return incident


def set_power_out_since(number: int, moment: datetime | None, *, actor: journal.Actor) -> Incident:
    """Say when the power went in an open incident, or (None) that it did not. Needs the role sender.

    Raises Conflict for a closed incident, Invalid for a moment that is not to be.
    """
    since = checked_power_out(moment)
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        incident = find_incident(session, number, lock=True)
        if incident.closed_at is not None:
            raise Conflict(f"Incident {number} is closed already.")
        if incident.power_out_since != since:
            incident.power_out_since = since
            journal.append(session, actor, _power_note(incident))
    return incident


def checked_power_out(moment: datetime | None) -> datetime | None:
    """The moment when the power went. Raises Invalid for one that is to come, or more than a week ago."""
    now = clock.now()
    if moment is None:
        return None
    if moment > now + timedelta(minutes=1):
        raise Invalid("The power cannot have gone at a moment that is to come.")
    if moment < now - OLDEST_POWER_CUT:
        raise Invalid("The power cannot have gone more than a week ago.")
    return moment


def _power_note(incident: Incident) -> PowerOutNoted:
    since = incident.power_out_since
    return PowerOutNoted(
        incident=incident.id,
        since=since.astimezone(UTC).isoformat(timespec="seconds") if since else None,
    )


def open_ones(session: Session, scenario: str, exercise: bool) -> list[Incident]:
    """The open incidents of a scenario, real ones or exercises, newest first."""
    return list(
        session.scalars(
            select(Incident)
            .where(
                Incident.scenario == scenario,
                Incident.exercise == exercise,
                Incident.closed_at.is_(None),
            )
            .order_by(Incident.id.desc())
        )
    )


def _refuse_unseen(session: Session, scenario: str, exercise: bool, seen: Collection[int]) -> None:
    for row in open_ones(session, scenario, exercise):
        if row.id not in seen:
            raise Conflict(
                f"{row.opened_by} has opened incident {row.id} ({scenario}) meanwhile. "
                "Say whether yours belongs to it, or is another one."
            )


def find_incident(session: Session, number: int, *, lock: bool = False) -> Incident:
    """The incident. Raises NotFound."""
    query = select(Incident).where(Incident.id == number).execution_options(populate_existing=True)
    incident = session.scalar(query.with_for_update() if lock else query)
    if incident is None:
        raise NotFound(f"There is no incident {number}. `hub incident list` shows them.")
    return incident


def all_incidents(session: Session) -> list[Incident]:
    """All incidents, newest first."""
    return list(session.scalars(select(Incident).order_by(Incident.id.desc())))


def close_incident(number: int, *, actor: journal.Actor) -> Incident:
    """Close an incident. Needs the role sender.

    Raises Conflict while an announcement in it is in force, prepared or returned, or while a broadcast is not
    finished; the message names each and what to do.
    """
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        incident = find_incident(session, number, lock=True)
        if incident.closed_at is not None:
            raise Conflict(f"Incident {number} is closed already.")
        reasons = [_in_words(item) for item in open_ends(session, number)]
        if reasons:
            raise Conflict(f"Incident {number} cannot be closed yet: {'; '.join(reasons)}.")
        now = clock.now()
        for row in _all_clears(session, number):
            row.state = STATE_AFTER[AnnouncementKind.END].value
            row.ended_at = now
        incident.closed_at, incident.closed_by = now, actor.name
        journal.append(session, actor, IncidentClosed(incident=number))
    return incident


def _all_clears(session: Session, number: int) -> list[Announcement]:
    return list(
        session.scalars(
            select(Announcement).where(
                Announcement.incident_id == number,
                Announcement.kind == AnnouncementKind.END.value,
                Announcement.state.in_(IN_FORCE),
            )
        )
    )


def open_ends(session: Session, number: int) -> list[OpenEnd]:
    """What stands in the way of closing an incident, announcements first."""
    found: list[OpenEnd] = []
    for row in session.scalars(
        select(Announcement).where(Announcement.incident_id == number).order_by(Announcement.id)
    ):
        if row.state in IN_FORCE and row.kind != AnnouncementKind.END:
            found.append(OpenEnd(Obstacle.IN_FORCE, row.id, row.version.key))
        elif row.state in IN_FORCE and row.state != AnnouncementState.LIVE:
            found.append(OpenEnd(Obstacle.NOT_PUBLISHED, row.id, row.version.key))
        elif row.state in OPEN:
            found.append(OpenEnd(Obstacle.NOT_CONFIRMED, row.id, row.version.key))
    running = session.scalars(
        select(Broadcast.id)
        .join(Announcement, Announcement.id == Broadcast.announcement_id)
        .where(Announcement.incident_id == number, Broadcast.state.in_(UNFINISHED))
        .order_by(Broadcast.id)
    )
    return [*found, *(OpenEnd(Obstacle.UNFINISHED, row) for row in running)]


def _in_words(item: OpenEnd) -> str:
    return {
        Obstacle.IN_FORCE: f"announcement {item.number} ({item.key}) is in force: announce its all-clear",
        Obstacle.NOT_PUBLISHED: f"announcement {item.number} is not published yet: `hub publish`",
        Obstacle.NOT_CONFIRMED: f"announcement {item.number} waits for confirmation: confirm it, or "
        f"`hub discard {item.number}`",
        Obstacle.UNFINISHED: f"broadcast {item.number} is not finished: `hub broadcast wait {item.number}` or "
        f"`hub broadcast stop {item.number}`",
    }[item.kind]


def broadcasts_of(session: Session, announcement: int) -> list[Broadcast]:
    """The broadcasts of an announcement to citizens, late lists too, in order."""
    return list(
        session.scalars(
            select(Broadcast)
            .where(
                Broadcast.announcement_id == announcement,
                Broadcast.purpose == "citizens",
            )
            .order_by(Broadcast.id)
        )
    )
