"""`hub place`: institutions, areas, meeting places, collection points and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask import current_app

from hub import places
from hub.commands.common import actor_option, copenhagen, emit, json_option
from hub.database import db
from hub.journal import Actor
from hub.models import Place, PlaceKind
from hub.places import Unconfirmed, posters, showing
from hub.places.importing import PlacesResult
from hub.places.register import FOLDERS
from hub.settings import Settings

SHOWN_ROWS = 10
KINDS = click.Choice([kind.value for kind in PlaceKind])
PAGED = click.Choice([kind.value for kind in FOLDERS])
"""The kinds whose names are public."""
kind_option = click.option(
    "--kind", default="institution", show_default=True, type=KINDS, help="Which list."
)


@click.group()
def place() -> None:
    """Institutions, areas and other places: import, look, remove, print QR codes."""


@place.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@kind_option
@click.option("--replace", is_flag=True, help="Remove places of the kind that FILE does not have.")
@click.option("--dry-run", is_flag=True, help="Read and judge every row, change nothing.")
@actor_option
@json_option
def import_command(
    file: Path, kind: str, replace: bool, dry_run: bool, actor: Actor, as_json: bool
) -> None:
    """Bring in FILE (CSV with headings, as a spreadsheet writes it). Columns: docs/places.md."""
    result = places.import_places(
        file, file.name, PlaceKind(kind), actor=actor, replace=replace, dry_run=dry_run
    )
    emit(as_json, _import_json(result, dry_run), _import_words(result, dry_run))


def _import_json(result: PlacesResult, dry_run: bool) -> dict[str, Any]:
    return {
        "kind": result.kind.value,
        "added": result.added,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "removed": result.removed,
        "set_aside": [
            {"row": item.row, "name": item.name, "reason": item.reason} for item in result.set_aside
        ],
        "notes": result.notes,
        "unconfirmed": result.unconfirmed,
        "read_as": result.read_as,
        "dry_run": dry_run,
    }


def _import_words(result: PlacesResult, dry_run: bool) -> Iterator[str]:
    yield (
        f"{result.kind.value}, read as {result.read_as}: {len(result.added)} new, {len(result.changed)} changed, "
        f"{len(result.unchanged)} as before, {len(result.removed)} removed, {len(result.set_aside)} rows set aside."
    )
    for item in result.set_aside:
        yield f"  row {item.row}: {item.name!r}: {item.reason}"
    for name in result.removed[:SHOWN_ROWS]:
        yield f"  removed: {name}"
    if len(result.removed) > SHOWN_ROWS:
        yield f"  and {len(result.removed) - SHOWN_ROWS} more removed"
    for note in result.notes:
        yield f"Note: {note}."
    if result.unconfirmed and not dry_run:
        yield _waits(result.unconfirmed)
    if dry_run:
        yield "Nothing was changed (--dry-run)."


def _waits(count: int) -> str:
    return (
        f"{count} public names wait for another person's yes, and until then the site shows what it showed: "
        "`hub place names` lists them, `hub place confirm --as EMAIL` says yes."
    )


@place.command("list")
@click.option("--kind", type=KINDS, help="Only this list; by default all.")
@json_option
def list_command(kind: str | None, as_json: bool) -> None:
    """Every place, by kind and name, with what its kind is listed for."""
    rows = places.list_all(db.session(), PlaceKind(kind) if kind else None)
    emit(as_json, [_as_json(row) for row in rows], _table(rows))


def _as_json(row: Place) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "slug": row.slug,
        "old_slugs": row.old_slugs,
        "page": _page(row),
        "name": row.name,
        "other_names": row.other_names,
        "areas": row.areas,
        "address": row.address,
        "hours": row.hours,
        "accessible": row.accessible,
        "bring": row.bring,
        "phone": row.phone,
        "updates": row.updates,
        "purpose": row.purpose,
        "without_power": row.without_power,
        "owner": row.owner,
        "note": row.note,
        "decisions": row.decisions,
        "waiting": places.waits(row),
        "source": row.source,
        "imported_at": row.imported_at.isoformat(),
        "imported_by": row.imported_by,
    }


def _page(row: Place) -> str | None:
    """The address of its page as it is now; None for a kind without pages, and before the name was confirmed."""
    settings: Settings = current_app.config["HUB"]
    return posters.page_of(row, settings.site_url)


def _table(rows: list[Place]) -> Iterator[str]:
    for row in rows:
        details = [row.slug] if PlaceKind(row.kind) in FOLDERS else list(_details(row))
        details += [f"in {', '.join(row.areas)}"] if row.areas else []
        details += [f"{name}={option}" for name, option in row.decisions.items()]
        details += ["WAITS for another person's yes"] if places.waits(row) else []
        yield f"{row.kind:16} {row.name:32} {'  '.join(details)}".rstrip()
    if not rows:
        yield "There is no place on the list yet: `hub place import FILE --kind institution`."


def _details(row: Place) -> Iterator[str]:
    """What a meeting place, a collection point or a number is listed for."""
    if row.phone and row.kind == PlaceKind.NUMBER:
        yield row.phone
    yield from filter(None, (row.address, row.hours, row.purpose))
    if row.updates:
        yield f"news at {row.updates}"
    for answer, words in ((row.accessible, "wheelchair"), (row.without_power, "without power")):
        if answer is not None:
            yield f"{words}: {'yes' if answer else 'no'}"


@place.command("show")
@click.argument("name")
@kind_option
@json_option
def show_command(name: str, kind: str, as_json: bool) -> None:
    """Everything about one place, by its name or its part of the address."""
    row = places.find(db.session(), PlaceKind(kind), name)
    emit(as_json, _as_json(row), _shown(row))


def _shown(row: Place) -> Iterator[str]:
    for key, value in _as_json(row).items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        if isinstance(value, dict):
            text = ", ".join(f"{name}={option}" for name, option in value.items())
        if text not in (None, "") and key not in ("imported_at", "imported_by"):
            yield f"{key.replace('_', ' '):12} {text}"
    yield f"last seen    {copenhagen(row.imported_at)} by {row.imported_by}"


@place.command("remove")
@click.argument("name")
@kind_option
@actor_option
@json_option
def remove_command(name: str, kind: str, actor: Actor, as_json: bool) -> None:
    """Take one place off the list, by its name or its part of the address."""
    found = places.find(db.session(), PlaceKind(kind), name)
    row = places.remove(found.id, actor)
    emit(
        as_json,
        {"kind": row.kind, "slug": row.slug, "name": row.name, "removed": True},
        [
            f"{row.name} is off the list. Its address ({row.slug}) leads to the front page, and no other place gets it."
        ],
    )


@place.command("names")
@click.option("--kind", type=PAGED, help="Only this list; by default both.")
@json_option
def names_command(kind: str | None, as_json: bool) -> None:
    """Public names of institutions and areas that wait for another person's yes, and their hash."""
    waiting = places.unconfirmed(db.session(), PlaceKind(kind) if kind else None)
    found = showing.hash_of(waiting) if waiting else None
    lines = [_waiting_line(item) for item in waiting]
    lines += [f"hash {found}"] if found else ["No name waits for another person's yes."]
    emit(as_json, {"hash": found, "names": [_waiting_json(item) for item in waiting]}, lines)


def _waiting_line(item: Unconfirmed) -> str:
    was = f", shown as {item.was_name} ({item.was_slug})" if item.was_slug else ", no page yet"
    return f"{item.kind.value:16} {item.name} ({item.slug}){was}, by {', '.join(item.by)}"


def _waiting_json(item: Unconfirmed) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        "name": item.name,
        "slug": item.slug,
        "was_name": item.was_name or None,
        "was_slug": item.was_slug or None,
        "by": item.by,
    }


@place.command("confirm")
@click.option("--kind", type=PAGED, help="Only this list; by default both.")
@click.option("--hash", "hash_", metavar="HASH", help="Only if exactly what was read waits.")
@actor_option
@json_option
def confirm_command(kind: str | None, hash_: str | None, actor: Actor, as_json: bool) -> None:
    """Say yes to the public names that wait; the site shows them from then on. Not to one's own."""
    result = places.confirm(actor, hash=hash_, kind=PlaceKind(kind) if kind else None)
    emit(
        as_json,
        {
            "confirmed": [_waiting_json(item) for item in result.done],
            "left": [{**_waiting_json(item), "why": why} for item, why in result.left],
        },
        [
            *(f"confirmed: {item.name} ({item.slug})" for item in result.done),
            *(f"left: {item.name}: {why}" for item, why in result.left),
        ],
    )


@place.command("qr")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--kind", type=PAGED, help="Only these.")
@json_option
def qr_command(folder: Path, kind: str | None, as_json: bool) -> None:
    """Write a QR code (SVG) and a page to print (A4, HTML) for each institution, each area and the front page into
    FOLDER, and an index. Addresses begin with HUB_SITE_URL."""
    settings: Settings = current_app.config["HUB"]
    rows = places.list_all(db.session(), PlaceKind(kind) if kind else None)
    made = posters.write(folder, rows, settings.site_url, settings.municipality)
    warning = posters.doubt(settings.site_url)
    waiting = [row for row in rows if places.waits(row) and not row.shown]
    emit(
        as_json,
        {
            "folder": str(folder),
            "posters": [{"file": item.file, "address": item.address} for item in made],
            "warning": warning,
            "unconfirmed": len(waiting),
        },
        [
            f"{len(made)} posters in {folder}: open {folder / 'index.html'} and print.",
            *([f"Note: {warning}"] if warning else []),
            *([_waits(len(waiting))] if waiting else []),
        ],
    )
