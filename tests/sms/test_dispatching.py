"""Sending through a Twilio-like server: everybody once, in order, at the rate, and nobody after a stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from hub import clock
from hub.database import db, deciding
from hub.errors import Conflict, NotAllowed
from hub.journal import Actor
from hub.models import Broadcast, JournalEntry
from hub.sms import broadcasts
from hub.sms.dispatching import drain, run_broadcast
from hub.sms.fanout import write_deliveries
from hub.sms.pacing import Guard
from tests.fakes.twilio_server import TwilioServer
from tests.sms.conftest import Environment, on_both
from tests.sms.making import (
    OFFICER,
    TEXTS,
    make_announcement,
    make_broadcast,
    make_page,
    number,
    plan,
    release,
    rows_of,
)
from tests.sms.test_killing import nursery
from tests.sms.watching import draining, everybody, make_officer, standing, states, wait_until

Hub = Callable[..., Flask]


@on_both
def test_everybody_gets_the_text_once(hub: Hub, twilio: TwilioServer) -> None:
    hub()
    broadcast = make_broadcast(300)
    seen: list[tuple[int, int]] = []
    assert run_broadcast(broadcast, timeout=30, progress=lambda *at: seen.append(at))
    assert twilio.bodies() == everybody(300)
    assert states(broadcast) == {"accepted": 300}
    assert standing(broadcast)["state"] == "finished"
    assert seen[-1] == (300, 300)
    message = twilio.accepted[0]
    assert (message.validity, message.sender) == ("14400", "Eksempel")
    row = next(item for item in rows_of(broadcast) if item.number == message.to)
    assert message.callback == f"http://127.0.0.1:8000/hooks/twilio/{row.id}/1"
    assert row.gateway_id == message.sid


@on_both
def test_two_drains_at_once_tell_nobody_twice(
    hub: Hub, environment: Environment, twilio: TwilioServer
) -> None:
    hub()
    twilio.faults.latency = 0.02
    broadcast = make_broadcast(1500)
    with nursery(environment) as children:
        children.send()
        children.send()
        wait_until(lambda: standing(broadcast)["state"] == "finished", 60)
    assert twilio.bodies() == everybody(1500)
    assert len({row.claimed_by for row in rows_of(broadcast)}) == 2


def test_the_first_sms_waits_for_the_page_but_five_seconds_at_most(
    hub: Hub, twilio: TwilioServer
) -> None:
    hub()
    without = make_broadcast(1, page=False)
    began = time.monotonic()
    assert run_broadcast(without, timeout=15)
    assert 4.5 < time.monotonic() - began < 8
    with_page = make_broadcast([{"number": number(7)}], name="second")
    began = time.monotonic()
    assert run_broadcast(with_page, timeout=15)
    assert time.monotonic() - began < 4


def test_a_page_from_before_the_release_does_not_count(hub: Hub, twilio: TwilioServer) -> None:
    app = hub()
    make_page()
    broadcast = make_broadcast(1, page=False)
    with draining(app):
        time.sleep(2)
        assert standing(broadcast)["state"] == "waiting"
        assert not twilio.accepted
        make_page()
        wait_until(lambda: len(twilio.accepted) == 1, 2.5)


@on_both
def test_pause_holds_within_two_seconds_and_resume_goes_on(hub: Hub, twilio: TwilioServer) -> None:
    app = hub(HUB_SMS_SEGMENTS_PER_SECOND="50")
    officer = make_officer()
    broadcast = make_broadcast(200)
    with draining(app):
        wait_until(lambda: len(twilio.accepted) > 20)
        broadcasts.pause(broadcast, actor=officer, reason="a wrong street")
        paused = time.monotonic()
        time.sleep(3)
        assert max(item.arrived for item in twilio.accepted) < paused + 2
        held = len(twilio.accepted)
        assert held < 200
        assert standing(broadcast)["reason"] == "a wrong street"
        wait_until(lambda: "claimed" not in states(broadcast), 5)
        broadcasts.resume(broadcast, actor=officer)
        wait_until(lambda: standing(broadcast)["state"] == "finished")
    assert twilio.bodies() == everybody(200)


@on_both
def test_stop_holds_within_two_seconds_and_every_row_is_final(
    hub: Hub, twilio: TwilioServer
) -> None:
    app = hub(HUB_SMS_SEGMENTS_PER_SECOND="50")
    officer = make_officer()
    broadcast = make_broadcast(400)
    with draining(app):
        wait_until(lambda: len(twilio.accepted) > 20)
        broadcasts.stop(broadcast, actor=officer, reason="wrong list")
        stopped = time.monotonic()
        time.sleep(3)
        assert max(item.arrived for item in twilio.accepted) < stopped + 2
    sent = len(twilio.accepted)
    assert states(broadcast) == {"accepted": sent, "skipped": 400 - sent}
    assert standing(broadcast)["skipped"] == {"stopped": 400 - sent}
    with pytest.raises(Conflict, match="is stopped"):
        broadcasts.stop(broadcast, actor=officer)
    with pytest.raises(Conflict, match="not paused"):
        broadcasts.resume(broadcast, actor=officer)


def test_only_a_sender_may_stop(hub: Hub) -> None:
    hub()
    broadcast = make_broadcast(1)
    with pytest.raises(NotAllowed):
        broadcasts.stop(broadcast, actor=Actor("os:tester", "test", "tester"))
    assert standing(broadcast)["state"] == "waiting"


@on_both
def test_an_all_clear_overtakes_what_is_queued(hub: Hub, twilio: TwilioServer) -> None:
    app = hub(HUB_SMS_SEGMENTS_PER_SECOND="50")
    first = make_announcement()
    broadcast = make_broadcast(500, announcement=first)
    end = make_announcement(kind="end", of=first)
    clear = {"da": "Eksempel Kommune: Vandet er rent igen.", "en": "The water is clean."}
    with draining(app):
        wait_until(lambda: len(twilio.accepted) > 30)
        result = write_deliveries(
            plan(end, of_id=first, reached_only=True, texts=clear, priority=30)
        )
        with deciding() as session:
            skipped = broadcasts.supersede(session, [first], actor=OFFICER)
            broadcasts.release(session, result.broadcast_id, actor=OFFICER)
        released = time.monotonic()
        make_page()
        wait_until(lambda: standing(result.broadcast_id)["state"] == "finished")
    assert skipped > 300
    boil = [item for item in twilio.accepted if item.body == TEXTS["da"]]
    over = [item for item in twilio.accepted if item.body == clear["da"]]
    assert max(item.arrived for item in boil) < released + 2
    assert min(item.arrived for item in over) < released + 2
    assert {item.to for item in over} >= {item.to for item in boil[:30]}
    assert len(over) == result.recipients
    wait_until(lambda: standing(broadcast)["state"] == "finished")
    assert states(broadcast) == {"accepted": len(boil), "skipped": 500 - len(boil)}


def test_a_more_urgent_broadcast_goes_first(hub: Hub, twilio: TwilioServer) -> None:
    app = hub(HUB_SMS_SEGMENTS_PER_SECOND="50")
    slow = make_broadcast(300)
    with draining(app):
        wait_until(lambda: len(twilio.accepted) > 10)
        texts = {"da": "Rettelse", "en": "Correction"}
        rows = [{"number": number(900 + index)} for index in range(30)]
        urgent = make_broadcast(rows, name="urgent", priority=30, texts=texts)
        released = time.monotonic()
        wait_until(lambda: standing(urgent)["state"] == "finished", 5)
        assert standing(slow)["state"] == "sending"
        broadcasts.stop(slow, actor=make_officer())
    assert min(item.arrived for item in twilio.accepted if item.body == "Rettelse") < released + 2


def test_nothing_goes_out_after_its_end(hub: Hub, twilio: TwilioServer) -> None:
    app = hub(HUB_SMS_SEGMENTS_PER_SECOND="20")
    until = clock.now() + timedelta(seconds=3)
    broadcast = make_broadcast(200, until=until)
    left = until.timestamp() - time.time() + time.monotonic()
    with draining(app):
        wait_until(lambda: standing(broadcast)["state"] == "finished")
    assert max(item.arrived for item in twilio.accepted) < left + 1
    assert 0 < int(twilio.accepted[0].validity or 0) <= 3
    sent = len(twilio.accepted)
    assert standing(broadcast)["skipped"] == {"outlived": 200 - sent}


def test_the_rate_holds_over_every_second(
    hub: Hub, twilio: TwilioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub(HUB_SMS_SEGMENTS_PER_SECOND="40")
    left: list[float] = []
    noted = Guard.left

    def note(guard: Guard, size: int, now: float) -> None:
        left.append(now)
        noted(guard, size, now)

    monkeypatch.setattr(Guard, "left", note)
    broadcast = make_broadcast(240)
    assert run_broadcast(broadcast, timeout=30)
    assert len(left) == len(twilio.accepted) == 240
    assert max(sum(1 for at in left if start <= at < start + 1) for start in left) <= 40
    arrived = sorted(item.arrived for item in twilio.accepted)
    assert 0.9 * 40 <= 240 / (arrived[-1] - arrived[0]) <= 1.03 * 40


def test_a_worker_told_to_end_gives_back_what_it_holds(hub: Hub, twilio: TwilioServer) -> None:
    hub(HUB_SMS_SEGMENTS_PER_SECOND="20")
    broadcast = make_broadcast(100)
    report = drain(seconds=2)
    assert report.left
    assert report.accepted == len(twilio.accepted) > 0
    assert states(broadcast) == {
        "accepted": report.accepted,
        "queued": 100 - report.accepted,
    }


def test_a_second_drain_in_a_process_leaves_the_work_to_the_first(
    hub: Hub, twilio: TwilioServer
) -> None:
    app = hub(HUB_SMS_SEGMENTS_PER_SECOND="20")
    broadcast = make_broadcast(40)
    with draining(app):
        wait_until(lambda: len(twilio.accepted) > 5)
        assert drain().busy_elsewhere
        wait_until(lambda: standing(broadcast)["state"] == "finished")


def test_the_journal_tells_a_broadcasts_story_without_a_number(
    hub: Hub, twilio: TwilioServer
) -> None:
    hub()
    officer = make_officer()
    broadcast = make_broadcast(3)
    broadcasts.pause(broadcast, actor=officer)
    broadcasts.resume(broadcast, actor=officer)
    assert run_broadcast(broadcast, timeout=20)
    entries = db.session.scalars(select(JournalEntry).order_by(JournalEntry.number)).all()
    assert [item.kind for item in entries] == [
        "broadcast-released",
        "broadcast-paused",
        "broadcast-resumed",
        "broadcast-finished",
    ]
    assert entries[-1].data["deliveries"]["accepted"] == 3
    assert "+4520" not in str([item.data for item in entries])


def test_a_superseded_broadcast_cannot_be_released_or_sent_again(
    hub: Hub, twilio: TwilioServer
) -> None:
    hub()
    announcement = make_announcement()
    broadcast = make_broadcast(5, announcement=announcement)
    with deciding() as session:
        assert broadcasts.supersede(session, [announcement], actor=OFFICER) == 5
    assert standing(broadcast)["state"] == "finished"
    assert run_broadcast(broadcast, timeout=5)
    assert not twilio.accepted
    with pytest.raises(Conflict, match="superseded"):
        broadcasts.requeue_unknown(broadcast, actor=make_officer(), reason="again")
    with pytest.raises(Conflict):
        release(broadcast)
    assert db.session.get_one(Broadcast, broadcast).superseded_at is not None
