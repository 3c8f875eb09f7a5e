"""Sending through GatewayAPI: batches, lost answers that only a receipt resolves, and forged receipts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from hub import clock
from hub.database import db
from hub.models import Delivery
from hub.sms import receipt_inbox
from hub.sms.dispatching import run_broadcast
from hub.sms.receipts import poll
from tests.fakes import gatewayapi_server
from tests.fakes.gatewayapi_server import SECRET, GatewayAPIServer, token
from tests.sms.conftest import Environment, on_both
from tests.sms.making import PLACE, make_broadcast, number, rows_of
from tests.sms.test_receipts import free_port, listening
from tests.sms.watching import everybody, standing, states, wait_until

Hub = Callable[..., Flask]


@pytest.fixture
def server() -> Iterator[GatewayAPIServer]:
    with gatewayapi_server.running() as running:
        running.faults.callbacks = False
        yield running


@pytest.fixture
def batches(environment: Environment, server: GatewayAPIServer) -> Environment:
    """The settings of a hub that sends through the GatewayAPI-like server."""
    environment |= {"HUB_GATEWAYS": "gatewayapi", **server.hub_settings}
    return environment


@on_both
def test_everybody_gets_the_text_once_in_batches(
    hub: Hub, batches: Environment, server: GatewayAPIServer
) -> None:
    hub()
    broadcast = make_broadcast(1200)
    assert run_broadcast(broadcast, timeout=30)
    assert server.bodies() == everybody(1200)
    assert states(broadcast) == {"accepted": 1200}
    assert server.requests.total() < 30
    by_reference = {item.userref: str(item.id) for item in server.accepted}
    assert {f"{row.id}:1": row.gateway_id for row in rows_of(broadcast)} == by_reference


def test_personal_texts_share_a_request(
    hub: Hub, batches: Environment, server: GatewayAPIServer
) -> None:
    hub()
    rows = [{"number": number(index), "Sted": f"Skole {index}"} for index in range(40)]
    texts = {"da": "Eksempel Kommune: Mød i {room}.", "en": "Meet in {room}."}
    broadcast = make_broadcast(rows, texts=texts, slots=(PLACE,))
    assert run_broadcast(broadcast, timeout=30)
    assert server.bodies() == {
        number(index): [f"Eksempel Kommune: Mød i Skole {index}."] for index in range(40)
    }
    assert server.requests.total() < 5


def test_lost_answers_are_resolved_by_receipts_and_nobody_is_told_twice(
    hub: Hub, batches: Environment, server: GatewayAPIServer
) -> None:
    port = free_port()
    app = hub(HUB_PUBLIC_URL=f"http://127.0.0.1:{port}", HUB_SMS_SEGMENTS_PER_SECOND="60")
    faults = server.faults
    faults.callbacks = faults.doubled_callbacks = faults.shuffled_callbacks = True
    faults.lost_percent, faults.error_percent, faults.garbled_percent = 15, 5, 5
    with listening(app, port):
        broadcast = make_broadcast(120)
        assert run_broadcast(broadcast, timeout=60)
        wait_until(
            lambda: receipt_inbox.apply() >= 0 and states(broadcast) == {"delivered": 120}, 30
        )
        answers = set(server.callback_answers)
    assert server.bodies() == everybody(120)
    assert server.requests["lost"] + server.requests["500"] + server.requests["garbled"] > 2
    assert answers == {204}


def test_what_no_receipt_resolves_stays_unknown_and_is_shown(
    hub: Hub, batches: Environment, server: GatewayAPIServer
) -> None:
    hub()
    server.faults.lost_percent = 100
    broadcast = make_broadcast(4)
    assert run_broadcast(broadcast, timeout=20)
    found = standing(broadcast)
    assert (found["state"], states(broadcast)) == ("finished", {"unknown": 4})
    assert found["unknown_oldest"]
    server.faults.lost_percent = 0
    assert run_broadcast(broadcast, timeout=5)
    assert server.bodies() == everybody(4)


def test_the_newer_interfaces_receipts_count_too(
    hub: Hub, batches: Environment, server: GatewayAPIServer
) -> None:
    port = free_port()
    app = hub(HUB_PUBLIC_URL=f"http://127.0.0.1:{port}")
    faults = server.faults
    faults.callbacks = faults.newer_callbacks = True
    faults.last_status, faults.last_code = "UNDELIVERABLE", "0x1010"
    with listening(app, port):
        broadcast = make_broadcast(3)
        assert run_broadcast(broadcast, timeout=20)
        wait_until(lambda: receipt_inbox.apply() >= 0 and states(broadcast) == {"undelivered": 3})
    row = rows_of(broadcast)[0]
    assert (row.error_code, row.error_text) == ("0x1010", "the number is unknown")


def test_a_receipt_counts_only_when_it_is_signed_and_names_the_rows_own_phone(
    hub: Hub, batches: Environment, server: GatewayAPIServer
) -> None:
    app = hub()
    server.faults.lost_percent = 100
    broadcast = make_broadcast(1)
    assert run_broadcast(broadcast, timeout=20)
    (row,) = rows_of(broadcast)
    client = app.test_client()

    def call(claims: dict[str, object], secret: str = SECRET) -> int:
        headers = {"X-Gwapi-Signature": token(claims, secret.encode())}
        body = json.dumps(claims).encode()
        return client.post("/hooks/gatewayapi", data=body, headers=headers).status_code

    claims: dict[str, object] = {
        "id": 77,
        "msisdn": int(number(0)[1:]),
        "status": "DELIVERED",
        "userref": f"{row.id}:1",
    }
    assert call(claims, "guessed") == 403
    assert client.post("/hooks/gatewayapi", data=b"{}").status_code == 403
    assert call({**claims, "msisdn": 4520999999}) == 204
    assert call({**claims, "userref": "somebody else's"}) == 204
    assert call({"id": 1, "msisdn": 1, "message": "STOP", "receiver": 1204}) == 204
    assert now_of(row).state == "unknown"
    assert call(claims) == 204
    assert now_of(row).state == "delivered"


def now_of(row: Delivery) -> Delivery:
    receipt_inbox.apply()
    db.session.rollback()
    return db.session.get_one(Delivery, row.id, populate_existing=True)


def test_what_no_receipt_told_is_asked_for_by_id(
    hub: Hub, batches: Environment, server: GatewayAPIServer
) -> None:
    hub()
    server.faults.status_after = 0
    broadcast = make_broadcast(5)
    assert run_broadcast(broadcast, timeout=20)
    with clock.set_to(clock.now() + timedelta(minutes=6)):
        assert poll() == 5
    assert states(broadcast) == {"delivered": 5}
