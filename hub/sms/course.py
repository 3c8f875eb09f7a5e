"""How a broadcast went over time: what was handed over and delivered until when."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, select
from sqlalchemy.orm import Session

from hub.models import BroadcastState, Delivery, DeliveryState
from hub.sms.broadcasts import find
from hub.sms.moments import database_now

STEPS = 60
RECENT = timedelta(seconds=30)
_GOING = (BroadcastState.SENDING.value, BroadcastState.PAUSED.value)


@dataclass(frozen=True)
class Course:
    """Deliveries handed over and delivered by the end of each step of `step` after `begin`, adding up.

    A delivered one counts from when the hub learned of it.
    """

    begin: datetime
    step: timedelta
    handed_over: tuple[int, ...]
    delivered: tuple[int, ...]

    @property
    def end(self) -> datetime:
        return self.begin + self.step * len(self.handed_over)


def course(session: Session, broadcast_id: int) -> Course | None:
    """The course until now, or until nothing happened any more; None before the first was handed over.

    Raises NotFound.
    """
    broadcast = find(session, broadcast_id)
    mine = Delivery.broadcast_id == broadcast_id
    delivered = (mine, Delivery.state == DeliveryState.DELIVERED.value)
    first, last = session.execute(
        select(func.min(Delivery.handed_over_at), func.max(Delivery.handed_over_at)).where(mine)
    ).one()
    if first is None or last is None:
        return None
    news: datetime | None = session.scalar(select(func.max(Delivery.changed_at)).where(*delivered))
    begin: datetime = min(first, broadcast.started_at or first).replace(microsecond=0)
    end: datetime = max(last, news) if news else last
    if broadcast.state in _GOING:
        end = max(end, database_now(session))
    length = max(1, math.ceil((end - begin).total_seconds()))
    step = math.ceil(length / STEPS)
    count = math.ceil(length / step)
    return Course(
        begin,
        timedelta(seconds=step),
        _adding_up(session, Delivery.handed_over_at, (mine,), begin, step, count),
        _adding_up(session, Delivery.changed_at, delivered, begin, step, count),
    )


def _adding_up(
    session: Session,
    moment: Any,
    conditions: tuple[ColumnElement[bool], ...],
    begin: datetime,
    step: int,
    count: int,
) -> tuple[int, ...]:
    since = _seconds(session, moment) - int(begin.timestamp())
    rows = session.execute(
        select((since // step).label("slot"), func.count())
        .where(*conditions, moment.is_not(None))
        .group_by("slot")
    )
    found = [0] * count
    for slot, number in rows:
        found[min(max(int(slot), 0), count - 1)] += int(number)
    return tuple(sum(found[: index + 1]) for index in range(count))


def _seconds(session: Session, moment: Any) -> ColumnElement[int]:
    """A stored moment as whole seconds since 1970."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.floor(func.extract("epoch", moment)), BigInteger)
    return cast(func.strftime("%s", moment), BigInteger)


def recent_rate(session: Session, broadcast_id: int) -> float:
    """Segments a second that were handed over in the last half minute."""
    now = database_now(session)
    found = session.scalar(
        select(func.sum(Delivery.segments)).where(
            Delivery.broadcast_id == broadcast_id, Delivery.handed_over_at > now - RECENT
        )
    )
    return float(found or 0) / RECENT.total_seconds()
