"""Is this hub still the newest? One that was restored from a backup since has taken over, and this one must hand
nothing over any more (DESIGN.md, rule 15).

Targets say so: each shows the instance number of who published there. Whoever sends looks at them while it sends
(`hub.incidents.newer`); here is what the database remembers of that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.models import HubInstance

LOOK_HOLDS = timedelta(seconds=150)
"""So long after a look rows may be claimed without another one. Longer than a worker takes to look again; short
against the time for which a machine was gone whose place another took."""


def may_hand_over(session: Session, now: datetime) -> bool:
    """May rows be claimed? Not while a newer hub is known, nor when the last look is too old: this process may have
    slept meanwhile. A hub that never looked at a target is not asked."""
    row = session.execute(select(HubInstance.newer, HubInstance.looked_at)).first()
    if row is None:
        return True
    return row.newer is None and (row.looked_at is None or row.looked_at > now - LOOK_HOLDS)
