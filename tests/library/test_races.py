"""Decisions made at the same moment, with real threads: exactly one outcome, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from hub import accounts, journal, library
from hub.application import create_app
from hub.database import db
from hub.errors import Conflict
from hub.journal import Actor
from hub.library.lifecycle import versions_of
from hub.models import Role, VersionState
from tests.conftest import SHELL, make_settings, set_up_database
from tests.databases import at_once, database_of
from tests.library.samples import FILES, changed, write

KEY = "boil/during"
ROUNDS = 5
AUTHOR = Actor("author@example.dk", "test")
APPROVERS = [Actor(f"approver{number}@example.dk", "test") for number in range(3)]


@pytest.fixture(params=["sqlite", "postgresql"])
def hub_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on each database, with people."""
    with database_of(request.param) as environment:
        app = create_app(make_settings(tmp_path, **environment))
        with app.app_context():
            set_up_database()
            accounts.add_person(AUTHOR.name, [Role.AUTHOR], actor=SHELL)
            for actor in APPROVERS:
                accounts.add_person(actor.name, [Role.APPROVER], actor=SHELL)
            yield app
            db.session.remove()
            db.engine.dispose()


def review(folder: Path, files: dict[str, str]) -> None:
    library.load(write(folder, files), actor=SHELL)
    library.submit(KEY, actor=AUTHOR)
    library.sign(KEY, party="vandværk", by="Ove", actor=AUTHOR)


def approve(actor: Actor, hash: str | None = None) -> int:
    return library.approve(KEY, actor=actor, hash=hash).number


def load(folder: Path) -> tuple[str, ...]:
    return library.load(folder, actor=SHELL).changed


def states() -> dict[int, str]:
    db.session.rollback()
    return {row.number: row.state for row in versions_of(db.session(), KEY)}


def wording(number: int) -> dict[str, str]:
    return changed("boil/during.da.md", "før du", f"inden du {'virkelig ' * number}")


def test_of_several_approvers_at_once_exactly_one_approves(hub_app: Flask, tmp_path: Path) -> None:
    for number in range(ROUNDS):
        review(tmp_path / str(number), wording(number))
        results = at_once(
            hub_app,
            *(partial(approve, actor) for actor in APPROVERS),
        )
        refused = [item for item in results if isinstance(item, Exception)]
        assert [item for item in results if item not in refused] == [number + 1]
        assert all(isinstance(item, Conflict) for item in refused), refused
        assert len(refused) == len(APPROVERS) - 1
        assert list(states().values()).count(VersionState.APPROVED) == 1
    entries = journal.verify(db.session())
    assert entries.holds


def test_approving_and_returning_at_once_has_one_outcome(hub_app: Flask, tmp_path: Path) -> None:
    for number in range(ROUNDS):
        review(tmp_path / str(number), wording(number))
        results = at_once(
            hub_app,
            lambda: library.approve(KEY, actor=APPROVERS[0]).state,
            lambda: library.return_(KEY, actor=APPROVERS[1], reason="nej").state,
        )
        refused = [item for item in results if isinstance(item, Exception)]
        assert len(refused) == 1
        assert isinstance(refused[0], Conflict)
        assert states()[number + 1] in ("approved", "returned")


def test_an_approval_racing_with_a_load_approves_what_was_in_review(
    hub_app: Flask, tmp_path: Path
) -> None:
    for number in range(ROUNDS):
        review(tmp_path / f"a{number}", wording(2 * number))
        in_review = library.newest(db.session(), KEY)
        expected, hash_ = in_review.number, in_review.hash
        db.session.rollback()
        folder = write(tmp_path / f"b{number}", wording(2 * number + 1))
        results = at_once(
            hub_app,
            partial(approve, APPROVERS[0], hash_),
            partial(load, folder),
        )
        assert results == [expected, (KEY,)]
        assert states()[expected] == "approved"
        assert states()[expected + 1] == "draft"
        sendable = library.approved(db.session(), KEY)
        assert sendable is not None
        assert sendable.hash == hash_ == sendable.text.hash
        db.session.rollback()


def test_a_submission_racing_with_a_load_never_reviews_a_replaced_draft(
    hub_app: Flask, tmp_path: Path
) -> None:
    for number in range(ROUNDS):
        library.load(write(tmp_path / f"a{number}", wording(2 * number)), actor=SHELL)
        folder = write(tmp_path / f"b{number}", wording(2 * number + 1))
        at_once(
            hub_app,
            lambda: library.submit(KEY, actor=AUTHOR).number,
            partial(load, folder),
        )
        now = states()
        waiting = [item for item, state in now.items() if state == "in-review"]
        drafts = [item for item, state in now.items() if state == "draft"]
        assert (len(waiting), len(drafts)) in {(1, 0), (1, 1)}
        library.return_(KEY, actor=APPROVERS[0], reason="videre")


def test_the_same_folder_loaded_twice_at_once_makes_each_version_once(
    hub_app: Flask, tmp_path: Path
) -> None:
    folder = write(tmp_path / "messages", FILES)
    results = at_once(hub_app, *(lambda: library.load(folder, actor=SHELL) for _ in range(3)))
    assert not [item for item in results if isinstance(item, Exception)], results
    new = [key for report in results for key in getattr(report, "new", ())]
    assert sorted(new) == ["boil/during", "boil/update"]
    assert states() == {1: "draft"}
    assert journal.verify(db.session()).holds
