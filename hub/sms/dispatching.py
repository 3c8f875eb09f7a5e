"""Sending, as a call: until nothing is left to do, or until one broadcast is over.

Any number of processes may do this at once. If one dies, its claims run out and what became of them is found out
from the gateway; nothing is remembered that the database does not hold.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable

from flask import Flask, current_app

from hub.database import db
from hub.settings import Settings
from hub.sms.dispatcher import SURVIVED, Dispatcher, DrainReport
from hub.sms.gateways.base import Gateway
from hub.sms.gateways.opening import open_gateway
from hub.sms.looking import Progress, anything_left, progress_of

__all__ = ["DrainReport", "busy", "drain", "run_broadcast"]

log = logging.getLogger(__name__)

TRIES = 5
_running = threading.Lock()
_again = threading.Event()


def busy() -> bool:
    """Is this process sending already?"""
    return _running.locked()


def _never() -> bool:
    return False


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
    return app


def _gateways(app: Flask, in_flight: int | None) -> list[Gateway]:
    """The gateways that are sent through, in order of preference."""
    settings: Settings = app.config["HUB"]
    return [open_gateway(name, settings, in_flight=in_flight) for name in settings.gateways]


def drain(
    stop: Callable[[], bool] = _never,
    *,
    seconds: float | None = None,
    in_flight: int | None = None,
) -> DrainReport:
    """Send whatever may go out, and find out what is unknown, until nothing of it is left.

    Ends early when `stop()` says yes (asked twice a second; what is on its way is awaited and written down) or
    after `seconds`. One drain runs in a process at a time: a second one makes the first look again before it
    ends, and returns at once.
    """
    deadline = None if seconds is None else time.monotonic() + seconds

    def ended() -> bool:
        return stop() or (deadline is not None and time.monotonic() >= deadline)

    app = _app()
    while True:
        if not _running.acquire(blocking=False):
            _again.set()
            return DrainReport(busy_elsewhere=True)
        try:
            _again.clear()
            report = _run(
                Dispatcher(app, _gateways(app, in_flight), ended, lambda: not anything_left())
            )
        finally:
            _running.release()
        if not _again.is_set() or ended():
            return report


def run_broadcast(
    broadcast_id: int,
    timeout: float | None = None,
    progress: Callable[[int, int], None] | None = None,
    *,
    in_flight: int | None = None,
) -> bool:
    """Send and reconcile until this broadcast is over, beside any workers. True when it is over.

    Over: finished or stopped, nothing of it queued or claimed, and whatever is still unknown is left to a person.
    False after `timeout` seconds, or as soon as it is paused (`hub.sms.standing.status` says why). `progress` is
    called with (done, total) deliveries.
    """
    app = _app()
    deadline = None if timeout is None else time.monotonic() + timeout
    seen: list[Progress] = []

    def ended() -> bool:
        return deadline is not None and time.monotonic() >= deadline

    def over() -> bool:
        found = progress_of(broadcast_id)
        seen[:] = [found]
        if progress:
            progress(found.done, found.total)
        return found.over or found.paused

    if _patiently(over):
        return seen[0].over
    _run(Dispatcher(app, _gateways(app, in_flight), ended, over))
    _patiently(over)
    return seen[0].over


def _patiently(read: Callable[[], bool]) -> bool:
    """Read, again after a second if the database does not answer; the last error is the caller's."""
    for _ in range(TRIES):
        try:
            return read()
        except SURVIVED as error:
            log.warning("the database did not answer: %s", type(error).__name__)
            db.session.rollback()
            time.sleep(1)
    return read()


def _run(dispatcher: Dispatcher) -> DrainReport:
    return asyncio.run(dispatcher.run())
