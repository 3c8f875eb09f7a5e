"""How long the shipped messages take to hear, and that their digits are heard in pairs."""

from __future__ import annotations

import pytest

from hub.phone.composing import LONGEST, phone_text
from hub.text.situation import Situation
from tests.phone.listening import phonemes, seconds_heard
from tests.site.shipped import SIX, messages, shipped
from tests.situations import incident, quiet, situation


def in_force(count: int) -> Situation:
    return situation(
        *(
            incident(shipped(key, number), number=number)
            for number, key in enumerate(SIX[:count], 1)
        )
    )


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_all_that_is_in_force_is_told_in_two_minutes_of_danish(count: int) -> None:
    whole = phone_text(in_force(count), "da").whole
    assert len(whole.text) <= LONGEST
    assert seconds_heard(whole.text, "da") <= 120
    for key, number in zip(SIX[:count], range(1, count + 1), strict=False):
        assert shipped(key, number).texts["da"].title in whole.text or count == 1


@pytest.mark.parametrize("language", ["da", "en", "de"])
def test_no_shipped_message_takes_longer_than_75_seconds(language: str) -> None:
    spoken = {key: shipped(key).texts[language].phone for key in messages()}
    longest = sorted(spoken, key=lambda key: len(spoken[key]))[-4:]
    heard = {key: seconds_heard(spoken[key], language) for key in longest}
    assert max(heard.values()) <= 75, heard


def test_every_queue_text_is_heard_in_20_seconds() -> None:
    for count in (1, 6):
        for language in ("da", "en", "de"):
            text = phone_text(in_force(count), language).whole.short
            assert len(text) <= 600
            assert seconds_heard(text, language) <= 20, text


@pytest.mark.parametrize("language", ["da", "en", "de", "uk", "ar", "pl", "ro"])
def test_silence_is_told_in_20_seconds_in_every_language(language: str) -> None:
    text = phone_text(quiet(), language).whole.short
    assert seconds_heard(text, language) <= 20, text


def test_a_telephone_number_is_heard_in_pairs() -> None:
    heard = phonemes(shipped("water-boil/during").texts["da"].phone, "da")
    pairs = phonemes("halvfjerds tyve tredive fyrre", "da")
    assert pairs in heard
    assert phonemes("70203040", "da") not in heard
