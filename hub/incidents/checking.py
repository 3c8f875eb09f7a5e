"""What must be true of an announcement before anything of it is written, and again before it is confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock
from hub.audiences import lists
from hub.database import db
from hub.errors import Conflict, Invalid, NotFound
from hub.incidents import local
from hub.incidents.lifecycle import IN_FORCE, KIND_OF_PHASE, OPEN
from hub.library import lifecycle as versions
from hub.library.decisions import area_choices
from hub.models import (
    Announcement,
    AnnouncementKind,
    Audience,
    Broadcast,
    Incident,
    Version,
)
from hub.settings import Settings
from hub.text import slots as slot_rules
from hub.text.compose import ComposeError, compose
from hub.text.situation import Issuer
from hub.text.types import Composed, Phase, SlotType, System, VersionText

NO_AUDIENCE = "none"
LIFE = "life"
"""The severity of what is about danger to life."""
KEPT_TYPES = (SlotType.PLACE, SlotType.AREA, SlotType.STREETS, SlotType.PHONE, SlotType.SCHOOL)


@dataclass(frozen=True)
class Order:
    """What an officer asks for. `slots` are as typed; no `languages` means all that the hub has for the version;
    `audience` None means nobody (first message) or everybody the named announcement went to; `none` means page
    and phone only. `where` takes only the rows of the list whose columns say this, `first` lets those go before all
    others. `of` names the announcement that an update, all-clear or correction changes. `short` sends the short
    SMS in the languages that have one. `opt_out_override` says
    why the SMS go to phones that opted out, too: only for danger to life."""

    key: str
    incident: int
    slots: Mapping[str, str] = field(default_factory=dict)
    languages: Sequence[str] = ()
    audience: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)
    of: int | None = None
    override: str | None = None
    opt_out_override: str | None = None
    examples: bool = False
    short: bool = False


@dataclass(frozen=True)
class Wording:
    """A version that may be sent, read once."""

    version_id: int
    version_hash: str
    number: int
    text: VersionText
    severity: str
    kind: AnnouncementKind


def settings() -> Settings:
    found: Settings = current_app.config["HUB"]
    return found


def find_announcement(session: Session, number: int, *, lock: bool = False) -> Announcement:
    """The announcement. Raises NotFound."""
    query = (
        select(Announcement)
        .where(Announcement.id == number)
        .execution_options(populate_existing=True)
    )
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound(
            f"There is no announcement {number}. `hub incident list` shows what there is."
        )
    return row


def broadcast_of(session: Session, number: int) -> Broadcast | None:
    """The first broadcast of an announcement to citizens; late lists have their own."""
    return session.scalar(
        select(Broadcast)
        .where(Broadcast.announcement_id == number, Broadcast.purpose == "citizens")
        .order_by(Broadcast.id)
        .limit(1)
    )


def sendable_wording(session: Session, key: str, override: str | None) -> Wording:
    """The approved version, if it may be sent now."""
    version = versions.approved(session, key)
    if version is None:
        newest = versions.newest(session, key)
        raise Conflict(
            f"{key} has no approved version (the newest, {newest.number}, is {newest.state}): "
            f"`hub library submit {key}`, then `hub library approve {key}` by somebody else."
        )
    check_sendable(version, override)
    return Wording(
        version_id=version.id,
        version_hash=version.hash,
        number=version.number,
        text=version.text,
        severity=version.scenario_meta.get("severity", "severe"),
        kind=KIND_OF_PHASE[Phase(version.phase)],
    )


def check_opt_out_override(order: Order, severity: str) -> None:
    """Raises Invalid when phones that opted out shall be sent to without a reason, or without danger to life."""
    if order.opt_out_override is None:
        return
    if not order.opt_out_override.strip():
        raise Invalid("Say why it goes to phones that opted out, too.")
    if severity != LIFE:
        raise Invalid(
            f"{order.key} is not about danger to life (its severity is {severity}): it does not go to phones that "
            "opted out. Leave the reason out."
        )


def check_sendable(version: Version, override: str | None) -> None:
    """Raises Conflict when a version may not be sent now, or only with a reason that was not given."""
    if version.blocked:
        raise Conflict(
            f"{version.key} cannot be sent: the fact {', '.join(version.blocked)} was withdrawn as wrong. "
            f"Correct messages/facts.toml, load, and have the new version approved."
        )
    if version.text.hash != version.hash:
        raise Conflict(
            f"{version.key} cannot be sent: its stored text is not what was approved "
            f"(hash {version.hash[:12]}). Load it again and have it approved; `hub journal verify`."
        )
    if override:
        return
    if versions.is_expired(version, clock.now()):
        raise Conflict(
            f"{version.key} is expired: its review was due {version.review_due:%Y-%m-%d}. "
            f"Have it reviewed and approved, or send it with --override REASON."
        )
    if version.recheck:
        raise Conflict(
            f"{version.key} must be checked again: the fact {', '.join(version.recheck)} changed since it was "
            f"approved. Approve the new version, or send this one with --override REASON."
        )


def named_announcement(
    session: Session,
    incident: Incident,
    wording: Wording,
    of: int | None,
    typed: Mapping[str, str],
) -> Announcement | None:
    """The announcement that an update, all-clear or correction changes, or the warning whose place a `during` takes.
    `typed` are the slots as the officer filled them."""
    if incident.closed_at is not None:
        raise Conflict(
            f"Incident {incident.id} is closed. Open a new one: `hub incident open SCENARIO`."
        )
    scenario = wording.text.key.partition("/")[0]
    if wording.kind is AnnouncementKind.FIRST:
        return _warning_before(session, incident, wording, of, typed)
    live = _live(session, incident, scenario)
    if of is not None:
        found = next((row for row in live if row.id == of), None)
        if found is None:
            raise Conflict(
                f"--of {of}: no {scenario} announcement with that number is in force in incident {incident.id}. "
                f"In force: {', '.join(str(row.id) for row in live) or 'none'}."
            )
        return found
    if len(live) == 1:
        return live[0]
    if not live:
        raise Conflict(
            f"{wording.text.key} needs a {scenario} announcement in force in incident {incident.id}; there is none."
        )
    raise Conflict(
        f"Several {scenario} announcements are in force in incident {incident.id}: name one with --of "
        f"({', '.join(str(row.id) for row in live)})."
    )


def _live(session: Session, incident: Incident, scenario: str) -> list[Announcement]:
    return list(
        session.scalars(
            select(Announcement)
            .join(Version)
            .where(
                Announcement.incident_id == incident.id,
                Announcement.state.in_(IN_FORCE),
                Announcement.kind != AnnouncementKind.END.value,
                Version.scenario == scenario,
            )
            .order_by(Announcement.id)
        )
    )


def _warning_before(
    session: Session,
    incident: Incident,
    wording: Wording,
    of: int | None,
    typed: Mapping[str, str],
) -> Announcement | None:
    """The scenario's `before` message that stands for the same place: what it warned of has come, and a page that
    still says "be ready" beside "do this now" would be read either way."""
    scenario, _, phase = wording.text.key.partition("/")
    places = [
        slot.name for slot in wording.text.slots if slot.type in (SlotType.PLACE, SlotType.SCHOOL)
    ]
    warnings = [
        row
        for row in _live(session, incident, scenario)
        if phase == Phase.DURING and row.version.phase == Phase.BEFORE
    ]
    if of is not None:
        found = next((row for row in warnings if row.id == of), None)
        if found is None:
            raise Invalid(f"--of {of}: {wording.text.key} is a first message and changes nothing.")
        return found
    fitting = [
        row
        for row in warnings
        if all(row.values.get(name) == typed[name] for name in places if name in typed)
    ]
    return fitting[-1] if fitting else None


def update_number(wording: Wording, named: Announcement | None) -> int:
    """1 for a first message, also where it takes a warning's place; else one more than what it changes."""
    return 1 if named is None or wording.kind is AnnouncementKind.FIRST else named.update_no + 1


def audience_for(session: Session, incident: Incident, order: Order) -> Audience | None:
    if order.audience in (None, NO_AUDIENCE):
        if order.where:
            raise Invalid("--where needs --audience NAME: it picks rows of that list.")
        if order.first:
            raise Invalid(
                "--first needs --audience NAME: it says which rows of that list go first. "
                "Those of an earlier announcement keep their order."
            )
        return None
    assert order.audience is not None
    audience = lists.find(session, order.audience)
    if audience.exercise != incident.exercise:
        kinds = ("a real", "an exercise")
        raise Conflict(
            f"The list {audience.name} is {kinds[audience.exercise]} list and incident {incident.id} "
            f"{kinds[incident.exercise]} one: they never mix. "
            f"{'Import an exercise list with --exercise.' if incident.exercise else 'Choose a real list.'}"
        )
    return audience


def entered_values(
    order: Order, incident: Incident, text: VersionText, named: Announcement | None = None
) -> dict[str, str]:
    """What was typed, and the named announcement's choices that the place makes; with examples for the rest when they
    were asked for, the place and telephone of the named announcement before the example's."""
    same = {n: v for n, v in local.carried(text, named).items() if n not in order.slots}
    if not order.examples:
        return {**order.slots, **same}
    if not incident.exercise and settings().gateways != ("outbox",):
        raise Invalid(
            "--examples fills slots with made-up values: only in an exercise, or with HUB_GATEWAYS=outbox."
        )
    examples = {
        slot.name: slot.example for slot in text.slots if slot.example and not slot.personal
    }
    choices = {slot.name: examples.pop(slot.name, "") for slot in area_choices(text)}
    kept = {
        slot.name: named.entered[slot.name]
        for slot in text.slots
        if named is not None and slot.type in KEPT_TYPES and slot.name in named.entered
    }
    entered = {**examples, **kept, **order.slots, **same}
    decided = local.filled(db.session(), text, entered, settings().municipality)
    return {**entered, **{n: made_up for n, made_up in choices.items() if n not in decided}}


def languages_for(order: Order, text: VersionText) -> tuple[str, ...]:
    missing = [language for language in order.languages if language not in text.languages]
    if missing:
        raise Invalid(
            f"{text.key} is not written in {', '.join(missing)}. "
            f"It has {', '.join(text.languages)}: leave the others out, or have them written and approved."
        )
    if order.languages:
        return tuple(dict.fromkeys(order.languages))
    wanted = settings().languages or tuple(text.languages)
    found = tuple(language for language in wanted if language in text.languages)
    return found or tuple(text.languages)


def resolve(text: VersionText, entered: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Canonical values at `now`, with what the town filled in beforehand. Raises Invalid with every mistake, one a
    line."""
    session, municipality = db.session(), settings().municipality
    found = local.filled(session, text, entered, municipality)
    problems = slot_rules.check(text.slots, found, now=now)
    if problems:
        left = local.open_choices(session, text, found, municipality)
        why = {slot.name: local.why_open(slot, holds) for slot, holds in left}
        lines = (f"  - {why.get(problem.slot, problem.reason)}" for problem in problems)
        raise Invalid("\n".join(["The slots cannot be used:", *lines]))
    fillable = [slot for slot in text.slots if not slot.personal]
    return slot_rules.normalise_all(fillable, found, now=now)


def issuer_of(settings: Settings) -> Issuer:
    """Who the settings say is speaking."""
    return Issuer(settings.municipality, settings.site_url, settings.municipality_code)


def composed_for(row: Announcement, incident: Incident, text: VersionText) -> Composed:
    """Every text of an announcement, from what is stored in it."""
    system = System(
        municipality=settings().municipality,
        issued_at=row.issued_at,
        page=settings().site_address,
        number=row.id,
        closes=row.of_id or 0,
        update_no=row.update_no,
        exercise=incident.exercise,
    )
    try:
        return compose(text, row.values, row.languages, system, short=bool(row.short))
    except ComposeError as error:
        raise Invalid(str(error)) from error


def refuse_twin(
    session: Session,
    row: Announcement,
    wording: Wording,
    values: Mapping[str, str],
    entered: Mapping[str, str],
) -> None:
    """Refuse what is prepared or live already with equal slots: it would reach people twice."""
    query = (
        select(Announcement)
        .join(Version)
        .where(
            Announcement.incident_id == row.incident_id,
            Announcement.state.in_((*OPEN, *IN_FORCE)),
            Version.key == wording.text.key,
        )
    )
    if row.id is not None:
        query = query.where(Announcement.id != row.id)
    for other in session.scalars(query):
        same = other.values == values or (other.state in OPEN and other.entered == entered)
        first = (
            wording.kind is AnnouncementKind.FIRST
        )  # the earlier one may have taken a warning's place
        if same and (first or other.of_id == row.of_id):
            state = "waits for confirmation" if other.state in OPEN else "is in force"
            raise Conflict(
                f"{wording.text.key} with the same slots {state} already as announcement {other.id}. "
                + (
                    f"Confirm it, or discard it: `hub discard {other.id}`."
                    if other.state in OPEN
                    else f"A list that came late is added with `hub broadcast add {other.id}`."
                )
            )
