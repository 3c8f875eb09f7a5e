"""Making the public site like the database: read once, render page and phone texts, publish to every target."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from hub import clock, journal
from hub.database import db, deciding
from hub.models import (
    Announcement,
    AnnouncementKind,
    AnnouncementState,
    Broadcast,
    HubInstance,
    Incident,
    Publication,
    TargetState,
)
from hub.phone.texts import phone_files
from hub.settings import Settings
from hub.site.publishing import PublishReport, publish
from hub.site.rendering import render_site
from hub.site.watching import check_targets
from hub.sms import broadcasts
from hub.text.holding import HEARTBEAT
from hub.text.situation import PublicAnnouncement, PublicIncident, Situation, Standing

log = logging.getLogger(__name__)
READ_AGAIN = 3
PUBLIC_STATES = tuple(
    state.value
    for state in (
        AnnouncementState.CONFIRMED,
        AnnouncementState.LIVE,
        AnnouncementState.UPDATED,
        AnnouncementState.ENDED,
        AnnouncementState.CORRECTED,
    )
)
_STANDING = {
    AnnouncementState.CONFIRMED: Standing.IN_FORCE,
    AnnouncementState.LIVE: Standing.IN_FORCE,
    AnnouncementState.UPDATED: Standing.UPDATED,
    AnnouncementState.ENDED: Standing.ENDED,
    AnnouncementState.CORRECTED: Standing.CORRECTED,
}


@dataclass(frozen=True)
class AnnouncementLive(journal.Entry):
    """A confirmed announcement stands on at least one target."""

    kind: ClassVar[str] = "announcement-live"
    announcement: int
    revision: int


@dataclass(frozen=True)
class NewerHubFound(journal.Entry):
    """A target holds the site of a hub with a higher instance number; what was being sent is paused."""

    kind: ClassVar[str] = "newer-hub-found"
    instance: int


def read_situation(session: Session, settings: Settings) -> Situation:
    """Everything the public may know, in one read transaction."""
    session.rollback()
    read_at = clock.now()
    rows = session.scalars(
        select(Incident)
        .where(Incident.announcements.any(Announcement.state.in_(PUBLIC_STATES)))
        .options(selectinload(Incident.announcements).joinedload(Announcement.version))
        .order_by(Incident.id)
    )
    incidents = tuple(_incident(row) for row in rows)
    last = journal.head(session)
    instance = session.get_one(HubInstance, 1)
    situation = Situation(
        municipality=settings.municipality,
        address=settings.site_address,
        read_at=read_at,
        instance=instance.number,
        journal={"number": last.number, "hash": last.hash},
        languages=_languages(settings, incidents),
        incidents=incidents,
    )
    session.rollback()
    return situation


def _languages(settings: Settings, incidents: Sequence[PublicIncident]) -> tuple[str, ...]:
    if settings.languages:
        return settings.languages
    found = {
        language
        for incident in incidents
        for item in incident.announcements
        for language in item.texts
    }
    usual = ("da", "en", "de")
    return usual + tuple(sorted(found.difference(usual)))


def _incident(row: Incident) -> PublicIncident:
    announcements = [item for item in row.announcements if item.state in PUBLIC_STATES]
    title: dict[str, str] = announcements[0].version.scenario_meta.get("title", {})
    return PublicIncident(
        number=row.id,
        scenario=row.scenario,
        title=title,
        exercise=row.exercise,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        announcements=tuple(_announcement(item, row) for item in announcements),
    )


def _announcement(row: Announcement, incident: Incident) -> PublicAnnouncement:
    standing = _STANDING[AnnouncementState(row.state)]
    if standing is Standing.IN_FORCE and row.kind == AnnouncementKind.END:
        standing = Standing.OVER
    return PublicAnnouncement(
        number=row.id,
        incident=row.incident_id,
        scenario=row.version.scenario,
        phase=row.version.phase,
        kind=row.kind,
        severity=row.severity,
        version=f"{row.version.key} v{row.version.number}",
        version_hash=row.version_hash,
        update_no=row.update_no,
        standing=standing,
        issued_at=row.issued_at,
        until=row.until,
        next_update=row.next_update,
        ended_at=row.ended_at,
        closes=row.of_id,
        replaced_by=row.ended_by_id,
        exercise=incident.exercise,
        texts=row.composed.texts,
        cap=row.version.scenario_meta.get("cap", {}),
    )


def publish_now(
    *, targets: Sequence[str] | None = None, force: bool = False, door: str = "worker"
) -> PublishReport:
    """Publish what the database says now, then mark what stands on a target as live.

    State-driven: a lost or doubled call is harmless. A failing target is in the report, never an exception; if
    the process dies in between, the last published site stays and the next call publishes. Raises PublishError when
    the database cannot be written.
    """
    settings: Settings = current_app.config["HUB"]
    for _ in range(READ_AGAIN):
        situation = read_situation(db.session(), settings)
        report = publish(
            _builder(situation),
            read_at=situation.read_at,
            instance=situation.instance,
            targets=targets,
            force=force,
        )
        if not report.superseded:
            break
    if report.higher_instance is not None:
        _yield_to_newer(report.higher_instance, door)
    if report.published:
        _mark_live(_numbers_shown(situation), report.revision, door)
    return report


def _builder(situation: Situation) -> Callable[[int], Mapping[str, bytes]]:
    return lambda revision: {**render_site(situation, revision), **phone_files(situation)}


def _numbers_shown(situation: Situation) -> list[int]:
    return [
        item.number
        for incident in situation.incidents
        for item in incident.announcements
        if item.standing in (Standing.IN_FORCE, Standing.OVER)
    ]


def _yield_to_newer(instance: int, door: str) -> None:
    """A target belongs to a hub that was restored after this one: this one stops sending (DESIGN.md, rule 15)."""
    actor = journal.Actor("hub", door)
    reason = (
        f"a newer hub (instance {instance}) holds the site: this one must not send. Shut it down."
    )
    with deciding() as session:
        running = select(Broadcast).where(Broadcast.state.in_(("waiting", "sending")))
        paused = list(session.scalars(running.order_by(Broadcast.id).with_for_update()))
        for row in paused:
            broadcasts.pause_now(session, row, actor, reason)
        if paused:
            journal.append(session, actor, NewerHubFound(instance=instance))


def _mark_live(numbers: Sequence[int], revision: int, door: str) -> None:
    if not numbers:
        return
    confirmed = (
        select(Announcement.id)
        .where(
            Announcement.state == AnnouncementState.CONFIRMED.value, Announcement.id.in_(numbers)
        )
        .order_by(Announcement.id)
    )
    if db.session().scalar(confirmed.limit(1)) is None:
        db.session.rollback()
        return
    with deciding() as session:
        for row in session.scalars(
            select(Announcement)
            .where(
                Announcement.state == AnnouncementState.CONFIRMED.value,
                Announcement.id.in_(numbers),
            )
            .order_by(Announcement.id)
            .with_for_update()
        ):
            row.state = AnnouncementState.LIVE.value
            journal.append(
                session,
                journal.Actor("hub", door),
                AnnouncementLive(announcement=row.id, revision=revision),
            )


AHEAD = timedelta(minutes=2)


def publish_due(session: Session) -> bool:
    """Must the site be published again though nothing happened? Every ten minutes, so that its age is true; before a
    promised time or an end passes; while anything confirmed is not live, or a target failed or was changed."""
    now = clock.now()
    last = session.scalar(select(Publication).order_by(Publication.revision.desc()).limit(1))
    if last is None or last.at <= now - HEARTBEAT:
        return True
    if session.scalar(select(TargetState.target).where(TargetState.ok.is_(False)).limit(1)):
        return True
    in_force = (
        select(Announcement.id)
        .where(
            Announcement.state.in_(
                (AnnouncementState.CONFIRMED.value, AnnouncementState.LIVE.value)
            ),
            or_(
                Announcement.state == AnnouncementState.CONFIRMED.value,
                Announcement.until.between(last.at + AHEAD, now + AHEAD),
                Announcement.next_update.between(last.at + AHEAD, now + AHEAD),
            ),
        )
        .limit(1)
    )
    if session.scalar(in_force) is not None:
        return True
    differences = check_targets()
    for item in differences:
        log.error("a place does not hold what was published: %s", item)
    return bool(differences)
