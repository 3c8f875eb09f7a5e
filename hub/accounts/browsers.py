"""Browsers that somebody has logged in with before.

Such a browser holds a token that names it and is signed for each address that logged in there. It grants nothing
but a count of its own when logins fail, so that a stranger's tries do not slow down the people who work here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from hub.accounts.sessions import settings

_MOST = 8
"""Addresses that one browser remembers: a shared laptop of the duty officers."""


def token(email: str, held: str) -> str:
    """The token for a browser in which `email` has just logged in and that held `held` before."""
    name, marks = _parts(held)
    name = name or secrets.token_hex(16)
    mine = _mark(name, email)
    return ".".join([name, *([mine] + [mark for mark in marks if mark != mine])[:_MOST]])


def known(email: str, held: str) -> str | None:
    """The browser's name if `email` has logged in with it before, else None."""
    name, marks = _parts(held)
    wanted = _mark(name, email)
    return name if name and any(hmac.compare_digest(wanted, mark) for mark in marks) else None


def _parts(held: str) -> tuple[str, list[str]]:
    if not re.fullmatch(r"[0-9a-f]{32}(\.[0-9a-f]{32}){1,8}", held):
        return "", []
    name, *marks = held.split(".")
    return name, marks


def _mark(name: str, email: str) -> str:
    text = f"browser:{name}:{email}".encode()
    return hmac.new(settings().secret_key, text, hashlib.sha256).hexdigest()[:32]
