"""Dates and clock times, in any of the ways people write them."""

from __future__ import annotations

import re

from hub.text.speech.voice import Clock, Day, Voice, alternatives, ends_sentence, kept_stop

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_ALONE = r"(?<![\w.,:/+-])"
_NO_MORE = r"(?!\w|[.:/-]\d)"


def say_dates(text: str, voice: Voice) -> str:
    """`21/11`, `21.11.2026`, `2026-11-21`, `21.-23. november 2026` in the language's words.

    Two numbers with a slash count as a date only where both fit; `1/2 liter` stays a fraction.
    Day before month, as all languages here write it; `November 21` is understood too.
    """
    text = say_weekdays(text, voice)
    text = _iso_dates(text, voice)
    text = _numeric_dates(text, voice)
    return _named_dates(text, voice)


def say_weekdays(text: str, voice: Voice) -> str:
    """`lør. 21/11` and `man.-fre.`; a lone "man" or "sat" is a word like any other."""
    every = {**voice.weekdays, **voice.weekday_words}
    if not every:
        return text
    if voice.weekdays_capital:
        flags, shown = re.NOFLAG, {short.capitalize(): full for short, full in every.items()}
    else:
        flags, shown = re.IGNORECASE, every
    names, full = alternatives(shown), alternatives(set(every.values()))
    clear = alternatives(short for short in shown if short.lower() in voice.weekdays)
    words = alternatives(short for short in shown if short.lower() in voice.weekday_words)

    def name(written: str) -> str:
        return every.get(written.lower(), written)

    text = re.sub(
        rf"(?<![\w.-])({names}|{full})\.? ?- ?({names}|{full})(?![\w-])(\.?)",
        lambda m: f"{name(m[1])} {voice.to} {name(m[2])}{kept_stop(m)}",
        text,
        flags=flags,
    )
    day = rf"(?:den |the |d\. )?{_DAY}(?:/{_MONTH}|\.{_MONTH}(?!\d)|\.? ?(?:{alternatives(voice.months)}))"
    at = rf"\d{{1,2}}(?:[:.]\d\d|(?: ?- ?\d{{1,2}})? ?(?:{voice.clock_tail})(?!\w))"
    for short, following in (
        (clear, rf"(?:{day}|(?:den |d\.|kl\.? ?)?\d)"),
        (words, rf"(?:{day}|{at})"),
    ):
        text = re.sub(
            rf"(?<![\w.-])({short or '(?!)'})\.?,?(?= {following})",
            lambda m: name(m[1]),
            text,
            flags=flags,
        )
    return text


def _date(match: re.Match[str], voice: Voice, day: str, month: str, year: str | None) -> str:
    before = match.string[: match.start()]
    full_year = None if not year else int(year) + (2000 if len(year) == 2 else 0)
    return voice.date(Day(int(day), int(month), full_year), before)


def _iso_dates(text: str, voice: Voice) -> str:
    pattern = (
        rf"{_ALONE}({_YEAR})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?:T(?=\d\d:\d\d)|(?!\w|-\d))"
    )
    return re.sub(
        pattern,
        lambda m: _date(m, voice, m[3], m[2], m[1]) + (" " if m[0].endswith("T") else ""),
        text,
    )


def _numeric_dates(text: str, voice: Voice) -> str:
    with_year = (
        rf"{_ALONE}({_DAY})(?:\.\s?({_MONTH})\.\s?|/({_MONTH})[ /-]|-({_MONTH})-)({_YEAR}|\d\d)"
        rf"(?!\w|[.,:/-]\d)"
    )
    text = re.sub(with_year, lambda m: _date(m, voice, m[1], m[2] or m[3] or m[4], m[5]), text)
    units = voice.measures
    slash = rf"{_ALONE}(?!24/7){_DAY}/{_MONTH}{_NO_MORE}"

    def several(match: re.Match[str]) -> str:
        days = [Day(*map(int, part.split("/"))) for part in match[0].replace(" ", "").split("-")]
        before = match.string[: match.start()]
        if len(days) == 2:
            return voice.dates(days[0], days[1], before)
        return voice.date(days[0], before)

    text = re.sub(
        rf"{slash}(?: ?- ?{_DAY}/{_MONTH}{_NO_MORE})?(?! ?(?:{units})(?!\w))", several, text
    )
    text = re.sub(
        rf"(?<!\w)(?P<near>(?:{voice.date_near}) )({_DAY})\.({_MONTH})(?![\w]|[.,:/-]\d)\.?",
        lambda m: (
            m["near"]
            + voice.date(Day(int(m[2]), int(m[3])), m.string[: m.start()] + m["near"])
            + kept_stop(m)
        ),
        text,
        flags=re.IGNORECASE,
    )
    # `21.11.` with its closing full stop is how German writes a day; elsewhere it is a time.
    if voice.day_dot_closes:
        text = re.sub(
            rf"{_ALONE}(?<!\d )({_DAY})\.({_MONTH})\.(?!\w|\d)",
            lambda m: (
                m[0] if _timely(m, voice) else _date(m, voice, m[1], m[2], None) + kept_stop(m)
            ),
            text,
        )
    return text


def _timely(match: re.Match[str], voice: Voice) -> bool:
    """Whether the word before makes it a time (`um 13.10.` at a sentence's end)."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    return bool(re.search(r"(?<!\w)(?:um|gegen)\s*$", before, re.I)) and ends_sentence(after)


def _named_dates(text: str, voice: Voice) -> str:
    months = alternatives(voice.months)
    day = rf"({_DAY}){voice.day_dot}"
    month = rf"({months})(?!\w)(?:\.(?=\s*(?-i:[\d,a-zæøåäöü])))?"
    year = rf"(?: ({_YEAR})(?![\w]|[.,:]\d))?"

    def named(match: re.Match[str]) -> str:
        before = match.string[: match.start()]
        *starts, last, month_name, year_digits = match.groups()
        number = voice.months[month_name.lower()]
        final = Day(int(last), number, int(year_digits) if year_digits else None)
        if starts and starts[0]:
            other = voice.months[starts[1].lower()] if starts[1] else number
            return voice.dates(Day(int(starts[0]), other), final, before)
        return voice.date(final, before)

    text = re.sub(
        rf"(?<!\w)((?:{voice.date_from}) )({_DAY}) {voice.to} ({_DAY}) ({months})(?!\w)",
        lambda m: m[1] + voice.dates(*_both(m[2], m[3], voice.months[m[4].lower()]), m[1]),
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(
        rf"{_ALONE}(?:{day} ?(?:({months})\.? ?)?- ?)?{day} ?{month}{year}",
        named,
        text,
        flags=re.IGNORECASE,
    )
    if not voice.month_first:
        return text
    return re.sub(
        rf"(?<!\w)({months})(?!\w)\.? ({_DAY})(?:st|nd|rd|th)?(?![\w]|[.:]\d|-\d)"
        rf"(?:,? ({_YEAR})(?![\w]|[.,:]\d))?",
        lambda m: voice.date(
            Day(int(m[2]), voice.months[m[1].lower()], int(m[3]) if m[3] else None),
            m.string[: m.start()],
        ),
        text,
        flags=re.IGNORECASE,
    )


def _both(first: str, second: str, month: int) -> tuple[Day, Day]:
    return Day(int(first), month), Day(int(second), month)


def say_times(text: str, voice: Voice) -> str:
    """`kl. 13.30`, `8:00-16:30`, `8-16 Uhr`, `1:30 pm` in the language's words.

    A bare number is a time only beside a word that says so; `13.30` also where the language
    writes its decimals with a comma.
    """
    hour = r"([01]?\d|2[0-4])"
    minute = r"(?:(:)([0-5]\d)|\.([0-5]\d))?"
    half = r"(?: ?([ap])\.? ?m(?!\w)\.?)" if voice.half_days else r"((?!))"
    first = rf"{hour}{minute}{half}?"
    after_second = rf"{hour}{minute}(?:{half}|(?!\w|[.:/]\d|,\d))"
    one = rf"{hour}{minute}(?:{half}|(?!\w|[.,:/]\d))"
    pattern = re.compile(
        rf"(?<![\w,.:/+-])(?<!\d )(?:({voice.clock_lead}) ?)?"
        rf"(?:{first} ?(?:-|(?<= ){voice.to}(?= )) ?(?:(?:{voice.clock_lead}) ?)?{after_second}|{one})"
        rf"(?: ?({voice.clock_tail})(?!\w))?",
        re.IGNORECASE,
    )
    return pattern.sub(lambda match: _times(match, voice), text)


def _times(match: re.Match[str], voice: Voice) -> str:
    lead, *spans, tail = match.groups()
    written = [span for span in (spans[0:5], spans[5:10], spans[10:15]) if span[0]]
    before = match.string[: match.start()]
    near = bool(re.search(rf"(?<!\w)(?:{voice.clock_near})\s*$", before, re.IGNORECASE))
    certain = bool(lead or tail) or any(colon or half for _, colon, _, _, half in written)
    dotted = any(dot for _, _, _, dot, _ in written)
    if not (certain or (dotted and (near or voice.dotted_times))):
        return match[0]
    units = voice.measures
    if dotted and not lead and re.match(rf" ?(?:{units})(?!\w)", match.string[match.end() :]):
        return match[0]
    clocks = [_clock(span) for span in written]
    if any(clock is None for clock in clocks):
        return match[0]
    known = [clock for clock in clocks if clock is not None]
    second = known[1] if len(known) > 1 else None
    if tail and not (lead or voice.tells_time(tail.lower(), known[0], second, before)):
        return match[0]
    spoken = voice.times(lead or "", known[0], second, before)
    stop = kept_stop(match)
    space = " " if match[0].endswith(" ") else ""
    return spoken + stop + space


def _clock(span: list[str | None]) -> Clock | None:
    hour, _, colon_minute, dot_minute, half = span
    assert hour is not None
    minute = colon_minute or dot_minute
    if int(hour) == 24 and int(minute or 0) > 0:
        return None
    return Clock(
        int(hour), None if minute is None else int(minute), f"{half} m".lower() if half else ""
    )
