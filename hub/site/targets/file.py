"""A local folder: a symbolic link that always points at one whole release of the site.

`<folder>` is the link; releases lie beside it in `<folder>.releases/<revision>-<random>/`. A release is written
under a name that readers never see, made durable, read back, and only then does one rename of the link show it.
Dying at any point leaves the last whole release; what it left lying is cleared by the next publish.

Folders without folders in them (`i/3/`) are kept once, in `<folder>.releases/pages/`, and each release leads to
them by symbolic links: with thousands of past pages a release costs as many hard links (of those symbolic links),
not folders and files, which take up to a millisecond each to make and to clear away. Other unchanged files are
hard-linked too. What is in `pages/` is never changed, only added and cleared away.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from hub.site.hashing import digest, site_hash
from hub.site.targets.copies import with_copies, without_copies
from hub.site.targets.errors import TargetError
from hub.site.targets.marks import read_mark
from hub.site.targets.sent import Sent

KEPT_RELEASES = 3
LOCK_SECONDS = 20.0
"""How long a publisher waits for another one; a publish takes about a second."""

_UNFINISHED = ".new-"
_PAGES = "pages"

_WHAT_TO_DO = {
    errno.ENOSPC: "the disk is full: free space there",
    errno.EDQUOT: "the disk quota is used up: free space there or raise the quota",
    errno.EFBIG: "a file may not grow so large: raise the limit (ulimit -f) of the hub's user",
    errno.EACCES: "the hub's user may not write there: give it permission",
    errno.EPERM: "the hub's user may not write there: give it permission",
    errno.EROFS: "the disk is read-only: mount it writable",
    errno.ENOTDIR: "a part of the path is a file, not a folder: correct the path",
    errno.EBUSY: "the folder is a mount point and cannot become a link: use a folder inside it",
    errno.EIO: "the disk fails: look at the system's log, use another disk",
    errno.EMFILE: "the hub has too many files open: raise the limit (ulimit -n)",
}


class FileTarget:
    """A site in a local folder. Needs a file system with symbolic links."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.releases = folder.with_name(folder.name + ".releases")
        self._written: list[int] = []

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held by one publisher on this machine at a time; freed by the system when its process dies.

        Raises TargetError when another holds it for LOCK_SECONDS, or when the place cannot be written.
        """
        with self._explained():
            self._check_place()
            self.releases.mkdir(mode=0o755, exist_ok=True)
            handle = os.open(self.releases / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self._wait_for(handle)
            yield
        finally:
            os.close(handle)

    def read_status(self) -> dict[str, Any] | None:
        """What readers get as `status.json`; None without one."""
        try:
            return read_mark((self.folder / "status.json").read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Nothing is held open."""

    def read_hash(self, *, thorough: bool = True) -> str | None:
        """The hash over every file below the release that readers get now: all are read, thorough or not. A
        compressed copy that unpacks to its file is no file of the site, any other is."""
        with self._explained():
            self._check_place()
            shown = self._shown()
            if shown is None or not shown.is_dir():
                return None
            found = {
                os.path.join(folder, name).removeprefix(str(shown)): _read(
                    os.path.join(folder, name)
                )
                for folder, _, names in os.walk(shown, followlinks=True)
                for name in names
            }
            return site_hash(without_copies(found))

    def put(self, files: Mapping[str, bytes], revision: int, *, afresh: bool = False) -> Sent:
        """Show these files as the whole site, each that gains by it with a compressed copy beside. Call it with
        the lock held. What stands there is compared; afresh also what this process compared before."""
        if afresh:
            _compared.clear()
            _listed.clear()
        self._written = []
        files = with_copies(files)
        with self._explained():
            self._check_place()
            self._clear_unfinished()
            name = f"{revision}-{secrets.token_hex(4)}"
            draft = self.releases / f"{_UNFINISHED}{name}"
            try:
                self._write(draft, files)
                release = draft.rename(self.releases / name)
            except BaseException:
                shutil.rmtree(draft, ignore_errors=True)
                raise
            self._show(release)
            self._read_back(files)
        with suppress(OSError):  # the site stands; what is left lying costs only space
            self._clear_old(release)
        return Sent(len(self._written), sum(self._written))

    def _wait_for(self, handle: int) -> None:
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise TargetError(
                        f"{self.folder}: another publisher has held it for {LOCK_SECONDS:.0f} seconds. "
                        f"End that process (`fuser {self.releases / '.lock'}` names it) and publish again."
                    ) from None
                time.sleep(0.02)
            else:
                return

    def _check_place(self) -> None:
        """Refuse what the hub did not make: nothing that is not the hub's is ever replaced."""
        folder = self.folder
        if folder.is_symlink():
            target = folder.parent / os.readlink(folder)
            if target.parent != self.releases:
                raise TargetError(
                    f"{folder} is a link to {target}, which the hub did not make. "
                    "Remove the link or publish to another folder."
                )
        elif folder.is_dir():
            if any(folder.iterdir()):
                raise TargetError(
                    f"{folder} is a folder with files that the hub did not make. "
                    "Empty it or publish to another folder."
                )
        elif folder.exists():
            raise TargetError(f"{folder} is a file, not a folder. Publish to another folder.")
        elif not folder.parent.is_dir():
            raise TargetError(
                f"{folder.parent} does not exist. Is its disk mounted? Make the folder, or correct the path."
            )

    def _write(self, draft: Path, files: Mapping[str, bytes]) -> None:
        """A whole release: what did not change is linked from the one shown now, the rest is written and read
        back; on disk before this returns."""
        _make_folder(self.releases / _PAGES)
        _make_folder(draft)
        folders = _by_folder(files)
        branches = {parent for folder in folders for parent in _parents(folder)} | {""}
        for folder in sorted(branches - {""}):
            _make_folder(draft / folder)
        shown = self._shown()
        for folder, contents in folders.items():
            before = None if shown is None else os.path.join(shown, folder)
            if folder in branches:
                for name, content in contents.items():
                    place = os.path.join(draft, folder, name)
                    if before is None or not _linked(os.path.join(before, name), place, content):
                        self._write_one(place, content)
            else:
                place = os.path.join(draft, folder)
                if before is None or not _relinked(before, place, contents):
                    up = "../" * (folder.count("/") + 1)
                    os.symlink(f"{up}{_PAGES}/{self._new_page(contents, before)}", place)
        _make_durable(draft)

    def _new_page(self, contents: Mapping[str, bytes], before: str | None) -> str:
        """A new folder in `pages/`, with what did not change linked from the one before; its name."""
        name = secrets.token_hex(8)
        folder = self.releases / _PAGES / name
        _make_folder(folder)
        for file, content in contents.items():
            place = os.path.join(folder, file)
            if before is None or not _linked(os.path.join(before, file), place, content):
                self._write_one(place, content)
        return name

    def _write_one(self, place: str, content: bytes) -> None:
        _write_file(place, content)
        self._written.append(len(content))

    def _shown(self) -> Path | None:
        """The release readers have now."""
        if not self.folder.is_symlink():
            return None
        return self.folder.parent / os.readlink(self.folder)

    def _show(self, release: Path) -> None:
        """The one step that readers see."""
        fresh = self.releases / f"{_UNFINISHED}link-{secrets.token_hex(4)}"
        fresh.symlink_to(Path(self.releases.name) / release.name)
        try:
            if self.folder.is_dir() and not self.folder.is_symlink():
                self.folder.rmdir()  # empty, or it would have been refused; a link cannot replace it
            fresh.replace(self.folder)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        _sync_folder(self.folder.parent)

    def _read_back(self, files: Mapping[str, bytes]) -> None:
        """Do readers get this release now? Each file was read back when it was written."""
        for path, content in files.items():
            if path.endswith("/status.json") and (self.folder / path[1:]).read_bytes() != content:
                raise TargetError(
                    f"{self.folder / path[1:]} does not read as it was written. "
                    "Something else writes there: find and stop it, then publish again."
                )

    def _clear_unfinished(self) -> None:
        for left in self.releases.glob(f"{_UNFINISHED}*"):
            if left.is_symlink():
                left.unlink(missing_ok=True)
            else:
                shutil.rmtree(left, ignore_errors=True)

    def _clear_old(self, current: Path) -> None:
        """Keep the newest releases, for readers who are still in one and for a look back, and the pages that
        they link to."""
        older = sorted(
            (
                item
                for item in self.releases.iterdir()
                if item not in (current, self.releases / _PAGES)
                and not item.name.startswith(".")
                and item.is_dir()
            ),
            key=lambda item: item.stat().st_mtime_ns,
            reverse=True,
        )
        kept = [current, *older[: KEPT_RELEASES - 1]]
        for item in older[KEPT_RELEASES - 1 :]:
            shutil.rmtree(item, ignore_errors=True)
        seen: set[int] = set()
        used = {name for release in kept for name in _links(str(release), seen)}
        for entry in os.scandir(self.releases / _PAGES):
            if entry.name not in used:
                shutil.rmtree(entry.path, ignore_errors=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> TargetError:
        todo = _WHAT_TO_DO.get(error.errno or 0, "correct that")
        reason = error.strerror or str(error)
        return TargetError(
            f"{self.folder} could not be published to ({reason}): {todo}, then `hub publish`. "
            "Readers still have the last page."
        )


def safe_path(path: str) -> str:
    """A site's path (`/i/3/index.html`) as one that stays below its folder (`i/3/index.html`). Raises ValueError."""
    parts = path.split("/")
    if (
        parts.pop(0)
        or not parts
        or any(not part or part[0] == "." or "\0" in part for part in parts)
    ):
        raise ValueError(f"{path!r} is no path of a site")
    return path[1:]


def _by_folder(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Folder (empty for the site's own) -> name -> content."""
    folders: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        folder, _, name = safe_path(path).rpartition("/")
        folders.setdefault(folder, {})[name] = content
    return folders


def _parents(folder: str) -> Iterator[str]:
    """The folders above a folder, below the site's own."""
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o755, exist_ok=True)
    folder.chmod(0o755)  # whatever the umask: the web server may be another user


def _links(folder: str, seen: set[int]) -> Iterator[str]:
    """The names in `pages/` that the links below a folder lead to, but for links already seen (by inode)."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                if entry.inode() not in seen:
                    seen.add(entry.inode())
                    yield os.path.basename(os.readlink(entry.path))
            elif entry.is_dir(follow_symlinks=False):
                yield from _links(entry.path, seen)


def _relinked(before: str, place: str, contents: Mapping[str, bytes]) -> bool:
    """Lead to the same folder in `pages/` as before, if it still has just these contents (somebody may have
    edited it). The link itself is hard-linked: a new one would cost an inode, and in the end the clearing of it."""
    if not (os.path.islink(before) and _holds(before, contents)):
        return False
    try:
        os.link(before, place, follow_symlinks=False)
    except OSError:  # too many links, or none on this file system
        os.symlink(os.readlink(before), place)
    return True


def _holds(folder: str, contents: Mapping[str, bytes]) -> bool:
    """Does the folder hold just these files?"""
    try:
        return _lists(folder, contents) and all(
            _is(os.path.join(folder, name), content) for name, content in contents.items()
        )
    except OSError:
        return False


_listed: dict[tuple[int, int], tuple[int, frozenset[str]]] = {}
"""Folders that this process has listed: device and inode -> last change, names. As `_compared`."""


def _lists(folder: str, names: Iterable[str]) -> bool:
    """Are there files of just these names in the folder?"""
    wanted = frozenset(names)
    found = os.stat(folder)
    key, seen = (found.st_dev, found.st_ino), (found.st_ctime_ns, wanted)
    if _listed.get(key) == seen:
        return True
    if set(os.listdir(folder)) != wanted:
        return False
    if time.time() - found.st_ctime > _SETTLED_SECONDS:
        if len(_listed) >= _MOST_COMPARED:
            _listed.clear()
        _listed[key] = seen
    return True


def _linked(source: str, place: str, content: bytes) -> bool:
    """Link the file of the last release here if it holds this content. Content is compared, not dates: a file
    that somebody edited by hand is written afresh."""
    try:
        if not _is(source, content):
            return False
        os.link(source, place, follow_symlinks=False)
    except OSError:  # no such file, too many links, a file system without them: then it is written
        return False
    return True


_compared: dict[tuple[int, int], tuple[int, int, bytes]] = {}
"""Files that this process has compared: device and inode -> size, last change, SHA-256. The system sets the moment
of a file's last change, nobody else can; so what is still as it was need not be read again."""

_MOST_COMPARED = 200_000
_SETTLED_SECONDS = 2
"""Two changes within one tick of the system's clock look like one: a file is believed only when it is older."""


def _is(path: str, content: bytes) -> bool:
    """Does the file hold just this content? Raises OSError where there is none."""
    found = os.stat(path, follow_symlinks=False)
    if found.st_size != len(content):
        return False
    key = (found.st_dev, found.st_ino)
    seen = (found.st_size, found.st_ctime_ns, digest(content))
    if _compared.get(key) == seen:
        return True
    if _read(path) != content:
        return False
    if time.time() - found.st_ctime > _SETTLED_SECONDS:
        if len(_compared) >= _MOST_COMPARED:
            _compared.clear()
        _compared[key] = seen
    return True


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read()


def _write_file(place: str, content: bytes) -> None:
    handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    with os.fdopen(handle, "w+b") as file:
        os.fchmod(file.fileno(), 0o644)
        file.write(content)
        file.flush()
        file.seek(0)
        if file.read() != content:
            raise OSError(errno.EIO, "what was written reads differently")


def _make_durable(folder: Path) -> None:
    """Everything below the folder on disk: one call for its whole file system, which with thousands of small
    files is many times faster than one for each."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
        if syncfs is None:  # not Linux
            os.sync()
        elif syncfs(handle) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
