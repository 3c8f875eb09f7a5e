"""Rules for how an SMS begins: the hazard in its first sentence, what to do in its first two (L03, L05).

Who is woken by a message reads its beginning, and parts of an SMS can arrive out of order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

from hub.text.lint_actions import INSTRUCTIONS
from hub.text.lint_hazards import NO_HAZARD, hazard
from hub.text.lint_reading import ERROR, WARNING, Finding, Part, Reading, holds
from hub.text.template import FactRef, Leaf, SlotRef, Text, When
from hub.text.types import Phase, SlotType
from hub.text.words import base_language, own_words

WARNING_PHASES = frozenset({Phase.BEFORE, Phase.DURING, Phase.UPDATE})
"""An all-clear and a correction open with what they are (L19, L20)."""
_MOST_WAYS = 64
_SENTENCES = 2
_LABEL = 2
"""A sentence with no more words of the author's than this is a label for a value ("Nyt: ..."), and is not counted."""
_LABELLED = re.compile(r":[\s{}]+[.]?\Z")
_VALUE = "{}"
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Around the words of a choice, which are not the author's own in this text."""
_CHOSEN = re.compile(f"{_OPEN}[^{_CLOSE}]*{_CLOSE}")
_STOP = re.compile(r"(?<=[.!?؟])(?<!\bnr\.)(?<!\bkl\.)\s+|\n+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_STEM = 4


def names_the_hazard(reading: Reading) -> Iterator[Finding]:
    """L03: the first sentence has a word of the scenario's hazard, whatever branch is sent."""
    if reading.phase not in WARNING_PHASES or reading.scenario in NO_HAZARD:
        return
    for part in _sms(reading):
        language = base_language(part.language)
        pattern = hazard(reading.scenario, language)
        known = pattern is not None
        pattern = pattern or _words_of_title(reading, part.language)
        for opening in ways(part, reading) if pattern else ():
            first = plain(next(iter(sentences(opening)), ""))
            if pattern and not pattern.search(first):
                yield part.finding(
                    "L03",
                    ERROR if known else WARNING,
                    f"does not name the hazard in its first sentence: {first!r}",
                    "Say first what has happened, in the words that people use for it.",
                    at=first,
                )
                break


def tells_what_to_do(reading: Reading) -> Iterator[Finding]:
    """L05: an instruction (or that nothing need be done) stands within the first two sentences, on every branch."""
    if reading.phase not in WARNING_PHASES:
        return
    for part in _sms(reading):
        instructions = INSTRUCTIONS.get(base_language(part.language))
        for opening in ways(part, reading) if instructions else ():
            beginning = plain(" ".join(_first(opening)))
            if instructions and not instructions.found_in(beginning):
                yield part.finding(
                    "L05",
                    ERROR,
                    f"does not say what to do in its first two sentences: {beginning!r}",
                    "Say there, with a verb first, what people must do.",
                    at=beginning,
                )
                break


def ways(part: Part, reading: Reading) -> Iterator[str]:
    """The text on each way through its blocks and choices, without its sender: other values are `{}`, instruction ids
    and line ends inside a paragraph are gone. At most some dozens; then each choice is tried on its own."""
    options = _options(part, reading)
    names = list(options)
    chosen = {name: values[0] for name, values in options.items()}
    number = 1
    for values in options.values():
        number *= len(values)
    if number <= _MOST_WAYS:
        for picked in product(*options.values()):
            yield _text(part, reading, dict(zip(names, picked, strict=True)))
        return
    for name, values in options.items():
        for value in values:
            yield _text(part, reading, {**chosen, name: value})


def sentences(text: str) -> list[str]:
    """The sentences of a text that `ways` made."""
    return [found.strip() for found in _STOP.split(text) if found.strip()]


def plain(text: str) -> str:
    """As a reader sees it."""
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def _first(text: str) -> Iterator[str]:
    """The first two sentences, with labels and bare values among them."""
    left = _SENTENCES
    for sentence in sentences(text):
        yield sentence
        left -= not _is_label(_CHOSEN.sub(_VALUE, sentence))
        if left <= 0:
            return


def _is_label(sentence: str) -> bool:
    words = len(_WORD.findall(sentence))
    return words <= _LABEL or (words <= 2 * _LABEL and _LABELLED.search(sentence) is not None)


def _sms(reading: Reading) -> tuple[Part, ...]:
    return (*reading.of("sms"), *reading.of("short"))


def _options(part: Part, reading: Reading) -> Mapping[str, tuple[str, ...]]:
    """What each name that the text's blocks ask for, and each choice that it shows, can be."""
    version, known = reading.version, reading.branches(part.language).options
    asked = {block.name for block in part.template.blocks}
    found = {name: values for name, values in known.items() if name in asked}
    for name in part.slots - asked:
        slot = version.slot(name)
        if slot is not None and slot.type is SlotType.CHOICE and not slot.personal:
            found[name] = tuple(slot.options)
    return found


def _text(part: Part, reading: Reading, chosen: Mapping[str, str]) -> str:
    words: list[str] = []
    for node in part.template.nodes:
        if isinstance(node, When):
            if holds(node, chosen):
                words.extend(_shown(leaf, part, reading, chosen) for leaf in node.body)
        else:
            words.append(_shown(node, part, reading, chosen))
    paragraphs = re.split(r"\n[ \t]*\n", "".join(words))
    text = "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    return re.sub(r"\A[\s{}:]+", "", text)


def _shown(leaf: Leaf, part: Part, reading: Reading, chosen: Mapping[str, str]) -> str:
    if isinstance(leaf, Text):
        return leaf.text
    if isinstance(leaf, FactRef):
        return " ".join(
            fact.words(part.language) for fact in reading.version.facts if fact.name == leaf.name
        )
    if not isinstance(leaf, SlotRef):
        return ""
    slot = reading.version.slot(leaf.name)
    option = chosen.get(leaf.name, "")
    if slot is not None and option in slot.options:
        return f"{_OPEN}{own_words(slot.options[option], part.language)}{_CLOSE}"
    return _VALUE


def _words_of_title(reading: Reading, language: str) -> re.Pattern[str] | None:
    """For a scenario without a glossary: the beginnings of the longer words of its own title."""
    titles = (part.literal for part in reading.of("title") if part.language == language)
    words = [
        word[:_STEM] for title in titles for word in _WORD.findall(title) if len(word) >= _STEM
    ]
    if not words:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})", re.I)
