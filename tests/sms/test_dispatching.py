"""Sending through a Twilio-like server: everybody once, in time, in order, and nobody after a stop."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from hub.database import db
from hub.sms.dispatching import run_broadcast
from hub.sms.standing import status
from tests.fakes.twilio_server import TwilioServer
from tests.sms.making import TEXTS, make_broadcast, number

Hub = Callable[..., Flask]


def test_everybody_gets_the_text_once(hub: Hub, twilio: TwilioServer) -> None:
    hub()
    broadcast = make_broadcast(300)
    assert run_broadcast(broadcast, timeout=30)
    assert twilio.bodies() == {number(index): [TEXTS["da"]] for index in range(300)}
    found = status(db.session(), broadcast)
    assert found["state"] == "finished"
    assert found["deliveries"]["accepted"] == 300
    assert twilio.accepted[0].validity == "14400"
