"""`hub library readiness` and `hub library renew` at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import update

from hub import clock, library
from hub.commands.library import library as command
from hub.commands.library_readiness import said
from hub.database import db
from hub.errors import HubError, NotFound
from hub.journal import Actor
from hub.library import folders
from hub.library.next_steps import Step, StepKind
from hub.models import Role, Version
from tests.conftest import SHELL
from tests.library.samples import FILES, write

Run = Callable[..., Result]
OWN = {
    "facts.toml": FILES["facts.toml"],
    "a-very-long-name-of-a-scenario-of-our-own/scenario.toml": FILES["boil/scenario.toml"].replace(
        "Vand og Miljø", "Beredskab"
    ),
    "a-very-long-name-of-a-scenario-of-our-own/during.da.md": FILES["boil/during.da.md"],
}


@pytest.fixture
def run(
    app: Flask, tmp_path: Path, person: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> Run:
    monkeypatch.setattr(folders, "PLACES", (write(tmp_path / "shipped", FILES),))
    person("author@example.dk", Role.AUTHOR)

    def invoke(*words: str) -> Result:
        result = CliRunner().invoke(command, list(words))
        if isinstance(result.exception, HubError):
            raise result.exception
        assert result.exception is None, result.output
        return result

    return invoke


@pytest.fixture
def loaded(run: Run, tmp_path: Path) -> None:
    library.load(write(tmp_path / "own", {**FILES, **OWN}), actor=SHELL)


def data(result: Result) -> Any:
    return json.loads(result.stdout)


def test_it_can_be_read_in_80_columns(run: Run, loaded: None) -> None:
    text = run("readiness").stdout
    assert max(map(len, text.splitlines())) < 80
    rows = [line.split() for line in text.splitlines()]
    assert ["during", "update"] in rows
    assert ["boil", "draft", "draft"] in rows
    assert ["a-very-long-name-of-a-scenario-of-our-own"] in rows
    assert "Ready              0 %       0 of 18" in text
    for words in ("Vand og Miljø", "Beredskab", "submit KEY --as EMAIL", "who has practised"):
        assert words in text


def test_the_json_has_each_text_by_language_and_channel(run: Run, loaded: None) -> None:
    found = data(run("readiness", "--json"))
    assert found["boil"]["update"] == {
        "key": "boil/update",
        "state": "draft",
        "number": 1,
        "sendable": None,
        "languages": {"da": "draft", "en": "missing"},
        "owner": "Vand og Miljø",
        "summary": "draft",
        "review_due": None,
        "cells": {
            "da": {"sms": "draft", "web": "draft", "phone": "draft"},
            "en": {"sms": "missing", "web": "missing", "phone": "missing"},
        },
    }
    assert found["_figures"] == {
        "ready_percent": 0,
        "sendable_percent": 0,
        "ready": 0,
        "sendable": 0,
        "expected": 18,
        "weights": "every text counts the same",
    }
    assert found["_counted"]["languages"] == ["da", "en"]
    assert {step["step"] for step in found["_next"]} == {"submit", "translate"}
    assert sum(step["cells"] for step in found["_next"]) == 18


def test_what_was_never_loaded_is_in_the_json(run: Run) -> None:
    row = data(run("readiness", "--json"))["boil"]["during"]
    assert (row["state"], row["number"], row["sendable"]) == ("missing", 0, None)
    assert row["languages"] == {"da": "missing", "en": "missing"}


def test_an_owner_sees_their_own(run: Run, loaded: None) -> None:
    text = run("readiness", "--owner", "beredskab").stdout
    assert "0 of 6" in text
    assert "Vand og Miljø" not in text
    assert "boil" in data(run("readiness", "--json", "--owner", "Vand og Miljø"))
    with pytest.raises(NotFound, match="The owners are: Beredskab, Vand og Miljø"):
        run("readiness", "--owner", "Beredskabb")


def test_when_all_is_done_it_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    danish = {path: text for path, text in FILES.items() if not path.endswith(".en.md")}
    monkeypatch.setattr(folders, "PLACES", (write(tmp_path / "danish", danish),))
    library.load(tmp_path / "danish", actor=SHELL)
    session = db.session()
    session.execute(update(Version).values(state="approved", approved_at=clock.now()))
    session.commit()
    text = run("readiness").stdout
    assert "Ready            100 %       6 of 6" in text
    assert "Nothing is left to do." in text


def test_renewing_makes_a_draft(run: Run, loaded: None) -> None:
    session = db.session()
    session.execute(update(Version).values(state="approved", approved_at=clock.now()))
    session.commit()
    done = run("renew", "boil/during", "--as", "author@example.dk").stdout
    assert "boil/during version 2 is a draft" in done
    assert data(run("show", "boil/during", "--json"))["state"] == "draft"


@pytest.mark.parametrize("kind", StepKind)
def test_every_step_says_what_to_do_and_how(kind: StepKind) -> None:
    step = Step(
        kind=kind,
        owner="Beredskab",
        keys=("boil/during", "boil/update"),
        titles={},
        cells=3,
        language="ar",
        party="vandværk",
        names=("litres",),
        since=clock.now(),
        due=clock.now(),
    )
    what, how = said(step)
    assert "2 messages of boil (during, update)" in what
    assert how
    assert "{" not in what + how
