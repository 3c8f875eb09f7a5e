"""Claiming deliveries: a worker takes the best rows for itself, for the length of a lease, and then hands them over.

If the worker dies, the lease runs out and what became of its rows is unknown (`hub.sms.upkeep.lapse_leases`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, or_, select, update
from sqlalchemy.orm import Session

from hub.database import db, deciding
from hub.models import (
    Broadcast,
    BroadcastState,
    BroadcastText,
    Delivery,
    DeliveryState,
)
from hub.sms import breakers, optout
from hub.sms.breaking import Route
from hub.sms.gateways.base import Handover
from hub.sms.moments import database_now, steady
from hub.sms.newest import may_hand_over
from hub.sms.pacing import HORIZON, promise
from hub.sms.rows import execute

MOST = 500

Texts = dict[tuple[int, str], str]


@dataclass(frozen=True)
class Claimed:
    """A delivery that this worker holds. `claimed`, `held` and `release` are moments of `hub.sms.moments.steady`: when its
    claim began and was committed, and when it may leave. `probe`: it finds out whether the gateway is well again."""

    handover: Handover
    priority: int
    claimed: float
    held: float
    release: float
    probe: bool = False


@dataclass(frozen=True)
class Claim:
    """What a worker got. Without rows, `wait` says for how many seconds asking again is useless."""

    rows: tuple[Claimed, ...] = ()
    wait: float = 0.2


def sendable(now: datetime) -> Select[Broadcast]:
    """The broadcasts of which rows may be claimed, the most urgent first."""
    return (
        select(Broadcast)
        .where(
            Broadcast.state == BroadcastState.SENDING.value,
            Broadcast.started_at.is_not(None),
            Broadcast.superseded_at.is_(None),
            or_(Broadcast.until.is_(None), Broadcast.until > now),
        )
        .order_by(Broadcast.priority.desc(), Broadcast.waiting_at, Broadcast.id)
    )


def claimable(broadcast_id: int, now: datetime) -> list[Any]:
    """What makes a row of a broadcast claimable now."""
    return [
        Delivery.broadcast_id == broadcast_id,
        Delivery.state == DeliveryState.QUEUED.value,
        or_(Delivery.not_before.is_(None), Delivery.not_before <= now),
    ]


def claim(
    worker: str, gateway: str, *, rate: float | None, lease: float, most: int, texts: Texts
) -> Claim:
    """Claim up to `most` rows for `worker`, the most urgent broadcast first, in the order of the list.

    Nothing is claimed for a gateway that another one stands in for, and a single row for one that is probed. With a rate (segments a second), only rows that may leave within half a second are claimed, each with its
    moment. `texts` is the worker's own store of texts, filled here as needed.
    """
    if not _anything_queued():
        return Claim()
    if not _is_newest():
        return Claim(wait=1.0)
    with deciding() as session:
        now = database_now(session)
        moment = steady()
        route, rest = breakers.claim_route(session, gateway, now, lease)
        if route is Route.REST:
            return Claim(wait=rest)
        most = min(most, MOST) if route is Route.FULL else 1
        if rate is not None:
            most = min(most, math.ceil(rate * HORIZON) + 1)
        rows = optout.leave_out(session, _best(session, now, most))
        if not rows:
            return _nothing(session, gateway, now, route)
        releases = [moment] * len(rows)
        if rate is not None:
            found = promise(session, gateway, [row.segments for row in rows], rate=rate, now=now)
            rows = rows[: len(found.releases)]
            releases = [moment + item - now.timestamp() for item in found.releases]
            if not rows:
                ahead = found.next_free - now.timestamp() - HORIZON / 2
                wait = min(max(ahead, 0.02), 1.0)
                return _nothing(session, gateway, now, route, wait)
        _take(session, [row.id for row in rows], worker, gateway, now, lease)
        _read_texts(session, rows, texts)
    held = steady()
    return Claim(
        tuple(
            Claimed(
                _handover(row, texts, now, moment + lease / 2),
                row.priority,
                moment,
                held,
                release,
                probe=route is Route.PROBE,
            )
            for row, release in zip(rows, releases, strict=True)
        )
    )


def _is_newest() -> bool:
    session = db.session()
    found = may_hand_over(session, database_now(session))
    session.rollback()
    return found


def _anything_queued() -> bool:
    session = db.session()
    session.rollback()
    now = database_now(session)
    queued = (
        select(Delivery.id)
        .where(
            Delivery.broadcast_id == Broadcast.id,
            Delivery.state == DeliveryState.QUEUED.value,
        )
        .exists()
    )
    found = session.scalars(sendable(now).where(queued).limit(1)).first() is not None
    session.rollback()
    return found


def _nothing(
    session: Session, gateway: str, now: datetime, route: Route, wait: float = Claim.wait
) -> Claim:
    """Nothing could be claimed; a probe that was booked is free again."""
    if route is Route.PROBE:
        breakers.give_probe_back(session, gateway, now)
    return Claim(wait=wait)


def _best(session: Session, now: datetime, most: int) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for broadcast in session.scalars(sendable(now)).all():
        found += session.execute(
            select(
                Delivery.id,
                Delivery.attempt,
                Delivery.broadcast_id,
                Delivery.number,
                Delivery.language,
                Delivery.personal,
                Delivery.segments,
                Broadcast.priority,
                Broadcast.until,
            )
            .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
            .where(*claimable(broadcast.id, now), Delivery.number.is_not(None))
            .order_by(Delivery.id)
            .limit(most - len(found))
            .with_for_update(of=Delivery, skip_locked=True)
        ).all()
        if len(found) >= most:
            break
    return found


def _take(
    session: Session,
    ids: Sequence[int],
    worker: str,
    gateway: str,
    now: datetime,
    lease: float,
) -> None:
    execute(
        session,
        update(Delivery)
        .where(Delivery.id.in_(ids))
        .values(
            state=DeliveryState.CLAIMED.value,
            attempt=Delivery.attempt + 1,
            gateway=gateway,
            gateway_id=None,
            claimed_by=worker,
            claimed_at=now,
            lease_until=now + timedelta(seconds=lease),
            not_before=None,
            doubt_since=None,
            absent_since=None,
            error_code=None,
            error_text=None,
            changed_at=now,
        ),
    )


def _read_texts(session: Session, rows: Sequence[Row[Any]], texts: Texts) -> None:
    missing = {row.broadcast_id for row in rows if (row.broadcast_id, row.language) not in texts}
    if missing:
        for item in session.scalars(
            select(BroadcastText).where(BroadcastText.broadcast_id.in_(missing))
        ):
            texts[item.broadcast_id, item.language] = item.sms


def _handover(row: Row[Any], texts: Texts, now: datetime, not_after: float) -> Handover:
    seconds = None
    if row.until is not None:
        seconds = max(1, math.floor((row.until - now).total_seconds()))
    return Handover(
        delivery=row.id,
        attempt=row.attempt + 1,
        broadcast=row.broadcast_id,
        number=row.number,
        language=row.language,
        body=row.personal["sms"] if row.personal else texts[row.broadcast_id, row.language],
        segments=row.segments,
        valid_for=seconds,
        not_after=not_after,
    )
