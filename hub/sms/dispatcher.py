"""One worker's sending: claim, check, hand over, write down, in one event loop.

Several things go on at once, each its own coroutine: looking (is every broadcast still allowed to go on?),
handing over, writing down, keeping up (leases, starts, ends) and reconciling. Database work runs in threads of its
own, so that a busy database never makes an answer look late.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import secrets
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hub.settings import Settings
from hub.sms import upkeep
from hub.sms.claiming import MOST, Claimed, Texts, claim
from hub.sms.gateways.base import LISTING, Gateway, Kind, Outcome
from hub.sms.gateways.opening import open_gateway, usable
from hub.sms.holding import Holding, is_fresh
from hub.sms.looking import Look, look
from hub.sms.marking import Answer, GivenBack, mark
from hub.sms.moments import steady
from hub.sms.pacing import Guard
from hub.sms.reconciling import Reconciler
from hub.sms.resting import Rest, Suspicion
from hub.sms.workbench import InDatabase

log = logging.getLogger(__name__)

LOOK_EVERY = 0.4
MARK_EVERY = 0.25
KEEP_UP_EVERY = 1.0
CLAIM_AHEAD = 0.2
LAST_TRIES = 5
SURVIVED = (OperationalError, InterfaceError, PoolTimeout)
"""A database that is busy, full, restarting or out of reach."""


@dataclass
class DrainReport:
    """What one drain did, in hand-overs. `left`: it was told to end while there was still something to do;
    `busy_elsewhere`: another drain of this process does it."""

    accepted: int = 0
    refused: int = 0
    not_taken: int = 0
    in_doubt: int = 0
    seconds: float = 0.0
    left: bool = False
    busy_elsewhere: bool = False


def worker_name() -> str:
    """Names this process among all workers, at most 60 characters."""
    return f"{socket.gethostname()[:36]}:{os.getpid()}:{secrets.token_hex(3)}"


class Dispatcher:
    """Sends until `done()` (asked in a database thread) or `stop()` says yes. Then what is claimed and not handed
    over is given back, and what is on its way is awaited and written down."""

    def __init__(
        self, app: Flask, gateway: Gateway, stop: Callable[[], bool], done: Callable[[], bool]
    ) -> None:
        self.settings: Settings = app.config["HUB"]
        self.gateway = gateway
        self.stop = stop
        self.done = done
        self.worker = worker_name()
        self.report = DrainReport()
        self._eyes, self._hands, self._chores = (InDatabase(app) for _ in range(3))
        self._rate = self.settings.rate(gateway.name)
        self._guard = Guard(self._rate) if self._rate is not None else None
        self._holding = Holding(self.settings.lease_seconds / 2)
        self._look = Look(0.0, frozenset(), frozenset(), None)
        self._texts: Texts = {}
        self._answers: list[Answer] = []
        self._given_back: list[GivenBack] = []
        self._active: set[asyncio.Task[None]] = set()
        self._claiming: asyncio.Task[None] | None = None
        self._claim_from = 0.0
        self._rest = Rest(gateway.in_flight)
        self._suspicion = Suspicion()
        self._handed: deque[tuple[float, int]] = deque()
        self._failed: Exception | None = None

    async def run(self) -> DrainReport:
        """Send. Errors of the database are survived: nothing is handed over while it cannot be read."""
        began = steady()
        self._closing = asyncio.Event()
        self._wake = asyncio.Event()
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(self.gateway)
            helpers = [
                asyncio.create_task(self._repeat(self._look_and_decide, LOOK_EVERY)),
                asyncio.create_task(self._repeat(self._write_down, MARK_EVERY)),
                asyncio.create_task(self._repeat(self._keep_up, KEEP_UP_EVERY)),
                asyncio.create_task(self._reconcile(stack)),
            ]
            try:
                while not self._closing.is_set():
                    await self._step()
            finally:
                self._closing.set()
                await self._put_down(helpers)
                for thread in (self._eyes, self._hands, self._chores):
                    thread.close()
        if self._failed is not None:
            raise self._failed
        self.report.seconds = steady() - began
        return self.report

    async def _repeat(self, act: Callable[[], Awaitable[None]], every: float) -> None:
        while not self._closing.is_set():
            try:
                await act()
            except SURVIVED as error:
                log.warning("the database did not answer: %s", _short(error))
            except Exception as error:
                self._fail(error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), every)

    async def _look_and_decide(self) -> None:
        await self._look_now()
        if self.stop():
            self.report.left = True
            self._end()
        elif self._idle() and await self._eyes(self.done) and self._idle():
            self._end()

    def _idle(self) -> bool:
        return not (
            self._active
            or self._answers
            or self._given_back
            or self._holding.rows
            or self._claiming
        )

    def _fail(self, error: Exception) -> None:
        """A fault of the program: end in order, and let the caller see it."""
        self._failed = error
        self._end()

    def _end(self) -> None:
        self._closing.set()
        self._wake.set()

    async def _look_now(self) -> None:
        found = await self._eyes(look, self.worker)
        if found.as_of > self._look.as_of:
            self._look = found
            self._holding.drop_lost(found)

    async def _step(self) -> None:
        """Hand over what may go now, or wait a moment."""
        now = steady()
        self._given_back += self._holding.take_stale(self._look, now)
        self._refill(now)
        room = self._rest.limit - len(self._active)
        if room <= 0:
            await asyncio.wait(self._active, timeout=0.1, return_when=asyncio.FIRST_COMPLETED)
            return
        if now < self._rest.until:
            await self._pause(self._rest.until - now)
            return
        rows = self._holding.take(room * self.gateway.batch_limit, now)
        if not rows:
            release = self._holding.next_release()
            await self._pause(0.05 if release is None else release - now)
            return
        if not all(is_fresh(item, self._look, now) for item in rows):
            self._holding.add(rows)
            try:
                await self._look_now()
            except SURVIVED as error:
                log.warning("the database did not answer: %s", _short(error))
                await self._pause(0.5)
            return
        wait = self._start(rows, now)
        await (self._pause(wait) if wait > 0 else asyncio.sleep(0))

    def _start(self, rows: list[Claimed], now: float) -> float:
        """Begin the requests; how long to wait when the rate allows no more of them."""
        wait = 0.0
        if self._guard is not None:
            for index, item in enumerate(rows):
                wait = self._guard.wait(item.handover.segments, now)
                if wait > 0:
                    self._holding.add(rows[index:])
                    rows = rows[:index]
                    break
                self._guard.left(item.handover.segments, now)
        size = self.gateway.batch_limit
        for start in range(0, len(rows), size):
            task = asyncio.create_task(self._hand_over(rows[start : start + size]))
            self._active.add(task)
            task.add_done_callback(self._active.discard)
        return wait

    async def _pause(self, seconds: float) -> None:
        self._wake.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), min(max(seconds, 0.001), 0.05))

    async def _hand_over(self, rows: Sequence[Claimed]) -> None:
        try:
            outcomes = await self.gateway.send([item.handover for item in rows])
        except Exception as error:
            log.exception("gateway %s failed", self.gateway.name)
            words = f"{self.gateway.name} failed: {type(error).__name__}"
            outcomes = [
                Outcome(item.handover.delivery, item.handover.attempt, Kind.DOUBT, words=words)
                for item in rows
            ]
        now = steady()
        self._handed.append((now, len(rows)))
        for item, outcome in zip(rows, outcomes, strict=True):
            self._take_answer(item, outcome, now)

    def _take_answer(self, item: Claimed, outcome: Outcome, now: float) -> None:
        outcome = self._suspicion.judge(outcome)
        rest = 0.0
        if outcome.kind is Kind.ACCEPTED:
            self.report.accepted += 1
            self._rest.well()
        elif outcome.kind is Kind.REFUSED:
            self.report.refused += 1
        elif outcome.kind is Kind.DOUBT:
            self.report.in_doubt += 1
            self._rest.doubt(now)
        else:
            self.report.not_taken += 1
            if outcome.kind is Kind.LATER:
                rest = self._rest.later(now, random.random())
        self._answers.append(Answer(outcome, item.handover.broadcast, rest))

    def _refill(self, now: float) -> None:
        """Claim more, in the background, when little is left or something more urgent waits."""
        if (
            self._claiming
            or now < max(self._claim_from, self._rest.until)
            or self._closing.is_set()
        ):
            return
        rows = self._holding.rows
        urgent = self._look.urgent
        overtaken = urgent is not None and bool(rows) and urgent > rows[0].priority
        most = self._wanted(now)
        short = len(rows) < most // 2
        if short and rows and self._rate is not None:
            short = max(item.release for item in rows) < now + CLAIM_AHEAD
        if short or overtaken:
            self._claiming = asyncio.create_task(self._claim(most))

    def _wanted(self, now: float) -> int:
        """How many rows to hold: what leaves in about a second."""
        while self._handed and self._handed[0][0] < now - 1:
            self._handed.popleft()
        lately = sum(count for _, count in self._handed)
        at_once = self.gateway.in_flight * self.gateway.batch_limit
        return min(MOST, max(2 * at_once, lately))

    async def _claim(self, most: int) -> None:
        try:
            found = await self._hands(
                claim,
                self.worker,
                self.gateway.name,
                rate=self._rate,
                lease=self.settings.lease_seconds,
                most=most,
                texts=self._texts,
            )
            self._holding.add(found.rows)
            if not found.rows:
                self._claim_from = steady() + found.wait
        except SURVIVED as error:
            log.warning("nothing could be claimed: %s", _short(error))
            self._claim_from = steady() + 1.0
        except Exception as error:
            self._fail(error)
        finally:
            self._claiming = None
            self._wake.set()

    async def _write_down(self) -> None:
        answers, self._answers = self._answers, []
        given_back, self._given_back = self._given_back, []
        if not answers and not given_back:
            return
        try:
            lease = self.settings.lease_seconds
            await self._hands(mark, self.gateway.name, answers, given_back, lease=lease)
        except SURVIVED:
            self._answers = answers + self._answers
            self._given_back = given_back + self._given_back
            raise

    async def _put_down(self, helpers: Sequence[asyncio.Task[None]]) -> None:
        """At the end: give back what was not handed over, await the rest, write it down."""
        if self._claiming:
            await asyncio.wait([self._claiming])
        self._given_back += self._holding.take_all()
        if self._active:
            await asyncio.wait(self._active)
        await asyncio.gather(*helpers)
        for _ in range(LAST_TRIES):
            try:
                await self._write_down()
            except SURVIVED as error:
                log.warning("the last answers could not be written: %s", _short(error))
                await asyncio.sleep(1)
            else:
                break
        with contextlib.suppress(*SURVIVED):
            await self._chores(upkeep.finish_due)

    async def _keep_up(self) -> None:
        await self._chores(upkeep.tidy)

    async def _reconcile(self, stack: contextlib.AsyncExitStack) -> None:
        lease = self.settings.lease_seconds
        gateways = [self.gateway]
        for name in sorted(LISTING - {self.gateway.name}):
            if usable(name, self.settings):
                other = open_gateway(name, self.settings)
                gateways.append(await stack.enter_async_context(other))
        reconcilers = [Reconciler(item, lease, self._chores) for item in gateways]

        async def all_once() -> None:
            for item in reconcilers:
                await item.run_once(self._closing.is_set)

        await self._repeat(all_once, min(1.0, lease / 8))


def _short(error: Exception) -> str:
    """An error of the database in one line, without the statement's values: they may be telephone numbers."""
    cause = getattr(error, "orig", None)
    return f"{type(error).__name__}: {cause}".splitlines()[0][:200]
