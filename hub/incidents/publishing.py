"""Making the public site like the database: read once, render page and phone texts, publish to every target."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.database import db, deciding
from hub.incidents import newer
from hub.incidents.situation import read_situation
from hub.models import (
    Announcement,
    AnnouncementState,
    HubInstance,
    Publication,
)
from hub.phone.texts import phone_files
from hub.settings import Settings
from hub.site import shown
from hub.site.feeds import feed_files
from hub.site.publishing import (
    After,
    Attempt,
    Edition,
    NoEdition,
    PublishReport,
    prepare,
    republish,
    send,
)
from hub.site.rendering import render_site
from hub.site.watching import check_targets
from hub.text.holding import HEARTBEAT
from hub.text.situation import Situation, Standing

log = logging.getLogger(__name__)
READ_AGAIN = 3
PAGE_PATIENCE = 5.0
"""How long, in seconds, a person's page waits for targets before it says which are not done yet."""

_rendering = threading.Lock()
"""One rendering at a time in a process; sending is not waited for."""


@dataclass(frozen=True)
class AnnouncementLive(journal.Entry):
    """A confirmed announcement stands on at least one target."""

    kind: ClassVar[str] = "announcement-live"
    announcement: int
    revision: int


def publish_now(
    *,
    targets: Sequence[str] | None = None,
    force: bool = False,
    door: str = "worker",
    actor: journal.Actor | None = None,
    patience: float | None = None,
) -> PublishReport:
    """Publish what the database says now; what stands on a target is marked as live as soon as one shows it.

    State-driven: a lost or doubled call is harmless. A failing target is in the report, never an exception, and one
    that takes longer than `patience` seconds goes on by itself; if the process dies in between, the last published
    site stays and the next call publishes. Raises PublishError when the database cannot be written.
    """
    settings: Settings = current_app.config["HUB"]
    who = actor or journal.Actor("hub", door)
    for _ in range(READ_AGAIN):
        with _rendering:
            situation = read_situation(db.session(), settings)
            prepared = prepare(
                _builder(situation),
                read_at=situation.read_at,
                instance=situation.instance,
                force=force,
                content=shown.content_hash(situation),
                actor=who,
                after=_after(situation, who),
            )
        if prepared is not None:
            return send(prepared, targets=targets, patience=patience)
    return PublishReport(0, "", (), superseded=True)


def publish_again(*, patience: float | None = None) -> PublishReport | None:
    """Try targets again that failed and whose pause is over, with the newest edition; None when there are none."""
    try:
        return republish(patience=patience)
    except NoEdition as missing:
        return publish_now(targets=missing.targets, patience=patience)


def _after(situation: Situation, who: journal.Actor) -> After:
    """What follows on each target's attempt, in its lane: no slow target holds up what a fast one allows."""
    numbers = _numbers_shown(situation)

    def follow(edition: Edition, attempt: Attempt) -> None:
        if attempt.higher_instance is not None:
            newer.yield_to(attempt.higher_instance, who.door)
        if attempt.report.ok:
            _stands(edition, attempt, numbers)

    return follow


def _builder(situation: Situation) -> Callable[[int], Mapping[str, bytes]]:
    return lambda revision: {
        **render_site(situation, revision),
        **phone_files(situation),
        **_feeds(situation),
    }


def _feeds(situation: Situation) -> dict[str, bytes]:
    """The feeds, or none: a fault in what machines read must not keep the page from people."""
    try:
        return feed_files(situation)
    except Exception:
        log.exception("the feeds could not be made: the page and the phone texts go out without")
        return {}


def _numbers_shown(situation: Situation) -> list[int]:
    return [
        item.number
        for incident in situation.incidents
        for item in incident.announcements
        if item.standing in (Standing.IN_FORCE, Standing.OVER)
    ]


def _stands(edition: Edition, attempt: Attempt, numbers: Sequence[int]) -> None:
    """A target shows this edition: journal it when it shows something new, and mark what it shows as live."""
    session: Session = db.session()
    confirmed = (
        select(Announcement)
        .where(
            Announcement.state == AnnouncementState.CONFIRMED.value, Announcement.id.in_(numbers)
        )
        .order_by(Announcement.id)
    )
    news = edition.force or session.scalar(select(HubInstance.shown)) != edition.content
    waiting = bool(numbers) and session.scalar(confirmed.limit(1)) is not None
    session.rollback()
    if not news and not waiting:
        return
    with deciding() as session:
        rows = session.scalars(confirmed.with_for_update()).all() if numbers else ()
        for row in rows:
            row.state = AnnouncementState.LIVE.value
        shown.note(session, edition, attempt.report.target)
        for row in rows:
            entry = AnnouncementLive(announcement=row.id, revision=edition.revision)
            journal.append(session, edition.actor, entry)


AHEAD = timedelta(minutes=2)


def publish_due(session: Session) -> bool:
    """Must the site be published again though nothing happened? Every ten minutes, so that its age is true; before a
    promised time or an end passes; while anything confirmed is not live; when a target was changed. Reads every
    target back. Targets that failed are another matter: `publish_again`."""
    due = _is_time(session)
    session.rollback()
    differences = check_targets()
    for item in differences:
        if item.higher_instance is not None:
            newer.yield_to(item.higher_instance, "worker")
    return due or bool(differences)


def _is_time(session: Session) -> bool:
    now = clock.now()
    last = session.scalar(select(Publication).order_by(Publication.revision.desc()).limit(1))
    if last is None or last.at <= now - HEARTBEAT:
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
    return session.scalar(in_force) is not None
