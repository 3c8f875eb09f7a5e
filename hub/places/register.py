"""The places there are; adding, changing and removing one by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub import clock, journal, queue
from hub.accounts import require_role
from hub.database import deciding
from hub.errors import Conflict, Invalid, NotFound
from hub.models import Place, PlaceKind, Role
from hub.places.fields import check
from hub.text import places as names
from hub.text.said import Said

PUBLISH_PRIORITY = 20
FOLDERS = {PlaceKind.INSTITUTION: names.INSTITUTIONS, PlaceKind.AREA: names.AREAS}
"""The kinds that have pages, and where."""
BY_HAND = "by hand"


@dataclass(frozen=True)
class PlaceChanged(journal.Entry):
    """A place was written in or changed by hand; `changed` names the fields, all of them for a new one."""

    kind: ClassVar[str] = "place-changed"
    place_kind: str
    name: str
    slug: str
    changed: list[str]


@dataclass(frozen=True)
class PlaceRemoved(journal.Entry):
    """A place was taken off the list; its address leads to the front page."""

    kind: ClassVar[str] = "place-removed"
    place_kind: str
    name: str
    slug: str


def allow(session: Session, actor: journal.Actor) -> None:
    """Places are changed, as lists are, by who has the role sender, and from the machine's shell. Raises
    NotAllowed."""
    if not actor.name.startswith("os:"):
        require_role(session, actor, Role.SENDER)


def list_all(session: Session, kind: PlaceKind | None = None) -> list[Place]:
    """What is on the lists, by kind and name."""
    query = select(Place).where(Place.removed_at.is_(None))
    if kind is not None:
        query = query.where(Place.kind == kind.value)
    found = session.scalars(query)
    return sorted(found, key=lambda row: (row.kind, names.key(row.name), row.id))


def get(session: Session, number: int, *, lock: bool = False) -> Place:
    """The place with this number. Raises NotFound, also for one that was removed."""
    query = select(Place).where(Place.id == number, Place.removed_at.is_(None))
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound(Said("This place is not on the list (any more)."))
    return row


def find(session: Session, kind: PlaceKind, wanted: str) -> Place:
    """The place with this name, other name or slug. Raises NotFound, or Invalid when several have the name."""
    rows = list_all(session, kind)
    by_slug = [row for row in rows if wanted == row.slug or wanted in row.old_slugs]
    found = by_slug or [row for row in rows if names.key(wanted) in keys(row)]
    if len(found) > 1:
        raise Invalid(
            Said(
                "Several are called %(wanted)s: %(slugs)s. Name the one you mean by that.",
                wanted=repr(wanted),
                slugs=", ".join(row.slug for row in found),
            )
        )
    if not found:
        raise NotFound(
            Said(
                "There is no %(kind)s %(wanted)s. `hub place list --kind %(kind)s` shows them.",
                kind=kind.value,
                wanted=repr(wanted),
            )
        )
    return found[0]


def keys(row: Place) -> set[str]:
    """How a place's names are compared."""
    return {names.key(name) for name in (row.name, *row.other_names)} - {""}


def values_of(row: Place) -> dict[str, Any]:
    """The fields that people fill, as they are kept."""
    return {name: getattr(row, name) for name in FIELDS}


FIELDS = (
    "name",
    "slug",
    "other_names",
    "areas",
    "address",
    "hours",
    "accessible",
    "bring",
    "phone",
    "updates",
    "purpose",
    "without_power",
    "owner",
    "note",
    "decisions",
)


class WrongFields(Invalid):
    """Fields that cannot be kept: `fields` has a reason for each."""

    def __init__(self, fields: Mapping[str, Said]) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = fields


def add(kind: PlaceKind, given: Mapping[str, str], actor: journal.Actor) -> Place:
    """Write a place in by hand. Raises WrongFields, Conflict when the name or the address is taken, NotAllowed."""
    checked = check(kind, given)
    if checked.wrong:
        raise WrongFields(checked.wrong)
    with changing(actor) as session:
        every = all_of(session, kind)
        known = [row for row in every if names.key(checked.values["name"]) == names.key(row.name)]
        if known and known[0].removed_at is None:
            raise Conflict(
                Said("%(name)s is on the list already.", name=repr(checked.values["name"]))
            )
        row = known[0] if known else blank(kind)
        changed = put(row, checked.values, every, actor, BY_HAND)
        session.add(row)
        session.flush()
        entry = PlaceChanged(kind.value, row.name, row.slug, changed)
        journal.append(session, actor, entry)
    queue.defer("publish", PUBLISH_PRIORITY)
    return row


def change(number: int, given: Mapping[str, str], actor: journal.Actor) -> Place:
    """Change fields of a place. A new name keeps the address, and the old name among the other names. Raises as
    `add`, and NotFound."""
    with changing(actor) as session:
        row = get(session, number, lock=True)
        kind = PlaceKind(row.kind)
        checked = check(kind, {"name": row.name, **given})
        if checked.wrong:
            raise WrongFields(checked.wrong)
        every = all_of(session, kind)
        for other in every:
            same = names.key(other.name) == names.key(checked.values["name"])
            if same and other is not row and other.removed_at is None:
                raise Conflict(
                    Said("%(name)s is on the list already.", name=repr(checked.values["name"]))
                )
        changed = put(row, checked.values, every, actor, BY_HAND)
        if changed:
            journal.append(session, actor, PlaceChanged(kind.value, row.name, row.slug, changed))
    queue.defer("publish", PUBLISH_PRIORITY)
    return row


def remove(number: int, actor: journal.Actor) -> Place:
    """Take a place off the list. Its address leads to the front page from then on, and is never another's."""
    with changing(actor) as session:
        row = get(session, number, lock=True)
        row.removed_at = clock.now()
        journal.append(session, actor, PlaceRemoved(row.kind, row.name, row.slug))
    queue.defer("publish", PUBLISH_PRIORITY)
    return row


def waits(row: Place) -> bool:
    """Has a place's name or address, which the public sees, not been confirmed by another person yet?"""
    shown = (row.shown.get("name"), row.shown.get("slug"))
    has_page = PlaceKind(row.kind) in FOLDERS and row.removed_at is None
    return has_page and (row.name, row.slug) != shown


@contextmanager
def changing(actor: journal.Actor) -> Iterator[Session]:
    """A transaction that changes places, for somebody who may. Of two that write the same address at the same moment
    the second is refused, and nothing of it stays."""
    try:
        with deciding() as session:
            allow(session, actor)
            yield session
    except IntegrityError as error:
        raise Conflict(
            Said("Somebody else changed the places at the same moment. Look at them and try again.")
        ) from error


def all_of(session: Session, kind: PlaceKind) -> list[Place]:
    """Every place of a kind that there ever was, locked until the transaction ends."""
    query = select(Place).where(Place.kind == kind.value).order_by(Place.id)
    return list(session.scalars(query.with_for_update()))


def blank(kind: PlaceKind) -> Place:
    """A place without fields; `put` fills it."""
    return Place(
        kind=kind.value,
        slug="",
        old_slugs=[],
        name="",
        other_names=[],
        areas=[],
        address="",
        hours="",
        accessible=None,
        bring=[],
        phone="",
        updates="",
        purpose="",
        without_power=None,
        owner="",
        note="",
        decisions={},
        shown={},
        named_by=[],
        shown_by="",
    )


def put(
    row: Place, values: Mapping[str, Any], every: Iterable[Place], actor: journal.Actor, source: str
) -> list[str]:
    """Put checked values into a place; gives the fields that differ. `every` are all of the kind. Of decisions those
    that are given are put to the others, an empty one is taken out. Raises Conflict when a wanted address is, or was,
    another's."""
    wanted = dict(values)
    slug = wanted.pop("slug", "") or row.slug or _free_slug(wanted["name"], row, every)
    others = wanted.get("other_names", row.other_names)
    if row.name and names.key(row.name) != names.key(wanted["name"]):
        others = [*others, row.name]
    wanted["other_names"] = [
        name for name in dict.fromkeys(others) if names.key(name) != names.key(wanted["name"])
    ]
    if "decisions" in wanted:
        together = {**row.decisions, **wanted["decisions"]}
        wanted["decisions"] = {name: option for name, option in together.items() if option}
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    if slug != row.slug:
        _move(row, slug, every)
        changed.append("slug")
    _note_who_named(row, changed, actor)
    now = clock.now()
    if row.made_at is None or row.removed_at is not None:
        row.made_at, row.removed_at = now, None
        changed = changed or ["name"]
    row.imported_at, row.imported_by, row.source = now, actor.name, source
    return changed


def _note_who_named(row: Place, changed: Iterable[str], actor: journal.Actor) -> None:
    """Everybody who had a part in a name that the public does not see yet; another person must say yes to it."""
    if (row.name, row.slug) == (row.shown.get("name"), row.shown.get("slug")):
        row.named_by = []
    elif {"name", "slug"}.intersection(changed):
        row.named_by = list(dict.fromkeys([*row.named_by, actor.name]))


def _move(row: Place, slug: str, every: Iterable[Place]) -> None:
    """Give a place another address; the old one leads on to it."""
    if slug in _taken(row, every):
        raise Conflict(
            Said(
                "The address %(slug)s is, or was, another place's and may stand on its posters. Choose another.",
                slug=repr(slug),
            )
        )
    old = [*row.old_slugs, row.slug] if row.slug else row.old_slugs
    row.old_slugs = [item for item in old if item != slug]
    row.slug = slug


def _taken(row: Place, every: Iterable[Place]) -> set[str]:
    return {slug for other in every if other is not row for slug in (other.slug, *other.old_slugs)}


def _free_slug(name: str, row: Place, every: Iterable[Place]) -> str:
    taken = _taken(row, every)
    first = names.slug(name)
    slug, number = first, 1
    while slug in taken:
        number += 1
        slug = f"{first}-{number}"
    return slug
