"""One worker's sending: claim, check, hand over, write down, in one event loop.

Several things go on at once, each its own coroutine: looking (is every broadcast still allowed to go on?),
handing over (a lane for each gateway), writing down, keeping up (leases, starts, ends) and reconciling. Database work
runs in threads of its own, so that a busy database never makes an answer look late.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence

from flask import Flask

from hub.settings import Settings
from hub.sms import receipt_inbox, upkeep
from hub.sms.gateways.base import LISTING, Gateway
from hub.sms.gateways.opening import open_gateway, usable
from hub.sms.lane import SURVIVED, Common, DrainReport, Lane, short
from hub.sms.looking import look
from hub.sms.moments import steady
from hub.sms.receipt_watch import WATCH_EVERY, ReceiptWatch
from hub.sms.reconciling import Reconciler
from hub.sms.workbench import InDatabase

__all__ = ["SURVIVED", "Dispatcher", "DrainReport", "worker_name"]

log = logging.getLogger(__name__)

LOOK_EVERY = 0.4
MARK_EVERY = 0.25
START_EVERY = 0.15
KEEP_UP_EVERY = 1.0
LAST_TRIES = 5


def worker_name() -> str:
    """Names this process among all workers, at most 60 characters."""
    return f"{socket.gethostname()[:36]}:{os.getpid()}:{secrets.token_hex(3)}"


class Dispatcher:
    """Sends through these gateways, in order of preference, until `done()` (asked in a database thread) or `stop()`
    says yes. Then what is claimed and not handed over is given back, and what is on its way is awaited and written
    down."""

    def __init__(
        self,
        app: Flask,
        gateways: Sequence[Gateway],
        stop: Callable[[], bool],
        done: Callable[[], bool],
    ) -> None:
        self.settings: Settings = app.config["HUB"]
        self.gateways = list(gateways)
        self.names = tuple(item.name for item in gateways)
        self.stop = stop
        self.done = done
        self._app = app
        self._eyes, self._hands, self._chores, self._starter = (InDatabase(app) for _ in range(4))
        self._failed: Exception | None = None

    async def run(self) -> DrainReport:
        """Send. Errors of the database are survived: nothing is handed over while it cannot be read."""
        began = steady()
        self._common = Common(self.settings, worker_name(), self._hands, self._look_now, self._fail)
        self._lanes = [Lane(self._common, item) for item in self.gateways]
        self._watch = ReceiptWatch(self.settings, self._chores)
        closing = self._common.closing
        async with contextlib.AsyncExitStack() as stack:
            for item in self.gateways:
                await stack.enter_async_context(item)
            helpers = [
                asyncio.create_task(self._repeat(self._look_and_decide, LOOK_EVERY)),
                asyncio.create_task(self._repeat(self._write_down, MARK_EVERY)),
                asyncio.create_task(self._repeat(self._start_due, START_EVERY)),
                asyncio.create_task(self._repeat(self._keep_up, KEEP_UP_EVERY)),
                asyncio.create_task(self._repeat(self._watch_receipts, WATCH_EVERY)),
                asyncio.create_task(self._reconcile(stack)),
            ]
            try:
                await asyncio.gather(*(lane.run() for lane in self._lanes))
            finally:
                closing.set()
                await self._put_down(helpers)
                for thread in (self._eyes, self._hands, self._chores, self._starter):
                    thread.close()
        if self._failed is not None:
            raise self._failed
        self._common.report.seconds = steady() - began
        return self._common.report

    async def _repeat(self, act: Callable[[], Awaitable[None]], every: float) -> None:
        closing = self._common.closing
        while not closing.is_set():
            try:
                await act()
            except SURVIVED as error:
                log.warning("the database did not answer: %s", short(error))
            except Exception as error:
                self._fail(error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(closing.wait(), every)

    async def _look_and_decide(self) -> None:
        await self._look_now()
        if self.stop():
            self._common.report.left = True
            self._end()
        elif self._idle() and await self._eyes(self.done) and self._idle():
            self._end()

    def _idle(self) -> bool:
        return all(lane.is_idle() for lane in self._lanes)

    def _fail(self, error: Exception) -> None:
        """A fault of the program: end in order, and let the caller see it."""
        self._failed = error
        self._end()

    def _end(self) -> None:
        self._common.closing.set()
        for lane in self._lanes:
            lane.wake()

    async def _look_now(self) -> None:
        found = await self._eyes(look, self._common.worker, self.names)
        if found.as_of > self._common.look.as_of:
            self._common.look = found
            for lane in self._lanes:
                lane.drop_lost()

    async def _write_down(self) -> None:
        for lane in self._lanes:
            await lane.write_down()

    async def _put_down(self, helpers: Sequence[asyncio.Task[None]]) -> None:
        """At the end: give back what was not handed over, await the rest, write it down."""
        for lane in self._lanes:
            await lane.put_down()
        await asyncio.gather(*helpers)
        for _ in range(LAST_TRIES):
            try:
                await self._write_down()
            except SURVIVED as error:
                log.warning("the last answers could not be written: %s", short(error))
                await asyncio.sleep(1)
            else:
                break
        with contextlib.suppress(*SURVIVED):
            await self._chores(upkeep.finish_due)

    async def _start_due(self) -> None:
        """In a thread of its own: an all-clear does not wait until thousands of rows that it ends are marked."""
        await self._starter(upkeep.start_due)

    async def _keep_up(self) -> None:
        await self._chores(receipt_inbox.apply)
        await self._chores(upkeep.tidy)

    async def _watch_receipts(self) -> None:
        for lane in self._lanes:
            taken, lane.taken = lane.taken, []
            broken = lane.gateway.name in self._common.look.broken
            await self._watch.look(lane.gateway, taken, steady(), broken=broken)

    async def _reconcile(self, stack: contextlib.AsyncExitStack) -> None:
        lease = self.settings.lease_seconds
        gateways = list(self.gateways)
        for name in sorted(LISTING - set(self.names)):
            if usable(name, self.settings):
                other = open_gateway(name, self.settings)
                gateways.append(await stack.enter_async_context(other))
        reconcilers = [Reconciler(item, lease, self._chores) for item in gateways]

        async def all_once() -> None:
            for item in reconcilers:
                await item.run_once(self._common.closing.is_set)

        await self._repeat(all_once, min(1.0, lease / 8))
