"""Standing lists, and the columns by which a part of a list is chosen, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock
from hub.audiences import find, lists, retention
from hub.audiences.standing import Standing
from hub.clock import COPENHAGEN
from hub.errors import Conflict, Invalid, NotAllowed
from hub.journal import Actor
from hub.models import JournalEntry, Role
from tests.audiences.lists import csv_bytes, imported
from tests.conftest import SHELL

LINES = ("Mobil;Bydel;Sprog", "20112233;Øst;da", "20112234;Øst;en", "20112235;;da")


def _today() -> date:
    return clock.now().astimezone(COPENHAGEN).date()


def standing(days: int = 90) -> Standing:
    return Standing("Skole", "Register", "Lov § 1", _today() + timedelta(days=days))


def test_columns_tell_their_values_the_most_frequent_first(either: Session) -> None:
    imported(csv_bytes(*LINES))
    found = lists.column_values(either, find(either, "Borgere"))
    assert [(item.heading, item.distinct, item.values) for item in found] == [
        ("Bydel", 2, (("Øst", 2), ("", 1))),
        ("language", 2, (("da", 2), ("en", 1))),
    ]


def test_a_list_stands_is_replaced_whole_and_ends(either: Session) -> None:
    imported(csv_bytes(*LINES))
    lists.set_standing("Borgere", standing(), SHELL)
    imported(csv_bytes(LINES[0], LINES[1]))
    audience = find(either, "Borgere")
    assert (audience.accepted, audience.standing, audience.owner) == (1, True, "Skole")
    assert audience.refresh_by == standing().refresh_by
    assert retention.purge(clock.now() + timedelta(days=1000)).audiences == ()
    lists.end_standing("Borgere", SHELL)
    with pytest.raises(Conflict, match="not a standing list"):
        lists.end_standing("Borgere", SHELL)
    assert retention.purge(clock.now() + timedelta(days=29)).audiences == ()
    assert retention.purge(clock.now() + timedelta(days=31)).audiences == ("Borgere",)
    kinds = either.scalars(select(JournalEntry.kind).order_by(JournalEntry.number)).all()
    assert kinds == [
        "audience-imported",
        "audience-standing",
        "audience-imported",
        "audience-standing-ended",
        "audience-expired",
        "deletion-done",
    ]


def test_only_a_sender_changes_what_stands(session: Session, person: Callable[..., Actor]) -> None:
    imported(csv_bytes(*LINES))
    nobody = person("eva@town.example", Role.VIEWER)
    with pytest.raises(NotAllowed):
        lists.set_standing("Borgere", standing(), nobody)
    lists.set_standing("Borgere", standing(), SHELL)
    with pytest.raises(NotAllowed):
        lists.end_standing("Borgere", nobody)
    assert find(session, "Borgere").standing


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_day_of_refreshing_is_in_the_coming_year(session: Session, days: int) -> None:
    with pytest.raises(Invalid, match="within a year"):
        imported(csv_bytes(*LINES), standing=standing(days))
    assert lists.list_all(session) == []


def test_the_warning_of_an_overdue_list_names_the_day_and_the_owner(session: Session) -> None:
    imported(csv_bytes(*LINES), standing=standing(10))
    audience = find(session, "Borgere")
    assert lists.overdue_warning(audience, clock.now()) is None
    warning = lists.overdue_warning(audience, clock.now() + timedelta(days=15))
    assert warning is not None
    assert "Skole" in warning
    assert standing(10).refresh_by.isoformat() in warning
    assert isinstance(warning.values["day"], date)
