"""One row after another: taken into the list, set aside with a reason, or recognised as there already."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from hub.audiences.columns import Layout, language_code
from hub.audiences.cpr import NOT_KEPT, holds_cpr, may_be_cpr
from hub.audiences.storing import SetAside, Taken
from hub.text.free_text import link_in
from hub.text.phones import Rejected, read_cell
from hub.text.said import Said
from hub.text.spreadsheet import column_letter

LONGEST_NAME = 200
LONGEST_VALUE = 500
RAGGED = "ragged"
CPR = "cpr"
_TOO_MANY = (
    "The row has more cells than the heading: a separator inside a cell has moved the others. Put quotation marks "
    "around that cell, or take the separator out of it."
)
_CPR_CELL = "A CPR number, not a phone number. Take it out of the list, and find the phone number."
_ANSWERS = 50_000

_quoted = json.encoder.encode_basestring
_DOTTED = re.compile(r"\.(?:[^\W\d_]|\d+\.\d)")
_SCHEMES = ("://", "http:", "https:", "mailto:", "tel:", "sms:")


class Taker:
    """Judges the rows of one list. Rows of one phone that differ in language, name or any kept field are all
    taken (two children, two appointments); whether they become two messages is decided by the text that is sent.
    """

    def __init__(self, layout: Layout, language: str) -> None:
        self.layout = layout
        self.duplicates = 0
        self.languages: dict[str, int] = defaultdict(int)
        self.unknown_languages: Counter[str] = Counter()
        self.numbers_warned: Counter[str] = Counter()
        self.links: Counter[str] = Counter()
        self.cpr_cells: Counter[str] = Counter()
        self.elsewhere: Counter[str] = Counter()
        self.names_cut = 0
        self._language = language
        # 64 bits tell the few rows of one phone apart; the numbers themselves are compared
        self._seen: set[tuple[str, int]] = set()
        self._codes: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._named = [
            (index, f"{_quoted(layout.headings[index])}:")
            for index in layout.fields
            if index not in layout.unnamed
        ]
        self._unnamed = [index for index in layout.fields if index in layout.unnamed]
        self._filled: set[int] = set()

    def take(self, row: int, cells: list[str]) -> Taken | SetAside | None:
        """None for an empty row and for one that is there already."""
        layout = self.layout
        if len(cells) != layout.width:
            if len(cells) > layout.width and any(cell.strip() for cell in cells[layout.width :]):
                return SetAside(row, self._shown(cells), RAGGED, _TOO_MANY)
            cells.extend([""] * (layout.width - len(cells)))
        answer = read_cell(cells[layout.phone])
        if isinstance(answer, Rejected):
            return self._set_aside(row, cells, answer) if any(map(str.strip, cells)) else None
        known, parts = self._known, []
        for index, key in self._named:
            cell = cells[index]
            parts.append(key + (known.get(cell) or self._kept(index, cell)))
        if self._unnamed:
            parts += self._extra(cells)
        fields = "{" + ",".join(parts) + "}"
        name = self._name_of(cells) if layout.name is not None else ""
        language = self._language_of(cells) if layout.language is not None else self._language
        number = answer.e164
        same = (number, hash((language, name, fields)))
        if same in self._seen:
            self.duplicates += 1
            return None
        self._seen.add(same)
        self.languages[language] += 1
        if answer.warning:
            self.numbers_warned[answer.warning] += 1
        return Taken(row, number, language, name or None, fields, answer.warning)

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings of the fields, in the file's order; a column without a heading only if it held anything."""
        layout = self.layout
        return tuple(
            layout.headings[index]
            for index in layout.fields
            if index not in layout.unnamed or index in self._filled
        )

    def _language_of(self, cells: Sequence[str]) -> str:
        assert self.layout.language is not None
        cell = cells[self.layout.language].strip()
        if not cell:
            return self._language
        code = self._codes.get(cell)
        if code is None:
            code = language_code(cell) or ""
            if len(self._codes) < _ANSWERS:
                self._codes[cell] = code
        if not code:
            self.unknown_languages[cell[:40]] += 1
        return code or self._language

    def _set_aside(self, row: int, cells: Sequence[str], answer: Rejected) -> SetAside:
        for index in self.layout.other_phones:
            if not isinstance(read_cell(cells[index]), Rejected):
                self.elsewhere[self.layout.headings[index]] += 1
        value = cells[self.layout.phone]
        if may_be_cpr(value):
            return SetAside(row, NOT_KEPT, CPR, _CPR_CELL)
        return SetAside(row, value[:LONGEST_VALUE], answer.kind.value, answer.reason)

    def _shown(self, cells: Sequence[str]) -> str:
        value = cells[self.layout.phone]
        return NOT_KEPT if may_be_cpr(value) else value[:LONGEST_VALUE]

    def _kept(self, index: int, cell: str) -> str:
        """A cell as it is kept, as JSON; what is wrong with it is counted. Most cells of most lists repeat, and
        those with nothing wrong need no second look."""
        value, heading = cell.strip(), self.layout.headings[index]
        if may_be_cpr(value) and holds_cpr(value):
            self.cpr_cells[heading] += 1
            return '""'
        quoted = _quoted(value)
        if _may_be_link(value) and link_in(value):
            self.links[heading] += 1
        elif len(self._known) < _ANSWERS:
            self._known[cell] = quoted
        return quoted

    def _extra(self, cells: Sequence[str]) -> list[str]:
        """What stands in columns without a heading, as parts of JSON."""
        parts = []
        for index in self._unnamed:
            if cells[index].strip():
                parts.append(
                    f"{_quoted(self.layout.headings[index])}:{self._kept(index, cells[index])}"
                )
                self._filled.add(index)
        return parts

    def _name_of(self, cells: Sequence[str]) -> str:
        assert self.layout.name is not None
        name = cells[self.layout.name].strip()
        if may_be_cpr(name) and holds_cpr(name):
            self.cpr_cells[self.layout.headings[self.layout.name]] += 1
            return ""
        if len(name) > LONGEST_NAME:
            self.names_cut += 1
        return name[:LONGEST_NAME]

    def warnings(self) -> list[str]:
        """What the operator should look at, in words; no personal data beyond headings and language words."""
        found: list[str] = []
        for heading, count in self.cpr_cells.items():
            found.append(
                Said(
                    "%(count)s CELLS IN COLUMN %(heading)s HELD CPR NUMBERS and were emptied: the hub keeps none. "
                    "Take them out of the file too, and do not send the file on",
                    count=count,
                    heading=repr(heading),
                )
            )
        for heading, count in self.elsewhere.items():
            found.append(
                Said(
                    "%(count)s of the rows set aside have a usable number in column %(heading)s: import the list "
                    "again under another name with --phone-column %(heading)s to reach them",
                    count=count,
                    heading=repr(heading),
                )
            )
        if self.unknown_languages:
            words = ", ".join(repr(word) for word, _ in self.unknown_languages.most_common(5))
            found.append(
                Said(
                    "%(count)s rows name a language that is not known (%(words)s): they get the list's, %(language)s",
                    count=self.unknown_languages.total(),
                    words=words,
                    language=self._language,
                )
            )
        for warning, count in self.numbers_warned.most_common(5):
            found.append(
                Said(
                    "%(count)s numbers were accepted with doubt: %(warning)s",
                    count=count,
                    warning=warning,
                )
            )
        for heading, count in self.links.items():
            found.append(
                Said(
                    "%(count)s cells in column %(heading)s can be read as a link: where a message shows that "
                    "column, these rows will be set aside",
                    count=count,
                    heading=repr(heading),
                )
            )
        if self.names_cut:
            found.append(
                Said(
                    "%(names_cut)s names were cut at %(longest_name)s characters",
                    names_cut=self.names_cut,
                    longest_name=LONGEST_NAME,
                )
            )
        for index in sorted(self._filled):
            found.append(
                Said(
                    "column %(letter)s has no heading: it is kept as %(kept)s",
                    letter=column_letter(index),
                    kept=repr(self.layout.headings[index]),
                )
            )
        return found


def _may_be_link(text: str) -> bool:
    """Cheap, and true for everything that `link_in` finds: most rows need no closer look."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:  # letters that may be another form of a full stop
        return True
    small = text.lower()
    if "." in small and _DOTTED.search(small):
        return True
    return (
        (":" in small and any(map(small.__contains__, _SCHEMES)))
        or "www" in small
        or "xn--" in small
    )
