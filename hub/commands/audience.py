"""`hub audience`: lists of recipients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from hub.audiences import lists, retention
from hub.audiences.importing import ImportResult, import_list
from hub.commands.common import Progress, actor_option, copenhagen, emit, json_option
from hub.database import db
from hub.journal import Actor

SHOWN_ROWS = 10


@click.group()
def audience() -> None:
    """Lists of recipients: import, look, delete."""


@audience.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--language", default="da", show_default=True, help="For rows that name no language.")
@click.option(
    "--delete-after",
    "delete_after",
    type=int,
    metavar="DAYS",
    help="Days after its incident closed; by default HUB_RETENTION_DAYS.",
)
@click.option(
    "--exercise", is_flag=True, help="A list for exercises: it never meets a real incident."
)
@click.option("--phone-column", metavar="HEADING", help="Heading or letter of the phone column.")
@click.option("--dry-run", is_flag=True, help="Read and judge every row, store nothing.")
@actor_option
@json_option
def import_command(
    name: str,
    file: Path,
    language: str,
    delete_after: int | None,
    exercise: bool,
    phone_column: str | None,
    dry_run: bool,
    actor: Actor,
    as_json: bool,
) -> None:
    """Import FILE (CSV, .xlsx, .xls or .ods) as the list NAME. A list of that name is replaced whole."""
    with Progress(0 if as_json else 100, f"Reading {file.name}") as bar:
        result = import_list(
            name,
            file,
            file.name,
            language=language,
            delete_after_days=delete_after,
            exercise=exercise,
            phone_column=phone_column,
            actor=actor,
            dry_run=dry_run,
            progress=lambda done, total: bar.to(done * 100 // max(total, 1)),
        )
    emit(as_json, _as_json(result, dry_run), _in_words(result, dry_run))


def _as_json(result: ImportResult, dry_run: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": result.name,
        "accepted": result.accepted,
        "set_aside": [
            {"row": item.row, "value": item.value, "kind": item.kind, "reason": item.reason}
            for item in result.set_aside
        ],
        "duplicates": result.duplicates,
        "languages": result.languages,
        "phone_column": result.phone_column,
        "columns": result.columns,
        "warnings": result.warnings,
        "read_as": result.read_as,
        "exercise": result.exercise,
        "replaced": result.replaced,
        "file": str(result.file) if result.file else None,
        "delete_on": result.delete_on.isoformat(),
        "dry_run": dry_run,
    }
    if dry_run:
        data["numbers"] = result.numbers
    return data


def _in_words(result: ImportResult, dry_run: bool) -> Iterator[str]:
    kind = "exercise list" if result.exercise else "list"
    verb = "would be" if dry_run else "were"
    yield f"{kind.capitalize()} {result.name!r}, read as {result.read_as}, phone column {result.phone_column!r}."
    yield f"{result.accepted} rows {verb} taken ({_counts(result.languages)})."
    if result.duplicates:
        yield f"{result.duplicates} rows are the same as an earlier one and count once."
    yield f"{len(result.set_aside)} rows {verb} set aside."
    for item in result.set_aside[:SHOWN_ROWS]:
        yield f"  row {item.row}: {_one_line(item.value)!r}: {item.reason}"
    if len(result.set_aside) > SHOWN_ROWS:
        yield f"  and {len(result.set_aside) - SHOWN_ROWS} more"
    if result.file:
        yield f"All of them, with reasons: {result.file}"
    if result.columns:
        yield f"Columns for personal slots: {', '.join(result.columns)}."
    for warning in result.warnings:
        yield f"Note: {warning}."
    if dry_run:
        yield "Nothing was stored (--dry-run)."
        return
    if result.replaced:
        yield "It took the place of the list of the same name, which is deleted."
    yield f"It is deleted on {_day(result.delete_on)} unless an incident uses it."


def _one_line(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= 60 else short[:57] + "..."


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _day(moment: datetime | None) -> str:
    return copenhagen(moment)[:10]


@audience.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """Every list, with its rows and date of deletion."""
    session = db.session()
    rows = [
        {
            "name": item.name,
            "rows": item.accepted,
            "exercise": item.exercise,
            "imported_at": item.imported_at.isoformat(),
            "imported_by": item.imported_by,
            "delete_on": due.isoformat() if due else None,
            "waits": reason,
        }
        for item in lists.list_all(session)
        for due, reason in [retention.deletion_date(session, item)]
    ]
    emit(as_json, rows, _table(rows))


def _table(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    empty = True
    for row in rows:
        empty = False
        due = (
            f"deleted on {_day_of(row['delete_on'])}"
            if row["delete_on"]
            else f"kept: {row['waits']}"
        )
        mark = "  EXERCISE" if row["exercise"] else ""
        yield f"{row['name']:30} {row['rows']:>8} rows  imported {_day_of(row['imported_at'])}  {due}{mark}"
    if empty:
        yield "There is no list yet: `hub audience import NAME FILE`."


def _day_of(stamp: str) -> str:
    return _day(datetime.fromisoformat(stamp))


@audience.command("show")
@click.argument("name")
@json_option
def show_command(name: str, as_json: bool) -> None:
    """What the list NAME holds, in counts."""
    session = db.session()
    found = lists.find(session, name)
    due, reason = retention.deletion_date(session, found)
    data = {
        **lists.summary(session, name),
        "imported_at": found.imported_at.isoformat(),
        "delete_on": due.isoformat() if due else None,
        "waits": reason,
    }
    emit(as_json, data, _shown(data))


def _shown(data: dict[str, Any]) -> Iterator[str]:
    mark = " (exercise)" if data["exercise"] else ""
    yield f"{data['name']}{mark}: {data['rows']} rows, {data['phones']} phones"
    yield f"Languages: {_counts(data['languages'])}; rows without one: {data['language']}"
    for heading, column in data["columns"].items():
        yield f"Column {heading!r}: {column['empty']} empty cells"
    if data["numbers_end_in"]:
        yield f"First numbers end in {', '.join('..' + end for end in data['numbers_end_in'])}"
    if data["warned"]:
        yield f"{data['warned']} numbers were accepted with doubt"
    yield f"Set aside at import: {data['set_aside']} rows ({_counts(data['set_aside_kinds'])}); duplicates: {data['duplicates']}"
    if data["set_aside_file"]:
        yield f"Rows set aside, with reasons: {data['set_aside_file']}"
    yield f"Imported {_day_of(data['imported_at'])} by {data['imported_by']} from {data['source']}"
    if data["delete_on"]:
        yield f"Deleted on {_day_of(data['delete_on'])} unless an incident uses it"
    else:
        yield f"Kept for now: {data['waits']}"


@audience.command("delete")
@click.argument("name")
@actor_option
@json_option
def delete_command(name: str, actor: Actor, as_json: bool) -> None:
    """Delete the list NAME, its rows set aside and their file."""
    found = lists.find(db.session(), name).name
    count = lists.delete(name, actor)
    emit(
        as_json,
        {"name": found, "deleted": count},
        [f"The list {found!r} and its {count} rows are deleted."],
    )
