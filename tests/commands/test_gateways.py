"""`hub gateway` and `hub broadcast unknown|requeue|received`: what an operator sees and decides at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from hub.commands.gateways import gateway
from hub.commands.unknowns import received, requeue, unknown
from hub.errors import Conflict, HubError
from hub.journal import Actor
from hub.models import Role
from tests.sms.making import make_broadcast, rows_of
from tests.sms.test_reconciling import make_unknown

CLEO = "cleo@example.dk"


@pytest.fixture(autouse=True)
def two(app: Flask, person: Callable[..., Actor]) -> None:
    """Two gateways, and one who may decide."""
    app.config["HUB"] = replace(app.config["HUB"], gateways=("twilio", "gatewayapi"))
    person(CLEO, Role.SENDER)


def run(command: click.Command, *words: object) -> str:
    result = CliRunner().invoke(command, [str(word) for word in words])
    if isinstance(result.exception, HubError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def uses() -> dict[str, str]:
    return {item["gateway"]: item["use"] for item in json.loads(run(gateway, "list", "--json"))}


def test_a_gateway_is_pinned_drained_and_released(app: Flask) -> None:
    assert uses() == {"twilio": "in use", "gatewayapi": "standing by"}
    run(gateway, "pin", "gatewayapi", "--reason", "Twilio is slow", "--as", CLEO)
    assert uses() == {"twilio": "standing by", "gatewayapi": "in use"}
    assert f"pinned by {CLEO}" in run(gateway, "list")
    assert "Twilio is slow" in run(gateway, "list")
    run(gateway, "release", "gatewayapi", "--reason", "done", "--as", CLEO)
    run(gateway, "drain", "twilio", "--reason", "fibre cut", "--as", CLEO)
    assert uses() == {"twilio": "drained", "gatewayapi": "in use"}
    with pytest.raises(Conflict, match="hub broadcast pause"):
        run(gateway, "drain", "gatewayapi", "--reason", "too", "--as", CLEO)


def test_unknown_outcomes_are_named_and_decided_one_by_one(app: Flask) -> None:
    broadcast = make_broadcast(3)
    make_unknown(broadcast, gateway="gatewayapi")
    named: list[dict[str, Any]] = json.loads(run(unknown, broadcast, "--json"))
    assert [item["number_ends_in"] for item in named] == ["00", "01", "02"]
    assert "+4520" not in run(unknown, broadcast)
    assert "the oldest since" in run(gateway, "list")
    first, second, third = (item["delivery"] for item in named)
    run(received, broadcast, "--delivery", first, "--reason", "she phoned", "--as", CLEO)
    run(requeue, broadcast, "--delivery", second, "--reason", "he has nothing", "--as", CLEO)
    states = {row.id: row.state for row in rows_of(broadcast)}
    assert states == {first: "accepted", second: "queued", third: "unknown"}
    with pytest.raises(Conflict):
        run(received, broadcast, "--delivery", first, "--reason", "again", "--as", CLEO)
    with pytest.raises(Conflict, match="repeat_is_harmless"):
        run(requeue, broadcast, "--reason", "all of them", "--as", CLEO)
