"""How prepared a town is: every message that it should have, in every language and channel, and where each stands.

A cell is one message in one language in one channel. `catalogue` says which cells there should be; they count the
same, and only what can be sent at this moment without a word of explanation counts as ready.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock
from hub.errors import NotFound
from hub.library.catalogue import Channels, Expected, expectation
from hub.library.decisions import undecided
from hub.library.files import FIRST_LANGUAGES
from hub.library.lifecycle import EXPIRED, co_signers, shown_state
from hub.library.signing import is_translation
from hub.models import Signature, Version, VersionState
from hub.text.said import Said
from hub.text.types import Channel, Decision, Phase


class CellState(StrEnum):
    """Where a cell stands. `unsigned`: approved, and nobody who reads the language has signed it. `recheck`: it uses a
    fact that was changed; `withdrawn`: one that was wrong; `undecided`: a local decision is not made. `retired`:
    everything of the message was taken out of use; `missing`: it was never there."""

    APPROVED = "approved"
    UNSIGNED = "unsigned"
    IN_REVIEW = "in-review"
    DRAFT = "draft"
    RETURNED = "returned"
    EXPIRED = "expired"
    RECHECK = "recheck"
    WITHDRAWN = "withdrawn"
    UNDECIDED = "undecided"
    RETIRED = "retired"
    MISSING = "missing"


SENDABLE = frozenset({CellState.APPROVED, CellState.UNSIGNED})


@dataclass(frozen=True)
class Cell:
    """One message in one language in one channel."""

    language: str
    channel: Channel
    state: CellState


@dataclass(frozen=True)
class Figures:
    """Numbers of cells. Percentages are rounded down: 100 means all of them."""

    expected: int
    ready: int
    sendable: int

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> Figures:
        states = [cell.state for cell in cells]
        return cls(
            expected=len(states),
            ready=states.count(CellState.APPROVED),
            sendable=sum(state in SENDABLE for state in states),
        )

    @property
    def ready_percent(self) -> int:
        return self._percent(self.ready)

    @property
    def sendable_percent(self) -> int:
        return self._percent(self.sendable)

    def _percent(self, part: int) -> int:
        return 100 * part // self.expected if self.expected else 0


class Summary(StrEnum):
    """Of a message that can be sent: all of it is ready, or some languages are not."""

    READY = "ready"
    PARTLY = "partly"


@dataclass(frozen=True)
class VersionStanding:
    """A version that is not retired. `held` is what keeps it from being sent, or `approved`; `since` is when it was
    submitted, `unsigned` the parties whose yes is missing, `signed` the translations that a reader has signed."""

    number: int
    state: str
    held: CellState
    due: datetime | None
    since: datetime | None
    unsigned: tuple[str, ...]
    undecided: tuple[Decision, ...]
    recheck: tuple[str, ...]
    blocked: tuple[str, ...]
    returned_reason: str
    languages: Mapping[str, Channels]
    signed: frozenset[str]

    def has(self, language: str, channel: Channel) -> bool:
        return channel in self.languages.get(language, ())

    def state_of(self, language: str) -> CellState:
        is_read = not is_translation(language) or language in self.signed
        return self.held if self.held != CellState.APPROVED or is_read else CellState.UNSIGNED


@dataclass(frozen=True)
class MessageReadiness:
    """One message that counts. `sendable` is its approved version, `newest` the newest that is not retired (None: there
    is none); `versions` are all those, oldest first."""

    expected: Expected
    versions: tuple[VersionStanding, ...]
    sendable: VersionStanding | None
    cells: tuple[Cell, ...]

    @property
    def key(self) -> str:
        return self.expected.key

    @property
    def owner(self) -> str:
        return self.expected.owner

    @property
    def newest(self) -> VersionStanding | None:
        return self.versions[-1] if self.versions else None

    @property
    def figures(self) -> Figures:
        return Figures.of(self.cells)

    @property
    def summary(self) -> Summary | CellState:
        """In one word: ready, ready in part, or where its first language, the Danish, stands."""
        if all(cell.state is CellState.APPROVED for cell in self.cells):
            return Summary.READY
        first = [cell.state for cell in self.cells if cell.language == self.cells[0].language]
        held = [state for state in first if state not in SENDABLE]
        return held[0] if held else Summary.PARTLY

    @property
    def languages(self) -> dict[str, tuple[Cell, ...]]:
        """Its cells by language."""
        found: dict[str, tuple[Cell, ...]] = {}
        for cell in self.cells:
            found[cell.language] = (*found.get(cell.language, ()), cell)
        return found


@dataclass(frozen=True)
class Picture:
    """Everything that counts, at one moment. `languages` are those counted, `uncounted` those that the library has and
    `HUB_LANGUAGES` leaves out; `whole` is False where the shipped messages were not found to count by."""

    at: datetime
    messages: tuple[MessageReadiness, ...]
    languages: tuple[str, ...]
    uncounted: tuple[str, ...]
    whole: bool

    @property
    def figures(self) -> Figures:
        return Figures.of(self.cells())

    @property
    def phases(self) -> tuple[Phase, ...]:
        return tuple(
            phase for phase in Phase if any(item.expected.phase is phase for item in self.messages)
        )

    @property
    def owners(self) -> tuple[str, ...]:
        return tuple(sorted({item.owner for item in self.messages}, key=str.casefold))

    def cells(self, language: str = "", channel: Channel | None = None) -> list[Cell]:
        """Those of one language and channel, or all."""
        return [
            cell
            for item in self.messages
            for cell in item.cells
            if language in ("", cell.language) and channel in (None, cell.channel)
        ]

    def of_owner(self, name: str) -> Picture:
        """The part that somebody answers for. Raises NotFound, naming the owners there are."""
        wanted = " ".join(name.split()).casefold()
        theirs = tuple(item for item in self.messages if item.owner.casefold() == wanted)
        if not theirs:
            raise NotFound(
                Said(
                    "No message has the owner %(name)s. The owners are: %(owners)s.",
                    name=name,
                    owners=", ".join(self.owners),
                )
            )
        return replace(self, messages=theirs)


def picture(session: Session, languages: Sequence[str] = ()) -> Picture:
    """How prepared the town is now. `languages` are those of `HUB_LANGUAGES`; none: all that there are."""
    now = clock.now()
    live = live_versions(session)
    wanted = expectation(session, live, languages)
    signatures = _Signatures.read(session)
    messages = []
    for item in wanted.messages:
        versions = live.get(item.key, ())
        standings = tuple(_standing(version, signatures, now) for version in versions)
        sendable = next(
            (
                standing
                for version, standing in zip(versions, standings, strict=True)
                if version.state == VersionState.APPROVED
            ),
            None,
        )
        messages.append(MessageReadiness(item, standings, sendable, ()))
    known = set(session.scalars(select(Version.key).distinct()))
    return Picture(
        at=now,
        messages=tuple(replace(item, cells=_cells(item, item.key in known)) for item in messages),
        languages=wanted.languages,
        uncounted=wanted.uncounted,
        whole=wanted.whole,
    )


def live_versions(session: Session) -> dict[str, list[Version]]:
    """The versions that are not retired by key, oldest first."""
    rows = session.scalars(
        select(Version)
        .where(Version.state != VersionState.RETIRED.value)
        .order_by(Version.key, Version.number)
    )
    found: dict[str, list[Version]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row)
    return found


@dataclass(frozen=True)
class _Signatures:
    """All that were given: of parties by message and hash, of readers by message, language and hash."""

    parties: Mapping[tuple[str, str], set[str]]
    readers: frozenset[tuple[str, str, str]]

    @classmethod
    def read(cls, session: Session) -> _Signatures:
        parties: dict[tuple[str, str], set[str]] = {}
        readers = set()
        columns = Signature.key, Signature.party, Signature.language, Signature.hash
        for key, party, language, digest in session.execute(select(*columns)):
            if language:
                readers.add((key, language, digest))
            else:
                parties.setdefault((key, digest), set()).add(party)
        return cls(parties, frozenset(readers))


def _standing(version: Version, signatures: _Signatures, now: datetime) -> VersionStanding:
    texts = version.content["languages"]
    state = shown_state(version, now)
    waits = _undecided(version)
    yes = signatures.parties.get((version.key, version.hash), set())
    return VersionStanding(
        number=version.number,
        state=state,
        held=_held(version, state, bool(waits)),
        due=version.review_due if version.state == VersionState.APPROVED else None,
        since=version.submitted_at,
        unsigned=tuple(party for party in co_signers(version) if party not in yes),
        undecided=waits,
        recheck=tuple(version.recheck),
        blocked=tuple(version.blocked),
        returned_reason=version.returned_reason or "",
        languages={
            code: tuple(channel for channel in Channel if text[channel.value])
            for code, text in texts.items()
        },
        signed=frozenset(
            row.language
            for row in version.languages
            if (version.key, row.language, row.hash) in signatures.readers
        ),
    )


def _held(version: Version, state: str, waits: bool) -> CellState:
    """The gravest thing first: what was found wrong, then what is too old, then what nobody has decided."""
    if version.blocked:
        return CellState.WITHDRAWN
    if state == EXPIRED:
        return CellState.EXPIRED
    if version.recheck:
        return CellState.RECHECK
    if waits:
        return CellState.UNDECIDED
    return CellState(state)


def _undecided(version: Version) -> tuple[Decision, ...]:
    """Only a version with an open decision is taken apart."""
    if all(item["value"] for item in version.content["decisions"]):
        return ()
    return undecided(version.text)


def _cells(message: MessageReadiness, known: bool) -> tuple[Cell, ...]:
    return tuple(
        Cell(language, channel, _cell_state(message, language, channel, known))
        for language, channels in message.expected.owed.items()
        for channel in channels
    )


def _cell_state(
    message: MessageReadiness, language: str, channel: Channel, known: bool
) -> CellState:
    """As in the version that can be sent; what that one does not have, as in the newest."""
    for version in (message.sendable, message.newest):
        if version is not None and version.has(language, channel):
            return version.state_of(language)
    return CellState.RETIRED if known and not message.versions else CellState.MISSING


class LanguageState(StrEnum):
    """A language of a message: approved as it stands, approved with a newer text on its way, only in a draft,
    or missing."""

    APPROVED = "approved"
    CHANGED = "changed"
    DRAFT = "draft"
    MISSING = "missing"


@dataclass(frozen=True)
class Readiness:
    """One message: `state` is that of its newest version, `sendable` that of the approved one (empty: none)."""

    key: str
    scenario: str
    phase: str
    state: str
    number: int
    sendable: str
    languages: Mapping[str, LanguageState]


def readiness(session: Session) -> tuple[Readiness, ...]:
    """Every message that has a version which is not retired, by scenario and phase; the languages are all that the
    library has anywhere. What is missing altogether is in `picture` alone."""
    by_key = live_versions(session)
    found = {item.language for rows in by_key.values() for row in rows for item in row.languages}
    languages = [code for code in FIRST_LANGUAGES if code in found]
    languages += sorted(found - set(languages))
    phases = list(Phase)
    ordered = sorted(
        by_key.values(), key=lambda group: (group[0].scenario, phases.index(Phase(group[0].phase)))
    )
    return tuple(_readiness(group, languages, clock.now()) for group in ordered)


def _readiness(group: Sequence[Version], languages: Sequence[str], now: datetime) -> Readiness:
    latest = group[-1]
    sendable = next((row for row in group if row.state == VersionState.APPROVED), None)
    old = {item.language: item.hash for item in sendable.languages} if sendable else {}
    new = {item.language: item.hash for item in latest.languages}
    return Readiness(
        key=latest.key,
        scenario=latest.scenario,
        phase=latest.phase,
        state=shown_state(latest, now),
        number=latest.number,
        sendable=shown_state(sendable, now) if sendable else "",
        languages={code: _language_state(old.get(code), new.get(code)) for code in languages},
    )


def _language_state(old: str | None, new: str | None) -> LanguageState:
    if old is None and new is None:
        return LanguageState.MISSING
    if old is None:
        return LanguageState.DRAFT
    return LanguageState.APPROVED if old == new else LanguageState.CHANGED
