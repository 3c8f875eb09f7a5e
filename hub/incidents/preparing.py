"""Preparing an announcement: a version, its slots, languages and list become the exact texts that would go out.

Nothing goes out from here: deliveries are written inert, and wait for `announcing.confirm`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hub import accounts, clock, journal
from hub.audiences import lists, standing
from hub.database import db, deciding
from hub.incidents import notices, risks
from hub.incidents.checking import (
    NO_AUDIENCE,
    Order,
    Wording,
    audience_for,
    broadcast_of,
    check_opt_out_override,
    composed_for,
    entered_values,
    find_announcement,
    issuer_of,
    languages_for,
    named_announcement,
    refuse_twin,
    resolve,
    sendable_wording,
    settings,
    update_number,
)
from hub.incidents.contradicting import clashes_of
from hub.incidents.fitting import Fit, what_fits
from hub.incidents.lifecycle import (
    PRIORITY,
    AnnouncementDiscarded,
    AnnouncementPrepared,
    step,
)
from hub.incidents.local import not_as_decided
from hub.incidents.reach import default_language
from hub.incidents.register import find_incident
from hub.incidents.timing import wrong_days
from hub.models import (
    Announcement,
    AnnouncementKind,
    AnnouncementState,
    Audience,
    Broadcast,
    Incident,
    Role,
)
from hub.places import without_page
from hub.sms import catching_up, fanout
from hub.text import slots as slot_rules
from hub.text.segments import count
from hub.text.types import Composed, Slot

LAPSES_AFTER = timedelta(minutes=30)


@dataclass(frozen=True)
class Prepared:
    """What waits for confirmation. `segments` maps each language to its parts and `total` to all; `personal` says
    per personal slot how many distinct values there are, the rarest and the longest; `seconds` is how long the SMS
    take at the contract's rate (None: no limit), `cost` kroner (None: no price was told, or no SMS)."""

    announcement: int
    incident: int
    broadcast: int | None
    hash: str
    composed: Composed
    recipients: int
    duplicates: int
    opted_out: int
    segments: Mapping[str, int]
    personal: Mapping[str, Any]
    set_aside: Sequence[Mapping[str, Any]]
    seconds: float | None
    cost: float | None
    warnings: Sequence[str]


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
        wording = sendable_wording(session, order.key, order.override)
        check_opt_out_override(order, wording.severity)
        named = named_announcement(session, incident, wording, order.of, order.slots)
        audience = audience_for(session, incident, order)
        entered = entered_values(order, incident, wording.text, named)
        languages = languages_for(order, wording.text)
        row = Announcement(
            incident_id=incident.id,
            version_id=wording.version_id,
            version_hash=wording.version_hash,
            kind=wording.kind.value,
            of_id=named.id if named else None,
            update_no=update_number(wording, named),
            state=AnnouncementState.PREPARED.value,
            severity=wording.severity,
            languages=list(languages),
            short=order.short,
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
        wording = sendable_wording(session, row.version.key, override or row.override_reason)
        named = named_announcement(session, incident, wording, row.of_id, {**row.entered, **slots})
        row.of_id = named.id if named else None
        broadcast = broadcast_of(session, number)
        order = Order(
            key=row.version.key,
            incident=incident.id,
            languages=row.languages,
            audience=_audience_again(broadcast),
            where=broadcast.where if broadcast else {},
            first=broadcast.first if broadcast else {},
            of=named.id if named else None,
            override=override or row.override_reason,
            opt_out_override=broadcast.opt_out_override if broadcast else None,
            short=row.short,
        )
        check_opt_out_override(order, wording.severity)
        audience = audience_for(session, incident, order)
        languages_for(order, wording.text)
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


def _audience_again(broadcast: Broadcast | None) -> str | None:
    if broadcast is None:
        return NO_AUDIENCE
    return broadcast.audience_name or None


def _fill(
    session: Session,
    row: Announcement,
    incident: Incident,
    wording: Wording,
    entered: Mapping[str, str],
    *,
    new: bool,
) -> None:
    """Resolve slots at this moment and compose every text."""
    now = clock.now()
    values = resolve(wording.text, entered, now)
    refuse_twin(session, row, wording, values, dict(entered))
    row.entered, row.values = dict(entered), values
    row.issued_at = row.prepared_at = now
    fillable = [slot for slot in wording.text.slots if not slot.personal]
    row.issuer = issuer_of(settings()).to_json()
    row.until = slot_rules.moment_of(fillable, values, slot_rules.UNTIL)
    row.next_update = slot_rules.moment_of(fillable, values, slot_rules.NEXT_UPDATE)
    if new:
        row.composed_json, row.hash = {}, ""
        session.add(row)
        session.flush()  # the texts may name the announcement's own number
    composed = composed_for(row, incident, wording.text)
    row.composed_json, row.hash = composed.to_json(), composed.hash


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
        if result is not None and not result.recipients and not _may_grow(plan):
            fanout.discard(
                result.broadcast_id
            )  # nobody got what this one names: page and phone only
            result = None
        _check_bounds(number, actor, result.recipients if result else 0)
    except Exception:
        _drop(number)
        raise
    with deciding() as session:
        row = find_announcement(session, number, lock=True)
        row.ready_at = clock.now()
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
                opted_out=result.opted_out if result else 0,
                opt_out_override=order.opt_out_override if result else None,
                again=again,
            ),
        )
        incident, digest = row.incident_id, row.hash
    notices.ask_to_confirm(number, actor)
    return _prepared(number, incident, digest, composed, result)


def _check_bounds(number: int, actor: journal.Actor, reach: int) -> None:
    """A sender may be bound to scenarios and to a largest reach."""
    session = db.session()
    person = accounts.require_role(session, actor, Role.SENDER)
    scenario = session.get_one(Announcement, number).version.scenario
    accounts.check_bounds(session, person, scenario, reach)
    session.rollback()


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
        texts=composed.sms,
        default_language=default_language(composed),
        audience_id=audience_id,
        where=dict(order.where),
        first=dict(order.first),
        first_rows=_first_rows(audience_id, order),
        of_id=row.of_id if to_earlier else None,
        reached_only=to_earlier and kind is AnnouncementKind.END,
        slots=tuple(personal),
        exercise=row.incident.exercise,
        priority=PRIORITY[kind],
        until=row.until,
        opt_out_override=order.opt_out_override,
    )


def _may_grow(plan: fanout.FanoutPlan | None) -> bool:
    """Will an all-clear that reaches nobody yet reach those who still get what it ends?"""
    if plan is None or plan.of_id is None:
        return False
    return catching_up.may_still_reach(db.session(), plan.of_id)


def _first_rows(audience_id: int | None, order: Order) -> ColumnElement[bool] | None:
    """The rows of the list that go before all others. Raises Invalid for a column or value that it lacks."""
    if audience_id is None or not order.first:
        return None
    return lists.condition(db.session(), audience_id, order.first)


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
    parts = {language: count(sms).segments for language, sms in composed.sms.items()}
    seconds = total / rate if rate and result else None
    return Prepared(
        announcement=number,
        incident=incident,
        broadcast=result.broadcast_id if result else None,
        hash=digest,
        composed=composed,
        recipients=result.recipients if result else 0,
        duplicates=result.duplicates if result else 0,
        opted_out=result.opted_out if result else 0,
        segments={**parts, "total": total},
        personal={
            found.slot: {
                "distinct": found.distinct,
                "rarest": [value for value, _ in found.rarest],
                "longest": list(found.longest),
            }
            for found in (result.personal if result else ())
        },
        set_aside=[item.to_json() for item in (result.set_aside if result else ())],
        seconds=seconds,
        cost=settings().cost(total) if result else None,
        warnings=(*_overdue(result), *_warnings(number, parts, seconds, result)),
    )


def _overdue(result: fanout.FanoutResult | None) -> tuple[str, ...]:
    """A standing list that should have been refreshed by now."""
    if result is None:
        return ()
    session = db.session()
    number = session.get_one(Broadcast, result.broadcast_id).audience_id
    audience = session.get(Audience, number) if number is not None else None
    warning = standing.overdue_warning(audience, clock.now()) if audience else None
    session.rollback()
    return (str(warning),) if warning else ()


def _opt_out_override(session: Session, result: fanout.FanoutResult | None) -> str | None:
    if result is None:
        return None
    return session.get_one(Broadcast, result.broadcast_id).opt_out_override


def _fits(
    session: Session,
    row: Announcement,
    seconds: float,
    result: fanout.FanoutResult | None,
    most: float,
) -> Sequence[Fit]:
    rate = settings().rate(settings().gateways[0])
    if result is None or rate is None:
        return ()
    broadcast = session.get_one(Broadcast, result.broadcast_id)
    return what_fits(
        *(session, row, row.incident, row.version.text, result.recipients_by_language),
        seconds=seconds,
        rate=rate,
        audience="" if broadcast.where else broadcast.audience_name,
        most=most,
    )


def _warnings(
    number: int,
    parts: Mapping[str, int],
    seconds: float | None,
    result: fanout.FanoutResult | None,
) -> tuple[str, ...]:
    session = db.session()
    row = session.get_one(Announcement, number)
    confirmers, woken = risks.who_may_confirm(session, row.prepared_by)
    found = risks.weigh(
        risks.Weighed(
            sms=result is not None,
            parts=parts,
            seconds=seconds,
            set_aside=len(result.set_aside) if result else 0,
            foreign={},
            opted_out=result.opted_out if result else 0,
            opt_out_override=_opt_out_override(session, result),
            until=row.until,
            next_update=row.next_update,
            override=row.override_reason,
            power_out_since=row.incident.power_out_since,
            confirmers=confirmers,
            woken=woken,
            without_page=without_page(
                session, row.version.text.slots, row.values, settings().municipality
            ),
            not_as_decided=not_as_decided(
                session, row.version.text, row.values, settings().municipality
            ),
            clashes=clashes_of(
                *(session, row.version.text, row.values, row.composed),
                number=row.id,
                of=row.of_id,
                exercise=row.incident.exercise,
            ),
            wrong_days=wrong_days(row.version.text, row.values, clock.now()),
            severity=row.severity,
            kind=row.kind,
            fits=partial(_fits, session, row, seconds or 0.0, result),
        )
    )
    session.rollback()
    return tuple(risks.in_words(item) for item in found)
