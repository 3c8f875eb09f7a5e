"""What a worker holds: claimed deliveries on their way to the gateway, and whether each may still be handed over.

No database and no clock of its own: moments are `hub.sms.moments.steady`, given by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hub.sms.claiming import Claimed
from hub.sms.looking import Look
from hub.sms.marking import GivenBack

FRESH = 0.9
"""A broadcast's state may be this old, in seconds, when a request begins; a stop holds within two."""


@dataclass
class Holding:
    """Claimed rows that were not handed over yet, for one gateway. Most urgent first, then in order of their
    moments."""

    half_lease: float
    gateway: str = ""
    rows: list[Claimed] = field(default_factory=list)

    def add(self, claimed: Iterable[Claimed]) -> None:
        self.rows.extend(claimed)
        self.rows.sort(key=lambda item: (-item.priority, item.release, item.handover.delivery))

    def next_release(self) -> float | None:
        """The moment at which the first row may leave."""
        return min((item.release for item in self.rows), default=None)

    def take(self, most: int, now: float) -> list[Claimed]:
        """Up to `most` rows that may leave now, removed from here."""
        taken: list[Claimed] = []
        kept: list[Claimed] = []
        for item in self.rows:
            (taken if item.release <= now and len(taken) < most else kept).append(item)
        self.rows = kept
        return taken

    def put_back(self, rows: Iterable[Claimed]) -> None:
        self.add(rows)

    def drop_lost(self, look: Look) -> None:
        """Forget rows that are no longer this worker's: a receipt moved them, or their lease ran out."""
        self.rows = [
            item
            for item in self.rows
            if item.held >= look.as_of or item.handover.delivery in look.mine
        ]

    def take_stale(self, look: Look, now: float) -> list[GivenBack]:
        """Rows that must not be handed over any more: claimed too long ago, their broadcast may not go on, or the
        gateway is set aside (another one takes them then)."""
        stale = [
            item
            for item in self.rows
            if now - item.claimed >= self.half_lease
            or (
                item.claimed < look.as_of
                and (item.handover.broadcast not in look.going or self._shut(item, look))
            )
        ]
        if stale:
            gone = {id(item) for item in stale}
            self.rows = [item for item in self.rows if id(item) not in gone]
        return [given_back(item) for item in stale]

    def _shut(self, item: Claimed, look: Look) -> bool:
        return self.gateway in look.shut or (self.gateway in look.broken and not item.probe)

    def take_all(self) -> list[GivenBack]:
        rows, self.rows = self.rows, []
        return [given_back(item) for item in rows]


def given_back(item: Claimed) -> GivenBack:
    return GivenBack(item.handover.delivery, item.handover.attempt, item.handover.broadcast)


def is_fresh(item: Claimed, look: Look, now: float) -> bool:
    """Was the state of the row's broadcast read recently enough to hand the row over?"""
    return now - max(look.as_of, item.claimed) <= FRESH
