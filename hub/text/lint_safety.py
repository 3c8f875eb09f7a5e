"""Rules that keep a text from harming: unfinished, unsafe to click, too dear, telling too much, posing as another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from hub.text import lint_words
from hub.text.compose import GSM7_LANGUAGES, ComposeError
from hub.text.free_text import link_in
from hub.text.lint_reading import ERROR, TITLE, WARNING, Finding, Part, Reading
from hub.text.markup import problems
from hub.text.segments import count, offenders, to_gsm7
from hub.text.template import SlotRef, Text, check_template
from hub.text.types import Channel, Section, SlotType
from hub.text.words import NoWords, base_language
from hub.text.worst import worst_sms

_UNFINISHED = re.compile(r"\[[\s.…xX]*\]|\bX{2,}\b|\bTODO\b|\bTBD\b|_{2,}|\?\?+|\blorem\b", re.I)
_NEAR_THE_EDGE = 8
"""Words from the start or the end within which a page or a voice says that it is an exercise."""
_CPR = re.compile(r"\b(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[- ]?\d{4}\b")
_EMERGENCY = re.compile(r"\b1[- ]?1[- ]?2\b")
_DANGER_AND_NO: Mapping[str, tuple[str, str]] = {
    "da": (r"fare|akut|nød|livs", r"aldrig|ikke"),
    "en": (r"danger|emergency|life", r"never|not"),
    "de": (r"gefahr|notfall|lebens|nur\b", r"nie|niemals|nicht|keine?n?"),
    "uk": (r"небезпе|загроз|лише|тільки", r"ніколи|не"),
    "ar": (r"خطر|فقط", r"لا|لن|أبدًا"),
    "pl": (r"zagroż|niebezpiecz|tylko", r"nigdy|nie"),
    "ro": (r"pericol|numai", r"niciodată|nu"),
}
"""By language, for `nu` is now in Danish and not in Romanian: words of danger, and words that say no."""


@cache
def _never(language: str) -> re.Pattern[str]:
    _, no = _DANGER_AND_NO.get(base_language(language), _DANGER_AND_NO["en"])
    return re.compile(rf"\b(?:{no})\b", re.I)


@cache
def _danger(language: str) -> re.Pattern[str]:
    danger, no = _DANGER_AND_NO.get(base_language(language), _DANGER_AND_NO["en"])
    return re.compile(rf"{danger}|\b(?:{no})\b", re.I)


def finished(reading: Reading) -> Iterator[Finding]:
    """L01: no unresolved placeholder, nothing that the parser or the page cannot take."""
    version = reading.version
    for part in reading.parts:
        channel = None if part.channel == TITLE else Section(part.channel).channel
        errors = part.template.errors + check_template(
            part.template,
            channel=channel,
            slots=version.slots,
            facts=version.facts,
            decisions=version.decisions,
        )
        if channel is Channel.WEB:
            errors += problems(part.source)
        for error in errors:
            yield part.finding(
                "L01",
                ERROR,
                f"{error.message} (line {error.line} of this text, column {error.column})",
                "Correct the text.",
                line=error.line,
            )
        for match in _UNFINISHED.finditer(part.literal):
            yield part.finding(
                "L01",
                ERROR,
                f"{match[0]!r} looks like something still to be filled in",
                "Write the words, or use a slot.",
                at=match[0],
            )


def names_the_sender(reading: Reading) -> Iterator[Finding]:
    """L02: an SMS starts with the municipality's full name."""
    for part in (*reading.of("sms"), *reading.of("short")):
        nodes = [
            node
            for node in part.template.nodes
            if not (isinstance(node, Text) and not node.text.strip())
        ]
        first = nodes[0] if nodes else None
        if not isinstance(first, SlotRef) or first.name != "municipality":
            yield part.finding(
                "L02", ERROR, "does not start with {municipality}", "Put {municipality}: first."
            )


def has_no_links(reading: Reading) -> Iterator[Finding]:
    """L10: no address but `{page}`, and that at most once in an SMS."""
    for part in reading.parts:
        for sentence in part.sentences:
            found = link_in(sentence)
            if found:
                yield part.finding(
                    "L10",
                    ERROR,
                    f"{found!r} can be read as a link",
                    "Use {page}; write a name without its address, and an abbreviation in full.",
                    at=found,
                )
        pages = sum(
            isinstance(leaf, SlotRef) and leaf.name == "page" for leaf, _ in part.template.leaves()
        )
        if part.channel in ("sms", "short") and pages > 1:
            yield part.finding("L10", ERROR, "names the page more than once", "Keep one {page}.")


def has_another_way(reading: Reading) -> Iterator[Finding]:
    """L11: who does not trust or cannot open a page is told of the telephone or the radio."""
    phones = reading.slots_of_type(SlotType.PHONE)
    for part in reading.of("sms"):
        if "page" not in part.slots or part.slots & phones:
            continue
        if not lint_words.OTHER_WAY.search(part.literal, part.language):
            yield part.finding(
                "L11",
                WARNING,
                "names the page but neither a telephone nor the radio",
                "Add a phone slot or name the radio channel.",
            )


def asks_for_nothing(reading: Reading) -> Iterator[Finding]:
    """L12: never asks for a reply, CPR, MitID, a code or money; saying that we never ask is fine."""
    for part in reading.parts:
        if not lint_words.ASKS.search(part.literal, part.language):
            continue
        for sentence in part.sentences:
            match = lint_words.ASKS.search(sentence, part.language)
            if match and not _is_harmless(sentence, part.language):
                yield part.finding(
                    "L12",
                    ERROR,
                    f"{match[0]!r} asks for what a fraud would ask for",
                    "Leave it out; say it in a letter or by telephone.",
                    at=match[0],
                )


def _is_harmless(sentence: str, language: str) -> bool:
    """That we never ask, and that people should change a password."""
    return bool(_never(language).search(sentence) or lint_words.ADVISES.search(sentence, language))


def fits_the_segments(reading: Reading) -> Iterator[Finding]:
    """L13: at most two segments in Danish, English and German, four elsewhere, with every slot at its longest; a short
    SMS one."""
    yield from _short_fits(reading)
    for part in reading.of("sms"):
        try:
            sms = worst_sms(
                reading.version, part.language, branches=reading.branches(part.language)
            )
        except (ComposeError, NoWords, ValueError) as error:
            yield part.finding("L13", ERROR, f"cannot be counted: {error}", "Correct the text.")
            continue
        counted = count(sms)
        most = 2 if part.language in GSM7_LANGUAGES else 4
        if counted.segments > most:
            yield part.finding(
                "L13",
                ERROR,
                f"takes {counted.segments} segments ({counted.units} units) when its slots are longest; "
                f"at most {most} are allowed",
                "Shorten the text, or give slots a smaller max_length.",
            )
        elif part.language not in GSM7_LANGUAGES and counted.segments > 3:
            yield part.finding(
                "L13",
                WARNING,
                f"takes {counted.segments} segments when its slots are longest",
                "Shorten the text where you can.",
            )


def _short_fits(reading: Reading) -> Iterator[Finding]:
    """The short SMS is one segment of GSM-7, or it is not worth having."""
    for part in reading.of("short"):
        try:
            counted = count(
                worst_sms(
                    *(reading.version, part.language),
                    short=True,
                    branches=reading.branches(part.language),
                )
            )
        except (ComposeError, NoWords, ValueError) as error:
            yield part.finding("L13", ERROR, f"cannot be counted: {error}", "Correct the text.")
            continue
        if counted.segments > 1:
            yield part.finding(
                "L13",
                ERROR,
                f"takes {counted.segments} segments ({counted.units} units) when its slots are longest; "
                "a short SMS is one",
                "Shorten it, or leave the short SMS out.",
            )


def stays_in_gsm7(reading: Reading) -> Iterator[Finding]:
    """L14: a Danish, English or German SMS has no character that doubles its price, on any branch."""
    for part in (*reading.of("sms"), *reading.of("short")):
        if part.language not in GSM7_LANGUAGES:
            continue
        shown = [part.literal, *_fixed_words(reading, part.language)]
        found = {one.character for words in shown for one in offenders(to_gsm7(words))}
        if found:
            yield part.finding(
                "L14",
                ERROR,
                f"holds {' '.join(sorted(found))}, which an ordinary SMS cannot carry; it doubles the price",
                "Write it with letters that GSM-7 has.",
            )


def _fixed_words(reading: Reading, language: str) -> Iterator[str]:
    version = reading.version
    yield from (fact.words(language) for fact in version.facts)
    yield from (decision.words(language) for decision in version.decisions)
    for slot in version.slots:
        yield from (words.get(language, "") for words in slot.options.values())


def tells_nothing_private(reading: Reading) -> Iterator[Finding]:
    """L15: no CPR number anywhere; no department, benefit or diagnosis in a message to one person (Datatilsynet)."""
    personal = bool(reading.version.personal_slots)
    for part in reading.parts:
        number = _CPR.search(part.literal)
        if number:
            yield part.finding(
                *("L15", ERROR, "holds what looks like a CPR number", "Remove it."), at=number[0]
            )
        if not personal:
            continue
        public = part.channel in {"web", "phone"}
        match = lint_words.PRIVATE.search(part.literal, part.language) or (
            None if public else lint_words.ENTRANCE.search(part.literal, part.language)
        )
        if match:
            yield part.finding(
                "L15",
                WARNING if public else ERROR,
                f"{match[0]!r} tells others what the person's appointment is about",
                "Say only 'your appointment at the municipality'.",
                at=match[0],
            )


def keeps_112_free(reading: Reading) -> Iterator[Finding]:
    """L16: 112 is named only together with danger, or to say when not to ring it."""
    for part in reading.parts:
        for sentence in part.sentences if _EMERGENCY.search(part.literal) else ():
            if _EMERGENCY.search(sentence) and not _danger(part.language).search(sentence):
                yield part.finding(
                    "L16",
                    ERROR,
                    f"names 112 without danger: {sentence.strip()!r}",
                    "Add 'ved livsfare', or tell people not to ring 112 for information.",
                    at=sentence,
                )


def poses_as_nobody(reading: Reading) -> Iterator[Finding]:
    """L17: not the state's warning, and the police only with their yes (`co_signers` of the scenario)."""
    with_police = any(
        lint_words.POLICE.search(party, "da") or party.casefold().startswith("politi")
        for party in reading.co_signers or ()
    )
    for part in reading.parts:
        match = lint_words.POSING.search(part.literal, part.language)
        if match:
            yield part.finding(
                "L17",
                ERROR,
                f"{match[0]!r} belongs to the state's own warnings",
                "Leave it out; say who warns, if others do.",
                at=match[0],
            )
        match = lint_words.POLICE.search(part.literal, part.language)
        if match and not with_police:
            yield part.finding(
                "L17",
                WARNING if reading.co_signers is None else ERROR,
                "speaks of the police, who are not among the co-signers",
                'Add "politi" to co_signers, so that their yes is recorded, or leave them out.',
                at=match[0],
            )


def marks_exercises(reading: Reading) -> Iterator[Finding]:
    """L18: an exercise begins and ends with the word and says that nothing need be done; a real message never has it.

    In an exercise the hub marks every text; a scenario that announces one goes out for real, and marks itself.
    """
    for part in reading.parts:
        exercise = lint_words.EXERCISE.search(part.literal, part.language)
        match = exercise or lint_words.TEST.search(part.literal)
        if reading.is_exercise:
            yield from _is_marked(part)
        elif match:
            yield part.finding(
                "L18",
                ERROR,
                f"says {match[0]!r}, and people would not act on it",
                "Leave it out; in an exercise the hub marks every text.",
                at=match[0],
            )


def _is_marked(part: Part) -> Iterator[Finding]:
    words = re.findall(r"[^\W\d_]+", part.literal)
    first, last = " ".join(words[:_NEAR_THE_EDGE]), " ".join(words[-_NEAR_THE_EDGE:])
    wanted = [("first", first)]
    if part.channel in ("sms", "short", "phone"):
        wanted.append(("last", " ".join(words[-1:]) if part.channel != "phone" else last))
    for where, text in wanted:
        if not lint_words.EXERCISE.search(text, part.language):
            yield part.finding(
                "L18",
                ERROR,
                f"announces an exercise, and the word is not among the {where} ones",
                "Begin and end with the word: ØVELSE.",
            )
    if part.channel != TITLE and not lint_words.NOTHING_TO_DO.search(part.literal, part.language):
        yield part.finding(
            "L18",
            ERROR,
            "announces an exercise and does not say that nothing need be done",
            "Say: Du skal ikke gøre noget.",
        )
