"""How each target stands, written down as it happens: `TargetState`, and the journal where something changes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from hub import clock, journal, queue
from hub.database import deciding
from hub.models import TargetState
from hub.site.entries import TargetFailed, TargetRecovered, TargetRefused
from hub.site.reports import Edition, Outcome, TargetReport

log = logging.getLogger(__name__)

SHORTEST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
REPUBLISH = "republish"
"""The wake-up that tries failed targets again."""

REPUBLISH_PRIORITY = 15


def pause_after(failures: int) -> timedelta:
    """How long a target is left alone after so many failures in a row: 1, 2, 4 ... seconds, 5 minutes at most."""
    doubled: int = 2 ** min(failures - 1, 20)
    return min(SHORTEST_PAUSE * doubled, LONGEST_PAUSE)


def note(change: Callable[[Session], None]) -> None:
    """Write down what happened; a database that fails now must not keep the page from the public."""
    try:
        with deciding() as session:
            change(session)
    except SQLAlchemyError as error:
        log.warning("a publish could not be written down: %s", reason(error))


def reason(error: SQLAlchemyError) -> str:
    """A database's own words."""
    return str(error.orig if isinstance(error, DBAPIError) else error).strip()


def record(report: TargetReport, edition: Edition) -> None:
    """Write down an outcome; a failed target is tried again after a pause that grows."""
    if report.outcome in (Outcome.ALREADY_NEWER, Outcome.UNDER_WAY):
        return  # who published the newer page writes that down; who is under way will
    pauses: list[timedelta] = []

    def change(session: Session) -> None:
        state = _locked(session, report.target)
        if edition.revision < state.revision and not edition.force:
            return  # a later publish was faster, and what it wrote down is what holds
        state.tried_at = clock.now()
        if report.ok:
            _well(session, state, edition)
        else:
            kind = TargetRefused if report.outcome is Outcome.REFUSED else TargetFailed
            failed = kind(target=state.target, revision=report.revision, reason=report.error or "")
            mark_failed(session, state, report.error or "", failed, edition.actor)
            pauses.append(pause_after(state.failures))

    note(change)
    for pause in pauses:
        queue.defer(REPUBLISH, REPUBLISH_PRIORITY, delay=pause.total_seconds())


def _locked(session: Session, target: str) -> TargetState:
    state = session.scalar(
        select(TargetState)
        .where(TargetState.target == target)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if state is None:
        state = TargetState(target=target, revision=0, ok=False, failures=0, differs=False)
        session.add(state)
    return state


def _well(session: Session, state: TargetState, edition: Edition) -> None:
    now = clock.now()
    if state.failed_at is not None:
        entry = TargetRecovered(
            target=state.target, revision=edition.revision, since=state.failed_at.isoformat()
        )
        journal.append(session, edition.actor, entry)
    state.revision, state.published_at, state.checked_at = edition.revision, now, now
    state.ok, state.error, state.differs = True, None, False
    state.failed_at, state.failures, state.retry_at = None, 0, None


def mark_failed(
    session: Session,
    state: TargetState,
    error: str,
    entry: journal.Entry,
    actor: journal.Actor,
) -> None:
    """The target is wrong, from now on or still; only the first time is an entry in the journal."""
    now = clock.now()
    state.failures += 1
    state.ok, state.error, state.retry_at = False, error, now + pause_after(state.failures)
    if state.failed_at is None:
        state.failed_at = now
        journal.append(session, actor, entry)


def claim_retries(session: Session, targets: tuple[str, ...], hold: timedelta) -> list[str]:
    """Of these targets, those whose pause is over, inside the caller's transaction: nobody else takes them while
    `hold` lasts."""
    now: datetime = clock.now()
    rows = session.scalars(
        select(TargetState)
        .where(
            TargetState.target.in_(targets),
            TargetState.ok.is_(False),
            TargetState.retry_at <= now,
        )
        .order_by(TargetState.target)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        row.retry_at = now + hold
    return [row.target for row in rows]
