"""kill -9 of two processes on PostgreSQL, an outage of the preferred gateway, and lost answers at both: everybody is
told once, or is shown as unknown where the gateway has no list and the request never left.

`KLARBESKED_FAILOVER_KILLS=100` runs the long form.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from hub.sms import receipt_inbox
from hub.sms.dispatching import run_broadcast
from tests.fakes.gatewayapi_server import GatewayAPIServer
from tests.fakes.twilio_server import TwilioServer
from tests.sms.conftest import Environment
from tests.sms.making import TEXTS, make_broadcast, number, rows_of
from tests.sms.soaking import Nursery, killed
from tests.sms.test_failover import kinds, second, told, two
from tests.sms.test_killing import nursery
from tests.sms.test_receipts import free_port, listening
from tests.sms.watching import states

__all__ = ["second", "two"]

KILLS = int(os.environ.get("KLARBESKED_FAILOVER_KILLS", "8"))
PHONES = 60 * KILLS
CALM = 1.5


@contextmanager
def outages(twilio: TwilioServer, second: GatewayAPIServer) -> Iterator[list[float]]:
    """The preferred gateway answers 503 until the other one has taken some, and again once it was used again."""
    ended, begun = threading.Event(), []

    def until(more: Callable[[], bool]) -> None:
        while not (more() or ended.wait(0.02)):
            pass

    def change() -> None:
        while not ended.is_set():
            used, taken = len(twilio.accepted), len(second.accepted)
            until(lambda used=used: len(twilio.accepted) >= used + 60)  # type: ignore[misc]
            if ended.is_set():
                return
            begun.append(time.monotonic())
            twilio.faults.unavailable = True
            until(lambda taken=taken: len(second.accepted) >= taken + 60)  # type: ignore[misc]
            twilio.faults.unavailable = False

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield begun
    finally:
        ended.set()
        thread.join(10)
        twilio.faults.unavailable = False


def kill_in_turn(children: Nursery, count: int) -> int:
    """Two processes at a time; again and again one of them is killed and another started."""
    chance, kills = random.Random(20261122), 0
    running = [children.send(), children.send()]
    time.sleep(1.0)
    while kills < count:
        time.sleep(chance.uniform(0.1, 0.9))
        kills += killed(running.pop(0))
        running.append(children.send())
    for process in running:
        kills += killed(process)
    return kills


@pytest.mark.parametrize("environment", ["postgresql"], indirect=True)
def test_nobody_is_missed_or_told_twice_while_gateways_and_processes_fail(
    hub: Callable[..., Flask],
    two: Environment,
    twilio: TwilioServer,
    second: GatewayAPIServer,
) -> None:
    port = free_port()
    two |= {
        "HUB_SMS_SEGMENTS_PER_SECOND": "70",
        "HUB_LEASE_SECONDS": "2",
        "HUB_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    app = hub()
    twilio.faults.latency = second.faults.latency = 0.03
    twilio.faults.lost_percent = second.faults.lost_percent = 2.0
    second.faults.callbacks = second.faults.doubled_callbacks = True
    broadcast = make_broadcast(PHONES)
    with listening(app, port):
        with outages(twilio, second) as begun:
            with nursery(two) as children:
                kills = kill_in_turn(children, KILLS)
            assert run_broadcast(broadcast, timeout=90)
        time.sleep(CALM)  # the last receipts
        receipt_inbox.apply()
    got = told(twilio, second)
    unknown = {row.number for row in rows_of(broadcast) if row.state == "unknown"}
    at_second = {row.number for row in rows_of(broadcast) if row.gateway == "gatewayapi"}
    print(
        f"{kills} kills over {PHONES} phones, {len(begun)} outages, {len(twilio.accepted)} by the first gateway, "
        f"{len(second.accepted)} by the second, {len(unknown)} left to a person, {kinds()}"
    )
    assert {to for to, bodies in got.items() if len(bodies) != 1} == set()
    assert all(bodies == [TEXTS["da"]] for bodies in got.values())
    missed = {number(index) for index in range(PHONES)} - set(got)
    assert missed == unknown  # nobody that nobody knows of
    assert unknown <= at_second  # the other one's list resolves all
    assert second.accepted
    assert begun
    assert states(broadcast).get("queued", 0) == states(broadcast).get("claimed", 0) == 0
