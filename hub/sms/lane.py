"""One gateway's part of a worker's sending: claim for it, hand over to it, and keep its answers until they are
written down. A worker has one lane a gateway, side by side; the shared breakers say which of them may claim."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hub.settings import Settings
from hub.sms.breaking import Route
from hub.sms.claiming import MOST, Claimed, Texts, claim
from hub.sms.gateways.base import Gateway, Kind, Outcome
from hub.sms.holding import Holding, is_fresh
from hub.sms.looking import Look
from hub.sms.marking import Answer, GivenBack, mark
from hub.sms.moments import steady
from hub.sms.pacing import Guard
from hub.sms.resting import Rest, Suspicion
from hub.sms.workbench import InDatabase

log = logging.getLogger(__name__)

CLAIM_AHEAD = 0.2
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


@dataclass
class Common:
    """What the lanes of a worker share. `look_now` reads the state anew, `fail` ends the worker in order."""

    settings: Settings
    worker: str
    hands: InDatabase
    look_now: Callable[[], Awaitable[None]]
    fail: Callable[[Exception], None]
    look: Look = field(default_factory=lambda: Look(0.0, frozenset(), frozenset(), None))
    texts: Texts = field(default_factory=dict)
    report: DrainReport = field(default_factory=DrainReport)
    closing: asyncio.Event = field(default_factory=asyncio.Event)


class Lane:
    """Runs until `common.closing` is set. `put_down` then gives back what was claimed and not handed over, and awaits
    what is on its way."""

    def __init__(self, common: Common, gateway: Gateway) -> None:
        self.common = common
        self.gateway = gateway
        self._rate = common.settings.rate(gateway.name)
        self._guard = Guard(self._rate) if self._rate is not None else None
        self._holding = Holding(common.settings.lease_seconds / 2, gateway.name)
        self._answers: list[Answer] = []
        self._given_back: list[GivenBack] = []
        self._active: set[asyncio.Task[None]] = set()
        self._claiming: asyncio.Task[None] | None = None
        self._claim_from = 0.0
        self._rest = Rest(gateway.in_flight)
        self._suspicion = Suspicion()
        self._handed: deque[tuple[float, int]] = deque()
        self._wake = asyncio.Event()
        self._requests = 0
        self.taken: list[tuple[int, float]] = []
        """Deliveries that the gateway took, and when (`steady`); whoever watches receipts empties it."""

    async def run(self) -> None:
        """Hand over what may go, as it may."""
        while not self.common.closing.is_set():
            await self._step()

    def wake(self) -> None:
        self._wake.set()

    def is_idle(self) -> bool:
        return not (
            self._active
            or self._answers
            or self._given_back
            or self._holding.rows
            or self._claiming
        )

    def drop_lost(self) -> None:
        self._holding.drop_lost(self.common.look)

    async def _step(self) -> None:
        """Hand over what may go now, or wait a moment."""
        now = steady()
        self._given_back += self._holding.take_stale(self.common.look, now)
        self._refill(now)
        room = self._rest.limit - len(self._active)
        if room <= 0:
            await self._pause(0.1)
            return
        if now < self._rest.until:
            await self._pause(self._rest.until - now)
            return
        rows = self._holding.take(room * self.gateway.batch_limit, now)
        if not rows:
            release = self._holding.next_release()
            await self._pause(0.05 if release is None else release - now)
            return
        if not all(is_fresh(item, self.common.look, now) for item in rows):
            self._holding.add(rows)
            try:
                await self.common.look_now()
            except SURVIVED as error:
                log.warning("the database did not answer: %s", short(error))
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
            task.add_done_callback(self._ended)
        return wait

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._active.discard(task)
        self._wake.set()

    async def _pause(self, seconds: float) -> None:
        """At most 0.1 s, or until a request ended, rows were claimed or the worker ends."""
        self._wake.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(max(seconds, 0.001), 0.1)):
                await self._wake.wait()

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
        self._requests += 1
        self._handed.append((now, len(rows)))
        outcomes = [self._suspicion.judge(outcome) for outcome in outcomes]
        rest = self._note({outcome.kind for outcome in outcomes}, now)
        for item, outcome in zip(rows, outcomes, strict=True):
            self._take_answer(item, outcome, rest, now)

    def _note(self, kinds: set[Kind], now: float) -> float:
        """One answer, whatever the number of its rows. For how many seconds rows that were not taken rest."""
        if Kind.ACCEPTED in kinds:
            self._rest.well()
        elif Kind.CONFIGURATION in kinds:
            self._rest.wrong(now)
        elif Kind.DOUBT in kinds:
            self._rest.doubt(now)
        return self._rest.later(now, random.random()) if Kind.LATER in kinds else 0.0

    def _take_answer(self, item: Claimed, outcome: Outcome, rest: float, now: float) -> None:
        report = self.common.report
        if outcome.kind is Kind.ACCEPTED:
            report.accepted += 1
            self.taken.append((outcome.delivery, now))
        elif outcome.kind is Kind.REFUSED:
            report.refused += 1
        elif outcome.kind is Kind.DOUBT:
            report.in_doubt += 1
        else:
            report.not_taken += 1
        wait = rest if outcome.kind is Kind.LATER else 0.0
        self._answers.append(Answer(outcome, item.handover.broadcast, wait, self._requests))

    def _refill(self, now: float) -> None:
        """Claim more, in the background, when little is left or something more urgent waits."""
        if (
            self._claiming
            or now < max(self._claim_from, self._rest.until)
            or self.common.closing.is_set()
            or self._route() is Route.REST
        ):
            return
        rows = self._holding.rows
        urgent = self.common.look.urgent
        overtaken = urgent is not None and bool(rows) and urgent > rows[0].priority
        most = self._wanted(now)
        short_of = len(rows) < most // 2
        if short_of and rows and self._rate is not None:
            short_of = max(item.release for item in rows) < now + CLAIM_AHEAD
        if short_of or overtaken:
            self._claiming = asyncio.create_task(self._claim(most))

    def _route(self) -> Route:
        """What the last look allows; the claim itself asks again."""
        return self.common.look.routes.get(self.gateway.name, Route.REST)

    def _wanted(self, now: float) -> int:
        """How many rows to hold: what leaves in about a second."""
        while self._handed and self._handed[0][0] < now - 1:
            self._handed.popleft()
        lately = sum(count for _, count in self._handed)
        at_once = self.gateway.in_flight * self.gateway.batch_limit
        return min(MOST, max(2 * at_once, lately))

    async def _claim(self, most: int) -> None:
        common = self.common
        try:
            found = await common.hands(
                claim,
                common.worker,
                self.gateway.name,
                rate=self._rate,
                lease=common.settings.lease_seconds,
                most=most,
                texts=common.texts,
            )
            self._holding.add(found.rows)
            if not found.rows:
                self._claim_from = steady() + found.wait
        except SURVIVED as error:
            log.warning("nothing could be claimed: %s", short(error))
            self._claim_from = steady() + 1.0
        except Exception as error:
            common.fail(error)
        finally:
            self._claiming = None
            self._wake.set()

    async def write_down(self) -> None:
        """Write down what is known. Raises one of SURVIVED when the database does not answer: call it again."""
        answers, self._answers = self._answers, []
        given_back, self._given_back = self._given_back, []
        if not answers and not given_back:
            return
        try:
            lease = self.common.settings.lease_seconds
            await self.common.hands(mark, self.gateway.name, answers, given_back, lease=lease)
        except SURVIVED:
            self._answers = answers + self._answers
            self._given_back = given_back + self._given_back
            raise

    async def put_down(self) -> None:
        """At the end: give back what was not handed over, await the rest."""
        if self._claiming:
            await asyncio.wait([self._claiming])
        self._given_back += self._holding.take_all()
        if self._active:
            await asyncio.wait(self._active)


def short(error: Exception) -> str:
    """An error of the database in one line, without the statement's values: they may be telephone numbers."""
    cause = getattr(error, "orig", None)
    return f"{type(error).__name__}: {cause}".splitlines()[0][:200]
