"""From Markdown-like lines to sentences: paragraphs, list items, headings, links."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from hub.text.speech.voice import Voice, alternatives

_BULLET: Final = re.compile(r"^\s*(?:[-*+•▪◦‣·●○■□➢➤▶►–]|#{1,6})(?=\s)\s*")
_QUOTE: Final = re.compile(r"^\s*(?:>\s?)+")
_NUMBERED: Final = re.compile(r"^\s*(\d{1,2})([.)])\s+(?=\S)")
_RULE: Final = re.compile(r"^[\s|:=*_~-]*$")
_INSTRUCTION_ID: Final = re.compile(r"\{#[\w-]+\}\s*")
_LINK: Final = re.compile(r"!?\[([^\]\[]*)\]\(\s*<?([^\s()<>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_TERMINAL: Final = (".", "?", "!", ":")

DELIBERATE_BREAK: Final = 50
"""A line shorter than this (in characters) before a capital or a number was broken on purpose."""


def blocks(text: str, voice: Voice) -> list[list[str]]:
    """Paragraphs (parted by blank lines), each a list of pieces that each end a sentence."""
    paragraphs: list[list[str]] = [[]]
    lines = text.split("\n")
    steps = _steps(lines, voice)
    unfinished = _unfinished(voice)
    wrapped_length = 0
    for number, line in enumerate(lines):
        line = _INSTRUCTION_ID.sub("", _QUOTE.sub("", line))
        if not line.strip():
            paragraphs.append([])
            continue
        if _RULE.match(line):
            continue
        starts_anew = bool(_BULLET.match(line)) or number in steps
        line = _link_words(_BULLET.sub("", line))
        if number in steps:
            line = _NUMBERED.sub(lambda step: f"{step[1]}, ", line)
        pieces = paragraphs[-1]
        if (
            pieces
            and not starts_anew
            and (unfinished.search(pieces[-1]) or not _ends(pieces[-1], wrapped_length, line))
        ):
            pieces[-1] = f"{pieces[-1].rstrip()} {line.strip()}"
        else:
            pieces.append(line.strip())
        wrapped_length = len(line)
    return [pieces for pieces in paragraphs if pieces]


def _ends(line: str, length: int, following: str) -> bool:
    """Whether a sentence ends at this line's end."""
    if line.rstrip().rstrip("\"'»”)*_").endswith(_TERMINAL):
        return not re.search(r"\d\.$", line) or not following.lstrip()[:1].islower()
    begins = following.lstrip("\"'«“(*_ ")[:1]
    new_number = begins.isdigit() and not line.rstrip()[-1:].isdigit()
    return length < DELIBERATE_BREAK and (begins.isupper() or new_number)


@cache
def _unfinished(voice: Voice) -> re.Pattern[str]:
    """A line that a line break cut after an abbreviation (`kl.`) which never ends a sentence."""
    words = {word for word in voice.abbreviations if word not in voice.closing}
    words |= set(voice.numbered) | voice.sentence_abbreviations
    ends = alternatives(word.rstrip(".") for word in words)
    return re.compile(rf"(?<![\w.])(?:{ends})\.\s*$", re.IGNORECASE)


def _steps(lines: list[str], voice: Voice) -> frozenset[int]:
    """Lines that are steps of a numbered list: `1.` and `2.` and so on, or any `1)`.

    A lone `21. november` at a line's start is a date and a lone `4. klasse` a form at school,
    so a number with a full stop counts only in company and before a capital that is no month.
    """
    steps: set[int] = set()
    run: list[int] = []
    for number, line in enumerate(lines):
        bare = _INSTRUCTION_ID.sub("", line)
        match = _NUMBERED.match(bare)
        if match is None:
            continue
        if match[2] == ")":
            steps.add(number)
            continue
        word = re.match(r"[*_\"'«“]*(\w+)", bare[match.end() :])
        if word is None or word[1][0].islower() or word[1].lower() in voice.months:
            continue
        if int(match[1]) != len(run) + 1:
            run = []
        if int(match[1]) == len(run) + 1:
            run.append(number)
            if len(run) > 1:
                steps.update(run)
    return frozenset(steps)


def _link_words(line: str) -> str:
    """`[text](address)` as "text, address", once where both are the same."""

    def words(match: re.Match[str]) -> str:
        label, address = match[1].strip(), match[2].removeprefix("mailto:")
        bare = re.sub(r"^(?:https?://)?(?:www\.)?|/$", "", address)
        if address.startswith("tel:"):
            number = address.removeprefix("tel:")
            digits = re.sub(r"\D", "", number)
            return label if re.sub(r"\D", "", label)[-8:] == digits[-8:] else f"{label}, {number}"
        if not label or bare.lower() in label.lower():
            return label or bare
        return f"{label}, {address} "

    return _LINK.sub(words, line)
