"""From any Unicode to the few characters every voice reads alike."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_APOSTROPHES: Final = dict.fromkeys(map(ord, "’‘ʼ`´ʹ＇"), "'")
_SCRIPT_MARKS: Final = {
    **dict.fromkeys(map(ord, "،٬"), ","),
    **dict.fromkeys(map(ord, "؛"), ","),
    ord("٫"): ",",
    ord("؟"): "?",
    ord("۔"): ".",
    ord("。"): ". ",
    ord("∕"): "/",
    ord("…"): "...",
    ord("ـ"): "",
}
_ONE_SPELLING: Final = {**_DASHES, **_APOSTROPHES, **_SCRIPT_MARKS}
_SQUARED: Final = {"²": "2", "³": "3"}

_USUAL: Final = re.compile("[\n -_a-~À-ÖØ-öø-ÿĀ-ıĴ-ľŁ-ňŊ-žȘ-țЀ-џҐґ\u0621-\u063a\u0641-\u064a]*")
"""Texts of these characters alone are in their one spelling already; most are."""
_SPACES_IN_LINE: Final = re.compile(r"[^\S\n]+")


def plain(text: str) -> str:
    """One spelling of everything that has several: digits, spaces, dashes, quotes, ligatures.

    Direction marks and other invisible characters vanish; a no-break space becomes a space, so
    that a phone number is one however it was glued together. `m²` and `m³` survive as `m2`, `m3`.
    """
    if _USUAL.fullmatch(text):
        return _SPACES_IN_LINE.sub(" ", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\f", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n").replace("\u0085", "\n")
    text = re.sub(r"(?<=\d)(?=[¼½¾⅐-⅞])", " ", text)
    text = re.sub("(?<![^\\W\\d_])([ckm]?m)([²³])", lambda m: m[1] + _SQUARED[m[2]], text)
    text = re.sub("(?<=\\d)(?=[⁰¹²³⁴-⁹₀-₉])", " ", text)
    text = text.translate(_ONE_SPELLING)
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"° (?=[CF](?!\w))", "°", text)
    text = text.translate(_ONE_SPELLING).translate(_SAYABLE)
    return _SPACES_IN_LINE.sub(" ", unicodedata.normalize("NFC", text))


def _one(character: str) -> str:
    if character == "\n" or character.isascii():
        return character if character.isprintable() or character == "\n" else " "
    category = unicodedata.category(character)
    if category in ("Nd", "Nl", "No"):
        value = unicodedata.numeric(character)
        return str(int(value)) if value.is_integer() else f" {value} "
    if category[0] == "Z":
        return " "
    if category in ("Cf", "Cs", "Cn", "Co", "Cc"):
        return ""
    # Variation selectors and the enclosing keycap turn a digit into a picture of that digit.
    if category == "Me" or "\ufe00" <= character <= "\ufe0f":
        return ""
    return character


class _Table(dict[int, str]):
    """For `str.translate`: each character is looked at once."""

    def __missing__(self, code: int) -> str:
        self[code] = _one(chr(code))
        return self[code]


_SAYABLE: Final = _Table()


def is_word_character(character: str) -> bool:
    """A letter, or a mark that belongs to one (Arabic vowel signs)."""
    return character.isalpha() or unicodedata.category(character) in ("Mn", "Mc")


def settle(text: str) -> str:
    """Only letters, spaces and `. , ? -` and apostrophes inside words; one mark at a time."""
    text = re.sub(r"\.{2,}(?=\s*[^\W\d_])(?!\s*[A-ZÆØÅÄÖÜ])", ", ", text)
    text = re.sub(r"(?<![\w.])((?:[^\W\d_]\.){2,})", lambda m: m[1].replace(".", " "), text)
    text = re.sub(r"(?<!\w)([^\W\d_])\.(?=\s?[a-zæøåäöü])", r"\1 ", text)
    text = text.translate({ord("!"): ".", ord(";"): ",", ord(":"): ","})
    text = re.sub(r"\((\w{1,3})\)(?!\w)", _glued_bracket, text)
    text = re.sub(r"[()\[\]{}|]", ", ", text)
    text = re.sub(r"(?<!\S)-+(?!\S)", ",", text)
    text = "".join(c if is_word_character(c) or c in " .,?-'" else " " for c in text)
    text = re.sub(r"(?<![^\W_])[-']+|[-']+(?![^\W_])", " ", text)
    text = re.sub(r"-{2,}", " ", text)
    text = re.sub(r"'{2,}", " ", text)
    text = re.sub(r"\s*[.,?][\s.,?]*", _strongest, text)
    return " ".join(text.split()).strip(" ,").lstrip(".,? ")


def _glued_bracket(match: re.Match[str]) -> str:
    """`skole(r)` is one word; `(se her)` is an aside."""
    glued = match.start() > 0 and match.string[match.start() - 1].isalpha()
    return match[1] if glued else f", {match[1]}, "


def _strongest(match: re.Match[str]) -> str:
    return next(mark for mark in "?.," if mark in match[0]) + " "
