"""Facts and quantities as a voice says them: numbers that agree with their noun, ranges, hours, full stops kept."""

from __future__ import annotations

import pytest

from hub.text import water_use
from hub.text.speech import speak
from hub.text.types import Channel

FACTS = {
    "boil_minutes": {
        "da": ("1 minut", "et minut."),
        "en": ("1 minute", "one minute."),
        "de": ("1 Minute", "eine Minute."),
        "uk": ("1 хвилину", "одну хвилину."),
        "ar": ("1 دقيقة", "دقيقة واحدة."),
        "pl": ("1 minutę", "jedną minutę."),
        "ro": ("1 minut", "un minut."),
    },
    "boil_degrees": {
        "da": ("100 grader", "hundrede grader."),
        "en": ("100 degrees", "one hundred degrees."),
        "de": ("100 Grad", "hundert Grad."),
        "uk": ("100 градусів", "сто градусів."),
        "ar": ("100 درجة", "مئة درجة."),
        "pl": ("100 stopni", "sto stopni."),
        "ro": ("100 de grade", "o sută de grade."),
    },
    "kettle_boils": {
        "da": ("2 gange", "to gange."),
        "en": ("2 times", "two times."),
        "de": ("2 Mal", "zwei Mal."),
        "uk": ("2 рази", "два рази."),
        "ar": ("2 مرات", "مرتين."),
        "pl": ("2 razy", "dwa razy."),
        "ro": ("de 2 ori", "de două ori."),
    },
    "kettle_pause": {
        "da": ("2-5 minutter", "to til fem minutter."),
        "en": ("2-5 minutes", "two to five minutes."),
        "de": ("2-5 Minuten", "zwei bis fünf Minuten."),
        "uk": ("2-5 хвилин", "від двох до п'яти хвилин."),
        "ar": ("2-5 دقائق", "من دقيقتين إلى خمس دقائق."),
        "pl": ("2-5 minut", "od dwóch do pięciu minut."),
        "ro": ("2-5 minute", "două până la cinci minute."),
    },
    "water_litres": {
        "da": ("3 liter", "tre liter."),
        "en": ("3 litres", "three litres."),
        "de": ("3 Liter", "drei Liter."),
        "uk": ("3 літри", "три літри."),
        "ar": ("3 لترات", "ثلاثة لترات."),
        "pl": ("3 litry", "trzy litry."),
        "ro": ("3 litri", "trei litri."),
    },
    "home_days": {
        "da": ("3 døgn", "tre døgn."),
        "en": ("3 days", "three days."),
        "de": ("3 Tage", "drei Tage."),
        "uk": ("3 доби", "три доби."),
        "ar": ("3 أيام", "ثلاثة أيام."),
        "pl": ("3 dni", "trzy dni."),
        "ro": ("3 zile", "trei zile."),
    },
    "mobile_hours": {
        "da": ("3-4 timer", "tre til fire timer."),
        "en": ("3-4 hours", "three to four hours."),
        "de": ("3-4 Stunden", "drei bis vier Stunden."),
        "uk": ("через 3-4 години", "через три-чотири години."),
        "ar": ("بعد 3-4 ساعات", "بعد ثلاث إلى أربع ساعات."),
        "pl": ("za 3-4 godziny", "za trzy-cztery godziny."),
        "ro": ("după 3-4 ore", "după trei până la patru ore."),
    },
}

AGREEING = [
    ("da", "1-2 timer", "en til to timer."),
    ("de", "1-2 Stunden", "eine bis zwei Stunden."),
    ("uk", "21 хвилину", "двадцять одну хвилину."),
    ("uk", "2 особи, 1 добу", "дві особи, одну добу."),
    ("uk", "1-2 літри", "один-два літри."),
    ("uk", "від 2 до 5 хвилин", "від двох до п'яти хвилин."),
    ("uk", "від 30 до 40 см", "від тридцяти до сорока сантиметрів."),
    ("uk", "не менше 3 літрів", "не менше трьох літрів."),
    ("uk", "протягом 1 год", "протягом однієї години."),
    ("pl", "2 osoby, 1 dobę", "dwie osoby, jedną dobę."),
    ("pl", "1-2 dni", "jeden-dwa dni."),
    ("pl", "od 2 do 5 minut", "od dwóch do pięciu minut."),
    ("pl", "w ciągu 24 godzin", "w ciągu dwudziestu czterech godzin."),
    ("pl", "do 1 l", "do jednego litra."),
    ("ro", "2 persoane, 2 litri", "două persoane, doi litri."),
    ("ro", "1-2 zile", "o până la două zile."),
    ("ar", "2 دقيقتين", "دقيقتين."),
    ("ar", "لمدة 24 ساعة", "لمدة أربع وعشرين ساعة."),
    ("ar", "لمدة 30 دقيقة", "لمدة ثلاثين دقيقة."),
    ("ar", "2-3 كم", "من كيلومترين إلى ثلاثة كيلومترات."),
    ("ar", "3 مرات", "ثلاث مرات."),
    ("ar", "11 مرات", "إحدى عشرة مرة."),
]

HOURS = [
    ("en", "Wait 2 hours.", "Wait two hours."),
    ("en", "open 24 hours a day", "open twenty-four hours a day."),
    ("en", "from 8 to 16 hours", "from eight to sixteen."),
    ("en", "at 13 hours", "at thirteen."),
    ("uk", "Зачекайте 2 години.", "Зачекайте дві години."),
    ("uk", "за 5 годин", "за п'ять годин."),
    ("uk", "1 година", "одна година."),
    ("uk", "до 5 годин", "до п'яти годин."),
    ("uk", "о 13 годині", "о тринадцятій."),
    ("uk", "о 13 год.", "о тринадцятій."),
    ("uk", "до 16 години", "до шістнадцятої."),
    ("uk", "з 8 до 16 год.", "з восьмої до шістнадцятої."),
]

STOPS = [
    ("ar", "اغله لمدة 1 دقيقة. ثم اشربه.", "اغله لمدة دقيقة واحدة. ثم اشربه."),
    ("ar", "عمقها 30 سم. اغسل يديك.", "عمقها ثلاثون سنتيمترا. اغسل يديك."),
    ("ar", "عمقها 30 سم", "عمقها ثلاثون سنتيمترا."),
    ("da", "Vent 5 min. Drik så.", "Vent fem minutter. Drik så."),
    ("da", "vent 5 min. og drik", "vent fem minutter og drik."),
    ("uk", "5 хв. Потім", "п'ять хвилин. Потім."),
    ("uk", "5 хв. потім", "п'ять хвилин потім."),
]


@pytest.mark.parametrize(
    ("language", "written", "spoken"),
    [
        *((language, *pair) for table in FACTS.values() for language, pair in table.items()),
        *AGREEING,
        *HOURS,
        *STOPS,
    ],
)
def test_a_quantity_is_said_as_its_speakers_say_it(
    language: str, written: str, spoken: str
) -> None:
    assert speak(written, language) == spoken


def test_a_list_has_the_comma_of_its_language() -> None:
    value = ";".join(f"{use}=yes" for use in water_use.USES)
    for channel in (Channel.SMS, Channel.PHONE):
        shown = water_use.as_text(value, "ar", channel)
        assert "، " in shown
        assert "," not in shown
    assert "," not in water_use.as_html(value, "ar")
    assert "," in water_use.as_text(value, "pl", Channel.SMS)
