from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.text.readability import lix, longest_sentence, sentences


def test_lix_is_words_a_sentence_plus_the_share_of_long_words() -> None:
    text = "Kog vandet. Brug kommunens vandhaner."
    assert lix(text) == pytest.approx(5 / 2 + 100 * 2 / 5)
    assert lix("") == 0


def test_everyday_compounds_and_names_left_out_are_not_long() -> None:
    assert lix("Kog drikkevandet.") == 2
    assert lix("Haderslev er her.", leave_out={"haderslev"}) == 3
    assert lix("Haderslev er her.") > 3


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Kom kl. 13.30 i dag. Ring til tlf. 70 20 30 40.", 2),
        ("Det sker lør. 21.11. kl. 9 ved Gl. Kongevej.", 1),
        ("Det er den 21. november. Kom nu!", 2),
        ("Gør sådan: Kog det\nDrik det", 3),
    ],
)
def test_abbreviations_and_dates_do_not_end_a_sentence(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_the_longest_sentence_is_found_with_its_words() -> None:
    found = longest_sentence("Kort. Den her er meget længere. Kort igen.")
    assert (found.text, found.words) == ("Den her er meget længere", 5)
    assert longest_sentence("...").words == 0


@given(st.text(max_size=200))
def test_any_text_has_a_lix(text: str) -> None:
    assert lix(text) >= 0
