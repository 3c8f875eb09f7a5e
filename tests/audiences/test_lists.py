"""Finding, showing and deleting lists, and choosing rows by a column's value."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub import clock
from hub.audiences import condition, delete, find, lists, matching, summary
from hub.errors import Conflict, Invalid, NotAllowed, NotFound
from hub.journal import Actor
from hub.models import (
    AnnouncementState,
    Audience,
    BroadcastState,
    JournalEntry,
    Recipient,
    Role,
    SetAsideRow,
)
from tests.audiences.incidents import broadcast, incident
from tests.audiences.lists import csv_bytes, imported
from tests.conftest import SHELL

DATA = csv_bytes(
    "Navn;Mobil;Sprog;Skole;Tid (uge 47)",
    "Anna;20123456;da;Ærøskolen;10:30",
    "Bo;30112233;en;ærøskolen;",
    "Carl;40112233;da;Søskolen;10:30",
    "Dora;112;da;Søskolen;10:30",
    "Else;50112233;;;11:00",
)


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ({}, [2, 3, 4, 6]),
        ({"Skole": "Søskolen"}, [4]),
        ({"SKOLE": " ÆRØSKOLEN "}, [2, 3]),
        ({"skole": "ærøskolen", "Tid (uge 47)": "10:30"}, [2]),
        ({"Skole": ""}, [6]),
        ({"sprog": "en"}, [3]),
        ({"language": "da", "tid uge 47": "10:30"}, [2, 4]),
    ],
)
def test_rows_are_chosen_by_the_value_of_a_column(
    either: Session, where: dict[str, str], rows: list[int]
) -> None:
    imported(DATA)
    audience_id = find(either, "Borgere").id
    query = select(Recipient.row).where(condition(either, audience_id, where))
    assert sorted(either.scalars(query)) == rows
    assert matching(either, audience_id, where) == len(rows)


def test_a_column_that_is_not_there_is_refused_with_those_that_are(session: Session) -> None:
    imported(DATA)
    with pytest.raises(Invalid, match=r"'Skole', 'Tid \(uge 47\)', 'language'"):
        matching(session, find(session, "Borgere").id, {"Vej": "x"})


def test_a_value_that_is_not_there_is_refused_with_up_to_ten_that_are(session: Session) -> None:
    imported(csv_bytes("Mobil;Hold", *(f"2012345{n % 10};H{n:02}" for n in range(25))))
    with pytest.raises(Invalid, match=r"'H00', .*'H09' and 15 more") as caught:
        matching(session, find(session, "Borgere").id, {"Hold": "H99"})
    assert "H10" not in str(caught.value)


@pytest.mark.parametrize(
    "heading", ["A.b", "$", "it's", 'say "ja"', "back\\slash", "[0]", "æ ø", "a b.c['d']"]
)
def test_any_heading_can_be_asked_for(either: Session, heading: str) -> None:
    imported(
        csv_bytes("Mobil;" + '"' + heading.replace('"', '""') + '"', "20123456;x", "30112233;y")
    )
    audience = find(either, "Borgere")
    assert matching(either, audience.id, {audience.columns[0]: "X"}) == 1


def test_a_list_is_found_whatever_its_capitals(session: Session) -> None:
    imported(DATA, "Ærø Borgere")
    assert find(session, " ÆRØ  borgere").name == "Ærø Borgere"
    with pytest.raises(NotFound, match="'Ærø Borgere'"):
        find(session, "Skole")


def test_the_summary_counts_and_shows_no_person(either: Session) -> None:
    imported(DATA)
    found = summary(either, "Borgere")
    assert (found["rows"], found["phones"], found["set_aside"]) == (4, 4, 1)
    assert found["languages"] == {"da": 3, "en": 1}
    assert found["columns"] == {"Skole": {"empty": 1}, "Tid (uge 47)": {"empty": 1}}
    assert found["numbers_end_in"] == ["56", "33", "33"]
    assert found["set_aside_kinds"] == {"short_number": 1}
    shown = json.dumps(found, default=str, ensure_ascii=False)
    assert not any(word in shown for word in ("Anna", "20123456", "Søskolen", "2012"))


def test_a_deleted_list_is_gone_with_its_rows_and_file(either: Session) -> None:
    result = imported(DATA)
    assert result.file is not None
    assert delete("borgere", SHELL) == 4
    assert not result.file.exists()
    for table in (Audience, Recipient, SetAsideRow):
        assert either.scalar(select(func.count()).select_from(table)) == 0
    entry = either.scalars(select(JournalEntry).order_by(JournalEntry.number.desc())).first()
    assert entry is not None
    assert (entry.kind, entry.data["name"], entry.data["recipients"]) == (
        "audience-deleted",
        "Borgere",
        4,
    )


def test_only_a_sender_or_the_shell_deletes(session: Session, person: Callable[..., Actor]) -> None:
    imported(DATA)
    with pytest.raises(NotAllowed):
        delete("Borgere", person("v@eksempel.dk", Role.VIEWER))
    assert delete("Borgere", person("s@eksempel.dk", Role.SENDER)) == 4


@pytest.mark.parametrize("state", list(BroadcastState))
@pytest.mark.parametrize("closed", [False, True])
def test_a_list_that_a_broadcast_still_needs_stays(
    session: Session, state: BroadcastState, closed: bool
) -> None:
    imported(DATA)
    where = incident(session, closed_at=clock.now() if closed else None)
    used = broadcast(session, where, find(session, "Borgere"), state=state)
    if not closed and state not in (BroadcastState.STOPPED, BroadcastState.FINISHED):
        for act in (lambda: delete("Borgere", SHELL), lambda: imported(DATA)):
            with pytest.raises(Conflict, match=f"broadcast {used.id} uses it"):
                act()
        assert len(lists.list_all(session)) == 1
    else:
        assert imported(DATA).replaced
        assert delete("Borgere", SHELL) == 4


def test_a_discarded_announcement_does_not_hold_its_list(session: Session) -> None:
    imported(DATA)
    broadcast(
        session,
        incident(session),
        find(session, "Borgere"),
        state=BroadcastState.PREPARED,
        announced=AnnouncementState.DISCARDED,
    )
    assert delete("Borgere", SHELL) == 4
