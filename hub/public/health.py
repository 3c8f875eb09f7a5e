"""Is the hub well? For a monitor: 200 when it is, 503 with the reasons in words when it is not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Response, current_app, json
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from hub import clock, queue, schema
from hub.alarms.figures import read_figures
from hub.database import db, number_cipher
from hub.models import HubInstance, Publication, TargetState
from hub.settings import Settings
from hub.sms.moments import database_now
from hub.text.holding import QUIET

TICK_SILENT = timedelta(minutes=3)
"""The tick comes each minute: after three nobody works."""


def readyz() -> Response:
    """Can this process serve: does the database answer with this program's schema and key, and does the queue? 503
    takes it out of a load balancer; it says nothing of the rest of the hub, which `/healthz` does."""
    problems = []
    try:
        if schema.state() is not schema.Schema.CURRENT:
            problems.append("The database's schema is not this program's: run `hub db upgrade`.")
        elif not _key_is_right():
            problems.append("HUB_NUMBER_KEY is not the database's: set the right one and restart.")
    except SQLAlchemyError:
        current_app.logger.exception("readyz: the database cannot be read")
        problems.append("The database cannot be read: see the log.")
    finally:
        db.session.remove()
    if not queue.answers():
        problems.append(
            "The queue does not answer: see the log. Work goes on at the worker's next tick."
        )
    return _answer({"ok": not problems, "problems": problems}, bool(problems))


def _key_is_right() -> bool:
    row = db.session().execute(select(HubInstance.number_key, HubInstance.number_key_next)).first()
    if row is None or row.number_key is None:
        return True
    return row.number_key_next is None and row.number_key == number_cipher().fingerprint


def healthz() -> Response:
    """Database, schema and publishing, as JSON. Tells nothing that the public may not know: no address, no
    error's text."""
    report, problems = _look()
    report = {"ok": not problems, "problems": problems, **report}
    return _answer(report, bool(problems))


def _answer(report: dict[str, Any], wrong: bool) -> Response:
    response = Response(
        json.dumps(report) + "\n",
        status=503 if wrong else 200,
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
        "tick_age_seconds": None,
        "targets": [],
    }
    try:
        report["schema"] = schema.state().value
        report["database"] = True
        if report["schema"] != schema.Schema.CURRENT:
            return report, ["The database's schema is not this program's: run `hub db upgrade`."]
        return report, [*_work(report), *_publishing(report)]
    except SQLAlchemyError:
        current_app.logger.exception("healthz: the database cannot be read")
        return report, ["The database cannot be read: see the log."]
    finally:
        db.session.remove()


def _work(report: dict[str, Any]) -> list[str]:
    """Is a worker at work? A dead one can raise no alarm itself."""
    session = db.session()
    found = read_figures(session, current_app.config["HUB"], database_now(session))
    problems = []
    if found.newer is not None:
        problems.append(f"A newer hub (instance {found.newer}) has taken over: shut this one down.")
    if found.tick is not None:
        age = found.at - found.tick
        report["tick_age_seconds"] = max(0, round(age.total_seconds()))
        if age > TICK_SILENT:
            problems.append("No worker has been at work for minutes: start `hub worker`.")
    elif found.at - found.made > TICK_SILENT:
        problems.append("No worker has ever been at work: start `hub serve` or `hub worker`.")
    return problems


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
