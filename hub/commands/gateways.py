"""`hub gateway`: which gateways are used, and a person's word about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from hub.commands.common import actor_option, copenhagen, emit, json_option
from hub.database import db
from hub.journal import Actor
from hub.sms import steering
from hub.sms.steering import GatewayStanding


@click.group()
def gateway() -> None:
    """The SMS providers: see how they stand, use only one, or give one nothing new."""


@gateway.command("list")
@json_option
def list_(as_json: bool) -> None:
    """How each gateway stands, with what waits on it."""
    found = steering.overview(db.session())
    emit(as_json, [_data(item) for item in found], _lines(found))


def _data(item: GatewayStanding) -> dict[str, Any]:
    data = asdict(item)
    for name in ("since", "until", "held_at", "oldest_unknown"):
        data[name] = data[name].isoformat(timespec="seconds") if data[name] else None
    return data


def _lines(found: Sequence[GatewayStanding]) -> Iterator[str]:
    for item in found:
        rate = f"{item.rate:g} parts a second" if item.rate else "no limit"
        yield f"{item.gateway}: {item.use} ({rate})"
        if item.hold:
            yield (
                f"  {item.hold} by {item.held_by} at {copenhagen(item.held_at)}: {item.hold_reason}"
            )
        if item.fault:
            yield f"  in trouble ({item.fault}) since {copenhagen(item.since)}: {item.reason}"
        for state, number in sorted(item.rows.items()):
            since = item.oldest_unknown if state == "unknown" else None
            yield f"  {state:12} {number:8}{f'  the oldest since {copenhagen(since)}' if since else ''}"


def _decision(name: str, act: Callable[..., None], words: str, done: str) -> None:
    @gateway.command(name, help=words)
    @click.argument("gateway_name", metavar="NAME")
    @click.option("--reason", required=True, metavar="TEXT", help="Stands in the journal.")
    @actor_option
    def decide(gateway_name: str, reason: str, actor: Actor) -> None:
        act(gateway_name, actor=actor, reason=reason)
        click.echo(done.format(gateway_name))


_decision(
    "pin",
    steering.pin,
    "Use only gateway NAME, even while it is in trouble, until it is released.",
    "Only {0} is used now. `hub gateway release {0}` leaves it to the hub again.",
)
_decision(
    "drain",
    steering.drain,
    "Give gateway NAME nothing new; what it has is followed to its end.",
    "{0} gets nothing new. `hub gateway release {0}` leaves it to the hub again.",
)
_decision(
    "release",
    steering.free,
    "Leave it to the hub whether gateway NAME is used; one that was set aside is tried at once.",
    "The hub decides about {0} again.",
)
