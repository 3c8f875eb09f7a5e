"""What stands around the number in a cell of a municipal list, and how to take it away.

Spreadsheets, web forms and mail programs leave invisible characters, quotes, formulas, labels
and decimals in a cell. These functions undo what has one reading only; `phones` then judges
the number that is left.
"""

import re
import unicodedata

_LABELS = (
    "mobiltelefonnummer|mobiltelefon|mobilnummer|mobilnr|mobiltlf|mobil|mobile|mob|"
    "telefonnummer|telefonnr|telefon|telephone|tlfnummer|tlfnr|tlf|tel|tlph|"
    "phonenumber|phone|cellphone|cell|handynummer|handynr|handy|callto|sms|"
    "nummer|number|nr|privat|private|arbejde|work|hjemme|hjem|home|fastnet"
)
_LABEL_FIRST = re.compile(
    rf"(?:(?:(?:{_LABELS})(?![^\W\d_])|[mt](?=\s*[.:])|[☎✆☏📞📱📲])[\s.:/=()\-]*)+", re.IGNORECASE
)
_LABEL_LAST = re.compile(rf"(?<![^\W\d_])[\s(,\-]*\b(?:{_LABELS})[\s.)]*$", re.IGNORECASE)

_PLACEHOLDER = re.compile(
    "x+|na|it|ref|value|værdi|num|tal|navn|name|null?|none|nil|nan|div0|undefined|false|true|tbd|"
    "ingen|intet|mangler|ukendt|uoplyst|ikkeoplyst|oplysesikke|ingen(?:tlf|telefon|mobil|nummer)|"
    "harikke|vedikke|nej|udgået|slettet|tom|blank|hemmeligt?|hemmeligt(?:nr|nummer)|"
    "unknown|missing|nonumber|notknown|notavailable|test|keine|unbekannt|ka"
)
_COUNTED_UP = frozenset(["12345678", "123456789", "1234567890", "0123456789", "01234567"])
_ONE_DIGIT = re.compile(r"0+|(\d)\1{4,}")

_NUMBERED_DATE = re.compile(
    r"(?:(?P<year>\d{4})(?P<a>[-./])(?P<m1>\d\d?)(?P=a)(?P<d1>\d\d?)"
    r"|(?P<d2>\d\d?)(?P<b>[-./])(?P<m2>\d\d?)(?P=b)(?P<late>\d{4}|\d\d))"
    r"(?:[ T]+\d\d?[:.]\d\d(?:[:.]\d\d(?:\.\d+)?)?Z?)?"
)
_SCIENTIFIC = re.compile(r"\+?(\d+)(?:[.,](\d*))? ?[eE] ?([+-]?) ?(\d+)")
_ZERO_DECIMALS = re.compile(
    r"(\+?(?:\d{8,15}|\d{1,3}(?:\.\d{3})+(?=,)|\d{1,3}(?:,\d{3})+(?=\.)|\d{1,3}(?: \d{3})+))[.,]0+"
)

_BETWEEN_NUMBERS = re.compile(r"[^\d\s().+_\-]+|(?<=\d)[\s.\-]*(?=\+)")
_ALTERNATIVE_ENDING = re.compile(
    r"\D*(?:\d[^\d/&;|\\]*){8,}(?:[/&;|\\]|\b(?:og|eller|and|or|und|oder)\b)\D*\d",
    re.IGNORECASE,
)
_MOST_DIGITS = 48  # more are several numbers in any reading; it also bounds the pattern's work
_DANISH_IN_A_ROW = re.compile(r"(?:(?:00)?(?:45)?[2-9]\d{7}){2,}")

_LOOKS_LIKE: dict[str, str] = {
    **dict.fromkeys("−⁃﹣－", "-"),
    **dict.fromkeys("＋﹢", "+"),
    **dict.fromkeys("·•∙・．。｡", "."),
    **dict.fromkeys("⁄∕／", "/"),
    **dict.fromkeys("´`′″ʹʺʼ＇＂", "'"),
    **dict.fromkeys("（﴾", "("),
    **dict.fromkeys("）﴿", ")"),
    **dict.fromkeys("，、", ","),
    **dict.fromkeys("：", ":"),
    **dict.fromkeys("；", ";"),
    **dict.fromkeys("\u2800\u115f\u1160\u3164\uffa0", " "),  # blank, though not spaces to Unicode
    "\u034f": "",
}
_BY_CATEGORY = {"Pd": "-", "Pi": "'", "Pf": "'", "Zs": " ", "Zl": " ", "Zp": " ", "Cf": ""}
_ESCAPED_CONTROL = re.compile(r"_x00(?:[01][0-9A-F]|20|A0)_", re.IGNORECASE)


def plain(raw: str) -> str:
    """`raw` with what nobody can see removed and look-alikes made ASCII, single-spaced.

    Decimal digits of every script become 0-9 (`٢`, `２`); superscripts and circled digits are
    no decimal digits and stay, to be refused.
    """
    text = _ESCAPED_CONTROL.sub(" ", raw)  # how XLSX writes a control character
    if not text.isascii():
        text = text.replace("Â\xa0", " ").removeprefix("ï»¿")  # UTF-8 once read as Windows-1252
        text = "".join(map(_plain_character, text))
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if "\ufe00" <= character <= "\ufe0f":  # variation selectors, after a telephone sign
        return ""
    alike = _LOOKS_LIKE.get(character)
    return _BY_CATEGORY.get(unicodedata.category(character), character) if alike is None else alike


def unwrapped(text: str) -> str:
    """Plain text without quotes, brackets, `="..."` and stray punctuation around it."""
    return text.strip("'`\" ").removeprefix("=").strip("'`\"<>[]{}|,;:. ")


def unlabelled(text: str) -> str:
    """Without `tlf.:`, `Mobil`, `tel:` before the number or `(privat)` after it.

    A label says what kind of number it is and nothing of whose. Any other word may (`mor`,
    `lok. 12`, `gammelt nr`), so those stay and the cell is refused for a person to read.
    """
    found = _LABEL_FIRST.match(text)
    rest = text[found.end() :] if found else text
    return unwrapped(_LABEL_LAST.sub("", rest))


def is_placeholder(text: str) -> bool:
    """Whether somebody filled the cell because it had to be filled: `-`, `n/a`, `99999999`."""
    digits = re.sub(r"\D", "", text)
    if digits and not re.search(r"[^\W\d_]", text):
        return bool(_ONE_DIGIT.fullmatch(digits)) or digits in _COUNTED_UP
    key = re.sub(r"[\W_]+", "", text.casefold())
    return not key or bool(_PLACEHOLDER.fullmatch(key))


def is_date(text: str) -> bool:
    """Whether the cell is a calendar date with separators, alone or with a time of day.

    `21-05-1975` has eight digits and would be a mobile number. With spaces between the
    groups it is read as a number, since that is how numbers and not dates are written.
    """
    found = _NUMBERED_DATE.fullmatch(text)
    if not found:
        return False
    year = found["year"] or found["late"]
    one, other = sorted((int(found["m1"] or found["m2"]), int(found["d1"] or found["d2"])))
    return 1 <= one <= 12 and other <= 31 and (len(year) == 2 or "1900" <= year <= "2099")


def scientific_digits(text: str) -> str | None:
    """The digits of a number in scientific notation; "" if some were rounded away.

    None where `text` is no scientific notation. `4.520123456E+09` still has all its digits,
    `4.52012E+09` has lost four and could be any of ten thousand people.
    """
    found = _SCIENTIFIC.fullmatch(text)
    if not found:
        return None
    whole, decimals, sign, exponent = found[1], found[2] or "", found[3], found[4]
    if len(exponent) > 3:
        return ""
    point = len(whole) + (-int(exponent) if sign == "-" else int(exponent))
    digits = whole + decimals
    if point <= 0 or point > len(digits) or digits[point:].strip("0"):
        return ""
    return digits[:point]


def without_decimals(text: str) -> str:
    """`20123456.0` and `20.123.456,00` without the zeros a spreadsheet added."""
    found = _ZERO_DECIMALS.fullmatch(text)
    return found[1] if found else text


def is_decimal_fraction(text: str) -> bool:
    """Whether `text` is a measured number such as `201234.56`, not digits grouped by a dot."""
    found = re.fullmatch(r"(\d+)[.,](\d+)", text)
    if not found or len(found[1]) + len(found[2]) not in (8, 10):
        return False
    return (len(found[1]), len(found[2])) not in {(2, 6), (4, 4), (2, 8)}


def holds_several(text: str) -> bool:
    """Whether the cell holds more than one number, or one with a second ending (`..56/57`).

    Taking the first would leave the second person unwarned without anyone knowing.
    """
    pieces = [len(re.sub(r"\D", "", piece)) for piece in _BETWEEN_NUMBERS.split(text)]
    if sum(digits >= 7 for digits in pieces) > 1 or _ALTERNATIVE_ENDING.match(text):
        return True
    digits = re.sub(r"\D", "", text)
    if len(digits) > _MOST_DIGITS or len(re.findall(r"\d{8,}", text)) > 1:
        return True
    return bool(_DANISH_IN_A_ROW.fullmatch(digits))
