"""What changed in a version's blanks, facts and decisions, property by property."""

from __future__ import annotations

from dataclasses import replace

from hub.text.differences import Detail, NameChange, details_between, name_changes
from hub.text.types import Decision
from tests.text.versions import BOIL, SLOTS, VERSION, slot

DEPTH = Decision("depth", {"da": "Dybde"}, (), "30", {"*": "cm"})


def test_nothing_is_told_where_nothing_changed() -> None:
    assert name_changes(VERSION, VERSION) == ()


def test_a_changed_blank_is_told_property_by_property() -> None:
    choice = slot("use", "choice", options={"yes": {"da": "Ja", "en": "Yes"}, "no": {"da": "Nej"}})
    other = replace(
        choice,
        required=False,
        max_length=20,
        options={"yes": {"da": "Ja", "en": "Yes, you may"}},
        help={"da": "Vælg"},
    )
    old, new = replace(VERSION, slots=(choice,)), replace(VERSION, slots=(other,))
    (change,) = name_changes(old, new)
    assert (change.kind, change.name, change.label) == ("slot", "use", {"da": "use", "en": "use"})
    assert set(change.details) == {
        Detail(("required",), "yes", "no"),
        Detail(("max_length",), "", "20"),
        Detail(("help", "da"), "", "Vælg"),
        Detail(("options", "yes", "en"), "Yes", "Yes, you may"),
        Detail(("options", "no", "da"), "Nej", ""),
    }
    assert change.before != change.after


def test_what_came_and_went_is_told_whole() -> None:
    new = replace(VERSION, slots=SLOTS[1:], facts=(), decisions=(DEPTH,))
    found = {(item.kind, item.name): item for item in name_changes(VERSION, new)}
    assert found == {
        ("slot", "place"): NameChange("slot", "place", "place", "", SLOTS[0].label),
        ("fact", "boil_minutes"): NameChange(
            "fact", "boil_minutes", "1 minut (https://eksempel.dk, 2026-11-20)", ""
        ),
        ("decision", "depth"): NameChange("decision", "depth", "", "30 cm", DEPTH.label),
    }


def test_a_changed_fact_says_how_it_read_and_reads() -> None:
    checked = replace(BOIL, value="3", checked="2026-12-01")
    (change,) = name_changes(VERSION, replace(VERSION, facts=(checked,)))
    assert change.before.startswith("1 minut (")
    assert change.after.startswith("3 minut (")
    assert change.details == (
        Detail(("value",), "1", "3"),
        Detail(("checked",), "2026-11-20", "2026-12-01"),
    )


def test_an_undecided_decision_is_a_dash() -> None:
    old = replace(VERSION, decisions=(replace(DEPTH, value=""),))
    (change,) = name_changes(old, replace(VERSION, decisions=(DEPTH,)))
    assert (change.before, change.after) == ("–", "30 cm")


def test_tables_are_compared_to_the_bottom() -> None:
    old = {"owner": "A", "cap": {"urgency": "Past"}, "co_signers": ["x", "y"], "same": True}
    new = {"owner": "B", "cap": {"urgency": "Future"}, "co_signers": ["x"], "same": True}
    assert details_between(old, new) == (
        Detail(("owner",), "A", "B"),
        Detail(("cap", "urgency"), "Past", "Future"),
        Detail(("co_signers",), "x; y", "x"),
    )
