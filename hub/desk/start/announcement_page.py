"""An announcement: for the second person to read, tick and confirm, and for its preparer to wait, mend or discard."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub import accounts, clock
from hub.database import db
from hub.desk import access, frame
from hub.desk.access import current_actor, desk_route
from hub.desk.forms import Form
from hub.desk.start import local_choices, messages, room_words, saying, slot_fields
from hub.desk.words import LazyWords, lazy_gettext
from hub.desk.words import gettext as _
from hub.errors import Conflict, HubError, NotAllowed, NotFound
from hub.incidents import announcing, publishing
from hub.incidents.announcing import Confirmed
from hub.incidents.checking import find_announcement, settings
from hub.incidents.lifecycle import OPEN
from hub.incidents.preparing import LAPSES_AFTER
from hub.incidents.previewing import outlook_of
from hub.models import Announcement, Role
from hub.models import AnnouncementState as State
from hub.text.types import Slot

log = logging.getLogger(__name__)

STATES: Mapping[str, tuple[LazyWords, str]] = {
    State.PREPARED: (lazy_gettext("waits for confirmation"), "waiting"),
    State.RETURNED: (lazy_gettext("sent back"), "wrong"),
    State.DISCARDED: (lazy_gettext("discarded"), "ended"),
    State.CONFIRMED: (lazy_gettext("confirmed, on its way to the page"), "sending"),
    State.LIVE: (lazy_gettext("in force"), "force"),
    State.UPDATED: (lazy_gettext("updated"), "ended"),
    State.ENDED: (lazy_gettext("ended"), "ended"),
    State.CORRECTED: (lazy_gettext("corrected"), "ended"),
}
BOOKED = "appointments-cancelled"
"""The scenario whose appointments stand in a booking system too."""


@desk_route("/announcement/<int:number>", role=None)
def announcement(number: int) -> ResponseReturnValue:
    """What it says, byte for byte, and what this person can do with it."""
    return _page(number, Form())


def _page(number: int, form: Form, status: int = 200) -> ResponseReturnValue:
    session = db.session()
    session.rollback()  # what the refused act read is old
    row = find_announcement(session, number)
    frame.set_world(row.incident)
    outlook = outlook_of(session, row)
    mine = access.person().email == row.prepared_by
    words, look = STATES[State(row.state)]
    sender = access.may(Role.SENDER)
    refusal = accounts.may_be_other_eyes(session, access.person(), row.prepared_by)
    page = render_template(
        "desk/start/announcement.html",
        form=form,
        row=row,
        state=(str(words), look),
        scenario=frame.incident_name(session, row.incident),
        phase=messages.PHASES[row.version.phase],
        outlook=outlook,
        texts=saying.texts(outlook, slot_fields.labels_of(outlook.personal_slots)),
        sentence=saying.sentence(outlook),
        tick_sentence=saying.tick_sentence(outlook),
        cautions=saying.cautions(outlook, reader_confirms=refusal is None and sender),
        labels=slot_fields.labels_of(outlook.personal_slots),
        line_in_words=room_words.line_in_words,
        sender_name=saying.sender_name(),
        sees_personal=sender,
        confirms=sender and row.state == State.PREPARED and refusal is None,
        alone=sender and row.state == State.PREPARED and refusal is not None and mine and _single(),
        open=sender and row.state in OPEN,
        waits=row.state == State.PREPARED,
        mine=mine,
        refusal="" if refusal is None or mine else room_words.line_in_words(refusal),
        lapses_at=row.prepared_at + LAPSES_AFTER,
        lapsed=clock.now() > row.prepared_at + LAPSES_AFTER,
        elsewhere=sender and row.state != State.DISCARDED,
    )
    return page, status


def _single() -> bool:
    return settings().confirmation == "single"


@desk_route(
    "/announcement/<int:number>/confirm", role=Role.SENDER, fresh=True, methods=("GET", "POST")
)
def confirm_announcement(number: int) -> ResponseReturnValue:
    """Make it public. Everything that must be true is checked in the room, in one transaction."""
    if request.method == "GET":  # somebody loaded the page of a code again
        return redirect(url_for("desk.announcement", number=number))
    form = Form.posted()
    by_telephone = form["how"] == "telephone"
    form.require("hash", _("Open the announcement again and read it."))
    if by_telephone:
        form.require("telephone_code", _("Type the code that the second person reads aloud."))
    elif form["tick"] != "yes":
        form.wrong("tick", _("Tick the sentence when you have read everything."))
    if not form.ok:
        return _page(number, form, 422)
    try:
        done = announcing.confirm(
            number,
            actor=current_actor(),
            hash=form["hash"],
            code=form["telephone_code"] if by_telephone else None,
            reason=form["reason"] or None,
        )
    except HubError as error:
        room_words.refuse(
            form, error, "telephone_code" if by_telephone and _of_code(error) else None
        )
        return _page(number, form, _status(error))
    _say_confirmed(done)
    session = db.session()
    session.rollback()
    incident = find_announcement(session, number).incident_id
    address = frame.link("desk.incident", number=incident)
    return redirect(address or url_for("desk.announcement", number=number), 303)


def _of_code(error: HubError) -> bool:
    return str(error).startswith(("That is not a code", "Too many wrong codes"))


def _status(error: HubError) -> int:
    if isinstance(error, NotAllowed):
        return 403
    if isinstance(error, Conflict):
        return 409
    return 404 if isinstance(error, NotFound) else 422


def _say_confirmed(done: Confirmed) -> None:
    """Publish at once, as the command does. It is confirmed whatever happens here: workers publish too."""
    if done.already:
        flash(_("It was confirmed before, by %(who)s. Nothing is sent twice.", who=done.by), "note")
        return
    flash(_("Confirmed by %(who)s. It goes out now.", who=done.by))
    try:
        report = publishing.publish_now(door=access.DOOR, patience=publishing.PAGE_PATIENCE)
    except (HubError, SQLAlchemyError, OSError):
        log.exception("publishing after confirming announcement %s", done.announcement)
        flash(_not_yet(_("every place")), "warning")
        return
    for target in (*(failed.target for failed in report.failed), *report.under_way):
        flash(_not_yet(target), "warning")


def _not_yet(where: str) -> str:
    return _(
        "The page is not on %(where)s yet. It is tried again by itself; the SMS do not wait for it.",
        where=where,
    )


@desk_route("/announcement/<int:number>/return", role=Role.SENDER, methods=("POST",))
def return_announcement(number: int) -> ResponseReturnValue:
    """Send it back with a reason."""
    form = Form.posted()
    reason = form.require("return_reason", _("Say why, so that it can be mended."))
    if not form.ok:
        return _page(number, form, 422)
    try:
        announcing.return_(number, actor=current_actor(), reason=reason)
    except HubError as error:
        room_words.refuse(form, error)
        return _page(number, form, _status(error))
    flash(_("Sent back. Nothing of it went out, and what was filled in is kept."))
    return redirect(url_for("desk.announcement", number=number), 303)


@desk_route("/announcement/<int:number>/discard", role=Role.SENDER, methods=("POST",))
def discard_announcement(number: int) -> ResponseReturnValue:
    """Throw it away."""
    form = Form.posted()
    try:
        announcing.discard(number, actor=current_actor())
    except HubError as error:
        room_words.refuse(form, error)
        return _page(number, form, _status(error))
    flash(_("Discarded. Nothing of it went out."))
    return redirect(url_for("desk.now"), 303)


@desk_route("/announcement/<int:number>/again", role=Role.SENDER, methods=("GET", "POST"))
def fill_again(number: int) -> ResponseReturnValue:
    """The same blanks again, with what was typed; version, languages and list stay."""
    session = db.session()
    row = find_announcement(session, number)
    frame.set_world(row.incident)
    if row.state not in OPEN:
        raise Conflict(
            _(
                "Announcement %(number)s does not wait any more: it cannot be filled again.",
                number=number,
            )
        )
    version = messages.approved_version(session, row.version.scenario, row.version.phase)
    slots = version.text.slots
    if request.method == "GET":
        typed = slot_fields.filled(slots, row.entered)
        values = {**slot_fields.at_first(version.text), **typed}
        return _again_page(session, row, Form({**values, "override": row.override_reason or ""}))
    form = Form.posted()
    entered = slot_fields.typed(slots, form)
    local_choices.check(session, version.text, form, entered)
    override = form["override"] or None
    if messages.startable(version).override:
        form.require(
            "override", _("Say why this wording is sent although it should be checked again.")
        )
    if not form.ok:
        return _again_page(session, row, form), 422
    try:
        announcing.prepare_again(
            number, _replacing(slots, row, entered), actor=current_actor(), override=override
        )
    except HubError as error:
        room_words.refuse(form, error)
        session.rollback()
        return _again_page(session, find_announcement(session, number), form), _status(error)
    flash(_("Sent for confirmation again. Nothing goes out until it is confirmed."))
    return redirect(url_for("desk.announcement", number=number), 303)


def _replacing(
    slots: tuple[Slot, ...], row: Announcement, entered: Mapping[str, str]
) -> dict[str, str]:
    """What was typed now; a blank that was emptied is emptied."""
    return {
        slot.name: entered.get(slot.name, "")
        for slot in slots
        if not slot.personal and (slot.name in entered or slot.name in row.entered)
    }


def _again_page(session: Session, row: Announcement, form: Form) -> str:
    version = messages.approved_version(session, row.version.scenario, row.version.phase)
    remembered = messages.remembered(session, version, exercise=row.incident.exercise)
    return render_template(
        "desk/start/again.html",
        form=form,
        row=row,
        message=messages.startable(version),
        phase=messages.PHASES[version.phase],
        fields=slot_fields.fields_of(version.text, remembered),
        uses=slot_fields.USES,
        answers=slot_fields.ANSWERS,
    )


@desk_route("/announcement/<int:number>/elsewhere", role=Role.SENDER)
def elsewhere(number: int) -> ResponseReturnValue:
    """The final texts, to copy into another system."""
    session = db.session()
    row = find_announcement(session, number)
    if row.state == State.DISCARDED:
        raise Conflict(_("Announcement %(number)s was discarded.", number=number))
    frame.set_world(row.incident)
    outlook = outlook_of(session, row)
    return render_template(
        "desk/start/elsewhere.html",
        row=row,
        draft=row.state in OPEN,
        texts=saying.texts(outlook, slot_fields.labels_of(outlook.personal_slots)),
        personal=[saying.mark(slot_fields.label_of(slot)) for slot in outlook.personal_slots],
        booked=row.version.scenario == BOOKED,
    )


__all__ = [
    "announcement",
    "confirm_announcement",
    "discard_announcement",
    "elsewhere",
    "fill_again",
    "return_announcement",
]
