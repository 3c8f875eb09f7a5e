"""What changed in a text, for readers who know nothing of templates: blanks by their names, conditions as sentences,
ids and marks of headings left out, and of what is unchanged only what stands beside a change. Pure.

Nothing that changed is ever left out: a change that no reader can see is told by `is_unseen`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.text.differences import FieldChange, Kind, Piece
from hub.text.types import Decision, Fact, VersionText
from hub.text.words import own_words

_MARK = re.compile(r"\{([^{}\n]*)\}( ?)")
_HEADING = re.compile(r"#{3,6} ?")
_WHEN = re.compile(r"when\s+(not\s+)?(\w+)(?:\s*=\s*([\w\s,-]+))?\Z")
_GAP = re.compile(r"\n{3,}")
_LEFT_OUT = "…"


@dataclass(frozen=True)
class Terms:
    """The words of a reader's language. `{name}` and `{options}` are filled in."""

    if_filled: str
    if_empty: str
    if_chosen: str
    either: str
    ends: str
    forms: Mapping[str, str]
    """How a blank is written, by `short`, `date` and `time`."""
    system: Mapping[str, str]
    """What stands for the blanks that the hub fills, by their names."""


def plainly(
    change: FieldChange, texts: Iterable[VersionText], reader: str, terms: Terms
) -> FieldChange:
    """The change in words for whoever reads `reader`. `texts` are the version now and the one before: the first that
    knows a name gives its words."""
    written = "da" if change.field == "back" else change.language
    names = _Names(tuple(texts), reader, written, terms)
    said = [Piece(piece.kind, _said(piece.text, names)) for piece in change.pieces]
    return FieldChange(
        change.language, change.field, _shortened([piece for piece in said if piece.text])
    )


def in_words(
    words: str, texts: Iterable[VersionText], reader: str, written: str, terms: Terms
) -> str:
    """A whole text, written in `written`, with its marks said for whoever reads `reader`."""
    return _said(words, _Names(tuple(texts), reader, written, terms))


def is_unseen(change: FieldChange) -> bool:
    """Is nothing left of the change once it is said plainly? Then only marks that citizens never see were changed."""
    return all(piece.kind is Kind.SAME or not piece.text.strip() for piece in change.pieces)


@dataclass(frozen=True)
class _Names:
    """What the marks of a text are called; `written` is the language that it is written in."""

    texts: tuple[VersionText, ...]
    reader: str
    written: str
    terms: Terms

    def mark(self, inside: str) -> str:
        if inside == "end":
            return f"[{self.terms.ends}]"
        when = _WHEN.match(inside)
        if when is not None:
            return f"[{self._condition(*when.groups())}]"
        kind, _, rest = inside.rpartition(".")
        name, _, form = rest.partition(":")
        value = self._value(kind, name) if kind else ""
        how = f", {self.terms.forms.get(form, form)}" if form else ""
        return value or f"[{self.terms.system.get(name) or self._label(name)}{how}]"

    def _value(self, kind: str, name: str) -> str:
        for text in self.texts:
            items: Sequence[Fact | Decision] = text.facts if kind == "fact" else text.decisions
            for item in items:
                if item.name == name and item.value:
                    return item.words(self.written)
        return ""

    def _condition(self, negated: str | None, name: str, options: str | None) -> str:
        label = self._label(name)
        if options:
            chosen = [self._option(name, part.strip()) for part in options.split(",")]
            joined = f" {self.terms.either} ".join(chosen)
            return self.terms.if_chosen.format(name=label, options=joined)
        return (self.terms.if_empty if negated else self.terms.if_filled).format(name=label)

    def _label(self, name: str) -> str:
        for text in self.texts:
            labels = {item.name: item.label for item in text.slots}
            labels |= {item.name: item.label for item in text.decisions}
            if name in labels:
                found = labels[name]
                return own_words(found, self.reader) or own_words(found, "da") or name
        return name

    def _option(self, name: str, option: str) -> str:
        for text in self.texts:
            slot = text.slot(name)
            if slot is not None and option in slot.options:
                found = slot.options[option]
                return own_words(found, self.reader) or own_words(found, "da") or option
        return option


def _said(text: str, names: _Names) -> str:
    def replaced(found: re.Match[str]) -> str:
        inside = found[1].strip()
        if inside.startswith("#"):
            return ""
        return names.mark(inside) + found[2]

    return _GAP.sub("\n\n", _HEADING.sub("", _MARK.sub(replaced, text)))


def _shortened(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Unchanged lines are left out but those that a change stands in."""
    found = []
    for number, piece in enumerate(pieces):
        if piece.kind is Kind.SAME:
            text = _ends(piece.text, first=number == 0, last=number == len(pieces) - 1)
            piece = Piece(Kind.SAME, text)
        found.append(piece)
    return tuple(found)


def _ends(text: str, *, first: bool, last: bool) -> str:
    """The rest of the line that the piece begins in, and the beginning of the one that it ends in."""
    if first and last:
        return ""
    lines = text.split("\n")
    if len(lines) <= 2:
        return text
    before = "" if first else f"{lines[0]}\n"
    after = "" if last else f"\n{lines[-1]}"
    return f"{before}{_LEFT_OUT}{after}"
