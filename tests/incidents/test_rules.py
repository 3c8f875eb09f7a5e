"""What the fact sheet's rules say of an announcement at its moment: L08, L09, L30 and L36."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub import clock
from hub.clock import COPENHAGEN
from hub.desk.start import rule_words
from hub.incidents import announcing, register
from hub.incidents.announcing import Order
from hub.incidents.contradicting import WHAT
from hub.incidents.previewing import preview
from hub.incidents.risks import Risk, Warned
from hub.incidents.timing import morning_after, promised_late, wakes_people, wrong_days
from hub.text.conflicts import CONTRADICTIONS
from hub.text.types import SlotType
from tests.incidents.conftest import ALL_CLEAR, CLEO, DAN, SLOTS, UPDATE, prepare
from tests.text.versions import VERSION, slot


def examples(incident: int, key: str, **slots: str) -> Order:
    return Order(key=key, incident=incident, slots=slots, examples=True)


def found(order: Order, *risks: Risk) -> list[Warned]:
    wanted = risks or (Risk.CONTRADICTS, Risk.CONTRADICTS_ELSEWHERE)
    return [item for item in preview(order, actor=CLEO).warnings if item.risk in wanted]


def told(warned: Warned) -> tuple[str, int, bool]:
    clash = warned.values["clash"]
    return clash.contradiction.id, clash.other.number, clash.same_place


@pytest.fixture
def dark(incident: int) -> int:
    """The number of a confirmed message that the power is out in Nørreby, in an incident of its own."""
    other = register.open_incident("power-outage", actor=CLEO).id
    done = announcing.prepare(examples(other, "power-outage/during", place="Nørreby"), actor=CLEO)
    announcing.confirm(done.announcement, actor=DAN)
    return done.announcement


def test_boiling_where_the_power_is_out_is_a_danger_and_another_message_is_offered(
    incident: int, dark: int
) -> None:
    (warned,) = found(Order(key="water-boil/during", incident=incident, slots=SLOTS))
    assert warned.risk is Risk.CONTRADICTS
    assert told(warned) == ("boil-without-power", dark, True)
    done = prepare(incident)
    (line,) = [line for line in done.warnings if "contradicts announcement" in line]
    assert f"announcement {dark} (power-outage/during, Nørreby)" in line
    assert "Send water-none/during" in line


def test_another_place_is_asked_about(incident: int, dark: int) -> None:
    slots = {**SLOTS, "place": "Sønderby"}
    (warned,) = found(Order(key="water-boil/during", incident=incident, slots=slots))
    assert warned.risk is Risk.CONTRADICTS_ELSEWHERE
    assert told(warned) == ("boil-without-power", dark, False)


def test_what_only_waits_for_confirmation_counts_too(incident: int) -> None:
    other = register.open_incident("power-outage", actor=CLEO).id
    waiting = announcing.prepare(
        examples(other, "power-outage/during", place="Nørreby"), actor=CLEO
    )
    order = Order(key="water-boil/during", incident=incident, slots=SLOTS)
    (warned,) = found(order)
    assert told(warned)[1] == waiting.announcement
    announcing.discard(waiting.announcement, actor=CLEO)
    assert found(order) == []


def test_what_is_over_contradicts_nothing(incident: int, dark: int) -> None:
    order = Order(key="water-boil/during", incident=incident, slots=SLOTS)
    other = 2
    done = announcing.prepare(
        examples(other, "power-outage/all-clear", place="Nørreby"), actor=CLEO
    )
    announcing.confirm(done.announcement, actor=DAN)
    assert [told(item)[0] for item in found(order)] == []


def test_an_all_clear_is_held_against_what_still_holds(incident: int, dark: int) -> None:
    boil = prepare(incident)
    announcing.confirm(boil.announcement, actor=DAN)
    save = announcing.prepare(
        examples(
            register.open_incident("water-saving", actor=CLEO).id,
            "water-saving/during",
            place="Nørreby",
        ),
        actor=CLEO,
    )
    assert {
        told(item) for item in found(examples(2, "power-outage/all-clear", place="Nørreby"))
    } == {
        ("drink-or-not", boil.announcement, True),
        ("use-water-or-save", save.announcement, True),
    }


def test_the_message_that_is_replaced_contradicts_nothing(incident: int) -> None:
    first = prepare(incident)
    announcing.confirm(first.announcement, actor=DAN)
    order = Order(key="water-boil/all-clear", incident=incident, slots=ALL_CLEAR)
    assert found(order) == []


def test_an_exercise_is_held_against_exercises_alone(incident: int, dark: int) -> None:
    played = register.open_incident("water-boil", actor=CLEO, exercise=True).id
    assert found(Order(key="water-boil/during", incident=played, slots=SLOTS)) == []


def test_every_contradiction_has_words_at_both_doors() -> None:
    assert {rule.id for rule in CONTRADICTIONS} == set(WHAT) == set(rule_words.WHAT)


def test_a_late_promise_is_a_warning_only_where_people_must_act(incident: int) -> None:
    for hours, expected in (("+6h", []), ("+7h", [Risk.PROMISED_LATE])):
        order = Order(
            key="water-boil/during", incident=incident, slots={**SLOTS, "next_update": hours}
        )
        assert [item.risk for item in found(order, Risk.PROMISED_LATE)] == expected
    now = clock.now()
    late = now + timedelta(hours=7)
    assert promised_late("life", "update", late, now) == late
    assert promised_late("notice", "first", late, now) is None
    assert promised_late("severe", "end", late, now) is None
    assert promised_late("severe", "first", None, now) is None


@pytest.mark.parametrize(
    ("severity", "kind", "hour", "wakes"),
    [
        ("notice", "first", 23, True),
        ("notice", "first", 6, True),
        ("notice", "first", 7, False),
        ("notice", "first", 21, False),
        ("severe", "first", 3, False),
        ("severe", "update", 3, True),
        ("severe", "end", 3, True),
        ("severe", "correction", 3, False),
        ("life", "update", 3, False),
        ("life", "end", 3, False),
    ],
)
def test_at_night_only_what_cannot_wait(severity: str, kind: str, hour: int, wakes: bool) -> None:
    moment = datetime(2026, 11, 21, hour, 30, tzinfo=COPENHAGEN)
    assert wakes_people(severity, kind, None, moment, 0.0) is wakes


def test_the_last_sms_counts_and_so_does_what_is_over_by_morning() -> None:
    evening = datetime(2026, 11, 21, 21, 30, tzinfo=COPENHAGEN)
    assert wakes_people("notice", "first", None, evening, 3600.0)
    assert not wakes_people("notice", "first", None, evening, 600.0)
    night = datetime(2026, 11, 21, 23, 0, tzinfo=COPENHAGEN)
    assert morning_after(night) == datetime(2026, 11, 22, 7, 0, tzinfo=COPENHAGEN)
    assert not wakes_people("notice", "first", morning_after(night), night, 0.0)
    noon = datetime(2026, 11, 21, 8, 0, tzinfo=COPENHAGEN)
    assert wakes_people("notice", "first", None, noon, timedelta(hours=16).total_seconds())


def test_the_night_the_clock_changes_ends_at_seven_all_the_same() -> None:
    late = datetime(2026, 10, 24, 23, 0, tzinfo=COPENHAGEN)
    assert morning_after(late).isoformat() == "2026-10-25T07:00:00+01:00"
    spring = datetime(2026, 3, 29, 1, 30, tzinfo=COPENHAGEN)
    assert morning_after(spring).isoformat() == "2026-03-29T07:00:00+02:00"


def test_a_night_is_said_at_both_doors(
    incident: int, citizens: str, move: Callable[[timedelta], None]
) -> None:
    done = prepare(incident, audience=citizens)
    announcing.confirm(done.announcement, actor=DAN)
    move(timedelta(hours=10))
    order = Order(key="water-boil/update", incident=incident, slots=UPDATE, audience=citizens)
    assert [item.risk for item in found(order, Risk.AT_NIGHT)] == [Risk.AT_NIGHT]
    assert found(replace(order, audience="none"), Risk.AT_NIGHT) == []
    warnings = announcing.prepare(order, actor=CLEO).warnings
    assert any("between 22 and 7" in line for line in warnings)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Mandag den 21. november", [("Mandag den 21. november", "lørdag")]),
        ("Lørdag den 21. november", []),
        ("den 21. november", []),
        ("fredag den 1. januar", []),
        ("mandag den 1. januar", [("mandag den 1. januar", "fredag")]),
        ("mandag den 30. februar", []),
    ],
)
def test_a_weekday_in_free_words_is_the_calendars(
    words: str, expected: list[tuple[str, str]]
) -> None:
    text = replace(VERSION, slots=(slot("more", SlotType.TEXT.value, example="x"),))
    now = datetime(2026, 11, 20, 12, 0, tzinfo=COPENHAGEN)
    assert list(wrong_days(text, {"more": words}, now)) == expected
