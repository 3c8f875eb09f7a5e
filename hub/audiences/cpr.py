"""Danish civil registration (CPR) numbers: found so that they are not kept. The hub has no use for them.

Ten digits that begin with a day and a month, `DDMMYY-XXXX`. Written with a hyphen or blank that is enough; ten
bare digits could be a case or account number, so they must also pass the check digit (modulus 11). CPR-kontoret
has given out numbers without a valid check digit since 2007: a column that says it holds CPR numbers is dropped
whole for that reason, whatever is in it. Substitute numbers have 60 added to the day.
"""

from __future__ import annotations

import re

NOT_KEPT = "(CPR number, not kept)"

_CPR = re.compile(
    r"(?<![\d+])((?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])(?:0[1-9]|1[0-2])\d\d)"
    r"([ \xa0]?[-‐‑–][ \xa0]?|[ \xa0])?(\d{4})(?!\d)",
    re.ASCII,
)
_SIX_DIGITS = re.compile("[0-9]{6}")  # most cells need no closer look
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def holds_cpr(text: str) -> bool:
    """Is there a CPR number somewhere in the text?"""
    return any(match[2] or _check_digit_holds(match[1] + match[3]) for match in _CPR.finditer(text))


def may_be_cpr(text: str) -> bool:
    """Could it be one, check digit or not? For cells that are of no use otherwise."""
    return _SIX_DIGITS.search(text) is not None and _CPR.search(text) is not None


def _check_digit_holds(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return total % 11 == 0
