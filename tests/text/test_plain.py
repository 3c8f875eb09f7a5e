"""The page's text without its markup."""

from __future__ import annotations

import re
from html import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.text import water_use
from hub.text.markup import sanitised, to_html
from hub.text.plain import parted, plain_text

USES = "drink=boiled;toilet=yes;garden=no;bath=yes;laundry=yes;dishwasher=no;cleaning=yes"


def test_paragraphs_lists_and_headings_are_lines() -> None:
    html = to_html("### Hvor\n\nI byen.\nHele byen.\n\n- Ét\n- To & tre\n\n### Mere\n\nSlut.", [])
    assert plain_text(html) == "Hvor\nI byen. Hele byen.\n\n- Ét\n- To & tre\n\nMere\nSlut."


def test_a_table_reads_as_lines() -> None:
    html = to_html("| Sted | Tid |\n|---|---|\n| Hallen | 8-20 |", [])
    assert plain_text(html).splitlines()[-1] == "Hallen 8-20"


def test_sections_with_instructions_are_the_instruction() -> None:
    html = "<p>Først</p><h3>A</h3><p>a</p><h3>B</h3><ul><li data-action='x'>b</li></ul><h3>C</h3><p>c</p>"
    found = parted(html)
    assert found.description == "Først\n\nA\na\n\nC\nc"
    assert found.instruction == "B\n\n- b"


def test_water_uses_are_told_once() -> None:
    html = sanitised(water_use.as_html(USES, "da"))
    assert plain_text(html).count("Kun kogt") == 0
    assert "Brug kun kogt vand til: drikke" in plain_text(html)


def test_a_number_in_a_right_to_left_text_keeps_its_order() -> None:
    html = '<p>اتصل <a href="tel:+4570203040" dir="ltr">70\u00a020</a> <bdi>Rødekro</bdi></p>'
    assert plain_text(html, isolate=True) == "اتصل \u206670\u00a020\u2069 \u2068Rødekro\u2069"
    assert plain_text(html) == "اتصل 70\u00a020 Rødekro"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C"])), min_size=1)
)
def test_every_word_survives_and_no_tag_does(paragraphs: list[str]) -> None:
    html = "".join(f"<p>{escape(words)}</p>" for words in paragraphs)
    said, given_words = plain_text(html), " ".join(paragraphs)
    assert re.sub(r"\s", "", said) == re.sub(r"\s", "", given_words)
