"""The frame of a page, everything around its content: rendered once for all pages that share it.

A publish with a thousand past incidents renders thousands of pages that differ in their number, title and content
alone; what stands around these costs more than they do.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from hub.site.pages import Page
from hub.site.tree import HIDDEN_ROBOTS, render

_NUMBER, _TITLE, _HEADING, _CONTENT = "\ue000", "\ue001", "\ue002", "\ue003"
_BLANK = re.compile(f"([{_NUMBER}-{_CONTENT}])")
_MOST = 256
_frames: dict[tuple[object, ...], list[str]] = {}


def framed(page: Page, number: int, *, title: str, heading: Markup, content: Markup) -> bytes:
    """The page of an incident that makes no claim of freshness. `page.place` ends in the incident's `number`."""
    blanks = {
        _NUMBER: str(number),
        _TITLE: str(escape(title)),
        _HEADING: str(heading),
        _CONTENT: str(content),
    }
    parts = _frame(page, number)
    return "".join(blanks.get(part, part) for part in parts).encode()


def _frame(page: Page, number: int) -> list[str]:
    situation = page.situation
    place = page.place.replace(f"{number}/", f"{_NUMBER}/")
    key = (
        situation.municipality,
        situation.address,
        situation.languages,
        bool(situation.accessibility_url),
        page.exercise,
        page.language,
        page.prefix,
        place,
    )
    found = _frames.get(key)
    if found is None:
        if len(_frames) >= _MOST:
            _frames.clear()
        found = _frames[key] = _BLANK.split(_rendered(page, place))
    return found


def _rendered(page: Page, place: str) -> str:
    blank = Page(page.situation, page.exercise, page.language, page.prefix, place)
    return render(
        "framed.html",
        blank,
        title=_TITLE,
        heading=_HEADING,
        content=_CONTENT,
        robots=HIDDEN_ROBOTS,
        age=None,
        home=page.up_to_language,
        archive=page.up_to_language + "i/",
    ).decode()
