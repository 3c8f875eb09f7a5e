"""What the phone's texts are put together with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from hub.text.speech import speak


@lru_cache(maxsize=4096)
def said(text: str, language: str) -> str:
    """`speak`, kept: it takes milliseconds a sentence, and most sentences are the same at every publish."""
    return speak(text, language)


def said_all(pieces: Sequence[str], language: str) -> str:
    """Each piece spoken by itself, so that one already spoken costs nothing; empty ones are left out."""
    return " ".join(spoken for piece in pieces if piece and (spoken := said(piece, language)))


def said_with(pattern: str, titles: Sequence[str], language: str) -> str:
    """A pattern of sentences with titles as sentences at its `{titles}`."""
    before, _, after = pattern.partition("{titles}")
    return said_all([before, *titles, after], language)


def sentences_of(titles: Sequence[str]) -> str:
    """Titles as written sentences, one after the other."""
    return " ".join(title if title.endswith((".", "?", "!")) else f"{title}." for title in titles)
