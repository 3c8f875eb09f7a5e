"""The page on which a partner without an account answers: `/sign/<token>`, mailed to the registered address only.

Mail programs and scanners open links by themselves, so opening this one changes nothing at all; an answer is posted,
with a code that was told by telephone. The page needs no script and loads nothing; nobody else's page may show it,
keep it or lead to it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache, partial
from typing import Final

from flask import Response, current_app, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from hub import clock
from hub.database import db
from hub.library import newest, partners, showing
from hub.library.partners.answering import LONGEST_NAME, LONGEST_REASON
from hub.library.partners.words import dated
from hub.models import Answer
from hub.public.limiting import Limit
from hub.public.signing_view import items, named
from hub.public.signing_words import LANGUAGES, words
from hub.settings import Settings
from hub.site.pages import own_name
from hub.text.words import is_right_to_left

_LIMITS: Final = "hub.sign_limits"
_LOOKS = ((60, timedelta(minutes=1)), (600, timedelta(hours=1)))
_ANSWERS = ((10, timedelta(minutes=1)), (60, timedelta(hours=1)))
_CODE = re.compile(r"[0-9]{6}")
_ANSWER = re.compile(r"a([0-9]{1,9})")


@dataclass
class Typed:
    """What was typed, and what is wrong with it: by field, in the page's words."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def ok(self) -> bool:
        return not self.errors and not self.problem


def sign_page(token: str) -> BaseResponse:
    """Everything that waits for the party, and what it answered by this link. Changes nothing."""
    if refusal := _too_often(answering=False):
        return refusal
    try:
        return _page(token, partners.opened(token), Typed())
    except partners.DeadLink as dead:
        return _dead(dead)
    finally:
        db.session.remove()


def sign_answer(token: str) -> BaseResponse:
    """Keep the answers, or say what is wrong with them; then the page again."""
    if refusal := _too_often(answering=True):
        return refusal
    try:
        return _answered(token)
    except partners.DeadLink as dead:
        if dead.why == "answered":  # the button was pressed twice
            return _to_page(token)
        return _dead(dead)
    finally:
        db.session.remove()


def sign_text(token: str, number: int, language: str) -> BaseResponse:
    """One waiting version in another of its languages, to read."""
    if refusal := _too_often(answering=False):
        return refusal
    try:
        found = partners.opened(token)
        version = next((row for row in found.waiting if row.id == number), None)
        if version is None or language not in version.text.languages:
            return _rendered("not_waiting.html", 404, token=token)
        return _rendered(
            "text.html",
            200,
            token=token,
            shown=showing.shown(version.text, language),
            title=named(version, _language()),
            party=found.partner.party,
        )
    except partners.DeadLink as dead:
        return _dead(dead)
    finally:
        db.session.remove()


def _answered(token: str) -> BaseResponse:
    values = {name: value.strip() for name, value in request.form.items()}
    typed = Typed(values)
    found = partners.opened(token)
    given = _given(typed, found)
    if not typed.ok:
        return _page(token, found, typed, 422)
    try:
        partners.answer(token, code=typed["code"], by=typed["by"], given=given)
    except partners.WrongCode as wrong:
        if not wrong.left:
            raise partners.DeadLink("tries") from wrong
        left = "wrong_code_one" if wrong.left == 1 else "wrong_code_many"
        typed.errors["code"] = words(_language())[left].format(count=wrong.left)
        return _page(token, partners.opened(token), typed, 422)
    except partners.Outdated as outdated:
        titles = _titles(outdated.keys) or "–"
        typed.problem = words(_language())["outdated"].format(titles=titles)
        return _page(token, partners.opened(token), typed, 409)
    return _to_page(token)


def _given(typed: Typed, found: partners.Opened) -> list[partners.Given]:
    """The answers, of messages that wait no more too: the room says that they are out of date."""
    table, given = words(_language()), []
    titles = {row.id: named(row, _language()) for row in found.waiting}
    for name, value in typed.values.items():
        field_name = _ANSWER.fullmatch(name)
        if field_name is None or value not in list(Answer):
            continue
        number, answer = int(field_name[1]), Answer(value)
        reason = typed[f"r{number}"]
        if answer is Answer.OBJECTION and not _fits(reason, LONGEST_REASON):
            title = titles.get(number, "")
            typed.errors[f"r{number}"] = table["no_reason"].format(title=title)
        given.append(partners.Given(number, typed[f"h{number}"], answer, reason))
    if not given:
        typed.problem = table["no_answer"]
    if not _fits(typed["by"], LONGEST_NAME):
        typed.errors["by"] = table["no_name"]
    if not _CODE.fullmatch("".join(typed["code"].split())):
        typed.errors["code"] = table["no_code"]
    return given


def _fits(words: str, most: int) -> bool:
    return 1 <= len(" ".join(words.split())) <= most


def _titles(keys: tuple[str, ...]) -> str:
    return ", ".join(named(newest(db.session(), key), _language()) for key in keys)


def _page(token: str, found: partners.Opened, typed: Typed, status: int = 200) -> BaseResponse:
    return _rendered(
        "sign.html",
        status,
        token=token,
        found=found,
        party=found.partner.party,
        items=items(db.session(), found.partner, found.waiting, _language()),
        typed=typed,
        named=partial(named, language=_language()),
        most_reason=LONGEST_REASON,
        most_name=LONGEST_NAME,
    )


def _dead(dead: partners.DeadLink) -> BaseResponse:
    """Why the link opens nothing, and what to do. Whoever has its 256 bits may know."""
    table = words(_language())
    why = table[f"dead_{dead.why or 'unknown'}"]
    when = dated(dead.at, _language()) if dead.at else ""
    return _rendered("dead.html", 410 if dead.why else 404, why=why.format(when=when))


def _too_often(*, answering: bool) -> BaseResponse | None:
    limits: dict[bool, Limit] = current_app.extensions.setdefault(
        _LIMITS, {False: Limit(*_LOOKS), True: Limit(*_ANSWERS)}
    )
    if limits[answering].allows(request.remote_addr or "", clock.now()):
        return None
    response = _rendered("too_many.html", 429)
    response.headers["Retry-After"] = "60"
    return response


def _rendered(template: str, status: int, **values: object) -> BaseResponse:
    settings: Settings = current_app.config["HUB"]
    language = _language()
    html = render_template(
        f"partners/{template}",
        w=words(language),
        language=language,
        languages=LANGUAGES,
        town=settings.municipality,
        style=_style(),
        here=f"{request.script_root}{request.path}",
        moment=partial(dated, language=language),
        own_name=own_name,
        is_right_to_left=is_right_to_left,
        **values,
    )
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    response.headers.update(_HEADERS)
    response.headers["Content-Security-Policy"] = _policy()
    return response


_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


@lru_cache(maxsize=1)
def _style() -> Markup:
    """The page's own style, written into it: it loads nothing."""
    loader = current_app.jinja_env.loader
    assert loader is not None
    source = loader.get_source(current_app.jinja_env, "partners/sign.css")[0]
    return Markup(source)  # noqa: S704 - a file of ours


@lru_cache(maxsize=1)
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def _language() -> str:
    """Danish, unless the reader pressed another language."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else next(iter(LANGUAGES))


def _to_page(token: str) -> BaseResponse:
    language = _language()
    asked = None if language == next(iter(LANGUAGES)) else language
    return redirect(url_for("public.sign_page", token=token, lang=asked), 303)
