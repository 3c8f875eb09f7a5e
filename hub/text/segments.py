"""How many SMS a text costs, and where one part ends and the next begins.

Sources: 3GPP TS 23.038 (the GSM 7-bit default alphabet and its extension table) and 3GPP
TS 23.040 (a part of a concatenated message gives 6 octets to its header). The results agree
with Twilio's message-segment-calculator, whose table has `Ç` and not `ç`, and neither ESC
nor NUL.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "\f^{}\\[~]|€"

_OUTSIDE_GSM7 = re.compile(f"[^{re.escape(_BASIC + _EXTENSION)}]")
_TWO_SEPTETS = re.compile(f"[{re.escape(_EXTENSION)}]")
_TWO_CODE_UNITS = re.compile("[\U00010000-\U0010ffff]")
_BASIC_LATIN1 = "".join(letter for letter in _BASIC if ord(letter) < 256).encode("latin-1")


class Encoding(StrEnum):
    """The two alphabets an SMS can be sent in; the values are those that gateways print."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True)
class _Measured:
    """A text's encoding, the indexes of its two-unit characters, and what fits, in units."""

    encoding: Encoding
    wide: list[int]
    alone: int
    part: int


@dataclass(frozen=True)
class Count:
    """What a text costs: `segments` billed parts, `units` septets or 16-bit code units.

    `units` counts the text itself, without the headers of its parts.
    """

    encoding: Encoding
    segments: int
    units: int


@dataclass(frozen=True)
class Offender:
    """A character that keeps a text out of GSM-7.

    `index` counts code points from 0. `character` is one code point, or a letter with its
    combining marks where composing them would mend it. `replacement` stands in for
    `character` without changing what is said ("" means: leave it out); None means that only
    the author can decide.
    """

    index: int
    character: str
    name: str
    replacement: str | None


def encoding_of(text: str) -> Encoding:
    """GSM-7 if every character is in its two tables, else UCS-2. The text is taken as given."""
    return Encoding.UCS2 if _OUTSIDE_GSM7.search(text) else Encoding.GSM7


def count(text: str) -> Count:
    """Encoding, billed segments and units of `text`, exactly as it would be packed.

    Nothing is normalised: a decomposed `å` costs two UCS-2 units. The empty text is one
    segment of no units, as in Twilio's calculator. A lone surrogate, which JSON can carry,
    is one UCS-2 unit. Never raises.
    """
    measured = _measure(text)
    units = len(text) + len(measured.wide)
    if units <= measured.alone:
        return Count(measured.encoding, 1, units)
    return Count(measured.encoding, sum(1 for _ in _ends(text, measured)), units)


def split(text: str) -> tuple[str, ...]:
    """The parts in sending order; joined they are `text` again.

    Each part takes as much as fits, and a character of two units never lies astride a border.
    The empty text is one empty part, so that there are always `count(text).segments` parts.
    """
    measured = _measure(text)
    if len(text) + len(measured.wide) <= measured.alone:
        return (text,)
    ends = list(_ends(text, measured))
    return tuple(text[start:end] for start, end in zip([0, *ends], ends, strict=False))


def _measure(text: str) -> _Measured:
    if _is_basic_latin(text):
        return _Measured(Encoding.GSM7, [], alone=160, part=153)
    if encoding_of(text) is Encoding.GSM7:
        return _Measured(Encoding.GSM7, _starts(_TWO_SEPTETS, text), alone=160, part=153)
    return _Measured(Encoding.UCS2, _starts(_TWO_CODE_UNITS, text), alone=70, part=67)


def _is_basic_latin(text: str) -> bool:
    """The short way for nearly every text sent: three times as fast as the search."""
    try:
        return not text.encode("latin-1").translate(None, _BASIC_LATIN1)
    except UnicodeEncodeError:
        return False


def _starts(pattern: re.Pattern[str], text: str) -> list[int]:
    return [found.start() for found in pattern.finditer(text)]


def _ends(text: str, measured: _Measured) -> Iterator[int]:
    """The index at which each part of a long text ends."""
    wide, end, done = measured.wide, 0, 0
    while end < len(text):
        end += measured.part
        while done < len(wide) and wide[done] < end:
            end -= 1  # the second unit of this character
            if wide[done] == end:
                break  # only one unit is left: the whole character opens the next part
            done += 1
        if _splits_surrogates(text, end):
            end -= 1
        yield min(end, len(text))


def _splits_surrogates(text: str, end: int) -> bool:
    """Whether two surrogates that Python holds as two characters meet at this border."""
    return (
        0 < end < len(text)
        and "\ud800" <= text[end - 1] <= "\udbff"
        and "\udc00" <= text[end] <= "\udfff"
    )


_REPAIRS: dict[int, str] = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys(map(ord, "‘’‚‛‹›′ʼ"), "'"),
    **dict.fromkeys(map(ord, "“”„‟«»″"), '"'),
    **dict.fromkeys([0x09, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "),
    **dict.fromkeys([0x85, 0x2028, 0x2029], "\n"),
    **dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF], ""),  # seen by no reader
    ord("…"): "...",
}


def to_gsm7(text: str) -> str:
    """`text` with the typography that word processors put in made plain again.

    Dashes, curly quotes, the ellipsis, no-break and thin spaces, tabs and soft hyphens get
    their GSM-7 form, and letters are composed (NFC). All else stays as it is, even where the
    text then needs UCS-2: no letter is exchanged for another and nothing becomes `?`. Meant
    for Danish, English and German; other languages lose nothing but finer quotes.
    """
    if not _OUTSIDE_GSM7.search(text):
        return text
    return unicodedata.normalize("NFC", text.translate(_REPAIRS))


def offenders(text: str) -> tuple[Offender, ...]:
    """Every character outside GSM-7, in order, each with its name and a safe replacement."""
    if not _OUTSIDE_GSM7.search(text):
        return ()
    return tuple(offender for start, cluster in _clusters(text) for offender in _in(start, cluster))


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Each character with the combining marks that follow it, and its index."""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or not unicodedata.combining(text[index]):
            yield start, text[start:index]
            start = index


def _in(start: int, cluster: str) -> Iterator[Offender]:
    if not _OUTSIDE_GSM7.search(cluster):
        return
    repaired = to_gsm7(cluster)
    if not _OUTSIDE_GSM7.search(repaired):
        yield Offender(start, cluster, " + ".join(map(_name, cluster)), repaired)
        return
    for index, character in enumerate(cluster, start):
        if _OUTSIDE_GSM7.match(character):
            alone = to_gsm7(character)
            mended = None if _OUTSIDE_GSM7.search(alone) else alone
            yield Offender(index, character, _name(character), mended)


def _name(character: str) -> str:
    kinds = {"Cs": "HALF A CHARACTER", "Cc": "CONTROL CHARACTER"}
    fallback = kinds.get(unicodedata.category(character), "CHARACTER WITHOUT A NAME")
    return unicodedata.name(character, f"{fallback} U+{ord(character):04X}")
