"""Alarms as they are kept: raised once, seen again, cleared when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.alarms.conditions import Alarm, conditions
from hub.alarms.figures import read_figures
from hub.database import db, deciding
from hub.models import AlarmState
from hub.settings import Settings
from hub.sms.moments import database_now

KEPT = timedelta(days=90)
_ORDER = {kind.value: place for place, kind in enumerate(Alarm)}


@dataclass(frozen=True)
class OpenAlarm:
    """One open alarm. `told_at` is when somebody was told with success; `error` why the last try failed."""

    kind: Alarm
    subject: str
    values: Mapping[str, Any]
    raised_at: datetime
    told_at: datetime | None
    error: str | None


def update() -> tuple[int, int]:
    """Look at everything: raise what is new, clear what is over. How many of each.

    In two transactions, the first only reading; dying in between changes nothing. Alarms cleared 90 days ago go.
    """
    settings: Settings = current_app.config["HUB"]
    session: Session = db.session()
    session.rollback()
    found = read_figures(session, settings, database_now(session))
    session.rollback()
    wrong = {
        (item.kind.value, item.subject): item
        for item in conditions(found, timedelta(seconds=settings.lease_seconds))
    }
    raised = cleared = 0
    with deciding() as session:
        query = select(AlarmState).where(AlarmState.cleared_at.is_(None)).with_for_update()
        for row in session.scalars(query):
            item = wrong.pop((row.kind, row.subject), None)
            if item is None:
                row.cleared_at = found.at
                cleared += 1
            else:
                row.seen_at, row.values = found.at, dict(item.values)
        for item in wrong.values():
            raised += 1
            session.add(
                AlarmState(
                    kind=item.kind.value,
                    subject=item.subject,
                    values=dict(item.values),
                    raised_at=found.at,
                    seen_at=found.at,
                )
            )
        session.execute(delete(AlarmState).where(AlarmState.cleared_at < found.at - KEPT))
    return raised, cleared


def open_alarms(session: Session) -> list[OpenAlarm]:
    """What is wrong now as of the last look, the most urgent first."""
    rows = session.scalars(select(AlarmState).where(AlarmState.cleared_at.is_(None)))
    found = [
        OpenAlarm(Alarm(row.kind), row.subject, row.values, row.raised_at, row.told_at, row.error)
        for row in rows
        if row.kind in _ORDER
    ]
    return sorted(found, key=lambda item: (_ORDER[item.kind.value], item.raised_at, item.subject))
