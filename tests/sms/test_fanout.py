"""Writing a broadcast's rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from hub import clock
from hub.database import db, deciding
from hub.errors import Conflict, Invalid, NotFound
from hub.models import Broadcast, BroadcastText, Delivery
from hub.sms import fanout
from hub.sms.fanout import discard, discard_abandoned, write_deliveries
from tests.sms.conftest import Environment
from tests.sms.making import (
    PLACE,
    TEXTS,
    TIME,
    make_announcement,
    make_audience,
    number,
    plan,
    release,
    rows_of,
)

PERSONAL = {
    "da": "Eksempel Kommune: Din tid {time} i {room} er aflyst.",
    "en": "Eksempel Kommune: Your time {time} at {room} is cancelled.",
}


def force(broadcast_id: int, state: str, **where: object) -> None:
    with deciding() as session:
        session.execute(
            update(Delivery).filter_by(broadcast_id=broadcast_id, **where).values(state=state)
        )


def test_every_phone_of_a_list_gets_one_row_in_its_language(app: Flask) -> None:
    audience = make_audience(
        [
            {"number": number(1), "language": "da"},
            {"number": number(2), "language": "en"},
            {"number": number(3), "language": "uk"},
            {"number": number(1), "language": "en"},
        ]
    )
    result = write_deliveries(plan(make_announcement(), audience))
    rows = rows_of(result)
    assert [(row.number, row.language, row.row) for row in rows] == [
        (number(1), "da", 2),
        (number(2), "en", 3),
        (number(3), "da", 4),
    ]
    assert {row.state for row in rows} == {"queued"}
    assert (result.recipients, result.duplicates, result.already) == (3, 1, 0)
    assert result.recipients_by_language == {"da": 2, "en": 1}
    assert result.segments == 3


def test_the_text_is_stored_once_a_language(session: Session) -> None:
    result = write_deliveries(plan(make_announcement(), make_audience(20)))
    texts = session.query(BroadcastText).filter_by(broadcast_id=result.broadcast_id)
    assert {item.language: item.sms for item in texts} == TEXTS
    assert {row.personal for row in rows_of(result)} == {None}


def test_segments_are_those_of_the_language(app: Flask) -> None:
    texts = {"da": "a" * 161, "en": "short"}
    audience = make_audience(
        [{"number": number(1)}, {"number": number(2), "language": "en"}, {"number": number(3)}]
    )
    result = write_deliveries(plan(make_announcement(), audience, texts=texts))
    assert [row.segments for row in rows_of(result)] == [2, 1, 2]
    assert result.segments_by_language == {"da": 4, "en": 1}


def test_numbers_are_encrypted_in_the_rows(session: Session) -> None:
    write_deliveries(plan(make_announcement(), make_audience(1)))
    stored = session.execute(text("SELECT number FROM deliveries")).scalar()
    assert number(0).encode() not in stored


def test_a_personal_text_is_filled_row_by_row(app: Flask) -> None:
    audience = make_audience(
        [
            {"number": number(1), "TID": "13:30", "sted": "Salen"},
            {"number": number(1), "TID": "14:00", "sted": "Salen"},
            {"number": number(1), "TID": "13:30", "sted": "Salen"},
            {"number": number(2), "language": "en", "TID": "13:30", "sted": "Salen"},
        ]
    )
    result = write_deliveries(
        plan(make_announcement(), audience, texts=PERSONAL, slots=[TIME, PLACE])
    )
    bodies = [row.personal["sms"] for row in rows_of(result) if row.personal]
    assert len(bodies) == 3
    assert result.duplicates == 1
    assert bodies[0] != bodies[1]
    assert "Salen" in bodies[2]
    assert "cancelled" in bodies[2]
    shown = {item.slot: item for item in result.personal}
    assert shown["room"].distinct == 1
    assert shown["time"].rarest[0][1] == 1
    assert len(shown["time"].longest) == shown["time"].distinct


@pytest.mark.parametrize("environment", ["postgresql"], indirect=True)
def test_a_personal_late_list_and_update_on_postgresql(
    hub: Callable[..., Flask], environment: Environment
) -> None:
    hub()
    rows = [{"number": number(index), "Tid": "13:30", "Sted": "Salen"} for index in range(3)]
    announcement, slots = make_announcement(), [TIME, PLACE]
    audience = make_audience(rows[:2])
    one = write_deliveries(plan(announcement, audience, texts=PERSONAL, slots=slots))
    release(one.broadcast_id)
    late = write_deliveries(
        plan(announcement, make_audience(rows, name="late"), texts=PERSONAL, slots=slots),
        skipping=announcement,
    )
    assert (late.recipients, late.already) == (1, 2)
    release(late.broadcast_id)
    after = make_announcement(kind="end", of=announcement)
    assert write_deliveries(plan(after, of_id=announcement)).recipients == 3
    again = plan(announcement, make_audience(rows, name="again"))
    assert write_deliveries(again, skipping=announcement).recipients == 3  # another text


def test_a_row_that_cannot_be_filled_is_set_aside_and_the_others_go(session: Session) -> None:
    audience = make_audience(
        [
            {"number": number(1), "Tid": "13:30", "Sted": "Salen"},
            {"number": number(2), "Tid": "", "Sted": "Salen"},
            {"number": number(3), "Tid": "13:30", "Sted": "http://example.dk"},
            {"number": number(4), "Tid": "halv to-agtig", "Sted": "Salen"},
        ]
    )
    result = write_deliveries(
        plan(make_announcement(), audience, texts=PERSONAL, slots=[TIME, PLACE])
    )
    assert result.recipients == 1
    assert [(item.row, item.slot) for item in result.set_aside] == [
        (3, "time"),
        (4, "room"),
        (5, "time"),
    ]
    stored = session.get_one(Broadcast, result.broadcast_id).set_aside
    assert [item["row"] for item in stored] == [3, 4, 5]


def test_a_missing_column_is_refused_before_anything_is_written(session: Session) -> None:
    audience = make_audience([{"number": number(1), "Tid": "13:30"}])
    with pytest.raises(Invalid, match=r"'?Sted'?.*all 1 rows \(2\).*Tid"):
        write_deliveries(plan(make_announcement(), audience, texts=PERSONAL, slots=[TIME, PLACE]))
    assert session.query(Broadcast).count() == 0


def test_a_list_of_which_every_row_is_set_aside_is_refused(session: Session) -> None:
    audience = make_audience([{"number": number(1), "Tid": "x", "Sted": "y"}])
    with pytest.raises(Invalid, match="Every row was set aside"):
        write_deliveries(plan(make_announcement(), audience, texts=PERSONAL, slots=[TIME, PLACE]))
    assert session.query(Broadcast).count() == 0
    assert session.query(Delivery).count() == 0


def test_a_filter_takes_a_part_of_the_list(app: Flask) -> None:
    audience = make_audience(
        [
            {"number": number(1), "Skole": "Nordskolen"},
            {"number": number(2), "Skole": "Sydskolen"},
            {"number": number(3), "Skole": " nordskolen ", "language": "en"},
        ]
    )
    result = write_deliveries(plan(make_announcement(), audience, where={"skole": "Nordskolen"}))
    assert [row.number for row in rows_of(result)] == [number(1), number(3)]
    with pytest.raises(Invalid, match="It has Skole"):
        write_deliveries(plan(make_announcement(), audience, where={"By": "Nordby"}))
    with pytest.raises(Invalid, match="No row of the list has"):
        write_deliveries(plan(make_announcement(), audience, where={"Skole": "Vestskolen"}))


def test_an_update_goes_to_everyone_of_what_it_changes_and_before(app: Flask) -> None:
    first = make_announcement()
    one = write_deliveries(plan(first, make_audience(3)))
    release(one.broadcast_id)
    force(one.broadcast_id, "failed", number=number(0))
    second = make_announcement(kind="update", of=first)
    late = write_deliveries(plan(second, make_audience([{"number": number(9)}], name="late")))
    release(late.broadcast_id)
    third = make_announcement(kind="update", of=second)
    result = write_deliveries(plan(third, of_id=second))
    assert sorted(row.number or "" for row in rows_of(result)) == [number(i) for i in (0, 1, 2, 9)]


@pytest.mark.parametrize(
    ("state", "goes"),
    [
        ("queued", False),
        ("claimed", True),
        ("unknown", True),
        ("accepted", True),
        ("sent", True),
        ("delivered", True),
        ("undelivered", False),
        ("failed", False),
        ("skipped", False),
    ],
)
def test_an_all_clear_goes_to_those_who_may_have_got_the_text(
    app: Flask, state: str, goes: bool
) -> None:
    first = make_announcement()
    one = write_deliveries(plan(first, make_audience(1)))
    release(one.broadcast_id)
    force(one.broadcast_id, state)
    end = make_announcement(kind="end", of=first)
    assert write_deliveries(plan(end, of_id=first, reached_only=True)).recipients == int(goes)


def test_an_update_keeps_the_personal_values(app: Flask) -> None:
    first = make_announcement()
    audience = make_audience(
        [{"number": number(1), "Tid": "13:30", "Sted": "Salen", "language": "en"}]
    )
    one = write_deliveries(plan(first, audience, texts=PERSONAL, slots=[TIME, PLACE]))
    release(one.broadcast_id)
    update_text = {"da": "Ny besked om {room}.", "en": "News about {room}."}
    result = write_deliveries(
        plan(make_announcement(of=first), of_id=first, texts=update_text, slots=[PLACE])
    )
    assert [row.personal["sms"] for row in rows_of(result) if row.personal] == ["News about Salen."]


def test_a_late_list_leaves_out_who_has_it(app: Flask) -> None:
    announcement = make_announcement()
    one = write_deliveries(plan(announcement, make_audience(4)))
    release(one.broadcast_id)
    force(one.broadcast_id, "delivered", number=number(0))
    force(one.broadcast_id, "failed", number=number(1))
    force(one.broadcast_id, "unknown", number=number(2))
    late = make_audience(6, name="late")
    result = write_deliveries(plan(announcement, late), skipping=announcement)
    assert [row.number for row in rows_of(result)] == [number(1), number(4), number(5)]
    assert (result.already, result.duplicates) == (3, 0)


def test_a_late_list_with_personal_texts_leaves_out_equal_texts_only(app: Flask) -> None:
    announcement = make_announcement()
    row = {"number": number(1), "Tid": "13:30", "Sted": "Salen"}
    slots = [TIME, PLACE]
    one = write_deliveries(plan(announcement, make_audience([row]), texts=PERSONAL, slots=slots))
    release(one.broadcast_id)
    late = make_audience([row, {**row, "Tid": "14:00"}], name="late")
    result = write_deliveries(
        plan(announcement, late, texts=PERSONAL, slots=slots), skipping=announcement
    )
    assert (result.recipients, result.already) == (1, 1)


def test_an_exercise_and_a_real_list_do_not_meet(app: Flask) -> None:
    with pytest.raises(Conflict, match="an exercise's list"):
        write_deliveries(plan(make_announcement(), make_audience(1, name="e", exercise=True)))
    with pytest.raises(Conflict, match="a real list"):
        write_deliveries(plan(make_announcement(), make_audience(1), exercise=True))


def test_a_list_that_is_not_there_or_empty_is_refused(app: Flask) -> None:
    with pytest.raises(NotFound, match="audience list"):
        write_deliveries(plan(make_announcement(), 99))


def test_a_notice_goes_to_named_phones(app: Flask) -> None:
    result = write_deliveries(
        plan(make_announcement(), numbers=[(number(1), "da"), (number(2), "en")], purpose="notice")
    )
    assert [(row.number, row.language) for row in rows_of(result)] == [
        (number(1), "da"),
        (number(2), "en"),
    ]


def test_discarding_deletes_an_unreleased_broadcast_and_no_other(session: Session) -> None:
    result = write_deliveries(plan(make_announcement(), make_audience(30)))
    discard(result.broadcast_id)
    assert session.query(Delivery).count() == 0
    assert session.query(Broadcast).count() == 0
    discard(result.broadcast_id)
    other = write_deliveries(plan(make_announcement(), make_audience(3, name="b")))
    release(other.broadcast_id)
    with pytest.raises(Conflict, match="stopped, not deleted"):
        discard(other.broadcast_id)


def test_a_fan_out_that_died_half_way_cannot_be_released_and_is_deleted_later(
    session: Session,
) -> None:
    result = write_deliveries(plan(make_announcement(), make_audience(3)))
    with deciding() as current:
        current.execute(update(Broadcast).values(ready_at=None))
    with pytest.raises(Conflict, match="not all written"):
        release(result.broadcast_id)
    assert discard_abandoned() == 0
    with clock.set_to(clock.now() + timedelta(hours=2)):
        assert discard_abandoned() == 1
    assert session.query(Delivery).count() == 0


def test_an_error_half_way_leaves_nothing(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_deliveries(plan(make_announcement(), make_audience(3)), progress=fail)
    assert session.query(Broadcast).count() == 0
    assert session.query(Delivery).count() == 0


def test_no_chunk_holds_the_database_for_half_a_second(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    audience = make_audience(25_000)
    held: list[float] = []
    real = fanout.deciding

    from contextlib import contextmanager

    @contextmanager
    def timed():  # type: ignore[no-untyped-def]
        start = time.perf_counter()
        with real() as session:
            yield session
        held.append(time.perf_counter() - start)

    monkeypatch.setattr(fanout, "deciding", timed)
    monkeypatch.setattr("hub.sms.rows.deciding", timed)
    result = write_deliveries(plan(make_announcement(), audience))
    assert result.recipients == 25_000
    assert len(held) >= 5
    assert max(held) < 0.5
    db.session.rollback()
