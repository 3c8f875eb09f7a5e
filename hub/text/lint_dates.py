"""Rules for days and times: absolute, right, and never written by hand (L06, L09)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Final

from babel.dates import get_day_names, get_month_names

from hub.text.lint_reading import ERROR, WARNING, Finding, Part, Reading
from hub.text.moments import style
from hub.text.template import MOMENT_TYPES
from hub.text.types import Phase, SlotType
from hub.text.words import base_language

_RELATIVE: Final[Mapping[str, re.Pattern[str]]] = {
    language: re.compile(words, re.I)
    for language, words in {
        "da": r"\b(?:i dag|i aften|i morgen|i nat|i går|snart|lige nu|om lidt)\b",
        "en": r"\b(?:today|tonight|tomorrow|yesterday|soon|right now|this (?:morning|evening))\b",
        "de": r"\b(?:heute|morgen früh|gestern|bald|demnächst|gerade eben|heute Abend)\b",
        "uk": r"(?<!\w)(?:сьогодні|завтра|вчора|незабаром|щойно|скоро)(?!\w)",
        "ar": r"(?<!\w)(?<!في )(?<!كل )(?:اليوم(?! التالي)|غدًا|غدا|أمس|قريبًا|قريبا|الليلة)(?!\w)",
        "pl": r"\b(?:dzisiaj|dziś|jutro|wczoraj|wkrótce|niebawem)\b",
        "ro": r"\b(?:astăzi|azi|mâine|ieri|în curând|diseară)\b",
    }.items()
}
_MOMENTS: Final = (
    *MOMENT_TYPES,
    SlotType.DATE,
    SlotType.EXERCISE_WINDOW,
)
_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?:(?P<y>20\d\d)-(?P<m>0[1-9]|1[0-2])-(?P<d>[0-3]\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])(?:[./-](?:20)?\d\d|\.(?=\s|\Z)))(?![\d/-]|[.,]\d)"
)
_YEAR = r"(?:\s*(?P<year>20\d\d))?"


def dates_are_absolute(reading: Reading) -> Iterator[Finding]:
    """L06: 'today' and 'soon' mislead whoever reads a forwarded picture tomorrow; so does an SMS without any moment.
    The page and the voice tell when they were written."""
    moments = reading.slots_of_type(*_MOMENTS) | {"issued_at"}
    for part in reading.parts:
        yield from _relative(part, moments)
        if part.channel in ("sms", "short") and not part.slots & moments:
            yield part.finding(
                "L06",
                WARNING if reading.phase is Phase.BEFORE else ERROR,
                "shows no day and time, so nobody can tell it from an old one",
                "Show {issued_at:short}, or another moment.",
            )


def _relative(part: Part, moments: frozenset[str]) -> Iterator[Finding]:
    pattern = _RELATIVE.get(base_language(part.language))
    if pattern is None or not pattern.search(part.literal):
        return
    for sentence in part.named_sentences:
        match = pattern.search(sentence)
        if match and not any(f"{{{name}}}" in sentence for name in moments):
            yield part.finding(
                "L06",
                ERROR if part.channel in ("sms", "short") else WARNING,
                f"says {match[0]!r}, which is wrong the day after",
                "Use a slot with day and time.",
                at=match[0],
            )


def dates_are_right(reading: Reading) -> Iterator[Finding]:
    """L09: a day that is written by hand is wrong the next time; one with another weekday than the calendar's is wrong
    at once. Slots are checked when they are filled."""
    for part in reading.parts:
        wrong = wrong_weekday(part.literal, part.language)
        if wrong:
            yield part.finding(
                "L09",
                ERROR,
                f"says {wrong[0]!r}, which is a {wrong[1]}",
                "Use a slot of the type date or moment.",
                at=wrong[0],
            )
            continue
        match = _NUMERIC.search(part.literal) or _named(part.language).search(part.literal)
        if match:
            yield part.finding(
                "L09",
                WARNING,
                f"has the date {match[0].strip()!r} written by hand",
                "Use a slot of the type date or moment.",
                at=match[0],
            )


def wrong_weekday(text: str, language: str, near: date | None = None) -> tuple[str, str] | None:
    """The first date with its weekday that the calendar has otherwise: as written, and the true weekday. One without a
    year is taken for the nearest to `near`, or left alone."""
    days = _weekdays(language)
    for match in _named(language).finditer(text):
        day = _day(match, _months(language)[match["month"].lower()], near)
        if day is None or not match["weekday"]:
            continue
        if days[match["weekday"].lower()] != day.weekday():
            true = next(name for name, number in days.items() if number == day.weekday())
            return match[0].strip(), true
    return None


def _day(match: re.Match[str], month: int, near: date | None) -> date | None:
    years = [int(match["year"])] if match["year"] else []
    if not years and near is not None:
        years = [near.year - 1, near.year, near.year + 1]
    found = []
    for year in years:
        try:
            found.append(date(year, month, int(match["day"])))
        except ValueError:
            continue
    return min(found, key=lambda day: abs(day - (near or day)), default=None)


@cache
def _named(language: str) -> re.Pattern[str]:
    """`lørdag den 21. november 2026`, `21. november`, `Saturday 21 November`."""
    months, days = "|".join(_months(language)), "|".join(_weekdays(language))
    between = r"(?:,?\s+(?:den|the|der|dem|в|у|w|dnia)?\s*|,?\s*)"
    return re.compile(
        rf"(?<!\w)(?:(?P<weekday>{days}){between})?(?P<day>[0-3]?\d)(?:\.|st|nd|rd|th)?\s+(?:من\s+)?"
        rf"(?P<month>{months})(?!\w),?{_YEAR}",
        re.I,
    )


@cache
def _months(language: str) -> Mapping[str, int]:
    names = get_month_names("wide", "format", style(base_language(language)).locale)
    return {name.lower(): number for number, name in names.items()}


@cache
def _weekdays(language: str) -> Mapping[str, int]:
    names = get_day_names("wide", "format", style(base_language(language)).locale)
    return {name.lower(): number for number, name in names.items()}
