"""Receipts: what a gateway says of a message after it took it. Late, twice, in any order: all the same.

A receipt comes to an address that names the delivery and the attempt, so it is evidence for exactly that row,
even when the answer to the hand-over was lost.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator

from hub.database import db, deciding
from hub.models import Delivery, DeliveryState, Receipt
from hub.settings import Settings
from hub.sms.gateways.base import Gateway, Status
from hub.sms.gateways.callbacks import callback_url
from hub.sms.gateways.opening import open_gateway, usable
from hub.sms.gateways.twilio_codes import AFTERWARDS, INBOUND, SAYS
from hub.sms.marking import release_id
from hub.sms.moments import database_now
from hub.sms.rows import execute
from hub.sms.states import receipt_moves

log = logging.getLogger(__name__)

UNCALLED = timedelta(seconds=15)
MISSED = timedelta(minutes=5)
GIVEN_UP = timedelta(hours=48)
"""How old a hand-over is when its status is first asked for (without callbacks; with them), and when no more."""

_PATH = re.compile(r"/hooks/twilio/(\d{1,18})/(\d{1,9})/?$")


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
    with deciding() as session:
        delivery = session.scalar(
            select(Delivery)
            .where(Delivery.id == delivery_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if delivery is None or (number is not None and delivery.number not in (None, number)):
            tail = "" if number is None else f" to a number ending in {number[-2:]}"
            log.warning("a receipt of %s%s fits no delivery", gateway, tail)
            return False
        now = database_now(session)
        _keep(session, delivery_id, attempt, gateway, gateway_id, status, error_code, now)
        return _move(session, delivery, gateway, gateway_id, said, error_code, now)


def _keep(
    session: Session,
    delivery_id: int,
    attempt: int,
    gateway: str,
    gateway_id: str,
    status: str,
    error_code: str | None,
    now: datetime,
) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(Receipt)
        .values(
            delivery_id=delivery_id,
            attempt=attempt,
            gateway=gateway,
            gateway_id=gateway_id[:64],
            status=status[:20],
            error_code=error_code,
            received_at=now,
        )
        .on_conflict_do_nothing()
    )


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
    delivery.error_text = AFTERWARDS.get(error_code or "")
    delivery.changed_at = now
    return True


def twilio_callback(url: str, form: Mapping[str, str], signature: str) -> int:
    """A status callback of Twilio; the HTTP status to answer with: 204 once it is kept, 403 when it is not Twilio's
    or not signed over our public address, 404 for an address that names no delivery.

    `url` is the address as it was called (only its path's end and its query are used: a proxy may have changed the
    rest), `form` all fields as they came (a MultiDict is fine).
    """
    settings: Settings = current_app.config["HUB"]
    parts = urlsplit(url)
    named = _PATH.search(parts.path)
    if named is None:
        return 404
    delivery_id, attempt = int(named[1]), int(named[2])
    address = callback_url(settings, delivery_id, attempt)
    if parts.query:
        address = f"{address}?{parts.query}"
    validator = RequestValidator(settings.twilio_auth_token)
    if not settings.twilio_auth_token or not validator.validate(address, form, signature or ""):
        log.warning("a callback that Twilio did not sign was refused")
        return 403
    status = form.get("MessageStatus") or form.get("SmsStatus") or ""
    gateway_id = form.get("MessageSid") or form.get("SmsSid") or ""
    if not gateway_id or not status or status in INBOUND:
        return 204
    said = SAYS.get(status, DeliveryState.ACCEPTED)
    code = (form.get("ErrorCode") or "")[:20] or None
    number = form.get("To") or None
    record(delivery_id, attempt, "twilio", gateway_id, status, code, said=said, number=number)
    return 204


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
    names = [name for name in ("twilio",) if usable(name, settings)]
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
