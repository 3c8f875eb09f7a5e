"""Calendars of announced closures, read by a parser of RFC 5545 that shares nothing with the writer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.site.feeds import feed_files
from hub.text.situation import PublicAnnouncement, Situation, Standing
from tests.situations import NOON, announcement, incident, one, quiet, situation, text

_LINE = re.compile(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)")


@dataclass
class Component:
    name: str
    values: dict[str, str] = field(default_factory=dict)
    parts: list[Component] = field(default_factory=list)


def read(content: bytes) -> Component:
    """The calendar as a tree. Asserts on what RFC 5545 forbids: bare line ends, lines of more than 75 octets or cut
    inside a character, double properties, raw commas and semicolons in a text, components that do not close."""
    assert content.endswith(b"\r\n")
    physical = content.removesuffix(b"\r\n").split(b"\r\n")
    for line in physical:
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode()
    open_ones = [Component("")]
    for line in re.sub(rb"\r\n[ \t]", b"", content).decode().removesuffix("\r\n").split("\r\n"):
        match = _LINE.fullmatch(line)
        assert match, line
        name, value = match[1], match[3]
        if name == "BEGIN":
            open_ones.append(Component(value))
            open_ones[-2].parts.append(open_ones[-1])
        elif name == "END":
            assert open_ones.pop().name == value
        else:
            assert name not in open_ones[-1].values, name
            assert not open_ones[-1].parts, "RFC 5545, 3.4: properties before components"
            open_ones[-1].values[name] = _value(name, value)
    assert len(open_ones) == 1
    (calendar,) = open_ones[0].parts
    assert calendar.name == "VCALENDAR"
    assert calendar.values["VERSION"] == "2.0"
    assert {"PRODID", "METHOD"} <= set(calendar.values)
    assert calendar.parts, "RFC 5545, 3.6: at least one component"
    return calendar


def _value(name: str, value: str) -> str:
    if name not in ("SUMMARY", "DESCRIPTION", "LOCATION", "X-WR-CALNAME"):
        return value
    assert not re.search(r"[,;]", _ESCAPE.sub("", value)), value
    assert set(_ESCAPE.findall(value)) <= set("\\;,nN"), value
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def events(value: Situation, path: str = "/calendar.ics") -> list[dict[str, str]]:
    calendar = read(feed_files(value)[path])
    found = [part.values for part in calendar.parts if part.name == "VEVENT"]
    for event in found:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE"} <= set(event)
        assert moment(event["DTSTART"]) < moment(event["DTEND"])
    return found


def moment(value: str) -> datetime:
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def closed(number: int = 1, **changes: object) -> PublicAnnouncement:
    values = {
        "starts": NOON + timedelta(days=1),
        "until": NOON + timedelta(days=1, hours=8),
        "areas": ("Rødekro", "Østergade"),
        **changes,
    }
    return announcement(number, **values)


def followed(kind: str, **changes: object) -> Situation:
    """A closure, and what changed it a while after."""
    standing = {"update": Standing.UPDATED, "end": Standing.ENDED, "correction": Standing.CORRECTED}
    first = closed(standing=standing[kind], ended_at=NOON, replaced_by=2)
    after = announcement(
        2,
        kind=kind,
        closes=1,
        issued_at=NOON,
        standing=Standing.OVER if kind == "end" else Standing.IN_FORCE,
        **changes,
    )
    return situation(incident(first, after))


def test_a_closure_with_its_window_stands_in_the_calendar_of_every_language() -> None:
    (event,) = events(situation(incident(closed())))
    assert moment(event["DTSTART"]) == NOON + timedelta(days=1)
    assert moment(event["DTEND"]) == NOON + timedelta(days=1, hours=8)
    assert event["SUMMARY"] == "Kog vandet i Rødekro"
    assert "- Børst tænder i kogt vand." in event["DESCRIPTION"]
    assert event["LOCATION"] == "Rødekro, Østergade"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", "0")
    (english,) = events(situation(incident(closed())), "/en/calendar.ics")
    assert english["SUMMARY"] == "Boil the water in Rødekro"
    assert english["UID"] == event["UID"]


def test_what_has_no_window_is_in_no_calendar_and_an_empty_one_is_valid() -> None:
    assert events(one()) == []
    assert events(quiet()) == []


def test_an_update_moves_the_event_instead_of_adding_one() -> None:
    (before,) = events(situation(incident(closed())))
    moved = NOON + timedelta(days=2)
    (after,) = events(followed("update", starts=moved, until=moved + timedelta(hours=2)))
    assert after["UID"] == before["UID"]
    assert (after["SEQUENCE"], after["STATUS"]) == ("1", "CONFIRMED")
    assert moment(after["DTSTART"]) == moved
    assert moment(after["LAST-MODIFIED"]) > moment(before["LAST-MODIFIED"])


def test_an_update_without_times_leaves_the_last_ones_as_tentative() -> None:
    (event,) = events(followed("update"))
    assert event["STATUS"] == "TENTATIVE"
    assert moment(event["DTSTART"]) == NOON + timedelta(days=1)


@pytest.mark.parametrize("kind", ["end", "correction"])
def test_an_end_and_a_correction_without_times_cancel_it(kind: str) -> None:
    (before,) = events(situation(incident(closed())))
    (after,) = events(followed(kind))
    assert after["UID"] == before["UID"]
    assert (after["SEQUENCE"], after["STATUS"]) == ("1", "CANCELLED")


def test_a_corrected_time_takes_the_wrong_ones_place() -> None:
    right = NOON + timedelta(days=3)
    (event,) = events(followed("correction", starts=right, until=right + timedelta(hours=1)))
    assert event["STATUS"] == "CONFIRMED"
    assert moment(event["DTSTART"]) == right


def test_what_was_cancelled_is_told_for_a_month() -> None:
    value = followed("end")
    assert events(replace(value, read_at=NOON + timedelta(days=29)))
    assert not events(replace(value, read_at=NOON + timedelta(days=31)))


def test_an_exercise_has_a_calendar_of_its_own_that_says_so() -> None:
    value = situation(incident(closed(), exercise=True))
    assert events(value) == []
    (event,) = events(value, "/ovelse/calendar.ics")
    assert event["SUMMARY"].startswith("ØVELSE")


@settings(max_examples=60, deadline=None)
@given(title=st.text(max_size=120), place=st.text(max_size=60), name=st.text(max_size=60))
def test_no_words_break_a_calendar(title: str, place: str, name: str) -> None:
    words = f"a,b;c\\n\\d 🌊🌊🌊 مياه صالحة للشرب {title}"
    item = closed(texts={"da": text("da", words)}, areas=(place,))
    (event,) = events(situation(incident(item), municipality=name, languages=("da",)))
    assert event["SUMMARY"].startswith("a,b;c\\n\\d 🌊🌊🌊 مياه صالحة للشرب ")
