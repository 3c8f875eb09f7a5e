"""What people decide about gateways, and how the gateways stand.

A decision is one row's change: every worker reads it within half a second, gives back what it holds for a gateway
that gets nothing new, and goes on with the other. Messages that a gateway has are followed whatever is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from hub import accounts, journal
from hub.database import deciding
from hub.errors import Conflict, Invalid, NotFound
from hub.models import Broadcast, Delivery, DeliveryState, GatewayState, Role
from hub.queue import defer
from hub.settings import Settings
from hub.sms import breakers, breaking
from hub.sms.breaking import Breaker, Hold, Route
from hub.sms.broadcasts import NOT_OVER
from hub.sms.entries import GatewayDrained, GatewayFreed, GatewayPinned
from hub.sms.moments import database_now


class Use(StrEnum):
    """What a gateway is doing."""

    IN_USE = "in use"
    STANDING_BY = "standing by"
    PROBED = "probed"  # single messages find out whether it is well again
    SET_ASIDE = "set aside"
    DRAINED = "drained"
    NOT_SET = "not in the settings"  # deliveries from before still wait on it


@dataclass(frozen=True)
class GatewayStanding:
    """How a gateway stands. `rows` counts by state the deliveries of broadcasts that are not over, and all of unknown
    outcome."""

    gateway: str
    use: Use
    fault: str
    reason: str
    since: datetime | None
    until: datetime | None
    hold: str
    hold_reason: str
    held_by: str
    held_at: datetime | None
    rate: float | None
    rows: dict[str, int]
    oldest_unknown: datetime | None


def overview(session: Session) -> list[GatewayStanding]:
    """Every gateway of the settings in order of preference, then any other that deliveries still wait on."""
    settings: Settings = current_app.config["HUB"]
    now = database_now(session)
    states = {item.gateway: item for item in session.scalars(select(GatewayState))}
    rows, oldest = _rows(session)
    names = list(dict.fromkeys((*settings.gateways, *sorted(rows))))
    found = {name: breakers.breaker_of(item) for name, item in states.items()}
    routes = breaking.routes(settings.gateways, found, now)
    shut = set(settings.gateways) - set(breaking.allowed(settings.gateways, found))
    return [
        _standing(
            name,
            states.get(name),
            _use(found.get(name, Breaker()), routes.get(name), name in shut),
            settings.rate(name),
            rows.get(name, {}),
            oldest.get(name),
        )
        for name in names
    ]


def _rows(session: Session) -> tuple[dict[str, dict[str, int]], dict[str, datetime]]:
    kept = select(Broadcast.id).where(Broadcast.purged_at.is_(None))
    going = kept.where(Broadcast.state.in_(NOT_OVER))
    columns = (Delivery.gateway, Delivery.state, func.count(), func.min(Delivery.doubt_since))
    unknown = Delivery.state == DeliveryState.UNKNOWN.value
    found: dict[str, dict[str, int]] = {}
    oldest: dict[str, datetime] = {}
    for condition in (
        Delivery.broadcast_id.in_(going),
        and_(Delivery.broadcast_id.in_(kept), unknown),
    ):
        for name, state, number, since in session.execute(
            select(*columns).where(condition).group_by(Delivery.gateway, Delivery.state)
        ):
            if name is None:
                continue
            found.setdefault(name, {})[state] = int(number)
            if state == DeliveryState.UNKNOWN and since is not None:
                oldest[name] = since
    return found, oldest


def _use(breaker: Breaker, route: Route | None, shut: bool) -> Use:
    if route is None:
        return Use.NOT_SET
    if shut:
        return Use.DRAINED if breaker.hold == Hold.DRAINED else Use.STANDING_BY
    if breaker.is_open:
        return Use.PROBED if route is Route.PROBE or breaker.probing else Use.SET_ASIDE
    return Use.IN_USE if route is Route.FULL else Use.STANDING_BY


def _standing(
    name: str,
    state: GatewayState | None,
    use: Use,
    rate: float | None,
    rows: dict[str, int],
    oldest: datetime | None,
) -> GatewayStanding:
    return GatewayStanding(
        gateway=name,
        use=use,
        fault=state.fault if state else "",
        reason=(state.reason or "") if state else "",
        since=state.since if state else None,
        until=state.open_until if state else None,
        hold=state.hold if state else "",
        hold_reason=(state.hold_reason or "") if state else "",
        held_by=(state.held_by or "") if state else "",
        held_at=state.held_at if state else None,
        rate=rate,
        rows=rows,
        oldest_unknown=oldest,
    )


def serving(session: Session) -> str:
    """The gateway that rows go to now; the preferred one while none is well."""
    settings: Settings = current_app.config["HUB"]
    found = breakers.read(session, settings.gateways)
    routes = breaking.routes(settings.gateways, found, database_now(session))
    full = [name for name, route in routes.items() if route is Route.FULL]
    return (full or breaking.allowed(settings.gateways, found) or list(settings.gateways))[0]


def pin(gateway: str, *, actor: journal.Actor, reason: str) -> None:
    """Only this gateway gets messages from now on, even while it is in trouble. Needs the role sender.

    Raises Invalid without a reason, NotFound for a gateway that the settings do not name, Conflict when it is so.
    """
    _decide(gateway, Hold.PINNED, actor, reason)


def drain(gateway: str, *, actor: journal.Actor, reason: str) -> None:
    """This gateway gets no new messages from now on; what it has is followed. Needs the role sender.

    Raises Invalid, NotFound, and Conflict when no other gateway would be left: pause the broadcast instead.
    """
    _decide(gateway, Hold.DRAINED, actor, reason)


def free(gateway: str, *, actor: journal.Actor, reason: str) -> None:
    """Leave it to the hub again: ends a pin or a drain, and closes the breaker, so that it is tried at once. Needs
    the role sender. Raises Invalid, NotFound, and Conflict when there is nothing to end."""
    _decide(gateway, Hold.NONE, actor, reason)


_ENTRIES = {Hold.PINNED: GatewayPinned, Hold.DRAINED: GatewayDrained, Hold.NONE: GatewayFreed}


def _decide(gateway: str, hold: Hold, actor: journal.Actor, reason: str) -> None:
    settings: Settings = current_app.config["HUB"]
    if gateway not in settings.gateways:
        raise NotFound(
            f"There is no gateway {gateway!r}; HUB_GATEWAYS names {', '.join(settings.gateways)}."
        )
    if not reason.strip():
        raise Invalid("Say why: the journal keeps it.")
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        for name in sorted(settings.gateways):
            breakers.locked(session, name)
        session.flush()
        now = database_now(session)
        before = breakers.read(session, settings.gateways)
        _check(gateway, hold, before, settings.gateways)
        if hold is Hold.PINNED:
            for name in settings.gateways:
                if name != gateway and before[name].hold == Hold.PINNED:
                    _hold(session, name, Hold.NONE, actor, reason, now)
        _hold(session, gateway, hold, actor, reason, now)
        if hold is Hold.NONE and before[gateway].is_open:
            after = breaking.closed(breakers.breaker_of(breakers.locked(session, gateway)), now)
            breakers.change(session, gateway, before[gateway], after)
        journal.append(session, actor, _ENTRIES[hold](gateway=gateway, reason=reason.strip()))
    defer("dispatch", priority=100)


def _check(gateway: str, hold: Hold, found: dict[str, Breaker], order: tuple[str, ...]) -> None:
    mine = found[gateway]
    if hold is Hold.NONE and not mine.hold and not mine.is_open:
        raise Conflict(f"Gateway {gateway} is neither pinned, drained nor set aside.")
    if hold is not Hold.NONE and mine.hold == hold:
        raise Conflict(f"Gateway {gateway} is {hold.value} already.")
    left = [name for name in order if name != gateway and found[name].hold != Hold.DRAINED]
    if hold is Hold.DRAINED and not left:
        raise Conflict(
            f"Without {gateway} no gateway would be left. To send nothing, pause the broadcasts: "
            "`hub broadcast pause ID`."
        )


def _hold(
    session: Session, gateway: str, hold: Hold, actor: journal.Actor, reason: str, now: datetime
) -> None:
    state = breakers.locked(session, gateway)
    state.hold = hold.value
    state.hold_reason = reason.strip() if hold else None
    state.held_by, state.held_at = (actor.name, now) if hold else (None, None)
    session.flush()
