"""A broadcast: how far it is, and pausing, resuming, stopping it and sending unknown ones again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.database import db
from hub.desk import frame
from hub.desk.access import current_actor, desk_route
from hub.desk.formats import language_name
from hub.desk.forms import Form
from hub.desk.now_page import title_of
from hub.desk.underway import curve, progress, room_words
from hub.desk.underway.words import GROUPS, WHY
from hub.desk.words import gettext as _
from hub.desk.words import ngettext
from hub.errors import HubError
from hub.incidents import halting
from hub.models import Announcement, Broadcast, Delivery, DeliveryState, Role
from hub.sms import broadcasts

SHOWN_UNKNOWN = 200
"""Deliveries that can be ticked one by one on a page."""
POLL_SECONDS = 3


@desk_route("/broadcast/<int:number>", role=None)
def broadcast(number: int) -> ResponseReturnValue:
    """How far a broadcast is. Fetched again by itself while it goes on and is looked at."""
    session = db.session()
    row, of = _find(session, number)
    found = progress.read(session, row)
    return render_template(
        "desk/underway/broadcast.html",
        broadcast=row,
        announcement=of,
        title=title_of(of),
        progress=found,
        groups=[(group, found.counts[group.key]) for group in GROUPS],
        shares=[(str(group.words), found.counts[group.key], group.look) for group in GROUPS],
        curve=curve.draw(found.course, found.total),
        by_language=_split(
            {language_name(code): row for code, row in found.status["languages"].items()}
        ),
        by_gateway=_split(found.status["gateways"]),
        why=WHY,
        errors=[
            (room_words.gateway_says(code, None), count)
            for code, count in found.status["errors"].items()
        ],
        seconds=POLL_SECONDS if found.is_going else 15,
        handed_over=found.total - found.counts["queued"] - found.counts["skipped"],
    )


@desk_route("/broadcast/<int:number>/stop", role=Role.SENDER, fresh=True, methods=("GET", "POST"))
def stop_broadcast(number: int) -> ResponseReturnValue:
    """Stop a broadcast for good, with a fresh code."""
    return _halt(
        number,
        "stop",
        lambda _form: halting.stop(number, actor=current_actor()),
        _("The broadcast is stopped. Nothing more is handed over."),
    )


@desk_route("/broadcast/<int:number>/pause", role=Role.SENDER, methods=("GET", "POST"))
def pause_broadcast(number: int) -> ResponseReturnValue:
    """Hold a broadcast."""
    return _halt(
        number,
        "pause",
        lambda form: halting.pause(number, actor=current_actor(), reason=form["reason"]),
        _("The broadcast is paused. Nothing is handed over until somebody resumes it."),
    )


@desk_route("/broadcast/<int:number>/resume", role=Role.SENDER, methods=("GET", "POST"))
def resume_broadcast(number: int) -> ResponseReturnValue:
    """Go on after a pause."""
    return _halt(
        number,
        "resume",
        lambda _form: halting.resume(number, actor=current_actor()),
        _("The broadcast goes on."),
    )


@desk_route("/broadcast/<int:number>/again", role=Role.SENDER, methods=("GET", "POST"))
def send_again(number: int) -> ResponseReturnValue:
    """Decide about deliveries of unknown outcome, with a reason: they were received, or are sent again."""
    session = db.session()
    row, of = _find(session, number)
    form = Form.posted()
    if request.method == "POST":
        try:
            flash(_decide_unknown(number, form))
        except HubError as error:
            room_words.refuse(form, error)
            row, of = _find(session, number)
        else:
            return redirect(url_for("desk.broadcast", number=number), 303)
    unknown = _unknown(session, number)
    page = render_template(
        "desk/underway/send_again.html",
        broadcast=row,
        announcement=of,
        title=title_of(of),
        harmless=halting.repeat_is_harmless(number),
        unknown=unknown[:SHOWN_UNKNOWN],
        count=len(unknown),
        form=form,
    )
    return page, 200 if form.ok else 422


def _decide_unknown(number: int, form: Form) -> str:
    """Do what was chosen. Returns what to say; raises what the rooms refuse."""
    actor, reason = current_actor(), form["reason"]
    chosen = [int(item) for item in form.all("one") if item.isdigit()]
    if form["act"] == "received":
        count = broadcasts.settle_unknown(number, actor=actor, reason=reason, deliveries=chosen)
        return ngettext(
            "%(num)d text of unknown outcome is noted as received.",
            "%(num)d texts of unknown outcome are noted as received.",
            count,
        )
    every = None if form["all"] and not chosen else chosen
    count = halting.send_again(number, actor=actor, reason=reason, deliveries=every)
    return ngettext(
        "%(num)d text of unknown outcome is sent again.",
        "%(num)d texts of unknown outcome are sent again.",
        count,
    )


def _halt(number: int, act: str, do: Callable[[Form], None], done: str) -> ResponseReturnValue:
    """The confirmation page of stop, pause and resume, and the act."""
    session = db.session()
    row, of = _find(session, number)
    form = Form.posted()
    if request.method == "POST":
        try:
            do(form)
        except HubError as error:
            room_words.refuse(form, error)
            row, of = _find(session, number)
        else:
            flash(done)
            return redirect(url_for("desk.broadcast", number=number), 303)
    found = progress.read(session, row)
    possible = {"stop": found.is_going, "pause": found.can_pause, "resume": found.can_resume}
    page = render_template(
        "desk/underway/halt.html",
        act=act,
        possible=possible[act],
        broadcast=row,
        announcement=of,
        title=title_of(of),
        progress=found,
        waiting=found.counts["queued"],
        form=form,
    )
    return page, 200 if form.ok else 422


def _find(session: Session, number: int) -> tuple[Broadcast, Announcement]:
    """A broadcast and its announcement; the frame shows its incident."""
    row = broadcasts.find(session, number)
    of = session.get_one(Announcement, row.announcement_id)
    frame.set_world(of.incident)
    return row, of


def _split(counts: Mapping[str, Mapping[str, int]]) -> list[tuple[str, list[int]]]:
    """Counts by name and state as rows: the name, and a number for each group."""
    return [(name, [group.of(states) for group in GROUPS]) for name, states in counts.items()]


def _unknown(session: Session, number: int) -> list[Delivery]:
    return list(
        session.scalars(
            select(Delivery)
            .where(Delivery.broadcast_id == number, Delivery.state == DeliveryState.UNKNOWN.value)
            .order_by(Delivery.doubt_since, Delivery.id)
        )
    )
