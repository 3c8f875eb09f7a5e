"""The suppression list: phones that a person wrote down as wanting no SMS. It holds against every sender."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hub import accounts, journal
from hub.database import deciding
from hub.errors import Invalid, NotFound
from hub.models import OptOut, Role
from hub.sms import optout
from hub.sms.optout import Source
from hub.text.decoding import decode
from hub.text.phones import Accepted, read_cell
from hub.text.separated import Row, choose_separator, declared_separator, rows

CHUNK = 1_000
LARGEST = 50 * 1024 * 1024
"""Bytes of a file to import."""


@dataclass(frozen=True)
class SuppressionAdded(journal.Entry):
    """Phones were put on the suppression list; `ending` is the last two digits of a single one."""

    kind: ClassVar[str] = "suppression-added"
    added: int
    ending: str
    note: str


@dataclass(frozen=True)
class SuppressionRemoved(journal.Entry):
    """A phone may get SMS again, at its owner's word."""

    kind: ClassVar[str] = "suppression-removed"
    ending: str
    note: str


@dataclass(frozen=True)
class Listed:
    """One phone as it may be shown: `ending` is its last two digits."""

    ending: str
    source: str
    sender: str
    note: str
    at: datetime
    by: str


@dataclass(frozen=True)
class NotTaken:
    """A row of a file that holds no phone number, and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class Imported:
    """What an import did. `already` stood on the list, or twice in the file."""

    added: int
    already: int
    set_aside: tuple[NotTaken, ...]


def add(number: str, *, note: str, actor: journal.Actor) -> bool:
    """Put one phone on the list; False when it stood there. Needs the role sender and a note: who asked, and how.

    Raises Invalid for what is no phone number, or without a note.
    """
    if not note.strip():
        raise Invalid("Say who asked for it and how, such as: called 21 November.")
    e164 = _number(number)
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        new = optout.record(
            session, [e164], sender="", source=Source.PERSON, note=note.strip(), by=actor.name
        )
        if new:
            journal.append(
                session, actor, SuppressionAdded(added=1, ending=e164[-2:], note=note.strip())
            )
    return bool(new)


def remove(number: str, *, note: str, actor: journal.Actor) -> int:
    """The phone may get SMS again: takes it off the list, and every opt-out that it made by SMS; how many there were.

    Needs the role sender and a note. Raises NotFound when it is not there. What the gateway itself blocks ends only
    with the person's own START.
    """
    if not note.strip():
        raise Invalid("Say who asked for it and how: SMS start again.")
    e164 = _number(number)
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        gone: Any = session.execute(delete(OptOut).where(OptOut.number == e164))
        if not gone.rowcount:
            raise NotFound(f"The number ending in {e164[-2:]} has not opted out.")
        journal.append(session, actor, SuppressionRemoved(ending=e164[-2:], note=note.strip()))
        return int(gone.rowcount)


def import_file(
    source: Path | bytes, filename: str, *, note: str, actor: journal.Actor
) -> Imported:
    """Put every phone number of a CSV file on the list. Needs the role sender and a note.

    One bad row never stops the file: it is set aside with its number and reason. In short transactions: if the
    process dies half-way, the rest is missing, and the same import again adds it. Raises Invalid for a file that
    cannot be read or holds no number at all.
    """
    if not note.strip():
        raise Invalid("Say where the file comes from.")
    found, aside = _read(source, filename)
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
    added = 0
    for start in range(0, len(found), CHUNK):
        with deciding() as session:
            added += optout.record(
                session,
                found[start : start + CHUNK],
                sender="",
                source=Source.IMPORT,
                note=note.strip(),
                by=actor.name,
            )
    with deciding() as session:
        journal.append(session, actor, SuppressionAdded(added=added, ending="", note=note.strip()))
    return Imported(added, len(found) - added, tuple(aside))


def newest(session: Session, most: int) -> list[Listed]:
    """The opt-outs written down last, newest first, at most `most`."""
    query = select(OptOut).order_by(OptOut.at.desc(), OptOut.id.desc()).limit(most)
    return [
        Listed(row.number[-2:], row.source, row.sender, row.note, row.at, row.by)
        for row in session.scalars(query)
    ]


def total(session: Session) -> int:
    """How many phones get no SMS now."""
    query = select(func.count(func.distinct(OptOut.number))).where(optout.holds())
    return session.scalar(query) or 0


def _number(raw: str) -> str:
    found = read_cell(raw)
    if not isinstance(found, Accepted):
        raise Invalid(f"This is no phone number that gets SMS: {found.reason}")
    return found.e164


def _read(source: Path | bytes, filename: str) -> tuple[list[str], list[NotTaken]]:
    try:
        if isinstance(source, Path) and source.stat().st_size > LARGEST:
            raise Invalid(f"{filename} is larger than {LARGEST // 1024**2} MB: split it.")
        data = source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        raise Invalid(f"{filename} cannot be read: {error.strerror}.") from None
    separator, text = declared_separator(decode(data).text)
    separator = separator or choose_separator(text, lambda sample: (_numbers(sample),))
    found = [row for row in rows(text, separator) if any(cell.strip() for cell in row[1])]
    column = _column(found)
    if column is None:
        raise Invalid(f"No row of {filename} has a phone number. Is it the right file?")
    return _judge(found, column)


def _judge(found: Sequence[Row], column: int) -> tuple[list[str], list[NotTaken]]:
    numbers: list[str] = []
    aside: list[NotTaken] = []
    for index, (row, cells) in enumerate(found):
        read = read_cell(cells[column] if column < len(cells) else "")
        if isinstance(read, Accepted):
            numbers.append(read.e164)
        elif index:  # the first row without one is the heading
            aside.append(NotTaken(row, read.reason))
    return numbers, aside


def _numbers(found: Sequence[Row]) -> float:
    return sum(isinstance(read_cell(cell), Accepted) for _, cells in found for cell in cells)


def _column(found: Sequence[Row]) -> int | None:
    """The column with the most phone numbers in the first rows; None when no column has one."""
    counts: dict[int, int] = {}
    for index in _hits(found[:200]):
        counts[index] = counts.get(index, 0) + 1
    return max(counts, key=lambda index: (counts[index], -index)) if counts else None


def _hits(found: Sequence[Row]) -> Iterator[int]:
    for _, cells in found:
        for index, cell in enumerate(cells):
            if isinstance(read_cell(cell), Accepted):
                yield index
