"""Bringing a list in: choose the file, look at what would be taken, import."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from hub import clock
from hub.accounts import sessions
from hub.audiences import lists as room
from hub.audiences import uploads
from hub.audiences.importing import LONGEST_DAYS, ImportResult, check_name, import_list
from hub.audiences.previewing import Preview, preview
from hub.audiences.standing import Standing
from hub.audiences.uploads import Upload
from hub.audiences.vocabulary import LANGUAGES
from hub.clock import COPENHAGEN
from hub.database import db
from hub.desk.access import blueprint, current_actor, desk_route, login_token, may
from hub.desk.formats import language_name
from hub.desk.forms import Form
from hub.desk.lists import words
from hub.desk.lists.lists_page import BOTH, read_standing
from hub.desk.refusals import translated
from hub.desk.words import gettext as _
from hub.desk.words import ngettext
from hub.errors import HubError
from hub.models import Audience, Role

UPLOAD = "desk.list_upload"
_FRAME = 64 * 1024
"""What a form needs around the file."""
SHOWN_ASIDE = 20
_FIRST_LANGUAGES = ("da", "en", "de", "uk", "ar", "pl", "ro", "fa", "so", "tr")
STANDING, PURPOSE = "standing", "purpose"
REFRESH_IN = timedelta(days=182)


@blueprint.url_value_preprocessor
def _let_a_file_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Forms are small, but for the one that carries a file, and that only from somebody who may import it. This
    comes before the form is read for its token. A file that is too large is refused before it is read."""
    if endpoint != UPLOAD or request.method != "POST" or not may(Role.SENDER):
        return
    request.max_content_length = uploads.LARGEST + _FRAME
    length = request.content_length or 0
    if length > uploads.LARGEST + _FRAME:
        raise uploads.too_large(length)


@desk_route("/lists/new", role=Role.SENDER, methods=BOTH)
def list_upload() -> ResponseReturnValue:
    """Step 1: choose the file."""
    form = Form.posted()
    if request.method == "POST":
        file = request.files.get("file")
        if file is None or not file.filename:
            form.wrong("file", _("Choose the file first."))
        else:
            try:
                upload = _kept(file)
            except HubError as error:
                form.refuse(error, "file")
            else:
                return redirect(url_for("desk.list_preview", token=upload.token), 303)
    page = render_template(
        "desk/lists/upload.html", form=form, largest=uploads.LARGEST // 1024 // 1024
    )
    return page, 200 if form.ok else 422


def _kept(file: FileStorage) -> Upload:
    """The file, kept if it can be read at all."""
    upload = uploads.keep(cast(BinaryIO, file.stream), file.filename or "", login_owner())
    try:
        preview(upload.path, upload.filename)
    except BaseException:
        uploads.remove(upload)
        raise
    return upload


def login_owner() -> str:
    """This login, in a form that gives nothing away."""
    token = login_token()
    assert token is not None  # the route has a role
    return str(sessions.token_hash(token))


@dataclass(frozen=True)
class _Wanted:
    """What the form says about the list."""

    name: str
    phone_column: str | None
    language: str
    exercise: bool
    days: int | None
    standing: Standing | None


@desk_route("/lists/new/<token>", role=Role.SENDER, methods=BOTH)
def list_preview(token: str) -> ResponseReturnValue:
    """Step 2: the first rows, what would be taken, and the list's name and purpose. Step 3 imports."""
    upload = uploads.find(token, login_owner())
    if request.method == "GET":
        return _look(upload, _first_form(upload))
    form = Form.posted()
    wanted = _wanted(form)
    if form["act"] != "import" or not form.ok:
        return _look(upload, form, asked=form["act"] == "import")
    try:
        _dry(upload, form)  # a list without a usable row is refused here, without a file about it
        result = _import(upload, wanted, wanted.name)
    except HubError as error:
        form.refuse(error)
        return _look(upload, form, asked=True)
    uploads.remove(upload)
    flash(_done(result))
    return redirect(url_for("desk.list_page", number=result.audience_id), 303)


@desk_route("/lists/new/<token>/throw-away", role=Role.SENDER, methods=("POST",))
def list_throw_away(token: str) -> ResponseReturnValue:
    """Delete the file that waits."""
    uploads.remove(uploads.find(token, login_owner()))
    flash(_("The file is thrown away. Nothing was imported."))
    return redirect(url_for("desk.lists"), 303)


def _done(result: ImportResult) -> str:
    taken = ngettext(
        "%(num)d row is in the list.", "%(num)d rows are in the list.", result.accepted
    )
    aside = ngettext(
        "%(num)d row was set aside.", "%(num)d rows were set aside.", len(result.set_aside)
    )
    return f"{taken} {aside}"


def _import(upload: Upload, wanted: _Wanted, name: str, *, dry_run: bool = False) -> ImportResult:
    return import_list(
        name,
        upload.path,
        upload.filename,
        language=wanted.language,
        delete_after_days=wanted.days,
        exercise=wanted.exercise,
        phone_column=wanted.phone_column,
        actor=current_actor(),
        dry_run=dry_run,
        standing=wanted.standing,
    )


def _look(upload: Upload, form: Form, *, asked: bool = False) -> ResponseReturnValue:
    """The page of step 2. Only what was `asked` for is shown as a mistake."""
    if not asked:
        form = Form(form.values, form.lists)
    seen, result = None, None
    try:
        seen = preview(upload.path, upload.filename, form["phone_column"] or None)
        if seen.problem is None:
            result = _dry(upload, form)
        else:
            form.refuse(seen.problem, "phone_column")
    except HubError as error:
        form.refuse(error)
    page = render_template(
        "desk/lists/preview.html",
        form=form,
        upload=upload,
        seen=seen,
        choices=_phone_choices(seen),
        phone=_phone(seen),
        taken_as=words.TAKEN_AS,
        cell_words=words.cell,
        result=result,
        spoken=_languages(result),
        warnings=[_sentence(translated(item)) for item in result.warnings] if result else [],
        aside=[
            (item.row, words.cell(item.value), words.reason(item.reason))
            for item in result.set_aside[:SHOWN_ASIDE]
        ]
        if result
        else [],
        language_choices=[(code, language_name(code)) for code in _codes()],
        replaces=_existing(form["name"]),
        longest_days=LONGEST_DAYS,
    )
    return page, 200 if form.ok else 422


def _dry(upload: Upload, form: Form) -> ImportResult:
    """What an import would take. The list's name and dates are not looked at, so that a mistake there does not
    hide the counts."""
    wanted = _Wanted("", form["phone_column"] or None, _language(form), False, None, None)
    return _import(upload, wanted, f"preview {upload.path.name[:8].strip('-_')}x", dry_run=True)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _phone(seen: Preview | None) -> str:
    if seen is None:
        return ""
    return next((item.choose for item in seen.columns if item.taken == "phone"), "")


def _phone_choices(seen: Preview | None) -> list[tuple[str, str]]:
    if seen is None:
        return []
    none = [] if _phone(seen) else [("", _("choose the column"))]
    return none + [
        (
            item.choose,
            _("%(heading)s (column %(letter)s)", heading=item.heading, letter=item.letter),
        )
        for item in seen.columns
    ]


def _languages(result: ImportResult | None) -> list[tuple[str, int]]:
    if result is None:
        return []
    return [(language_name(code), count) for code, count in result.languages.items()]


def _codes() -> list[str]:
    return list(dict.fromkeys((*_FIRST_LANGUAGES, *sorted(set(LANGUAGES.values())))))


def _language(form: Form) -> str:
    return form["language"] if form["language"] in _codes() else "da"


def _existing(name: str) -> Audience | None:
    """The list that would be replaced."""
    clean = " ".join(name.split()).casefold()
    return next((it for it in room.list_all(db.session()) if it.name.casefold() == clean), None)


def _first_form(upload: Upload) -> Form:
    """What is proposed: a name from the file's, and what is known of a list of that name."""
    stem = PurePath(upload.filename).stem.replace("_", " ")
    name = " ".join(re.sub(r"[^\w .,:;()&/+'-]+", " ", stem).split()).lstrip(".,:;()&/+'-_ ")[:80]
    days = current_app.config["HUB"].retention_days
    replaced = request.args.get("list", "")
    old = _existing(replaced or name)
    today = clock.now().astimezone(COPENHAGEN).date()
    values = {
        "name": old.name if old else name,
        "language": old.language if old else "da",
        "days": str(old.delete_after_days if old else days),
        "kind": STANDING if old and old.standing else PURPOSE,
        "refresh_by": (today + REFRESH_IN).isoformat(),
    }
    if old is not None:
        values |= {
            "owner": old.owner,
            "source_note": old.source_note,
            "legal_basis": old.legal_basis,
            "exercise": "yes" if old.exercise else "",
        }
    return Form(values, {name: [value] for name, value in values.items() if value})


def _wanted(form: Form) -> _Wanted:
    """What was typed; mistakes are noted at their fields."""
    name = form.require("name", _("Give the list a name."))
    if name:
        try:
            check_name(name)
        except HubError as error:
            form.refuse(error, "name")
    standing = read_standing(form) if form["kind"] == STANDING else None
    if form["kind"] not in (STANDING, PURPOSE):
        form.wrong("kind", _("Choose what the list is for."))
    days = None
    if form["days"].isdecimal() and 1 <= int(form["days"][:9]) <= LONGEST_DAYS:
        days = int(form["days"][:9])
    elif form["days"] or form["kind"] == PURPOSE:
        form.wrong("days", _("Write a number of days, 1 to %(most)s.", most=LONGEST_DAYS))
    if form["language"] not in _codes():
        form.wrong("language", _("Choose a language."))
    return _Wanted(
        name,
        form["phone_column"] or None,
        _language(form),
        form["exercise"] == "yes",
        days,
        standing,
    )
