"""Composing 100,000 personal texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hub.library import folders
from hub.library.files import read_library
from hub.sms.personal import Filled, PersonalTexts
from hub.text import slots
from hub.text.compose import compose
from hub.text.segments import count
from hub.text.types import System
from tests.bench.measuring import line, scratch_app, timed

TEXTS = 100_000
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def run() -> None:
    text = read_library(folders.shipped_messages()).messages["appointments-cancelled/during"].text
    fillable = [slot for slot in text.slots if not slot.personal]
    values = slots.normalise_all(
        fillable, {slot.name: slot.example for slot in fillable if slot.example}, now=NOW
    )
    system = System("Eksempel Kommune", NOW, "eksempel.dk/krise", number=1)
    with timed() as whole:
        for _ in range(20):
            composed = compose(text, values, ("da", "en", "de"), system)
    line("compose a version in three languages, all channels", whole.per_second(20), "versions/s")
    personal = PersonalTexts(
        {language: item.sms for language, item in composed.texts.items()}, text.personal_slots
    )
    column = (text.personal_slots[0].column or text.personal_slots[0].name).casefold()
    moments = [
        (NOW + timedelta(minutes=5 * number)).strftime("%Y-%m-%d %H:%M") for number in range(5_000)
    ]
    with scratch_app(), timed() as ours:
        segments = 0
        for number in range(TEXTS):
            filled = personal.from_cells({column: moments[number % 5_000]}, number, "da")
            assert isinstance(filled, Filled)
            segments += count(filled.sms).segments
    line(f"{TEXTS:,} personal texts, validated, filled, counted", ours.per_second(TEXTS), "texts/s")
