"""How hard a text is to read: LIX and the longest sentence.

LIX = words a sentence + 100 x words of more than six letters / words (Björnsson). It is made for Danish and Swedish
prose; limits and reservations are in the fact sheet, 3.2.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

EVERYDAY = frozenset({"drikkevand", "drikkevandet", "restaffald", "restaffaldet", "spildevand"})
"""Long words that everybody knows (fact sheet 3.2); they do not count as long."""

_WORD = re.compile(r"[^\W_]+(?:['’.:/-][^\W_]+)*")
_ABBREVIATION = re.compile(
    r"\b(kl|tlf|nr|ca|fx|bl|evt|maks|min|skt|gl|lør|søn|man|tirs|ons|tors|fre|dr|st|hr|d|z|B)\.",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(\d)\.(?=\s+[a-zæøå])")
_END = re.compile(r"[.!?:]+(?=\s|$)|\n")


@dataclass(frozen=True)
class Sentence:
    """A sentence and its number of words."""

    text: str
    words: int


def words_of(text: str) -> tuple[str, ...]:
    """Words, telephone numbers and times each counting as one a group of digits."""
    return tuple(match[0] for match in _WORD.finditer(text))


def sentences(text: str) -> tuple[Sentence, ...]:
    """Sentences end at `.`, `!`, `?`, `:` and line ends; abbreviations and ordinals do not end one."""
    plain = _ORDINAL.sub(r"\1", _ABBREVIATION.sub(r"\1", text))
    parts = (part.strip() for part in _END.split(plain))
    counted = (Sentence(part, len(words_of(part))) for part in parts)
    return tuple(sentence for sentence in counted if sentence.words)


def longest_sentence(text: str) -> Sentence:
    """The first of the longest; an empty one for a text without words."""
    return max(sentences(text), key=lambda sentence: sentence.words, default=Sentence("", 0))


def lix(text: str, *, leave_out: Collection[str] = ()) -> float:
    """LIX of a text, 0 without words. Words in `leave_out` (small letters) and `EVERYDAY` are never long."""
    found = sentences(text)
    counted = [word for sentence in found for word in words_of(sentence.text)]
    if not counted:
        return 0.0
    known = EVERYDAY.union(leave_out)
    long = sum(len(word) > 6 and word.lower() not in known for word in counted)
    return len(counted) / len(found) + 100 * long / len(counted)
