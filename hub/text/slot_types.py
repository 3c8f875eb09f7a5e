"""How each slot type reads what was entered: one function a type, from text to the canonical string.

The canonical string is what is stored, hashed and shown; given again, it is read as itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import phonenumbers

from hub.text import moments, water_use
from hub.text.free_text import FreeTextError, clean
from hub.text.moments import COPENHAGEN, MomentError
from hub.text.types import Slot, SlotType
from hub.text.words import WORDS, joined, thing

LIMITS: Mapping[SlotType, int] = {
    SlotType.PLACE: 30,
    SlotType.STREETS: 90,
    SlotType.AREA: 120,
    SlotType.MEETING_PLACE: 80,
    SlotType.COLLECTION_POINT: 120,
    SlotType.REASON: 60,
    SlotType.SCHOOL: 40,
    SlotType.WHO: 40,
    SlotType.BRING: 120,
    SlotType.TEXT: 160,
}
"""The default and the ceiling of `max_length`, in characters. Streets: of the names that an SMS shows."""

PERSONAL_TYPES = frozenset(
    {
        SlotType.PLACE,
        SlotType.AREA,
        SlotType.MOMENT,
        SlotType.DATE,
        SlotType.CLOCK,
        SlotType.PHONE,
        SlotType.SCHOOL,
        SlotType.WHO,
        SlotType.CHOICE,
        SlotType.NUMBER,
        SlotType.TEXT,
        SlotType.REASON,
    }
)
"""Types that may be filled from a list's column: one plain value that does not depend on the present."""

MAX_STREETS, MAX_STREET, MAX_THINGS, MAX_THING, MAX_SOURCE = 12, 30, 8, 30, 30
ALWAYS_OPEN = "24h"


class Refused(ValueError):
    """What was entered does not fit the type; the message says what is allowed."""


class Passed(Refused):
    """The moment was right once, but it has passed."""


def limit(slot: Slot) -> int:
    """The slot's `max_length`, never above its type's ceiling."""
    ceiling = LIMITS.get(slot.type, 160)
    return ceiling if slot.max_length is None else min(slot.max_length, ceiling)


def read(slot: Slot, raw: str, now: datetime) -> str:
    """The canonical string. Raises Refused."""
    try:
        return _READERS[slot.type](slot, raw, now)
    except (FreeTextError, MomentError, water_use.WaterUseError) as error:
        raise Refused(str(error)) from error


@dataclass(frozen=True)
class Place:
    """A meeting place or collection point. `hours` is `08:00-20:00`, `24h` or empty."""

    address: str
    hours: str = ""
    accessible: bool | None = None
    things: tuple[str, ...] = ()


def place_of(value: str) -> Place:
    """The parts of a canonical meeting place or collection point."""
    address, hours, accessible, things = ([part.strip() for part in value.split("|")] + [""] * 4)[
        :4
    ]
    known = {"yes": True, "no": False}.get(accessible)
    return Place(address, hours, known, parts_of(things))


def parts_of(value: str) -> tuple[str, ...]:
    """The parts of a canonical list."""
    return tuple(part.strip() for part in value.split(";") if part.strip())


def _words(slot: Slot, raw: str, now: datetime) -> str:
    text = clean(raw)
    if slot.type in {SlotType.REASON, SlotType.AREA, SlotType.WHO}:
        text = text.rstrip(". ")
    if not text:
        raise Refused("it is empty")
    if not any(character.isalnum() for character in text):
        raise Refused("it has neither letters nor digits")
    return _short_enough(text, limit(slot))


def _short_enough(text: str, most: int) -> str:
    if len(text) > most:
        raise Refused(f"it has {len(text)} characters; at most {most} fit")
    return text


def _list(raw: str, most: int, longest: int) -> tuple[str, ...]:
    parts = tuple(dict.fromkeys(clean(part).rstrip(". ") for part in raw.split(";")))
    parts = tuple(part for part in parts if part)
    if not parts:
        raise Refused("it is empty")
    if len(parts) > most:
        raise Refused(f"it has {len(parts)} entries; at most {most} are allowed")
    for part in parts:
        if len(part) > longest:
            raise Refused(f"{part!r} has {len(part)} characters; at most {longest} fit")
        if not any(character.isalnum() for character in part):
            raise Refused(f"{part!r} has neither letters nor digits")
    return parts


def _streets(slot: Slot, raw: str, now: datetime) -> str:
    return "; ".join(_list(raw, MAX_STREETS, min(MAX_STREET, limit(slot))))


def _bring(slot: Slot, raw: str, now: datetime) -> str:
    parts = _list(raw, MAX_THINGS, MAX_THING)
    _short_enough(_longest_things(parts), limit(slot))
    return "; ".join(parts)


def _longest_things(parts: Sequence[str]) -> str:
    """Common things are shown in the reader's language, which can be longer than what was entered."""
    shown = (joined([thing(part, language) for part in parts], language) for language in WORDS)
    return max(shown, key=len)


def _moment(slot: Slot, raw: str, now: datetime) -> str:
    return moments.iso(moments.parse_moment(raw, now))


def _from(slot: Slot, raw: str, now: datetime) -> str:
    moment = moments.parse_moment(raw, now)
    if moment < now - timedelta(hours=48):
        raise Passed("it is more than 48 hours ago")
    _near(moment, now)
    return moments.iso(moment)


def _ahead(slot: Slot, raw: str, now: datetime) -> str:
    moment = moments.parse_moment(raw, now)
    _future(moment, now)
    return moments.iso(moment)


def _next_update(slot: Slot, raw: str, now: datetime) -> str:
    moment = moments.parse_moment(raw, now)
    _future(moment, now)
    if moment > now + timedelta(hours=24):
        raise Refused("it is more than 24 hours ahead")
    return moments.iso(moment)


def _future(moment: datetime, now: datetime) -> None:
    if moment <= now:
        local = moment.astimezone(COPENHAGEN)
        raise Passed(f"{local:%Y-%m-%d %H:%M} has passed; it must be in the future")
    _near(moment, now)


def _near(moment: datetime, now: datetime) -> None:
    """A text names day and month but no year: a moment so far ahead would be read as another one."""
    if moment > now + timedelta(days=330):
        raise Refused("it is more than 330 days ahead, and a text shows no year")


def _expected_end(slot: Slot, raw: str, now: datetime) -> str:
    if raw.strip().lower() == "unknown":
        return "unknown"
    moment, bar, source = raw.partition("|")
    if not bar or not source.strip():
        raise Refused("it names no source; write 2026-11-21T18:00 | who says so, or unknown")
    when = moments.parse_moment(moment, now)
    _future(when, now)
    return f"{moments.iso(when)} | {_short_enough(clean(source), MAX_SOURCE)}"


def _date(slot: Slot, raw: str, now: datetime) -> str:
    return moments.parse_day(raw, now).isoformat()


def _clock(slot: Slot, raw: str, now: datetime) -> str:
    return moments.parse_clock(raw).isoformat(timespec="minutes")


def _meeting_place(slot: Slot, raw: str, now: datetime) -> str:
    place = _place(slot, raw, 3)
    _short_enough(place.address, limit(slot))
    return _canonical_place(place, 3)


def _collection_point(slot: Slot, raw: str, now: datetime) -> str:
    place = _place(slot, raw, 4)
    _short_enough(f"{place.address}, {_longest_things(place.things)}".rstrip(", "), limit(slot))
    return _canonical_place(place, 4)


def _place(slot: Slot, raw: str, most: int) -> Place:
    shape = "name, address | opening hours | accessible yes/no" + " | what to bring" * (most == 4)
    parts = [part.strip() for part in raw.split("|")]
    if len(parts) > most:
        raise Refused(f"it has {len(parts)} parts; write {shape}")
    address, hours, accessible, things = (parts + [""] * 4)[:4]
    words = clean(address).rstrip(". ")
    if not any(character.isalpha() for character in words):
        raise Refused(f"it names no place; write {shape}")
    answers = {"": None, "yes": True, "no": False, "ja": True, "nej": False}
    if accessible.lower() not in answers:
        raise Refused(f"accessible is yes or no, not {accessible!r}; write {shape}")
    listed = _list(things, MAX_THINGS, MAX_THING) if things else ()
    return Place(words, opening_hours(hours), answers[accessible.lower()], listed)


def _canonical_place(place: Place, parts: int) -> str:
    accessible = {None: "", True: "yes", False: "no"}[place.accessible]
    all_parts = (place.address, place.hours, accessible, "; ".join(place.things))
    return " | ".join(all_parts[:parts]).rstrip(" |")


_HOURS = re.compile(
    r"(?:(?:åbent?|open|fra|from|kl\.?)\s*)*(\d{1,2})(?:[.:](\d{2}))?\s*(?:-|–|til|to)\s*(?:kl\.?\s*)?"
    r"(\d{1,2})(?:[.:](\d{2}))?(?:\s*uhr)?",
    re.IGNORECASE,
)


def opening_hours(raw: str) -> str:
    """Opening hours are typed so that every language can say them: `08:00-20:00`, `24h`, or nothing."""
    text = raw.strip().lower()
    if not text:
        return ""
    if text in {ALWAYS_OPEN, "24/7", "døgnet rundt", "hele døgnet", "0-24", "00:00-24:00"}:
        return ALWAYS_OPEN
    match = _HOURS.fullmatch(text)
    if match is not None:
        first, first_minute, last, last_minute = (int(part or 0) for part in match.groups())
        last %= 24 if (last, last_minute) == (24, 0) else 100
        if first < 24 and last < 24 and max(first_minute, last_minute) < 60:
            start, end = time(first, first_minute), time(last, last_minute)
            if start != end:
                return f"{start:%H:%M}-{end:%H:%M}"
    raise Refused(f"the opening hours {raw!r} are not written as 08:00-20:00 or {ALWAYS_OPEN}")


def _phone(slot: Slot, raw: str, now: datetime) -> str:
    return callable_number(raw)


def _litres(slot: Slot, raw: str, now: datetime) -> str:
    return _whole(raw, slot.minimum if slot.minimum is not None else 3, slot.maximum or 100, 3)


def _number(slot: Slot, raw: str, now: datetime) -> str:
    return _whole(raw, slot.minimum, slot.maximum, None)


def _whole(raw: str, least: int | None, most: int | None, floor: int | None) -> str:
    text = re.sub(r"[.,]0+\Z", "", raw.strip())  # a spreadsheet writes 12 as 12.0
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        raise Refused("it is not a whole number")
    value = int(text)
    least = least if floor is None else max(floor, least or floor)
    if least is not None and value < least:
        raise Refused(f"it is below {least}")
    if most is not None and value > most:
        raise Refused(f"it is above {most}")
    return str(value)


def _water_use(slot: Slot, raw: str, now: datetime) -> str:
    return water_use.normalise(raw)


def _dmi_category(slot: Slot, raw: str, now: datetime) -> str:
    if raw.strip() not in {"1", "2", "3"}:
        raise Refused("DMI's categories are 1, 2 and 3")
    return raw.strip()


def _exercise_window(slot: Slot, raw: str, now: datetime) -> str:
    first, slash, last = raw.partition(" / ")
    if not slash:
        raise Refused("it is written as start / end, with a space on both sides of the slash")
    start, end = moments.parse_moment(first, now), moments.parse_moment(last, now)
    _future(end, now)
    if not start < end <= start + timedelta(hours=8):
        raise Refused("it must end after its start, and at most 8 hours later")
    if _meets_siren_test(start, end):
        raise Refused(
            "it meets the national siren test (first Wednesday of May, 11:30 to 12:30); "
            "people must not take one for the other"
        )
    return f"{moments.iso(start)} / {moments.iso(end)}"


def _meets_siren_test(start: datetime, end: datetime) -> bool:
    """Sirens and S!RENEN are tested on the first Wednesday of May at 12:00 (fact sheet 2.4)."""
    day = start.astimezone(COPENHAGEN).date()
    while day <= end.astimezone(COPENHAGEN).date():
        if day.month == 5 and day.day <= 7 and day.weekday() == 2:
            opens = datetime.combine(day, time(11, 30), COPENHAGEN).astimezone(UTC)
            closes = datetime.combine(day, time(12, 30), COPENHAGEN).astimezone(UTC)
            if start < closes and end > opens:
                return True
        day += timedelta(days=1)
    return False


def _choice(slot: Slot, raw: str, now: datetime) -> str:
    if raw.strip() not in slot.options:
        raise Refused(f"it is one of {', '.join(slot.options)}")
    return raw.strip()


def _decider(slot: Slot, raw: str, now: datetime) -> str:
    text = clean(raw)
    if text.count(",") < 2:
        raise Refused("it is written as role, name, time")
    return _short_enough(text, limit(slot))


def callable_number(raw: str) -> str:
    """A number that citizens can ring, as E.164: Danish with eight digits (service numbers too) or with `+`.

    Raises Refused for 112, 114 and other short numbers, for premium-rate numbers and for what is no number. Unlike
    a list's cell (`phones.read_cell`), this is a number to ring: freephone and shared-cost numbers are welcome.
    """
    digits = re.sub(r"[\s().\-\u2010-\u2015]", "", raw)
    if not re.fullmatch(r"\+?[0-9]+", digits):
        raise Refused("it is no telephone number; write eight digits, or + and the country code")
    if digits in {"112", "114"}:
        raise Refused(f"{digits} must stay free for emergencies and may not be given as a contact")
    if len(digits) < 8:
        raise Refused("it is too short; write eight digits, or + and the country code")
    digits = re.sub(r"\A00", "+", digits)
    if re.fullmatch(r"45[2-9][0-9]{7}", digits):
        digits = f"+{digits}"
    try:
        number = phonenumbers.parse(digits, "DK")
    except phonenumbers.NumberParseException as error:
        raise Refused("it is no telephone number of any country") from error
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        raise Refused("it is a premium-rate number; citizens would pay for the call")
    canonical = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    danish = re.fullmatch(r"\+45(?!90)[2-9][0-9]{7}", canonical)
    if not danish and not phonenumbers.is_valid_number(number):
        raise Refused("it is no telephone number that exists; check every digit")
    return canonical


_READERS: Mapping[SlotType, Callable[[Slot, str, datetime], str]] = {
    SlotType.PLACE: _words,
    SlotType.STREETS: _streets,
    SlotType.AREA: _words,
    SlotType.FROM: _from,
    SlotType.UNTIL: _ahead,
    SlotType.NEXT_UPDATE: _next_update,
    SlotType.COLLECT_BY: _ahead,
    SlotType.EXPECTED_END: _expected_end,
    SlotType.MOMENT: _moment,
    SlotType.DATE: _date,
    SlotType.CLOCK: _clock,
    SlotType.MEETING_PLACE: _meeting_place,
    SlotType.COLLECTION_POINT: _collection_point,
    SlotType.PHONE: _phone,
    SlotType.LITRES: _litres,
    SlotType.WATER_USE: _water_use,
    SlotType.REASON: _words,
    SlotType.SCHOOL: _words,
    SlotType.WHO: _words,
    SlotType.BRING: _bring,
    SlotType.DMI_CATEGORY: _dmi_category,
    SlotType.EXERCISE_WINDOW: _exercise_window,
    SlotType.CHOICE: _choice,
    SlotType.NUMBER: _number,
    SlotType.TEXT: _words,
    SlotType.DECIDER: _decider,
}
