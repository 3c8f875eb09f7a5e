"""What the public may know at one moment: the value from which page, phone texts and feeds are rendered.

Pure: it is read from the database once (`hub/incidents/publishing.py`) and rendered by `hub/site/` and
`hub/phone/`, so that all of them show the same facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
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
class PublicAnnouncement:
    """One announcement as the public sees it. All moments are aware, in UTC. `number` is what citizens see and
    what `closes` refers to; `version` is `<key> v<number>`; `texts` maps a language to its composed text."""

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
class Situation:
    """Everything the public may know, as read at `read_at`. `languages` are those the site has pages in, the
    default first. `journal` is {"number": n, "hash": "..."}; `instance` the hub's own number."""

    municipality: str
    address: str
    read_at: datetime
    instance: int
    journal: Mapping[str, Any]
    languages: tuple[str, ...]
    incidents: tuple[PublicIncident, ...]

    def announcements(self, *, exercise: bool = False) -> tuple[PublicAnnouncement, ...]:
        """All announcements of real incidents (or of exercises), newest first."""
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
