"""Moments, days and times of day: read as people and spreadsheets write them, shown in each language.

Inside, a moment is aware and in UTC; what comes without an offset is Copenhagen time, and an hour that the change
to or from summer time swallows or repeats is refused with both readings offered (DESIGN.md, rule 14).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_day_names, get_month_names

from hub.text.words import NoWords, base_language

COPENHAGEN = ZoneInfo("Europe/Copenhagen")

_RELATIVE = re.compile(r"\+(?=\d)(?:(\d{1,3})d)?(?:(\d{1,3})h)?(?:(\d{1,4})m)?", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")
_CLOCK = re.compile(r"(?:kl\.?\s*)?([01]?\d|2[0-3])[:.]([0-5]\d)(?:[:.]([0-5]\d)(?:[.,]\d+)?)?")
_FRACTION = re.compile(r"0[.,](\d+)")
_PATTERN = re.compile(r"'([^']+)'|([A-Za-z]+)|([^A-Za-z']+)")
_OFFSET = re.compile(r"\s*(Z|[+-]\d{2}:?\d{2})\Z")


class MomentError(ValueError):
    """The text is no moment, day or time; the message says what is allowed."""


@dataclass(frozen=True)
class Style:
    """How a language writes a moment: CLDR patterns for its parts, and how day and time are joined."""

    locale: str
    date: str
    short_date: str
    time: str
    long: str
    short: str
    span: str
    """`{date}`, `{start}` and `{end}` of a stretch of time within a day; bare times."""
    to: str
    """Between two moments on different days."""
    summer: str
    winter: str


STYLES: Mapping[str, Style] = {
    "da": Style(
        "da",
        "EEEE 'den' d. MMMM",
        "EEE d.M.",
        "'kl.' H.mm",
        "{date} {time}",
        "{date} {time}",
        "{date} fra kl. {start} til kl. {end}",
        "{start} til {end}",
        "sommertid",
        "vintertid",
    ),
    "en": Style(
        "en",
        "EEEE d MMMM",
        "EEE d MMM",
        "HH:mm",
        "{date} at {time}",
        "{date} {time}",
        "{date} from {start} to {end}",
        "{start} to {end}",
        "summer time",
        "winter time",
    ),
    "de": Style(
        "de",
        "EEEE, d. MMMM",
        "EEE, d.M.",
        "H.mm 'Uhr'",
        "{date}, {time}",
        "{date}, {time}",
        "{date}, von {start} bis {end} Uhr",
        "{start} bis {end}",
        "Sommerzeit",
        "Winterzeit",
    ),
    "uk": Style(
        "uk",
        "EEEE, d MMMM",
        "EEE d.MM",
        "HH:mm",
        "{date}, {time}",
        "{date} {time}",
        "{date}, {start}–{end}",
        "{start} – {end}",
        "літній час",
        "зимовий час",
    ),
    "ar": Style(
        "ar",
        "EEEE d MMMM",
        "EEEE d MMMM",
        "HH:mm",
        "{date}، الساعة {time}",
        "{date}، {time}",
        "{date} من الساعة {start} إلى الساعة {end}",
        "{start} إلى {end}",
        "التوقيت الصيفي",
        "التوقيت الشتوي",
    ),
    "pl": Style(
        "pl",
        "EEEE, d MMMM",
        "EEE d.MM",
        "'godz.' HH:mm",
        "{date}, {time}",
        "{date} {time}",
        "{date} od {start} do {end}",
        "{start} do {end}",
        "czas letni",
        "czas zimowy",
    ),
    "ro": Style(
        "ro",
        "EEEE, d MMMM",
        "EEE d.MM",
        "'ora' HH:mm",
        "{date}, {time}",
        "{date} {time}",
        "{date} de la {start} la {end}",
        "{start} până la {end}",
        "ora de vară",
        "ora de iarnă",
    ),
}


def style(language: str) -> Style:
    """The language's style; for one without a table of ours, CLDR's names in a plain order.

    Raises NoWords for a language that CLDR does not know either.
    """
    language = base_language(language)
    known = STYLES.get(language)
    if known is not None:
        return known
    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError) as error:
        raise NoWords(language) from error
    return Style(
        language,
        "EEEE d MMMM",
        "EEE d MMM",
        "HH:mm",
        "{date} {time}",
        "{date} {time}",
        "{date} {start}–{end}",
        "{start} – {end}",
        "+02:00",
        "+01:00",
    )


def parse_moment(raw: str, now: datetime) -> datetime:
    """A moment in UTC, to the minute. ISO 8601, `21-11-2026 10:30`, `21.11.2026 10.30` or `+2h`, `+45m`, `+1d`.

    Raises MomentError with what is allowed, or with both readings of an hour that is missing or double.
    """
    text = raw.strip()
    relative = _RELATIVE.fullmatch(text)
    if relative is not None:
        days, hours, minutes = (int(part or 0) for part in relative.groups())
        step = timedelta(days=days, hours=hours, minutes=minutes)
        return _minute(now.astimezone(UTC) + step)
    text, offset = _split_offset(text)
    day, rest = _leading_day(text)
    if not rest.strip(" T"):
        raise MomentError("the time of day is missing; write it as 2026-11-21T13:30")
    local = datetime.combine(day, _clock(rest.lstrip(" T")))
    if offset is not None:
        try:
            return _minute(datetime.fromisoformat(f"{local.isoformat()}{offset}").astimezone(UTC))
        except (ValueError, OverflowError) as error:
            raise MomentError(f"{offset} is no offset from UTC; write +01:00 or +02:00") from error
    return _minute(from_copenhagen(local))


def from_copenhagen(local: datetime) -> datetime:
    """A naive Copenhagen time in UTC. Raises MomentError when the clock skips or repeats it that night."""
    early = local.replace(tzinfo=COPENHAGEN, fold=0)
    late = local.replace(tzinfo=COPENHAGEN, fold=1)
    if early.utcoffset() == late.utcoffset():
        return early.astimezone(UTC)
    readings = sorted(
        moment.astimezone(UTC).astimezone(COPENHAGEN).isoformat(timespec="minutes")
        for moment in (early, late)
    )
    exists = early.astimezone(UTC).astimezone(COPENHAGEN).replace(tzinfo=None) == local
    what = "happens twice" if exists else "does not exist"
    raise MomentError(
        f"{local:%Y-%m-%d %H:%M} {what} that night, when the clock is changed; "
        f"write {readings[0]} or {readings[1]}"
    )


def parse_day(raw: str, now: datetime) -> date:
    """A day: `2026-11-21`, `21-11-2026`, `21.11.2026`, `+1d`, or one of these with a midnight time behind it."""
    text = raw.strip()
    relative = _RELATIVE.fullmatch(text)
    if relative is not None:
        days, hours, minutes = (int(part or 0) for part in relative.groups())
        step = timedelta(days=days, hours=hours, minutes=minutes)
        return (now.astimezone(COPENHAGEN) + step).date()
    day, rest = _leading_day(text)
    if rest.strip(" T") and _clock(rest.lstrip(" T")) != time(0):
        raise MomentError("a day has no time of day; write it as 2026-11-21")
    return day


def parse_clock(raw: str) -> time:
    """A time of day to the minute: `13:30`, `13.30`, `kl. 13.30`, `13:30:00`, or a spreadsheet's part of a day.

    A part of a day needs three decimals (`0,4375`): `0.25` could be 06:00 or 00:25 and is refused.
    """
    text = raw.strip()
    fraction = _FRACTION.fullmatch(text)
    if fraction is not None:
        if len(fraction[1]) < 3:
            raise MomentError(
                "this can be read as a time or as a part of a day; write it as 06:00 or 00:25"
            )
        minutes = round(float(f"0.{fraction[1]}") * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    return _clock(text)


def iso(moment: datetime) -> str:
    """The canonical form: UTC, to the minute, with its offset."""
    return moment.astimezone(UTC).isoformat(timespec="minutes")


def render_moment(moment: datetime, language: str, form: str = "") -> str:
    """In Copenhagen time: long, or `short`, `date`, `time`. Raises NoWords for an unknown language."""
    local = moment.astimezone(COPENHAGEN)
    used = style(language)
    if form == "date":
        return render_day(local.date(), language)
    clock = _with_season(render_clock(local.time(), language), local, used)
    if form == "time":
        return clock
    pattern = used.short if form == "short" else used.long
    return pattern.format(date=render_day(local.date(), language, form), time=clock)


def render_day(day: date, language: str, form: str = "") -> str:
    used = style(language)
    return _format_date(day, used.short_date if form == "short" else used.date, used.locale)


def render_clock(clock: time, language: str) -> str:
    used = style(language)
    return _format_time(clock.hour, clock.minute, used.time, used.locale)


def render_bare_clock(clock: time, language: str) -> str:
    """`13.30` or `13:30`, without the words that go with it."""
    used = style(language)
    bare = "H.mm" if ".mm" in used.time else "HH:mm"
    return _format_time(clock.hour, clock.minute, bare, used.locale)


def render_span(start: datetime, end: datetime, language: str) -> str:
    """A stretch of time; the day once when both ends are on it."""
    used = style(language)
    first, last = start.astimezone(COPENHAGEN), end.astimezone(COPENHAGEN)
    if first.date() == last.date():
        clocks = [render_bare_clock(at.time(), language) for at in (first, last)]
        return used.span.format(
            date=render_day(first.date(), language), start=clocks[0], end=clocks[1]
        )
    return used.to.format(start=render_moment(start, language), end=render_moment(end, language))


@lru_cache(maxsize=64)
def longest_moment(language: str, form: str = "") -> datetime:
    """The moment whose rendering in this form is longest in a language."""
    start = datetime(2026, 1, 1, 21, 30, tzinfo=UTC)
    days = (start + timedelta(days=number) for number in range(365 * 3))
    if form in ("date", "time"):
        return max(days, key=lambda moment: len(render_moment(moment, language, form)))
    return max(days, key=lambda moment: _length(moment, language, form))


def _length(moment: datetime, language: str, form: str) -> int:
    """Of the moment's own words; what stands around them is the same for all."""
    local = moment.astimezone(COPENHAGEN)
    day = render_day(local.date(), language, form)
    return len(day) + len(render_clock(local.time(), language))


@lru_cache(maxsize=4096)
def _format_date(day: date, pattern: str, locale: str) -> str:
    fields = _fields(pattern, locale)
    if fields is None:
        return format_date(day, pattern, locale=locale)
    numbers = {"E": day.weekday(), "M": day.month, "d": day.day, "": 0}
    return "".join(names[numbers[kind]] for kind, names in fields)


@lru_cache(maxsize=64)
def _fields(pattern: str, locale: str) -> tuple[tuple[str, Mapping[int, str]], ...] | None:
    """The pattern's parts, each with its words by weekday, month or day: Babel reads a pattern afresh for every day,
    and a site has thousands of them. None for a pattern with other fields."""
    days = {number: str(number) for number in range(1, 32)}
    words: Mapping[str, Mapping[int, str]] = {
        "EEEE": get_day_names("wide", "format", locale),
        "EEE": get_day_names("abbreviated", "format", locale),
        "MMMM": get_month_names("wide", "format", locale),
        "MMM": get_month_names("abbreviated", "format", locale),
        "MM": {number: f"{number:02}" for number in days},
        "M": days,
        "d": days,
    }
    found: list[tuple[str, Mapping[int, str]]] = []
    for quoted, name, other in _PATTERN.findall(pattern):
        if name and name not in words:
            return None
        found.append((name[0], words[name]) if name else ("", {0: quoted or other}))
    return tuple(found)


@lru_cache(maxsize=4096)
def _format_time(hour: int, minute: int, pattern: str, locale: str) -> str:
    return format_time(time(hour, minute), pattern, locale=locale)


def _with_season(text: str, local: datetime, used: Style) -> str:
    """Names summer or winter time in the one hour of the year that comes twice."""
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return text
    return f"{text} ({used.summer if local.dst() else used.winter})"


def _split_offset(text: str) -> tuple[str, str | None]:
    match = _OFFSET.search(text)
    if match is None or (":" not in text[: match.start()] and "." not in text[: match.start()]):
        return text, None
    return text[: match.start()], "+00:00" if match[1] == "Z" else match[1]


def _leading_day(text: str) -> tuple[date, str]:
    match = _YEAR_FIRST.match(text)
    if match is not None:
        year, month, day = (int(part) for part in match.groups())
    else:
        match = _DAY_FIRST.match(text)
        if match is None:
            raise MomentError("a day is written as 2026-11-21 or 21-11-2026")
        day, month, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == "/" and day <= 12 and day != month:
            raise MomentError(
                "with slashes, day and month can be mistaken for each other; "
                f"write {year}-{month:02}-{day:02} or {year}-{day:02}-{month:02}"
            )
    if not 2000 <= year <= 2099:
        raise MomentError(f"the year {year} is not between 2000 and 2099")
    try:
        return date(year, month, day), text[match.end() :]
    except ValueError as error:
        raise MomentError(f"there is no such day as {match[0]}") from error


def _clock(text: str) -> time:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise MomentError("a time of day is written as 13:30, from 00:00 to 23:59")
    return time(int(match[1]), int(match[2]))


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
