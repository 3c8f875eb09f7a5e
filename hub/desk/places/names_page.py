"""Public names that wait for another person's yes: read them, say yes."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hub import places as room
from hub.database import db
from hub.desk import frame
from hub.desk.access import current_actor, desk_route, person
from hub.desk.forms import Form
from hub.desk.journal_words import VALUES
from hub.desk.waiting import Waiting
from hub.desk.words import gettext as _
from hub.desk.words import ngettext
from hub.errors import HubError
from hub.models import Person, PlaceKind
from hub.places import showing
from hub.places.register import FOLDERS

BOTH = ("GET", "POST")


@desk_route("/prepared/places/names", role=None)
def place_names() -> ResponseReturnValue:
    """What the public would see, and what it sees now."""
    return _page(Form())


@desk_route("/prepared/places/names/confirm", role=showing.MAY_CONFIRM, methods=("POST",))
def confirm_place_names() -> ResponseReturnValue:
    """Say yes to the names that were read; those that this person wrote are left to somebody else."""
    form = Form.posted()
    form.require("sure", _("Tick the sentence first."))
    if not form.ok:
        return _page(form)
    try:
        result = room.confirm(current_actor(), hash=form["hash"], kind=_kind())
    except HubError as error:
        form.refuse(error)
        return _page(form)
    flash(
        ngettext(
            "%(num)d name is confirmed. The site shows it with its next revision.",
            "%(num)d names are confirmed. The site shows them with its next revision.",
            len(result.done),
        )
    )
    return redirect(url_for("desk.place_names", kind=request.args.get("kind")), 303)


def _kind() -> PlaceKind | None:
    """The kind that the address asks for; None for both."""
    found = request.args.get("kind", "")
    return PlaceKind(found) if found in [item.value for item in FOLDERS] else None


def _page(form: Form) -> ResponseReturnValue:
    session = db.session()
    kind = _kind()
    waiting = room.unconfirmed(session, kind)
    mine = [item for item in waiting if room.may_confirm(session, person(), item)]
    page = render_template(
        "desk/places/names.html",
        form=form,
        kind=kind,
        kinds=VALUES,
        folders=FOLDERS,
        waiting=waiting,
        mine={item.id for item in mine},
        hash=showing.hash_of(waiting),
    )
    return page, 200 if form.ok else 422


def waiting_for(session: Session, who: Person) -> list[Waiting]:
    """The names that wait for this person's yes, as one thing to do."""
    found = [item for item in room.unconfirmed(session) if room.may_confirm(session, who, item)]
    if not found:
        return []
    what = ngettext(
        "Say yes to %(num)d public name of a place",
        "Say yes to %(num)d public names of places",
        len(found),
    )
    why = _(
        "Written in by %(who)s.", who=", ".join(dict.fromkeys(by for i in found for by in i.by))
    )
    return [Waiting(what, why, None, frame.link("desk.place_names"))]
