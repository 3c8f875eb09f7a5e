"""Running the hub: keys, database, publishing, the journal's proof, web and worker."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import current_app
from sqlalchemy.exc import OperationalError

from hub import journal, running, schema
from hub import keys as number_keys
from hub.backup import Restored, back_up
from hub.backup import restore as restore_backup
from hub.commands.common import Progress, actor_option, copenhagen, emit, json_option
from hub.database import db
from hub.errors import Conflict, HubError, Invalid
from hub.incidents.publishing import publish_now
from hub.journal import Actor
from hub.journal.chain import Head, read_head_file
from hub.settings import Settings, fresh_key
from hub.site.publishing import PublishReport


def settings() -> Settings:
    found: Settings = current_app.config["HUB"]
    return found


def check_schema(command: str) -> None:
    """Make an empty embedded database; refuse one of another schema, saying what to do."""
    if command in ("db", "restore"):
        return
    found = schema.state()
    if found is schema.Schema.CURRENT:
        return
    if found is schema.Schema.EMPTY and settings().database_url.startswith("sqlite"):
        schema.upgrade()
        return
    if found is schema.Schema.NEWER:
        raise Conflict("The database belongs to a newer Klarbesked. Install that version here.")
    raise Conflict(
        "The database is not set up for this version. Make a backup, then run `hub db upgrade`."
    )


def explain_database_error(error: OperationalError) -> str:
    """A database that does not answer, in words for the operator."""
    words = str(error.orig or error).strip().splitlines()[0]
    if "locked" in words:
        return f"The database is busy ({words}). Nothing was changed; try again in a moment."
    if "full" in words or "disk" in words:
        return f"The disk refused the database ({words}). Nothing was changed; make room and try again."
    return f"The database does not answer ({words}). Check HUB_DATABASE_URL; nothing was changed."


@click.group(invoke_without_command=True)
@click.pass_context
def keys(context: click.Context) -> None:
    """Fresh HUB_SECRET_KEY, HUB_NUMBER_KEY and HUB_BACKUP_KEY as NAME=VALUE lines."""
    if context.invoked_subcommand is None:
        for name in ("HUB_SECRET_KEY", "HUB_NUMBER_KEY", "HUB_BACKUP_KEY"):
            click.echo(f"{name}={fresh_key()}")
    elif context.obj is not None:
        context.obj()


@keys.command("rotate")
@actor_option
@json_option
@click.pass_context
def rotate(context: click.Context, actor: Actor, as_json: bool) -> None:
    """Encrypt all numbers with a new HUB_NUMBER_KEY. Stop web and workers first; killed half-way, start it again."""
    with Progress(number_keys.encrypted(db.session()), "Encrypting") as bar:
        done = number_keys.rotate(actor=actor, progress=bar.to)
    kept = str(done.kept) if done.kept else None
    emit(as_json, {"numbers": done.numbers, "old_key": kept}, _rotated_lines(done))


def _rotated_lines(done: number_keys.Rotated) -> Iterator[str]:
    yield f"{done.numbers:,} numbers and secrets are encrypted with the new key."
    if done.kept is None:
        yield "Now set HUB_NUMBER_KEY to the new key on every machine, take HUB_NUMBER_KEY_NEXT away, and start the hub."
    else:
        yield f"The old key is {done.kept}. Now start the hub."
    yield "Backups made before need the old key: keep it as long as them, and make a new backup now."


@click.group("db")
def database() -> None:
    """The database's schema."""


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database to this version's schema; an empty one is set up."""
    before = schema.state()
    if before is schema.Schema.NEWER:
        raise Conflict("The database belongs to a newer Klarbesked. Install that version here.")
    schema.upgrade()
    click.echo("The database is up to date.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def backup(file: Path, as_json: bool) -> None:
    """Write an encrypted, consistent copy of the database to FILE while the hub runs. The keys are not in it."""
    size = back_up(file)
    emit(
        as_json,
        {"file": str(file), "bytes": size},
        [f"{file}: {size:,} bytes, read back and whole. {_keys_words()}"],
    )


def _keys_words() -> str:
    where = "HUB_BACKUP_KEY, HUB_NUMBER_KEY and HUB_SECRET_KEY"
    if settings().keeping.backup_key is None:
        where = f"{settings().data_dir / 'keys'}"
    return f"Keep a copy of {where} elsewhere, not beside it: without the keys it cannot be read."


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Take the place of a database that is there; it is kept beside."
)
@actor_option
@json_option
def restore(file: Path, replace: bool, actor: Actor, as_json: bool) -> None:
    """Put the backup FILE in the database's place. What was being sent is paused, its outcome asked for."""
    done = restore_backup(file, actor=actor, replace=replace)
    report = publish_now(door="command")  # so that an older hub that still runs sees this one
    emit(
        as_json,
        {
            "instance": done.instance,
            "paused": list(done.paused),
            "in_doubt": done.in_doubt,
            "kept": str(done.kept) if done.kept else None,
            "published": list(report.published),
            "not_published": {item.target: item.error for item in report.failed},
        },
        _restored_lines(done, report),
    )


def _restored_lines(done: Restored, report: PublishReport) -> Iterator[str]:
    yield f"Restored. This is instance {done.instance} now: an older hub that still runs will see it and stop."
    if done.kept:
        yield f"The replaced database is {done.kept}."
    if done.paused:
        yield (
            f"Paused: broadcast {', '.join(map(str, done.paused))}. {done.in_doubt} deliveries are unknown until the "
            "gateway's list says what went out; then `hub broadcast resume ID` or `hub broadcast stop ID`."
        )
    for target in report.published:
        yield f"Published: revision {report.revision} on {target}."
    for item in report.failed:
        yield f"NOT published to {item.target}: {item.error} An older hub cannot see this one there."


@click.group("journal")
def journal_group() -> None:
    """The append-only record."""


@journal_group.command("verify")
@click.option(
    "--against", "url", metavar="URL", help="A published site: its status.json is a witness too."
)
@json_option
def verify(url: str | None, as_json: bool) -> None:
    """Find any edited, removed or reordered entry; names the first."""
    witnesses: dict[str, Head] = {}
    kept = read_head_file(settings().data_dir)
    if kept:
        witnesses["journal.head"] = kept
    if url:
        witnesses[url] = _head_of_site(url)
    verdict = journal.verify(db.session(), witnesses)
    emit(
        as_json,
        {
            "holds": verdict.holds,
            "entries": verdict.entries,
            "head": verdict.head.hash,
            "broken_at": verdict.broken_at,
            "reason": verdict.reason,
        },
        [
            f"The journal holds: {verdict.entries} entries, head {verdict.head.hash}."
            if verdict.holds
            else f"The journal is BROKEN at entry {verdict.broken_at}: {verdict.reason}."
        ],
    )
    if not verdict.holds:
        raise click.exceptions.Exit(1)


@journal_group.command("show")
@click.option("--last", default=20, show_default=True, help="How many entries.")
@json_option
def show(last: int, as_json: bool) -> None:
    """The newest entries."""
    rows = journal.newest(db.session(), last)
    emit(
        as_json,
        [
            {
                "number": row.number,
                "at": row.at,
                "kind": row.kind,
                "actor": row.actor,
                "door": row.door,
                "os_user": row.os_user,
                "data": row.data,
                "hash": row.hash,
            }
            for row in rows
        ],
        [
            f"{row.number:5} {copenhagen(row.at)} {row.kind:24} {row.actor:28} "
            f"{json.dumps(row.data, ensure_ascii=False)[:160]}"
            for row in rows
        ],
    )


def _head_of_site(url: str) -> Head:
    address = url if url.endswith("status.json") else f"{url.rstrip('/')}/status.json"
    if urlsplit(address).scheme not in ("http", "https"):
        raise Invalid(f"--against {url} cannot be used: give an http or https address")
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - scheme checked above
            found = json.load(answer)["journal"]
            return Head(int(found["number"]), str(found["hash"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HubError(
            f"{address} gave no journal head ({error}). Is it a site of this hub?"
        ) from None


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
def serve(port: int, host: str) -> None:
    """Web and background work in one command; what dies is started again."""
    raise click.exceptions.Exit(running.serve(settings(), host, port))


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
def web(port: int, host: str) -> None:
    """The web process alone."""
    running.become_web(settings(), host, port)


@click.command()
@click.option("--no-schedule", is_flag=True, help="Leave the periodic work to another machine.")
def worker(no_schedule: bool) -> None:
    """The background process alone: sends, reconciles, publishes."""
    running.work(schedule=not no_schedule)


COMMANDS = (keys, database, backup, restore, journal_group, serve, web, worker)
