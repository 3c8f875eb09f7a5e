"""The hash chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hub import journal
from hub.database import deciding
from tests.conftest import SHELL


@dataclass(frozen=True)
class Noted(journal.Entry):
    kind: ClassVar[str] = "noted"
    words: str


def write(session: Session, count: int) -> journal.Head:
    last = journal.head(session)
    for number in range(count):
        with deciding() as current:
            last = journal.append(current, SHELL, Noted(f"act {number} æ"))
    return last


def test_an_untouched_chain_holds(session: Session) -> None:
    last = write(session, 5)
    verdict = journal.verify(session, {"journal.head": last})
    assert verdict.holds
    assert (verdict.entries, verdict.head) == (5, last)


@pytest.mark.parametrize(
    ("damage", "first"),
    [
        ('UPDATE journal SET data = \'{"words":"other"}\' WHERE number = 3', 3),
        ("UPDATE journal SET actor = 'somebody@else.dk' WHERE number = 2", 2),
        ("DELETE FROM journal WHERE number = 3", 3),
        ("DELETE FROM journal WHERE number = 1", 1),
        ("DELETE FROM journal WHERE number = 5", 5),
        ("UPDATE journal SET number = 99 WHERE number = 2", 2),
    ],
)
def test_damage_is_found_and_the_first_entry_named(
    session: Session, damage: str, first: int
) -> None:
    write(session, 5)
    session.execute(text(damage))
    session.commit()
    verdict = journal.verify(session)
    assert not verdict.holds
    assert verdict.broken_at == first


def test_two_entries_swapped_are_found(session: Session) -> None:
    write(session, 4)
    for old, new in ((2, 99), (3, 2), (99, 3)):
        session.execute(text(f"UPDATE journal SET number = {new} WHERE number = {old}"))
    session.commit()
    assert journal.verify(session).broken_at == 2


def test_a_tail_cut_together_with_the_head_shows_against_a_witness(session: Session) -> None:
    last = write(session, 4)
    session.execute(text("DELETE FROM journal WHERE number > 2"))
    session.execute(
        text(
            "UPDATE journal_head SET number = 2, hash = (SELECT hash FROM journal WHERE number = 2)"
        )
    )
    session.commit()
    assert journal.verify(session).holds
    verdict = journal.verify(session, {"status.json": last})
    assert verdict.broken_at == 3
    assert "status.json" in verdict.reason


def test_an_entry_falls_with_its_act(session: Session) -> None:
    write(session, 1)

    def act_and_fail() -> None:
        with deciding() as current:
            journal.append(current, SHELL, Noted("never"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_and_fail()
    assert journal.head(session).number == 1
