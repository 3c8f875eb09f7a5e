"""A `before` message says "be ready"; the `during` that follows for the same place takes its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from hub.database import db
from hub.errors import Conflict, Invalid
from hub.incidents.situation import read_situation
from hub.library import folders, loading
from hub.models import Announcement, Version, VersionState
from hub.settings import Settings
from hub.site.feeds import feed_files
from tests.conftest import SHELL
from tests.incidents.conftest import SLOTS, live, prepare
from tests.messages import few_messages

BEFORE = "water-boil/before"


@pytest.fixture
def incident(app: Flask, incident: int, tmp_path: Path) -> int:
    """An incident where the warning too is approved."""
    folder = shutil.copytree(few_messages(), tmp_path / "messages")
    for text in (folders.shipped_messages() / "water-boil").glob("before.*.md"):
        if text.name.split(".")[1] in ("da", "en", "de"):
            shutil.copy(text, folder / "water-boil")
    assert not loading.load(folder, actor=SHELL).problems
    approved = db.session.scalars(
        update(Version)
        .where(Version.key == BEFORE)
        .values(state=VersionState.APPROVED.value)
        .returning(Version.id)
    )
    assert len(approved.all()) == 1
    db.session.commit()
    return incident


def warned(incident: int, place: str = "Nørreby") -> int:
    return live(incident, key=BEFORE, slots={"place": place}, examples=True).announcement


def test_what_was_warned_of_has_come_and_the_warning_ends(incident: int) -> None:
    warning = warned(incident)
    real = live(incident).announcement
    db.session.expire_all()
    old, new = (db.session.get_one(Announcement, number) for number in (warning, real))
    assert (old.state, old.ended_by_id) == ("updated", real)
    assert (new.kind, new.update_no, new.of_id) == ("first", 1, warning)


def test_only_what_holds_now_is_in_force_on_the_page(incident: int, settings: Settings) -> None:
    warned(incident)
    real = live(incident).announcement
    situation = read_situation(db.session(), settings)
    assert [item.number for item in situation.in_force()] == [real]


def test_a_warning_for_another_place_stands(incident: int) -> None:
    warning = warned(incident, "Hovslund")
    real = live(incident).announcement
    db.session.expire_all()
    assert db.session.get_one(Announcement, warning).state in ("confirmed", "live")
    assert db.session.get_one(Announcement, real).of_id is None


def test_the_same_message_again_is_refused_though_the_first_took_a_warnings_place(
    incident: int,
) -> None:
    warned(incident)
    live(incident)
    with pytest.raises(Conflict, match="is in force already as announcement 2"):
        prepare(incident)


def test_a_first_message_cannot_take_the_place_of_another_first_message(incident: int) -> None:
    first = live(incident).announcement
    with pytest.raises(Invalid, match="is a first message and changes nothing"):
        prepare(incident, of=first, slots={**SLOTS, "place": "Hovslund"})
    with pytest.raises(Invalid, match="is a first message and changes nothing"):
        prepare(incident, key=BEFORE, of=first, slots={"place": "Nørreby"}, examples=True)


def test_a_warning_for_another_place_is_replaced_when_it_is_named(incident: int) -> None:
    warning = warned(incident, "Hovslund")
    live(incident, of=warning)
    db.session.expire_all()
    assert db.session.get_one(Announcement, warning).state == "updated"


def test_warning_services_hear_that_the_warning_is_replaced(
    incident: int, settings: Settings
) -> None:
    warned(incident)
    real = live(incident).announcement
    files = feed_files(read_situation(db.session(), settings))
    found = [text.decode() for path, text in files.items() if path.startswith("/cap/")]
    replacing = [text for text in found if "<msgType>Update</msgType>" in text]
    assert len(replacing) == 1
    assert "<references>" in replacing[0]
    assert f"-{real}" in replacing[0].partition("</identifier>")[0]
