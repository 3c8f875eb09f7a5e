"""A local decision goes into the scenario's file, and from there into drafts that another person approves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import journal, library
from hub.errors import Conflict, Invalid, NotAllowed, NotFound
from hub.journal import Actor
from hub.library import approving
from hub.models import JournalEntry, LibraryFile, Role, VersionState
from hub.text.types import PER_AREA, SlotType
from tests.conftest import SHELL
from tests.messages import few_messages

KEYS = ("latrine/all-clear", "latrine/during", "latrine/update")

MODE = "latrine_mode"


@pytest.fixture
def asta(app: Flask, person: Callable[..., Actor]) -> Actor:
    assert not library.load(few_messages(), actor=SHELL).problems
    return person("asta@town.example", Role.AUTHOR)


def value_of(session: Session, key: str, name: str = MODE) -> str:
    session.expire_all()
    text = library.newest(session, key).text
    return next(item.value for item in text.decisions if item.name == name)


def scenario_file(session: Session) -> bytes:
    session.expire_all()
    return bytes(session.get_one(LibraryFile, "latrine/scenario.toml").content)


def test_a_decision_makes_drafts_with_who_wrote_it_down(session: Session, asta: Actor) -> None:
    before = scenario_file(session)
    done = library.decide(MODE, "residual", by="Miljøudvalget, sag 17", actor=asta)
    assert set(done.changed) == set(KEYS)
    assert done.same == ()
    assert scenario_file(session) == before.replace(b'value = ""', b'value = "residual"', 1)
    for key in KEYS:
        version = library.newest(session, key)
        assert (value_of(session, key), version.state, version.number) == (
            "residual",
            VersionState.DRAFT,
            2,
        )
        assert (asta.name, "decided") in {(p.person, p.part) for p in version.contributors}
        assert MODE not in [item.name for item in library.undecided(version.text)]
    made = [
        entry.data
        for entry in session.scalars(select(JournalEntry))
        if entry.kind == "decision-made"
    ]
    assert made == [
        {
            "decision": MODE,
            "value": "residual",
            "before": "",
            "decided_by": "Miljøudvalget, sag 17",
            "scenarios": ["latrine"],
        }
    ]
    assert journal.verify(session).holds


def test_whoever_writes_it_down_cannot_approve_it(
    session: Session, asta: Actor, person: Callable[..., Actor]
) -> None:
    both = person("both@town.example", Role.AUTHOR, Role.APPROVER)
    library.decide(MODE, "residual", by="Udvalget", actor=both)
    library.submit("latrine/during", actor=asta)
    with pytest.raises(NotAllowed, match="has a part in"):
        approving.approve("latrine/during", actor=both)


def test_the_same_again_changes_nothing_and_stands_in_no_journal(
    session: Session, asta: Actor
) -> None:
    library.decide(MODE, "residual", by="Udvalget", actor=asta)
    count = len(session.scalars(select(JournalEntry.number)).all())
    done = library.decide(MODE, "residual", by="Udvalget", actor=asta)
    assert done.changed == ()
    assert len(session.scalars(select(JournalEntry.number)).all()) == count


def test_it_can_be_taken_back_and_decided_otherwise(session: Session, asta: Actor) -> None:
    library.decide(MODE, "residual", by="Udvalget", actor=asta)
    library.decide(MODE, "", by="Udvalget", actor=asta)
    assert value_of(session, "latrine/during") == ""
    library.decide("bury_depth", "30", by="Udvalget", actor=asta)
    library.decide(MODE, "burying", by="Udvalget", actor=asta)
    text = library.newest(session, "latrine/during").text
    assert [item.name for item in library.undecided(text)] == ["bury_distance", "bury_decision"]
    assert value_of(session, "latrine/during", "bury_depth") == "30"


def test_a_draft_that_was_given_up_does_not_come_back(
    session: Session, asta: Actor, person: Callable[..., Actor]
) -> None:
    first = library.newest(session, "latrine/during").text.languages["da"]
    edited = library.newest(session, "latrine/during")
    changed = type(first)(**{**first.to_json(), "title": "Opgivet i {place}"})
    assert not library.save("latrine/during", changed, actor=asta, based_on=edited.hash).refused
    version = library.newest(session, "latrine/during")
    version.state = VersionState.RETIRED.value
    old = next(
        row for row in library.lifecycle.versions_of(session, "latrine/during") if row.number == 1
    )
    old.state = VersionState.APPROVED.value
    session.commit()
    library.decide(MODE, "residual", by="Udvalget", actor=asta)
    session.expire_all()
    assert library.newest(session, "latrine/during").text.languages["da"].title == first.title


def test_a_message_that_is_retired_whole_stays_out(session: Session, asta: Actor) -> None:
    version = library.newest(session, "latrine/update")
    version.state = VersionState.RETIRED.value
    session.commit()
    done = library.decide(MODE, "residual", by="Udvalget", actor=asta)
    assert "latrine/update" not in (*done.changed, *done.same)
    session.expire_all()
    assert library.newest(session, "latrine/update").state == VersionState.RETIRED


def test_what_was_decided_exports_and_loads_as_the_same(
    session: Session, asta: Actor, tmp_path: Path
) -> None:
    library.decide(MODE, PER_AREA, by="Udvalget", actor=asta)
    library.export(session, tmp_path / "out")
    report = library.load(tmp_path / "out", actor=SHELL)
    assert (report.new, report.changed, report.problems) == ((), (), ())


def test_decided_area_by_area_the_message_has_a_choice_behind_its_places(
    session: Session, asta: Actor
) -> None:
    library.decide(MODE, PER_AREA, by="Udvalget", actor=asta)
    session.expire_all()
    text = library.newest(session, "latrine/during").text
    names = [slot.name for slot in text.slots]
    assert names[:3] == ["place", "area", MODE]
    slot = text.slot(MODE)
    assert slot is not None
    assert (slot.type, tuple(slot.options), slot.required) == (
        SlotType.CHOICE,
        ("residual", "burying", "both"),
        True,
    )
    left = [item.name for item in library.undecided(text)]
    assert left == ["bury_depth", "bury_distance", "bury_decision"], "an area may bury"
    assert not [item for item in library.findings(text) if item.is_error]


@pytest.mark.parametrize(
    ("name", "value", "by", "error", "says"),
    [
        (MODE, "bag", "Udvalget", Invalid, "one of residual, burying, both, per-area"),
        ("bury_depth", "{place}", "Udvalget", Invalid, "without braces"),
        ("bury_depth", "30\n40", "Udvalget", Invalid, "in one line"),
        ("bury_depth", "x" * 61, "Udvalget", Invalid, "at most 60"),
        ("bury_depth", PER_AREA, "Udvalget", Invalid, "area by area"),
        ("nothing", "1", "Udvalget", NotFound, "No message asks"),
        (MODE, "residual", " ", Invalid, "who decided"),
    ],
)
def test_what_cannot_stand_there_is_refused_and_nothing_is_done(
    session: Session, asta: Actor, name: str, value: str, by: str, error: type[Exception], says: str
) -> None:
    before = scenario_file(session)
    with pytest.raises(error, match=says):
        library.decide(name, value, by=by, actor=asta)
    assert scenario_file(session) == before
    assert library.newest(session, "latrine/during").number == 1


def test_only_an_author_decides(
    session: Session, asta: Actor, person: Callable[..., Actor]
) -> None:
    for actor in (SHELL, person("bo@town.example", Role.APPROVER)):
        with pytest.raises(NotAllowed):
            library.decide(MODE, "residual", by="Udvalget", actor=actor)


def test_somebody_who_saved_in_between_is_not_overwritten(
    session: Session, asta: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.library import deciding

    plan_of = deciding._plan

    def and_somebody_saves(*arguments: object) -> object:
        plan = plan_of(*arguments)  # type: ignore[arg-type]
        text = library.newest(session, "latrine/update").text.languages["da"]
        changed = type(text)(**{**text.to_json(), "title": "Nyt i {place}"})
        based_on = library.newest(session, "latrine/update").hash
        library.save("latrine/update", changed, actor=asta, based_on=based_on)
        return plan

    monkeypatch.setattr(deciding, "_plan", and_somebody_saves)
    with pytest.raises(Conflict, match="latrine/update at the same moment"):
        library.decide(MODE, "residual", by="Udvalget", actor=asta)
    assert value_of(session, "latrine/during") == ""
