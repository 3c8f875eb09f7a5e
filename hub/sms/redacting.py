"""Deleting personal texts at the gateway once their fate is known, where it can (Twilio: the message stays, its body
goes). Only of broadcasts with personal slots: what everybody got stands on the page anyway.

In the background, a few at a time, tried again each minute for a week. If the process dies half-way, what was deleted
and not written down is deleted once more, which does no harm.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from hub import journal
from hub.database import db, deciding
from hub.models import Broadcast, BroadcastState, Delivery, DeliveryState
from hub.settings import Settings
from hub.sms.entries import HUB, PersonalBodiesRemoved
from hub.sms.gateways.opening import open_gateway, usable
from hub.sms.moments import database_now
from hub.sms.rows import execute

log = logging.getLogger(__name__)

GATEWAYS = ("twilio",)
"""Which can delete a text."""
AT_ONCE = 10
SETTLES = timedelta(hours=48)
"""A message whose fate was not told by then will not be told it any more."""
TRIED_FOR = timedelta(days=7)

_OVER = (BroadcastState.FINISHED.value, BroadcastState.STOPPED.value)
_MOVING = (DeliveryState.QUEUED.value, DeliveryState.CLAIMED.value, DeliveryState.UNKNOWN.value)
_FINAL = (
    DeliveryState.DELIVERED.value,
    DeliveryState.UNDELIVERED.value,
    DeliveryState.FAILED.value,
)


@runtime_checkable
class Redacts(Protocol):
    """A gateway that can delete the body of a message it holds."""

    async def redact(self, gateway_id: str) -> bool:
        """Delete it; False when it could not be done now. A message that is gone counts as done."""
        ...


@dataclass(frozen=True)
class _Row:
    id: int
    gateway: str
    gateway_id: str


def remove_bodies(most: int = 200) -> int:
    """Delete the next texts that are due; how many. Broadcasts of which nothing is left are journaled with counts."""
    settings: Settings = current_app.config["HUB"]
    if not settings.keeping.redact_personal:
        return 0
    names = [name for name in GATEWAYS if usable(name, settings)]
    session: Session = db.session()
    session.rollback()
    now = database_now(session)
    open_ones = _broadcasts(session)
    rows = _due(session, open_ones, names, now, most) if names else []
    session.rollback()
    removed = asyncio.run(_remove(settings, rows)) if rows else []
    if removed:
        with deciding() as session:
            execute(
                session,
                update(Delivery).where(Delivery.id.in_(removed)).values(body_removed_at=now),
            )
    for number in open_ones:
        _finish(number, names, now)
    return len(removed)


def _broadcasts(session: Session) -> list[int]:
    """Those with personal texts that are over, with nothing open: an unknown row is looked for by its text."""
    moving = (
        select(Delivery.id)
        .where(Delivery.broadcast_id == Broadcast.id, Delivery.state.in_(_MOVING))
        .exists()
    )
    query = select(Broadcast.id).where(
        Broadcast.personal.is_(True),
        Broadcast.bodies_removed_at.is_(None),
        Broadcast.state.in_(_OVER),
        ~moving,
    )
    return list(session.scalars(query.order_by(Broadcast.id)))


def _there(broadcast_ids: Sequence[int], names: Sequence[str]) -> ColumnElement[bool]:
    return and_(
        Delivery.broadcast_id.in_(broadcast_ids),
        Delivery.gateway.in_(names),
        Delivery.gateway_id.is_not(None),
        Delivery.body_removed_at.is_(None),
    )


def _due(
    session: Session, broadcasts: Sequence[int], names: Sequence[str], now: datetime, most: int
) -> list[_Row]:
    settled = or_(Delivery.state.in_(_FINAL), Delivery.handed_over_at < now - SETTLES)
    found = session.execute(
        select(Delivery.id, Delivery.gateway, Delivery.gateway_id)
        .where(_there(broadcasts, names), settled)
        .order_by(Delivery.id)
        .limit(most)
    )
    return [_Row(row.id, row.gateway or "", row.gateway_id or "") for row in found]


async def _remove(settings: Settings, rows: Sequence[_Row]) -> list[int]:
    done: list[int] = []
    gate = asyncio.Semaphore(AT_ONCE)
    for name in sorted({row.gateway for row in rows}):
        async with open_gateway(name, settings) as gateway:
            if not isinstance(gateway, Redacts):
                continue
            redacts: Redacts = gateway

            async def one(row: _Row, redacts: Redacts = redacts) -> None:
                async with gate:
                    if await redacts.redact(row.gateway_id):
                        done.append(row.id)

            await asyncio.gather(*(one(row) for row in rows if row.gateway == name))
    return done


def _finish(number: int, names: Sequence[str], now: datetime) -> None:
    """Close a broadcast of which nothing is left to delete, or after a week of trying."""
    with deciding() as session:
        broadcast = session.get_one(Broadcast, number, with_for_update=True, populate_existing=True)
        if broadcast.bodies_removed_at is not None:
            return
        left = session.scalar(select(func.count()).where(_there([number], names))) or 0
        if left and (broadcast.finished_at or now) > now - TRIED_FOR:
            return
        removed = (
            session.scalar(
                select(func.count()).where(
                    Delivery.broadcast_id == number, Delivery.body_removed_at.is_not(None)
                )
            )
            or 0
        )
        broadcast.bodies_removed_at = now
        if removed or left:
            session.flush()
            entry = PersonalBodiesRemoved(broadcast=number, removed=removed, left=left)
            journal.append(session, HUB, entry)
    if left:
        log.warning("%s personal texts of broadcast %s stay at the gateway", left, number)
