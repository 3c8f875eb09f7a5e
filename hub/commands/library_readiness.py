"""`hub library readiness`: the matrix, two figures, and what to do next."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click
from flask import current_app

from hub import library as room
from hub.commands.common import copenhagen, emit, json_option
from hub.database import db
from hub.library import Picture, Readiness
from hub.library.next_steps import Step, StepKind, by_owner, next_steps
from hub.library.readiness import Figures, MessageReadiness
from hub.settings import Settings
from hub.text.types import Channel

WIDTH = 79
NAME, COLUMN = 24, 11
SHOWN_KEYS = 6
IT = "IT operations"


@click.command("readiness")
@click.option("--owner", metavar="NAME", help="Only what this owner answers for.")
@json_option
def readiness(owner: str | None, as_json: bool) -> None:
    """How prepared the town is: every message that comes with Klarbesked or was loaded, and what to do next."""
    settings: Settings = current_app.config["HUB"]
    picture = room.picture(db.session(), settings.languages)
    rows = room.readiness(db.session())
    if owner is not None:
        picture = picture.of_owner(owner)
        rows = tuple(row for row in rows if any(row.key == item.key for item in picture.messages))
    steps = next_steps(picture)
    emit(as_json, _data(picture, rows, steps), _lines(picture, steps, is_empty=not rows))


def _data(picture: Picture, rows: Sequence[Readiness], steps: Sequence[Step]) -> dict[str, Any]:
    """By scenario and phase; no scenario's name begins with an underscore."""
    known = {row.key: row for row in rows}
    codes = list(rows[0].languages) if rows else list(picture.languages)
    data: dict[str, Any] = {}
    for message in picture.messages:
        row = known.get(message.key)
        states = {} if row is None else {code: item.value for code, item in row.languages.items()}
        data.setdefault(message.expected.scenario, {})[message.expected.phase.value] = {
            "key": message.key,
            "state": message.summary.value if row is None else row.state,
            "number": 0 if row is None else row.number,
            "sendable": row.sendable or None if row else None,
            "languages": states or dict.fromkeys(codes, "missing"),
            "owner": message.owner,
            "summary": message.summary.value,
            "review_due": _iso(message.sendable.due if message.sendable else None),
            "cells": {
                language: {cell.channel.value: cell.state.value for cell in cells}
                for language, cells in message.languages.items()
            },
        }
    data["_figures"] = {**_figures_data(picture.figures), "weights": "every text counts the same"}
    data["_counted"] = {
        "languages": picture.languages,
        "left_out": picture.uncounted,
        "shipped_messages_found": picture.whole,
    }
    data["_next"] = [_step_data(step) for step in steps]
    return data


def _figures_data(figures: Figures) -> dict[str, int]:
    return {
        "ready_percent": figures.ready_percent,
        "sendable_percent": figures.sendable_percent,
        "ready": figures.ready,
        "sendable": figures.sendable,
        "expected": figures.expected,
    }


def _step_data(step: Step) -> dict[str, Any]:
    what, command = said(step)
    return {
        "step": step.kind.value,
        "owner": step.owner or IT,
        "what": what,
        "command": command,
        "keys": step.keys,
        "cells": step.cells,
        "language": step.language or None,
        "party": step.party or None,
        "names": step.names or tuple(item.name for item in step.decisions),
        "since": _iso(step.since),
        "due": _iso(step.due),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _lines(picture: Picture, steps: Sequence[Step], *, is_empty: bool) -> Iterator[str]:
    if is_empty:
        yield "The library is empty: `hub library load` fills it."
        return
    figures = picture.figures
    all_ = f"of {figures.expected:,}"
    yield f"Ready            {figures.ready_percent:3} %  {figures.ready:6,} {all_}"
    yield f"Can be sent now  {figures.sendable_percent:3} %  {figures.sendable:6,} {all_}"
    yield ""
    yield from _wrapped(_meaning(picture))
    yield ""
    yield from _matrix(picture)
    yield ""
    yield from _channels(picture)
    yield ""
    yield from _steps(steps)


def _meaning(picture: Picture) -> str:
    words = (
        f"Counted: {len(picture.messages)} messages in {', '.join(picture.languages)}. A text is one message in one "
        "language in one channel, and all count the same; percentages are rounded down. Ready: approved, not expired, "
        "every local decision made, no fact changed, and the translation signed by somebody who reads it. Can be sent "
        "now: also with unsigned translations."
    )
    if picture.uncounted:
        words += f" HUB_LANGUAGES leaves out what is there in {', '.join(picture.uncounted)}."
    if not picture.whole:
        words += " The messages that come with Klarbesked were not found: what was never loaded is not counted."
    return f"{words} It says nothing about lists, places, or who has practised."


def _wrapped(words: str, indent: str = "", more: str = "") -> list[str]:
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + more,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _matrix(picture: Picture) -> Iterator[str]:
    """Scenarios by phase. A name that is too long stands on a line of its own."""
    phases = picture.phases
    yield _row("", [phase.value for phase in phases])
    by_scenario: dict[str, dict[str, MessageReadiness]] = {}
    for message in picture.messages:
        by_scenario.setdefault(message.expected.scenario, {})[message.expected.phase] = message
    for scenario, messages in by_scenario.items():
        words = [messages[phase].summary.value if phase in messages else "-" for phase in phases]
        if len(scenario) >= NAME:
            yield scenario
        yield _row(scenario if len(scenario) < NAME else "", words)


def _row(name: str, words: Sequence[str]) -> str:
    return f"{name:{NAME}}{''.join(f'{word:{COLUMN}}' for word in words)}".rstrip()


def _channels(picture: Picture) -> Iterator[str]:
    """Languages by channel."""
    width = 18
    names = "".join(f"{channel.value:>{width}}" for channel in Channel)
    yield f"{'ready, sendable, all':24}{names}"
    for language in picture.languages:
        numbers = []
        for channel in Channel:
            item = Figures.of(picture.cells(language, channel))
            counts = f"{item.ready:4} {item.sendable:4} {item.expected:4}"
            numbers.append(counts if item.expected else "-")
        yield f"{language:24}{''.join(f'{words:>{width}}' for words in numbers)}"


def _steps(steps: Sequence[Step]) -> Iterator[str]:
    if not steps:
        yield "Nothing is left to do."
        return
    yield "What to do next"
    for owner, theirs in by_owner(steps).items():
        yield ""
        yield owner or IT
        for step in theirs:
            what, command = said(step)
            unit = "text waits" if step.cells == 1 else "texts wait"
            yield from _wrapped(f"- {what}. {step.cells} {unit} for it.", "  ", "  ")
            yield from _wrapped(command, "    ")


@dataclass(frozen=True)
class _Words:
    """A step's words: what to do, and the command. `{what}` are its messages, `{key}` one of them."""

    what: str
    command: str


_WORDS: Mapping[StepKind, _Words] = {
    StepKind.LOAD: _Words(
        "Load what comes with Klarbesked and is not there: {what}", "`hub library load`"
    ),
    StepKind.WRITE: _Words(
        "Everything of {what} was retired: write it anew", "then `hub library load DIR`"
    ),
    StepKind.REPLACE: _Words(
        "Put {what} right: it uses what was withdrawn as wrong ({names})",
        "correct facts.toml, then `hub library load DIR`",
    ),
    StepKind.TAKE_IN: _Words(
        "Take changed facts ({names}) into {what}",
        "open and save it in the desk, or `hub library load DIR`",
    ),
    StepKind.DECIDE: _Words(
        "Decide {names} for {what}",
        "set it in {scenario}/scenario.toml, then `hub library load DIR`",
    ),
    StepKind.REWORK: _Words(
        "Put {what} right: it was sent back", "`hub library show {key}` says why"
    ),
    StepKind.RENEW: _Words("Renew {what}{due}", "`hub library renew {key} --as EMAIL`"),
    StepKind.SUBMIT: _Words(
        "Send {what} for review",
        "`hub library lint {key}`, then `hub library submit {key} --as EMAIL`",
    ),
    StepKind.CO_SIGN: _Words(
        "Get the yes of {party} to {what}{since}",
        "`hub partner invite PARTY --as EMAIL`, or `hub library sign {key} --party NAME --by PERSON --as EMAIL`",
    ),
    StepKind.APPROVE: _Words("Approve {what}", "`hub library approve {key} --as EMAIL`"),
    StepKind.TRANSLATE: _Words(
        "Write {what} in {language}", "{key}.{language}.md, then `hub library load DIR`"
    ),
    StepKind.READ: _Words(
        "Let somebody who reads {language} sign {what}",
        "`hub library review {key} {language} --by PERSON --as EMAIL`",
    ),
}


def said(step: Step) -> tuple[str, str]:
    """A step in English: what to do, and how."""
    words = _WORDS[step.kind]
    due = f"{', expired' if step.expired else ' before'} {_day(step.due)}"
    values = {
        "what": _messages(step),
        "key": step.keys[0] if len(step.keys) == 1 else "KEY",
        "names": ", ".join(step.names or [item.name for item in step.decisions]),
        "scenario": step.scenario,
        "party": step.party,
        "language": step.language,
        "since": f", asked for since {_day(step.since)}" if step.since else "",
        "due": due if step.due else "",
    }
    return words.what.format(**values), words.command.format(**values)


def _messages(step: Step) -> str:
    """`water-boil/during`, `3 messages of water-boil (during, update, all-clear)`, `5 messages (...)`."""
    if len(step.keys) == 1:
        return step.keys[0]
    scenario = step.scenario
    names = [key.removeprefix(f"{scenario}/") for key in step.keys]
    more = f" and {len(names) - SHOWN_KEYS} more" if len(names) > SHOWN_KEYS else ""
    of = f" of {scenario}" if scenario else ""
    return f"{len(names)} messages{of} ({', '.join(names[:SHOWN_KEYS])}{more})"


def _day(moment: datetime | None) -> str:
    return copenhagen(moment).partition(" ")[0]
