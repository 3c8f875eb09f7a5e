"""A connection to an SFTP server: several sessions in one, every wait with an end, every failure in words.

A session answers one question after the other, so many small files cost many round trips; up to SESSIONS go side by
side. What paramiko, its threads and sockets raise leaves here as TargetError.
"""

from __future__ import annotations

import queue
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias, TypeVar

import paramiko

from hub.site.targets.errors import STILL, TargetError
from hub.site.targets.sftp import SftpAddress

T = TypeVar("T")
R = TypeVar("R")

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
"""How long one question may take."""

SESSIONS = 6
"""OpenSSH lets ten into one connection unless told otherwise."""

_WORTH_SESSIONS = 12

Session: TypeAlias = Any  # paramiko.SFTPClient: paramiko has no types


class Connection:
    """Opened by `session()`; `close()` ends everything."""

    def __init__(self, address: SftpAddress) -> None:
        self.address = address
        self._client: paramiko.SSHClient | None = None
        self._sessions: list[Session] = []

    def session(self) -> Session:
        """The first session; connects when there is none yet. Raises TargetError."""
        if not self._sessions:
            with self.explained():
                self._client = self._connect()
                self._sessions.append(self._open(self._client))
        return self._sessions[0]

    def close(self) -> None:
        sessions, self._sessions = self._sessions, []
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.close()
        for session in sessions:
            with suppress(Exception):
                session.close()

    def each(self, work: Callable[[Session, T], R], items: Sequence[T]) -> list[R]:
        """`work` on every item, side by side; the answers in their order. The first failure is raised, after what
        was begun has ended. Raises what `work` does."""
        first = self.session()
        if len(items) < 2:
            return [work(first, item) for item in items]
        if len(items) >= _WORTH_SESSIONS:
            self._open_more()
        free: queue.SimpleQueue[Session] = queue.SimpleQueue()
        for session in self._sessions:
            free.put(session)
        failed = False

        def one(item: T) -> R:
            nonlocal failed
            if failed:
                raise TargetError("given up")
            session = free.get()
            try:
                return work(session, item)
            except BaseException:
                failed = True
                raise
            finally:
                free.put(session)

        with ThreadPoolExecutor(len(self._sessions)) as pool:
            futures = [pool.submit(one, item) for item in items]
        errors = [error for future in futures if (error := future.exception()) is not None]
        for error in errors:
            if str(error) != "given up":
                raise error
        return [future.result() for future in futures]

    def _open_more(self) -> None:
        assert self._client is not None
        with suppress(Exception):  # a server that lets in fewer is slower, no more
            while len(self._sessions) < SESSIONS:
                self._sessions.append(self._open(self._client))

    def _connect(self) -> paramiko.SSHClient:
        where = self.address
        client = paramiko.SSHClient()
        try:
            client.load_host_keys(str(where.known_hosts))
        except OSError as error:
            raise TargetError(
                f"{where.url}: {where.known_hosts} cannot be read ({error.strerror}), so nobody vouches for the "
                f"server. Add it: `ssh-keyscan -p {where.port} {where.host} >> {where.known_hosts}`, and compare "
                "its fingerprint with the one that the server's owner tells."
            ) from error
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        try:
            client.connect(
                where.host,
                port=where.port,
                username=where.user,
                password=where.password or None,
                key_filename=str(where.key) if where.key else None,
                allow_agent=where.key is None and not where.password,
                look_for_keys=False,
                timeout=CONNECT_SECONDS,
                banner_timeout=CONNECT_SECONDS,
                auth_timeout=ANSWER_SECONDS,
                channel_timeout=ANSWER_SECONDS,
            )
        except BaseException:
            client.close()
            raise
        return client

    def _open(self, client: paramiko.SSHClient) -> Session:
        session = client.open_sftp()
        channel = session.get_channel()
        if channel is not None:
            channel.settimeout(ANSWER_SECONDS)
        return session

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turns what goes wrong into TargetError."""
        try:
            yield
        except (OSError, EOFError, ValueError, paramiko.SSHException) as error:
            raise TargetError(f"{self.address.url}: {self._words(error)}. {STILL}") from error

    def _words(self, error: Exception) -> str:
        where, text = self.address, str(error)
        if isinstance(error, paramiko.BadHostKeyException):
            return (
                f"the server shows another key than the one in {where.known_hosts}: somebody may stand between. Ask "
                "its owner whether it was changed, before you change the file"
            )
        if "not found in known_hosts" in text:
            return (
                f"nobody vouches for the server: its key is not in {where.known_hosts}. Add it (`ssh-keyscan -p "
                f"{where.port} {where.host}`), and compare its fingerprint with the one that its owner tells"
            )
        if isinstance(error, paramiko.PasswordRequiredException):
            return f"{where.key} needs a password: give the hub a key without one, or an agent"
        if isinstance(error, paramiko.AuthenticationException):
            return f"the server does not let {where.user} in: correct HUB_SFTP_KEY or the key on the server"
        if isinstance(error, FileNotFoundError) and error.filename:
            return f"{error.filename} does not exist: correct HUB_SFTP_KEY"
        silent = ("banner", "timed out", "No existing session")
        if isinstance(error, TimeoutError) or any(mark in text for mark in silent):
            return "the server does not answer: check it and the network"
        if isinstance(error, PermissionError):
            return f"{where.user} may not write at {where.path}: give permission on the server"
        if isinstance(error, FileNotFoundError):
            return f"a folder above {where.path} does not exist: make it, or correct the address"
        if isinstance(error, (EOFError, ConnectionError)) or "closed" in text or "dropped" in text:
            return "the connection was lost: it is tried again"
        if isinstance(error, OSError) and "Failure" in text:
            return "the server refused to write, as one with a full disk does: free space there"
        return f"{type(error).__name__}: {text or 'no reason given'}".rstrip(".")


# -- what a session is asked; OSError and its kin where it fails


def read(session: Session, path: str) -> bytes:
    with session.open(path, "rb") as file:
        content: bytes = file.read()
        return content


def write(session: Session, path: str, content: bytes) -> None:
    """A new file, in the place of one that is there; written without waiting for each answer."""
    with session.open(path, "wb") as file:
        file.set_pipelined(True)
        file.write(content)


def replace(session: Session, path: str, content: bytes) -> None:
    """Whoever reads the file gets the old content or the new."""
    write(session, f"{path}.new", content)
    session.posix_rename(f"{path}.new", path)


def link(session: Session, source: str, path: str) -> None:
    """A second name for a file (OpenSSH's `hardlink@openssh.com`, draft-ietf-secsh-filexfer-extensions). Raises
    OSError where the server cannot."""
    session._request(paramiko.sftp.CMD_EXTENDED, "hardlink@openssh.com", source, path)


def make_folders(session: Session, folders: Iterable[str]) -> None:
    """Make these folders, each after the ones above it; those that are there stay."""
    for folder in sorted(folders):
        if kind(session, folder) is None:
            session.mkdir(folder, 0o755)


def kind(session: Session, path: str) -> int | None:
    """What stands at a path, as `stat.S_IFMT` tells it, a link being itself; None: nothing."""
    try:
        found = session.lstat(path)
    except FileNotFoundError:
        return None
    return stat.S_IFMT(found.st_mode or 0)


def server_time(session: Session, probe: str) -> float:
    """What the server's clock says, by the date of a file just written."""
    write(session, probe, b"")
    return float(session.stat(probe).st_mtime or time.time())
