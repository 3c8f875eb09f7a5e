"""A reader's yes to one language: who may say it, for how long it holds, and what an approval without it needs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from hub import journal, library
from hub.errors import Conflict, Invalid, NotAllowed, NotFound
from hub.journal import Actor
from hub.library.signing import LONGEST_NAME, writers
from hub.models import Role, Signature, Version
from hub.text.types import LanguageText
from tests.conftest import SHELL
from tests.library.samples import FILES, changed
from tests.library.test_approving import KEY, UPDATE, Bench, approver, author, bench

__all__ = ["approver", "author", "bench"]
People = Callable[..., Actor]
READER = "Olena Koval, tolk"
GERMAN = """\
---
title: Wasser in {place} abkochen
---

## SMS

{municipality}: {#boil} Kochen Sie das Wasser in {place} ab, bevor Sie es trinken.
Lassen Sie es {fact.boil_minutes} kochen.
Wir schreiben wieder bis {next_update:short}.
Mehr: {page} oder {phone}.

## Web

Das gilt in {place} ab {from}.

- {#boil} Kochen Sie das Wasser {fact.boil_minutes} ab, bevor Sie es trinken.

{when reason}
{reason}.
{end}

Wir schreiben wieder bis {next_update}. Rufen Sie uns an: {phone}.

## Phone

Hier ist eine Nachricht von {municipality}.

{#boil} Kochen Sie das Wasser in {place} ab, bevor Sie es trinken.
Lassen Sie es {fact.boil_minutes} kochen.

Neues hören Sie bis {next_update}. Telefon: {phone}.
"""
WITH_GERMAN = {**FILES, "boil/during.de.md": GERMAN}


def newest(bench: Bench, key: str = KEY) -> Version:
    return library.newest(bench.session, key)


def unsigned(bench: Bench, key: str = KEY) -> tuple[str, ...]:
    return library.unsigned_languages(bench.session, newest(bench, key))


def test_a_readers_yes_is_kept_and_told(bench: Bench, author: Actor) -> None:
    bench.load(WITH_GERMAN)
    assert unsigned(bench) == ("en", "de")
    signed = library.sign_language(KEY, "en", by=f"  {READER} ", actor=author)
    hashes = newest(bench).text.language_hashes
    assert (signed.by, signed.hash, signed.party) == (READER, hashes["en"], "")
    assert signed.recorded_by == "author@example.dk"
    assert unsigned(bench) == ("de",)
    entry = bench.last_entry()
    assert (entry.kind, entry.data) == (
        "language-signed",
        {"key": KEY, "number": 1, "language": "en", "hash": hashes["en"], "by": READER},
    )
    assert library.unsigned(bench.session, newest(bench)) == ("vandværk",)


def test_a_yes_recorded_twice_stays_the_first(bench: Bench, author: Actor) -> None:
    bench.load()
    library.sign_language(KEY, "en", by=READER, actor=author)
    head = journal.head(bench.session)
    assert library.sign_language(KEY, "en", by="En anden", actor=author).by == READER
    assert journal.head(bench.session) == head
    assert len(bench.session.scalars(select(Signature)).all()) == 1


def test_a_yes_carries_over_to_a_version_that_leaves_the_language_alone(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author, WITH_GERMAN)
    for language in ("en", "de"):
        library.sign_language(KEY, language, by=READER, actor=author)
    library.approve(KEY, actor=approver, unsigned_reason="")
    german = GERMAN.replace("kochen.\nWir", "gut kochen.\nWir")
    danish = changed("boil/during.da.md", "før du", "inden du")["boil/during.da.md"]
    bench.load({**WITH_GERMAN, "boil/during.de.md": german, "boil/during.da.md": danish})
    assert newest(bench).number == 2
    assert unsigned(bench) == ("de",)


def test_a_changed_fact_is_another_text(bench: Bench, author: Actor) -> None:
    bench.load()
    library.sign_language(KEY, "en", by=READER, actor=author)
    bench.load(changed("facts.toml", "value = 1", "value = 2"))
    assert unsigned(bench) == ("en",)


def test_a_yes_holds_for_its_message_and_language_only(bench: Bench, author: Actor) -> None:
    files = {**FILES, "boil/update.en.md": FILES["boil/update.da.md"]}
    bench.load({**files, "boil/update.de.md": FILES["boil/update.da.md"]})
    library.sign_language(UPDATE, "en", by=READER, actor=author)
    assert unsigned(bench, UPDATE) == ("de",)
    assert unsigned(bench) == ("en",)


def test_the_text_that_was_read_is_the_text_that_is_signed(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author)
    library.approve(KEY, actor=approver)
    first = newest(bench)
    old = first.text.language_hashes["en"]
    bench.load(changed("boil/during.en.md", "Let it boil", "Let it boil well"))
    library.sign_language(KEY, "en", by=READER, actor=author, hash=f" {old.upper()} ")
    assert bench.last_entry().data["number"] == 1
    assert unsigned(bench) == ("en",)
    assert library.unsigned_languages(bench.session, first) == ()
    library.sign_language(KEY, "en", by=READER, actor=author, hash=newest(bench).hash)
    assert unsigned(bench) == ()
    with pytest.raises(Conflict, match="not the text that was read"):
        library.sign_language(KEY, "en", by=READER, actor=author, hash="0" * 64)


def test_a_retired_text_is_not_signed(bench: Bench, author: Actor) -> None:
    bench.load()
    hash_ = newest(bench).hash
    library.retire(KEY, actor=author, reason="opgivet")
    with pytest.raises(Conflict, match="is retired"):
        library.sign_language(KEY, "en", by=READER, actor=author)
    with pytest.raises(Conflict, match="is retired"):
        library.sign_language(KEY, "en", by=READER, actor=author, hash=hash_)


@pytest.mark.parametrize(
    ("language", "by", "said"),
    [
        ("da", READER, "the approver reads"),
        ("da-x-let", READER, "the approver reads"),
        ("pl", READER, "has no text in 'pl'. Its translations: en"),
        ("en", " \n ", "must name the person"),
        ("en", "x" * (LONGEST_NAME + 1), "must name the person"),
    ],
)
def test_what_cannot_be_signed_is_told(
    bench: Bench, author: Actor, language: str, by: str, said: str
) -> None:
    bench.load()
    with pytest.raises(Invalid, match=said):
        library.sign_language(KEY, language, by=by, actor=author)
    assert unsigned(bench) == ("en",)


def test_recording_needs_the_role_of_an_author_or_an_approver(
    bench: Bench, author: Actor, approver: Actor, person: People
) -> None:
    bench.load()
    sender = person("sender@example.dk", Role.SENDER, Role.ADMIN, Role.VIEWER)
    for actor in (sender, SHELL, Actor("nobody@example.dk", "test")):
        with pytest.raises((NotAllowed, NotFound)):
            library.sign_language(KEY, "en", by=READER, actor=actor)
    assert unsigned(bench) == ("en",)
    library.sign_language(KEY, "en", by=READER, actor=approver)
    assert unsigned(bench) == ()


def edited(bench: Bench, who: Actor, language: str, **words: str) -> None:
    version = newest(bench)
    text = version.text.languages[language]
    values = {**text.to_json(), **words}
    report = library.save(KEY, LanguageText(**values), actor=who, based_on=version.hash)
    assert report.changed == (KEY,), report.problems


@pytest.mark.parametrize(
    "by",
    [
        "author@example.dk",
        "Asta Author <Author@Example.dk>",
        "anna@example.dk",
        "ANNA",
    ],
)
def test_who_wrote_loaded_or_translated_a_text_does_not_sign_it(
    bench: Bench, author: Actor, by: str
) -> None:
    bench.load(actor=author)
    with pytest.raises(NotAllowed, match="wrote or loaded the text in en"):
        library.sign_language(KEY, "en", by=by, actor=author)
    assert unsigned(bench) == ("en",)
    library.sign_language(KEY, "en", by="Anna-Lise Holm", actor=author)
    assert unsigned(bench) == ()


def test_the_shell_that_loaded_a_text_does_not_sign_it(bench: Bench, author: Actor) -> None:
    bench.load(WITH_GERMAN)
    for name in (SHELL.name, SHELL.name.removeprefix("os:").upper()):
        with pytest.raises(NotAllowed):
            library.sign_language(KEY, "de", by=name, actor=author)


def test_who_wrote_another_language_may_sign_this_one(
    bench: Bench, author: Actor, approver: Actor, person: People
) -> None:
    polyglot = person("poly@example.dk", Role.AUTHOR)
    bench.load(WITH_GERMAN)
    edited(bench, polyglot, "de", title="Kochen Sie es in {place}")
    versions = library.lifecycle.versions_of(bench.session, KEY)
    assert writers(versions, newest(bench), "de") == ("os:tester", "poly@example.dk")
    assert writers(versions, newest(bench), "en") == ("Anna", "anna@example.dk", "os:tester")
    with pytest.raises(NotAllowed):
        library.sign_language(KEY, "de", by="poly@example.dk", actor=author)
    library.sign_language(KEY, "en", by="poly@example.dk", actor=author)


def test_words_that_only_their_writers_have_seen_stay_theirs(
    bench: Bench, author: Actor, approver: Actor, person: People
) -> None:
    first, second = person("one@example.dk", Role.AUTHOR), person("two@example.dk", Role.AUTHOR)
    bench.load(WITH_GERMAN)
    edited(bench, first, "de", title="Kochen Sie es in {place}")
    edited(bench, second, "de", title="Kochen Sie alles in {place}")
    with pytest.raises(NotAllowed, match=r"one@example\.dk wrote"):
        library.sign_language(KEY, "de", by="one@example.dk", actor=author)
    library.submit(KEY, actor=second)
    library.sign(KEY, party="vandværk", by="Ove", actor=author)
    library.approve(KEY, actor=approver, unsigned_reason="haster")
    edited(bench, second, "de", title="Kochen Sie nun alles in {place}")
    library.sign_language(KEY, "de", by="one@example.dk", actor=author)


def test_who_brought_old_words_back_in_has_not_freed_their_writer(
    bench: Bench, author: Actor, person: People
) -> None:
    first, second = person("one@example.dk", Role.AUTHOR), person("two@example.dk", Role.AUTHOR)
    bench.load(WITH_GERMAN)
    old = newest(bench).text.languages["de"].title
    edited(bench, first, "de", title="Kochen Sie es in {place}")
    edited(bench, second, "de", title=old)
    edited(bench, second, "de", title="Kochen Sie es in {place}")
    with pytest.raises(NotAllowed, match=r"one@example\.dk"):
        library.sign_language(KEY, "de", by="one@example.dk", actor=author)


def test_an_unsigned_translation_needs_a_reason(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author, WITH_GERMAN)
    library.sign_language(KEY, "de", by=READER, actor=author)
    for empty in ("", "  \n", "x" * 501):
        with pytest.raises(library.UnsignedLanguages, match="Nobody who reads en has signed") as no:
            library.approve(KEY, actor=approver, unsigned_reason=empty)
        assert no.value.languages == ("en",)
    assert bench.states() == {1: "in-review"}
    version = library.approve(KEY, actor=approver, unsigned_reason=" det   haster ")
    assert (version.approved_unsigned, version.unsigned_reason) == (["en"], "det haster")
    data = bench.last_entry().data
    assert (data["unsigned"], data["unsigned_reason"]) == (["en"], "det haster")
    assert journal.verify(bench.session).holds


def test_a_door_that_asks_for_no_reason_leaves_that_in_the_journal(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author, WITH_GERMAN)
    version = library.approve(KEY, actor=approver)
    assert (version.approved_unsigned, version.unsigned_reason) == (["en", "de"], library.NO_REASON)
    assert bench.last_entry().data["unsigned_reason"] == "no reason given"


def test_an_approval_with_every_translation_signed_keeps_no_reason(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author)
    library.sign_language(KEY, "en", by=READER, actor=author)
    version = library.approve(
        KEY, actor=approver, unsigned_reason="skrevet for en sikkerheds skyld"
    )
    assert (version.approved_unsigned, version.unsigned_reason) == ([], None)
    assert bench.last_entry().data["unsigned_reason"] == ""


def test_a_text_in_danish_alone_needs_no_reader(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.load()
    library.submit(UPDATE, actor=author)
    library.sign(UPDATE, party="vandværk", by="Ove", actor=author)
    version = library.approve(UPDATE, actor=approver, unsigned_reason="")
    assert version.approved_unsigned == []


def test_open_points_are_told_before_the_reason_is_asked_for(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.load()
    library.submit(KEY, actor=author)
    with pytest.raises(Conflict, match="yes of vandværk"):
        library.approve(KEY, actor=approver, unsigned_reason="")
