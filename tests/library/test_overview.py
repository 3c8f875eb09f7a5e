"""Showing a message, and which are ready."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hub import clock, library
from hub.errors import NotFound
from hub.journal import Actor
from hub.library.lifecycle import versions_of
from hub.models import Role, VersionState
from tests.conftest import SHELL
from tests.library.samples import FILES, changed, write

KEY, UPDATE = "boil/during", "boil/update"


@pytest.fixture
def approved_once(tmp_path: Path, session: Session, person: Callable[..., Actor]) -> Path:
    """Version 1 of boil/during is approved; gives a folder for more files."""
    library.load(write(tmp_path / "first", FILES), actor=SHELL)
    library.submit(KEY, actor=person("author@example.dk", Role.AUTHOR))
    approver = person("approver@example.dk", Role.APPROVER)
    library.sign(KEY, party="vandværk", by="Ove", actor=approver)
    library.approve(KEY, actor=approver)
    return tmp_path / "next"


def test_showing_a_message_tells_what_is_missing(tmp_path: Path, session: Session) -> None:
    library.load(write(tmp_path, FILES), actor=SHELL)
    shown = library.show(session, KEY)
    assert (shown.state, shown.number, shown.unsigned) == ("draft", 1, ("vandværk",))
    assert [slot.name for slot in shown.slots][:2] == ["place", "from"]
    assert list(shown.texts) == ["da", "en"]
    assert (shown.approved_number, shown.approved_state) == (0, "")


def test_an_approved_version_shows_as_expired_after_its_review_date(
    approved_once: Path, session: Session
) -> None:
    assert library.show(session, KEY).state == "approved"
    version = library.approved(session, KEY)
    assert version is not None
    assert version.review_due is not None
    with clock.set_to(version.review_due + timedelta(seconds=1)):
        shown = library.show(session, KEY)
        assert (shown.state, shown.approved_state) == ("expired", "expired")
        row = library.readiness(session)[0]
        assert (row.state, row.sendable) == ("expired", "expired")


def test_a_newer_draft_is_shown_with_the_version_that_can_still_be_sent(
    approved_once: Path, session: Session
) -> None:
    files = changed("boil/during.da.md", "før du", "inden du")
    library.load(write(approved_once, files), actor=SHELL)
    shown = library.show(session, KEY)
    assert (shown.number, shown.state) == (2, "draft")
    assert (shown.approved_number, shown.approved_state) == (1, "approved")


def test_a_returned_version_shows_why(
    tmp_path: Path, session: Session, person: Callable[..., Actor]
) -> None:
    library.load(write(tmp_path, FILES), actor=SHELL)
    library.submit(KEY, actor=person("author@example.dk", Role.AUTHOR))
    library.return_(KEY, actor=person("approver@example.dk", Role.APPROVER), reason="for lang")
    assert library.show(session, KEY).returned_reason == "for lang"


def test_readiness_tells_the_state_of_each_language(approved_once: Path, session: Session) -> None:
    files = changed("boil/during.da.md", "før du", "inden du")
    german = FILES["boil/during.en.md"].replace("Boil", "Kochen")
    library.load(write(approved_once, {**files, "boil/during.de.md": german}), actor=SHELL)
    during, update = library.readiness(session)
    assert (during.key, during.state, during.sendable) == (KEY, "draft", "approved")
    assert dict(during.languages) == {"da": "changed", "en": "approved", "de": "draft"}
    assert (update.key, update.sendable) == (UPDATE, "")
    assert dict(update.languages) == {"da": "draft", "en": "missing", "de": "missing"}


def test_a_retired_message_is_not_in_the_overview(approved_once: Path, session: Session) -> None:
    versions_of(session, KEY)[0].state = VersionState.RETIRED.value
    session.commit()
    assert [row.key for row in library.readiness(session)] == [UPDATE]
    assert library.show(session, KEY).state == "retired"
    with pytest.raises(NotFound):
        library.show(session, "boil/before")
