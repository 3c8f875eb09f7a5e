"""What people and other rooms do with a broadcast: let it go out, pause, resume, stop, supersede it.

A stop, pause or supersession takes effect with the broadcast's own row: workers read it at most a second before
each request. The rows follow, in chunks after the transaction where there are many, and
`hub.sms.upkeep.tidy` finishes what a process that died left.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from hub import accounts, journal
from hub.database import deciding
from hub.errors import Conflict, Invalid, NotFound
from hub.models import (
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryState,
    ReceivedReceipt,
    Role,
    SkipReason,
)
from hub.queue import defer
from hub.sms import upkeep
from hub.sms.entries import (
    BroadcastPaused,
    BroadcastReleased,
    BroadcastResumed,
    BroadcastStopped,
    BroadcastSuperseded,
    UnknownRequeued,
    UnknownSettled,
)
from hub.sms.moments import database_now
from hub.sms.rows import execute
from hub.sms.states import step

AT_ONCE = 5_000
"""Rows that are marked inside the transaction that confirms what supersedes them."""

NOT_OVER = (
    BroadcastState.WAITING.value,
    BroadcastState.SENDING.value,
    BroadcastState.PAUSED.value,
)


def find(session: Session, broadcast_id: int, *, lock: bool = False) -> Broadcast:
    """The broadcast as stored now. Raises NotFound."""
    query = select(Broadcast).where(Broadcast.id == broadcast_id)
    broadcast = session.scalar(
        (query.with_for_update() if lock else query).execution_options(populate_existing=True)
    )
    if broadcast is None:
        raise NotFound(f"There is no broadcast {broadcast_id}.")
    return broadcast


def release(session: Session, broadcast_id: int, *, actor: journal.Actor) -> None:
    """Let a prepared broadcast go out, inside the caller's `deciding()` transaction: prepared -> waiting.

    Raises Conflict when it is not prepared, or when writing its rows never ended.
    """
    broadcast = find(session, broadcast_id, lock=True)
    if broadcast.ready_at is None:
        raise Conflict(
            f"The recipients of broadcast {broadcast_id} were not all written: prepare the announcement again."
        )
    step(broadcast, BroadcastState.WAITING)
    broadcast.waiting_at = database_now(session)
    journal.append(
        session,
        actor,
        BroadcastReleased(
            broadcast=broadcast.id,
            announcement=broadcast.announcement_id,
            recipients=broadcast.total,
            segments=broadcast.segments,
        ),
    )


def supersede(session: Session, announcement_ids: Sequence[int], *, actor: journal.Actor) -> int:
    """Nothing of these announcements goes out any more, inside the caller's `deciding()` transaction.

    The broadcast's own mark is what counts: from this transaction on no queued delivery of it can be claimed. Up to
    `AT_ONCE` rows are marked as skipped here; beyond that the mark would hold the database for seconds, so
    `upkeep.skip_leftovers` follows in chunks (counts say "skipped" at once). Claimed ones that were not handed over
    will be skipped; unknown ones are never sent again. A broadcast with nothing queued or claimed is finished.
    Returns how many deliveries are skipped.
    """
    skipped = 0
    found = session.scalars(
        select(Broadcast)
        .where(
            Broadcast.announcement_id.in_(announcement_ids),
            Broadcast.state != BroadcastState.PREPARED.value,
            Broadcast.superseded_at.is_(None),
        )
        .order_by(Broadcast.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for broadcast in found:
        now = database_now(session)
        broadcast.superseded_at = now
        session.flush()
        count = _skip_queued(session, broadcast.id, now)
        skipped += count
        if count:
            journal.append(
                session, actor, BroadcastSuperseded(broadcast=broadcast.id, skipped=count)
            )
        upkeep.finish_if_done(session, broadcast)
    return skipped


def _skip_queued(session: Session, broadcast_id: int, now: datetime) -> int:
    """Mark up to `AT_ONCE` queued rows as skipped. Returns how many there are in all."""
    queued = (
        Delivery.broadcast_id == broadcast_id,
        Delivery.state == DeliveryState.QUEUED.value,
    )
    count = session.scalar(select(func.count()).select_from(Delivery).where(*queued)) or 0
    chunk = select(Delivery.id).where(*queued).order_by(Delivery.id).limit(AT_ONCE)
    execute(
        session,
        update(Delivery)
        .where(Delivery.id.in_(chunk), Delivery.state == DeliveryState.QUEUED.value)
        .values(
            state=DeliveryState.SKIPPED.value,
            skip_reason=SkipReason.SUPERSEDED.value,
            changed_at=now,
        ),
    )
    return count


def pause(broadcast_id: int, *, actor: journal.Actor, reason: str = "") -> None:
    """Hand nothing more over until resumed; what is claimed and not handed over is queued again.

    Needs the role sender. Raises Conflict when it is over or paused already.
    """
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        pause_now(session, find(session, broadcast_id, lock=True), actor, reason)


def pause_now(session: Session, broadcast: Broadcast, actor: journal.Actor, reason: str) -> None:
    """Pause inside the caller's transaction, with the broadcast's row locked."""
    if broadcast.state == BroadcastState.WAITING:
        step(
            broadcast, BroadcastState.SENDING
        )  # `started_at` stays empty: the page still goes first
    step(broadcast, BroadcastState.PAUSED)
    broadcast.reason = reason or f"paused by {actor.name}"
    journal.append(session, actor, BroadcastPaused(broadcast=broadcast.id, reason=broadcast.reason))


def resume(broadcast_id: int, *, actor: journal.Actor, reason: str = "") -> None:
    """Go on after a pause. Needs the role sender. Raises Conflict when it is not paused."""
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        broadcast = find(session, broadcast_id, lock=True)
        if broadcast.state != BroadcastState.PAUSED:
            raise Conflict(f"Broadcast {broadcast_id} is {broadcast.state}, not paused.")
        step(broadcast, BroadcastState.SENDING)
        broadcast.reason = None
        journal.append(session, actor, BroadcastResumed(broadcast=broadcast.id, reason=reason))
        upkeep.finish_if_done(session, broadcast)
    defer("dispatch", priority=100)


def stop(broadcast_id: int, *, actor: journal.Actor, reason: str = "") -> None:
    """Hand nothing more over, for good. Needs the role sender. Raises Conflict when it is over.

    The broadcast is stopped when this returns, and its queued deliveries are skipped. If the process dies in
    between, `tidy` skips them.
    """
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        broadcast = find(session, broadcast_id, lock=True)
        step(broadcast, BroadcastState.STOPPED)
        accounts.spend_fresh_code(session, actor)
        broadcast.reason = reason or f"stopped by {actor.name}"
        broadcast.finished_at = database_now(session)
        journal.append(
            session, actor, BroadcastStopped(broadcast=broadcast.id, reason=broadcast.reason)
        )
    upkeep.skip_leftovers(broadcast_id)
    defer("dispatch", priority=100)


def requeue_unknown(
    broadcast_id: int,
    *,
    actor: journal.Actor,
    reason: str,
    deliveries: Sequence[int] | None = None,
) -> int:
    """A person sends deliveries of unknown outcome again: all that remain, or those named. Returns how many.

    Their phones may get the text twice; the reason is journaled. Needs the role sender. A finished broadcast
    sends again. Raises Invalid without a reason, Conflict when the broadcast was stopped, superseded or outlived,
    or when nothing is unknown.
    """
    if not reason.strip():
        raise Invalid("Say why these may be sent again: whoever got the text gets it twice.")
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        broadcast = find(session, broadcast_id, lock=True)
        now = database_now(session)
        over = upkeep.why_over(broadcast, now)
        if over is not None:
            raise Conflict(f"Broadcast {broadcast_id} was {over}: nothing of it is sent again.")
        conditions = [
            Delivery.broadcast_id == broadcast_id,
            Delivery.state == DeliveryState.UNKNOWN.value,
            ~exists().where(ReceivedReceipt.delivery_id == Delivery.id),  # it is about to be known
        ]
        if deliveries is not None:
            conditions.append(Delivery.id.in_(deliveries))
        count = session.scalar(select(func.count()).select_from(Delivery).where(*conditions)) or 0
        if not count:
            raise Conflict(f"No delivery of broadcast {broadcast_id} is unknown.")
        execute(
            session,
            update(Delivery)
            .where(*conditions)
            .values(
                state=DeliveryState.QUEUED.value,
                not_before=None,
                doubt_since=None,
                absent_since=None,
                changed_at=now,
            ),
        )
        if broadcast.state == BroadcastState.FINISHED:
            step(broadcast, BroadcastState.SENDING)
            broadcast.finished_at = None
        journal.append(
            session,
            actor,
            UnknownRequeued(broadcast=broadcast_id, deliveries=count, reason=reason),
        )
    defer("dispatch")
    return count


def settle_unknown(
    broadcast_id: int, *, actor: journal.Actor, reason: str, deliveries: Sequence[int]
) -> int:
    """A person found out that these deliveries of unknown outcome were received. Returns how many.

    They count as handed over and are never sent again; the reason is journaled. Needs the role sender. Raises
    Invalid without a reason or a delivery, Conflict when none of them is unknown (any more).
    """
    if not reason.strip():
        raise Invalid("Say how you know that these were received.")
    if not deliveries:
        raise Invalid("Name at least one delivery that was received.")
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        broadcast = find(session, broadcast_id, lock=True)
        now = database_now(session)
        count = execute(
            session,
            update(Delivery)
            .where(
                Delivery.broadcast_id == broadcast_id,
                Delivery.state == DeliveryState.UNKNOWN.value,
                Delivery.id.in_(deliveries),
            )
            .values(
                state=DeliveryState.ACCEPTED.value,
                handed_over_at=func.coalesce(Delivery.handed_over_at, Delivery.claimed_at, now),
                error_code=None,
                error_text="a person noted that it was received",
                doubt_since=None,
                absent_since=None,
                changed_at=now,
            ),
        )
        if not count:
            raise Conflict(f"No delivery of broadcast {broadcast_id} is unknown.")
        journal.append(
            session,
            actor,
            UnknownSettled(broadcast=broadcast_id, deliveries=count, reason=reason),
        )
        upkeep.finish_if_done(session, broadcast)
    return count
