"""What Polish and Ukrainian share: how a noun follows its number."""

from __future__ import annotations


def slavic_form(number: int | None, *, singular_in_compounds: bool) -> int:
    """0: one, 1: two to four, 2: five and more, 3: with decimals.

    `singular_in_compounds`: whether 21 takes the singular (Ukrainian) or the plural (Polish).
    """
    if number is None:
        return 3
    if number == 1 or (singular_in_compounds and number % 10 == 1 and number % 100 != 11):
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2
