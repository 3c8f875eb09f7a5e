"""The hub's figures, read from the database at one moment: for monitors, and to find what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from hub import journal
from hub.models import (
    Announcement,
    AnnouncementState,
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryState,
    GatewayState,
    HubInstance,
    Lease,
    Publication,
    Receipt,
    ReceivedReceipt,
    TargetState,
)
from hub.settings import Settings

LATELY = timedelta(days=1)
"""Deliveries are counted of broadcasts that are not over, or ended within this."""
NO_PROGRESS = timedelta(minutes=2)
TICK_LENGTH = timedelta(seconds=50)
"""What `hub.tasks` takes its tick's lease for: the lease's end less this is when it ran."""

_GOING = (BroadcastState.WAITING.value, BroadcastState.SENDING.value)
_OPEN = (*_GOING, BroadcastState.PAUSED.value)
_IN_FORCE = (AnnouncementState.CONFIRMED.value, AnnouncementState.LIVE.value)


@dataclass(frozen=True)
class Unknown:
    """Deliveries of unknown outcome in one broadcast, and since when the oldest is."""

    broadcast: int
    exercise: bool
    count: int
    oldest: datetime


@dataclass(frozen=True)
class Held:
    """A broadcast that does not get on: `paused`, or with queued rows of which none went for two minutes."""

    broadcast: int
    exercise: bool
    paused: bool
    queued: int
    reason: str


@dataclass(frozen=True)
class Gateway:
    name: str
    open: bool
    hold: str
    reason: str


@dataclass(frozen=True)
class Target:
    """A place of the site by its number in HUB_SITE_TARGETS; `published` is when what it holds was read."""

    number: int
    kind: str
    revision: int
    ok: bool
    differs: bool
    failed_since: datetime | None
    published: datetime | None
    error: str


@dataclass(frozen=True)
class Promise:
    """An announcement in force with a promised next update."""

    announcement: int
    exercise: bool
    next_update: datetime


@dataclass(frozen=True)
class Figures:
    """Everything at `at`. Moments are None where there is none yet."""

    at: datetime
    broadcasts: Mapping[str, int]
    deliveries: Mapping[str, int]
    unknown: tuple[Unknown, ...]
    held: tuple[Held, ...]
    queue_since: datetime | None
    last_receipt: datetime | None
    without_receipt: int
    receipts_waiting: int
    gateways: tuple[Gateway, ...]
    targets: tuple[Target, ...]
    promises: tuple[Promise, ...]
    tick: datetime | None
    journal_head: int
    backed_up: datetime | None
    made: datetime
    instance: int
    newer: int | None
    revision: int


def read_figures(session: Session, settings: Settings, now: datetime) -> Figures:
    """Read all of it in one read transaction. `now` is the database's moment."""
    hub = session.get_one(HubInstance, 1, populate_existing=True)
    tick = session.scalar(select(Lease.until).where(Lease.name == "tick"))
    lately = _lately(session, now)
    return Figures(
        at=now,
        broadcasts=_counted(session, BroadcastState, Broadcast.state, Broadcast.id.is_not(None)),
        deliveries=_counted(
            session, DeliveryState, Delivery.state, Delivery.broadcast_id.in_(lately)
        ),
        unknown=_unknown(session, lately),
        held=_held(session, now),
        queue_since=_queue_since(session),
        last_receipt=session.scalar(select(func.max(Receipt.received_at))),
        without_receipt=_without_receipt(session, lately, now),
        receipts_waiting=session.scalar(
            select(func.count()).where(ReceivedReceipt.failed_at.is_(None))
        )
        or 0,
        gateways=_gateways(session, settings),
        targets=_targets(session, settings),
        promises=_promises(session),
        tick=None if tick is None else tick - TICK_LENGTH,
        journal_head=journal.head(session).number,
        backed_up=hub.backed_up_at,
        made=hub.made_at,
        instance=hub.number,
        newer=hub.newer,
        revision=hub.revision,
    )


def _lately(session: Session, now: datetime) -> list[int]:
    query = select(Broadcast.id).where(
        or_(
            Broadcast.state.in_(_OPEN),
            and_(Broadcast.finished_at.is_not(None), Broadcast.finished_at > now - LATELY),
        )
    )
    return list(session.scalars(query))


def _counted(
    session: Session,
    states: type[BroadcastState] | type[DeliveryState],
    column: Any,
    where: ColumnElement[bool],
) -> dict[str, int]:
    rows = session.execute(select(column, func.count()).where(where).group_by(column))
    return {**{state.value: 0 for state in states}, **{row[0]: int(row[1]) for row in rows}}


def _unknown(session: Session, lately: list[int]) -> tuple[Unknown, ...]:
    since = func.coalesce(Delivery.doubt_since, Delivery.changed_at)
    rows = session.execute(
        select(Broadcast.id, Broadcast.exercise, func.count(), func.min(since))
        .join(Delivery, Delivery.broadcast_id == Broadcast.id)
        .where(Broadcast.id.in_(lately), Delivery.state == DeliveryState.UNKNOWN.value)
        .group_by(Broadcast.id, Broadcast.exercise)
        .order_by(Broadcast.id)
    )
    return tuple(Unknown(row[0], row[1], int(row[2]), row[3]) for row in rows)


def _held(session: Session, now: datetime) -> tuple[Held, ...]:
    mine = Delivery.broadcast_id == Broadcast.id
    queued = (
        select(func.count())
        .select_from(Delivery)
        .where(mine, Delivery.state == DeliveryState.QUEUED.value)
        .correlate(Broadcast)
        .scalar_subquery()
    )
    moves = (
        select(Delivery.id)
        .where(mine, Delivery.claimed_at > now - NO_PROGRESS)
        .correlate(Broadcast)
        .exists()
    )
    stalled = and_(
        Broadcast.state.in_(_GOING),
        Broadcast.superseded_at.is_(None),
        or_(Broadcast.until.is_(None), Broadcast.until > now),
        func.coalesce(Broadcast.started_at, Broadcast.waiting_at) < now - NO_PROGRESS,
        queued > 0,
        ~moves,
    )
    rows = session.execute(
        select(Broadcast, queued)
        .where(or_(Broadcast.state == BroadcastState.PAUSED.value, stalled))
        .order_by(Broadcast.id)
    )
    return tuple(
        Held(
            broadcast=row.id,
            exercise=row.exercise,
            paused=row.state == BroadcastState.PAUSED.value,
            queued=int(number or 0),
            reason=row.reason or "",
        )
        for row, number in rows
    )


def _queue_since(session: Session) -> datetime | None:
    waits = (
        select(Delivery.id)
        .where(Delivery.broadcast_id == Broadcast.id, Delivery.state == DeliveryState.QUEUED.value)
        .exists()
    )
    return session.scalar(
        select(func.min(Broadcast.waiting_at)).where(Broadcast.state.in_(_GOING), waits)
    )


def _without_receipt(session: Session, lately: list[int], now: datetime) -> int:
    """Handed over more than five minutes ago, and nothing heard since."""
    query = (
        select(func.count())
        .select_from(Delivery)
        .where(
            Delivery.broadcast_id.in_(lately),
            Delivery.state == DeliveryState.ACCEPTED.value,
            Delivery.handed_over_at < now - timedelta(minutes=5),
        )
    )
    return session.scalar(query) or 0


def _gateways(session: Session, settings: Settings) -> tuple[Gateway, ...]:
    found = {row.gateway: row for row in session.scalars(select(GatewayState))}
    return tuple(
        Gateway(name, False, "", "")
        if (row := found.get(name)) is None
        else Gateway(name, row.open_until is not None, row.hold, row.reason or "")
        for name in settings.gateways
    )


def _targets(session: Session, settings: Settings) -> tuple[Target, ...]:
    rows = {row.target: row for row in session.scalars(select(TargetState))}
    revisions = [row.revision for row in rows.values()]
    query = select(Publication.revision, Publication.at).where(Publication.revision.in_(revisions))
    published = {row.revision: row.at for row in session.execute(query)}
    found = []
    for number, address in enumerate(settings.site_targets, start=1):
        kind, row = address.partition(":")[0], rows.get(address)
        if row is None:
            found.append(Target(number, kind, 0, False, False, None, None, ""))
            continue
        found.append(
            Target(
                number=number,
                kind=kind,
                revision=row.revision,
                ok=row.ok,
                differs=row.differs,
                failed_since=None if row.ok else (row.failed_at or row.tried_at),
                published=published.get(row.revision),
                error=row.error or "",
            )
        )
    return tuple(found)


def _promises(session: Session) -> tuple[Promise, ...]:
    rows = session.scalars(
        select(Announcement)
        .where(Announcement.state.in_(_IN_FORCE), Announcement.next_update.is_not(None))
        .order_by(Announcement.id)
    )
    return tuple(
        Promise(row.id, row.incident.exercise, row.next_update)
        for row in rows
        if row.next_update is not None
    )
