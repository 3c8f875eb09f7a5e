"""Now: what is in force, what is being sent, and what waits for whoever is looking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import accounts, clock
from hub.alarms import open_alarms
from hub.alarms.words import said
from hub.database import db
from hub.desk import access, frame
from hub.desk.access import desk_route
from hub.desk.language import current
from hub.desk.prepared import waiting as library_waiting
from hub.desk.underway import room_words
from hub.desk.waiting import Waiting
from hub.desk.words import gettext as _
from hub.models import (
    Announcement,
    AnnouncementState,
    Broadcast,
    BroadcastState,
    Incident,
    Person,
    Role,
)
from hub.settings import Settings
from hub.site.standing import How, Place, places
from hub.sms import standing
from hub.text.words import words

IN_FORCE = (AnnouncementState.CONFIRMED.value, AnnouncementState.LIVE.value)
GOING = (
    BroadcastState.WAITING.value,
    BroadcastState.SENDING.value,
    BroadcastState.PAUSED.value,
)
WARN_BEFORE = timedelta(minutes=15)
"""The clock turns amber this long before a promised update."""


@dataclass(frozen=True)
class InForce:
    """An announcement in force. `clock` is `calm`, `soon` or `late` to its promised update."""

    number: int
    title: str
    incident: int
    exercise: bool
    state: str
    since: datetime | None
    until: datetime | None
    next_update: datetime | None
    clock: str


@dataclass(frozen=True)
class PlacesShown:
    """The places of the site by how they stand."""

    newest: list[Place]
    older: list[Place]
    wrong: list[Place]
    never: list[Place]

    @property
    def since(self) -> datetime | None:
        """When the newest page was put where it stands first."""
        return min((item.since for item in self.newest if item.since), default=None)


@desk_route("/", role=None)
def now() -> ResponseReturnValue:
    """The first page after login."""
    session = db.session()
    return render_template(
        "desk/now.html",
        alarms=_alarms(session),
        in_force=_in_force(session),
        sending=_sending(session),
        line=room_words.line,
        waiting=waiting_for(session, access.person()),
        open_incidents=_open_without_announcement(session),
        page_places=_places(session),
    )


def _places(session: Session) -> PlacesShown:
    """Where the citizens' page stands."""
    settings: Settings = current_app.config["HUB"]
    found = places(session, settings.site_targets)
    return PlacesShown(
        newest=[item for item in found if item.how is How.NEWEST],
        older=[item for item in found if item.how is How.OLDER],
        wrong=[item for item in found if item.how is How.WRONG],
        never=[item for item in found if item.how is How.NEVER],
    )


@dataclass(frozen=True)
class Shown:
    """An open alarm in words. `untold`: nobody could be told by mail or webhook."""

    what: str
    do: str
    since: datetime
    untold: bool


def _alarms(session: Session) -> list[Shown]:
    found = []
    for item in open_alarms(session):
        what, do = said(item.kind, item.values, current())
        found.append(Shown(what, do, item.raised_at, bool(item.error)))
    return found


def _in_force(session: Session) -> list[InForce]:
    rows = session.scalars(
        select(Announcement)
        .join(Incident)
        .where(Announcement.state.in_(IN_FORCE))
        .order_by(Incident.exercise, Announcement.next_update.is_(None), Announcement.next_update)
    )
    return [
        InForce(
            number=row.id,
            title=title_of(row),
            incident=row.incident_id,
            exercise=row.incident.exercise,
            state=row.state,
            since=row.confirmed_at,
            until=row.until,
            next_update=row.next_update,
            clock=clock_of(row.next_update),
        )
        for row in rows
    ]


def title_of(row: Announcement) -> str:
    """An announcement's heading, in the interface's language where it has it; an exercise's says so first."""
    texts = row.composed.texts
    code = next((code for code in (current(), "da", "en") if code in texts), next(iter(texts), ""))
    title = texts[code].title if code else row.version.key
    marked = not row.incident.exercise or title.startswith(
        (words(code or "da").exercise, _("EXERCISE"))
    )
    return title if marked else f"{_('EXERCISE')}: {title}"


def clock_of(next_update: datetime | None) -> str:
    """How a promised update stands: `calm`, `soon` (within 15 minutes) or `late`."""
    if next_update is None:
        return "calm"
    distance = next_update - clock.now()
    if distance <= timedelta():
        return "late"
    return "soon" if distance <= WARN_BEFORE else "calm"


def _sending(session: Session) -> list[dict[str, object]]:
    rows = session.execute(
        select(Broadcast.id, Announcement)
        .join(Announcement, Announcement.id == Broadcast.announcement_id)
        .where(Broadcast.state.in_(GOING))
        .order_by(Broadcast.exercise, Broadcast.id)
    ).all()
    found: list[dict[str, object]] = []
    for number, row in rows:
        status = standing.status(session, number)
        eta = status["eta"]
        found.append(
            {
                **status,
                "title": title_of(row),
                "eta": datetime.fromisoformat(eta) if eta else None,
                "handed_over": status["recipients"]
                - status["deliveries"].get("queued", 0)
                - status["deliveries"].get("claimed", 0),
            }
        )
    return found


def _open_without_announcement(session: Session) -> list[tuple[Incident, str]]:
    rows = session.scalars(
        select(Incident)
        .where(
            Incident.closed_at.is_(None),
            ~Incident.announcements.any(Announcement.state.in_(IN_FORCE)),
        )
        .order_by(Incident.exercise, Incident.id.desc())
    )
    return [(row, frame.incident_name(session, row)) for row in rows]


def waiting_for(session: Session, person: Person) -> list[Waiting]:
    """What this person can do now that somebody waits for: drafts first, then reviews."""
    found: list[Waiting] = []
    if Role.SENDER in person.role_names:
        found += _drafts(session, person)
    return [*found, *library_waiting.waiting_for(session, person)]


def _drafts(session: Session, person: Person) -> list[Waiting]:
    rows = session.scalars(
        select(Announcement)
        .where(
            Announcement.state.in_(
                (AnnouncementState.PREPARED.value, AnnouncementState.RETURNED.value)
            )
        )
        .order_by(Announcement.id)
    )
    found = []
    for row in rows:
        name = title_of(row)
        if row.state == AnnouncementState.RETURNED:
            if row.prepared_by == person.email:
                why = _(
                    "%(who)s sent it back: %(reason)s",
                    who=row.returned_by,
                    reason=row.returned_reason,
                )
                address = frame.link("desk.announcement", number=row.id)
                found.append(
                    Waiting(_("Put right: %(name)s", name=name), why, row.returned_at, address)
                )
        elif accounts.may_be_other_eyes(session, person, row.prepared_by) is None:
            why = _(
                "Prepared by %(who)s. Read it, then confirm it or send it back.",
                who=row.prepared_by,
            )
            address = frame.link("desk.announcement", number=row.id)
            found.append(
                Waiting(
                    _("Confirm: %(name)s", name=name), why, row.prepared_at, address, urgent=True
                )
            )
    return found
