"""Do all languages of a version say the same, as far as a machine can tell? The same values, numbers, instructions and
prohibitions, channel by channel, each language held against the Danish.

It is for who approves a text in languages that they do not read (fact sheet, 3.3, L21 and L22). It is careful not to
cry wolf: a word that says no is looked for instruction by instruction, and languages say no in different ways.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hub.text.agreeing_words import NOTHING, ONE, Count, denials, numbers_in
from hub.text.template import (
    Action,
    FactRef,
    LocalRef,
    SlotRef,
    Template,
    Text,
    parse_template,
)
from hub.text.types import LanguageText, Slot, VersionText
from hub.text.words import base_language, own_words

MASTER = "da"
CHOICE = "choice"
"""Stands for a channel in the `differs` of an option, which is shown in several."""


class Kind(StrEnum):
    """What a row compares."""

    ACTION = "action"  # an instruction's id
    NO = "no"  # what an instruction tells not to do; the name is its id, or empty for all other words
    FACT = "fact"
    LOCAL = "local"
    SLOT = "slot"
    NUMBER = "number"  # written by hand, in digits or words
    CHOICE = "choice"  # numbers in the words of a choice: `slot=option`


@dataclass(frozen=True)
class Cell:
    """What one language says in one row, by channel; channels that say nothing of it are left out. `value` is how a
    fact, local value or option reads there; `differs` are the channels that say something else than the Danish."""

    counts: Mapping[str, Count]
    value: str = ""
    differs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    kind: Kind
    name: str
    cells: Mapping[str, Cell]

    @property
    def differs(self) -> bool:
        return any(cell.differs for cell in self.cells.values())


@dataclass(frozen=True)
class Agreement:
    """A table of rows by languages; the Danish stands first, its variants next."""

    languages: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def differing(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.differs)


def compare(version: VersionText) -> Agreement:
    """Hold every language against the Danish. Empty without a Danish text: lint has told that (L22)."""
    if MASTER not in version.languages:
        return Agreement(tuple(version.languages), ())
    said = {code: _said(text) for code, text in version.languages.items()}
    others = [code for code in version.languages if code != MASTER]
    languages = (MASTER, *sorted(others, key=lambda code: base_language(code) != MASTER))
    found = dict.fromkeys(
        key for code in languages for item in said[code].values() for key in item.counts
    )
    rows = [
        Row(kind, name, {code: _cell(version, said, code, (kind, name)) for code in languages})
        for kind, name in _in_order(list(found))
    ]
    rows += [row for slot in version.slots for row in _choices(slot, languages)]
    return Agreement(languages, tuple(rows))


_Key = tuple[Kind, str]


def _in_order(keys: list[_Key]) -> list[_Key]:
    """Each instruction as it comes, with what it forbids behind it; then the rest by kind."""
    actions = [name for kind, name in keys if kind is Kind.ACTION]

    def place(key: _Key) -> tuple[int, int]:
        kind, name = key
        of_action = kind in (Kind.ACTION, Kind.NO) and name in actions
        return (0, actions.index(name)) if of_action else (1, list(Kind).index(kind))

    return sorted(keys, key=lambda key: (place(key), key[0] is Kind.NO))


@dataclass(frozen=True)
class _Said:
    """One channel of one language: how often it says what, and sentence by sentence what each instruction forbids."""

    counts: Mapping[_Key, Count]
    denials: Mapping[str, tuple[Count, ...]]

    def count(self, key: _Key) -> Count:
        return self.counts.get(key, NOTHING)

    def contradicts(self, other: _Said, action: str) -> bool:
        """Does one forbid more than the other? Where both have as many sentences, each is held against its like, so that
        a `stay at home` behind it does not hide that a `do not come` lost its no."""
        here, there = self.denials.get(action, ()), other.denials.get(action, ())
        if not _sum(here).meets(_sum(there)):
            return True
        paired = action and len(here) == len(there)
        return bool(paired) and not all(map(Count.meets, here, there))


def _sum(counts: Iterable[Count]) -> Count:
    return sum(counts, NOTHING)


def _said(text: LanguageText) -> dict[str, _Said]:
    """By channel; one that the language does not have is not there."""
    return {
        channel: _counted(parse_template(source), text.language)
        for channel, source in text.sources.items()
    }


def _counted(template: Template, language: str) -> _Said:
    counts: dict[_Key, Count] = defaultdict(lambda: NOTHING)
    sentences: dict[str, tuple[Count, ...]] = defaultdict(tuple)
    for leaf, _ in template.leaves():
        if isinstance(leaf, Action):
            counts[Kind.ACTION, leaf.id] += ONE
        elif isinstance(leaf, SlotRef):
            counts[Kind.SLOT, leaf.name] += ONE
        elif isinstance(leaf, FactRef):
            counts[Kind.FACT, leaf.name] += ONE
        elif isinstance(leaf, LocalRef):
            counts[Kind.LOCAL, leaf.name] += ONE
    for action, words in instructions(template):
        sentences[action] += denials(words, language)
        for number in numbers_in(words, language):
            counts[Kind.NUMBER, number] += ONE
    for action, found in sentences.items():
        counts[Kind.NO, action] = _sum(found)
    return _Said({key: count for key, count in counts.items() if count.most}, sentences)


def instructions(template: Template) -> Iterator[tuple[str, str]]:
    """Each stretch of words with the id of the instruction that it belongs to, empty for none. An instruction ends with
    its line, its block, or where the next one begins; a value stands as `{}`."""
    action, words, inside = "", "", None
    for leaf, block in template.leaves():
        if block is not inside or isinstance(leaf, Action):
            yield action, words
            action, words, inside = "", "", block
        if isinstance(leaf, Action):
            action = leaf.id
        elif isinstance(leaf, Text):
            first, *rest = leaf.text.split("\n")
            words += first
            for line in rest:
                yield action, words
                action, words = "", line
        else:
            words += "{}"
    yield action, words


def _cell(
    version: VersionText, said: Mapping[str, Mapping[str, _Said]], language: str, key: _Key
) -> Cell:
    here, master = said[language], said[MASTER]
    both = (
        () if _is_read_by_approver(language, key[0]) else [item for item in here if item in master]
    )
    return Cell(
        {channel: item.counts[key] for channel, item in here.items() if key in item.counts},
        _value(version, language, key),
        tuple(channel for channel in both if _other(here[channel], master[channel], key)),
    )


def _is_read_by_approver(language: str, kind: Kind) -> bool:
    """Easy Danish leaves half-sentences out on purpose, and who approves the Danish can read it."""
    return kind is Kind.NO and base_language(language) == MASTER


def _other(here: _Said, danish: _Said, key: _Key) -> bool:
    """Numbers and prohibitions are counted; of the rest it matters whether it is there."""
    kind, name = key
    if kind is Kind.NO:
        return here.contradicts(danish, name)
    count, in_danish = here.count(key), danish.count(key)
    if kind is Kind.NUMBER:
        return count != in_danish
    return bool(count.least) != bool(in_danish.least)


def _value(version: VersionText, language: str, key: _Key) -> str:
    kind, name = key
    if kind is Kind.FACT:
        return next((item.words(language) for item in version.facts if item.name == name), "")
    if kind is Kind.LOCAL:
        return next((item.words(language) for item in version.decisions if item.name == name), "")
    return ""


def _choices(slot: Slot, languages: tuple[str, ...]) -> Iterator[Row]:
    """The options of a choice that hold a number or a no in some language."""
    for option, words in slot.options.items():
        shown = {code: own_words(words, code) for code in languages}
        said = {
            code: (numbers_in(text, code), _sum(denials(text, code)))
            for code, text in shown.items()
        }
        if any(numbers or no.least for numbers, no in said.values()):
            numbers, no = said[MASTER]
            yield Row(
                Kind.CHOICE,
                f"{slot.name}={option}",
                {
                    code: Cell(
                        {},
                        shown[code],
                        () if sorted(found) == sorted(numbers) and meant.meets(no) else (CHOICE,),
                    )
                    for code, (found, meant) in said.items()
                },
            )
