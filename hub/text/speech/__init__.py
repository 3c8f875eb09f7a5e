"""Texts for the telephone robot: everything a voice misreads, put into words.

Authors write the phone text as they would write any text, slots are filled, and `speak` turns
clock times, dates, telephone numbers, units, abbreviations, addresses and signs into words. All
numbers become words: engines differ in how they read digits (fact sheet, status page, 4a: one
reads `70203040` as seventy million), and they all read words alike.

A language is one module with one `Voice`; see `voice`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from hub.text.speech.addresses import say_addresses
from hub.text.speech.arabic import Arabic
from hub.text.speech.characters import plain, settle
from hub.text.speech.danish import Danish
from hub.text.speech.english import English
from hub.text.speech.findings import find
from hub.text.speech.german import German
from hub.text.speech.moments import say_dates, say_times, say_weekdays
from hub.text.speech.polish import Polish
from hub.text.speech.quantities import say_quantities
from hub.text.speech.romanian import Romanian
from hub.text.speech.structure import blocks
from hub.text.speech.telephones import say_telephones
from hub.text.speech.ukrainian import Ukrainian
from hub.text.speech.voice import Voice
from hub.text.speech.words import say_abbreviations, say_letters, say_numbered, say_symbols

__all__ = [
    "SPOKEN_LANGUAGES",
    "UnsupportedLanguage",
    "findings",
    "seconds",
    "speak",
    "spoken_seconds",
]

_VOICES: Final[dict[str, Voice]] = {
    voice.code: voice
    for voice in (Danish(), English(), German(), Ukrainian(), Arabic(), Polish(), Romanian())
}

SPOKEN_LANGUAGES: Final = tuple(_VOICES)
"""Language codes that `speak` knows."""

_DIGIT: Final = re.compile(r"\d")

MOST_PASSES: Final = 8
"""Taking away one mark can uncover an abbreviation, so a text is gone through until it rests."""

PAUSE_SECONDS: Final = 0.7
"""What a voice waits at the end of a sentence, on top of the letters."""


class UnsupportedLanguage(ValueError):
    """No voice for a language; `language` holds the code that was asked for."""

    def __init__(self, language: str) -> None:
        super().__init__(
            f"No spoken form for the language {language!r}: known are "
            f"{', '.join(SPOKEN_LANGUAGES)}. Write the phone text in one of these, "
            f"or add a voice for {language!r}."
        )
        self.language = language


def speak(text: str, language: str, *, repeat_phones: bool = False) -> str:
    """The text in words that every voice reads alike.

    The result has only letters, spaces, `. , ? -`, apostrophes inside words and newlines (a blank
    line is a pause); each sentence ends with a full stop or a question mark. It holds every number
    of the text, in words. Speaking a spoken text changes nothing.

    `repeat_phones` says each telephone number (not 112 and the like) a second time.

    Raises `UnsupportedLanguage`.
    """
    return _spoken(text, _voice(language), repeat=repeat_phones)


@lru_cache(maxsize=512)
def _spoken(text: str, voice: Voice, *, repeat: bool) -> str:
    """Kept, as `_say` is: many branches of a message differ in other channels alone."""
    spoken = _pass(text, voice, repeat=repeat)
    for _ in range(MOST_PASSES):
        before, spoken = spoken, _pass(spoken, voice, repeat=False)
        if spoken == before:
            break
    return spoken


def _pass(text: str, voice: Voice, *, repeat: bool) -> str:
    paragraphs = []
    for pieces in blocks(plain(text), voice):
        said = [_say(piece, voice, repeat=repeat) for piece in pieces]
        if any(said):
            paragraphs.append("\n".join(sentence for sentence in said if sentence))
    return "\n\n".join(paragraphs)


@lru_cache(maxsize=4096)
def _say(piece: str, voice: Voice, *, repeat: bool) -> str:
    """One heading, list item or run of sentences. The order matters: each step takes its digits.

    Kept, because a text is spoken many times with most of its pieces the same: by the linter in every branch, on the
    site at every publish.
    """
    piece = say_addresses(piece, voice)
    if _DIGIT.search(piece):
        piece = say_numbered(piece, voice)
        piece = say_dates(piece, voice)
        piece = say_telephones(piece, voice, repeat=repeat)
        piece = say_times(piece, voice)
        piece = say_quantities(piece, voice)
    else:
        piece = voice.places(say_weekdays(piece, voice))
    piece = say_abbreviations(piece, voice)
    piece = say_letters(piece, voice)
    piece = say_symbols(piece, voice)
    spoken = settle(voice.polish(piece))
    if spoken and not spoken.endswith((".", "?")):
        spoken += "."
    return spoken


def seconds(text: str, language: str) -> float:
    """How long a voice takes to read the text, in seconds, at about 140 words a minute.

    Characters of the spoken form over the voice's `characters_per_second`, and `PAUSE_SECONDS` at
    each sentence's end. The rates were measured with espeak-ng at speed 140 and lie within those of
    the fact sheet (status page, 4a: 11-15 characters a second in Danish, 10.7-14.7 in English,
    7-9.6 in Arabic). An estimate: other engines differ by a fifth.

    Raises `UnsupportedLanguage`.
    """
    return spoken_seconds(speak(text, language), language)


def spoken_seconds(spoken: str, language: str) -> float:
    """`seconds` of what `speak` has made already; it is not spoken again. Raises `UnsupportedLanguage`."""
    rate = _voice(language).characters_per_second
    return len(spoken) / rate + PAUSE_SECONDS * (spoken.count(".") + spoken.count("?"))


def findings(spoken: str, language: str) -> tuple[str, ...]:
    """What a voice would still misread in the text, one line each ("abbreviation: ca."), or ().

    Of any result of `speak` it is (). Raises `UnsupportedLanguage`.
    """
    return find(spoken, _voice(language))


def _voice(language: str) -> Voice:
    if language not in _VOICES:
        raise UnsupportedLanguage(language)
    return _VOICES[language]
