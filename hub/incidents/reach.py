"""Whom the SMS of an announcement go to, counted: before anything is written, or from the deliveries that stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select
from sqlalchemy.orm import Session

from hub.audiences import lists
from hub.errors import Invalid
from hub.incidents.checking import Order
from hub.models import Audience, Broadcast, Delivery, Recipient, SkipReason
from hub.sms import optout, sources
from hub.sms.personal import PersonalTexts, PersonalValues, SetAside, require_columns
from hub.sms.sources import Candidate
from hub.text.segments import count
from hub.text.types import Composed, VersionText

CHUNK = 1_000


@dataclass(frozen=True)
class Reach:
    """Whom the SMS go to. `texts` are deliveries, `phones` different numbers; `by_language` counts texts by the
    language they are written in, `foreign` recipients whose own language the message lacks, `opted_out` texts
    that are left out because their phone opted out (in no other count)."""

    phones: int = 0
    texts: int = 0
    segments: int = 0
    duplicates: int = 0
    opted_out: int = 0
    by_language: Mapping[str, int] = field(default_factory=dict)
    foreign: Mapping[str, int] = field(default_factory=dict)
    personal: tuple[PersonalValues, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


def default_language(composed: Composed) -> str:
    """The language of an SMS to somebody whose own is not there: Danish, else the first."""
    return "da" if "da" in composed.sms else next(iter(composed.sms), "da")


def reach_of(
    session: Session,
    text: VersionText,
    composed: Composed,
    order: Order,
    audience: Audience | None,
    earlier_of: int | None,
    *,
    reached_only: bool,
) -> Reach | None:
    """The reach that the deliveries will have, counted without writing them; None when there are no SMS."""
    if audience is None and earlier_of is None:
        return None
    texts = composed.sms
    default = default_language(composed)
    if audience is not None:
        rows, total = sources.first_rows(session, audience.id, 10)
        require_columns(
            text.personal_slots, sources.list_columns(audience), audience.name, rows, total
        )
        conditions = [lists.condition(session, audience.id, order.where)]
        table: Any = Recipient
        chunks = sources.from_audience(session, audience.id, CHUNK)
        where = sources.check_where(order.where, audience)
    else:
        broadcasts = sources.chain_broadcasts(session, earlier_of or 0)
        conditions, table, where = sources.earlier(broadcasts, reached_only), Delivery, {}
        chunks = sources.from_deliveries(session, broadcasts, reached_only, CHUNK)
    asks = optout.asks(sources.CITIZENS, order.opt_out_override)
    if not text.personal_slots:
        found = _plain(session, table, conditions, texts, default, asks)
    else:
        fitting = (
            item for chunk in chunks for item in chunk if not where or sources.matches(item, where)
        )
        left_out = optout.numbers(session) if asks else frozenset()
        personal = PersonalTexts(texts, text.personal_slots)
        found = _one_by_one(fitting, personal, default, table, left_out)
    if audience is not None and not found.texts:
        if found.opted_out:
            raise Invalid(
                f"All {found.opted_out} phones of this list have opted out of SMS: nobody would get a text."
            )
        if found.set_aside:
            reasons = "\n".join(f"  - row {i.row}: {i.reason}" for i in found.set_aside[:3])
            raise Invalid(f"Every row was set aside, so nobody would get a text:\n{reasons}")
        raise Invalid("The list has no rows: nobody would get a text.")
    return found


def _plain(
    session: Session,
    table: Any,
    conditions: Sequence[ColumnElement[bool]],
    texts: Mapping[str, str],
    default: str,
    asks: bool,
) -> Reach:
    """Every phone once, in the language of its first row."""
    seen = session.scalar(select(func.count(table.id)).where(*conditions)) or 0
    gone = 0
    if asks:
        out = optout.opted_out(table.number)
        gone = (
            session.scalar(select(func.count(distinct(table.number))).where(*conditions, out)) or 0
        )
        conditions = [*conditions, ~out] if gone else conditions
    first = select(func.min(table.id)).where(*conditions).group_by(table.number)
    rows = session.execute(
        select(table.language, func.count()).where(table.id.in_(first)).group_by(table.language)
    ).all()
    by_language: dict[str, int] = {}
    foreign: dict[str, int] = {}
    for language, number in rows:
        used = language if language in texts else default
        by_language[used] = by_language.get(used, 0) + int(number)
        if language not in texts:
            foreign[language] = int(number)
    phones = sum(by_language.values())
    parts = {language: count(sms).segments for language, sms in texts.items()}
    return Reach(
        phones=phones,
        texts=phones,
        segments=sum(number * parts[language] for language, number in by_language.items()),
        duplicates=seen - phones - gone,
        opted_out=gone,
        by_language=by_language,
        foreign=foreign,
    )


def _one_by_one(
    candidates: Iterator[Candidate],
    personal: PersonalTexts,
    default: str,
    table: Any,
    left_out: Collection[str],
) -> Reach:
    seen: set[tuple[str, bytes]] = set()
    aside: list[SetAside] = []
    by_language: dict[str, int] = {}
    foreign: dict[str, int] = {}
    segments = duplicates = opted_out = 0
    for item in candidates:
        language = item.language if item.language in personal.texts else default
        filled = (
            personal.from_cells(item.cells, item.row, language)
            if table is Recipient
            else personal.from_values(item.values, item.row, language)
        )
        if isinstance(filled, SetAside):
            aside.append(filled)
        elif (item.number, filled.key) in seen:
            duplicates += 1
        elif item.number in left_out:
            seen.add((item.number, filled.key))
            opted_out += 1
        else:
            seen.add((item.number, filled.key))
            segments += count(filled.sms).segments
            by_language[language] = by_language.get(language, 0) + 1
            if item.language not in personal.texts:
                foreign[item.language] = foreign.get(item.language, 0) + 1
    return Reach(
        phones=len({number for number, _ in seen if number not in left_out}),
        texts=len(seen) - opted_out,
        segments=segments,
        duplicates=duplicates,
        opted_out=opted_out,
        by_language=by_language,
        foreign=foreign,
        personal=personal.summary(),
        set_aside=tuple(aside),
    )


def stored_reach(
    session: Session, broadcast: Broadcast, composed: Composed, text: VersionText
) -> Reach:
    mine = and_(
        Delivery.broadcast_id == broadcast.id,
        or_(Delivery.skip_reason.is_(None), Delivery.skip_reason != SkipReason.OPTED_OUT.value),
    )
    gone = select(func.count()).where(
        Delivery.broadcast_id == broadcast.id, Delivery.skip_reason == SkipReason.OPTED_OUT.value
    )
    by_language = {
        language: int(number)
        for language, number in session.execute(
            select(Delivery.language, func.count()).where(mine).group_by(Delivery.language)
        )
    }
    personal = PersonalTexts(composed.sms, text.personal_slots)
    if text.personal_slots:
        for values, row, language in session.execute(
            select(Delivery.personal, Delivery.row, Delivery.language)
            .where(mine, Delivery.personal.is_not(None))
            .execution_options(yield_per=CHUNK)
        ):
            personal.from_values((values or {}).get("values", {}), row, language)
    return Reach(
        phones=session.scalar(select(func.count(func.distinct(Delivery.number))).where(mine)) or 0,
        texts=broadcast.total,
        opted_out=session.scalar(gone) or 0,
        segments=broadcast.segments,
        by_language=by_language,
        personal=personal.summary(),
        set_aside=tuple(
            SetAside(item.get("row"), item.get("slot", ""), item.get("reason", ""))
            for item in broadcast.set_aside
        ),
    )
