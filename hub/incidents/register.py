"""Opening, closing and listing incidents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import accounts, clock, journal
from hub.database import deciding
from hub.errors import Conflict, NotFound
from hub.incidents.lifecycle import IN_FORCE, OPEN, STATE_AFTER, IncidentClosed, IncidentOpened
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


def open_incident(
    scenario: str,
    *,
    actor: journal.Actor,
    exercise: bool = False,
    power_out_since: datetime | None = None,
) -> Incident:
    """Open an incident of a scenario that the library knows. Needs the role sender.

    Raises NotFound for an unknown scenario, naming those that there are.
    """
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        known = known_scenarios(session)
        if scenario not in known:
            raise NotFound(
                f"There is no scenario {scenario!r} in the library. "
                f"Known: {', '.join(known) or 'none; run `hub library load`'}."
            )
        incident = Incident(
            scenario=scenario,
            exercise=exercise,
            opened_at=clock.now(),
            opened_by=actor.name,
            power_out_since=power_out_since,
        )
        session.add(incident)
        session.flush()
        journal.append(
            session,
            actor,
            IncidentOpened(incident=incident.id, scenario=scenario, exercise=exercise),
        )
    return incident


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
        reasons = _open_ends(session, number)
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


def _open_ends(session: Session, number: int) -> list[str]:
    reasons = []
    for row in session.scalars(
        select(Announcement).where(Announcement.incident_id == number).order_by(Announcement.id)
    ):
        if row.state in IN_FORCE and row.kind != AnnouncementKind.END:
            reasons.append(
                f"announcement {row.id} ({row.version.key}) is in force: announce its all-clear"
            )
        elif row.state in IN_FORCE and row.state != AnnouncementState.LIVE:
            reasons.append(f"announcement {row.id} is not published yet: `hub publish`")
        elif row.state in OPEN:
            reasons.append(
                f"announcement {row.id} waits for confirmation: confirm it, or `hub discard {row.id}`"
            )
    running = session.scalars(
        select(Broadcast.id)
        .join(Announcement, Announcement.id == Broadcast.announcement_id)
        .where(Announcement.incident_id == number, Broadcast.state.in_(UNFINISHED))
        .order_by(Broadcast.id)
    )
    reasons += [
        f"broadcast {row} is not finished: `hub broadcast wait {row}` or `hub broadcast stop {row}`"
        for row in running
    ]
    return reasons


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
