"""Deletion when the purpose is over (DESIGN.md, rule 11).

The clock of a list starts when the last incident that used it closed, or at import while none did; it waits while
an announcement sent to it is in force or a delivery's fate is not known. Then recipients, rows set aside and their
files go; from the deliveries of a closed incident the numbers, the personal fields and the lines in the outbox go
too, while their rows stay for the report's counts. Everything here can be repeated after dying half-way.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from flask import current_app
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.audiences import set_aside_files, storing
from hub.audiences.lists import unused_until
from hub.database import db, deciding
from hub.models import (
    Announcement,
    AnnouncementState,
    Audience,
    Broadcast,
    Delivery,
    DeliveryState,
    Incident,
    ReceivedReceipt,
)
from hub.text.said import Said

SYSTEM = journal.Actor("hub", "worker")
STANDING = Said("it is a standing list, which a new import replaces")
_IN_FORCE = (AnnouncementState.CONFIRMED.value, AnnouncementState.LIVE.value)
_OPEN = (
    DeliveryState.QUEUED.value,
    DeliveryState.CLAIMED.value,
    DeliveryState.UNKNOWN.value,
)


@dataclass(frozen=True)
class AudienceExpired(journal.Entry):
    """A list was deleted because its time was over."""

    kind: ClassVar[str] = "audience-expired"
    audience: int
    name: str
    recipients: int


@dataclass(frozen=True)
class BroadcastPurged(journal.Entry):
    """The numbers and personal fields of a broadcast were removed because their time was over."""

    kind: ClassVar[str] = "broadcast-purged"
    broadcast: int
    deliveries: int


@dataclass(frozen=True)
class DeletionDone(journal.Entry):
    """What one run deleted, in all: lists with their recipients, numbers and personal fields of broadcasts (in so many
    deliveries), lines of the outbox, files."""

    kind: ClassVar[str] = "deletion-done"
    lists: int
    recipients: int
    broadcasts: int
    deliveries: int
    outbox_lines: int
    files: int


@dataclass(frozen=True)
class PurgeReport:
    """What was removed. `audiences` are names, `broadcasts` ids; `waiting` says in words what is past its days but
    waits, and for what."""

    audiences: tuple[str, ...]
    recipients: int
    broadcasts: tuple[int, ...]
    deliveries: int
    outbox_lines: int
    files: int
    waiting: tuple[str, ...]


@dataclass(frozen=True)
class _Use:
    """One broadcast, and what decides how long its list and its numbers are kept."""

    broadcast_id: int
    audience_id: int | None
    incident_id: int
    announcement_state: str
    confirmed: bool
    closed_at: datetime | None
    purged: bool
    open_deliveries: int

    @property
    def holds(self) -> str:
        """Why its list must stay, in words; empty when it need not."""
        if self.announcement_state in _IN_FORCE:
            return Said(
                "broadcast %(number)s belongs to an announcement in force", number=self.broadcast_id
            )
        if self.closed_at is None:
            return Said("incident %(number)s is open", number=self.incident_id)
        if self.confirmed and self.open_deliveries:
            return Said(
                "%(count)s deliveries of broadcast %(number)s are not settled",
                count=self.open_deliveries,
                number=self.broadcast_id,
            )
        return ""


def purge(now: datetime | None = None, actor: journal.Actor = SYSTEM) -> PurgeReport:
    """Remove what is past its days at `now` (by default the present). Each removal is journaled with its counts."""
    now = now or clock.now()
    session = db.session()
    session.rollback()
    uses = _uses(session)
    days = _days(session, uses)
    waiting: list[str] = []
    due = [use for use in uses if not use.purged and _numbers_due(use, days, now, waiting)]
    session.rollback()
    deliveries = sum(_strip_deliveries(use.broadcast_id) for use in due)
    lines = _remove_outbox_lines([use.broadcast_id for use in due])
    for use in due:
        _mark_purged(use.broadcast_id, now, actor)
    names = [
        name
        for audience_id, _ in _expired(now, waiting)
        if (name := _expire(audience_id, now, actor)) is not None
    ]
    _remove_failed_receipts(now)
    recipients, files = storing.sweep()
    report = PurgeReport(
        audiences=tuple(names),
        recipients=recipients,
        broadcasts=tuple(use.broadcast_id for use in due),
        deliveries=deliveries,
        outbox_lines=lines,
        files=files + _remove_orphans(now),
        waiting=tuple(dict.fromkeys(waiting)),
    )
    _report(report, actor)
    return report


def _report(found: PurgeReport, actor: journal.Actor) -> None:
    """The whole run in one entry, when it deleted anything."""
    entry = DeletionDone(
        lists=len(found.audiences),
        recipients=found.recipients,
        broadcasts=len(found.broadcasts),
        deliveries=found.deliveries,
        outbox_lines=found.outbox_lines,
        files=found.files,
    )
    if any(vars(entry).values()):
        with deciding() as session:
            journal.append(session, actor, entry)


def _uses(session: Session, only: ColumnElement[bool] | None = None) -> list[_Use]:
    """The broadcasts of announcements that were not discarded."""
    unsettled = (
        select(func.count(Delivery.id))
        .where(Delivery.broadcast_id == Broadcast.id, Delivery.state.in_(_OPEN))
        .scalar_subquery()
    )
    query = (
        select(Broadcast, Announcement, Incident, unsettled)
        .join(Announcement, Announcement.id == Broadcast.announcement_id)
        .join(Incident, Incident.id == Announcement.incident_id)
        .where(or_(Announcement.state != AnnouncementState.DISCARDED.value, _has_deliveries()))
        .order_by(Broadcast.id)
    )
    if only is not None:
        query = query.where(only)
    return [_use(*row) for row in session.execute(query)]


def _has_deliveries() -> ColumnElement[bool]:
    return select(Delivery.id).where(Delivery.broadcast_id == Broadcast.id).exists()


def _use(
    broadcast: Broadcast, announcement: Announcement, incident: Incident, unsettled: int | None
) -> _Use:
    return _Use(
        broadcast_id=broadcast.id,
        audience_id=broadcast.audience_id,
        incident_id=incident.id,
        announcement_state=announcement.state,
        confirmed=announcement.confirmed_at is not None,
        closed_at=incident.closed_at,
        purged=broadcast.purged_at is not None,
        open_deliveries=unsettled or 0,
    )


def _days(session: Session, uses: list[_Use]) -> dict[int, int]:
    """Days of retention for each broadcast: its list's; without a list the least of its incident's lists."""
    lists = session.execute(select(Audience.id, Audience.delete_after_days))
    by_audience = {row.id: row.delete_after_days for row in lists}
    by_incident: dict[int, int] = {}
    for use in uses:
        own = by_audience.get(use.audience_id) if use.audience_id is not None else None
        if own is not None:
            by_incident[use.incident_id] = min(own, by_incident.get(use.incident_id, own))
    default = int(current_app.config["HUB"].retention_days)
    return {
        use.broadcast_id: by_audience.get(
            use.audience_id or 0, by_incident.get(use.incident_id, default)
        )
        for use in uses
    }


def _numbers_due(use: _Use, days: dict[int, int], now: datetime, waiting: list[str]) -> bool:
    if use.closed_at is None or use.closed_at + timedelta(days=days[use.broadcast_id]) > now:
        return False
    if use.holds:
        waiting.append(f"the numbers of broadcast {use.broadcast_id} wait: {use.holds}")
        return False
    return True


def _strip_deliveries(broadcast_id: int) -> int:
    """Remove numbers, personal fields and errors' words from a broadcast's deliveries; gives how many had any."""
    session = db.session()
    mine = Delivery.broadcast_id == broadcast_id
    first, last = session.execute(
        select(func.min(Delivery.id), func.max(Delivery.id)).where(mine)
    ).one()
    session.rollback()
    stripped, chunk = 0, storing.CHUNK
    while first is not None and first <= last:
        begun = time.monotonic()
        statement = (
            update(Delivery)
            .where(
                and_(mine, Delivery.id.between(first, first + chunk - 1)),
                or_(
                    Delivery.number.is_not(None),
                    Delivery.personal.is_not(None),
                    Delivery.error_text.is_not(None),
                ),
            )
            # the key is a digest of few possible values, and so as good as the values themselves
            .values(number=None, personal=None, personal_key=b"", error_text=None)
            .execution_options(synchronize_session=False)
        )
        with deciding() as current:
            stripped += storing.touched(current.execute(statement))
        first += chunk
        chunk = storing.next_chunk(chunk, time.monotonic() - begun)
    return stripped


def _remove_outbox_lines(broadcast_ids: Collection[int]) -> int:
    path = storing.data_dir() / "outbox.jsonl"
    if path.exists():
        remove_lines(path, ())  # a copy that a dying process left holds numbers too
    if not broadcast_ids or not path.exists():
        return 0
    session = db.session()
    ids = set(session.scalars(select(Delivery.id).where(Delivery.broadcast_id.in_(broadcast_ids))))
    session.rollback()
    return remove_lines(path, ids)


def _mark_purged(broadcast_id: int, now: datetime, actor: journal.Actor) -> None:
    with deciding() as session:
        broadcast = session.get(Broadcast, broadcast_id, with_for_update=True)
        if broadcast is None or broadcast.purged_at is not None:
            return
        broadcast.purged_at = now
        broadcast.set_aside = [{"row": item.get("row")} for item in broadcast.set_aside or []]
        session.flush()
        journal.append(
            session, actor, BroadcastPurged(broadcast=broadcast_id, deliveries=broadcast.total)
        )


def _remove_failed_receipts(now: datetime) -> None:
    """Receipts that fit no delivery name a number too."""
    days = int(current_app.config["HUB"].retention_days)
    with deciding() as session:
        session.execute(
            delete(ReceivedReceipt).where(ReceivedReceipt.failed_at < now - timedelta(days=days))
        )


def _due_date(audience: Audience, uses: list[_Use]) -> tuple[datetime | None, str]:
    """When a list is deleted; None with the reason while it must stay."""
    if audience.standing:
        return None, STANDING
    start = max(audience.imported_at, audience.standing_ended_at or audience.imported_at)
    for use in uses:
        if use.announcement_state == AnnouncementState.DISCARDED.value:
            continue
        if use.holds:
            return None, use.holds
        if use.confirmed and use.closed_at is not None:
            start = max(start, use.closed_at)
    return start + timedelta(days=audience.delete_after_days), ""


def deletion_date(session: Session, audience: Audience) -> tuple[datetime | None, str]:
    """When a list will be deleted as things stand; None, with what it waits for in words, while that is open."""
    return _due_date(audience, _uses(session, Broadcast.audience_id == audience.id))


def _expired(now: datetime, waiting: list[str]) -> Iterator[tuple[int, str]]:
    """Ids and names of the lists past their days; those that wait are named in `waiting`."""
    session = db.session()
    lists = list(session.scalars(select(Audience).where(~Audience.name.startswith(storing.HIDDEN))))
    by_audience: dict[int, list[_Use]] = {}
    for use in _uses(session, Broadcast.audience_id.is_not(None)):
        by_audience.setdefault(use.audience_id or 0, []).append(use)
    found = []
    for audience in lists:
        due, reason = _due_date(audience, by_audience.get(audience.id, []))
        if due is not None and due <= now:
            found.append((audience.id, audience.name))
        elif due is None and not audience.standing and unused_until(audience) <= now:
            waiting.append(f"the list {audience.name!r} waits: {reason}")
    session.rollback()
    yield from found


def _expire(audience_id: int, now: datetime, actor: journal.Actor) -> str | None:
    """Hide a list whose time is over; what is in it is removed afterwards. Decided anew in the transaction."""
    with deciding() as session:
        audience = session.get(Audience, audience_id, with_for_update=True, populate_existing=True)
        if audience is None or audience.name.startswith(storing.HIDDEN):
            return None
        due, _ = deletion_date(session, audience)
        if due is None or due > now:
            return None
        name = audience.name
        entry = AudienceExpired(audience=audience_id, name=name, recipients=audience.accepted)
        storing.retire(session, audience)
        journal.append(session, actor, entry)
    return name


def _remove_orphans(now: datetime) -> int:
    """Files of refused imports, and of lists that are gone, past the hub's days of retention."""
    session = db.session()
    kept = frozenset(session.scalars(select(Audience.id)))
    session.rollback()
    days = int(current_app.config["HUB"].retention_days)
    return set_aside_files.remove_orphans(storing.data_dir(), kept, now - timedelta(days=days))


@contextmanager
def outbox_lock(folder: Path) -> Iterator[None]:
    """Nobody else writes `outbox.jsonl` in the block: a lock on `<folder>/outbox.lock`, kept by who appends too.
    Who appends must open the file anew under the lock, because removing lines puts another file in its place."""
    descriptor = os.open(folder / "outbox.lock", os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


def remove_lines(path: Path, delivery_ids: Collection[int]) -> int:
    """Remove the lines of these deliveries from the outbox, in one step; gives how many there were.

    A line that is no JSON, or names no delivery, stays. Dying half-way leaves the file as it was, and a copy that
    the next call removes.
    """
    wanted = frozenset(delivery_ids)
    removed = 0
    with outbox_lock(path.parent):
        draft = path.with_name(f".{path.name}.new")
        draft.unlink(missing_ok=True)
        if not wanted:
            return 0
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with path.open("rb") as old, os.fdopen(descriptor, "wb") as new:
            for line in old:
                if _delivery_of(line) in wanted:
                    removed += 1
                else:
                    new.write(line)
            new.flush()
            os.fsync(new.fileno())
        if removed:
            draft.replace(path)
        else:
            draft.unlink()
    return removed


def _delivery_of(line: bytes) -> int | None:
    try:
        data = json.loads(line)
    except ValueError:
        return None
    value = data.get("delivery") if isinstance(data, dict) else None
    return value if type(value) is int else None
