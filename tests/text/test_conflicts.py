"""Rule L30 on what messages tell: every contradiction is seen from both sides, and no other pair is taken for one."""

from __future__ import annotations

import pytest

from hub.text.conflicts import CONTRADICTIONS, Contradiction, Says, clashes, gaps


def says(name: str, *places: str, number: int = 0) -> Says:
    """A message that takes a side as `CONTRADICTIONS` names it."""
    if "?" in name:
        scenario, _, choice = name.partition("?")
        return Says(
            f"{scenario}/during", frozenset(), frozenset({choice}), frozenset(places), number
        )
    where, _, action = name.partition("#")
    key = where if "/" in where else f"{where}/during"
    return Says(key, frozenset({action} - {""}), frozenset(), frozenset(places), number)


PAIRS = [(rule, one, other) for rule in CONTRADICTIONS for one in rule.one for other in rule.other]


@pytest.mark.parametrize(("rule", "one", "other"), PAIRS, ids=str)
def test_a_contradiction_is_seen_from_both_sides(rule: Contradiction, one: str, other: str) -> None:
    for new, old in ((one, other), (other, one)):
        found = clashes(says(new, "Nørreby", number=2), [says(old, "Nørreby", number=1)])
        assert rule.id in {clash.contradiction.id for clash in found}
        assert all(clash.same_place and clash.other.number == 1 for clash in found)


@pytest.mark.parametrize("name", ["water-boil#boil", "power-outage", "evacuation#leave"])
def test_a_message_agrees_with_itself(name: str) -> None:
    assert clashes(says(name), [says(name)]) == ()


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("water-boil#teeth", "power-outage"),  # another instruction
        ("water-boil#boil", "power-outage/all-clear#phone"),  # over
        ("latrine/during#flush", "power-outage#no-flush"),  # another phase
        ("rumour?truth=power_on", "water-none"),  # another choice
        ("indoors#inside", "school-stay#no-collect"),
    ],
)
def test_a_near_miss_is_left_alone(new: str, old: str) -> None:
    assert clashes(says(new), [says(old)]) == ()


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        ("Nørreby", "Nørreby", True),
        ("nørreby", "NØRREBY", True),
        ("Nørreby", "Nørreby Skole", True),
        ("Nørreby, øst", "Nørreby", True),
        ("Nørreby", "Sønderby", False),
        ("Nør", "Nørreby", False),
    ],
)
def test_places_are_the_same_when_one_name_holds_the_other(
    here: str, there: str, same: bool
) -> None:
    (clash,) = clashes(says("water-boil#boil", here), [says("power-outage", there)])
    assert clash.same_place is same


def test_a_message_without_a_place_is_about_every_place() -> None:
    (clash,) = clashes(says("water-boil#boil"), [says("power-outage", "Sønderby")])
    assert clash.same_place


def test_one_town_may_be_safe_while_the_next_still_boils() -> None:
    over = Says("water-boil/all-clear", frozenset({"stop-boil"}), places=frozenset({"Nørreby"}))
    assert clashes(over, [says("water-boil#boil", "Sønderby")]) == ()
    assert clashes(over, [says("water-boil#boil", "Nørreby")])


def test_the_same_place_comes_first() -> None:
    others = [says("power-outage", "Sønderby", number=1), says("power-outage", "Nørreby", number=2)]
    found = clashes(says("water-boil#boil", "Nørreby"), others)
    assert [clash.other.number for clash in found] == [2, 1]


def test_a_library_says_what_the_rule_cannot_see() -> None:
    whole = {
        "water-boil/during": {"boil", "safe", "stop-boil"},
        "power-outage/during": {"flush", "no-flush", "use-power", "meeting"},
        "water-none/during": {"no-flush", "flush", "save", "fetch"},
    }
    assert list(gaps(whole)) == []
    renamed = list(gaps({**whole, "water-boil/during": {"cook", "safe", "stop-boil"}}))
    assert {(gap.scenario, gap.missing) for gap in renamed} == {("water-boil", "boil")}
    without = {key: ids for key, ids in whole.items() if not key.startswith("water-none")}
    assert [gap.instead for gap in gaps(without)] == ["water-none/during"]
    assert list(gaps({"frost/during": {"wrap"}})) == []
