"""Receipts: late, twice, out of order, before the answer, forged."""

from __future__ import annotations

import itertools
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server

from hub import clock
from hub.database import db, deciding
from hub.models import Delivery, DeliveryState, Receipt
from hub.sms import receipt_inbox
from hub.sms.dispatching import run_broadcast
from hub.sms.receipts import poll, record
from hub.sms.twilio_receipts import twilio_callback
from tests.fakes.twilio_server import ACCOUNT, TOKEN, TwilioServer
from tests.sms.conftest import on_both
from tests.sms.making import make_broadcast, number, rows_of
from tests.sms.test_reconciling import make_unknown
from tests.sms.watching import everybody, states, wait_until

Hub = Callable[..., Flask]
SAYS = {
    "queued": DeliveryState.ACCEPTED,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.UNDELIVERED,
    "failed": DeliveryState.FAILED,
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def listening(app: Flask, port: int) -> Iterator[None]:
    """The application's own public routes on loopback."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(10)


@pytest.fixture
def row(app: Flask) -> Delivery:
    broadcast = make_broadcast(1)
    make_unknown(broadcast)
    return rows_of(broadcast)[0]


def tell(
    row: Delivery, status: str, *, sid: str = "SM1", attempt: int = 1, code: str | None = None
) -> bool:
    return record(row.id, attempt, "twilio", sid, status, code, said=SAYS[status])


def now_of(row: Delivery) -> Delivery:
    db.session.rollback()
    return db.session.get_one(Delivery, row.id, populate_existing=True)


@pytest.mark.parametrize("order", list(itertools.permutations(["queued", "sent", "delivered"])))
def test_receipts_in_any_order_and_twice_end_in_the_same_state(
    row: Delivery, order: tuple[str, ...]
) -> None:
    for status in [*order, *order]:
        tell(row, status)
    assert now_of(row).state == "delivered"
    assert db.session.query(Receipt).count() == 3


def test_a_final_state_stands(row: Delivery) -> None:
    assert tell(row, "undelivered", code="30003")
    assert not tell(row, "delivered")
    found = now_of(row)
    assert (found.state, found.error_code) == ("undelivered", "30003")
    assert "out of reach" in (found.error_text or "")


@pytest.mark.parametrize("state", ["queued", "claimed", "unknown", "skipped"])
def test_a_receipt_is_evidence_whatever_the_row_was_thought_to_be(
    row: Delivery, state: str
) -> None:
    with deciding() as session:
        session.execute(update(Delivery).values(state=state, skip_reason="stopped"))
    assert tell(row, "sent")
    found = now_of(row)
    assert (found.state, found.gateway_id, found.skip_reason) == ("sent", "SM1", None)


def test_a_receipt_takes_its_message_from_a_row_that_only_seemed_to_own_it(app: Flask) -> None:
    first, second = make_broadcast(1), make_broadcast(1, name="second")
    make_unknown(first, state="accepted", gateway_id="SM1")
    make_unknown(second)
    assert tell(rows_of(second)[0], "delivered")
    held, owner = rows_of(first)[0], rows_of(second)[0]
    assert (owner.state, owner.gateway_id) == ("delivered", "SM1")
    assert (held.state, held.gateway_id) == ("unknown", None)


def test_a_receipt_for_nobody_is_ignored_and_logs_no_number(
    row: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert not record(
            99_999, 1, "twilio", "SM1", "sent", said=DeliveryState.SENT, number="+4520123456"
        )
        assert not record(
            row.id, 1, "twilio", "SM1", "sent", said=DeliveryState.SENT, number="+4520123456"
        )
    assert now_of(row).state == "unknown"
    assert db.session.query(Receipt).count() == 0
    assert "0123456" not in caplog.text
    assert "ending in 56" in caplog.text


def form_for(to: str, status: str = "delivered") -> dict[str, str]:
    return {
        "MessageSid": "SM1",
        "SmsSid": "SM1",
        "MessageStatus": status,
        "To": to,
        "From": "Eksempel",
        "AccountSid": ACCOUNT,
        "A field that came later": "x",
    }


def test_a_callback_counts_only_when_twilio_signed_it_over_our_public_address(
    hub: Hub, twilio: TwilioServer
) -> None:
    hub(HUB_PUBLIC_URL="https://besked.example.dk")
    broadcast = make_broadcast(1)
    make_unknown(broadcast)
    path = f"/hooks/twilio/{rows_of(broadcast)[0].id}/1"
    form = form_for(number(0))
    public = "https://besked.example.dk" + path
    inside = "http://10.0.0.7:8000" + path
    good = RequestValidator(TOKEN).compute_signature(public, form)
    over_inside = RequestValidator(TOKEN).compute_signature(inside, form)
    forged = RequestValidator("guessed").compute_signature(public, form)
    for signature in ("", forged, over_inside):
        assert twilio_callback(inside, form, signature) == 403
    assert twilio_callback(inside, {**form, "MessageStatus": "failed"}, good) == 403
    assert rows_of(broadcast)[0].state == "unknown"
    assert twilio_callback(inside, form, good) == 204
    assert rows_of(broadcast)[0].state == "delivered"
    with_query = RequestValidator(TOKEN).compute_signature(public + "?a=1", form)
    assert twilio_callback(public + "?a=1", form, with_query) == 204
    assert twilio_callback("https://besked.example.dk/hooks/twilio/x/1", form, good) == 404


@on_both
def test_callbacks_doubled_shuffled_and_before_the_answer_bring_everybody_home(
    hub: Hub, twilio: TwilioServer
) -> None:
    port = free_port()
    app = hub(HUB_PUBLIC_URL=f"http://127.0.0.1:{port}")
    twilio.faults.callbacks = True
    twilio.faults.doubled_callbacks = twilio.faults.shuffled_callbacks = True
    with listening(app, port):
        broadcast = make_broadcast(40)
        assert run_broadcast(broadcast, timeout=30)
        wait_until(lambda: receipt_inbox.apply() >= 0 and states(broadcast) == {"delivered": 40})
        twilio.faults.early_callbacks = True
        second = make_broadcast(40, name="second")
        assert run_broadcast(second, timeout=30)
        assert states(second) == {"delivered": 40}
        wait_until(lambda: twilio.callback_answers.total() == 40 * 4 + 40)
    assert set(twilio.callback_answers) == {204}
    assert {row.gateway_id for row in rows_of(second)} == {
        item.sid for item in twilio.accepted[40:]
    }


def test_a_lost_answer_is_found_by_its_receipt_where_lists_fail(
    hub: Hub, twilio: TwilioServer
) -> None:
    port = free_port()
    app = hub(HUB_PUBLIC_URL=f"http://127.0.0.1:{port}")
    twilio.faults.callbacks = twilio.faults.list_fails = True
    twilio.faults.lost_percent = 100
    with listening(app, port):
        broadcast = make_broadcast(4)
        assert run_broadcast(broadcast, timeout=30)
    assert states(broadcast) == {"delivered": 4}
    assert twilio.bodies() == everybody(4)


def test_polling_asks_for_what_no_receipt_told(hub: Hub, twilio: TwilioServer) -> None:
    hub()
    broadcast = make_broadcast(6)
    assert run_broadcast(broadcast, timeout=20)
    assert states(broadcast) == {"accepted": 6}
    assert poll() == 0  # too early: a receipt may still come
    with clock.set_to(clock.now() + timedelta(minutes=6)):
        assert poll(most=4) == 4
        assert poll() == 2
        assert poll() == 0
    assert states(broadcast) == {"delivered": 6}


def test_polling_ends_after_two_days(hub: Hub, twilio: TwilioServer) -> None:
    hub()
    twilio.faults.last_status = "sent"
    broadcast = make_broadcast(2)
    assert run_broadcast(broadcast, timeout=20)
    with clock.set_to(clock.now() + timedelta(hours=49)):
        assert poll() == 0
    assert states(broadcast) == {"accepted": 2}
