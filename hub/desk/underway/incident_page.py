"""An incident: its announcements in time, the clock of the next update, where it is published, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.database import db
from hub.desk import frame
from hub.desk.access import DOOR, current_actor, desk_route
from hub.desk.forms import Form
from hub.desk.now_page import clock_of, title_of
from hub.desk.start import power
from hub.desk.underway import room_words
from hub.desk.underway.words import ANNOUNCEMENT, BROADCAST, HOW, KINDS
from hub.desk.words import gettext as _
from hub.errors import HubError
from hub.incidents import publishing, register
from hub.incidents.lifecycle import IN_FORCE
from hub.incidents.register import Obstacle, OpenEnd
from hub.incidents.situation import PUBLIC_STATES
from hub.library import lifecycle as versions
from hub.models import (
    Announcement,
    AnnouncementKind,
    Broadcast,
    Incident,
    Publication,
    Role,
    TargetState,
)
from hub.settings import Settings
from hub.sms.broadcasts import NOT_OVER
from hub.text.types import Phase


@dataclass(frozen=True)
class NextStep:
    """What can follow an announcement in force. `address` is None where no wording is approved, or for a reader
    who may not send."""

    words: str
    phase: str
    approved: bool
    address: str | None


@dataclass(frozen=True)
class Told:
    """An announcement on the page. `clock` is `calm`, `soon` or `late` to its promised update."""

    row: Announcement
    title: str
    kind: str
    state: tuple[str, str]
    confirmed_how: str
    broadcasts: tuple[tuple[Broadcast, str, str], ...]
    clock: str
    next_steps: tuple[NextStep, ...]

    @property
    def in_force(self) -> bool:
        return self.row.state in IN_FORCE

    @property
    def is_over(self) -> bool:
        """An all-clear: nothing follows it."""
        return bool(self.row.kind == AnnouncementKind.END)


@dataclass(frozen=True)
class Place:
    """Where the site is published. `current` when it holds the newest publication."""

    target: str
    state: TargetState | None
    current: bool


@dataclass(frozen=True)
class InTheWay:
    """What must be done before the incident can be closed, and where."""

    words: str
    what: str
    address: str | None


@desk_route("/incident/<int:number>", role=None)
def incident(number: int) -> ResponseReturnValue:
    """What happened in an incident, newest first, and what can be done now."""
    row = register.find_incident(db.session(), number)
    return _page(row, Form(power.as_typed(row.power_out_since)))


def _page(row: Incident, form: Form) -> str:
    session = db.session()
    frame.set_world(row)
    told = [_told(session, item) for item in reversed(row.announcements)]
    return render_template(
        "desk/underway/incident.html",
        incident=row,
        form=form,
        power=power.PowerField(_("The mobile net is expected to last a few hours from then.")),
        power_first=row.scenario == power.SCENARIO,
        name=frame.incident_name(session, row),
        told=told,
        in_force=[item for item in told if item.in_force],
        first_steps=_steps(session, row, (Phase.BEFORE, Phase.DURING), None),
        targets=_places(session),
        public=_public_address(row),
        going=any(item.state in NOT_OVER for one in told for item, _words, _look in one.broadcasts),
    )


@desk_route("/incident/<int:number>/power-out", role=Role.SENDER, methods=("POST",))
def power_out(number: int) -> ResponseReturnValue:
    """Say when the power went, or, with an empty field, that it did not."""
    form = Form.posted()
    moment = power.read(form)
    if form.ok:
        try:
            register.set_power_out_since(number, moment, actor=current_actor())
        except HubError as error:
            room_words.refuse(form, error, power.NAME)
    if not form.ok:
        return _page(register.find_incident(db.session(), number), form), 422
    flash(
        _("It is noted when the power went.")
        if moment
        else _("No power cut is noted for this incident.")
    )
    return redirect(url_for("desk.incident", number=number, _anchor="about"), 303)


@desk_route("/incident/<int:number>/close", role=Role.SENDER, methods=("GET", "POST"))
def close_incident(number: int) -> ResponseReturnValue:
    """Close an incident, or see what stands in the way."""
    session = db.session()
    row = register.find_incident(session, number)
    frame.set_world(row)
    form = Form.posted()
    if request.method == "POST":
        try:
            register.close_incident(number, actor=current_actor())
        except HubError as error:
            room_words.refuse(form, error)
            row = register.find_incident(session, number)
        else:
            flash(_("The incident is closed. Its lists are deleted when their time is over."))
            return redirect(url_for("desk.incident", number=number), 303)
    settings: Settings = current_app.config["HUB"]
    page = render_template(
        "desk/underway/incident_close.html",
        incident=row,
        name=frame.incident_name(session, row),
        in_the_way=_in_the_way(session, row),
        days=settings.retention_days,
        form=form,
    )
    return page, 200 if form.ok else 422


@desk_route("/incident/<int:number>/publish", role=Role.SENDER, methods=("POST",))
def publish_again(number: int) -> ResponseReturnValue:
    """Publish the whole site to every place now."""
    register.find_incident(db.session(), number)
    report = publishing.publish_now(door=DOOR, patience=publishing.PAGE_PATIENCE)
    for item in report.failed:
        flash(f"{item.target}: {item.error}", "danger")
    if report.published:
        places = ", ".join(report.published)
        flash(
            _(
                "Published as number %(number)s to %(places)s.",
                number=report.revision,
                places=places,
            )
        )
    return redirect(url_for("desk.incident", number=number, _anchor="places"), 303)


def _told(session: Session, row: Announcement) -> Told:
    words, look = ANNOUNCEMENT[row.state]
    sent = tuple(
        (item, str(BROADCAST[item.state][0]), BROADCAST[item.state][1])
        for item in register.broadcasts_of(session, row.id)
    )
    return Told(
        row=row,
        title=title_of(row),
        kind=str(KINDS[row.kind]),
        state=(str(words), look),
        confirmed_how=str(HOW.get(row.confirmed_how or "", row.confirmed_how or "")),
        broadcasts=sent,
        clock=clock_of(row.next_update),
        next_steps=_next_steps(session, row),
    )


def _next_steps(session: Session, row: Announcement) -> tuple[NextStep, ...]:
    if row.state not in IN_FORCE or row.kind == AnnouncementKind.END:
        return ()
    phases = (Phase.UPDATE, Phase.ALL_CLEAR, Phase.CORRECTION)
    return _steps(session, row.incident, phases, row)


def _steps(
    session: Session, row: Incident, phases: Sequence[Phase], of: Announcement | None
) -> tuple[NextStep, ...]:
    """The messages of the scenario that can be filled now."""
    scenario = row.scenario if of is None else of.version.scenario
    named = {
        Phase.BEFORE: _("Warn before it happens"),
        Phase.DURING: _("Tell what has happened"),
        Phase.UPDATE: _("Update"),
        Phase.ALL_CLEAR: _("All-clear"),
        Phase.CORRECTION: _("Correction"),
    }
    found = []
    for phase in phases:
        approved = versions.approved(session, f"{scenario}/{phase}") is not None
        address = fill_address(row.id, scenario, phase, of.id if of else None) if approved else None
        found.append(NextStep(named[phase], phase.value, approved, address))
    return tuple(found)


def fill_address(incident: int, scenario: str, phase: str, of: int | None) -> str | None:
    """The form that fills a message; None for who may not send."""
    return frame.link("desk.fill", incident=incident, scenario=scenario, phase=phase, of=of)


def _places(session: Session) -> list[Place]:
    settings: Settings = current_app.config["HUB"]
    newest = session.scalar(
        select(Publication.revision).order_by(Publication.revision.desc()).limit(1)
    )
    states = {item.target: item for item in session.scalars(select(TargetState))}
    found = []
    for target in settings.site_targets:
        state = states.get(target)
        current = state is not None and state.ok and state.revision == newest
        found.append(Place(target, state, current))
    return found


def _public_address(row: Incident) -> str | None:
    """The incident's page for citizens; None before there is one."""
    settings: Settings = current_app.config["HUB"]
    if not any(item.state in PUBLIC_STATES for item in row.announcements):
        return None
    return f"{settings.site_url.rstrip('/')}/i/{row.id}/"


def _in_the_way(session: Session, row: Incident) -> list[InTheWay]:
    if row.closed_at:
        return []
    return [_obstacle(item, row) for item in register.open_ends(session, row.id)]


def _obstacle(item: OpenEnd, row: Incident) -> InTheWay:
    if item.kind is Obstacle.IN_FORCE:
        scenario = item.key.partition("/")[0]
        return InTheWay(
            _("Announcement %(number)s is in force.", number=item.number),
            _("Send its all-clear."),
            fill_address(row.id, scenario, Phase.ALL_CLEAR.value, item.number),
        )
    if item.kind is Obstacle.NOT_PUBLISHED:
        return InTheWay(
            _("Announcement %(number)s is on no page yet.", number=item.number),
            _("Publish again."),
            frame.link("desk.incident", number=row.id, _anchor="places"),
        )
    if item.kind is Obstacle.NOT_CONFIRMED:
        return InTheWay(
            _("Announcement %(number)s waits for confirmation.", number=item.number),
            _("Confirm it, or discard it."),
            frame.link("desk.announcement", number=item.number),
        )
    return InTheWay(
        _("Broadcast %(number)s is not finished.", number=item.number),
        _("Wait until it is, or stop it."),
        frame.link("desk.broadcast", number=item.number),
    )
