"""Unknown outcomes: found out by evidence, never guessed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from hub import clock
from hub.database import db, deciding
from hub.errors import Conflict, Invalid
from hub.models import Broadcast, Delivery, DeliveryState
from hub.sms import broadcasts, upkeep
from hub.sms.dispatching import run_broadcast
from hub.sms.gateways.base import Found
from hub.sms.reconciling import Reconciler
from hub.sms.standing import status
from tests.fakes.twilio_server import TwilioServer
from tests.sms.conftest import on_both
from tests.sms.making import TEXTS, make_broadcast, number, rows_of
from tests.sms.watching import everybody, make_officer, standing, states

Hub = Callable[..., Flask]
LEASE = 60.0


@on_both
def test_lost_answers_with_a_lagging_list_double_nobody(hub: Hub, twilio: TwilioServer) -> None:
    hub(HUB_LEASE_SECONDS="3")
    faults = twilio.faults
    faults.lost_percent, faults.cut_percent = 8, 5
    faults.error_percent, faults.garbled_percent = 3, 3
    faults.hang_percent, faults.hang_seconds = 2, 5
    faults.list_lag = 2.0
    broadcast = make_broadcast(250)
    assert run_broadcast(broadcast, timeout=90)
    assert twilio.bodies() == everybody(250)
    assert states(broadcast).get("unknown", 0) == 0
    assert twilio.requests["lost"] > 5
    assert twilio.requests["cut"] > 3


def test_what_the_gateway_has_not_sent_yet_is_found_too(hub: Hub, twilio: TwilioServer) -> None:
    """Its date filter would hide it, and its list lags: the text would go out a second time."""
    hub(HUB_LEASE_SECONDS="2")
    faults = twilio.faults
    faults.lost_percent, faults.status_after, faults.list_lag = 100, 3600, 1.5
    broadcast = make_broadcast(4)
    assert run_broadcast(broadcast, timeout=30)
    assert states(broadcast) == {"accepted": 4}
    assert twilio.bodies() == everybody(4)
    assert twilio.lists > 4  # asked before they showed, and again
    assert twilio.date_filters == 0


class Listing:
    """A gateway of which only the list is asked; `lists` maps a number to what it lists, None is a failed list."""

    name = "twilio"
    batch_limit = 1
    in_flight = 1

    def __init__(self, **lists: list[Found] | None) -> None:
        self.lists: dict[str, list[Found] | None] = lists
        self.asked: list[str] = []

    async def find(self, number: str, since: datetime) -> list[Found] | None:
        self.asked.append(number)
        listed = self.lists.get(number, [])
        return None if listed is None else [item for item in listed if item.made_at >= since]


def found(sid: str, made_at: datetime, body: str = TEXTS["da"], said: str = "accepted") -> Found:
    return Found(sid, body, made_at, DeliveryState(said))


async def in_database(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


def reconcile(gateway: Any, reconciler: list[Reconciler] | None = None) -> None:
    one = (reconciler or [Reconciler(gateway, LEASE, in_database)])[0]
    asyncio.run(one.run_once())


def make_unknown(broadcast: int, **values: Any) -> None:
    """All rows of a broadcast were claimed now, and their outcome is unknown."""
    now = clock.now()
    with deciding() as session:
        session.execute(
            update(Broadcast)
            .where(Broadcast.id == broadcast)
            .values(state="sending", started_at=now)
        )
        session.execute(
            update(Delivery)
            .where(Delivery.broadcast_id == broadcast)
            .values(
                **{
                    "state": "unknown",
                    "attempt": 1,
                    "gateway": "twilio",
                    "claimed_at": now,
                    "doubt_since": now,
                    **values,
                }
            )
        )


@pytest.fixture
def unknown(app: Flask) -> int:
    broadcast = make_broadcast(1)
    make_unknown(broadcast)
    return broadcast


def test_a_listed_message_with_our_text_is_evidence_of_acceptance(unknown: int) -> None:
    reconcile(Listing(**{number(0): [found("SM1", clock.now())]}))
    (row,) = rows_of(unknown)
    assert (row.state, row.gateway_id, row.doubt_since) == ("accepted", "SM1", None)


def test_a_listed_message_tells_its_later_state_too(unknown: int) -> None:
    reconcile(Listing(**{number(0): [found("SM1", clock.now(), said="delivered")]}))
    assert rows_of(unknown)[0].state == "delivered"


@pytest.mark.parametrize(
    "message",
    [
        found("SM1", datetime.now().astimezone() - timedelta(hours=1)),
        found("SM1", datetime.now().astimezone() + timedelta(days=1), body="something else"),
    ],
    ids=["made long before the claim", "another text"],
)
def test_other_messages_are_no_evidence_of_acceptance(unknown: int, message: Found) -> None:
    reconcile(Listing(**{number(0): [message]}))
    assert rows_of(unknown)[0].state == "unknown"


def test_a_message_that_another_row_holds_is_no_evidence(app: Flask) -> None:
    first, second = make_broadcast(1), make_broadcast(1, name="second")
    make_unknown(first, state="accepted", gateway_id="SM1")
    make_unknown(second)
    reconcile(Listing(**{number(0): [found("SM1", clock.now())]}))
    assert rows_of(second)[0].state == "unknown"


def test_two_rows_with_one_phone_and_text_take_a_message_each(app: Flask) -> None:
    first, second = make_broadcast(1), make_broadcast(1, name="second")
    make_unknown(first)
    make_unknown(second)
    now = clock.now()
    listed = [found("SM2", now + timedelta(seconds=1)), found("SM1", now)]
    reconcile(Listing(**{number(0): listed}))
    ids = [rows_of(first)[0].gateway_id, rows_of(second)[0].gateway_id]
    assert ids == ["SM1", "SM2"]


def test_only_two_complete_lists_a_lease_apart_are_evidence_of_absence(app: Flask) -> None:
    start = clock.now()
    gateway = Listing()
    with clock.set_to(start) as move:
        broadcast = make_broadcast(1)
        make_unknown(broadcast)
        one = [Reconciler(gateway, LEASE, in_database)]  # type: ignore[arg-type]  # only its list is asked
        reconcile(gateway, one)
        move(timedelta(seconds=LEASE - 1))
        reconcile(gateway, one)
        assert rows_of(broadcast)[0].absent_since is None
        move(timedelta(seconds=2))
        reconcile(gateway, one)
        assert rows_of(broadcast)[0].absent_since is not None
        move(timedelta(seconds=LEASE - 1))
        reconcile(gateway, one)
        assert rows_of(broadcast)[0].state == "unknown"
        move(timedelta(seconds=2))
        reconcile(gateway, one)
        (row,) = rows_of(broadcast)
        assert (row.state, row.attempt, row.absent_since) == ("queued", 1, None)
        assert len(gateway.asked) == 3  # at once, then only when it can be evidence


def test_a_list_that_fails_is_no_evidence(app: Flask) -> None:
    gateway = Listing(**{number(0): None})
    with clock.set_to(clock.now()) as move:
        broadcast = make_broadcast(1)
        make_unknown(broadcast)
        for _ in range(8):
            reconcile(gateway)
            move(timedelta(seconds=LEASE))
        assert rows_of(broadcast)[0].state == "unknown"


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"state": "stopped"}, "stopped"),
        ({"superseded_at": datetime(2026, 1, 1).astimezone()}, "superseded"),
        ({"until": datetime(2026, 1, 1).astimezone()}, "outlived"),
    ],
)
def test_what_is_over_is_skipped_and_not_sent_again(
    app: Flask, over: dict[str, Any], reason: str
) -> None:
    with clock.set_to(clock.now()) as move:
        broadcast = make_broadcast(1)
        make_unknown(broadcast)
        with deciding() as session:
            session.execute(update(Broadcast).values(**over))
        for _ in range(4):
            reconcile(Listing())
            move(timedelta(seconds=LEASE + 1))
        (row,) = rows_of(broadcast)
        assert (row.state, row.skip_reason) == ("skipped", reason)


def test_a_finished_broadcast_sends_again_only_when_a_person_says_so(app: Flask) -> None:
    officer = make_officer()
    with clock.set_to(clock.now()) as move:
        broadcast = make_broadcast(2)
        make_unknown(broadcast, gateway="elsewhere")  # a gateway without a list
        assert upkeep.finish_due() == [broadcast]
        assert states(broadcast) == {"unknown": 2}
        make_unknown(broadcast)
        with deciding() as session:
            session.execute(update(Broadcast).values(state="finished"))
        for _ in range(4):
            reconcile(Listing())
            move(timedelta(seconds=LEASE + 1))
        assert states(broadcast) == {"unknown": 2}
        with pytest.raises(Invalid, match="Say why"):
            broadcasts.requeue_unknown(broadcast, actor=officer, reason=" ")
        named = [rows_of(broadcast)[0].id]
        count = broadcasts.requeue_unknown(
            broadcast, actor=officer, reason="asked by phone", deliveries=named
        )
        assert count == 1
        assert standing(broadcast)["state"] == "sending"
        assert states(broadcast) == {"queued": 1, "unknown": 1}
        assert broadcasts.requeue_unknown(broadcast, actor=officer, reason="all") == 1
        with pytest.raises(Conflict, match="No delivery"):
            broadcasts.requeue_unknown(broadcast, actor=officer, reason="all")


def test_a_receipt_in_between_wins(unknown: int) -> None:
    class Slow(Listing):
        async def find(self, number: str, since: datetime) -> list[Found] | None:
            with deciding() as session:
                session.execute(update(Delivery).values(state="delivered", gateway_id="SM9"))
            return [found("SM1", clock.now())]

    reconcile(Slow())
    (row,) = rows_of(unknown)
    assert (row.state, row.gateway_id) == ("delivered", "SM9")


def test_a_lapsed_lease_makes_the_outcome_unknown_since_its_end(app: Flask) -> None:
    now = clock.now()
    broadcast = make_broadcast(3)
    ended = now - timedelta(seconds=1)
    make_unknown(broadcast, state="claimed", lease_until=ended, doubt_since=None)
    assert upkeep.lapse_leases() == 3
    rows = rows_of(broadcast)
    assert {row.state for row in rows} == {"unknown"}
    assert {row.doubt_since for row in rows} == {ended}
    oldest = status(db.session(), broadcast)["unknown_oldest"]
    assert oldest == ended.isoformat(timespec="seconds")


def test_a_lease_that_runs_is_left_alone(app: Flask) -> None:
    broadcast = make_broadcast(3)
    make_unknown(broadcast, state="claimed", lease_until=clock.now() + timedelta(seconds=9))
    assert upkeep.lapse_leases() == 0


def test_a_list_of_many_pages_is_read_to_its_end(hub: Hub, twilio: TwilioServer) -> None:
    hub(HUB_LEASE_SECONDS="3")
    twilio.page_limit = 2
    earlier = {"da": "An earlier text", "en": "x"}
    for index in range(5):
        assert run_broadcast(make_broadcast(1, name=f"list {index}", texts=earlier), timeout=20)
    lists = twilio.lists
    twilio.faults.lost_percent = 100
    broadcast = make_broadcast(1)
    assert run_broadcast(broadcast, timeout=30)
    assert twilio.bodies()[number(0)] == ["An earlier text"] * 5 + [TEXTS["da"]]
    assert twilio.lists >= lists + 3
