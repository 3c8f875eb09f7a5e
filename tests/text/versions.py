"""A small complete version in Danish, English and German, and what tests fill it with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hub.text.types import (
    Decision,
    Fact,
    LanguageText,
    Slot,
    SlotType,
    System,
    VersionText,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SYSTEM = System("Aabenraa Kommune", NOW, "aabenraa.dk/krise", number=12, closes=11, update_no=2)


def slot(name: str, kind: str, **more: object) -> Slot:
    label = {"da": name, "en": name}
    return Slot(name=name, type=SlotType(kind), label=label, **more)  # type: ignore[arg-type]  # a test's short way


def fact(name: str, value: str, **unit: str) -> Fact:
    return Fact(name, value, unit, "https://eksempel.dk", "2026-11-20", "Vand og Miljø")


BOIL = fact("boil_minutes", "1", da="minut", en="minute", de="Minute")
SLOTS = (
    slot("place", "place", example="Rødekro"),
    slot("reason", "reason", example="brud på en ledning", required=False),
    slot("next_update", "next_update", example="+3h"),
    slot("phone", "phone", example="70 20 30 40"),
)
TEXTS = {
    "da": LanguageText(
        "da",
        "Kog vandet i {place}",
        "{municipality}: {#boil} Kog vandet i {place}, før du drikker det.\n"
        "{when reason}\nÅrsag: {reason}.\n{end}\n"
        "Kog det i {fact.boil_minutes}.\n"
        "Vi skriver igen senest {next_update:short}.\n\nRing {phone}.",
        "- {#boil} Kog vandet i {place} i {fact.boil_minutes}.\n"
        "{when reason}\n- Årsag: {reason}.\n{end}\n\n"
        "Vi skriver igen senest {next_update}. Ring til {phone}.",
        "Her er en besked fra {municipality}. {#boil} Kog vandet i {place} i {fact.boil_minutes}.\n"
        "{when reason}\nÅrsag: {reason}.\n{end}\n\n"
        "Vi skriver igen senest {next_update}. Ring til {phone}.",
    ),
    "en": LanguageText(
        "en",
        "Boil the water in {place}",
        "{municipality}: {#boil} Boil the water in {place} before you drink it.\n"
        "{when reason}\nReason: {reason}.\n{end}\n"
        "Boil it for {fact.boil_minutes}.\n"
        "We write again by {next_update:short}.\n\nCall {phone}.",
        "- {#boil} Boil the water in {place} for {fact.boil_minutes}.\n"
        "{when reason}\n- Reason: {reason}.\n{end}\n\n"
        "We write again by {next_update}. Call {phone}.",
        "This is a message from {municipality}. {#boil} Boil the water in {place} for "
        "{fact.boil_minutes}.\n{when reason}\nReason: {reason}.\n{end}\n\n"
        "We write again by {next_update}. Call {phone}.",
    ),
    "de": LanguageText(
        "de",
        "Wasser in {place} abkochen",
        "{municipality}: {#boil} Kochen Sie das Wasser in {place} ab, bevor Sie es trinken.\n"
        "{when reason}\nGrund: {reason}.\n{end}\n"
        "Kochen Sie es {fact.boil_minutes}.\n"
        "Wir schreiben wieder bis {next_update:short}.\n\nTelefon: {phone}.",
        "- {#boil} Kochen Sie das Wasser in {place} {fact.boil_minutes} ab.\n"
        "{when reason}\n- Grund: {reason}.\n{end}\n\n"
        "Wir schreiben wieder bis {next_update}. Telefon: {phone}.",
        "Hier ist eine Nachricht von {municipality}. {#boil} Kochen Sie das Wasser in {place} "
        "{fact.boil_minutes} ab.\n{when reason}\nGrund: {reason}.\n{end}\n\n"
        "Wir schreiben wieder bis {next_update}. Telefon: {phone}.",
    ),
}
VERSION = VersionText("water-boil/during", SLOTS, (BOIL,), (), TEXTS)
VALUES = {
    "place": "Rødekro",
    "next_update": "2026-11-21T14:30+00:00",
    "phone": "+4570203040",
}


def with_text(version: VersionText, language: str = "da", **channels: str) -> VersionText:
    """The version with some of one language's texts replaced."""
    text = replace(version.languages[language], **channels)
    return replace(version, languages={**version.languages, language: text})


def danish(
    sms: str = "{municipality}: Hej.",
    web: str = "Hej.",
    phone: str = "Hej.",
    *,
    title: str = "Hej",
    slots: Sequence[Slot] = (),
    facts: Sequence[Fact] = (),
    decisions: Sequence[Decision] = (),
    key: str = "test/during",
) -> VersionText:
    """A Danish version from a few words."""
    languages: Mapping[str, LanguageText] = {"da": LanguageText("da", title, sms, web, phone)}
    return VersionText(key, tuple(slots), tuple(facts), tuple(decisions), languages)
