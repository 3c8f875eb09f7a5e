"""Logging in and out, setting up the second factor, and the links that lead in."""

from __future__ import annotations

import segno
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hub import accounts
from hub.accounts import passkeys, provider, sessions, signing_in
from hub.accounts.refusals import LoginEnded, TooManyTries
from hub.desk import access
from hub.desk.access import PUBLIC, desk_route
from hub.desk.forms import Form
from hub.desk.login.caller import caller, go_on, keep
from hub.errors import HubError
from hub.models import LinkKind, Stage

BOTH = ("GET", "POST")


def shown(
    page: str, form: Form, error: HubError | None = None, **values: object
) -> ResponseReturnValue:
    """The page with what was refused, under the status that fits."""
    if error is not None:
        form.refuse(error)
    text = render_template(f"desk/login/{page}.html", form=form, **values)
    if isinstance(error, TooManyTries):
        return text, 429, {"Retry-After": str(error.seconds)}
    return text, 200 if form.ok else 422


def login_page(form: Form, error: HubError | None = None) -> ResponseReturnValue:
    """Address and password, and the way through the provider where one is set up."""
    return shown("login", form, error, next=wanted(), provider=provider.possible())


def wanted() -> str:
    """Where the person was going: a page of the desk, or Now."""
    return access.safe_next(request.values.get("next"))


@desk_route("/login", role=PUBLIC, methods=BOTH)
def login() -> ResponseReturnValue:
    """Address and password. What was typed is not stripped: a password may begin with a blank."""
    if request.method == "GET":
        if access.me() is not None:
            return redirect(wanted(), 303)
        return login_page(Form())
    form = Form({"email": request.form.get("email", "").strip()})
    try:
        begun = accounts.begin(form["email"], request.form.get("password", ""), caller())
    except HubError as error:
        return login_page(form, error)
    return go_on(begun, wanted())


@desk_route("/login/code", role=PUBLIC, methods=BOTH)
def login_code() -> ResponseReturnValue:
    """The second step: a code, a recovery code or a passkey."""
    token = access.login_token()
    waiting = sessions.read(token, touch=False)
    if waiting is None or waiting.stage is not Stage.CODE:
        return redirect(url_for("desk.login", next=wanted()), 303)
    form = Form()
    if request.method == "POST":
        typed = request.form.get("code", "").strip() or request.form.get("recovery", "")
        answer = request.form.get("passkey", "")
        try:
            begun = (
                accounts.finish_with_passkey(token, answer, caller())
                if answer
                else accounts.finish(token, typed, caller())
            )
        except LoginEnded:
            return redirect(url_for("desk.login", next=wanted()), 303)
        except HubError as error:
            options = passkeys.login_options(token)
            return shown("code", form, error, next=wanted(), options=options)
        return go_on(begun, wanted())
    return shown("code", form, next=wanted(), options=passkeys.login_options(token))


@desk_route("/login/setup", role=PUBLIC, methods=BOTH)
def login_setup() -> ResponseReturnValue:
    """An authenticator app, at the first login or in place of another; then the recovery codes, shown once."""
    token = access.login_token()
    waiting = sessions.read(token, touch=False)
    if waiting is None or waiting.stage is Stage.CODE:
        return redirect(url_for("desk.login", next=wanted()), 303)
    if waiting.is_whole and not signing_in.has_proposal(token):
        return redirect(url_for("desk.account"), 303)
    form = Form()
    error: HubError | None = None
    if request.method == "POST":
        try:
            begun = accounts.finish_setup(token, request.form.get("code", ""))
        except LoginEnded:
            return redirect(url_for("desk.login", next=wanted()), 303)
        except HubError as refused:
            error = refused
        else:
            keep(begun)
            return recovery_sheet(begun.codes, wanted())
    try:
        setup = accounts.propose_factor(token)
    except LoginEnded:
        return redirect(url_for("desk.login", next=wanted()), 303)
    return shown("setup", form, error, next=wanted(), setup=setup, picture=qr(setup.uri))


def qr(text: str) -> Markup:
    """A QR code as SVG with light ground, so that a phone reads it in the dark too."""
    picture = segno.make(text, error="m", micro=False)
    # Made here from our own text: segno escapes nothing because nothing of the text stands in the SVG.
    return Markup(picture.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr"))  # noqa: S704


def recovery_sheet(codes: tuple[str, ...], target: str) -> ResponseReturnValue:
    """The recovery codes, to print. They cannot be shown again."""
    found = access.person()
    return render_template("desk/login/recovery.html", codes=codes, next=target, email=found.email)


@desk_route("/logout", role=PUBLIC, methods=("POST",))
def logout() -> ResponseReturnValue:
    """End this login, here and in the database."""
    sessions.end(access.login_token())
    access.forget_login()
    return redirect(url_for("desk.login"), 303)


@desk_route("/welcome/<token>", role=PUBLIC, methods=BOTH)
def welcome(token: str) -> ResponseReturnValue:
    """A link to a new or reset account: a password is chosen, and the login begins."""
    form = Form()
    error: HubError | None = None
    link = accounts.opened(token, caller())
    if link.kind is LinkKind.DEMO:
        return redirect(url_for("desk.demo_login", token=token), 303)
    if request.method == "POST":
        first, again = request.form.get("password", ""), request.form.get("again", "")
        try:
            if first != again:
                raise accounts.PasswordsDiffer
            return go_on(accounts.redeem(token, first, caller()), None)
        except HubError as refused:
            error = refused
    return shown("welcome", form, error, link=link)


@desk_route("/demo/<token>", role=PUBLIC, methods=BOTH)
def demo_login(token: str) -> ResponseReturnValue:
    """A demo's link: one button logs in."""
    if request.method == "POST":
        return go_on(accounts.redeem_demo(token, caller()), None)
    return shown("demo", Form(), link=accounts.opened(token, caller()))
