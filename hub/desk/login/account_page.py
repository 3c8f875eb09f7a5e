"""One's own account: password, app, recovery codes, passkeys, and where one is logged in."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub import accounts
from hub.accounts import passkeys, sessions
from hub.accounts.sessions import SignedIn
from hub.database import db
from hub.desk import access
from hub.desk.access import desk_route
from hub.desk.forms import Form
from hub.desk.login.gate import BOTH, recovery_sheet, shown
from hub.desk.words import gettext as _
from hub.errors import HubError, NotAllowed


def signed_in() -> SignedIn:
    """This login. Raises NotAllowed when it ended just now."""
    found = sessions.read(access.login_token())
    if found is None:
        raise NotAllowed(_("Log in first."))
    return found


def token() -> str:
    return access.login_token() or ""


@desk_route("/account", role=None)
def account() -> ResponseReturnValue:
    """What this person may do, and their login."""
    here = signed_in()
    person, session = here.person, db.session()
    return render_template(
        "desk/login/account.html",
        person=person,
        here=here.id,
        logins=sessions.of_person(session, person),
        codes_left=accounts.recovery_codes_left(session, person),
        keys=passkeys.of_person(session, person),
        passkeys_possible=passkeys.possible(),
        role_names=access.ROLE_NAMES,
    )


@desk_route("/account/password", role=None, methods=BOTH)
def account_password() -> ResponseReturnValue:
    """Change one's own password."""
    form = Form()
    if request.method == "GET":
        return shown("password", form)
    new, again = request.form.get("password", ""), request.form.get("again", "")
    try:
        if new != again:
            raise accounts.PasswordsDiffer
        accounts.change_password(signed_in(), token(), request.form.get("current", ""), new)
    except HubError as error:
        return shown("password", form, error)
    flash(_("Your password is changed. You were logged out everywhere else."))
    return redirect(url_for("desk.account"), 303)


@desk_route("/account/recovery", role=None, fresh=True, methods=BOTH)
def account_recovery() -> ResponseReturnValue:
    """New recovery codes in place of the old ones."""
    if request.method == "GET":
        return shown("new_recovery", Form())
    return recovery_sheet(accounts.new_recovery_codes(token()), url_for("desk.account"))


@desk_route("/account/app", role=None, fresh=True, methods=BOTH)
def account_app() -> ResponseReturnValue:
    """Another authenticator app: a new telephone."""
    if request.method == "GET":
        return shown("new_app", Form())
    accounts.propose_factor(token())
    return redirect(url_for("desk.login_setup", next=url_for("desk.account")), 303)


@desk_route("/account/passkey", role=None, fresh=True, methods=BOTH)
def account_passkey() -> ResponseReturnValue:
    """Add a passkey."""
    form = Form.posted()
    error: HubError | None = None
    if request.method == "POST":
        try:
            passkeys.add(token(), form["passkey"], form["name"])
        except HubError as refused:
            error = refused
        else:
            flash(_("The passkey is added. Your app's codes work as before."))
            return redirect(url_for("desk.account"), 303)
    return shown("new_passkey", form, error, options=passkeys.registration_options(token()))


@desk_route("/account/passkey/<int:number>/remove", role=None, methods=("POST",))
def account_passkey_remove(number: int) -> ResponseReturnValue:
    """Remove one of one's own passkeys."""
    passkeys.remove(token(), number)
    flash(_("The passkey is removed."))
    return redirect(url_for("desk.account"), 303)


@desk_route("/account/logins/end", role=None, methods=("POST",))
def account_logins_end() -> ResponseReturnValue:
    """Log out everywhere else."""
    sessions.end_others(signed_in())
    flash(_("You are logged out everywhere else."))
    return redirect(url_for("desk.account"), 303)
