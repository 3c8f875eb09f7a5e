"""Is the hub well? For a monitor: 200 when it is, 503 with the reasons in words when it is not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, current_app, json
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from hub import clock, schema
from hub.database import db
from hub.models import Publication, TargetState
from hub.settings import Settings
from hub.text.holding import QUIET


def healthz() -> Response:
    """Database, schema and publishing, as JSON. Tells nothing that the public may not know: no address, no
    error's text."""
    report, problems = _look()
    report = {"ok": not problems, "problems": problems, **report}
    response = Response(
        json.dumps(report) + "\n",
        status=503 if problems else 200,
        content_type="application/json; charset=utf-8",
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _look() -> tuple[dict[str, Any], list[str]]:
    report: dict[str, Any] = {
        "database": False,
        "schema": None,
        "last_publish": None,
        "last_publish_age_seconds": None,
        "targets": [],
    }
    try:
        report["schema"] = schema.state().value
        report["database"] = True
        if report["schema"] != schema.Schema.CURRENT:
            return report, ["The database's schema is not this program's: run `hub db upgrade`."]
        return report, _publishing(report)
    except SQLAlchemyError:
        current_app.logger.exception("healthz: the database cannot be read")
        return report, ["The database cannot be read: see the log."]
    finally:
        db.session.remove()


def _publishing(report: dict[str, Any]) -> list[str]:
    settings: Settings = current_app.config["HUB"]
    states = {row.target: row for row in db.session().scalars(select(TargetState))}
    problems = []
    for number, target in enumerate(settings.site_targets, start=1):
        state = states.get(target)
        ok = state is not None and state.ok
        report["targets"].append(
            {
                "number": number,
                "kind": target.partition(":")[0],
                "ok": ok,
                "revision": 0 if state is None else state.revision,
            }
        )
        if not ok:
            problems.append(
                f"Target {number} does not hold the newest page: `hub publish` says why."
            )
    last = _last_publish(states)
    if last is None:
        return [*problems, "Nothing has been published yet: run `hub publish`."]
    age = (clock.now() - last).total_seconds()
    report["last_publish"] = last.isoformat(timespec="seconds")
    report["last_publish_age_seconds"] = round(age)
    if age > QUIET.total_seconds():
        problems.append("The page is too old: is the worker running?")
    return problems


def _last_publish(states: dict[str, TargetState]) -> datetime | None:
    """When what a target holds was read; its newest."""
    revisions = [row.revision for row in states.values() if row.revision]
    if not revisions:
        return None
    return db.session().scalar(select(Publication.at).where(Publication.revision == max(revisions)))
