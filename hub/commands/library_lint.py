"""`hub library lint`: what the rules say, printed as a compiler prints it."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import library as room
from hub.commands.common import emit, json_option
from hub.database import db
from hub.library import FileFinding, FileProblem
from hub.library.scenarios import FACTS_FILE, SCENARIO_FILE
from hub.models import LibraryFile, Version
from hub.text.lint_explain import ANNOUNCING, APPROVING, BUILT_IN, EXPLAINED, TEXT

WIDTH = 79
DECIDED: Mapping[str, str] = {
    TEXT: "from the text alone: when it is linted, submitted and approved",
    ANNOUNCING: "when the message is announced, from what else is in force and what time it is",
    APPROVING: "when the message is approved and sent",
    BUILT_IN: "by the hub itself, which cannot do otherwise",
}


@dataclass(frozen=True)
class Linted:
    """What was looked at, and what was found. `folder` is None for what is in the library."""

    findings: Sequence[FileFinding]
    messages: int
    problems: Sequence[FileProblem] = field(default=())
    folder: Path | None = None


@click.command("lint")
@click.argument("target", metavar="[KEY|DIR]", required=False)
@click.option("--explain", "rule", metavar="RULE", help="Say what a rule is for, such as L05.")
@json_option
def lint(target: str | None, rule: str | None, as_json: bool) -> None:
    """What the rules say about one message, a folder of files, or all newest versions.

    Prints findings like a compiler: file, line, severity, rule, what is wrong, what to do. The exit code is 1 when
    there is an error or a mistake in a file.
    """
    if rule is not None:
        _explain(rule.upper(), as_json)
        return
    folder = _folder_named(target)
    linted = _folder(folder) if folder is not None else _library(target)
    if linted.folder is not None and not as_json:
        print_problems(linted.problems, linted.folder)
    data = {
        "problems": [asdict(problem) for problem in linted.problems],
        "findings": [item.to_json() for item in linted.findings],
    }
    emit(as_json, data, _lines(linted))
    if linted.problems or any(item.is_error for item in linted.findings):
        sys.exit(1)


def print_problems(problems: Sequence[FileProblem], folder: Path) -> None:
    """Mistakes in files, one a line, on standard error."""
    for problem in problems:
        click.echo(f"{_shown(folder / problem.path)}:{problem.line}: {problem.reason}", err=True)


def _shown(path: Path) -> str:
    """As short as it can be opened from here."""
    if not path.is_absolute():
        return str(path)
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def _lines(linted: Linted) -> Iterator[str]:
    for item in linted.findings:
        place = _shown(linted.folder / item.place) if linted.folder else item.place
        yield f"{place}: {item.said}"
    errors = sum(item.is_error for item in linted.findings)
    yield f"{linted.messages} messages: {errors} errors, {len(linted.findings) - errors} warnings."


def _folder_named(target: str | None) -> Path | None:
    if target is None or not Path(target).is_dir() or target in room.known_keys(db.session()):
        return None
    return Path(target)


def _folder(folder: Path) -> Linted:
    """From its files: a library's, or one scenario's in its library."""
    one = folder.resolve().name if (folder / SCENARIO_FILE).is_file() else ""
    root = folder.parent if one else folder
    read = room.read_library(root)
    messages = [item for item in read.messages.values() if one in ("", item.scenario)]
    found = [
        item
        for message in messages
        for item in room.findings(
            message.text, co_signers=message.meta["co_signers"], content=read.content
        )
    ]
    texts = [message.text for message in messages]
    if not one:
        found += room.library_findings(texts)
    found += room.open_decisions(texts)
    problems = [
        item for item in read.problems if not one or item.path.startswith((f"{one}/", FACTS_FILE))
    ]
    return Linted(found, len(messages), problems, root)


def _library(key: str | None) -> Linted:
    """From the newest versions in the library, and what the municipality has filled in for them."""
    session = db.session()
    keys = (key,) if key is not None else tuple(item.key for item in room.readiness(session))
    versions = [room.newest(session, item) for item in keys]
    found = [item for version in versions for item in _findings(session, version)]
    texts = [version.text for version in versions]
    if key is None:
        found += room.library_findings(texts)
    found += room.local_findings(room.local_needs(session, current_app.config["HUB"], texts))
    return Linted(found, len(versions))


def _findings(session: Session, version: Version) -> tuple[FileFinding, ...]:
    rows = session.execute(
        select(LibraryFile.path, LibraryFile.content).where(
            LibraryFile.path.startswith(f"{version.key}.", autoescape=True)
        )
    )
    return room.findings(
        version.text,
        co_signers=version.scenario_meta.get("co_signers"),
        content={row.path: row.content for row in rows},
    )


def _explain(rule: str, as_json: bool) -> None:
    known = EXPLAINED.get(rule)
    if known is not None:
        data = asdict(known)
        lines = [
            f"{known.id}  {known.name} ({known.severity})",
            _wrapped("Why", known.why),
            _wrapped("Mend", known.mend),
            _wrapped("When", DECIDED[known.decided]),
        ]
    elif rule in room.LOCAL_RULES:
        what = room.LOCAL_RULES[rule]
        data = {"id": rule, "name": what, "severity": "warning"}
        lines = [f"{rule}  {what} (warning)"]
    else:
        names = ", ".join((*EXPLAINED, *room.LOCAL_RULES))
        raise click.UsageError(f"There is no rule {rule}. The rules are {names}.")
    emit(as_json, data, lines)


def _wrapped(word: str, text: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=f"{word:6}", subsequent_indent=" " * len(f"{word:6}")
    )
