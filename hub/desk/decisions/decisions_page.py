"""What your municipality decides: the list of everything to fill in once, and a form for each local decision."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hub import library, places
from hub.database import db
from hub.desk import frame
from hub.desk.access import current_actor, desk_route
from hub.desk.decisions import items
from hub.desk.forms import Form
from hub.desk.words import gettext as _
from hub.desk.words import ngettext
from hub.errors import HubError, NotFound
from hub.library import LocalDecision
from hub.models import Place, PlaceKind, Role
from hub.settings import Settings
from hub.text.areas import AreaTree
from hub.text.types import PER_AREA

BOTH = ("GET", "POST")
UNDECIDED = "undecided"
"""What the form sends for taking a decision back: an empty choice would be a forgotten one."""


@desk_route("/prepared/decisions", role=None)
def decisions() -> ResponseReturnValue:
    """Everything, filled in or missing, and which messages need it."""
    found = items.groups(db.session())
    return render_template(
        "desk/decisions/decisions.html",
        groups=found,
        done=sum(group.done for group in found),
        asked=sum(group.asked for group in found),
    )


@desk_route("/prepared/decisions/<name>", role=Role.AUTHOR, methods=BOTH)
def decision(name: str) -> ResponseReturnValue:
    """One decision: what holds, and who decided it."""
    session = db.session()
    item = _find(session, name)
    form = Form.posted()
    if request.method == "POST":
        value = _chosen(form, item)
        by = form.require("by", _("Say who decided it: a person, a committee, a case."))
        if form.ok:
            try:
                done = library.decide(name, value, by=by, actor=current_actor())
            except HubError as error:
                session.rollback()
                form.refuse(error)
            else:
                flash(_said(done.changed), "done" if done.changed else "note")
                return redirect(url_for("desk.decisions"), 303)
    elif len(item.values) == 1:
        form = Form({"value": item.value or UNDECIDED if item.decision.options else item.value})
    page = render_template(
        "desk/decisions/decision.html",
        form=form,
        item=item,
        label=items.label(item.decision),
        unit=items.unit_words(item.decision),
        choices=_choices(item),
        areas=frame.link("desk.area_decisions", name=name) if item.decision.options else None,
        count=len(item.keys),
    )
    return page, 200 if form.ok else 422


def _find(session: Session, name: str) -> LocalDecision:
    settings: Settings = current_app.config["HUB"]
    for item in library.local_needs(session, settings).decisions:
        if item.name == name:
            return item
    raise NotFound(_("No message asks for this decision (any more)."))


def _chosen(form: Form, item: LocalDecision) -> str:
    if not item.decision.options:
        return form["value"]
    value = form.require("value", _("Choose what holds."))
    return "" if value == UNDECIDED else value


def _choices(item: LocalDecision) -> list[tuple[str, ...]]:
    if not item.decision.options:
        return []
    return [
        *((option, items.value_words(item.decision, option)) for option in item.decision.options),
        (
            PER_AREA,
            _("It differs from area to area"),
            _("You decide for each area; the message takes what holds in the area that it names."),
        ),
        (UNDECIDED, _("It is not decided yet")),
    ]


def _said(changed: tuple[str, ...]) -> str:
    if not changed:
        return _("It is decided so already: nothing was changed.")
    return ngettext(
        "It is written down. %(num)d message has a new draft; submit it, and another person approves it.",
        "It is written down. %(num)d messages have a new draft; submit them, and another person approves them.",
        len(changed),
    )


@desk_route("/prepared/decisions/<name>/areas", role=Role.SENDER, methods=BOTH)
def area_decisions(name: str) -> ResponseReturnValue:
    """The same decision for each area on the list."""
    session = db.session()
    item = _find(session, name)
    if not item.decision.options:
        raise NotFound(_("This decision is the same everywhere."))
    rows = places.list_all(session, PlaceKind.AREA)
    form = Form.posted()
    if request.method == "POST":
        wanted = _for_areas(form, item, [row.id for row in rows])
        by = form.require("by", _("Say who decided it: a person, a committee, a case."))
        if form.ok:
            try:
                changed = places.decide(name, wanted, by=by, actor=current_actor())
            except HubError as error:
                session.rollback()
                form.refuse(error)
            else:
                flash(_areas_said(len(changed)), "done" if changed else "note")
                return redirect(url_for("desk.decisions"), 303)
    else:
        form = Form({_field(row.id): row.decisions.get(name, "") for row in rows})
    page = render_template(
        "desk/decisions/areas.html",
        form=form,
        item=item,
        label=items.label(item.decision),
        rows=[
            (row, _field(row.id), _strange(item, row.decisions.get(name, "")), follows)
            for row, follows in _with_what_holds(rows, item)
        ],
        choices=[
            ("", _("not decided")),
            *(
                (option, items.value_words(item.decision, option))
                for option in item.decision.options
            ),
        ],
    )
    return page, 200 if form.ok else 422


def _field(number: int) -> str:
    return f"area-{number}"


def _for_areas(form: Form, item: LocalDecision, numbers: list[int]) -> dict[int, str]:
    """What the form says for the areas that it has a field for."""
    found = {number: form[_field(number)] for number in numbers if _field(number) in form.values}
    for number, option in found.items():
        if option and option not in item.decision.options:
            form.wrong(_field(number), _("Choose what holds."))
    return found


def _with_what_holds(rows: list[Place], item: LocalDecision) -> Iterator[tuple[Place, str]]:
    """Each area with what it takes from the area around it; empty where it decided for itself."""
    tree = AreaTree(rows)
    for row in rows:
        taken = "" if row.decisions.get(item.name) else tree.option(row, item.name)
        yield row, items.value_words(item.decision, taken) if taken else ""


def _strange(item: LocalDecision, option: str) -> str:
    """An option of an import that the messages do not know."""
    return option if option and option not in item.decision.options else ""


def _areas_said(changed: int) -> str:
    if not changed:
        return _("It is decided so already: nothing was changed.")
    return ngettext(
        "It is written down for %(num)d area.", "It is written down for %(num)d areas.", changed
    )
