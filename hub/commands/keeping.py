"""`hub alarms`: what a person should look at."""

from __future__ import annotations

import click

from hub import alarms as room
from hub.alarms.words import said
from hub.commands.common import copenhagen, emit, json_option
from hub.database import db


@click.command()
@click.option("--kept", is_flag=True, help="What the worker found last, without looking anew.")
@json_option
def alarms(kept: bool, as_json: bool) -> None:
    """What is wrong now, and what to do. Exits 1 while anything is."""
    if not kept:
        room.update()
    found = room.open_alarms(db.session())
    lines = []
    for item in found:
        what, do = said(item.kind, item.values, "en")
        lines += [f"{copenhagen(item.raised_at)}  {what}", f"                  {do}"]
        if item.error:
            lines.append(f"                  Nobody could be told: {item.error}")
    emit(
        as_json,
        [
            {
                "kind": item.kind.value,
                "subject": item.subject,
                "text": said(item.kind, item.values, "en")[0],
                "do": said(item.kind, item.values, "en")[1],
                "raised_at": item.raised_at,
                "told_at": item.told_at,
                "error": item.error,
            }
            for item in found
        ],
        lines or ["Nothing is wrong."],
    )
    if found:
        raise click.exceptions.Exit(1)


COMMANDS = (alarms,)
