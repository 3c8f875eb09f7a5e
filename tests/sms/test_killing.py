"""kill -9 at random moments, with answers lost after acceptance: nobody missed, nobody twice.

`KLARBESKED_KILLS=50` runs the long form: 50 kills over a broadcast to 2,000 phones.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from hub.database import BUSY_MILLISECONDS, db
from hub.sms.dispatching import run_broadcast
from hub.sms.standing import status
from tests.fakes.twilio_server import TwilioServer
from tests.sms.conftest import Environment, on_both
from tests.sms.making import TEXTS, make_broadcast, number
from tests.sms.soaking import Nursery, Plan, round_of
from tests.sms.soaking import killed as killed

KILLS = int(os.environ.get("KLARBESKED_KILLS", "15"))
PHONES_A_KILL = 40
ROOT = Path(__file__).parents[2]


@contextmanager
def nursery(environment: Environment) -> Iterator[Nursery]:
    current = Nursery(environment)
    try:
        yield current
    finally:
        current.end()


def wait_until_asked(asked: Callable[[], int], since: int, seconds: float) -> None:
    """Until the gateway is asked again, or so many seconds have passed."""
    end = time.monotonic() + seconds
    while asked() == since and time.monotonic() < end:
        time.sleep(0.005)


def kill_at_random(children: Nursery, count: int, asked: Callable[[], int]) -> int:
    """Start and kill sending processes until so many were killed while they ran."""
    chance, kills = random.Random(20261121), 0
    while kills < count:
        before = asked()
        process = children.send()
        wait_until_asked(asked, before, 2.0)
        time.sleep(chance.uniform(0, 0.6))
        kills += killed(process)
    return kills


def assert_all_taken(broadcast: int, phones: int) -> None:
    found = status(db.session(), broadcast)
    assert found["deliveries"]["unknown"] == 0
    taken = ("accepted", "sent", "delivered")  # later states are those that the gateway's list told
    assert sum(found["deliveries"][state] for state in taken) == phones
    assert found["state"] == "finished"


@on_both
def test_nobody_is_missed_or_told_twice_when_sending_processes_are_killed(
    hub: Callable[..., Flask], environment: Environment, twilio: TwilioServer
) -> None:
    phones = KILLS * PHONES_A_KILL
    environment |= {"HUB_SMS_SEGMENTS_PER_SECOND": "120", "HUB_LEASE_SECONDS": "2"}
    hub()
    twilio.faults.latency = 0.03
    twilio.faults.lost_percent = 2.0
    broadcast = make_broadcast(phones)
    with nursery(environment) as children:
        kills = kill_at_random(children, KILLS, twilio.requests.total)
    sent_by_then = len(twilio.accepted)
    assert run_broadcast(broadcast, timeout=90)
    print(f"{kills} kills over {phones} phones, {sent_by_then} sent by then, {twilio.requests}")
    assert twilio.bodies() == {number(index): [TEXTS["da"]] for index in range(phones)}
    assert_all_taken(broadcast, phones)


def test_the_outbox_too_has_everybody_once_when_processes_are_killed(
    hub: Callable[..., Flask], environment: Environment
) -> None:
    phones = KILLS * PHONES_A_KILL
    environment |= {
        "HUB_GATEWAYS": "outbox",
        "HUB_SMS_SEGMENTS_PER_SECOND": "120",
        "HUB_LEASE_SECONDS": "2",
    }
    outbox = hub().config["HUB"].data_dir / "outbox.jsonl"

    def written() -> list[str]:
        return outbox.read_text().splitlines() if outbox.exists() else []

    broadcast = make_broadcast(phones)
    with nursery(environment) as children:
        kill_at_random(children, KILLS, lambda: len(written()))
    assert run_broadcast(broadcast, timeout=90)
    told = Counter((line["to"], line["body"]) for line in map(json.loads, written()))
    assert told == {(number(index), TEXTS["da"]): 1 for index in range(phones)}
    assert_all_taken(broadcast, phones)


@pytest.mark.parametrize("environment", ["postgresql"], indirect=True)
def test_two_machines_with_clocks_apart_and_cut_connections_miss_nobody_and_tell_nobody_twice(
    hub: Callable[..., Flask], environment: Environment, twilio: TwilioServer
) -> None:
    """The short form of `make soak`: two sending processes ten minutes apart, killed, their connections cut."""
    environment |= {"HUB_SMS_SEGMENTS_PER_SECOND": "120", "HUB_LEASE_SECONDS": "3"}
    hub()
    twilio.faults.latency = 0.03
    twilio.faults.lost_percent = 2.0
    twilio.faults.hang_percent, twilio.faults.hang_seconds = 1.0, 3.0
    twilio.faults.concurrent, twilio.faults.list_lag = 60, 1.0
    found = round_of(
        Plan(kills=6, phones=300, workers=2, outage=1.5, cuts=2.0), twilio, environment
    )
    print(found)
    assert (found.missed, found.twice, found.unknown) == (0, 0, 0)
    assert found.kills == 6
    assert found.cuts > 0


def freeze_outside_a_transaction(process: int) -> None:
    """SIGSTOP. On SQLite a process frozen while it writes keeps everybody else from writing until it goes on."""
    for _ in range(200):
        os.kill(process, signal.SIGSTOP)
        time.sleep(0.05)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=100")
            try:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError:
                os.kill(process, signal.SIGCONT)
                time.sleep(0.03)
                continue
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
            return
    pytest.fail("the process was always writing")


def test_a_process_frozen_beyond_its_lease_tells_nobody_twice_when_it_wakes(
    hub: Callable[..., Flask], environment: Environment, twilio: TwilioServer
) -> None:
    environment |= {"HUB_SMS_SEGMENTS_PER_SECOND": "60", "HUB_LEASE_SECONDS": "2"}
    hub()
    twilio.faults.latency = 0.05
    broadcast = make_broadcast(300)
    with nursery(environment) as children:
        before = twilio.requests.total()
        frozen = children.send()
        wait_until_asked(twilio.requests.total, before, 5.0)
        time.sleep(0.5)
        freeze_outside_a_transaction(frozen)
        assert run_broadcast(broadcast, timeout=60)
        os.kill(frozen, signal.SIGCONT)
        time.sleep(2)
    assert twilio.bodies() == {number(index): [TEXTS["da"]] for index in range(300)}
    assert_all_taken(broadcast, 300)
