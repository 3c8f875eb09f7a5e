"""`hub suppression`: phones that get no SMS."""

from __future__ import annotations

from pathlib import Path

import click

from hub.commands.common import actor_option, copenhagen, emit, json_option
from hub.database import db
from hub.journal import Actor
from hub.sms import optout
from hub.sms import suppression as room

SHOWN_ROWS = 10
note_option = click.option(
    "--note", required=True, metavar="TEXT", help="Who asked for it and how; stands in the journal."
)


@click.group()
def suppression() -> None:
    """Phones that get no SMS, because their owners asked for that."""


@suppression.command("list")
@click.option("--last", default=20, show_default=True, help="How many to show, newest first.")
@json_option
def list_command(last: int, as_json: bool) -> None:
    """How many there are, where they come from, and the newest by their last two digits."""
    session = db.session()
    counts, total = optout.counts(session), room.total(session)
    shown = room.newest(session, last)
    emit(
        as_json,
        {
            "phones": total,
            "by_source": dict(counts),
            "newest": [
                {
                    "ending": item.ending,
                    "source": item.source,
                    "sender": item.sender or None,
                    "note": item.note,
                    "at": item.at,
                    "by": item.by or None,
                }
                for item in shown
            ],
        },
        [
            f"{total} phones get no SMS: "
            + ", ".join(f"{source} {number}" for source, number in counts.items())
            + ".",
            *(
                f"  ..{item.ending}  {copenhagen(item.at)}  {item.source:8} {item.sender:16} {item.note}"
                for item in shown
            ),
        ],
    )


@suppression.command("add")
@click.argument("number")
@note_option
@actor_option
def add(number: str, note: str, actor: Actor) -> None:
    """Put the phone NUMBER on the list."""
    new = room.add(number, note=note, actor=actor)
    click.echo("It gets no SMS from now on." if new else "It stood on the list already.")


@suppression.command("remove")
@click.argument("number")
@note_option
@actor_option
def remove(number: str, note: str, actor: Actor) -> None:
    """Let the phone NUMBER get SMS again."""
    room.remove(number, note=note, actor=actor)
    click.echo(
        "It gets SMS again. If it answered STOP to our sender, its owner must also send START: the gateway blocks it."
    )


@suppression.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@note_option
@actor_option
@json_option
def import_command(file: Path, note: str, actor: Actor, as_json: bool) -> None:
    """Put every phone number of FILE (CSV) on the list."""
    done = room.import_file(file, file.name, note=note, actor=actor)
    aside = [{"row": item.row, "reason": item.reason} for item in done.set_aside]
    emit(
        as_json,
        {"added": done.added, "already": done.already, "set_aside": aside},
        [
            f"{done.added} phones added, {done.already} stood there already.",
            *(f"Set aside, row {item['row']}: {item['reason']}" for item in aside[:SHOWN_ROWS]),
            *([f"and {len(aside) - SHOWN_ROWS} more rows"] if len(aside) > SHOWN_ROWS else []),
        ],
    )
