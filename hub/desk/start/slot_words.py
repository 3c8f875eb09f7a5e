"""What is wrong with a slot, in the interface's language: the pure rules below say it in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from hub.desk.words import LazyWords, lazy_gettext
from hub.desk.words import gettext as _
from hub.text.slots import SlotError
from hub.text.types import Slot, SlotType

REASONS: tuple[tuple[re.Pattern[str], LazyWords], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"it is empty", lazy_gettext("it is empty")),
        (
            r"U\+(?P<sign>[0-9A-F]+) .* is not allowed in it",
            lazy_gettext("the character U+%(sign)s is not allowed in it"),
        ),
        (
            r"(?P<what>.+?) can be read as a link.*",
            lazy_gettext(
                "%(what)s can be read as a link, which is not allowed; put a space after the full stop"
            ),
        ),
        (
            r"(?P<what>it|.+?) has neither letters nor digits",
            lazy_gettext("it has neither letters nor digits"),
        ),
        (
            r"(?:it|.+?) has (?P<given>\d+) characters; at most (?P<most>\d+) fit",
            lazy_gettext("it has %(given)s characters; at most %(most)s fit"),
        ),
        (
            r"it has (?P<given>\d+) entries; at most (?P<most>\d+) are allowed",
            lazy_gettext("it has %(given)s entries; at most %(most)s are allowed"),
        ),
        (
            r"it is more than 48 hours ago",
            lazy_gettext("it is more than 48 hours ago"),
        ),
        (
            r"it is more than 24 hours ahead",
            lazy_gettext("it is more than 24 hours ahead"),
        ),
        (
            r"(?P<when>[\d :-]+) has passed; it must be in the future",
            lazy_gettext("%(when)s has passed; it must be in the future"),
        ),
        (
            r"it is more than 330 days ahead.*",
            lazy_gettext("it is more than 330 days ahead, and a text shows no year"),
        ),
        (
            r"(?P<when>[\d :-]+) happens twice that night.*write (?P<first>\S+) or (?P<second>\S+)",
            lazy_gettext(
                "%(when)s happens twice that night, when the clock is changed; write %(first)s or %(second)s"
            ),
        ),
        (
            r"(?P<when>[\d :-]+) does not exist that night.*write (?P<first>\S+) or (?P<second>\S+)",
            lazy_gettext(
                "%(when)s does not exist that night, when the clock is changed; write %(first)s or %(second)s"
            ),
        ),
        (
            r"the time of day is missing.*",
            lazy_gettext("the time of day is missing; write it as 2026-11-21T13:30"),
        ),
        (
            r"a day is written as.*|there is no such day.*|with slashes.*",
            lazy_gettext("it is no day; write it as 2026-11-21"),
        ),
        (
            r"a time of day is written as.*|this can be read as a time.*",
            lazy_gettext("it is no time of day; write it as 13:30"),
        ),
        (
            r"it names no source.*",
            lazy_gettext("say who says so, or that nobody knows"),
        ),
        (r"it names no place.*", lazy_gettext("it names no place")),
        (
            r"the opening hours .*",
            lazy_gettext("write the opening hours as 08:00-20:00, or 24h"),
        ),
        (
            r"(?P<number>11[24]) must stay free for emergencies.*",
            lazy_gettext("%(number)s must stay free for emergencies"),
        ),
        (
            r"it is no telephone number.*|it is too short; write eight.*",
            lazy_gettext(
                "it is no telephone number; write eight digits, or + and the country code"
            ),
        ),
        (
            r"it is a premium-rate number.*",
            lazy_gettext("it is a premium-rate number; citizens would pay for the call"),
        ),
        (r"it is not a whole number", lazy_gettext("it is not a whole number")),
        (r"it is below (?P<least>-?\d+)", lazy_gettext("it is below %(least)s")),
        (r"it is above (?P<most>-?\d+)", lazy_gettext("it is above %(most)s")),
        (
            r"no answer for .*|.* is not one of drink.*",
            lazy_gettext("answer all seven"),
        ),
        (r"it is one of .*|DMI's .*", lazy_gettext("choose one of those shown")),
        (
            r"it must end after its start.*|it is written as start / end.*",
            lazy_gettext("it must end after its start, and at most 8 hours later"),
        ),
        (
            r"it meets the national siren test.*",
            lazy_gettext(
                "it meets the national siren test (first Wednesday of May, 11:30 to 12:30)"
            ),
        ),
        (
            r"it is written as role, name, time",
            lazy_gettext("write it as role, name, time"),
        ),
    )
)


def reason(
    problem: SlotError,
    slot: Slot,
    label: str,
    slots: Mapping[str, Slot],
    label_of: Callable[[Slot], str],
) -> str:
    """A sentence that names the slot by its label and says what is wrong and what is allowed."""
    text = problem.reason
    if text.endswith("must be filled."):
        if slot.type is SlotType.WATER_USE:
            return _("%(label)s: answer all seven.", label=label)
        return _("%(label)s must be filled.", label=label)
    later = re.search(r"must be later than '([^']+)'", text)
    if later is not None:
        other = slots.get(later[1])
        return _(
            "%(label)s must be later than %(other)s.",
            label=label,
            other=label_of(other) if other else later[1],
        )
    if "people must be told when we write again" in text:
        return _(
            "%(label)s must be filled: no end is given, so people must be told when we write again.",
            label=label,
        )
    return f"{label}: {_detail(problem)}."


def _detail(problem: SlotError) -> str:
    cause = str(problem.__cause__ or problem.reason)
    for pattern, words in REASONS:
        found = pattern.fullmatch(cause)
        if found is not None:
            return str(words) % found.groupdict()
    return cause.rstrip(".")
