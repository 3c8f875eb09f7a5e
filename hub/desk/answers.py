"""What every answer of the desk has: headers, compression, and pages for errors."""

from __future__ import annotations

import gzip

from flask import Flask, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from hub.database import db
from hub.desk import access
from hub.desk.refusals import refusal
from hub.desk.words import gettext as _
from hub.errors import Conflict, HubError, Invalid, NotAllowed, NotFound

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
STATUS: dict[type[HubError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422}
_SMALLEST_GZIP = 600
"""Below this, in bytes, compressing saves no packet."""


def prepare(app: Flask) -> None:
    """Set headers and error pages for every address under `/desk`; others are left alone."""
    app.after_request(_finish)
    app.register_error_handler(HubError, _hub_error)
    app.register_error_handler(HTTPException, _http_error)


def status_of(error: HubError) -> int:
    """The HTTP status of a refusal."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)


def _finish(response: Response) -> Response:
    if not access.in_desk():
        return response
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return _compressed(response)


def _compressed(response: Response) -> Response:
    """A phone on a full mobile net waits for every packet. (Cookies are SameSite, so that no other site can make
    this browser ask again and again and measure the length of a page with a secret in it.)"""
    response.vary.add("Accept-Encoding")
    if (
        response.is_streamed
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(("text/", "image/svg"))
        or request.accept_encodings.quality("gzip") <= 0
    ):
        return response
    content = response.get_data()
    if len(content) >= _SMALLEST_GZIP:
        response.set_data(gzip.compress(content, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _hub_error(error: HubError) -> ResponseReturnValue:
    """A refusal that no view showed beside its form."""
    if not access.in_desk():
        raise error
    db.session.rollback()
    titles = {
        404: _("This is not here"),
        403: _("You may not do this"),
        409: _("This cannot be done now"),
        422: _("Something has to be put right"),
    }
    status = status_of(error)
    return _page(status, titles.get(status, _("This cannot be done")), refusal(error))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if not access.in_desk() or error.code is None or error.code < 400:
        return error
    if isinstance(error, CSRFError):
        return _page(
            400,
            _("The page was too old"),
            [
                _(
                    "You were logged out, or the form was opened in another login. Nothing was changed."
                ),
                _("Go back, load the page again, and do it once more."),
            ],
        )
    if error.code >= 500:
        return _broken(error.code)
    pages = {
        404: (_("This is not here"), _("There is no such page.")),
        405: (_("This cannot be done here"), _("This address does not take what was sent to it.")),
        413: (
            _("That is too large"),
            _("What was sent is larger than the hub takes. Send a smaller file."),
        ),
    }
    title, line = pages.get(
        error.code, (_("This cannot be done"), _("The hub did not understand what was asked."))
    )
    return _page(error.code, title, [line])


def _broken(status: int) -> ResponseReturnValue:
    """Our own mistake. The frame may need just what is broken, so the page can do without it."""
    db.session.rollback()
    lines = [
        _("The hub made a mistake. It is in the log, with the time."),
        _("Look at Now before you do it again: it may have been done."),
        _("Everything can be done from the command line too: `hub --help`."),
    ]
    try:
        return _page(status, _("Something went wrong"), lines)
    except Exception:
        current_app.logger.exception("the error page cannot be written")
        return "\n".join(lines) + "\n", status, {"Content-Type": "text/plain; charset=utf-8"}


def _page(status: int, title: str, lines: list[str]) -> ResponseReturnValue:
    page = render_template("desk/error.html", title=title, lines=lines, status=status)
    return page, status
