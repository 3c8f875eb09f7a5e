"""What the lint rules look at: a version taken apart once, with the literal words of each text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from hub.text import moments
from hub.text.lint_explain import EXPLAINED
from hub.text.slots import SlotError, longest, normalise
from hub.text.template import Action, SlotRef, Template, Text, When, parsed
from hub.text.types import LanguageText, Phase, Slot, SlotType, VersionText
from hub.text.worst import Branches

ERROR, WARNING = "error", "warning"
_STOP = re.compile(r"(?<=[.!?])\s+|\n+")
TITLE = "title"
REFERENCE_NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""When example values are resolved: a version's findings must not change with the day."""


@dataclass(frozen=True)
class Finding:
    """One thing that a rule of the fact sheet (3.3) says about a version. An error blocks approval.

    `language` and `channel` (`sms`, `short`, `web`, `phone` or `title`) are empty where the whole version is meant.
    """

    rule: str
    severity: str
    language: str
    channel: str
    message: str
    fix: str
    line: int = 0
    """Which line of the text it is about, counted from 1; 0 is the whole of it."""

    @property
    def why(self) -> str:
        """What the rule is good for, in a sentence or two."""
        return EXPLAINED[self.rule].why if self.rule in EXPLAINED else ""


@dataclass(frozen=True)
class Part:
    """One channel of one language."""

    language: str
    channel: str
    source: str

    @cached_property
    def template(self) -> Template:
        return parsed(self.source)

    @cached_property
    def literal(self) -> str:
        """The author's own words; each value is one `{}`, which no pattern takes for a word or a number."""
        return "".join(
            leaf.text if isinstance(leaf, Text) else "" if isinstance(leaf, Action) else "{}"
            for leaf, _ in self.template.leaves()
        )

    @property
    def slots(self) -> frozenset[str]:
        return self.template.slot_names

    @cached_property
    def named(self) -> str:
        """`literal` with each slot's name in its braces."""
        return "".join(
            leaf.text
            if isinstance(leaf, Text)
            else f"{{{leaf.name}}}"
            if isinstance(leaf, SlotRef)
            else ""
            if isinstance(leaf, Action)
            else "{}"
            for leaf, _ in self.template.leaves()
        )

    @cached_property
    def named_sentences(self) -> tuple[str, ...]:
        return tuple(sentence for sentence in _STOP.split(self.named) if sentence.strip())

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Of the author's own words."""
        return tuple(sentence for sentence in _STOP.split(self.literal) if sentence.strip())

    def finding(
        self, rule: str, severity: str, message: str, fix: str, *, at: str = "", line: int = 0
    ) -> Finding:
        """`at` are words of the text that it is about, for its line."""
        line = line or self._line_of(at)
        return Finding(rule, severity, self.language, self.channel, message, fix, line)

    def _line_of(self, words: str) -> int:
        """The first line that has the words, or the longest beginning of them that any line has."""
        lines = self.source.split("\n")
        pieces = words.partition("{}")[0].strip() or words.replace("{}", " ").strip()
        while pieces:
            for number, line in enumerate(lines, 1):
                if pieces in line:
                    return number
            pieces = pieces.rpartition(" ")[0]
        return 0


@dataclass(frozen=True)
class Reading:
    """A version, ready for the rules."""

    version: VersionText
    co_signers: tuple[str, ...] | None = None
    """Whose yes an approval needs; None where the scenario is not at hand."""

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for text in self.version.languages.values() for part in _parts_of(text))

    @property
    def scenario(self) -> str:
        return self.version.key.partition("/")[0]

    @property
    def phase(self) -> Phase | None:
        try:
            return Phase(self.version.key.partition("/")[2])
        except ValueError:
            return None

    @property
    def is_exercise(self) -> bool:
        """A scenario that announces an exercise; its texts may and must say so."""
        return self.scenario.startswith("exercise") or any(
            slot.type is SlotType.EXERCISE_WINDOW for slot in self.version.slots
        )

    def branches(self, language: str) -> Branches:
        """The ways through one language, worked out once for all rules."""
        return self._branches[language]

    @cached_property
    def _branches(self) -> Mapping[str, Branches]:
        return {language: Branches(self.version, language) for language in self.version.languages}

    def of(self, channel: str) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.channel == channel)

    def slots_of_type(self, *types: SlotType) -> frozenset[str]:
        return frozenset(slot.name for slot in self.version.slots if slot.type in types)

    def example_values(self, language: str) -> Mapping[str, str]:
        """Canonical values of all slots (personal ones too), from their examples where these fit."""
        return {slot.name: _example(slot, language) for slot in self.version.slots}


def shows_any(part: Part, names: frozenset[str], filled: Mapping[str, bool]) -> bool:
    """Whether a slot of `names` is shown for sure when the optional slots in `filled` are filled or not.

    A block with any other condition may be hidden, so it does not count.
    """
    for leaf, block in part.template.leaves():
        if not isinstance(leaf, SlotRef) or leaf.name not in names:
            continue
        if block is None or _is_settled(block, filled):
            return True
    return False


def holds(block: When, chosen: Mapping[str, str]) -> bool:
    """Whether a block is shown when the names that blocks ask for have these values ("" is not filled)."""
    value = chosen.get(block.name, "")
    return value in block.values if block.values else bool(value) is not block.negated


def _is_settled(block: When, filled: Mapping[str, bool]) -> bool:
    return not block.values and block.name in filled and filled[block.name] is not block.negated


def _parts_of(text: LanguageText) -> tuple[Part, ...]:
    return tuple(Part(text.language, name, source) for name, source in text.sources.items())


def _example(slot: Slot, language: str) -> str:
    try:
        return normalise(slot, slot.example, now=REFERENCE_NOW)
    except SlotError:
        pass
    if slot.type is SlotType.NEXT_UPDATE:
        return moments.iso(moments.parse_moment("+3h", REFERENCE_NOW))
    return longest(slot, language)
