"""What the back-check of translations must see, and the near misses that it must leave alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.text.agreeing import CHOICE, Agreement, Kind, Row, compare, instructions
from hub.text.agreeing_words import Count, denials, numbers_in
from hub.text.template import parse_template
from hub.text.types import LanguageText, VersionText
from tests.text.versions import TEXTS, VERSION, slot


def text(language: str, web: str, sms: str = "", phone: str = "") -> LanguageText:
    return LanguageText(language, "", sms, web, phone)


def held(danish: str, other: str, language: str = "en") -> set[tuple[str, str]]:
    """The rows that differ between two pages."""
    version = replace(
        VERSION, languages={"da": text("da", danish), language: text(language, other)}
    )
    return {(row.kind.value, row.name) for row in compare(version).differing}


def row_of(found: Agreement, kind: Kind, name: str) -> Row:
    return next(row for row in found.rows if (row.kind, row.name) == (kind, name))


def test_languages_that_say_the_same_agree() -> None:
    found = compare(VERSION)
    assert found.languages == ("da", "en", "de")
    assert found.differing == ()
    boil = row_of(found, Kind.ACTION, "boil")
    assert set(boil.cells["de"].counts) == {"sms", "web", "phone"}
    minutes = row_of(found, Kind.FACT, "boil_minutes")
    assert [minutes.cells[code].value for code in found.languages] == [
        "1 minut",
        "1 minute",
        "1 Minute",
    ]


def test_a_version_without_danish_has_nothing_to_be_held_against() -> None:
    only = VersionText("x/during", (), (), (), {"en": TEXTS["en"]})
    assert compare(only) == Agreement(("en",), ())


@pytest.mark.parametrize(
    ("danish", "english", "seen"),
    [
        ("- {#boil} Kog det.", "- {#cook} Boil it.", {("action", "boil"), ("action", "cook")}),
        ("- {#boil} Kog det.", "- Boil it.", {("action", "boil")}),
        ("Ring {phone}.", "Call us.", {("slot", "phone")}),
        ("Kog i {fact.boil_minutes}.", "Boil it.", {("fact", "boil_minutes")}),
        ("Ring 114.", "Call 112.", {("number", "112"), ("number", "114")}),
        ("Kog det 2 gange.", "Boil it.", {("number", "2")}),
        ("Kog det to gange.", "Boil it three times.", {("number", "2"), ("number", "3")}),
        ("112 og 112.", "112.", {("number", "112")}),
        ("- {#drink} Drik ikke vandet.", "- {#drink} Drink the water.", {("no", "drink")}),
        ("- {#drink} Drik vandet.", "- {#drink} Never drink it.", {("no", "drink")}),
        (
            "- {#come} Kom ikke. Bliv hjemme.",
            "- {#come} Come. Stay at home.",
            {("no", "come")},
        ),
        ("Der er ingen fare.", "There's danger.", {("no", "")}),
        (
            "- {#a} Drik ikke vandet.\n- {#b} Kog det.",
            "- {#a} Drink the water.\n- {#b} Do not boil it.",
            {("no", "a"), ("no", "b")},
        ),
    ],
)
def test_what_differs_is_seen(danish: str, english: str, seen: set[tuple[str, str]]) -> None:
    assert held(danish, english) == seen


@pytest.mark.parametrize(
    ("danish", "language", "other"),
    [
        ("Kog det to gange.", "en", "Boil it twice."),
        ("Kog det 2 gange.", "de", "Kochen Sie es zweimal ab."),
        ("Vent 05 minutter.", "en", "Wait 5 minutes."),
        ("Vent fem minutter.", "uk", "Зачекайте п'ять хвилин."),
        ("Kog det to gange.", "ar", "اغلِه مرتين."),
        ("Vandet lukker.", "ar", "ستُقطع المياه."),  # `ست`, six, is the beginning of a word here
        ("Ring til os, nyt kommer.", "ro", "Sunați-ne, vin mesaje nouă."),
        ("- {#a} Du skal ikke koge det mere.", "en", "- {#a} You can stop boiling it."),
        (
            "- {#a} Hent det senest {next_update}.",
            "uk",
            "- {#a} Заберіть не пізніше {next_update}.",
        ),
        ("- {#a} Vi passer på det, til du kommer.", "pl", "- {#a} Dbamy, dopóki nie przyjdziesz."),
        ("- {#a} Kun du må hente.", "ar", "- {#a} لا يأخذه إلا أنت."),
        ("- {#a} Hent det.", "pl", "- {#a} Przyjdź po nie."),
        ("- {#a} Varmen er væk.", "en", "- {#a} There is no heating."),
        ("- {#a} Varmen er væk.", "ro", "- {#a} Nu este căldură."),
        ("- {#a} Vi beder aldrig om penge.", "pl", "- {#a} Nigdy nie prosimy o pieniądze."),
        ("Opdatering {update_no}, nr. {number}.", "en", "Update {update_no}, no. {number}."),
        ("- {#a} Drik ikke.\n\nDer er hjælp.", "en", "- {#a} Don’t drink.\n\nThere is help."),
    ],
)
def test_other_words_for_the_same_are_left_alone(danish: str, language: str, other: str) -> None:
    assert held(danish, other, language) == set()


def test_a_channel_that_a_language_does_not_have_is_not_compared() -> None:
    danish = text("da", "- {#a} Kog det.", sms="{#a} Kog det i {fact.boil_minutes}.")
    easy = text("da-x-let", "- {#a} Kog det.")
    found = compare(replace(VERSION, languages={"da": danish, "da-x-let": easy}))
    assert found.differing == ()
    assert set(row_of(found, Kind.ACTION, "a").cells["da-x-let"].counts) == {"web"}


def test_easy_danish_may_leave_a_no_out_and_no_number() -> None:
    assert held("- {#a} Kom ikke. Ring 114.", "- {#a} Ring 114.", "da-x-let") == set()
    assert held("- {#a} Kom ikke. Ring 114.", "- {#a} Kom ikke.", "da-x-let") == {("number", "114")}


def test_channels_are_held_each_against_its_own() -> None:
    danish = text("da", "- {#a} Drik ikke.", phone="{#a} Drik ikke.")
    english = text("en", "- {#a} Do not drink.", phone="{#a} Drink.")
    found = compare(replace(VERSION, languages={"da": danish, "en": english}))
    assert [row.cells["en"].differs for row in found.differing] == [("phone",)]


def test_the_words_of_choices_are_held_together() -> None:
    options = {
        "min5": {"da": "5 minutter", "en": "15 minutes", "de": "5 Minuten"},
        "no": {"da": "Nej", "en": "Yes", "de": "Nein"},
        "unknown": {"da": "Vi ved det", "en": "We know"},
    }
    choice = slot("run", "choice", options=options)
    found = compare(replace(VERSION, slots=(*VERSION.slots, choice)))
    differing = {row.name: row for row in found.differing}
    assert set(differing) == {"run=min5", "run=no"}
    for row in differing.values():
        assert row.cells["en"].differs == (CHOICE,)
        assert row.cells["de"].differs == ()


def test_an_instruction_goes_to_the_end_of_its_line_or_block() -> None:
    source = (
        "Før. {#a} Gør det. Ikke andet.\nEfter.\n{when reason}\nFordi {reason}.\n{#b} Og det her "
        "{#c} og det.\n{end}\nSlut."
    )
    words = [
        (action, " ".join(said.split()))
        for action, said in instructions(parse_template(source))
        if said.strip()
    ]
    assert words == [
        ("", "Før."),
        ("a", "Gør det. Ikke andet."),
        ("", "Efter."),
        ("", "Fordi {}."),
        ("b", "Og det her"),
        ("c", "og det."),
        ("", "Slut."),
    ]


def test_each_instruction_stands_before_what_it_forbids() -> None:
    danish = text("da", "Ikke nu.\n- {#b} Kom ikke.\n- {#a} Ring {phone}.\n- {#c} Gå ikke.")
    found = compare(replace(VERSION, languages={"da": danish}))
    assert [(row.kind.value, row.name) for row in found.rows] == [
        ("action", "b"),
        ("no", "b"),
        ("action", "a"),
        ("action", "c"),
        ("no", "c"),
        ("no", ""),
        ("slot", "phone"),
    ]


@pytest.mark.parametrize(
    ("language", "words", "counts"),
    [
        ("da", "Kom ikke. Ring.", "1 0"),
        ("en", "Stop boiling. Never drink it.", "0–1 1"),
        ("ar", "لا تشرب الماء؟ اتصل.", "1 0"),
        ("xx", "Something. Other.", "0–1 0–1"),
    ],
)
def test_a_sentence_says_no_or_may_or_does_not(language: str, words: str, counts: str) -> None:
    assert " ".join(map(str, denials(words, language))) == counts


def test_counts_meet_where_both_can_be_true() -> None:
    assert Count(0, 1).meets(Count(1, 2))
    assert not Count(0, 0).meets(Count(1, 2))
    assert not Count(3, 3).meets(Count(1, 2))


def test_numbers_are_read_in_every_language() -> None:
    for language, words in {
        "da": "to, fem og 7",
        "en": "two, five and 7",
        "de": "zwei, fünf und 7",
        "uk": "дві, п’ять і 7",
        "ar": "اثنين وَ خمسة و 7",
        "pl": "dwie, pięć i 7",
        "ro": "două, cinci și 7",
    }.items():
        assert numbers_in(words, language) == ("2", "5", "7"), language
    assert numbers_in("two 7", "fr") == ("7",)
