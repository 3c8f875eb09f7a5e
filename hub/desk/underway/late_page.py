"""A late or mended list for an announcement that is in force."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hub.audiences import lists
from hub.database import db
from hub.desk import frame
from hub.desk.access import current_actor, desk_route
from hub.desk.formats import number as shown_number
from hub.desk.forms import Form
from hub.desk.now_page import title_of
from hub.desk.underway import room_words
from hub.desk.words import gettext as _
from hub.desk.words import ngettext
from hub.errors import HubError
from hub.incidents import announcing, late
from hub.incidents.checking import find_announcement
from hub.incidents.lifecycle import IN_FORCE
from hub.models import Announcement, Role


@desk_route(
    "/announcement/<int:number>/late-list", role=Role.SENDER, fresh=True, methods=("GET", "POST")
)
def late_list(number: int) -> ResponseReturnValue:
    """Choose a list, see how many of it have the text already, add it."""
    session = db.session()
    row = find_announcement(session, number)
    frame.set_world(row.incident)
    form = Form.posted() if request.method == "POST" else Form(request.args.to_dict())
    if request.method == "POST":
        answer = _add(number, form)
        if answer is not None:
            return answer
        row = find_announcement(session, number)
    reach = _reach(session, number, form) if form["audience"] else None
    page = render_template(
        "desk/underway/late_list.html",
        announcement=row,
        title=title_of(row),
        in_force=row.state in IN_FORCE,
        lists=_lists(session, row),
        columns=_columns(session, form),
        reach=reach,
        sentence=_sentence(row, form, reach) if reach else "",
        form=form,
    )
    return page, 200 if form.ok else 422


def _add(number: int, form: Form) -> ResponseReturnValue | None:
    if not form["sure"]:
        form.wrong("sure", _("Tick the sentence when it is right."))
        return None
    try:
        done = announcing.add_late_list(
            number, form["audience"], _where(form), actor=current_actor()
        )
    except HubError as error:
        room_words.refuse(form, error)
        return None
    words = ngettext(
        "%(shown)s more phone gets the text.",
        "%(shown)s more phones get the text.",
        done.recipients,
        shown=shown_number(done.recipients),
    )
    if done.already:
        words += " " + ngettext(
            "%(shown)s had it already and is skipped.",
            "%(shown)s had it already and are skipped.",
            done.already,
            shown=shown_number(done.already),
        )
    if done.set_aside:
        words += " " + ngettext(
            "%(num)d row was set aside.", "%(num)d rows were set aside.", len(done.set_aside)
        )
    flash(words)
    return redirect(url_for("desk.broadcast", number=done.broadcast_id), 303)


def _where(form: Form) -> Mapping[str, str]:
    return {form["column"]: form["value"]} if form["column"] else {}


def _reach(session: Session, number: int, form: Form) -> late.LateReach | None:
    try:
        return late.reach(session, number, form["audience"], _where(form))
    except HubError as error:
        if not form.refusals:
            room_words.refuse(form, error, "value" if form["column"] else "audience")
        return None


def _lists(session: Session, row: Announcement) -> list[tuple[str, str]]:
    """Only lists of the incident's world can be chosen."""
    return [
        (item.name, f"{item.name} ({shown_number(item.accepted)})")
        for item in lists.list_all(session)
        if item.exercise == row.incident.exercise
    ]


def _columns(session: Session, form: Form) -> list[tuple[str, str]]:
    if not form["audience"]:
        return []
    try:
        found = lists.find(session, form["audience"])
    except HubError:
        return []
    return [("", _("the whole list")), *((item, item) for item in found.columns)]


def _sentence(row: Announcement, form: Form, reach: late.LateReach) -> str:
    """What is confirmed, from the reach."""
    words = _(
        "This sends announcement %(number)s to %(fresh)s more phones from the list %(list)s%(part)s. %(already)s of "
        "its phones have the text already or will get it, and are skipped.",
        number=row.id,
        fresh=shown_number(reach.fresh),
        list=form["audience"],
        part=f" ({form['column']}: {form['value']})" if form["column"] else "",
        already=shown_number(reach.already),
    )
    return f"{_('EXERCISE')}: {words}" if row.incident.exercise else words
