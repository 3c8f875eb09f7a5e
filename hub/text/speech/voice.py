"""What a language must say of itself before a text in it can be read aloud.

A language is one module holding one subclass of `Voice`: tables of words, and the few methods in
which languages differ too much for a table (numbers, ordinals, clock times, dates). The steps that
walk through a text (`addresses`, `telephones`, `moments`, `quantities`, `words`) know no language.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import ClassVar, Final

from hub.text.speech.tables import Currency, Unit

LARGEST: Final = 999_999_999
"""The largest number said as a quantity; longer ones are read digit by digit."""

LATIN_VOWELS: Final = "AEIOUYÆØÅÄÖÜĂÂÎĄĘÓÉÈÁÀ"


@dataclass(frozen=True)
class Clock:
    """A time as written. `minute` is None where only an hour stood there ("kl. 8").

    `half` is "a m" or "p m" where the text used a twelve-hour clock, else empty.
    """

    hour: int
    minute: int | None = None
    half: str = ""


@dataclass(frozen=True)
class Day:
    """A date as written; `year` is None where the text gave none."""

    day: int
    month: int
    year: int | None = None


def alternatives(words: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest first."""
    return _alternatives(tuple(words))


@cache
def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def ends_sentence(rest: str) -> bool:
    """Whether what follows a full stop begins a new sentence: a capital, a letter of a script without capitals, or
    nothing at all."""
    following = rest.lstrip(" \"'«»“”„(*_")
    return not following or following[0] == "\n" or _may_begin(following[0])


def _may_begin(letter: str) -> bool:
    return letter.isupper() or (letter.isalpha() and letter.lower() == letter.upper())


def kept_stop(match: re.Match[str]) -> str:
    """The full stop of a swallowed abbreviation, where it also ended the sentence."""
    swallowed = match[0].endswith(".")
    return "." if swallowed and ends_sentence(match.string[match.end() :]) else ""


class Voice(ABC):
    """One language's words and habits. See the module's docstring."""

    code: ClassVar[str]
    characters_per_second: ClassVar[float]

    digits: ClassVar[tuple[str, ...]]
    """Zero to nine as said when a number is read digit by digit."""
    decimal_mark: ClassVar[str] = ","
    thousands_mark: ClassVar[str] = "."
    comma: ClassVar[str]
    """The word for the decimal mark."""
    before_comma: ClassVar[str] = ""
    """The gender of a whole number before its decimals."""
    year_near: ClassVar[str] = r"(?!)"
    """Words after which 1900 to 2099 is a year."""
    minus: ClassVar[str]
    plus: ClassVar[str]
    to: ClassVar[str]
    """The word between the ends of a range."""

    months: ClassVar[Mapping[str, int]]
    """Month names and their abbreviations without a full stop, lower case."""
    weekdays: ClassVar[Mapping[str, str]] = {}
    """Abbreviations of weekdays, lower case, to their full names; said so before any number."""
    weekday_words: ClassVar[Mapping[str, str]] = {}
    """Those that are also ordinary words ("man", "sat"): weekdays in ranges and before dates."""
    weekdays_capital: ClassVar[bool] = False
    """Whether weekdays and their abbreviations are always capitalised."""
    day_dot: ClassVar[str] = r"\.?"
    """What may stand between a day's digits and the month's name."""

    day_dot_closes: ClassVar[bool] = False
    """Whether `21.11.` is a date."""
    date_from: ClassVar[str] = r"(?!)"
    """Words that begin a range of dates (`od 2 do 3 maja`)."""
    date_near: ClassVar[str] = r"(?!)"
    """Words after which `21.11` is a date rather than a time."""
    month_first: ClassVar[bool] = False
    """Whether `November 21` is also written."""

    clock_lead: ClassVar[str]
    """Words after which a bare number is a time; swallowed, `times` says them."""
    clock_near: ClassVar[str]
    """Words after which `13.30` is a time; left where they stand."""
    clock_tail: ClassVar[str] = r"(?!)"
    """Words which make the number before them a time; swallowed."""
    half_days: ClassVar[bool] = False
    """Whether `am` and `pm` belong to a time."""
    dotted_times: ClassVar[bool] = True
    """Whether `13.30` with nothing beside it is a time."""

    phones_in_pairs: ClassVar[bool] = False
    """Eight-digit numbers as four two-digit numbers; else digit by digit in twos."""
    call_words: ClassVar[tuple[str, ...]]
    """Words after which a number of three to six digits is one to dial."""
    short_numbers: ClassVar[frozenset[str]] = frozenset({"112", "114", "1813"})
    counted: ClassVar[tuple[str, ...]] = ()
    """Things people count: before these, 112 is a quantity after all."""
    counted_genders: ClassVar[Mapping[str, str]] = {}
    """Genders of nouns (and of forms of a unit's name) that `units` does not have."""
    nouns: ClassVar[Mapping[str, Unit]] = {}
    """Nouns that take another form with their number, by every form in which they may be written."""
    before_noun: ClassVar[str] = ""
    """What may stand between a number and its noun ("de ")."""
    again: ClassVar[str]
    """What stands between a phone number and its repetition."""

    web: ClassVar[Mapping[str, str]]
    """Words for `.`, `/`, `-`, `_`, `@`, `?`, `=`, `&`, `#`, `%`, `:`, `+`, `~` in an address."""
    said_domains: ClassVar[frozenset[str]] = frozenset({"info"})
    """Top-level domains said as a word; all others are spelled."""

    units: ClassVar[Mapping[str, Unit]]
    """By symbol. A full stop after the symbol is allowed and swallowed."""
    currencies: ClassVar[Mapping[str, Currency]]
    per: ClassVar[str]
    """The slash between a unit and what it is counted by."""
    signs: ClassVar[Mapping[str, str]]
    """Words for `~`, `<`, `>`, `#` before a number and `×` (also written x) between two."""
    symbols: ClassVar[Mapping[str, str]]
    """Words for single characters, wherever they stand."""
    and_word: ClassVar[str]
    both_or_either: ClassVar[Mapping[str, str]] = {}
    """Fixed pairs such as `og/eller`."""
    or_word: ClassVar[str]
    """The slash between two words."""

    abbreviations: ClassVar[Mapping[str, str]]
    """`nr.` needs its full stop, `ca` is taken with or without one."""
    closing: ClassVar[frozenset[str]] = frozenset()
    """Abbreviations whose full stop also ends the sentence when a capital follows."""
    numbered: ClassVar[Mapping[str, str]] = {}
    """Abbreviations that count only before a number (`no 5`); `min.` needs its full stop."""
    sentence_abbreviations: ClassVar[frozenset[str]] = frozenset()
    """Abbreviations handled elsewhere (`kl`) whose full stop never ends a sentence."""
    initialisms: ClassVar[frozenset[str]] = frozenset()
    """Capital letters with a vowel among them that are spelled all the same."""
    small_initialisms: ClassVar[frozenset[str]] = frozenset()
    """Those which are also spelled when written in small letters."""
    vowels: ClassVar[str] = LATIN_VOWELS
    postcode_pattern: ClassVar[str] = r"(?!)(?P<code>)"
    """A regular expression whose group `code` is a postcode's digits."""
    fractions: ClassVar[Mapping[str, str]]
    """By `1/2`, `1/4`, `3/4` ...; read so before a unit only, elsewhere they may be dates."""

    @abstractmethod
    def cardinal(self, number: int, gender: str = "") -> str:
        """The number in words, 0 to `LARGEST`; `gender` as in the language's units."""

    @abstractmethod
    def ordinal(self, number: int) -> str:
        """The number as a rank, in the form used before a noun with nothing else known."""

    @abstractmethod
    def clock(self, hour: int, minute: int) -> str:
        """A time of the 24-hour clock without a leading "at"; minute 0 is not said."""

    @abstractmethod
    def date(self, day: Day, before: str) -> str:
        """A date in words; `before` is the text in front of it (an article, a preposition)."""

    def form(self, number: int | None) -> int:
        """Index into `Unit.forms`; None stands for a number with decimals."""
        return 0 if number == 1 else 1

    def counted_unit(self, words: str, number: int | None, form: str) -> str:
        """A number in words and the unit's form that fits it; None is a number with decimals."""
        return f"{words} {form}"

    def inflected(self, number: int, gender: str, before: str) -> str:
        """The number as it stands behind `before`, whose last word may ask for a case."""
        return self.cardinal(number, gender)

    def measured(self, number: int, unit: Unit, before: str) -> str:
        """A number and its unit behind `before`."""
        form = unit.forms[min(self.form(number), len(unit.forms) - 1)]
        return self.counted_unit(self.inflected(number, unit.gender, before), number, form)

    def between(self, low: int, high: int, noun: str, before: str) -> str:
        """`2-5` and the noun behind it (or an empty one)."""
        gender = self.gender_before(noun) if noun else ""
        said = f"{self.cardinal(low, gender)} {self.to} {self.cardinal(high, gender)}"
        return f"{said} {noun}".rstrip()

    def tells_time(self, tail: str, first: Clock, second: Clock | None, before: str) -> bool:
        """Whether a word of `clock_tail` makes these numbers times, and not so many hours."""
        return True

    def fraction(self, written: str, gender: str) -> str:
        """`1/2` in words before a unit of the gender."""
        return self.fractions[written]

    @cached_property
    def measures(self) -> str:
        """A regular expression for any unit, as a symbol or as a word."""
        return alternatives({*self.units, *self.currencies, *self.spoken_units})

    @cached_property
    def spoken_units(self) -> Mapping[str, Unit]:
        """Units by the words they are spoken with."""
        return {form: unit for unit in self.units.values() for form in unit.forms}

    def gender_before(self, word: str) -> str:
        """The gender of a number in front of this word."""
        unit = self.spoken_units.get(word)
        return unit.gender if unit else self.counted_genders.get(word, "")

    def year(self, year: int) -> str:
        """A year in words, as said in a date."""
        return self.cardinal(year)

    def postcode(self, digits: str) -> str:
        """A four- or five-digit postcode as said in this language."""
        return self.spell_digits(digits)

    def times(self, lead: str, first: Clock, second: Clock | None, before: str) -> str:
        """One time, or two as a range. `lead` is the word of `clock_lead` as written, if any."""
        parts = [self._clock(first)]
        if second is not None:
            parts += [self.to, self._clock(second)]
        return " ".join(parts)

    def _clock(self, time: Clock) -> str:
        if time.minute is None and not time.half:
            return self.cardinal(time.hour)
        return self.clock(time.hour, time.minute or 0)

    def dates(self, first: Day, second: Day, before: str) -> str:
        """A range of dates; where only the last names month or year the first has the same."""
        return f"{self.date(first, before)} {self.to} {self.date(second, before)}"

    def ordinals(self, text: str) -> str:
        """Put written ordinals (`4.`, `4th`) into words. Languages without any return the text."""
        return text

    def places(self, text: str) -> str:
        """Put the parts of a street address (floor, door) into words."""
        return text

    def polish(self, text: str) -> str:
        """A last look at the words, after all numbers are said."""
        return text

    def spell_digits(self, digits: str) -> str:
        """Digit by digit, with nothing between."""
        return " ".join(self.digits[int(digit)] for digit in digits)

    def whole(self, digits: str, gender: str = "") -> str:
        """A run of digits as a number; digit by digit where it is no plain number."""
        if (len(digits) > 1 and digits.startswith("0")) or int(digits) > LARGEST:
            return self.spell_digits(digits)
        return self.cardinal(int(digits), gender)
