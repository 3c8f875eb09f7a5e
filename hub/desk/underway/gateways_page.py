"""How the gateways stand, and a person's word about which of them is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.database import db
from hub.desk.access import current_actor, desk_route
from hub.desk.forms import Form
from hub.desk.underway import room_words
from hub.desk.underway.words import FAULTS, GROUPS, HOLDS, USES
from hub.desk.words import LazyWords, lazy_gettext
from hub.errors import HubError
from hub.models import Role
from hub.sms import steering

ACTS: Mapping[str, tuple[Callable[..., None], LazyWords]] = {
    "pin": (steering.pin, lazy_gettext("Only this gateway is used from now on.")),
    "drain": (steering.drain, lazy_gettext("The gateway gets nothing new from now on.")),
    "release": (steering.free, lazy_gettext("The hub decides about this gateway again.")),
}


@desk_route("/gateways", role=None)
def gateways() -> ResponseReturnValue:
    """Every gateway: whether it is used, why not, and what waits on it."""
    return _page(Form.posted(), None)


@desk_route("/gateways/<name>", role=Role.SENDER, methods=("POST",))
def decide_gateway(name: str) -> ResponseReturnValue:
    """Pin, drain or release a gateway, with a reason."""
    form = Form.posted()
    act, done = ACTS.get(request.form.get("act", ""), (None, ""))
    if act is None:
        abort(400)
    try:
        act(name, actor=current_actor(), reason=form["reason"])
    except HubError as error:
        room_words.refuse(form, error)
        return _page(form, name), 422
    flash(str(done))
    return redirect(url_for("desk.gateways"), 303)


def _page(form: Form, about: str | None) -> str:
    found = steering.overview(db.session())
    return render_template(
        "desk/underway/gateways.html",
        form=form,
        about=about,
        gateways=[
            (item, [(group.words, group.of(item.rows)) for group in GROUPS]) for item in found
        ],
        uses=USES,
        faults=FAULTS,
        holds=HOLDS,
    )
