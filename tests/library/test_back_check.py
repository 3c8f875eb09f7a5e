"""The translations of every shipped message held against its Danish: the same numbers, instructions and prohibitions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from hub.library import read_library, shipped_messages
from hub.text.agreeing import Kind, compare
from hub.text.types import VersionText

SCENARIOS = sorted(path.parent.name for path in shipped_messages().glob("*/scenario.toml"))
SHORTER = frozenset(
    ("rumour/during", language, "sms", row)
    for language in ("pl", "ro")
    for row in ("no-link", "no-share")
)
"""An SMS of three parts has no room there for "We did not send it" beside the prohibition; page and phone say it."""


@pytest.fixture(scope="module")
def shipped() -> Mapping[str, VersionText]:
    read = read_library(shipped_messages())
    assert read.problems == ()
    return {key: message.text for key, message in read.messages.items()}


def differences(text: VersionText) -> set[tuple[str, str, str, str]]:
    return {
        (text.key, language, channel, row.name if row.kind is Kind.NO else f"{row.kind} {row.name}")
        for row in compare(text).rows
        for language, cell in row.cells.items()
        for channel in cell.differs
    }


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_all_languages_say_the_same(shipped: Mapping[str, VersionText], scenario: str) -> None:
    texts = [text for key, text in shipped.items() if key.startswith(f"{scenario}/")]
    assert texts
    found = set().union(*(differences(text) for text in texts))
    assert found == {item for item in SHORTER if item[0].startswith(f"{scenario}/")}


def test_something_is_compared_in_every_translation(shipped: Mapping[str, VersionText]) -> None:
    for text in shipped.values():
        rows = compare(text).rows
        kinds = {row.kind for row in rows}
        assert Kind.SLOT in kinds, text.key
        for language in text.languages:
            assert any(row.cells[language].counts for row in rows), (text.key, language)


NO_WORDS = {
    "en": r"\b(?:do not|does not|not|never|no|cannot|can't)\b",
    "de": r"\b(?:nicht|nie|niemals|kein\w*)\b",
    "uk": r"\b(?:не|ні|ніколи)\b",
    "ar": r"\b[وف]?(?:لا|لن|لم|ليس|ألا)\b",
    "pl": r"\b(?:nie|nigdy)\b",
    "ro": r"\b(?:nu|niciodată)\b",
}


@pytest.mark.parametrize("language", NO_WORDS)
def test_a_no_that_a_translator_forgets_is_seen(
    shipped: Mapping[str, VersionText], language: str
) -> None:
    """Not each one: where another word may carry the no, the check holds back. But nearly all."""
    cases = [
        (text, line, without)
        for key, text in shipped.items()
        if key.endswith("/during") and language in text.languages
        for line in text.languages[language].web.split("\n")
        if line.startswith("- {#")
        and (without := re.sub(NO_WORDS[language], "", line, flags=re.I)) != line
    ][::4]
    assert len(cases) > 15
    seen = 0
    for text, line, without in cases:
        own = text.languages[language]
        forgot = replace(own, web=own.web.replace(line, without, 1))
        changed = replace(text, languages={**text.languages, language: forgot})
        seen += differences(changed) != differences(text)
    assert seen / len(cases) > 0.85, (seen, len(cases))
