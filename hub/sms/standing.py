"""How a broadcast stands, for the command line, the desk and the API."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from hub.models import Broadcast, BroadcastState, BroadcastText, Delivery, DeliveryState
from hub.settings import GATEWAY_NAMES, Settings
from hub.sms import steering
from hub.sms.broadcasts import find
from hub.sms.course import RECENT, recent_rate
from hub.sms.moments import database_now
from hub.sms.upkeep import why_over

_IN_HAND = (DeliveryState.CLAIMED.value,)
_TO_GO = (DeliveryState.QUEUED.value, *_IN_HAND)


def status(session: Session, broadcast_id: int) -> dict[str, Any]:
    """A broadcast in JSON values. Raises NotFound.

    `deliveries` counts every state; `segments_to_go` are those queued and claimed; `gateway` is where rows go now,
    `rate` its segments a second by contract (None: unlimited), `rate_now` those that really left in the last half
    minute (None: it has not been sending for so long); `eta` when the last will have left at the latter, else at the
    former (None: over, paused, or neither is known);
    `unknown_oldest` since when the oldest outcome is unknown.
    """
    broadcast = find(session, broadcast_id)
    stand = _stand(session, broadcast_id)
    deliveries, skipped = stand.deliveries, _skipped(session, broadcast_id)
    now = database_now(session)
    over = why_over(broadcast, now)
    waiting = deliveries[DeliveryState.QUEUED] if over is not None else 0
    if (
        over is not None and waiting
    ):  # none of them can go out any more; their rows are marked in chunks
        deliveries[DeliveryState.QUEUED] = 0
        deliveries[DeliveryState.SKIPPED] += waiting
        skipped[over.value] = skipped.get(over.value, 0) + waiting
    settings: Settings = current_app.config["HUB"]
    gateway = steering.serving(session)
    rate = settings.rate(gateway)
    measured = _measured(session, broadcast, now)
    counted = _TO_GO if over is None else _IN_HAND
    to_go = sum(stand.segments.get(state, 0) for state in counted)
    oldest = session.scalar(
        select(func.min(Delivery.doubt_since)).where(
            Delivery.broadcast_id == broadcast_id,
            Delivery.state == DeliveryState.UNKNOWN.value,
        )
    )
    return {
        "broadcast": broadcast.id,
        "announcement": broadcast.announcement_id,
        "audience": broadcast.audience_name or None,
        "exercise": broadcast.exercise,
        "state": broadcast.state,
        "reason": broadcast.reason,
        "superseded": broadcast.superseded_at is not None,
        "recipients": broadcast.total,
        "deliveries": deliveries,
        "segments": broadcast.segments,
        "segments_to_go": to_go,
        "gateway": gateway,
        "rate": rate,
        "rate_now": measured,
        "eta": _iso(_eta(broadcast, to_go, measured or rate, now)),
        "unknown_oldest": _iso(oldest),
        "languages": stand.languages,
        "gateways": stand.gateways,
        "skipped": skipped,
        "errors": _errors(session, broadcast_id),
        "waiting_at": _iso(broadcast.waiting_at),
        "started_at": _iso(broadcast.started_at),
        "finished_at": _iso(broadcast.finished_at),
        "until": _iso(broadcast.until),
    }


def _measured(session: Session, broadcast: Broadcast, now: datetime) -> float | None:
    """Segments a second, once it has been sending for as long as the rate is measured over."""
    started = broadcast.started_at
    if broadcast.state != BroadcastState.SENDING or started is None or now - started < RECENT:
        return None
    return recent_rate(session, broadcast.id) or None


def seconds_needed(segments: int, rate: float | None) -> float:
    """How long so many segments take at a rate; 0 when unlimited."""
    return segments / rate if rate else 0.0


def _eta(broadcast: Broadcast, to_go: int, rate: float | None, now: datetime) -> datetime | None:
    going = (BroadcastState.WAITING, BroadcastState.SENDING)
    if rate is None or not to_go or broadcast.state not in going:
        return None
    return now + timedelta(seconds=seconds_needed(to_go, rate))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


@dataclass
class _Stand:
    """Rows by state, in all, by language and by gateway, and the segments by state."""

    deliveries: dict[str, int]
    segments: dict[str, int] = field(default_factory=dict)
    languages: dict[str, dict[str, int]] = field(default_factory=dict)
    gateways: dict[str, dict[str, int]] = field(default_factory=dict)


def _stand(session: Session, broadcast_id: int) -> _Stand:
    """In one reading of the rows, in the order of their index: there may be a million, and sorting them for groups by
    language and gateway takes ten times as long on SQLite."""
    found = _Stand({state.value: 0 for state in DeliveryState})
    texts = select(BroadcastText.language).where(BroadcastText.broadcast_id == broadcast_id)
    languages = [*session.scalars(texts.order_by(BroadcastText.language))]
    gateways = sorted(GATEWAY_NAMES)
    parts = [Delivery.language == name for name in languages]
    parts += [Delivery.gateway == name for name in gateways]
    rows = session.execute(
        select(
            Delivery.state,
            func.count(),
            func.sum(Delivery.segments),
            *(func.count(case((part, 1))) for part in parts),
        )
        .where(Delivery.broadcast_id == broadcast_id)
        .group_by(Delivery.state)
        .order_by(Delivery.state)
    )
    for state, number, segments, *numbers in rows:
        found.deliveries[state] = int(number)
        found.segments[state] = int(segments)
        for at, name in enumerate((*languages, *gateways)):
            table = found.languages if at < len(languages) else found.gateways
            if numbers[at]:
                table.setdefault(name, {})[state] = int(numbers[at])
    return found


def _skipped(session: Session, broadcast_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Delivery.skip_reason, func.count())
        .where(
            Delivery.broadcast_id == broadcast_id,
            Delivery.state == DeliveryState.SKIPPED.value,
        )
        .group_by(Delivery.skip_reason)
    )
    return {reason or "": int(number) for reason, number in rows}


def _errors(session: Session, broadcast_id: int) -> dict[str, int]:
    failed = (DeliveryState.FAILED.value, DeliveryState.UNDELIVERED.value)
    rows = session.execute(
        select(Delivery.error_code, func.count())
        .where(Delivery.broadcast_id == broadcast_id, Delivery.state.in_(failed))
        .group_by(Delivery.error_code)
        .order_by(func.count().desc())
        .limit(20)
    )
    return {code or "": int(number) for code, number in rows}
