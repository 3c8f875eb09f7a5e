"""When a gateway says "not now", and when its refusals look as if they were not about the recipient. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hub.sms.gateways.base import Kind, Outcome

FIRST = 0.5
LONGEST = 30.0
SAME_REFUSALS = 5
DOUBTS_THAT_BREAK = 5
BREAKER_SECONDS = 1.0


@dataclass
class Rest:
    """Backs off from a gateway that does not take messages now: it rests, longer each time, and is asked fewer
    at once; every message taken makes it a little more again. Moments are `hub.sms.moments.steady`."""

    most: int
    until: float = 0.0
    _limit: float = 0.0
    _length: float = 0.0
    _doubts: int = 0

    def __post_init__(self) -> None:
        self._limit = float(self.most)

    @property
    def limit(self) -> int:
        """How many requests may run at once."""
        return max(1, int(self._limit))

    def later(self, now: float, chance: float) -> float:
        """It did not take a message: rest. Returns for how many seconds. `chance` (0 to 1) spreads workers.

        Answers to requests that began before the rest do not make it longer.
        """
        if now >= self.until:
            self._length = min(max(FIRST, self._length * 2), LONGEST)
            self._limit = max(1.0, self._limit / 2)
            self.until = now + self._length * (0.75 + chance / 2)
        return self.until - now

    def doubt(self, now: float) -> None:
        """An answer left doubt. Several in a row: hand nothing over until the breaker, which all workers share, has
        been written down and read."""
        self._doubts += 1
        if self._doubts >= DOUBTS_THAT_BREAK:
            self.until = max(self.until, now + BREAKER_SECONDS)

    def wrong(self, now: float) -> None:
        """It refuses for a reason of its configuration: hand nothing over until that has been written down and read,
        and another gateway or a pause takes its place."""
        self.until = max(self.until, now + BREAKER_SECONDS)

    def well(self) -> None:
        """It took a message."""
        self._doubts = 0
        self._length = 0.0
        self._limit = min(float(self.most), self._limit + 0.1)


@dataclass
class Suspicion:
    """Refusals for a reason that the hub does not know: the same one several times in a row is taken for a fault of
    the configuration, so that a whole list does not fail row by row."""

    code: str | None = None
    count: int = 0

    def judge(self, outcome: Outcome) -> Outcome:
        """The outcome, or the same as one of configuration."""
        if outcome.kind is not Kind.REFUSED or not outcome.general:
            if outcome.kind in (Kind.ACCEPTED, Kind.REFUSED):
                self.code, self.count = None, 0
            return outcome
        if outcome.code != self.code:
            self.code, self.count = outcome.code, 0
        self.count += 1
        if self.count <= SAME_REFUSALS:
            return outcome
        return replace(outcome, kind=Kind.CONFIGURATION)
