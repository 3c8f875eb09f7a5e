"""Personal slots: filling them from a list's columns, setting aside rows that cannot be, and what was filled."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub import clock
from hub.errors import Invalid
from hub.text.compose import fill_personal
from hub.text.rendering import render
from hub.text.slots import SlotError, normalise_personal
from hub.text.types import Channel, Slot
from hub.text.words import NoWords

SHOWN = 5


@dataclass(frozen=True)
class SetAside:
    """A row that gets no text, and why. `row` is the list's own row number (the heading is row 1)."""

    row: int | None
    slot: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {"row": self.row, "slot": self.slot, "reason": self.reason}


@dataclass(frozen=True)
class Filled:
    """One row's text, whole, with the canonical values that made it; `key` tells equal texts."""

    sms: str
    values: Mapping[str, str]
    key: bytes


@dataclass(frozen=True)
class PersonalValues:
    """A personal slot's distinct values as they are read, for the second person: how many there are, the rarest
    with their number of texts, and the longest."""

    slot: str
    distinct: int
    rarest: tuple[tuple[str, int], ...]
    longest: tuple[str, ...]


class PersonalTexts:
    """Fills the personal slots of one broadcast's texts, row by row, and counts what it filled."""

    def __init__(self, texts: Mapping[str, str], slots: Sequence[Slot]) -> None:
        self.texts = texts
        self.slots = tuple(slot for slot in slots if slot.personal)
        self._seen: dict[str, Counter[str]] = {slot.name: Counter() for slot in self.slots}

    def from_cells(
        self, cells: Mapping[str, object], row: int | None, language: str
    ) -> Filled | SetAside:
        """The text of one row of a list; `cells` maps headings (case-folded) to what stands there."""
        now = clock.now()
        values: dict[str, str] = {}
        for slot in self.slots:
            raw = cells.get(column_of(slot))
            if raw is None or not str(raw).strip():
                heading = slot.column or slot.name
                return SetAside(row, slot.name, f"The column {heading!r} is empty in this row.")
            try:
                values[slot.name] = normalise_personal(slot, str(raw), now=now)
            except SlotError as error:
                return SetAside(row, slot.name, error.reason)
        return self.from_values(values, row, language)

    def from_values(
        self, values: Mapping[str, str], row: int | None, language: str
    ) -> Filled | SetAside:
        """The text made from canonical values."""
        missing = [slot.name for slot in self.slots if not values.get(slot.name)]
        if missing:
            return SetAside(row, missing[0], f"There is no value for {missing[0]!r} in this row.")
        try:
            sms = fill_personal(self.texts[language], self.slots, values, language)
            shown = {
                slot.name: render(slot, values[slot.name], language, Channel.SMS).text
                for slot in self.slots
            }
        except SlotError as error:
            return SetAside(row, error.slot, error.reason)
        except NoWords as error:
            return SetAside(row, "", str(error))
        for name, text in shown.items():
            self._seen[name][text] += 1
        return Filled(sms, {slot.name: values[slot.name] for slot in self.slots}, key_of(sms))

    def summary(self) -> tuple[PersonalValues, ...]:
        """What was filled, slot by slot."""
        return tuple(
            PersonalValues(
                slot=name,
                distinct=len(counts),
                rarest=tuple(sorted(counts.items(), key=lambda pair: (pair[1], pair[0]))[:SHOWN]),
                longest=tuple(sorted(counts, key=lambda text: (-len(text), text))[:SHOWN]),
            )
            for name, counts in self._seen.items()
        )


def column_of(slot: Slot) -> str:
    """The heading that fills a personal slot, case-folded."""
    return (slot.column or slot.name).strip().casefold()


def key_of(sms: str) -> bytes:
    """Tells two personal texts apart in 16 bytes."""
    return hashlib.sha256(sms.encode("utf-8", "surrogatepass")).digest()[:16]


def require_columns(
    slots: Iterable[Slot], columns: Sequence[str], audience: str, rows: Sequence[int], total: int
) -> None:
    """Raise Invalid when the list lacks a column that a personal slot is filled from, naming all of them.

    `rows` are the first rows of the list, `total` how many there are: without the column, all of them lack it.
    """
    known = {column.strip().casefold() for column in columns}
    missing = [
        f"{slot.column or slot.name!r} (slot {slot.name!r})"
        for slot in slots
        if slot.personal and column_of(slot) not in known
    ]
    if not missing:
        return
    shown = ", ".join(str(row) for row in rows) + (", ..." if total > len(rows) else "")
    raise Invalid(
        f"The list {audience!r} lacks the column {' and '.join(missing)}: all {total} rows ({shown}) lack a value. "
        f"Its columns are {', '.join(columns) or 'none'}. Add the column and import the list again."
    )
