"""What time it is: for leases and tokens on PostgreSQL the database's clock, so that workers may differ; inside a
process a clock that never stands still."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub import clock


def database_now(session: Session) -> datetime:
    """The present moment by the database's clock; SQLite has this machine's."""
    if session.get_bind().dialect.name == "sqlite":
        return clock.now()
    moment: datetime = session.scalars(select(func.clock_timestamp())).one()
    return moment.astimezone(UTC)


def steady() -> float:
    """Seconds on a clock that no setting of the time moves, and that goes on while the machine is suspended: a
    worker that wakes up must see how old its claims are. (`time.monotonic` stands still then.)"""
    return time.clock_gettime(_CLOCK) if _CLOCK is not None else time.monotonic()


_CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", None)
