"""The dearest SMS that a version can become: every slot at its longest, over all branches.

Rule L13 is checked on it in peacetime, so that nobody learns in an incident that a text takes a segment more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from hub.text import moments
from hub.text.compose import fill_personal, sms_of
from hub.text.moments import longest_moment
from hub.text.segments import Encoding, count
from hub.text.slots import longest
from hub.text.template import MOMENT_TYPES, parsed
from hub.text.types import Section, Slot, SlotType, System, VersionText

PLAIN_MOMENTS = MOMENT_TYPES - {SlotType.EXPECTED_END}
_LOCAL_VALUE = "1000"


@dataclass(frozen=True)
class Branch:
    """One way through a text: canonical values for the filled slots, and a value for each decision."""

    values: Mapping[str, str]
    decisions: Mapping[str, str]

    def applied(self, version: VersionText) -> VersionText:
        return replace(
            version,
            decisions=tuple(
                replace(item, value=self.decisions.get(item.name, item.value))
                for item in version.decisions
            ),
        )


def worst_sms(
    version: VersionText,
    language: str,
    municipality_length: int = 25,
    page_length: int = 30,
    *,
    short: bool = False,
    branches: Branches | None = None,
) -> str:
    """The SMS with most segments (among these UCS-2, then most units), personal slots filled too. Raises ComposeError
    as `compose` does. `branches` are the language's, where they are at hand.

    Blocks do not nest, so each name that blocks ask for can be settled on its own; two rounds let a choice that
    changes the encoding have its say on the others.
    """
    system = longest_system(language, municipality_length, page_length)
    source = version.languages[language].section(Section.SHORT if short else Section.SMS)
    branches = branches or Branches(version, language)
    options = branches.options
    asked = _asked_in(source)
    chosen = {name: values[0] for name, values in options.items()}
    costs: dict[tuple[str, ...], tuple[int, bool, int]] = {}

    def text(choice: Mapping[str, str]) -> str:
        branch = branches.of(choice)
        sms = sms_of(branch.applied(version), branch.values, language, system, short=short)
        personal = {
            slot.name: _longest_cell(slot, sms, language) for slot in version.personal_slots
        }
        return fill_personal(sms, version.slots, personal, language)

    def cost(choice: Mapping[str, str]) -> tuple[int, bool, int]:
        settled = tuple(choice.values())
        if settled not in costs:
            counted = count(text(choice))
            costs[settled] = counted.segments, counted.encoding is Encoding.UCS2, counted.units
        return costs[settled]

    for _ in range(2):
        for name, values in options.items():
            if name in asked:
                chosen[name] = max(values, key=lambda value: cost({**chosen, name: value}))
    return text(chosen)


def _asked_in(source: str) -> frozenset[str]:
    """The names that can change a text: those that it shows, and those that its blocks ask for."""
    template = parsed(source)
    return template.slot_names | {block.name for block in template.blocks}


def _longest_cell(slot: Slot, sms: str, language: str) -> str:
    if slot.type in PLAIN_MOMENTS and f"{{{slot.name}:short}}" in sms:
        return moments.iso(longest_moment(language, "short"))
    return longest(slot, language)


def longest_system(
    language: str, municipality_length: int = 25, page_length: int = 30, *, exercise: bool = False
) -> System:
    """What the hub fills by itself, at its longest."""
    return System(
        municipality="M" * municipality_length,
        issued_at=longest_moment(language),
        page="m" * (page_length - 3) + ".dk",
        number=9999,
        closes=9999,
        update_no=99,
        exercise=exercise,
    )


def branching(version: VersionText, language: str) -> dict[str, tuple[str, ...]]:
    """What each name that the language's blocks ask for can be; "" is an optional slot left empty.

    A moment is tried at its longest in both forms: the longest month in words is not the longest in digits.
    """
    text = version.languages[language]
    asked = {
        block.name: None for source in text.sources.values() for block in parsed(source).blocks
    }
    options: dict[str, tuple[str, ...]] = {
        slot.name: (longest(slot, language), moments.iso(longest_moment(language, "short")))
        for slot in version.slots
        if slot.type in PLAIN_MOMENTS and slot.required and not slot.personal
    }
    for name in asked:
        decision = next((item for item in version.decisions if item.name == name), None)
        slot = version.slot(name)
        if decision is not None and decision.options:
            options[name] = decision.options
        elif slot is not None and not slot.personal:
            filled = tuple(slot.options) or (longest(slot, language),)
            if slot.type in PLAIN_MOMENTS:
                filled = (filled[0], moments.iso(longest_moment(language, "short")))
            options[name] = filled if slot.required else (*filled, "")
    return options


def branch_of(version: VersionText, language: str, chosen: Mapping[str, str]) -> Branch:
    """A branch with the chosen values, all other required slots at their longest, and undecided local values made up."""
    return Branches(version, language).of(chosen)


@dataclass(frozen=True)
class Branches:
    """The ways through one language of a version; what all of them share is made once."""

    version: VersionText
    language: str

    def of(self, chosen: Mapping[str, str]) -> Branch:
        """See `branch_of`."""
        values = {name: chosen.get(name, value) for name, value in self._longest.items()}
        decisions = {
            item.name: chosen.get(item.name)
            or item.value
            or (item.options[0] if item.options else _LOCAL_VALUE)
            for item in self.version.decisions
        }
        return Branch({name: value for name, value in values.items() if value}, decisions)

    @cached_property
    def options(self) -> Mapping[str, tuple[str, ...]]:
        """See `branching`."""
        return branching(self.version, self.language)

    @cached_property
    def _longest(self) -> Mapping[str, str]:
        return {
            slot.name: longest(slot, self.language) if slot.required else ""
            for slot in self.version.slots
            if not slot.personal
        }
