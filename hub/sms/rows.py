"""Writing delivery rows: copied inside the database for plain texts, one by one where each row is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    LargeBinary,
    Select,
    String,
    case,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import Executable

from hub import clock
from hub.database import Moment, db, deciding, enlarge_cache
from hub.models import Delivery, DeliveryState, OptOut, Recipient, SkipReason
from hub.sms import optout, sources
from hub.sms.moments import steady
from hub.sms.personal import Filled, PersonalTexts, SetAside
from hub.sms.sources import CITIZENS, Candidate
from hub.sms.states import TOLD_OR_WILL_BE
from hub.text.segments import count
from hub.text.types import Slot

PLAIN_CHUNK = 5_000
LOOKED_AT_CHUNK = 1_000
HELD = 0.15
"""How many seconds a chunk should hold the database; half a second is the limit."""
_SMALLEST, _LARGEST = 2_000, 20_000

Progress = Callable[[int], None]
_ONCE = ("broadcast_id", "number", "personal_key")
_TOLD = [state.value for state in TOLD_OR_WILL_BE]


@dataclass(frozen=True)
class FanoutPlan:
    """Whom a broadcast shall go to, and with which texts.

    `texts` maps a language to its SMS, personal slots still in place. Exactly one of these: `audience_id` (with
    `where`, a filter by column), `of_id` (everyone in that announcement's broadcasts and those of the
    announcements it changed; with `reached_only`, an all-clear, those who may have got a text; with `since`, only
    those of which something is news since then), or `numbers` (E.164 and language: a notice to our own people).
    `first_rows` are the rows of the list that go before all others (SQL over its recipients), `first` what they are
    in the officer's words, by column. Rows of phones that opted out are written as skipped, unless
    `opt_out_override` says why not.
    """

    announcement_id: int
    texts: Mapping[str, str]
    default_language: str
    audience_id: int | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    of_id: int | None = None
    reached_only: bool = False
    numbers: Sequence[tuple[str, str]] = ()
    first: Mapping[str, str] = field(default_factory=dict)
    first_rows: ColumnElement[bool] | None = None
    since: datetime | None = None
    slots: Sequence[Slot] = ()
    priority: int = 10
    until: datetime | None = None
    exercise: bool = False
    purpose: str = CITIZENS
    opt_out_override: str | None = None


@dataclass(frozen=True)
class Job:
    """One broadcast being written. `where` has its columns case-folded; `earlier` are the broadcasts whose
    deliveries are gone to again, `told` those whose phones are left out."""

    broadcast_id: int
    plan: FanoutPlan
    where: Mapping[str, str]
    earlier: list[int]
    told: list[int]
    progress: Progress | None


@dataclass
class Tally:
    """What was read so far: rows that fit the filter, those whose phone has the text already, and those set aside."""

    seen: int = 0
    already: int = 0
    set_aside: list[SetAside] = field(default_factory=list)


def execute(
    session: Session, statement: Executable, rows: list[dict[str, Any]] | None = None
) -> int:
    """Run a statement that changes rows; how many it changed (one statement with one set of values only)."""
    result = session.execute(statement, rows, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0


def _insert(session: Session) -> Any:
    """INSERT that leaves out what is there already: the same text goes to the same phone once."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(Delivery.__table__)  # type: ignore[arg-type]  # a mapped class has a Table


def write_by_select(job: Job) -> Tally:
    """Plain texts: the rows are copied inside the database, a span of ids at a time."""
    plan, tally = job.plan, Tally()
    table: Any = Recipient if plan.audience_id is not None else Delivery
    conditions = (
        [Recipient.audience_id == plan.audience_id]
        if plan.audience_id is not None
        else sources.earlier(job.earlier, plan.reached_only, plan.since)
    )
    for part in sources.parts(plan.first_rows):
        _copy(job, table, [*conditions, *part], tally)
    return tally


def _copy(job: Job, table: Any, conditions: list[ColumnElement[bool]], tally: Tally) -> None:
    """Copy the rows that fit, in order, as many at a time as hold the database for a moment only."""
    columns = _columns(job, table)
    had = _already_told(job, table)
    last, size = 0, PLAIN_CHUNK
    while True:
        began = steady()
        with deciding() as session:
            enlarge_cache(session)
            span = (
                select(table.id)
                .where(*conditions, table.id > last)
                .order_by(table.id)
                .limit(size)
                .subquery()
            )
            end, seen = session.execute(select(func.max(span.c.id), func.count())).one()
            if not seen:
                return
            within = [*conditions, table.id > last, table.id <= end]
            if job.told:
                query = select(func.count()).select_from(table).where(*within, had)
                tally.already += session.scalar(query) or 0
                within.append(~had)
            rows: Select[Any] = select(*columns.values()).where(*within).order_by(table.id)
            execute(
                session,
                _insert(session)
                .from_select(list(columns), rows)
                .on_conflict_do_nothing(index_elements=_ONCE),
            )
        last = end
        size = next_size(size, steady() - began)
        tally.seen += seen
        if job.progress:
            job.progress(tally.seen)


def next_size(size: int, seconds: float) -> int:
    """How many rows the next chunk should have, when one of `size` held the database for so many seconds. Pure."""
    fitting = int(size * HELD / max(seconds, 0.001))
    return max(_SMALLEST, min(fitting, 2 * size, _LARGEST))


def _columns(job: Job, table: Any) -> dict[str, Any]:
    texts, default = job.plan.texts, job.plan.default_language
    segments = {name: count(sms).segments for name, sms in texts.items()}
    language = case(
        (table.language.in_(list(texts)), table.language), else_=literal(default, String)
    )
    return {
        "broadcast_id": literal(job.broadcast_id),
        "number": table.number,
        "language": language,
        "personal_key": literal(b"", LargeBinary),
        "row": table.row,
        "segments": case(segments, value=language, else_=segments[default]),
        **_states(job, table),
        "attempt": literal(0),
        "changed_at": literal(clock.now(), Moment),
    }


def _states(job: Job, table: Any) -> dict[str, Any]:
    """Queued, or skipped where the phone opted out."""
    queued = literal(DeliveryState.QUEUED.value, String)
    asks = optout.asks(job.plan.purpose, job.plan.opt_out_override)
    if not asks or not _anybody_opted_out():
        return {"state": queued, "skip_reason": null()}
    gone = optout.opted_out(table.number)
    return {
        "state": case((gone, literal(DeliveryState.SKIPPED.value, String)), else_=queued),
        "skip_reason": case((gone, literal(SkipReason.OPTED_OUT.value, String)), else_=null()),
    }


def _anybody_opted_out() -> bool:
    """A look at each of a million rows is spared where there is nobody; who opts out now is left out at the claim."""
    session: Session = db.session()
    return session.scalar(select(OptOut.number).limit(1)) is not None


def _already_told(job: Job, table: Any) -> Any:
    old = aliased(Delivery)
    return (
        select(literal(1))
        .where(
            old.broadcast_id.in_(job.told),
            old.number == table.number,
            old.personal_key == literal(b"", LargeBinary),
            old.state.in_(_TOLD),
        )
        .exists()
    )


def write_one_by_one(job: Job, personal: PersonalTexts) -> Tally:
    """Texts with personal slots, or a list of which a filter takes a part: every row is looked at."""
    tally = Tally()
    for chunk in _chunks(job):
        fitting = [item for item in chunk if matches_all(item, job)]
        made = [row for item in fitting if (row := _row(job, personal, tally, item)) is not None]
        tally.seen += len(fitting)
        with deciding() as session:
            enlarge_cache(session)
            told = _told_among(session, job, made)
            fresh = [row for row in made if (row["number"], row["personal_key"]) not in told]
            tally.already += len(made) - len(fresh)
            if fresh:
                _skip_opted_out(session, job, fresh)
                statement = _insert(session).on_conflict_do_nothing(index_elements=_ONCE)
                execute(session, statement, fresh)
        if job.progress:
            job.progress(tally.seen)
    return tally


def _skip_opted_out(session: Session, job: Job, rows: Sequence[dict[str, Any]]) -> None:
    if not optout.asks(job.plan.purpose, job.plan.opt_out_override):
        return
    gone = optout.among(session, {row["number"] for row in rows})
    for row in rows:
        if row["number"] in gone:
            row["state"] = DeliveryState.SKIPPED.value
            row["skip_reason"] = SkipReason.OPTED_OUT.value


def matches_all(candidate: Candidate, job: Job) -> bool:
    """Does the filter take this row? Without one, yes."""
    return not job.where or sources.matches(candidate, job.where)


def _chunks(job: Job) -> Iterator[list[Candidate]]:
    plan = job.plan
    if plan.audience_id is not None:
        for part in sources.parts(plan.first_rows):
            yield from sources.from_audience(db.session(), plan.audience_id, LOOKED_AT_CHUNK, part)
    elif plan.of_id is not None:
        yield from sources.from_deliveries(
            db.session(), job.earlier, plan.reached_only, LOOKED_AT_CHUNK, plan.since
        )
    else:
        yield [
            Candidate(index, None, number, language)
            for index, (number, language) in enumerate(plan.numbers, 1)
        ]


def _row(job: Job, personal: PersonalTexts, tally: Tally, item: Candidate) -> dict[str, Any] | None:
    plan = job.plan
    language = item.language if item.language in plan.texts else plan.default_language
    sms, key, stored = plan.texts[language], b"", None
    if personal.slots:
        filled: Filled | SetAside = (
            personal.from_cells(item.cells, item.row, language)
            if plan.audience_id is not None
            else personal.from_values(item.values, item.row, language)
        )
        if isinstance(filled, SetAside):
            tally.set_aside.append(filled)
            return None
        sms, key = filled.sms, filled.key
        stored = {"values": dict(filled.values), "sms": sms}
    return {
        "broadcast_id": job.broadcast_id,
        "number": item.number,
        "language": language,
        "personal": stored,
        "personal_key": key,
        "row": item.row,
        "segments": count(sms).segments,
        "state": DeliveryState.QUEUED.value,
        "skip_reason": None,
        "attempt": 0,
        "changed_at": clock.now(),
    }


def _told_among(
    session: Session, job: Job, rows: Sequence[Mapping[str, Any]]
) -> set[tuple[str, bytes]]:
    """Which of these texts a phone has, or will get, from the broadcasts that a late list is added to."""
    if not job.told or not rows:
        return set()
    found = session.execute(
        select(Delivery.number, Delivery.personal_key).where(
            Delivery.broadcast_id.in_(job.told),
            Delivery.number.in_({row["number"] for row in rows}),
            Delivery.state.in_(_TOLD),
        )
    )
    return {(number, bytes(key)) for number, key in found if number is not None}
