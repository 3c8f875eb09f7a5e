"""A spoken text for machines that take markup: SSML for any voice, TwiML for Twilio.

All numbers are words already, so neither says how to read any (`say-as` is a hint that engines follow differently;
status-page fact sheet, 4a). A blank line in the text is a pause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree

from twilio.twiml import TwiML
from twilio.twiml.voice_response import VoiceResponse

SSML: Final = "http://www.w3.org/2001/10/synthesis"
"""W3C Speech Synthesis Markup Language 1.1."""
LOCALES: Final = {
    "da": "da-DK",
    "en": "en-GB",
    "de": "de-DE",
    "uk": "uk-UA",
    "ar": "ar",
    "pl": "pl-PL",
    "ro": "ro-RO",
}
TWILIO_VOICES: Final = {
    "da": ("da-DK", "Polly.Naja"),
    "en": ("en-GB", "Polly.Amy"),
    "de": ("de-DE", "Polly.Vicki"),
    "uk": ("uk-UA", "Google.uk-UA-Standard-A"),
    "ar": ("arb", "Polly.Zeina"),
    "pl": ("pl-PL", "Polly.Ewa"),
    "ro": ("ro-RO", "Polly.Carmen"),
}
"""Twilio's language and voice for each of ours. Named, since an account's default voice may not speak the language
(Twilio's basic voices know few) and would then read it as English."""

MOST_BYTES: Final = 2900
MOST_QUOTED: Final = 4400
"""Of one <Say>: Polly takes 3,000 single-byte characters and no voice more than 4,500 characters URL-encoded
(Twilio error 13521); a Cyrillic or Arabic letter is two bytes, and six when encoded."""

LONGEST_LETTER: Final = 12
"""Characters that one can become when encoded: four bytes of three each."""

PAUSE_SECONDS: Final = 1
_SENTENCE: Final = re.compile(r"(?<=[.?])\s+")


def ssml(text: str, language: str) -> bytes:
    """The text as an SSML 1.1 document, UTF-8: a `p` for each paragraph, an `s` for each sentence."""
    root = ElementTree.Element(
        "speak", {"xmlns": SSML, "version": "1.1", "xml:lang": LOCALES[language]}
    )
    for number, paragraph in enumerate(paragraphs(text)):
        if number:
            ElementTree.SubElement(root, "break", {"strength": "x-strong"})
        block = ElementTree.SubElement(root, "p")
        for sentence in _SENTENCE.split(paragraph):
            ElementTree.SubElement(block, "s").text = sentence
    document: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document}\n'.encode()


def twiml(text: str, language: str) -> bytes | None:
    """The text as a TwiML document that says it once; None in a language that Twilio has no voice for."""
    if language not in TWILIO_VOICES:
        return None
    response = VoiceResponse()
    say(response, text, language)
    return f"{response.to_xml()}\n".encode()


def say(response: TwiML, text: str, language: str) -> None:
    """Add the text to a TwiML document (or to a `<Gather>` in it): one `<Say>` for each paragraph, a pause between.

    Raises KeyError for a language without a voice."""
    locale, voice = TWILIO_VOICES[language]
    for number, paragraph in enumerate(paragraphs(text)):
        if number:
            response.pause(length=PAUSE_SECONDS)
        for piece in pieces(paragraph):
            response.say(piece, language=locale, voice=voice)


def paragraphs(text: str) -> list[str]:
    """What blank lines part, each on one line."""
    return [" ".join(block.split()) for block in text.split("\n\n") if block.strip()]


def pieces(paragraph: str) -> Iterator[str]:
    """The paragraph in as few pieces as one `<Say>` can hold, cut between sentences; within a sentence only where it
    alone is too long."""
    held: list[str] = []
    for sentence in _SENTENCE.split(paragraph):
        for part in [sentence] if _fits(sentence) else sentence.split():
            if held and not _fits(" ".join([*held, part])):
                yield " ".join(held)
                held = []
            held.append(part)
    if held:
        yield " ".join(held)


def _fits(text: str) -> bool:
    if len(text) * LONGEST_LETTER <= MOST_BYTES:
        return True
    return len(text.encode()) <= MOST_BYTES and len(quote(text)) <= MOST_QUOTED
