"""Workbooks (.xlsx, .xls, .xlsb, .ods) as rows of text, read by a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from hub.errors import Invalid
from hub.text.said import Said
from hub.text.spreadsheet import cell_text

LARGEST_UNPACKED = 2 * 1024 * 1024 * 1024
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS = Said(
    "Open it in the spreadsheet program, save the list as .xlsx or CSV, and import that."
)
TIMEOUT = 300
_READER = Path(__file__).with_name("workbook_process.py")


@dataclass(frozen=True)
class WorkbookSheet:
    """One sheet with rows. `height` counts from row 1; `left` is how many columns stand empty before the first."""

    name: str
    visible: bool
    height: int
    left: int
    lines: bytes

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Row number and cells, from row 1 and column A."""
        before = [""] * self.left
        for number, line in enumerate(BytesIO(self.lines), start=1):
            cells = json.loads(line)
            yield number, before + [cell if type(cell) is str else _text(cell) for cell in cells]


def _text(cell: Any) -> str:
    if not isinstance(cell, dict):
        return cell_text(cell)
    ((kind, value),) = cell.items()
    if kind == "moment":
        return cell_text(datetime.fromisoformat(value))
    if kind == "day":
        return cell_text(date.fromisoformat(value))
    if kind == "clock":
        return cell_text(time.fromisoformat(value))
    return cell_text(timedelta(seconds=value))


def open_workbook(data: bytes, filename: str) -> list[WorkbookSheet]:
    """The sheets that hold anything, in their order. Raises Invalid, with what to do, for a file that is locked,
    damaged or too large, and for one that has no rows."""
    if data.startswith(ZIP):
        _refuse_bomb(data, filename)
    try:
        # Our own interpreter on our own file: nothing of it comes from outside but standard input.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-P", str(_READER)],
            input=data,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Invalid(_too_much(filename)) from None
    head, _, lines = done.stdout.partition(b"\n")
    if done.returncode != 0 or not head:
        raise Invalid(_too_much(filename))
    found = json.loads(head)
    if found.get("error") == "password":
        raise Invalid(
            Said(
                "%(filename)s is locked with a password. Save a copy without one and import that.",
                filename=filename,
            )
        )
    if "error" in found:
        raise Invalid(
            Said(
                "%(filename)s cannot be read as a workbook (%(why)s). %(save_as)s",
                filename=filename,
                why=found["words"],
                save_as=SAVE_AS,
            )
        )
    if not found["sheets"]:
        raise Invalid(
            Said(
                "%(filename)s has no rows in any sheet. Was it saved, and is it the right file?",
                filename=filename,
            )
        )
    return _split(found["sheets"], lines)


def _split(heads: list[dict[str, Any]], lines: bytes) -> list[WorkbookSheet]:
    stream = BytesIO(lines)
    return [
        WorkbookSheet(**head, lines=b"".join(stream.readline() for _ in range(head["height"])))
        for head in heads
    ]


def _too_much(filename: str) -> Said:
    return Said(
        "%(filename)s is damaged, or a sheet of it is far larger than its list: a stray value in a far corner is "
        "enough. Copy the list into a new workbook, save that, and import it.",
        filename=filename,
    )


def _refuse_bomb(data: bytes, filename: str) -> None:
    """A small file that unpacks to gigabytes is no list."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Invalid(
            Said(
                "%(filename)s is damaged and cannot be opened. %(save_as)s",
                filename=filename,
                save_as=SAVE_AS,
            )
        ) from None
    if size > LARGEST_UNPACKED:
        raise Invalid(
            Said(
                "%(filename)s unpacks to %(size)s MB, which is no list. %(save_as)s",
                filename=filename,
                size=size // 1024 // 1024,
                save_as=SAVE_AS,
            )
        )
