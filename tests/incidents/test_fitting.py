"""When the SMS take longer than the mobile net lasts, it is said what would fit."""

from __future__ import annotations

import pytest
from flask import Flask

from hub.database import db
from hub.incidents import fitting
from tests.sms.making import make_audience, number


@pytest.fixture
def town(app: Flask) -> str:
    """Ten rows: two in the north, three in the east, five in the west; every street is another."""
    parts = ["Nord"] * 2 + ["Øst"] * 3 + ["Vest"] * 5
    make_audience(
        [
            {"number": number(index), "Bydel": part, "Vej": f"Vej {index % 40}", "Kommune": "Ø"}
            for index, part in enumerate(parts)
        ],
        name="by",
    )
    return "by"


def test_parts_of_the_list_that_fit_are_named_the_largest_first(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "MOST_VALUES", 5)
    found = fitting.area_fits(db.session(), town, seconds=36_000, most=11_000)
    assert [(item.column, item.value, item.seconds) for item in found] == [
        ("Bydel", "Øst", 10_800),
        ("Bydel", "Nord", 7_200),
    ]


def test_a_column_with_one_value_or_with_many_is_no_area(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "MOST_VALUES", 5)
    found = fitting.area_fits(db.session(), town, seconds=36_000, most=36_000)
    assert {item.column for item in found} == {"Bydel"}


def test_without_a_list_nothing_is_offered(app: Flask) -> None:
    assert fitting.area_fits(db.session(), "", seconds=10.0, most=5.0) == []
