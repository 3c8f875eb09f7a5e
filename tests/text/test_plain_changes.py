"""A change is said to readers who know no templates, and nothing that changed is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.text.differences import FieldChange, Kind, words_between
from hub.text.plain_changes import Terms, in_words, is_unseen, plainly
from hub.text.types import Decision, Fact, Slot, SlotType
from tests.text.versions import VERSION

TERMS = Terms(
    if_filled="kun når {name} er udfyldt",
    if_empty="kun når {name} ikke er udfyldt",
    if_chosen="kun når {name} er {options}",
    either="eller",
    ends="igen til alle",
    forms={"short": "kort"},
    system={"municipality": "kommunens navn"},
)
TEXT = replace(
    VERSION,
    slots=(
        Slot("place", SlotType.PLACE, {"da": "Sted", "en": "Place"}),
        Slot("cause", SlotType.CHOICE, {"da": "Årsag"}, options={"leak": {"da": "brud"}, "e": {}}),
    ),
    facts=(Fact("minutes", "1", {"da": "minut"}, "", "", ""),),
    decisions=(
        Decision("mode", {"da": "Måde"}, ("a", "b"), "a"),
        Decision("depth", {"da": "Dybde"}, (), "30", {"*": "cm"}),
    ),
)


def said(old: str, new: str, language: str = "da") -> str:
    """With `+` and `-` around what was added and removed."""
    change = FieldChange("da", "web", words_between(old, new))
    marks = {Kind.SAME: "", Kind.ADDED: "+", Kind.REMOVED: "-"}
    return "".join(
        f"{marks[piece.kind]}{piece.text}{marks[piece.kind]}"
        for piece in plainly(change, (TEXT,), language, TERMS).pieces
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("- {#boil} Kog det.", "- {#boil} Kog alt.", "- Kog -det.-+alt.+"),
        ("{place} nu", "{place:short} nu", "-[Sted]-+[Sted, kort]+ nu"),
        ("x", "{municipality} i {place}", "-x-+[kommunens navn] i [Sted]+"),
        ("Kog i {fact.minutes}.", "Kog {fact.minutes}.", "Kog- i- 1 minut."),
        ("{local.depth}", "{local.mode}", "-30 cm-+a+"),
        ("### Hvor\nHer", "### Hvor\nDer", "Hvor\n-Her-+Der+"),
        ("{when place}\na", "{when not place}\na", "-[kun når Sted er udfyldt]-+[kun når Sted ikke er udfyldt]+\na"),
        ("{when cause=leak,e}", "{end}", "-[kun når Årsag er brud eller e]-+[igen til alle]+"),
        ("{when mode=b}", "{unknown}", "-[kun når Måde er b]-+[unknown]+"),
    ],
)  # fmt: skip
def test_marks_are_said_in_words(old: str, new: str, words: str) -> None:
    assert said(old, new) == words


def test_a_reader_of_another_language_has_its_words_where_there_are_any() -> None:
    assert said("{place} a {cause}", "{place} b {cause}", "en") == "[Place] -a-+b+ [Årsag]"


def test_unchanged_lines_are_left_out_but_those_of_the_change() -> None:
    old = "et\nto\ntre\nfire gamle ord\nfem\nseks\nsyv ord\notte"
    new = "et\nto\ntre\nfire nye ord\nfem\nseks\nsyv\notte"
    assert said(old, new) == "…\nfire -gamle-+nye+ ord\n…\nsyv- ord-\notte"


def test_a_whole_text_is_said_with_all_its_lines() -> None:
    words = "Kog vandet i {place}.\n\n- {#boil} Kog i {fact.minutes}.\nNyt: {municipality}."
    assert in_words(words, (TEXT,), "da", "da", TERMS) == (
        "Kog vandet i [Sted].\n\n- Kog i 1 minut.\nNyt: [kommunens navn]."
    )


def test_a_back_translation_has_danish_values_whatever_it_translates() -> None:
    pieces = words_between("Kog {fact.minutes}", "Kog alt {fact.minutes}")
    found = plainly(FieldChange("en", "back", pieces), (TEXT,), "en", TERMS)
    assert "".join(piece.text for piece in found.pieces) == "Kog alt 1 minut"


def test_a_change_that_nobody_sees_is_told_so() -> None:
    change = FieldChange("da", "web", words_between("- {#boil} Kog", "- {#cook} Kog"))
    assert is_unseen(plainly(change, (TEXT,), "da", TERMS))
    change = FieldChange("da", "web", words_between("- {#boil} Kog", "- {#cook} Kog nu"))
    assert not is_unseen(plainly(change, (TEXT,), "da", TERMS))


_WORDS = st.lists(
    st.sampled_from(["Kog", "vandet.", "ikke", "\n", "\n\n", "{place}", "{#boil}", "3", "### H"]),
    max_size=14,
).map(" ".join)


@settings(derandomize=True, max_examples=300)
@given(_WORDS, _WORDS)
def test_every_word_that_was_added_or_removed_is_there(old: str, new: str) -> None:
    change = FieldChange("da", "web", words_between(old, new))
    plain = plainly(change, (TEXT,), "da", TERMS)
    for kind in (Kind.ADDED, Kind.REMOVED):
        wanted = " ".join(piece.text for piece in change.pieces if piece.kind is kind)
        shown = " ".join(piece.text for piece in plain.pieces if piece.kind is kind)
        for word in ("Kog", "vandet.", "ikke", "3", "H"):
            assert shown.split().count(word) == wanted.split().count(word)
