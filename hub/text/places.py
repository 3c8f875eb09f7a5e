"""Places by their names: how a name is compared, what its address is, and which announcements concern a place.

A parent who misses a message is worse off than one who reads one too many: names are compared by their words, and
what changes or ends an announcement concerns everybody whom that one concerned.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from hub.text.situation import (
    SEVERITIES,
    PublicAnnouncement,
    PublicPlace,
    Situation,
    Standing,
)

LONGEST_SLUG = 50
_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "ä": "ae",
        "ø": "oe",
        "ö": "oe",
        "å": "aa",
        "ß": "ss",
        "ð": "d",
        "đ": "d",
        "ł": "l",
        "þ": "th",
        "œ": "oe",
    }
)
_WORD = re.compile(r"[^\W_]+")
_EVERYWHERE = ("hele kommunen", "kommunen")
_GRAVEST = SEVERITIES[0]
INSTITUTIONS, AREAS = "s", "a"
"""The folders of the two kinds of places that have pages."""


@lru_cache(maxsize=16384)
def key(name: str) -> str:
    """What two spellings of one name have in common: its words, small, æ as ae, blanks and signs as one blank.

    `Nørreby  skole`, `NØRREBY-SKOLE` and `Noerreby Skole` are one name. Empty for a name without letter and digit.
    """
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name)).casefold()
    plain = unicodedata.normalize("NFKD", composed.translate(_LETTERS))
    return " ".join(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def slug(name: str) -> str:
    """A name as a part of an address: `Nørreby Skole` is `noerreby-skole`; letters without a Latin spelling are left
    out. `sted` where nothing is left."""
    words = re.findall(r"[a-z0-9]+", key(name))
    found = "-".join(words)
    while len(found) > LONGEST_SLUG and len(words) > 1:
        words.pop()
        found = "-".join(words)
    return found[:LONGEST_SLUG] or "sted"


@lru_cache(maxsize=16384)
def _parts(value: str) -> tuple[str, ...]:
    """Every run of words in a value: what it can name."""
    words = key(value).split()
    return tuple(
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    )


@dataclass(frozen=True)
class Concern:
    """What concerns one place: `current` is in force or over but still shown (gravest first), `last` the moment since
    which there is nothing else: the end of the last that did, or when the place came on the list."""

    place: PublicPlace
    current: tuple[PublicAnnouncement, ...]
    past: tuple[PublicAnnouncement, ...]
    last: datetime

    def situation(self, whole: Situation) -> Situation:
        """The situation as far as it concerns this place."""
        numbers = {item.number for item in (*self.current, *self.past)}
        kept = (
            replace(
                incident,
                announcements=tuple(i for i in incident.announcements if i.number in numbers),
            )
            for incident in whole.incidents
            if any(item.number in numbers for item in incident.announcements)
        )
        return replace(whole, incidents=tuple(kept))


def concerns(situation: Situation, *, exercise: bool = False) -> tuple[Concern, ...]:
    """What concerns each place that has a page, in the order of the situation's places.

    An institution: what names it; what names an area that it lies in; and, where life is in danger, what names no
    place. An area: what names it, one that it lies in or one in it; and everything that names no place.
    """
    index = _Index.of(situation, exercise=exercise)
    return tuple(_concern(place, index) for place in situation.places if not place.removed)


def is_everywhere(value: str, municipality: str) -> bool:
    """Does a slot's value mean the whole municipality? `Eksempel Kommune`, `hele Eksempel`, `hele kommunen`."""
    return key(value) in _everywhere(municipality)


@lru_cache(maxsize=64)
def _everywhere(municipality: str) -> frozenset[str]:
    town = municipality.removesuffix(" Kommune")
    return frozenset(key(name) for name in (municipality, town, f"hele {town}", *_EVERYWHERE))


def matching(places: Iterable[PublicPlace], value: str) -> tuple[PublicPlace, ...]:
    """The places that a slot's value names, those no longer on the list left out."""
    found = set(_parts(value))
    return tuple(
        place for place in places if not place.removed and found.intersection(_keys(place))
    )


def _keys(place: PublicPlace) -> tuple[str, ...]:
    return tuple(filter(None, map(key, (place.name, *place.other_names))))


@dataclass(frozen=True)
class _Index:
    """Announcements by what they name, and the areas."""

    items: Mapping[int, PublicAnnouncement]
    schools: Mapping[str, Sequence[int]]
    areas: Mapping[str, Sequence[int]]
    everybody: Sequence[int]
    tree: _AreaTree

    @classmethod
    def of(cls, situation: Situation, *, exercise: bool) -> _Index:
        items = {item.number: item for item in situation.announcements(exercise=exercise)}
        named = _named(items, situation.municipality)
        schools: dict[str, list[int]] = {}
        areas: dict[str, list[int]] = {}
        for number, found in named.items():
            for parts, index in zip(found, (schools, areas), strict=True):
                for part in parts:
                    index.setdefault(part, []).append(number)
        return cls(
            items=items,
            schools=schools,
            areas=areas,
            everybody=[number for number, found in named.items() if found == _NOBODY],
            tree=_AreaTree.of(situation.places),
        )


def _concern(place: PublicPlace, index: _Index) -> Concern:
    numbers: set[int] = set()
    if place.folder == AREAS:
        names = index.tree.family(place)
        numbers.update(index.everybody)
    else:
        names = index.tree.names_around(place)
        numbers.update(n for n in index.everybody if index.items[n].severity == _GRAVEST)
        for name in _keys(place):
            numbers.update(index.schools.get(name, ()))
    for name in names:
        numbers.update(index.areas.get(name, ()))
    found = [index.items[number] for number in sorted(numbers, reverse=True)]
    current = [item for item in found if _is_current(item)]
    current.sort(key=lambda i: (i.standing is Standing.OVER, SEVERITIES.index(i.severity)))
    past = tuple(item for item in found if not _is_current(item))
    last = max((place.since, *(item.ended_at or item.issued_at for item in past)))
    return Concern(place, tuple(current), past, last)


def _is_current(item: PublicAnnouncement) -> bool:
    return item.standing in (Standing.IN_FORCE, Standing.OVER)


_Named = tuple[frozenset[str], frozenset[str]]
_NOBODY: _Named = (frozenset(), frozenset())


def _named(items: Mapping[int, PublicAnnouncement], municipality: str) -> dict[int, _Named]:
    """The schools and areas that each announcement names, with those that the ones it changes named; none for one
    that is for the whole municipality. Numbers grow: what an announcement changes has a lower one."""
    found: dict[int, _Named] = {}
    for number in sorted(items):
        item = items[number]
        whole = any(is_everywhere(value, municipality) for value in item.areas)
        own = (
            frozenset(part for value in item.schools for part in _parts(value)),
            frozenset(part for value in item.areas for part in _parts(value)),
        )
        before = found.get(item.closes) if item.closes is not None else None
        if whole or before == _NOBODY:
            found[number] = _NOBODY
        elif before is not None:
            found[number] = (own[0] | before[0], own[1] | before[1])
        else:
            found[number] = own
    return found


@dataclass(frozen=True)
class _AreaTree:
    """Which area lies in which: by slug, the names of an area, of all around it, and of all inside it."""

    by_key: Mapping[str, PublicPlace]
    inside: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, places: Iterable[PublicPlace]) -> _AreaTree:
        areas = [place for place in places if place.folder == AREAS and not place.removed]
        tree = cls({name: place for place in areas for name in _keys(place)}, {})
        inside: dict[str, set[str]] = {}
        for place in areas:
            for around in tree._around(place):
                inside.setdefault(around.slug, set()).update(_keys(place))
        return cls(tree.by_key, {slug: frozenset(names) for slug, names in inside.items()})

    def names_around(self, place: PublicPlace) -> set[str]:
        """The names of every area that a place lies in, however deep; also of those that are on no list."""
        names = set(filter(None, map(key, place.areas)))
        for around in self._around(place):
            names.update(_keys(around), filter(None, map(key, around.areas)))
        return names

    def family(self, area: PublicPlace) -> set[str]:
        """The names of an area, of those around it and of those inside it."""
        return {*_keys(area), *self.names_around(area), *self.inside.get(area.slug, ())}

    def _around(self, place: PublicPlace) -> Iterator[PublicPlace]:
        seen = {place.slug} if place.folder == AREAS else set()
        todo = [place]
        while todo:
            for name in map(key, todo.pop().areas):
                found = self.by_key.get(name)
                if found is not None and found.slug not in seen:
                    seen.add(found.slug)
                    yield found
                    todo.append(found)
