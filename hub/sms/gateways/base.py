"""What a gateway is to the hub: it takes batches, says what became of each message, and lists what it has.

Adding one: a module beside this one, its name in `hub.settings.GATEWAY_NAMES` and in `opening.open_gateway`, and
in `LISTING` here if it can list its messages by recipient.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from hub.models import DeliveryState

LISTING = frozenset({"outbox", "twilio"})
"""Gateways that can list messages by recipient, so that the hub itself can resolve an unknown outcome."""


TOO_LATE = "the worker was held up, and the claim was too old to hand over"


class Kind(StrEnum):
    """What an answer says of a message."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good, this recipient
    LATER = "later"  # certainly not taken; try again
    CONFIGURATION = "configuration"  # certainly not taken; a person has to set something
    DOUBT = "doubt"  # it may have been taken


@dataclass(frozen=True)
class Handover:
    """One message on its way to a gateway. `valid_for` is how many seconds it may wait there (None: its default);
    after `not_after` (a moment of `hub.sms.moments.steady`) it must not leave any more: its claim is too old."""

    delivery: int
    attempt: int
    broadcast: int
    number: str
    language: str
    body: str
    segments: int
    valid_for: int | None = None
    not_after: float = math.inf


@dataclass(frozen=True)
class Outcome:
    """What became of one hand-over. `words` are for a person: for CONFIGURATION they say what to set. `general`
    marks a refusal for a reason that the hub does not know: it may not be about this recipient at all."""

    delivery: int
    attempt: int
    kind: Kind
    gateway_id: str | None = None
    code: str | None = None
    words: str | None = None
    general: bool = False


@dataclass(frozen=True)
class Found:
    """A message in a gateway's list; `said` is what the gateway's own status means here."""

    gateway_id: str
    body: str
    made_at: datetime
    said: DeliveryState
    code: str | None = None


@dataclass(frozen=True)
class Status:
    """What a gateway says of one message now."""

    said: DeliveryState
    code: str | None = None


class Gateway(Protocol):
    """A provider. `batch_limit` messages go into one `send`, `in_flight` calls of it run at once.

    Used inside one event loop, as `async with`.
    """

    name: str
    batch_limit: int
    in_flight: int

    async def __aenter__(self) -> Gateway: ...

    async def __aexit__(self, *exc: object) -> None: ...

    async def send(self, batch: Sequence[Handover]) -> list[Outcome]:
        """Hand a batch over: one outcome for each, never an exception; what is not certain is DOUBT. A message past
        its `not_after` is LATER, looked at in the last moment before it leaves."""
        ...

    async def find(self, number: str, since: datetime) -> list[Found] | None:
        """Every message to this number made at `since` or later; None when the list is not complete, for whatever
        reason. Newest first."""
        ...

    async def status(self, gateway_id: str) -> Status | None:
        """What became of a message; None when the gateway does not say now."""
        ...
