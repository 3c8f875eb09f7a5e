"""Editing a language of a message, with what it would look like beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hub import library
from hub.database import db
from hub.desk.access import current_actor, desk_route
from hub.desk.forms import Form
from hub.desk.language import current
from hub.desk.prepared.message_page import tables
from hub.desk.prepared.names import PHASES
from hub.desk.words import gettext as _
from hub.errors import HubError, Invalid
from hub.library import Draft, EditedMeanwhile, FileFinding, showing
from hub.library.reading import is_language
from hub.models import Role, Version, VersionState
from hub.text import differences
from hub.text.types import SYSTEM_SLOTS, LanguageText, Phase, VersionText


@dataclass(frozen=True)
class Mistake:
    """A mistake of the file format: in which field (empty: another file), on which line of it, and what to do."""

    field: str
    line: int
    reason: str
    path: str


@dataclass(frozen=True)
class Preview:
    """What the typed text would be. `mistakes` refuse it; `shown` is what can be composed all the same."""

    shown: showing.Shown
    mistakes: Sequence[Mistake]
    whole: Sequence[FileFinding]


@desk_route("/prepared/<path:key>/edit/<language>", role=Role.AUTHOR, methods=("GET", "POST"))
def edit_message(key: str, language: str) -> ResponseReturnValue:
    """The form. Posted, the text is kept as a new draft; with `act=preview` it is only shown."""
    session = db.session()
    version = library.newest(session, key)
    text = version.text
    known = text.languages.get(language)
    if not is_language(language):
        raise Invalid(
            _("%(code)s is no language that can be used here; write da, en, de ...", code=language)
        )
    if request.method == "GET":
        source = known or LanguageText(language, "", "", "", "")
        values = {field: differences.field_of(source, field) for field in differences.FIELDS}
        form = Form({**values, "based_on": version.hash})
        return _page(session, version, language, form, _preview(session, key, source))
    form = Form.posted()
    if form["act"] == "preview":
        return _page(
            session, version, language, form, _preview(session, key, _typed(form, language))
        )
    return _save(session, version, language, form)


@desk_route("/prepared/<path:key>/preview/<language>", role=Role.AUTHOR, methods=("POST",))
def preview_message(key: str, language: str) -> ResponseReturnValue:
    """The preview alone, for the form while it is typed into."""
    text = _typed(Form.posted(), language)
    return render_template(
        "desk/prepared/preview.html", preview=_preview(db.session(), key, text), **tables()
    )


def _save(session: Session, version: Version, language: str, form: Form) -> ResponseReturnValue:
    key, typed = version.key, _typed(form, language)
    try:
        report = library.save(key, typed, actor=current_actor(), based_on=form["based_on"])
    except EditedMeanwhile:
        session.rollback()
        return _meanwhile(session, key, language, form, typed)
    except HubError as error:
        session.rollback()
        form.refuse(error)
        return _page(session, version, language, form, _preview(session, key, typed)), 422
    if report.refused:
        preview = _preview(session, key, typed)
        _mark(form, preview.mistakes)
        return _page(session, version, language, form, preview), 422
    if report.same:
        flash(_("Nothing was changed: the text is as it was."), "note")
    else:
        number = library.newest(session, key).number
        flash(
            _(
                "Saved as version %(number)s, a draft. Submit it for review when it is done.",
                number=number,
            )
        )
    return redirect(
        url_for("desk.message", key=key, version=library.newest(session, key).number), 303
    )


def _meanwhile(
    session: Session, key: str, language: str, form: Form, typed: LanguageText
) -> ResponseReturnValue:
    """Somebody else was first: what was typed stays in the form, and what they saved stands beside it, compared. The
    next save counts as made on theirs, because now it was seen."""
    theirs = library.newest(session, key)
    form.values = {**form.values, "based_on": theirs.hash}
    source = theirs.text.languages.get(language) or LanguageText(language, "", "", "", "")
    compared = [
        differences.FieldChange(
            language,
            field,
            differences.words_between(
                differences.field_of(source, field), differences.field_of(typed, field)
            ),
        )
        for field in differences.FIELDS
        if differences.field_of(source, field) != differences.field_of(typed, field)
    ]
    page = _page(
        session,
        theirs,
        language,
        form,
        _preview(session, key, typed),
        compared=compared,
        saved_by=theirs.made_by,
    )
    return page, 409


def _mark(form: Form, mistakes: Sequence[Mistake]) -> None:
    """Every mistake at its field, or above the form where it is in another file."""
    for field in differences.FIELDS:
        lines = [
            _("line %(line)s: %(reason)s", line=item.line, reason=item.reason)
            for item in mistakes
            if item.field == field
        ]
        if lines:
            form.wrong(field, "; ".join(lines))
    form.refusals += [
        f"{item.path}: {_('line %(line)s: %(reason)s', line=item.line, reason=item.reason)}"
        for item in mistakes
        if not item.field
    ]


def _typed(form: Form, language: str) -> LanguageText:
    fields = {field: form[field].replace("\r\n", "\n") for field in differences.FIELDS}
    return LanguageText(language, **fields)


def _preview(session: Session, key: str, typed: LanguageText) -> Preview:
    made = library.draft(session, key, typed)
    text = made.message
    findings: Sequence[FileFinding] = ()
    if text is not None:
        signers = library.co_signers(library.newest(session, key))
        findings = library.kept_findings(text.to_json(), signers)
    else:
        base = library.newest(session, key).text
        text = replace(base, languages={**base.languages, typed.language: typed})
    return Preview(
        shown=showing.shown(text, typed.language, tuple(findings)),
        mistakes=_mistakes(made),
        whole=[item for item in findings if not item.finding.language],
    )


def _mistakes(made: Draft) -> list[Mistake]:
    if made.message is not None:
        return []
    found = []
    for problem in made.read.problems:
        field, line = made.place(problem.path, problem.line)
        found.append(Mistake(field, line, problem.reason, problem.path))
    return found


def _page(
    session: Session,
    version: Version,
    language: str,
    form: Form,
    preview: Preview,
    *,
    compared: Sequence[differences.FieldChange] | None = None,
    saved_by: str = "",
) -> str:
    text: VersionText = version.text
    return render_template(
        "desk/prepared/edit.html",
        form=form,
        key=version.key,
        version=version,
        text=text,
        language_code=language,
        is_new=language not in text.languages,
        scenario=library.scenario_title(version, current()),
        phase=PHASES[Phase(version.phase)],
        preview=preview,
        compared=compared,
        saved_by=saved_by,
        original=text.languages.get("da") if language != "da" else None,
        system_slots=SYSTEM_SLOTS,
        in_review=any(
            row.state == VersionState.IN_REVIEW
            for row in library.lifecycle.versions_of(session, version.key)
        ),
        label=lambda labels, name: labels.get(current()) or labels.get("da") or name,
        **tables(),
    )
