"""Abbreviations, letters to spell, and signs that stand for words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from hub.text.speech.voice import LATIN_VOWELS, Voice, alternatives, ends_sentence

LONGEST_SPELLED: Final = 6
"""Longer capitals without a vowel are no abbreviation that anyone knows by its letters."""


@cache
def abbreviation_pattern(voice: Voice) -> re.Pattern[str]:
    """Any abbreviation of the language, in any case, with or without spaces after its stops."""
    keys = sorted(voice.abbreviations, key=len, reverse=True)
    either = "|".join(_abbreviation(key) for key in keys)
    return re.compile(rf"(?<![\w.@'-])(?:{either})", re.IGNORECASE)


def _abbreviation(key: str) -> str:
    """`f.eks.` also as `f. eks.`; a final stop belongs to it unless digits follow."""
    inner = key.rstrip(".")
    spaced = r"\.\s?".join(re.escape(part) for part in inner.split("."))
    stop = r"\." if key.endswith(".") else r"\.?"
    return rf"{spaced}{stop}(?![\w@]|['-]\w)"


def say_abbreviations(text: str, voice: Voice) -> str:
    """Each abbreviation in full; its full stop stays where it also ends the sentence."""
    by_letters = {_letters(key): key for key in voice.abbreviations}

    def words(match: re.Match[str]) -> str:
        key = by_letters[_letters(match[0])]
        spoken = voice.abbreviations[key]
        if match[0][0].isupper() and not key[0].isupper():
            spoken = spoken[:1].upper() + spoken[1:]
        rest = match.string[match.end() :]
        closes = key in voice.closing or not rest.strip()
        return spoken + ("." if match[0].endswith(".") and closes and ends_sentence(rest) else "")

    return abbreviation_pattern(voice).sub(words, text)


def say_numbered(text: str, voice: Voice) -> str:
    """Abbreviations that count only in front of a number (`no. 5`, `d. 21.`, `min. 3`)."""
    if not voice.numbered:
        return text
    keys = sorted(voice.numbered, key=len, reverse=True)
    short = "|".join(
        rf"{re.escape(key)}\s?" if key.endswith(".") else rf"{key}(?:\.\s?|\s)" for key in keys
    )
    by_letters = {_letters(key): spoken for key, spoken in voice.numbered.items()}

    def words(match: re.Match[str]) -> str:
        spoken = by_letters[_letters(match[1])]
        return f"{spoken[0].upper() + spoken[1:] if match[1][0].isupper() else spoken} "

    return re.sub(rf"(?<![\w.@'-])(?<!\d )({short})(?=\d)", words, text, flags=re.IGNORECASE)


def _letters(text: str) -> str:
    return re.sub(r"[.\s]", "", text).lower()


def say_letters(text: str, voice: Voice) -> str:
    """`SMS`, `IT`, `SFO` letter by letter; `ØVELSE` and `KOG` stay the words they are."""
    if voice.small_initialisms:
        small = alternatives(voice.small_initialisms)
        text = re.sub(
            rf"(?<![\w'-])({small})(?!\w|'\w)(-(?=\w))?",
            lambda m: " ".join(m[1].upper()) + (" " if m[2] else ""),
            text,
            flags=re.IGNORECASE,
        )

    def spelled(match: re.Match[str]) -> str:
        word, ending, hyphen = match[1], match[2] or "", match[3] or ""
        if word.endswith("s") and word[:-1].isupper():
            word, ending = word[:-1], "s" + ending
        if len(word) < 2 or not word.isupper() or not is_spelled(word, voice):
            return match[0]
        return " ".join(word) + ending.replace("'", " ") + hyphen.replace("-", " ")

    return re.sub(r"(?<!\w)([^\W\d_]+)('[^\W\d_]+)?(-(?=\w))?", spelled, text)


def is_spelled(word: str, voice: Voice) -> bool:
    """Whether capitals are said letter by letter: listed, or without a vowel to say them by."""
    if word in voice.initialisms:
        return True
    letters = {unicodedata.normalize("NFD", letter)[0] for letter in word}
    return len(word) <= LONGEST_SPELLED and not letters & {*voice.vowels, *LATIN_VOWELS}


def say_symbols(text: str, voice: Voice) -> str:
    """`&`, `%`, `°`, ticks and crosses as words; a slash between words as "or"."""
    both = alternatives(voice.both_or_either) or "(?!)"
    text = re.sub(
        rf"(?<!\w)({both})(?!\w)",
        lambda m: voice.both_or_either[m[1].lower()],
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(r"(?<!\w)([A-ZÆØÅ])/([A-ZÆØÅ])(?!\w)", r"\1 \2", text)
    text = re.sub(r"(?<=\w)\s?/\s?(?=\w)", f" {voice.or_word} ", text)
    return "".join(f" {voice.symbols[c]} " if c in voice.symbols else c for c in text)
