"""Confirming: the other pair of eyes, once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from hub import clock, journal
from hub.audiences.importing import import_list
from hub.database import db
from hub.errors import Conflict, HubError, Invalid, NotAllowed
from hub.incidents import announcing, register
from hub.incidents.lifecycle import STEPS, step
from hub.models import (
    Announcement,
    AnnouncementState,
    Broadcast,
    BroadcastText,
    Delivery,
    JournalEntry,
    Person,
    Version,
)
from tests.incidents.conftest import ALL_CLEAR, CLEO, DAN, EVA, SLOTS, UPDATE, live, prepare


@pytest.mark.parametrize(("start", "to"), list(product(AnnouncementState, AnnouncementState)))
def test_only_the_steps_in_the_table_are_taken(
    start: AnnouncementState, to: AnnouncementState
) -> None:
    row = Announcement(id=1, state=start.value)
    if to in STEPS[start]:
        step(row, to)
        assert row.state == to
    else:
        with pytest.raises(Conflict):
            step(row, to)
        assert row.state == start


def test_a_second_person_makes_it_public(incident: int, citizens: str) -> None:
    prepared = prepare(incident, audience=citizens)
    done = announcing.confirm(prepared.announcement, actor=DAN, hash=prepared.hash)
    assert (done.recipients, done.by, done.already) == (5, DAN.name, False)
    session = db.session()
    assert session.scalar(select(Broadcast.state)) == "waiting"
    row = session.get_one(Announcement, prepared.announcement)
    assert (row.state, row.confirmed_by, row.confirmed_how) == (
        "confirmed",
        DAN.name,
        "second-person",
    )


def test_the_preparer_cannot_confirm(incident: int) -> None:
    prepared = prepare(incident)
    with pytest.raises(NotAllowed, match="another person"):
        announcing.confirm(prepared.announcement, actor=CLEO)


def test_a_viewer_cannot_confirm(incident: int) -> None:
    prepared = prepare(incident)
    with pytest.raises(NotAllowed, match="sender"):
        announcing.confirm(prepared.announcement, actor=EVA)


def test_an_account_made_an_hour_ago_cannot_confirm_for_its_maker(incident: int) -> None:
    db.session().execute(
        update(Person)
        .where(Person.email == DAN.name)
        .values(made_by=CLEO.name, made_at=clock.now() - timedelta(hours=1))
    )
    db.session().commit()
    prepared = prepare(incident)
    with pytest.raises(NotAllowed, match="24 hours"):
        announcing.confirm(prepared.announcement, actor=DAN)


def test_another_text_than_was_read_is_refused(incident: int) -> None:
    prepared = prepare(incident)
    with pytest.raises(Conflict, match="read it again"):
        announcing.confirm(prepared.announcement, actor=DAN, hash="0" * 12)


def test_confirming_twice_is_one_confirm(incident: int, citizens: str) -> None:
    prepared = prepare(incident, audience=citizens)
    announcing.confirm(prepared.announcement, actor=DAN)
    again = announcing.confirm(prepared.announcement, actor=DAN)
    assert again.already
    kinds = list(db.session().scalars(select(JournalEntry.kind)))
    assert kinds.count("announcement-confirmed") == 1


def test_two_at_once_are_one_confirm(app: Flask, incident: int, citizens: str) -> None:
    prepared = prepare(incident, audience=citizens)
    outcomes: list[bool | str] = []
    ready = threading.Barrier(4)

    def confirm() -> None:
        with app.app_context():
            ready.wait()
            try:
                outcomes.append(announcing.confirm(prepared.announcement, actor=DAN).already)
            except HubError as error:
                outcomes.append(str(error))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=confirm) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [False, True, True, True]
    assert journal.verify(db.session()).holds


def test_after_thirty_minutes_it_must_be_filled_again(
    incident: int, move: Callable[[timedelta], None]
) -> None:
    prepared = prepare(incident)
    move(timedelta(minutes=31))
    with pytest.raises(Conflict, match="30 minutes"):
        announcing.confirm(prepared.announcement, actor=DAN)


def test_a_time_that_passed_names_only_that_slot(
    incident: int, move: Callable[[timedelta], None]
) -> None:
    prepared = prepare(incident, slots={**SLOTS, "next_update": "+20m"})
    move(timedelta(minutes=25))
    with pytest.raises(Conflict) as refusal:
        announcing.confirm(prepared.announcement, actor=DAN)
    assert "--slot next_update=..." in str(refusal.value)
    assert "--slot from" not in str(refusal.value)


def test_a_new_approved_version_in_between_is_refused(incident: int) -> None:
    prepared = prepare(incident)
    db.session().execute(
        update(Version).where(Version.key == "water-boil/during").values(state="retired")
    )
    db.session().commit()
    with pytest.raises(Conflict, match="not the approved version any more"):
        announcing.confirm(prepared.announcement, actor=DAN)


def test_a_text_changed_in_the_database_is_refused(incident: int) -> None:
    prepared = prepare(incident)
    row = db.session().get_one(Announcement, prepared.announcement)
    changed = deepcopy(row.composed_json)
    changed["texts"]["da"]["sms"] += " Ring 12345678"
    row.composed_json = changed
    db.session().commit()
    with pytest.raises(Conflict, match="not what was prepared"):
        announcing.confirm(prepared.announcement, actor=DAN)


def test_a_setting_changed_in_between_is_refused(
    app: Flask, incident: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = prepare(incident)
    other = replace(app.config["HUB"], municipality="Anden Kommune")
    monkeypatch.setitem(app.config, "HUB", other)
    with pytest.raises(Conflict, match="read differently"):
        announcing.confirm(prepared.announcement, actor=DAN)


def test_an_all_clear_skips_what_still_waits_in_the_same_step(incident: int, citizens: str) -> None:
    first = live(incident, audience=citizens)
    session = db.session()
    rows = list(session.scalars(select(Delivery).order_by(Delivery.id)))
    rows[0].state, rows[1].state = "accepted", "unknown"
    session.commit()
    end = prepare(
        incident,
        key="water-boil/all-clear",
        slots=ALL_CLEAR,
    )
    done = announcing.confirm(end.announcement, actor=DAN)
    assert done.names == first.announcement
    states = list(
        session.scalars(
            select(Delivery.state)
            .where(Delivery.broadcast_id == first.broadcast)
            .order_by(Delivery.id)
        )
    )
    assert states == ["accepted", "unknown", "skipped", "skipped", "skipped"]
    named = session.get_one(Announcement, first.announcement)
    assert (named.state, named.ended_by_id) == ("ended", end.announcement)


def test_two_updates_of_one_announcement_cannot_both_be_confirmed(incident: int) -> None:
    live(incident)
    one = prepare(incident, key="water-boil/update", slots=UPDATE)
    two = prepare(incident, key="water-boil/update", slots={**UPDATE, "whats_new": "area"})
    announcing.confirm(one.announcement, actor=DAN)
    with pytest.raises(Conflict, match="updated already"):
        announcing.confirm(two.announcement, actor=DAN)


def _single(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "HUB", replace(app.config["HUB"], confirmation="single"))


def test_one_person_at_night_needs_the_setting_a_reason_and_a_list_of_somebody_else(
    app: Flask, incident: int, citizens: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = prepare(incident, audience=citizens)
    _single(app, monkeypatch)
    with pytest.raises(Invalid, match="--reason"):
        announcing.confirm(prepared.announcement, actor=CLEO)
    done = announcing.confirm(prepared.announcement, actor=CLEO, reason="02:30, alone on duty")
    assert done.by == CLEO.name
    row = db.session().get_one(Announcement, prepared.announcement)
    assert (row.confirmed_how, row.confirmed_reason) == ("single", "02:30, alone on duty")


def test_one_person_with_an_own_fresh_list_is_refused(
    app: Flask, incident: int, monkeypatch: pytest.MonkeyPatch, move: Callable[[timedelta], None]
) -> None:
    import_list("egen", b"mobil\n20112290\n", "e.csv", actor=CLEO)
    _single(app, monkeypatch)
    prepared = prepare(incident, audience="egen")
    with pytest.raises(NotAllowed, match="imported the list"):
        announcing.confirm(prepared.announcement, actor=CLEO, reason="alone")
    move(timedelta(hours=25))
    announcing.prepare_again(prepared.announcement, {}, actor=CLEO)
    announcing.confirm(prepared.announcement, actor=CLEO, reason="alone")


def test_by_telephone_with_the_code_of_the_draft(app: Flask, incident: int) -> None:
    session = db.session()
    for actor, phone in ((CLEO, "+4520112201"), (DAN, "+4520112202")):
        session.execute(update(Person).where(Person.email == actor.name).values(duty_phone=phone))
    session.commit()
    prepared = prepare(incident)
    bodies = list(
        session.scalars(
            select(BroadcastText.sms)
            .join(Broadcast, Broadcast.id == BroadcastText.broadcast_id)
            .where(Broadcast.purpose == "notice")
        )
    )
    assert len(bodies) == 1, "only Dan: Cleo prepared it"
    body = bodies[0]
    assert prepared.composed.texts["da"].sms in body
    assert body.startswith("KLADDE")
    code = body.partition("koden ")[2][:6]
    with pytest.raises(NotAllowed, match="not a code"):
        announcing.confirm(
            prepared.announcement, actor=CLEO, code="000000" if code != "000000" else "1"
        )
    done = announcing.confirm(prepared.announcement, actor=CLEO, code=code)
    assert done.by == DAN.name
    entry = session.scalar(
        select(JournalEntry).where(JournalEntry.kind == "announcement-confirmed")
    )
    assert entry is not None
    assert (entry.data["by"], entry.data["entered_by"], entry.data["how"]) == (
        DAN.name,
        CLEO.name,
        "code",
    )


def test_five_wrong_codes_close_the_telephone(app: Flask, incident: int) -> None:
    session = db.session()
    session.execute(update(Person).where(Person.email == DAN.name).values(duty_phone="+4520112202"))
    session.commit()
    prepared = prepare(incident)
    body = session.scalar(select(BroadcastText.sms))
    assert body is not None
    code = body.partition("koden ")[2][:6]
    wrong = "111111" if code != "111111" else "222222"
    for _ in range(5):
        with pytest.raises(NotAllowed, match="not a code"):
            announcing.confirm(prepared.announcement, actor=CLEO, code=wrong)
    with pytest.raises(NotAllowed, match="Too many"):
        announcing.confirm(prepared.announcement, actor=CLEO, code=code)


def test_a_late_list_skips_who_has_it(incident: int, citizens: str) -> None:
    first = live(incident, audience=citizens)
    import_list("sene", b"mobil\n20112230\n20112277\n", "s.csv", actor=DAN)
    with pytest.raises(NotAllowed, match="somebody else"):
        announcing.add_late_list(first.announcement, "sene", {}, actor=DAN)
    result = announcing.add_late_list(first.announcement, "sene", {}, actor=CLEO)
    assert result.recipients == 1


def test_an_incident_is_not_closed_while_anything_is_in_force(incident: int, citizens: str) -> None:
    live(incident, audience=citizens)
    with pytest.raises(Conflict) as refusal:
        register.close_incident(incident, actor=CLEO)
    assert "in force" in str(refusal.value)
    assert "not finished" in str(refusal.value)


def test_a_late_list_with_nobody_new_leaves_no_broadcast(incident: int, citizens: str) -> None:
    first = live(incident, audience=citizens)
    import_list("sene", b"mobil\n20112230\n", "s.csv", actor=DAN)
    broadcasts = select(func.count(Broadcast.id))
    before = db.session().scalar(broadcasts)
    with pytest.raises(Conflict, match="nobody new"):
        announcing.add_late_list(first.announcement, "sene", {}, actor=CLEO)
    assert db.session().scalar(broadcasts) == before
