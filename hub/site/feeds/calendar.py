"""iCalendar (RFC 5545): closures and cancellations that were announced with a beginning and an end.

One event for each chain of announcements, as its last one says. UID and SEQUENCE follow the chain, so that a calendar
changes its entry instead of adding a second one; an end, and a correction without a time, cancel it. An update that
names no time leaves the last one standing as tentative. Moments are in UTC; the time zone stands in the file only
because RFC 5545 (3.6) wants at least one component, also where nothing is announced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hub.site.feeds.atom import changed_at
from hub.site.feeds.cap import page_address
from hub.site.feeds.messages import Message
from hub.site.feeds.words import feed_words
from hub.site.pages import Page, title_in
from hub.text.plain import plain_text
from hub.text.situation import Standing
from hub.text.types import ComposedText
from hub.text.words import is_right_to_left

KEPT = timedelta(days=30)
"""How long a calendar still tells what was cancelled or has passed."""
_OCTETS = 75
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_HEAD = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Klarbesked//Klarbesked//DA",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
    "X-PUBLISHED-TTL:PT15M",
)
_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Copenhagen",
    "BEGIN:DAYLIGHT",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "DTSTART:19700329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "DTSTART:19701025T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True)
class Closure:
    """The last announcement of a chain, and the window that holds: its own, else the last one before it."""

    message: Message
    starts: datetime
    ends: datetime
    status: str


def closures(found: Sequence[Message], now: datetime) -> tuple[Closure, ...]:
    """What the calendar shows, in the order in which it was first announced. `found` is in the order of numbers."""
    last: dict[str, Closure] = {}
    for message in found:
        if message.repeats is not None:
            continue
        root = message.root.identifier
        closure = _closure(message, last.get(root))
        if closure is not None:
            last[root] = closure
    return tuple(closure for closure in last.values() if _is_shown(closure, now))


def _closure(message: Message, before: Closure | None) -> Closure | None:
    item = message.item
    if item.kind == "end":
        return before and Closure(message, before.starts, before.ends, "CANCELLED")
    if item.starts is not None and item.until is not None and item.starts < item.until:
        return Closure(message, item.starts, item.until, "CONFIRMED")
    if before is None:
        return None
    status = "CANCELLED" if item.kind == "correction" else "TENTATIVE"
    return Closure(message, before.starts, before.ends, status)


def _is_shown(closure: Closure, now: datetime) -> bool:
    item = closure.message.item
    return item.standing is Standing.IN_FORCE or changed_at(item) > now - KEPT


def calendar(page: Page, shown: Sequence[Closure]) -> bytes:
    """`/calendar.ics` in the page's language; an event that is not written in it is in Danish, English or what there
    is, and says in which language."""
    own = feed_words(page.language)
    name = own.calendar.format(name=page.situation.municipality)
    lines = [*_HEAD, f"X-WR-CALNAME:{escaped(name)}", *_ZONE]
    for closure in shown:
        lines += _event(closure, page)
    return b"".join(folded(line) for line in (*lines, "END:VCALENDAR"))


def _event(closure: Closure, page: Page) -> Iterator[str]:
    message = closure.message
    item = message.item
    texts = page.shown(item)
    changed = _time(changed_at(item))
    yield "BEGIN:VEVENT"
    yield f"UID:{message.root.identifier}@{message.root.sender}"
    yield f"SEQUENCE:{message.step}"
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"DTSTART:{_time(closure.starts)}"
    yield f"DTEND:{_time(closure.ends)}"
    yield f"STATUS:{closure.status}"
    yield "TRANSP:TRANSPARENT"
    if texts:
        code = texts[0].language
        yield f"SUMMARY;LANGUAGE={code}:{escaped(title_in(item, texts[0]))}"
        words = "\n\n".join(_words(text) for text in texts)
        yield f"DESCRIPTION;LANGUAGE={code}:{escaped(words)}"
    else:
        yield f"SUMMARY:{escaped(page.title_of(item))}"
    yield f"LOCATION:{escaped(', '.join(item.names) or message.issuer.name)}"
    yield f"URL:{page_address(message, page.language)}"
    yield "END:VEVENT"


def _words(text: ComposedText) -> str:
    return plain_text(text.html, isolate=is_right_to_left(text.language))


def escaped(text: str) -> str:
    """A value of the type TEXT (RFC 5545, 3.3.11); control characters are left out."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A content line with its end, folded at 75 octets (RFC 5545, 3.1), never inside a character."""
    if len(line) <= _OCTETS and line.isascii():
        return line.encode() + b"\r\n"
    parts: list[bytes] = []
    part = b""
    for character in line:
        octets = character.encode("utf-8", "ignore")
        if len(part) + len(octets) > _OCTETS:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
