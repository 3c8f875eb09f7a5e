"""What only the moment decides: a promise that is too far away, a night's SMS that can wait, a weekday that does not
fit its date (rules L08, L09 and L36)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from hub.clock import COPENHAGEN
from hub.models import AnnouncementKind
from hub.text.lint_dates import wrong_weekday
from hub.text.types import SlotType, VersionText

ACUTE: Final = ("life", "severe")
"""Severities of messages that people must act on at once."""
ACUTE_PROMISE: Final = timedelta(hours=6)
NIGHT_STARTS, NIGHT_ENDS = time(22), time(7)
_WORDS: Final = (SlotType.TEXT, SlotType.REASON, SlotType.AREA, SlotType.WHO)


def promised_late(
    severity: str, kind: str, next_update: datetime | None, now: datetime
) -> datetime | None:
    """The promised moment, where it is more than six hours away while people must act."""
    if next_update is None or severity not in ACUTE or kind == AnnouncementKind.END:
        return None
    return next_update if next_update - now > ACUTE_PROMISE else None


def wakes_people(
    severity: str, kind: str, until: datetime | None, now: datetime, seconds: float
) -> bool:
    """Do SMS arrive between 22 and 7 that can wait for the morning? Danger to life cannot, nor a correction, nor the
    first message of what people must act on, nor what is over before 7."""
    if severity == "life" or kind == AnnouncementKind.CORRECTION:
        return False
    if severity in ACUTE and kind == AnnouncementKind.FIRST:
        return False
    local = now.astimezone(COPENHAGEN)
    last = (now + timedelta(seconds=seconds)).astimezone(COPENHAGEN)
    if not (_is_night(local) or _is_night(last) or last - local > timedelta(hours=15)):
        return False
    return until is None or until > morning_after(now)


def morning_after(moment: datetime) -> datetime:
    """The next 7 o'clock in Copenhagen."""
    local = moment.astimezone(COPENHAGEN)
    day = local.date() if local.time() < NIGHT_ENDS else local.date() + timedelta(days=1)
    return datetime.combine(day, NIGHT_ENDS, COPENHAGEN)


def wrong_days(
    text: VersionText, values: Mapping[str, str], now: datetime
) -> tuple[tuple[str, str], ...]:
    """Dates in free words whose weekday is another one: as written, and the true weekday."""
    today: date = now.astimezone(COPENHAGEN).date()
    found = (
        wrong_weekday(values.get(slot.name, ""), "da", near=today)
        for slot in text.slots
        if slot.type in _WORDS
    )
    return tuple(item for item in found if item is not None)


def _is_night(local: datetime) -> bool:
    return local.time() >= NIGHT_STARTS or local.time() < NIGHT_ENDS
