"""Reads a workbook in a process of its own; run by `workbooks.py`, never imported.

The library makes room for every cell between the first and the last: a stray value in the last corner of a sheet, or a
damaged file, asks for hundreds of gigabytes and aborts the process that asked. Here that ends this process only.

Standard input is the file. Standard output is one JSON object, `{"sheets": [{"name", "visible", "height", "left"}]}`
or `{"error": KIND, "words": ...}`, then each sheet's rows in order, `height` lines of one JSON array each. Cells are
strings, numbers and booleans, or `{"moment" | "day" | "clock" | "seconds": ...}`.
"""

from __future__ import annotations

import datetime
import io
import json
import resource
import sys
from typing import Any, TextIO

MEMORY = 3 * 1024 * 1024 * 1024
SECONDS = 240


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n")
    try:
        write(sys.stdin.buffer.read(), out)
    except MemoryError:
        sys.exit(9)
    out.flush()


def write(data: bytes, out: TextIO) -> None:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    sheets: list[Any] = []
    heads: list[dict[str, Any]] = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for meta in workbook.sheets_metadata:
            try:
                sheet = workbook.get_sheet_by_name(meta.name)
            except (KeyError, ValueError):  # a chart or macro sheet
                continue
            if sheet.start is None or sheet.height == 0:
                continue
            sheets.append(sheet)
            heads.append(
                {
                    "name": meta.name,
                    "visible": meta.visible == SheetVisibleEnum.Visible,
                    "height": sheet.start[0] + sheet.height,
                    "left": sheet.start[1],
                }
            )
    except PasswordError:
        out.write(json.dumps({"error": "password"}) + "\n")
        return
    except CalamineError as error:
        out.write(json.dumps({"error": "damaged", "words": str(error)}) + "\n")
        return
    out.write(json.dumps({"sheets": heads}) + "\n")
    for sheet, head in zip(sheets, heads, strict=True):
        count = 0
        for cells in sheet.iter_rows():
            out.write(json.dumps(cells, ensure_ascii=False, default=special) + "\n")
            count += 1
        if count != head["height"]:
            sys.exit(8)


def special(value: object) -> dict[str, Any]:
    """A cell that JSON has no form for."""
    if isinstance(value, datetime.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"day": value.isoformat()}
    if isinstance(value, datetime.time):
        return {"clock": value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return {"seconds": value.total_seconds()}
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    main()
