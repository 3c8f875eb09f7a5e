"""What the lint rules look at: a version taken apart once, with the literal words of each text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from hub.text import moments
from hub.text.slots import SlotError, longest, normalise
from hub.text.template import Action, SlotRef, Template, Text, When, parsed
from hub.text.types import LanguageText, Phase, Slot, SlotType, VersionText
from hub.text.worst import Branches

ERROR, WARNING = "error", "warning"
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

    def finding(self, rule: str, severity: str, message: str, fix: str) -> Finding:
        return Finding(rule, severity, self.language, self.channel, message, fix)


@dataclass(frozen=True)
class Reading:
    """A version, ready for the rules."""

    version: VersionText

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
        if block is None or _holds(block, filled):
            return True
    return False


def _holds(block: When, filled: Mapping[str, bool]) -> bool:
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
