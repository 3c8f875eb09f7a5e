"""What the tests of sending watch: states, a drain in the background, and things that happen in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from hub import clock
from hub.database import db, deciding
from hub.journal import Actor
from hub.models import Person, PersonRole, Role
from hub.sms.dispatching import DrainReport, drain
from hub.sms.standing import status
from tests.sms.making import OFFICER, TEXTS, number


def everybody(count: int) -> dict[str, list[str]]:
    return {number(index): [TEXTS["da"]] for index in range(count)}


def standing(broadcast: int) -> dict[str, Any]:
    db.session.rollback()
    found = status(db.session(), broadcast)
    db.session.rollback()
    return found


def states(broadcast: int) -> dict[str, int]:
    return {name: count for name, count in standing(broadcast)["deliveries"].items() if count}


def make_officer() -> Actor:
    with deciding() as session:
        session.add(
            Person(
                email=OFFICER.name,
                made_at=clock.now(),
                made_by="os:tester",
                roles=[PersonRole(role=Role.SENDER.value)],
            )
        )
    return OFFICER


@contextmanager
def draining(app: Flask) -> Iterator[list[DrainReport]]:
    """A drain in a thread, ended with the block."""
    ended = threading.Event()
    reports: list[DrainReport] = []

    def work() -> None:
        with app.app_context():
            while not ended.is_set():
                reports.append(drain(ended.is_set))
                time.sleep(0.05)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield reports
    finally:
        ended.set()
        thread.join(30)
    assert not thread.is_alive()


def wait_until(true: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
