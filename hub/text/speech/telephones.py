"""Telephone numbers as people say and write them down.

Fact sheet, status page, 4a: an eight-digit number in one piece is read as "seventy million ..."
and `112` as "one hundred and twelve"; pairs, and single digits for short numbers, are understood.
"""

from __future__ import annotations

import re
from typing import Final

from hub.text.speech.tables import words
from hub.text.speech.voice import Voice, alternatives

LONGEST_GROUP: Final = 4
"""Digits said in one breath; a longer group is cut into twos."""
SHORTEST_TRUNK: Final = 7
"""Fewer digits after a leading zero are a time or a date (`08-16`), not a number to dial."""

_STREETS: Final = (
    *("gade", "vej", "allé", "plads", "torv", "vænge", "stræde", "parken", "gyde"),
    *("straße", "str.", "weg", "platz", "street", "road", "st.", "rd.", "lane", "avenue"),
)

_BORDER: Final = r"(?<![\w,.:/-])(?<!\d )"
_END: Final = r"(?!\w|[.,:/-]\d| ?\d)"

_DANE: Final = (
    r"(?:\d\d(?P<gap>[ .-])\d\d(?P=gap)\d\d(?P=gap)\d\d"
    r"|(?!(?:19|20)\d\d.(?:19|20))\d{4}[ -]\d{4}|\d{8})"
)
_HOME: Final = re.compile(rf"(?<![\w+])(?:\+ ?|00 ?)45[ .-]?(?:\(0\) ?)?(?P<number>{_DANE}){_END}")
_TWO: Final = re.compile(r"(?<=\d\d \d\d \d\d \d\d) ?/ ?(?=\+?\d\d \d\d \d\d)")
_ABROAD: Final = re.compile(
    rf"(?<![\w+])(?:\+ ?|00(?=[1-9]))[1-9](?:(?:[ ./-]| ?\(0?| ?\) ?)?\d){{6,14}}{_END}"
)
_EIGHT: Final = re.compile(rf"{_BORDER}(?:{_DANE}){_END}")
_TRUNK: Final = re.compile(
    rf"{_BORDER}(?:\(0\d{{1,5}}\) ?|0\d{{1,5}}(?: ?[ /-] ?)?)\d{{2,}}(?:[ -]\d{{2,}})*{_END}"
)
_HELPLINE: Final = re.compile(rf"{_BORDER}116 ?(?:117|000|006|111|123){_END}")
_DASHED: Final = re.compile(rf"{_BORDER}\d(?:-\d){{2,}}{_END}")
_COUNTRY_CODES: Final = words("""
    1 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64
    65 66 7 81 82 84 86 90 91 92 93 94 95 98
""")
"""Those of one and two digits; all others have three (ITU-T E.164)."""


def say_telephones(text: str, voice: Voice, *, repeat: bool = False) -> str:
    """Every number to dial, in words. `repeat` says those of more than four digits twice."""

    def again(spoken: str) -> str:
        return f"{spoken}, {voice.again}, {spoken}, " if repeat else spoken

    def home(match: re.Match[str]) -> str:
        return again(f"{voice.plus} {_country('45', voice)}, {_groups(match['number'], voice)}")

    def abroad(match: re.Match[str]) -> str:
        written = re.sub(r"^(?:\+ ?|00)", "", match[0].replace("(0)", " "))
        digits = re.sub(r"\D", "", written)
        country = next((code for code in _COUNTRY_CODES if digits.startswith(code)), digits[:3])
        rest = _groups(_without(written, country), voice)
        return again(f"{voice.plus} {_country(country, voice)}, {rest}")

    def trunk(match: re.Match[str]) -> str:
        enough = len(re.sub(r"\D", "", match[0])) >= SHORTEST_TRUNK
        return again(_groups(match[0], voice)) if enough else match[0]

    text = _TWO.sub(f" {voice.or_word} ", text)
    text = _HOME.sub(home, text)
    text = _ABROAD.sub(abroad, text)
    text = _EIGHT.sub(lambda m: again(_groups(re.sub(r"\D", "", m[0]), voice)), text)
    text = _TRUNK.sub(trunk, text)
    text = _HELPLINE.sub(lambda m: _groups(f"{m[0][:3]} {m[0][-3:]}", voice), text)
    text = _DASHED.sub(lambda m: _each(m[0].replace("-", ""), voice), text)
    return _short(text, voice)


def _country(code: str, voice: Voice) -> str:
    return voice.cardinal(int(code)) if voice.phones_in_pairs else _each(code, voice)


def _without(written: str, country: str) -> str:
    """The number after its country code, still grouped as written."""
    for digit in country:
        written = written[written.index(digit) + 1 :]
    return written


def _each(digits: str, voice: Voice) -> str:
    return voice.spell_digits(digits)


def _groups(written: str, voice: Voice) -> str:
    """Eight digits in pairs; others in the groups they were written in, long groups in twos."""
    groups = re.findall(r"\d+", written)
    digits = "".join(groups)
    if len(digits) == 8 and not digits.startswith("0"):
        pairs = [digits[at : at + 2] for at in range(0, 8, 2)]
        if voice.phones_in_pairs:
            return " ".join(voice.whole(pair) for pair in pairs)
        return ", ".join(_each(pair, voice) for pair in pairs)
    parts: list[str] = []
    for group in groups:
        if len(group) <= LONGEST_GROUP:
            parts.append(group)
        else:
            odd = len(group) % 2
            cuts = range(odd, len(group), 2)
            twos = [group[at : at + 2] for at in cuts]
            parts += [group[0] + twos[0], *twos[1:]] if odd else twos
    return ", ".join(_each(part, voice) for part in parts)


def _short(text: str, voice: Voice) -> str:
    """`112` anywhere, and any three to six digits after "ring": one digit at a time."""
    things = alternatives((*voice.counted, *voice.units, *voice.currencies, "%", "°"))
    uncounted = rf"(?! ?(?:{things})(?!\w))"
    calls = alternatives(voice.call_words)
    dialled = re.compile(
        rf"(?<!\w)((?:{calls})\.?:? )(\d{{3}} \d{{3}} \d{{3}}|\d{{3,6}}){_END}{uncounted}",
        re.IGNORECASE,
    )
    text = dialled.sub(lambda m: m[1] + _groups(m[2], voice), text)
    numbers = alternatives(voice.short_numbers)
    text = re.sub(
        rf"(?<![\w,.:/-])({numbers})/(?=(?:{numbers}){_END})", rf"\1 {voice.or_word} ", text
    )
    known = re.compile(rf"{_BORDER}(?:{numbers}){_END}{uncounted}(?! ?- ?\d)")

    def short(match: re.Match[str]) -> str:
        before = match.string[: match.start()].rstrip().lower()
        return match[0] if before.endswith(_STREETS) else _each(match[0], voice)

    return known.sub(short, text)
