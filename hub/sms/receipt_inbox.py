"""Where receipts wait: kept as they came, many in one commit, and applied by workers.

A gateway calls back several times a message, in bursts: at 100 segments a second some 300 times a second. A callback
is answered only once its receipt is committed, so that a web process that is killed loses none that it answered. All
that came in while one commit was written go into the next. Few at a time are applied at once; many are kept raw, and
applied by `apply` in a worker.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from hub.database import db, deciding
from hub.models import DeliveryState, ReceivedReceipt
from hub.queue import defer
from hub.sms import receipts
from hub.sms.moments import database_now
from hub.sms.receipts import Told

log = logging.getLogger(__name__)

FEW = 3
"""As many receipts are applied in the commit that keeps them."""
CHUNK = 250
WAKE_EVERY = 0.5
LINGERS = 1.0
FAILED_KEPT = timedelta(hours=48)
UNREACHABLE = (OperationalError, InterfaceError, PoolTimeout)
"""A database that is busy, restarting or out of reach: no fault of a receipt."""
_EXTENSION = "hub.receipts"


@dataclass
class _Waiting:
    told: Told
    done: bool = False
    error: Exception | None = None


@dataclass
class _Group:
    """The receipts of one process that wait for the next commit."""

    pending: list[_Waiting] = field(default_factory=list)
    adding: threading.Lock = field(default_factory=threading.Lock)
    committing: threading.Lock = field(default_factory=threading.Lock)
    woken: float = 0.0


def keep(told: Told) -> None:
    """Keep a receipt; it is committed when this returns.

    Raises what the database raises: then it is not kept, and the gateway has to call again. Called in many threads
    at once: whoever gets the lock commits for all that wait.
    """
    group: _Group = current_app.extensions.setdefault(_EXTENSION, _Group())
    own = _Waiting(told)
    with group.adding:
        group.pending.append(own)
    with group.committing:
        if not own.done:
            with group.adding:
                batch, group.pending = group.pending, []
            _commit(group, batch)
    if own.error is not None:
        raise own.error


def _commit(group: _Group, batch: Sequence[_Waiting]) -> None:
    error: Exception | None = None
    raw = len(batch) > FEW
    try:
        if raw:
            _keep_raw([item.told for item in batch])
        else:
            with deciding() as session:
                for item in batch:
                    receipts.take(session, item.told)
    except SQLAlchemyError as found:
        error = found
    for item in batch:
        item.done, item.error = True, error
    now = time.monotonic()
    if raw and error is None and now - group.woken >= WAKE_EVERY:
        group.woken = now
        defer("receipts", priority=5)


def _keep_raw(batch: Sequence[Told]) -> None:
    with deciding() as session:
        now = database_now(session)
        session.execute(
            insert(ReceivedReceipt),
            [
                {
                    "delivery_id": item.delivery,
                    "attempt": item.attempt,
                    "gateway": item.gateway,
                    "gateway_id": item.gateway_id[:64],
                    "status": item.status[:20],
                    "error_code": item.code,
                    "said": item.said.value,
                    "number": item.number,
                    "received_at": now,
                }
                for item in batch
            ],
        )


def apply(most: int = 5_000) -> int:
    """Apply what was kept raw, oldest first, in short transactions. Returns how many receipts.

    Any number of workers may do it at once. If one dies, its transaction is undone and another applies the same.
    One that cannot be applied is set aside for two days and holds up no other. Raises what a database out of reach
    raises: nothing is lost, call again.
    """
    done = 0
    while done < most and _anything_waits():
        try:
            with deciding() as session:
                rows = _next(session)
                receipts.take_many(
                    session, [_told(row) for row in rows], [row.received_at for row in rows]
                )
                _remove(session, rows)
        except UNREACHABLE:
            raise
        except SQLAlchemyError as error:
            log.error("receipts are applied one by one: together, %s", type(error).__name__)
            rows = _one_by_one()
        if not rows:
            break
        done += len(rows)
    return done


def apply_while_they_come(ended: threading.Event) -> int:
    """Apply until none came for a second: wake-ups are spared while many come. Returns how many."""
    done, quiet_since = 0, time.monotonic()
    while not ended.is_set():
        found = apply()
        done += found
        if found:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > LINGERS:
            break
        ended.wait(WAKE_EVERY / 2)
    return done


def _anything_waits() -> bool:
    session: Session = db.session()
    session.rollback()
    query = select(ReceivedReceipt.id).where(ReceivedReceipt.failed_at.is_(None))
    found = session.scalar(query.limit(1)) is not None
    session.rollback()
    return found


def _next(session: Session) -> list[ReceivedReceipt]:
    return list(
        session.scalars(
            select(ReceivedReceipt)
            .where(ReceivedReceipt.failed_at.is_(None))
            .order_by(ReceivedReceipt.id)
            .limit(CHUNK)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )


def _told(row: ReceivedReceipt) -> Told:
    return Told(
        delivery=row.delivery_id,
        attempt=row.attempt,
        gateway=row.gateway,
        gateway_id=row.gateway_id,
        status=row.status,
        code=row.error_code,
        said=DeliveryState(row.said),
        number=row.number,
    )


def _remove(session: Session, rows: Sequence[ReceivedReceipt]) -> None:
    for row in rows:
        session.expunge(row)
    session.execute(
        delete(ReceivedReceipt).where(ReceivedReceipt.id.in_([row.id for row in rows])),
        execution_options={"synchronize_session": False},
    )


def _one_by_one() -> list[ReceivedReceipt]:
    """The same chunk, each receipt in a transaction of its own. Raises what is not about a single one."""
    with deciding() as session:
        now = database_now(session)
        session.execute(
            delete(ReceivedReceipt).where(ReceivedReceipt.failed_at < now - FAILED_KEPT)
        )
        numbers = [row.id for row in _next(session)]
    rows = []
    for number in numbers:
        with deciding() as session:
            row = session.get(ReceivedReceipt, number, with_for_update=True)
            if row is None:
                continue
            rows.append(row)
            try:
                with session.begin_nested():
                    receipts.take(session, _told(row))
            except UNREACHABLE:
                raise
            except SQLAlchemyError as error:
                log.error("receipt %s cannot be applied: %s", number, type(error).__name__)
                row.failed_at = database_now(session)
            else:
                session.delete(row)
    return rows
