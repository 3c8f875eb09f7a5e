"""Whom an update or all-clear must reach beyond those it was prepared for: who was handed the earlier text between
preparing and confirming, or stands on a late list.

Its rows are written when it is prepared; until it is confirmed, the earlier broadcasts go on. From the moment of
confirming they hand nothing more over, so what is added then, before the first row goes out, is complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from hub.database import db, deciding
from hub.models import (
    Announcement,
    AnnouncementKind,
    Broadcast,
    BroadcastState,
    BroadcastText,
    Delivery,
    DeliveryState,
)
from hub.sms import sources
from hub.sms.personal import PersonalTexts, SetAside
from hub.sms.rows import FanoutPlan, Job, write_by_select, write_one_by_one
from hub.sms.states import OPEN

MARGIN = timedelta(seconds=5)
_GOING = (
    BroadcastState.WAITING.value,
    BroadcastState.SENDING.value,
    BroadcastState.PAUSED.value,
)


def catch_up(broadcast_id: int) -> int:
    """Add the rows of those whom the earlier broadcasts reached since this one was prepared. Returns how many.

    For a confirmed broadcast to the recipients of an earlier announcement; any other is left as it is. In short
    transactions, and harmless when called twice or by two workers: if the process dies, the next one adds the rest.
    """
    session: Session = db.session()
    session.rollback()
    broadcast = session.get_one(Broadcast, broadcast_id, populate_existing=True)
    row = session.get_one(Announcement, broadcast.announcement_id)
    goes_to_earlier = row.of_id is not None and not broadcast.audience_name
    if not goes_to_earlier or broadcast.purpose != sources.CITIZENS:
        session.rollback()
        return 0
    rows = session.execute(
        select(BroadcastText.language, BroadcastText.sms)
        .where(BroadcastText.broadcast_id == broadcast_id)
        .order_by(BroadcastText.language)
    )
    texts = {row.language: row.sms for row in rows}
    plan = FanoutPlan(
        announcement_id=row.id,
        texts=texts,
        default_language="da" if "da" in texts else next(iter(row.languages)),
        of_id=row.of_id,
        reached_only=row.kind == AnnouncementKind.END,
        slots=row.version.text.personal_slots if broadcast.personal else (),
        purpose=broadcast.purpose,
        opt_out_override=broadcast.opt_out_override,
        since=broadcast.made_at - MARGIN,
    )
    earlier, before = sources.chain_broadcasts(session, row.of_id or 0), broadcast.total
    session.rollback()
    personal = PersonalTexts(plan.texts, plan.slots)
    job = Job(broadcast_id, plan, {}, earlier, [], None)
    tally = write_one_by_one(job, personal) if personal.slots else write_by_select(job)
    if not tally.seen:
        return 0
    return count_anew(broadcast_id, tally.set_aside) - before


def count_anew(broadcast_id: int, set_aside: Sequence[SetAside] = ()) -> int:
    """Write down how many deliveries and segments a broadcast has (without those that opted out), and what more was
    set aside; how many deliveries."""
    with deciding() as session:
        broadcast = session.get_one(
            Broadcast, broadcast_id, with_for_update=True, populate_existing=True
        )
        total, segments = session.execute(
            select(func.count(), func.sum(Delivery.segments)).where(
                Delivery.broadcast_id == broadcast_id,
                Delivery.state != DeliveryState.SKIPPED.value,
            )
        ).one()
        broadcast.total, broadcast.segments = int(total), int(segments or 0)
        known = list(broadcast.set_aside)
        more = [item.to_json() for item in set_aside]
        broadcast.set_aside = known + [item for item in more if item not in known]
        return broadcast.total


def may_still_reach(session: Session, announcement_id: int) -> bool:
    """Does anything of this announcement or those it changed still go out, so that more will have to be told?"""
    going = sources.chain_broadcasts(session, announcement_id)
    return bool(
        session.scalar(
            select(
                exists().where(
                    Delivery.broadcast_id.in_(
                        select(Broadcast.id).where(
                            Broadcast.id.in_(going), Broadcast.state.in_(_GOING)
                        )
                    ),
                    Delivery.state.in_([state.value for state in OPEN]),
                )
            )
        )
    )
