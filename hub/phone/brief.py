"""The two short forms of what the phone says: one for a switchboard's queue, one written for an SMS.

Both give way piece by piece until they fit, and what is left is whole sentences (status-page fact sheet, 4a: at most
20 seconds before a menu, 600 characters where the provider allows no more).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

from hub.phone.answer_words import ANSWER_WORDS
from hub.phone.saying import said_all, sentences_of
from hub.phone.words import WORDS
from hub.text.moments import render_moment
from hub.text.segments import Encoding, count, encoding_of, to_gsm7
from hub.text.situation import Situation
from hub.text.speech import spoken_seconds
from hub.text.types import Channel, ComposedText

SHORT_SECONDS: Final = 19.0
"""By our own estimate, which a voice may exceed a little: 20 seconds is what counts."""
SHORT_CHARACTERS: Final = 600
WRITTEN_SEGMENTS: Final = 3

_ACTION: Final = re.compile(r'<li data-action="([^"]*)">(.*?)</li>', re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")
_SENTENCE: Final = re.compile(r"(?<=[.!?؟])\s+(?=[^\W\d_])")


@dataclass(frozen=True)
class Brief:
    """What a short form is made of. `titles` are those of what is told, gravest first; `action` the first thing to
    do, as written; `count` how many announcements are in force; `sms` the text of the only announcement, if it is
    the only one."""

    situation: Situation
    language: str
    exercise: bool
    titles: tuple[str, ...]
    action: str
    count: int
    sms: str


def first_action(text: ComposedText) -> str:
    """The first instruction of the phone text that the title does not say already, in the page's words: its first
    sentence, or "" where there is none."""
    listed = _ACTION.findall(text.html)
    wanted = text.actions.get(Channel.PHONE.value, ())
    listed.sort(key=lambda item: wanted.index(item[0]) if item[0] in wanted else len(wanted))
    for _, item in listed:
        sentence = _first_sentence(item)
        if sentence.rstrip(".!?").casefold() not in text.title.casefold():
            return sentence
    return ""


def _first_sentence(item: str) -> str:
    plain = " ".join(html.unescape(_TAG.sub(" ", item)).split())
    first, *rest = _SENTENCE.split(re.sub(r" (?=[.,!?])", "", plain))
    for following in rest:
        if not following[0].islower():
            break
        first = f"{first} {following}"
    return first


def short(brief: Brief) -> str:
    """At most 20 seconds and 600 characters: who, when, the gravest subject, what to do first, where to learn more."""
    words = WORDS[brief.language]
    time = render_moment(brief.situation.read_at, brief.language, "time")
    opening = words.short_opening.format(name=brief.situation.municipality, time=time)
    drill = words.exercise_short if brief.exercise else ""
    page = words.short_page.format(page=brief.situation.address)
    others = words.short_others if brief.count > 1 else ""
    silence = "" if brief.count else words.quiet
    title = brief.titles[0] if brief.titles else "" if silence else words.short_last
    choices = (
        (drill, opening, silence, title, brief.action, others, page),
        (drill, opening, silence, title, brief.action, page),
        (drill, opening, silence, title, others, page),
        (drill, opening, silence, title, page),
        (drill, opening, silence, title),
        (drill, silence, title, page),
        (drill, opening, silence or words.short_last),
    )
    for choice in choices:
        spoken = said_all(choice, brief.language)
        if _is_short(spoken, brief.language):
            return spoken
    return said_all((drill, silence or words.short_last), brief.language)


def _is_short(spoken: str, language: str) -> bool:
    return len(spoken) <= SHORT_CHARACTERS and spoken_seconds(spoken, language) <= SHORT_SECONDS


def written(brief: Brief) -> str:
    """For an SMS: at most three parts, in GSM-7 where that can be. The only announcement's own SMS where there is
    one; else the titles, gravest first, as many as fit."""
    if brief.sms and "{" not in brief.sms and count(brief.sms).segments <= WRITTEN_SEGMENTS:
        return brief.sms
    words = ANSWER_WORDS[brief.language]
    time = render_moment(brief.situation.read_at, brief.language, "time")
    head = words.written_head.format(name=brief.situation.municipality, time=time)
    if brief.exercise:
        head = f"{WORDS[brief.language].exercise_short} {head}"
    page = words.written_page.format(page=brief.situation.address)
    number = words.written_count.format(count=brief.count) if brief.count > 1 else ""
    if not brief.count:
        number = words.written_quiet
    for most in range(len(brief.titles), -1, -1):
        titles = sentences_of(brief.titles[:most])
        text = _fitted(" ".join(piece for piece in (head, number, titles, page) if piece))
        if count(text).segments <= WRITTEN_SEGMENTS:
            return text
    return _fitted(f"{head} {page}")


def _fitted(text: str) -> str:
    """In GSM-7 where replacing a curly quote or the like makes all of it fit."""
    mended = to_gsm7(text)
    return mended if encoding_of(mended) is Encoding.GSM7 else text
