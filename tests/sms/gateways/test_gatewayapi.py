"""What GatewayAPI's answers mean, how a refused batch is taken apart, and whose receipts are believed."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.models import DeliveryState
from hub.settings import Settings
from hub.sms.gatewayapi_receipts import notice_of, signed
from hub.sms.gateways.base import Kind
from hub.sms.gateways.gatewayapi import GatewayAPI, said_of, verdict_of
from tests.conftest import make_settings
from tests.fakes import gatewayapi_server
from tests.fakes.gatewayapi_server import SECRET, GatewayAPIServer, token
from tests.sms.gateway_contract import BODY, message, send
from tests.sms.gateways.test_contract import GatewayAPIRig
from tests.sms.making import number


@pytest.fixture
def server() -> Iterator[GatewayAPIServer]:
    with gatewayapi_server.running() as running:
        running.faults.callbacks = False
        yield running


@pytest.fixture
def settings(tmp_path: Path, server: GatewayAPIServer) -> Settings:
    return make_settings(
        tmp_path,
        HUB_GATEWAYS="gatewayapi",
        HUB_SMS_SENDER="Eksempel",
        **server.hub_settings,
    )


@pytest.fixture
def rig(settings: Settings, server: GatewayAPIServer) -> GatewayAPIRig:
    return GatewayAPIRig(settings, server)


def test_five_hundred_messages_are_one_request(rig: GatewayAPIRig) -> None:
    outcomes = send(rig, [message(index) for index in range(700)])
    assert {item.kind for item in outcomes} == {Kind.ACCEPTED}
    assert rig.server.sizes == [500, 200]


def test_a_message_names_its_row_its_sender_and_how_long_it_holds(rig: GatewayAPIRig) -> None:
    send(rig, [replace(message(4), attempt=2, valid_for=600)])
    (taken,) = rig.server.accepted
    assert (taken.userref, taken.sender, taken.validity) == ("5:2", "Eksempel", 600)
    assert taken.callback == "http://127.0.0.1:8000/hooks/gatewayapi"


@pytest.mark.parametrize(("valid_for", "asked"), [(None, 14_400), (5, 60), (99_999, 14_400)])
def test_a_message_holds_a_minute_at_least(
    rig: GatewayAPIRig, valid_for: int | None, asked: int
) -> None:
    send(rig, [message(0, valid_for=valid_for)])
    assert rig.server.accepted[0].validity == asked


def test_the_alphabet_is_the_one_that_the_preview_counted(settings: Settings) -> None:
    gateway = GatewayAPI(settings)
    assert gateway.message(message(0, "Æøå €{}"))["encoding"] == "UTF8"
    assert gateway.message(message(0, "Æøå – ç"))["encoding"] == "UCS2"


def test_without_a_secret_no_receipts_are_asked_for(settings: Settings) -> None:
    without = GatewayAPI(replace(settings, gatewayapi_webhook_secret=""))
    assert "callback_url" not in without.message(message(0))
    hidden = GatewayAPI(replace(settings, gatewayapi_base_url="https://gatewayapi.eu"))
    assert "callback_url" not in hidden.message(message(0))


def test_a_number_that_is_named_costs_one_more_request(rig: GatewayAPIRig) -> None:
    rig.server.faults.blocked = {number(7)}
    outcomes = send(rig, [message(index) for index in range(100)])
    assert [item.kind for item in outcomes].count(Kind.ACCEPTED) == 99
    assert (outcomes[7].kind, outcomes[7].code) == (Kind.REFUSED, "0x0215")
    assert rig.server.requests["0x0215"] == 1
    assert rig.server.sizes == [99]


def test_several_bad_numbers_are_found_without_telling_anybody_twice(rig: GatewayAPIRig) -> None:
    bad = {3, 4, 77, 499}
    rig.server.faults.invalid = {number(index) for index in bad}
    outcomes = send(rig, [message(index) for index in range(500)])
    assert {index for index, item in enumerate(outcomes) if item.kind is Kind.REFUSED} == bad
    assert rig.server.bodies() == {number(i): [BODY] for i in range(500) if i not in bad}
    assert sum(rig.server.requests.values()) < 60


def test_a_link_in_one_text_stops_that_text_only(rig: GatewayAPIRig) -> None:
    rig.server.faults.link = "eksempel.dk"
    texts = [f"Se eksempel.dk {index}" if index < 2 else BODY for index in range(8)]
    outcomes = send(rig, [message(index, text) for index, text in enumerate(texts)])
    assert [item.kind for item in outcomes] == [Kind.CONFIGURATION] * 2 + [Kind.ACCEPTED] * 6
    assert "dashboard" in (outcomes[0].words or "")


def test_a_refusal_of_everything_that_nobody_knows_is_not_asked_for_each_row(
    rig: GatewayAPIRig,
) -> None:
    rig.server.faults.refuse = (422, "0x0399")
    outcomes = send(rig, [message(index) for index in range(500)])
    kinds = [item.kind for item in outcomes]
    assert kinds.count(Kind.REFUSED) == 6
    assert kinds.count(Kind.LATER) == 494
    assert rig.server.requests.total() < 30


def test_a_status_is_asked_for_by_the_messages_id(rig: GatewayAPIRig) -> None:
    faults = rig.server.faults
    faults.status_after, faults.last_status, faults.last_code = 0, "UNDELIVERABLE", "0x1010"
    (outcome,) = send(rig, [message(0)])

    async def asked() -> tuple[str, str | None]:
        async with rig.open() as gateway:
            found = await gateway.status(outcome.gateway_id or "")
            assert found is not None
            return found.said.value, found.code

    assert asyncio.run(asked()) == ("undelivered", "0x1010")


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (200, {"ids": [1, 2]}, Kind.ACCEPTED),
        (200, {"ids": [1]}, Kind.DOUBT),
        (200, {"ids": ["1", None]}, Kind.DOUBT),
        (200, {}, Kind.DOUBT),
        (200, None, Kind.DOUBT),
        (202, {"ids": [1, 2]}, Kind.DOUBT),
        (302, None, Kind.DOUBT),
        (400, {"code": "0x0222", "message": "x"}, Kind.CONFIGURATION),
        (401, {"message": "Invalid"}, Kind.CONFIGURATION),
        (401, None, Kind.DOUBT),
        (403, {"code": "0x0213", "message": "x"}, Kind.CONFIGURATION),
        (403, {"code": "0x0216", "message": "Insufficient credit"}, Kind.CONFIGURATION),
        (403, {"code": "0x0215", "message": "x"}, Kind.REFUSED),
        (403, {"message": "x"}, Kind.CONFIGURATION),
        (404, None, Kind.CONFIGURATION),
        (408, {"message": "x"}, Kind.DOUBT),
        (422, {"code": "0x0312", "message": "x"}, Kind.CONFIGURATION),
        (422, {"code": "0x0310", "message": "x"}, Kind.REFUSED),
        (422, {"code": "0x021f", "message": "x"}, Kind.REFUSED),
        (422, {"code": "0x0309", "message": "x"}, Kind.LATER),
        (422, {"message": "the number +45 20 12 34 56 is bad"}, Kind.REFUSED),
        (429, None, Kind.LATER),
        (500, {"code": "0x0216", "message": "x"}, Kind.DOUBT),
        (503, None, Kind.DOUBT),
    ],
)
def test_each_answer_has_its_kind(status: int, answer: Any, kind: Kind) -> None:
    verdict = verdict_of(status, answer, [number(0), number(1)])
    assert verdict.kind is kind
    assert verdict.words or kind is Kind.ACCEPTED
    assert "12 34" not in (verdict.words or "")


def test_a_status_that_comes_later_means_that_it_has_the_message() -> None:
    assert said_of("SOMETHING NEW") is DeliveryState.ACCEPTED
    assert said_of("delivered") is DeliveryState.DELIVERED


CLAIMS = {"id": 9, "msisdn": 4520000000, "status": "DELIVERED", "userref": "5:2", "code": None}


def test_what_was_signed_either_way_is_believed() -> None:
    secret = SECRET.encode()
    assert signed({"X-Gwapi-Signature": token(CLAIMS, secret)}, b"", secret) == CLAIMS
    body = json.dumps({"event": {"msg_id": "01J", "reference": "5:2"}}).encode()
    right = f"v1={hmac.digest(secret, body, 'sha256').hex()}"
    assert signed({"Signature": right}, body, secret) == {"msg_id": "01J", "reference": "5:2"}


def test_the_documented_example_of_a_token_is_believed() -> None:
    example = (
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpZCI6MjM4MTcwMywibXNpc2RuIjo0NTQyNjA5MDQ1LCJ0aW1lIjoxNTIyNzY0MDYy"
        "LCJzdGF0dXMiOiJERUxJVkVSRUQiLCJlcnJvciI6bnVsbCwiY29kZSI6bnVsbCwidXNlcnJlZiI6bnVsbCwiY2FsbGJhY2tfdXJsIjoi"
        "aHR0cDovL2JiYWY3MTQyLm5ncm9rLmlvIiwiYXBpIjo0fQ.KdfDH65bnQtgxEkFnpAQodOciAJedZFB13r9wEo8t3Y"
    )
    said = signed({"X-Gwapi-Signature": example}, b"", b"secret")
    assert said is not None
    assert (said["id"], said["status"]) == (2381703, "DELIVERED")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Gwapi-Signature": token(CLAIMS, b"guessed")},
        {"X-Gwapi-Signature": token(CLAIMS, SECRET.encode(), algorithm="none")},
        {"X-Gwapi-Signature": token(CLAIMS, SECRET.encode()).rpartition(".")[0] + "."},
        {"X-Gwapi-Signature": "x"},
        {"X-Gwapi-Signature": "x.y.z"},
        {"Signature": "v1="},
        {"Signature": f"v0={hmac.digest(SECRET.encode(), b'{}', 'sha256').hex()}"},
        {"Signature": hmac.digest(SECRET.encode(), b"{}", "sha256").hex()},
        {"Signature": "v1=" + "0" * 64},
    ],
)
def test_anything_else_is_refused(headers: dict[str, str]) -> None:
    assert signed(headers, b"{}", SECRET.encode()) is None


def test_without_a_secret_nothing_is_believed() -> None:
    assert signed({"X-Gwapi-Signature": token(CLAIMS, b"")}, b"", b"") is None


@given(st.text(max_size=80), st.binary(max_size=80))
def test_no_header_or_body_breaks_the_check(header: str, body: bytes) -> None:
    assert signed({"X-Gwapi-Signature": header}, body, b"secret") is None
    assert signed({"Signature": header}, body, b"secret") is None


@given(
    st.dictionaries(
        st.sampled_from(["id", "msg_id", "msisdn", "recipient", "status", "userref", "error"]),
        st.one_of(st.none(), st.integers(), st.text(max_size=30), st.lists(st.integers())),
    )
)
def test_a_notification_of_any_shape_is_read_or_left(said: dict[str, Any]) -> None:
    found = notice_of(said)
    assert found is None or (found.number.startswith("+") and len(found.status) <= 20)


def test_a_notification_in_either_form_names_its_row() -> None:
    old = notice_of({**CLAIMS, "status": "UNDELIVERABLE", "error": "x", "code": "0x1010"})
    new = notice_of(
        {
            "msg_id": "9",
            "recipient": 4520000000,
            "reference": "5:2",
            "status": "UNDELIVERABLE",
            "error": {"hex_code": "0x1010", "details": "x"},
        }
    )
    assert old == new
    assert old is not None
    assert (old.delivery, old.attempt, old.number, old.code) == (5, 2, number(0), "0x1010")
