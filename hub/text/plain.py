"""The page's text without its markup, for what shows plain text only: CAP, calendars. Pure.

It reads what `hub/text/markup.py` lets through, which is a short list of elements. What comes out is text, never
safe HTML: whoever puts it into a document escapes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

_REPEATED = re.compile(r"(?<=</ul>)<table><caption>.*?</table>", re.DOTALL)
"""The table of water uses, which says again what the list before it says; no author can write a caption."""
_TAG = re.compile(r"<([^<>]*)>")
_BLANKS = re.compile(r"[ \t\r]+")
_LINE_END = re.compile(r" ?\n ?")
_GAP = re.compile(r"\n{3,}")

_BREAKS = {
    "br": "\n",
    "/p": "\n",
    "ul": "\n",
    "ol": "\n",
    "/ul": "\n",
    "/ol": "\n",
    "li": "\n- ",
    "table": "\n",
    "/caption": "\n",
    "/tr": "\n",
    "/th": ": ",
    "/td": " ",
    "/table": "\n",
    **{f"h{level}": "\n\n" for level in range(1, 7)},
    **{f"/h{level}": "\n" for level in range(1, 7)},
}
_ISOLATES = {"bdi": "\u2068", "/bdi": "\u2069", "a": "\u2066", "/a": "\u2069"}
_SECTION, _ACTION = "\x00", "\x01"
"""Where a section starts, and that it holds an instruction: two characters that no HTML holds."""
_MARKS = _BREAKS | {"h3": f"{_SECTION}\n\n"}
_MARKS_APART = _MARKS | _ISOLATES


@dataclass(frozen=True)
class Plain:
    """A text in two: `description` is what happened, where and until when, `instruction` what to do."""

    description: str
    instruction: str


def plain_text(html: str, *, isolate: bool = False) -> str:
    """The words of sanitised HTML: a line a paragraph, `- ` before each item of a list, a blank line before a
    heading. No-break spaces stay. `isolate` (for right-to-left texts) keeps numbers and names, which the page puts
    into elements of their own, in their own order by invisible marks."""
    return unescape(_tidied(_bare(html, isolate).replace(_SECTION, "").replace(_ACTION, "")))


def parted(html: str, *, isolate: bool = False) -> Plain:
    """The text in two: sections (each with its heading) that hold instructions, and the others, in their order.

    A text without headings that holds instructions is instruction as a whole.
    """
    description = instruction = ""
    for section in _bare(html, isolate).split(_SECTION):
        if _ACTION in section:
            instruction += section.replace(_ACTION, "")
        else:
            description += section
    return Plain(unescape(_tidied(description)), unescape(_tidied(instruction)))


def _bare(html: str, isolate: bool) -> str:
    """Tags replaced by breaks and marks; entities still in place."""
    marks = _MARKS_APART if isolate else _MARKS
    if "<caption>" in html:
        html = _REPEATED.sub("", html)
    parts = _TAG.split(html.replace("\n", " "))
    for index in range(1, len(parts), 2):
        tag = parts[index]
        if tag not in marks:
            name = tag.partition(" ")[0].rstrip("/")
            parts[index] = marks.get(name, "") + (_ACTION if "data-action" in tag else "")
        else:
            parts[index] = marks[tag]
    return "".join(parts)


def _tidied(text: str) -> str:
    if "  " in text or "\t" in text:
        text = _BLANKS.sub(" ", text)
    if " \n" in text or "\n " in text:
        text = _LINE_END.sub("\n", text)
    if "\n\n\n" in text:
        text = _GAP.sub("\n\n", text)
    return text.strip()
