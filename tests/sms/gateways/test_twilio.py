"""What Twilio's answers mean: taken, refused, not now, a person's matter, or in doubt."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from twilio.base.exceptions import TwilioRestException

from hub import clock
from hub.settings import Settings
from hub.sms.gateways.base import Handover, Kind, Outcome
from hub.sms.gateways.twilio import Twilio, outcome_of
from hub.sms.texts import same_text
from tests.conftest import make_settings
from tests.fakes.twilio_server import TwilioServer
from tests.sms.conftest import settings_for

ITEM = Handover(5, 2, 1, "+4520123456", "da", "Kog vandet", 1, valid_for=600)


@pytest.fixture
def settings(tmp_path: Path, twilio: TwilioServer) -> Settings:
    environment = settings_for(tmp_path, twilio, f"sqlite:///{tmp_path / 'x.sqlite3'}")
    return make_settings(tmp_path, **environment)


def send(settings: Settings, item: Handover = ITEM) -> Outcome:
    async def one() -> Outcome:
        async with Twilio(settings) as gateway:
            return (await gateway.send([item]))[0]

    return asyncio.run(one())


def test_a_message_goes_out_with_sender_callback_and_validity(
    settings: Settings, twilio: TwilioServer
) -> None:
    outcome = send(settings)
    (message,) = twilio.accepted
    assert (outcome.kind, outcome.gateway_id) == (Kind.ACCEPTED, message.sid)
    assert (message.to, message.body, message.sender) == ("+4520123456", "Kog vandet", "Eksempel")
    assert message.validity == "600"
    assert message.callback == "http://127.0.0.1:8000/hooks/twilio/5/2"


def test_every_letter_arrives(settings: Settings, twilio: TwilioServer) -> None:
    body = "Æøå €{}[] + & = % ; \n 🚱 مياه"
    send(settings, replace(ITEM, body=body))
    assert twilio.accepted[0].body == body


def test_where_nobody_can_call_back_no_address_is_given(
    settings: Settings, twilio: TwilioServer
) -> None:
    real = replace(settings, twilio_base_url="")
    assert not real.callbacks
    parameters = Twilio(real)._parameters(ITEM)
    assert "status_callback" not in parameters
    assert parameters["from_"] == "Eksempel"


def test_a_messaging_service_is_named(settings: Settings, twilio: TwilioServer) -> None:
    service = "MG" + "1" * 32
    outcome = send(replace(settings, twilio_messaging_service_sid=service, sms_sender=None))
    assert outcome.kind is Kind.ACCEPTED
    assert twilio.accepted[0].sender == service


def set_lost(server: TwilioServer) -> None:
    server.faults.lost_percent = 100


def set_cut(server: TwilioServer) -> None:
    server.faults.cut_percent = 100


def set_error(server: TwilioServer) -> None:
    server.faults.error_percent = 100


def set_garbled(server: TwilioServer) -> None:
    server.faults.garbled_percent = 100


def set_unavailable(server: TwilioServer) -> None:
    server.faults.unavailable = True


@pytest.mark.parametrize("fault", [set_lost, set_cut, set_error, set_garbled, set_unavailable])
def test_an_answer_that_is_missing_or_unreadable_leaves_doubt(
    settings: Settings, twilio: TwilioServer, fault: Callable[[TwilioServer], None]
) -> None:
    fault(twilio)
    outcome = send(settings)
    assert outcome.kind is Kind.DOUBT
    assert outcome.words


def test_a_dead_connection_does_not_hang_a_sender(settings: Settings, twilio: TwilioServer) -> None:
    twilio.faults.hang_percent = 100
    began = time.monotonic()
    outcome = send(replace(settings, lease_seconds=4))
    assert outcome.kind is Kind.DOUBT
    assert 0.9 < time.monotonic() - began < 3


def test_no_connection_is_certainly_not_taken(settings: Settings) -> None:
    outcome = send(replace(settings, twilio_base_url="http://127.0.0.1:1"))
    assert outcome.kind is Kind.LATER


def test_a_name_that_does_not_resolve_is_certainly_not_taken(settings: Settings) -> None:
    outcome = send(replace(settings, twilio_base_url="http://nowhere.invalid"))
    assert outcome.kind is Kind.LATER


def rest(status: int, code: int | None) -> TwilioRestException:
    words = "Unable to create record: the number +45 20 12 34 56 is bad"
    return TwilioRestException(status, "/x", words, code if code is not None else status, "POST")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 21211, Kind.REFUSED),
        (400, 21610, Kind.REFUSED),
        (400, 21614, Kind.REFUSED),
        (400, 21635, Kind.REFUSED),
        (400, 21612, Kind.REFUSED),
        (400, 21408, Kind.REFUSED),
        (400, 29998, Kind.REFUSED),
        (401, 20003, Kind.CONFIGURATION),
        (400, 21212, Kind.CONFIGURATION),
        (400, 21606, Kind.CONFIGURATION),
        (400, 21603, Kind.CONFIGURATION),
        (400, 21609, Kind.CONFIGURATION),
        (400, 21617, Kind.CONFIGURATION),
        (404, 21701, Kind.CONFIGURATION),
        (403, 29998, Kind.CONFIGURATION),
        (429, 20429, Kind.LATER),
        (429, None, Kind.LATER),
        (400, 21611, Kind.LATER),
        (500, None, Kind.DOUBT),
        (500, 20500, Kind.DOUBT),
        (502, None, Kind.DOUBT),
        (503, None, Kind.DOUBT),
        (504, None, Kind.DOUBT),
        (302, None, Kind.DOUBT),
        (400, None, Kind.DOUBT),
        (407, None, Kind.DOUBT),
    ],
)
def test_each_answer_has_its_kind(status: int, code: int | None, kind: Kind) -> None:
    outcome = outcome_of(rest(status, code), ITEM, left=True)
    assert outcome.kind is kind
    assert outcome.words
    assert "12 34" not in outcome.words


def test_no_telephone_number_is_logged(
    settings: Settings, twilio: TwilioServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def both() -> None:
        async with Twilio(settings) as gateway:
            await gateway.send([ITEM])
            await gateway.find(ITEM.number, clock.now())
            twilio.faults.list_fails = True
            assert await gateway.find(ITEM.number, clock.now()) is None

    with caplog.at_level(logging.DEBUG):
        asyncio.run(both())
    assert "20123456" not in caplog.text


def test_a_list_is_whole_and_newest_first(settings: Settings, twilio: TwilioServer) -> None:
    twilio.page_limit = 2

    async def listed() -> list[str] | None:
        async with Twilio(settings) as gateway:
            for index in range(5):
                await gateway.send([replace(ITEM, body=f"text {index}")])
                twilio.accepted[-1].created -= timedelta(seconds=9 - index)
            await gateway.send([replace(ITEM, number="+4520999999")])
            found = await gateway.find(ITEM.number, clock.now() - timedelta(minutes=1))
            return None if found is None else [item.body for item in found]

    assert asyncio.run(listed()) == [f"text {index}" for index in (4, 3, 2, 1, 0)]
    assert twilio.lists == 3


def test_a_status_is_asked_for(settings: Settings, twilio: TwilioServer) -> None:
    twilio.faults.last_status, twilio.faults.last_error = "undelivered", 30003
    twilio.faults.status_after = 0

    async def asked() -> tuple[str, str | None, bool]:
        async with Twilio(settings) as gateway:
            outcome = (await gateway.send([ITEM]))[0]
            found = await gateway.status(outcome.gateway_id or "")
            missing = await gateway.status("SM404")
            assert found is not None
            return found.said.value, found.code, missing is None

    assert asyncio.run(asked()) == ("undelivered", "30003", True)


@pytest.mark.parametrize(
    ("listed", "same"),
    [
        ("Kog vandet – nu", True),
        ("Kog vandet - nu", True),
        ("Kog vandet - nu \n", True),
        ("Sent from your Twilio trial account - Kog vandet - nu", True),
        ("Kog vandet - nu!", False),
        ("Kog vandet", False),
        ("", False),
    ],
)
def test_our_text_is_known_again_as_twilio_lists_it(listed: str, same: bool) -> None:
    assert same_text("Kog vandet – nu", listed) is same


def test_a_claim_that_grew_old_while_its_connection_was_made_does_not_leave(
    settings: Settings, twilio: TwilioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the process is frozen between the first look at the claim and the wire."""
    monkeypatch.setattr("hub.sms.gateways.twilio.steady", lambda: 0.0)
    monkeypatch.setattr("hub.sms.gateways.wire.steady", lambda: 100.0)
    outcome = send(settings, replace(ITEM, not_after=50.0))
    assert outcome.kind is Kind.LATER
    assert twilio.accepted == []
    assert twilio.requests.total() == 0
