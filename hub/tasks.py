"""Background work: what each wake-up does. Every task looks at the database and does what is due there, so that a
lost, late or doubled wake-up is harmless."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from huey import Huey, crontab
from sqlalchemy import select

from hub import queue
from hub.audiences import retention, uploads
from hub.database import db, deciding
from hub.incidents.publishing import publish_due, publish_now
from hub.models import Lease
from hub.schema import Schema
from hub.schema import state as schema_state
from hub.sms import dispatching, fanout, receipts
from hub.sms.moments import database_now

log = logging.getLogger(__name__)

TICK = timedelta(seconds=50)
HOURLY = timedelta(minutes=55)
PUBLISH_AGAIN_SECONDS = 15.0
_ending = threading.Event()
_publishing = threading.Lock()


def bind_all(app: Flask, huey: Huey, *, schedule: bool) -> None:
    """Bind every name to its function, each run inside the application; with `schedule`, the minute's tick too."""
    _ending.clear()
    for name, function in TASKS.items():
        queue.bind(name, _inside(app, name, function))
    if schedule:
        huey.periodic_task(crontab(minute="*"), name="tick")(_inside(app, "tick", tick))


def _inside(app: Flask, name: str, function: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            try:
                function()
            except Exception:
                log.exception("the task %s failed; it is tried again at the next wake-up", name)
            finally:
                db.session.remove()

    return run


def wake_all() -> None:
    """At start: whatever was due while nobody worked."""
    queue.defer("dispatch", 10)
    queue.defer("publish", 20)


def stop_all() -> None:
    """At the end: long-running tasks return at their next look."""
    _ending.set()


def dispatch() -> None:
    """Send and reconcile until nothing is left; one at a time in a process, any number of processes."""
    dispatching.drain(_ending.is_set)


def poll() -> None:
    """Ask the gateway for what no receipt told."""
    receipts.poll()


def publish() -> None:
    """Make the site like the database; a target that failed is tried again soon."""
    with _publishing:
        report = publish_now()
    for item in report.failed:
        log.error("not published to %s: %s", item.target, item.error)
    if report.failed and not _ending.is_set():
        queue.defer("publish", 20, delay=PUBLISH_AGAIN_SECONDS)


def retain() -> None:
    """Delete what is past its purpose."""
    report = retention.purge()
    if report.audiences or report.broadcasts:
        log.info(
            "deleted %s lists, emptied %s broadcasts", len(report.audiences), len(report.broadcasts)
        )
    for reason in report.waiting:
        log.info("not deleted yet: %s", reason)


def tick() -> None:
    """Each minute, on whichever machine takes the lease: send what waits, keep the page's promises, delete."""
    if schema_state() is not Schema.CURRENT:
        log.error("the database is not of this version: no work is taken")
        return
    uploads.sweep()
    if not take_lease("tick", TICK):
        return
    queue.defer("dispatch", 10)
    queue.defer("poll", 0)
    if publish_due(db.session()):
        queue.defer("publish", 20)
    fanout.discard_abandoned()
    if take_lease("retain", HOURLY):
        queue.defer("retain", 0)


def take_lease(name: str, length: timedelta) -> bool:
    """Take the right to do a periodic task for a while; False while somebody has it (the database's clock)."""
    holder = f"{socket.gethostname()}:{os.getpid()}"
    with deciding() as session:
        now = database_now(session)
        row = session.scalar(select(Lease).where(Lease.name == name).with_for_update())
        if row is None:
            row = Lease(name=name, holder="", until=now)
            session.add(row)
        if row.until > now:
            return False
        row.holder, row.until = holder, now + length
        return True


TASKS: dict[str, Callable[[], None]] = {
    "dispatch": dispatch,
    "poll": poll,
    "publish": publish,
    "retain": retain,
}
