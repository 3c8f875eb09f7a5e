"""Bringing in a list of places: choose the file, look at what it would change, import."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from hub.audiences import uploads
from hub.audiences.uploads import Upload
from hub.desk.access import blueprint, current_actor, desk_route, may
from hub.desk.forms import Form
from hub.desk.lists.upload_page import login_owner
from hub.desk.places import words
from hub.desk.places.places_page import BOTH, wanted_kind
from hub.desk.refusals import translated
from hub.desk.words import gettext as _
from hub.desk.words import ngettext
from hub.errors import HubError
from hub.models import PlaceKind, Role
from hub.places import import_places
from hub.places.importing import PlacesResult
from hub.places.reading import LARGEST

UPLOAD = "desk.place_import"
_FRAME = 64 * 1024
"""What a form needs around the file."""
SHOWN = 50


@blueprint.url_value_preprocessor
def _let_a_list_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """This form carries a file, from somebody who may import it; all others are small."""
    if endpoint == UPLOAD and request.method == "POST" and may(Role.SENDER):
        request.max_content_length = LARGEST + _FRAME


@desk_route("/prepared/places/import", role=Role.SENDER, methods=BOTH)
def place_import() -> ResponseReturnValue:
    """Step 1: choose the file and what is in it."""
    form = Form.posted()
    kind = wanted_kind()
    if request.method == "POST":
        if form["kind"] in list(PlaceKind):
            kind = PlaceKind(form["kind"])
        file = request.files.get("file")
        if file is None or not file.filename:
            form.wrong("file", _("Choose the file first."))
        else:
            try:
                upload = _kept(file, kind)
            except HubError as error:
                form.refuse(error, "file")
            else:
                address = url_for("desk.place_import_look", token=upload.token, kind=kind.value)
                return redirect(address, 303)
    page = render_template(
        "desk/places/import.html",
        form=form,
        kind=kind,
        kinds=[(item.value, said) for item, said in words.KINDS.items()],
    )
    return page, 200 if form.ok else 422


def _kept(file: FileStorage, kind: PlaceKind) -> Upload:
    """The file, kept if it can be read at all."""
    upload = uploads.keep(cast(BinaryIO, file.stream), file.filename or "", login_owner())
    try:
        _import(upload, kind, replace=False, dry_run=True)
    except BaseException:
        uploads.remove(upload)
        raise
    return upload


def _import(upload: Upload, kind: PlaceKind, *, replace: bool, dry_run: bool) -> PlacesResult:
    return import_places(
        upload.path,
        upload.filename,
        kind,
        actor=current_actor(),
        replace=replace,
        dry_run=dry_run,
    )


@desk_route("/prepared/places/import/<token>", role=Role.SENDER, methods=BOTH)
def place_import_look(token: str) -> ResponseReturnValue:
    """Step 2: what would change; then the import."""
    upload = uploads.find(token, login_owner())
    kind = wanted_kind()
    form = Form.posted()
    replace = form["replace"] == "yes"
    result = None
    try:
        result = _import(upload, kind, replace=replace, dry_run=True)
        wants = request.method == "POST" and form["act"] == "import"
        if wants and replace and form["seen"] != str(len(result.removed)):
            form.wrong("replace", _("Read which would be removed, and import then."))
        elif wants:
            result = _import(upload, kind, replace=replace, dry_run=False)
            uploads.remove(upload)
            flash(_done(result))
            if result.unconfirmed:
                flash(
                    ngettext(
                        "%(num)d name waits for another person's yes before the public sees it.",
                        "%(num)d names wait for another person's yes before the public sees them.",
                        result.unconfirmed,
                    ),
                    "note",
                )
            return redirect(url_for("desk.places", kind=kind.value), 303)
    except HubError as error:
        form.refuse(error)
    page = render_template(
        "desk/places/import_look.html",
        form=form,
        upload=upload,
        kind_words=words.KINDS[kind],
        kind=kind,
        result=result,
        replace=replace,
        notes=[_sentence(translated(note)) for note in result.notes] if result else [],
        aside=[(item.row, item.name, translated(item.reason)) for item in result.set_aside[:SHOWN]]
        if result
        else [],
        shown=SHOWN,
    )
    return page, 200 if form.ok else 422


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _done(result: PlacesResult) -> str:
    return _(
        "%(added)s new, %(changed)s changed, %(unchanged)s as before, %(removed)s removed, %(aside)s rows set aside.",
        added=len(result.added),
        changed=len(result.changed),
        unchanged=len(result.unchanged),
        removed=len(result.removed),
        aside=len(result.set_aside),
    )
