"""The library from above: scenarios by phase, where each language stands, and what keeps a message from being sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from hub import library
from hub.database import db
from hub.desk import access
from hub.desk.access import desk_route
from hub.desk.language import current
from hub.desk.prepared.names import PHASES, STATES
from hub.desk.prepared.readiness_words import CELLS, CHANNELS, MEANINGS
from hub.desk.prepared.step_words import title_of
from hub.desk.prepared.waiting import waiting_for
from hub.desk.words import lazy_gettext
from hub.library.lifecycle import EXPIRED
from hub.library.readiness import Cell, CellState, MessageReadiness, Picture, VersionStanding
from hub.models import VersionState
from hub.settings import Settings
from hub.text.types import Phase

EXPIRES_SOON = timedelta(days=30)

FILTERS = {
    "": lazy_gettext("everything"),
    "review": lazy_gettext("in review"),
    "work": lazy_gettext("drafts and returned"),
    "trouble": lazy_gettext("cannot be sent as it is"),
    "date": lazy_gettext("expired, or expires within 30 days"),
    "language": lazy_gettext("a language is missing or not signed"),
}


@dataclass(frozen=True)
class Part:
    """Languages of a message that stand alike. Each has its code and the channels this is about; none: all it has."""

    state: CellState
    languages: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Shown:
    """One expected message in the grid. `due` is set where the approved version expires within 30 days or has;
    `recheck`, `blocked` and `undecided` name what the version waits for that can be sent, or else the newest."""

    message: MessageReadiness
    parts: tuple[Part, ...]
    due: datetime | None
    undecided: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.message.key

    @property
    def newer(self) -> VersionStanding | None:
        """A version on its way to follow the one that can be sent."""
        newest, sendable = self.message.newest, self.message.sendable
        return newest if sendable and newest is not sendable else None

    @property
    def held(self) -> VersionStanding | None:
        return self.message.sendable or self.message.newest

    @property
    def cannot_be_sent(self) -> bool:
        return self.message.sendable is None

    def fits(self, wanted: str) -> bool:
        return _FITS[wanted](self) if wanted else True

    def states(self) -> set[str]:
        return {version.state for version in self.message.versions}


def _is_trouble(item: Shown) -> bool:
    return item.held is None or item.held.held is not CellState.APPROVED


def _lacks_language(item: Shown) -> bool:
    lacks = {CellState.UNSIGNED, CellState.MISSING, CellState.RETIRED}
    return any(cell.state in lacks for cell in item.message.cells)


_FITS: Mapping[str, Callable[[Shown], bool]] = {
    "review": lambda item: VersionState.IN_REVIEW.value in item.states(),
    "work": lambda item: bool(
        item.states() & {VersionState.DRAFT.value, VersionState.RETURNED.value}
    ),
    "trouble": _is_trouble,
    "date": lambda item: item.due is not None,
    "language": _lacks_language,
}


@dataclass(frozen=True)
class Line:
    """A scenario with its messages by phase; None where it has none."""

    scenario: str
    title: str
    cells: tuple[Shown | None, ...]


@desk_route("/prepared", role=None)
def prepared() -> ResponseReturnValue:
    """The grid; `?show=` narrows it."""
    session = db.session()
    wanted = request.args.get("show", "")
    wanted = wanted if wanted in FILTERS else ""
    picture = library.picture(session, languages())
    lines = _lines(picture, wanted)
    return render_template(
        "desk/prepared/grid.html",
        lines=lines,
        phases=[(phase, PHASES[phase]) for phase in picture.phases],
        is_empty=not any(message.versions for message in picture.messages),
        figures=picture.figures,
        wanted=wanted,
        filters=FILTERS,
        cells=CELLS,
        meanings=MEANINGS,
        states=STATES,
        expired=EXPIRED,
        waiting=waiting_for(session, access.person()),
    )


def languages() -> Sequence[str]:
    """Those of `HUB_LANGUAGES`; none: all that there are."""
    settings: Settings = current_app.config["HUB"]
    return settings.languages


def _lines(picture: Picture, wanted: str) -> list[Line]:
    found: dict[str, dict[Phase, Shown]] = {}
    for message in picture.messages:
        item = _shown(message, picture.at)
        if item.fits(wanted):
            found.setdefault(message.expected.scenario, {})[message.expected.phase] = item
    lines = []
    for scenario, by_phase in found.items():
        first = next(iter(by_phase.values())).message.expected
        cells = tuple(by_phase.get(phase) for phase in picture.phases)
        lines.append(Line(scenario, title_of(first.title, first.key), cells))
    return sorted(lines, key=lambda line: line.title.casefold())


def _shown(message: MessageReadiness, now: datetime) -> Shown:
    due = message.sendable.due if message.sendable else None
    held = message.sendable or message.newest
    return Shown(
        message,
        parts=tuple(parts_of(message)),
        due=due if due and due <= now + EXPIRES_SOON else None,
        undecided=tuple(
            item.label.get(current()) or item.label.get("da") or item.name
            for item in (held.undecided if held else ())
        ),
    )


def parts_of(message: MessageReadiness) -> Iterator[Part]:
    """The states that a message has, each with its languages, best first."""
    for state in CellState:
        alike = [
            (code, _channels(cells, state))
            for code, cells in message.languages.items()
            if any(cell.state is state for cell in cells)
        ]
        if alike:
            yield Part(state, tuple(alike))


def _channels(cells: Sequence[Cell], state: CellState) -> tuple[str, ...]:
    """The channels in this state, where not all are."""
    if all(cell.state is state for cell in cells):
        return ()
    return tuple(str(CHANNELS[cell.channel]) for cell in cells if cell.state is state)
