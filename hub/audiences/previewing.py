"""A look into a file before it is imported: its columns, what each is taken for, and its first rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import islice
from pathlib import Path

from hub.audiences.columns import Layout, find_layout, judge, unique_names
from hub.audiences.cpr import NOT_KEPT, may_be_cpr
from hub.audiences.importing import SAMPLE_ROWS
from hub.audiences.reading import load_bytes, open_file
from hub.errors import Invalid
from hub.text.spreadsheet import column_letter

SHOWN_ROWS = 5
LONGEST_CELL = 60


class Taken(StrEnum):
    """What a column is taken for."""

    PHONE = "phone"
    LANGUAGE = "language"
    NAME = "name"
    FIELD = "field"
    OTHER_PHONE = "other-phone"
    CPR = "cpr"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Column:
    """One column. `choose` is what `import_list` takes as `phone_column` to mean it."""

    heading: str
    letter: str
    taken: Taken
    choose: str


@dataclass(frozen=True)
class Preview:
    """A file's columns and first rows (number, cells as text; CPR numbers are not shown). `problem` says why no
    column could be taken for the phone's."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    problem: Invalid | None


def preview(source: Path | bytes, filename: str, phone_column: str | None = None) -> Preview:
    """Look into a file. Raises Invalid when it cannot be read at all, as `import_list` does."""
    opened = open_file(load_bytes(source), filename, partial(judge, phone_column=phone_column))
    problem: Invalid | None = None
    for sheet in opened.sheets:
        sample = list(islice(sheet.rows(None), SAMPLE_ROWS))
        try:
            return _shown(sample, find_layout(sample, phone_column))
        except Invalid as error:
            problem = problem or error
    sample = list(islice(opened.sheets[0].rows(None), SAMPLE_ROWS))
    return _undecided(sample, problem)


def _shown(sample: list[tuple[int, list[str]]], layout: Layout) -> Preview:
    kinds = {layout.phone: Taken.PHONE}
    kinds |= dict.fromkeys(layout.other_phones, Taken.OTHER_PHONE)
    kinds |= dict.fromkeys(layout.cpr, Taken.CPR)
    for index, kind in ((layout.language, Taken.LANGUAGE), (layout.name, Taken.NAME)):
        if index is not None:
            kinds[index] = kind
    below = [(row, cells) for row, cells in sample if row > layout.heading_row]
    columns = tuple(
        _column(index, heading, kinds.get(index, Taken.FIELD), index in layout.unnamed)
        for index, heading in enumerate(layout.headings)
    )
    return Preview(columns, _rows(below, columns), None)


def _undecided(sample: list[tuple[int, list[str]]], problem: Invalid | None) -> Preview:
    filled = [(row, cells) for row, cells in sample if any(cell.strip() for cell in cells)]
    headings, unnamed, _ = unique_names(filled[0][1] if filled else [])
    columns = tuple(
        _column(index, heading, Taken.UNDECIDED, index in unnamed)
        for index, heading in enumerate(headings)
    )
    return Preview(columns, _rows(filled[1:], columns), problem)


def _column(index: int, heading: str, taken: Taken, unnamed: bool) -> Column:
    letter = column_letter(index)
    return Column(heading, letter, taken, letter if unnamed else heading)


def _rows(
    sample: list[tuple[int, list[str]]], columns: tuple[Column, ...]
) -> tuple[tuple[int, tuple[str, ...]], ...]:
    filled = [(row, cells) for row, cells in sample if any(cell.strip() for cell in cells)]
    return tuple(
        (row, tuple(_cell(cells, index, column) for index, column in enumerate(columns)))
        for row, cells in filled[:SHOWN_ROWS]
    )


def _cell(cells: list[str], index: int, column: Column) -> str:
    cell = " ".join(cells[index].split()) if index < len(cells) else ""
    if cell and (column.taken is Taken.CPR or may_be_cpr(cell)):
        return NOT_KEPT
    return cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - 1] + "…"
