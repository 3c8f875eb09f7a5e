"""What changed between two versions, word by word."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from hub.text.types import Decision, Fact, LanguageText, Section, Slot, VersionText
from hub.text.words import own_words

_WORD = re.compile(r"\s+|\{[^{}\n]*\}|[^\s{}]+|[{}]")
_NOTHING = "–"
FIELDS = ("title", *(section.value for section in Section))


class Kind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """Words that are in both, only in the newer or only in the older text."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class FieldChange:
    """One channel of one language, or its title (`field`); `pieces` joined without the added ones are the older
    text, without the removed ones the newer."""

    language: str
    field: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Detail:
    """One property that changed, as `("max_length",)`, `("label", "da")` or `("options", "yes", "en")`. Values are
    words: yes and no stand as `yes` and `no`, and what is not there is empty."""

    path: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True)
class NameChange:
    """A slot, fact or decision (`kind`) that was added (`before` is empty), removed (`after` is) or changed: then both
    say how it reads, and `details` what it was. `label` are its names by language; a fact has none."""

    kind: str
    name: str
    before: str
    after: str
    label: Mapping[str, str] = dataclasses.field(default_factory=dict)
    details: tuple[Detail, ...] = ()


def words_between(old: str, new: str) -> tuple[Piece, ...]:
    """The newer text with what was removed left in. Words are compared whole; a changed blank counts too."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    pieces: list[Piece] = []
    for operation, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "equal":
            pieces.append(Piece(Kind.SAME, "".join(after[k:m])))
            continue
        if i < j:
            pieces.append(Piece(Kind.REMOVED, "".join(before[i:j])))
        if k < m:
            pieces.append(Piece(Kind.ADDED, "".join(after[k:m])))
    return tuple(pieces)


def text_changes(old: VersionText, new: VersionText) -> tuple[FieldChange, ...]:
    """Every channel of every language whose words differ; a language that came or went differs in all of them."""
    languages = [*new.languages, *(code for code in old.languages if code not in new.languages)]
    found = []
    for language in languages:
        for field in FIELDS:
            before, after = _field(old, language, field), _field(new, language, field)
            if before != after:
                found.append(FieldChange(language, field, words_between(before, after)))
    return tuple(found)


def field_of(text: LanguageText, field: str) -> str:
    return text.title if field == "title" else text.section(Section(field))


def _field(text: VersionText, language: str, field: str) -> str:
    found = text.languages.get(language)
    return field_of(found, field) if found is not None else ""


def name_changes(old: VersionText, new: VersionText) -> tuple[NameChange, ...]:
    """Slots, facts and decisions that differ between the two."""
    tables: Sequence[tuple[str, Sequence[_Named], Sequence[_Named], Callable[[Any], str]]] = (
        ("slot", old.slots, new.slots, _slot),
        ("fact", old.facts, new.facts, _fact),
        ("decision", old.decisions, new.decisions, _decision),
    )
    return tuple(
        change
        for kind, before, after, told in tables
        for change in _changes(kind, before, after, told)
    )


def details_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Detail, ...]:
    """Every property that differs between two tables, which may hold tables themselves."""
    before, after = dict(_flat(old)), dict(_flat(new))
    paths = [*after, *(path for path in before if path not in after)]
    return tuple(
        Detail(path, before.get(path, ""), after.get(path, ""))
        for path in paths
        if before.get(path, "") != after.get(path, "")
    )


_Named = Slot | Fact | Decision


def _changes(
    kind: str, old: Sequence[_Named], new: Sequence[_Named], told: Callable[[Any], str]
) -> Iterator[NameChange]:
    earlier, later = {item.name: item for item in old}, {item.name: item for item in new}
    for name in [*later, *(name for name in earlier if name not in later)]:
        was, now = earlier.get(name), later.get(name)
        if was == now:
            continue
        label = getattr(now or was, "label", {})
        if was is None or now is None:
            yield NameChange(kind, name, told(was) if was else "", told(now) if now else "", label)
            continue
        details = details_between(was.to_json(), now.to_json())
        before, after = told(was), told(now)
        if before == after:
            before = "; ".join(item.before or _NOTHING for item in details)
            after = "; ".join(item.after or _NOTHING for item in details)
        yield NameChange(kind, name, before, after, label, details)


def _slot(slot: Slot) -> str:
    return own_words(slot.label, "da") or slot.name


def _fact(fact: Fact) -> str:
    withdrawn = f" – {fact.withdrawn}" if fact.withdrawn else ""
    return f"{fact.words('da')} ({fact.source}, {fact.checked}){withdrawn}"


def _decision(item: Decision) -> str:
    return item.words("da") or _NOTHING


def _flat(
    table: Mapping[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, (*above, name))
        else:
            yield (*above, name), _words(value)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(str(item) for item in value)
    return "" if value is None else str(value)
