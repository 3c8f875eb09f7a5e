"""What goes wrong at the gateway or in the database: refused, delayed or survived, and nobody is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from hub.database import db
from hub.models import GatewayState, JournalEntry
from hub.sms import broadcasts
from hub.sms.dispatching import drain, run_broadcast
from tests.fakes.twilio_server import TwilioServer
from tests.sms.conftest import Environment, on_both
from tests.sms.making import make_broadcast, number, rows_of
from tests.sms.watching import draining, everybody, make_officer, standing, states, wait_until

Hub = Callable[..., Flask]


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        ((401, 20003), "TWILIO_AUTH_TOKEN"),
        ((400, 21212), "HUB_SMS_SENDER"),
        ((400, 21606), "HUB_SMS_SENDER"),
        ((404, 21701), "TWILIO_MESSAGING_SERVICE_SID"),
        ((403, 29999), "29999"),
    ],
)
def test_a_fault_of_configuration_pauses_with_words_and_loses_nobody(
    hub: Hub, twilio: TwilioServer, refusal: tuple[int, int], says: str
) -> None:
    hub()
    twilio.faults.refuse = refusal
    broadcast = make_broadcast(120)
    assert not run_broadcast(broadcast, timeout=20)
    found = standing(broadcast)
    assert found["state"] == "paused"
    assert says in str(found["reason"])
    assert "hub broadcast resume" in str(found["reason"])
    assert states(broadcast) == {"queued": 120}
    twilio.faults.refuse = None
    broadcasts.resume(broadcast, actor=make_officer())
    assert run_broadcast(broadcast, timeout=20)
    assert twilio.bodies() == everybody(120)


def test_a_refusal_that_nobody_knows_does_not_fail_a_whole_list(
    hub: Hub, twilio: TwilioServer
) -> None:
    hub()
    twilio.faults.refuse = (400, 21999)
    broadcast = make_broadcast(150)
    assert not run_broadcast(broadcast, timeout=20)
    assert standing(broadcast)["state"] == "paused"
    assert states(broadcast) == {"failed": 5, "queued": 145}


def test_a_refused_number_fails_alone(hub: Hub, twilio: TwilioServer) -> None:
    hub()
    twilio.faults.opted_out = {number(3)}
    twilio.faults.landlines = {number(4)}
    broadcast = make_broadcast(10)
    assert run_broadcast(broadcast, timeout=20)
    assert states(broadcast) == {"accepted": 8, "failed": 2}
    by_number = {row.number: row for row in rows_of(broadcast)}
    assert by_number[number(3)].error_code == "21610"
    assert "opted out" in (by_number[number(3)].error_text or "")
    assert by_number[number(4)].error_code == "21614"
    assert standing(broadcast)["errors"] == {"21610": 1, "21614": 1}


def test_429_and_a_full_queue_wait_and_nobody_is_missed(hub: Hub, twilio: TwilioServer) -> None:
    hub()
    twilio.faults.concurrent = 10
    twilio.faults.queue_full = 5
    twilio.faults.latency = 0.02
    broadcast = make_broadcast(200)
    assert run_broadcast(broadcast, timeout=60)
    assert twilio.bodies() == everybody(200)
    assert twilio.requests["20429"] > 0
    assert twilio.requests["21611"] == 5
    assert states(broadcast) == {"accepted": 200}


def test_where_no_connection_can_be_made_rows_stay_queued(
    hub: Hub, environment: Environment, twilio: TwilioServer
) -> None:
    app = hub(TWILIO_BASE_URL="http://127.0.0.1:1")
    broadcast = make_broadcast(50)
    report = drain(seconds=3)
    assert report.not_taken > 0
    assert report.in_doubt == 0
    assert report.left
    assert states(broadcast) == {"queued": 50}
    assert app is not None


@on_both
def test_doubts_in_a_row_break_the_gateway_and_one_probe_mends_it(
    hub: Hub, twilio: TwilioServer
) -> None:
    app = hub(HUB_LEASE_SECONDS="3")
    twilio.faults.unavailable = True
    broadcast = make_broadcast(600)
    with draining(app):
        wait_until(lambda: state_of_gateway() == "open")
        time.sleep(1.2)
        asked = twilio.requests["503"]
        assert asked < 600
        time.sleep(1.0)
        assert twilio.requests["503"] == asked
        wait_until(lambda: twilio.requests["503"] > asked, 6)
        time.sleep(1)
        assert twilio.requests["503"] == asked + 1
        twilio.faults.unavailable = False
        wait_until(lambda: standing(broadcast)["state"] == "finished", 40)
    assert twilio.bodies() == everybody(600)
    assert state_of_gateway() == "closed"
    kinds = db.session.scalars(select(JournalEntry.kind)).all()
    assert kinds.count("gateway-broken") in (1, 2)  # answers of a busy machine may be late as well


def state_of_gateway() -> str:
    db.session.rollback()
    found = db.session.get(GatewayState, "twilio", populate_existing=True)
    db.session.rollback()
    return "open" if found is not None and found.open_until else "closed"


@pytest.mark.parametrize("environment", ["postgresql"], indirect=True)
def test_database_connections_that_are_cut_cost_nobody_a_text(
    hub: Hub, environment: Environment, twilio: TwilioServer
) -> None:
    hub(HUB_SMS_SEGMENTS_PER_SECOND="60", HUB_LEASE_SECONDS="3")
    broadcast = make_broadcast(300)
    ended = threading.Event()
    cut: list[int] = []

    def cutting() -> None:
        address = environment["HUB_DATABASE_URL"]
        with psycopg.connect(address, autocommit=True) as admin:
            while not ended.wait(0.4):
                others = admin.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                ).fetchone()
                cut.append(others[0] if others else 0)

    thread = threading.Thread(target=cutting)
    thread.start()
    try:
        wait = threading.Timer(4, ended.set)
        wait.start()
        assert run_broadcast(broadcast, timeout=60)
    finally:
        ended.set()
        thread.join(10)
    assert sum(cut) >= 5
    assert twilio.bodies() == everybody(300)


def test_a_database_that_is_busy_holds_sending_up_and_loses_nothing(
    hub: Hub, twilio: TwilioServer
) -> None:
    app = hub(HUB_SMS_SEGMENTS_PER_SECOND="60")
    broadcast = make_broadcast(150)
    with draining(app):
        wait_until(lambda: len(twilio.accepted) > 30)
        with db.engine.connect() as other:
            other.exec_driver_sql("ROLLBACK")
            other.exec_driver_sql("BEGIN IMMEDIATE")
            other.execute(text("UPDATE broadcasts SET reason = NULL"))
            time.sleep(3)
            other.exec_driver_sql("ROLLBACK")
            other.exec_driver_sql("BEGIN")
        wait_until(lambda: standing(broadcast)["state"] == "finished")
    assert twilio.bodies() == everybody(150)
    assert states(broadcast) == {"accepted": 150}
