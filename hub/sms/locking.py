"""Holding broadcasts as they are while their rows change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.models import Broadcast, SkipReason
from hub.sms import upkeep


def hold_broadcasts(
    session: Session, numbers: Iterable[int], now: datetime, *, to_change: bool = False
) -> dict[int, SkipReason | None]:
    """Hold broadcasts inside a deciding transaction, so that none is stopped while its rows are queued again.

    Returns for each why it is over (None: it is not). `to_change` locks them for writing.
    """
    query = (
        select(Broadcast)
        .where(Broadcast.id.in_(sorted(set(numbers))))
        .order_by(Broadcast.id)
        .with_for_update(read=not to_change)
        .execution_options(populate_existing=True)
    )
    return {item.id: upkeep.why_over(item, now) for item in session.scalars(query)}
