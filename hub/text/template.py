"""The small language of a prepared message: `{slot}`, `{fact.x}`, `{local.x}`, `{#id}` and `{when ...}` blocks.

`parse_template` turns a text into a tree and keeps every mistake with its line and column, so that a loader can
show all of them at once; `check_template` then holds the tree against the slots, facts and decisions it names.
The grammar is in `docs/messages.md`, "`<phase>.<language>.md`".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from hub.text.template_nodes import (
    Action,
    FactRef,
    Leaf,
    LocalRef,
    Node,
    SlotRef,
    Template,
    TemplateError,
    Text,
    When,
)
from hub.text.types import SYSTEM_SLOTS, Channel, Decision, Fact, Slot, SlotType

__all__ = [
    "FORMS",
    "MOMENT_TYPES",
    "Action",
    "FactRef",
    "Leaf",
    "LocalRef",
    "Node",
    "SlotRef",
    "Template",
    "TemplateError",
    "Text",
    "When",
    "check_template",
    "forms_of",
    "parse_template",
    "parsed",
]

FORMS = ("short", "date", "time")
MOMENT_TYPES = frozenset(
    {
        SlotType.FROM,
        SlotType.UNTIL,
        SlotType.NEXT_UPDATE,
        SlotType.COLLECT_BY,
        SlotType.EXPECTED_END,
        SlotType.MOMENT,
    }
)
SHORT_TYPES = MOMENT_TYPES | {
    SlotType.DATE,
    SlotType.MEETING_PLACE,
    SlotType.COLLECTION_POINT,
}
"""Types that know a short form; the moments know `date` and `time` too."""

_NAME = r"[a-z][a-z0-9_]*"
_ACTION = re.compile(r"#([a-z][a-z0-9-]*)\Z")
_VALUE = re.compile(rf"(?:(fact|local)\.)?({_NAME})(?::(\w*))?\Z")
_WHEN = re.compile(
    rf"when\s+(?:(?P<not>not)\s+)?(?P<name>{_NAME})"
    r"(?:\s*=\s*(?P<values>[\w-]+(?:\s*,\s*[\w-]+)*))?\Z"
)
_BRACE = re.compile(r"[{}]")
_DIRECTIVE = re.compile(r"\{\s*(?:when\b[^{}]*|end)\s*\}")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+\.)\s+\Z")


def parse_template(text: str, first_line: int = 1) -> Template:
    """Parse; never raises. `first_line` is the number of the text's first line in its file."""
    return _Parser(first_line).run(text)


@lru_cache(maxsize=4096)
def parsed(text: str) -> Template:
    """`parse_template`, kept: composing and linting ask for the same text again and again."""
    return parse_template(text)


class _Parser:
    def __init__(self, first_line: int) -> None:
        self.line = first_line
        self.nodes: list[Node] = []
        self.errors: list[TemplateError] = []
        self.block: When | None = None
        self.body: list[Leaf] = []

    def run(self, text: str) -> Template:
        lines = text.split("\n")
        for index, raw in enumerate(lines):
            line = raw.removesuffix("\r")
            self._characters(line)
            if not self._directive(line):
                self._words(line)
                if index < len(lines) - 1:
                    self._add(Text("\n"))
            self.line += 1
        if self.block is not None:
            self.errors.append(
                TemplateError(
                    self.block.line,
                    self.block.column,
                    f"the block {{when {self.block.name}}} is never closed; "
                    "write {end} on a line of its own",
                )
            )
            self._close()
        return Template(_merged(self.nodes), tuple(sorted(self.errors, key=_position)))

    def _error(self, column: int, message: str) -> None:
        self.errors.append(TemplateError(self.line, column, message))

    def _add(self, leaf: Leaf) -> None:
        (self.body if self.block else self.nodes).append(leaf)

    def _close(self) -> None:
        if self.block is not None:
            self.nodes.append(replace(self.block, body=_merged_leaves(self.body)))
        self.block, self.body = None, []

    def _characters(self, line: str) -> None:
        if line.isprintable():
            return
        for column, character in enumerate(line, 1):
            if _forbidden(character):
                name = unicodedata.name(character, "an unnamed character")
                self._error(
                    column,
                    f"U+{ord(character):04X} ({name}) must not stand in a text; remove it",
                )

    def _directive(self, line: str) -> bool:
        inside = line.strip()
        if not _DIRECTIVE.fullmatch(inside):
            return False
        column = line.index("{") + 1
        words = inside[1:-1].strip()
        if words == "end":
            if self.block is None:
                self._error(column, "{end} closes nothing; there is no open {when ...} above it")
            elif not any(not isinstance(leaf, Text) or leaf.text.strip() for leaf in self.body):
                self._error(column, "the block that ends here is empty; remove it or fill it")
            self._close()
            return True
        match = _WHEN.match(words)
        if match is None:
            self._error(
                column,
                f"{inside} is no condition; write {{when slot}}, {{when not slot}} or "
                "{when decision=option,option}",
            )
        elif match["not"] and match["values"]:
            self._error(column, "{when not ...} takes no values; name the other options instead")
        if self.block is not None:
            self._error(
                column,
                f"blocks do not nest; close the one of line {self.block.line} with {{end}} first",
            )
            self._close()
        name, values, negated = "", "", False
        if match is not None:
            name, values, negated = match["name"], match["values"] or "", bool(match["not"])
        options = tuple(part.strip() for part in values.split(",")) if values else ()
        self.block = When(name, negated, options, (), self.line, column)
        return True

    def _words(self, line: str) -> None:
        position = 0
        while position < len(line):
            opening = _BRACE.search(line, position)
            if opening is None:
                self._add(Text(line[position:]))
                return
            if opening.start() > position:
                self._add(Text(line[position : opening.start()]))
            column = opening.start() + 1
            if opening[0] == "}":
                self._error(column, "this } closes nothing; a literal brace cannot be written")
                position = column
                continue
            closing = _BRACE.search(line, column)
            if closing is None or closing[0] == "{":
                self._error(
                    column, "this { is not closed on its line; a literal brace cannot be written"
                )
                position = column
                continue
            self._token(line, line[column : closing.start()], column, closing.end())
            position = closing.end()

    def _token(self, line: str, inside: str, column: int, end: int) -> None:
        if re.match(r"\s*(?:when\b|end\s*\Z)", inside):
            self._error(column, f"{{{inside}}} must stand alone on its line")
            return
        action = _ACTION.match(inside)
        if action is not None:
            if not line[end:].strip():
                self._error(column, f"{{{inside}}} must stand before the words it names")
            self._add(Action(action[1], self.line, column))
            return
        if inside.startswith("#"):
            self._error(
                column,
                f"{{{inside}}} is no instruction id; use small letters, digits and hyphens, as in "
                "{#boil}",
            )
            return
        match = _VALUE.match(inside)
        if match is None:
            self._error(
                column,
                f"{{{inside}}} is neither a slot, a fact, a local value nor an id; names have "
                "small letters, digits and underscores",
            )
            return
        kind, name, form = match[1], match[2], match[3]
        if kind and form is not None:
            self._error(column, f"{{{inside}}}: a {kind} has no forms")
        elif form is not None and form not in FORMS:
            self._error(column, f"{{{inside}}}: the form is one of {', '.join(FORMS)}")
        elif kind == "fact":
            self._add(FactRef(name, self.line, column))
        elif kind == "local":
            self._add(LocalRef(name, self.line, column))
        else:
            self._add(SlotRef(name, form or "", self.line, column))


def check_template(
    template: Template,
    *,
    channel: Channel | None,
    slots: Sequence[Slot],
    facts: Sequence[Fact],
    decisions: Sequence[Decision],
) -> tuple[TemplateError, ...]:
    """What a parsed text names and does not exist, or may not stand here. `channel` None is the title.

    The parser's own errors are not repeated. Markdown is looked at by `markup.problems`.
    """
    known = _Known(
        {slot.name: slot for slot in slots},
        frozenset(fact.name for fact in facts),
        {item.name: item for item in decisions},
    )
    errors = [error for block in template.blocks for error in known.block(block)]
    before = "\n"
    for leaf, block in template.leaves():
        if isinstance(leaf, SlotRef):
            errors.extend(known.slot_ref(leaf, block, channel))
        elif isinstance(leaf, FactRef) and leaf.name not in known.facts:
            errors.append(_at(leaf, f"there is no fact {leaf.name!r} in facts.toml"))
        elif isinstance(leaf, LocalRef):
            errors.extend(known.local_ref(leaf))
        elif isinstance(leaf, Action):
            if channel is None:
                errors.append(_at(leaf, "a title has no instruction ids"))
            elif channel is Channel.WEB and not _LIST_ITEM.match(before.rpartition("\n")[2]):
                errors.append(
                    _at(
                        leaf, f"{{#{leaf.id}}} must come first in a list item: - {{#{leaf.id}}} ..."
                    )
                )
        before = leaf.text if isinstance(leaf, Text) else "."
    return tuple(sorted(errors, key=_position))


@dataclass(frozen=True)
class _Known:
    slots: Mapping[str, Slot]
    facts: frozenset[str]
    decisions: Mapping[str, Decision]

    def block(self, block: When) -> Iterator[TemplateError]:
        if not block.name:
            return
        slot = self.slots.get(block.name)
        if not block.values:
            if slot is None:
                yield _at(block, f"{{when {block.name}}}: there is no slot {block.name!r}")
            elif slot.personal:
                yield _at(
                    block, f"{block.name!r} is personal; every recipient gets the same branches"
                )
            elif slot.required:
                yield _at(block, f"{block.name!r} is required, so this condition never changes")
            return
        decision = self.decisions.get(block.name)
        options: Sequence[str] = ()
        if decision is not None:
            options = decision.options
        elif slot is not None and slot.type is SlotType.CHOICE and not slot.personal:
            options = tuple(slot.options)
        if not options:
            yield _at(block, f"{block.name!r} is neither a decision with options nor a choice")
            return
        for value in block.values:
            if value not in options:
                yield _at(
                    block, f"{block.name!r} has no option {value!r}, only {', '.join(options)}"
                )

    def slot_ref(
        self, leaf: SlotRef, block: When | None, channel: Channel | None
    ) -> Iterator[TemplateError]:
        slot = self.slots.get(leaf.name)
        if leaf.name in SYSTEM_SLOTS:
            if leaf.form and leaf.name != "issued_at":
                yield _at(leaf, f"{leaf.source}: {leaf.name} has no forms")
            return
        if slot is None:
            yield _at(leaf, f"there is no slot {leaf.name!r}")
            return
        if slot.type is SlotType.DECIDER:
            yield _at(leaf, f"{leaf.name!r} is internal and never stands in a text")
        if slot.personal and channel is not Channel.SMS:
            yield _at(leaf, f"{leaf.name!r} is personal and may stand in the SMS only")
        allowed = forms_of(slot.type)
        if leaf.form and leaf.form not in allowed:
            what = f"only {', '.join(allowed)}" if allowed else "none"
            yield _at(leaf, f"{leaf.source}: a {slot.type} has not the form {leaf.form!r} ({what})")
        if not slot.required and not slot.personal and not _is_filled_in(slot.name, block):
            yield _at(
                leaf,
                f"{leaf.name!r} is optional; show it inside {{when {leaf.name}}} ... {{end}} only",
            )

    def local_ref(self, leaf: LocalRef) -> Iterator[TemplateError]:
        decision = self.decisions.get(leaf.name)
        if decision is None:
            yield _at(leaf, f"there is no local value {leaf.name!r} under [decisions]")
        elif decision.options:
            yield _at(
                leaf,
                f"{leaf.name!r} is a choice between blocks; use {{when {leaf.name}=...}} instead",
            )


def forms_of(kind: SlotType) -> tuple[str, ...]:
    """The forms that a slot type can be asked for, besides the long one."""
    if kind in MOMENT_TYPES and kind is not SlotType.EXPECTED_END:
        return FORMS
    return ("short",) if kind in SHORT_TYPES else ()


def _is_filled_in(name: str, block: When | None) -> bool:
    return block is not None and block.name == name and not block.negated


def _at(node: SlotRef | FactRef | LocalRef | Action | When, message: str) -> TemplateError:
    return TemplateError(node.line, node.column, message)


def _position(error: TemplateError) -> tuple[int, int]:
    return error.line, error.column


def _forbidden(character: str) -> bool:
    """Control, private-use and direction-changing characters; RLM, LRM and joiners are part of some scripts."""
    if character == "\t" or character in "\u200c\u200d\u200e\u200f":
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def _merged_leaves(leaves: Sequence[Leaf]) -> tuple[Leaf, ...]:
    merged: list[Leaf] = []
    for leaf in leaves:
        last = merged[-1] if merged else None
        if isinstance(leaf, Text) and isinstance(last, Text):
            merged[-1] = Text(last.text + leaf.text)
        else:
            merged.append(leaf)
    return tuple(merged)


def _merged(nodes: Sequence[Node]) -> tuple[Node, ...]:
    merged: list[Node] = []
    for node in nodes:
        last = merged[-1] if merged else None
        if isinstance(node, Text) and isinstance(last, Text):
            merged[-1] = Text(last.text + node.text)
        else:
            merged.append(node)
    return tuple(merged)
