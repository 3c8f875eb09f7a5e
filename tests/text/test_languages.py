"""The hub's own words: the same in every language it speaks, and none of them another language's."""

from __future__ import annotations

from string import Formatter

import pytest

from hub.text import water_use
from hub.text.rendering import render
from hub.text.slots import longest
from hub.text.types import Channel, Slot, SlotType
from hub.text.words import WORDS, NoWords, base_language, thing, words

LANGUAGES = ("da", "en", "de", "uk", "ar", "pl", "ro")
RENDERED = [
    kind for kind in SlotType if kind not in (SlotType.DECIDER, SlotType.CHOICE, SlotType.NUMBER)
]


def fields(pattern: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(pattern) if name}


def test_there_is_a_table_for_every_language() -> None:
    assert tuple(WORDS) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_says_what_the_danish_one_says(language: str) -> None:
    danish, own = WORDS["da"], WORDS[language]
    for name in ("according_to", "hours", "hours_short", "bring"):
        assert fields(getattr(own, name)) == fields(getattr(danish, name)), name
    assert fields(own.more_streets[2]) == {"names", "count"}
    assert set(own.things) == set(danish.things)
    assert all(str(number) in text for number, text in enumerate(own.dmi, 1))


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "da"])
def test_a_common_thing_is_not_left_in_danish(language: str) -> None:
    assert thing("varmt tøj", language) != "varmt tøj"
    assert thing("en hjelm", language) == "en hjelm"


@pytest.mark.parametrize("language", [*LANGUAGES, "da-x-let"])
@pytest.mark.parametrize("kind", RENDERED, ids=str)
def test_every_slot_type_can_be_read_in_every_language(language: str, kind: SlotType) -> None:
    slot = Slot("it", kind, {"da": "Det", "en": "It"})
    for channel in Channel:
        assert render(slot, longest(slot, language), language, channel).text.strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_uses_of_water_are_named_apart(language: str) -> None:
    value = ";".join(f"{use}=yes" for use in water_use.USES)
    shown = water_use.as_text(value, language, Channel.SMS)
    mark = "،" if language == "ar" else ","
    assert shown.count(mark) == len(water_use.USES) - 1
    assert shown.count(",") + shown.count("،") == len(water_use.USES) - 1


def test_easy_danish_has_the_words_of_danish() -> None:
    assert base_language("da-x-let") == "da"
    assert words("da-x-let") is WORDS["da"]


def test_a_language_without_a_table_is_refused() -> None:
    with pytest.raises(NoWords):
        words("fr")
