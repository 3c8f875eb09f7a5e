"""What a caller hears, as TwiML: the languages, the published text, and its announcements one by one. Pure.

Every key that is pressed comes back as a request of its own, so nothing is remembered between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from twilio.twiml import TwiML
from twilio.twiml.voice_response import Gather, VoiceResponse

from hub.phone.answer_words import ANSWER_WORDS
from hub.phone.markup import say
from hub.phone.saying import said
from hub.phone.told import Told

MOST_OFFERED: Final = 5
"""Announcements in a menu: people do not keep more apart by ear (Plum Voice, status-page fact sheet, 4a)."""

LANGUAGE_WAIT: Final = 2
KEY_WAIT: Final = 6
"""Seconds that a caller has to press a key after the languages, and after a text."""

AGAIN: Final = 1
FIRST_PART: Final = 2


def greeting(told: Sequence[Told], now: datetime, address: str, name: str) -> str:
    """Who answers, the languages on keys, then the first one's text for who presses none. `address` is that of the
    calls, `name` the municipality's; the languages are at most nine."""
    if len(told) == 1:
        return reading(told[0], now, address)
    response = VoiceResponse()
    gather = _gather(response, address, LANGUAGE_WAIT)
    say(gather, said(f"{name}.", told[0].language), told[0].language)
    for digit, item in enumerate(told, start=1):
        words = ANSWER_WORDS[item.language].press.format(digit=digit)
        say(gather, said(words, item.language), item.language)
    _add_reading(response, told[0], now, address)
    return str(response.to_xml())


def reading(told: Told, now: datetime, address: str) -> str:
    """A language's text, and keys to hear it again or one announcement alone."""
    response = VoiceResponse()
    _add_reading(response, told, now, address)
    return str(response.to_xml())


def part(told: Told, number: int, now: datetime, address: str) -> str:
    """One announcement's own text, and a key to hear it again."""
    response = VoiceResponse()
    gather = _gather(response, f"{address}/{told.language}/{number}", KEY_WAIT)
    say(gather, told.at(now), told.language)
    say(gather, _again(told.language), told.language)
    return str(response.to_xml())


def unable(language: str, radio: str) -> str:
    """For when nothing that was published can be read."""
    response = VoiceResponse()
    say(response, said(ANSWER_WORDS[language].unknown.format(radio=radio), language), language)
    return str(response.to_xml())


def pressed(told: Told, digit: int) -> int | None:
    """The number of the announcement that a key of `reading` stands for; None: the whole text."""
    offered = told.parts[:MOST_OFFERED]
    index = digit - FIRST_PART
    return offered[index].number if len(offered) > 1 and 0 <= index < len(offered) else None


def _add_reading(response: VoiceResponse, told: Told, now: datetime, address: str) -> None:
    gather = _gather(response, f"{address}/{told.language}", KEY_WAIT)
    say(gather, told.at(now), told.language)
    menu = [_again(told.language)]
    if len(told.parts) > 1 and told.holds(now):
        words = ANSWER_WORDS[told.language].part
        menu += [
            said(words.format(digit=digit, title=item.subject), told.language)
            for digit, item in enumerate(told.parts[:MOST_OFFERED], start=FIRST_PART)
        ]
    gather.pause(length=1)
    say(gather, " ".join(menu), told.language)


def _again(language: str) -> str:
    return said(ANSWER_WORDS[language].again.format(digit=AGAIN), language)


def _gather(response: TwiML, address: str, timeout: int) -> Gather:
    """Takes one key, also while it is still talking: nobody has to hear it out."""
    gather: Gather = response.gather(
        action=address, method="POST", num_digits=1, timeout=timeout, input="dtmf"
    )
    return gather
