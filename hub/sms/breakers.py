"""The breakers as they are stored, one row a gateway, shared by all workers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub import journal
from hub.models import GatewayState
from hub.settings import Settings
from hub.sms import breaking
from hub.sms.breaking import Breaker, Fault, Reply, Route
from hub.sms.entries import HUB, GatewayBroken, GatewayMended
from hub.sms.gateways.base import Kind

log = logging.getLogger(__name__)

_FIELDS = [item.name for item in fields(Breaker)]


def order_with(gateway: str) -> tuple[str, ...]:
    """The gateways in order of preference; one that the settings do not name stands alone."""
    settings: Settings = current_app.config["HUB"]
    return settings.gateways if gateway in settings.gateways else (gateway,)


def read(session: Session, names: Sequence[str] = ()) -> dict[str, Breaker]:
    """The breakers as they are stored now: of these gateways, or of all that have one."""
    query = select(GatewayState).execution_options(populate_existing=True)
    if names:
        query = query.where(GatewayState.gateway.in_(names))
    return {item.gateway: breaker_of(item) for item in session.scalars(query)}


def breaker_of(state: GatewayState) -> Breaker:
    return Breaker(**{name: getattr(state, name) for name in _FIELDS})


def locked(session: Session, gateway: str) -> GatewayState:
    """The gateway's row, locked inside a deciding transaction; made when it is not there (two workers may make it at
    the same moment)."""
    state = session.get(GatewayState, gateway, with_for_update=True, populate_existing=True)
    if state is not None:
        return state
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    fresh = {name: value for name, value in asdict(Breaker()).items() if value is not None}
    session.execute(
        insert(GatewayState)
        .values(gateway=gateway, **fresh)
        .on_conflict_do_nothing(index_elements=["gateway"])
    )
    return session.get_one(GatewayState, gateway, with_for_update=True, populate_existing=True)


def store(state: GatewayState, breaker: Breaker) -> None:
    for name in _FIELDS:
        if getattr(state, name) != getattr(breaker, name):
            setattr(state, name, getattr(breaker, name))


def change(session: Session, gateway: str, before: Breaker, after: Breaker) -> None:
    """Write a breaker down whose row is locked, with the journal's word when it opened or closed."""
    if after == before:
        return
    store(locked(session, gateway), after)
    if after.is_open and not before.is_open:
        log.warning("gateway %s is set aside: %s", gateway, after.reason)
        journal.append(
            session,
            HUB,
            GatewayBroken(gateway=gateway, reason=after.reason or "", fault=after.fault),
        )
    elif before.is_open and not after.is_open:
        log.warning("gateway %s is used again", gateway)
        journal.append(session, HUB, GatewayMended(gateway=gateway))


def claim_route(session: Session, gateway: str, now: datetime, lease: float) -> tuple[Route, float]:
    """What this gateway may claim now, and for how many seconds it may not; inside the claim's transaction.

    A probe is booked here: nobody else gets one until it came back, or a lease is over.
    """
    order = order_with(gateway)
    found = read(session, order)
    route = breaking.routes(order, found, now)[gateway]
    if route is Route.PROBE:
        state = locked(
            session, gateway
        )  # read again under the lock: another worker may have been faster
        mine = breaker_of(state)
        route = breaking.routes(order, {**found, gateway: mine}, now)[gateway]
        if route is Route.PROBE:
            store(state, breaking.probe_begins(mine, now, lease))
    until = found[gateway].open_until if gateway in found else None
    wait = (until - now).total_seconds() if until is not None else 0.3
    return route, min(max(wait, 0.05), 0.3)


def give_probe_back(session: Session, gateway: str, now: datetime) -> None:
    """A probe was booked, and there was nothing to send: the next may go at once."""
    state = locked(session, gateway)
    if state.probing:
        state.open_until, state.probing = now, False


def note(
    session: Session, gateway: str, replies: Sequence[Reply], now: datetime, lease: float
) -> bool:
    """Count a gateway's answers, inside the transaction that writes them down.

    Returns whether a fault of its configuration needs a person: no other gateway can do the work. All breakers that
    such faults opened are then closed, so that every gateway is tried when the person lets the broadcast go on.
    """
    order = order_with(gateway)
    wrongly_set = any(reply.kind is Kind.CONFIGURATION for reply in replies)
    for name in sorted(order) if wrongly_set else (gateway,):
        locked(session, name)  # always in this order: two workers never wait for each other
    session.flush()
    found = read(session, order)
    before = found[gateway]
    others = breaking.usable_others(order, found, gateway)
    after = breaking.after(before, replies, now, lease=lease, others=bool(others))
    change(session, gateway, before, after)
    if others or not wrongly_set:
        return False
    for name, breaker in {**found, gateway: after}.items():
        if breaker.fault == Fault.CONFIGURATION:
            change(session, name, breaker, breaking.closed(breaker, now))
    return True
