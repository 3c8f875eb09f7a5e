"""Rules for how a text reads and sounds: plain words, short sentences, fit for a voice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from hub.text import lint_words
from hub.text.compose import ComposeError, Composer
from hub.text.lint_reading import ERROR, REFERENCE_NOW, TITLE, WARNING, Finding, Part, Reading
from hub.text.readability import lix, longest_sentence
from hub.text.speech import UnsupportedLanguage, findings, speak, spoken_seconds
from hub.text.template import Action, FactRef, SlotRef, Text
from hub.text.types import Slot, SlotType, System
from hub.text.words import NoWords, base_language

PHONE_CHARACTERS = 1500
"""What a phone robot says within two minutes (fact sheet status-page, 4a)."""
PHONE_WORDS = 130
PHONE_SECONDS = 75.0
"""Of a message alone (rule L27, about a minute of Danish); beside it the robot says who speaks and until when."""

_LIX_LIMITS = {"sms": (25, 35), "short": (25, 35), "phone": (25, 35), "web": (30, 40)}
EASY = "da-x-let"
_EASY_LIX = (20, 25)
_EASY_SENTENCE = 12
_SENTENCE_LIMITS = {"sms": 15, "short": 15, "phone": 15, "web": 20}
_OTHER_SENTENCES: Mapping[str, int] = {"en": 5, "ro": 5, "de": 3, "pl": 3, "uk": 3, "ar": 3}
"""How many words more a sentence may have than in Danish, which writes compounds in one and names no subject twice."""
_FILLER = "ord"
_VALUE_WORDS: Mapping[SlotType, int] = {
    SlotType.PLACE: 2,
    SlotType.AREA: 6,
    SlotType.FROM: 5,
    SlotType.UNTIL: 5,
    SlotType.NEXT_UPDATE: 5,
    SlotType.COLLECT_BY: 5,
    SlotType.MOMENT: 5,
    SlotType.EXPECTED_END: 7,
    SlotType.DATE: 4,
    SlotType.CLOCK: 2,
    SlotType.SCHOOL: 2,
    SlotType.WHO: 2,
    SlotType.REASON: 4,
    SlotType.TEXT: 8,
    SlotType.DMI_CATEGORY: 4,
    SlotType.BRING: 4,
    SlotType.STREETS: 6,
    SlotType.MEETING_PLACE: 6,
    SlotType.COLLECTION_POINT: 8,
}
_BLOCKS = frozenset({SlotType.WATER_USE})
_CAPITALS = re.compile(r"(?<!\w)[A-ZÆØÅÄÖÜĄĆĘŁŃÓŚŹŻĂÂÎȘȚА-ЯҐЄІЇ]{4,}(?!\w)")
_JARGON: Mapping[str, str] = {
    "latrin": "afføring og urin",
    "coliforme": "bakterier",
    "kimtal": "bakterier",
    "anvend": "bruge",
    "konsum": "drikke og mad",
    "forsyningssvigt": "vandet (strømmen, varmen) er væk",
    "spildevand": "kloak",
    "opsamlingssted": "sted, hvor du henter",
    "iværksæt": "begynde",
    "såfremt": "hvis",
    "vedrørende": "om",
}
_LOUD = re.compile(r"!|[\U0001f300-\U0001faff\u2600-\u27bf]")


def reads_easily(reading: Reading) -> Iterator[Finding]:
    """L24: LIX and sentence length of the Danish, values left out of the long words (fact sheet 3.2); in other
    languages the length of the sentences alone."""
    for part in reading.parts:
        if part.channel == TITLE:
            continue
        if base_language(part.language) != "da":
            yield from _long_sentence(part, reading)
            continue
        prose = _prose(part, reading)
        target, most = _EASY_LIX if part.language == EASY else _LIX_LIMITS[part.channel]
        value = lix(_without_headings(prose))
        if value > target:
            yield part.finding(
                "L24",
                ERROR if value > most else WARNING,
                f"has LIX {value:.0f}; the target is {target}, the limit {most}",
                "Use shorter words and shorter sentences.",
            )
        sentence = longest_sentence(prose)
        words = _EASY_SENTENCE if part.language == EASY else _SENTENCE_LIMITS[part.channel]
        if sentence.words > words:
            yield part.finding(
                "L24",
                ERROR if sentence.words > words * 3 // 2 else WARNING,
                f"has a sentence of {sentence.words} words (at most {words}): {sentence.text!r}",
                "Make two sentences of it.",
                at=_own_words(sentence.text),
            )


def _long_sentence(part: Part, reading: Reading) -> Iterator[Finding]:
    more = _OTHER_SENTENCES.get(base_language(part.language))
    if more is None:
        return
    sentence = longest_sentence(_prose(part, reading))
    words = _SENTENCE_LIMITS[part.channel] + more
    if sentence.words > words:
        yield part.finding(
            "L24",
            WARNING,
            f"has a sentence of {sentence.words} words (at most {words}): {sentence.text!r}",
            "Make two sentences of it.",
            at=_own_words(sentence.text),
        )


def _own_words(sentence: str) -> str:
    """The beginning of a sentence, up to its first value."""
    return sentence.partition(f" {_FILLER} ")[0]


def does_not_shout(reading: Reading) -> Iterator[Finding]:
    """L25: few capitals."""
    for part in reading.parts:
        capitals = _CAPITALS.findall(part.literal)
        if len(capitals) > 3:
            yield part.finding(
                "L25",
                WARNING,
                f"has {len(capitals)} words in capitals ({', '.join(capitals[:4])})",
                "Keep capitals for the danger and the action, three words at most.",
                at=capitals[0],
            )


def stays_calm(reading: Reading) -> Iterator[Finding]:
    """L35: no exclamation marks, no emoji, no blame, no guesses."""
    for part in reading.parts:
        match = _LOUD.search(part.literal)
        if match:
            yield part.finding(
                *("L35", WARNING, f"has {match[0]!r}", "Write it calmly, without emoji or !."),
                at=match[0],
            )
        match = lint_words.GUESSES.search(part.literal, part.language)
        if match:
            yield part.finding(
                "L35",
                WARNING,
                f"says {match[0]!r}, which guesses or blames",
                "Say what is known, what is not known yet, and when you will know.",
                at=match[0],
            )


def uses_plain_words(reading: Reading) -> Iterator[Finding]:
    """L26: words of plans and laws, with the plain ones."""
    for part in reading.parts:
        if part.language != "da":
            continue
        for word, plain in _JARGON.items():
            match = re.search(rf"\b{word}\w*", part.literal, re.I)
            if match:
                yield part.finding(
                    *("L26", WARNING, f"says {match[0]!r}", f"Say {plain!r} instead."), at=match[0]
                )


def fits_a_voice(reading: Reading) -> Iterator[Finding]:
    """L27: the phone text, its slots filled with examples, is speakable and at most 1,500 characters long; better
    at most 130 Danish words, and 75 seconds in any language. A number said twice counts once."""
    for part in reading.of("phone"):
        try:
            spoken = _spoken(reading, part)
            wrong = findings(spoken, part.language)
        except UnsupportedLanguage as error:
            yield part.finding("L27", ERROR, str(error), "Leave the language out for now.")
            continue
        except (ComposeError, NoWords, ValueError) as error:
            yield part.finding("L27", ERROR, f"cannot be spoken: {error}", "Correct the text.")
            continue
        for one in wrong:
            yield part.finding("L27", ERROR, f"would be misread: {one}", "Write it in words.")
        if len(spoken) > PHONE_CHARACTERS:
            yield part.finding(
                "L27",
                ERROR,
                f"has {len(spoken)} characters when spoken; at most {PHONE_CHARACTERS}",
                "Keep what people must do; leave the rest to the page.",
            )
        elif slow := _too_slow(spoken, part.language):
            yield part.finding("L27", WARNING, slow, "Keep what people must do.")


def _too_slow(spoken: str, language: str) -> str:
    words, seconds = len(spoken.split()), spoken_seconds(spoken, language)
    if language == "da" and words > PHONE_WORDS:
        return f"has {words} words when spoken; better at most {PHONE_WORDS}"
    if seconds > PHONE_SECONDS:
        return f"takes {seconds:.0f} seconds to say; better at most {PHONE_SECONDS:.0f}"
    return ""


def _spoken(reading: Reading, part: Part) -> str:
    """The longest branch with example values: of each choice, the one that makes the text longest."""
    version, language = reading.version, part.language
    examples = reading.example_values(language)
    branches = reading.branches(language)
    asked = {block.name for block in part.template.blocks}
    chosen = {name: values[0] for name, values in branches.options.items()}
    system = System("Eksempel Kommune", REFERENCE_NOW, "eksempel.dk/krise", 12, 11, 2)

    def spoken(choice: Mapping[str, str]) -> str:
        branch = branches.of(choice)
        values = {
            name: examples[name] if _is_free(version.slot(name)) else value
            for name, value in branch.values.items()
        }
        composer = Composer(branch.applied(version), values, language, system)
        return speak(composer.phone_words(part.source), base_language(language))

    for name, values in branches.options.items():
        slot = version.slot(name)
        shown = slot is not None and slot.type is SlotType.CHOICE and name in part.slots
        if name not in asked and not shown:
            continue
        lengths = {value: len(spoken({**chosen, name: value})) for value in values}
        chosen[name] = max(lengths, key=lambda value: lengths[value])
    return spoken(chosen)


def _is_free(slot: Slot | None) -> bool:
    return slot is not None and slot.type is not SlotType.CHOICE


def _prose(part: Part, reading: Reading) -> str:
    """The text with all blocks shown and each value replaced by as many short words as it usually has."""
    words: list[str] = []
    for leaf, _ in part.template.leaves():
        if isinstance(leaf, Text):
            words.append(leaf.text)
        elif isinstance(leaf, Action):
            continue
        else:
            words.append(" ".join([_FILLER] * _size(leaf, reading)))
    text = "".join(words)
    if part.channel == "web":
        return "\n".join(_web_line(line) for line in text.split("\n"))
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)


def _size(leaf: object, reading: Reading) -> int:
    if isinstance(leaf, FactRef):
        return 2
    if not isinstance(leaf, SlotRef):
        return 1
    slot = reading.version.slot(leaf.name)
    if slot is None:
        return {"municipality": 2, "issued_at": 5}.get(leaf.name, 1)
    if slot.type in _BLOCKS:
        return 0
    return _VALUE_WORDS.get(slot.type, 1)


def _web_line(line: str) -> str:
    stripped = line.strip()
    if stripped.startswith("|"):
        return ""
    if stripped.startswith("#"):
        return f"# {stripped.lstrip('# ')}"
    return re.sub(r"\A(?:[-*+]|\d+\.)\s+", "", stripped).replace("*", "")


def _without_headings(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith("# "))
