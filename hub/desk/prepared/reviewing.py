"""What an approver sees of the languages: who signed each translation, and one table of what all of them say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub import library
from hub.desk.language import current
from hub.desk.prepared.names import FIELDS
from hub.desk.words import gettext as _
from hub.desk.words import lazy_gettext
from hub.library import FileFinding, showing, signing
from hub.models import Signature, Version
from hub.site.pages import own_name
from hub.text.agreeing import CHOICE, MASTER, Cell, Kind, Row, compare, instructions
from hub.text.agreeing_words import NOTHING
from hub.text.plain_changes import Terms, in_words
from hub.text.plain_terms import TERMS
from hub.text.template import parse_template
from hub.text.types import VersionText
from hub.text.words import own_words

KINDS = {
    Kind.ACTION: lazy_gettext("Instruction"),
    Kind.NO: lazy_gettext("Says “no” or “not”"),
    Kind.FACT: lazy_gettext("Fact"),
    Kind.LOCAL: lazy_gettext("Local decision"),
    Kind.SLOT: lazy_gettext("Blank"),
    Kind.NUMBER: lazy_gettext("Number in the text"),
    Kind.CHOICE: lazy_gettext("Choice"),
}
_COUNTED = (Kind.NO, Kind.NUMBER)


@dataclass(frozen=True)
class Language:
    """A language of a version; `back` is what it says in Danish, with blanks by their names. `by_writer`: who recorded its signature wrote or loaded the text too."""

    shown: showing.Shown
    back: str
    is_translation: bool
    signature: Signature | None = None
    by_writer: bool = False

    @property
    def code(self) -> str:
        return self.shown.language

    @property
    def is_unsigned(self) -> bool:
        return self.is_translation and self.signature is None


@dataclass(frozen=True)
class TableCell:
    words: str
    differs: bool


@dataclass(frozen=True)
class TableRow:
    """`name` is how the library calls it, `words` how the Danish does."""

    kind: str
    name: str
    words: str
    differs: bool
    cells: Mapping[str, TableCell]


@dataclass(frozen=True)
class Table:
    """What differs stands first."""

    languages: Sequence[str]
    rows: Sequence[TableRow]

    @property
    def differing(self) -> int:
        return sum(row.differs for row in self.rows)


def languages(
    session: Session,
    versions: Sequence[Version],
    version: Version,
    findings: tuple[FileFinding, ...],
) -> list[Language]:
    """Each language of the version, composed, in its order."""
    text = version.text
    signed = library.language_signatures(session, version)
    found = []
    for code in text.languages:
        signature = signed.get(code)
        found.append(
            Language(
                showing.shown(text, code, findings),
                in_words(text.languages[code].back, (text,), current(), MASTER, terms()),
                library.is_translation(code),
                signature,
                signature is not None
                and signature.recorded_by in signing.writers(versions, version, code),
            )
        )
    return found


def table(text: VersionText) -> Table:
    """Every value, number, instruction and prohibition, in each language beside the Danish."""
    found = compare(text)
    sentences = _sentences(text)
    rows = [_row(text, row, sentences) for row in found.rows if _is_told(row)]
    return Table(found.languages, sorted(rows, key=lambda row: not row.differs))


def _is_told(row: Row) -> bool:
    """A no that may be one in some language and is none in Danish says nothing."""
    return row.differs or row.kind is not Kind.NO or any(row.cells[MASTER].counts.values())


def _row(text: VersionText, row: Row, sentences: Mapping[str, str]) -> TableRow:
    name, words = _named(text, row, sentences)
    return TableRow(
        str(KINDS[row.kind]),
        name,
        words,
        row.differs,
        {code: TableCell(_said(row, code), bool(cell.differs)) for code, cell in row.cells.items()},
    )


def _named(text: VersionText, row: Row, sentences: Mapping[str, str]) -> tuple[str, str]:
    if row.kind is Kind.ACTION:
        return row.name, sentences.get(row.name, "")
    if row.kind is Kind.NO:
        return row.name, "" if row.name else _("in the title and outside the instructions")
    if row.kind is Kind.CHOICE:
        slot = text.slot(row.name.partition("=")[0])
        return row.name, _label(slot.label if slot else {})
    slot = text.slot(row.name)
    if row.kind is Kind.SLOT:
        return row.name, _label(slot.label) if slot else terms().system.get(row.name, "")
    return row.name, ""


def _label(label: Mapping[str, str]) -> str:
    return own_words(label, current()) or own_words(label, MASTER)


def _sentences(text: VersionText) -> dict[str, str]:
    """The first words of each instruction, as the Danish page (else another channel) has them."""
    found: dict[str, str] = {}
    sources = text.languages[MASTER].sources if MASTER in text.languages else {}
    for channel in ("web", "phone", "sms", "short"):
        for action, words in instructions(parse_template(sources.get(channel, ""))):
            said = " ".join(words.replace("{}", "…").split()).partition(". ")[0].rstrip(".")
            if action and said:
                found.setdefault(action, said)
    return found


def _said(row: Row, code: str) -> str:
    """A cell in words: what the Danish says; where another language says something else, both."""
    cell, danish = row.cells[code], row.cells[MASTER]
    if row.kind is Kind.CHOICE or (cell.value and CHOICE not in cell.differs and not cell.differs):
        return cell.value
    if cell.differs:
        return "; ".join(_difference(row.kind, cell, danish, channel) for channel in cell.differs)
    if not cell.counts:
        return "–"
    uncompared = row.kind is Kind.NO and not library.is_translation(code)  # easy Danish
    if code != MASTER and not uncompared:
        return _("same")
    return ", ".join(
        f"{FIELDS[channel]} {count}" if row.kind in _COUNTED else str(FIELDS[channel])
        for channel, count in cell.counts.items()
    )


def _difference(kind: Kind, cell: Cell, danish: Cell, channel: str) -> str:
    here, there = cell.counts.get(channel, NOTHING), danish.counts.get(channel, NOTHING)
    if kind in _COUNTED and here == there:
        return _("%(channel)s: in other sentences than the Danish", channel=FIELDS[channel])
    if kind in _COUNTED:
        said, in_danish = str(here), str(there)
    else:
        said, in_danish = (_("yes") if count.least else _("no") for count in (here, there))
    return _(
        "%(channel)s: %(here)s, the Danish %(there)s",
        channel=FIELDS[channel],
        here=said,
        there=in_danish,
    )


def terms() -> Terms:
    """The words for blanks and conditions in the interface's language."""
    return TERMS.get(current(), TERMS[MASTER])


def unsigned_names(codes: Sequence[str]) -> str:
    """`English, العربية`."""
    return ", ".join(own_name(code) for code in codes)
