"""States, the steps between them, and how versions are found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from hub.errors import Conflict, NotFound
from hub.library.lifecycle import (
    TRANSITIONS,
    approved,
    is_expired,
    known_scenarios,
    move,
    newest,
    review_date,
    scenario_title,
    shown_state,
)
from hub.models import Version, VersionState

ALLOWED = {
    ("draft", "in-review"),
    ("draft", "retired"),
    ("in-review", "approved"),
    ("in-review", "returned"),
    ("returned", "draft"),
    ("returned", "retired"),
    ("approved", "retired"),
}
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def version(state: str = "draft", number: int = 1, key: str = "boil/during") -> Version:
    return Version(
        key=key,
        scenario=key.partition("/")[0],
        phase="during",
        number=number,
        state=state,
        hash="0" * 64,
        content={},
        scenario_meta={"title": {"da": "Kog vandet", "de": "Abkochen"}},
        made_at=NOW,
        made_by="os:tester",
        recheck=[],
        blocked=[],
    )


@pytest.mark.parametrize(("before", "after"), list(product(VersionState, VersionState)))
def test_only_the_steps_of_the_table_can_be_made(before: VersionState, after: VersionState) -> None:
    row = version(before.value)
    if (before.value, after.value) in ALLOWED:
        move(row, after)
        assert row.state == after
    else:
        with pytest.raises(Conflict, match=f"boil/during version 1 is {before} and cannot become"):
            move(row, after)
        assert row.state == before


def test_the_table_has_every_state() -> None:
    assert set(TRANSITIONS) == set(VersionState)


@pytest.mark.parametrize("state", list(VersionState))
def test_only_an_approved_version_expires(state: VersionState) -> None:
    row = version(state.value)
    row.review_due = NOW
    late = NOW + timedelta(seconds=1)
    assert not is_expired(row, NOW - timedelta(seconds=1))
    assert is_expired(row, NOW) == is_expired(row, late) == (state == "approved")
    assert shown_state(row, late) == ("expired" if state == "approved" else state)


@pytest.mark.parametrize(
    ("approved_at", "months", "last_day"),
    [
        ("2026-11-21T12:00+00:00", 12, "2027-11-21"),
        ("2026-08-31T12:00+00:00", 6, "2027-02-28"),
        ("2027-08-31T12:00+00:00", 6, "2028-02-29"),
        ("2026-12-31T12:00+00:00", 1, "2027-01-31"),
        ("2026-11-30T23:30+00:00", 1, "2027-01-01"),
    ],
)
def test_a_review_is_due_at_the_end_of_a_day_in_copenhagen(
    approved_at: str, months: int, last_day: str
) -> None:
    due = review_date(datetime.fromisoformat(approved_at), months)
    assert due.isoformat(timespec="seconds").startswith(f"{last_day}T23:59:59+")


def test_the_newest_is_the_last_that_is_not_retired(session: Session) -> None:
    session.add_all([version("approved", 1), version("draft", 2), version("retired", 3)])
    session.commit()
    assert newest(session, "boil/during").number == 2
    sendable = approved(session, "boil/during")
    assert sendable is not None
    assert sendable.number == 1


def test_where_all_are_retired_the_newest_is_the_last_and_the_scenario_is_gone(
    session: Session,
) -> None:
    session.add_all([version("retired", 1), version("retired", 2)])
    session.commit()
    assert newest(session, "boil/during").number == 2
    assert approved(session, "boil/during") is None
    assert known_scenarios(session) == ()


def test_an_unknown_key_names_the_keys_that_are_near(session: Session) -> None:
    with pytest.raises(NotFound, match="the library is empty"):
        newest(session, "boil/during")
    session.add_all([version(), version(key="latrine/during")])
    session.commit()
    with pytest.raises(NotFound, match=r"There is: boil/during\."):
        newest(session, "boil/durng")
    with pytest.raises(NotFound, match=r"There is: latrine/during\."):
        newest(session, "latrines/during")
    assert known_scenarios(session) == ("boil", "latrine")


def test_a_title_falls_back_to_a_language_that_there_is() -> None:
    assert scenario_title(version(), "de") == "Abkochen"
    assert scenario_title(version(), "uk") == "Kog vandet"
