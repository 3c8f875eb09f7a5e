"""A gateway's breaker, and which gateway is used. Pure: moments are given by the caller.

Closed, it lets everything through. Trouble opens it: doubtful answers in a row, a gateway that takes nothing for a
while, a fault of its configuration, receipts that stop coming. When its time is over it is probed with single rows;
several in a row must come back well before it closes. While another gateway does the work, each opening soon after
the last lasts twice as long, so that one that comes and goes costs a few switches and not hundreds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from hub.sms.gateways.base import Kind
from hub.sms.resting import DOUBTS_THAT_BREAK

PROBES_THAT_CLOSE = 3
BUSY_SECONDS = 3.0
"""A gateway that takes nothing for so long gives way to another, where there is one."""
LONGEST_DOUBLING = 5
CALM = 10
"""So many times its last open time after closing, a breaker's openings are forgotten."""


class Fault(StrEnum):
    """Why a breaker is open."""

    DOUBT = "doubt"
    BUSY = "busy"
    CONFIGURATION = "configuration"
    RECEIPTS = "receipts"


class Hold(StrEnum):
    """What a person decided; empty: nothing."""

    NONE = ""
    PINNED = "pinned"
    DRAINED = "drained"


class Route(StrEnum):
    """What a gateway may claim now."""

    FULL = "full"
    PROBE = "probe"  # one row
    REST = "rest"  # none


@dataclass(frozen=True)
class Breaker:
    """See `hub.models.GatewayState`, whose fields these are."""

    doubts: int = 0
    busy_since: datetime | None = None
    open_until: datetime | None = None
    fault: str = ""
    reason: str | None = None
    since: datetime | None = None
    openings: int = 0
    probing: bool = False
    probes: int = 0
    hold: str = ""

    @property
    def is_open(self) -> bool:
        return self.open_until is not None


@dataclass(frozen=True)
class Reply:
    """One answer of a gateway, to a request of any size: its kind, and its words for a person."""

    kind: Kind
    words: str = ""


def opened(
    breaker: Breaker, fault: Fault, words: str, now: datetime, *, lease: float, others: bool
) -> Breaker:
    """The breaker, open. One that is open already is not made worse by answers to requests from before; only a
    probe that failed is a new opening. `others`: another gateway can do the work meanwhile."""
    if breaker.is_open and not breaker.probing:
        until = now + _length(breaker.openings, lease, others)
        return replace(breaker, open_until=max(until, breaker.open_until or until), probes=0)
    openings = breaker.openings + 1
    if not breaker.is_open:
        calm = CALM * _length(breaker.openings, lease, others=True)
        if breaker.since is None or now - breaker.since >= calm:
            openings = 1
    return replace(
        breaker,
        open_until=now + _length(openings, lease, others),
        fault=fault.value,
        reason=words,
        since=breaker.since if breaker.is_open else now,
        openings=openings,
        probing=False,
        probes=0,
        busy_since=None,
    )


def _length(openings: int, lease: float, others: bool) -> timedelta:
    doublings = min(max(openings, 1), LONGEST_DOUBLING) - 1 if others else 0
    return timedelta(seconds=lease * 2**doublings)


def closed(breaker: Breaker, now: datetime) -> Breaker:
    """The breaker, closed. How often it opened stays known for a while."""
    return replace(
        breaker,
        doubts=0,
        busy_since=None,
        open_until=None,
        fault="",
        reason=None,
        since=now,
        probing=False,
        probes=0,
    )


def probe_begins(breaker: Breaker, now: datetime, lease: float) -> Breaker:
    """One probe goes; whoever asks meanwhile waits, at most a lease (its worker may die)."""
    return replace(breaker, open_until=now + timedelta(seconds=lease), probing=True)


def probe_came_back(breaker: Breaker, now: datetime) -> Breaker:
    """A probe was well: the next may go at once, and the last of them closes the breaker."""
    if breaker.probes + 1 >= PROBES_THAT_CLOSE:
        return closed(breaker, now)
    return replace(breaker, doubts=0, open_until=now, probing=False, probes=breaker.probes + 1)


def after(
    breaker: Breaker, replies: Sequence[Reply], now: datetime, *, lease: float, others: bool
) -> Breaker:
    """The breaker after these answers, in their order.

    Without another gateway, one that is busy or wrongly set does not open it: workers back off by themselves, and a
    broadcast is paused with words for a person.
    """
    for reply in replies:
        if reply.kind in (Kind.ACCEPTED, Kind.REFUSED):
            breaker = _well(breaker, now)
        elif reply.kind is Kind.DOUBT:
            breaker = replace(breaker, doubts=breaker.doubts + 1)
            if breaker.doubts >= DOUBTS_THAT_BREAK or breaker.is_open:
                breaker = opened(breaker, Fault.DOUBT, reply.words, now, lease=lease, others=others)
        elif reply.kind is Kind.CONFIGURATION:
            breaker = replace(breaker, doubts=0)
            if others:
                breaker = opened(
                    breaker, Fault.CONFIGURATION, reply.words, now, lease=lease, others=True
                )
        else:
            breaker = _busy(breaker, reply.words, now, lease=lease, others=others)
    return breaker


def _well(breaker: Breaker, now: datetime) -> Breaker:
    if not breaker.is_open:
        return replace(breaker, doubts=0, busy_since=None)
    if breaker.fault == Fault.RECEIPTS:
        return breaker  # that it takes messages was never in question
    return probe_came_back(breaker, now)


def _busy(breaker: Breaker, words: str, now: datetime, *, lease: float, others: bool) -> Breaker:
    if breaker.is_open:
        if not breaker.probing:
            return breaker
        return opened(
            breaker, Fault(breaker.fault or Fault.BUSY), words, now, lease=lease, others=others
        )
    since = breaker.busy_since or now
    if others and (now - since).total_seconds() >= BUSY_SECONDS:
        return opened(breaker, Fault.BUSY, words, now, lease=lease, others=True)
    return replace(breaker, busy_since=since)


def allowed(order: Sequence[str], breakers: Mapping[str, Breaker]) -> list[str]:
    """The gateways that people let be used, in order of preference. Never none: where the settings leave only
    drained ones, whoever changed the settings meant them to be used."""
    holds = {name: breakers[name].hold if name in breakers else "" for name in order}
    pinned = [name for name in order if holds[name] == Hold.PINNED]
    return pinned[:1] or [name for name in order if holds[name] != Hold.DRAINED] or list(order)


def usable_others(order: Sequence[str], breakers: Mapping[str, Breaker], gateway: str) -> list[str]:
    """The gateways that can do this one's work now or soon: not held by a person, nor wrongly set."""
    return [
        name
        for name in allowed(order, breakers)
        if name != gateway and breakers.get(name, Breaker()).fault != Fault.CONFIGURATION
    ]


def routes(
    order: Sequence[str], breakers: Mapping[str, Breaker], now: datetime
) -> dict[str, Route]:
    """What each gateway may claim now: the first that is well everything, one whose time is over a probe."""
    found = dict.fromkeys(order, Route.REST)
    names = allowed(order, breakers)
    well = [name for name in names if not breakers.get(name, Breaker()).is_open]
    if well:
        found[well[0]] = Route.FULL
    for name in names:
        until = breakers[name].open_until if name in breakers else None
        if until is not None and until <= now:
            found[name] = Route.PROBE
    return found
