"""A text held against its scenario and the facts: every name it uses must exist and may stand where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hub.library.problems import Problems, did_you_mean
from hub.library.scenarios import Facts, Scenario
from hub.library.text_files import Part, TextFile
from hub.text.template import FactRef, LocalRef, SlotRef, When, check_template
from hub.text.types import SYSTEM_SLOTS, Decision, Fact, Slot
from hub.text.words import own_words

_Place = tuple[int, int]


@dataclass(frozen=True)
class Used:
    """The names that a message's texts really use: only these belong to its version, so that a change elsewhere in
    the scenario makes no new version of it."""

    slots: frozenset[str]
    facts: frozenset[str]
    decisions: frozenset[str]


def used_names(texts: Iterable[TextFile]) -> Used:
    """All names that texts show or ask for in a `{when ...}`; which of these exist is not looked at."""
    shown: set[str] = set()
    facts: set[str] = set()
    local: set[str] = set()
    asked: set[str] = set()
    for part in (part for text in texts for part in text.parts):
        asked |= {block.name for block in part.template.blocks}
        for leaf, _ in part.template.leaves():
            if isinstance(leaf, SlotRef):
                shown.add(leaf.name)
            elif isinstance(leaf, FactRef):
                facts.add(leaf.name)
            elif isinstance(leaf, LocalRef):
                local.add(leaf.name)
    return Used(frozenset(shown | asked), frozenset(facts), frozenset(local | asked))


def check_text(text: TextFile, scenario: Scenario, facts: Facts, problems: Problems) -> None:
    """Add every wrong name of one language to `problems`. What is wrong in `scenario.toml` or `facts.toml` itself is
    reported there and not again here."""
    for part in text.parts:
        handled: set[_Place] = set()
        for place, reason in _names(part, scenario, facts):
            handled.add(place)
            if reason:
                problems.add(text.path, place[0], reason)
        errors = check_template(
            part.template,
            channel=part.channel,
            slots=list(scenario.slots.values()),
            facts=list(facts.good.values()),
            decisions=list(scenario.decisions.values()),
        )
        for error in errors:
            if (error.line, error.column) not in handled:
                problems.add(text.path, error.line, error.message)
        for line, reason in _words_missing(part, text.language, scenario, facts):
            problems.add(text.path, line, reason)


def _names(part: Part, scenario: Scenario, facts: Facts) -> Iterator[tuple[_Place, str]]:
    """Names that do not exist, with a reason; names whose definition has a mistake, without one."""
    for block in part.template.blocks:
        yield from _asked(block, scenario)
    for leaf, _ in part.template.leaves():
        if isinstance(leaf, SlotRef) and leaf.name not in SYSTEM_SLOTS:
            if leaf.name in scenario.broken:
                yield (leaf.line, leaf.column), ""
            elif leaf.name not in scenario.slots:
                known = [name for name, slot in scenario.slots.items() if slot.required]
                known += [name for name in (*scenario.slots, *SYSTEM_SLOTS) if name not in known]
                hint = did_you_mean(leaf.name, known, "{{}}")
                yield (leaf.line, leaf.column), f"unknown slot {{{leaf.name}}}{hint}"
        elif isinstance(leaf, FactRef) and leaf.name not in facts.good:
            known_fact = leaf.name in facts.bad or not facts.readable
            hint = did_you_mean(leaf.name, facts.good, "{fact.{}}")
            reason = f"unknown fact {{fact.{leaf.name}}}{hint}"
            yield (leaf.line, leaf.column), "" if known_fact else reason
        elif isinstance(leaf, LocalRef):
            if leaf.name in scenario.broken:
                yield (leaf.line, leaf.column), ""
            elif leaf.name not in scenario.decisions:
                local = [name for name, item in scenario.decisions.items() if not item.options]
                hint = did_you_mean(leaf.name, local, "{local.{}}")
                yield (leaf.line, leaf.column), f"unknown local value {{local.{leaf.name}}}{hint}"


def _asked(block: When, scenario: Scenario) -> Iterator[tuple[_Place, str]]:
    """The name in a `{when ...}`; an empty one is the parser's to report."""
    if block.name in scenario.broken:
        yield (block.line, block.column), ""
    elif block.name and block.name not in scenario.slots and block.name not in scenario.decisions:
        names = [*scenario.slots, *scenario.decisions]
        hint = did_you_mean(block.name, names)
        yield (
            (block.line, block.column),
            f"unknown slot or decision {block.name!r} in {{when}}{hint}",
        )


def _words_missing(
    part: Part, language: str, scenario: Scenario, facts: Facts
) -> Iterator[tuple[int, str]]:
    """A number without its unit, or a choice without words, must not reach a reader of this language."""
    for leaf, _ in part.template.leaves():
        if isinstance(leaf, FactRef) and leaf.name in facts.good:
            if _lacks_unit(facts.good[leaf.name], language):
                yield (
                    leaf.line,
                    f"the fact {leaf.name!r} has a unit, but none in {language}; add it in facts.toml",
                )
        elif isinstance(leaf, LocalRef) and leaf.name in scenario.decisions:
            if _lacks_unit(scenario.decisions[leaf.name], language):
                yield (
                    leaf.line,
                    f"the local value {leaf.name!r} has a unit, but none in {language}; "
                    "add it in scenario.toml",
                )
        elif isinstance(leaf, SlotRef) and leaf.name in scenario.slots:
            without = _options_without_words(scenario.slots[leaf.name], language)
            if without:
                yield (
                    leaf.line,
                    f"the choice {leaf.name!r} has no words in {language} for {', '.join(without)}; "
                    "add them in scenario.toml",
                )


def _lacks_unit(item: Fact | Decision, language: str) -> bool:
    return bool(item.unit) and not own_words(item.unit, language)


def _options_without_words(slot: Slot, language: str) -> list[str]:
    return [name for name, words in slot.options.items() if not own_words(words, language)]
