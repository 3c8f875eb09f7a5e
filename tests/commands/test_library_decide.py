"""`hub library decide` and what `hub library lint` says is missing, as an operator types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from hub import journal, places
from hub import library as room
from hub.commands.library import library
from hub.errors import Invalid
from hub.journal import Actor
from hub.models import PlaceKind, Role
from tests.conftest import SHELL
from tests.messages import few_messages


def run(*arguments: str, fails: bool = False) -> Result:
    result = CliRunner().invoke(library, arguments)
    if result.exception and not fails and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def asta(app: Flask, person: Callable[..., Actor]) -> Actor:
    assert not room.load(few_messages(), actor=SHELL).problems
    return person("asta@town.example", Role.AUTHOR)


def local_rules(*arguments: str) -> set[str]:
    """Which gaps the linter names."""
    data = json.loads(run("lint", *arguments, "--json").output)
    return {item["rule"] for item in data["findings"] if item["rule"].startswith("D")}


def test_a_decision_is_written_down_and_taken_back(session: Session, asta: Actor) -> None:
    arguments = ("--by", "Miljøudvalget", "--as", asta.name)
    said = run("decide", "latrine_mode", "residual", *arguments).output
    assert "changed  latrine/during: a new draft" in said
    again = json.loads(run("decide", "latrine_mode", "residual", *arguments, "--json").output)
    assert again["changed"] == []
    assert "latrine/during" in again["same"]
    shown = json.loads(run("show", "latrine/during", "--json").output)
    assert (shown["number"], shown["undecided"]) == (2, [])
    run("decide", "latrine_mode", "", *arguments)
    shown = json.loads(run("show", "latrine/during", "--json").output)
    assert "latrine_mode" in shown["undecided"]
    with pytest.raises(Invalid, match="one of residual, burying, both, per-area"):
        run("decide", "latrine_mode", "bag", *arguments)
    assert journal.verify(session).holds


def test_lint_says_what_the_town_lacks_and_of_one_message_what_that_needs(
    session: Session, asta: Actor
) -> None:
    assert local_rules("power-outage/during") == {"D03", "D06", "D07", "D08", "D09"}
    assert "D01" in local_rules("latrine/during")
    places.add(PlaceKind.MEETING_PLACE, {"name": "Folkehjem"}, SHELL)
    assert "D03" not in local_rules("power-outage/during")


def test_lint_of_a_folder_says_what_its_texts_wait_for_and_nothing_of_the_town(
    session: Session, tmp_path: Path
) -> None:
    folder = few_messages()
    (tmp_path / "facts.toml").write_bytes((folder / "facts.toml").read_bytes())
    (tmp_path / "latrine").mkdir()
    for file in (folder / "latrine").iterdir():
        (tmp_path / "latrine" / file.name).write_bytes(file.read_bytes())
    assert local_rules(str(tmp_path)) == {"D01"}
