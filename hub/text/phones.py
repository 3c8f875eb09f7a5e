"""Reading one cell of a recipient list as a phone number, or saying why it is none.

Two mistakes are possible and both do harm: a number refused is a person not told, a number
guessed is a stranger told. So a cell is accepted where it has one reading, and refused with a
reason a person can act on where it has two.

Validity is libphonenumber's, with two departures for Denmark. Its metadata since 9.0 refuses
every number whose third digit is 0 in most series; where the Danish authority has set the
series aside for mobile phones the number is accepted with a warning. And it accepts freephone
and premium numbers, which receive no SMS.

Landlines cannot be told from mobiles in Denmark, so they are accepted: the gateway says later.
Abroad they are accepted with a warning, since ported numbers exist there too.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberType, ValidationResult

from hub.text import phone_cells


class Kind(StrEnum):
    """What a cell turned out to be; the first four are accepted."""

    OK = "ok"
    MOBILE_SERIES = "mobile_series"
    SERVICE_NUMBER = "service_number"
    FOREIGN_LANDLINE = "foreign_landline"
    EMPTY = "empty"
    PLACEHOLDER = "placeholder"
    LETTERS = "letters"
    NOT_A_NUMBER = "not_a_number"
    SCIENTIFIC_LOSSY = "scientific_lossy"
    TWO_NUMBERS = "two_numbers"
    SHORT_NUMBER = "short_number"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    INVALID_RANGE = "invalid_range"
    PREMIUM_RATE = "premium_rate"
    TOLL_FREE = "toll_free"
    M2M = "m2m"
    PLUS_WITHOUT_CC = "plus_without_cc"
    INVALID_COUNTRY = "invalid_country"
    NATIONAL_FOREIGN = "national_foreign"
    AMBIGUOUS_COUNTRY = "ambiguous_country"


@dataclass(frozen=True)
class Accepted:
    """A number to send to, as E.164. `kind` is "ok", or says what `warning` is about."""

    e164: str
    kind: Kind = Kind.OK
    warning: str | None = None


@dataclass(frozen=True)
class Rejected:
    """A cell that is no recipient. `reason` tells the operator what to do and quotes no digit."""

    kind: Kind
    reason: str


_WARNINGS = {
    Kind.MOBILE_SERIES: "In a Danish mobile series, but unknown to the table of numbers in use. "
    "It is sent to; check it if it fails.",
    Kind.SERVICE_NUMBER: "A 70 number is a company's service line and seldom receives SMS. "
    "Ask for a mobile number.",
    Kind.FOREIGN_LANDLINE: "A landline abroad, which seldom receives SMS. Ask for a mobile number.",
}
_ASK = "Ask the person and correct the cell."
_REASONS = {
    Kind.EMPTY: "The cell is empty. Find the number, or reach this person another way.",
    Kind.PLACEHOLDER: "A filler and no number. Find the number, or reach this person another way.",
    Kind.LETTERS: "There are letters among the digits. Leave only the number in the cell, and put "
    "names and notes in a column of their own; check for the letter O in place of a zero.",
    Kind.NOT_A_NUMBER: "This cannot be read as a phone number. Type it again with digits only.",
    Kind.SCIENTIFIC_LOSSY: "The spreadsheet has rounded this number and digits are lost. Go back "
    "to the source, format the column as text and export again.",
    Kind.TWO_NUMBERS: "There is more than one number in the cell. Give each a row of its own.",
    Kind.SHORT_NUMBER: "A short number such as 112 is a service and never a recipient. " + _ASK,
    Kind.TOO_SHORT: "Too few digits: a Danish number has 8. " + _ASK,
    Kind.TOO_LONG: "Too many digits: a Danish number has 8. " + _ASK,
    Kind.INVALID_RANGE: "Not a valid number: its series is not in use. " + _ASK,
    Kind.PREMIUM_RATE: "A premium-rate number cannot receive SMS. Ask for a mobile number.",
    Kind.TOLL_FREE: "A freephone or service number cannot receive SMS. Ask for a mobile number.",
    Kind.M2M: "A 12-digit number belongs to a machine, not to a person. " + _ASK,
    Kind.PLUS_WITHOUT_CC: "The plus (or 00) stands before 8 digits without a country code. If the "
    "number is Danish, write +45 before it.",
    Kind.INVALID_COUNTRY: "There is no country with this country code. " + _ASK,
    Kind.NATIONAL_FOREIGN: "It begins with 0 like a foreign number without its country code. "
    "Write plus and the country code instead of the 0.",
    Kind.AMBIGUOUS_COUNTRY: "It looks like a foreign number without the plus. If so, write the "
    "plus before the country code.",
}
_CPR_REASON = (
    "Ten digits that may be a civil registration (CPR) number, not a phone number. "
    "Take it out of the list."
)
_DATE_REASON = "A date, not a phone number. Check that the columns have not been swapped."

# "Den samlede danske nummerplan", the Danish authority SDFI: series set aside mainly for mobiles.
_MOBILE_SERIES = re.compile(
    r"(?:2\d|3[01]|4[0-2]|5[0-3]|6[01]|71|81|9[1-3]"
    r"|34[24-9]|35[679]|36[256]|389|398"
    r"|431|441|46[268]|47[2468]|48[5689]|49[345689]"
    r"|54[235]|55[126]|57[1-479]|58[4679]|59[78]"
    r"|62[79]|64[19]|658|66[23457]|69[2347]"
    r"|77[12]|78[235689]|82[679])\d+",
    re.ASCII,
)


def _pattern(kind: str) -> str:
    metadata = PhoneMetadata.metadata_for_region("DK")
    assert metadata is not None  # part of every release of the library
    return f"(?:{getattr(metadata, kind).national_number_pattern})"


_DANISH_VALID = re.compile(f"{_pattern('fixed_line')}|{_pattern('mobile')}", re.ASCII)
_DANISH_TOLL_FREE = re.compile(_pattern("toll_free"), re.ASCII)
_DANISH_PREMIUM = re.compile(_pattern("premium_rate"), re.ASCII)
_CLEAN_DANISH = re.compile(rf"(?:(?:\+|00)?45)?({_DANISH_VALID.pattern})", re.ASCII)

_EIGHT_DIGITS = re.compile(r"\d{8}", re.ASCII)

_SHORT = re.compile(r"1\d{2,5}", re.ASCII)  # every Danish short number begins with 1
# A date of birth and four digits; the authorities add 60 to the day of a substitute number.
_CPR = re.compile(r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])(?:0[1-9]|1[0-2])\d{6}", re.ASCII)
_NUMBER = re.compile(r"(?P<international>\+{1,2}(?:00)?|00\+?)?(?P<digits>\d+)", re.ASCII)
# `+45 (0)20..`: the zero for callers within the country, which only Italy keeps.
_TRUNK_ZERO = re.compile(r"(\(?(?:\+|00)\(?(?!39\b)[1-9]\d{0,2}\)?)\(0\)", re.ASCII)
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_LONGEST_CELL = 200

_REFUSED_TYPES = {
    PhoneNumberType.TOLL_FREE: Kind.TOLL_FREE,
    PhoneNumberType.SHARED_COST: Kind.TOLL_FREE,
    PhoneNumberType.UAN: Kind.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: Kind.PREMIUM_RATE,
    PhoneNumberType.PAGER: Kind.INVALID_RANGE,
    PhoneNumberType.VOICEMAIL: Kind.INVALID_RANGE,
}


def read_cell(raw: str, region: str = "DK") -> Accepted | Rejected:
    """The number in a cell as E.164, or why there is none that can be trusted.

    `region` is the ISO 3166 code of the country whose numbers stand without a country code.
    Any text is answered; an unknown region raises ValueError.
    """
    if region == "DK":
        spaceless = raw.replace(" ", "")
        clean = _CLEAN_DANISH.fullmatch(spaceless)
        if clean and clean[1][:2] != "70" and clean[1] != clean[1][0] * 8:
            return Accepted(f"+45{clean[1]}")
        if _EIGHT_DIGITS.fullmatch(spaceless) and _MOBILE_SERIES.fullmatch(spaceless):
            return _read_danish(spaceless)
    elif region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"{region!r} is no region code: use two capital letters such as 'DK'.")
    return _read_slowly(raw, region)


def is_short_number(text: str) -> bool:
    """Whether `text` is a Danish short number (112, 114, 1813, 116117 ...), however grouped."""
    return bool(_SHORT.fullmatch(re.sub(r"[ \xa0.\-]", "", text)))


def grouped(e164: str) -> str:
    """The number as people read it: `70 20 30 40` in Denmark, `+49 170 1234567` abroad.

    Anything that is not E.164 (a short number, say) comes back as it is.
    """
    if not _E164.fullmatch(e164):
        return e164
    if e164.startswith("+45") and len(e164) == 11:
        return " ".join(e164[at : at + 2] for at in range(3, 11, 2))
    try:
        parsed = phonenumbers.parse(e164, None)
    except NumberParseException:
        return e164
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _rejected(kind: Kind, reason: str | None = None) -> Rejected:
    return Rejected(kind, reason or _REASONS[kind])


def _accepted(e164: str, kind: Kind) -> Accepted:
    return Accepted(e164, kind, _WARNINGS.get(kind))


def _read_slowly(raw: str, region: str) -> Accepted | Rejected:
    """The whole reading; `read_cell` only shortens the way for numbers without any trap."""
    text = phone_cells.plain(raw)
    if not text.strip("'`\"= "):
        return _rejected(Kind.EMPTY)
    if len(text) > _LONGEST_CELL:
        return _rejected(Kind.NOT_A_NUMBER)
    text = phone_cells.unwrapped(text)
    if phone_cells.is_placeholder(text):
        return _rejected(Kind.PLACEHOLDER)
    if phone_cells.is_date(text):
        return _rejected(Kind.INVALID_RANGE, _DATE_REASON)
    digits = phone_cells.scientific_digits(text)
    if digits is not None:
        return _read_scientific(digits, region)
    if phone_cells.holds_several(text):
        return _rejected(Kind.TWO_NUMBERS)
    text = phone_cells.unlabelled(text)
    if phone_cells.is_placeholder(text):
        return _rejected(Kind.PLACEHOLDER)
    if any(map(str.isalpha, text)):
        return _rejected(Kind.LETTERS)
    return _read_number(phone_cells.without_decimals(text), region)


def _read_scientific(digits: str, region: str) -> Accepted | Rejected:
    result = _read_digits(digits, region) if digits else _rejected(Kind.SCIENTIFIC_LOSSY)
    told = (Kind.PREMIUM_RATE, Kind.TOLL_FREE, Kind.PLACEHOLDER)
    if isinstance(result, Accepted) or result.kind in told:
        return result
    return _rejected(Kind.SCIENTIFIC_LOSSY)


def _read_number(text: str, region: str) -> Accepted | Rejected:
    """A number with its separators: only digits, plus, brackets and what groups them."""
    if phone_cells.is_decimal_fraction(text):
        return _rejected(Kind.NOT_A_NUMBER)
    compact = _TRUNK_ZERO.sub(r"\1", re.sub(r"[ ./,'_\-]", "", text))
    found = _NUMBER.fullmatch(re.sub(r"[()]", "", compact))
    if not found:
        return _rejected(Kind.NOT_A_NUMBER)
    if found["international"]:
        return _read_international(found["digits"])
    return _read_digits(found["digits"], region)


def _read_international(digits: str) -> Accepted | Rejected:
    """Digits that follow a plus or 00."""
    if digits.startswith("45"):
        return _read_danish(digits[2:], "+45 and ")
    if len(digits) == 8 and digits[0] in "23456789":
        return _rejected(Kind.PLUS_WITHOUT_CC)
    return _by_library(f"+{digits}", None)


def _read_digits(digits: str, region: str) -> Accepted | Rejected:
    """Digits without plus or 00: a national number, or one whose plus was left out."""
    if region != "DK":
        return _by_library(digits, region)
    if digits.startswith("45") and len(digits) >= 10:
        return _read_danish(digits[2:], "45 and ")
    if digits.startswith("0") and len(digits) > 8:
        return _rejected(Kind.NATIONAL_FOREIGN)
    result = _read_danish(digits)
    if isinstance(result, Accepted) or result.kind is not Kind.TOO_LONG:
        return result
    if _CPR.fullmatch(digits):
        return _rejected(Kind.TOO_LONG, _CPR_REASON)
    abroad = _by_library(f"+{digits}", None)
    return _rejected(Kind.AMBIGUOUS_COUNTRY) if isinstance(abroad, Accepted) else result


def _read_danish(national: str, before: str = "") -> Accepted | Rejected:
    """A national Danish number of any length; `before` names what was taken off."""
    if _SHORT.fullmatch(national):
        return _rejected(Kind.SHORT_NUMBER)
    if len(national) == 12 and national.startswith("37"):
        return _rejected(Kind.M2M)
    if len(national) != 8:
        kind = Kind.TOO_SHORT if len(national) < 8 else Kind.TOO_LONG
        return _rejected(kind, f"{before}{len(national)} digits: a Danish number has 8. {_ASK}")
    if phone_cells.is_placeholder(national):
        return _rejected(Kind.PLACEHOLDER)
    if _DANISH_TOLL_FREE.fullmatch(national):
        return _rejected(Kind.TOLL_FREE)
    if _DANISH_PREMIUM.fullmatch(national):
        return _rejected(Kind.PREMIUM_RATE)
    if _DANISH_VALID.fullmatch(national):
        service = national.startswith("70")
        return _accepted(f"+45{national}", Kind.SERVICE_NUMBER if service else Kind.OK)
    if _MOBILE_SERIES.fullmatch(national):
        return _accepted(f"+45{national}", Kind.MOBILE_SERIES)
    return _rejected(Kind.INVALID_RANGE)


def _by_library(text: str, region: str | None) -> Accepted | Rejected:
    """libphonenumber's verdict on digits, with a plus or in the format of `region`."""
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as error:
        no_country = error.error_type == NumberParseException.INVALID_COUNTRY_CODE
        too_long = error.error_type == NumberParseException.TOO_LONG
        short = Kind.TOO_LONG if too_long else Kind.TOO_SHORT
        return _outside_denmark(Kind.INVALID_COUNTRY if no_country else short)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_valid_number(number) or not _E164.fullmatch(e164):
        length = phonenumbers.is_possible_number_with_reason(number)
        kinds = {
            ValidationResult.TOO_SHORT: Kind.TOO_SHORT,
            ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Kind.TOO_SHORT,
            ValidationResult.TOO_LONG: Kind.TOO_LONG,
        }
        return _outside_denmark(kinds.get(length, Kind.INVALID_RANGE))
    kind = phonenumbers.number_type(number)
    if kind in _REFUSED_TYPES:
        return _rejected(_REFUSED_TYPES[kind])
    landline = kind == PhoneNumberType.FIXED_LINE
    return _accepted(e164, Kind.FOREIGN_LANDLINE if landline else Kind.OK)


def _outside_denmark(kind: Kind) -> Rejected:
    words = {Kind.TOO_SHORT: "Too few digits", Kind.TOO_LONG: "Too many digits"}
    if kind in words:
        return _rejected(kind, f"{words[kind]} for a number in that country. {_ASK}")
    return _rejected(kind)
