"""Jinja for the public site: its templates, its style and script, the policy that allows just these, and what keeps
a page small.

Every byte counts on 50 kbit/s, so that pages are written as HTML allows and no longer: white space between two tags of
a template vanishes (`{{ " " }}` where one must stay), end tags that a browser adds by itself are left out.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from hub.text.moments import COPENHAGEN, render_day, render_moment, style

_PACKAGE = Path(__file__).resolve().parents[1]
TEMPLATE_FOLDERS = (_PACKAGE.parent / "templates", _PACKAGE / "_share" / "templates")
"""In a checkout, and in an installed package."""


class _Small(Extension):
    """Drops the white space between two tags of a template when it is compiled: it costs nothing at run time."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"(?<=[>}])\n\s*(?=[<{])", "", source).strip()


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates with autoescape; an unknown name in one is an error, never an empty place on the page."""
    return Environment(
        loader=FileSystemLoader([str(folder) for folder in TEMPLATE_FOLDERS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[_Small],
    )


@lru_cache(maxsize=8)
def stylesheet(*, exercise: bool) -> str:
    """The page's CSS on one line; an exercise has its own colours."""
    names = ("page.css", "exercise.css") if exercise else ("page.css",)
    return "".join(_squeezed(_source(name)) for name in names)


@lru_cache(maxsize=1)
def script() -> str:
    """What unhides the banner of a page past its time; the page says the same without it."""
    return _source("stale.js").strip()


@lru_cache(maxsize=8)
def policy(*, exercise: bool, scripted: bool) -> str:
    """The content security policy: nothing but this style, this script and the empty favicon."""
    scripts = f"script-src {_allowed(script())};" if scripted else ""
    return (
        f"default-src 'none';style-src {_allowed(stylesheet(exercise=exercise))};{scripts}"
        "img-src data:;base-uri 'none';form-action 'none'"
    )


def filled(pattern: str, **values: object) -> Markup:
    """A pattern of the page's words with its fields filled; everything that is not Markup is escaped."""
    safe = {
        name: value if type(value) is Markup else escape(value) for name, value in values.items()
    }
    return Markup(_escaped(pattern).format(**safe))  # noqa: S704 - pattern and values are escaped


@lru_cache(maxsize=1024)
def _escaped(pattern: str) -> str:
    return str(escape(pattern))


@lru_cache(maxsize=16384)
def time_element(moment: datetime, language: str, form: str = "") -> Markup:
    """A moment in words, in Copenhagen time, in a `<time>` that machines read. `form` is one of
    `render_moment`'s, or `dated`: with its year, for what may be read long after."""
    local = moment.astimezone(COPENHAGEN)
    words = _dated(moment, language) if form == "dated" else render_moment(moment, language, form)
    machine = local.isoformat(timespec="minutes")
    return Markup(f"<time datetime={machine}>{escape(words)}</time>")  # noqa: S704 - escaped


def isolated(words: str) -> Markup:
    """Words whose direction may differ from the sentence's, kept apart from it."""
    return Markup(f"<bdi>{escape(words)}</bdi>")  # noqa: S704 - escaped


def _dated(moment: datetime, language: str) -> str:
    local = moment.astimezone(COPENHAGEN)
    day = f"{render_day(local.date(), language)} {local.year}"
    return style(language).long.format(date=day, time=render_moment(moment, language, "time"))


def _source(name: str) -> str:
    loader = environment().loader
    assert loader is not None
    return loader.get_source(environment(), f"site/{name}")[0]


def _squeezed(css: str) -> str:
    css = re.sub(r"\s+", " ", css)
    return re.sub(r"\s*([{}:;,>+])\s*", r"\1", css).replace(";}", "}").strip()


def _allowed(content: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"
