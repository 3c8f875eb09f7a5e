"""Who holds a target: a token that tells this machine whether its holder still lives.

A publisher that was killed, or whose connection was cut, leaves its lock on the target. Others must wait until that is
old; the machine it ran on knows better.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

_mine: set[str] = set()
"""Tokens that this process holds something with."""


def new_token() -> str:
    """A token for a lock that this process is about to take; `drop` it when that is given back or given up."""
    token = f"{_machine()}:{os.getpid()}:{secrets.token_hex(8)}"
    _mine.add(token)
    return token


def drop(token: str) -> None:
    """This process holds nothing with the token any more."""
    _mine.discard(token)


def is_dead(token: str) -> bool:
    """Has its holder surely ended? False for all that cannot be known from here."""
    machine, _, rest = token.partition(":")
    process = rest.partition(":")[0]
    if machine != _machine() or not process.isdecimal():
        return False
    if int(process) == os.getpid():
        return token not in _mine
    return Path("/proc/self").exists() and not Path(f"/proc/{process}").exists()


@lru_cache(maxsize=1)
def _machine() -> str:
    """This machine since it was started, and these process numbers: told by a digest, for a target may be public."""
    parts = [socket.gethostname()]
    for path in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        with suppress(OSError):
            parts.append(os.readlink(path) if path.endswith("pid") else Path(path).read_text())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
