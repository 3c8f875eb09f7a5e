"""What the public may know at one moment: the value from which page, phone texts and feeds are rendered.

Pure: it is read from the database once (`hub/incidents/publishing.py`) and rendered by `hub/site/` and
`hub/phone/`, so that all of them show the same facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from hub.text.types import ComposedText


class Standing(StrEnum):
    """How an announcement stands towards the public."""

    IN_FORCE = "in-force"
    OVER = "over"  # the all-clear itself, shown until its incident is closed
    UPDATED = "updated"
    ENDED = "ended"
    CORRECTED = "corrected"


SEVERITIES = ("life", "severe", "notice")
"""Gravest first."""


@dataclass(frozen=True)
class Issuer:
    """Who a message for machines is from: the municipality, its site's address with scheme and without last slash,
    and its four-digit municipality code, or an empty one."""

    name: str
    url: str
    code: str = ""

    def to_json(self) -> dict[str, str]:
        return {"name": self.name, "url": self.url, "code": self.code}


@dataclass(frozen=True)
class PublicAnnouncement:
    """One announcement as the public sees it. All moments are aware, in UTC. `number` is what citizens see and
    what `closes` refers to; `version` is `<key> v<number>`; `texts` maps a language to its composed text. `schools`
    are the values of its slots of the type school, `areas` those of the types place and area."""

    number: int
    incident: int
    scenario: str
    phase: str
    kind: str
    severity: str
    version: str
    version_hash: str
    update_no: int
    standing: Standing
    issued_at: datetime
    until: datetime | None
    next_update: datetime | None
    ended_at: datetime | None
    closes: int | None
    replaced_by: int | None
    exercise: bool
    texts: Mapping[str, ComposedText]
    cap: Mapping[str, str] = field(default_factory=dict)
    schools: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    starts: datetime | None = None
    """From when it applies, where a slot of the type `from` says so."""
    confirmed_at: datetime | None = None
    contact: str = ""
    """The number to call: E.164, or a short number."""
    issuer: Issuer | None = None
    """As it was when this was prepared: settings that change later change no message that has gone out."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every place it names, in the words in which it names it; none: it is for the whole municipality."""
        return (*self.schools, *self.areas)


@dataclass(frozen=True)
class PublicIncident:
    """An incident with its announcements, oldest first; `title` maps a language to words."""

    number: int
    scenario: str
    title: Mapping[str, str]
    exercise: bool
    opened_at: datetime
    closed_at: datetime | None
    announcements: tuple[PublicAnnouncement, ...]


@dataclass(frozen=True)
class PublicPlace:
    """An institution or an area with a page of its own. `folder` is `s` or `a`, `slug` its part of the address;
    `old_slugs` lead on to it. `areas` are the names of those it lies in, `since` when it came on the list. One that is
    `removed` keeps its address, which leads to the front page."""

    folder: str
    slug: str
    name: str
    since: datetime
    other_names: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    old_slugs: tuple[str, ...] = ()
    removed: bool = False


@dataclass(frozen=True)
class Situation:
    """Everything the public may know, as read at `read_at`. `languages` are those the site has pages in, the
    default first. `journal` is {"number": n, "hash": "..."}; `instance` the hub's own number. `places` are sorted
    by name; `url` is the site's address with scheme, `code` the municipality's code, or empty."""

    municipality: str
    address: str
    read_at: datetime
    instance: int
    journal: Mapping[str, Any]
    languages: tuple[str, ...]
    incidents: tuple[PublicIncident, ...]
    places: tuple[PublicPlace, ...] = ()
    url: str = ""
    code: str = ""
    radio: str = "DR P4"
    """The station that a text past its time sends people to."""
    accessibility_url: str = ""
    """The accessibility statement; empty while there is none."""

    @property
    def issuer(self) -> Issuer:
        """Who publishes now."""
        return Issuer(self.municipality, self.url or f"https://{self.address}", self.code)

    def announcements(self, *, exercise: bool = False) -> tuple[PublicAnnouncement, ...]:
        """All announcements of real incidents (or of exercises), newest first."""
        return self._exercises if exercise else self._real

    @cached_property
    def _real(self) -> tuple[PublicAnnouncement, ...]:
        return self._sorted(exercise=False)

    @cached_property
    def _exercises(self) -> tuple[PublicAnnouncement, ...]:
        return self._sorted(exercise=True)

    def _sorted(self, *, exercise: bool) -> tuple[PublicAnnouncement, ...]:
        """Asked for by every page and feed, so each is sorted once."""
        found = [
            item
            for incident in self.incidents
            if incident.exercise == exercise
            for item in incident.announcements
        ]
        return tuple(sorted(found, key=lambda item: item.number, reverse=True))

    def in_force(self, *, exercise: bool = False) -> tuple[PublicAnnouncement, ...]:
        """What holds now, gravest first, then newest."""
        found = [
            item
            for item in self.announcements(exercise=exercise)
            if item.standing is Standing.IN_FORCE
        ]
        return tuple(
            sorted(found, key=lambda item: (SEVERITIES.index(item.severity), -item.number))
        )
