"""Which column of a list is what: the phone, the language, the name, and the fields for personal slots."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from hub.audiences import vocabulary
from hub.audiences.vocabulary import LANGUAGES, folded, simplified
from hub.errors import Invalid
from hub.text.phones import Accepted, read_cell
from hub.text.said import Said
from hub.text.spreadsheet import column_letter

HEADING_SEARCH = 20
"""How many rows with something in them are searched for the heading; titles may stand above it."""

_CODE = re.compile(r"[a-z]{2,3}(-x-[a-z]{1,8})?")


@dataclass(frozen=True)
class Layout:
    """What was found in the first rows. Indexes count columns from 0; `headings` has one name a column, each
    different. `heading_row` is 0 in a list without a heading. `fields` are kept for personal slots; `other_phones`
    and `cpr` are not kept. A field whose column has no heading is listed in `unnamed` and kept where it is filled."""

    heading_row: int
    headings: tuple[str, ...]
    phone: int
    language: int | None = None
    name: int | None = None
    fields: tuple[int, ...] = ()
    unnamed: frozenset[int] = frozenset()
    other_phones: tuple[int, ...] = ()
    cpr: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return len(self.headings)


def heading_name(cell: str) -> str:
    """A heading as it is kept: trimmed, in one line. Double quotes and backslashes become ' and /, because a
    database's path to a field cannot hold them."""
    one_line = re.sub(r"\s+", " ", unicodedata.normalize("NFC", cell)).strip(" '\"\ufeff\u200b")
    return one_line.replace('"', "'").replace("\\", "/")


def language_code(text: str) -> str | None:
    """The code of a language given as code or word (`da`, `DA-dk`, `Dansk`); None for what is none."""
    folded_text = folded(text)
    if folded_text in LANGUAGES:
        return LANGUAGES[folded_text]
    primary = re.split(r"[-_ ]", text.strip().casefold(), maxsplit=1)[0]
    return LANGUAGES.get(primary) if len(primary) in (2, 3) else None


def check_language(text: str) -> str:
    """The code of the language that a list is given as its own. Raises Invalid."""
    small = text.strip().lower()
    variant = "-x-" in small and _CODE.fullmatch(small) is not None
    code = small if variant else language_code(text)
    if code is None and _CODE.fullmatch(small):
        code = small
    if code is None:
        raise Invalid(
            Said(
                "--language %(text)s is no language. Write its code, such as da, en or de.",
                text=repr(text),
            )
        )
    return code


def phone_rank(heading: str) -> int:
    """How surely a heading names the phone column: 4 mobile, 3 phone, 2 words beside mobile or phone
    (`Mobil far`), 1 only a number, 0 not at all."""
    whole = folded(heading)
    if whole in vocabulary.MOBILE:
        return 4
    if whole in vocabulary.PHONE:
        return 3
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])\.(?=[a-z])", "", simplified(heading)))
    if any(
        vocabulary.PHONE_WORD.fullmatch(word) for word in words
    ) and not vocabulary.NOT_A_PHONE & set(words):
        return 2
    return 1 if whole in vocabulary.NUMBER else 0


def judge(
    sample: Sequence[tuple[int, list[str]]], phone_column: str | None = None
) -> tuple[float, ...]:
    """How much sense a file's first rows make under one separator; higher is better, compared in order: how
    surely there is a phone column, the share of rows with a phone number in it, the share of rows as wide as the
    heading, how wide that is."""
    filled = [(row, cells) for row, cells in sample if any(cell.strip() for cell in cells)]
    best: tuple[float, ...] = (0, 0, 0, 0)
    for position, (_, cells) in enumerate(filled[:HEADING_SEARCH]):
        ranks = [_rank(cells, index, phone_column) for index in range(len(cells))]
        surely = max(ranks, default=0)
        phone = ranks.index(surely) if surely else None
        if phone is None and position == 0:
            phone = next((i for i, cell in enumerate(cells) if _is_number(cell)), None)
            surely = 2 if phone is not None else 0
        rest = [below for _, below in filled[position + 1 :]] or [cells]
        numbers = (
            0.0
            if phone is None
            else sum(len(below) > phone and _is_number(below[phone]) for below in rest) / len(rest)
        )
        even = sum(len(below) == len(cells) for below in rest) / len(rest)
        even = even if len(cells) > 1 or surely else 0
        best = max(best, (surely, round(numbers, 1), round(even, 1), len(cells)))
    return best


def _rank(cells: Sequence[str], index: int, phone_column: str | None) -> int:
    if phone_column is not None and folded(cells[index]) == folded(phone_column):
        return 5
    return phone_rank(cells[index])


def _is_number(cell: str) -> bool:
    return isinstance(read_cell(cell), Accepted)


def find_layout(sample: Sequence[tuple[int, list[str]]], phone_column: str | None = None) -> Layout:
    """What each column is, from a list's first rows (row number and cells).

    The heading is the first row with a phone heading, or with the one named by `phone_column` (a heading, or a
    column's letter). A list whose first row already holds a phone number has no heading: its columns are called by
    their letters. Raises Invalid, listing the headings, when no column or more than one can be the phone's.
    """
    filled = [(row, cells) for row, cells in sample if any(cell.strip() for cell in cells)]
    if not filled:
        raise Invalid(Said("There are no rows. Was the file saved, and is it the right one?"))
    searched = filled[:HEADING_SEARCH]
    for row, cells in searched:
        if any(_rank(cells, index, phone_column) > 1 for index in range(len(cells))):
            return _with_heading(row, cells, phone_column, filled)
    first_row, first = filled[0]
    if any(map(_is_number, first)):
        return _without_heading(first, phone_column, filled)
    for row, cells in searched:
        if any(_rank(cells, index, phone_column) for index in range(len(cells))):
            return _with_heading(row, cells, phone_column, filled)
    return _with_heading(first_row, first, phone_column, filled)


def _without_heading(
    first: Sequence[str], phone_column: str | None, filled: Sequence[tuple[int, list[str]]]
) -> Layout:
    width = max(len(cells) for _, cells in filled)
    letters = tuple(column_letter(index) for index in range(width))
    found = [index for index, cell in enumerate(first) if _is_number(cell)]
    if phone_column is not None:
        phone = _by_letter(phone_column, width)
        if phone is None:
            raise Invalid(
                Said(
                    "There is no column %(phone_column)s: the list has no heading, name the column by its letter "
                    "(%(letters)s).",
                    phone_column=repr(phone_column),
                    letters=", ".join(letters),
                )
            )
    elif len(found) == 1:
        phone = found[0]
    else:
        raise Invalid(
            Said(
                "The list has no heading, and phone numbers in columns %(columns)s. Name the one to use with "
                "--phone-column and its letter, or write headings in the first row.",
                columns=_listed(letters, found),
            )
        )
    others = tuple(index for index in found if index != phone)
    fields = tuple(index for index in range(width) if index != phone and index not in others)
    return Layout(
        0,
        letters,
        phone,
        fields=fields,
        unnamed=frozenset(fields),
        other_phones=others,
        notes=(
            Said(
                "the list has no heading: column %(column)s is read as the phone numbers, from the first row on",
                column=letters[phone],
            ),
        ),
    )


def _by_letter(name: str, width: int) -> int | None:
    letters = [column_letter(index) for index in range(width)]
    return letters.index(name.strip().upper()) if name.strip().upper() in letters else None


def _listed(headings: Sequence[str], indexes: Sequence[int]) -> str:
    return ", ".join(f"{headings[index]!r} ({column_letter(index)})" for index in indexes)


def _with_heading(
    row: int,
    cells: Sequence[str],
    phone_column: str | None,
    filled: Sequence[tuple[int, list[str]]],
) -> Layout:
    headings, unnamed, notes = unique_names(cells)
    phone, others = _phone_column(cells, headings, phone_column, filled)
    cpr = tuple(
        i
        for i in range(len(cells))
        if i != phone and vocabulary.CPR.fullmatch(simplified(cells[i]).strip())
    )
    left = [i for i in range(len(cells)) if i != phone and i not in others and i not in cpr]
    language = _first_of(vocabulary.LANGUAGE, cells, left)
    name = _first_of(vocabulary.NAME, cells, left)
    above = [number for number, _ in filled if number < row]
    if above:
        notes.append(
            Said(
                "the heading is row %(row)s; %(above)s rows above it were not read as recipients",
                row=row,
                above=len(above),
            )
        )
    for index in others:
        notes.append(
            Said(
                "column %(column)s is another phone column: it is not used, and not kept, because numbers are "
                "only kept encrypted (to send to it: --phone-column %(column)s; to show it in a message: give "
                "it a heading without the word phone)",
                column=repr(headings[index]),
            )
        )
    for index in cpr:
        notes.append(
            Said(
                "COLUMN %(column)s HOLDS CPR NUMBERS: it was left out. The hub keeps no CPR numbers; take the "
                "column out of the file too, and do not send the file on",
                column=repr(headings[index]),
            )
        )
    return Layout(
        heading_row=row,
        headings=tuple(headings),
        phone=phone,
        language=language,
        name=name,
        fields=tuple(i for i in left if i not in (language, name)),
        unnamed=frozenset(unnamed),
        other_phones=others,
        cpr=cpr,
        notes=tuple(notes),
    )


def _first_of(names: Sequence[str], cells: Sequence[str], left: Sequence[int]) -> int | None:
    """The column with the first of these names that occurs at all."""
    for name in names:
        for index in left:
            if folded(cells[index]) == name:
                return index
    return None


def unique_names(cells: Sequence[str]) -> tuple[list[str], list[int], list[str]]:
    """Headings, each different; the columns without one, called by their letter; what to say about it."""
    headings: list[str] = []
    unnamed: list[int] = []
    notes: list[str] = []
    for index, cell in enumerate(cells):
        name = heading_name(cell)
        if not name:
            unnamed.append(index)
            name = f"column {column_letter(index)}"
        taken = {known.casefold() for known in headings}
        if name.casefold() in taken:
            number = 2
            while f"{name} ({number})".casefold() in taken:
                number += 1
            notes.append(
                Said(
                    "the heading %(name)s is there more than once: column %(letter)s is kept as %(kept)s",
                    name=repr(name),
                    letter=column_letter(index),
                    kept=repr(f"{name} ({number})"),
                )
            )
            name = f"{name} ({number})"
        headings.append(name)
    return headings, unnamed, notes


def _phone_column(
    cells: Sequence[str],
    headings: Sequence[str],
    wanted: str | None,
    filled: Sequence[tuple[int, list[str]]],
) -> tuple[int, tuple[int, ...]]:
    """The phone column, and the other ones that also say they hold phone numbers."""
    ranks = [phone_rank(cell) for cell in cells]
    likely = [index for index, rank in enumerate(ranks) if rank > 1]
    if wanted is not None:
        phone = _named_column(cells, headings, wanted)
        return phone, tuple(index for index in likely if index != phone)
    best = max(ranks, default=0)
    if not best:
        raise Invalid(
            Said(
                "No column is called phone or mobile. The headings are: %(headings)s. Name the column with "
                "--phone-column.",
                headings=", ".join(repr(name) for name in headings),
            )
        )
    chosen = [index for index, rank in enumerate(ranks) if rank == best]
    if len(chosen) > 1 and best == 2:
        mobile = [
            index for index in chosen if vocabulary.MOBILE_WORD.search(simplified(cells[index]))
        ]
        chosen = mobile or chosen
    if len(chosen) > 1:
        # An empty column of the same name is no second candidate.
        used = [
            index
            for index in chosen
            if any(len(below) > index and _is_number(below[index]) for _, below in filled)
        ]
        chosen = used if len(used) == 1 else chosen
    if len(chosen) > 1:
        raise Invalid(
            Said(
                "More than one column may be the phone column: %(columns)s. Name the one to use with "
                "--phone-column (its heading or its letter).",
                columns=_listed(headings, chosen),
            )
        )
    return chosen[0], tuple(index for index in likely if index != chosen[0])


def _named_column(cells: Sequence[str], headings: Sequence[str], wanted: str) -> int:
    exact = [
        i for i, name in enumerate(headings) if name.casefold() == heading_name(wanted).casefold()
    ]
    same = exact or [
        i for i, cell in enumerate(cells) if folded(cell) and folded(cell) == folded(wanted)
    ]
    if len(same) == 1:
        return same[0]
    letter = _by_letter(wanted, len(cells))
    if letter is not None and not same:
        return letter
    if same:
        raise Invalid(
            Said(
                "--phone-column %(wanted)s names more than one column: %(columns)s. Use the letter.",
                wanted=repr(wanted),
                columns=_listed(headings, same),
            )
        )
    raise Invalid(
        Said(
            "There is no column %(wanted)s. The headings are: %(headings)s.",
            wanted=repr(wanted),
            headings=", ".join(repr(name) for name in headings),
        )
    )
