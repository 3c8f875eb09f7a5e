"""A director's picture: how prepared the town is, on one screen and one sheet, and what to do next, by owner."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub import library
from hub.database import db
from hub.desk.access import current_actor, desk_route
from hub.desk.prepared.grid_page import languages
from hub.desk.prepared.names import PHASES
from hub.desk.prepared.readiness_words import CHANNELS, MEANINGS, SUMMARIES
from hub.desk.prepared.step_words import StepShown, shown, title_of
from hub.desk.words import gettext as _
from hub.library.next_steps import URGENT, Step, by_owner, next_steps
from hub.library.readiness import Figures, MessageReadiness, Picture
from hub.library.reminding import addresses
from hub.models import Role
from hub.settings import Settings
from hub.site.pages import own_name
from hub.text.types import Channel, Phase

FIRST_STEPS = 5
"""So many steps stand on the first sheet; all are on the next."""


@dataclass(frozen=True)
class Row:
    """A scenario: its messages by phase, None where it has none."""

    scenario: str
    title: str
    messages: tuple[MessageReadiness | None, ...]


@dataclass(frozen=True)
class LanguageRow:
    """A language: its figures by channel, None where nothing is owed."""

    name: str
    code: str
    figures: tuple[Figures | None, ...]


@desk_route("/prepared/readiness", role=None)
def readiness() -> ResponseReturnValue:
    """The picture; `?owner=` shows one owner's part."""
    whole = library.picture(db.session(), languages())
    owner = request.args.get("owner", "")
    picture = whole.of_owner(owner) if owner else whole
    steps = next_steps(picture)
    settings: Settings = current_app.config["HUB"]
    return render_template(
        "desk/prepared/readiness.html",
        picture=picture,
        figures=picture.figures,
        owner=owner,
        owners=whole.owners,
        phases=[(phase, PHASES[phase]) for phase in picture.phases],
        rows=_rows(picture),
        channels=CHANNELS,
        languages_shown=_languages(picture),
        uncounted=[own_name(code) for code in picture.uncounted],
        first_steps=[_shown(step, picture) for step in steps[:FIRST_STEPS]],
        steps={
            name or _("IT operations"): [_shown(step, picture) for step in theirs]
            for name, theirs in by_owner(steps).items()
        },
        unmailed=[name for name in picture.owners if not addresses(settings, name)],
        summaries=SUMMARIES,
        meanings=MEANINGS,
    )


def _shown(step: Step, picture: Picture) -> StepShown:
    return shown(step, urgent=step.due is not None and step.due - picture.at <= URGENT)


def _rows(picture: Picture) -> list[Row]:
    found: dict[str, dict[Phase, MessageReadiness]] = {}
    for message in picture.messages:
        found.setdefault(message.expected.scenario, {})[message.expected.phase] = message
    rows = []
    for scenario, by_phase in found.items():
        first = next(iter(by_phase.values())).expected
        messages = tuple(by_phase.get(phase) for phase in picture.phases)
        rows.append(Row(scenario, title_of(first.title, first.key), messages))
    return sorted(rows, key=lambda row: row.title.casefold())


def _languages(picture: Picture) -> list[LanguageRow]:
    rows = []
    for code in picture.languages:
        found = [Figures.of(picture.cells(code, channel)) for channel in Channel]
        if any(item.expected for item in found):
            figures = tuple(item if item.expected else None for item in found)
            rows.append(LanguageRow(own_name(code), code, figures))
    return rows


@desk_route("/prepared/<path:key>/renew", role=Role.AUTHOR, methods=("POST",))
def renew_message(key: str) -> ResponseReturnValue:
    """A draft with the words of the approved version, to be read and approved again."""
    version = library.renew(key, actor=current_actor())
    flash(
        _(
            "Version %(number)s has the same words. Read it, change what has to be changed, and submit it.",
            number=version.number,
        )
    )
    return redirect(url_for("desk.message", key=key), 303)
