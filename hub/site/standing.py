"""How each place stands: which page it shows, since when, and what is wrong with it. For desk and command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.models import Publication, TargetState


class How(StrEnum):
    """What a place shows."""

    NEWEST = "newest"
    OLDER = "older"  # whole and well, a newer page is on its way
    WRONG = "wrong"
    NEVER = "never"  # nothing was ever published there


@dataclass(frozen=True)
class Place:
    """`revision` is what it shows, as far as is known, `read_at` when that was read from the database, `since` when
    it was put there; `failed_at`, `error`, `retry_at` are set while something is wrong; `checked_at` is the last
    look."""

    target: str
    how: How
    revision: int = 0
    read_at: datetime | None = None
    since: datetime | None = None
    failed_at: datetime | None = None
    error: str | None = None
    retry_at: datetime | None = None
    checked_at: datetime | None = None


def places(session: Session, targets: Sequence[str]) -> tuple[Place, ...]:
    """How these targets stand, in their order."""
    newest = session.scalar(select(func.max(Publication.revision))) or 0
    rows = session.execute(
        select(TargetState, Publication.at)
        .join(Publication, Publication.revision == TargetState.revision, isouter=True)
        .where(TargetState.target.in_(targets))
        .execution_options(populate_existing=True)
    ).all()
    found = {state.target: _place(state, read_at, newest) for state, read_at in rows}
    return tuple(found.get(target, Place(target, How.NEVER)) for target in targets)


def _place(state: TargetState, read_at: datetime | None, newest: int) -> Place:
    if not state.ok and (state.failed_at is not None or state.error):
        how = How.WRONG
    elif not state.revision:
        how = How.NEVER
    else:
        how = How.NEWEST if state.revision >= newest else How.OLDER
    return Place(
        target=state.target,
        how=how,
        revision=state.revision,
        read_at=read_at,
        since=state.published_at,
        failed_at=state.failed_at or (state.tried_at if how is How.WRONG else None),
        error=state.error,
        retry_at=state.retry_at if how is How.WRONG else None,
        checked_at=state.checked_at,
    )
