"""The page's Markdown as safe HTML.

Values never meet the Markdown parser: the text carries marks in their place, and escaped values (or the hub's own
markup) replace the marks afterwards, so that no `*`, `[` or `<` in a value can become markup. What comes out has
passed nh3 with a short list of elements.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import markdown
import nh3

from hub.text.template import TemplateError

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_ALONE = re.compile(f"<p>{_OPEN}(\\d+){_CLOSE}</p>")
_ACTION = re.compile(f"<li>(\\s*(?:<p>\\s*)?){_OPEN}(\\d+){_CLOSE}\\s*")
_TOO_HIGH = re.compile(r"(</?)h[12]>")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+\.)\s+\S")

_ELEMENTS = frozenset(
    (
        "a",
        "bdi",
        "br",
        "caption",
        "em",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ol",
        "p",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    )
)
_ATTRIBUTES = {"a": {"href", "dir"}, "li": {"data-action"}, "th": {"scope"}}
_PROBLEMS = (
    (re.compile(r"<[A-Za-z/!?]"), "raw HTML is shown as it is written; use Markdown"),
    (re.compile(r"!?\[[^\]\n]*\]\("), "links and pictures are not allowed; {page} is the site"),
    (re.compile(r"^\s*\[[^\]\n]+\]:"), "link definitions and footnotes are not allowed"),
    (re.compile(r"\[\^"), "footnotes are not allowed"),
    (re.compile(r"\b(?:https?://|www\.)"), "addresses are not allowed; {page} is the site"),
    (re.compile(r"^\s{0,3}#{1,2}(?!#|\{)"), "headings start at ###"),
    (re.compile(r"^\s{0,3}(?:=+|-{2,})\s*$"), "underlined headings and rules are not allowed"),
    (re.compile(r"^\s{0,3}>"), "quotations are not allowed"),
    (re.compile(r"`"), "code is not allowed"),
)


@dataclass(frozen=True)
class Insert:
    """What stands in place of a mark: `inline` in running text, `block` (if any) when the mark is a paragraph alone.
    Both are ready HTML."""

    inline: str
    block: str | None = None


@dataclass(frozen=True)
class ActionMark:
    """The list item that starts here is the instruction with this id."""

    id: str


def mark(index: int) -> str:
    """The stand-in for insert number `index`, to be put into the Markdown."""
    return f"{_OPEN}{index}{_CLOSE}"


def to_html(source: str, inserts: Sequence[Insert | ActionMark]) -> str:
    """Markdown with marks to sanitised HTML, no heading above h3: the page and the message's title have those.

    Raises ValueError for an instruction id outside a list item.
    """
    html = _TOO_HIGH.sub(r"\1h3>", _converter().convert(_with_breathing_room(source)))

    def action(match: re.Match[str]) -> str:
        found = inserts[int(match[2])]
        if isinstance(found, ActionMark):
            return f'<li data-action="{found.id}">{match[1]}'
        return match[0]

    def block(match: re.Match[str]) -> str:
        found = inserts[int(match[1])]
        return found.block if isinstance(found, Insert) and found.block else match[0]

    def inline(match: re.Match[str]) -> str:
        found = inserts[int(match[1])]
        if isinstance(found, ActionMark):
            raise ValueError(f"{{#{found.id}}} must come first in a list item")
        return found.inline

    html = _MARK.sub(inline, _ALONE.sub(block, _ACTION.sub(action, html)))
    return sanitised(html)


def sanitised(html: str) -> str:
    """Only what the page may hold: text structure, `tel:` links, instruction ids."""
    return nh3.clean(
        html,
        tags=set(_ELEMENTS),
        attributes={name: set(allowed) for name, allowed in _ATTRIBUTES.items()},
        url_schemes={"tel"},
        link_rel=None,
    )


def problems(source: str, first_line: int = 1) -> tuple[TemplateError, ...]:
    """What an author may not write in the Web section, with line and column."""
    found = []
    for number, line in enumerate(source.split("\n"), first_line):
        for pattern, message in _PROBLEMS:
            for match in pattern.finditer(line):
                found.append(TemplateError(number, match.start() + 1, message))
    return tuple(found)


def _converter() -> markdown.Markdown:
    """Markdown without raw HTML, links, code and quotations: they come out as the characters they are."""
    converter = markdown.Markdown(extensions=["tables", "sane_lists"], output_format="html")
    converter.preprocessors.deregister("html_block")
    for name in ("code", "setextheader", "quote", "reference", "hr"):
        converter.parser.blockprocessors.deregister(name)
    for name in (
        "backtick",
        "reference",
        "link",
        "image_link",
        "image_reference",
        "short_reference",
        "short_image_ref",
        "autolink",
        "automail",
        "html",
        "entity",
    ):
        converter.inlinePatterns.deregister(name)
    return converter


def _with_breathing_room(source: str) -> str:
    """A blank line before a list that follows its introduction directly, which Markdown would take as text."""
    lines: list[str] = []
    for line in source.split("\n"):
        before = lines[-1] if lines else ""
        starts_list = _ITEM.match(line) and not line[:1].isspace()
        if starts_list and before.strip() and not before[:1].isspace() and not _ITEM.match(before):
            lines.append("")
        lines.append(line)
    return "\n".join(lines)
