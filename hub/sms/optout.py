"""Who must get no SMS: whoever answered STOP, whom the gateway refuses for it, and the suppression list.

Looked at when a broadcast's rows are written (such a row is skipped, and counted) and again when rows are claimed,
for those who opt out meanwhile. Only a broadcast about danger to life may pass it, with a reason; notices to our own
people do not ask. What the gateway itself blocks stays blocked.

An opt-out holds against the sender of ours that it was told to (Twilio blocks by sender), so that it ends with that
sender; one that reached us as an SMS, and the suppression list, hold against every sender.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.database import Moment, deciding
from hub.models import Broadcast, Delivery, DeliveryState, OptOut, SkipReason
from hub.settings import Settings
from hub.sms.moments import database_now
from hub.sms.sources import CITIZENS

log = logging.getLogger(__name__)

STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "afmeld"})
START_WORDS = frozenset({"start", "yes", "unstop", "tilmeld"})
"""Twilio's own (docs, "Twilio support for opt-out keywords"), and the Danish ones."""

ANSWERED_BY_TWILIO = (STOP_WORDS | START_WORDS) - {"afmeld", "tilmeld"}
OPTED_OUT_CODE = "21610"


class Source(StrEnum):
    """How an opt-out came to be known."""

    STOP = "stop"  # an SMS to us
    REFUSED = "refused"  # the gateway refuses the number
    PERSON = "person"
    IMPORT = "import"


@dataclass(frozen=True)
class Inbound:
    """What an SMS to us did. `reply` is what to answer; empty where the gateway answers by itself."""

    opted_out: bool
    reply: str = ""


def take_inbound(
    number: str, body: str, *, to: str = "", service: str = "", opt_out_type: str = ""
) -> Inbound | None:
    """Opt a phone out, or in again, when its SMS says so; None when the text is about something else.

    `number` and `to` are E.164 as the gateway names them, `service` the messaging service that it came through,
    `opt_out_type` what Twilio itself took the text for (`STOP`, `START`). Only a text that is the word and nothing
    else counts. Committed when it returns; a doubled call is harmless.
    """
    word = _word(body)
    stop = opt_out_type.upper() == "STOP" or word in STOP_WORDS
    start = opt_out_type.upper() == "START" or word in START_WORDS
    if stop == start or not re.fullmatch(r"\+\d{5,15}", number):
        return None
    own = bool(opt_out_type) or word in ANSWERED_BY_TWILIO
    name = _settings().municipality
    with deciding() as session:
        if stop:
            record(session, [number], sender=service or to, source=Source.STOP)
            log.info("a phone ending in %s opted out", number[-2:])
        else:
            told = OptOut.source.in_((Source.STOP.value, Source.REFUSED.value))
            session.execute(delete(OptOut).where(OptOut.number == number, told))
            log.info("a phone ending in %s opted in again", number[-2:])
    if own:
        return Inbound(stop)
    if stop:
        return Inbound(True, f"{name}: Du får ikke flere sms. Skriv TILMELD for at få dem igen.")
    return Inbound(False, f"{name}: Du får sms fra os igen. Skriv AFMELD for at slippe.")


def _word(body: str) -> str:
    return re.sub(r"^[\W_]+|[\W_]+$", "", body).casefold()


def _settings() -> Settings:
    found: Settings = current_app.config["HUB"]
    return found


def sender_of(gateway: str, settings: Settings) -> str:
    """The sender of ours that a gateway's opt-outs are told to."""
    service = settings.twilio_messaging_service_sid if gateway == "twilio" else ""
    return service or settings.sms_sender or gateway


def record(
    session: Session,
    numbers: Sequence[str],
    *,
    sender: str,
    source: Source,
    note: str = "",
    by: str = "",
) -> int:
    """Write opt-outs down inside the caller's transaction; how many were new. One that stands already stays."""
    now, new = database_now(session), 0
    for number in dict.fromkeys(numbers):
        values = {
            "number": number,
            "sender": sender[:64],
            "source": source.value,
            "note": note[:200],
            "at": now,
            "by": by,
        }
        statement = _insert(session).values(**values).on_conflict_do_nothing()
        done: Any = session.execute(statement)
        new += done.rowcount
    return new


def note_refused(session: Session, gateway: str, deliveries: Collection[int]) -> None:
    """The gateway refuses these deliveries' phones for having opted out: write that down for its sender, inside the
    caller's transaction."""
    if not deliveries:
        return
    rows = select(
        Delivery.number,
        literal(sender_of(gateway, _settings())),
        literal(Source.REFUSED.value),
        literal(""),
        literal(database_now(session), Moment),
        literal(""),
    ).where(Delivery.id.in_(deliveries), Delivery.number.is_not(None))
    columns = ["number", "sender", "source", "note", "at", "by"]
    session.execute(_insert(session).from_select(columns, rows).on_conflict_do_nothing())


def _insert(session: Session) -> Any:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(OptOut.__table__)  # type: ignore[arg-type]  # a mapped class has a Table


def holds() -> ColumnElement[bool]:
    """Which opt-outs hold now, with the senders that are set."""
    settings = _settings()
    senders = {"", *(sender_of(gateway, settings) for gateway in settings.gateways)}
    return or_(OptOut.source == Source.STOP.value, OptOut.sender.in_(sorted(senders)))


def opted_out(number: Any) -> ColumnElement[bool]:
    """Has this column's phone opted out?"""
    return select(OptOut.id).where(OptOut.number == number, holds()).exists()


def among(session: Session, numbers: Collection[str]) -> set[str]:
    """Those of these phones that opted out."""
    if not numbers:
        return set()
    query = select(OptOut.number).where(OptOut.number.in_(sorted(numbers)), holds())
    return set(session.scalars(query))


def numbers(session: Session) -> frozenset[str]:
    """All phones that opted out."""
    return frozenset(session.scalars(select(OptOut.number).where(holds())))


def asks(purpose: str, override: str | None) -> bool:
    """Does a broadcast ask whether a phone opted out? Notices to our own people do not, nor danger to life."""
    return purpose == CITIZENS and not override


def leave_out(session: Session, rows: Sequence[Any]) -> list[Any]:
    """Of rows about to be claimed (each with `id`), skip those whose phone opted out after they were written; the
    others. Inside the caller's transaction, with the rows locked."""
    if not rows or session.scalar(select(OptOut.id).limit(1)) is None:
        return list(rows)
    gone = set(
        session.scalars(
            select(Delivery.id)
            .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
            .where(
                Delivery.id.in_([row.id for row in rows]),
                and_(Broadcast.purpose == CITIZENS, Broadcast.opt_out_override.is_(None)),
                opted_out(Delivery.number),
            )
        )
    )
    if gone:
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(gone))
            .values(
                state=DeliveryState.SKIPPED.value,
                skip_reason=SkipReason.OPTED_OUT.value,
                changed_at=database_now(session),
            ),
            execution_options={"synchronize_session": False},
        )
    return [row for row in rows if row.id not in gone]


def counts(session: Session) -> Mapping[str, int]:
    """How many opt-outs that hold now came from where."""
    rows = session.execute(
        select(OptOut.source, func.count()).where(holds()).group_by(OptOut.source)
    )
    return {**{source.value: 0 for source in Source}, **{row[0]: int(row[1]) for row in rows}}
