"""What people write to the hub's number, and published files read back, whatever is in them."""

from __future__ import annotations

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.phone.replies import Question, asked, message, newest
from hub.phone.texts import phone_files
from hub.phone.told import Told, read_told
from hub.text.segments import count
from tests.situations import NOON, one, six

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
WHOLE = json.loads(phone_files(one())["/phone/da.json"])
FIELDS = ("language", "updated", "valid_until", "text", "outlived", "written", "parts")


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ("INFO", Question(True)),
        ("\n info...", Question(True)),
        ("Info EN", Question(True, "en")),
        ("INFO: dansk", Question(True, "da")),
        ("help", Question(True, "en")),
        ("HELP DE", Question(True, "de")),
        ("Hilfe!", Question(True, "de")),
        ("info om vandet", Question(True)),
        ("معلومات", Question(True, "ar")),
        ("Information: jeg er på ferie til den 3. maj", Question(False)),
        ("Hej", Question(False)),
        ("informer mig", Question(False)),
        ("", Question(False)),
    ],
)
def test_a_question_is_understood_whatever_stands_around_it(body: str, question: Question) -> None:
    assert asked(body) == question


@given(st.text())
def test_no_text_upsets_it(body: str) -> None:
    asked(body)
    asked(f"info {body}")


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_file_that_is_none_of_ours_is_no_text(content: bytes) -> None:
    assert read_told(content) is None


@settings(deadline=None)
@given(st.sampled_from(FIELDS), JSON)
def test_a_file_with_one_odd_field_is_read_or_not_but_never_breaks(name: str, odd: object) -> None:
    told = read_told(json.dumps({**WHOLE, name: odd}).encode())
    assert told is None or told.at(NOON).strip()


@pytest.mark.parametrize("hours", [0, 48])
@pytest.mark.parametrize("language", ["da", "en", "de"])
def test_an_answer_has_at_most_three_parts_also_when_it_says_its_age(
    hours: int, language: str
) -> None:
    told = read_told(phone_files(six())[f"/phone/{language}.json"])
    assert isinstance(told, Told)
    reply = newest(told, NOON + timedelta(hours=hours), "Eksempel Kommune", "eksempel.dk")
    assert count(reply).segments <= 3
    assert "eksempel.dk" in reply


def test_an_answer_of_nothing_answers_nothing() -> None:
    assert len(ElementTree.fromstring(message(""))) == 0
    assert ElementTree.fromstring(message("a < b & c")).findtext("Message") == "a < b & c"
