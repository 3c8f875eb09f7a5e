"""Review and approval: who may, what must be there, and that a decision is made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import accounts, clock, journal, library
from hub.errors import Conflict, HubError, Invalid, NotAllowed, NotFound
from hub.journal import Actor
from hub.library.lifecycle import versions_of
from hub.models import JournalEntry, Person, Role, Signature, VersionState
from tests.conftest import SHELL
from tests.library.samples import FILES, changed, write

KEY, UPDATE = "boil/during", "boil/update"
People = Callable[..., Actor]


@pytest.fixture
def author(person: People) -> Actor:
    return person("author@example.dk", Role.AUTHOR)


@pytest.fixture
def approver(person: People) -> Actor:
    return person("approver@example.dk", Role.APPROVER)


class Bench:
    """Loads samples from fresh folders and takes a message through its review."""

    def __init__(self, folder: Path, session: Session) -> None:
        self.folder, self.session, self.count = folder, session, 0

    def load(self, files: Mapping[str, str | bytes] = FILES, actor: Actor = SHELL) -> None:
        self.count += 1
        report = library.load(write(self.folder / str(self.count), files), actor=actor)
        assert report.problems == ()

    def review(self, author: Actor, files: Mapping[str, str | bytes] = FILES) -> str:
        """Load, submit and sign; gives the hash in review."""
        self.load(files)
        version = library.submit(KEY, actor=author)
        if library.unsigned(self.session, version):
            library.sign(KEY, party="vandværk", by="Ove Vand", actor=author)
        return version.hash

    def states(self, key: str = KEY) -> dict[int, str]:
        return {row.number: row.state for row in versions_of(self.session, key)}

    def last_entry(self) -> JournalEntry:
        query = select(JournalEntry).order_by(JournalEntry.number.desc()).limit(1)
        return self.session.scalars(query).one()


@pytest.fixture
def bench(tmp_path: Path, session: Session) -> Bench:
    return Bench(tmp_path, session)


def test_a_message_goes_from_file_to_approved(bench: Bench, author: Actor, approver: Actor) -> None:
    now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    with clock.set_to(now):
        bench.load()
        version = library.submit(KEY, actor=author)
        assert (version.state, version.submitted_by) == ("in-review", "author@example.dk")
        assert library.unsigned(bench.session, version) == ("vandværk",)
        assert library.sign(KEY, party="Vandværk ", by="Ove  Vand", actor=author) == ()
        version = library.approve(KEY, actor=approver, hash=version.hash)
    assert (version.state, version.approved_by, version.approved_at) == (
        "approved",
        "approver@example.dk",
        now,
    )
    assert version.review_due is not None
    assert version.review_due.date().isoformat() == "2027-05-21"
    sendable = library.approved(bench.session, KEY)
    assert sendable is not None
    assert sendable.id == version.id
    entry = bench.last_entry()
    assert (entry.kind, entry.actor, entry.data["hash"]) == (
        "version-approved",
        "approver@example.dk",
        version.hash,
    )
    assert entry.data["signed"] == ["vandværk"]
    assert journal.verify(bench.session).holds


def test_approving_retires_the_version_approved_before(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author)
    library.approve(KEY, actor=approver)
    bench.review(author, changed("boil/during.da.md", "før du", "inden du"))
    assert bench.states() == {2: "in-review", 1: "approved"}
    library.approve(KEY, actor=approver)
    assert bench.states() == {2: "approved", 1: "retired"}
    assert bench.last_entry().data["retired"] == 1


@pytest.mark.parametrize(
    ("act", "role"),
    [
        (lambda actor: library.submit(KEY, actor=actor), "author"),
        (lambda actor: library.approve(KEY, actor=actor), "approver"),
        (lambda actor: library.return_(KEY, actor=actor, reason="x"), "approver"),
        (lambda actor: library.retire(KEY, actor=actor, reason="x"), "approver"),
        (lambda actor: library.sign(KEY, party="vandværk", by="Ove", actor=actor), "approver"),
    ],
)
@pytest.mark.parametrize("who", ["sender", "shell", "stranger"])
def test_a_step_needs_its_role(
    bench: Bench, person: People, author: Actor, act: Callable[[Actor], object], role: str, who: str
) -> None:
    bench.review(author)
    before, head = bench.states(), journal.head(bench.session)
    actor = {
        "sender": person("sender@example.dk", Role.SENDER, Role.ADMIN, Role.VIEWER),
        "shell": SHELL,
        "stranger": Actor("nobody@example.dk", "test"),
    }[who]
    with pytest.raises((NotAllowed, NotFound)) as refused:
        act(actor)
    assert role in str(refused.value) or who == "stranger"
    assert (bench.states(), journal.head(bench.session)) == (before, head)


@pytest.mark.parametrize("part", ["loaded", "submitted", "translated"])
def test_whoever_has_a_part_in_a_version_cannot_approve_it(
    bench: Bench, person: People, part: str
) -> None:
    both = person("anna@example.dk", Role.AUTHOR, Role.APPROVER)
    other = person("other@example.dk", Role.AUTHOR, Role.APPROVER)
    files = dict(FILES)
    if part != "translated":
        files["boil/during.en.md"] = FILES["boil/during.en.md"].replace("anna@", "someone@")
    bench.load(files, both if part == "loaded" else SHELL)
    library.submit(KEY, actor=both if part == "submitted" else other)
    library.sign(KEY, party="vandværk", by="Ove", actor=other)
    with pytest.raises(NotAllowed, match=f"anna@example.dk has a part in .*{part}"):
        library.approve(KEY, actor=both)
    assert bench.states() == {1: "in-review"}


def test_an_author_cannot_get_free_by_having_somebody_load_a_comma(
    bench: Bench, person: People
) -> None:
    both = person("both@example.dk", Role.AUTHOR, Role.APPROVER)
    other = person("other@example.dk", Role.AUTHOR)
    bench.load(actor=both)
    bench.load(changed("boil/during.da.md", "{fact.boil_minutes}.\nVi", "{fact.boil_minutes}!\nVi"))
    library.submit(KEY, actor=other)
    with pytest.raises(NotAllowed, match=r"both@example\.dk has a part in"):
        library.approve(KEY, actor=both)


@pytest.mark.parametrize("made", ["approver by author", "author by approver"])
@pytest.mark.parametrize("how", ["account", "login"])
def test_a_fresh_account_is_no_second_pair_of_eyes(
    bench: Bench, person: People, made: str, how: str
) -> None:
    person("author@example.dk", Role.AUTHOR)
    person("approver@example.dk", Role.APPROVER)
    author, approver = Actor("author@example.dk", "test"), Actor("approver@example.dk", "test")
    fresh, maker = (approver, author) if made == "approver by author" else (author, approver)
    account = accounts.find_person(bench.session, fresh.name)
    now = clock.now()
    if how == "account":
        account.made_by, account.made_at = maker.name, now - timedelta(hours=23)
    else:
        account.factor_reset_by, account.factor_reset_at = maker.name, now - timedelta(hours=23)
    bench.session.commit()
    bench.review(author)
    with pytest.raises(NotAllowed, match="within the last 24 hours"):
        library.approve(KEY, actor=approver)
    with clock.set_to(now + timedelta(hours=2)):
        assert library.approve(KEY, actor=approver).state == "approved"


def test_fresh_accounts_made_from_the_shell_may_review_what_the_shell_loaded(
    bench: Bench, session: Session
) -> None:
    for name, role in (("author@example.dk", Role.AUTHOR), ("approver@example.dk", Role.APPROVER)):
        accounts.add_person(name, [role], actor=SHELL)
    bench.review(Actor("author@example.dk", "test"))
    assert library.approve(KEY, actor=Actor("approver@example.dk", "test")).state == "approved"


def test_another_hash_than_the_one_in_review_is_refused(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    hash_ = bench.review(author)
    with pytest.raises(Conflict, match="not the text that you read"):
        library.approve(KEY, actor=approver, hash="0" * 64)
    with pytest.raises(Conflict, match="not the text that you read"):
        library.sign(KEY, party="vandværk", by="Ove", actor=author, hash=hash_[:-1])
    assert library.approve(KEY, actor=approver, hash=f" {hash_.upper()}").hash == hash_


@pytest.mark.parametrize("damage", ["text", "language hash", "hash", "key"])
def test_content_changed_behind_the_hub_is_refused(
    bench: Bench, author: Actor, approver: Actor, damage: str
) -> None:
    bench.review(author)
    row = versions_of(bench.session, KEY)[0]
    content = dict(row.content)
    if damage == "text":
        languages = dict(content["languages"])
        languages["da"] = {**languages["da"], "sms": languages["da"]["sms"] + " Drik det bare."}
        row.content = {**content, "languages": languages}
    elif damage == "language hash":
        row.languages[0].hash = "0" * 64
    elif damage == "hash":
        row.hash = "0" * 64
    else:
        row.content = {**content, "key": UPDATE}
    bench.session.commit()
    with pytest.raises(Conflict, match="is damaged"):
        library.approve(KEY, actor=approver)
    assert bench.states() == {1: "in-review"}


def test_a_missing_yes_is_named_and_holds_the_approval_up(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.load(changed("boil/scenario.toml", '["vandværk"]', '["vandværk", "læge"]'))
    library.submit(KEY, actor=author)
    with pytest.raises(Conflict, match="the yes of vandværk, læge is missing"):
        library.approve(KEY, actor=approver)
    assert library.sign(KEY, party="læge", by="Eva", actor=approver) == ("vandværk",)
    with pytest.raises(Conflict, match="the yes of vandværk is missing"):
        library.approve(KEY, actor=approver)
    assert library.sign(KEY, party="vandværk", by="Ove", actor=author) == ()
    assert library.approve(KEY, actor=approver).state == "approved"


def test_recording_a_yes_twice_is_one_signature(bench: Bench, author: Actor) -> None:
    bench.review(author)
    head = journal.head(bench.session)
    assert library.sign(KEY, party="vandværk", by="Anden", actor=author) == ()
    assert [row.by for row in bench.session.scalars(select(Signature))] == ["Ove Vand"]
    assert journal.head(bench.session) == head


def test_a_yes_holds_for_its_hash_only(bench: Bench, author: Actor) -> None:
    bench.review(author)
    library.return_(KEY, actor=_approver(bench), reason="forkert")
    bench.load(changed("boil/during.da.md", "før du", "inden du"))
    version = library.submit(KEY, actor=author)
    assert library.unsigned(bench.session, version) == ("vandværk",)
    library.return_(KEY, actor=_approver(bench), reason="var rigtig før")
    bench.load()
    version = library.submit(KEY, actor=author)
    assert (version.number, library.unsigned(bench.session, version)) == (3, ())


def _approver(bench: Bench) -> Actor:
    if bench.session.scalar(select(Person).where(Person.email == "x@example.dk")) is None:
        accounts.add_person("x@example.dk", [Role.APPROVER], actor=SHELL)
    return Actor("x@example.dk", "test")


def test_an_unknown_party_and_a_nameless_yes_are_refused(bench: Bench, author: Actor) -> None:
    bench.load()
    library.submit(KEY, actor=author)
    with pytest.raises(Invalid, match=r"no co-signer of boil/during \(vandværk\)"):
        library.sign(KEY, party="vandværket i Rødekro", by="Ove", actor=author)
    with pytest.raises(Invalid, match="must name the person"):
        library.sign(KEY, party="vandværk", by="  ", actor=author)
    library.sign(KEY, party="VANDVÆRK", by="Ove", actor=author)


BURY = {"da": "Grav {local.depth} ned.", "en": "Bury it {local.depth} down."}


def with_decisions(mode: str, depth: str) -> dict[str, str]:
    """The sample with a block that depends on `mode` and shows `depth`."""
    scenario = FILES["boil/scenario.toml"].replace("value = 30", f"value = {depth}")
    files = {**FILES, "boil/scenario.toml": scenario.replace('"both"\n', f'"{mode}"\n')}
    for language, words in BURY.items():
        path = f"boil/during.{language}.md"
        block = f"{{when mode=burying,both}}\n{words}\n{{end}}\n\n## Phone"
        files[path] = FILES[path].replace("## Phone", block)
    return files


def test_a_decision_that_is_not_made_is_named_with_its_file(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author, with_decisions("", "30"))
    with pytest.raises(Conflict, match=r"decision mode \(Måde\) is not made.*boil/scenario\.toml"):
        library.approve(KEY, actor=approver)


def test_a_value_of_a_branch_that_is_ruled_out_need_not_be_decided(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author, with_decisions("both", '""'))
    with pytest.raises(Conflict, match="decision depth"):
        library.approve(KEY, actor=approver)
    library.return_(KEY, actor=approver, reason="dybden mangler")
    bench.review(author, with_decisions("residual", '""'))
    assert library.approve(KEY, actor=approver).state == "approved"


def test_a_withdrawn_or_changed_fact_holds_the_approval_up(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author)
    bench.load(changed("facts.toml", "value = 1", 'value = 1\nwithdrawn = "wrong"'))
    with pytest.raises(Conflict, match="withdrawn as wrong: boil_minutes"):
        library.approve(KEY, actor=approver)
    bench.load(changed("facts.toml", "value = 1", "value = 2"))
    with pytest.raises(Conflict, match="withdrawn as wrong: boil_minutes"):
        library.approve(KEY, actor=approver)


def test_a_fact_changed_during_review_asks_for_a_new_draft(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author)
    bench.load(changed("facts.toml", "value = 1", "value = 2"))
    assert bench.states() == {2: "draft", 1: "in-review"}
    with pytest.raises(Conflict, match=r"were changed since it was written \(boil_minutes\)"):
        library.approve(KEY, actor=approver)


def test_all_open_points_are_named_together(bench: Bench, author: Actor, approver: Actor) -> None:
    bench.load()
    library.submit(KEY, actor=author)
    bench.load(changed("facts.toml", "value = 1", "value = 2"))
    with pytest.raises(Conflict) as refused:
        library.approve(KEY, actor=approver)
    assert "yes of vandværk" in str(refused.value)
    assert "boil_minutes" in str(refused.value)


def test_lint_errors_stop_the_submission_and_are_all_listed(bench: Bench, author: Actor) -> None:
    files = changed("boil/during.da.md", "Mere: {page}", "Send dit CPR-nummer og svar her. {page}")
    files["boil/during.da.md"] = files["boil/during.da.md"].replace("{municipality}: {#b", "{#b")
    bench.load(files)
    with pytest.raises(Conflict) as refused:
        library.submit(KEY, actor=author)
    lines = [line for line in str(refused.value).splitlines() if "boil/during.da.md: error" in line]
    assert len(lines) >= 2
    assert bench.states() == {1: "draft"}


def test_a_returned_version_can_be_submitted_again_as_it_is(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author)
    version = library.return_(KEY, actor=approver, reason="  for   lang ")
    assert (version.state, version.returned_reason) == ("returned", "for lang")
    assert bench.last_entry().data["reason"] == "for lang"
    assert library.submit(KEY, actor=author).state == "in-review"
    assert library.approve(KEY, actor=approver).state == "approved"


def test_only_one_version_is_in_review_at_a_time(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author)
    bench.load(changed("boil/during.da.md", "før du", "inden du"))
    with pytest.raises(Conflict, match="version 1 is in review already"):
        library.submit(KEY, actor=author)
    library.approve(KEY, actor=approver)
    assert bench.states() == {2: "draft", 1: "approved"}
    assert library.submit(KEY, actor=author).number == 2


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (lambda actor: library.approve(KEY, actor=actor), "submit"),
        (lambda actor: library.return_(KEY, actor=actor, reason="x"), "is draft"),
        (lambda actor: library.sign(KEY, party="vandværk", by="O", actor=actor), "is draft"),
    ],
)
def test_what_is_not_in_review_cannot_be_decided(
    bench: Bench, approver: Actor, step: Callable[[Actor], object], words: str
) -> None:
    bench.load()
    with pytest.raises(Conflict, match=words):
        step(approver)


def test_an_unknown_message_is_told_for_every_step(bench: Bench, person: People) -> None:
    both = person("both@example.dk", Role.AUTHOR, Role.APPROVER)
    bench.load()
    steps: list[Callable[[], object]] = [
        lambda: library.submit("boil/durng", actor=both),
        lambda: library.approve("boil/durng", actor=both),
        lambda: library.return_("boil/durng", actor=both, reason="x"),
        lambda: library.retire("boil/durng", actor=both, reason="x"),
        lambda: library.sign("boil/durng", party="x", by="x", actor=both),
    ]
    for step in steps:
        with pytest.raises(NotFound, match="boil/during"):
            step()


def test_retiring_takes_the_approved_version_and_leaves_the_draft(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author)
    library.approve(KEY, actor=approver)
    bench.load(changed("boil/during.da.md", "før du", "inden du"))
    with pytest.raises(NotAllowed):
        library.retire(KEY, actor=author, reason="x")
    assert library.retire(KEY, actor=approver, reason="ikke mere i brug").number == 1
    assert bench.states() == {2: "draft", 1: "retired"}
    assert library.approved(bench.session, KEY) is None
    assert library.retire(KEY, actor=author, reason="opgivet").number == 2
    with pytest.raises(HubError):
        library.retire(KEY, actor=approver, reason="igen")
    assert bench.states() == {2: "retired", 1: "retired"}


def test_a_version_in_review_is_not_retired_over_the_reviewers_head(
    bench: Bench, author: Actor, approver: Actor
) -> None:
    bench.review(author)
    with pytest.raises(Conflict, match="Return it first"):
        library.retire(KEY, actor=approver, reason="x")


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501])
def test_returning_and_retiring_need_a_reason(
    bench: Bench, author: Actor, approver: Actor, reason: str
) -> None:
    bench.review(author)
    with pytest.raises(Invalid, match="A reason is needed"):
        library.return_(KEY, actor=approver, reason=reason)
    with pytest.raises(Invalid, match="A reason is needed"):
        library.retire(KEY, actor=approver, reason=reason)
    assert bench.states() == {1: VersionState.IN_REVIEW.value}
