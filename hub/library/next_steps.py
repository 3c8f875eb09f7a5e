"""What would make a town better prepared, the smallest step with the largest effect first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hub.library.readiness import SENDABLE, Cell, CellState, MessageReadiness, Picture
from hub.text.types import Decision

SOON = timedelta(days=60)
"""So long before an approved version expires its renewal is a step."""
URGENT = timedelta(days=7)


class StepKind(StrEnum):
    """What is to be done. `load`: the shipped files were never loaded, or everything of them was retired; `write`: the
    same for a message of the municipality's own. `take-in`: a fact was changed; `replace`: one was wrong."""

    LOAD = "load"
    WRITE = "write"
    REPLACE = "replace"
    RENEW = "renew"
    TAKE_IN = "take-in"
    DECIDE = "decide"
    REWORK = "rework"
    SUBMIT = "submit"
    CO_SIGN = "co-sign"
    APPROVE = "approve"
    TRANSLATE = "translate"
    READ = "read"


@dataclass(frozen=True)
class Step:
    """Something that one owner can have done. `keys` are the messages, `titles` their scenarios' words by key; `cells`
    is how many cells wait for it, `acts` how often it is to be done for them. `names` are facts; `since` is how long
    a party's yes is waited for, `due` when the first of the approved versions expires, or did (`expired`)."""

    kind: StepKind
    owner: str
    keys: tuple[str, ...]
    titles: Mapping[str, Mapping[str, str]]
    cells: int
    language: str = ""
    party: str = ""
    names: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    since: datetime | None = None
    due: datetime | None = None
    expired: bool = False

    @property
    def acts(self) -> int:
        if self.kind is StepKind.LOAD:
            return 1
        return len(self.decisions) if self.kind is StepKind.DECIDE else len(self.keys)

    @property
    def scenario(self) -> str:
        """The scenario that all its messages belong to; empty where there are several."""
        found = {key.partition("/")[0] for key in self.keys}
        return found.pop() if len(found) == 1 else ""


@dataclass(frozen=True)
class _Same:
    """What makes two steps one."""

    kind: StepKind
    owner: str
    scenario: str = ""
    language: str = ""
    party: str = ""
    names: tuple[str, ...] = ()


@dataclass
class _Gathered:
    """What is known of a step so far; `cells` by message."""

    cells: dict[str, int] = field(default_factory=dict)
    titles: dict[str, Mapping[str, str]] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    since: datetime | None = None
    due: datetime | None = None


def next_steps(picture: Picture) -> tuple[Step, ...]:
    """All steps there are. What runs out within a week stands first, then what moves most cells for one act."""
    found: dict[_Same, _Gathered] = {}
    for message in picture.messages:
        for cell in message.cells:
            for same in _steps_of(message, cell, picture.at):
                _gather(found.setdefault(same, _Gathered()), message, picture.at)
    steps = [_step(same, gathered, picture.at) for same, gathered in found.items()]
    return tuple(sorted(steps, key=lambda step: _order(step, picture.at)))


def by_owner(steps: Sequence[Step]) -> dict[str, list[Step]]:
    """The same steps by owner, owners in the order of their first step; the empty owner is IT operations."""
    found: dict[str, list[Step]] = {}
    for step in steps:
        found.setdefault(step.owner, []).append(step)
    return found


def _order(step: Step, at: datetime) -> tuple[bool, float, datetime, str, str, tuple[str, ...]]:
    urgent = step.due is not None and step.due - at <= URGENT
    latest = datetime.max.replace(tzinfo=at.tzinfo)
    effect = step.cells / step.acts
    return not urgent, -effect, step.due or latest, step.owner, step.kind, step.keys


def _steps_of(message: MessageReadiness, cell: Cell, at: datetime) -> Iterator[_Same]:
    """What this cell waits for; of several parties, each one's yes. A cell that is ready, and stays so, waits for
    nothing."""
    if cell.state in SENDABLE:
        if _runs_out(message, at):
            yield from _on_its_way(message)
        if cell.state is CellState.UNSIGNED:
            yield _Same(StepKind.READ, message.owner, language=cell.language)
    elif not message.versions:
        yield _first_of_all(message)
    elif cell.state is CellState.MISSING:
        yield _Same(StepKind.TRANSLATE, message.owner, language=cell.language)
    else:
        yield from _on_its_way(message)


def _runs_out(message: MessageReadiness, at: datetime) -> bool:
    due = message.sendable.due if message.sendable else None
    return due is not None and due - at <= SOON


def _first_of_all(message: MessageReadiness) -> _Same:
    if message.expected.shipped:
        return _Same(StepKind.LOAD, "")
    return _Same(StepKind.WRITE, message.owner, scenario=message.expected.scenario)


_PLAIN = {
    CellState.APPROVED: StepKind.RENEW,
    CellState.EXPIRED: StepKind.RENEW,
    CellState.DRAFT: StepKind.SUBMIT,
    CellState.RETURNED: StepKind.REWORK,
    CellState.UNDECIDED: StepKind.DECIDE,
}
"""What a version that is held so waits for, by scenario."""


def _on_its_way(message: MessageReadiness) -> Iterator[_Same]:
    """The next step of the newest version, on which everything of the message that is not ready waits."""
    version = message.newest
    if version is None:
        return
    scenario = message.expected.scenario
    if version.held is CellState.WITHDRAWN:
        yield _Same(StepKind.REPLACE, message.owner, names=version.blocked)
    elif version.held is CellState.RECHECK:
        yield _Same(StepKind.TAKE_IN, message.owner, names=version.recheck)
    elif version.held is not CellState.IN_REVIEW:
        yield _Same(_PLAIN[version.held], message.owner, scenario=scenario)
    elif version.unsigned:
        for party in version.unsigned:
            yield _Same(StepKind.CO_SIGN, message.owner, party=party)
    else:
        yield _Same(StepKind.APPROVE, message.owner, scenario=scenario)


def _gather(gathered: _Gathered, message: MessageReadiness, at: datetime) -> None:
    gathered.cells[message.key] = gathered.cells.get(message.key, 0) + 1
    gathered.titles[message.key] = message.expected.title
    newest = message.newest
    if newest is not None:
        gathered.decisions.update({item.name: item for item in newest.undecided})
        gathered.since = _earlier(gathered.since, newest.since)
    if message.sendable is not None and _runs_out(message, at):
        gathered.due = _earlier(gathered.due, message.sendable.due)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [moment for moment in (one, other) if moment is not None]
    return min(known, default=None)


def _step(same: _Same, gathered: _Gathered, at: datetime) -> Step:
    deciding = same.kind is StepKind.DECIDE
    return Step(
        kind=same.kind,
        owner=same.owner,
        keys=tuple(gathered.cells),
        titles=gathered.titles,
        cells=sum(gathered.cells.values()),
        language=same.language,
        party=same.party,
        names=same.names,
        decisions=tuple(gathered.decisions.values()) if deciding else (),
        since=gathered.since if same.kind is StepKind.CO_SIGN else None,
        due=gathered.due,
        expired=gathered.due is not None and gathered.due <= at,
    )
