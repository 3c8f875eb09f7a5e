"""The gateways' page, and deciding about unknown outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub import clock
from hub.database import db, deciding
from hub.models import Delivery, GatewayState, JournalEntry
from hub.sms import steering
from tests.desk.conftest import CLEO, EVA, Browser
from tests.desk.happening import incident, live, town_list
from tests.desk.pages import check_page

LoginAs = Callable[[str], Browser]
pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def two(app: Flask) -> Iterator[None]:
    """The settings name two gateways."""
    before = app.config["HUB"]
    app.config["HUB"] = replace(before, gateways=("twilio", "gatewayapi"))
    yield
    app.config["HUB"] = before


def kinds() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(JournalEntry.kind).order_by(JournalEntry.number)))


def test_a_gateway_in_trouble_says_why_and_since_when(two: None, login_as: LoginAs) -> None:
    now = clock.now()
    with deciding() as session:
        session.add(
            GatewayState(
                gateway="twilio",
                doubts=5,
                fault="doubt",
                reason="Twilio answered 503",
                since=now - timedelta(minutes=2),
                open_until=now + timedelta(minutes=1),
                openings=1,
                probing=False,
                probes=0,
                hold="",
            )
        )
    page = login_as(EVA).get("/desk/gateways").text
    check_page(page)
    assert "Twilio answered 503" in page
    assert "sat ud af drift" in page
    assert '<form method="post" action="/desk/gateways' not in page  # a viewer decides nothing


def test_a_sender_pins_drains_and_releases_with_a_reason(two: None, login_as: LoginAs) -> None:
    browser = login_as(CLEO)
    assert decide(browser, "gatewayapi", "pin", "Twilio is slow").status_code == 303
    assert {item.gateway: item.use for item in steering.overview(db.session())} == {
        "twilio": "standing by",
        "gatewayapi": "in use",
    }
    assert "Twilio is slow" in browser.get("/desk/gateways").text
    refused = decide(browser, "gatewayapi", "drain", "")
    assert refused.status_code == 422
    check_page(refused.text)
    assert decide(browser, "gatewayapi", "release", "done").status_code == 303
    assert decide(browser, "twilio", "drain", "fibre cut").status_code == 303
    assert decide(browser, "gatewayapi", "drain", "too").status_code == 422
    assert decide(browser, "twilio", "sing", "x").status_code == 400
    assert [kind for kind in kinds() if kind.startswith("gateway")] == [
        "gateway-pinned",
        "gateway-freed",
        "gateway-drained",
    ]


def decide(browser: Browser, name: str, act: str, reason: str):  # type: ignore[no-untyped-def]
    return browser.send(f"/desk/gateways/{name}", page="/desk/gateways", act=act, reason=reason)


def unknown_broadcast() -> tuple[int, list[int]]:
    town_list()
    found = live(incident(), audience="borgere")
    assert found.broadcast is not None
    with deciding() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.broadcast_id == found.broadcast)
            .values(state="unknown", gateway="gatewayapi", attempt=1, doubt_since=clock.now())
        )
    ids = select(Delivery.id).where(Delivery.broadcast_id == found.broadcast).order_by(Delivery.id)
    return found.broadcast, list(db.session.scalars(ids))


def test_an_unknown_one_is_noted_as_received_with_one_click_and_a_reason(login_as: LoginAs) -> None:
    number, ids = unknown_broadcast()
    browser = login_as(CLEO)
    path = f"/desk/broadcast/{number}/again"
    check_page(browser.get(path).text)
    without = browser.send(path, page=path, act="received", one=str(ids[0]), reason="")
    assert without.status_code == 422
    none = browser.send(path, page=path, act="received", reason="they told me")
    assert none.status_code == 422
    done = browser.send(path, page=path, act="received", one=str(ids[0]), reason="they told me")
    assert done.status_code == 303
    again = browser.send(path, page=path, act="again", one=str(ids[1]), reason="they have nothing")
    assert again.status_code == 303
    db.session.rollback()
    states = dict(db.session.execute(select(Delivery.id, Delivery.state)).all())  # type: ignore[arg-type]
    assert (states[ids[0]], states[ids[1]], states[ids[2]]) == ("accepted", "queued", "unknown")
    assert {"unknown-settled", "unknown-requeued"} <= set(kinds())
