"""Who was not reached by a broadcast, so that somebody can phone them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from hub import accounts, journal
from hub.database import deciding
from hub.models import Broadcast, Delivery, DeliveryState, Recipient, Role, SkipReason
from hub.sms.broadcasts import find

SET_ASIDE = "set-aside"
"""A row that got no text at all: what should stand in it was missing or could not be used."""

_NOT_REACHED = or_(
    Delivery.state.in_(
        (
            DeliveryState.FAILED.value,
            DeliveryState.UNDELIVERED.value,
            DeliveryState.UNKNOWN.value,
        )
    ),
    and_(
        Delivery.state == DeliveryState.SKIPPED.value,
        or_(Delivery.skip_reason.is_(None), Delivery.skip_reason != SkipReason.DUPLICATE.value),
    ),
)
"""A duplicate's phone has the text from another row."""


@dataclass(frozen=True)
class NotReachedFetched(journal.Entry):
    """A person took the numbers of those who were not reached out of the hub."""

    kind: ClassVar[str] = "not-reached-fetched"
    broadcast: int
    recipients: int


@dataclass(frozen=True)
class NotReached:
    """One who was not reached. `number` is E.164, None when it was deleted with its list; `why` a delivery's state,
    a skip's reason or `SET_ASIDE`; `code` and `detail` what the gateway or the check
    said; `text` a personal text, else empty.
    `row` is the list's own row."""

    number: str | None
    name: str
    language: str
    row: int | None
    why: str
    code: str | None
    detail: str
    since: datetime | None
    text: str


def count(session: Session, broadcast_id: int) -> dict[str, int]:
    """How many were not reached, by `why`. Raises NotFound."""
    broadcast = find(session, broadcast_id)
    rows = session.execute(
        select(Delivery.state, Delivery.skip_reason, func.count())
        .where(Delivery.broadcast_id == broadcast_id, _NOT_REACHED)
        .group_by(Delivery.state, Delivery.skip_reason)
        .order_by(Delivery.state, Delivery.skip_reason)
    )
    found: dict[str, int] = {}
    for state, reason, number in rows:
        why = _why(state, reason)
        found[why] = found.get(why, 0) + int(number)
    if broadcast.set_aside:
        found[SET_ASIDE] = len(broadcast.set_aside)
    return found


def fetch(broadcast_id: int, *, actor: journal.Actor) -> list[NotReached]:
    """Everybody who was not reached so far, in the list's order. Needs the role sender; the journal has it.

    Whoever waits in the queue still is not among them. Raises NotFound.
    """
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        broadcast = find(session, broadcast_id)
        found = [*_deliveries(session, broadcast), *_set_aside(session, broadcast)]
        found.sort(key=lambda item: (item.row is None, item.row or 0))
        journal.append(
            session,
            actor,
            NotReachedFetched(broadcast=broadcast_id, recipients=len(found)),
        )
    return found


def _why(state: str, reason: str | None) -> str:
    return reason or state if state == DeliveryState.SKIPPED else state


def _deliveries(session: Session, broadcast: Broadcast) -> Iterator[NotReached]:
    names = _recipients(session, broadcast)
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.broadcast_id == broadcast.id, _NOT_REACHED)
        .order_by(Delivery.id)
    )
    for item in rows:
        known = names.get(item.row) if item.row is not None else None
        yield NotReached(
            number=item.number,
            name=known[1] if known is not None and known[0] == item.number else "",
            language=item.language,
            row=item.row,
            why=_why(item.state, item.skip_reason),
            code=item.error_code,
            detail=item.error_text or "",
            since=item.doubt_since or item.changed_at,
            text=(item.personal or {}).get("sms", ""),
        )


def _set_aside(session: Session, broadcast: Broadcast) -> Iterator[NotReached]:
    names = _recipients(session, broadcast) if broadcast.set_aside else {}
    for item in broadcast.set_aside:
        number, name, language = names.get(item["row"], (None, "", ""))
        yield NotReached(
            number=number,
            name=name,
            language=language,
            row=item["row"],
            why=SET_ASIDE,
            code=None,
            detail=item["reason"],
            since=None,
            text="",
        )


def _recipients(session: Session, broadcast: Broadcast) -> dict[int, tuple[str | None, str, str]]:
    """The list's rows while it is there: number, name and language by row."""
    if broadcast.audience_id is None:
        return {}
    rows = session.execute(
        select(Recipient.row, Recipient.number, Recipient.name, Recipient.language).where(
            Recipient.audience_id == broadcast.audience_id
        )
    )
    return {row: (number, name or "", language) for row, number, name, language in rows}
