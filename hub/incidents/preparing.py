"""Preparing an announcement: a version, its slots, languages and list become the exact texts that would go out.

Nothing goes out from here: deliveries are written inert, and wait for `announcing.confirm`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import accounts, clock, journal
from hub.audiences import lists
from hub.database import db, deciding
from hub.errors import Conflict, Invalid, NotFound
from hub.incidents import notices
from hub.incidents.lifecycle import (
    IN_FORCE,
    KIND_OF_PHASE,
    OPEN,
    PRIORITY,
    AnnouncementDiscarded,
    AnnouncementPrepared,
    step,
)
from hub.incidents.register import find_incident
from hub.library import versions
from hub.models import (
    Announcement,
    AnnouncementKind,
    AnnouncementState,
    Audience,
    Broadcast,
    Incident,
    Role,
    Version,
)
from hub.settings import Settings
from hub.sms import fanout
from hub.text import slots as slot_rules
from hub.text.compose import ComposeError, compose
from hub.text.segments import count
from hub.text.types import Composed, Phase, Slot, System, VersionText

LAPSES_AFTER = timedelta(minutes=30)
NO_AUDIENCE = "none"


@dataclass(frozen=True)
class Order:
    """What an officer asks for. `slots` are as typed; no `languages` means all that the hub has for the version;
    `audience` None means nobody (first message) or everybody the named announcement went to; `none` means page
    and phone only. `of` names the announcement that an update, all-clear or correction changes."""

    key: str
    incident: int
    slots: Mapping[str, str] = field(default_factory=dict)
    languages: Sequence[str] = ()
    audience: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    of: int | None = None
    override: str | None = None
    examples: bool = False


@dataclass(frozen=True)
class Prepared:
    """What waits for confirmation. `segments` maps each language to its parts and `total` to all; `personal` says
    per personal slot how many distinct values there are, the rarest and the longest; `seconds` is how long the SMS
    take at the contract's rate (None: no limit)."""

    announcement: int
    incident: int
    broadcast: int | None
    hash: str
    composed: Composed
    recipients: int
    duplicates: int
    segments: Mapping[str, int]
    personal: Mapping[str, Any]
    set_aside: Sequence[Mapping[str, Any]]
    seconds: float | None
    warnings: Sequence[str]


@dataclass(frozen=True)
class _Wording:
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


def prepare(order: Order, *, actor: journal.Actor) -> Prepared:
    """Compose, freeze and store an announcement with its deliveries, inert. Needs the role sender.

    Raises NotFound, NotAllowed, Conflict or Invalid (all mistakes in one message); then nothing is left behind.
    If the process dies half-way, an announcement that is not ready stays; it cannot be confirmed, and preparing
    the same again removes it.
    """
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        incident = find_incident(session, order.incident, lock=True)
        _discard_half_done(session, incident)
        wording = _wording(session, order.key, order.override)
        named = _named(session, incident, wording, order.of)
        audience = _audience(session, incident, order)
        entered = _entered(order, incident, wording.text)
        languages = _languages(order, wording.text)
        row = Announcement(
            incident_id=incident.id,
            version_id=wording.version_id,
            version_hash=wording.version_hash,
            kind=wording.kind.value,
            of_id=named.id if named else None,
            update_no=named.update_no + 1 if named else 1,
            state=AnnouncementState.PREPARED.value,
            severity=wording.severity,
            languages=list(languages),
            override_reason=order.override,
            prepared_by=actor.name,
        )
        _fill(session, row, incident, wording, entered, new=True)
        audience_id = audience.id if audience else None
    return _finish(row.id, order, audience_id, actor, again=False)


def prepare_again(
    number: int, slots: Mapping[str, str], *, actor: journal.Actor, override: str | None = None
) -> Prepared:
    """Fill a returned, lapsed or not yet confirmed announcement anew: `slots` replace what was typed before, the
    rest is kept, `+2h` counts from now. Version, languages and list stay. Raises as `prepare` does."""
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        row = find_announcement(session, number, lock=True)
        incident = find_incident(session, row.incident_id, lock=True)
        step(row, AnnouncementState.PREPARED)
        wording = _wording(session, row.version.key, override or row.override_reason)
        named = _named(session, incident, wording, row.of_id)
        broadcast = broadcast_of(session, number)
        order = Order(
            key=row.version.key,
            incident=incident.id,
            languages=row.languages,
            audience=_audience_again(broadcast),
            where=broadcast.where if broadcast else {},
            of=named.id if named else None,
            override=override or row.override_reason,
        )
        audience = _audience(session, incident, order)
        _languages(order, wording.text)
        row.version_id, row.version_hash = wording.version_id, wording.version_hash
        row.prepared_by, row.override_reason = actor.name, order.override
        row.ready_at = None
        _fill(session, row, incident, wording, {**row.entered, **slots}, new=False)
        audience_id = audience.id if audience else None
        old = broadcast.id if broadcast else None
    if old is not None:
        fanout.discard(old)
    return _finish(number, order, audience_id, actor, again=True)


def discard(number: int, *, actor: journal.Actor) -> None:
    """Throw away an announcement that nobody confirmed, with its deliveries. Needs the role sender."""
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        row = find_announcement(session, number, lock=True)
        step(row, AnnouncementState.DISCARDED)
        old = broadcast_of(session, number)
        journal.append(session, actor, AnnouncementDiscarded(announcement=number))
        broadcast = old.id if old else None
    if broadcast is not None:
        fanout.discard(broadcast)


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


def _discard_half_done(session: Session, incident: Incident) -> None:
    """Remove what a dead process left: announcements whose deliveries were never all written."""
    stale = clock.now() - timedelta(minutes=10)
    for row in session.scalars(
        select(Announcement).where(
            Announcement.incident_id == incident.id,
            Announcement.state == AnnouncementState.PREPARED.value,
            Announcement.ready_at.is_(None),
            Announcement.prepared_at < stale,
        )
    ):
        step(row, AnnouncementState.DISCARDED)


def _wording(session: Session, key: str, override: str | None) -> _Wording:
    """The approved version, if it may be sent now."""
    version = versions.approved(session, key)
    if version is None:
        newest = versions.newest(session, key)
        if newest is None:
            raise NotFound(
                f"There is no message {key!r}. `hub library readiness` shows what there is."
            )
        raise Conflict(
            f"{key} has no approved version (the newest, {newest.number}, is {newest.state}): "
            f"`hub library submit {key}`, then `hub library approve {key}` by somebody else."
        )
    check_sendable(version, override)
    return _Wording(
        version_id=version.id,
        version_hash=version.hash,
        number=version.number,
        text=version.text,
        severity=version.scenario_meta.get("severity", "severe"),
        kind=KIND_OF_PHASE[Phase(version.phase)],
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


def _named(
    session: Session, incident: Incident, wording: _Wording, of: int | None
) -> Announcement | None:
    """The announcement that an update, all-clear or correction changes."""
    if incident.closed_at is not None:
        raise Conflict(
            f"Incident {incident.id} is closed. Open a new one: `hub incident open SCENARIO`."
        )
    scenario = wording.text.key.partition("/")[0]
    if wording.kind is AnnouncementKind.FIRST:
        if of is not None:
            raise Invalid(f"--of {of}: {wording.text.key} is a first message and changes nothing.")
        return None
    live = list(
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


def _audience(session: Session, incident: Incident, order: Order) -> Audience | None:
    if order.audience in (None, NO_AUDIENCE):
        if order.where:
            raise Invalid("--where needs --audience NAME: it picks rows of that list.")
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


def _audience_again(broadcast: Broadcast | None) -> str | None:
    if broadcast is None:
        return NO_AUDIENCE
    return broadcast.audience_name or None


def _entered(order: Order, incident: Incident, text: VersionText) -> dict[str, str]:
    """What was typed, with examples for the rest when they were asked for."""
    if not order.examples:
        return dict(order.slots)
    if not incident.exercise and settings().gateways != ("outbox",):
        raise Invalid(
            "--examples fills slots with made-up values: only in an exercise, or with HUB_GATEWAYS=outbox."
        )
    examples = {
        slot.name: slot.example for slot in text.slots if slot.example and not slot.personal
    }
    return {**examples, **order.slots}


def _languages(order: Order, text: VersionText) -> tuple[str, ...]:
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


def _fill(
    session: Session,
    row: Announcement,
    incident: Incident,
    wording: _Wording,
    entered: Mapping[str, str],
    *,
    new: bool,
) -> None:
    """Resolve slots at this moment and compose every text."""
    now = clock.now()
    values = resolve(wording.text, entered, now)
    _refuse_twin(session, row, wording, values, dict(entered))
    row.entered, row.values = dict(entered), values
    row.issued_at = row.prepared_at = now
    fillable = [slot for slot in wording.text.slots if not slot.personal]
    row.until = slot_rules.moment_of(fillable, values, slot_rules.UNTIL)
    row.next_update = slot_rules.moment_of(fillable, values, slot_rules.NEXT_UPDATE)
    if new:
        row.composed_json, row.hash = {}, ""
        session.add(row)
        session.flush()  # the texts may name the announcement's own number
    composed = composed_for(row, incident, wording.text)
    row.composed_json, row.hash = composed.to_json(), composed.hash


def resolve(text: VersionText, entered: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Canonical values at `now`. Raises Invalid with every mistake, one a line."""
    problems = slot_rules.check(text.slots, entered, now=now)
    if problems:
        raise Invalid(
            "\n".join(["The slots cannot be used:", *(f"  - {p.reason}" for p in problems)])
        )
    fillable = [slot for slot in text.slots if not slot.personal]
    return slot_rules.normalise_all(fillable, entered, now=now)


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
        return compose(text, row.values, row.languages, system)
    except ComposeError as error:
        raise Invalid(str(error)) from error


def _refuse_twin(
    session: Session,
    row: Announcement,
    wording: _Wording,
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
        if same and other.of_id == row.of_id:
            state = "waits for confirmation" if other.state in OPEN else "is in force"
            raise Conflict(
                f"{wording.text.key} with the same slots {state} already as announcement {other.id}. "
                + (
                    f"Confirm it, or discard it: `hub discard {other.id}`."
                    if other.state in OPEN
                    else f"A list that came late is added with `hub broadcast add {other.id}`."
                )
            )


def _finish(
    number: int,
    order: Order,
    audience_id: int | None,
    actor: journal.Actor,
    *,
    again: bool,
) -> Prepared:
    """Write the deliveries, then mark the announcement ready and say what it is."""
    row = db.session().get_one(Announcement, number)
    text = row.version.text
    composed = row.composed
    plan = _plan(row, order, audience_id, composed, text.personal_slots)
    db.session.rollback()
    try:
        result = fanout.write_deliveries(plan) if plan else None
    except Exception:
        _drop(number)
        raise
    with deciding() as session:
        row = find_announcement(session, number, lock=True)
        row.ready_at = clock.now()
        notices.ask_to_confirm(session, row, actor)
        journal.append(
            session,
            actor,
            AnnouncementPrepared(
                announcement=number,
                incident=row.incident_id,
                key=row.version.key,
                version=row.version.number,
                version_hash=row.version_hash,
                hash=row.hash,
                names=row.of_id,
                broadcast=result.broadcast_id if result else None,
                recipients=result.recipients if result else 0,
                set_aside=len(result.set_aside) if result else 0,
                override=row.override_reason,
                again=again,
            ),
        )
        incident, digest = row.incident_id, row.hash
    notices.wake()
    return _prepared(number, incident, digest, composed, result)


def _drop(number: int) -> None:
    """Leave nothing behind of an announcement whose deliveries could not be written."""
    with deciding() as session:
        row = find_announcement(session, number, lock=True)
        step(row, AnnouncementState.DISCARDED)
        left = broadcast_of(session, number)
        broadcast = left.id if left else None
    if broadcast is not None:
        fanout.discard(broadcast)


def _plan(
    row: Announcement,
    order: Order,
    audience_id: int | None,
    composed: Composed,
    personal: Sequence[Slot],
) -> fanout.FanoutPlan | None:
    kind = AnnouncementKind(row.kind)
    to_earlier = kind is not AnnouncementKind.FIRST and order.audience is None
    if audience_id is None and not to_earlier:
        return None
    return fanout.FanoutPlan(
        announcement_id=row.id,
        texts={language: text.sms for language, text in composed.texts.items()},
        default_language=default_language(composed),
        audience_id=audience_id,
        audience_name=order.audience or "",
        where=dict(order.where),
        earlier=chain_of(row) if to_earlier else (),
        reached_only=kind is AnnouncementKind.END,
        slots=tuple(personal),
        exercise=row.incident.exercise,
        priority=PRIORITY[kind],
        until=row.until,
    )


def default_language(composed: Composed) -> str:
    """The language of an SMS to somebody whose own is not there: Danish, else the first."""
    return "da" if "da" in composed.texts else next(iter(composed.texts))


def chain_of(row: Announcement) -> tuple[int, ...]:
    """The announcement that this one names and all before it in the chain."""
    found: list[int] = []
    current = row.of_id
    while current is not None:
        found.append(current)
        current = db.session().get_one(Announcement, current).of_id
    return tuple(found)


def _prepared(
    number: int,
    incident: int,
    digest: str,
    composed: Composed,
    result: fanout.FanoutResult | None,
) -> Prepared:
    total = result.segments if result else 0
    rate = settings().rate(settings().gateways[0])
    parts = {language: count(text.sms).segments for language, text in composed.texts.items()}
    seconds = total / rate if rate and result else None
    return Prepared(
        announcement=number,
        incident=incident,
        broadcast=result.broadcast_id if result else None,
        hash=digest,
        composed=composed,
        recipients=result.recipients if result else 0,
        duplicates=result.duplicates if result else 0,
        segments={**parts, "total": total},
        personal=result.personal if result else {},
        set_aside=result.set_aside if result else (),
        seconds=seconds,
        warnings=_warnings(parts, seconds),
    )


def _warnings(parts: Mapping[str, int], seconds: float | None) -> tuple[str, ...]:
    found = list(settings().warnings())
    hours = settings().network_hours
    if seconds is not None and seconds > hours * 3600:
        found.append(
            f"The last SMS leaves after {seconds / 3600:.1f} hours, and the mobile net is expected to last {hours:g}: "
            "send a shorter text, or to the affected area first (--where)."
        )
    long = [language for language, number in parts.items() if number > 2]
    if long:
        found.append(
            f"The SMS in {', '.join(long)} has more than two parts: parts can arrive out of order."
        )
    return tuple(found)
