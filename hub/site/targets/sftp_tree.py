"""A folder of a site on an SFTP server, with a manifest of what it holds, changed by as little as possible.

The manifest (`path` -> SHA-256) is taken away before anything changes and written when all of it stands. So a folder
without one holds something unknown, whatever died when.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import posixpath
import stat
import zlib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import suppress

from hub.site.hashing import digest
from hub.site.targets.errors import STILL, TargetError
from hub.site.targets.order import Step, in_steps
from hub.site.targets.sftp_connection import (
    Connection,
    Session,
    kind,
    link,
    make_folders,
    read,
    replace,
    write,
)

NOTES = ".hub"
BATCH = 60
"""Files between two looks at the lock: some seconds, also on a slow line."""

READ_BACK = 500
"""So many files of a step are read back at once; of more (a first publish) the first ones, the rest within a minute,
when the target is read back whole for the first time."""


class Tree:
    """`folder` and its `manifest`; `hold` is called now and then while it is changed."""

    def __init__(
        self, connection: Connection, folder: str, manifest: str, hold: Callable[[], None]
    ) -> None:
        self.folder, self._manifest_path = folder, manifest
        self._connection, self._hold = connection, hold

    def manifest(self) -> dict[str, str]:
        """Path -> SHA-256 in hex of every file; empty where that is not known."""
        try:
            found = json.loads(
                gzip.decompress(read(self._connection.session(), self._manifest_path))
            )
            return {str(path): str(value) for path, value in found.items()}
        except FileNotFoundError:
            return {}
        except (ValueError, AttributeError, zlib.error, gzip.BadGzipFile):
            return {}

    def forget(self) -> None:
        """From here on what the folder holds is unknown, until `remember`."""
        session = self._connection.session()
        if kind(session, self._manifest_path) is not None:
            session.remove(self._manifest_path)

    def remember(self, files: Mapping[str, bytes]) -> int:
        """Write the manifest of these files; its size in bytes."""
        value = {path: digest(content).hex() for path, content in sorted(files.items())}
        content = gzip.compress(json.dumps(value, separators=(",", ":")).encode(), 1, mtime=0)
        replace(self._connection.session(), self._manifest_path, content)
        return len(content)

    def clear(self) -> None:
        """Remove whatever is below the folder."""
        files, folders = self.walk()
        self._each(lambda session, path: session.remove(self.folder + path), files)
        for path in sorted(folders, reverse=True):
            self._connection.session().rmdir(self.folder + path)

    def walk(self) -> tuple[list[str], list[str]]:
        """Every file, or what else is no folder, and every folder below the folder, by path from it; our own notes
        left out."""
        files: list[str] = []
        folders: list[str] = []
        level = [""]
        while level:
            listed = self._connection.each(
                lambda session, path: (path, session.listdir_attr(self.folder + path)), level
            )
            level = []
            for path, entries in listed:
                for entry in entries:
                    place = f"{path}/{entry.filename}"
                    if stat.S_ISDIR(entry.st_mode or 0):
                        if place != f"/{NOTES}":
                            level.append(place)
                    else:
                        files.append(place)
            folders += level
        return files, folders

    def make(self, known: Iterable[str], wanted: Iterable[str]) -> None:
        """The folders that these files need."""
        there = {folder for path in known for folder in _folders(path)}
        new = {folder for path in wanted for folder in _folders(path)} - there
        make_folders(self._connection.session(), (self.folder + path for path in new))

    def send(self, paths: Sequence[str], files: Mapping[str, bytes], known: Container[str]) -> int:
        """Write these files, those that are `known` to be there in one step each, and read them back. Bytes sent."""

        def one(session: Session, path: str) -> int:
            place = self.folder + path
            (replace if path in known else write)(session, place, files[path])
            return len(files[path])

        sizes = self._each(one, paths)
        self._read_back(paths[:READ_BACK], files)
        return sum(sizes)

    def link_from(self, other: Tree, paths: Sequence[str]) -> set[str]:
        """Give these files of another folder a second name here; those for which it worked."""
        if not paths:
            return set()

        def one(session: Session, path: str) -> bool:
            try:
                link(session, other.folder + path, self.folder + path)
            except OSError:
                return False
            return True

        if not one(self._connection.session(), paths[0]):
            return set()
        done = [True, *self._each(one, paths[1:])]
        return {path for path, worked in zip(paths, done, strict=True) if worked}

    def remove(self, paths: Sequence[str]) -> None:
        def one(session: Session, path: str) -> None:
            with suppress(FileNotFoundError):
                session.remove(self.folder + path)

        self._each(one, paths)

    def contents(self, paths: Sequence[str]) -> dict[str, bytes]:
        """What these files hold; one that is gone is left out."""

        def one(session: Session, path: str) -> bytes | None:
            try:
                return read(session, self.folder + path)
            except FileNotFoundError:
                return None

        found = self._each(one, paths)
        return {
            path: content for path, content in zip(paths, found, strict=True) if content is not None
        }

    def _read_back(self, paths: Sequence[str], files: Mapping[str, bytes]) -> None:
        found = self.contents(paths)
        for path in paths:
            if found.get(path) != files[path]:
                raise TargetError(
                    f"{self._connection.address.url}: {path} does not read as it was written. Something else writes "
                    f"there, or its disk fails: find out, then `hub publish`. {STILL}"
                )

    def _each(self, work, items: Sequence[str]) -> list:  # type: ignore[no-untyped-def, type-arg]  # as Connection.each
        found: list = []  # type: ignore[type-arg]
        for start in range(0, len(items), BATCH):
            self._hold()
            found += self._connection.each(work, items[start : start + BATCH])
        return found


def changes(
    files: Mapping[str, bytes], known: Mapping[str, str]
) -> tuple[dict[Step, list[str]], list[str]]:
    """Which files must be sent, by step, and which removed."""
    changed = [path for path, content in files.items() if known.get(path) != digest(content).hex()]
    return in_steps(changed), sorted(set(known) - set(files))


def is_as_written(contents: Mapping[str, bytes], known: Mapping[str, str], path: str) -> bool:
    """Is this file there with the content that the manifest says?"""
    content = contents.get(path)
    return content is not None and hashlib.sha256(content).hexdigest() == known[path]


def _folders(path: str) -> Iterable[str]:
    """The folders a file stands in, below the site's own."""
    folder = posixpath.dirname(path)
    while folder not in ("", "/"):
        yield folder
        folder = posixpath.dirname(folder)
