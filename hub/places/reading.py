"""A list of places as a spreadsheet writes it (CSV): which column is what, and each row's fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hub.errors import Invalid
from hub.models import PlaceKind
from hub.places.fields import Checked, check
from hub.text import places as names
from hub.text.decoding import decode
from hub.text.said import Said
from hub.text.separated import SEPARATORS, Row, choose_separator, declared_separator, rows

LARGEST = 2 * 1024 * 1024
MOST_ROWS = 5_000
HEADING_SEARCH = 10
"""Titles may stand above the heading: so many rows are searched for it."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_DECISION = re.compile(r"\s*(?:beslutning|decision)\s*:\s*([a-z][a-z0-9_]*)\s*", re.IGNORECASE)

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("navn", "name", "institution", "skole", "sted", "place"),
    "slug": ("sidenavn", "slug"),
    "other_names": ("andre navne", "kaldes", "other names"),
    "areas": ("område", "områder", "bydel", "area", "areas"),
    "address": ("adresse", "vej", "address"),
    "hours": ("åbningstid", "åbningstider", "åbent", "opening hours", "hours"),
    "accessible": ("kørestol", "kørestole", "kørestolsadgang", "wheelchair", "accessible"),
    "bring": ("medbring", "tag med", "bring"),
    "phone": ("telefon", "tlf", "telefonnummer", "nummer", "phone", "number"),
    "updates": ("opdateres", "opdateres kl", "nyt kl", "updates", "news at"),
    "purpose": ("til", "bruges til", "formål", "purpose", "what for"),
    "without_power": ("uden strøm", "virker uden strøm", "without power", "works without power"),
    "owner": ("ansvarlig", "kontakt", "ejer", "owner", "contact"),
    "note": ("note", "bemærkning", "bemærkninger"),
}
"""What each field may be called in the heading; capitals and signs do not matter."""
_BY_KEY = {names.key(word): field for field, words in HEADINGS.items() for word in words}


@dataclass(frozen=True)
class ReadRow:
    """A row of the file: its number as a spreadsheet shows it, its name as it stood, and its fields."""

    number: int
    name: str
    checked: Checked


@dataclass(frozen=True)
class ReadFile:
    """What a file holds. `columns` are the fields it has a column for, `unread` headings that are none of them."""

    rows: tuple[ReadRow, ...]
    columns: tuple[str, ...]
    unread: tuple[str, ...]
    read_as: str
    notes: tuple[str, ...]


def read_places(source: Path | bytes, filename: str, kind: PlaceKind) -> ReadFile:
    """Raises Invalid for a file that cannot be read, has no column with names, no rows, or too many."""
    data = _bytes(source, filename)
    decoded = decode(data)
    separator, text = declared_separator(decoded.text)
    separator = separator or choose_separator(text, partial(_judge, kind=kind))
    found = list(rows(text, separator))
    start, columns = _heading(found, kind)
    kept = [row for row in rows(text, separator, len(found[start][1])) if row[0] > found[start][0]]
    filled = [(number, cells) for number, cells in kept if any(cell.strip() for cell in cells)]
    if not filled:
        raise Invalid(
            Said(
                "There are no rows under the heading of %(filename)s. Was the file saved, and is it the right one?",
                filename=filename,
            )
        )
    if len(filled) > MOST_ROWS:
        raise Invalid(
            Said(
                "%(filename)s has %(rows)s rows; at most %(most)s places can be taken. Is it the right file?",
                filename=filename,
                rows=len(filled),
                most=MOST_ROWS,
            )
        )
    heading = found[start][1]
    unread = tuple(
        cell.strip() for i, cell in enumerate(heading) if cell.strip() and i not in columns
    )
    return ReadFile(
        rows=tuple(_row(number, cells, columns, kind) for number, cells in filled),
        columns=tuple(dict.fromkeys(field.partition(":")[0] for field in columns.values())),
        unread=unread,
        read_as=f"CSV ({SEPARATORS[separator]}, {decoded.encoding})",
        notes=decoded.notes,
    )


def _bytes(source: Path | bytes, filename: str) -> bytes:
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        raise Invalid(
            Said(
                "%(filename)s cannot be read: %(why)s. Check the name and the folder.",
                filename=filename,
                why=error.strerror or "",
            )
        ) from None
    if data.startswith(_WORKBOOKS):
        raise Invalid(
            Said(
                "%(filename)s is a workbook. Open it in the spreadsheet program and save it as CSV UTF-8.",
                filename=filename,
            )
        )
    if len(data) > LARGEST:
        raise Invalid(
            Said(
                "%(filename)s is larger than %(most)s MB: it is no list of places.",
                filename=filename,
                most=LARGEST // 1024 // 1024,
            )
        )
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Invalid(Said("%(filename)s is empty. Was it saved?", filename=filename))
    return data


def _field(heading: str, kind: PlaceKind) -> str:
    """The field that a heading names, `decisions:<name>` for a local decision; empty for none."""
    decision = _DECISION.fullmatch(heading)
    if decision is not None:
        return f"decisions:{decision[1].lower()}"
    return _BY_KEY.get(names.key(heading), "")


def _columns(cells: Sequence[str], kind: PlaceKind) -> dict[int, str]:
    """Column to field; the first column of each field counts. A list of areas may call the name the area."""
    found: dict[int, str] = {}
    for index, cell in enumerate(cells):
        field = _field(cell, kind)
        if field and field not in found.values():
            found[index] = field
    if kind is PlaceKind.AREA and "name" not in found.values():
        found = {i: "name" if field == "areas" else field for i, field in found.items()}
    return found


def _judge(sample: list[Row], kind: PlaceKind) -> tuple[float, ...]:
    """How much sense the first rows make: how many fields one of them names."""
    return (max((len(_columns(cells, kind)) for _, cells in sample[:HEADING_SEARCH]), default=0),)


def _heading(found: Sequence[Row], kind: PlaceKind) -> tuple[int, dict[int, str]]:
    for index, (_, cells) in enumerate(found[:HEADING_SEARCH]):
        columns = _columns(cells, kind)
        if "name" in columns.values():
            return index, columns
    first = ", ".join(cell.strip() for cell in found[0][1][:6]) if found else ""
    raise Invalid(
        Said(
            "No column of the file is called Navn (or Name). Its first row is: %(first)s. Write the headings into "
            "the first row; docs/places.md lists them.",
            first=first,
        )
    )


def _row(number: int, cells: Sequence[str], columns: Mapping[int, str], kind: PlaceKind) -> ReadRow:
    given: dict[str, str] = {}
    for index, field in columns.items():
        cell = cells[index].strip() if index < len(cells) else ""
        if field.startswith("decisions:"):
            name = field.partition(":")[2]
            given["decisions"] = f"{given.get('decisions', '')};{name}={cell.replace(';', ',')}"
        else:
            given[field] = cell
    return ReadRow(number, given["name"], check(kind, given))
