"""German phone texts: what an author writes, and what the voice is given."""

from __future__ import annotations

import pytest

from hub.text.speech import speak
from hub.text.speech.german import German


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "null"),
        (1, "eins"),
        (16, "sechzehn"),
        (17, "siebzehn"),
        (21, "einundzwanzig"),
        (30, "dreißig"),
        (66, "sechsundsechzig"),
        (70, "siebzig"),
        (100, "hundert"),
        (101, "hunderteins"),
        (112, "hundertzwölf"),
        (200, "zweihundert"),
        (999, "neunhundertneunundneunzig"),
        (1000, "eintausend"),
        (1001, "eintausendeins"),
        (1112, "eintausendeinhundertzwölf"),
        (2026, "zweitausendsechsundzwanzig"),
        (21_000, "einundzwanzigtausend"),
        (100_000, "hunderttausend"),
        (1_000_000, "eine Million"),
        (2_000_001, "zwei Millionen eins"),
        (
            999_999_999,
            "neunhundertneunundneunzig Millionen "
            "neunhundertneunundneunzigtausendneunhundertneunundneunzig",
        ),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert German().cardinal(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "erste"),
        (2, "zweite"),
        (3, "dritte"),
        (7, "siebte"),
        (8, "achte"),
        (12, "zwölfte"),
        (19, "neunzehnte"),
        (20, "zwanzigste"),
        (21, "einundzwanzigste"),
        (100, "hundertste"),
        (101, "hunderterste"),
    ],
)
def test_ranks_in_words(number: int, words: str) -> None:
    assert German().ordinal(number) == words


CLOCK = [
    ("13.30 Uhr", "dreizehn Uhr dreißig."),
    ("um 13:30 Uhr", "um dreizehn Uhr dreißig."),
    ("um 13:30", "um dreizehn Uhr dreißig."),
    ("13:00", "dreizehn Uhr."),
    ("1 Uhr", "ein Uhr."),
    ("1:30 Uhr", "ein Uhr dreißig."),
    ("21:01 Uhr", "einundzwanzig Uhr eins."),
    ("8:05", "acht Uhr fünf."),
    ("00:15 Uhr", "null Uhr fünfzehn."),
    ("24:00", "vierundzwanzig Uhr."),
    ("8–16 Uhr", "acht bis sechzehn Uhr."),
    ("8:00–16:30 Uhr", "acht bis sechzehn Uhr dreißig."),
    ("von 8 bis 16 Uhr", "von acht bis sechzehn Uhr."),
    ("von 8.30 bis 16.00 Uhr", "von acht Uhr dreißig bis sechzehn Uhr."),
    ("Mo-Fr 8-16 Uhr", "Montag bis Freitag acht bis sechzehn Uhr."),
    ("Sa 8:30 Uhr", "Samstag acht Uhr dreißig."),
    ("Trinken Sie so 3 Liter", "Trinken Sie so drei Liter."),
]

DATES = [
    ("am 21. November", "am einundzwanzigsten November."),
    ("bis zum 21. November", "bis zum einundzwanzigsten November."),
    ("ab 21.11.", "ab einundzwanzigsten November."),
    ("am 21.11. um 8 Uhr", "am einundzwanzigsten November um acht Uhr."),
    ("um 10.12. Danach", "um zehn Uhr zwölf. Danach."),
    ("der 21. November", "der einundzwanzigste November."),
    (
        "Samstag, 21. November 2026, 13:30 Uhr",
        "Samstag, einundzwanzigster November zweitausendsechsundzwanzig, dreizehn Uhr dreißig.",
    ),
    (
        "am Samstag, 21. November",
        "am Samstag, dem einundzwanzigsten November.",
    ),
    (
        "ab Samstag, 21. November, 12:45 Uhr",
        "ab Samstag, dem einundzwanzigsten November, zwölf Uhr fünfundvierzig.",
    ),
    ("seit Mittwoch, 21. November", "seit Mittwoch, dem einundzwanzigsten November."),
    ("Samstag, den 21. November", "Samstag, den einundzwanzigsten November."),
    ("Sa., 21.11.", "Samstag einundzwanzigster November."),
    ("21.11.2026", "einundzwanzigster November zweitausendsechsundzwanzig."),
    ("2026-11-21", "einundzwanzigster November zweitausendsechsundzwanzig."),
    ("21.–23. November", "einundzwanzigster bis dreiundzwanzigster November."),
    (
        "vom 28. November bis 2. Dezember",
        "vom achtundzwanzigsten November bis zweiten Dezember.",
    ),
    ("der 21.–23. November", "der einundzwanzigste bis dreiundzwanzigste November."),
    ("bis zum 4. Die Schule", "bis zum vierten. Die Schule."),
]

PHONES = [
    ("Rufen Sie 70 20 30 40 an.", "Rufen Sie sieben null, zwei null, drei null, vier null an."),
    ("+45 70 20 30 40", "plus vier fünf, sieben null, zwei null, drei null, vier null."),
    ("Tel. 0461 123456", "Telefon null vier sechs eins, eins zwei, drei vier, fünf sechs."),
    ("0461/123456", "null vier sechs eins, eins zwei, drei vier, fünf sechs."),
    (
        "Rufen Sie 112 an oder 116117.",
        "Rufen Sie eins eins zwei an oder eins eins sechs, eins eins sieben.",
    ),
    ("112 Haushalte", "hundertzwölf Haushalte."),
]

QUANTITIES = [
    ("1 l pro Person", "ein Liter pro Person."),
    ("1 Stunde, 1 Person, 1 Liter, 1", "eine Stunde, eine Person, ein Liter, eins."),
    ("100 °C", "hundert Grad."),
    ("2.000 Haushalte", "zweitausend Haushalte."),
    ("2,5 l", "zwei Komma fünf Liter."),
    ("12,50 €", "zwölf Euro und fünfzig Cent."),
    ("20-30 %", "zwanzig bis dreißig Prozent."),
    ("1/2 Stunde, 1/2 l", "eine halbe Stunde, ein halber Liter."),
    ("2 Min. Danach trinken", "zwei Minuten. Danach trinken."),
    ("min. 1 Minute", "mindestens eine Minute."),
    ("3 Std.", "drei Stunden."),
]

WORDS = [
    ("4.–9. Klasse", "vierte bis neunte Klasse."),
    ("in der 4. Klasse", "in der vierten Klasse."),
    ("die 4. bis 9. Klasse", "die vierte bis neunte Klasse."),
    ("Storegade 12A, 2. Stock", "Storegade zwölf A, zweiter Stock."),
    ("Storegade 12A, 6200 Aabenraa", "Storegade zwölf A, sechs zwei null null Aabenraa."),
    ("24937 Flensburg", "zwei vier neun drei sieben Flensburg."),
    ("Wasser, 2000 Haushalte", "Wasser, zweitausend Haushalte."),
    (
        "z.B. Milch, z. B. Wasser, d.h. Essen",
        "zum Beispiel Milch, zum Beispiel Wasser, das heißt Essen.",
    ),
    ("ca. 5 usw. Dann, bzw. Nr. 3", "circa fünf und so weiter. Dann, beziehungsweise Nummer drei."),
    ("und/oder", "und oder."),
    ("IT-Ausfall, SMS", "I T Ausfall, S M S."),
    ("ÜBUNG", "ÜBUNG."),
    ("vand-sv.dk/krise", "vand Bindestrich s v Punkt d k Schrägstrich krise."),
    ("krise@aabenraa.dk", "krise ät aabenraa Punkt d k."),
]


@pytest.mark.parametrize(("written", "spoken"), [*CLOCK, *DATES, *PHONES, *QUANTITIES, *WORDS])
def test_german_is_read_as_people_say_it(written: str, spoken: str) -> None:
    assert speak(written, "de") == spoken
