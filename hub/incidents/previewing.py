"""What would go out, counted and weighed: of an order before anything is stored, and of what waits for confirmation.

Nothing is written here. `preview` makes the checks that `announcing.prepare` makes; `outlook_of` reads what was stored,
byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub import accounts, clock, journal
from hub.database import db
from hub.incidents.checking import (
    Order,
    audience_for,
    broadcast_of,
    check_opt_out_override,
    composed_for,
    entered_values,
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
from hub.incidents.local import not_as_decided
from hub.incidents.reach import Reach, reach_of, stored_reach
from hub.incidents.register import checked_power_out, find_incident
from hub.incidents.risks import Warned, Weighed, weigh, who_may_confirm
from hub.incidents.timing import wrong_days
from hub.models import (
    Announcement,
    AnnouncementKind,
    Incident,
    Role,
)
from hub.places import without_page
from hub.text import slots as slot_rules
from hub.text.segments import count
from hub.text.types import Composed, Slot, VersionText

LONG_SMS = 2
CHUNK = 1_000


@dataclass(frozen=True)
class Outlook:
    """What goes out when it is confirmed. `parts` are the SMS parts per language, `seconds` how long the SMS take at
    the contract's rate (None: no limit, or no SMS), `cost` kroner (None: no price was told, or no SMS)."""

    key: str
    version: int
    kind: str
    exercise: bool
    composed: Composed
    personal_slots: tuple[Slot, ...]
    reach: Reach | None
    audience: str
    where: Mapping[str, str]
    first: Mapping[str, str]
    of: int | None
    until: datetime | None
    next_update: datetime | None
    override: str | None
    opt_out_override: str | None
    parts: Mapping[str, int]
    seconds: float | None
    cost: float | None
    confirmers: tuple[str, ...]
    woken: tuple[str, ...]
    warnings: tuple[Warned, ...]

    @property
    def last_leaves(self) -> datetime | None:
        """When the last SMS has left, if it were confirmed now."""
        return None if self.seconds is None else clock.now() + timedelta(seconds=self.seconds)


def preview(
    order: Order,
    *,
    actor: journal.Actor,
    scenario: str = "",
    exercise: bool = False,
    power_out_since: datetime | None = None,
) -> Outlook:
    """What `announcing.prepare` would make of an order. An order with incident 0 is for one that is not open yet, of
    this scenario, real or an exercise, with the power gone since `power_out_since`.

    Raises as `prepare` does, and for a sender who is bound to less.
    """
    session = db.session()
    person = accounts.require_role(session, actor, Role.SENDER)
    incident = (
        find_incident(session, order.incident)
        if order.incident
        else Incident(
            scenario=scenario,
            exercise=exercise,
            opened_at=clock.now(),
            power_out_since=checked_power_out(power_out_since),
        )
    )
    wording = sendable_wording(session, order.key, order.override)
    check_opt_out_override(order, wording.severity)
    named = named_announcement(session, incident, wording, order.of, order.slots)
    audience = audience_for(session, incident, order)
    languages = languages_for(order, wording.text)
    entered = entered_values(order, incident, wording.text, named)
    now = clock.now()
    values = resolve(wording.text, entered, now)
    row = Announcement(
        incident_id=incident.id,
        of_id=named.id if named else None,
        update_no=update_number(wording, named),
        languages=list(languages),
        short=order.short,
        values=values,
        severity=wording.severity,
        issued_at=now,
    )
    if order.incident:
        refuse_twin(session, row, wording, values, entered)
    row.id = (session.scalar(select(func.max(Announcement.id))) or 0) + 1  # texts may name it
    composed = composed_for(row, incident, wording.text)
    to_earlier = wording.kind is not AnnouncementKind.FIRST and order.audience is None
    world = _World(row, incident)
    named_id = named.id if named else None
    reach = reach_of(
        session,
        wording.text,
        composed,
        order,
        audience,
        named_id if to_earlier else None,
        reached_only=wording.kind is AnnouncementKind.END,
    )
    accounts.check_bounds(
        session, person, order.key.partition("/")[0], reach.phones if reach else 0
    )
    fillable = [slot for slot in wording.text.slots if not slot.personal]
    return _outlook(
        session,
        world,
        key=order.key,
        version=wording.number,
        kind=wording.kind.value,
        composed=composed,
        text=wording.text,
        values=values,
        reach=reach if reach and reach.texts else None,
        audience=audience.name if audience else "",
        where=order.where,
        first=order.first,
        of=named_id,
        until=slot_rules.moment_of(fillable, values, slot_rules.UNTIL),
        next_update=slot_rules.moment_of(fillable, values, slot_rules.NEXT_UPDATE),
        override=order.override,
        opt_out_override=order.opt_out_override,
        preparer=person.email,
    )


def outlook_of(session: Session, row: Announcement) -> Outlook:
    """What a stored announcement sends, from its own bytes and deliveries."""
    broadcast = broadcast_of(session, row.id)
    text, composed = row.version.text, row.composed
    return _outlook(
        session,
        _World(row, row.incident),
        key=row.version.key,
        version=row.version.number,
        kind=row.kind,
        composed=composed,
        text=text,
        values=row.values,
        reach=stored_reach(session, broadcast, composed, text) if broadcast else None,
        audience=broadcast.audience_name if broadcast else "",
        where=dict(broadcast.where) if broadcast else {},
        first=dict(broadcast.first) if broadcast else {},
        of=row.of_id,
        until=row.until,
        next_update=row.next_update,
        override=row.override_reason,
        opt_out_override=broadcast.opt_out_override if broadcast else None,
        preparer=row.prepared_by,
    )


@dataclass(frozen=True)
class _World:
    row: Announcement
    incident: Incident

    @property
    def exercise(self) -> bool:
        return self.incident.exercise

    @property
    def power_out_since(self) -> datetime | None:
        return self.incident.power_out_since


def _outlook(
    session: Session,
    world: _World,
    *,
    text: VersionText,
    values: Mapping[str, str],
    composed: Composed,
    reach: Reach | None,
    preparer: str,
    **rest: Any,
) -> Outlook:
    parts = {language: count(sms).segments for language, sms in composed.sms.items()}
    rate = settings().rate(settings().gateways[0])
    seconds = reach.segments / rate if rate and reach else None
    confirmers, woken = who_may_confirm(session, preparer)
    found = Outlook(
        exercise=world.exercise,
        composed=composed,
        personal_slots=text.personal_slots,
        reach=reach,
        parts=parts,
        seconds=seconds,
        cost=settings().cost(reach.segments) if reach else None,
        confirmers=confirmers,
        woken=woken,
        warnings=(),
        **rest,
    )
    unseen = without_page(session, text.slots, values, settings().municipality)
    fits = partial(_fits, session, world, text, found)
    weighed = replace(
        _weighed(found, world, unseen, fits),
        not_as_decided=not_as_decided(session, text, values, settings().municipality),
        clashes=clashes_of(
            *(session, text, values, composed),
            number=world.row.id,
            of=world.row.of_id,
            exercise=world.exercise,
        ),
        wrong_days=wrong_days(text, values, clock.now()),
        severity=world.row.severity,
        kind=found.kind,
    )
    return replace(found, warnings=weigh(weighed))


def _fits(
    session: Session, world: _World, text: VersionText, found: Outlook, most: float
) -> Sequence[Fit]:
    rate = settings().rate(settings().gateways[0])
    if found.reach is None or found.seconds is None or rate is None:
        return ()
    return what_fits(
        *(session, world.row, world.incident, text, found.reach.by_language),
        seconds=found.seconds,
        rate=rate,
        audience="" if found.where else found.audience,
        most=most,
    )


def _weighed(
    found: Outlook,
    world: _World,
    unseen: tuple[str, ...],
    fits: Callable[[float], Sequence[Fit]],
) -> Weighed:
    reach = found.reach
    return Weighed(
        sms=reach is not None,
        parts=found.parts,
        seconds=found.seconds,
        set_aside=len(reach.set_aside) if reach else 0,
        foreign=reach.foreign if reach else {},
        opted_out=reach.opted_out if reach else 0,
        opt_out_override=found.opt_out_override,
        until=found.until,
        next_update=found.next_update,
        override=found.override,
        power_out_since=world.power_out_since,
        confirmers=found.confirmers,
        woken=found.woken,
        without_page=unseen,
        fits=fits,
    )
