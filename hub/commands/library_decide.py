"""`hub library decide`: a local decision, written into the scenarios' files."""

from __future__ import annotations

import click

from hub import library as room
from hub.commands.common import actor_option, emit, json_option
from hub.journal import Actor


@click.command("decide")
@click.argument("name")
@click.argument("value")
@click.option(
    "--by", required=True, metavar="WHO", help="Who decided it: a person, a committee, a case."
)
@actor_option
@json_option
def decide(name: str, value: str, by: str, actor: Actor, as_json: bool) -> None:
    """Write VALUE into every message that asks for the local decision NAME.

    `per-area` leaves it to each area's own decision, an empty VALUE takes it back. Each message gets a new draft, which
    another person approves.
    """
    done = room.decide(name, value, by=by, actor=actor)
    lines = [f"changed  {key}: a new draft" for key in done.changed]
    lines += [f"same     {key}" for key in done.same]
    emit(as_json, {"decision": name, "changed": done.changed, "same": done.same}, lines)
