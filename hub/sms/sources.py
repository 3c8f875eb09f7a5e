"""Whom a broadcast goes to: the rows of a list, or the deliveries of earlier broadcasts. Read in chunks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from hub.errors import Invalid, NotFound
from hub.models import Announcement, Audience, Broadcast, BroadcastState, Delivery, Recipient
from hub.sms.states import REACHED

CITIZENS = "citizens"
NAME_HEADINGS = ("name", "navn")
LANGUAGE_HEADINGS = ("language", "sprog")


@dataclass(frozen=True)
class Candidate:
    """One who may get a text. `cells` are a list's cells by case-folded heading, `values` the canonical personal
    values of an earlier delivery."""

    id: int
    row: int | None
    number: str
    language: str
    cells: Mapping[str, object] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


def find_audience(session: Session, audience_id: int) -> Audience:
    """The list. Raises NotFound."""
    audience = session.get(Audience, audience_id)
    if audience is None:
        raise NotFound(f"There is no audience {audience_id}; `hub audience list` shows them.")
    return audience


def list_columns(audience: Audience) -> list[str]:
    """A list's headings for slots and filters: its own, and those that name and language were read from."""
    known = {column.strip().casefold() for column in audience.columns}
    read = [name for name in (*NAME_HEADINGS, *LANGUAGE_HEADINGS) if name not in known]
    return [*audience.columns, *read]


def cells_of(recipient: Recipient) -> dict[str, object]:
    """A row's cells by case-folded heading, with name and language unless the list has columns of that name."""
    cells: dict[str, object] = {
        **dict.fromkeys(NAME_HEADINGS, recipient.name),
        **dict.fromkeys(LANGUAGE_HEADINGS, recipient.language),
    }
    cells.update({name.strip().casefold(): value for name, value in recipient.fields.items()})
    return cells


def check_where(where: Mapping[str, str], audience: Audience) -> dict[str, str]:
    """A filter with its headings case-folded. Raises Invalid naming the columns that the list has."""
    known = {column.strip().casefold() for column in list_columns(audience)}
    unknown = [column for column in where if column.strip().casefold() not in known]
    if unknown:
        raise Invalid(
            f"The list {audience.name!r} has no column {', '.join(map(repr, unknown))}. "
            f"It has {', '.join(list_columns(audience))}."
        )
    return {column.strip().casefold(): _plain(value) for column, value in where.items()}


def matches(candidate: Candidate, where: Mapping[str, str]) -> bool:
    """Do all the filter's columns hold what it says? Case and outer blanks do not count."""
    return all(_plain(candidate.cells.get(column)) == value for column, value in where.items())


def _plain(value: object) -> str:
    return "" if value is None else str(value).strip().casefold()


def parts(first: ColumnElement[bool] | None) -> list[list[ColumnElement[bool]]]:
    """Conditions in the order in which rows shall go: those that are `first`, then all others."""
    if first is None:
        return [[]]
    return [
        [first],
        [case((first, 0), else_=1) == 1],
    ]  # a row without the column is one of the others


def from_audience(
    session: Session, audience_id: int, size: int, part: Sequence[ColumnElement[bool]] = ()
) -> Iterator[list[Candidate]]:
    """A list's rows in order, `size` at a time, each chunk in a read of its own."""
    last = 0
    while True:
        rows = session.scalars(
            select(Recipient)
            .where(Recipient.audience_id == audience_id, Recipient.id > last, *part)
            .order_by(Recipient.id)
            .limit(size)
        ).all()
        found = [
            Candidate(item.id, item.row, item.number, item.language, cells=cells_of(item))
            for item in rows
        ]
        session.rollback()
        if not found:
            return
        last = found[-1].id
        yield found


def chain_broadcasts(session: Session, announcement_id: int) -> list[int]:
    """The broadcasts of an announcement and of all those it changed before, which were let go out."""
    numbers: list[int] = []
    current: int | None = announcement_id
    while current is not None and current not in numbers:
        numbers.append(current)
        current = session.scalar(select(Announcement.of_id).where(Announcement.id == current))
    return list(
        session.scalars(
            select(Broadcast.id)
            .where(
                Broadcast.announcement_id.in_(numbers),
                Broadcast.purpose == CITIZENS,
                Broadcast.state != BroadcastState.PREPARED.value,
            )
            .order_by(Broadcast.id)
        )
    )


def earlier(
    broadcast_ids: list[int], reached_only: bool, since: datetime | None = None
) -> list[ColumnElement[bool]]:
    """What an earlier delivery must be to be gone to again; with `since`, only what changed since then."""
    conditions: list[ColumnElement[bool]] = [
        Delivery.broadcast_id.in_(broadcast_ids),
        Delivery.number.is_not(None),
    ]
    if reached_only:
        conditions.append(Delivery.state.in_([state.value for state in REACHED]))
    if since is not None:
        conditions.append(Delivery.changed_at >= since)
    return conditions


def from_deliveries(
    session: Session,
    broadcast_ids: list[int],
    reached_only: bool,
    size: int,
    since: datetime | None = None,
) -> Iterator[list[Candidate]]:
    """Those whom earlier broadcasts went to, in order, `size` at a time."""
    last = 0
    query = (
        select(Delivery.id, Delivery.row, Delivery.number, Delivery.language, Delivery.personal)
        .where(*earlier(broadcast_ids, reached_only, since))
        .order_by(Delivery.id)
        .limit(size)
    )
    while True:
        rows = session.execute(query.where(Delivery.id > last)).all()
        session.rollback()
        if not rows:
            return
        last = rows[-1].id
        yield [
            Candidate(
                item.id,
                item.row,
                item.number or "",
                item.language,
                values=(item.personal or {}).get("values", {}),
            )
            for item in rows
        ]


def first_rows(session: Session, audience_id: int, count: int) -> tuple[list[int], int]:
    """A list's first row numbers, and how many rows it has."""
    rows = session.scalars(
        select(Recipient.row)
        .where(Recipient.audience_id == audience_id)
        .order_by(Recipient.id)
        .limit(count)
    ).all()
    total = session.scalar(
        select(func.count()).select_from(Recipient).where(Recipient.audience_id == audience_id)
    )
    return list(rows), total or 0
