"""Receipts: what a gateway says of a message after it took it. Late, twice, in any order: all the same.

A receipt comes to an address that names the delivery and the attempt, so it is evidence for exactly that row,
even when the answer to the hand-over was lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.database import db, deciding
from hub.models import Delivery, DeliveryState, Receipt
from hub.settings import Settings
from hub.sms import optout
from hub.sms.gateways.afterwards import words_for
from hub.sms.gateways.base import Gateway, Status
from hub.sms.gateways.opening import open_gateway, usable
from hub.sms.marking import release_id
from hub.sms.moments import database_now
from hub.sms.rows import execute
from hub.sms.states import receipt_moves

log = logging.getLogger(__name__)

UNCALLED = timedelta(seconds=15)
MISSED = timedelta(minutes=5)
GIVEN_UP = timedelta(hours=48)
"""How old a hand-over is when its status is first asked for (without callbacks; with them), and when no more."""


@dataclass(frozen=True)
class Told:
    """A receipt in our words: `status` is the gateway's, `said` what it means here. `number` is E.164 where the
    gateway names it."""

    delivery: int
    attempt: int
    gateway: str
    gateway_id: str
    status: str
    code: str | None
    said: DeliveryState
    number: str | None = None


def record(
    delivery_id: int,
    attempt: int,
    gateway: str,
    gateway_id: str,
    status: str,
    error_code: str | None = None,
    *,
    said: DeliveryState,
    number: str | None = None,
) -> bool:
    """Keep a receipt and move its delivery to what it says, never backwards. Did it move?

    `said` is what `status` (the gateway's word) means here; `number`, where the gateway names it, must be the
    delivery's own: a hub that was restored may have given the id to somebody else. One for a delivery that does
    not exist, or is another's, is not kept.
    """
    told = Told(delivery_id, attempt, gateway, gateway_id, status, error_code, said, number)
    with deciding() as session:
        return take(session, told)


def take(session: Session, told: Told) -> bool:
    """The same inside the caller's deciding transaction."""
    return take_many(session, [told]) == 1


def take_many(session: Session, many: Sequence[Told], came: Sequence[datetime] = ()) -> int:
    """Keep many receipts and move their deliveries, inside the caller's deciding transaction. How many moved.

    `came` says when each was received; now, without it.
    """
    if not many:
        return 0
    deliveries = {
        item.id: item
        for item in session.scalars(
            select(Delivery)
            .where(Delivery.id.in_({told.delivery for told in many}))
            .order_by(Delivery.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    now, moved = database_now(session), 0
    fitting = []
    for index, told in enumerate(many):
        delivery = deliveries.get(told.delivery)
        if delivery is None or (
            told.number is not None and delivery.number not in (None, told.number)
        ):
            tail = "" if told.number is None else f" to a number ending in {told.number[-2:]}"
            log.warning("a receipt of %s%s fits no delivery", told.gateway, tail)
            continue
        fitting.append(_as_row(told, came[index] if came else now))
        moved += _move(session, delivery, told.gateway, told.gateway_id, told.said, told.code, now)
    if fitting:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        session.execute(insert(Receipt).on_conflict_do_nothing(), fitting)
    return moved


def _as_row(told: Told, received_at: datetime) -> dict[str, Any]:
    return {
        "delivery_id": told.delivery,
        "attempt": told.attempt,
        "gateway": told.gateway,
        "gateway_id": told.gateway_id[:64],
        "status": told.status[:20],
        "error_code": told.code,
        "received_at": received_at,
    }


def _move(
    session: Session,
    delivery: Delivery,
    gateway: str,
    gateway_id: str,
    said: DeliveryState,
    error_code: str | None,
    now: datetime,
) -> bool:
    if delivery.gateway_id not in (None, gateway_id):
        log.warning("delivery %s has a receipt of a second message", delivery.id)
    if not receipt_moves(DeliveryState(delivery.state), said):
        return False
    if delivery.gateway_id is None:
        release_id(session, gateway, gateway_id, delivery.id, now)
        delivery.gateway, delivery.gateway_id = gateway, gateway_id
    delivery.state = said.value
    delivery.handed_over_at = delivery.handed_over_at or delivery.claimed_at or now
    delivery.skip_reason = delivery.doubt_since = delivery.absent_since = None
    delivery.not_before = None
    delivery.error_code = error_code
    if error_code == optout.OPTED_OUT_CODE:
        optout.note_refused(session, gateway, [delivery.id])
    delivery.error_text = words_for(gateway, error_code)
    delivery.changed_at = now
    return True


@dataclass(frozen=True)
class _Open:
    id: int
    attempt: int
    gateway: str
    gateway_id: str


def poll(most: int = 500) -> int:
    """Ask the gateways for what no receipt told: statuses of messages taken and not final. Returns how many moved.

    Without callbacks from 15 seconds after the hand-over on, with them after 5 minutes; after 48 hours no more.
    Those looked at longest ago come first.
    """
    settings: Settings = current_app.config["HUB"]
    rows = _to_ask(settings, most)
    if not rows:
        return 0
    found = asyncio.run(_ask(settings, rows))
    moved = 0
    for row, status in found:
        if status is not None and record(
            row.id,
            row.attempt,
            row.gateway,
            row.gateway_id,
            f"polled-{status.said.value}",
            status.code,
            said=status.said,
        ):
            moved += 1
    with deciding() as session:
        execute(
            session,
            update(Delivery)
            .where(Delivery.id.in_([row.id for row in rows]))
            .values(changed_at=database_now(session)),
        )
    return moved


def _to_ask(settings: Settings, most: int) -> list[_Open]:
    names = [name for name in ("twilio", "gatewayapi") if usable(name, settings)]
    if not names:
        return []
    session: Session = db.session()
    session.rollback()
    now = database_now(session)
    quiet = MISSED if settings.callbacks else UNCALLED
    rows = session.execute(
        select(Delivery.id, Delivery.attempt, Delivery.gateway, Delivery.gateway_id)
        .where(
            Delivery.state.in_((DeliveryState.ACCEPTED.value, DeliveryState.SENT.value)),
            Delivery.gateway.in_(names),
            Delivery.gateway_id.is_not(None),
            Delivery.handed_over_at > now - GIVEN_UP,
            Delivery.changed_at < now - quiet,
        )
        .order_by(Delivery.changed_at)
        .limit(most)
    ).all()
    session.rollback()
    return [_Open(row.id, row.attempt, row.gateway or "", row.gateway_id or "") for row in rows]


async def _ask(settings: Settings, rows: Sequence[_Open]) -> list[tuple[_Open, Status | None]]:
    found: list[tuple[_Open, Status | None]] = []
    for name in sorted({row.gateway for row in rows}):
        ours = [row for row in rows if row.gateway == name]
        async with open_gateway(name, settings) as gateway:
            found += zip(ours, await _statuses(gateway, ours), strict=True)
    return found


async def _statuses(gateway: Gateway, rows: Sequence[_Open]) -> list[Status | None]:
    gate = asyncio.Semaphore(20)

    async def one(row: _Open) -> Status | None:
        async with gate:
            return await gateway.status(row.gateway_id)

    return await asyncio.gather(*(one(row) for row in rows))
