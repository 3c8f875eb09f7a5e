"""What partners put on their own pages: one line of text, and a picture of it that is made of text.

Both name the moment at which they were made and the one after which they are too old: neither can know what time it is
where it is shown. Exercises have none.
"""

from __future__ import annotations

from hub.site.feeds.words import feed_words
from hub.site.feeds.xml import bare, element
from hub.site.words import words
from hub.text.holding import holding
from hub.text.moments import render_moment
from hub.text.situation import Situation
from hub.text.words import is_right_to_left

BADGE_BYTES = 400
_FIRST_STRONG, _POP = "\u2068", "\u2069"
_LINE, _CHARACTER = 20, 8
"""Pixels: the height of a line, and more than a character of 14 px takes on average."""
_SHORTEST = 8
"""Characters of a cut name, at least, before English is shorter."""


def status_text(situation: Situation, language: str) -> bytes:
    """`/status.txt`: the line and a line end."""
    return f"{status_line(situation, language)}\n".encode("utf-8", "ignore")


def status_line(situation: Situation, language: str, *, exercise: bool = False) -> str:
    """Who speaks, how many messages are in force, the gravest one's title, when this was written and when it is too
    old. One line in the language, in the page's English where the hub has no words in it."""
    page, own = words(language), feed_words(language)
    held = holding(situation, exercise=exercise)
    in_force = situation.in_force(exercise=exercise)
    parts = [f"{_apart(situation.municipality, own.code)}:"]
    if exercise:
        parts.append(f"{page.exercise}.")
    if in_force:
        parts.append(f"{own.active.format(count=len(in_force))}.")
        text = in_force[0].texts.get(language) or in_force[0].texts.get(own.code)
        if text is not None:
            parts.append(_ended(_apart(text.title, own.code)))
    else:
        parts.append(f"{page.quiet_title}.")
    parts.append(own.updated.format(time=render_moment(held.updated, own.code)))
    limit = render_moment(held.until, own.code)
    address = _apart(situation.address, own.code)
    parts.append(own.too_old.format(limit=limit, address=address))
    return " ".join(" ".join(parts).split())


def badge(situation: Situation, language: str) -> bytes:
    """`/badge.svg`: four lines, at most BADGE_BYTES. A municipality's name that has no room is cut with `…`; a
    language whose words have none (those whose letters are two bytes) gives way to English."""
    name = situation.municipality
    english = _badge_lines(situation, "en")
    for code, lines, shortest in (
        (language, _badge_lines(situation, language), _SHORTEST),
        ("en", english, 0),
    ):
        for end in range(len(name), shortest, -1):
            shown = name if end == len(name) else f"{name[:end].rstrip()}…"
            drawing = _drawn([shown, *lines], code)
            if len(drawing) <= BADGE_BYTES:
                return drawing
    return _drawn(["…", *english], "en")


def _badge_lines(situation: Situation, language: str) -> list[str]:
    page, own = words(language), feed_words(language)
    held = holding(situation)
    in_force = situation.in_force()
    return [
        own.active.format(count=len(in_force)) if in_force else page.quiet_title,
        own.updated.format(time=render_moment(held.updated, own.code, "short")).rstrip("."),
        own.badge_limit.format(limit=render_moment(held.until, own.code, "short")),
    ]


def _drawn(lines: list[str], language: str) -> bytes:
    """The texts are read in their order; the title is what a tab says when the picture is opened alone."""
    width = max(map(len, lines)) * _CHARACTER + 16
    height = len(lines) * _LINE + 8
    drawing = element(
        "svg",
        element("title", lines[1]),
        element("path", fill="#fff", d=f"M0 0h{width}v{height}H0"),
        *(
            element("text", line, x="8", y=str(_LINE * number))
            for number, line in enumerate(lines, start=1)
        ),
        xmlns="http://www.w3.org/2000/svg",
        width=str(width),
        height=str(height),
        lang=feed_words(language).code,
        **{"font-size": "14"},
    )
    return bare(drawing)


def _apart(value: str, language: str) -> str:
    """In a right-to-left line, a name or address keeps its own order."""
    return f"{_FIRST_STRONG}{value}{_POP}" if is_right_to_left(language) else value


def _ended(title: str) -> str:
    return title if title.rstrip("\u2069").endswith((".", "?", "!")) else f"{title}."
