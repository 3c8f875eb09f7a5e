"""In which order people are told, and that an all-clear reaches those who were told while it was being confirmed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from hub.database import db, deciding
from hub.models import Broadcast, Delivery, Recipient
from hub.sms import broadcasts, catching_up, upkeep
from hub.sms.fanout import write_deliveries
from hub.sms.rows import next_size
from hub.sms.standing import status
from tests.sms.conftest import on_both
from tests.sms.making import (
    OFFICER,
    PLACE,
    make_announcement,
    make_audience,
    make_broadcast,
    make_page,
    number,
    plan,
    release,
    rows_of,
)
from tests.sms.watching import standing, states

Hub = Callable[..., Flask]
CLEAR = {"da": "Eksempel Kommune: Vandet er rent igen.", "en": "The water is clean."}


def in_the_north() -> object:
    return Recipient.row.in_([5, 6])


@on_both
@pytest.mark.parametrize("personal", [False, True])
def test_the_affected_area_goes_first_and_nobody_is_left_out(hub: Hub, personal: bool) -> None:
    hub()
    rows = [{"number": number(index), "Sted": f"Sal {index}"} for index in range(6)]
    texts = {"da": "Kom til {room}.", "en": "Come to {room}."} if personal else CLEAR
    result = write_deliveries(
        plan(
            make_announcement(),
            make_audience(rows),
            texts=texts,
            slots=(PLACE,) if personal else (),
            first={"Bydel": "Nord"},
            first_rows=in_the_north(),
        )
    )
    assert [row.row for row in rows_of(result)] == [5, 6, 2, 3, 4, 7]
    assert result.recipients == 6
    assert result.duplicates == 0
    assert db.session.get_one(Broadcast, result.broadcast_id).first == {"Bydel": "Nord"}


def test_a_row_that_lacks_the_column_is_one_of_the_others(app: Flask) -> None:
    audience = make_audience(4)
    with deciding() as session:
        session.execute(update(Recipient).where(Recipient.row == 3).values(name="Nord"))
    result = write_deliveries(
        plan(make_announcement(), audience, first_rows=Recipient.name == "Nord")
    )
    assert [row.row for row in rows_of(result)] == [3, 2, 4, 5]


def test_a_phone_that_is_in_the_list_twice_goes_first_with_its_first_row(app: Flask) -> None:
    rows = [{"number": number(index)} for index in (0, 1, 2, 3, 1)]
    result = write_deliveries(
        plan(make_announcement(), make_audience(rows), first_rows=in_the_north())
    )
    assert [row.number for row in rows_of(result)] == [number(3), number(1), number(0), number(2)]
    assert result.duplicates == 1


def hand_over(broadcast: int, count: int, state: str = "accepted") -> None:
    """The next rows of a broadcast were handed over now."""
    with deciding() as session:
        queued = (
            select(Delivery.id)
            .where(Delivery.broadcast_id == broadcast, Delivery.state == "queued")
            .order_by(Delivery.id)
            .limit(count)
        )
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(queued))
            .values(state=state, changed_at=func.now())
            .execution_options(synchronize_session=False)
            if session.get_bind().dialect.name == "postgresql"
            else update(Delivery)
            .where(Delivery.id.in_(queued))
            .values(state=state, changed_at=upkeep.database_now(session))
            .execution_options(synchronize_session=False)
        )


@on_both
def test_an_all_clear_reaches_who_was_told_while_it_was_confirmed(hub: Hub) -> None:
    hub()
    first = make_announcement()
    warning = make_broadcast(20, announcement=first)
    upkeep.start_due()
    hand_over(warning, 3)
    end = make_announcement(kind="end", of=first)
    clear = write_deliveries(plan(end, of_id=first, reached_only=True, texts=CLEAR, priority=30))
    assert clear.recipients == 3
    hand_over(warning, 4)  # while the second person reads
    hand_over(warning, 2, "claimed")
    hand_over(warning, 1, "unknown")
    with deciding() as session:
        broadcasts.supersede(session, [first], actor=OFFICER)
        broadcasts.release(session, clear.broadcast_id, actor=OFFICER)
    make_page()
    assert clear.broadcast_id in upkeep.start_due()
    told = {row.number for row in rows_of(clear)}
    assert told == {number(index) for index in range(10)}
    assert standing(clear.broadcast_id)["recipients"] == 10
    assert catching_up.catch_up(clear.broadcast_id) == 0
    assert states(warning) == {"accepted": 7, "claimed": 2, "unknown": 1, "skipped": 10}


def test_an_all_clear_for_a_broadcast_that_reached_nobody_yet_can_still_grow(app: Flask) -> None:
    first = make_announcement()
    make_broadcast(5, announcement=first)
    assert catching_up.may_still_reach(db.session(), first)
    with deciding() as session:
        broadcasts.supersede(session, [first], actor=OFFICER)
    assert not catching_up.may_still_reach(db.session(), first)


@on_both
def test_many_queued_rows_are_skipped_at_once_in_every_count(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark on the broadcast is what counts; the rows of a large one follow in chunks."""
    hub()
    monkeypatch.setattr(broadcasts, "AT_ONCE", 4)
    first = make_announcement()
    warning = make_broadcast(10, announcement=first)
    upkeep.start_due()
    hand_over(warning, 1)
    with deciding() as session:
        assert broadcasts.supersede(session, [first], actor=OFFICER) == 9
    assert sum(row.state == "queued" for row in rows_of(warning)) == 5
    found = status(db.session(), warning)
    assert found["deliveries"]["skipped"] == 9
    assert found["deliveries"]["queued"] == 0
    assert found["skipped"] == {"superseded": 9}
    assert found["segments_to_go"] == 0
    upkeep.tidy()
    assert sum(row.state == "queued" for row in rows_of(warning)) == 0
    found = status(db.session(), warning)
    assert (found["state"], found["skipped"]) == ("finished", {"superseded": 9})


def test_a_correction_goes_before_an_update_before_a_first_message(app: Flask) -> None:
    from hub.sms.claiming import claim

    order = {}
    for name, priority in (("before", 0), ("first", 10), ("update", 20), ("end", 30)):
        announcement = make_announcement()
        order[name] = make_broadcast(2, name=name, announcement=announcement, priority=priority)
    upkeep.start_due()
    found = claim("w", "outbox", rate=None, lease=60, most=8, texts={})
    rows = [item.handover.broadcast for item in found.rows]
    assert rows == [order[name] for name in ("end", "update", "first", "before") for _ in range(2)]


def test_a_chunk_is_made_to_hold_the_database_for_a_moment() -> None:
    assert next_size(5_000, 0.05) == 10_000
    assert next_size(5_000, 1.5) == 2_000
    assert next_size(20_000, 0.01) == 20_000
    assert next_size(5_000, 0.15) == 5_000


def test_a_late_list_is_released_beside_it(app: Flask) -> None:
    first = make_announcement()
    make_broadcast(2, announcement=first)
    late = write_deliveries(plan(first, make_audience(3, name="late")), skipping=first)
    release(late.broadcast_id)
    assert late.recipients == 1
