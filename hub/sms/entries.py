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
class PersonalBodiesRemoved(journal.Entry):
    """Texts with personal slots were deleted at the gateway; `left` could not be."""

    kind: ClassVar[str] = "personal-bodies-removed"
    broadcast: int
    removed: int
    left: int


@dataclass(frozen=True)
class GatewayBroken(journal.Entry):
    """A gateway is in trouble and gets no new messages; `fault` is a value of `hub.sms.breaking.Fault`."""

    kind: ClassVar[str] = "gateway-broken"
    gateway: str
    reason: str
    fault: str = "doubt"


@dataclass(frozen=True)
class GatewayMended(journal.Entry):
    """A gateway that was set aside passed its probes: it gets messages again."""

    kind: ClassVar[str] = "gateway-mended"
    gateway: str


@dataclass(frozen=True)
class GatewayPinned(journal.Entry):
    """A person decided that only this gateway gets messages."""

    kind: ClassVar[str] = "gateway-pinned"
    gateway: str
    reason: str


@dataclass(frozen=True)
class GatewayDrained(journal.Entry):
    """A person decided that this gateway gets no new messages; what it has is still followed."""

    kind: ClassVar[str] = "gateway-drained"
    gateway: str
    reason: str


@dataclass(frozen=True)
class GatewayFreed(journal.Entry):
    """A person left it to the hub again whether this gateway gets messages."""

    kind: ClassVar[str] = "gateway-freed"
    gateway: str
    reason: str


@dataclass(frozen=True)
class UnknownSettled(journal.Entry):
    """A person found out that deliveries of unknown outcome were received."""

    kind: ClassVar[str] = "unknown-settled"
    broadcast: int
    deliveries: int
    reason: str
