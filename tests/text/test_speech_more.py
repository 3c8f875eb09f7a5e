"""Ukrainian, Polish, Romanian and Arabic phone texts: what is written, and what the voice is given."""

from __future__ import annotations

import pytest

from hub.text.speech import speak

NUMBERS = {
    "uk": {
        0: "нуль",
        1: "один",
        2: "два",
        13: "тринадцять",
        40: "сорок",
        99: "дев'яносто дев'ять",
        112: "сто дванадцять",
        200: "двісті",
        1000: "тисяча",
        2000: "дві тисячі",
        5500: "п'ять тисяч п'ятсот",
        21_000: "двадцять одна тисяча",
        1_000_000: "мільйон",
        3_000_005: "три мільйони п'ять",
    },
    "pl": {
        0: "zero",
        1: "jeden",
        2: "dwa",
        15: "piętnaście",
        21: "dwadzieścia jeden",
        99: "dziewięćdziesiąt dziewięć",
        112: "sto dwanaście",
        500: "pięćset",
        1000: "tysiąc",
        2000: "dwa tysiące",
        5300: "pięć tysięcy trzysta",
        22_000: "dwadzieścia dwa tysiące",
        1_000_000: "milion",
        5_000_001: "pięć milionów jeden",
    },
    "ro": {
        0: "zero",
        1: "unu",
        2: "doi",
        12: "doisprezece",
        21: "douăzeci și unu",
        99: "nouăzeci și nouă",
        101: "o sută unu",
        200: "două sute",
        1000: "o mie",
        2000: "două mii",
        20_000: "douăzeci de mii",
        1_000_000: "un milion",
        2_500_000: "două milioane cinci sute de mii",
    },
    "ar": {
        0: "صفر",
        1: "واحد",
        3: "ثلاثة",
        11: "أحد عشر",
        12: "اثنا عشر",
        15: "خمسة عشر",
        20: "عشرون",
        21: "واحد وعشرون",
        100: "مئة",
        112: "مئة واثنا عشر",
        200: "مئتان",
        1000: "ألف",
        2026: "ألفان وستة وعشرون",
        5000: "خمسة آلاف",
        12_000: "اثنا عشر ألف",
        1_000_000: "مليون",
    },
}


@pytest.mark.parametrize(
    ("language", "number", "spoken"),
    [(code, number, said) for code, numbers in NUMBERS.items() for number, said in numbers.items()],
)
def test_numbers_in_words(language: str, number: int, spoken: str) -> None:
    x = "ب" if language == "ar" else "x"
    assert speak(f"{x} {number}", language) == (
        f"{x} {spoken}." if number != 112 else f"{x} {_digit_by_digit(language)}."
    )


def _digit_by_digit(language: str) -> str:
    one, two = (NUMBERS[language][1], NUMBERS[language].get(2, "اثنان"))
    return f"{one} {one} {two}"


UKRAINIAN = [
    ("о 13:30", "о тринадцятій тридцять."),
    ("13:00", "тринадцята."),
    ("8:05", "восьма нуль п'ять."),
    ("0:15", "нуль годин п'ятнадцять."),
    ("з 8:00 до 16:30", "з восьмої до шістнадцятої тридцять."),
    ("8:00–16:30", "з восьмої до шістнадцятої тридцять."),
    ("субота, 21 листопада, 13:30", "субота, двадцять першого листопада, тринадцята тридцять."),
    ("сб 21.11 13:30", "субота двадцять першого листопада тринадцята тридцять."),
    ("21 листопада 2026 р.", "двадцять першого листопада дві тисячі двадцять шостого року."),
    ("3 грудня", "третього грудня."),
    ("21.11.2026", "двадцять першого листопада дві тисячі двадцять шостого року."),
    ("Телефонуйте 70 20 30 40.", "Телефонуйте сім нуль, два нуль, три нуль, чотири нуль."),
    ("112 або 114", "один один два або один один чотири."),
    ("3 л, 1 л, 21 л, 5 л", "три літри, один літр, двадцять один літр, п'ять літрів."),
    ("2,5 л", "два кома п'ять літра."),
    ("2 хвилини, 1 хв", "дві хвилини, одна хвилина."),
    ("100 °C", "сто градусів."),
    ("2 000 осіб", "дві тисячі осіб."),
    ("4-9 клас, 1-го класу", "з четвертого до дев'ятого класу, першого класу."),
    ("напр. вода і т.д.", "наприклад вода і так далі."),
    ("вул. Storegade, буд. 12A", "вулиця Storegade, будинок дванадцять A."),
    ("aabenraa.dk/krise", "aabenraa крапка d k скісна риска krise."),
    ("п’ять", "п'ять."),
    ("ДСНС", "Д С Н С."),
]

POLISH = [
    ("o godz. 13:30", "o godzinie trzynastej trzydzieści."),
    ("o 8:05", "o ósmej zero pięć."),
    ("godz. 13:30", "godzina trzynasta trzydzieści."),
    ("13:00", "trzynasta."),
    ("0:15", "zero piętnaście."),
    ("8:00-16:30", "od ósmej do szesnastej trzydzieści."),
    ("od 8:00 do 16:00", "od ósmej do szesnastej."),
    ("w godz. 8-16", "w godzinach od ósmej do szesnastej."),
    ("do 22:00", "do dwudziestej drugiej."),
    ("sobota, 21 listopada", "sobota, dwudziestego pierwszego listopada."),
    ("sob. 21.11 godz. 8:00", "sobota dwudziestego pierwszego listopada godzina ósma."),
    (
        "21 listopada 2026 r.",
        "dwudziestego pierwszego listopada dwa tysiące dwudziestego szóstego roku.",
    ),
    ("3 grudnia", "trzeciego grudnia."),
    ("od 2 do 3 maja", "od drugiego do trzeciego maja."),
    ("2-3 maja", "od drugiego do trzeciego maja."),
    ("Zadzwoń pod 70 20 30 40.", "Zadzwoń pod siedem zero, dwa zero, trzy zero, cztery zero."),
    ("112, 114", "jeden jeden dwa, jeden jeden cztery."),
    (
        "3 l, 1 l, 21 l, 22 l, 5 l",
        "trzy litry, jeden litr, dwadzieścia jeden litrów, dwadzieścia dwa litry, pięć litrów.",
    ),
    ("2,5 l", "dwa przecinek pięć litra."),
    ("1 minuta, 2 min", "jedna minuta, dwie minuty."),
    ("100 °C", "sto stopni."),
    ("2 000 gospodarstw", "dwa tysiące gospodarstw."),
    ("4. klasa, do 4. klasy", "czwarta klasa, do czwartej klasy."),
    ("np. woda itd. Potem", "na przykład woda i tak dalej. Potem."),
    ("ul. Storegade 12A", "ulica Storegade dwanaście A."),
    ("aabenraa.dk/krise", "aabenraa kropka d k ukośnik krise."),
    ("a@b.pl", "a małpa b kropka p l."),
]

ROMANIAN = [
    ("ora 13:30", "ora treisprezece și treizeci de minute."),
    ("ora 2:02", "ora două și două minute."),
    ("20:01", "ora douăzeci și un minut."),
    ("21:00", "ora douăzeci și unu."),
    ("orele 8-16", "de la ora opt până la ora șaisprezece."),
    ("sâm. 21.11 ora 8:00", "sâmbătă douăzeci și unu noiembrie ora opt."),
    ("1 decembrie", "întâi decembrie."),
    ("21.11.2026", "douăzeci și unu noiembrie două mii douăzeci și șase."),
    ("Sunați la 70 20 30 40.", "Sunați la șapte zero, doi zero, trei zero, patru zero."),
    ("112", "unu unu doi."),
    ("1 l, 2 l, 12 l, 20 l", "un litru, doi litri, doisprezece litri, douăzeci de litri."),
    ("2,5 l", "doi virgulă cinci litri."),
    ("1 min, 2 min", "un minut, două minute."),
    ("100 °C", "o sută de grade."),
    ("2.000 de gospodării", "două mii de gospodării."),
    ("de ex. apă etc. Apoi", "de exemplu apă et cetera. Apoi."),
    ("aabenraa.dk/krise", "aabenraa punct d k bară oblică krise."),
]

ARABIC = [
    ("الساعة 13:30", "الساعة الثالثة عشرة وثلاثون دقيقة."),
    ("الساعة 8:00", "الساعة الثامنة."),
    ("8:05", "الساعة الثامنة وخمس دقائق."),
    ("8:00–16:00", "من الساعة الثامنة إلى الساعة السادسة عشرة."),
    (
        "السبت 21 نوفمبر، الساعة 13:30",
        "السبت الحادي والعشرون من نوفمبر, الساعة الثالثة عشرة وثلاثون دقيقة.",
    ),
    ("1 ديسمبر", "الأول من ديسمبر."),
    ("21 تشرين الثاني", "الحادي والعشرون من نوفمبر."),
    (
        "اتصل بالرقم \u200e70 20 30 40\u200e.",
        "اتصل بالرقم سبعة صفر, اثنان صفر, ثلاثة صفر, أربعة صفر.",
    ),
    ("٧٠ ٢٠ ٣٠ ٤٠", "سبعة صفر, اثنان صفر, ثلاثة صفر, أربعة صفر."),
    ("112", "واحد واحد اثنان."),
    ("3 لتر، 1 لتر، 2 لتر، 11 لتر", "ثلاثة لترات, لتر واحد, لتران, أحد عشر لترا."),
    ("5 دقائق", "خمس دقائق."),
    ("100 °C", "مئة درجة."),
    ("aabenraa.dk/krise", "aabenraa نقطة d k شرطة مائلة krise."),
    ("هل؟", "هل?"),
]


@pytest.mark.parametrize(
    ("language", "written", "spoken"),
    [
        (code, written, spoken)
        for code, table in (("uk", UKRAINIAN), ("pl", POLISH), ("ro", ROMANIAN), ("ar", ARABIC))
        for written, spoken in table
    ],
)
def test_each_language_is_read_as_its_speakers_say_it(
    language: str, written: str, spoken: str
) -> None:
    assert speak(written, language) == spoken
