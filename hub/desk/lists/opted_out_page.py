"""Phones that get no SMS: how many, from where, the newest by two digits; and writing one down."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.database import db
from hub.desk.access import current_actor, desk_route
from hub.desk.forms import Form
from hub.desk.words import LazyWords, lazy_gettext
from hub.desk.words import gettext as _
from hub.models import Role
from hub.sms import optout, suppression
from hub.text.phones import Accepted, read_cell

SHOWN = 20
SOURCES: Mapping[str, LazyWords] = {
    "stop": lazy_gettext("answered STOP"),
    "refused": lazy_gettext("refused by the SMS provider"),
    "person": lazy_gettext("written down by hand"),
    "import": lazy_gettext("from a file"),
}


@desk_route("/lists/opted-out", role=Role.SENDER, methods=("GET", "POST"))
def opted_out() -> ResponseReturnValue:
    """The page; a POST writes one phone down."""
    form = Form.posted()
    if request.method == "POST":
        _check(form)
        if form.ok:
            new = suppression.add(form["number"], note=form["note"], actor=current_actor())
            flash(
                _("The phone gets no SMS from now on.")
                if new
                else _("It stood on the list already.")
            )
            return redirect(url_for("desk.opted_out"), 303)
    session = db.session()
    page = render_template(
        "desk/lists/opted_out.html",
        form=form,
        total=suppression.total(session),
        counts=[(SOURCES[source], number) for source, number in optout.counts(session).items()],
        newest=suppression.newest(session, SHOWN),
        sources=SOURCES,
    )
    return page, 200 if form.ok else 422


def _check(form: Form) -> None:
    if form.require("number", _("Type the telephone number.")) and not isinstance(
        read_cell(form["number"]), Accepted
    ):
        form.wrong("number", _("This is no telephone number that gets SMS."))
    form.require("note", _("Say who asked for it and how."))
