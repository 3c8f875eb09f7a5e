"""The course of a broadcast over time, and who was not reached by it, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from hub import clock, journal
from hub.database import db
from hub.errors import NotAllowed
from hub.models import (
    Broadcast,
    Delivery,
    DeliveryState,
    JournalEntry,
    Person,
    PersonRole,
    Role,
    SkipReason,
)
from hub.sms import course, unreached
from tests.sms.conftest import on_both
from tests.sms.making import OFFICER, make_broadcast, rows_of
from tests.sms.watching import standing

Hub = Callable[..., Flask]
START = clock.now().replace(microsecond=0) - timedelta(minutes=10)


@on_both
def test_the_course_adds_up(hub: Hub) -> None:
    hub()
    number = make_broadcast(10)
    assert course.course(db.session(), number) is None
    for index, row in enumerate(rows_of(number)[:8]):
        row.handed_over_at = START + timedelta(seconds=30 * index)
        row.state = DeliveryState.DELIVERED.value if index < 5 else DeliveryState.ACCEPTED.value
        row.changed_at = START + timedelta(seconds=30 * index + 60)
    db.session.commit()
    found = course.course(db.session(), number)
    assert found is not None
    assert found.begin == START
    assert found.end >= START + timedelta(seconds=210)
    assert len(found.handed_over) == len(found.delivered) <= course.STEPS
    assert list(found.handed_over) == sorted(found.handed_over)
    assert (found.handed_over[-1], found.delivered[-1]) == (8, 5)
    by = int(timedelta(seconds=100) / found.step)
    assert (found.handed_over[by - 1], found.delivered[by - 1]) == (4, 2)


@on_both
def test_the_present_rate_counts_parts_of_the_last_half_minute(hub: Hub) -> None:
    hub()
    number = make_broadcast(10)
    rows = rows_of(number)
    for row in rows[:6]:
        row.handed_over_at = clock.now()
    for row in rows[6:]:
        row.handed_over_at = clock.now() - timedelta(minutes=2)
    db.session.commit()
    assert course.recent_rate(db.session(), number) == pytest.approx(6 / 30)


@on_both
def test_the_end_is_told_from_the_measured_rate_once_there_is_one(hub: Hub) -> None:
    hub(HUB_SMS_SEGMENTS_PER_SECOND="100")
    number = make_broadcast(100)
    now = clock.now()
    for row in rows_of(number)[:60]:
        row.handed_over_at, row.state = now - timedelta(seconds=5), "accepted"
    broadcast = db.session.get_one(Broadcast, number)
    broadcast.state, broadcast.started_at = "sending", now - timedelta(seconds=10)
    db.session.commit()
    found = standing(number)
    assert (found["rate"], found["rate_now"]) == (100, None)
    first = datetime.fromisoformat(found["eta"])
    broadcast = db.session.get_one(Broadcast, number)
    broadcast.started_at = now - timedelta(seconds=60)
    db.session.commit()
    found = standing(number)
    assert found["rate_now"] == pytest.approx(2.0, abs=0.1)
    assert datetime.fromisoformat(found["eta"]) > first + timedelta(seconds=15)


@on_both
def test_everybody_who_was_not_reached_is_named_once_with_why(hub: Hub) -> None:
    hub()
    session = db.session()
    roles = [PersonRole(role=Role.SENDER.value)]
    session.add(Person(email=OFFICER.name, made_at=clock.now(), made_by="os:x", roles=roles))
    session.add(Person(email="viewer@example.dk", made_at=clock.now(), made_by="os:x", roles=[]))
    session.commit()
    number = make_broadcast(8)
    states = ("delivered", "accepted", "queued", "failed", "undelivered", "unknown", "skipped")
    rows = rows_of(number)
    for row, state in zip(rows, (*states, "skipped"), strict=True):
        row.state = state
    rows[6].skip_reason = SkipReason.STOPPED.value
    rows[7].skip_reason = SkipReason.DUPLICATE.value
    db.session.commit()
    expected = {"failed": 1, "undelivered": 1, "unknown": 1, "stopped": 1}
    assert unreached.count(db.session(), number) == expected
    with pytest.raises(NotAllowed):
        unreached.fetch(number, actor=journal.Actor("viewer@example.dk", "test"))
    found = unreached.fetch(number, actor=OFFICER)
    assert [item.why for item in found] == list(expected)
    numbers = db.session().scalars(
        select(Delivery.number).where(Delivery.broadcast_id == number).order_by(Delivery.id)
    )
    assert [item.number for item in found] == list(numbers)[3:7]
    kinds = db.session().scalars(select(JournalEntry.kind)).all()
    assert kinds.count("not-reached-fetched") == 1
