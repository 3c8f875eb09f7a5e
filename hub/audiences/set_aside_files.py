"""The file of the rows that were not taken, for a person to mend: `<data dir>/set-aside/<list>-<id>.csv`.

UTF-8 with a byte order mark and semicolons, which Danish spreadsheets open rightly; mode 0600; formulas neutral.
"""

from __future__ import annotations

import csv
import os
import re
import secrets
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from hub.audiences.cpr import NOT_KEPT, may_be_cpr
from hub.text.spreadsheet import neutral

FOLDER = "set-aside"
REFUSED = "refused"


def file_path(data_dir: Path, name: str, key: int | str) -> Path:
    """Where the rows set aside from a list are. `key` is the list's id, or for a refused one anything unique."""
    letters = name.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
    safe = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "list"
    return data_dir / FOLDER / f"{safe}-{key}.csv"


def refused_key() -> str:
    """A key for the file of a list that was refused whole."""
    return f"{REFUSED}-x{secrets.token_hex(4)}"


def remove(data_dir: Path, audience_id: int) -> int:
    """Remove the files of a list, half-written ones too. Gives how many there were."""
    pattern = re.compile(rf".+-{audience_id}\.csv(\.part)?")
    removed = 0
    for path in _files(data_dir):
        if pattern.fullmatch(path.name):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def remove_orphans(data_dir: Path, kept_ids: frozenset[int], before: datetime) -> int:
    """Remove files that belong to no list and were written before `before`. Gives how many."""
    removed = 0
    for path in _files(data_dir):
        number = re.search(r"-(\d+)\.csv(?:\.part)?$", path.name)
        if number and int(number[1]) in kept_ids:
            continue
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                removed += 1
    return removed


def _files(data_dir: Path) -> list[Path]:
    try:
        return [path for path in (data_dir / FOLDER).iterdir() if path.is_file()]
    except (FileNotFoundError, NotADirectoryError):
        return []


class Writer:
    """Writes rows as they are set aside. The file is made with the first of them and appears with `close`; as a
    context manager it removes what was written when the block ends without that."""

    def __init__(self, path: Path, headings: Sequence[str], hidden: Sequence[int] = ()) -> None:
        self.path = path
        self._part = path.with_name(path.name + ".part")
        self._headings = ["row", "value", "reason", *headings]
        self._hidden = frozenset(hidden)
        self._stream: TextIO | None = None

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()
            self._part.unlink(missing_ok=True)

    def add(self, row: int, value: str, reason: str, cells: Sequence[str]) -> None:
        """One row: its number, what stood in the phone column, why not, and the row as it came (without CPR)."""
        shown = [
            NOT_KEPT if cell.strip() and (index in self._hidden or may_be_cpr(cell)) else cell
            for index, cell in enumerate(cells)
        ]
        if self._stream is None:
            self._stream = self._open()
        csv.writer(self._stream, delimiter=";").writerow(
            [str(row), *map(neutral, (value, reason, *shown))]
        )

    def close(self) -> Path | None:
        """Put the file in its place, safely on disk. None when no row was set aside."""
        if self._stream is None:
            return None
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._stream = None
        self._part.replace(self.path)
        return self.path

    def _open(self) -> TextIO:
        self._part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        stream = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
        csv.writer(stream, delimiter=";").writerow(map(neutral, self._headings))
        return stream
