"""How prepared a town is: what counts, where it stands, that no figure can be flattered, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub import clock, library
from hub.errors import NotFound
from hub.journal import Actor
from hub.library import folders
from hub.library.next_steps import Step, StepKind, by_owner, next_steps
from hub.library.readiness import Cell, CellState, Figures, Picture, Summary, picture
from hub.models import Role, Version
from hub.text.types import Channel
from tests.conftest import SHELL
from tests.library.samples import FILES, SCENARIO, changed, write

KEY, UPDATE = "boil/during", "boil/update"
UPDATE_EN = """\
---
title: Still boil the water in {place}
---

## SMS

{municipality}: {#boil} Still boil the water in {place}.
We will write again by {next_update:short}.
Message {closes} no longer holds. This is update {update_no}.
More: {page} or {phone}.

## Web

What is new: The water can still make you ill. This applies in {place}.

- {#boil} Still boil the water.

We will write again by {next_update}. Call us on {phone}. Message {closes} no longer holds.
This is update {update_no}.

## Phone

This is a message from {municipality}. It is update {update_no}.

{#boil} Still boil the water in {place}.

We will have news by {next_update}. Call {phone}. Message {closes} no longer holds.
"""
_DANISH = FILES["boil/during.da.md"]
EASY = f"---\ntitle: Kog vandet i {{place}}\n---\n\n{_DANISH[_DANISH.index('## Web') : _DANISH.index('## Phone')]}"
SHIPPED = {
    **FILES,
    "boil/update.en.md": UPDATE_EN,
    "boil/during.da-x-let.md": EASY,
    "boil/scenario.toml": SCENARIO.replace('"vandværk"', ""),
}


@dataclass
class Town:
    """A library that is loaded, with people who act in it."""

    author: Actor
    approver: Actor
    folder: Path

    def load(self, files: Mapping[str, str], name: str = "loaded") -> None:
        report = library.load(write(self.folder / name, files), actor=SHELL)
        assert not report.problems, report.problems

    def approve(self, *keys: str) -> None:
        for key in keys:
            library.submit(key, actor=self.author)
            library.approve(key, actor=self.approver)

    def read(self, key: str, language: str) -> None:
        library.sign_language(key, language, by="Tove Tolk", actor=self.author)


@pytest.fixture
def town(
    tmp_path: Path,
    session: Session,
    person: Callable[..., Actor],
    monkeypatch: pytest.MonkeyPatch,
) -> Town:
    """Nothing is loaded; what comes with Klarbesked is SHIPPED: two messages, 13 texts."""
    monkeypatch.setattr(folders, "PLACES", (write(tmp_path / "shipped", SHIPPED),))
    author = person("author@example.dk", Role.AUTHOR)
    return Town(author, person("approver@example.dk", Role.APPROVER), tmp_path)


def seen(session: Session, *languages: str) -> Picture:
    session.expire_all()
    return picture(session, languages)


def states(session: Session, key: str, language: str) -> set[CellState]:
    message = next(item for item in seen(session).messages if item.key == key)
    return {cell.state for cell in message.languages[language]}


def change(session: Session, key: str, **values: object) -> None:
    session.execute(update(Version).where(Version.key == key).values(**values))
    session.commit()


def kinds(found: Picture) -> list[StepKind]:
    return [step.kind for step in next_steps(found)]


def test_everything_that_is_shipped_counts_before_anything_is_loaded(
    town: Town, session: Session
) -> None:
    found = seen(session)
    assert [item.key for item in found.messages] == [KEY, UPDATE]
    assert found.languages == ("da", "da-x-let", "en")
    assert found.figures == Figures(expected=13, ready=0, sendable=0)
    assert {cell.state for cell in found.cells()} == {CellState.MISSING}
    [step] = next_steps(found)
    assert (step.kind, step.acts, step.cells, step.owner) == (StepKind.LOAD, 1, 13, "")


def test_easy_danish_is_owed_where_it_is_shipped_and_on_the_page_alone(
    town: Town, session: Session
) -> None:
    during, update_ = seen(session).messages
    assert during.expected.owed["da-x-let"] == (Channel.WEB,)
    assert "da-x-let" not in update_.expected.owed
    assert during.expected.owed["en"] == tuple(Channel)


def test_a_whole_language_is_owed_by_every_message(town: Town, session: Session) -> None:
    german = FILES["boil/during.en.md"].replace("Boil", "Kochen")
    town.load({**SHIPPED, "boil/during.de.md": german})
    assert states(session, UPDATE, "de") == {CellState.MISSING}
    steps = {step.language: step for step in next_steps(seen(session)) if step.language}
    assert (steps["de"].kind, steps["de"].keys) == (StepKind.TRANSLATE, (UPDATE,))


def test_an_approved_text_counts_and_a_translation_only_when_it_is_read(
    town: Town, session: Session
) -> None:
    town.load(SHIPPED)
    assert states(session, KEY, "da") == {CellState.DRAFT}
    library.submit(KEY, actor=town.author)
    assert states(session, KEY, "da") == {CellState.IN_REVIEW}
    library.approve(KEY, actor=town.approver)
    assert states(session, KEY, "da") == {CellState.APPROVED}
    assert states(session, KEY, "da-x-let") == {CellState.APPROVED}, "Danish is read as Danish"
    assert states(session, KEY, "en") == {CellState.UNSIGNED}
    assert seen(session).figures == Figures(expected=13, ready=4, sendable=7)
    assert seen(session).messages[0].summary is Summary.PARTLY
    town.read(KEY, "en")
    assert states(session, KEY, "en") == {CellState.APPROVED}
    assert seen(session).messages[0].summary is Summary.READY


@pytest.mark.parametrize(
    ("values", "state", "step"),
    [
        ({"blocked": ["litres"]}, CellState.WITHDRAWN, StepKind.REPLACE),
        ({"recheck": ["litres"]}, CellState.RECHECK, StepKind.TAKE_IN),
        ({"state": "returned", "returned_reason": "no"}, CellState.RETURNED, StepKind.REWORK),
        ({"state": "retired"}, CellState.RETIRED, StepKind.LOAD),
    ],
)
def test_what_is_wrong_with_an_approved_text_takes_it_out(
    town: Town,
    session: Session,
    values: dict[str, object],
    state: CellState,
    step: StepKind,
) -> None:
    town.load(SHIPPED)
    town.approve(KEY)
    change(session, KEY, **values)
    assert states(session, KEY, "da") == states(session, KEY, "en") == {state}
    found = seen(session)
    assert found.figures == Figures(expected=13, ready=0, sendable=0)
    assert found.messages[0].summary is state
    assert step in kinds(found)


def test_it_counts_until_its_review_date_and_not_a_moment_longer(
    town: Town, session: Session
) -> None:
    town.load(SHIPPED)
    town.approve(KEY)
    due = seen(session).messages[0].versions[0].due
    assert due is not None
    with clock.set_to(due - timedelta(microseconds=1)):
        assert states(session, KEY, "da") == {CellState.APPROVED}
        step = next(item for item in next_steps(seen(session)) if item.kind is StepKind.RENEW)
        assert (step.due, step.expired) == (due, False)
    with clock.set_to(due):
        assert states(session, KEY, "da") == {CellState.EXPIRED}
        first = next_steps(seen(session))[0]
        assert (first.kind, first.expired, first.cells) == (StepKind.RENEW, True, 7)


def test_nothing_is_to_be_renewed_61_days_before(town: Town, session: Session) -> None:
    town.load(SHIPPED)
    town.approve(KEY)
    due = seen(session).messages[0].versions[0].due
    assert due is not None
    with clock.set_to(due - timedelta(days=61)):
        assert StepKind.RENEW not in kinds(seen(session))
    with clock.set_to(due - timedelta(days=60)):
        assert StepKind.RENEW in kinds(seen(session))


def test_a_text_that_waits_for_a_decision_says_so_whatever_its_state(
    town: Town, session: Session
) -> None:
    text = FILES["boil/update.da.md"].replace(
        "## Web\n\n", "## Web\n\n{when mode=burying}\nGrav {local.depth} ned.\n{end}\n\n"
    )
    open_ = SHIPPED["boil/scenario.toml"].replace('value = "both"', 'value = ""')
    files = {**SHIPPED, "boil/update.da.md": text, "boil/scenario.toml": open_}
    del files["boil/update.en.md"]
    town.load(files)
    assert states(session, UPDATE, "da") == {CellState.UNDECIDED}
    library.submit(UPDATE, actor=town.author)
    assert states(session, UPDATE, "da") == {CellState.UNDECIDED}
    step = next(item for item in next_steps(seen(session)) if item.kind is StepKind.DECIDE)
    assert [item.name for item in step.decisions] == ["mode"]
    assert (step.owner, step.keys, step.scenario) == ("Vand og Miljø", (UPDATE,), "boil")


def test_a_newer_text_on_its_way_changes_nothing_until_it_is_approved(
    town: Town, session: Session
) -> None:
    town.load(SHIPPED)
    town.approve(KEY)
    town.load({**SHIPPED, **_changed()}, "next")
    assert states(session, KEY, "da") == {CellState.APPROVED}
    assert seen(session).messages[0].versions[-1].state == "draft"


def _changed() -> dict[str, str]:
    return {
        "boil/during.da.md": changed("boil/during.da.md", "før du", "inden du")["boil/during.da.md"]
    }


def test_a_signature_does_not_outlive_the_words_it_is_for(town: Town, session: Session) -> None:
    town.load(SHIPPED)
    town.approve(KEY)
    town.read(KEY, "en")
    english = SHIPPED["boil/during.en.md"].replace("before you drink it", "before drinking it")
    town.load({**SHIPPED, "boil/during.en.md": english}, "next")
    town.approve(KEY)
    assert states(session, KEY, "en") == {CellState.UNSIGNED}


@pytest.mark.parametrize("removed", [path for path in SHIPPED if path.endswith(".md")])
def test_leaving_a_file_out_makes_no_figure_better(
    town: Town, session: Session, removed: str
) -> None:
    """Whatever of the shipped library is not loaded: as much is expected, and no more is ready."""
    left = {path: text for path, text in SHIPPED.items() if path != removed}
    if removed.endswith(".da.md"):
        left = {path: text for path, text in left.items() if not path.startswith(removed[:-5])}
    town.load(left)
    for key in {path.rpartition(".")[0].partition(".")[0] for path in left if path.endswith(".md")}:
        town.approve(key)
        if f"{key}.en.md" in left:
            town.read(key, "en")
    found = seen(session).figures
    assert found.expected == 13
    assert found.ready == found.sendable < 13
    assert found.ready_percent < 100


def test_retiring_a_message_or_dropping_a_language_makes_no_figure_better(
    town: Town, session: Session
) -> None:
    town.load(SHIPPED)
    town.approve(KEY, UPDATE)
    town.read(KEY, "en")
    before = seen(session).figures
    library.retire(UPDATE, actor=town.approver, reason="vi bruger den ikke")
    after = seen(session).figures
    assert (after.expected, after.ready < before.ready) == (13, True)
    danish = {path: text for path, text in SHIPPED.items() if not path.endswith(".en.md")}
    town.load(danish, "danish")
    town.approve(KEY)
    assert seen(session).figures.expected == 13
    assert states(session, KEY, "en") == {CellState.MISSING}


def test_naming_fewer_languages_says_which_it_leaves_out(town: Town, session: Session) -> None:
    town.load(SHIPPED)
    found = seen(session, "da")
    assert (found.languages, found.uncounted) == (("da",), ("da-x-let", "en"))
    assert found.figures.expected == 6
    somali = seen(session, "da", "so")
    assert {cell.state for cell in somali.cells("so")} == {CellState.MISSING}


def test_a_message_of_ones_own_counts_and_stays_once_it_was_approved(
    town: Town, session: Session
) -> None:
    own = {
        path.replace("boil/", "own/"): text for path, text in FILES.items() if "during.da" in path
    }
    own |= {"facts.toml": FILES["facts.toml"], "own/scenario.toml": SHIPPED["boil/scenario.toml"]}
    town.load(SHIPPED)
    town.load(own, "own")
    assert seen(session).figures.expected == 13 + 6
    library.retire("own/during", actor=town.author, reason="en prøve")
    assert seen(session).figures.expected == 13, "a draft that was given up leaves no trace"
    town.load(own, "own")
    town.approve("own/during")
    library.retire("own/during", actor=town.approver, reason="vi bruger den ikke")
    found = seen(session)
    assert found.figures.expected == 13 + 6
    assert StepKind.WRITE in kinds(found)


def test_without_the_shipped_messages_it_says_that_it_cannot_count_them(
    town: Town, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    town.load(SHIPPED)
    assert seen(session).whole
    monkeypatch.setattr(folders, "PLACES", (tmp_path / "nothing",))
    found = seen(session)
    assert not found.whole
    assert [item.key for item in found.messages] == [KEY, UPDATE]


@given(st.lists(st.sampled_from(CellState), max_size=400))
def test_a_percentage_is_never_rounded_up(found: list[CellState]) -> None:
    figures = Figures.of(Cell("da", Channel.SMS, state) for state in found)
    assert figures.ready <= figures.sendable <= figures.expected == len(found)
    for part, percent in (
        (figures.ready, figures.ready_percent),
        (figures.sendable, figures.sendable_percent),
    ):
        assert percent * len(found) <= 100 * part
        assert (percent == 100) == (part == len(found) > 0)


@pytest.mark.parametrize(
    ("ready", "expected", "percent"),
    [(0, 0, 0), (999, 1000, 99), (2, 3, 66), (1, 101, 0), (7, 7, 100)],
)
def test_percentages(ready: int, expected: int, percent: int) -> None:
    assert Figures(expected, ready, ready).ready_percent == percent


def test_following_the_steps_leads_to_all_of_it(town: Town, session: Session) -> None:
    """Each first step, done, brings the town further; after the last one 100 % is ready."""
    town_files = {**SHIPPED, "boil/scenario.toml": SCENARIO}
    done: list[StepKind] = []

    def act(step: Step) -> None:
        key = step.keys[0]
        match step.kind:
            case StepKind.LOAD:
                town.load(town_files)
            case StepKind.SUBMIT:
                library.submit(key, actor=town.author)
            case StepKind.CO_SIGN:
                library.sign(key, party=step.party, by="Ove", actor=town.author)
            case StepKind.APPROVE:
                library.approve(key, actor=town.approver)
            case StepKind.READ:
                town.read(key, step.language)
            case _:
                raise AssertionError(step)

    while steps := next_steps(seen(session)):
        act(steps[0])
        done.append(steps[0].kind)
        assert len(done) < 20
    figures = seen(session).figures
    assert (figures.ready_percent, figures.sendable_percent, figures.ready) == (100, 100, 13)
    assert set(done) == {
        StepKind.LOAD,
        StepKind.SUBMIT,
        StepKind.CO_SIGN,
        StepKind.APPROVE,
        StepKind.READ,
    }


def test_a_party_that_does_not_answer_is_named_with_the_day(town: Town, session: Session) -> None:
    town.load({**SHIPPED, "boil/scenario.toml": SCENARIO})
    library.submit(KEY, actor=town.author)
    step = next(item for item in next_steps(seen(session)) if item.kind is StepKind.CO_SIGN)
    submitted = session.scalars(select(Version.submitted_at).where(Version.key == KEY)).one()
    assert (step.party, step.keys, step.since) == ("vandværk", (KEY,), submitted)


def test_an_owner_sees_their_own_part_alone(town: Town, session: Session) -> None:
    own = {
        "facts.toml": FILES["facts.toml"],
        "own/scenario.toml": SCENARIO.replace("Vand og Miljø", "Beredskab"),
        "own/during.da.md": FILES["boil/during.da.md"],
    }
    town.load(SHIPPED)
    town.load(own, "own")
    found = seen(session)
    assert found.owners == ("Beredskab", "Vand og Miljø")
    part = found.of_owner("  beredskab ")
    assert [item.key for item in part.messages] == ["own/during"]
    assert part.figures.expected == 6
    assert list(by_owner(next_steps(part))) == ["Beredskab"]
    with pytest.raises(
        NotFound, match=r"owner Beredskabet\. The owners are: Beredskab, Vand og Miljø"
    ):
        found.of_owner("Beredskabet")


def test_the_real_catalogue_is_what_is_shipped(session: Session) -> None:
    """Every text file that comes with Klarbesked is owed, and every scenario in each of its phases."""
    found = seen(session)
    shipped = folders.shipped_messages()
    files = {path.relative_to(shipped).as_posix() for path in shipped.glob("*/*.md")}
    owed = {f"{item.key}.{code}.md" for item in found.messages for code in item.expected.owed}
    assert files <= owed
    assert {item.expected.scenario for item in found.messages} == {
        path.parent.name for path in shipped.glob("*/scenario.toml")
    }
    assert found.figures.ready == 0
