"""Who is at the other end of a request, and the cookie of a browser that somebody has logged in with before."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Response, after_this_request, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hub import accounts
from hub.desk import access
from hub.models import Stage

BROWSER = "desk_browser"
_YEAR = 365 * 24 * 3600
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


def caller() -> accounts.Caller:
    """The other end of this request."""
    return accounts.Caller(
        address=request.remote_addr or "",
        agent=request.user_agent.string,
        browser=request.cookies.get(BROWSER, ""),
        local=_is_local(),
    )


def _is_local() -> bool:
    """Does it come from this machine itself, through no proxy, and to an address that only this machine has?"""
    host = urlsplit(f"//{request.host}").hostname or ""
    named = host == "localhost" or _is_loopback(host)
    return (
        named
        and _is_loopback(request.remote_addr or "")
        and not any(name in request.headers for name in _FORWARDED)
    )


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def go_on(begun: accounts.Begun, target: str | None) -> ResponseReturnValue:
    """Keep the login that has come this far and go to its next step, or on to `target`."""
    keep(begun)
    if begun.stage is Stage.WHOLE:
        return redirect(access.safe_next(target), 303)
    step = "desk.login_code" if begun.stage is Stage.CODE else "desk.login_setup"
    return redirect(url_for(step, next=access.safe_next(target)), 303)


def keep(begun: accounts.Begun) -> None:
    """Keep the login; one that is whole makes this a browser that the person is known by."""
    access.keep_login(begun.token)
    if begun.stage is not Stage.WHOLE:
        return
    value = accounts.browser_token(begun.email, request.cookies.get(BROWSER, ""))

    @after_this_request
    def remember(response: Response) -> Response:
        response.set_cookie(
            BROWSER,
            value,
            max_age=_YEAR,
            path=access.PREFIX,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Strict",
        )
        return response
