"""A site on an SFTP server.

Where the server lets us make symbolic links, the address is a link to one of two folders beside it,
`<name>.releases/a` and `/b`. A publish brings the one that is not shown up to date (what did not change since it was
shown last stands there already; at first it gets second names for the other's files), reads it back, and one rename
of the link shows it. So readers get one whole site or another, and a publish costs what changed.

Where it does not (`sftp-server -P symlink`, a chroot without a writable folder above), files are changed in place,
each by one rename, in the order of `hub.site.targets.order`.

Compressed copies stand beside the files (`gzip_static`).
"""

from __future__ import annotations

import posixpath
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from hub.site.hashing import digest, hash_of_digests, site_hash
from hub.site.targets.copies import COPY, with_copies, without_copies
from hub.site.targets.errors import TargetError
from hub.site.targets.marks import read_mark
from hub.site.targets.order import MARK, Step, in_steps
from hub.site.targets.sent import Sent
from hub.site.targets.sftp import SftpAddress
from hub.site.targets.sftp_connection import Connection, kind, read
from hub.site.targets.sftp_lock import Lock
from hub.site.targets.sftp_tree import NOTES, Tree, changes, is_as_written

_TREES = ("a", "b")


class SftpTarget:
    """The site at an SFTP address. Connects when it is first asked something; `close()` ends that."""

    def __init__(self, address: SftpAddress) -> None:
        self.address = address
        self._connection = Connection(address)
        self._releases = f"{address.path}.releases"
        self._lock: Lock | None = None

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held by one publisher; a dead one's is over after a minute."""
        session = self._connection.session()
        with self._connection.explained():
            lock = Lock(self._prepared(), self.address.url)
        try:
            with self._connection.explained():
                lock.take(session)
            self._lock = lock
            yield
        finally:
            lock.give_back(session)
            self._lock = None

    def read_status(self) -> dict[str, Any] | None:
        """What readers get as `status.json`; None without one."""
        session = self._connection.session()
        with self._connection.explained():
            try:
                content = read(session, self.address.path + MARK)
            except FileNotFoundError:
                return None
        return read_mark(content)

    def read_hash(self, *, thorough: bool = True) -> str | None:
        """`site_hash` over what readers get. Thorough: every file below is read. Else: front pages, phone texts and
        `status.json` are read and held against the manifest, which vouches for the rest."""
        self._connection.session()
        with self._connection.explained():
            tree = self._shown()
            if tree is None:
                return None
            known = tree.manifest()
            if thorough or not known:
                return site_hash(without_copies(tree.contents(sorted(tree.walk()[0]))))
            steps = in_steps(known)
            hot = [*steps[Step.FRONT], *steps[Step.MARK]]
            contents = tree.contents(hot)
            wrong = [path for path in hot if not is_as_written(contents, known, path)]
            if wrong:
                return f"not as written: {', '.join(wrong[:3])}"
            return hash_of_digests(
                (path, bytes.fromhex(value))
                for path, value in known.items()
                if not (path.endswith(COPY) and path.removesuffix(COPY) in known)
            )

    def put(self, files: Mapping[str, bytes], revision: int, *, afresh: bool = False) -> Sent:
        """Make these files the site. With the lock held; `afresh` sends everything again."""
        files = with_copies(files)
        with self._connection.explained():
            if self._in_place():
                return self._put_in_place(files, afresh)
            return self._put_beside(files, afresh)

    # -- two folders and a link

    def _put_beside(self, files: Mapping[str, bytes], afresh: bool) -> Sent:
        shown = self._shown_name()
        name = "b" if shown == "a" else "a"
        tree = self._tree(name)
        known = {} if afresh else tree.manifest()
        if not known:
            known = self._begin(tree, None if afresh or shown is None else self._tree(shown), files)
        tree.forget()
        steps, gone = changes(files, known)
        tree.make(known, files)
        size = 0
        for step in Step:
            size += tree.send(steps[step], files, known)
        tree.remove(gone)
        size += tree.remember(files)
        self._show(name)
        if self._shown_name() != name:
            raise TargetError(
                f"{self.address.url} does not show what was written: something else writes there. Find and stop it, "
                "then `hub publish`."
            )
        return Sent(sum(map(len, steps.values())), size, len(gone))

    def _begin(self, tree: Tree, other: Tree | None, files: Mapping[str, bytes]) -> dict[str, str]:
        """An empty folder, with second names for what the other one holds of these files; what it holds then."""
        session = self._connection.session()
        tree.forget()
        if kind(session, tree.folder) is None:
            session.mkdir(tree.folder, 0o755)
        else:
            tree.clear()
        held = other.manifest() if other is not None else {}
        same = [path for path, content in files.items() if held.get(path) == digest(content).hex()]
        if other is None or not same:
            return {}
        tree.make((), same)
        done = tree.link_from(other, same)
        return {path: held[path] for path in done}

    def _show(self, name: str) -> None:
        """The one step that readers see."""
        session = self._connection.session()
        if self._lock is not None:
            self._lock.check(session)
        if kind(session, self.address.path) == stat.S_IFDIR:
            session.rmdir(self.address.path)  # empty, or it would have been refused
        fresh = f"{self._releases}/.link-{secrets.token_hex(4)}"
        session.symlink(f"{posixpath.basename(self._releases)}/{name}", fresh)
        # The link stands in another folder than its place: what it leads to is told from that place.
        session.posix_rename(fresh, self.address.path)

    def _shown_name(self) -> str | None:
        session = self._connection.session()
        if kind(session, self.address.path) != stat.S_IFLNK:
            return None
        return posixpath.basename(session.readlink(self.address.path) or "")

    def _tree(self, name: str) -> Tree:
        return Tree(
            self._connection,
            f"{self._releases}/{name}",
            f"{self._releases}/{name}.manifest",
            self._hold,
        )

    # -- in place

    def _put_in_place(self, files: Mapping[str, bytes], afresh: bool) -> Sent:
        tree = self._tree_in_place()
        known = {} if afresh else tree.manifest()
        before = known or dict.fromkeys(tree.walk()[0], "")
        tree.forget()
        steps, gone = changes(files, before)
        tree.make(before, files)
        size = 0
        for step in Step:
            if step is Step.MARK and self._lock is not None:
                self._lock.check(self._connection.session())
            size += tree.send(steps[step], files, files)  # never seen half-written
        tree.remove(gone)
        size += tree.remember(files)
        return Sent(sum(map(len, steps.values())), size, len(gone))

    def _tree_in_place(self) -> Tree:
        path = self.address.path
        return Tree(self._connection, path, f"{path}/{NOTES}/manifest", self._hold)

    # -- which of the two

    def _shown(self) -> Tree | None:
        """What readers get; None while there is nothing of ours."""
        if self._in_place():
            return self._tree_in_place()
        name = self._shown_name()
        return self._tree(name) if name in _TREES else None

    def _in_place(self) -> bool:
        session = self._connection.session()
        return kind(session, f"{self.address.path}/{NOTES}") == stat.S_IFDIR

    def _prepared(self) -> str:
        """Where the lock stands; makes what a first publish needs. Raises TargetError for what the hub did not
        make: that is never replaced."""
        session, path = self._connection.session(), self.address.path
        if self._in_place():
            return f"{path}/{NOTES}"
        found = kind(session, path)
        if found == stat.S_IFLNK:
            leads = posixpath.join(posixpath.dirname(path), session.readlink(path) or "")
            if posixpath.dirname(leads) != self._releases:
                raise TargetError(
                    f"{self.address.url} is a link to {leads}, which the hub did not make. "
                    "Remove the link or publish to another folder."
                )
        elif found == stat.S_IFDIR:
            if session.listdir(path):
                raise TargetError(
                    f"{self.address.url} is a folder with files that the hub did not make. "
                    "Empty it or publish to another folder."
                )
        elif found is not None:
            raise TargetError(
                f"{self.address.url} is a file, not a folder. Publish to another folder."
            )
        if self._can_link():
            return self._releases
        if found is None:
            session.mkdir(path, 0o755)
        session.mkdir(f"{path}/{NOTES}", 0o755)
        return f"{path}/{NOTES}"

    def _can_link(self) -> bool:
        """Does the server make symbolic links, beside the address?"""
        session = self._connection.session()
        try:
            if kind(session, self._releases) is None:
                session.mkdir(self._releases, 0o755)
            probe = f"{self._releases}/.link-{secrets.token_hex(4)}"
            session.symlink("a", probe)
            session.remove(probe)
        except OSError:
            with suppress(OSError):
                session.rmdir(self._releases)
            return False
        return True

    def _hold(self) -> None:
        if self._lock is not None:
            self._lock.hold(self._connection.session())
