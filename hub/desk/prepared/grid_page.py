"""The library from above: scenarios by phase, with each language's mark, and what keeps a message from being sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock, library
from hub.database import db
from hub.desk import access
from hub.desk.access import desk_route
from hub.desk.language import current
from hub.desk.prepared.names import PHASES, STATES
from hub.desk.prepared.waiting import waiting_for
from hub.desk.words import lazy_gettext
from hub.library.lifecycle import EXPIRED
from hub.library.readiness import LanguageState, Readiness
from hub.models import Version, VersionState
from hub.text.types import Phase

EXPIRES_SOON = timedelta(days=30)

MARKS = {
    LanguageState.APPROVED: ("✓", lazy_gettext("approved")),
    LanguageState.CHANGED: ("✎", lazy_gettext("approved, a newer text is on its way")),
    LanguageState.DRAFT: ("◌", lazy_gettext("draft only")),
    LanguageState.MISSING: ("–", lazy_gettext("missing")),
}
"""A language of a message: its sign and its words."""

FILTERS = {
    "": lazy_gettext("everything"),
    "review": lazy_gettext("in review"),
    "work": lazy_gettext("drafts and returned"),
    "trouble": lazy_gettext("cannot be sent as it is"),
    "date": lazy_gettext("expired, or expires within 30 days"),
    "language": lazy_gettext("a language is missing or changed"),
}


@dataclass(frozen=True)
class Cell:
    """One message in the grid. `sendable` is empty, `approved` or `expired`; `due` is set where the approved version
    expires within 30 days or has; `recheck`, `blocked` and `undecided` name facts and decisions that it waits for."""

    row: Readiness
    states: tuple[tuple[int, str], ...] = ()
    due: datetime | None = None
    recheck: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Can it be sent without a word of explanation?"""
        held = self.recheck or self.blocked or self.undecided
        return self.row.sendable == VersionState.APPROVED and not held

    def fits(self, wanted: str) -> bool:
        states = {state for _, state in self.states}
        return {
            "review": VersionState.IN_REVIEW.value in states,
            "work": bool(states & {VersionState.DRAFT.value, VersionState.RETURNED.value}),
            "trouble": not self.is_ready,
            "date": self.due is not None,
            "language": any(
                state is not LanguageState.APPROVED for state in self.row.languages.values()
            ),
        }.get(wanted, True)


@dataclass(frozen=True)
class Line:
    """A scenario with its messages by phase; None where it has none."""

    scenario: str
    title: str
    cells: tuple[Cell | None, ...]


@desk_route("/prepared", role=None)
def prepared() -> ResponseReturnValue:
    """The grid; `?show=` narrows it."""
    session = db.session()
    wanted = request.args.get("show", "")
    wanted = wanted if wanted in FILTERS else ""
    cells = _cells(session)
    phases = [phase for phase in Phase if any(cell.row.phase == phase for cell in cells)]
    lines = _lines(session, [cell for cell in cells if cell.fits(wanted)], phases)
    return render_template(
        "desk/prepared/grid.html",
        lines=lines,
        phases=[(phase, PHASES[phase]) for phase in phases],
        count=len(cells),
        ready=sum(cell.is_ready for cell in cells),
        shown=sum(cell is not None for line in lines for cell in line.cells),
        wanted=wanted,
        filters=FILTERS,
        marks=MARKS,
        states=STATES,
        expired=EXPIRED,
        waiting=waiting_for(session, access.person()),
    )


def _cells(session: Session) -> list[Cell]:
    rows = session.scalars(
        select(Version)
        .where(Version.state != VersionState.RETIRED.value)
        .order_by(Version.key, Version.number)
    ).all()
    by_key: dict[str, list[Version]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    return [_cell(item, by_key[item.key]) for item in library.readiness(session)]


def _cell(row: Readiness, versions: Sequence[Version]) -> Cell:
    now = clock.now()
    sent = next((item for item in versions if item.state == VersionState.APPROVED), None)
    marked = sent or versions[-1]
    due = sent.review_due if sent else None
    return Cell(
        row,
        states=tuple((item.number, library.shown_state(item, now)) for item in versions),
        undecided=_undecided(marked),
        due=due if due and due <= now + EXPIRES_SOON else None,
        recheck=tuple(marked.recheck),
        blocked=tuple(marked.blocked),
    )


def _undecided(version: Version) -> tuple[str, ...]:
    """Only a version with an open decision is taken apart."""
    if all(item["value"] for item in version.content["decisions"]):
        return ()
    return tuple(
        item.label.get(current()) or item.label.get("da") or item.name
        for item in library.undecided(version.text)
    )


def _lines(session: Session, cells: Sequence[Cell], phases: Sequence[Phase]) -> list[Line]:
    found: dict[str, dict[str, Cell]] = {}
    for cell in cells:
        found.setdefault(cell.row.scenario, {})[cell.row.phase] = cell
    lines = []
    for scenario, by_phase in found.items():
        first = next(iter(by_phase.values()))
        title = library.scenario_title(library.newest(session, first.row.key), current())
        lines.append(Line(scenario, title, tuple(by_phase.get(phase) for phase in phases)))
    return sorted(lines, key=lambda line: line.title.casefold())
