"""Who was not reached: counts for everybody, and for senders the numbers to phone, on the page or as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from hub.clock import COPENHAGEN
from hub.database import db
from hub.desk import frame
from hub.desk.access import current_actor, desk_route
from hub.desk.now_page import title_of
from hub.desk.start.room_words import line_in_words
from hub.desk.underway.room_words import gateway_says
from hub.desk.underway.words import WHY
from hub.desk.words import gettext as _
from hub.models import Announcement, Role
from hub.sms import broadcasts, unreached
from hub.sms.unreached import NotReached
from hub.text.phones import grouped
from hub.text.spreadsheet import neutral


@desk_route("/broadcast/<int:number>/not-reached", role=Role.SENDER, methods=("GET", "POST"))
def not_reached(number: int) -> ResponseReturnValue:
    """How many were not reached and why. Posted: the numbers, as a file or on the page; the journal notes it."""
    session = db.session()
    row = broadcasts.find(session, number)
    of = session.get_one(Announcement, row.announcement_id)
    frame.set_world(of.incident)
    people: list[NotReached] | None = None
    if request.method == "POST":
        people = unreached.fetch(number, actor=current_actor())
        if request.form.get("as") == "file":
            return _file(number, people, exercise=row.exercise)
        row = broadcasts.find(session, number)
        of = session.get_one(Announcement, row.announcement_id)
    counts = unreached.count(session, number)
    return render_template(
        "desk/underway/not_reached.html",
        broadcast=row,
        announcement=of,
        title=title_of(of),
        counts=[(str(WHY.get(why, why)), count) for why, count in counts.items()],
        total=sum(counts.values()),
        people=people,
        rows=_rows(people or ()),
        headings=_headings(),
    )


def _headings() -> list[str]:
    return [
        _("Telephone"),
        _("Name"),
        _("Language"),
        _("Why"),
        _("What the gateway said"),
        _("Since"),
        _("Row in the list"),
        _("Their own text"),
    ]


def _rows(people: Sequence[NotReached]) -> list[list[str]]:
    return [
        [
            grouped(item.number) if item.number else _("deleted"),
            item.name,
            item.language,
            str(WHY.get(item.why, item.why)),
            _said(item),
            item.since.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M") if item.since else "",
            str(item.row or ""),
            item.text,
        ]
        for item in people
    ]


def _said(item: NotReached) -> str:
    if item.why == unreached.SET_ASIDE:
        return line_in_words(item.detail)
    return gateway_says(item.code, item.detail)


def _file(number: int, people: Sequence[NotReached], *, exercise: bool) -> Response:
    """UTF-8 with a byte order mark and semicolons, which Danish spreadsheets open rightly; formulas neutral."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(map(neutral, _headings()))
    for row in _rows(people):
        writer.writerow(map(neutral, row))
    name = f"{_('EXERCISE').lower() + '-' if exercise else ''}{_('not-reached')}-{number}.csv"
    plain = name.replace("ø", "oe").replace("å", "aa").replace("æ", "ae")
    return Response(
        "\ufeff" + stream.getvalue(),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{plain}"',
            "Cache-Control": "no-store",
        },
    )
