"""Finding out what became of deliveries whose outcome is unknown, from the gateway's own list.

Evidence of acceptance: a message to that phone with our text, made after the claim (less a minute), whose id no
other row holds. Evidence of absence: two complete lists by recipient alone, a lease apart, the first at least a
lease after the last moment at which the row may have been handed over. Only then is it queued again, or skipped
when its broadcast is over meanwhile. A list that fails or is not complete is no evidence. A receipt that arrives
in between wins: every decision here is taken only if the row is still unknown, in the same attempt.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.database import db, deciding
from hub.models import (
    Broadcast,
    BroadcastState,
    BroadcastText,
    Delivery,
    DeliveryState,
    ReceivedReceipt,
    SkipReason,
)
from hub.sms.gateways.base import LISTING, Found, Gateway
from hub.sms.locking import hold_broadcasts
from hub.sms.moments import database_now
from hub.sms.states import receipt_moves
from hub.sms.texts import same_text

log = logging.getLogger(__name__)

InDatabase = Callable[..., Awaitable[Any]]

AT_ONCE = 20
TOGETHER = 100
MOST = 1_000
CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True)
class Doubtful:
    """A delivery of unknown outcome, as it stood when it was read."""

    id: int
    attempt: int
    number: str
    body: str
    claimed_at: datetime
    doubt_since: datetime
    absent_since: datetime | None


@dataclass
class Resolved:
    """What a pass found out, in deliveries."""

    asked: int = 0
    accepted: int = 0
    absent: int = 0
    skipped: int = 0


class Reconciler:
    """Asks one gateway about its unknown rows. It remembers whom it asked, so as not to ask in vain: at once (most
    lost answers are found then), and when a list could be evidence of absence."""

    def __init__(self, gateway: Gateway, lease: float, in_database: InDatabase) -> None:
        self.gateway = gateway
        self.lease = timedelta(seconds=lease)
        self.in_database = in_database
        self._asked: dict[tuple[int, int], datetime] = {}

    async def run_once(self, ended: Callable[[], bool] = lambda: False) -> Resolved:
        """One pass over the rows that are due, or a part of it when `ended()` says so."""
        result = Resolved()
        if self.gateway.name not in LISTING:
            return result
        rows, now = await self.in_database(read_doubtful, self.gateway.name)
        known = {(row.id, row.attempt) for row in rows}
        self._asked = {key: moment for key, moment in self._asked.items() if key in known}
        due = [row for row in rows if self._due(row, now)]
        for start in range(0, len(due), TOGETHER):
            if ended():
                break
            await self._ask(due[start : start + TOGETHER], result)
        return result

    async def _ask(self, rows: Sequence[Doubtful], result: Resolved) -> None:
        started = await self.in_database(read_now)
        gate = asyncio.Semaphore(AT_ONCE)

        async def find(row: Doubtful) -> list[Found] | None:
            async with gate:
                return await self.gateway.find(row.number, row.claimed_at - CLOCKS_DIFFER)

        lists = await asyncio.gather(*(find(row) for row in rows))
        complete = [
            (row, found) for row, found in zip(rows, lists, strict=True) if found is not None
        ]
        decided = await self.in_database(
            decide, self.gateway.name, complete, started=started, lease=self.lease
        )
        for row in rows:
            self._asked[row.id, row.attempt] = started
        result.asked += len(rows)
        result.accepted += decided.accepted
        result.absent += decided.absent
        result.skipped += decided.skipped

    def _due(self, row: Doubtful, now: datetime) -> bool:
        asked = self._asked.get((row.id, row.attempt))
        if asked is None:
            return True
        first = row.doubt_since + self.lease
        if row.absent_since is None:
            return now >= first and (asked < first or now >= asked + self.lease / 2)
        second = row.absent_since + self.lease
        return now >= second and (asked < second or now >= asked + self.lease / 2)


def read_now() -> datetime:
    """The database's present moment, in a transaction of its own."""
    session: Session = db.session()
    now = database_now(session)
    session.rollback()
    return now


def read_doubtful(gateway: str) -> tuple[list[Doubtful], datetime]:
    """The rows of unknown outcome at this gateway, the oldest doubt first, and the present moment."""
    session: Session = db.session()
    session.rollback()
    now = database_now(session)
    rows = session.execute(
        select(Delivery, BroadcastText.sms)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .join(
            BroadcastText,
            (BroadcastText.broadcast_id == Delivery.broadcast_id)
            & (BroadcastText.language == Delivery.language),
        )
        .where(
            Broadcast.purged_at.is_(None),
            Delivery.state == DeliveryState.UNKNOWN.value,
            Delivery.gateway == gateway,
            Delivery.number.is_not(None),
        )
        .order_by(Delivery.doubt_since, Delivery.id)
        .limit(MOST)
    ).all()
    found = [
        Doubtful(
            id=item.id,
            attempt=item.attempt,
            number=item.number or "",
            body=item.personal["sms"] if item.personal else sms,
            claimed_at=item.claimed_at or item.changed_at,
            doubt_since=item.doubt_since or item.changed_at,
            absent_since=item.absent_since,
        )
        for item, sms in rows
    ]
    session.rollback()
    return found, now


def decide(
    gateway: str,
    lists: Sequence[tuple[Doubtful, list[Found]]],
    *,
    started: datetime,
    lease: timedelta,
) -> Resolved:
    """Draw the conclusions from complete lists, all asked for after `started`, in one transaction."""
    result = Resolved()
    if not lists:
        return result
    with deciding() as session:
        now = database_now(session)
        numbers = session.scalars(
            select(Delivery.broadcast_id)
            .where(Delivery.id.in_([row.id for row, _ in lists]))
            .distinct()
        ).all()
        over = hold_broadcasts(session, numbers, now)
        current = {
            item.id: item
            for item in session.scalars(
                select(Delivery)
                .where(Delivery.id.in_([row.id for row, _ in lists]))
                .order_by(Delivery.id)
                .with_for_update()
                .execution_options(populate_existing=True)
            )
        }
        held = _held(session, gateway, [item.gateway_id for _, found in lists for item in found])
        for row, listed in lists:
            delivery = current.get(row.id)
            if (
                delivery is None
                or delivery.state != DeliveryState.UNKNOWN
                or delivery.attempt != row.attempt
            ):
                continue
            ours = next(
                (
                    item
                    for item in reversed(listed)  # the oldest first
                    if item.gateway_id not in held and same_text(row.body, item.body)
                ),
                None,
            )
            if ours is not None:
                held.add(ours.gateway_id)
                _accept(delivery, ours, now)
                result.accepted += 1
            elif receipt_waits(session, delivery.id):
                continue
            elif delivery.personal is not None and _was_redacted(listed, held):
                continue  # it may be this one, whose text was deleted before a restore: for a person to decide
            elif started >= row.doubt_since + lease and not _left_to_a_person(
                session.get_one(Broadcast, delivery.broadcast_id)
            ):
                _absent(delivery, over.get(delivery.broadcast_id), started, now, lease, result)
    return result


def _was_redacted(listed: Sequence[Found], held: set[str]) -> bool:
    """Is there a message whose text was deleted, and which no row holds?"""
    return any(not item.body and item.gateway_id not in held for item in listed)


def _left_to_a_person(broadcast: Broadcast) -> bool:
    """A finished broadcast sends again only when a person requeues."""
    return broadcast.state == BroadcastState.FINISHED and broadcast.superseded_at is None


def receipt_waits(session: Session, delivery: int) -> bool:
    """Does a receipt of this delivery wait to be applied? Then it is not absent, whatever lists say."""
    query = select(ReceivedReceipt.id).where(ReceivedReceipt.delivery_id == delivery)
    return session.scalar(query.limit(1)) is not None


def _held(session: Session, gateway: str, ids: Sequence[str]) -> set[str]:
    """Which of these messages a row holds already."""
    if not ids:
        return set()
    found = session.scalars(
        select(Delivery.gateway_id).where(
            Delivery.gateway == gateway, Delivery.gateway_id.in_(sorted(set(ids)))
        )
    )
    return {item for item in found if item is not None}


def _accept(delivery: Delivery, found: Found, now: datetime) -> None:
    delivery.state = DeliveryState.ACCEPTED.value
    if receipt_moves(DeliveryState.ACCEPTED, found.said):
        delivery.state = found.said.value
    delivery.gateway_id = found.gateway_id
    delivery.handed_over_at = found.made_at
    delivery.error_code = found.code
    delivery.error_text = None
    delivery.skip_reason = None
    delivery.doubt_since = delivery.absent_since = None
    delivery.changed_at = now


def _absent(
    delivery: Delivery,
    over: SkipReason | None,
    started: datetime,
    now: datetime,
    lease: timedelta,
    result: Resolved,
) -> None:
    if delivery.absent_since is None:
        delivery.absent_since = now
        return
    if started < delivery.absent_since + lease:
        return
    delivery.doubt_since = delivery.absent_since = None
    delivery.changed_at = now
    if over is not None:
        delivery.state, delivery.skip_reason = DeliveryState.SKIPPED.value, over.value
        result.skipped += 1
        return
    delivery.state, delivery.not_before = DeliveryState.QUEUED.value, None
    delivery.error_text = "the gateway never took it; it is sent again"
    result.absent += 1
