"""Deletion when the purpose is over, never before, and all of it."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub import clock
from hub.audiences import delete, find, list_all
from hub.audiences.retention import deletion_date, purge, remove_lines
from hub.errors import Invalid
from hub.models import (
    AnnouncementState,
    Audience,
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryState,
    Incident,
    JournalEntry,
    Recipient,
    SetAsideRow,
)
from tests.audiences.incidents import broadcast, incident
from tests.audiences.lists import csv_bytes, imported
from tests.conftest import SHELL

DATA = csv_bytes("Mobil;Tid", "20123456;10:30", "30112233;11:00", "112;x")
DAY = timedelta(days=1)


def names(session: Session) -> list[str]:
    session.rollback()
    return [item.name for item in list_all(session)]


def close(session: Session, row: Incident, after: timedelta) -> None:
    row.closed_at = clock.now() + after
    session.commit()


def test_a_list_never_used_goes_its_days_after_import(either: Session) -> None:
    file = imported(DATA, delete_after_days=10).file
    now = clock.now()
    assert purge(now + 10 * DAY - timedelta(minutes=1)).audiences == ()
    assert names(either) == ["Borgere"]
    report = purge(now + 10 * DAY + timedelta(minutes=1))
    assert (report.audiences, report.recipients, report.files) == (("Borgere",), 2, 1)
    for table in (Audience, Recipient, SetAsideRow):
        assert either.scalar(select(func.count()).select_from(table)) == 0
    assert file is not None
    assert not file.exists()
    newest = select(JournalEntry).order_by(JournalEntry.number.desc()).limit(2)
    whole, entry = either.scalars(newest).all()
    assert (whole.kind, whole.data) == (
        "deletion-done",
        {
            "lists": 1,
            "recipients": 2,
            "broadcasts": 0,
            "deliveries": 0,
            "outbox_lines": 0,
            "files": 1,
        },
    )
    assert (entry.kind, entry.data) == (
        "audience-expired",
        {"audience": report_id(entry), "name": "Borgere", "recipients": 2},
    )


def report_id(entry: JournalEntry) -> int:
    return int(entry.data["audience"])


def test_the_clock_starts_when_the_last_incident_closes(session: Session) -> None:
    imported(DATA, delete_after_days=10)
    now = clock.now()
    first, second = incident(session), incident(session)
    for row in (first, second):
        broadcast(session, row, find(session, "Borgere"))
    close(session, first, 5 * DAY)
    assert purge(now + 100 * DAY).audiences == ()
    assert deletion_date(session, find(session, "Borgere")) == (
        None,
        f"incident {second.id} is open",
    )
    close(session, second, 20 * DAY)
    assert purge(now + 29 * DAY).audiences == ()
    assert purge(now + 31 * DAY).audiences == ("Borgere",)


@pytest.mark.parametrize("state", [AnnouncementState.CONFIRMED, AnnouncementState.LIVE])
def test_it_waits_while_an_announcement_is_in_force(
    session: Session, state: AnnouncementState
) -> None:
    imported(DATA)
    sent = broadcast(
        session, incident(session, closed_at=clock.now()), find(session, "Borgere"), announced=state
    )
    report = purge(clock.now() + 100 * DAY)
    assert report.audiences == report.broadcasts == ()
    assert any("in force" in words and str(sent.id) in words for words in report.waiting)
    assert names(session) == ["Borgere"]


@pytest.mark.parametrize("state", list(DeliveryState))
def test_it_waits_while_a_deliverys_fate_is_not_known(
    session: Session, state: DeliveryState
) -> None:
    imported(DATA)
    broadcast(
        session,
        incident(session, closed_at=clock.now()),
        find(session, "Borgere"),
        deliveries=(DeliveryState.DELIVERED, state),
    )
    report = purge(clock.now() + 100 * DAY)
    if state in (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.UNKNOWN):
        assert report.audiences == report.broadcasts == ()
        assert session.scalar(select(func.count(Delivery.number))) == 2
        assert any("not settled" in words for words in report.waiting)
    else:
        assert report.audiences == ("Borgere",)
        assert session.scalar(select(func.count(Delivery.number))) == 0


def test_a_draft_nobody_confirmed_does_not_keep_a_list_for_ever(session: Session) -> None:
    imported(DATA)
    row = incident(session)
    broadcast(
        session,
        row,
        find(session, "Borgere"),
        state=BroadcastState.PREPARED,
        announced=AnnouncementState.RETURNED,
        deliveries=(DeliveryState.QUEUED,),
    )
    assert purge(clock.now() + 100 * DAY).audiences == ()
    close(session, row, timedelta())
    report = purge(clock.now() + 100 * DAY)
    assert report.audiences == ("Borgere",)
    assert session.scalar(select(func.count(Delivery.number))) == 0


def test_numbers_and_personal_fields_leave_the_deliveries_and_the_counts_stay(
    either: Session,
) -> None:
    imported(DATA, delete_after_days=5)
    states = (DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.SKIPPED)
    sent = broadcast(
        either,
        incident(either, closed_at=clock.now()),
        find(either, "Borgere"),
        deliveries=states,
        set_aside=[{"row": 7, "slot": "tid", "reason": "'hos Bo' is no time"}],
    )
    number = sent.id
    assert purge(clock.now() + 4 * DAY).broadcasts == ()
    now = clock.now() + 6 * DAY
    report = purge(now)
    assert (report.broadcasts, report.deliveries) == ((number,), 3)
    either.expire_all()
    rows = either.scalars(select(Delivery).where(Delivery.broadcast_id == number)).all()
    assert sorted(item.state for item in rows) == sorted(state.value for state in states)
    assert all(
        (item.number, item.personal, item.personal_key, item.error_text) == (None, None, b"", None)
        for item in rows
    )
    after = either.get_one(Broadcast, number)
    assert (after.purged_at, after.total, after.set_aside) == (now, 3, [{"row": 7}])
    again = purge(now + DAY)
    assert (again.broadcasts, again.deliveries, again.audiences) == ((), 0, ())


def test_a_shorter_list_decides_for_those_reached_without_one(session: Session) -> None:
    imported(DATA, delete_after_days=3)
    row = incident(session, closed_at=clock.now())
    broadcast(session, row, find(session, "Borgere"))
    later = broadcast(session, row, None)
    alone = broadcast(session, incident(session, closed_at=clock.now()), None)
    assert later.id in purge(clock.now() + 4 * DAY).broadcasts
    assert purge(clock.now() + 29 * DAY).broadcasts == ()
    assert purge(clock.now() + 31 * DAY).broadcasts == (alone.id,)


@pytest.mark.parametrize("how", ["replaced", "deleted"])
def test_the_promised_days_hold_for_deliveries_of_a_list_that_is_gone(
    session: Session, how: str
) -> None:
    imported(DATA, delete_after_days=3)
    sent = broadcast(session, incident(session, closed_at=clock.now()), find(session, "Borgere"))
    number = sent.id
    if how == "replaced":
        imported(DATA, delete_after_days=300)
    else:
        delete("Borgere", SHELL)
    assert session.scalar(select(func.count(Recipient.id))) == (2 if how == "replaced" else 0)
    assert purge(clock.now() + 2 * DAY).broadcasts == ()
    report = purge(clock.now() + 4 * DAY)
    assert report.broadcasts == (number,)
    assert names(session) == (["Borgere"] if how == "replaced" else [])
    assert session.scalar(select(func.count()).select_from(Audience)) == len(names(session))


def test_a_list_imported_anew_counts_from_its_own_import(session: Session) -> None:
    imported(DATA, delete_after_days=10)
    broadcast(session, incident(session, closed_at=clock.now()), find(session, "Borgere"))
    with clock.set_to(clock.now() + 20 * DAY):
        imported(DATA, delete_after_days=10)
        assert purge(clock.now() + 9 * DAY).audiences == ()
        assert purge(clock.now() + 11 * DAY).audiences == ("Borgere",)


def test_files_of_refused_imports_go_too(session: Session, app: Flask) -> None:
    folder: Path = app.config["HUB"].data_dir / "set-aside"
    with pytest.raises(Invalid):
        imported(csv_bytes("Mobil", "112"))
    kept = imported(DATA, delete_after_days=300).file
    (refused,) = set(folder.iterdir()) - {kept}
    assert purge(clock.now() + 29 * DAY).files == 0
    assert refused.exists()
    assert purge(clock.now() + 31 * DAY).files == 1
    assert list(folder.iterdir()) == [kept]


def test_lines_leave_the_outbox_with_their_deliveries(session: Session, app: Flask) -> None:
    imported(DATA)
    sent = broadcast(session, incident(session, closed_at=clock.now()), find(session, "Borgere"))
    other = broadcast(session, incident(session), None)
    gone, kept = (
        session.scalar(select(Delivery.id).where(Delivery.broadcast_id == row.id))
        for row in (sent, other)
    )
    path: Path = app.config["HUB"].data_dir / "outbox.jsonl"
    lines = [{"delivery": gone, "to": "+4520111111"}, {"delivery": kept, "to": "+4520111112"}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert purge(clock.now() + 31 * DAY).outbox_lines == 1
    assert json.loads(path.read_text()) == lines[1]
    assert oct(os.stat(path).st_mode & 0o777) == "0o600"


LINES = st.lists(
    st.one_of(
        st.builds(lambda n: json.dumps({"delivery": n, "body": "æ"}), st.integers(0, 5)),
        st.sampled_from(
            ["", "{", "[1]", '{"delivery": "1"}', '{"delivery": true}', "null", '{"body": 1}']
        ),
    ),
    max_size=12,
)


@given(lines=LINES, ids=st.sets(st.integers(0, 5)), torn=st.sampled_from(["", '{"delivery": 1']))
def test_only_the_lines_of_these_deliveries_go(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], ids: set[int], torn: str
) -> None:
    path = tmp_path_factory.mktemp("outbox") / "outbox.jsonl"
    path.write_text("".join(line + "\n" for line in lines) + torn, "utf-8")
    wanted = {json.dumps({"delivery": n, "body": "æ"}) for n in ids}
    expected = [line for line in lines if line not in wanted]
    assert remove_lines(path, ids) == len(lines) - len(expected)
    assert path.read_text("utf-8") == "".join(line + "\n" for line in expected) + torn
    assert {item.name for item in path.parent.iterdir()} <= {"outbox.jsonl", "outbox.lock"}
