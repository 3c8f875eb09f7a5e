"""Every announcement as a message between machines: what it is called, when it was sent, what it refers to.

All of it is made of what was frozen when the announcement was prepared, so that it is the same after a restart, in
every publish, and when the municipality's settings change. `issued_at` stands in the identifier because a hub that
was restored from a backup gives the numbers after it again, to other announcements.

A message is never changed. One whose promised moment passes while it is in force is repeated by a new message, at
that moment and then after one day, two more, four more, as long as nobody updates or ends it: else it would expire
where it is shown, and the page says that it still applies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from hub.text.holding import CEILING, GRACE
from hub.text.moments import COPENHAGEN
from hub.text.situation import Issuer, PublicAnnouncement, Situation

_NO_NAME = re.compile(r"[^A-Za-z0-9._:-]")
ENDED_FOR = timedelta(hours=24)
"""How long a message that ends others is worth showing (status-page fact sheet, 4d)."""


@dataclass(frozen=True)
class Message:
    """`sent` and `expires` are aware, in UTC and whole seconds. `chain` are all messages before it about the same
    thing, oldest first. `repeats` is the promised moment that passed, for a message that only says that this still
    applies; `step` counts announcements in the chain, from 0."""

    item: PublicAnnouncement
    issuer: Issuer
    identifier: str
    sent: datetime
    expires: datetime
    chain: tuple[Message, ...]
    step: int
    repeats: datetime | None = None

    @property
    def sender(self) -> str:
        return host_of(self.issuer)

    @property
    def root(self) -> Message:
        return self.chain[0] if self.chain else self

    @property
    def triplet(self) -> str:
        """How another message refers to this one."""
        return f"{self.sender},{self.identifier},{local_time(self.sent)}"

    @property
    def name(self) -> str:
        """A tag URI (RFC 4151)."""
        day = self.sent.astimezone(COPENHAGEN).date().isoformat()
        return f"tag:{self.sender},{day}:{self.identifier}"


@lru_cache(maxsize=64)
def host_of(issuer: Issuer) -> str:
    """The host of the site's address: globally one's own, and without what CAP forbids in a sender's name."""
    return _NO_NAME.sub("-", urlsplit(issuer.url).hostname or "localhost")


def local_time(moment: datetime) -> str:
    """As CAP wants it (1.2, 3.2.1, `sent`): Danish time with its offset, whole seconds, never `Z`."""
    return moment.astimezone(COPENHAGEN).isoformat(timespec="seconds")


def identifier(item: PublicAnnouncement) -> str:
    """`20261121T113000Z-3-17`: when announcement 17 of incident 3 was issued."""
    return f"{_whole(item.issued_at):%Y%m%dT%H%M%SZ}-{item.incident}-{item.number}"


def messages(situation: Situation, *, exercise: bool) -> tuple[Message, ...]:
    """All messages of real incidents (or of exercises), in the order of their announcements, each one's repetitions
    behind it. One that changes an announcement which the public never saw stands for itself."""
    last: dict[int, Message] = {}
    found: list[Message] = []
    issuer = situation.issuer
    for item in reversed(situation.announcements(exercise=exercise)):
        before = last.get(item.closes) if item.closes is not None else None
        for message in _of(item, issuer, before, situation.read_at):
            found.append(message)
            last[item.number] = message
    return tuple(found)


def _of(
    item: PublicAnnouncement, issuer: Issuer, before: Message | None, now: datetime
) -> Iterator[Message]:
    """Its message, then the repetitions that were due until it was replaced, or until now."""
    sent = _whole(item.issued_at)
    if before is not None:
        sent = max(sent, before.sent)  # the clock may have been set back in between
    holds = _holds(item, sent)
    message = Message(
        item=item,
        issuer=item.issuer or issuer,
        identifier=identifier(item),
        sent=sent,
        expires=sent + ENDED_FOR if item.kind == "end" else holds + GRACE,
        chain=() if before is None else (*before.chain, before),
        step=0 if before is None else before.step + 1,
    )
    yield message
    if item.kind == "end":
        return
    count, due, lasts, name = 0, holds, CEILING, message.identifier
    end = now if item.ended_at is None else min(now, item.ended_at)
    while due < end:
        count += 1
        message = Message(
            item=item,
            issuer=message.issuer,
            identifier=f"{name}-{count}",
            sent=due,
            expires=due + lasts + GRACE,
            chain=(*message.chain, message),
            step=message.step,
            repeats=holds,
        )
        yield message
        due, lasts = due + lasts, lasts * 2


def _holds(item: PublicAnnouncement, sent: datetime) -> datetime:
    """The first moment at which something was promised: news, or the end. A day where nothing was: a message cannot
    be renewed as a page is, so the page's hour would be too short."""
    promised = [
        _whole(moment)
        for moment in (item.next_update, item.until)
        if moment is not None and moment > sent
    ]
    return min(promised, default=sent + CEILING)


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
