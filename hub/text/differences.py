"""What changed between two versions, word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from hub.text.types import LanguageText, Section, VersionText

_WORD = re.compile(r"\s+|\{[^{}\n]*\}|[^\s{}]+|[{}]")
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
class NameChange:
    """A slot, fact or decision (`kind`) that was added, removed or changed; the values are in words."""

    kind: str
    name: str
    before: str
    after: str


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
    tables: Sequence[tuple[str, Mapping[str, str], Mapping[str, str]]] = (
        ("slot", _slots(old), _slots(new)),
        ("fact", _facts(old), _facts(new)),
        ("decision", _decisions(old), _decisions(new)),
    )
    return tuple(
        NameChange(kind, name, before.get(name, ""), after.get(name, ""))
        for kind, before, after in tables
        for name in [*after, *(item for item in before if item not in after)]
        if before.get(name) != after.get(name)
    )


def _slots(text: VersionText) -> dict[str, str]:
    return {slot.name: _told(slot.to_json()) for slot in text.slots}


def _facts(text: VersionText) -> dict[str, str]:
    return {
        fact.name: f"{fact.words('da')} ({fact.source}, {fact.checked})"
        + (f" – {fact.withdrawn}" if fact.withdrawn else "")
        for fact in text.facts
    }


def _decisions(text: VersionText) -> dict[str, str]:
    return {item.name: item.words("da") or "–" for item in text.decisions}


def _told(data: Mapping[str, object]) -> str:
    """A slot's definition, without what is not set."""
    return "; ".join(
        f"{name}: {_value(value)}"
        for name, value in data.items()
        if name != "name" and value not in (None, "", {}, False)
    )


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {_value(item)}" for key, item in value.items())
    return str(value)
