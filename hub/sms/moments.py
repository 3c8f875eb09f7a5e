"""What time it is for leases and tokens: on PostgreSQL the database's clock, so that workers may differ."""

from __future__ import annotations

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
