"""What an announcement says, as a digest that is made once: what is past is the same object at each reading, and long."""

from __future__ import annotations

import hashlib

from hub.text.situation import PublicAnnouncement

_old: dict[int, tuple[PublicAnnouncement, bytes]] = {}
_used: dict[int, tuple[PublicAnnouncement, bytes]] = {}
"""By identity, each with its object, so that no other can have its number: those of the last turn, and of this one."""


def digest_of(item: PublicAnnouncement) -> bytes:
    """SHA-256 over the announcement as it is shown."""
    known = _used.get(id(item)) or _old.get(id(item))
    if known is None or known[0] is not item:
        known = (item, hashlib.sha256(repr(item).encode()).digest())
    _used[id(item)] = known
    return known[1]


def forget_unused() -> None:
    """End a turn: what was not asked for since the last one is forgotten. For who asks for all."""
    global _old, _used
    _old, _used = _used, {}
