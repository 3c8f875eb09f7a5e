"""Twilio's callbacks reach the receipts with just what their signature covers."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from hub.application import create_app
from hub.database import db
from tests.conftest import make_settings, set_up_database

TOKEN = "0123456789abcdef0123456789abcdef"
FORM = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "delivered", "To": "+4520123456"}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    app: Flask = create_app(
        make_settings(
            tmp_path,
            HUB_GATEWAYS="twilio",
            HUB_SMS_SENDER="Eksempel",
            TWILIO_ACCOUNT_SID="AC" + "0" * 32,
            TWILIO_AUTH_TOKEN=TOKEN,
            HUB_PUBLIC_URL="https://hub.eksempel.dk/under",
        )
    )
    with app.app_context():
        set_up_database()
        db.session.remove()
    return app.test_client()


def signed(path: str, form: dict[str, str]) -> str:
    return RequestValidator(TOKEN).compute_signature(f"https://hub.eksempel.dk/under{path}", form)


@pytest.mark.parametrize("query", ["", "?bodySHA256=abc&x=%C3%A6"])
def test_what_twilio_signed_over_our_public_address_is_taken(
    client: FlaskClient, query: str
) -> None:
    path = f"/hooks/twilio/7/1{query}"
    answer = client.post(path, data=FORM, headers={"X-Twilio-Signature": signed(path, FORM)})
    assert answer.status_code == 204
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("signature", ["", "x", signed("/hooks/twilio/7/2", FORM)])
def test_anything_else_is_refused(client: FlaskClient, signature: str) -> None:
    answer = client.post("/hooks/twilio/7/1", data=FORM, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 403


def test_a_changed_field_is_refused(client: FlaskClient) -> None:
    signature = signed("/hooks/twilio/7/1", FORM)
    answer = client.post(
        "/hooks/twilio/7/1",
        data={**FORM, "MessageStatus": "failed"},
        headers={"X-Twilio-Signature": signature},
    )
    assert answer.status_code == 403


def test_a_callback_can_only_be_posted(client: FlaskClient) -> None:
    assert client.get("/hooks/twilio/7/1").status_code in (404, 405, 503)
