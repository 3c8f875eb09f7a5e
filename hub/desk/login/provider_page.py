"""The way in through the municipality's identity provider, where one is set up; else there is no such page.

A provider that is away is said on the login page, where address and password work as always.
"""

from __future__ import annotations

from dataclasses import asdict

from flask import redirect, request, session
from flask.typing import ResponseReturnValue

from hub import accounts
from hub.accounts import provider
from hub.database import db
from hub.desk import access
from hub.desk.access import PUBLIC, desk_route
from hub.desk.forms import Form
from hub.desk.login.caller import caller, go_on
from hub.desk.login.gate import login_page, wanted
from hub.desk.words import gettext as _
from hub.errors import HubError, NotFound

PENDING = "provider"
"""The session's key of a login on its way through the provider."""
TARGET = "provider_next"


@desk_route("/login/provider", role=PUBLIC)
def login_provider() -> ResponseReturnValue:
    """On to the provider."""
    _check_possible()
    if access.me() is not None:
        return redirect(wanted(), 303)
    db.session().rollback()  # nothing of ours waits while the provider is asked
    try:
        address, pending = provider.start()
    except HubError as error:
        return _refused(error)
    session[PENDING], session[TARGET] = asdict(pending), wanted()
    return redirect(address, 303)


@desk_route("/login/provider/back", role=PUBLIC)
def login_provider_back() -> ResponseReturnValue:
    """Back from the provider. What this browser kept is used up, whatever comes of it."""
    _check_possible()
    kept, target = session.pop(PENDING, None), session.pop(TARGET, None)
    pending = provider.Pending(**kept) if kept else None
    db.session().rollback()
    try:
        begun = accounts.begin_with_provider(pending, request.args, caller())
    except HubError as error:
        return _refused(error)
    return go_on(begun, target)


def _check_possible() -> None:
    if not provider.possible():
        raise NotFound(_("There is no such page."))


def _refused(error: HubError) -> ResponseReturnValue:
    """The login page with what went wrong."""
    page = login_page(Form(), error)
    if isinstance(error, accounts.TooManyTries) or not isinstance(page, tuple):
        return page
    return page[0], 503 if isinstance(error, provider.ProviderDown) else 403
