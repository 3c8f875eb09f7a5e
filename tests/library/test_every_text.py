"""Every shipped text, in every language and channel, with its slots at their longest, at their shortest, and filled with
what people really type."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.library import findings, library_findings
from hub.text.types import Slot
from hub.text.worst import Branch, Branches
from tests.library.every_text import (
    SYSTEM,
    canonical,
    composed,
    faults,
    shipped,
    too_long,
    too_slow,
    ways,
)

KEYS = tuple(sorted(shipped()))


@pytest.mark.parametrize("key", KEYS)
def test_every_text_goes_out_whole(key: str) -> None:
    text = shipped()[key].text
    wrong = []
    for language, source in text.languages.items():
        for way, branch, system in ways(text, language):
            for short in (False, True) if source.short else (False,):
                made = composed(text, language, branch, system, short=short)
                found = [*faults(made, source), *too_long(made, short=short)]
                if way == "examples":
                    found += too_slow(made)
                wrong += [f"{language}, {way}{', short' * short}: {one}" for one in found]
    assert wrong == []


@settings(
    derandomize=True,
    max_examples=120,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_every_text_takes_what_people_type(data: st.DataObject) -> None:
    text = shipped()[data.draw(st.sampled_from(KEYS))].text
    values = {
        slot.name: data.draw(_values(slot), slot.name) for slot in text.slots if not slot.personal
    }
    filled = {name: value for name, value in values.items() if value}
    for language, source in text.languages.items():
        branches = Branches(text, language)
        first = {name: options[0] for name, options in branches.options.items()}
        branch = Branch(filled, branches.of(first).decisions)
        made = composed(text, language, branch, SYSTEM)
        assert list(faults(made, source)) == [], (text.key, language, filled)


@pytest.mark.parametrize("key", KEYS)
def test_no_rule_finds_an_error(key: str) -> None:
    message = shipped()[key]
    found = findings(message.text, co_signers=message.meta["co_signers"])
    assert [str(item) for item in found if item.is_error] == []


def test_contradictions_between_messages_can_be_seen() -> None:
    assert library_findings(message.text for message in shipped().values()) == ()


def _values(slot: Slot) -> st.SearchStrategy[str]:
    found = canonical(slot)
    return st.sampled_from(found if slot.required else (*found, ""))


def test_every_language_of_every_message_is_here() -> None:
    assert len(KEYS) >= 70
    assert all("da" in shipped()[key].text.languages for key in KEYS)
