"""Names and addresses of places, and which announcements concern them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.text import places
from hub.text.situation import PublicAnnouncement, PublicPlace, Situation, Standing
from tests.situations import NOON, announcement, ended, incident, situation

SINCE = NOON - timedelta(days=60)


def school(name: str, *areas: str, **changes: Any) -> PublicPlace:
    return PublicPlace("s", places.slug(name), name, SINCE, areas=areas, **changes)


def area(name: str, *areas: str, **changes: Any) -> PublicPlace:
    return PublicPlace("a", places.slug(name), name, SINCE, areas=areas, **changes)


def naming(
    number: int, schools: Sequence[str] = (), areas: Sequence[str] = (), **changes: Any
) -> PublicAnnouncement:
    return replace(announcement(number, **changes), schools=tuple(schools), areas=tuple(areas))


def at(listed: Sequence[PublicPlace], *items: PublicAnnouncement, **changes: Any) -> Situation:
    return situation(incident(*items), places=tuple(listed), **changes)


def concerned(found: Situation, *, exercise: bool = False) -> dict[str, list[int]]:
    return {
        item.place.name: [shown.number for shown in item.current]
        for item in places.concerns(found, exercise=exercise)
        if item.current
    }


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Nørreby Skole", "noerreby-skole"),
        ("Ålborggårdens Børnehave", "aalborggaardens-boernehave"),
        ("ÆBLEHAVEN", "aeblehaven"),
        ("H.C. Andersens Skole", "h-c-andersens-skole"),
        ("Café Große Łódź", "cafe-grosse-lodz"),
        ("10. klasse/ungdomsskolen", "10-klasse-ungdomsskolen"),
        (
            "Sønderby Børne- og Ungdomscenter med specialklasser",
            "soenderby-boerne-og-ungdomscenter-med",
        ),
        ("مدرسة", "sted"),
    ],
)
def test_a_name_becomes_a_readable_address(name: str, slug: str) -> None:
    assert places.slug(name) == slug


@given(st.text(max_size=80))
def test_an_address_has_small_letters_digits_and_hyphens_only(name: str) -> None:
    slug = places.slug(name)
    assert 0 < len(slug) <= places.LONGEST_SLUG
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug.startswith("-")
    assert not slug.endswith("-")
    assert places.slug(slug) == slug


@given(st.text(max_size=40))
def test_capitals_and_blanks_make_no_other_name(name: str) -> None:
    assert places.key(f"  {name}\t") == places.key(name)
    assert places.key(places.key(name)) == places.key(name)


@pytest.mark.parametrize(
    "spelling",
    ["nørreby skole", "NØRREBY  SKOLE", "Nørreby-Skole", "Noerreby Skole", "No\u0308rreby skole"],
)
def test_spellings_of_one_name_are_the_same(spelling: str) -> None:
    assert places.key(spelling) == places.key("Nørreby Skole")


def test_a_school_is_concerned_by_its_name_and_its_other_names() -> None:
    listed = [school("Nørreby Skole", other_names=("NBS",)), school("Sønderby Skole")]
    assert concerned(at(listed, naming(1, ["nørreby  SKOLE"]))) == {"Nørreby Skole": [1]}
    assert concerned(at(listed, naming(1, ["NBS"]))) == {"Nørreby Skole": [1]}
    assert concerned(at(listed, naming(1, ["Nørreby Skole og Sønderby Skole"]))) == {
        "Nørreby Skole": [1],
        "Sønderby Skole": [1],
    }
    assert concerned(at(listed, naming(1, ["Nørrebyskolen"]))) == {}


def test_a_message_for_one_school_does_not_concern_the_town_or_another_school_in_it() -> None:
    listed = [school("Nørreby Skole", "Nørreby"), school("Havnebørn", "Nørreby"), area("Nørreby")]
    assert concerned(at(listed, naming(1, ["Nørreby Skole"]))) == {"Nørreby Skole": [1]}


def test_a_school_is_concerned_by_the_area_it_lies_in_however_deep() -> None:
    listed = [
        school("Nørreby Skole", "Havnen"),
        school("Sønderby Skole", "Sønderby"),
        area("Havnen", "Nørreby"),
        area("Nørreby", "Nordkredsen", other_names=("Nr. By",)),
        area("Nordkredsen"),
        area("Sønderby"),
    ]
    for words in ("Nordkredsen", "Nr. By", "nørreby", "Nørreby og Vesterby", "Havnen"):
        found = concerned(at(listed, naming(1, areas=[words])))
        assert "Nørreby Skole" in found, words
        assert "Sønderby Skole" not in found, words
    assert set(concerned(at(listed, naming(1, areas=["Havnen"])))) == {
        "Nørreby Skole",
        "Havnen",
        "Nørreby",
        "Nordkredsen",
    }


def test_an_area_that_is_on_no_list_counts_by_its_words() -> None:
    listed = [school("Nørreby Skole", "Nørreby")]
    assert concerned(at(listed, naming(1, areas=["Nørreby"]))) == {"Nørreby Skole": [1]}


def test_areas_that_lie_in_each_other_end() -> None:
    listed = [area("A1", "B1"), area("B1", "A1"), school("Skolen", "A1")]
    assert concerned(at(listed, naming(1, areas=["B1"]))) == {"A1": [1], "B1": [1], "Skolen": [1]}


@pytest.mark.parametrize(
    "areas", [[], ["Eksempel Kommune"], ["hele kommunen"], ["Hele Eksempel"], ["EKSEMPEL"]]
)
def test_what_is_for_everybody_concerns_areas_and_a_school_where_life_is_in_danger(
    areas: list[str],
) -> None:
    listed = [school("Nørreby Skole", "Nørreby"), area("Nørreby")]
    assert concerned(at(listed, naming(1, areas=areas))) == {"Nørreby": [1]}
    assert concerned(at(listed, naming(1, areas=areas, severity="life"))) == {
        "Nørreby": [1],
        "Nørreby Skole": [1],
    }


def test_what_changes_or_ends_a_message_concerns_whom_that_concerned() -> None:
    """Also when it names others, or nobody: those who read the first must read that it changed."""
    listed = [school("Nørreby Skole"), school("Sønderby Skole")]
    first = replace(
        ended(1, standing=Standing.CORRECTED, replaced_by=2), schools=("Nørreby Skole",)
    )
    correction = naming(2, ["Sønderby Skole"], kind="correction", closes=1)
    assert concerned(at(listed, first, correction)) == {"Nørreby Skole": [2], "Sønderby Skole": [2]}
    over = naming(2, kind="end", closes=1, standing=Standing.OVER)
    assert concerned(at(listed, first, over)) == {"Nørreby Skole": [2]}


def test_the_gravest_comes_first_and_what_is_over_last() -> None:
    listed = [school("Skolen")]
    found = at(
        listed,
        naming(1, ["Skolen"], severity="notice"),
        naming(2, ["Skolen"], severity="life"),
        naming(3, ["Skolen"], severity="life", standing=Standing.OVER, kind="end"),
    )
    assert concerned(found) == {"Skolen": [2, 1, 3]}


def test_a_quiet_place_knows_since_when() -> None:
    listed = [school("Nørreby Skole"), school("Sønderby Skole")]
    over = [replace(ended(1), schools=("Nørreby Skole",))]
    found = {item.place.name: item.last for item in places.concerns(at(listed, *over))}
    assert found == {"Nørreby Skole": over[0].ended_at, "Sønderby Skole": SINCE}


def test_exercises_and_incidents_never_meet_on_a_place() -> None:
    listed = (school("Skolen"),)
    found = situation(
        incident(naming(1, ["Skolen"]), number=1),
        incident(naming(2, ["Skolen"]), number=2, exercise=True),
        places=listed,
    )
    assert concerned(found) == {"Skolen": [1]}
    assert concerned(found, exercise=True) == {"Skolen": [2]}


def test_a_place_off_the_list_is_concerned_by_nothing() -> None:
    assert places.concerns(at([school("Skolen", removed=True)], naming(1, ["Skolen"]))) == ()


@given(
    st.lists(st.sampled_from(["Nørreby", "Sønderby", "Skolen", "hele kommunen", ""]), max_size=4),
    st.lists(st.integers(0, 3), max_size=4),
)
def test_nothing_in_force_is_lost_between_the_places(names: list[str], closes: list[int]) -> None:
    """Whatever names a place on the list is on that place's page."""
    listed = [school("Skolen", "Nørreby"), area("Nørreby"), area("Sønderby")]
    items = [
        naming(
            number,
            areas=[name] if name else [],
            closes=closes[number - 1]
            if number <= len(closes) and closes[number - 1] < number
            else None,
        )
        for number, name in enumerate(names, start=1)
    ]
    found = concerned(at(listed, *items)) if items else {}
    for item in items:
        for name in item.areas:
            if name in ("Nørreby", "Sønderby") and item.closes is None:
                assert item.number in found[name]
