"""What the public sees of places, and the yes of another person that it needs.

A place's name and its part of the address are public bytes (DESIGN.md, rule 1): they are shown as somebody else than
who wrote them has confirmed them, and until then as they were confirmed last. A place that nobody confirmed has no
page. Everything else about a place stands on no page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock, journal, queue
from hub.accounts import may_be_other_eyes, require_role
from hub.database import deciding
from hub.errors import Conflict, NotAllowed
from hub.models import Person, Place, PlaceKind, Role
from hub.places.register import FOLDERS, PUBLISH_PRIORITY, waits
from hub.text import places as names
from hub.text.said import Said
from hub.text.situation import PublicPlace
from hub.text.types import Slot, SlotType, digest

MAY_CONFIRM = (Role.SENDER, Role.APPROVER)


@dataclass(frozen=True)
class PlaceNamesConfirmed(journal.Entry):
    """Another person said yes to public names: address of the page to name."""

    kind: ClassVar[str] = "place-names-confirmed"
    places: Mapping[str, str]


@dataclass(frozen=True)
class Unconfirmed:
    """A place whose name or address waits for another person's yes. `was_name` and `was_slug` are what the site shows
    until then, empty for a new place; `by` are those who wrote the new ones."""

    id: int
    kind: PlaceKind
    name: str
    slug: str
    was_name: str
    was_slug: str
    by: tuple[str, ...]


@dataclass(frozen=True)
class Confirmed:
    """What a yes did: the names that the public sees from now on, and those left to somebody else, each with why."""

    done: tuple[Unconfirmed, ...]
    left: tuple[tuple[Unconfirmed, Said], ...]


def unconfirmed(session: Session, kind: PlaceKind | None = None) -> tuple[Unconfirmed, ...]:
    """The places with pages whose names wait for another person's yes, by kind and name."""
    rows = session.scalars(select(Place).where(Place.kind.in_(_wanted(kind))))
    found = [_unconfirmed(row) for row in rows if waits(row)]
    return tuple(sorted(found, key=lambda item: (item.kind, names.key(item.name), item.id)))


def _wanted(kind: PlaceKind | None) -> list[str]:
    return [item.value for item in FOLDERS if kind in (None, item)]


def _unconfirmed(row: Place) -> Unconfirmed:
    return Unconfirmed(
        id=row.id,
        kind=PlaceKind(row.kind),
        name=row.name,
        slug=row.slug,
        was_name=row.shown.get("name", ""),
        was_slug=row.shown.get("slug", ""),
        by=tuple(row.named_by) or (row.imported_by,),
    )


def hash_of(waiting: Iterable[Unconfirmed]) -> str:
    """What somebody read before saying yes."""
    return digest([[item.id, item.name, item.slug] for item in waiting])


def confirm(
    actor: journal.Actor, *, hash: str | None = None, kind: PlaceKind | None = None
) -> Confirmed:
    """Say yes to the names that wait (of one kind). Needs the role sender or approver, and of each name, a person who
    had no part in it; names that this person may not confirm are left.

    With `hash`, only if exactly what was read waits. Raises Conflict when nothing waits or another list was read;
    NotAllowed when every name is left.
    """
    with deciding() as session:
        person = _confirmer(session, actor)
        query = select(Place).where(Place.kind.in_(_wanted(kind))).order_by(Place.id)
        rows = {row.id: row for row in session.scalars(query.with_for_update())}
        waiting = unconfirmed(session, kind)
        _check(waiting, hash)
        why_not = {item.id: _why_not(session, person, item) for item in waiting}
        done = tuple(item for item in waiting if why_not[item.id] is None)
        left = tuple((item, why) for item in waiting if (why := why_not[item.id]) is not None)
        if not done:
            raise NotAllowed(
                Said("Another person must say yes to these names: %(why)s.", why=left[0][1])
            )
        for item in done:
            _show(rows[item.id], actor)
        entry = PlaceNamesConfirmed({_address(item): item.name for item in done})
        journal.append(session, actor, entry)
    queue.defer("publish", PUBLISH_PRIORITY)
    return Confirmed(done, left)


def may_confirm(session: Session, person: Person, item: Unconfirmed) -> bool:
    """Could this person say yes to a name? `confirm` decides; this tells whom to ask."""
    has_role = any(role in person.role_names for role in MAY_CONFIRM)
    return has_role and _why_not(session, person, item) is None


def _confirmer(session: Session, actor: journal.Actor) -> Person:
    """Either role will do; a refusal names who has the first."""
    try:
        return require_role(session, actor, MAY_CONFIRM[1])
    except NotAllowed:
        return require_role(session, actor, MAY_CONFIRM[0])


def _check(waiting: Sequence[Unconfirmed], hash: str | None) -> None:
    if not waiting:
        raise Conflict(Said("No name waits for another person's yes."))
    if hash is not None and hash.strip().lower() != hash_of(waiting):
        raise Conflict(
            Said("The names were changed after you read them. Read them again, and confirm then.")
        )


def _why_not(session: Session, person: Person, item: Unconfirmed) -> Said | None:
    for writer in item.by:
        if writer == person.email:
            return Said("%(who)s wrote them", who=writer)
        # The shell has no account that somebody could have made for the occasion.
        if not writer.startswith("os:") and may_be_other_eyes(session, person, writer) is not None:
            return Said(
                "%(who)s wrote them, and one of you two made the other's account or reset its login within the last "
                "24 hours",
                who=writer,
            )
    return None


def _show(row: Place, actor: journal.Actor) -> None:
    old = row.shown.get("old_slugs", [])
    if row.shown and row.shown["slug"] != row.slug:
        old = [*old, row.shown["slug"]]
    row.shown = {
        "name": row.name,
        "slug": row.slug,
        "old_slugs": [slug for slug in dict.fromkeys(old) if slug != row.slug],
    }
    row.named_by, row.shown_by, row.shown_at = [], actor.name, clock.now()


def _address(item: Unconfirmed) -> str:
    return f"{FOLDERS[item.kind]}/{item.slug}"


def public_places(session: Session) -> tuple[PublicPlace, ...]:
    """Every place with a page, by name, as it was confirmed; also removed ones, whose addresses stand on paper."""
    rows = session.scalars(select(Place).where(Place.kind.in_(_wanted(None))))
    found = (_public(row) for row in rows if row.shown)
    return tuple(sorted(found, key=lambda place: (place.folder, names.key(place.name), place.slug)))


def _public(row: Place) -> PublicPlace:
    """A name that waits is not shown, but what names the place by it concerns it already."""
    shown: Mapping[str, Any] = row.shown
    waiting = (row.name,) if row.name != shown["name"] else ()
    return PublicPlace(
        folder=FOLDERS[PlaceKind(row.kind)],
        slug=shown["slug"],
        name=shown["name"],
        since=row.made_at,
        other_names=(*row.other_names, *waiting),
        areas=tuple(row.areas),
        old_slugs=tuple(shown["old_slugs"]),
        removed=row.removed_at is not None,
    )


def without_page(
    session: Session, slots: Iterable[Slot], values: Mapping[str, str], municipality: str
) -> tuple[str, ...]:
    """What these slot values name as a school or a place, and no page will show: no place with a page has the name.

    Nothing where there are no pages of that kind. The description of an area counts only where no place is named."""
    on_list = [place for place in public_places(session) if not place.removed]
    given: dict[SlotType, list[str]] = {}
    for slot in slots:
        if not slot.personal and values.get(slot.name):
            given.setdefault(slot.type, []).append(values[slot.name])
    found: list[str] = []
    schools = [place for place in on_list if place.folder == names.INSTITUTIONS]
    for value in given.get(SlotType.SCHOOL, ()) if schools else ():
        if not names.matching(schools, value):
            found.append(value)
    areas = [place for place in on_list if place.folder == names.AREAS]
    named = [*given.get(SlotType.PLACE, ()), *given.get(SlotType.AREA, ())]
    known = any(names.matching(areas, v) or names.is_everywhere(v, municipality) for v in named)
    if areas and named and not known:
        found.append(named[0])
    return tuple(found)
