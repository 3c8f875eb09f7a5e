"""What waits for a person: found by several pages, shown on Now and where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Waiting:
    """Something that this person has to do. `address` is where."""

    what: str
    why: str
    since: datetime | None
    address: str | None
    urgent: bool = False
