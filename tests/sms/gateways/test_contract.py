"""Every gateway keeps the one contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub.settings import Settings
from hub.sms.gateways.gatewayapi import GatewayAPI
from hub.sms.gateways.outbox import Outbox
from hub.sms.gateways.twilio import Twilio
from tests.conftest import make_settings
from tests.fakes import gatewayapi_server
from tests.fakes.gatewayapi_server import GatewayAPIServer
from tests.fakes.twilio_server import ACCOUNT, TOKEN, TwilioServer
from tests.sms.gateway_contract import REFUSED, GatewayContract, ProviderContract

NOWHERE = "http://127.0.0.1:1"


class OutboxRig:
    faults = frozenset({"no-connection"})

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.data_dir.mkdir(parents=True, exist_ok=True)

    def open(self) -> Outbox:
        return Outbox(self.settings)

    def taken(self) -> list[tuple[str, str]]:
        path = self.settings.data_dir / "outbox.jsonl"
        # not splitlines: a text may hold one of Unicode's own line ends
        lines = path.read_text().split("\n")[:-1] if path.exists() else []
        return [(line["to"], line["body"]) for line in map(json.loads, lines)]

    def set(self, fault: str) -> None:
        assert fault == "no-connection"
        self.settings = replace(self.settings, data_dir=self.settings.data_dir / "gone")


class TwilioRig:
    faults = frozenset(
        {"lost", "cut", "error", "garbled", "unavailable", "hang", "no-connection", "configuration"}
        | {"busy", "refused"}
    )

    def __init__(self, settings: Settings, server: TwilioServer) -> None:
        self.settings, self.server = settings, server

    def open(self) -> Twilio:
        return Twilio(self.settings)

    def taken(self) -> list[tuple[str, str]]:
        return [(item.to, item.body) for item in self.server.accepted]

    def set(self, fault: str) -> None:
        faults = self.server.faults
        if fault == "no-connection":
            self.settings = replace(self.settings, twilio_base_url=NOWHERE)
        elif fault == "configuration":
            faults.refuse = (401, 20003)
        elif fault == "busy":
            faults.refuse = (429, 20429)
        elif fault == "refused":
            faults.landlines = {REFUSED}
        elif fault == "unavailable":
            faults.unavailable = True
        else:
            setattr(faults, f"{fault}_percent", 100.0)


class GatewayAPIRig:
    faults = TwilioRig.faults

    def __init__(self, settings: Settings, server: GatewayAPIServer) -> None:
        self.settings, self.server = settings, server

    def open(self) -> GatewayAPI:
        return GatewayAPI(self.settings)

    def taken(self) -> list[tuple[str, str]]:
        return [(item.to, item.body) for item in self.server.accepted]

    def set(self, fault: str) -> None:
        faults = self.server.faults
        if fault == "no-connection":
            self.settings = replace(self.settings, gatewayapi_base_url=NOWHERE)
        elif fault == "configuration":
            self.settings = replace(self.settings, gatewayapi_token="wrong")
        elif fault == "busy":
            faults.too_many = 1000
        elif fault == "refused":
            faults.invalid = {REFUSED}
        elif fault == "unavailable":
            faults.unavailable = True
        else:
            setattr(faults, f"{fault}_percent", 100.0)


class TestOutbox(GatewayContract):
    @pytest.fixture
    def rig(self, settings: Settings) -> OutboxRig:
        return OutboxRig(settings)


class TestTwilio(ProviderContract):
    @pytest.fixture
    def rig(self, tmp_path: Path, twilio: TwilioServer) -> TwilioRig:
        settings = make_settings(
            tmp_path,
            HUB_GATEWAYS="twilio",
            HUB_SMS_SENDER="Eksempel",
            HUB_LEASE_SECONDS="4",
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_BASE_URL=twilio.url,
        )
        return TwilioRig(settings, twilio)


class TestGatewayAPI(ProviderContract):
    @pytest.fixture
    def rig(self, tmp_path: Path) -> Iterator[GatewayAPIRig]:
        with gatewayapi_server.running() as server:
            server.faults.callbacks = False
            settings = make_settings(
                tmp_path,
                HUB_GATEWAYS="gatewayapi",
                HUB_SMS_SENDER="Eksempel",
                HUB_LEASE_SECONDS="4",
                **server.hub_settings,
            )
            yield GatewayAPIRig(settings, server)
