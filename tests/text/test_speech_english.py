"""English phone texts: what an author writes, and what the voice is given."""

from __future__ import annotations

import pytest

from hub.text.speech import speak
from hub.text.speech.english import English


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (8, "eight"),
        (13, "thirteen"),
        (20, "twenty"),
        (21, "twenty-one"),
        (40, "forty"),
        (99, "ninety-nine"),
        (100, "one hundred"),
        (112, "one hundred and twelve"),
        (999, "nine hundred and ninety-nine"),
        (1000, "one thousand"),
        (1005, "one thousand and five"),
        (1234, "one thousand two hundred and thirty-four"),
        (12_300, "twelve thousand three hundred"),
        (1_000_000, "one million"),
        (
            999_999_999,
            "nine hundred and ninety-nine million nine hundred and ninety-nine thousand "
            "nine hundred and ninety-nine",
        ),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert English().cardinal(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "first"),
        (2, "second"),
        (3, "third"),
        (4, "fourth"),
        (5, "fifth"),
        (8, "eighth"),
        (9, "ninth"),
        (12, "twelfth"),
        (20, "twentieth"),
        (21, "twenty-first"),
        (30, "thirtieth"),
        (100, "one hundredth"),
        (112, "one hundred and twelfth"),
    ],
)
def test_ranks_in_words(number: int, words: str) -> None:
    assert English().ordinal(number) == words


CLOCK = [
    ("at 13:30", "at thirteen thirty."),
    ("at 13.30", "at thirteen thirty."),
    ("13:00", "thirteen hundred."),
    ("10:00", "ten o'clock."),
    ("12:00", "twelve noon."),
    ("8:05", "eight oh five."),
    ("00:15", "fifteen minutes past midnight."),
    ("0:01", "one minute past midnight."),
    ("24:00", "midnight."),
    ("1:30 pm", "one thirty p m."),
    ("1.30pm", "one thirty p m."),
    ("1:05 a.m.", "one oh five a m."),
    ("1 p.m. Then go home.", "one p m. Then go home."),
    ("8 am-4 pm", "eight a m to four p m."),
    ("8-10 pm", "eight to ten p m."),
    ("8:00–16:30", "eight o'clock to sixteen thirty."),
    ("from 8 to 16", "from eight to sixteen."),
    ("Mon-Fri 8:00-16:00", "Monday to Friday eight o'clock to sixteen hundred."),
    ("the cat sat 5 times", "the cat sat five times."),
    ("13.30 kr.", "thirteen kroner and thirty øre."),
    ("24/7", "twenty-four seven."),
]

DATES = [
    ("21 November", "the twenty-first of November."),
    ("the 21st of November", "the twenty-first of November."),
    (
        "on Saturday 21 November 2026 at 13:30",
        "on Saturday the twenty-first of November twenty twenty-six at thirteen thirty.",
    ),
    ("November 21, 2026", "the twenty-first of November twenty twenty-six."),
    ("November 21", "the twenty-first of November."),
    ("Sat 21/11", "Saturday the twenty-first of November."),
    ("21/11/2026", "the twenty-first of November twenty twenty-six."),
    ("21.11.2026", "the twenty-first of November twenty twenty-six."),
    ("2026-11-21", "the twenty-first of November twenty twenty-six."),
    ("21-23 November", "the twenty-first to the twenty-third of November."),
    (
        "28 November - 2 December 2026",
        "the twenty-eighth of November to the second of December twenty twenty-six.",
    ),
    ("in 2026", "in twenty twenty-six."),
    ("in 2005", "in two thousand and five."),
    ("since 1900", "since nineteen hundred."),
    ("in 2000 homes", "in two thousand homes."),
    ("4th-9th grade", "fourth to ninth grade."),
    ("the 2nd floor", "the second floor."),
]

PHONES = [
    ("Call 70 20 30 40.", "Call seven zero, two zero, three zero, four zero."),
    ("70203040", "seven zero, two zero, three zero, four zero."),
    ("+45 70 20 30 40", "plus four five, seven zero, two zero, three zero, four zero."),
    ("+49 461 123456", "plus four nine, four six one, one two, three four, five six."),
    ("020 7946 0958", "zero two zero, seven nine four six, zero nine five eight."),
    ("Call 112, or 114 or 1813.", "Call one one two, or one one four or one eight one three."),
    ("112 households", "one hundred and twelve households."),
    ("116117", "one one six, one one seven."),
]

QUANTITIES = [
    ("3 l per person", "three litres per person."),
    ("1 l", "one litre."),
    ("2.5 l", "two point five litres."),
    ("100 °C", "one hundred degrees."),
    ("2,000 households", "two thousand households."),
    ("20-30%", "twenty to thirty percent."),
    ("-5 °C", "minus five degrees."),
    ("12.50 kr.", "twelve kroner and fifty øre."),
    ("€5 or £2.50", "five euros or two pounds and fifty pence."),
    ("1/2 l", "half a litre."),
    ("1/2 hour", "half an hour."),
    ("at least 1 min.", "at least one minute."),
    ("min. 3 litres", "at least three litres."),
    ("5-year-olds", "five-year-olds."),
]

WORDS = [
    ("Storegade 12A, 6200 Aabenraa", "Storegade twelve A, six two zero zero Aabenraa."),
    ("approx. 5 etc. Then", "approximately five and so on. Then."),
    ("e.g. milk, i.e. food, no. 5", "for example milk, that is food, number five."),
    ("There is no. Water is off", "There is no. Water is off."),
    ("I am.", "I am."),
    ("and/or", "and or."),
    ("school/SFO", "school or S F O."),
    ("it is IT", "it is I T."),
    ("don’t drink & boil!", "don't drink and boil."),
    ("aabenraa.dk/krise", "aabenraa dot d k slash krise."),
    ("a-b.example.com", "a hyphen b dot example dot com."),
    ("krise@aabenraa.dk", "krise at aabenraa dot d k."),
]


@pytest.mark.parametrize(("written", "spoken"), [*CLOCK, *DATES, *PHONES, *QUANTITIES, *WORDS])
def test_english_is_read_as_people_say_it(written: str, spoken: str) -> None:
    assert speak(written, "en") == spoken
