"""What a worker reads several times a second: which broadcasts may go on, which claims are still its own, and
whether there is anything left to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from hub.database import db
from hub.models import Broadcast, BroadcastState, Delivery, DeliveryState
from hub.sms import breakers, breaking
from hub.sms.breaking import Route
from hub.sms.claiming import sendable
from hub.sms.gateways.base import LISTING
from hub.sms.moments import database_now, steady
from hub.sms.upkeep import counts, may_send

_GOING = (BroadcastState.WAITING.value, BroadcastState.SENDING.value)


@dataclass(frozen=True)
class Look:
    """`as_of` is the moment (of `hub.sms.moments.steady`) before the reading began. `going` are broadcasts of which rows
    may be handed over, `mine` the deliveries that the worker still holds, `urgent` the highest priority among
    broadcasts with rows to claim (None: none has). `routes` says what each gateway of the settings may claim; from
    those that are `broken` only probes leave, from those that a person `shut` nothing does."""

    as_of: float
    going: frozenset[int]
    mine: frozenset[int]
    urgent: int | None
    routes: Mapping[str, Route] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    shut: frozenset[str] = frozenset()


def look(worker: str, gateways: Sequence[str] = ()) -> Look:
    """Read it now, for a worker that sends through these gateways."""
    as_of = steady()
    session: Session = db.session()
    session.rollback()
    now = database_now(session)
    active = session.scalars(
        select(Broadcast).where(
            Broadcast.state.in_(
                (*_GOING, BroadcastState.PAUSED.value, BroadcastState.STOPPED.value)
            ),
            or_(
                Broadcast.state != BroadcastState.STOPPED.value,
                Broadcast.id.in_(
                    select(Delivery.broadcast_id).where(
                        Delivery.broadcast_id == Broadcast.id,
                        Delivery.state == DeliveryState.CLAIMED.value,
                    )
                ),
            ),
        )
    ).all()
    numbers = [item.id for item in active]
    mine = session.scalars(
        select(Delivery.id).where(
            Delivery.broadcast_id.in_(numbers),
            Delivery.state == DeliveryState.CLAIMED.value,
            Delivery.claimed_by == worker,
        )
    ).all()
    queued = (
        select(Delivery.id)
        .where(
            Delivery.broadcast_id == Broadcast.id,
            Delivery.state == DeliveryState.QUEUED.value,
            or_(Delivery.not_before.is_(None), Delivery.not_before <= now),
        )
        .exists()
    )
    first = session.scalars(sendable(now).where(queued).limit(1)).first()
    states = breakers.read(session)
    found = Look(
        as_of=as_of,
        going=frozenset(item.id for item in active if may_send(item, now)),
        mine=frozenset(mine),
        urgent=first.priority if first is not None else None,
        routes=breaking.routes(gateways, states, now),
        broken=frozenset(name for name, item in states.items() if item.is_open),
        shut=frozenset(gateways) - frozenset(breaking.allowed(gateways, states)),
    )
    session.rollback()
    return found


def anything_left() -> bool:
    """Is there a row to hand over, a claim that somebody holds, or an unknown outcome that can be found out?

    Rows of paused broadcasts do not count: they wait for a person.
    """
    session: Session = db.session()
    session.rollback()
    open_row = or_(
        and_(
            Delivery.state == DeliveryState.QUEUED.value,
            Broadcast.state.in_(_GOING),
        ),
        Delivery.state == DeliveryState.CLAIMED.value,
        and_(Delivery.state == DeliveryState.UNKNOWN.value, Delivery.gateway.in_(sorted(LISTING))),
    )
    found = session.scalar(
        select(Broadcast.id)
        .where(
            Broadcast.state != BroadcastState.PREPARED.value,
            Broadcast.purged_at.is_(None),
            select(Delivery.id)
            .where(
                Delivery.broadcast_id == Broadcast.id,
                Delivery.state.in_(
                    (
                        DeliveryState.QUEUED.value,
                        DeliveryState.CLAIMED.value,
                        DeliveryState.UNKNOWN.value,
                    )
                ),
                open_row,
            )
            .exists(),
        )
        .limit(1)
    )
    waiting = session.scalar(
        select(Broadcast.id).where(Broadcast.state == BroadcastState.WAITING.value).limit(1)
    )
    session.rollback()
    return found is not None or waiting is not None


@dataclass(frozen=True)
class Progress:
    """How far one broadcast is. `over`: nothing of it is or will be on its way any more without a person."""

    state: BroadcastState
    done: int
    total: int
    over: bool
    paused: bool


def progress_of(broadcast_id: int) -> Progress:
    """Read it now."""
    session: Session = db.session()
    session.rollback()
    state = BroadcastState(
        session.scalars(select(Broadcast.state).where(Broadcast.id == broadcast_id)).one()
    )
    by_state = counts(session, broadcast_id)
    resolving = session.scalar(
        select(func.count())
        .select_from(Delivery)
        .where(
            Delivery.broadcast_id == broadcast_id,
            Delivery.state == DeliveryState.UNKNOWN.value,
            Delivery.gateway.in_(sorted(LISTING)),
        )
    )
    session.rollback()
    unsettled = by_state[DeliveryState.QUEUED] + by_state[DeliveryState.CLAIMED] + (resolving or 0)
    total = sum(by_state.values())
    ended = state in (BroadcastState.FINISHED, BroadcastState.STOPPED)
    return Progress(
        state=state,
        done=total - unsettled,
        total=total,
        over=ended and not unsettled,
        paused=state is BroadcastState.PAUSED,
    )
