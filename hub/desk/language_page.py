"""Changing the language of the interface."""

from __future__ import annotations

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue

from hub.desk.access import PREFIX, PUBLIC, desk_route, safe_next
from hub.desk.language import COOKIE, LANGUAGES

_YEAR = 365 * 24 * 3600


@desk_route("/language", role=PUBLIC, methods=("POST",))
def set_language() -> ResponseReturnValue:
    """Remember the language in this browser and go back to the page."""
    response = redirect(safe_next(request.form.get("next")), 303)
    asked = request.form.get("language", "")
    if asked in LANGUAGES:
        response.set_cookie(
            COOKIE,
            asked,
            max_age=_YEAR,
            path=PREFIX,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
        )
    return response
