"""`hub library`: prepared messages, from files to an approved version."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click

from hub import library as room
from hub.commands.common import actor_option, copenhagen, emit, json_option
from hub.commands.library_decide import decide
from hub.commands.library_diff import diff
from hub.commands.library_lint import lint, print_problems
from hub.commands.library_readiness import readiness
from hub.commands.library_show import show
from hub.database import db
from hub.journal import Actor

R = TypeVar("R")

reason_option = click.option("--reason", required=True, help="Why; the authors read it.")


def hash_option(command: Callable[..., R]) -> Callable[..., R]:
    return click.option(
        "--hash", "hash_", metavar="HASH", help="Only if the version has exactly this hash."
    )(command)


@click.group()
def library() -> None:
    """Prepared messages: load, review, approve, show."""


@library.command("list")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
def list_(folder: Path | None) -> None:
    """Every message in DIR (by default those that come with Klarbesked), as Markdown.

    With its languages, the facts it uses and their sources, the local decisions that it waits for, and what a
    municipality must check before it approves. The exit code is 1 when a file has a mistake.
    """
    read = room.read_library(folder or room.shipped_messages())
    click.echo(room.listing(read), nl=False)
    if read.problems:
        sys.exit(1)


@library.command("load")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@actor_option
@json_option
def load(folder: Path | None, actor: Actor, as_json: bool) -> None:
    """Load DIR (by default the messages that come with Klarbesked).

    New and changed messages become drafts. Mistakes are printed with file and line, and the exit code is then 1;
    messages without mistakes are loaded all the same.
    """
    place = folder or room.shipped_messages()
    report = room.load(place, actor=actor)
    print_problems(report.problems, place)
    data = {
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "refused": report.refused,
        "absent": report.absent,
        "marked": report.marked,
        "problems": [asdict(problem) for problem in report.problems],
    }
    emit(as_json, data, _load_lines(report))
    if report.problems:
        sys.exit(1)


def _load_lines(report: room.LoadReport) -> Iterator[str]:
    for word, keys in (
        ("new", report.new),
        ("changed", report.changed),
        ("refused", report.refused),
    ):
        for key in keys:
            yield f"{word:8} {key}"
    for name in report.marked:
        yield f"marked   {name}: a fact that it uses was changed or withdrawn"
    for key in report.absent:
        yield f"absent   {key}: has no file in this folder; `hub library retire {key}` takes it out of use"
    yield (
        f"{len(report.new)} new, {len(report.changed)} changed, {len(report.same)} same, "
        f"{len(report.refused)} refused."
    )


@library.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
def export(folder: Path, as_json: bool) -> None:
    """Write the files that were loaded to DIR, byte for byte."""
    paths = room.export(db.session(), folder)
    emit(
        as_json,
        {"folder": str(folder), "files": paths},
        [f"{len(paths)} files are in {folder}."],
    )


@library.command("submit")
@click.argument("key")
@hash_option
@actor_option
@json_option
def submit(key: str, hash_: str | None, actor: Actor, as_json: bool) -> None:
    """Put the newest draft of KEY into review."""
    version = room.submit(key, actor=actor, hash=hash_)
    missing = room.unsigned(db.session(), version)
    lines = [f"{key} version {version.number} is in review. Its hash is {version.hash}."]
    if missing:
        lines.append(f"It needs the yes of {', '.join(missing)}: `hub library sign`.")
    emit(
        as_json,
        _step_data(version.key, version.number, version.state, version.hash, missing),
        lines,
    )


@library.command("approve")
@click.argument("key")
@hash_option
@click.option(
    "--unsigned",
    "reason",
    metavar="REASON",
    help="Why it is approved though nobody has signed some of its translations. Without it, it is approved with a "
    "warning, and the journal says that no reason was given.",
)
@actor_option
@json_option
def approve(key: str, hash_: str | None, reason: str | None, actor: Actor, as_json: bool) -> None:
    """Approve the version of KEY that is in review."""
    version = room.approve(key, actor=actor, hash=hash_, unsigned_reason=reason)
    if version.approved_unsigned and reason is None:
        click.echo(
            f"Warning: nobody has signed {key} in {', '.join(version.approved_unsigned)}. It is approved with "
            "no reason given: `hub library approve --unsigned REASON` keeps one, `hub library review` a signature.",
            err=True,
        )
    emit(
        as_json,
        {
            **_step_data(version.key, version.number, version.state, version.hash, ()),
            "review_due": version.review_due.isoformat() if version.review_due else None,
            "unsigned_languages": version.approved_unsigned or [],
        },
        [
            f"{key} version {version.number} is approved until {copenhagen(version.review_due)}. "
            f"Its hash is {version.hash}."
        ],
    )


@library.command("sign")
@click.argument("key")
@click.option("--party", required=True, help="The co-signer, as scenario.toml names it.")
@click.option("--by", required=True, metavar="PERSON", help="The person who said yes.")
@hash_option
@actor_option
@json_option
def sign(key: str, party: str, by: str, hash_: str | None, actor: Actor, as_json: bool) -> None:
    """Record a co-signer's yes to the version of KEY that is in review."""
    missing = room.sign(key, party=party, by=by, actor=actor, hash=hash_)
    rest = f"Still missing: {', '.join(missing)}." if missing else "All co-signers have said yes."
    emit(
        as_json,
        {"key": key, "unsigned": missing},
        [f"The yes of {party} to {key} is recorded. {rest}"],
    )


@library.command("review")
@click.argument("key")
@click.argument("language")
@click.option("--by", required=True, metavar="PERSON", help="The person who read it and said yes.")
@click.option(
    "--hash",
    "hash_",
    metavar="HASH",
    help="Only if the language's text (or the version) has exactly this hash.",
)
@actor_option
@json_option
def review(
    key: str, language: str, by: str, hash_: str | None, actor: Actor, as_json: bool
) -> None:
    """Record that PERSON has read KEY in LANGUAGE and that it says what the Danish says.

    It holds for exactly these words, in later versions too.
    """
    signed = room.sign_language(key, language, by=by, actor=actor, hash=hash_)
    emit(
        as_json,
        {
            "key": key,
            "language": language,
            "hash": signed.hash,
            "signed_by": signed.by,
            "recorded_by": signed.recorded_by,
            "recorded_at": signed.recorded_at.isoformat(),
        },
        [
            f"{key} in {language} is signed by {signed.by}, recorded {copenhagen(signed.recorded_at)} "
            f"by {signed.recorded_by}."
        ],
    )


@library.command("return")
@click.argument("key")
@reason_option
@actor_option
@json_option
def return_(key: str, reason: str, actor: Actor, as_json: bool) -> None:
    """Send the version of KEY that is in review back to its authors."""
    version = room.return_(key, actor=actor, reason=reason)
    emit(
        as_json,
        _step_data(version.key, version.number, version.state, version.hash, ()),
        [f"{key} version {version.number} is returned to its authors."],
    )


@library.command("retire")
@click.argument("key")
@reason_option
@actor_option
@json_option
def retire(key: str, reason: str, actor: Actor, as_json: bool) -> None:
    """Take the approved version of KEY out of use (or, where none is approved, give up its draft)."""
    version = room.retire(key, actor=actor, reason=reason)
    emit(
        as_json,
        _step_data(version.key, version.number, version.state, version.hash, ()),
        [f"{key} version {version.number} is retired: it cannot be sent any more."],
    )


def _step_data(
    key: str, number: int, state: str, hash_: str, unsigned: Sequence[str]
) -> dict[str, Any]:
    return {"key": key, "number": number, "state": state, "hash": hash_, "unsigned": unsigned}


@library.command("renew")
@click.argument("key")
@actor_option
@json_option
def renew(key: str, actor: Actor, as_json: bool) -> None:
    """Make a draft with the words of KEY's approved version, to be approved again before it expires or after."""
    version = room.renew(key, actor=actor)
    emit(
        as_json,
        _step_data(version.key, version.number, version.state, version.hash, ()),
        [
            f"{key} version {version.number} is a draft with the same words. Read them, then "
            f"`hub library submit {key} --as EMAIL`."
        ],
    )


library.add_command(decide)
library.add_command(diff)
library.add_command(lint)
library.add_command(readiness)
library.add_command(show)
