"""One publisher at a time in a bucket: a lease object, taken and given back by conditional writes.

The object stays; a free one says so. Its age is told by the store's own clock, so that a wrong clock here frees
nobody's lease. Where a store has no conditional writes the lease is written and read back, which keeps two
publishers apart unless they begin within the same moment: let only one machine publish there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError, NotSupportedError, PreconditionError
from obstore.store import ObjectStore

from hub.site.targets.errors import TargetError
from hub.site.targets.holders import drop, is_dead, new_token

LEASE_SECONDS = 60.0
"""Nobody who holds it longer writes any more; every request ends well before."""

RENEW_SECONDS = 15.0
WAIT_SECONDS = 30.0
"""How long a publisher waits for another one."""

_NAME = ".hub/lease.json"
_CLOCK = ".hub/clock"


class Lease:
    """The right to write. `unclean` after taking it: whoever held it last did not finish."""

    def __init__(self, store: ObjectStore, place: str) -> None:
        self._store, self._place = store, place
        self._token = new_token()
        self._version: Any = None
        self._since = 0.0
        self.unclean = False

    def take(self) -> None:
        """Take it. Raises TargetError when another publisher holds it for WAIT_SECONDS; errors of the store as is."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            found, version = self._read()
            if found.get("token") == self._token:  # our own write, whose answer was lost
                self._version, self._since = version, time.monotonic() - LEASE_SECONDS / 2
                return
            if not found.get("token") or self._is_over(found):
                self.unclean = bool(found) and not found.get("clean")
                if self._write({"token": self._token, "clean": False}, version):
                    return
            if time.monotonic() > deadline:
                raise TargetError(
                    f"{self._place}: another publisher has held it for {WAIT_SECONDS:.0f} seconds. "
                    "Look which hub publishes there too; this one tries again."
                )
            time.sleep(0.3)

    def renew(self) -> None:
        """Hold it for longer, when it is time. Raises TargetError when it was lost: write no more."""
        age = time.monotonic() - self._since
        if age < RENEW_SECONDS:
            return
        if age > LEASE_SECONDS or not self._write(
            {"token": self._token, "clean": False}, self._version
        ):
            raise TargetError(
                f"{self._place}: publishing took so long that another publisher may write there now. "
                "It is tried again."
            )

    def give_back(self, *, clean: bool) -> None:
        """Free it, where it was taken; `clean` says that everything that was begun was finished. Whatever fails: it
        ends by itself."""
        drop(self._token)
        if self._version is None:
            return
        with suppress(Exception):
            self._write({"token": "", "clean": clean}, self._version)

    def _read(self) -> tuple[Mapping[str, Any], Any]:
        try:
            answer = obstore.get(self._store, _NAME)
        except FileNotFoundError:
            return {}, None
        version = known_version(answer.meta)
        try:
            found = json.loads(bytes(answer.bytes()))
        except ValueError:
            found = {"token": "unreadable"}
        if not isinstance(found, dict):
            found = {"token": "unreadable"}
        return {**found, "at": answer.meta["last_modified"]}, version

    def _write(self, value: Mapping[str, Any], version: Any) -> bool:
        """Write it if it is still at this version (None: not there). False when somebody was faster."""
        content = json.dumps(value).encode()
        begun = time.monotonic()
        try:
            result = obstore.put(self._store, _NAME, content, mode=version or "create")
        except (AlreadyExistsError, PreconditionError):
            return False
        except NotSupportedError:
            result = obstore.put(self._store, _NAME, content)
            time.sleep(0.5)
            if self._read()[0].get("token") != value["token"]:
                return False
        self._version, self._since = known_version(result), begun
        return True

    def _is_over(self, found: Mapping[str, Any]) -> bool:
        """Did its holder end without giving it back? On this machine that is seen at once, else by its age."""
        if is_dead(str(found.get("token", ""))):
            return True
        obstore.put(self._store, _CLOCK, b"")
        now = obstore.head(self._store, _CLOCK)["last_modified"]
        return bool((now - found["at"]).total_seconds() > LEASE_SECONDS)


def known_version(found: Any) -> Any:
    """The version of an object, as a conditional write takes it."""
    return {name: found[name] for name in ("e_tag", "version") if found[name] is not None}
