"""Writing down what became of hand-overs, many at a time.

A mark that cannot be written (the database is busy, the disk is full) may be tried again: rows stay claimed, and
when nobody ever writes it, the lease runs out and the outcome is found out from the gateway.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.database import deciding
from hub.models import (
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryState,
    SkipReason,
)
from hub.sms import breakers, optout
from hub.sms.breaking import Reply
from hub.sms.broadcasts import pause_now
from hub.sms.entries import HUB
from hub.sms.gateways.base import TOO_LATE, Kind, Outcome
from hub.sms.locking import hold_broadcasts
from hub.sms.moments import database_now
from hub.sms.rows import execute

log = logging.getLogger(__name__)

_WORDS = 300
_TELLING = (Kind.CONFIGURATION, Kind.ACCEPTED, Kind.REFUSED, Kind.DOUBT, Kind.LATER)
"""Which of the kinds of outcome in one request says how its gateway is."""
_BEFORE = (DeliveryState.CLAIMED.value, DeliveryState.UNKNOWN.value)
_ALL_BEFORE = (*_BEFORE, DeliveryState.QUEUED.value, DeliveryState.SKIPPED.value)


@dataclass(frozen=True)
class Answer:
    """An outcome with its broadcast; `rest` is how many seconds a row that was not taken waits. `request` numbers
    the worker's requests: the rows of one count as one answer of the gateway (None: a request of its own)."""

    outcome: Outcome
    broadcast: int
    rest: float = 0.0
    request: int | None = None


@dataclass(frozen=True)
class GivenBack:
    """A claim that this worker certainly did not hand over."""

    delivery: int
    attempt: int
    broadcast: int


def mark(
    gateway: str, answers: Sequence[Answer], given_back: Sequence[GivenBack], *, lease: float
) -> None:
    """Write down outcomes and claims given back, in one transaction.

    Each applies to the attempt that it belongs to only. What was not taken is queued again, or skipped when its
    broadcast is over. A refusal for a reason of configuration pauses the broadcast with words for a person, unless
    another gateway can take over.
    """
    kinds = {answer.outcome.kind for answer in answers}
    with deciding() as session:
        now = database_now(session)
        numbers = {item.broadcast for item in answers} | {item.broadcast for item in given_back}
        over = hold_broadcasts(session, numbers, now, to_change=Kind.CONFIGURATION in kinds)
        _accepted(session, gateway, _of(answers, Kind.ACCEPTED), now)
        _refused(session, _of(answers, Kind.REFUSED), now)
        _note_opted_out(session, gateway, _of(answers, Kind.REFUSED))
        _in_doubt(session, _of(answers, Kind.DOUBT), now)
        back = [*_of(answers, Kind.LATER), *_of(answers, Kind.CONFIGURATION)]
        _not_taken(session, back, given_back, over, now)
        replies = replies_of(answers)
        if replies and breakers.note(session, gateway, replies, now, lease):
            _pause(session, _of(answers, Kind.CONFIGURATION))


def _of(answers: Iterable[Answer], kind: Kind) -> list[Answer]:
    return [item for item in answers if item.outcome.kind is kind]


def _update(
    session: Session, states: Sequence[str], values: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    """One UPDATE for many rows, each by its id and attempt, if it is still in one of these states."""
    if rows:
        statement = (
            update(Delivery.__table__)  # type: ignore[arg-type]  # a mapped class has a Table
            .where(
                Delivery.id == bindparam("b_id"),
                Delivery.attempt == bindparam("b_attempt"),
                or_(*(Delivery.state == state for state in states)),
            )
            .values(**values)
        )
        session.connection().execute(statement, rows)


def _key(answer: Answer | GivenBack) -> dict[str, Any]:
    item = answer.outcome if isinstance(answer, Answer) else answer
    return {"b_id": item.delivery, "b_attempt": item.attempt}


def _said(answer: Answer) -> dict[str, Any]:
    outcome = answer.outcome
    words = (outcome.words or "")[:_WORDS] or None
    return {**_key(answer), "b_code": outcome.code, "b_words": words}


def _accepted(session: Session, gateway: str, answers: list[Answer], now: datetime) -> None:
    values = {
        "state": DeliveryState.ACCEPTED.value,
        "gateway": gateway,
        "gateway_id": bindparam("b_gateway_id"),
        "handed_over_at": now,
        "skip_reason": None,
        "doubt_since": None,
        "absent_since": None,
        "error_code": None,
        "error_text": None,
        "changed_at": now,
    }
    rows = [{**_key(item), "b_gateway_id": item.outcome.gateway_id} for item in answers]
    try:
        with session.begin_nested():
            _update(session, _ALL_BEFORE, values, rows)
    except IntegrityError:
        for row in rows:
            release_id(session, gateway, row["b_gateway_id"], row["b_id"], now)
            _update(session, _ALL_BEFORE, values, [row])


def release_id(
    session: Session, gateway: str, gateway_id: str, for_delivery: int, now: datetime
) -> None:
    """Take a message away from the row that holds it, because the gateway itself names another row as its own.

    The holder can only have got it by its text, from the gateway's list; what became of the holder's own hand-over
    is unknown again.
    """
    taken = execute(
        session,
        update(Delivery)
        .where(
            Delivery.gateway == gateway,
            Delivery.gateway_id == gateway_id,
            Delivery.id != for_delivery,
        )
        .values(
            state=DeliveryState.UNKNOWN.value,
            gateway_id=None,
            doubt_since=now,
            absent_since=None,
            error_text="the message found for it belongs to another delivery",
            changed_at=now,
        ),
    )
    if taken:
        log.warning(
            "a message of %s moved to delivery %s, which it belongs to", gateway, for_delivery
        )


def _refused(session: Session, answers: list[Answer], now: datetime) -> None:
    values: dict[str, Any] = {
        "state": DeliveryState.FAILED.value,
        "error_code": bindparam("b_code"),
        "error_text": bindparam("b_words"),
        "doubt_since": None,
        "absent_since": None,
        "changed_at": now,
    }
    _update(session, _BEFORE, values, [_said(item) for item in answers])


def _note_opted_out(session: Session, gateway: str, answers: list[Answer]) -> None:
    gone = [item for item in answers if item.outcome.code == optout.OPTED_OUT_CODE]
    optout.note_refused(session, gateway, [item.outcome.delivery for item in gone])


def _in_doubt(session: Session, answers: list[Answer], now: datetime) -> None:
    values: dict[str, Any] = {
        "state": DeliveryState.UNKNOWN.value,
        "error_code": bindparam("b_code"),
        "error_text": bindparam("b_words"),
        "doubt_since": now,
        "absent_since": None,
        "changed_at": now,
    }
    _update(session, (DeliveryState.CLAIMED.value,), values, [_said(item) for item in answers])


def _not_taken(
    session: Session,
    answers: list[Answer],
    given_back: Sequence[GivenBack],
    over: dict[int, SkipReason | None],
    now: datetime,
) -> None:
    rows = [
        (item.broadcast, {**_said(item), "b_not_before": now + timedelta(seconds=item.rest)})
        for item in answers
    ] + [
        (item.broadcast, {**_key(item), "b_code": None, "b_words": None, "b_not_before": None})
        for item in given_back
    ]
    common: dict[str, Any] = {
        "error_code": bindparam("b_code"),
        "error_text": bindparam("b_words"),
        "not_before": bindparam("b_not_before"),
        "claimed_by": None,
        "lease_until": None,
        "doubt_since": None,
        "absent_since": None,
        "changed_at": now,
    }
    queued = [row for broadcast, row in rows if over.get(broadcast) is None]
    _update(session, _BEFORE, {"state": DeliveryState.QUEUED.value, **common}, queued)
    for reason in {reason for reason in over.values() if reason is not None}:
        values = {"state": DeliveryState.SKIPPED.value, "skip_reason": reason.value, **common}
        skipped = [row for broadcast, row in rows if over.get(broadcast) is reason]
        _update(session, _BEFORE, values, skipped)


def _pause(session: Session, answers: list[Answer]) -> None:
    for number in sorted({item.broadcast for item in answers}):
        broadcast = session.get_one(Broadcast, number)
        if broadcast.state == BroadcastState.SENDING:
            outcome = next(item.outcome for item in answers if item.broadcast == number)
            reason = (
                f"{outcome.words} (code {outcome.code}). Nothing is lost: put it right, restart the worker, "
                f"then `hub broadcast resume {number}`."
            )
            pause_now(session, broadcast, HUB, reason)


def replies_of(answers: Sequence[Answer]) -> list[Reply]:
    """The gateway's answers to requests, in order: what says most of its rows. A row that the worker itself held
    back says nothing."""
    kinds: dict[object, dict[Kind, str]] = {}
    for index, answer in enumerate(answers):
        outcome = answer.outcome
        if outcome.kind is Kind.LATER and outcome.words == TOO_LATE:
            continue
        key = ("row", index) if answer.request is None else answer.request
        kinds.setdefault(key, {}).setdefault(outcome.kind, outcome.words or "")
    return [
        next(Reply(kind, found[kind]) for kind in _TELLING if kind in found)
        for found in kinds.values()
    ]
