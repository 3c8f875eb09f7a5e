"""One publisher at a time on an SFTP server: a file that only one can make, and that its holder keeps young.

Its age is told by the server's own clock. A publisher that died leaves it; its own machine takes it away at once,
others LEASE_SECONDS later. That is not watertight (SFTP has no conditional write): between two who take away the same old lock the second
sees that it is no longer the old one and puts it back. So a publisher looks once more that the lock is its own before
it shows what it wrote.
"""

from __future__ import annotations

import secrets
import time
from contextlib import suppress

from hub.site.targets.errors import TargetError
from hub.site.targets.holders import drop, is_dead, new_token
from hub.site.targets.sftp_connection import Session, read, server_time

LEASE_SECONDS = 60.0
RENEW_SECONDS = 15.0
WAIT_SECONDS = 30.0


class Lock:
    """The right to write below a folder, which must be there."""

    def __init__(self, folder: str, place: str) -> None:
        self._path, self._probe, self._place = f"{folder}/.lock", f"{folder}/.clock", place
        self._token = new_token().encode()
        self._renewed = 0.0

    def take(self, session: Session) -> None:
        """Raises TargetError when another publisher holds it for WAIT_SECONDS; errors of the connection as is."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not self._make(session):
            self._take_away_old(session)
            if time.monotonic() > deadline:
                raise TargetError(
                    f"{self._place}: another publisher has held it for {WAIT_SECONDS:.0f} seconds. "
                    "Look which hub publishes there too; this one tries again."
                )
            time.sleep(0.2)

    def hold(self, session: Session) -> None:
        """Keep it young; call it now and then. Raises TargetError when it was lost: show nothing any more."""
        if time.monotonic() - self._renewed < RENEW_SECONDS:
            return
        self.check(session)
        now = server_time(session, self._probe)
        session.utime(self._path, (now, now))
        self._renewed = time.monotonic()

    def check(self, session: Session) -> None:
        """Is it still ours? Raises TargetError when not."""
        late = time.monotonic() - self._renewed > LEASE_SECONDS
        if late or self._content(session) != self._token:
            raise TargetError(
                f"{self._place}: publishing took so long that another publisher may write there now. "
                "It is tried again."
            )

    def give_back(self, session: Session) -> None:
        """Free it, where it was taken. Whatever fails: it grows old by itself."""
        drop(self._token.decode())
        with suppress(Exception):
            if self._content(session) == self._token:
                session.remove(self._path)

    def _make(self, session: Session) -> bool:
        begun = time.monotonic()
        try:
            file = session.open(self._path, "wx")
        except OSError:
            if self._content(session) is not None:
                return False
            file = session.open(
                self._path, "wx"
            )  # given back just now; or it cannot be made at all
        with file:
            file.write(self._token)
        self._renewed = begun
        return True

    def _content(self, session: Session) -> bytes | None:
        try:
            return read(session, self._path)
        except FileNotFoundError:
            return None

    def _take_away_old(self, session: Session) -> None:
        with suppress(FileNotFoundError):
            content = read(session, self._path)
            if not is_dead(content.decode(errors="replace")):
                written = session.stat(self._path).st_mtime or 0
                if server_time(session, self._probe) - written <= LEASE_SECONDS:
                    return
            aside = f"{self._path}.{secrets.token_hex(8)}"
            session.posix_rename(self._path, aside)
            if read(session, aside) != content:  # not the old one: somebody was faster
                session.posix_rename(aside, self._path)
            else:
                session.remove(aside)
