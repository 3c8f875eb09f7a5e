"""Start: pick a message, fill it on one page, see what goes out, send it for confirmation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.database import db
from hub.desk import frame
from hub.desk.access import current_actor, desk_route
from hub.desk.formats import language_name
from hub.desk.forms import Form
from hub.desk.start import (
    audience_choice,
    local_choices,
    messages,
    power,
    room_words,
    saying,
    slot_fields,
)
from hub.desk.start.messages import Startable
from hub.desk.words import gettext as _
from hub.errors import Conflict, HubError, Invalid, NotFound
from hub.incidents import announcing, local, register
from hub.incidents.checking import LIFE, NO_AUDIENCE, Order, settings
from hub.incidents.lifecycle import IN_FORCE, KIND_OF_PHASE
from hub.incidents.previewing import Outlook, preview
from hub.models import Announcement, AnnouncementKind, Incident, Role, Version
from hub.text.types import Phase, Slot, SlotType

NEW = "new"
SEE, CHANGE, SEND = "see", "change", "send"
_NOT_CARRIED = ("csrf_token", "step", "code", "recovery")


@desk_route("/start", role=Role.SENDER)
def start() -> ResponseReturnValue:
    """Pick what happens, for real or as an exercise."""
    session = db.session()
    exercise = request.args.get("exercise") == "1"
    return render_template(
        "desk/start/start.html",
        **({"world_kind": "exercise"} if exercise else {}),
        exercise=exercise,
        scenarios=messages.scenarios(session, exercise),
        phases=messages.PHASES,
    )


@dataclass(frozen=True)
class Filling:
    """What is being filled: the version, its world, and what it may belong to. `incident` is fixed by the address,
    or None: then it is new, or one of `open`. `live` are announcements that an update may change."""

    version: Version
    message: Startable
    kind: AnnouncementKind
    exercise: bool
    incident: Incident | None
    open: tuple[Incident, ...]
    live: tuple[Announcement, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        return self.version.text.slots

    @property
    def life(self) -> bool:
        """Is it about danger to life?"""
        return bool(self.version.scenario_meta.get("severity") == LIFE)

    @property
    def has_short(self) -> bool:
        """Is there a short SMS in any language?"""
        return any(text.short for text in self.version.text.languages.values())


@desk_route("/start/<scenario>/<phase>", role=Role.SENDER, methods=("GET", "POST"))
def fill(scenario: str, phase: str) -> ResponseReturnValue:
    """Blanks, languages and list on one page; then the page that shows what goes out."""
    session = db.session()
    filling = _filling(session, scenario, phase)
    if filling.incident is not None:
        frame.set_world(filling.incident)
    if request.method == "GET":
        return _form_page(session, filling, _fresh_form(filling))
    form = Form.posted()
    step = form["step"]
    if step == CHANGE:
        return _form_page(session, filling, form)
    order = read_order(session, filling, form)
    power_out_since = None
    if order is None or not order.incident:
        power_out_since = power.read(form) or power.of_slots(filling.slots, order)
    if order is None or not form.ok:
        return _form_page(session, filling, form), 422
    try:
        outlook = preview(
            order,
            actor=current_actor(),
            scenario=scenario,
            exercise=filling.exercise,
            power_out_since=power_out_since,
        )
        if step != SEND:
            return _see_page(filling, form, outlook)
        number = _send(filling, form, order, power_out_since)
    except HubError as error:
        room_words.refuse(form, error)
        filling = _filling(session, scenario, phase)
        return _form_page(session, filling, form), _status(error)
    flash(_("Sent for confirmation. Nothing goes out until it is confirmed."))
    return redirect(url_for("desk.announcement", number=number), 303)


def _kind(exercise: bool) -> str:
    """The frame's world: this page's own, also before its incident is open."""
    return "exercise" if exercise else "real"


def _status(error: HubError) -> int:
    return 409 if isinstance(error, Conflict) else 422 if isinstance(error, Invalid) else 403


def _filling(session: Session, scenario: str, phase: str) -> Filling:
    if phase not in list(Phase):
        raise NotFound(_("There is no such page."))
    version = messages.approved_version(session, scenario, phase)
    kind = KIND_OF_PHASE[Phase(phase)]
    incident = None
    exercise = request.args.get("exercise") == "1"
    number = request.args.get("incident", "")
    if number:
        if not number.isascii() or not number.isdigit():
            raise NotFound(_("There is no such page."))
        incident = register.find_incident(session, int(number))
        exercise = incident.exercise
    elif kind is not AnnouncementKind.FIRST:
        raise NotFound(
            _("An update, all-clear or correction starts from its incident. Open it from Now.")
        )
    live = (
        _live(session, incident.id, scenario)
        if incident and kind is not AnnouncementKind.FIRST
        else ()
    )
    return Filling(
        version=version,
        message=messages.startable(version),
        kind=kind,
        exercise=exercise,
        incident=incident,
        open=tuple(register.open_ones(session, scenario, exercise)) if incident is None else (),
        live=live,
    )


def _live(session: Session, incident: int, scenario: str) -> tuple[Announcement, ...]:
    rows = session.scalars(
        select(Announcement)
        .join(Version)
        .where(
            Announcement.incident_id == incident,
            Announcement.state.in_(IN_FORCE),
            Announcement.kind != AnnouncementKind.END.value,
            Version.scenario == scenario,
        )
        .order_by(Announcement.id)
    )
    return tuple(rows)


def _fresh_form(filling: Filling) -> Form:
    values = slot_fields.at_first(filling.version.text)
    named = _named(filling)
    if named is not None:
        kept = {
            slot.name: named.entered[slot.name]
            for slot in filling.slots
            if slot.name in named.entered and slot.type in slot_fields.REMEMBERED
        }
        values.update(slot_fields.filled(filling.slots, kept))
        values.update(slot_fields.filled(filling.slots, _since(filling, named)))
        values.update(slot_fields.filled(filling.slots, local.carried(filling.version.text, named)))
        values["of"] = str(named.id)
    if filling.kind is not AnnouncementKind.FIRST:
        values["audience"] = audience_choice.EARLIER
    if filling.open:
        values["incident"] = str(filling.open[0].id)
    return Form(values, {"language": list(filling.version.text.languages)})


def _since(filling: Filling, named: Announcement) -> dict[str, str]:
    """Since when, as it was told before: an update must not say that it began just now. When it is over is new."""
    return {
        slot.name: str(named.values[slot.name])
        for slot in filling.slots
        if slot.type is SlotType.FROM
        and named.values.get(slot.name)
        and (filling.kind is not AnnouncementKind.END or slot.name == power.SLOT)
    }


def _named(filling: Filling) -> Announcement | None:
    wanted = request.args.get("of", "")
    if len(filling.live) == 1 and not wanted:
        return filling.live[0]
    return next((row for row in filling.live if str(row.id) == wanted), None)


def read_order(session: Session, filling: Filling, form: Form) -> Order | None:
    """The order that the form makes; None when something in it is wrong, which then stands at its field."""
    entered = slot_fields.typed(filling.slots, form)
    local_choices.check(session, filling.version.text, form, entered)
    known = filling.version.text.languages
    languages = tuple(code for code in form.all("language") if code in known)
    if not languages:
        form.wrong("language", _("Choose at least one language."))
    choice = audience_choice.read(session, form["audience"])
    if choice is None:
        form.wrong(
            "audience",
            _("Choose who gets the SMS, or that nobody does: page and phone robot only."),
        )
    first = _first(session, form, choice)
    incident = _incident_of(filling, form)
    override = _override(filling, form)
    opt_out_override = _opt_out_override(filling, form)
    of = _of(filling, form)
    if not form.ok or choice is None or incident is None:
        return None
    return Order(
        key=filling.version.key,
        incident=incident,
        slots=entered,
        languages=languages,
        audience=choice.audience,
        where=choice.where,
        first=first,
        of=of,
        override=override,
        opt_out_override=opt_out_override,
        short=filling.has_short and form["short"] == "yes",
    )


def _first(session: Session, form: Form, chosen: audience_choice.Choice | None) -> dict[str, str]:
    """The part of the chosen list that goes before the rest; empty for none."""
    if not form["first"]:
        return {}
    part = audience_choice.read(session, form["first"])
    if part is None or not part.where:
        form.wrong("first", _("That part is not there any more. Choose again."))
        return {}
    if chosen is not None and (chosen.audience != part.audience or chosen.where):
        form.wrong(
            "first",
            _(
                "Only a part of the list that gets the SMS, chosen whole, can go first: choose both from one list."
            ),
        )
    return part.where


def _incident_of(filling: Filling, form: Form) -> int | None:
    """The incident's number; 0 for a new one, None for a mistake."""
    if filling.incident is not None:
        return filling.incident.id
    chosen = form["incident"]
    if chosen == NEW or (not chosen and not filling.open):
        return 0
    for row in filling.open:
        if str(row.id) == chosen:
            return row.id
    form.wrong("incident", _("Say whether it belongs to the open incident, or is a new one."))
    return None


def _override(filling: Filling, form: Form) -> str | None:
    if not filling.message.override:
        return None
    return (
        form.require(
            "override", _("Say why this wording is sent although it should be checked again.")
        )
        or None
    )


def _opt_out_override(filling: Filling, form: Form) -> str | None:
    return (form["opt_out_override"].strip() or None) if filling.life else None


def _of(filling: Filling, form: Form) -> int | None:
    if filling.kind is AnnouncementKind.FIRST:
        return None
    if len(filling.live) == 1:
        return filling.live[0].id
    for row in filling.live:
        if str(row.id) == form["of"]:
            return row.id
    if filling.live:
        form.wrong("of", _("Choose the announcement that this one changes."))
    return None


def _send(filling: Filling, form: Form, order: Order, power_out_since: datetime | None) -> int:
    """Prepare it; a new incident is opened for it, and closed again when it cannot be prepared."""
    actor = current_actor()
    if order.incident:
        return announcing.prepare(order, actor=actor).announcement
    seen = [int(number) for number in form["seen"].split(",") if number.isdigit()]
    incident = register.open_incident(
        filling.version.scenario,
        actor=actor,
        exercise=filling.exercise,
        power_out_since=power_out_since,
        beside=seen,
    ).id
    try:
        return announcing.prepare(
            Order(**{**vars(order), "incident": incident}), actor=actor
        ).announcement
    except HubError:
        register.close_incident(incident, actor=actor)
        raise


def _form_page(session: Session, filling: Filling, form: Form) -> str:
    text = filling.version.text
    remembered = messages.remembered(session, filling.version, exercise=filling.exercise)
    return render_template(
        "desk/start/fill.html",
        world_kind=_kind(filling.exercise),
        form=form,
        filling=filling,
        phase=messages.PHASES[filling.version.phase],
        fields=slot_fields.fields_of(text, remembered),
        personal=[
            (slot_fields.label_of(slot), slot.column or slot.name) for slot in text.personal_slots
        ],
        spoken=[(code, language_name(code)) for code in _variants_after(text.languages)],
        groups=audience_choice.groups(session, filling.exercise, text.personal_slots),
        titles=_titles(filling),
        uses=slot_fields.USES,
        answers=slot_fields.ANSWERS,
        nobody=NO_AUDIENCE,
        earlier=audience_choice.EARLIER,
        new=NEW,
        power=_power_field(filling),
        power_first=filling.version.scenario == power.SCENARIO,
        address=address(filling),
    )


def _variants_after(codes: Iterable[str]) -> list[str]:
    """Each variant (`da-x-let`) right after its language; else as they come."""
    known = list(codes)
    bases = [code for code in known if "-" not in code]
    return [
        code
        for base in bases
        for code in (base, *(item for item in known if item.startswith(f"{base}-")))
    ]


def _power_field(filling: Filling) -> power.PowerField | None:
    """When the power went is asked for with a new incident only."""
    if filling.incident is not None or power.slot_of(filling.slots) is not None:
        return None
    help_ = _(
        "The mobile net lasts a few hours from then: the desk warns when the SMS take longer."
    )
    if filling.open:
        help_ += " " + _("It is kept for a new incident; an open one has it on its own page.")
    return power.PowerField(help_)


def _titles(filling: Filling) -> Mapping[int, str]:
    """The places that open incidents are about, so that they can be told apart."""
    found = {}
    for incident in filling.open:
        words = [title for row in incident.announcements for title in row.entered.values()]
        found[incident.id] = next((word for word in words if not word.startswith("+")), "")
    return found


def address(filling: Filling) -> str:
    """This page's own address, with its world."""
    values: dict[str, str | int] = {}
    if filling.incident is not None:
        values["incident"] = filling.incident.id
    elif filling.exercise:
        values["exercise"] = 1
    scenario, _slash, phase = filling.version.key.partition("/")
    return url_for("desk.fill", scenario=scenario, phase=phase, **values)  # type: ignore[arg-type]


def _see_page(filling: Filling, form: Form, outlook: Outlook) -> str:
    carried = [
        (name, value)
        for name, found in form.lists.items()
        if name not in _NOT_CARRIED
        for value in found
    ]
    return render_template(
        "desk/start/see.html",
        world_kind=_kind(filling.exercise),
        filling=filling,
        phase=messages.PHASES[filling.version.phase],
        outlook=outlook,
        texts=saying.texts(outlook, slot_fields.labels_of(outlook.personal_slots)),
        sentence=saying.sentence(outlook),
        cautions=saying.cautions(outlook),
        labels=slot_fields.labels_of(outlook.personal_slots),
        line_in_words=room_words.line_in_words,
        sender=saying.sender_name(),
        single=settings().confirmation == "single",
        carried=carried,
        address=address(filling),
    )
