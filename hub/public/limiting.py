"""How often one sender is answered, so that two machines that answer each other fall silent.

Kept in this process's memory and nowhere else: numbers are not written down, a restart forgets them, and each web
process counts for itself.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

MOST_SENDERS: Final = 20_000
"""Remembered at once; beyond it those heard of longest ago are forgotten."""


class Limit:
    """At most so many in each of these stretches of time, for each key. Safe to use from several threads."""

    def __init__(self, *rules: tuple[int, timedelta]) -> None:
        self._rules: Sequence[tuple[int, timedelta]] = rules
        self._longest = max(within for _, within in rules)
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def allows(self, key: str, now: datetime) -> bool:
        """May this one be answered? If so it counts."""
        with self._lock:
            times = self._seen.setdefault(key, deque())
            self._seen.move_to_end(key)
            while len(self._seen) > MOST_SENDERS:
                self._seen.popitem(last=False)
            while times and times[0] <= now - self._longest:
                times.popleft()
            if any(sum(at > now - within for at in times) >= most for most, within in self._rules):
                return False
            times.append(now)
            return True
