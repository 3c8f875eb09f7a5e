"""What the lists' rooms say, in the interface's language."""

from __future__ import annotations

import re

from hub.audiences.cpr import NOT_KEPT
from hub.audiences.previewing import Taken
from hub.desk.words import gettext as _
from hub.desk.words import lazy_gettext

TAKEN_AS = {
    Taken.PHONE: lazy_gettext("phone number"),
    Taken.LANGUAGE: lazy_gettext("language"),
    Taken.NAME: lazy_gettext("name"),
    Taken.FIELD: lazy_gettext("kept as a column"),
    Taken.OTHER_PHONE: lazy_gettext("another phone number: not kept"),
    Taken.CPR: lazy_gettext("CPR number: not kept"),
    Taken.UNDECIDED: lazy_gettext("not known yet"),
}

KINDS = {
    "empty": lazy_gettext("no number"),
    "placeholder": lazy_gettext("a filler and no number"),
    "letters": lazy_gettext("letters among the digits"),
    "not_a_number": lazy_gettext("not a phone number"),
    "scientific_lossy": lazy_gettext("digits lost by the spreadsheet"),
    "two_numbers": lazy_gettext("more than one number"),
    "short_number": lazy_gettext("a short number"),
    "too_short": lazy_gettext("too few digits"),
    "too_long": lazy_gettext("too many digits"),
    "invalid_range": lazy_gettext("a series that is not in use"),
    "premium_rate": lazy_gettext("a premium-rate number"),
    "toll_free": lazy_gettext("a freephone or service number"),
    "m2m": lazy_gettext("a machine's number"),
    "plus_without_cc": lazy_gettext("plus without a country code"),
    "invalid_country": lazy_gettext("an unknown country code"),
    "national_foreign": lazy_gettext("a foreign number without a country code"),
    "ambiguous_country": lazy_gettext("perhaps a foreign number"),
    "ragged": lazy_gettext("more cells than headings"),
    "cpr": lazy_gettext("a CPR number"),
}
"""What is wrong with a row set aside, in few words; a test holds this against what the rooms say."""

REASONS = (
    lazy_gettext("The cell is empty. Find the number, or reach this person another way."),
    lazy_gettext("A filler and no number. Find the number, or reach this person another way."),
    lazy_gettext(
        "There are letters among the digits. Leave only the number in the cell, and put names and notes in a column "
        "of their own; check for the letter O in place of a zero."
    ),
    lazy_gettext("This cannot be read as a phone number. Type it again with digits only."),
    lazy_gettext(
        "The spreadsheet has rounded this number and digits are lost. Go back to the source, format the column as "
        "text and export again."
    ),
    lazy_gettext("There is more than one number in the cell. Give each a row of its own."),
    lazy_gettext(
        "A short number such as 112 is a service and never a recipient. Ask the person and correct the cell."
    ),
    lazy_gettext("Too few digits: a Danish number has 8. Ask the person and correct the cell."),
    lazy_gettext("Too many digits: a Danish number has 8. Ask the person and correct the cell."),
    lazy_gettext(
        "Too few digits for a number in that country. Ask the person and correct the cell."
    ),
    lazy_gettext(
        "Too many digits for a number in that country. Ask the person and correct the cell."
    ),
    lazy_gettext(
        "Not a valid number: its series is not in use. Ask the person and correct the cell."
    ),
    lazy_gettext("A premium-rate number cannot receive SMS. Ask for a mobile number."),
    lazy_gettext("A freephone or service number cannot receive SMS. Ask for a mobile number."),
    lazy_gettext(
        "A 12-digit number belongs to a machine, not to a person. Ask the person and correct the cell."
    ),
    lazy_gettext(
        "The plus (or 00) stands before 8 digits without a country code. If the number is Danish, write +45 before "
        "it."
    ),
    lazy_gettext(
        "There is no country with this country code. Ask the person and correct the cell."
    ),
    lazy_gettext(
        "It begins with 0 like a foreign number without its country code. Write plus and the country code instead of "
        "the 0."
    ),
    lazy_gettext(
        "It looks like a foreign number without the plus. If so, write the plus before the country code."
    ),
    lazy_gettext(
        "Ten digits that may be a civil registration (CPR) number, not a phone number. Take it out of the list."
    ),
    lazy_gettext("A date, not a phone number. Check that the columns have not been swapped."),
    lazy_gettext(
        "The row has more cells than the heading: a separator inside a cell has moved the others. Put quotation "
        "marks around that cell, or take the separator out of it."
    ),
    lazy_gettext(
        "A CPR number, not a phone number. Take it out of the list, and find the phone number."
    ),
    lazy_gettext(
        "In a Danish mobile series, but unknown to the table of numbers in use. It is sent to; check it if it fails."
    ),
    lazy_gettext(
        "A 70 number is a company's service line and seldom receives SMS. Ask for a mobile number."
    ),
    lazy_gettext("A landline abroad, which seldom receives SMS. Ask for a mobile number."),
)
"""Reasons as the rooms keep them, in English, so that they are in the catalogue."""

_DIGITS = re.compile(
    r"(?P<before>(?:\+?45) and )?(?P<number>\d+) digits: a Danish number has 8\. .*", re.DOTALL
)


def reason(text: str) -> str:
    """Why a row was set aside, in the interface's language."""
    found = _DIGITS.fullmatch(text)
    if found is None:
        return _(text)
    if found["before"]:
        return _(
            "%(number)s digits after 45: a Danish number has 8. Ask the person and correct the cell.",
            number=found["number"],
        )
    return _(
        "%(number)s digits: a Danish number has 8. Ask the person and correct the cell.",
        number=found["number"],
    )


def cell(text: str) -> str:
    """A cell as the room shows it, with the room's own words in the interface's language."""
    return _("(CPR number, not kept)") if text == NOT_KEPT else text


def kind(name: str) -> str:
    """What is wrong with a row, in few words."""
    return str(KINDS.get(name, name))
