"""Finding, showing and deleting lists, and choosing rows by the value of a column."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.audiences import set_aside_files, storing
from hub.audiences.importing import allow
from hub.audiences.standing import Standing, check_standing, is_overdue, overdue_warning, put
from hub.audiences.vocabulary import folded
from hub.database import deciding
from hub.errors import Conflict, Invalid, NotFound
from hub.models import Audience, Recipient, SetAsideRow
from hub.text.said import Said

LANGUAGE_COLUMN = "language"
_LANGUAGE_NAMES = frozenset({"language", "sprog", "lang"})
_SHOWN_VALUES = 10

__all__ = [
    "LANGUAGE_COLUMN",
    "AudienceDeleted",
    "AudienceStands",
    "AudienceStandsNoMore",
    "ColumnValues",
    "Standing",
    "column_of",
    "column_values",
    "condition",
    "delete",
    "end_standing",
    "field",
    "find",
    "is_overdue",
    "languages_of",
    "list_all",
    "matching",
    "overdue_warning",
    "set_aside_by_kind",
    "set_standing",
    "summary",
    "unused_until",
]


@dataclass(frozen=True)
class AudienceDeleted(journal.Entry):
    """A person deleted a list before its time."""

    kind: ClassVar[str] = "audience-deleted"
    audience: int
    name: str
    recipients: int


@dataclass(frozen=True)
class AudienceStands(journal.Entry):
    """A list became a standing one, or who answers for it or its day of refreshing changed."""

    kind: ClassVar[str] = "audience-standing"
    audience: int
    name: str
    owner: str
    source_note: str
    legal_basis: str
    refresh_by: str


@dataclass(frozen=True)
class AudienceStandsNoMore(journal.Entry):
    """A standing list became one for a purpose: its days until deletion count from here."""

    kind: ClassVar[str] = "audience-standing-ended"
    audience: int
    name: str
    delete_after_days: int


def list_all(session: Session) -> list[Audience]:
    """Every list, by name."""
    query = select(Audience).where(~Audience.name.startswith(storing.HIDDEN))
    return sorted(session.scalars(query), key=lambda item: item.name.casefold())


def find(session: Session, name: str) -> Audience:
    """The list with this name; capitals do not matter. Raises NotFound, naming the lists there are."""
    wanted = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
    lists = list_all(session)
    for audience in lists:
        if audience.name.casefold() == wanted:
            return audience
    if not lists:
        raise NotFound(
            Said(
                "There is no list %(name)s, nor any other yet. `hub audience import NAME FILE` makes one.",
                name=repr(name),
            )
        )
    names = ", ".join(repr(item.name) for item in lists[:20])
    raise NotFound(
        Said("There is no list %(name)s. There are: %(names)s.", name=repr(name), names=names)
    )


def delete(name: str, actor: journal.Actor) -> int:
    """Delete a list with its rows set aside and their file; gives how many recipients it had.

    Raises Conflict while a broadcast that is not finished uses it. Numbers in the deliveries of broadcasts already
    sent stay until their incident's time is over. If the process dies half-way the list is gone for everybody,
    and what is left of it is removed by the next import or the daily deletion.
    """
    with deciding() as session:
        allow(session, actor)
        found = find(session, name)
        audience = session.get(Audience, found.id, with_for_update=True, populate_existing=True)
        if audience is None:
            raise NotFound(Said("There is no list %(name)s any more.", name=repr(name)))
        storing.refuse_in_use(session, audience, Said("cannot be deleted"))
        audience_id, count = audience.id, audience.accepted
        entry = AudienceDeleted(audience=audience_id, name=audience.name, recipients=count)
        storing.retire(session, audience)
        journal.append(session, actor, entry)
    storing.dispose(audience_id)
    return count


def set_standing(name: str, standing: Standing, actor: journal.Actor) -> None:
    """Make a list a standing one, or change who answers for it and when it is refreshed.

    Needs the role sender, or the machine's shell. Raises NotFound, and Invalid as `check_standing` does.
    """
    clean = check_standing(standing)
    with deciding() as session:
        audience = _to_change(session, name, actor)
        put(audience, clean)
        session.flush()
        entry = AudienceStands(
            audience=audience.id,
            name=audience.name,
            owner=clean.owner,
            source_note=clean.source_note,
            legal_basis=clean.legal_basis,
            refresh_by=clean.refresh_by.isoformat(),
        )
        journal.append(session, actor, entry)


def end_standing(name: str, actor: journal.Actor) -> None:
    """Make a standing list one for a purpose: from now on its days until deletion count.

    Needs the role sender, or the machine's shell. Raises NotFound; Conflict when it is not a standing list.
    """
    with deciding() as session:
        audience = _to_change(session, name, actor)
        if not audience.standing:
            raise Conflict(Said("%(name)s is not a standing list.", name=audience.name))
        audience.standing = False
        audience.standing_ended_at = clock.now()
        audience.refresh_by = None
        session.flush()
        entry = AudienceStandsNoMore(
            audience=audience.id,
            name=audience.name,
            delete_after_days=audience.delete_after_days,
        )
        journal.append(session, actor, entry)


def _to_change(session: Session, name: str, actor: journal.Actor) -> Audience:
    """The list, locked, for somebody who may change it."""
    allow(session, actor)
    found = find(session, name)
    audience = session.get(Audience, found.id, with_for_update=True, populate_existing=True)
    if audience is None:
        raise NotFound(Said("There is no list %(name)s any more.", name=repr(name)))
    return audience


@dataclass(frozen=True)
class ColumnValues:
    """A column by which a part of a list can be chosen: how many different values it has, and the most frequent
    with their rows (empty cells count as the value ""), at most as many as were asked for."""

    heading: str
    distinct: int
    values: tuple[tuple[str, int], ...]


def column_values(
    session: Session, audience: Audience, shown: int = _SHOWN_VALUES
) -> list[ColumnValues]:
    """What the columns hold, `language` last: for choosing a part with `condition`."""
    found = []
    for heading in dict.fromkeys((*audience.columns, LANGUAGE_COLUMN)):
        is_language = heading == LANGUAGE_COLUMN and heading not in audience.columns
        value: ColumnElement[Any] = (
            Recipient.language.expression
            if is_language
            else func.coalesce(field(session, heading), "")
        )
        counts = (
            select(value.label("value"), func.count().label("number"))
            .where(Recipient.audience_id == audience.id)
            .group_by("value")
            .subquery()
        )
        distinct = session.scalar(select(func.count()).select_from(counts)) or 0
        rows = session.execute(
            select(counts.c.value, counts.c.number)
            .order_by(counts.c.number.desc(), counts.c.value)
            .limit(shown)
        ).all()
        found.append(ColumnValues(heading, distinct, tuple(_pairs(rows))))
    return found


def set_aside_by_kind(session: Session, audience_id: int) -> dict[str, int]:
    """How many rows of a list were set aside, by what was wrong, the most first."""
    rows = session.execute(
        select(SetAsideRow.kind, func.count())
        .where(SetAsideRow.audience_id == audience_id)
        .group_by(SetAsideRow.kind)
    ).all()
    return dict(sorted(_pairs(rows), key=lambda item: -item[1]))


def languages_of(session: Session, audience_id: int) -> dict[str, int]:
    """How many rows of a list are in each language, the most first."""
    rows = session.execute(
        select(Recipient.language, func.count())
        .where(Recipient.audience_id == audience_id)
        .group_by(Recipient.language)
    ).all()
    return dict(sorted(_pairs(rows), key=lambda item: -item[1]))


def field(session: Session, heading: str) -> ColumnElement[str | None]:
    """SQL for one field of a recipient; `heading` as in `Audience.columns`."""
    stored = cast(Recipient.fields, String)
    value: ColumnElement[str | None]
    if session.get_bind().dialect.name == "postgresql":
        value = cast(stored, JSONB)[heading].astext
    else:
        value = func.json_extract(stored, f'$."{heading}"')
    return value


def column_of(audience: Audience, name: str) -> str:
    """The heading that is meant, whatever its capitals and punctuation, or `language`. Raises Invalid, listing the
    columns."""
    for heading in audience.columns:
        if heading.casefold() == name.strip().casefold():
            return heading
    same = [heading for heading in audience.columns if folded(heading) == folded(name)]
    if len(same) == 1 and folded(name):
        return same[0]
    if folded(name) in _LANGUAGE_NAMES:
        return LANGUAGE_COLUMN
    known = ", ".join(repr(heading) for heading in (*audience.columns, LANGUAGE_COLUMN))
    raise Invalid(
        Said(
            "The list %(name)s has no column %(column)s. It has: %(known)s.",
            name=repr(audience.name),
            column=repr(name),
            known=known,
        )
    )


def condition(session: Session, audience_id: int, where: Mapping[str, str]) -> ColumnElement[bool]:
    """SQL for the recipients of a list whose columns have these values (all of them; capitals do not matter).

    Raises Invalid for a column or value that the list does not have, showing what it has.
    """
    audience = session.get(Audience, audience_id)
    if audience is None:
        raise NotFound(Said("That list is gone."))
    parts: list[ColumnElement[bool]] = [Recipient.audience_id == audience_id]
    for name, wanted in where.items():
        heading = column_of(audience, name)
        is_language = heading == LANGUAGE_COLUMN and heading not in audience.columns
        value: ColumnElement[Any] = (
            Recipient.language.expression if is_language else field(session, heading)
        )
        query = select(value).where(Recipient.audience_id == audience_id).distinct()
        there = [found or "" for found in session.scalars(query)]
        meant = [found for found in there if _folded_value(found) == _folded_value(wanted)]
        if not meant:
            raise Invalid(_no_such_value(audience, heading, wanted, there))
        missing = value.is_(None) if "" in meant else None
        parts.append(value.in_(meant) if missing is None else or_(value.in_(meant), missing))
    return and_(*parts)


def _folded_value(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def _no_such_value(audience: Audience, heading: str, wanted: str, there: list[str]) -> Said:
    shown = ", ".join(repr(value[:60]) for value in sorted(there)[:_SHOWN_VALUES])
    more = len(there) - _SHOWN_VALUES
    return Said(
        "No row of %(name)s has %(column)s = %(wanted)s. There is: %(shown)s%(rest)s.",
        name=repr(audience.name),
        column=heading,
        wanted=repr(wanted),
        shown=shown,
        rest=Said(" and %(more)s more", more=more) if more > 0 else "",
    )


def matching(session: Session, audience_id: int, where: Mapping[str, str]) -> int:
    """How many rows have these values. Raises as `condition` does."""
    query = select(func.count(Recipient.id)).where(condition(session, audience_id, where))
    return session.scalar(query) or 0


def unused_until(audience: Audience) -> datetime:
    """When the list is deleted if no incident uses it and it is not standing."""
    start = max(audience.imported_at, audience.standing_ended_at or audience.imported_at)
    return start + timedelta(days=audience.delete_after_days)


def summary(session: Session, name: str) -> dict[str, Any]:
    """What a list holds, in counts: no name and no value, and of three numbers the last two digits."""
    audience = find(session, name)
    mine = Recipient.audience_id == audience.id
    first = session.scalars(select(Recipient.number).where(mine).order_by(Recipient.id).limit(3))
    path = set_aside_files.file_path(storing.data_dir(), audience.name, audience.id)
    return {
        "name": audience.name,
        "id": audience.id,
        "exercise": audience.exercise,
        "rows": session.scalar(select(func.count()).where(mine)) or 0,
        "phones": session.scalar(select(func.count(func.distinct(Recipient.number))).where(mine))
        or 0,
        "language": audience.language,
        "languages": languages_of(session, audience.id),
        "columns": {
            heading: {"empty": _empty_cells(session, audience.id, heading)}
            for heading in audience.columns
        },
        "numbers_end_in": [number[-2:] for number in first],
        "warned": session.scalar(select(func.count()).where(mine, Recipient.warning.is_not(None)))
        or 0,
        "duplicates": audience.duplicates,
        "set_aside": audience.set_aside,
        "set_aside_kinds": set_aside_by_kind(session, audience.id),
        "set_aside_file": str(path) if path.exists() else None,
        "source": audience.source_name,
        "imported_at": audience.imported_at,
        "imported_by": audience.imported_by,
        "delete_after_days": audience.delete_after_days,
        "standing": audience.standing,
        "owner": audience.owner,
        "source_note": audience.source_note,
        "legal_basis": audience.legal_basis,
        "refresh_by": audience.refresh_by.isoformat() if audience.refresh_by else None,
        "overdue": is_overdue(audience, clock.now()),
    }


def _pairs(rows: Sequence[Any]) -> list[tuple[str, int]]:
    return [(str(value), int(count)) for value, count in rows]


def _empty_cells(session: Session, audience_id: int, heading: str) -> int:
    value = field(session, heading)
    query = select(func.count(Recipient.id)).where(
        Recipient.audience_id == audience_id, or_(value.is_(None), value == "")
    )
    return session.scalar(query) or 0
