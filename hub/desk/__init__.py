"""The desk: the staff's web interface. Nothing is decided here that is not enforced in the rooms below.

How to add a page: `docs/desk-developers.md`.
"""

from __future__ import annotations

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined

from hub.desk import (
    access,
    answers,
    formats,
    frame,
    language,
    pages,
    static_files,
)
from hub.settings import Settings

__all__ = ["register"]

csrf = CSRFProtect()


def register(app: Flask) -> None:
    """Put the desk on the application, after the accounts and before the public routes. Call it once."""
    _cookies(app, app.config["HUB"])
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    language.prepare(app)
    formats.prepare(app)
    csrf.init_app(app)
    app.before_request(_ask_for_the_token)
    static_files.prepare(app)
    answers.prepare(app)
    frame.prepare(app)
    app.register_blueprint(pages.blueprint)
    access.guard(app)


def _ask_for_the_token() -> None:
    """On the desk only: a gateway's callback is signed, and has no token to show."""
    if request.path.startswith("/desk"):
        csrf.protect()


def _cookies(app: Flask, settings: Settings) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="desk",
        SESSION_COOKIE_PATH="/desk",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"),
        WTF_CSRF_CHECK_DEFAULT=False,  # `_ask_for_the_token` does, below the desk's addresses
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form filled for two hours is not lost
        WTF_CSRF_SSL_STRICT=False,  # pages send no referrer; `access.guard` looks at Sec-Fetch-Site
    )
