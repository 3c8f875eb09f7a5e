"""How a broadcast stands, read at most once a second however many look."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from hub import clock
from hub.desk.underway import room_words
from hub.desk.underway.words import BROADCAST, GROUPS
from hub.models import Broadcast, BroadcastState
from hub.sms import standing
from hub.sms.broadcasts import NOT_OVER
from hub.sms.course import Course, course, recent_rate

KEEP = 1.0
"""Seconds that what was read serves."""
_MOST = 50
_EXTENSION = "desk.progress"


@dataclass(frozen=True)
class Progress:
    """A broadcast at the moment `read_at`. `counts` has a number for every group; they add up to `total`."""

    status: dict[str, Any]
    course: Course | None
    rate_now: float
    read_at: datetime

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def counts(self) -> dict[str, int]:
        return {group.key: group.of(self.status["deliveries"]) for group in GROUPS}

    @property
    def state(self) -> tuple[str, str]:
        words, look = BROADCAST[self.status["state"]]
        return str(words), look

    @property
    def reason(self) -> str:
        """Why it is paused or stopped."""
        return room_words.line(self.status["reason"] or "")

    @property
    def is_going(self) -> bool:
        """May something still be handed over?"""
        return self.status["state"] in NOT_OVER

    @property
    def is_open(self) -> bool:
        """Can anything still change: is it going, or are receipts awaited?"""
        counts = self.counts
        return self.is_going or bool(counts["queued"] or counts["handed-over"] or counts["unknown"])

    @property
    def can_pause(self) -> bool:
        return self.status["state"] in (BroadcastState.SENDING, BroadcastState.WAITING)

    @property
    def can_resume(self) -> bool:
        return bool(self.status["state"] == BroadcastState.PAUSED)

    def moment(self, name: str) -> datetime | None:
        """One of the status's moments."""
        found = self.status[name]
        return datetime.fromisoformat(found) if found else None


@dataclass
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    found: dict[tuple[object, ...], tuple[float, Progress]] = field(default_factory=dict)


def read(session: Session, broadcast: Broadcast) -> Progress:
    """The broadcast's progress. A stop, pause or overtaking shows at once; counts are at most a second old."""
    kept: _Kept = current_app.extensions.setdefault(_EXTENSION, _Kept())
    key = (broadcast.id, broadcast.state, broadcast.superseded_at)
    with kept.lock:  # others wait for the one who reads, instead of reading too
        at, found = kept.found.get(key, (0.0, None))
        if found is not None and time.monotonic() - at < KEEP:
            return found
        fresh = Progress(
            status=standing.status(session, broadcast.id),
            course=course(session, broadcast.id),
            rate_now=recent_rate(session, broadcast.id),
            read_at=clock.now(),
        )
        if len(kept.found) >= _MOST:
            kept.found.clear()
        kept.found[key] = (time.monotonic(), fresh)
        return fresh
