"""Rows of a text file with separators, as a spreadsheet counts them, mending what a stray quotation mark does."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import islice

from hub.text.phones import Accepted, read_cell

SEPARATORS = {";": "semicolon", "\t": "tab", ",": "comma", "|": "vertical bar"}
_DECLARED = re.compile(r"\s*\"?sep=(.)\"?[ ;,\t|]*(?:\r\n|\r|\n|\Z)", re.IGNORECASE)
_SAMPLE_ROWS = 100
_SAMPLE_LENGTH = 100_000

Row = tuple[int, list[str]]
Judge = Callable[[list[Row]], tuple[float, ...]]


def declared_separator(text: str) -> tuple[str | None, str]:
    """The separator of a first line `sep=;`, which spreadsheets do not show as a row, and the text without it."""
    match = _DECLARED.match(text)
    if match is None or match[1] not in SEPARATORS:
        return None, text
    return match[1], text[match.end() :]


def choose_separator(text: str, judge: Judge) -> str:
    """The separator under which the first rows make most sense to `judge` (higher is better, compared in order).

    A file of one column gives the same rows under each; then it is the first, the semicolon.
    """
    start = text[:_SAMPLE_LENGTH]
    present = [mark for mark in SEPARATORS if mark in start] or [";"]
    samples = {mark: list(islice(rows(start, mark), _SAMPLE_ROWS)) for mark in present}
    return max(present, key=lambda mark: judge(samples[mark]))


def rows(text: str, separator: str, width: int | None = None) -> Iterator[Row]:
    """Row number and cells, row after row. `width` is how many cells the heading has, where that is known.

    Numbers are those a spreadsheet shows: a quoted line break does not start a row, an empty line is one. Where a
    quotation mark is never closed, or closed far below, the rows in between would vanish into one cell: then each
    line is taken for itself, with its quotation marks as plain characters.
    """
    lines = list(io.StringIO(text, newline=""))
    start, number = 0, 0
    while start < len(lines):
        reader = csv.reader(map(lines.__getitem__, range(start, len(lines))), delimiter=separator)
        before = 0
        try:
            for cells in reader:
                after = reader.line_num
                if (after - before > 1 or len(cells) != width) and _misread(
                    cells, lines[start + before : start + after], separator, width
                ):
                    break
                number += 1
                yield number, cells
                before = after
            else:
                return
        except csv.Error:  # a cell longer than csv takes: a quotation mark was never closed
            pass
        number += 1
        yield number, _one_line(lines[start + before], separator)
        start += before + 1


def _one_line(line: str, separator: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.rstrip("\r\n").split(separator)]


def _misread(cells: list[str], lines: list[str], separator: str, width: int | None) -> bool:
    """Did a stray quotation mark glue cells or rows together?"""
    if not any('"' in line for line in lines):
        return False
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        return True
    if len(lines) == 1:
        return False
    return any(
        _looks_like_row(part, separator, width)
        for cell in cells
        if "\n" in cell or "\r" in cell
        for part in cell.splitlines()
    )


def _looks_like_row(part: str, separator: str, width: int | None) -> bool:
    """Has a line inside a cell the separators of a whole row, and a phone number between them?"""
    if part.count(separator) < (width or 2) - 1:
        return False
    return any(isinstance(read_cell(cell), Accepted) for cell in part.split(separator))
