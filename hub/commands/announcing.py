"""The way through an incident: open, announce, confirm, update, end; and its broadcasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from hub.clock import COPENHAGEN
from hub.commands.common import actor_option, copenhagen, emit, json_option, pairs
from hub.database import db
from hub.errors import Invalid
from hub.incidents import announcing, register
from hub.incidents.announcing import Order, Prepared
from hub.incidents.publishing import publish_now
from hub.journal import Actor
from hub.models import Incident
from hub.text.segments import count


@click.group()
def incident() -> None:
    """Something going on: open it, see it, close it."""


@incident.command("open")
@click.argument("scenario")
@click.option(
    "--exercise", is_flag=True, help="An exercise: own colours, own lists, own place on the site."
)
@click.option(
    "--power-out-since",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
    help="When the power went (Copenhagen time): the mobile net lasts HUB_NETWORK_HOURS from then.",
)
@actor_option
@json_option
def open_incident(
    scenario: str, exercise: bool, power_out_since: Any, actor: Actor, as_json: bool
) -> None:
    """Open an incident of SCENARIO."""
    since = power_out_since.replace(tzinfo=COPENHAGEN) if power_out_since else None
    row = register.open_incident(scenario, actor=actor, exercise=exercise, power_out_since=since)
    emit(
        as_json,
        {"incident": row.id, "scenario": row.scenario, "exercise": row.exercise},
        [f"{'ØVELSE: exercise' if exercise else 'Incident'} {row.id} ({scenario}) is open."],
    )


@incident.command("list")
@json_option
def list_incidents(as_json: bool) -> None:
    """All incidents with their announcements, newest first."""
    rows = register.all_incidents(db.session())
    emit(as_json, [_incident_json(row) for row in rows], _incident_lines(rows))


@incident.command("close")
@click.argument("number", metavar="ID", type=int)
@actor_option
@json_option
def close_incident(number: int, actor: Actor, as_json: bool) -> None:
    """Close an incident; refused while anything in it is in force."""
    row = register.close_incident(number, actor=actor)
    report = publish_now(door="command")
    emit(
        as_json,
        {"incident": row.id, "closed": True, "published": list(report.published)},
        [f"Incident {number} is closed.", *publish_lines(report)],
    )


def _incident_json(row: Incident) -> dict[str, Any]:
    return {
        "incident": row.id,
        "scenario": row.scenario,
        "exercise": row.exercise,
        "opened_at": row.opened_at,
        "opened_by": row.opened_by,
        "closed_at": row.closed_at,
        "announcements": [
            {
                "announcement": item.id,
                "key": item.version.key,
                "kind": item.kind,
                "state": item.state,
                "of": item.of_id,
                "until": item.until,
                "next_update": item.next_update,
                "broadcasts": [b.id for b in register.broadcasts_of(db.session(), item.id)],
            }
            for item in row.announcements
        ],
    }


def _incident_lines(rows: list[Incident]) -> Iterator[str]:
    if not rows:
        yield "No incident yet. `hub incident open SCENARIO --as EMAIL` opens one."
    for row in rows:
        state = f"closed {copenhagen(row.closed_at)}" if row.closed_at else "open"
        kind = "ØVELSE " if row.exercise else ""
        yield f"{kind}incident {row.id}: {row.scenario}, opened {copenhagen(row.opened_at)} by {row.opened_by}, {state}"
        for item in row.announcements:
            sent = ", ".join(
                f"broadcast {b.id} {b.state}" for b in register.broadcasts_of(db.session(), item.id)
            )
            yield (
                f"  announcement {item.id}: {item.version.key}, {item.state}"
                f"{f', changes {item.of_id}' if item.of_id else ''}"
                f"{f', next update {copenhagen(item.next_update)}' if item.next_update else ''}"
                f"{f'; {sent}' if sent else ''}"
            )


@click.command()
@click.argument("key", required=False)
@click.option("--incident", "number", type=int, metavar="ID", help="The incident it belongs to.")
@click.option(
    "--slot", "slots", multiple=True, metavar="NAME=VALUE", help="Fill a slot; repeatable."
)
@click.option(
    "--examples",
    is_flag=True,
    help="Fill the other slots with their examples (exercise or outbox only).",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="LANG",
    help="Only these languages; repeatable.",
)
@click.option(
    "--audience", metavar="NAME", help="The list to send to; `none` is page and phone only."
)
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Only these rows of the list.")
@click.option(
    "--first",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="These rows of the list go before all others: the affected area.",
)
@click.option("--of", type=int, metavar="ID", help="The announcement that this one changes.")
@click.option(
    "--override", metavar="REASON", help="Send an expired version, or one to check again, anyway."
)
@click.option(
    "--override-opt-out",
    metavar="REASON",
    help="Danger to life only: the SMS go to phones that opted out, too.",
)
@click.option("--short", is_flag=True, help="Send the short SMS in the languages that have one.")
@click.option(
    "--again", type=int, metavar="ID", help="Fill a returned or lapsed announcement anew."
)
@actor_option
@json_option
def announce(
    key: str | None,
    number: int | None,
    slots: tuple[str, ...],
    examples: bool,
    languages: tuple[str, ...],
    audience: str | None,
    where: tuple[str, ...],
    first: tuple[str, ...],
    of: int | None,
    override: str | None,
    override_opt_out: str | None,
    short: bool,
    again: int | None,
    actor: Actor,
    as_json: bool,
) -> None:
    """Prepare KEY (scenario/phase) for confirmation and show exactly what would go out. Nothing is sent."""
    filled = pairs(slots, "--slot")
    if override is not None and not override.strip():
        raise Invalid("--override needs a reason.")
    if again is not None:
        if (
            key
            or number
            or languages
            or audience
            or where
            or first
            or of
            or examples
            or override_opt_out
            or short
        ):
            raise Invalid(
                "--again keeps message, incident, languages and list; give only --slot with it."
            )
        prepared = announcing.prepare_again(again, filled, actor=actor, override=override)
    else:
        if not key or number is None:
            raise Invalid(
                "Name the message and the incident: hub announce KEY --incident ID --as EMAIL."
            )
        order = Order(
            key=key,
            incident=number,
            slots=filled,
            languages=languages,
            audience=audience,
            where=pairs(where, "--where"),
            first=pairs(first, "--first"),
            of=of,
            override=override,
            opt_out_override=override_opt_out,
            examples=examples,
            short=short,
        )
        prepared = announcing.prepare(order, actor=actor)
    emit(as_json, prepared_json(prepared), prepared_lines(prepared))


def prepared_json(prepared: Prepared) -> dict[str, Any]:
    return {
        "announcement": prepared.announcement,
        "incident": prepared.incident,
        "broadcast": prepared.broadcast,
        "hash": prepared.hash,
        "recipients": prepared.recipients,
        "duplicates": prepared.duplicates,
        "opted_out": prepared.opted_out,
        "segments": dict(prepared.segments),
        "seconds": prepared.seconds,
        "cost": prepared.cost,
        "texts": {
            language: {"title": text.title, "sms": text.sms, "phone": text.phone, "html": text.html}
            for language, text in prepared.composed.texts.items()
            if text.sms or text.phone
        },
        "page_only": {
            language: {"title": text.title, "html": text.html}
            for language, text in prepared.composed.texts.items()
            if not (text.sms or text.phone)
        },
        "personal": prepared.personal,
        "set_aside": list(prepared.set_aside),
        "warnings": list(prepared.warnings),
    }


def prepared_lines(prepared: Prepared) -> Iterator[str]:
    for language, text in prepared.composed.texts.items():
        yield f"--- {language}: {text.title}"
        if not (text.sms or text.phone):
            yield "On the page only."
            continue
        found = count(text.sms)
        yield f"SMS ({found.segments} part{'s' * (found.segments != 1)}, {found.units} units, {found.encoding}):"
        yield text.sms
        yield "Phone:"
        yield text.phone
    yield "---"
    yield from _personal_lines(prepared.personal)
    for row in list(prepared.set_aside)[:10]:
        yield f"Set aside, row {row['row']}: {row['reason']}"
    if len(prepared.set_aside) > 10:
        yield f"... and {len(prepared.set_aside) - 10} more rows set aside."
    for warning in prepared.warnings:
        yield f"Warning: {warning}"
    if prepared.broadcast is None:
        yield "To the page and the phone texts only; no SMS."
    else:
        took = (
            f", about {_duration(prepared.seconds)} at the contract's rate"
            if prepared.seconds
            else ""
        )
        cost = f", about {prepared.cost:,.2f} kr" if prepared.cost is not None else ""
        yield (
            f"To {prepared.recipients} phones, {prepared.segments['total']} parts in all{cost}{took} "
            f"(broadcast {prepared.broadcast})."
        )
    yield f"Announcement {prepared.announcement} is prepared. Nothing is sent yet. A second person confirms it:"
    yield f"  hub confirm {prepared.announcement} --hash {prepared.hash[:12]} --as EMAIL"


def _personal_lines(personal: Mapping[str, Any]) -> Iterator[str]:
    for name, found in personal.items():
        yield f"{{{name}}} differs per recipient: {found['distinct']} values."
        yield f"  rarest:  {'; '.join(str(value) for value in found['rarest'])}"
        yield f"  longest: {'; '.join(str(value) for value in found['longest'])}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


@click.command()
@click.argument("number", metavar="ID", type=int)
@click.option(
    "--hash", "text_hash", metavar="HASH", help="The hash you read (its start is enough)."
)
@click.option(
    "--code", metavar="CODE", help="The one-time code that the second person reads aloud."
)
@click.option(
    "--reason", metavar="TEXT", help="Why one person confirms alone (HUB_CONFIRMATION=single)."
)
@actor_option
@json_option
def confirm(
    number: int,
    text_hash: str | None,
    code: str | None,
    reason: str | None,
    actor: Actor,
    as_json: bool,
) -> None:
    """Confirm announcement ID: it becomes public at once."""
    done = announcing.confirm(number, actor=actor, hash=text_hash, code=code, reason=reason)
    report = None if done.already else publish_now(door="command")
    emit(
        as_json,
        {
            "announcement": done.announcement,
            "broadcast": done.broadcast,
            "recipients": done.recipients,
            "changes": done.names,
            "confirmed_by": done.by,
            "already": done.already,
            "published": list(report.published) if report else [],
            "not_published": {item.target: item.error for item in report.failed} if report else {},
        },
        _confirmed_lines(done, report),
    )


def _confirmed_lines(done: announcing.Confirmed, report: Any) -> Iterator[str]:
    if done.already:
        yield f"Announcement {done.announcement} was confirmed before, by {done.by}. Nothing is sent twice."
        return
    yield f"Announcement {done.announcement} is confirmed by {done.by}."
    if done.names:
        yield f"It changes announcement {done.names}: what still waited there is not sent any more."
    yield from publish_lines(report)
    if done.broadcast is not None:
        yield (
            f"Broadcast {done.broadcast} goes to {done.recipients} phones as soon as a worker runs "
            f"(`hub serve`), or now with: hub broadcast wait {done.broadcast}"
        )


def publish_lines(report: Any) -> Iterator[str]:
    """Where the page stands now and where it failed, for people."""
    for target in report.published:
        yield f"Published: revision {report.revision} on {target}."
    for item in report.failed:
        yield f"NOT published to {item.target}: {item.error} It is tried again; `hub publish` does it now."


@click.command("return")
@click.argument("number", metavar="ID", type=int)
@click.option("--reason", required=True, metavar="TEXT", help="What must be mended.")
@actor_option
def return_announcement(number: int, reason: str, actor: Actor) -> None:
    """Send announcement ID back with a reason; its slots are kept."""
    announcing.return_(number, actor=actor, reason=reason)
    click.echo(
        f"Announcement {number} is sent back. `hub announce --again {number} --slot ...` fills it anew."
    )


@click.command()
@click.argument("number", metavar="ID", type=int)
@actor_option
def discard(number: int, actor: Actor) -> None:
    """Throw away announcement ID, which nobody confirmed."""
    announcing.discard(number, actor=actor)
    click.echo(f"Announcement {number} is discarded. Nothing of it was sent.")


COMMANDS = (incident, announce, confirm, return_announcement, discard)
