"""The hash chain: appending to it, and finding where it was broken."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock
from hub.errors import HubError
from hub.models import JournalEntry, JournalHead
from hub.text.types import digest

GENESIS = "0" * 64


@dataclass(frozen=True)
class Actor:
    """Who acts, and through which door. `name` is a person's e-mail, or `os:<user>` for the shell itself."""

    name: str
    door: str
    os_user: str = ""


@dataclass(frozen=True)
class Entry:
    """What is recorded. Subclasses name their `kind` and hold JSON values only; no telephone number, no free
    personal data: the journal is never deleted."""

    kind: ClassVar[str] = ""


@dataclass(frozen=True)
class Head:
    """The last entry: its number (0 for an empty journal) and hash."""

    number: int
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What `verify` found. `broken_at` is the number of the first entry that is edited, missing or out of place
    (None: the chain holds), `reason` says so in words."""

    entries: int
    head: Head
    broken_at: int | None = None
    reason: str = ""

    @property
    def holds(self) -> bool:
        return self.broken_at is None


def entry_hash(row: JournalEntry) -> str:
    """SHA-256 over canonical JSON of the entry and the hash before it."""
    return digest(
        {
            "number": row.number,
            "at": _stamp(row.at),
            "kind": row.kind,
            "actor": row.actor,
            "door": row.door,
            "os_user": row.os_user,
            "data": row.data,
            "previous": row.previous,
        }
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def append(session: Session, actor: Actor, entry: Entry) -> Head:
    """Add an entry inside the caller's transaction; the head is locked until that ends.

    The entry stands or falls with the act. Call it last in a transaction: whoever waits for the head waits for
    everything after it.
    """
    if not entry.kind:
        raise ValueError(f"{type(entry).__name__} names no kind")
    last = session.scalar(
        select(JournalHead)
        .where(JournalHead.id == 1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if last is None:
        raise HubError("The journal has no head: the database is not set up. Run `hub db upgrade`.")
    row = JournalEntry(
        number=last.number + 1,
        at=clock.now(),
        kind=entry.kind,
        actor=actor.name,
        door=actor.door,
        os_user=actor.os_user,
        data=_plain(asdict(entry)),
        previous=last.hash,
    )
    row.hash = entry_hash(row)
    session.add(row)
    last.number, last.hash = row.number, row.hash
    session.flush()
    return Head(row.number, row.hash)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return _stamp(value)
    return value


def head(session: Session) -> Head:
    """The journal's head as stored."""
    last = session.get(JournalHead, 1)
    return Head(last.number, last.hash) if last else Head(0, GENESIS)


def write_head_file(folder: Path, last: Head) -> None:
    """Write `<folder>/journal.head` (number, blank, hash) in one step, so that a cut tail shows later.

    A head older than the one in the file is not written. Raises OSError when the folder cannot be written.
    """
    path = folder / "journal.head"
    known = read_head_file(folder)
    if known is not None and known.number >= last.number:
        return
    draft = path.with_name(f".journal.head.{os.getpid()}")
    with draft.open("w") as file:
        file.write(f"{last.number} {last.hash}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read_head_file(folder: Path) -> Head | None:
    """The head last written beside the database; None where there is none or it cannot be read as one."""
    try:
        number, _, value = (folder / "journal.head").read_text().strip().partition(" ")
        return Head(int(number), value)
    except (FileNotFoundError, ValueError):
        return None


def verify(session: Session, witnesses: dict[str, Head] | None = None) -> Verdict:
    """Walk the whole chain and name the first entry that was edited, removed, inserted or moved.

    `witnesses` are heads known from elsewhere (`journal.head`, a site's `status.json`): an entry that a witness
    names must be there with that hash, which is how a cut tail shows.
    """
    by_number: dict[int, list[tuple[str, str]]] = {}
    for name, known in (witnesses or {}).items():
        if known.number:
            by_number.setdefault(known.number, []).append((name, known.hash))
    previous, expected = GENESIS, 1
    for row in _rows(session):
        if row.number != expected:
            return _broken(session, expected, expected - 1, f"entry {expected} is missing")
        if row.previous != previous:
            return _broken(
                session,
                row.number,
                expected - 1,
                f"entry {row.number} does not follow entry {row.number - 1}: one of them was replaced or moved",
            )
        if entry_hash(row) != row.hash:
            return _broken(session, row.number, expected - 1, f"entry {row.number} was edited")
        for name, known_hash in by_number.pop(row.number, []):
            if known_hash != row.hash:
                return _broken(
                    session,
                    row.number,
                    expected - 1,
                    f"entry {row.number} is not the one that {name} saw",
                )
        previous, expected = row.hash, expected + 1
    last = Head(expected - 1, previous)
    stored = head(session)
    if stored != last:
        first = min(stored.number, last.number) + 1
        return Verdict(
            last.number,
            last,
            first,
            f"the head says {stored.number} entries, there are {last.number}",
        )
    if by_number:
        number = last.number + 1
        seen = ", ".join(sorted({name for found in by_number.values() for name, _ in found}))
        return Verdict(
            last.number,
            last,
            number,
            f"entry {number} and what followed were cut off: {seen} saw {max(by_number)}",
        )
    return Verdict(last.number, last)


def _broken(session: Session, number: int, entries: int, reason: str) -> Verdict:
    return Verdict(entries, head(session), number, reason)


def _rows(session: Session) -> Iterator[JournalEntry]:
    query = select(JournalEntry).order_by(JournalEntry.number).execution_options(yield_per=1000)
    yield from session.scalars(query)


def newest(session: Session, count: int) -> list[JournalEntry]:
    """The last `count` entries, oldest first."""
    query = select(JournalEntry).order_by(JournalEntry.number.desc()).limit(count)
    return list(reversed(list(session.scalars(query))))
