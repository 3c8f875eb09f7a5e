"""How fast messages may leave: a schedule of releases, shared by all workers through one row a gateway.

A claim is promised moments, not permissions: every message gets the moment at which it may leave, spaced evenly,
and never more segments than the rate in any second. The second is taken a little longer than it is
(`WINDOW`), so that requests which travel unequally fast do not crowd at the other end.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.models import TokenBucket

STEP = 0.005
"""Releases lie on steps of so many seconds; the row holds one entry a step."""
WINDOW = 1.015
HORIZON = 0.5
"""How far ahead, in seconds, a claim may be promised moments: what is claimed cannot be overtaken."""

_STEPS = math.ceil(WINDOW / STEP)


@dataclass(frozen=True)
class Schedule:
    """Moments (seconds since 1970) for the first of the messages asked for; the others get none yet.

    `next_free` is the earliest moment of the next message, `window` the segments released per step (number of
    steps since 1970) within the last second.
    """

    releases: tuple[float, ...]
    next_free: float
    window: Mapping[int, int]


def schedule(
    sizes: Sequence[int], *, rate: float, now: float, next_free: float, window: Mapping[int, int]
) -> Schedule:
    """Promise moments to messages of these sizes (segments), up to `HORIZON` seconds ahead. Pure.

    In every second there are at most `rate` segments, except where one message alone has more.
    """
    oldest = now / STEP - _STEPS
    recorded = {step: size for step, size in window.items() if step > oldest}
    log = deque(sorted(recorded.items()))
    held = sum(recorded.values())
    free = max(now, next_free)
    releases: list[float] = []
    for size in sizes:
        even = step = math.ceil(round(free / STEP, 6))
        while log and (log[0][0] <= step - _STEPS or held + size > max(rate, size)):
            first, amount = log.popleft()
            held -= amount
            step = max(step, first + _STEPS)
        if step * STEP > now + HORIZON:
            free = max(free, step * STEP)
            break
        releases.append(step * STEP)
        recorded[step] = recorded.get(step, 0) + size
        log.append((step, size))
        held += size
        free = (free if step == even else step * STEP) + size / rate
    return Schedule(tuple(releases), free, recorded)


def promise(
    session: Session, gateway: str, sizes: Sequence[int], *, rate: float, now: datetime
) -> Schedule:
    """Promise moments from the gateway's shared row, inside a deciding transaction that locks it."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    session.execute(
        insert(TokenBucket)
        .values(gateway=gateway, tokens=0.0, filled_at=now, window={})
        .on_conflict_do_nothing(index_elements=["gateway"])
    )
    bucket = session.scalars(
        select(TokenBucket)
        .where(TokenBucket.gateway == gateway)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    found = schedule(
        sizes,
        rate=rate,
        now=now.timestamp(),
        next_free=bucket.filled_at.timestamp(),
        window={int(step): size for step, size in bucket.window.items()},
    )
    bucket.filled_at = datetime.fromtimestamp(found.next_free, UTC)
    bucket.window = {str(step): size for step, size in found.window.items()}
    bucket.tokens = float(sum(found.window.values()))
    session.flush()
    return found


class Guard:
    """Holds back releases that were late and would now crowd: at most `rate` segments really leave a process
    in any second, whatever delayed them."""

    def __init__(self, rate: float, window: float = 1.005) -> None:
        self.rate = rate
        self.window = window
        self._left: deque[tuple[float, int]] = deque()
        self._held = 0

    def wait(self, size: int, now: float) -> float:
        """Seconds until a message of this size may leave; 0 is now."""
        while self._left and self._left[0][0] <= now - self.window:
            self._held -= self._left.popleft()[1]
        if self._held + size <= max(self.rate, size):
            return 0.0
        excess = self._held + size - max(self.rate, size)
        for moment, amount in self._left:
            excess -= amount
            if excess <= 0:
                return max(0.001, moment + self.window - now)
        return self.window

    def left(self, size: int, now: float) -> None:
        """A message of this size leaves now."""
        self._left.append((now, size))
        self._held += size
