"""What a person or a list may put into a text: letters, digits and punctuation, never markup, links or tricks.

The rules hold for every slot value (DESIGN.md, rule 1): a value that carries a link would turn the municipality's
own sender name into a lure, and an invisible or direction-changing character can make a reader see another number.
"""

from __future__ import annotations

import re
import unicodedata

_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://"
    r"|\b(?:https?|mailto|tel|sms):"
    r"|www\s*\."
    r"|[^\W_][\w-]*\.[^\W\d_]{2,}"
    r"|\bxn--"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"\b([A-ZÆØÅÄÖÜ])\.(?=[A-ZÆØÅÄÖÜ][a-zæøåäöüé]{4,}(?![\w./]))")
_SYMBOLS = frozenset("+<>=|~^`´¨¯°©®€£$¥%&§½¼¾×÷±²³")


class FreeTextError(ValueError):
    """The words may not go into a message; the message says which part and why."""


def clean(text: str) -> str:
    """The text composed (NFC), trimmed, with single ordinary spaces. Raises FreeTextError for what may not be in it.

    Refused: line breaks, tabs and other control characters, invisible and direction-changing ones, private-use and
    unassigned ones, emoji, braces, and everything that a phone could turn into a link. `H.C.Andersens Vej`, which
    would look like one, gets its space.
    """
    composed = unicodedata.normalize("NFC", text).strip()
    for character in composed:
        reason = _refusal(character)
        if reason:
            raise FreeTextError(f"U+{ord(character):04X} ({reason}) is not allowed in it")
    composed = _INITIAL.sub(r"\1. ", re.sub(r"\s+", " ", composed))
    found = link_in(composed)
    if found:
        raise FreeTextError(
            f"{found!r} can be read as a link, and a value may not carry one; after an abbreviation's full stop "
            "write a space"
        )
    return composed


def link_in(text: str) -> str:
    """The first part of a text that a phone could turn into a link, or nothing."""
    match = _LINK.search(unicodedata.normalize("NFKC", text))
    return match[0] if match else ""


def _refusal(character: str) -> str:
    if character in "\n\r\u0085\u2028\u2029\v\f":
        return "a line break"
    if character in "{}":
        return "a brace"
    category = unicodedata.category(character)
    if category == "Cc":
        return "a control character"
    if category == "Cf":
        return "an invisible character"
    if category in {"Co", "Cn", "Cs"}:
        return "not a character that phones can show"
    if category == "So" and character not in _SYMBOLS:
        return "a symbol or emoji"
    return ""
