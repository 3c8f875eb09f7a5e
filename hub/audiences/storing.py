"""How a list comes into the database and leaves it: in short transactions, visible only when complete.

A list is built under a hidden name and renamed in one deciding transaction; what it replaces, or what is deleted,
is renamed to a hidden name in one and then emptied in chunks. A process that dies half-way leaves a hidden list,
which `sweep` removes later. No transaction holds the database longer than one chunk.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Table, TableClause, column, delete, func, insert, or_, select, table, update
from sqlalchemy.orm import Session

from hub import clock
from hub.audiences import set_aside_files
from hub.database import deciding, enlarge_cache, number_cipher
from hub.errors import Conflict
from hub.models import (
    Announcement,
    AnnouncementState,
    Audience,
    Broadcast,
    BroadcastState,
    Delivery,
    Incident,
    Recipient,
    SetAsideRow,
)
from hub.text.said import Said

HIDDEN = "~"
"""No list that a person named begins with this."""
BUILDING = "~building:"
RETIRED = "~retired:"
CHUNK = 5_000
SMALLEST_CHUNK, LARGEST_CHUNK = 500, 20_000
HOLD = 0.2
"""Seconds that a chunk should hold the database; never half a second."""
DEAD_AFTER = timedelta(minutes=10)
GIVEN_UP = Said(
    "This import stood still for long and was given up. Nothing was changed: start it again."
)

UNFINISHED = (
    BroadcastState.PREPARED.value,
    BroadcastState.WAITING.value,
    BroadcastState.SENDING.value,
    BroadcastState.PAUSED.value,
)

# The same tables without the types that convert value by value: rows are converted in bulk.
_RECIPIENTS = table(
    "recipients",
    *map(column, ("audience_id", "row", "number", "language", "name", "fields", "warning")),
)
_SET_ASIDE = table(
    "set_aside_rows", *map(column, ("audience_id", "row", "value", "kind", "reason"))
)


class Taken(NamedTuple):
    """A row that goes into the list; `fields` is its JSON. A tuple, because there are hundreds of thousands."""

    row: int
    number: str
    language: str
    name: str | None
    fields: str
    warning: str | None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that does not: its number in the file, what stood in the phone column, what is wrong with it, and what
    to do."""

    row: int
    value: str
    kind: str
    reason: str


def data_dir() -> Path:
    """Where the hub writes."""
    folder: Path = current_app.config["HUB"].data_dir
    return folder


def begin(language: str, exercise: bool, actor_name: str, days: int) -> int:
    """Make the hidden list that rows are put into; its id."""
    owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(8)}"
    with deciding() as session:
        audience = Audience(
            name=BUILDING + owner,
            language=language,
            exercise=exercise,
            imported_at=clock.now(),
            imported_by=actor_name,
            delete_after_days=days,
            columns=[],
        )
        session.add(audience)
        session.flush()
        return audience.id


def add_chunk(audience_id: int, taken: Sequence[Taken], aside: Sequence[SetAside]) -> float:
    """Put rows into a hidden list, in one transaction, and show that its import is alive. Gives the seconds for
    which it held the database.

    Raises Conflict when the list is gone: this import stood still so long that it was taken for dead.
    """
    encrypt = number_cipher().encrypt
    rows = [
        (audience_id, row, encrypt(number.encode(), None), language, name, fields, warning)
        for row, number, language, name, fields, warning in taken
    ]
    begun = time.monotonic()
    with deciding() as session:
        enlarge_cache(session)
        alive = session.execute(
            update(Audience).where(Audience.id == audience_id).values(imported_at=clock.now())
        )
        if touched(alive) != 1:
            raise Conflict(GIVEN_UP)
        _insert(session, _RECIPIENTS, rows)
        _insert(
            session,
            _SET_ASIDE,
            [(audience_id, item.row, item.value, item.kind, item.reason) for item in aside],
        )
    return time.monotonic() - begun


def next_chunk(rows: int, held: float) -> int:
    """How many rows the next chunk may have, when one of `rows` held the database for `held` seconds: large chunks
    are faster, but nothing else can be decided meanwhile, a stop for instance."""
    wanted = int(rows * min(2.0, HOLD / max(held, 0.001)))
    return max(SMALLEST_CHUNK, min(LARGEST_CHUNK, wanted))


def _insert(session: Session, into: TableClause, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows given in the table's order of columns, without converting each: this is where an import's time
    goes."""
    if not rows:
        return
    connection = session.connection()
    compiled = insert(into).compile(dialect=connection.dialect)
    names = [item.name for item in into.columns]
    if compiled.positional:
        order = [names.index(name) for name in compiled.positiontup or ()]
        assert order == list(range(len(names)))
        connection.exec_driver_sql(str(compiled), rows)
    else:
        connection.exec_driver_sql(
            str(compiled), [dict(zip(names, row, strict=True)) for row in rows]
        )


def touched(result: Any) -> int:
    """Rows that a statement touched."""
    return int(result.rowcount)


def in_use_by(session: Session, audience_id: int) -> list[int]:
    """The broadcasts of open incidents that still need this list: prepared, waiting, sending or paused."""
    query = (
        select(Broadcast.id)
        .join(Announcement, Announcement.id == Broadcast.announcement_id)
        .join(Incident, Incident.id == Announcement.incident_id)
        .where(
            Broadcast.audience_id == audience_id,
            Incident.closed_at.is_(None),
            Broadcast.state.in_(UNFINISHED),
            Announcement.state != AnnouncementState.DISCARDED.value,
        )
        .order_by(Broadcast.id)
    )
    return list(session.scalars(query))


def refuse_in_use(session: Session, audience: Audience, what: Said) -> None:
    """Raises Conflict, naming the broadcasts, while one that is not finished uses the list."""
    used = in_use_by(session, audience.id)
    if used:
        numbers = ", ".join(map(str, used))
        raise Conflict(
            Said(
                "The list %(name)s %(what)s while broadcast %(numbers)s uses it. Wait until it is finished, "
                "stop it (`hub broadcast stop %(first)s`), or import under another name.",
                name=repr(audience.name),
                what=what,
                numbers=numbers,
                first=used[0],
            )
        )


def retire(session: Session, audience: Audience) -> None:
    """Hide a list inside the caller's transaction; `dispose` then empties it. Its row stays as long as broadcasts
    need its days of retention."""
    audience.name = f"{RETIRED}{audience.id}"
    session.flush()


def dispose(audience_id: int) -> tuple[int, int]:
    """Empty a hidden list in chunks: recipients, set-aside rows and file. Gives recipients and files removed.

    Safe to repeat, and does nothing to a list that is not hidden. Its row goes too, unless a broadcast still holds
    numbers from it.
    """
    with deciding() as session:
        name = session.scalar(select(Audience.name).where(Audience.id == audience_id))
    if name is None or not name.startswith(HIDDEN):
        return 0, 0
    recipients = _empty(Recipient.__table__, audience_id)
    _empty(SetAsideRow.__table__, audience_id)
    files = set_aside_files.remove(data_dir(), audience_id)
    with deciding() as session:
        needed = session.scalar(
            select(func.count())
            .select_from(Broadcast)
            .where(
                Broadcast.audience_id == audience_id,
                Broadcast.purged_at.is_(None),
                select(Delivery.id).where(Delivery.broadcast_id == Broadcast.id).exists(),
            )
        )
        if not needed:
            session.execute(
                delete(Audience).where(Audience.id == audience_id, Audience.name.startswith(HIDDEN))
            )
    return recipients, files


def _empty(rows: Any, audience_id: int) -> int:
    """Delete a list's rows from one table, a range of ids at a time."""
    assert isinstance(rows, Table)
    mine = rows.c.audience_id == audience_id
    with deciding() as session:
        first, last = session.execute(
            select(func.min(rows.c.id), func.max(rows.c.id)).where(mine)
        ).one()
    removed, chunk = 0, CHUNK
    while first is not None and first <= last:
        begun = time.monotonic()
        with deciding() as session:
            some = rows.c.id.between(first, first + chunk - 1)
            removed += touched(session.execute(delete(rows).where(mine, some)))
        first += chunk
        chunk = next_chunk(chunk, time.monotonic() - begun)
    return removed


def sweep() -> tuple[int, int]:
    """Remove what dead imports and interrupted deletions left. Gives recipients and files removed."""
    with deciding() as session:
        hidden = session.execute(
            select(Audience.id, Audience.name, Audience.imported_at).where(
                or_(Audience.name.startswith(BUILDING), Audience.name.startswith(RETIRED))
            )
        ).all()
        dead = [
            audience_id
            for audience_id, name, at in hidden
            if name.startswith(RETIRED) or _is_dead(name) or at < clock.now() - DEAD_AFTER
        ]
    removed = [dispose(audience_id) for audience_id in dead]
    return sum(rows for rows, _ in removed), sum(files for _, files in removed)


def _is_dead(name: str) -> bool:
    """Did the process that built this hidden list, on this machine, end? Unknown counts as alive."""
    host, _, rest = name.removeprefix(BUILDING).rpartition(":")[0].rpartition(":")
    if host != socket.gethostname()[:40] or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
