"""Cells as text, and text as cells."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.text.spreadsheet import cell_text, column_letter, neutral


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (20123456.0, "20123456"),
        (4512345678.0, "4512345678"),
        (0.1 + 0.2, "0.3"),
        (20.5, "20.5"),
        (-3.0, "-3"),
        (1e20, "1e+20"),
        (7, "7"),
        (True, "TRUE"),
        (False, "FALSE"),
        (None, ""),
        ("", ""),
        (" x ", " x "),
        (datetime.fromisoformat("2026-11-21T13:30"), "2026-11-21T13:30"),
        (datetime.fromisoformat("2026-11-21T13:29:59.999999"), "2026-11-21T13:30"),
        (datetime.fromisoformat("2026-11-21T13:30:05"), "2026-11-21T13:30:05"),
        (date(2026, 11, 21), "2026-11-21"),
        (time(13, 30), "13:30"),
        (time(13, 30, 1), "13:30:01"),
        (timedelta(hours=30), "30:00"),
        (timedelta(minutes=-90), "-1:30"),
    ],
)
def test_a_cell_is_written_as_a_person_would_type_it(value: object, text: str) -> None:
    assert cell_text(value) == text


@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_no_digit_of_a_whole_number_is_lost(number: int) -> None:
    assert cell_text(float(number)) == str(number)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝"])
def test_what_would_start_a_formula_gets_an_apostrophe(start: str) -> None:
    assert neutral(f"{start}1+1") == f"'{start}1+1"


@given(st.text())
def test_neutralising_adds_at_most_one_apostrophe(cell: str) -> None:
    assert neutral(cell) in (cell, f"'{cell}")
    assert not neutral(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_columns_are_lettered_as_a_spreadsheet_does() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
    with pytest.raises(ValueError, match="no column"):
        column_letter(-1)
