"""What all commands share: who acts, JSON output, moments, and the progress bar."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
from flask import current_app

from hub.clock import COPENHAGEN
from hub.database import db
from hub.journal import Actor, write_head_file
from hub.journal import head as journal_head

P = ParamSpec("P")
R = TypeVar("R")


def os_user() -> str:
    """The operating system's user, as the journal notes it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def actor_option(command: Callable[..., R]) -> Callable[..., R]:
    """Adds `--as EMAIL` and passes `actor`: that person, or the machine's user as `os:<user>`.

    After the command the journal's head is written beside the database.
    """

    @click.option(
        "--as",
        "as_person",
        metavar="EMAIL",
        help="Who acts. Without it: the operating system's user.",
    )
    @wraps(command)
    def wrapped(*args: Any, as_person: str | None, **kwargs: Any) -> R:
        user = os_user()
        name = as_person.strip().lower() if as_person else f"os:{user}"
        try:
            return command(*args, actor=Actor(name, "command", user), **kwargs)
        finally:
            keep_head()

    return wrapped


def keep_head() -> None:
    """Write the journal's head to `<data dir>/journal.head`; a disk that refuses it is said, not fatal."""
    try:
        db.session.rollback()
        write_head_file(current_app.config["HUB"].data_dir, journal_head(db.session()))
        db.session.rollback()
    except Exception as error:  # the command's own outcome must be what the operator sees
        click.echo(f"The journal's head could not be written: {error}", err=True)


def json_option(command: Callable[..., R]) -> Callable[..., R]:
    """Adds `--json` and passes `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def emit(as_json: bool, data: Any, lines: Iterable[str]) -> None:
    """Print `data` as JSON, or the lines for a person."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
    else:
        for line in lines:
            click.echo(line)


def copenhagen(moment: datetime | None) -> str:
    """A moment as an operator reads it: `2026-11-21 13:30` in Copenhagen; `-` for none."""
    return moment.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M") if moment else "-"


def pairs(values: Iterable[str], option: str) -> dict[str, str]:
    """`NAME=VALUE` options as a dict. Raises click.BadParameter for one without `=` or a name given twice."""
    found: dict[str, str] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", param_hint=option)
        if name.strip() in found:
            raise click.BadParameter(f"{name.strip()} is given twice", param_hint=option)
        found[name.strip()] = text
    return found


class Progress:
    """A bar on standard error when it is a terminal, nothing otherwise. Call `to(done)`; close with `with`."""

    def __init__(self, length: int, label: str) -> None:
        self.length = length
        self.done = 0
        self._shown = sys.stderr.isatty() and length > 0
        self._bar: Any = None
        self._label = label

    def __enter__(self) -> Progress:
        if self._shown:
            self._bar = click.progressbar(
                length=self.length, label=self._label, file=sys.stderr, show_eta=True
            )
            self._bar.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)

    def to(self, done: int) -> None:
        step, self.done = done - self.done, done
        if self._bar is not None and step > 0:
            self._bar.update(step)
