"""What is published, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub import journal
from hub.errors import HubError
from hub.site.targets.sent import Sent

Files = Mapping[str, bytes]
HUB = journal.Actor("hub", "worker")
"""Who publishes when no person does."""


class PublishError(HubError):
    """Nothing was published; readers have the last page."""


class Outcome(StrEnum):
    """How it went with one target."""

    PUBLISHED = "published"
    ALREADY_NEWER = (
        "already-newer"  # by another process of this hub, with a later reading: as good as done
    )
    UNDER_WAY = "under-way"  # nobody waits any longer; it goes on by itself
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class TargetReport:
    """One target's outcome; `revision` is what it now holds as far as is known, `error` says what to do."""

    target: str
    outcome: Outcome
    revision: int
    seconds: float
    error: str | None = None
    sent: Sent | None = None

    @property
    def ok(self) -> bool:
        return self.outcome in (Outcome.PUBLISHED, Outcome.ALREADY_NEWER)


@dataclass(frozen=True)
class PublishReport:
    """What became of one publish. `revision` is 0 when `superseded`: a later reading was published meanwhile, read
    again and publish that. `higher_instance` is that of a newer hub which holds a target: this hub must stop."""

    revision: int
    hash: str
    targets: tuple[TargetReport, ...]
    superseded: bool = False
    higher_instance: int | None = None

    @property
    def published(self) -> tuple[str, ...]:
        """The targets that hold this revision, or a later one of this hub."""
        return tuple(item.target for item in self.targets if item.ok)

    @property
    def under_way(self) -> tuple[str, ...]:
        """Targets that are still being written; their state tells later how it went."""
        return tuple(item.target for item in self.targets if item.outcome is Outcome.UNDER_WAY)

    @property
    def failed(self) -> tuple[TargetReport, ...]:
        """The others, each with its error."""
        return tuple(
            item for item in self.targets if item.outcome in (Outcome.FAILED, Outcome.REFUSED)
        )


@dataclass(frozen=True)
class Edition:
    """One revision of the site, ready to go out: `files` (path -> content), the hub's `instance` and the moment it
    was `read_at`, `hash` over the files, `content` over what is shown but for its age."""

    instance: int
    revision: int
    read_at: datetime
    files: Files
    hash: str
    content: str = ""
    force: bool = False
    actor: journal.Actor = HUB


@dataclass(frozen=True)
class Attempt:
    """A report, and the higher instance that was found."""

    report: TargetReport
    higher_instance: int | None = None
