"""Writing the library's files back, byte for byte as they were loaded."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.errors import Conflict, HubError, NotFound
from hub.library.scenarios import FACTS_FILE
from hub.models import LibraryFile

_SHOWN = 5


def export(session: Session, folder: Path) -> tuple[str, ...]:
    """Write all library files below `folder`, which is made where it is missing; gives their paths.

    Each file appears in one step. Files that are there already with the same bytes are left alone. Raises Conflict,
    before anything is written, when a file has other bytes or the folder holds library files that the hub does not
    know; NotFound for an empty library; HubError when the disk refuses.
    """
    rows = session.scalars(select(LibraryFile).order_by(LibraryFile.path))
    files = {row.path: bytes(row.content) for row in rows}
    if not files:
        raise NotFound(
            "The library is empty: there is nothing to export. `hub library load` fills it."
        )
    for path in files:
        _check_path(path)
    try:
        _refuse_others(folder, files)
        for path, content in files.items():
            _write(folder / path, content)
    except OSError as error:
        raise HubError(
            f"{error.filename or folder} cannot be written: {error.strerror}. What was written before is whole; "
            "run the export again when there is room."
        ) from error
    return tuple(files)


def _check_path(path: str) -> None:
    parts = PurePosixPath(path).parts
    if PurePosixPath(path).is_absolute() or ".." in parts or "\\" in path or not parts:
        raise HubError(
            f"The library holds a file named {path!r}, which leaves its folder. Nothing was written; "
            "the database was changed outside the hub: tell IT operations."
        )


def _refuse_others(folder: Path, files: Mapping[str, bytes]) -> None:
    if folder.exists() and not folder.is_dir():
        raise Conflict(f"{folder} is a file. Name a folder, best a new one.")
    in_the_way = []
    for path, content in files.items():
        target = folder / path
        for parent in target.relative_to(folder).parents[:-1]:
            place = folder / parent
            if place.is_symlink() or (place.exists() and not place.is_dir()):
                in_the_way.append(parent.as_posix())
        there = target.is_symlink() or target.exists()
        if there and not (_is_plain_file(target) and target.read_bytes() == content):
            in_the_way.append(path)
    in_the_way += [path for path in _library_files(folder) if path not in files]
    if in_the_way:
        names = sorted(set(in_the_way))
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        raise Conflict(
            f"{folder} holds other files than the library: {', '.join(names[:_SHOWN])}{more}. "
            "Nothing was written. Name a new or empty folder."
        )


def _is_plain_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _library_files(folder: Path) -> list[str]:
    """What a load of this folder would read."""
    found = [*folder.glob("*/*.md"), *folder.glob("*/*.toml"), *folder.glob(FACTS_FILE)]
    return [
        path.relative_to(folder).as_posix()
        for path in found
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _write(target: Path, content: bytes) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".export-")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o644)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
