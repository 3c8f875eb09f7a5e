"""`hub publish`: the site as the database says now, to every place or to one, also from a copy on a laptop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from flask import current_app

from hub.commands.common import actor_option, copenhagen, emit, json_option
from hub.database import db
from hub.errors import Invalid
from hub.incidents.publishing import publish_now
from hub.journal import Actor
from hub.site.reports import Outcome, PublishReport, TargetReport
from hub.site.standing import Place, places
from hub.targeting import ADDRESSES, check_address, without_password

PATIENCE_SECONDS = 300.0
"""The process ends with the command, and with it what it had begun; a first publish sends thousands of files."""


@click.command()
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="URL",
    help="Only this place, also one that is not in HUB_SITE_TARGETS; repeatable.",
)
@click.option("--force", is_flag=True, help="Overwrite a place that holds a newer page.")
@actor_option
@json_option
def publish(targets: tuple[str, ...], force: bool, actor: Actor, as_json: bool) -> None:
    """Publish the site as the database says now. Needs the database and the places' keys, no worker and no queue."""
    for target in targets:
        try:
            check_address(target)
        except ValueError:
            raise Invalid(
                f"--target {without_password(target)} is no place: give {ADDRESSES}, without a password"
            ) from None
    report = publish_now(
        targets=tuple(dict.fromkeys(targets)) or None,
        force=force,
        actor=actor,
        patience=PATIENCE_SECONDS,
    )
    db.session.rollback()
    asked = targets or current_app.config["HUB"].site_targets
    standing = {place.target: place for place in places(db.session(), asked)}
    emit(as_json, _data(report, standing), _lines(report, standing))
    if report.failed or report.under_way:
        raise click.exceptions.Exit(1)


def _data(report: PublishReport, standing: dict[str, Place]) -> dict[str, Any]:
    return {
        "revision": report.revision,
        "hash": report.hash,
        "published": list(report.published),
        "failed": {item.target: item.error for item in report.failed},
        "under_way": list(report.under_way),
        "targets": [_target(item, standing.get(item.target)) for item in report.targets],
    }


def _target(item: TargetReport, place: Place | None) -> dict[str, Any]:
    return {
        "target": item.target,
        "outcome": item.outcome.value,
        "seconds": round(item.seconds, 3),
        "files": item.sent.files if item.sent else 0,
        "bytes": item.sent.size if item.sent else 0,
        "removed": item.sent.removed if item.sent else 0,
        "error": item.error,
        "shows": place.revision if place else 0,
        "since": place.since if place else None,
        "failed_since": place.failed_at if place else None,
    }


def _lines(report: PublishReport, standing: dict[str, Place]) -> Iterator[str]:
    for item in report.targets:
        place = standing.get(item.target)
        if item.outcome is Outcome.ALREADY_NEWER:
            yield f"{item.target} holds revision {item.revision} already, published since."
        elif item.ok:
            yield f"Revision {report.revision} stands on {item.target}{_cost(item)}."
        else:
            what = "NOT YET" if item.outcome is Outcome.UNDER_WAY else "NOT"
            yield f"{what} published to {item.target}: {item.error}{_shows(place)}"
    if report.hash:
        yield f"Site hash {report.hash}."


def _cost(item: TargetReport) -> str:
    if item.sent is None:
        return ""
    return f" ({item.seconds:.1f} s, {item.sent.files} files, {item.sent.size / 1000:,.0f} kB)"


def _shows(place: Place | None) -> str:
    if place is None or not place.revision:
        return ""
    return f" It shows revision {place.revision}, read {copenhagen(place.read_at)}."


COMMANDS = (publish,)
