"""What the journal records of publishing: changes, not heartbeats.

A publish every ten minutes that shows the same words with a new time is no entry: a day of quiet would fill the
journal. Recorded is when what the public sees changes, when a person forces or a newer page refuses, and when a
target fails or is well again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hub import journal


@dataclass(frozen=True)
class SitePublished(journal.Entry):
    """What the public sees has changed, or was forced upon a target: the first target that shows it, the revision
    and `site_hash` of what it shows."""

    kind: ClassVar[str] = "site-published"
    revision: int
    hash: str
    target: str
    forced: bool = False


@dataclass(frozen=True)
class TargetFailed(journal.Entry):
    """A target does not show what was published: it could not be written, or something changed it."""

    kind: ClassVar[str] = "target-failed"
    target: str
    revision: int
    reason: str


@dataclass(frozen=True)
class TargetRefused(journal.Entry):
    """A target holds a newer page of another copy of the hub; it was left alone."""

    kind: ClassVar[str] = "target-refused"
    target: str
    revision: int
    reason: str


@dataclass(frozen=True)
class TargetRecovered(journal.Entry):
    """A target that failed shows the newest page again."""

    kind: ClassVar[str] = "target-recovered"
    target: str
    revision: int
    since: str
