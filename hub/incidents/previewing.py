"""What would go out, counted and weighed: of an order before anything is stored, and of what waits for confirmation.

Nothing is written here. `preview` makes the checks that `announcing.prepare` makes; `outlook_of` reads what was stored,
byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hub import accounts, clock, journal
from hub.audiences import lists
from hub.database import db
from hub.errors import Invalid
from hub.incidents.checking import (
    Order,
    audience_for,
    broadcast_of,
    composed_for,
    entered_values,
    languages_for,
    named_announcement,
    refuse_twin,
    resolve,
    sendable_wording,
    settings,
)
from hub.incidents.preparing import default_language, net_lasts_until
from hub.incidents.register import checked_power_out, find_incident
from hub.models import (
    Announcement,
    AnnouncementKind,
    Audience,
    Broadcast,
    Delivery,
    Incident,
    Recipient,
    Role,
)
from hub.sms import sources
from hub.sms.personal import PersonalTexts, PersonalValues, SetAside, require_columns
from hub.sms.sources import Candidate
from hub.text import slots as slot_rules
from hub.text.segments import count
from hub.text.types import Composed, Slot, VersionText

LONG_SMS = 2
CHUNK = 1_000


class Risk(StrEnum):
    """What can go wrong, in order of harm."""

    NOBODY_CONFIRMS = "nobody-confirms"
    NET_GONE = "net-gone"
    TOO_LATE = "too-late"
    UPDATE_BEFORE_LAST = "update-before-last"
    OVERRIDE = "override"
    NOBODY_WOKEN = "nobody-woken"
    SET_ASIDE = "set-aside"
    OTHER_LANGUAGE = "other-language"
    LONG = "long"
    SETTING = "setting"


@dataclass(frozen=True)
class Warned:
    """One risk with the figures that its sentence needs."""

    risk: Risk
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reach:
    """Whom the SMS go to. `texts` are deliveries, `phones` different numbers; `by_language` counts texts by the
    language they are written in, `foreign` recipients whose own language the message lacks."""

    phones: int = 0
    texts: int = 0
    segments: int = 0
    duplicates: int = 0
    by_language: Mapping[str, int] = field(default_factory=dict)
    foreign: Mapping[str, int] = field(default_factory=dict)
    personal: tuple[PersonalValues, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


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
    of: int | None
    until: datetime | None
    next_update: datetime | None
    override: str | None
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
    named = named_announcement(session, incident, wording, order.of)
    audience = audience_for(session, incident, order)
    languages = languages_for(order, wording.text)
    entered = entered_values(order, incident, wording.text, named)
    now = clock.now()
    values = resolve(wording.text, entered, now)
    row = Announcement(
        incident_id=incident.id,
        of_id=named.id if named else None,
        update_no=named.update_no + 1 if named else 1,
        languages=list(languages),
        values=values,
        issued_at=now,
    )
    if order.incident:
        refuse_twin(session, row, wording, values, entered)
    row.id = (session.scalar(select(func.max(Announcement.id))) or 0) + 1  # texts may name it
    composed = composed_for(row, incident, wording.text)
    to_earlier = wording.kind is not AnnouncementKind.FIRST and order.audience is None
    world = _World(incident.exercise, incident.power_out_since)
    named_id = named.id if named else None
    reach = _count(
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
        reach=reach if reach and reach.texts else None,
        audience=audience.name if audience else "",
        where=order.where,
        of=named_id,
        until=slot_rules.moment_of(fillable, values, slot_rules.UNTIL),
        next_update=slot_rules.moment_of(fillable, values, slot_rules.NEXT_UPDATE),
        override=order.override,
        preparer=person.email,
    )


def outlook_of(session: Session, row: Announcement) -> Outlook:
    """What a stored announcement sends, from its own bytes and deliveries."""
    broadcast = broadcast_of(session, row.id)
    text, composed = row.version.text, row.composed
    return _outlook(
        session,
        _World(row.incident.exercise, row.incident.power_out_since),
        key=row.version.key,
        version=row.version.number,
        kind=row.kind,
        composed=composed,
        text=text,
        reach=_stored_reach(session, broadcast, composed, text) if broadcast else None,
        audience=broadcast.audience_name if broadcast else "",
        where=dict(broadcast.where) if broadcast else {},
        of=row.of_id,
        until=row.until,
        next_update=row.next_update,
        override=row.override_reason,
        preparer=row.prepared_by,
    )


@dataclass(frozen=True)
class _World:
    exercise: bool
    power_out_since: datetime | None


def _outlook(
    session: Session,
    world: _World,
    *,
    text: VersionText,
    composed: Composed,
    reach: Reach | None,
    preparer: str,
    **rest: Any,
) -> Outlook:
    parts = {language: count(found.sms).segments for language, found in composed.texts.items()}
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
    return Outlook(**{**vars(found), "warnings": tuple(_warnings(found, world))})


def who_may_confirm(session: Session, preparer: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those who may confirm what this person prepared, and those of them who are told on their duty phone."""
    people = [
        person
        for person in accounts.all_people(session)
        if person.closed_at is None
        and Role.SENDER in person.role_names
        and accounts.may_be_other_eyes(session, person, preparer) is None
    ]
    return (
        tuple(person.email for person in people),
        tuple(person.email for person in people if person.duty_phone),
    )


def _warnings(found: Outlook, world: _World) -> Iterator[Warned]:
    alone = settings().confirmation == "single"
    if not found.confirmers and not alone:
        yield Warned(Risk.NOBODY_CONFIRMS)
    yield from _late(found, world)
    if found.override:
        yield Warned(Risk.OVERRIDE, {"reason": found.override})
    if found.confirmers and not found.woken:
        yield Warned(Risk.NOBODY_WOKEN)
    if found.reach is not None:
        if found.reach.set_aside:
            yield Warned(Risk.SET_ASIDE, {"rows": len(found.reach.set_aside)})
        if found.reach.foreign:
            yield Warned(Risk.OTHER_LANGUAGE, {"languages": dict(found.reach.foreign)})
        long = [language for language, number in found.parts.items() if number > LONG_SMS]
        if long:
            yield Warned(Risk.LONG, {"languages": long})
        for words in settings().warnings():
            yield Warned(Risk.SETTING, {"words": words})


def _late(found: Outlook, world: _World) -> Iterator[Warned]:
    last = found.last_leaves
    if last is None or found.seconds is None:
        return
    hours = settings().network_hours
    since = world.power_out_since
    net_until = net_lasts_until(since)
    if last > net_until:
        yield Warned(Risk.NET_GONE, {"last": last, "until": net_until, "hours": hours})
    if found.until is not None and last > found.until:
        yield Warned(Risk.TOO_LATE, {"last": last, "until": found.until})
    if found.next_update is not None and last > found.next_update:
        yield Warned(Risk.UPDATE_BEFORE_LAST, {"last": last, "update": found.next_update})


def _count(
    session: Session,
    text: VersionText,
    composed: Composed,
    order: Order,
    audience: Audience | None,
    earlier_of: int | None,
    *,
    reached_only: bool,
) -> Reach | None:
    """The reach that the deliveries will have, counted without writing them; None when there are no SMS."""
    if audience is None and earlier_of is None:
        return None
    texts = {language: found.sms for language, found in composed.texts.items()}
    default = default_language(composed)
    if audience is not None:
        rows, total = sources.first_rows(session, audience.id, 10)
        require_columns(
            text.personal_slots, sources.list_columns(audience), audience.name, rows, total
        )
        conditions = [lists.condition(session, audience.id, order.where)]
        table: Any = Recipient
        chunks = sources.from_audience(session, audience.id, CHUNK)
        where = sources.check_where(order.where, audience)
    else:
        broadcasts = sources.chain_broadcasts(session, earlier_of or 0)
        conditions, table, where = sources.earlier(broadcasts, reached_only), Delivery, {}
        chunks = sources.from_deliveries(session, broadcasts, reached_only, CHUNK)
    if not text.personal_slots:
        found = _plain(session, table, conditions, texts, default)
    else:
        fitting = (
            item for chunk in chunks for item in chunk if not where or sources.matches(item, where)
        )
        found = _one_by_one(fitting, PersonalTexts(texts, text.personal_slots), default, table)
    if audience is not None and not found.texts:
        if found.set_aside:
            reasons = "\n".join(f"  - row {i.row}: {i.reason}" for i in found.set_aside[:3])
            raise Invalid(f"Every row was set aside, so nobody would get a text:\n{reasons}")
        raise Invalid("The list has no rows: nobody would get a text.")
    return found


def _plain(
    session: Session,
    table: Any,
    conditions: Sequence[ColumnElement[bool]],
    texts: Mapping[str, str],
    default: str,
) -> Reach:
    """Every phone once, in the language of its first row."""
    seen = session.scalar(select(func.count(table.id)).where(*conditions)) or 0
    first = select(func.min(table.id)).where(*conditions).group_by(table.number)
    rows = session.execute(
        select(table.language, func.count()).where(table.id.in_(first)).group_by(table.language)
    ).all()
    by_language: dict[str, int] = {}
    foreign: dict[str, int] = {}
    for language, number in rows:
        used = language if language in texts else default
        by_language[used] = by_language.get(used, 0) + int(number)
        if language not in texts:
            foreign[language] = int(number)
    phones = sum(by_language.values())
    parts = {language: count(sms).segments for language, sms in texts.items()}
    return Reach(
        phones=phones,
        texts=phones,
        segments=sum(number * parts[language] for language, number in by_language.items()),
        duplicates=seen - phones,
        by_language=by_language,
        foreign=foreign,
    )


def _one_by_one(
    candidates: Iterator[Candidate], personal: PersonalTexts, default: str, table: Any
) -> Reach:
    seen: set[tuple[str, bytes]] = set()
    aside: list[SetAside] = []
    by_language: dict[str, int] = {}
    foreign: dict[str, int] = {}
    segments = duplicates = 0
    for item in candidates:
        language = item.language if item.language in personal.texts else default
        filled = (
            personal.from_cells(item.cells, item.row, language)
            if table is Recipient
            else personal.from_values(item.values, item.row, language)
        )
        if isinstance(filled, SetAside):
            aside.append(filled)
        elif (item.number, filled.key) in seen:
            duplicates += 1
        else:
            seen.add((item.number, filled.key))
            segments += count(filled.sms).segments
            by_language[language] = by_language.get(language, 0) + 1
            if item.language not in personal.texts:
                foreign[item.language] = foreign.get(item.language, 0) + 1
    return Reach(
        phones=len({number for number, _ in seen}),
        texts=len(seen),
        segments=segments,
        duplicates=duplicates,
        by_language=by_language,
        foreign=foreign,
        personal=personal.summary(),
        set_aside=tuple(aside),
    )


def _stored_reach(
    session: Session, broadcast: Broadcast, composed: Composed, text: VersionText
) -> Reach:
    mine = Delivery.broadcast_id == broadcast.id
    by_language = {
        language: int(number)
        for language, number in session.execute(
            select(Delivery.language, func.count()).where(mine).group_by(Delivery.language)
        )
    }
    personal = PersonalTexts(
        {language: found.sms for language, found in composed.texts.items()}, text.personal_slots
    )
    if text.personal_slots:
        for values, row, language in session.execute(
            select(Delivery.personal, Delivery.row, Delivery.language)
            .where(mine, Delivery.personal.is_not(None))
            .execution_options(yield_per=CHUNK)
        ):
            personal.from_values((values or {}).get("values", {}), row, language)
    return Reach(
        phones=session.scalar(select(func.count(func.distinct(Delivery.number))).where(mine)) or 0,
        texts=broadcast.total,
        segments=broadcast.segments,
        by_language=by_language,
        personal=personal.summary(),
        set_aside=tuple(
            SetAside(item.get("row"), item.get("slot", ""), item.get("reason", ""))
            for item in broadcast.set_aside
        ),
    )
