"""Made-up lists for the tests, and the short way to import them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

from hub.audiences import ImportResult, import_list
from hub.journal import Actor
from tests.conftest import SHELL


def csv_bytes(*lines: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return (end.join(lines) + end).encode(encoding)


def workbook(
    *sheets: Sequence[Sequence[Any]], names: Sequence[str] = (), hidden: int = -1
) -> bytes:
    """An .xlsx with these sheets of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(names[number] if names else f"Ark{number + 1}")
        for row in rows:
            sheet.append(list(row))
        if number == hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def dry(data: bytes, filename: str = "liste.csv", **options: Any) -> ImportResult:
    return import_list("Borgere", data, filename, actor=SHELL, dry_run=True, **options)


def imported(
    data: bytes, name: str = "Borgere", *, actor: Actor = SHELL, **options: Any
) -> ImportResult:
    return import_list(name, data, "liste.csv", actor=actor, **options)
