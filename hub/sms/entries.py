"""What the journal records of sending. Deliveries are not recorded one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from hub import journal

HUB = journal.Actor("hub", "worker")
"""Who acts when no person does."""


@dataclass(frozen=True)
class BroadcastReleased(journal.Entry):
    """It may go out from now on."""

    kind: ClassVar[str] = "broadcast-released"
    broadcast: int
    announcement: int
    recipients: int
    segments: int


@dataclass(frozen=True)
class BroadcastPaused(journal.Entry):
    kind: ClassVar[str] = "broadcast-paused"
    broadcast: int
    reason: str


@dataclass(frozen=True)
class BroadcastResumed(journal.Entry):
    kind: ClassVar[str] = "broadcast-resumed"
    broadcast: int
    reason: str


@dataclass(frozen=True)
class BroadcastStopped(journal.Entry):
    kind: ClassVar[str] = "broadcast-stopped"
    broadcast: int
    reason: str


@dataclass(frozen=True)
class BroadcastSuperseded(journal.Entry):
    """A later announcement took its place; `skipped` had not been handed over."""

    kind: ClassVar[str] = "broadcast-superseded"
    broadcast: int
    skipped: int


@dataclass(frozen=True)
class BroadcastFinished(journal.Entry):
    """Nothing is queued or claimed any more; `deliveries` counts by state."""

    kind: ClassVar[str] = "broadcast-finished"
    broadcast: int
    deliveries: Mapping[str, int]


@dataclass(frozen=True)
class UnknownRequeued(journal.Entry):
    """A person decided that deliveries of unknown outcome are sent again."""

    kind: ClassVar[str] = "unknown-requeued"
    broadcast: int
    deliveries: int
    reason: str


@dataclass(frozen=True)
class GatewayBroken(journal.Entry):
    """Answers that leave doubt came in a row: the gateway rests."""

    kind: ClassVar[str] = "gateway-broken"
    gateway: str
    reason: str
