"""An announcement's HTML on its way to the page: shorter, and not a word less."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.site.html import compact, numbers_in_order, page_html
from hub.text.markup import to_html
from tests.site.shipped import messages, shipped

NO_BREAK = "\u00a0"


def words(html: str) -> list[str]:
    return re.sub("<[^>]*>", " ", html.replace("&nbsp;", NO_BREAK)).split()


@pytest.mark.parametrize("key", sorted(messages()))
def test_no_word_of_a_shipped_message_is_lost(key: str) -> None:
    for text in shipped(key).texts.values():
        assert words(compact(text.html)) == words(text.html)
        assert len(compact(text.html)) < len(text.html)


@given(st.lists(st.text(alphabet="abæ <>&\"'=-*+1.|\n:", max_size=30), max_size=8))
def test_no_word_of_any_markdown_is_lost(parts: list[str]) -> None:
    html = to_html("\n\n".join(parts), [])
    assert words(compact(html)) == words(html)


def test_what_a_browser_adds_by_itself_is_left_out() -> None:
    html = (
        '<p>To\nord</p>\n<ul>\n<li data-action="boil">Kog <em>vand</em>\n<strong>nu</strong>.</li>\n<li>Vent.</li>\n</ul>'
        '<table><tbody><tr><th scope="row">Bad</th><td>Ja</td></tr></tbody></table>'
        '<p><a href="tel:+4570203040" dir="ltr">70&nbsp;20</a></p>'
    )
    assert compact(html) == (
        "<p>To\nord<ul><li>Kog <em>vand</em>\n<strong>nu</strong>.<li>Vent.</ul>"
        "<table><tr><th scope=row>Bad<td>Ja</table>"
        f"<p><a href=tel:+4570203040 dir=ltr>70{NO_BREAK}20</a>"
    )


def test_an_end_tag_that_separates_is_kept() -> None:
    assert compact("<li><p>Et</p>to</li>") == "<li><p>Et</p>to</li>"


def test_words_that_look_like_an_attribute_are_left_alone() -> None:
    assert compact('<p>a="b" og c="d"</p>') == '<p>a="b" og c="d"'


@pytest.mark.parametrize(
    "written",
    [
        "4-9",
        "4–9",
        "08:00-20:00",
        "2 - 5",
        "21/11",
        "21.11.2026-23.11.2026",
        "1.250,50-2.000",
        "+45 70 20 30 40",
        f"70{NO_BREAK}20{NO_BREAK}30{NO_BREAK}40",
        "+4570203040",
    ],
)
def test_what_would_turn_around_between_arabic_words_is_kept_in_order(written: str) -> None:
    assert numbers_in_order(f"من {written}.") == f"من <bdi dir=ltr>{written}</bdi>."


@pytest.mark.parametrize("written", ["112", "12:05", "3,5", "21 نوفمبر 2026", "12:05 3 لتر", "v3"])
def test_a_number_that_stands_alone_is_left_alone(written: str) -> None:
    assert numbers_in_order(written) == written


def test_an_address_in_a_tag_is_never_touched() -> None:
    html = "<p>اتصل <a href=tel:+4570203040 dir=ltr>112</a>"
    assert numbers_in_order(html) == html


def test_left_to_right_text_gets_no_isolation() -> None:
    assert page_html("<p>4-9</p>", rtl=False) == "<p>4-9"
    assert page_html("<p>4-9</p>", rtl=True) == "<p><bdi dir=ltr>4-9</bdi>"
