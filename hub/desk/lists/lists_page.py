"""The lists there are, one list in counts, and what can be done with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock
from hub.audiences import lists as room
from hub.audiences import retention, set_aside_files, storing
from hub.audiences.standing import LONGEST_NOTE, LONGEST_OWNER, Standing
from hub.database import db
from hub.desk.access import current_actor, desk_route, may
from hub.desk.formats import language_name
from hub.desk.forms import Form
from hub.desk.lists import words
from hub.desk.refusals import translated
from hub.desk.words import gettext as _
from hub.errors import HubError, NotFound
from hub.models import Audience, Role, SetAsideRow
from hub.text.spreadsheet import neutral

MOST_VALUES = 30
"""A column with more different values than this is of no use for choosing a part by hand."""
SHOWN_ROWS = 10
BOTH = ("GET", "POST")


@dataclass(frozen=True)
class Row:
    """A list as the overview shows it."""

    audience: Audience
    due: datetime | None
    waits: str
    overdue: bool
    languages: tuple[tuple[str, int], ...]


@desk_route("/lists", role=None)
def lists() -> ResponseReturnValue:
    """Standing lists, then those for one purpose."""
    session = db.session()
    rows = [_row(session, audience) for audience in room.list_all(session)]
    return render_template(
        "desk/lists/lists.html",
        standing=[row for row in rows if row.audience.standing],
        purpose=[row for row in rows if not row.audience.standing],
        count=len(rows),
    )


def _row(session: Session, audience: Audience) -> Row:
    due, waits = retention.deletion_date(session, audience)
    return Row(
        audience,
        due,
        translated(waits),
        room.is_overdue(audience, clock.now()),
        tuple(
            (language_name(code), count)
            for code, count in room.languages_of(session, audience.id).items()
        ),
    )


@desk_route("/lists/<int:number>", role=None)
def list_page(number: int) -> ResponseReturnValue:
    """What a list holds, in counts; values of its columns and rows set aside for senders only."""
    session = db.session()
    audience = _audience(session, number)
    row = _row(session, audience)
    warning = room.overdue_warning(audience, clock.now())
    summary = room.summary(session, audience.name)
    aside = (
        session.scalars(
            select(SetAsideRow)
            .where(SetAsideRow.audience_id == number)
            .order_by(SetAsideRow.row)
            .limit(SHOWN_ROWS)
        ).all()
        if may(Role.SENDER)
        else []
    )
    return render_template(
        "desk/lists/list.html",
        row=row,
        audience=audience,
        summary=summary,
        overdue=translated(warning) if warning else None,
        columns=_columns(session, audience),
        most=MOST_VALUES,
        kinds=[(words.kind(name), count) for name, count in summary["set_aside_kinds"].items()],
        aside=[(item.row, words.cell(item.value), words.reason(item.reason)) for item in aside],
        used_by=storing.in_use_by(session, number),
    )


def _columns(session: Session, audience: Audience) -> list[room.ColumnValues]:
    """By what a part can be chosen; languages by their names."""
    found = room.column_values(session, audience, MOST_VALUES)
    return [
        replace(
            item,
            heading=_("language"),
            values=tuple((language_name(code), count) for code, count in item.values),
        )
        if item.heading == room.LANGUAGE_COLUMN and room.LANGUAGE_COLUMN not in audience.columns
        else item
        for item in found
    ]


@desk_route("/lists/<int:number>/set-aside.csv", role=Role.SENDER)
def list_set_aside(number: int) -> ResponseReturnValue:
    """The rows set aside as they came, each with its reason, to mend and import again."""
    session = db.session()
    audience = _audience(session, number)
    rows = session.scalars(
        select(SetAsideRow).where(SetAsideRow.audience_id == number).order_by(SetAsideRow.row)
    ).all()
    if not rows:
        raise NotFound(_("No row of this list was set aside."))
    path = set_aside_files.file_path(storing.data_dir(), audience.name, number)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    for line in _whole_rows(path.read_text("utf-8-sig")) if path.is_file() else _kept_rows(rows):
        writer.writerow(line)
    return Response(
        "\ufeff" + text.getvalue(),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{path.name}"',
            "Cache-Control": "no-store",
        },
    )


def _headings() -> list[str]:
    return [_("row in the file"), _("number as it stood"), _("why it was set aside")]


def _whole_rows(text: str) -> list[list[str]]:
    """From the file, where formulas are neutral already; reasons and our own headings in the interface's language."""
    head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    return [
        [*_headings(), *head[3:]],
        *(
            [row[0], words.cell(row[1]), words.reason(row[2]), *map(words.cell, row[3:])]
            for row in rows
        ),
    ]


def _kept_rows(rows: Sequence[SetAsideRow]) -> list[list[str]]:
    """What the database has, when the file is on another machine."""
    return [
        _headings(),
        *([str(row.row), words.cell(neutral(row.value)), words.reason(row.reason)] for row in rows),
    ]


@desk_route("/lists/<int:number>/delete", role=Role.SENDER, methods=BOTH)
def list_delete(number: int) -> ResponseReturnValue:
    """Delete a list now, with its rows set aside."""
    session = db.session()
    audience = _audience(session, number)
    name, form = audience.name, Form.posted()
    if request.method == "POST":
        form.require("sure", _("Tick the sentence first."))
        if form.ok:
            try:
                count = room.delete(name, current_actor())
            except HubError as error:
                form.refuse(error)
            else:
                flash(
                    _(
                        "The list %(name)s and its %(count)s rows are deleted.",
                        name=name,
                        count=count,
                    )
                )
                return redirect(url_for("desk.lists"), 303)
    page = render_template(
        "desk/lists/delete.html",
        form=form,
        audience=_audience(session, number),
        used_by=storing.in_use_by(session, number),
    )
    return page, 200 if form.ok else 422


@desk_route("/lists/<int:number>/standing", role=Role.SENDER, methods=BOTH)
def list_standing(number: int) -> ResponseReturnValue:
    """Who answers for a list, and until when it may stand; or make it a list for one purpose again."""
    session = db.session()
    audience = _audience(session, number)
    form = Form.posted()
    if request.method == "POST":
        try:
            if form["act"] == "end":
                room.end_standing(audience.name, current_actor())
                done = _("The list is one for a single purpose now, and has a date of deletion.")
            else:
                standing = read_standing(form)
                if standing is not None:
                    room.set_standing(audience.name, standing, current_actor())
                done = _("The list is a standing one, and its owner is noted.")
        except HubError as error:
            form.refuse(error)
        if form.ok:
            flash(done)
            return redirect(url_for("desk.list_page", number=number), 303)
    elif audience.standing:
        form = Form(
            {
                "owner": audience.owner,
                "source_note": audience.source_note,
                "legal_basis": audience.legal_basis,
                "refresh_by": audience.refresh_by.isoformat() if audience.refresh_by else "",
            }
        )
    page = render_template(
        "desk/lists/standing.html", form=form, audience=_audience(session, number)
    )
    return page, 200 if form.ok else 422


def read_standing(form: Form) -> Standing | None:
    """The fields of a standing list; None, with the mistakes noted, when one is missing."""
    owner = form.require("owner", _("Write who answers for the list."))
    source = form.require("source_note", _("Write where the numbers come from."))
    basis = form.require("legal_basis", _("Write by which right the numbers are kept."))
    day = form.require("refresh_by", _("Choose the day by which the list has to be refreshed."))
    refresh_by = None
    if day:
        try:
            refresh_by = date.fromisoformat(day)
        except ValueError:
            form.wrong("refresh_by", _("Write the day as year-month-day, such as 2027-03-01."))
    for name, text, most in (
        ("owner", owner, LONGEST_OWNER),
        ("source_note", source, LONGEST_NOTE),
        ("legal_basis", basis, LONGEST_NOTE),
    ):
        if len(text) > most:
            form.wrong(name, _("Write at most %(most)s characters.", most=most))
    if not form.ok or refresh_by is None:
        return None
    return Standing(owner, source, basis, refresh_by)


def _audience(session: Session, number: int) -> Audience:
    """A list that is there for people. Raises NotFound."""
    audience = session.get(Audience, number, populate_existing=True)
    if audience is None or audience.name.startswith(storing.HIDDEN):
        raise NotFound(
            _("This list is not here (any more): it was deleted, or a new import took its place.")
        )
    return audience


__all__ = ["lists", "read_standing"]
