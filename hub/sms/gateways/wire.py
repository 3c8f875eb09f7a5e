"""The last moment before a request leaves, and whether it left: for gateways that are spoken to over HTTP.

aiohttp tells through its tracing when a connection is in hand and when the first bytes are written. Before that
nothing can have been taken; after it everything is in doubt until an answer says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp

from hub.sms.moments import steady


class TooLate(Exception):
    """The claim grew too old while its request waited for a connection: nothing has left."""


@dataclass
class Leaving:
    """One request. `left`: has it begun to leave this machine?"""

    not_after: float = math.inf
    left: bool = False


_leaving: ContextVar[Leaving | None] = ContextVar("leaving", default=None)


@contextmanager
def leaving(not_after: float) -> Iterator[Leaving]:
    """Around one request that must not leave after this moment (of `hub.sms.moments.steady`).

    The request then raises TooLate instead of leaving late.
    """
    current = Leaving(not_after)
    token = _leaving.set(current)
    try:
        yield current
    finally:
        _leaving.reset(token)


def tracing() -> aiohttp.TraceConfig:
    """For the session whose requests `leaving` watches."""
    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(_refuse_late)
    trace.on_connection_create_end.append(_refuse_late)
    trace.on_request_headers_sent.append(_note_that_it_left)
    return trace


async def _refuse_late(
    session: aiohttp.ClientSession, context: SimpleNamespace, parameters: Any
) -> None:
    """With a connection in hand and before the first byte: a process may have been frozen until now."""
    current = _leaving.get()
    if current is not None and steady() >= current.not_after:
        raise TooLate


async def _note_that_it_left(
    session: aiohttp.ClientSession, context: SimpleNamespace, parameters: Any
) -> None:
    current = _leaving.get()
    if current is not None:
        current.left = True
