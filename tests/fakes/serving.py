"""Runs a pretended provider: an aiohttp application on loopback, in a thread and event loop of its own."""

from __future__ import annotations

import asyncio
import random
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


class Reporting:
    """What pretended providers share: they show what they took, and call back about each message, first with
    `FIRST` and then with the status that the faults name; shuffled or doubled where the faults say so."""

    FIRST = ""
    faults: Any
    accepted: list[Any]
    _random: random.Random
    _tasks: set[asyncio.Task[None]]

    async def show(self, _: web.Request) -> web.Response:
        return web.json_response(
            [{"to": item.to, "body": item.body, "arrived": item.arrived} for item in self.accepted]
        )

    def _later(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _report(self, message: Any) -> None:
        faults = self.faults
        statuses = [self.FIRST, faults.last_status]
        if faults.shuffled_callbacks:
            self._random.shuffle(statuses)
        if faults.doubled_callbacks:
            statuses = [status for status in statuses for _ in range(2)]
        for status in statuses:
            await asyncio.sleep(faults.status_after / len(statuses))
            await self._call_back(message, status)

    async def _call_back(self, message: Any, status: str) -> None:
        raise NotImplementedError
