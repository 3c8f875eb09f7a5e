"""Two gateways: while one is in trouble, or a person says so, the other takes what was certainly not taken."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select

from hub.database import db, deciding
from hub.errors import Conflict, Invalid, NotAllowed, NotFound
from hub.journal import Actor
from hub.models import GatewayState, JournalEntry
from hub.sms import breakers, broadcasts, steering
from hub.sms.dispatching import run_broadcast
from tests.fakes import gatewayapi_server
from tests.fakes.gatewayapi_server import GatewayAPIServer
from tests.fakes.twilio_server import TwilioServer
from tests.sms.conftest import Environment, on_both
from tests.sms.making import OFFICER, make_broadcast, rows_of
from tests.sms.test_killing import nursery
from tests.sms.test_receipts import free_port, listening
from tests.sms.watching import draining, everybody, make_officer, standing, states, wait_until

Hub = Callable[..., Flask]


@pytest.fixture
def second() -> Iterator[GatewayAPIServer]:
    with gatewayapi_server.running() as running:
        running.faults.callbacks = False
        yield running


@pytest.fixture
def two(environment: Environment, second: GatewayAPIServer) -> Environment:
    """The settings of a hub that prefers the Twilio-like server and has the GatewayAPI-like one too."""
    environment |= {"HUB_GATEWAYS": "twilio,gatewayapi", **second.hub_settings}
    return environment


def told(twilio: TwilioServer, second: GatewayAPIServer) -> dict[str, list[str]]:
    """What every number got, from both."""
    found = twilio.bodies()
    for number, bodies in second.bodies().items():
        found.setdefault(number, []).extend(bodies)
    return found


def kinds() -> list[str]:
    db.session.rollback()
    query = select(JournalEntry.kind).order_by(JournalEntry.number)
    found = [kind for kind in db.session.scalars(query) if kind.startswith("gateway")]
    db.session.rollback()
    return found


def uses() -> dict[str, str]:
    db.session.rollback()
    found = {item.gateway: item.use for item in steering.overview(db.session())}
    db.session.rollback()
    return found


def test_the_preferred_gateway_takes_everything_while_it_is_well(
    hub: Hub, two: Environment, twilio: TwilioServer, second: GatewayAPIServer
) -> None:
    hub()
    broadcast = make_broadcast(300)
    assert run_broadcast(broadcast, timeout=30)
    assert twilio.bodies() == everybody(300)
    assert not second.accepted
    assert uses() == {"twilio": "in use", "gatewayapi": "standing by"}


@on_both
def test_an_outage_sends_the_rest_through_the_other_gateway(
    hub: Hub, two: Environment, twilio: TwilioServer, second: GatewayAPIServer
) -> None:
    app = hub(HUB_SMS_SENDER="Eksempel", HUB_SMS_SEGMENTS_PER_SECOND="150", HUB_LEASE_SECONDS="4")
    broadcast = make_broadcast(700)
    with draining(app):
        wait_until(lambda: len(twilio.accepted) > 100)
        twilio.faults.unavailable = True
        wait_until(lambda: len(second.accepted) > 100)
        twilio.faults.unavailable = False
        wait_until(lambda: standing(broadcast)["state"] == "finished", 60)
    assert told(twilio, second) == everybody(700)
    assert states(broadcast).get("unknown", 0) == 0
    by_gateway = {row.gateway for row in rows_of(broadcast)}
    assert by_gateway == {"twilio", "gatewayapi"}
    assert kinds()[0] == "gateway-broken"


def test_where_no_connection_can_be_made_the_other_takes_over_soon(
    hub: Hub, two: Environment, second: GatewayAPIServer
) -> None:
    hub(TWILIO_BASE_URL="http://127.0.0.1:1")
    broadcast = make_broadcast(200)
    assert run_broadcast(broadcast, timeout=30)
    assert second.bodies() == everybody(200)
    assert uses()["gatewayapi"] == "in use"


def test_a_fault_of_configuration_fails_over_instead_of_pausing(
    hub: Hub, two: Environment, twilio: TwilioServer, second: GatewayAPIServer
) -> None:
    hub()
    twilio.faults.refuse = (401, 20003)
    broadcast = make_broadcast(200)
    assert run_broadcast(broadcast, timeout=30)
    assert second.bodies() == everybody(200)
    assert standing(broadcast)["state"] == "finished"
    found = steering.overview(db.session())[0]
    assert (found.use, found.fault) == ("set aside", "configuration")
    assert "TWILIO_AUTH_TOKEN" in found.reason


def test_a_broadcast_is_paused_only_when_no_gateway_is_usable(
    hub: Hub, two: Environment, twilio: TwilioServer, second: GatewayAPIServer
) -> None:
    hub()
    twilio.faults.refuse, second.faults.refuse = (401, 20003), (403, "0x0216")
    broadcast = make_broadcast(100)
    assert not run_broadcast(broadcast, timeout=30)
    assert standing(broadcast)["state"] == "paused"
    assert states(broadcast) == {"queued": 100}
    second.faults.refuse = None
    broadcasts.resume(broadcast, actor=make_officer())
    assert run_broadcast(broadcast, timeout=30)
    assert second.bodies() == everybody(100)


def test_unknown_rows_never_go_to_the_other_gateway(
    hub: Hub, two: Environment, twilio: TwilioServer, second: GatewayAPIServer
) -> None:
    app = hub(HUB_LEASE_SECONDS="6")
    twilio.faults.error_percent, twilio.faults.list_fails = 100, True
    broadcast = make_broadcast(300)
    with draining(app):
        wait_until(lambda: "queued" not in states(broadcast) and "claimed" not in states(broadcast))
        time.sleep(1)
        unknown = {row.number for row in rows_of(broadcast) if row.state == "unknown"}
        assert len(unknown) == len(twilio.accepted) > 0
        twilio.faults.list_fails = False
        wait_until(lambda: "unknown" not in states(broadcast), 40)
    assert told(twilio, second) == everybody(300)
    assert not unknown & set(second.bodies())


@pytest.mark.parametrize("environment", ["postgresql"], indirect=True)
def test_a_pin_a_drain_and_a_release_hold_within_two_seconds_in_every_process(
    hub: Hub, two: Environment, twilio: TwilioServer, second: GatewayAPIServer
) -> None:
    two |= {"HUB_SMS_SEGMENTS_PER_SECOND": "60"}
    hub()
    officer = make_officer()
    broadcast = make_broadcast(900)
    with nursery(two) as children:
        children.send()
        children.send()
        wait_until(lambda: len(twilio.accepted) > 30)
        steering.drain("twilio", actor=officer, reason="their fibre is cut")
        decided = time.monotonic()
        time.sleep(2.6)
        assert max(item.arrived for item in twilio.accepted) < decided + 2
        taken = len(second.accepted)
        assert taken > 0
        steering.pin("twilio", actor=officer, reason="it works again")
        decided = time.monotonic()
        time.sleep(2.6)
        assert max(item.arrived for item in second.accepted) < decided + 2
        assert len(twilio.accepted) > 30
        steering.free("twilio", actor=officer, reason="done")
        broadcasts.stop(broadcast, actor=officer)
    assert all(len(bodies) == 1 for bodies in told(twilio, second).values())
    assert kinds() == ["gateway-drained", "gateway-pinned", "gateway-freed"]


def test_what_people_may_decide_about_gateways(hub: Hub, two: Environment) -> None:
    hub()
    officer = make_officer()
    nobody = Actor("os:tester", "test", "tester")
    with pytest.raises(NotAllowed):
        steering.pin("twilio", actor=nobody, reason="x")
    with pytest.raises(NotFound, match="twilio, gatewayapi"):
        steering.pin("pigeon", actor=officer, reason="x")
    with pytest.raises(Invalid):
        steering.drain("twilio", actor=officer, reason=" ")
    with pytest.raises(Conflict, match="neither"):
        steering.free("twilio", actor=officer, reason="x")
    steering.drain("twilio", actor=officer, reason="x")
    with pytest.raises(Conflict, match="pause the broadcasts"):
        steering.drain("gatewayapi", actor=officer, reason="x")
    with pytest.raises(Conflict, match="already"):
        steering.drain("twilio", actor=officer, reason="x")
    assert uses() == {"twilio": "drained", "gatewayapi": "in use"}
    steering.pin("twilio", actor=officer, reason="x")
    assert uses() == {"twilio": "in use", "gatewayapi": "standing by"}
    steering.pin("gatewayapi", actor=officer, reason="x")
    assert uses() == {"twilio": "standing by", "gatewayapi": "in use"}
    assert OFFICER.name in steering.overview(db.session())[1].held_by


@contextmanager
def coming_and_going(twilio: TwilioServer, seconds: float) -> Iterator[None]:
    ended = threading.Event()

    def change() -> None:
        for away in itertools.cycle((True, False)):
            if ended.wait(seconds):
                break
            twilio.faults.unavailable = away
        twilio.faults.unavailable = False

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(10)


def test_a_gateway_that_comes_and_goes_is_not_chased(
    hub: Hub, two: Environment, twilio: TwilioServer, second: GatewayAPIServer
) -> None:
    app = hub(HUB_LEASE_SECONDS="3", HUB_SMS_SEGMENTS_PER_SECOND="60")
    broadcast = make_broadcast(500)
    with coming_and_going(twilio, 1.0), draining(app):
        wait_until(lambda: standing(broadcast)["state"] == "finished", 60)
    assert told(twilio, second) == everybody(500)
    found = kinds()
    assert 1 <= found.count("gateway-broken") <= 5
    assert states(broadcast).get("unknown", 0) == 0


def test_a_gateway_whose_receipts_stop_is_set_aside_until_they_come_again(
    hub: Hub,
    two: Environment,
    twilio: TwilioServer,
    second: GatewayAPIServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hub.sms.receipt_watch.ReceiptWatch.__init__.__defaults__", (1.0,))
    monkeypatch.setattr("hub.sms.dispatcher.WATCH_EVERY", 0.3)
    port = free_port()
    app = hub(
        HUB_PUBLIC_URL=f"http://127.0.0.1:{port}",
        HUB_SMS_SEGMENTS_PER_SECOND="40",
        HUB_LEASE_SECONDS="4",
    )
    twilio.faults.callbacks = True
    broadcast = make_broadcast(2500)
    with listening(app, port), draining(app):
        wait_until(lambda: states(broadcast).get("delivered", 0) > 60)
        time.sleep(0.7)
        twilio.faults.callbacks = False
        twilio.faults.status_after = 3600  # it takes them, and that is all
        wait_until(lambda: kinds() == ["gateway-broken"])
        assert steering.overview(db.session())[0].fault == "receipts"
        wait_until(lambda: len(second.accepted) > 20)
        twilio.faults.callbacks, twilio.faults.status_after = True, 0.1
        wait_until(lambda: kinds() == ["gateway-broken", "gateway-mended"], 50)
        broadcasts.stop(broadcast, actor=make_officer())
    assert all(len(bodies) == 1 for bodies in told(twilio, second).values())


def test_receipts_that_do_not_reach_the_hub_are_no_fault_of_the_gateway(
    hub: Hub,
    two: Environment,
    twilio: TwilioServer,
    second: GatewayAPIServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("hub.sms.receipt_watch.ReceiptWatch.__init__.__defaults__", (1.0,))
    monkeypatch.setattr("hub.sms.dispatcher.WATCH_EVERY", 0.3)
    port = free_port()
    app = hub(HUB_PUBLIC_URL=f"http://127.0.0.1:{port}", HUB_SMS_SEGMENTS_PER_SECOND="40")
    twilio.faults.callbacks = True
    broadcast = make_broadcast(600)
    with draining(app):
        with listening(app, port):
            wait_until(lambda: states(broadcast).get("delivered", 0) > 60)
            time.sleep(0.7)
        wait_until(lambda: "do not reach the hub" in caplog.text)
        broadcasts.stop(broadcast, actor=make_officer())
    assert kinds() == []
    assert not second.accepted


@pytest.mark.parametrize("environment", ["postgresql"], indirect=True)
def test_workers_that_meet_at_a_gateways_first_row_do_not_fail(
    hub: Hub, two: Environment, twilio: TwilioServer
) -> None:
    app = hub()
    gate, failures = threading.Barrier(6), []

    def meet() -> None:
        with app.app_context():
            gate.wait()
            try:
                with deciding() as session:
                    breakers.locked(session, "twilio").doubts += 1
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=meet) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not failures
    assert db.session.get_one(GatewayState, "twilio").doubts == 6
