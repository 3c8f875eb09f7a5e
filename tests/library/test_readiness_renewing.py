"""Renewing: the same words, read and approved again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub import clock, library
from hub.errors import Conflict, NotAllowed, NotFound
from hub.journal import Actor
from hub.library.lifecycle import versions_of
from hub.models import JournalEntry, Role, Version
from tests.conftest import SHELL
from tests.library.samples import FILES, changed, write

KEY = "boil/during"


@pytest.fixture
def author(person: Callable[..., Actor]) -> Actor:
    return person("author@example.dk", Role.AUTHOR, Role.APPROVER)


@pytest.fixture
def approver(person: Callable[..., Actor]) -> Actor:
    return person("approver@example.dk", Role.APPROVER)


@pytest.fixture
def approved(tmp_path: Path, session: Session, author: Actor, approver: Actor) -> Version:
    """Version 1 of boil/during, approved and signed in English."""
    library.load(write(tmp_path, FILES), actor=SHELL)
    library.submit(KEY, actor=author)
    library.sign(KEY, party="vandværk", by="Ove", actor=author)
    library.sign_language(KEY, "en", by="Tove Tolk", actor=author)
    library.approve(KEY, actor=approver)
    return versions_of(session, KEY)[0]


def test_a_renewed_text_is_sent_again_once_another_person_approved_it(
    session: Session, approved: Version, author: Actor, approver: Actor
) -> None:
    due = approved.review_due
    assert due is not None
    with clock.set_to(due + timedelta(days=3)):
        renewed = library.renew(KEY, actor=author)
        assert (renewed.number, renewed.state, renewed.hash) == (2, "draft", approved.hash)
        assert library.show(session, KEY).approved_state == "expired", "it is sent as it was"
        library.submit(KEY, actor=author)
        with pytest.raises(NotAllowed, match=r"author@example\.dk"):
            library.approve(KEY, actor=author)
        library.approve(KEY, actor=approver)
        shown = library.show(session, KEY)
        assert (shown.number, shown.state, shown.unsigned) == (2, "approved", ())
        assert shown.review_due is not None
        assert shown.review_due > clock.now() + timedelta(days=180)
        assert shown.languages["en"].signature is not None, "the same words are read already"
        assert shown.approved_unsigned == ()


def test_who_translated_it_cannot_approve_it_when_it_is_renewed(
    approved: Version, author: Actor, person: Callable[..., Actor]
) -> None:
    anna = person("anna@example.dk", Role.APPROVER)
    library.renew(KEY, actor=author)
    library.submit(KEY, actor=author)
    with pytest.raises(NotAllowed, match=r"anna@example\.dk"):
        library.approve(KEY, actor=anna)


def test_a_load_of_the_same_files_leaves_the_renewed_draft_alone(
    tmp_path: Path, approved: Version, author: Actor
) -> None:
    library.renew(KEY, actor=author)
    assert KEY in library.load(write(tmp_path, FILES), actor=SHELL).same


def test_renewing_is_in_the_journal(session: Session, approved: Version, author: Actor) -> None:
    library.renew(KEY, actor=author)
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.number.desc())).first()
    assert entry is not None
    assert (entry.kind, entry.actor) == ("version-renewed", "author@example.dk")
    assert entry.data == {"key": KEY, "number": 2, "hash": approved.hash}


def test_nothing_is_renewed_beside_something_newer(
    tmp_path: Path, approved: Version, author: Actor
) -> None:
    library.load(write(tmp_path, changed("boil/during.da.md", "før du", "inden du")), actor=SHELL)
    with pytest.raises(Conflict, match="version 2 is not approved"):
        library.renew(KEY, actor=author)


@pytest.mark.parametrize("mark", ["recheck", "blocked"])
def test_a_text_with_a_changed_fact_is_loaded_again_instead(
    session: Session, approved: Version, author: Actor, mark: str
) -> None:
    session.execute(update(Version).values({mark: ["boil_minutes"]}))
    session.commit()
    with pytest.raises(Conflict, match=r"boil_minutes.*hub library load"):
        library.renew(KEY, actor=author)


def test_only_an_author_renews_and_only_what_there_is(
    session: Session, approved: Version, author: Actor, approver: Actor
) -> None:
    with pytest.raises(NotAllowed):
        library.renew(KEY, actor=approver)
    with pytest.raises(NotFound, match="boil/during"):
        library.renew("boil/before", actor=author)
    with pytest.raises(Conflict, match="is not approved"):
        library.renew("boil/update", actor=author)
    library.retire(KEY, actor=approver, reason="slut")
    with pytest.raises(Conflict, match="is not approved"):
        library.renew(KEY, actor=author)
