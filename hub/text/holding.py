"""Until when page and phone texts hold, and when the hub must publish again by itself.

Page and phone read it from here so that they promise the same (DESIGN.md, rules 4 and 8). Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.text.situation import PublicAnnouncement, Situation

GRACE = timedelta(minutes=15)
"""How much later than promised news may come before a text says of itself that it is too old."""

QUIET = timedelta(minutes=30)
"""How long "no active announcements" holds (status-page fact sheet, 4a)."""

UNPROMISED = timedelta(hours=1)
"""How long a page holds whose announcements promise neither an end nor a next update."""

CEILING = timedelta(hours=24)
"""No text holds longer, whatever its announcements promise: so far ahead may a next update lie."""

HEARTBEAT = timedelta(minutes=10)
"""The hub publishes at least this often; well under QUIET, so that one missed beat alarms nobody."""


@dataclass(frozen=True)
class Holding:
    """`updated` is when the situation was read; `until` is when the text has outlived itself; `next_update` is
    the earliest promise still ahead; `late_since` the earliest promise that was not kept."""

    updated: datetime
    until: datetime
    next_update: datetime | None = None
    late_since: datetime | None = None


def holding(situation: Situation, *, exercise: bool = False) -> Holding:
    """How long what is public now holds: the earliest promised update or end, and a grace; QUIET with nothing in
    force. A promise that has passed does not shorten it: it is shown as late instead."""
    now = situation.read_at
    in_force = situation.in_force(exercise=exercise)
    if not in_force:
        return Holding(updated=now, until=now + QUIET)
    ahead = _moments_ahead(in_force, now)
    return Holding(
        updated=now,
        until=min([*(moment + GRACE for moment in ahead), now + CEILING])
        if ahead
        else now + UNPROMISED,
        next_update=min(
            (item.next_update for item in in_force if item.next_update and item.next_update > now),
            default=None,
        ),
        late_since=min(
            (item.next_update for item in in_force if is_late(item, now) and item.next_update),
            default=None,
        ),
    )


def is_late(item: PublicAnnouncement, now: datetime) -> bool:
    """Was an update promised for a moment that has passed?"""
    return item.next_update is not None and item.next_update <= now


def publish_again_at(situation: Situation) -> datetime:
    """When the hub must publish next if nothing happens: a heartbeat, or the next promised moment, which changes
    what the page says."""
    now = situation.read_at
    in_force = (*situation.in_force(), *situation.in_force(exercise=True))
    return min([now + HEARTBEAT, *_moments_ahead(in_force, now)])


def _moments_ahead(items: tuple[PublicAnnouncement, ...], now: datetime) -> list[datetime]:
    return [
        moment
        for item in items
        for moment in (item.next_update, item.until)
        if moment is not None and moment > now
    ]
