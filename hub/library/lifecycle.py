"""Where a version stands, which steps there are between these states, and what the journal keeps of them.

    draft -> in review -> approved -> retired
    in review -> returned -> draft
    draft, returned -> retired      replaced by a newer load, or given up by a person

Expired is not a state but a date: an approved version past its review date is shown as expired, and sending it needs
a reason. The last approved version stays sendable until its successor is approved or a person retires it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import journal
from hub.clock import COPENHAGEN
from hub.errors import Conflict, NotFound
from hub.library.problems import nearest
from hub.models import Signature, Version, VersionState

TRANSITIONS: Mapping[VersionState, frozenset[VersionState]] = {
    VersionState.DRAFT: frozenset({VersionState.IN_REVIEW, VersionState.RETIRED}),
    VersionState.IN_REVIEW: frozenset({VersionState.APPROVED, VersionState.RETURNED}),
    VersionState.RETURNED: frozenset({VersionState.DRAFT, VersionState.RETIRED}),
    VersionState.APPROVED: frozenset({VersionState.RETIRED}),
    VersionState.RETIRED: frozenset(),
}
EXPIRED = "expired"


@dataclass(frozen=True)
class VersionLoaded(journal.Entry):
    """A new draft came from files. `replaced` are the numbers of the drafts that it replaces."""

    kind: ClassVar[str] = "version-loaded"
    key: str
    number: int
    hash: str
    languages: Mapping[str, str]
    replaced: tuple[int, ...] = ()


@dataclass(frozen=True)
class VersionSubmitted(journal.Entry):
    kind: ClassVar[str] = "version-submitted"
    key: str
    number: int
    hash: str


@dataclass(frozen=True)
class VersionApproved(journal.Entry):
    """`signed` are the co-signers whose yes was there; `retired` is the number of the version it follows, or 0.
    `unsigned` are the translations that no reader had signed, `unsigned_reason` is why they were approved."""

    kind: ClassVar[str] = "version-approved"
    key: str
    number: int
    hash: str
    signed: tuple[str, ...]
    review_due: datetime
    retired: int = 0
    unsigned: tuple[str, ...] = ()
    unsigned_reason: str = ""


@dataclass(frozen=True)
class VersionReturned(journal.Entry):
    kind: ClassVar[str] = "version-returned"
    key: str
    number: int
    hash: str
    reason: str


@dataclass(frozen=True)
class VersionRetired(journal.Entry):
    kind: ClassVar[str] = "version-retired"
    key: str
    number: int
    hash: str
    reason: str


@dataclass(frozen=True)
class CoSignerSigned(journal.Entry):
    """A party's yes to a hash, said by the person `by`."""

    kind: ClassVar[str] = "version-signed"
    key: str
    number: int
    hash: str
    party: str
    by: str


@dataclass(frozen=True)
class LanguageSigned(journal.Entry):
    """The yes of a reader, `by`, to one language's text: `hash` is that language's, `number` a version that has it."""

    kind: ClassVar[str] = "language-signed"
    key: str
    number: int
    language: str
    hash: str
    by: str


@dataclass(frozen=True)
class FactsMarked(journal.Entry):
    """Changed facts mark a version for a recheck, withdrawn ones block it (DESIGN.md, rule 16)."""

    kind: ClassVar[str] = "version-facts-marked"
    key: str
    number: int
    recheck: tuple[str, ...]
    blocked: tuple[str, ...]


def move(version: Version, to: VersionState) -> None:
    """Step to another state. Raises Conflict, naming both, where the table has no such step."""
    now = VersionState(version.state)
    if to not in TRANSITIONS[now]:
        raise Conflict(
            f"{name_of(version)} is {now} and cannot become {to}. "
            f"`hub library show {version.key}` shows where it stands."
        )
    version.state = to.value


def name_of(version: Version) -> str:
    """How a version is named to people: `water-boil/during version 3`."""
    return f"{version.key} version {version.number}"


def is_expired(version: Version, now: datetime) -> bool:
    """Is this an approved version past its review date?"""
    return (
        version.state == VersionState.APPROVED
        and version.review_due is not None
        and now >= version.review_due
    )


def shown_state(version: Version, now: datetime) -> str:
    """The state as people see it: `expired` for an approved version past its review date."""
    return EXPIRED if is_expired(version, now) else version.state


def review_date(approved_at: datetime, months: int) -> datetime:
    """The end of the day, in Copenhagen, so many calendar months later; 31 August plus 6 is 28 or 29 February."""
    local = approved_at.astimezone(COPENHAGEN)
    year, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + year, month + 1
    day = min(local.day, monthrange(year, month)[1])
    return datetime.combine(
        local.date().replace(year=year, month=month, day=day), time.max, COPENHAGEN
    )


def versions_of(session: Session, key: str, *, lock: bool = False) -> list[Version]:
    """All versions of a message, newest first, as they are in the database now. `lock` holds the rows for this
    transaction."""
    found = _versions_of(session, key, lock)
    while lock:
        # PostgreSQL: while this waited for the locks, their holder may have added a version that a query which
        # began before cannot see. Nobody adds one while all are held.
        again = _versions_of(session, key, lock)
        if len(again) == len(found):
            break
        found = again
    return found


def _versions_of(session: Session, key: str, lock: bool) -> list[Version]:
    # Everybody locks in the order of ids, so that nobody waits for each other in a ring.
    query = (
        select(Version)
        .where(Version.key == key)
        .order_by(Version.id)
        .execution_options(populate_existing=True)
    )
    rows = session.scalars(query.with_for_update() if lock else query)
    return sorted(rows, key=lambda version: version.number, reverse=True)


def newest(session: Session, key: str) -> Version:
    """The newest version that is not retired; when all are, the newest. Raises NotFound, naming near keys."""
    return newest_of(versions_of(session, key), session, key)


def newest_of(versions: Sequence[Version], session: Session, key: str) -> Version:
    """`newest` among versions that were read already."""
    if not versions:
        raise NotFound(_no_such(session, key))
    return next((item for item in versions if item.state != VersionState.RETIRED), versions[0])


def in_state(versions: Sequence[Version], state: VersionState) -> Version | None:
    """The newest of these versions that is in this state."""
    return next((version for version in versions if version.state == state), None)


def under_review(session: Session, key: str) -> Version:
    """The version in review, its rows locked. Raises Conflict when there is none, saying what there is."""
    return reviewed_of(versions_of(session, key, lock=True), session, key)


def reviewed_of(versions: Sequence[Version], session: Session, key: str) -> Version:
    """`under_review` among versions that were read already."""
    version = in_state(versions, VersionState.IN_REVIEW)
    if version is None:
        latest = newest_of(versions, session, key)
        by = f" by {latest.approved_by}" if latest.state == VersionState.APPROVED else ""
        way_out = (
            f" `hub library submit {key} --as EMAIL` puts it into review."
            if latest.state in (VersionState.DRAFT, VersionState.RETURNED)
            else ""
        )
        raise Conflict(
            f"No version of {key} is in review: version {latest.number} is {latest.state}{by}.{way_out}"
        )
    return version


def check_hash(version: Version, given: str | None) -> None:
    """Raises Conflict when somebody read another text than this version's; without a hash anything goes."""
    if given is not None and given.strip().lower() != version.hash:
        raise Conflict(
            f"{name_of(version)} has the hash {version.hash}, not {given.strip()}: it is not the text that you "
            f"read. `hub library show {version.key}` shows it as it is now."
        )


def _no_such(session: Session, key: str) -> str:
    keys = known_keys(session)
    if not keys:
        return f"There is no message {key!r}: the library is empty. `hub library load` fills it."
    near = nearest(key, keys)
    same_scenario = [item for item in keys if item.partition("/")[0] == key.partition("/")[0]]
    shown = [near] if near and not same_scenario else same_scenario or keys
    return f"There is no message {key!r}. There is: {', '.join(shown)}."


def approved(session: Session, key: str) -> Version | None:
    """The version that may be sent: approved and not retired; None when there is none. It may be expired, marked
    for a recheck or blocked: the caller looks."""
    return session.scalar(
        select(Version)
        .where(Version.key == key, Version.state == VersionState.APPROVED.value)
        .order_by(Version.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def unsigned(session: Session, version: Version) -> tuple[str, ...]:
    """The co-signers that the scenario names and whose yes to this version's hash is not recorded yet."""
    signed = set(
        session.scalars(
            select(Signature.party).where(
                Signature.key == version.key,
                Signature.hash == version.hash,
                Signature.language == "",
            )
        )
    )
    return tuple(party for party in co_signers(version) if party not in signed)


def co_signers(version: Version) -> tuple[str, ...]:
    """The parties whose yes an approval of this version needs."""
    return tuple(version.scenario_meta.get("co_signers", ()))


def known_keys(session: Session) -> tuple[str, ...]:
    """The keys of all messages that have ever been loaded, sorted."""
    return tuple(session.scalars(select(Version.key).distinct().order_by(Version.key)))


def known_scenarios(session: Session) -> tuple[str, ...]:
    """The scenarios that have a version which is not retired, sorted."""
    return tuple(
        session.scalars(
            select(Version.scenario)
            .where(Version.state != VersionState.RETIRED.value)
            .distinct()
            .order_by(Version.scenario)
        )
    )


def scenario_title(version: Version, language: str) -> str:
    """The scenario's title in a language; in English, then Danish, where it has none."""
    titles: Mapping[str, Any] = version.scenario_meta.get("title", {})
    found = (titles.get(code) for code in (language, "en", "da"))
    return str(next((title for title in found if title), version.scenario))
