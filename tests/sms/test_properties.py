"""Rule 6 of DESIGN.md holds in whatever order things happen: nobody is told twice, nobody is forgotten.

A walk claims, hands over, loses answers, crashes, gets receipts (late, twice, out of order), pauses, stops, supersedes,
looks things up and switches gateways, against a model of two gateways, on both databases. The hub decides with its own
functions; the clock is the walk's. On PostgreSQL the workers' own clock is wrong by up to ten minutes: the database's
decides. `KLARBESKED_WALKS=400` walks that often on each database.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from hub import clock
from hub.database import db, deciding
from hub.errors import Conflict
from hub.models import (
    Announcement,
    Audience,
    Broadcast,
    BroadcastState,
    BroadcastText,
    Delivery,
    DeliveryState,
    GatewayState,
    Incident,
    Receipt,
    Recipient,
)
from hub.sms import broadcasts, moments, upkeep
from hub.sms.gateways.base import LISTING, Kind
from hub.sms.receipts import record
from tests.sms.conftest import Environment, on_both
from tests.sms.making import OFFICER, make_announcement, make_broadcast
from tests.sms.walking import LAG, LEASE, TIMEOUT, GatewayModel, Message, Request, Worker, told
from tests.sms.watching import make_officer

WALKS = int(os.environ.get("KLARBESKED_WALKS", "10"))
STEPS = 40
PHONES = 4
START = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
RANK = {"queued": 0, "claimed": 0, "unknown": 0, "skipped": 0, "accepted": 1, "sent": 2}
ANSWERS = st.sampled_from(["taken", "lost", "cut", "refused", "later", "configuration"])
TAKEN = ("accepted", "sent", "delivered", "undelivered")
Row = SimpleNamespace


class World:
    """The hub's database and its clock, for all walks of one test."""

    def __init__(self, app: Flask, stack: ExitStack, database: str | None) -> None:
        self.app = app
        self.passed = 0.0
        self.skew = timedelta(0)
        self._database = stack.enter_context(_clock_of(database)) if database else None

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def workers_clock(self) -> datetime:
        """On PostgreSQL the machine's own clock may be wrong."""
        return self.now() + (self.skew if self._database else timedelta(0))

    def move(self, seconds: float) -> None:
        self.passed += seconds
        self.tell_database()

    def tell_database(self) -> None:
        if self._database is not None:
            self._database.execute("UPDATE shifted SET moment = %s", [self.now()])

    def clear(self) -> None:
        """No broadcast, no list, and the clock at its start."""
        self.passed = 0.0
        self.skew = timedelta(0)
        self.tell_database()
        with deciding() as session:
            for table in (
                Receipt,
                Delivery,
                BroadcastText,
                Broadcast,
                Announcement,
                Incident,
                Recipient,
                Audience,
                GatewayState,
            ):
                session.execute(delete(table))


def _clock_of(database: str) -> Any:
    """PostgreSQL's clock, replaced for this database by a row that the walk moves."""
    connection = psycopg.connect(database, autocommit=True)
    connection.execute("CREATE TABLE shifted (moment timestamptz NOT NULL)")
    connection.execute("INSERT INTO shifted VALUES (%s)", [START])
    connection.execute(
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql "
        "AS 'SELECT moment FROM public.shifted'"
    )
    name = connection.info.dbname
    connection.execute(f'ALTER DATABASE "{name}" SET search_path = public, pg_catalog')
    return connection


class Walk(RuleBasedStateMachine):
    """One walk. `again` counts how often a person sent a text again that the phone may have had."""

    world: World

    @initialize(seed=st.integers(0, 2**16), skew=st.integers(-600, 600))
    def begin(self, seed: int, skew: int) -> None:
        self.world.clear()
        self.world.skew = timedelta(seconds=skew)
        chance = random.Random(seed)
        self.gateways = [
            GatewayModel(name, self.world.now, chance) for name in ("twilio", "gatewayapi")
        ]
        self.preferred = 0
        self.born = 0
        self.workers: list[Worker] = []
        self.orphans: list[Request] = []  # on the wire when their worker died
        self.again: Counter[tuple[str, str]] = Counter()
        self.refused: set[int] = set()
        self.halted: dict[int, float] = {}  # broadcast: since when nothing of it may leave
        self.ends: set[int] = set()
        self.before: dict[int, str] = {}
        self.announced = 0
        self.hire()
        self.hire()
        self.announce()

    # what people do

    def announce(self, priority: int = 10) -> int:
        announcement = make_announcement(kind="first" if priority == 10 else "end")
        texts = {"da": f"Besked {announcement}", "en": f"Message {announcement}"}
        self.announced += 1
        number = make_broadcast(
            PHONES,
            name=f"list {self.announced}",
            announcement=announcement,
            texts=texts,
            priority=priority,
        )
        upkeep.start_due()
        return number

    @precondition(lambda self: len(self.open()) < 3)
    @rule(urgent=st.booleans())
    def another(self, urgent: bool) -> None:
        self.announce(30 if urgent else 10)

    def open(self) -> list[Broadcast]:
        db.session.rollback()
        states = ("waiting", "sending", "paused")
        return list(
            db.session.scalars(
                select(Broadcast).where(Broadcast.state.in_(states)).order_by(Broadcast.id)
            )
        )

    @precondition(lambda self: self.open())
    @rule(data=st.data(), what=st.sampled_from(["pause", "stop", "supersede"]))
    def halt(self, data: st.DataObject, what: str) -> None:
        broadcast = data.draw(st.sampled_from(self.open()))
        number, announcement = broadcast.id, broadcast.announcement_id
        try:
            if what == "pause":
                broadcasts.pause(number, actor=OFFICER)
            elif what == "stop":
                broadcasts.stop(number, actor=OFFICER)
            else:
                with deciding() as session:
                    broadcasts.supersede(session, [announcement], actor=OFFICER)
                self.ends.add(number)
        except Conflict:
            return
        self.halted.setdefault(number, moments.steady())

    @rule()
    def resume(self) -> None:
        for broadcast in self.open():
            if broadcast.state == BroadcastState.PAUSED:
                number = broadcast.id
                broadcasts.resume(number, actor=OFFICER)
                if number not in self.ends:
                    self.halted.pop(number, None)

    @rule()
    def a_person_sends_unknown_ones_again(self) -> None:
        """At most one in a few: a person decides, knowing that somebody may get it twice."""
        unknown = [row for row in self.rows() if row.state == "unknown"]
        if not unknown:
            return
        row = unknown[0]
        try:
            broadcasts.requeue_unknown(
                row.broadcast, actor=OFFICER, reason="asked by phone", deliveries=[row.id]
            )
        except Conflict:
            return
        self.again[row.number, row.body] += 1

    # what workers do

    def hire(self) -> None:
        self.born += 1
        self.workers.append(Worker(f"worker {self.born}", self.gateways[self.preferred]))

    def worker(self, data: st.DataObject) -> Worker:
        return data.draw(st.sampled_from(self.workers), label="worker")

    @rule(data=st.data(), most=st.integers(1, 5))
    def claim(self, data: st.DataObject, most: int) -> None:
        worker = self.worker(data)
        worker.claim(most)
        worker.read()

    @rule(data=st.data())
    def read(self, data: st.DataObject) -> None:
        self.worker(data).read()

    @rule(data=st.data(), most=st.integers(1, 4))
    def hand_over(self, data: st.DataObject, most: int) -> None:
        for request in self.worker(data).hand_over(most):
            since = self.halted.get(request.item.handover.broadcast)
            assert since is None or request.began - since <= 2, "handed over after a stop"

    @rule(data=st.data(), answers=st.lists(ANSWERS, min_size=3, max_size=3), write=st.booleans())
    def send(self, data: st.DataObject, answers: list[str], write: bool) -> None:
        """The usual way in one step, so that walks get far."""
        worker = self.worker(data)
        worker.claim(3)
        worker.read()
        worker.hand_over(3)
        for request, how in zip(list(worker.requests), answers, strict=False):
            self.answer_to(worker, request, how)
        if write:
            worker.write_down()

    def accept(self, request: Request) -> Message:
        return request.gateway.accept(request.item.handover)

    @rule(data=st.data(), how=ANSWERS)
    def answer(self, data: st.DataObject, how: str) -> None:
        busy = [worker for worker in self.workers if worker.requests]
        if busy:
            worker = data.draw(st.sampled_from(busy), label="worker")
            self.answer_to(worker, worker.requests[0], how)

    def answer_to(self, worker: Worker, request: Request, how: str) -> None:
        if how == "taken":
            worker.answer(request, Kind.ACCEPTED, self.accept(request).sid)
        elif how in ("lost", "cut"):
            if how == "lost":
                self.accept(request)
            worker.answer(request, Kind.DOUBT)
        else:
            if how == "refused":
                self.refused.add(request.item.handover.delivery)
            worker.answer(request, Kind(how))

    @rule(data=st.data())
    def write_down(self, data: st.DataObject) -> None:
        self.worker(data).write_down()

    @rule(data=st.data())
    def crash(self, data: st.DataObject) -> None:
        """kill -9: what it held and knew is gone; what is on the wire may arrive or not."""
        worker = self.worker(data)
        self.workers.remove(worker)
        self.orphans += worker.requests
        self.hire()

    @precondition(lambda self: self.orphans)
    @rule(arrives=st.booleans())
    def wire(self, arrives: bool) -> None:
        request = self.orphans.pop(0)
        if arrives:
            self.accept(request)

    @rule()
    def upkeep(self) -> None:
        upkeep.tidy()

    @rule(data=st.data())
    def reconcile(self, data: st.DataObject) -> None:
        asyncio.run(self.worker(data).reconcile())

    # what gateways and time do

    @rule(data=st.data(), status=st.sampled_from(["accepted", "sent", "delivered", "undelivered"]))
    def receipt(self, data: st.DataObject, status: str) -> None:
        messages = [item for one in self.gateways for item in one.messages]
        if not messages:
            return
        item = data.draw(st.sampled_from(messages), label="message")
        said = DeliveryState(status)
        record(
            item.delivery,
            item.attempt,
            item.gateway,
            item.sid,
            status,
            said=said,
            number=item.number,
        )

    @rule(fails=st.booleans(), lag=st.floats(0, LAG))
    def lists(self, fails: bool, lag: float) -> None:
        self.gateways[0].list_fails = fails
        self.gateways[0].lag = lag

    @rule(to=st.integers(0, 1))
    def fail_over(self, to: int) -> None:
        """New rows go to the other gateway; what was handed over stays where it is."""
        self.preferred = to
        for worker in list(self.workers):
            if worker.gateway is not self.gateways[to]:
                self.workers.remove(worker)
                self.orphans += worker.requests
                self.hire()

    @rule(seconds=st.sampled_from([0.5, 1.0, 5.0, LEASE / 2, LEASE + 1, 3 * LEASE]))
    def time_passes(self, seconds: float) -> None:
        """No request is on its way for longer than its time limit."""
        if seconds > TIMEOUT:
            self.world.move(TIMEOUT)
            for worker in self.workers:
                for request in list(worker.requests):
                    worker.answer(request, Kind.DOUBT)
                    if self.gateways[0].chance.random() < 0.5:
                        self.accept(request)
            while self.orphans:
                self.wire(self.gateways[0].chance.random() < 0.5)
            seconds -= TIMEOUT
        self.world.move(seconds)

    # what must hold

    def rows(self) -> list[Row]:
        session = db.session()
        session.rollback()
        found = session.execute(
            select(
                Delivery.id,
                Delivery.broadcast_id,
                Delivery.number,
                Delivery.state,
                Delivery.gateway,
                BroadcastText.sms,
                Broadcast.state,
            )
            .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
            .join(
                BroadcastText,
                (BroadcastText.broadcast_id == Delivery.broadcast_id)
                & (BroadcastText.language == Delivery.language),
            )
            .order_by(Delivery.id)
        ).all()
        session.rollback()
        names = ("id", "broadcast", "number", "state", "gateway", "body", "broadcast_state")
        rows = [Row(**dict(zip(names, row, strict=True))) for row in found]
        for row in rows:
            row.is_finished = row.broadcast_state == BroadcastState.FINISHED
        return rows

    @invariant()
    def rule_6_holds(self) -> None:
        self.check(self.rows())

    def check(self, rows: list[Row]) -> None:
        had = told(self.gateways)
        for (number, body), count in had.items():
            assert count <= 1 + self.again[number, body], f"{body!r} went {count} times to a phone"
        assert len(rows) == PHONES * self.announced
        for row in rows:
            self.nobody_is_forgotten(row, had[row.number, row.body])
            self.nothing_goes_backwards(row)

    def nobody_is_forgotten(self, row: Row, had: int) -> None:
        """Whoever was told stands as told, or as open; whoever stands as told was told."""
        again = self.again[row.number, row.body]
        if row.state in TAKEN:
            assert had, f"delivery {row.id} is {row.state} and went to nobody"
        if row.state in ("queued", "skipped", "failed") and not again:
            assert not had, f"delivery {row.id} is {row.state} and was told"
        if row.state == "failed":
            assert row.id in self.refused
        if row.is_finished:
            assert row.state not in ("queued", "claimed"), f"delivery {row.id} is {row.state}"

    def nothing_goes_backwards(self, row: Row) -> None:
        before = self.before.get(row.id, "queued")
        if not self.again[row.number, row.body]:
            assert RANK.get(row.state, 3) >= RANK.get(before, 3), f"{before} -> {row.state}"
        self.before[row.id] = row.state

    def teardown(self) -> None:
        """All is well again: everybody is told once, or it is said why not."""
        if hasattr(self, "gateways"):
            self.come_home()
        db.session.rollback()

    @staticmethod
    def is_open(row: Row) -> bool:
        """Will the hub itself still do something about it? Without a list, an unknown one is left to a person."""
        unknown = row.state == "unknown" and row.gateway in LISTING
        return unknown or row.state in ("queued", "claimed")

    def come_home(self) -> None:
        self.lists(fails=False, lag=0.0)
        self.time_passes(3 * LEASE)
        for worker in self.workers:
            worker.write_down()
        for _ in range(12):
            self.resume()
            self.fail_over(0)
            upkeep.tidy()
            worker = self.workers[0]
            worker.claim(50)
            worker.read()
            for request in worker.hand_over(50):
                worker.answer(request, Kind.ACCEPTED, self.accept(request).sid)
            worker.write_down()
            asyncio.run(worker.reconcile())
            rows = self.rows()
            self.check(rows)
            if not any(self.is_open(row) for row in rows):
                break
            self.world.move(LEASE + 1)
        for one in self.gateways:
            for item in one.messages:
                record(
                    *(item.delivery, item.attempt, item.gateway, item.sid, "delivered"),
                    said=DeliveryState.DELIVERED,
                    number=item.number,
                )
        upkeep.tidy()
        rows = self.rows()
        self.check(rows)
        for row in rows:
            note(f"delivery {row.id}: {row.state}")
            assert not self.is_open(row)
            if row.state == "skipped":
                assert row.broadcast in self.halted, (
                    f"delivery {row.id} was skipped, and nobody said so"
                )
        assert not self.open()


@on_both
def test_rule_6_holds_in_whatever_order_things_happen(
    hub: Callable[..., Flask],
    environment: Environment,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = environment["HUB_DATABASE_URL"]
    with ExitStack() as stack:
        scratch = None if database.startswith("sqlite") else database
        app = hub(HUB_LEASE_SECONDS=str(int(LEASE)))
        db.session.remove()
        world = World(app, stack, scratch)
        db.engine.dispose()  # connections read the database's search path when they begin
        monkeypatch.setattr(clock, "_read", world.workers_clock)
        monkeypatch.setattr(
            moments, "time", SimpleNamespace(clock_gettime=lambda _: world.passed + 1000.0)
        )
        make_officer()
        Walk.world = world
        run_state_machine_as_test(
            Walk,
            settings=settings(
                max_examples=WALKS,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
