"""Receipts that stop coming: a gateway that takes messages and does nothing with them looks well to every request.

A worker remembers a few of the messages that its gateways took. Where receipts used to come and now none of those
has one, the gateway itself is asked about some of them. If it says that they went on, only the way back to the hub is
broken, which another gateway would not mend; if it does not, it is set aside.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from hub.database import db, deciding
from hub.models import Delivery, DeliveryState, GatewayState
from hub.settings import Settings
from hub.sms import breakers, breaking
from hub.sms.breaking import PROBES_THAT_CLOSE, Fault
from hub.sms.gateways.base import Gateway
from hub.sms.moments import database_now
from hub.sms.workbench import InDatabase

log = logging.getLogger(__name__)

WATCH_EVERY = 5.0
QUIET = 90.0
"""Seconds after which a receipt is missed. Most come within ten."""
FORGOTTEN = 600.0
KEPT = 200
ENOUGH = 20
"""Messages of which something can be said; fewer prove nothing (phones are switched off)."""
FEW = 0.1
MANY = 0.3
"""Receipts stopped when fewer than FEW of the remembered messages have one, and came when MANY had."""
ASKED = 5
NOTED = 60.0
USED_TO = timedelta(hours=6)
WORDS = "it takes messages, but says no more what becomes of them"


@dataclass(frozen=True)
class Seen:
    """How many of the messages asked about have a receipt."""

    messages: int
    receipts: int


class ReceiptWatch:
    """Watches the gateways of one worker. `quiet` is in seconds (tests shorten it)."""

    def __init__(self, settings: Settings, in_database: InDatabase, quiet: float = QUIET) -> None:
        self.settings = settings
        self.in_database = in_database
        self.quiet = quiet
        self._kept: dict[str, list[tuple[int, float]]] = {}
        self._noted: dict[str, float] = {}

    async def look(
        self,
        gateway: Gateway,
        taken: Sequence[tuple[int, float]],
        now: float,
        *,
        broken: bool = False,
    ) -> None:
        """Remember some of what was taken since last time, and judge what is old enough. `broken`: it is set aside,
        and a few probes are all there is."""
        name = gateway.name
        if not self.settings.called_back_by(name):
            return
        kept = [item for item in self._kept.get(name, []) if item[1] > now - FORGOTTEN]
        kept += random.sample(list(taken), min(len(taken), ENOUGH))
        self._kept[name] = kept = kept[-KEPT:]
        due = [delivery for delivery, at in kept if at <= now - self.quiet][-ENOUGH * 2 :]
        if len(due) < (PROBES_THAT_CLOSE if broken else ENOUGH):
            return
        seen = await self.in_database(seen_of, due)
        if seen.receipts >= MANY * seen.messages:
            if broken or self._noted.get(name, 0.0) <= now - NOTED:
                self._noted[name] = now
                await self.in_database(note_receipts, name)
        elif broken:
            return
        elif seen.receipts <= FEW * seen.messages and await self.in_database(used_to_come, name):
            if not await self._goes_on(gateway, due):
                lease = self.settings.lease_seconds
                await self.in_database(set_aside, name, lease)
                self._kept[name] = []
            else:
                log.warning(
                    "the receipts of %s do not reach the hub: is its web part running?", name
                )

    async def _goes_on(self, gateway: Gateway, due: Sequence[int]) -> bool:
        """Does the gateway itself say that messages went on to the operators?"""
        ids = await self.in_database(ids_of, random.sample(list(due), min(ASKED, len(due))))
        for gateway_id in ids:
            found = await gateway.status(gateway_id)
            if found is not None and found.said is not DeliveryState.ACCEPTED:
                return True
        return False


def seen_of(deliveries: Sequence[int]) -> Seen:
    """How many of these have a receipt."""
    session = db.session()
    session.rollback()
    rows = session.execute(
        select(Delivery.state, func.count())
        .where(Delivery.id.in_(deliveries))
        .group_by(Delivery.state)
    ).all()
    session.rollback()
    counts = {state: int(number) for state, number in rows}
    return Seen(sum(counts.values()), sum(counts.values()) - counts.get("accepted", 0))


def ids_of(deliveries: Sequence[int]) -> list[str]:
    session = db.session()
    session.rollback()
    found = session.scalars(select(Delivery.gateway_id).where(Delivery.id.in_(deliveries))).all()
    session.rollback()
    return [item for item in found if item]


def note_receipts(gateway: str) -> None:
    """Receipts of this gateway come. One that was set aside because they did not is well again."""
    with deciding() as session:
        state = breakers.locked(session, gateway)
        now = database_now(session)
        state.receipts_at = now
        before = breakers.breaker_of(state)
        if before.fault == Fault.RECEIPTS:
            breakers.change(session, gateway, before, breaking.closed(before, now))


def used_to_come(gateway: str) -> bool:
    """Did receipts of this gateway come within the last hours?"""
    session = db.session()
    session.rollback()
    now = database_now(session)
    state = session.get(GatewayState, gateway, populate_existing=True)
    came = state is not None and state.receipts_at is not None
    recent = came and state is not None and (state.receipts_at or now) > now - USED_TO
    session.rollback()
    return bool(recent)


def set_aside(gateway: str, lease: float) -> None:
    """Open the gateway's breaker, where another gateway can do its work and its own receipts come."""
    with deciding() as session:
        order = breakers.order_with(gateway)
        before = breakers.breaker_of(breakers.locked(session, gateway))
        found = {**breakers.read(session, order), gateway: before}
        others = [
            name
            for name in breaking.usable_others(order, found, gateway)
            if found.get(name, breaking.Breaker()).fault != Fault.RECEIPTS
        ]
        if others and not before.is_open:
            now = database_now(session)
            after = breaking.opened(before, Fault.RECEIPTS, WORDS, now, lease=lease, others=True)
            breakers.change(session, gateway, before, after)
