"""What a voice would still misread in a text that is meant to be read aloud.

Rule L27 of the fact sheet on crisis communication: no web address, symbol, bracket or abbreviation
in a phone text, and digits in twos.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from hub.text.speech.addresses import address_pattern
from hub.text.speech.characters import is_word_character
from hub.text.speech.voice import Voice, alternatives
from hub.text.speech.words import abbreviation_pattern, is_spelled

_BRACKETS: Final = "()[]{}<>"


def find(spoken: str, voice: Voice) -> tuple[str, ...]:
    """One line per finding, "what: where", in the order of the text within each kind."""
    found = [f"web address: {m[0].rstrip('.,;:!?')}" for m in address_pattern().finditer(spoken)]
    rest = address_pattern().sub(" ", spoken)
    found += [f"more than two digits together: {m[0]}" for m in re.finditer(r"\d{3,}", rest)]
    found += [
        f"digits joined by a mark: {m[0]}"
        for m in re.finditer(r"\d+(?:(?:[.:,/]| ?[-–] ?)\d+)+|\d+(?=\.\s+[^\W\d_A-Z])", rest)
    ]
    found += [f"abbreviation: {m[0]}" for m in abbreviation_pattern(voice).finditer(rest)]
    found += [f"unit: {m[0]}" for m in _units(voice).finditer(rest)]
    found += [
        f"letters to spell: {m[0]}"
        for m in re.finditer(r"(?<![\w'])[^\W\d_]{2,}(?!\w)", rest)
        if _is_unspelled(m[0], voice)
    ]
    found += [f"slash: {m[0].strip()}" for m in re.finditer(r"\S*\s?/\s?\S*", rest)]
    found += [_named(character) for character in rest if not _is_sayable(character)]
    return tuple(dict.fromkeys(found))


@cache
def _units(voice: Voice) -> re.Pattern[str]:
    symbols = alternatives((*voice.units, *voice.currencies))
    words = {form for unit in voice.units.values() for form in unit.forms}
    keep = alternatives(words | set(voice.web.values()))
    return re.compile(rf"(?<!\w)\d+ ?(?!(?:{keep})(?!\w))(?:{symbols})(?!\w)")


def _is_unspelled(word: str, voice: Voice) -> bool:
    if word.lower() in voice.small_initialisms:
        return True
    return word.isupper() and is_spelled(word, voice)


def _is_sayable(character: str) -> bool:
    return is_word_character(character) or character.isdigit() or character in " \n.,?-'/"


def _named(character: str) -> str:
    if character in _BRACKETS:
        return f"bracket: {character}"
    kind = "emoji" if unicodedata.category(character) == "So" else "symbol"
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return f"{kind}: {shown}"
