"""Personal texts are deleted at Twilio once their fate is known; the others stay, and nobody is told twice for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from hub import clock
from hub.database import db, deciding
from hub.models import Broadcast, Delivery, JournalEntry
from hub.sms.dispatching import drain
from hub.sms.receipts import poll
from hub.sms.redacting import remove_bodies
from tests.fakes.twilio_server import TwilioServer
from tests.sms.making import TIME, make_broadcast, number

Hub = Callable[..., Flask]
PERSONAL = {"texts": {"da": "Eksempel Kommune: Kom kl. {time}."}, "slots": (TIME,)}


def personal_broadcast(rows: int = 4) -> int:
    people = [{"number": number(index), "Tid": f"1{index}:30"} for index in range(rows)]
    return make_broadcast(people, name="aftaler", **PERSONAL)


def settle() -> None:
    """Twilio has said what became of all."""
    with clock.set_to(clock.now() + timedelta(minutes=10)):
        poll()


def entries() -> list[dict[str, int]]:
    db.session.rollback()
    query = select(JournalEntry).where(JournalEntry.kind == "personal-bodies-removed")
    return [row.data for row in db.session().scalars(query)]


def test_personal_texts_go_and_those_for_everybody_stay(hub: Hub, twilio: TwilioServer) -> None:
    hub()
    mine, plain = personal_broadcast(), make_broadcast(3, name="alle")
    drain(seconds=20)
    twilio.faults.status_after = 0.0
    assert all(message.body for message in twilio.accepted)
    assert remove_bodies() == 0, "their fate is not known yet"
    settle()
    assert remove_bodies(3) == 3
    assert entries() == []
    assert remove_bodies() == 1
    bodies = twilio.bodies()
    assert sum(texts.count("") for texts in bodies.values()) == 4
    assert sum(1 for message in twilio.accepted if message.body) == 3
    assert entries() == [{"broadcast": mine, "removed": 4, "left": 0}]
    assert remove_bodies() == 0
    assert plain


def test_what_twilio_refuses_is_tried_again_and_given_up_after_a_week(
    hub: Hub, twilio: TwilioServer
) -> None:
    hub()
    mine = personal_broadcast(2)
    drain(seconds=20)
    settle()
    twilio.faults.status_after = 3600.0  # Twilio has second thoughts: it calls them unfinished
    assert remove_bodies() == 0
    assert entries() == []
    with clock.set_to(clock.now() + timedelta(days=8)):
        assert remove_bodies() == 0
    assert entries() == [{"broadcast": mine, "removed": 0, "left": 2}]


def test_it_can_be_switched_off(hub: Hub, twilio: TwilioServer) -> None:
    hub(HUB_REDACT_PERSONAL="no")
    personal_broadcast(2)
    drain(seconds=20)
    twilio.faults.status_after = 0.0
    settle()
    assert remove_bodies() == 0
    assert all(message.body for message in twilio.accepted)


def test_a_row_whose_text_was_deleted_before_a_restore_is_not_sent_again(
    hub: Hub, twilio: TwilioServer
) -> None:
    hub(HUB_LEASE_SECONDS="2")
    mine = personal_broadcast(2)
    drain(seconds=20)
    twilio.faults.status_after = 0.0
    settle()
    assert remove_bodies() == 2
    with deciding() as session:  # as a backup from before remembers it
        session.execute(update(Broadcast).values(state="sending", finished_at=None))
        session.execute(
            update(Delivery)
            .where(Delivery.broadcast_id == mine)
            .values(state="unknown", gateway_id=None, doubt_since=clock.now(), body_removed_at=None)
        )
    drain(seconds=8)
    assert len(twilio.accepted) == 2, "somebody was told twice"
    states = set(db.session().scalars(select(Delivery.state)))
    assert states == {"unknown"}, "left to a person"
