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
from hub.backup import Restored, back_up
from hub.backup import restore as restore_backup
from hub.commands.common import actor_option, copenhagen, emit, json_option
from hub.database import db
from hub.errors import Conflict, HubError, Invalid
from hub.incidents.publishing import publish_now
from hub.journal import Actor
from hub.journal.chain import Head, read_head_file
from hub.settings import Settings, fresh_key


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


@click.command()
def keys() -> None:
    """Fresh HUB_SECRET_KEY and HUB_NUMBER_KEY as NAME=VALUE lines."""
    for name in ("HUB_SECRET_KEY", "HUB_NUMBER_KEY"):
        click.echo(f"{name}={fresh_key()}")


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
    """Write a consistent copy of the database to FILE while the hub runs. The keys are not in it."""
    size = back_up(file)
    emit(
        as_json,
        {"file": str(file), "bytes": size},
        [
            f"{file}: {size:,} bytes. Keep HUB_NUMBER_KEY and HUB_SECRET_KEY elsewhere: without them it cannot be read."
        ],
    )


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
    emit(
        as_json,
        {
            "instance": done.instance,
            "paused": list(done.paused),
            "in_doubt": done.in_doubt,
            "kept": str(done.kept) if done.kept else None,
        },
        _restored_lines(done),
    )


def _restored_lines(done: Restored) -> Iterator[str]:
    yield f"Restored. This is instance {done.instance} now: an older hub that still runs will see it and stop."
    if done.kept:
        yield f"The replaced database is {done.kept}."
    if done.paused:
        yield (
            f"Paused: broadcast {', '.join(map(str, done.paused))}. {done.in_doubt} deliveries are unknown until the "
            "gateway's list says what went out; then `hub broadcast resume ID` or `hub broadcast stop ID`."
        )
    yield "Run `hub publish`, so that the page shows what this database says."


@click.command()
@click.option(
    "--target", "targets", multiple=True, metavar="URL", help="Only this place; repeatable."
)
@click.option("--force", is_flag=True, help="Overwrite a place that holds a newer page.")
@actor_option
@json_option
def publish(targets: tuple[str, ...], force: bool, actor: Actor, as_json: bool) -> None:
    """Publish the site as the database says now."""
    unknown = [target for target in targets if target not in settings().site_targets]
    if unknown:
        raise Invalid(
            f"{', '.join(unknown)} is not in HUB_SITE_TARGETS: {', '.join(settings().site_targets)}"
        )
    report = publish_now(targets=targets or None, force=force, door="command")
    emit(
        as_json,
        {
            "revision": report.revision,
            "published": list(report.published),
            "failed": {item.target: item.error for item in report.failed},
        },
        [
            *(f"Revision {report.revision} stands on {target}." for target in report.published),
            *(f"NOT published to {item.target}: {item.error}" for item in report.failed),
        ],
    )
    if report.failed:
        raise click.exceptions.Exit(1)


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


COMMANDS = (keys, database, backup, restore, publish, journal_group, serve, web, worker)
