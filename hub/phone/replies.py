"""What somebody who writes to the hub's number asks for, and the answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from twilio.twiml.messaging_response import MessagingResponse

from hub.phone.answer_words import ANSWER_WORDS
from hub.phone.told import Told
from hub.text.moments import render_moment
from hub.text.segments import Encoding, count, encoding_of, to_gsm7

MOST_SEGMENTS: Final = 3
MOST_WORDS: Final = 3
"""After the keyword: a longer text that happens to begin with one was written by a machine."""

_KEYWORDS: Final = {
    "info": "",
    "information": "",
    "nyt": "",
    "hjælp": "",
    "hjaelp": "",
    "hjalp": "",
    "help": "en",
    "news": "en",
    "hilfe": "de",
    "допомога": "uk",
    "інфо": "uk",
    "معلومات": "ar",
    "pomoc": "pl",
    "ajutor": "ro",
}
"""Words that ask for the newest message, and the language that they are in; "": not to tell."""

_NAMES: Final = {
    **{code: code for code in ANSWER_WORDS},
    **dict.fromkeys(("dansk", "danish"), "da"),
    **dict.fromkeys(("english", "engelsk", "gb"), "en"),
    **dict.fromkeys(("deutsch", "tysk", "german"), "de"),
    **dict.fromkeys(("ukrainsk", "ukrainian", "ua", "українська"), "uk"),
    **dict.fromkeys(("arabisk", "arabic", "عربي", "العربية"), "ar"),
    **dict.fromkeys(("polsk", "polish", "polski"), "pl"),
    **dict.fromkeys(("rumænsk", "romanian", "română", "romana"), "ro"),
}


@dataclass(frozen=True)
class Question:
    """Is the newest message asked for, and in which language; "": none was named."""

    informs: bool
    language: str = ""


def asked(body: str) -> Question:
    """`INFO`, `info.`, `Info EN`, `HELP`: whatever stands around the words, and up to three more. Anything
    else asks for nothing."""
    first, *rest = re.findall(r"[^\W_]+", body.casefold()) or [""]
    if first not in _KEYWORDS or len(rest) > MOST_WORDS:
        return Question(False)
    return Question(True, _NAMES.get(rest[0] if rest else "", _KEYWORDS[first]))


def chosen(language: str, languages: Collection[str]) -> str:
    """The language to answer in: the one asked for, else the first of those there are."""
    return language if language in languages else next(iter(languages))


def newest(told: Told, now: datetime, name: str, page: str) -> str:
    """The published text for an SMS; one past its time says so first, and where else to ask."""
    if told.holds(now):
        return told.written
    words = ANSWER_WORDS[told.language]
    time = render_moment(told.updated, told.language, "short")
    age = f"{name}: {words.written_outlived.format(time=time)}"
    whole = _fitted(f"{age} {told.written}")
    if count(whole).segments <= MOST_SEGMENTS:
        return whole
    return _fitted(f"{age} {words.written_page.format(page=page)}")


def how_to_ask(language: str, name: str, page: str) -> str:
    return _fitted(ANSWER_WORDS[language].written_help.format(name=name, page=page))


def cannot(language: str, name: str, page: str, radio: str) -> str:
    """For when nothing that was published can be read."""
    words = ANSWER_WORDS[language].written_unknown
    return _fitted(words.format(name=name, page=page, radio=radio))


def message(text: str) -> str:
    """The TwiML that answers an SMS; an empty text answers nothing."""
    response = MessagingResponse()
    if text:
        response.message(text)
    return str(response.to_xml())


def _fitted(text: str) -> str:
    mended = to_gsm7(text)
    return mended if encoding_of(mended) is Encoding.GSM7 else text
