"""`hub broadcast`: one announcement's SMS on their way: status, late lists, pause, resume, stop, wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import click
from flask import Flask, current_app

from hub.commands.announcing import publish_lines
from hub.commands.common import Progress, actor_option, emit, json_option, pairs
from hub.database import db
from hub.incidents import announcing, halting, newer
from hub.incidents.publishing import publish_now
from hub.journal import Actor
from hub.sms import dispatching, receipt_inbox, standing


@click.group()
def broadcast() -> None:
    """The sending of SMS: see it, pause it, stop it, wait for it."""


@broadcast.command("add")
@click.argument("number", metavar="ANNOUNCEMENT", type=int)
@click.option("--audience", required=True, metavar="NAME")
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Only these rows of the list.")
@actor_option
@json_option
def add(number: int, audience: str, where: tuple[str, ...], actor: Actor, as_json: bool) -> None:
    """Send a running announcement to a late list; who already got it is skipped."""
    result = announcing.add_late_list(number, audience, pairs(where, "--where"), actor=actor)
    emit(
        as_json,
        {
            "announcement": number,
            "broadcast": result.broadcast_id,
            "recipients": result.recipients,
            "duplicates": result.duplicates,
            "set_aside": list(result.set_aside),
        },
        [
            f"Broadcast {result.broadcast_id} goes to {result.recipients} more phones; "
            f"{result.duplicates} had it already."
        ],
    )


@broadcast.command("status")
@click.argument("number", metavar="ID", type=int)
@json_option
def status(number: int, as_json: bool) -> None:
    """How far broadcast ID is. Receipts that wait for a worker are applied first: there may be none."""
    with suppress(*receipt_inbox.UNREACHABLE):  # then they wait on, and what is known is shown
        receipt_inbox.apply()
    found = standing.status(db.session(), number)
    emit(as_json, found, _status_lines(number, found))


def _status_lines(number: int, found: Mapping[str, Any]) -> Iterator[str]:
    yield f"Broadcast {number} is {found['state']}{': ' + found['reason'] if found.get('reason') else ''}."
    for state, amount in found["deliveries"].items():
        if amount:
            since = found.get("unknown_oldest") if state == "unknown" else None
            yield f"  {state:12} {amount:8}{f'  the oldest since {since}' if since else ''}"
    if found["deliveries"].get("unknown"):
        yield f"  `hub broadcast unknown {number}` names them and says what can be done."


@broadcast.command("pause")
@click.argument("number", metavar="ID", type=int)
@click.option("--reason", default="paused by a person", metavar="TEXT")
@actor_option
def pause(number: int, reason: str, actor: Actor) -> None:
    """Hold broadcast ID; `resume` goes on where it was."""
    halting.pause(number, actor=actor, reason=reason)
    click.echo(f"Broadcast {number} is paused. `hub broadcast resume {number}` goes on.")


@broadcast.command("resume")
@click.argument("number", metavar="ID", type=int)
@actor_option
def resume(number: int, actor: Actor) -> None:
    """Go on with a paused broadcast."""
    halting.resume(number, actor=actor)
    click.echo(f"Broadcast {number} goes on.")


@broadcast.command("stop")
@click.argument("number", metavar="ID", type=int)
@actor_option
def stop(number: int, actor: Actor) -> None:
    """Stop broadcast ID for good: nothing more is handed over."""
    halting.stop(number, actor=actor)
    found = standing.status(db.session(), number)
    click.echo(f"Broadcast {number} is stopped: {found['deliveries']['skipped']} were not sent.")


@broadcast.command("wait")
@click.argument("number", metavar="ID", type=int)
@click.option(
    "--timeout", default=3600.0, show_default=True, metavar="SECONDS", type=click.FloatRange(0)
)
@json_option
def wait(number: int, timeout: float, as_json: bool) -> None:
    """Publish, send and reconcile broadcast ID here, beside any workers, until it is finished."""
    first = standing.status(db.session(), number)
    total = sum(first["deliveries"].values())
    report = publish_now(door="command")
    for line in publish_lines(report):
        click.echo(line, err=True)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
    with Progress(total, f"Broadcast {number}") as bar, newer.looking_out(app, "command"):
        finished = dispatching.run_broadcast(
            number, timeout=timeout, progress=lambda done, _: bar.to(done)
        )
    found = standing.status(db.session(), number)
    emit(as_json, {**found, "finished": finished}, _status_lines(number, found))
    if not finished:
        click.echo(_not_finished(number, found), err=True)
        raise click.exceptions.Exit(1)


def _not_finished(number: int, found: Mapping[str, Any]) -> str:
    if found["state"] == "paused":
        return f"Not finished: broadcast {number} is paused ({found.get('reason')})."
    return f"Not finished within the time: run `hub broadcast wait {number}` again, or have `hub serve` running."
