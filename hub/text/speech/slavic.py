"""What Polish and Ukrainian share: how a noun follows its number, and numbers in the genitive."""

from __future__ import annotations

from dataclasses import dataclass


def slavic_form(number: int | None, *, singular_in_compounds: bool) -> int:
    """0: one, 1: two to four, 2: five and more, 3: with decimals.

    `singular_in_compounds`: whether 21 takes the singular (Ukrainian) or the plural (Polish).
    """
    if number is None:
        return 3
    if number == 1 or (singular_in_compounds and number % 10 == 1 and number % 100 != 11):
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


@dataclass(frozen=True)
class Genitives:
    """The words of numbers in the genitive; `one_in_compounds` where 21 has a form of its own for its one."""

    small: tuple[str, ...]
    tens: tuple[str, ...]
    hundreds: tuple[str, ...]
    one_feminine: str
    one_in_compounds: str = ""

    def of(self, number: int, *, feminine: bool) -> str:
        """0 to 999 in the genitive."""
        hundreds, rest = divmod(number, 100)
        tens, ones = divmod(rest, 10) if rest >= 20 else (0, rest)
        said = [self.hundreds[hundreds]] if hundreds else []
        if tens:
            said.append(self.tens[tens])
        if ones == 1 and said and self.one_in_compounds:
            said.append(self.one_in_compounds)
        elif ones == 1 and feminine:
            said.append(self.one_feminine)
        elif ones or not said:
            said.append(self.small[ones])
        return " ".join(said)
