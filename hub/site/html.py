"""An announcement's HTML as it stands on the page: short, and with its numbers in order."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup

_BLOCK = r"(?:ul|ol|li|p|h[1-6]|table|caption|thead|tbody|tr|th|td)\b"
_NOT_NEEDED = re.compile(
    r' data-action="[^"]*"'  # what a test compares between channels; nobody reads it
    rf"|\s*\n\s*(?=</?{_BLOCK}|$)"
    rf"|</p>(?=\s*(?:</?{_BLOCK}|$))"
    r"|</li>(?=\s*</?(?:li|ul|ol)\b)"
    r"|</t[hdr]>|</?tbody>"
)
_PLAIN_VALUE = re.compile(r'(<[^<>]*?=)"([\w+:-]+)"')


@lru_cache(maxsize=8192)
def compact(html: str) -> str:
    """An announcement's HTML (`hub/text/markup.py`) as short as HTML allows: a browser makes the same document of it,
    but for the instructions' ids and the white space between blocks."""
    shorter = _NOT_NEEDED.sub("", html).replace("&nbsp;", "\u00a0")
    while (again := _PLAIN_VALUE.sub(r"\1\2", shorter)) != shorter:
        shorter = again
    return shorter


_NUMBER, _GAP = r"\d+(?:[.,:]\d+)*", "[ \u00a0\u202f]"
_TURNS_AROUND = re.compile(
    rf"\+?{_NUMBER}(?:{_GAP}?[-–—/]{_GAP}?{_NUMBER})+"  # 4-9, 08:00-20:00, 21/11
    rf"|\+?\d{{2,4}}(?:{_GAP}\d{{2,4}}){{2,}}"  # a telephone number
    rf"|\+{_NUMBER}"
)
_TAG = re.compile(r"(<[^<>]*>)")


@lru_cache(maxsize=1024)
def numbers_in_order(html: str) -> str:
    """Right-to-left HTML whose ranges, dates and telephone numbers stand on the screen as they are written: between
    Arabic words `4-9` is seen as `9-4` otherwise (fact sheet status-page, item 5)."""
    return "".join(
        part
        if part.startswith("<")
        else _TURNS_AROUND.sub(lambda found: f"<bdi dir=ltr>{found[0]}</bdi>", part)
        for part in _TAG.split(html)
    )


def page_html(html: str, *, rtl: bool) -> Markup:
    """An announcement's sanitised HTML as it stands on the page."""
    short = compact(html)
    return Markup(numbers_in_order(short) if rtl else short)  # noqa: S704 - sanitised where it is composed
