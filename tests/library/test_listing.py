"""The list of prepared messages: complete, honest, and what `docs/library.md` says."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.commands.library import library
from hub.library import LibraryRead, folders, listing, read_library
from hub.text.types import Phase

DOCS = Path(__file__).parents[2] / "docs" / "library.md"


@pytest.fixture(scope="module")
def shipped() -> LibraryRead:
    return read_library(folders.shipped_messages())


def test_the_documented_list_is_that_of_the_messages_that_come_with_it(
    shipped: LibraryRead,
) -> None:
    documented = DOCS.read_text().partition("<!-- Below: hub library list. -->\n\n")[2]
    assert documented == listing(shipped), "run `hub library list` and put it below the mark"


def test_every_message_language_note_and_fact_is_named(shipped: LibraryRead) -> None:
    text = listing(shipped)
    for message in shipped.messages.values():
        part = text.partition(f"(`{message.scenario}`)\n")[2].partition("\n## ")[0]
        row = next(line for line in part.splitlines() if line.startswith(f"| {message.phase} |"))
        languages = row.split("|")[2].replace(",", " ").split()
        assert sorted(languages) == sorted(message.text.languages), message.key
        for note in message.meta["verify"]:
            assert f"- {note}\n" in f"{part}\n"
        for fact in message.text.facts:
            assert f"`{fact.name}`" in part
    for fact in shipped.facts.good.values():
        assert f"| `{fact.name}` | {fact.words('en')} | {fact.checked} |" in text


def test_every_scenario_speaks_the_seven_languages_in_each_phase(shipped: LibraryRead) -> None:
    seven = {"da", "en", "de", "uk", "ar", "pl", "ro"}
    for message in shipped.messages.values():
        assert seven <= set(message.text.languages), message.key
    for scenario in {message.scenario for message in shipped.messages.values()}:
        phases = {item.phase for item in shipped.messages.values() if item.scenario == scenario}
        first = Phase.DURING if Phase.DURING in phases else Phase.BEFORE
        assert "da-x-let" in shipped.messages[f"{scenario}/{first}"].text.languages, scenario
        assert {Phase.ALL_CLEAR, Phase.CORRECTION} <= phases, scenario


def test_a_file_with_a_mistake_is_named_and_the_command_fails(tmp_path: Path) -> None:
    (tmp_path / "facts.toml").write_text("[days]\nvalue = 3\n")
    answer = CliRunner().invoke(library, ["list", str(tmp_path)])
    assert answer.exit_code == 1
    assert "## Files with a mistake\n\n- `facts.toml`, line 1:" in answer.output
