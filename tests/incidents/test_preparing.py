"""Preparing an announcement."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from hub import clock
from hub.audiences.importing import import_list
from hub.database import db
from hub.errors import Conflict, Invalid, NotAllowed, NotFound
from hub.incidents import announcing, register
from hub.models import (
    Announcement,
    AnnouncementState,
    Broadcast,
    Delivery,
    JournalEntry,
    Version,
)
from tests.incidents.conftest import (
    ALL_CLEAR,
    CLEO,
    DAN,
    EVA,
    SLOTS,
    START,
    UPDATE,
    live,
    prepare,
)


def test_what_is_prepared_says_exactly_what_would_go_out(incident: int, citizens: str) -> None:
    prepared = prepare(incident, audience=citizens)
    texts = prepared.composed.texts
    assert set(texts) == {"da", "en", "de"}
    assert texts["da"].sms.startswith("Eksempel Kommune: Kog vandet i Nørreby")
    assert "{" not in "".join(t.sms + t.html + t.phone + t.title for t in texts.values())
    assert prepared.recipients == 5
    assert prepared.duplicates == 1
    assert prepared.segments["total"] == sum(
        prepared.segments[language] * number for language, number in (("da", 4), ("en", 1))
    )


def test_nothing_is_sent_and_nothing_public_before_the_confirm(
    incident: int, citizens: str
) -> None:
    prepared = prepare(incident, audience=citizens)
    session = db.session()
    assert session.scalar(select(Broadcast.state)) == "prepared"
    assert set(session.scalars(select(Delivery.state))) == {"queued"}
    assert session.get_one(Announcement, prepared.announcement).state == "prepared"


def test_all_mistakes_in_slots_are_named_at_once(incident: int) -> None:
    with pytest.raises(Invalid) as refusal:
        prepare(
            incident, slots={"place": "", "phone": "112", "next_update": "+72h", "nonsense": "x"}
        )
    words = str(refusal.value)
    for name in ("place", "phone", "next_update", "nonsense"):
        assert repr(name) in words


def test_a_slot_in_the_past_is_refused(incident: int) -> None:
    with pytest.raises(Invalid, match="next_update"):
        prepare(incident, slots={**SLOTS, "next_update": "2026-11-21T10:00"})


def test_an_hour_that_exists_twice_is_refused_with_both_readings(app: Flask) -> None:
    number = register.open_incident("water-boil", actor=CLEO).id
    with pytest.raises(Invalid) as refusal:
        prepare(number, slots={**SLOTS, "from": "2026-10-25T02:30"})
    assert "+02:00" in str(refusal.value)
    assert "+01:00" in str(refusal.value)


def test_a_missing_language_asked_for_by_name_is_refused(incident: int) -> None:
    with pytest.raises(Invalid, match="not written in uk"):
        prepare(incident, languages=("da", "uk"))


def test_an_unknown_list_is_refused_naming_those_there_are(incident: int, citizens: str) -> None:
    with pytest.raises(NotFound, match="borgere"):
        prepare(incident, audience="nobody")


def test_an_unknown_message_and_incident_are_refused(incident: int) -> None:
    with pytest.raises(NotFound, match="water-boil/during"):
        prepare(incident, key="water-boil/duringg")
    with pytest.raises(NotFound, match="no incident 99"):
        prepare(99)


def test_who_has_not_the_role_is_told_who_has(incident: int) -> None:
    with pytest.raises(NotAllowed, match=r"cleo@town\.example"):
        announcing.prepare(announcing.Order("water-boil/during", incident, SLOTS), actor=EVA)


def test_an_expired_version_needs_a_reason(incident: int) -> None:
    db.session().execute(update(Version).values(review_due=clock.now() - timedelta(days=1)))
    db.session().commit()
    with pytest.raises(Conflict, match="--override"):
        prepare(incident)
    prepared = prepare(incident, override="the review is under way, STPS agrees by phone")
    row = db.session().get_one(Announcement, prepared.announcement)
    assert row.override_reason


def test_a_changed_fact_needs_a_reason_and_a_withdrawn_one_blocks(incident: int) -> None:
    db.session().execute(update(Version).values(recheck=["boil_minutes"]))
    db.session().commit()
    with pytest.raises(Conflict, match="boil_minutes"):
        prepare(incident)
    prepare(incident, override="checked by phone")
    db.session().execute(update(Version).values(blocked=["boil_minutes"]))
    db.session().commit()
    with pytest.raises(Conflict, match="withdrawn"):
        prepare(incident, slots={**SLOTS, "place": "Sønderby"}, override="no")


def test_a_version_changed_behind_the_approval_is_refused(incident: int) -> None:
    session = db.session()
    version = session.scalar(select(Version).where(Version.key == "water-boil/during"))
    assert version is not None
    content = deepcopy(version.content)
    content["languages"]["da"]["sms"] = content["languages"]["da"]["sms"].replace("Kog", "Drik")
    version.content = content
    session.commit()
    with pytest.raises(Conflict, match="not what was approved"):
        prepare(incident)


def test_the_same_again_is_refused_naming_it(incident: int) -> None:
    first = prepare(incident)
    with pytest.raises(Conflict, match=f"announcement {first.announcement}"):
        prepare(incident)
    announcing.confirm(first.announcement, actor=DAN)
    with pytest.raises(Conflict, match="in force already"):
        prepare(incident)
    assert (
        prepare(incident, slots={**SLOTS, "place": "Sønderby"}).announcement != first.announcement
    )


def test_an_update_needs_one_in_force_and_takes_everybody_it_went_to(
    incident: int, citizens: str
) -> None:
    with pytest.raises(Conflict, match="there is none"):
        prepare(incident, key="water-boil/update", slots=UPDATE)
    first = live(incident, audience=citizens)
    prepared = prepare(incident, key="water-boil/update", slots=UPDATE)
    assert prepared.recipients == 5
    row = db.session().get_one(Announcement, prepared.announcement)
    assert (row.of_id, row.update_no) == (first.announcement, 2)


def test_with_several_in_force_one_must_be_named(incident: int) -> None:
    first = live(incident)
    second = live(incident, slots={**SLOTS, "place": "Sønderby"})
    with pytest.raises(Conflict, match="--of"):
        prepare(incident, key="water-boil/update", slots=UPDATE)
    prepared = prepare(incident, key="water-boil/update", slots=UPDATE, of=second.announcement)
    row = db.session().get_one(Announcement, prepared.announcement)
    assert row.of_id == second.announcement
    with pytest.raises(Conflict, match=f"{first.announcement}, {second.announcement}"):
        prepare(incident, key="water-boil/update", slots=UPDATE, of=99)


def test_an_all_clear_goes_only_to_those_who_may_have_got_it(incident: int, citizens: str) -> None:
    live(incident, audience=citizens)
    session = db.session()
    states = ("accepted", "unknown", "delivered", "failed", "skipped")
    for row, state in zip(
        session.scalars(select(Delivery).order_by(Delivery.id)), states, strict=True
    ):
        row.state = state
    session.commit()
    prepared = prepare(
        incident,
        key="water-boil/all-clear",
        slots=ALL_CLEAR,
    )
    assert prepared.recipients == 3


def test_an_exercise_and_a_real_list_never_meet(app: Flask, citizens: str) -> None:
    exercise = register.open_incident("water-boil", actor=CLEO, exercise=True).id
    with pytest.raises(Conflict, match="never mix"):
        prepare(exercise, audience=citizens)
    real = register.open_incident("water-boil", actor=CLEO).id
    import_list("øvere", b"mobil\n20112290\n", "o.csv", actor=DAN, exercise=True)
    with pytest.raises(Conflict, match="never mix"):
        prepare(real, audience="øvere")
    prepared = prepare(exercise, audience="øvere")
    sms = prepared.composed.texts["da"].sms
    assert sms.startswith("ØVELSE")
    assert sms.rstrip(". ").endswith("ØVELSE")


def test_personal_slots_come_from_the_list_and_bad_rows_are_set_aside(app: Flask) -> None:
    number = register.open_incident("appointments-cancelled", actor=CLEO).id
    rows = [
        "telefon;tid",
        "20112230;2026-11-24 10:30",
        "20112230;2026-11-25 09:00",
        "20112231;www.svindel.example/klik",
        "20112232;",
        "20112233;2026-11-24 10:30",
    ]
    import_list("tider", "\n".join(rows).encode(), "t.csv", actor=DAN)
    order = announcing.Order(
        "appointments-cancelled/during", number, audience="tider", examples=True
    )
    prepared = announcing.prepare(order, actor=CLEO)
    assert prepared.recipients == 3
    assert [item["row"] for item in prepared.set_aside] == [4, 5]
    (slot,) = prepared.personal.values()
    assert slot["distinct"] == 2


def test_a_missing_column_is_refused_before_anything_is_written(app: Flask) -> None:
    number = register.open_incident("appointments-cancelled", actor=CLEO).id
    import_list("uden", b"telefon;navn\n20112230;A\n20112231;B\n", "u.csv", actor=DAN)
    order = announcing.Order(
        "appointments-cancelled/during", number, audience="uden", examples=True
    )
    with pytest.raises(Invalid, match="tid"):
        announcing.prepare(order, actor=CLEO)
    session = db.session()
    assert session.scalar(select(func.count()).select_from(Broadcast)) == 0
    open_states = [AnnouncementState.PREPARED.value, AnnouncementState.RETURNED.value]
    assert (
        session.scalar(select(Announcement.id).where(Announcement.state.in_(open_states))) is None
    )


def test_examples_are_refused_with_a_real_gateway(
    app: Flask, incident: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    monkeypatch.setitem(app.config, "HUB", replace(app.config["HUB"], gateways=("twilio",)))
    with pytest.raises(Invalid, match="made-up"):
        announcing.prepare(
            announcing.Order("water-boil/during", incident, examples=True), actor=CLEO
        )


def test_again_keeps_what_was_typed_and_counts_times_from_now(
    incident: int, citizens: str, move: Callable[[timedelta], None]
) -> None:
    first = prepare(incident, audience=citizens)
    announcing.return_(first.announcement, actor=DAN, reason="wrong place")
    move(timedelta(hours=1))
    again = announcing.prepare_again(first.announcement, {"place": "Sønderby"}, actor=CLEO)
    row = db.session().get_one(Announcement, first.announcement)
    assert row.next_update == clock.now() + timedelta(hours=4)
    assert "Sønderby" in again.composed.texts["da"].sms
    assert again.recipients == 5
    assert db.session().scalar(select(func.count()).select_from(Delivery)) == 5
    announcing.confirm(first.announcement, actor=DAN, hash=again.hash)


def test_discarding_deletes_its_deliveries(incident: int, citizens: str) -> None:
    first = prepare(incident, audience=citizens)
    announcing.discard(first.announcement, actor=CLEO)
    session = db.session()
    assert session.scalar(select(func.count()).select_from(Delivery)) == 0
    with pytest.raises(Conflict, match="discarded"):
        announcing.confirm(first.announcement, actor=DAN)


def test_a_price_and_the_power_cut_are_counted(app: Flask, incident: int, citizens: str) -> None:
    app.config["HUB"] = replace(app.config["HUB"], sms_price=0.39, segments_per_second=0.0015)
    first = prepare(incident, audience=citizens)
    assert first.cost == round(0.39 * first.segments["total"], 2)
    assert not any("mobile net" in warning for warning in first.warnings)
    announcing.discard(first.announcement, actor=CLEO)
    gone = START - timedelta(hours=2, minutes=30)
    register.set_power_out_since(incident, gone, actor=CLEO)
    again = prepare(incident, audience=citizens)
    assert any("from when the power went, until 13:30" in warning for warning in again.warnings)
    kinds = [row.kind for row in db.session().scalars(select(JournalEntry))]
    assert kinds.count("power-out-noted") == 1
    with pytest.raises(Invalid, match="to come"):
        register.set_power_out_since(incident, START + timedelta(hours=1), actor=CLEO)
    with pytest.raises(NotAllowed):
        register.set_power_out_since(incident, gone, actor=EVA)
