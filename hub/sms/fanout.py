"""Writing a broadcast's deliveries when its announcement is prepared: inert rows, in short transactions.

If the process dies half-way, a broadcast without `ready_at` is left behind: it cannot be released, and
`discard_abandoned` deletes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hub import clock
from hub.database import db, deciding, refuse_while_rotating
from hub.errors import Conflict, Invalid
from hub.models import Broadcast, BroadcastState, BroadcastText, Delivery, DeliveryState
from hub.sms import sources
from hub.sms.moments import database_now
from hub.sms.personal import PersonalTexts, PersonalValues, SetAside, require_columns
from hub.sms.rows import (
    PLAIN_CHUNK,
    FanoutPlan,
    Job,
    Progress,
    Tally,
    execute,
    write_by_select,
    write_one_by_one,
)

__all__ = [
    "FanoutPlan",
    "FanoutResult",
    "discard",
    "discard_abandoned",
    "write_deliveries",
]

SHOWN_REASONS = 3
ABANDONED = timedelta(hours=1)


@dataclass(frozen=True)
class FanoutResult:
    """What was written. `recipients` counts deliveries that will be sent, `opted_out` those skipped because their
    phone opted out (in no other count); `duplicates` rows whose text their phone gets anyway,
    `already` rows whose phone has it from this announcement before (a late list)."""

    broadcast_id: int
    recipients: int
    segments: int
    recipients_by_language: Mapping[str, int]
    segments_by_language: Mapping[str, int]
    duplicates: int
    already: int
    opted_out: int
    personal: tuple[PersonalValues, ...]
    set_aside: tuple[SetAside, ...]


def write_deliveries(
    plan: FanoutPlan, *, skipping: int | None = None, progress: Progress | None = None
) -> FanoutResult:
    """Write a broadcast (state prepared), its texts and its deliveries, inert until it is released.

    Runs its own transactions, each holding the database well under half a second; do not call it inside
    `deciding()`. `skipping` names an announcement: phones that have or will get that text from its broadcasts are
    left out. `progress` is called with the number of rows read so far.

    Raises Invalid (nothing is left behind) when the list lacks a column that a personal slot or the filter needs,
    when no row remains, or every row was set aside; Conflict when a real incident names an exercise's list or the
    other way round; NotFound for an unknown list. Going to those of an earlier announcement may find nobody: then
    `recipients` is 0.
    """
    session = db.session()
    if session.info.get("hub_deciding"):
        raise RuntimeError("write_deliveries runs its own transactions")
    session.rollback()
    where = _check(session, plan)
    earlier = sources.chain_broadcasts(session, plan.of_id) if plan.of_id is not None else []
    told = _broadcasts_of(session, skipping) if skipping is not None else []
    broadcast_id = _begin(plan)
    try:
        personal = PersonalTexts(plan.texts, plan.slots)
        job = Job(broadcast_id, plan, where, earlier, told, progress)
        if personal.slots or where or plan.numbers:
            tally = write_one_by_one(job, personal)
        else:
            tally = write_by_select(job)
        result = _finish(job, personal, tally)
    except BaseException:
        discard(broadcast_id)
        raise
    return result


def discard(broadcast_id: int) -> None:
    """Delete a broadcast that was never released, with its rows. Nothing happens when there is none.

    Raises Conflict when it was released. In short transactions: if the process dies half-way, call it again.
    """
    with deciding() as session:
        broadcast = session.scalar(
            select(Broadcast)
            .where(Broadcast.id == broadcast_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if broadcast is None:
            return
        if broadcast.state != BroadcastState.PREPARED:
            raise Conflict(
                f"Broadcast {broadcast_id} was released; it can be stopped, not deleted."
            )
        broadcast.ready_at = None
    while True:
        with deciding() as session:
            chunk = (
                select(Delivery.id).where(Delivery.broadcast_id == broadcast_id).limit(PLAIN_CHUNK)
            )
            deleted = execute(session, delete(Delivery).where(Delivery.id.in_(chunk)))
            if not deleted:
                session.execute(
                    delete(BroadcastText).where(BroadcastText.broadcast_id == broadcast_id)
                )
                session.execute(delete(Broadcast).where(Broadcast.id == broadcast_id))
                return


def discard_abandoned() -> int:
    """Delete what a process that died while preparing left behind, after an hour. Returns how many broadcasts."""
    found = (
        db.session()
        .scalars(
            select(Broadcast.id).where(
                Broadcast.state == BroadcastState.PREPARED.value,
                Broadcast.ready_at.is_(None),
                Broadcast.made_at < clock.now() - ABANDONED,
            )
        )
        .all()
    )
    db.session.rollback()
    for broadcast_id in found:
        discard(broadcast_id)
    return len(found)


def _check(session: Session, plan: FanoutPlan) -> dict[str, str]:
    ways = [plan.audience_id is not None, plan.of_id is not None, bool(plan.numbers)]
    if sum(ways) != 1 or plan.default_language not in plan.texts:
        raise ValueError("a plan needs one source, and a text in its default language")
    if plan.audience_id is None:
        if plan.where:
            raise Invalid("A filter needs a list: name the audience too.")
        return {}
    audience = sources.find_audience(session, plan.audience_id)
    if audience.exercise != plan.exercise:
        kinds = ("a real incident", "an exercise's list")
        if plan.exercise:
            kinds = ("an exercise", "a real list")
        raise Conflict(
            f"{audience.name!r} is {kinds[1]} and {kinds[0]} cannot reach it. Name another audience."
        )
    rows, total = sources.first_rows(session, audience.id, 10)
    require_columns(plan.slots, sources.list_columns(audience), audience.name, rows, total)
    return sources.check_where(plan.where, audience)


def _broadcasts_of(session: Session, announcement_id: int) -> list[int]:
    return list(
        session.scalars(
            select(Broadcast.id).where(
                Broadcast.announcement_id == announcement_id,
                Broadcast.purpose == sources.CITIZENS,
                Broadcast.state != BroadcastState.PREPARED.value,
            )
        )
    )


def _begin(plan: FanoutPlan) -> int:
    with deciding() as session:
        refuse_while_rotating(session)
        name = ""
        if plan.audience_id is not None:
            name = sources.find_audience(session, plan.audience_id).name
        broadcast = Broadcast(
            announcement_id=plan.announcement_id,
            audience_id=plan.audience_id,
            audience_name=name,
            where=dict(plan.where),
            first=dict(plan.first),
            exercise=plan.exercise,
            purpose=plan.purpose,
            state=BroadcastState.PREPARED.value,
            priority=plan.priority,
            until=plan.until,
            opt_out_override=plan.opt_out_override,
            personal=any(slot.personal for slot in plan.slots),
            made_at=database_now(session),
        )
        session.add(broadcast)
        session.flush()
        session.add_all(
            BroadcastText(broadcast_id=broadcast.id, language=language, sms=sms)
            for language, sms in plan.texts.items()
        )
        return broadcast.id


def _finish(job: Job, personal: PersonalTexts, tally: Tally) -> FanoutResult:
    _refuse_nobody(job.plan, tally)
    with deciding() as session:
        rows = session.execute(
            select(Delivery.language, func.count(), func.sum(Delivery.segments))
            .where(
                Delivery.broadcast_id == job.broadcast_id,
                Delivery.state == DeliveryState.QUEUED.value,
            )
            .group_by(Delivery.language)
            .order_by(Delivery.language)
        ).all()
        recipients = sum(int(row[1]) for row in rows)
        segments = sum(int(row[2]) for row in rows)
        opted_out = (
            session.scalar(
                select(func.count()).where(
                    Delivery.broadcast_id == job.broadcast_id,
                    Delivery.state == DeliveryState.SKIPPED.value,
                )
            )
            or 0
        )
        if job.plan.audience_id is not None and opted_out and not recipients:
            raise Invalid(
                f"All {opted_out} phones of this list have opted out of SMS: nobody would get a text."
            )
        broadcast = session.get_one(Broadcast, job.broadcast_id, populate_existing=True)
        broadcast.total = recipients
        broadcast.segments = segments
        broadcast.set_aside = [item.to_json() for item in tally.set_aside]
        broadcast.ready_at = clock.now()
    return FanoutResult(
        broadcast_id=job.broadcast_id,
        recipients=recipients,
        segments=segments,
        recipients_by_language={row[0]: int(row[1]) for row in rows},
        segments_by_language={row[0]: int(row[2]) for row in rows},
        duplicates=tally.seen - tally.already - len(tally.set_aside) - recipients - opted_out,
        already=tally.already,
        opted_out=opted_out,
        personal=personal.summary(),
        set_aside=tuple(tally.set_aside),
    )


def _refuse_nobody(plan: FanoutPlan, tally: Tally) -> None:
    if tally.set_aside and tally.seen == len(tally.set_aside):
        reasons = "; ".join(
            f"row {item.row}: {item.reason}" for item in tally.set_aside[:SHOWN_REASONS]
        )
        raise Invalid(f"Every row was set aside, so nobody would get a text: {reasons}")
    if plan.audience_id is not None and not tally.seen:
        if plan.where:
            words = ", ".join(f"{column}={value}" for column, value in plan.where.items())
            raise Invalid(f"No row of the list has {words}: nobody would get a text.")
        raise Invalid("The list has no rows: nobody would get a text.")
