"""How a language's tables of words are written down: compactly, and read once at import."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """A unit's spoken forms and the gender its number agrees with.

    `forms` are indexed by `Voice.form`: (one, many) in most languages, more in Slavic ones.
    """

    forms: tuple[str, ...]
    gender: str = ""


@dataclass(frozen=True)
class Currency:
    """A currency's main unit and its hundredth."""

    main: Unit
    hundredth: Unit


def words(text: str) -> tuple[str, ...]:
    """Words parted by any whitespace."""
    return tuple(text.split())


def table(text: str) -> dict[str, str]:
    """Entries `written = spoken`, parted by semicolons or line ends."""
    entries = (entry.strip() for entry in re.split(r"[;\n]", text))
    pairs = (entry.partition(" = ") for entry in entries if entry)
    return {written.strip(): spoken.strip() for written, _, spoken in pairs}


def unit_table(text: str) -> dict[str, Unit]:
    """Lines `symbol symbol = form, form (gender)`; one form stands for all, gender is optional."""
    units: dict[str, Unit] = {}
    for symbols, spoken in table(text).items():
        forms, _, gender = spoken.rstrip(")").partition(" (")
        unit = Unit(tuple(form.strip() for form in forms.split(",")), gender)
        units.update(dict.fromkeys(symbols.split(), unit))
    return units
