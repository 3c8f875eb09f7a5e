"""Bringing a list of places in: what it adds, changes and takes away, and what becomes of each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from hub import clock, journal, queue
from hub.database import db
from hub.errors import Invalid
from hub.models import Place, PlaceKind
from hub.places.reading import ReadFile, ReadRow, read_places
from hub.places.register import (
    FOLDERS,
    PUBLISH_PRIORITY,
    all_of,
    allow,
    blank,
    changing,
    keys,
    list_all,
    put,
    values_of,
    waits,
)
from hub.text import places as names
from hub.text.said import Said
from hub.text.slot_types import LIMITS
from hub.text.types import SlotType


@dataclass(frozen=True)
class PlacesImported(journal.Entry):
    """A list of places was brought in; the numbers count places, `set_aside` rows."""

    kind: ClassVar[str] = "places-imported"
    place_kind: str
    file: str
    added: int
    changed: int
    unchanged: int
    removed: int
    set_aside: int
    replaced: bool


@dataclass(frozen=True)
class RowSetAside:
    """A row that was not taken: its number as a spreadsheet shows it, its name as it stood, and why."""

    row: int
    name: str
    reason: Said


@dataclass(frozen=True)
class PlacesResult:
    """What became of a file: names of the places that it added, changed, left as they were and took away, by name,
    and the rows set aside. `notes` are sentences to look at."""

    kind: PlaceKind
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    set_aside: tuple[RowSetAside, ...]
    notes: tuple[Said, ...]
    read_as: str
    unconfirmed: int = 0


@dataclass
class _Plan:
    """Which row goes into which place. `aside_keys` are names in rows set aside: their places stay as they are."""

    taken: list[tuple[ReadRow, Place]] = field(default_factory=list)
    aside: list[RowSetAside] = field(default_factory=list)
    kept_back: set[str] = field(default_factory=set)


def import_places(
    source: Path | bytes,
    filename: str,
    kind: PlaceKind,
    *,
    actor: journal.Actor,
    replace: bool = False,
    dry_run: bool = False,
) -> PlacesResult:
    """Bring in a CSV of one kind, in one transaction: all of it or, when the process dies, nothing.

    A row is the place that has its address (the column `sidenavn`), its name, or one of its other names; else a new
    one. Columns that the file lacks leave their fields alone. With `replace`, places of the kind that are in no row
    are removed; one whose row was set aside is not. Needs the role sender or the machine's shell. Raises Invalid for
    a file that cannot be read or has no usable row, Conflict when somebody else writes at the same moment.
    """
    session: Session = db.session()
    allow(session, actor)
    session.rollback()
    read = read_places(source, filename, kind)
    if dry_run:
        try:
            return _bring_in(session, read, kind, filename, actor, replace=replace)
        finally:
            session.rollback()
    with changing(actor) as writing:
        result = _bring_in(writing, read, kind, filename, actor, replace=replace)
        entry = PlacesImported(
            place_kind=kind.value,
            file=_file(filename),
            added=len(result.added),
            changed=len(result.changed),
            unchanged=len(result.unchanged),
            removed=len(result.removed),
            set_aside=len(result.set_aside),
            replaced=replace,
        )
        journal.append(writing, actor, entry)
    queue.defer("publish", PUBLISH_PRIORITY)
    return result


def _file(filename: str) -> str:
    return Path(filename).name[:200]


def _bring_in(
    session: Session,
    read: ReadFile,
    kind: PlaceKind,
    filename: str,
    actor: journal.Actor,
    *,
    replace: bool,
) -> PlacesResult:
    every = all_of(session, kind)
    before = {row.id: values_of(row) for row in every if row.removed_at is None}
    plan = _plan(read.rows, every, kind)
    if not plan.taken:
        raise Invalid(
            Said(
                "No row of %(filename)s can be used, and nothing was changed. Row %(row)s: %(reason)s.",
                filename=filename,
                row=plan.aside[0].row,
                reason=plan.aside[0].reason,
            )
        )
    added: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    with session.no_autoflush:
        for row, place in sorted(plan.taken, key=_has_no_address):
            is_new = place.id not in before
            differs = put(place, row.checked.values, every, actor, _file(filename))
            if place not in every:
                every.append(place)
                session.add(place)
            (added if is_new else changed if differs else unchanged).append(place.name)
        removed = _remove_others(every, plan, before) if replace else []
        session.flush()
    return PlacesResult(
        kind=kind,
        added=tuple(added),
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        removed=tuple(removed),
        set_aside=tuple(plan.aside),
        notes=tuple(_notes(session, read, plan, kind)),
        read_as=read.read_as,
        unconfirmed=sum(map(waits, every)),
    )


def _has_no_address(taken: tuple[ReadRow, Place]) -> bool:
    """Rows that ask for an address come first: what the hub chooses by itself goes round them."""
    return not taken[0].checked.values.get("slug")


def _plan(rows: Sequence[ReadRow], every: Sequence[Place], kind: PlaceKind) -> _Plan:
    plan = _Plan()
    first_row: dict[str, int] = {}
    taken: dict[int, int] = {}
    slugs: dict[str, int] = {}
    for row in rows:
        name = names.key(row.name)
        reason = _why_not(row, first_row.get(name))
        place = None if reason else _match(row, every, set(taken))
        wanted = row.checked.values.get("slug", "")
        if reason is None and wanted:
            reason = _slug_taken(wanted, place, every, slugs.get(wanted))
        if reason is not None:
            plan.aside.append(RowSetAside(row.number, row.name, reason))
            plan.kept_back.add(name)
            continue
        place = place or blank(kind)
        first_row.setdefault(name, row.number)
        if wanted:
            slugs[wanted] = row.number
        if place.id is not None:
            taken[place.id] = row.number
        plan.taken.append((row, place))
    return plan


def _why_not(row: ReadRow, earlier: int | None) -> Said | None:
    if row.checked.wrong:
        return reduce(_and, row.checked.wrong.values())
    if earlier is not None:
        return Said("the same name stands in row %(row)s", row=earlier)
    return None


def _and(first: Said, second: Said) -> Said:
    return Said("%(first)s; %(second)s", first=first, second=second)


def _slug_taken(
    wanted: str, place: Place | None, every: Iterable[Place], earlier: int | None
) -> Said | None:
    if earlier is not None:
        return Said("the same address of the page stands in row %(row)s", row=earlier)
    for other in every:
        if other is not place and wanted in (other.slug, *other.old_slugs):
            return Said(
                "its address %(slug)s is, or was, that of %(name)s", slug=wanted, name=other.name
            )
    return None


def _match(row: ReadRow, every: Sequence[Place], taken: set[int]) -> Place | None:
    """The place that a row is about: by its address, by its name, else by an other name, its own or the row's."""
    free = [place for place in every if place.id not in taken]
    slug, name = row.checked.values.get("slug", ""), names.key(row.name)
    others = {names.key(other) for other in row.checked.values.get("other_names", ())}
    on_list = [place for place in free if place.removed_at is None]
    for found in (
        [place for place in on_list if slug and place.slug == slug],
        [place for place in on_list if names.key(place.name) == name],
        [place for place in free if names.key(place.name) == name],
        [place for place in on_list if name in keys(place)],
        [place for place in on_list if names.key(place.name) in others],
    ):
        if len(found) == 1:
            return found[0]
    return None


def _remove_others(
    every: Iterable[Place], plan: _Plan, before: Mapping[int, Mapping[str, Any]]
) -> list[str]:
    stay = {id(place) for _, place in plan.taken}
    gone = [
        place
        for place in every
        if place.id in before and id(place) not in stay and not keys(place) & plan.kept_back
    ]
    for place in gone:
        place.removed_at = clock.now()
    return [place.name for place in gone]


def _strange_areas(session: Session, plan: _Plan) -> list[str]:
    """What rows give as their area, and no area is called; nothing where there is no list of areas."""
    known = {name for row in list_all(session, PlaceKind.AREA) for name in keys(row)}
    given = (name for _, place in plan.taken for name in place.areas)
    return [name for name in dict.fromkeys(given) if known and names.key(name) not in known]


def _notes(session: Session, read: ReadFile, plan: _Plan, kind: PlaceKind) -> Iterable[Said]:
    yield from (note if isinstance(note, Said) else Said(note) for note in read.notes)
    if read.unread:
        yield Said("columns that were not read: %(names)s", names=", ".join(read.unread))
    strange = _strange_areas(session, plan)
    if strange:
        yield Said(
            "areas that are on no list of areas, so that only their own words find them: %(names)s",
            names=", ".join(strange[:5]),
        )
    long = [
        place.name
        for _, place in plan.taken
        if kind in FOLDERS
        and all(len(name) > _room(kind) for name in (place.name, *place.other_names))
    ]
    if long:
        yield Said(
            "%(count)s have no name of at most %(most)s characters, so that a message cannot name them; give a "
            "shorter other name: %(names)s",
            count=len(long),
            most=_room(kind),
            names=", ".join(long[:5]),
        )


def _room(kind: PlaceKind) -> int:
    return LIMITS[SlotType.SCHOOL if kind is PlaceKind.INSTITUTION else SlotType.PLACE]


__all__ = ["PlacesImported", "PlacesResult", "RowSetAside", "import_places"]
