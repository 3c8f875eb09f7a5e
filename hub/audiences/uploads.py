"""Files on their way into a list: kept between two pages, for one login only, an hour at most.

`<data dir>/uploads/<random name>` holds the file's bytes and `<random name>.json` whose it is, both mode 0600.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from hub import clock
from hub.audiences import storing
from hub.errors import Conflict, Invalid, NotFound
from hub.text.said import Said

FOLDER = "uploads"
LARGEST = 20 * 1024 * 1024
"""Bytes of a file; a quarter of a million rows with three columns fit."""
KEPT = timedelta(hours=1)
MOST_OF_ONE = 5
"""Files that one login may have on their way."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True)
class Upload:
    """A file that waits. `owner` says for which login, in a form that gives nothing away."""

    token: str
    owner: str
    filename: str
    made_at: datetime
    path: Path


def keep(stream: BinaryIO, filename: str, owner: str) -> Upload:
    """Keep a file for `owner`. Raises Invalid for an empty or too large one, Conflict when the disk takes no more."""
    sweep()
    folder = _folder()
    for old in sorted(_of(owner), key=lambda item: item.made_at)[: -MOST_OF_ONE + 1 or None]:
        remove(old)
    token = secrets.token_urlsafe(24)
    upload = Upload(token, owner, clean_filename(filename), clock.now(), folder / token)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(_new_file(upload.path), "wb") as file:
            shutil.copyfileobj(stream, file)
            size = file.tell()
        about = {**asdict(upload), "made_at": upload.made_at.isoformat(), "path": None}
        with os.fdopen(_new_file(_about_path(upload.path)), "w", encoding="utf-8") as note:
            json.dump(about, note)
    except OSError as error:
        remove(upload)
        raise Conflict(
            Said(
                "The file could not be kept: %(why)s. Ask IT operations to make room, and try again.",
                why=error.strerror or "",
            )
        ) from error
    if not 0 < size <= LARGEST:
        remove(upload)
        raise (
            too_large(size)
            if size
            else Invalid(
                Said(
                    "The file %(filename)s is empty. Was it saved, and is it the right one?",
                    filename=upload.filename,
                )
            )
        )
    return upload


def too_large(size: int) -> Invalid:
    """The refusal of a file of `size` bytes."""
    return Invalid(
        Said(
            "The file is %(size)s MB large; at most %(most)s MB can be taken. A list needs a phone column and the "
            "columns that the messages use: leave out the others, or divide it.",
            size=-(-size // (1024 * 1024)),
            most=LARGEST // (1024 * 1024),
        )
    )


def find(token: str, owner: str) -> Upload:
    """The file that waits under this name for this login. Raises NotFound: also for somebody else's, for one that
    was imported, and after an hour."""
    upload = _read(_folder() / token) if _TOKEN.fullmatch(token) else None
    if (
        upload is None
        or not hmac.compare_digest(upload.owner.encode(), owner.encode())
        or upload.made_at <= clock.now() - KEPT
        or not upload.path.is_file()
    ):
        raise NotFound(
            Said(
                "This file is not here any more: it was imported, thrown away, or an hour old. Choose it again."
            )
        )
    return upload


def remove(upload: Upload) -> None:
    """Delete it; does nothing when it is gone."""
    for path in (upload.path, _about_path(upload.path)):
        path.unlink(missing_ok=True)


def sweep() -> int:
    """Delete what is an hour old, and what a dying process left half-written; gives how many files."""
    before = clock.now() - KEPT
    old = [path for path in _files() if _is_old(path, before)]  # all are judged before any is gone
    removed = 0
    for path in old:
        with suppress(OSError):
            path.unlink()
            removed += 1
    return removed


def _is_old(path: Path, before: datetime) -> bool:
    try:
        upload = _read(path.with_suffix(""))
        written = datetime.fromtimestamp(path.stat().st_mtime, before.tzinfo)
    except OSError:
        return False
    return (upload.made_at if upload else written) <= before


def clean_filename(filename: str) -> str:
    """The last part of a name, in one line, as it may be shown."""
    last = re.split(r"[\\/]", filename)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:200] or "list"


def _of(owner: str) -> list[Upload]:
    found = (_read(path) for path in _files() if path.suffix == "")
    return [upload for upload in found if upload is not None and upload.owner == owner]


def _read(path: Path) -> Upload | None:
    try:
        about = json.loads(_about_path(path).read_text(encoding="utf-8"))
        made_at = datetime.fromisoformat(about["made_at"])
        return Upload(path.name, about["owner"], about["filename"], made_at, path)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _files() -> list[Path]:
    try:
        return [path for path in _folder().iterdir() if path.is_file()]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _folder() -> Path:
    return storing.data_dir() / FOLDER


def _about_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _new_file(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
