"""Reminders: approved texts that expire soon or have expired, and parties whose yes is waited for.

The desk shows them always; `reminder_mail` tells them by mail, each step once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock
from hub.clock import COPENHAGEN
from hub.models import Signature, Version, VersionState
from hub.settings import Settings
from hub.text.types import Phase

BEFORE = (60, 30, 7)
"""So many days before a review date somebody is reminded; and once after it."""
WAITED = (7, 14, 28, 56)
"""After so many days without a party's yes."""
EXPIRED = "expired"


class ReminderKind(StrEnum):
    RENEW = "renew"
    CO_SIGN = "co-sign"


@dataclass(frozen=True)
class Reminder:
    """`at` is the review date, or when the yes of `party` was first waited for. `stage` is the step that it has
    reached: one of BEFORE, EXPIRED, or one of WAITED. `title` is the scenario's, per language."""

    kind: ReminderKind
    key: str
    phase: Phase
    number: int
    title: dict[str, str]
    owner: str
    at: datetime
    stage: str
    party: str = ""

    @property
    def is_expired(self) -> bool:
        return self.stage == EXPIRED

    @property
    def step(self) -> str:
        """What is told once: this stage of this version."""
        return f"{self.kind}:{self.key}:{self.number}:{self.stage}:{self.party}"


def reminders(session: Session) -> tuple[Reminder, ...]:
    """All that there is to remind of now, what has expired or expires first at the front."""
    now = clock.now()
    found = [*_to_renew(session, now), *_to_co_sign(session, now)]
    return tuple(sorted(found, key=lambda item: (item.kind != ReminderKind.RENEW, item.at)))


_COLUMNS = (
    Version.key,
    Version.phase,
    Version.number,
    Version.scenario_meta,
    Version.hash,
    Version.review_due,
    Version.submitted_at,
)


def _to_renew(session: Session, now: datetime) -> Iterator[Reminder]:
    rows = session.execute(
        select(*_COLUMNS).where(
            Version.state == VersionState.APPROVED.value,
            Version.review_due < now + timedelta(days=max(BEFORE) + 2),
        )
    )
    for key, phase, number, meta, _, due, _ in rows:
        stage = _stage_before(due, now)
        if stage:
            yield Reminder(
                kind=ReminderKind.RENEW,
                key=key,
                phase=Phase(phase),
                number=number,
                title=meta.get("title", {}),
                owner=str(meta.get("owner", "")),
                at=due,
                stage=stage,
            )


def _to_co_sign(session: Session, now: datetime) -> Iterator[Reminder]:
    rows = session.execute(
        select(*_COLUMNS).where(
            Version.state == VersionState.IN_REVIEW.value,
            Version.submitted_at < now - timedelta(days=min(WAITED) - 2),
        )
    ).all()
    signatures = select(Signature.key, Signature.hash, Signature.party).where(
        Signature.hash.in_([row.hash for row in rows]), Signature.party != ""
    )
    given = {(key, digest, party) for key, digest, party in session.execute(signatures)}
    for key, phase, number, meta, digest, _, since in rows:
        days = _days(since, now)
        stage = max((step for step in WAITED if step <= days), default=None)
        for party in meta.get("co_signers", ()):
            if stage is not None and (key, digest, party) not in given:
                yield Reminder(
                    kind=ReminderKind.CO_SIGN,
                    key=key,
                    phase=Phase(phase),
                    number=number,
                    title=meta.get("title", {}),
                    owner=str(meta.get("owner", "")),
                    at=since,
                    stage=str(stage),
                    party=party,
                )


def _stage_before(due: datetime, now: datetime) -> str:
    """The step that a review date has reached; empty while it is far away."""
    if now >= due:
        return EXPIRED
    left = _days(now, due)
    return str(min((step for step in BEFORE if left <= step), default=""))


def _days(start: datetime, end: datetime) -> int:
    """Days as a calendar in Copenhagen counts them, whatever the clock did that night."""
    return (end.astimezone(COPENHAGEN).date() - start.astimezone(COPENHAGEN).date()).days


def addresses(settings: Settings, owner: str) -> tuple[str, ...]:
    """Who is reminded for this owner: the addresses that name it, else those that name nobody."""
    pairs = settings.keeping.reminder_mail
    named = tuple(address for name, address in pairs if name.casefold() == owner.casefold())
    return named or tuple(address for name, address in pairs if not name)
