"""The places by kind; writing one in, changing it, and taking it off the list."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub import places as room
from hub.database import db
from hub.desk.access import current_actor, desk_route
from hub.desk.forms import Form
from hub.desk.places import words
from hub.desk.refusals import translated
from hub.desk.words import gettext as _
from hub.errors import HubError, NotFound
from hub.models import Place, PlaceKind, Role
from hub.places import posters
from hub.places.register import FOLDERS, WrongFields
from hub.settings import Settings
from hub.text.phones import grouped

BOTH = ("GET", "POST")


def wanted_kind() -> PlaceKind:
    """The kind that the address asks for; institutions where it asks for none."""
    found = request.args.get("kind", "")
    return PlaceKind(found) if found in list(PlaceKind) else PlaceKind.INSTITUTION


def page_of(row: Place) -> str | None:
    """The whole address of a place's public page as it is now; None for a kind without pages, and before its name was
    confirmed."""
    settings: Settings = current_app.config["HUB"]
    return posters.page_of(row, settings.site_url)


@desk_route("/prepared/places", role=None)
def places() -> ResponseReturnValue:
    """One kind at a time."""
    rows = room.list_all(db.session())
    kind = wanted_kind()
    counts = {item: sum(row.kind == item for row in rows) for item in PlaceKind}
    return render_template(
        "desk/places/places.html",
        kind=kind,
        kinds=words.KINDS,
        what_for=words.WHAT_FOR[kind],
        counts=counts,
        rows=[(row, page_of(row), grouped(row.phone)) for row in rows if row.kind == kind],
        has_pages=kind in FOLDERS,
        waits=room.waits,
        waiting=len(room.unconfirmed(db.session(), kind)),
    )


@desk_route("/prepared/places/new", role=Role.SENDER, methods=BOTH)
def place_new() -> ResponseReturnValue:
    """Write a place in by hand."""
    kind = wanted_kind()
    form = Form.posted()
    if request.method == "POST":
        row = _kept(form, lambda given: room.add(kind, given, current_actor()), kind)
        if row is not None:
            flash(_("%(name)s is on the list.", name=row.name) + _then(row))
            return redirect(url_for("desk.places", kind=kind.value), 303)
    return _form_page(form, kind, None)


@desk_route("/prepared/places/<int:number>", role=Role.SENDER, methods=BOTH)
def place(number: int) -> ResponseReturnValue:
    """Change a place."""
    row = room.get(db.session(), number)
    kind = PlaceKind(row.kind)
    form = Form.posted()
    if request.method == "POST":
        kept = _kept(form, lambda given: room.change(number, given, current_actor()), kind)
        if kept is not None:
            flash(_("%(name)s is changed.", name=kept.name) + _then(kept))
            return redirect(url_for("desk.places", kind=kind.value), 303)
    else:
        form = Form(_typed(row))
    return _form_page(form, kind, room.get(db.session(), number))


def _then(row: Place) -> str:
    """What must happen before the public sees it."""
    if not room.waits(row):
        return ""
    return " " + _("Another person must say yes to its name before the public sees it.")


@desk_route("/prepared/places/<int:number>/qr.svg", role=None)
def place_code(number: int) -> ResponseReturnValue:
    """The QR code of a place's page, to print or to put into a letter."""
    row = room.get(db.session(), number)
    page = page_of(row)
    if page is None:
        raise NotFound(
            _(
                "It has no page, and so no code. An institution or area has one once its name is confirmed."
            )
        )
    return Response(
        posters.svg(page),
        mimetype="image/svg+xml",
        headers={"Content-Disposition": f'attachment; filename="{row.shown["slug"]}.svg"'},
    )


@desk_route("/prepared/places/<int:number>/remove", role=Role.SENDER, methods=BOTH)
def place_remove(number: int) -> ResponseReturnValue:
    """Take a place off the list."""
    row = room.get(db.session(), number)
    kind, name, form = row.kind, row.name, Form.posted()
    if request.method == "POST":
        form.require("sure", _("Tick the sentence first."))
        if form.ok:
            try:
                room.remove(number, current_actor())
            except HubError as error:
                form.refuse(error)
            else:
                flash(_("%(name)s is off the list.", name=name))
                return redirect(url_for("desk.places", kind=kind), 303)
    row = room.get(db.session(), number)
    page = render_template("desk/places/remove.html", form=form, row=row, page=page_of(row))
    return page, 200 if form.ok else 422


def _kept(form: Form, keep: Callable[[dict[str, str]], Place], kind: PlaceKind) -> Place | None:
    """The place as it was kept; None, with the mistakes at their fields, when it was not."""
    given = {name: form[name] for name in words.FIELDS[kind]}
    try:
        return keep(given)
    except WrongFields as error:
        for name, reason in error.fields.items():
            said = translated(reason)
            form.wrong(name, f"{said[:1].upper()}{said[1:]}.")
    except HubError as error:
        form.refuse(error)
    return None


def _typed(row: Place) -> dict[str, str]:
    """The fields as a person types them."""
    found: dict[str, str] = {}
    for name in words.FIELDS[PlaceKind(row.kind)]:
        value = getattr(row, name)
        if isinstance(value, list):
            found[name] = "; ".join(value)
        elif name == "phone":
            found[name] = grouped(value)
        else:
            found[name] = {None: "", True: "ja", False: "nej"}.get(value, value)
    return found


def _form_page(form: Form, kind: PlaceKind, row: Place | None) -> ResponseReturnValue:
    areas = [item.name for item in room.list_all(db.session(), PlaceKind.AREA)]
    page = render_template(
        "desk/places/place.html",
        form=form,
        kind=kind,
        kind_words=words.KINDS[kind],
        row=row,
        page=page_of(row) if row else None,
        waits=row is not None and room.waits(row),
        answered=words.ANSWERED,
        required=("name", "phone") if kind is PlaceKind.NUMBER else ("name",),
        fields=words.FIELDS[kind],
        labels=words.LABELS,
        help={**words.HELP, **_hours_help(kind)},
        areas=[name for name in areas if row is None or name != row.name],
    )
    return page, 200 if form.ok else 422


def _hours_help(kind: PlaceKind) -> dict[str, object]:
    shown = kind in (PlaceKind.MEETING_PLACE, PlaceKind.COLLECTION_POINT)
    return {"hours": words.STRICT_HOURS} if shown else {}
