"""Background work: what each wake-up does. Every task looks at the database and does what is due there, so that a
lost, late or doubled wake-up is harmless."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

from flask import Flask, current_app
from huey import Huey, crontab
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from hub import alarms, queue
from hub.audiences import retention, uploads
from hub.database import db, deciding
from hub.incidents import newer
from hub.incidents.publishing import publish_again, publish_due, publish_now
from hub.library import reminder_mail
from hub.models import Lease
from hub.schema import Schema
from hub.schema import state as schema_state
from hub.site.reports import PublishReport
from hub.site.states import REPUBLISH, REPUBLISH_PRIORITY
from hub.sms import dispatching, fanout, receipt_inbox, receipts, redacting
from hub.sms.looking import anything_left
from hub.sms.moments import database_now

log = logging.getLogger(__name__)

TICK = timedelta(seconds=50)
HOURLY = timedelta(minutes=55)
PATIENCE_SECONDS = 5.0
"""How long a task waits for targets: one that is slower goes on by itself and holds no further publish up."""
LOOKS_EVERY = 5.0
"""Seconds between a worker's own looks for something to send. A wake-up is quicker, and may be lost."""
_ending = threading.Event()
_applying = threading.Lock()


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
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
    with newer.looking_out(app):
        dispatching.drain(_ending.is_set)


def look_out(app: Flask) -> threading.Thread:
    """Send what waits, without any wake-up, until `stop_all`: the started thread.

    A wake-up dies with the worker that took it, and with the queue's own server. The next tick is up to a minute
    away; nobody should wait for it while the mobile net still stands.
    """
    send = _inside(app, "dispatch", _dispatch_what_waits)

    def watch() -> None:
        while not _ending.wait(LOOKS_EVERY):
            send()

    thread = threading.Thread(target=watch, name="look-out")
    thread.start()
    return thread


def _dispatch_what_waits() -> None:
    if not dispatching.busy() and anything_left():
        dispatch()


def poll() -> None:
    """Ask the gateway for what no receipt told."""
    receipts.poll()


def apply_receipts() -> None:
    """Apply the receipts that came in bursts, until none comes; one at a time in a process, any number of processes."""
    if _applying.acquire(blocking=False):
        try:
            receipt_inbox.apply_while_they_come(_ending)
        finally:
            _applying.release()


def publish() -> None:
    """Make the site like the database; a target that fails is tried again by itself."""
    _say(publish_now(patience=PATIENCE_SECONDS))


def republish() -> None:
    """Try targets that failed again."""
    report = publish_again(patience=PATIENCE_SECONDS)
    if report is not None:
        _say(report)


def _say(report: PublishReport) -> None:
    for item in report.failed:
        log.error("not published to %s: %s", item.target, item.error)
    for target in report.under_way:
        log.warning("still publishing to %s", target)


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
    queue.defer("receipts", 5)
    queue.defer("poll", 0)
    if publish_due(db.session()):
        queue.defer("publish", 20)
    queue.defer(REPUBLISH, REPUBLISH_PRIORITY)
    newer.look()
    queue.defer("alarms", 0)
    queue.defer("redact", 0)
    fanout.discard_abandoned()
    if take_lease("retain", HOURLY):
        queue.defer("retain", 0)
    if take_lease("remind", HOURLY):
        queue.defer("remind", 0)


def redact() -> None:
    """Delete personal texts at the gateway that are due."""
    removed = redacting.remove_bodies()
    if removed:
        log.info("deleted %s personal texts at the gateway", removed)


def watch() -> None:
    """Raise and clear alarms, then tell them; a mail server that hangs holds up nothing but the next telling."""
    raised, cleared = alarms.update()
    if raised or cleared:
        log.warning("alarms: %s raised, %s cleared", raised, cleared)
    alarms.tell()


def remind() -> None:
    """Mail reminders that are due; a mail server that hangs holds up nothing but the next ones."""
    told = reminder_mail.remind()
    if told:
        log.info("mailed %s reminders", told)


def take_lease(name: str, length: timedelta) -> bool:
    """Take the right to do a periodic task for a while; False while somebody has it (the database's clock)."""
    holder = f"{socket.gethostname()}:{os.getpid()}"
    with deciding() as session:
        now = database_now(session)
        dialect = session.get_bind().dialect.name
        insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
        first = insert(Lease).values(name=name, holder="", until=now)
        session.execute(first.on_conflict_do_nothing(index_elements=["name"]))
        row = session.scalars(
            select(Lease)
            .where(Lease.name == name)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        if row.until > now:
            return False
        row.holder, row.until = holder, now + length
        return True


TASKS: dict[str, Callable[[], None]] = {
    "alarms": watch,
    "redact": redact,
    "dispatch": dispatch,
    "poll": poll,
    "receipts": apply_receipts,
    "publish": publish,
    REPUBLISH: republish,
    "retain": retain,
    "remind": remind,
}
