"""What keeps broadcasts moving without a person: starting, skipping what is over, lapsed leases, finishing.

Everything here looks at the database and does what is due: losing a call, or two at once, is harmless.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from hub import journal
from hub.database import db, deciding
from hub.models import (
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryState,
    Publication,
    SkipReason,
    TargetState,
)
from hub.sms.catching_up import catch_up
from hub.sms.entries import HUB, BroadcastFinished
from hub.sms.gateways.base import LISTING
from hub.sms.moments import database_now
from hub.sms.rows import execute
from hub.sms.states import OPEN, step

PAGE_WAIT = timedelta(seconds=5)
CHUNK = 5_000
BREATHE = 0.12
"""Seconds between chunks: on SQLite whoever waits for the lock looks again every tenth of a second at the latest."""
_ACTIVE = (BroadcastState.WAITING.value, BroadcastState.SENDING.value)
_LEFT_OVER = (
    BroadcastState.SENDING.value,
    BroadcastState.PAUSED.value,
    BroadcastState.STOPPED.value,
)


def why_over(broadcast: Broadcast, now: datetime) -> SkipReason | None:
    """Why nothing of this broadcast may be handed over any more; None while it may."""
    if broadcast.state == BroadcastState.STOPPED:
        return SkipReason.STOPPED
    if broadcast.superseded_at is not None:
        return SkipReason.SUPERSEDED
    if broadcast.until is not None and broadcast.until <= now:
        return SkipReason.OUTLIVED
    return None


def may_send(broadcast: Broadcast, now: datetime) -> bool:
    """May a delivery of this broadcast be handed over now?"""
    return (
        broadcast.state == BroadcastState.SENDING
        and broadcast.started_at is not None
        and why_over(broadcast, now) is None
    )


def start_due() -> list[int]:
    """Let broadcasts begin whose page stands on a target, or which waited five seconds. Returns their ids.

    Before it begins, an update or all-clear is extended to those who were told since it was prepared.
    """
    session: Session = db.session()
    session.rollback()
    if not session.scalars(_to_start().limit(1)).first():
        session.rollback()
        return []
    now = database_now(session)
    due = [item.id for item in session.scalars(_to_start()).all() if _may_start(session, item, now)]
    for broadcast_id in due:
        catch_up(broadcast_id)
    started = []
    with deciding() as session:
        now = database_now(session)
        for broadcast in session.scalars(
            _to_start().with_for_update().execution_options(populate_existing=True)
        ).all():
            if broadcast.id not in due:
                continue
            if broadcast.state == BroadcastState.WAITING:
                step(broadcast, BroadcastState.SENDING)
            broadcast.started_at = now
            started.append(broadcast.id)
            session.flush()
            finish_if_done(session, broadcast)
    return started


def _anything_to_start() -> bool:
    session: Session = db.session()
    session.rollback()
    found = session.scalars(_to_start().limit(1)).first() is not None
    session.rollback()
    return found


def _may_start(session: Session, broadcast: Broadcast, now: datetime) -> bool:
    waited_for = broadcast.waiting_at or now
    return now >= waited_for + PAGE_WAIT or _page_stands(session, waited_for)


def _to_start() -> Select[Broadcast]:
    return (
        select(Broadcast)
        .where(Broadcast.state.in_(_ACTIVE), Broadcast.started_at.is_(None))
        .order_by(Broadcast.id)
    )


def _page_stands(session: Session, since: datetime) -> bool:
    """Does a target hold a page published at or after this moment?"""
    query = (
        select(TargetState.target)
        .join(Publication, Publication.revision == TargetState.revision)
        .where(TargetState.ok.is_(True), Publication.at >= since)
    )
    return session.scalar(query.limit(1)) is not None


def lapse_leases() -> int:
    """Claims whose lease ran out have an unknown outcome: their worker may have died after handing over.

    Returns how many deliveries became unknown.
    """
    session: Session = db.session()
    session.rollback()
    now = database_now(session)
    lapsed = and_(
        Delivery.broadcast_id.in_(select(Broadcast.id).where(Broadcast.state.in_(_LEFT_OVER))),
        Delivery.state == DeliveryState.CLAIMED.value,
        Delivery.lease_until < now,
    )
    found = session.scalar(select(Delivery.id).where(lapsed).limit(1))
    session.rollback()
    if found is None:
        return 0
    with deciding() as session:
        return execute(
            session,
            update(Delivery)
            .where(lapsed)
            .values(
                state=DeliveryState.UNKNOWN.value,
                doubt_since=Delivery.lease_until,
                absent_since=None,
                error_text="the worker that held it ended",
                changed_at=now,
            ),
        )


def skip_leftovers(broadcast_id: int | None = None) -> int:
    """Skip the queued deliveries of broadcasts that are stopped, superseded or outlived, in short transactions.

    Returns how many.
    """
    total = 0
    for number, reason in _over(broadcast_id):
        while True:
            with deciding() as session:
                chunk = (
                    select(Delivery.id)
                    .where(
                        Delivery.broadcast_id == number,
                        Delivery.state == DeliveryState.QUEUED.value,
                    )
                    .order_by(Delivery.id)
                    .limit(CHUNK)
                )
                skipped = execute(
                    session,
                    update(Delivery)
                    .where(Delivery.id.in_(chunk), Delivery.state == DeliveryState.QUEUED.value)
                    .values(
                        state=DeliveryState.SKIPPED.value,
                        skip_reason=reason.value,
                        changed_at=database_now(session),
                    ),
                )
            total += skipped
            if skipped < CHUNK:
                break
            time.sleep(BREATHE)
    return total


def _over(broadcast_id: int | None) -> list[tuple[int, SkipReason]]:
    session: Session = db.session()
    session.rollback()
    now = database_now(session)
    has_queued = (
        select(Delivery.id)
        .where(Delivery.broadcast_id == Broadcast.id, Delivery.state == DeliveryState.QUEUED.value)
        .exists()
    )
    query = select(Broadcast).where(
        Broadcast.state != BroadcastState.PREPARED.value,
        or_(
            Broadcast.state == BroadcastState.STOPPED.value,
            Broadcast.superseded_at.is_not(None),
            Broadcast.until <= now,
        ),
        has_queued,
    )
    if broadcast_id is not None:
        query = query.where(Broadcast.id == broadcast_id)
    found = [(item.id, why_over(item, now)) for item in session.scalars(query)]
    session.rollback()
    return [(number, reason) for number, reason in found if reason is not None]


def _unresolved() -> ColumnElement[bool]:
    """An unknown delivery that the hub itself will still resolve, and may then have to send."""
    return and_(
        Delivery.state == DeliveryState.UNKNOWN.value, Delivery.gateway.in_(sorted(LISTING))
    )


def finish_if_done(session: Session, broadcast: Broadcast) -> bool:
    """Finish a broadcast with nothing queued or claimed, inside the caller's transaction and with its row locked.

    It waits for unknown deliveries that the hub can still resolve itself and may then send again; others remain,
    shown.
    """
    if broadcast.state not in (*_ACTIVE, BroadcastState.PAUSED.value):
        return False
    over = why_over(broadcast, database_now(session)) is not None
    if not over and (broadcast.state == BroadcastState.PAUSED or broadcast.started_at is None):
        return False
    waiting_for: ColumnElement[bool] = Delivery.state.in_([state.value for state in OPEN])
    if not over:
        waiting_for = or_(waiting_for, _unresolved())
    if session.scalar(
        select(Delivery.id).where(Delivery.broadcast_id == broadcast.id, waiting_for).limit(1)
    ):
        return False
    if broadcast.state != BroadcastState.SENDING:
        step(broadcast, BroadcastState.SENDING)
    step(broadcast, BroadcastState.FINISHED)
    broadcast.finished_at = database_now(session)
    journal.append(
        session,
        HUB,
        BroadcastFinished(broadcast=broadcast.id, deliveries=counts(session, broadcast.id)),
    )
    return True


def finish_due() -> list[int]:
    """Finish every broadcast that is done. Returns their ids."""
    session: Session = db.session()
    session.rollback()
    still_open = (
        select(Delivery.id)
        .where(
            Delivery.broadcast_id == Broadcast.id,
            Delivery.state.in_([state.value for state in OPEN]),
        )
        .exists()
    )
    candidates = session.scalars(
        select(Broadcast.id).where(
            Broadcast.state.in_((*_ACTIVE, BroadcastState.PAUSED.value)), ~still_open
        )
    ).all()
    session.rollback()
    finished = []
    for broadcast_id in candidates:
        with deciding() as session:
            broadcast = session.scalar(
                select(Broadcast)
                .where(Broadcast.id == broadcast_id)
                .with_for_update()
                .execution_options(populate_existing=True)
            )
            if broadcast is not None and finish_if_done(session, broadcast):
                finished.append(broadcast_id)
    return finished


def counts(session: Session, broadcast_id: int) -> dict[str, int]:
    """How many deliveries stand in each state; all states are there."""
    found = {state.value: 0 for state in DeliveryState}
    rows = session.execute(
        select(Delivery.state, func.count())
        .where(Delivery.broadcast_id == broadcast_id)
        .group_by(Delivery.state)
    )
    found.update({state: int(number) for state, number in rows})
    return found


def tidy() -> None:
    """Everything here that is due. For the minute's tick, and for each worker every second."""
    start_due()
    lapse_leases()
    if not _anything_to_start():  # first what is urgent: an all-clear that waits for its page
        skip_leftovers()
    finish_due()
