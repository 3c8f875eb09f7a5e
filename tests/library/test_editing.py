"""Editing a text: it goes the way of a file, keeps what it does not touch, and overwrites nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import library
from hub.errors import Invalid, NotAllowed
from hub.journal import Actor
from hub.library.editing import _lines, _one_line, file_of
from hub.library.problems import Problems
from hub.library.reading import decode
from hub.library.text_files import read_text
from hub.models import JournalEntry, LibraryFile, Role, VersionState
from hub.text.types import LanguageText
from tests.conftest import SHELL
from tests.messages import few_messages

KEY = "water-boil/during"
FILE = b"""\
---
# the town's own wording
title: "Kog vandet"
translated_by: Ida Holm
---

## Phone

Sig det.

## SMS

Kog vandet.



## Web

Kog det.
"""


@pytest.fixture
def asta(app: Flask, person: Callable[..., Actor]) -> Actor:
    assert not library.load(few_messages(), actor=SHELL).problems
    return person("asta@town.example", Role.AUTHOR)


def text_of(session: Session, language: str = "da") -> LanguageText:
    return library.newest(session, KEY).text.languages[language]


def save(
    actor: Actor, session: Session, language: str = "da", **changes: str
) -> library.LoadReport:
    based_on = changes.pop("based_on", library.newest(session, KEY).hash)
    text = replace(text_of(session, language), language=language, **changes)
    return library.save(KEY, text, actor=actor, based_on=based_on)


def test_an_edit_is_a_draft_with_its_editor_as_a_contributor(session: Session, asta: Actor) -> None:
    report = save(asta, session, title="Kog alt vand i {place}")
    assert report.changed == (KEY,)
    version = library.newest(session, KEY)
    assert version.state == VersionState.DRAFT
    assert version.made_by == asta.name
    assert (asta.name, "edited") in {(item.person, item.part) for item in version.contributors}
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.number.desc())).first()
    assert entry is not None
    assert (entry.kind, entry.actor) == ("version-loaded", asta.name)


def test_an_edited_library_exports_and_loads_as_the_same(
    session: Session, asta: Actor, tmp_path: Path
) -> None:
    save(asta, session, web=text_of(session).web + "\n\nMere tekst.")
    save(asta, session, "de", title="Wasser in {place} lange abkochen")
    number = library.newest(session, KEY).number
    library.export(session, tmp_path / "out")
    report = library.load(tmp_path / "out", actor=SHELL)
    assert (report.new, report.changed, report.problems) == ((), (), ())
    assert library.newest(session, KEY).number == number


def test_an_edit_is_refused_when_somebody_was_first(session: Session, asta: Actor) -> None:
    seen = library.newest(session, KEY).hash
    save(asta, session, title="Kog alt vand i {place}")
    with pytest.raises(library.EditedMeanwhile) as caught:
        save(asta, session, title="Kog lidt vand i {place}", based_on=seen)
    assert caught.value.hash == library.newest(session, KEY).hash
    assert asta.name in str(caught.value)
    assert text_of(session).title == "Kog alt vand i {place}"


def test_only_an_author_edits(session: Session, asta: Actor, person: Callable[..., Actor]) -> None:
    with pytest.raises(NotAllowed):
        save(person("bo@town.example", Role.APPROVER), session, title="Andet")
    assert library.newest(session, KEY).number == 1


def test_a_mistake_is_reported_with_its_line_and_stores_nothing(
    session: Session, asta: Actor
) -> None:
    before = {row.path: bytes(row.content) for row in session.scalars(select(LibraryFile))}
    report = save(asta, session, sms="Kog vandet i {plads}.")
    assert report.refused == (KEY,)
    assert [str(item) for item in report.problems if "plads" in item.reason]
    assert report.problems[0].path == f"{KEY}.da.md"
    session.expire_all()
    after = {row.path: bytes(row.content) for row in session.scalars(select(LibraryFile))}
    assert before == after
    assert library.newest(session, KEY).number == 1


def test_a_mistake_is_placed_in_its_field(session: Session, asta: Actor) -> None:
    text = text_of(session)
    web = "### Overskrift\n\nKog det.\n\n{plads}"
    made = library.draft(session, KEY, LanguageText("da", text.title, text.sms, web, text.phone))
    problem = next(item for item in made.read.problems if "plads" in item.reason)
    assert made.message is None
    assert made.place(problem.path, problem.line) == ("web", 5)
    assert made.place("water-boil/scenario.toml", 3) == ("", 3)


def test_an_abandoned_draft_does_not_come_back(session: Session, asta: Actor) -> None:
    """Each edit begins from the newest version that is not retired, in all its languages."""
    first = library.newest(session, KEY)
    first.state = VersionState.APPROVED.value
    session.commit()
    save(asta, session, "en", title="Abandoned in {place}")
    draft = library.newest(session, KEY)
    draft.state = VersionState.RETIRED.value
    session.commit()
    first = library.newest(session, KEY)
    assert first.number == 1
    save(asta, session, title="Kog alt vand i {place}")
    texts = library.newest(session, KEY).text.languages
    assert texts["en"] == first.text.languages["en"]
    assert texts["da"].title == "Kog alt vand i {place}"


@pytest.mark.parametrize("language", ["xx-unknown", "../da", "DA", ""])
def test_a_language_that_is_none_is_refused(session: Session, asta: Actor, language: str) -> None:
    text = text_of(session)
    with pytest.raises(Invalid):
        library.draft(session, KEY, LanguageText(language, "t", text.sms, text.web, text.phone))


def test_a_text_beyond_all_bounds_is_refused(session: Session, asta: Actor) -> None:
    with pytest.raises(Invalid, match="at most"):
        save(asta, session, web="x" * 20_001)


SAME = LanguageText("da", "Kog vandet", "Kog vandet.", "Kog det.", "Sig det.")


@pytest.mark.parametrize(
    "stored", [FILE, FILE.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + FILE, FILE.rstrip(b"\n")]
)
def test_what_is_not_changed_stays_byte_for_byte(stored: bytes) -> None:
    assert file_of(SAME, stored) == stored
    changed = file_of(LanguageText("da", "Kog alt", "Kog.", "Kog det.", "Sig det."), stored)
    ends = b"\r\n" if b"\r\n" in stored else b"\n"
    expected = stored.replace(b'title: "Kog vandet"', b"title: Kog alt")
    assert changed == expected.replace(ends + b"Kog vandet." + ends, ends + b"Kog." + ends)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=60)


@given(title=WORDS, sms=WORDS, web=WORDS, stored=st.sampled_from([None, FILE]))
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_read_without_a_mistake_is_what_was_typed(
    title: str, sms: str, web: str, stored: bytes | None
) -> None:
    typed = LanguageText("da", _one_line(title), _lines(sms), _lines(web), "Sig det.")
    problems = Problems()
    content = decode(file_of(typed, stored), "x.md", problems)
    if content is None:
        return
    read = read_text("x.md", "da", content, problems).text()
    if not problems.found:
        normal = decode("\0".join((typed.title, typed.sms, typed.web)).encode(), "x.md", problems)
        assert normal is not None
        assert [read.title, read.sms, read.web] == normal.split("\0")


def test_a_short_sms_and_a_back_translation_come_and_go_with_their_headings(
    session: Session, asta: Actor
) -> None:
    short = "{municipality}: {#boil} Kog vandet i {place}. Nyt senest {next_update:short}."
    save(asta, session, short=short)
    assert text_of(session).short == short
    stored = library.newest(session, KEY).text
    content = file_of(stored.languages["da"], None).decode()
    assert f"\n## SMS short\n\n{short}\n" in content
    save(asta, session, "en", back="Kog vandet i {place}.")
    assert text_of(session, "en").back == "Kog vandet i {place}."
    save(asta, session, short="")
    assert text_of(session).short == ""
    assert text_of(session, "en").back == "Kog vandet i {place}."
    report = save(asta, session, "en", back="Kog alt vand i {place}.")
    assert report.changed == (KEY,)


def test_taking_a_section_out_leaves_the_rest_of_the_file_as_it_was() -> None:
    stored = (
        "---\ntitle: T\n---\n\n## SMS\n\na\n\n## SMS short\n\nb\n\n## Web\n\nc\n\n## Phone\n\nd\n"
    )
    text = LanguageText("da", "T", "a", "c", "d")
    assert file_of(text, stored.encode()).decode() == stored.replace("## SMS short\n\nb\n\n", "")
