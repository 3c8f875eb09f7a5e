"""A published phone text read back: what calls and messages to the hub are answered with, so that they say the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ToldPart:
    """An announcement that a menu can offer; `subject` is as said."""

    number: int
    subject: str


@dataclass(frozen=True)
class Told:
    """One language's published text. `text` is for until `valid_until` (aware), `outlived` for after it; `written` is
    the same for an SMS."""

    language: str
    updated: datetime
    valid_until: datetime
    text: str
    outlived: str
    written: str
    parts: tuple[ToldPart, ...] = ()

    def at(self, now: datetime) -> str:
        """What to say at this moment."""
        return self.text if self.holds(now) else self.outlived

    def holds(self, now: datetime) -> bool:
        return now <= self.valid_until


def read_told(content: bytes | None) -> Told | None:
    """`/phone/<language>.json`, or one announcement's own; None where it is missing or is not one."""
    if content is None:
        return None
    try:
        found = json.loads(content)
        told = Told(
            language=_words(found["language"]),
            updated=datetime.fromisoformat(found["updated"]),
            valid_until=datetime.fromisoformat(found["valid_until"]),
            text=_words(found["text"]),
            outlived=_words(found["outlived"]),
            written=_words(found["written"]),
            parts=tuple(
                ToldPart(int(part["number"]), _words(part["subject"]))
                for part in found.get("parts", ())
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if told.valid_until.tzinfo is None or told.updated.tzinfo is None:
        return None
    return told


def _words(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("no words")
    return value
