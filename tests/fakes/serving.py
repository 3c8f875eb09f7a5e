"""Runs a pretended provider: an aiohttp application on loopback, in a thread and event loop of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from aiohttp import web


class Served(Protocol):
    """A server that learns its address when it runs."""

    url: str

    def application(self) -> web.Application: ...


async def serve(server: Served, port: int, ready: Any) -> None:
    """Serve until the event is set that `ready` is given, with the loop, once the address is known."""
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=1024)
    await site.start()
    assert runner.addresses
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    ended: asyncio.Event = asyncio.Event()
    ready(asyncio.get_running_loop(), ended)
    try:
        await ended.wait()
    finally:
        await runner.cleanup()


@contextmanager
def in_a_thread(server: Served, port: int, name: str) -> Iterator[None]:
    """The server on this port (0: a free one) until the block ends."""
    started = threading.Event()
    handles: list[Any] = []

    def ready(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
        handles[:] = [loop, ended]
        started.set()

    thread = threading.Thread(
        target=lambda: asyncio.run(serve(server, port, ready)), daemon=True, name=name
    )
    thread.start()
    assert started.wait(10), "the server did not start"
    try:
        yield
    finally:
        loop, ended = handles
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
