"""Loading: what is new, changed or the same, and what a load leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import journal
from hub.errors import NotAllowed
from hub.journal import Actor
from hub.library import load, newest
from hub.library.lifecycle import versions_of
from hub.library.loading import LoadReport
from hub.models import JournalEntry, LibraryFile, Role, Version, VersionState
from tests.conftest import SHELL
from tests.library.samples import FILES, changed, write

KEY, UPDATE = "boil/during", "boil/update"
Loader = Callable[..., LoadReport]


@pytest.fixture
def put(tmp_path: Path, session: Session) -> Loader:
    """Loads a library of these files from a fresh folder."""
    count = 0

    def loaded(files: Mapping[str, str | bytes] = FILES, actor: Actor = SHELL) -> LoadReport:
        nonlocal count
        count += 1
        return load(write(tmp_path / str(count), files), actor=actor)

    return loaded


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(JournalEntry.kind).order_by(JournalEntry.number)))


def stands(session: Session, key: str = KEY) -> dict[int, str]:
    return {row.number: row.state for row in versions_of(session, key)}


def set_state(session: Session, number: int, state: VersionState) -> None:
    row = next(row for row in versions_of(session, KEY) if row.number == number)
    row.state = state.value
    if state is VersionState.APPROVED:
        row.approved_at = row.made_at
    session.commit()


def test_a_new_message_becomes_a_draft_with_its_languages_and_loader(
    put: Loader, session: Session
) -> None:
    report = put()
    assert (report.new, report.changed, report.same) == ((KEY, UPDATE), (), ())
    row = newest(session, KEY)
    assert (row.number, row.state, row.scenario, row.phase) == (1, "draft", "boil", "during")
    assert row.hash == row.text.hash
    assert {item.language: item.hash for item in row.languages} == row.text.language_hashes
    assert ("os:tester", "loaded") in {(item.person, item.part) for item in row.contributors}
    assert kinds(session) == ["version-loaded", "version-loaded"]
    assert journal.verify(session).holds


def test_loading_the_same_again_does_nothing(put: Loader, session: Session) -> None:
    put()
    before = journal.head(session)
    report = put()
    assert (report.new, report.changed, report.same) == ((), (), (KEY, UPDATE))
    assert journal.head(session) == before
    assert session.query(Version).count() == 2


def test_a_changed_text_becomes_a_new_draft_that_replaces_the_old_one(
    put: Loader, session: Session
) -> None:
    put()
    report = put(changed("boil/during.da.md", "før du drikker det", "inden du drikker det"))
    assert (report.changed, report.same) == ((KEY,), (UPDATE,))
    assert stands(session) == {2: "draft", 1: "retired"}
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.number.desc())).first()
    assert entry is not None
    assert (entry.data["number"], entry.data["replaced"]) == (2, [1])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('co_signers = ["vandværk"]', "co_signers = []"),
        ('severity = "severe"', 'severity = "notice"'),
        ('owner = "Vand og Miljø"', 'owner = "Beredskab"'),
        ('urgency = "Immediate"', 'urgency = "Expected"'),
        ("review_months = 6", "review_months = 12"),
        ("repeat_is_harmless = false", "repeat_is_harmless = true"),
    ],
)
def test_changed_data_of_the_scenario_never_alters_an_approved_version(
    put: Loader, session: Session, old: str, new: str
) -> None:
    put()
    set_state(session, 1, VersionState.APPROVED)
    before = dict(newest(session, KEY).scenario_meta)
    report = put(changed("boil/scenario.toml", old, new))
    assert set(report.changed) == {KEY, UPDATE}
    draft, old_version = versions_of(session, KEY)
    assert (draft.state, old_version.state) == ("draft", "approved")
    assert (old_version.scenario_meta, draft.hash) == (before, old_version.hash)
    assert draft.scenario_meta != before


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (VersionState.DRAFT, {2: "draft", 1: "retired"}),
        (VersionState.RETURNED, {2: "draft", 1: "retired"}),
        (VersionState.IN_REVIEW, {2: "draft", 1: "in-review"}),
        (VersionState.APPROVED, {2: "draft", 1: "approved"}),
        (VersionState.RETIRED, {2: "draft", 1: "retired"}),
    ],
)
def test_what_a_load_replaces_depends_on_the_state(
    put: Loader, session: Session, state: VersionState, expected: dict[int, str]
) -> None:
    put()
    set_state(session, 1, state)
    put(changed("boil/during.da.md", "før du", "inden du"))
    assert stands(session) == expected


def test_a_retired_message_that_is_loaded_again_is_a_new_draft(
    put: Loader, session: Session
) -> None:
    put()
    set_state(session, 1, VersionState.RETIRED)
    assert put().changed == (KEY,)
    assert stands(session) == {2: "draft", 1: "retired"}


def test_contributors_carry_over_until_a_version_is_approved(
    put: Loader, session: Session, person: Callable[..., Actor]
) -> None:
    first = person("first@example.dk", Role.AUTHOR)
    second = person("second@example.dk", Role.AUTHOR)

    def people() -> set[str]:
        return {item.person for item in newest(session, KEY).contributors}

    put(actor=first)
    assert people() == {"first@example.dk", "anna@example.dk"}
    put(changed("boil/during.da.md", "før du", "inden du"), second)
    assert people() == {"first@example.dk", "second@example.dk", "anna@example.dk"}
    set_state(session, 2, VersionState.APPROVED)
    put(changed("boil/during.da.md", "før du", "forud for du"), second)
    assert people() == {"second@example.dk", "anna@example.dk"}


def test_who_has_not_the_role_author_cannot_load(
    put: Loader, session: Session, person: Callable[..., Actor]
) -> None:
    with pytest.raises(NotAllowed, match="has not the role author"):
        put(actor=person("b@example.dk", Role.APPROVER, Role.ADMIN))
    assert session.query(Version).count() == 0
    assert session.query(LibraryFile).count() == 0


def test_a_mistake_stops_its_own_message_only(put: Loader, session: Session) -> None:
    report = put(changed("boil/during.da.md", "{place}, før", "{plce}, før"))
    assert (report.new, report.refused) == ((UPDATE,), (KEY,))
    assert str(report.problems[0]).startswith("boil/during.da.md:7: unknown slot {plce}")
    assert versions_of(session, KEY) == []
    assert {row.path for row in session.scalars(select(LibraryFile))} == {
        "boil/scenario.toml",
        "boil/update.da.md",
        "facts.toml",
    }


def test_a_comment_changes_the_file_kept_but_no_version(put: Loader, session: Session) -> None:
    put()
    files = {**FILES, "boil/scenario.toml": "# note\n" + FILES["boil/scenario.toml"]}
    assert put(files).same == (KEY, UPDATE)
    kept = session.get(LibraryFile, "boil/scenario.toml")
    assert kept is not None
    assert kept.content.startswith(b"# note\n")
    assert kinds(session)[2:] == ["library-files-stored"]


def test_a_translator_named_later_is_noted_and_cannot_approve(
    put: Loader, session: Session
) -> None:
    put()
    files = changed("boil/during.en.md", "Anna <anna@example.dk>", "bo@example.dk")
    assert put(files).same == (KEY, UPDATE)
    row = newest(session, KEY)
    assert {item.translated_by for item in row.languages} == {None, "bo@example.dk"}
    assert {"bo@example.dk", "anna@example.dk"} <= {item.person for item in row.contributors}


def test_a_language_whose_file_is_gone_makes_a_new_version_and_leaves_the_export(
    put: Loader, session: Session
) -> None:
    put()
    files = {path: text for path, text in FILES.items() if path != "boil/during.en.md"}
    assert put(files).changed == (KEY,)
    assert list(newest(session, KEY).text.languages) == ["da"]
    assert session.get(LibraryFile, "boil/during.en.md") is None


def test_a_message_without_a_file_stays_and_is_named(put: Loader, session: Session) -> None:
    put()
    files = {path: text for path, text in FILES.items() if path != "boil/update.da.md"}
    assert put(files).absent == (UPDATE,)
    assert newest(session, UPDATE).state == "draft"


def test_a_changed_fact_marks_the_approved_version_for_a_recheck(
    put: Loader, session: Session
) -> None:
    put()
    set_state(session, 1, VersionState.APPROVED)
    report = put(changed("facts.toml", "value = 1", "value = 2"))
    assert report.marked == (f"{KEY} version 1",)
    draft, old = versions_of(session, KEY)
    assert (old.state, old.recheck, old.blocked) == ("approved", ["boil_minutes"], [])
    assert (draft.recheck, draft.blocked) == ([], [])
    assert put().marked == (f"{KEY} version 1",)
    assert versions_of(session, KEY)[-1].recheck == []


def test_only_the_day_of_a_check_marks_nothing(put: Loader, session: Session) -> None:
    put()
    report = put(changed("facts.toml", "checked = 2026-11-20", "checked = 2026-11-21"))
    assert (report.marked, report.same) == ((), (KEY, UPDATE))


def test_a_withdrawn_fact_blocks_until_its_value_is_right_again(
    put: Loader, session: Session
) -> None:
    put()
    set_state(session, 1, VersionState.APPROVED)
    wrong = 'value = 1\nwithdrawn = "one minute is too short"'
    put(changed("facts.toml", "value = 1", wrong))
    assert versions_of(session, KEY)[-1].blocked == ["boil_minutes"]
    put(changed("facts.toml", "value = 1", "value = 2"))
    draft, old = versions_of(session, KEY)
    assert (old.number, old.blocked, old.recheck) == (1, ["boil_minutes"], ["boil_minutes"])
    assert (draft.state, draft.blocked) == ("draft", [])
    put()
    assert versions_of(session, KEY)[-1].blocked == []


def test_a_withdrawn_fact_blocks_even_when_all_messages_have_mistakes(
    put: Loader, session: Session
) -> None:
    put()
    files = changed("facts.toml", "value = 1", 'value = 1\nwithdrawn = "wrong"')
    files["boil/scenario.toml"] = "owner ="
    report = put(files)
    assert report.refused == (KEY, UPDATE)
    assert versions_of(session, KEY)[0].blocked == ["boil_minutes"]


def test_a_fact_that_cannot_be_read_leaves_the_marks_alone(put: Loader, session: Session) -> None:
    put()
    set_state(session, 1, VersionState.APPROVED)
    put(changed("facts.toml", "value = 1", 'value = 1\nwithdrawn = "wrong"'))
    put(changed("facts.toml", "value = 1", "value = 1.5"))
    assert versions_of(session, KEY)[-1].blocked == ["boil_minutes"]
    put(changed("facts.toml", "value = 1", "value ="))
    assert versions_of(session, KEY)[-1].blocked == ["boil_minutes"]
