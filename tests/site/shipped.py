"""The messages of `messages/`, filled with their slots' examples: what the page weighs and reads like in earnest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache

from hub.library import folders
from hub.library.files import Message, read_library
from hub.text import slots
from hub.text.compose import compose
from hub.text.situation import PublicAnnouncement, Situation
from hub.text.types import Decision, SlotType, System
from tests.situations import LANGUAGES, NOON, announcement, incident, situation

HEAVIEST = "water-boil/during"
SIX = (
    HEAVIEST,
    "power-outage/during",
    "school-pickup/during",
    "latrine/during",
    "water-saving/during",
    "appointments-cancelled/during",
)
"""One of each scenario: six that could be in force together."""


@cache
def messages() -> dict[str, Message]:
    return dict(read_library(folders.shipped_messages(), NOON).messages)


def shipped(key: str, number: int = 1, languages: Sequence[str] = LANGUAGES) -> PublicAnnouncement:
    """A shipped message in force, every slot filled with its example, open decisions decided by their first option."""
    message = messages()[key]
    text = replace(message.text, decisions=tuple(_decided(item) for item in message.text.decisions))
    issued = NOON - timedelta(minutes=35)
    fillable = [slot for slot in text.slots if not slot.personal]
    values = slots.normalise_all(
        fillable, {slot.name: slot.example for slot in fillable if slot.example}, now=issued
    )
    system = System("Eksempel Kommune", issued, "eksempel.dk", number=number)
    return announcement(
        number,
        scenario=message.scenario,
        phase=message.phase.value,
        severity=message.meta["severity"],
        version=f"{key} v3",
        issued_at=issued,
        until=slots.moment_of(text.slots, values, SlotType.UNTIL),
        next_update=slots.moment_of(text.slots, values, SlotType.NEXT_UPDATE),
        texts=compose(text, values, languages, system).texts,
    )


def _decided(item: Decision) -> Decision:
    if item.value:
        return item
    return replace(item, value=item.options[0] if item.options else "5")


def one_shipped(key: str = HEAVIEST, languages: Sequence[str] = LANGUAGES) -> Situation:
    return _of((key,), languages)


def six_shipped(languages: Sequence[str] = LANGUAGES) -> Situation:
    return _of(SIX, languages)


def six_short(languages: Sequence[str] = LANGUAGES) -> Situation:
    """The same six with the first 290 characters of each alone: what the fact sheet's prototype carried."""
    whole = six_shipped(languages)
    return replace(
        whole,
        incidents=tuple(
            replace(row, announcements=tuple(_cut(item) for item in row.announcements))
            for row in whole.incidents
        ),
    )


def _cut(item: PublicAnnouncement) -> PublicAnnouncement:
    texts = {
        language: replace(text, html=first_blocks(text.html))
        for language, text in item.texts.items()
    }
    return replace(item, texts=texts)


def first_blocks(html: str, characters: int = 290) -> str:
    """The first whole paragraphs and list items that fit."""
    found: dict[str, list[str]] = {"p": [], "li": []}
    length = 0
    for tag, words in re.findall(r"<(p|li)\b[^>]*>(.*?)</\1>", html, re.DOTALL):
        length += len(re.sub("<[^>]*>", "", words))
        if length > characters:
            break
        found[tag].append(f"<{tag}>{words}</{tag}>")
    return "".join(found["p"]) + "<ul>" + "".join(found["li"]) + "</ul>"


def _of(keys: Sequence[str], languages: Sequence[str]) -> Situation:
    return situation(
        *(
            incident(
                shipped(key, number, languages), number=number, title=messages()[key].meta["title"]
            )
            for number, key in enumerate(keys, start=1)
        ),
        languages=tuple(languages),
    )
