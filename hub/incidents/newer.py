"""Looking whether a newer hub has taken over, before and while SMS are handed over (DESIGN.md, rules 5 and 15).

A look never holds sending up for more than a few seconds, and a target that does not answer says nothing.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import ClassVar

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from hub import journal
from hub.database import db, deciding
from hub.models import Broadcast, BroadcastState, HubInstance
from hub.settings import Settings
from hub.site.targets import open_target
from hub.sms import broadcasts
from hub.sms.moments import database_now, steady
from hub.sms.newest import LOOK_HOLDS

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
LOOK_EVERY = 30.0
"""How long a look may take, and how often one is made while anything is sent, in seconds."""
_looked: set[int] = set()
"""Processes that have looked: a child has to look for itself."""
_GOING = (BroadcastState.WAITING.value, BroadcastState.SENDING.value)


@dataclass(frozen=True)
class NewerHubFound(journal.Entry):
    """A target holds the site of a hub with a higher instance number; what was being sent is paused."""

    kind: ClassVar[str] = "newer-hub-found"
    instance: int


def look(door: str = "worker") -> int | None:
    """Look at every target now; the higher instance number that one shows, None when none does.

    A newer hub pauses everything that was being sent and is remembered; when no target shows it any more, that is
    forgotten. If the process dies in between, the next look does it.
    """
    settings: Settings = current_app.config["HUB"]
    shown = _shown(settings)
    _looked.add(os.getpid())
    with deciding() as session:
        hub = session.get_one(HubInstance, 1, with_for_update=True, populate_existing=True)
        newer = max((number for number in shown if number > hub.number), default=None)
        hub.looked_at = database_now(session)
        if shown or newer is not None:
            hub.newer = newer
        found = hub.newer
    if newer is not None:
        yield_to(newer, door)
    return found


def yield_to(instance: int, door: str) -> None:
    """Stop sending for a newer hub: nothing more is claimed, and what was being sent is paused with the reason."""
    actor = journal.Actor("hub", door)
    reason = (
        f"a newer hub (instance {instance}) holds the site: this one must not send. Shut it down."
    )
    with deciding() as session:
        hub = session.get_one(HubInstance, 1, with_for_update=True, populate_existing=True)
        hub.newer = instance
        running = select(Broadcast).where(Broadcast.state.in_(_GOING))
        paused = list(session.scalars(running.order_by(Broadcast.id).with_for_update()))
        for row in paused:
            broadcasts.pause_now(session, row, actor, reason)
        if paused:
            journal.append(session, actor, NewerHubFound(instance=instance))


def _shown(settings: Settings) -> list[int]:
    """The instance numbers that targets show, of those that answer in time."""
    answers: queue.Queue[int | None] = queue.Queue()
    for address in settings.site_targets:
        threading.Thread(
            target=lambda address=address: answers.put(_read(address, settings)),
            name=f"look at {address}",
            daemon=True,
        ).start()
    deadline = time.monotonic() + LOOK_SECONDS
    found = []
    for _ in settings.site_targets:
        try:
            number = answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        if number is not None:
            found.append(number)
    return found


def _read(address: str, settings: Settings) -> int | None:
    try:
        with closing(open_target(address, settings)) as target:
            status = target.read_status() or {}
    except (
        Exception
    ) as error:  # whatever a provider's client throws: it says nothing of a newer hub
        log.info("a target could not be looked at: %s", type(error).__name__)
        return None
    number = status.get("instance")
    return number if isinstance(number, int) and not isinstance(number, bool) else None


@contextmanager
def looking_out(app: Flask, door: str = "worker") -> Iterator[None]:
    """While the block sends, somebody looks for a newer hub every half minute; first of all when this process never
    looked (its machine may just have been switched on again), or when the last look is old.

    That first look takes five seconds at most.
    """
    ended = threading.Event()
    if os.getpid() not in _looked or _is_old():
        _look_quietly(door)

    def go_on() -> None:
        last = steady()
        while not ended.wait(1.0):
            if steady() - last >= LOOK_EVERY:
                with app.app_context():
                    _look_quietly(door)
                last = steady()

    thread = threading.Thread(target=go_on, name="look for a newer hub", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(LOOK_SECONDS + 1)


def _is_old() -> bool:
    session = db.session()
    try:
        looked = session.scalar(select(HubInstance.looked_at))
        return looked is None or looked <= database_now(session) - LOOK_HOLDS / 2
    finally:
        session.rollback()


def _look_quietly(door: str) -> None:
    try:
        look(door)
    except SQLAlchemyError as error:
        log.warning("the database did not answer: %s", type(error).__name__)
    except Exception:
        log.exception("looking for a newer hub failed")
    finally:
        db.session.remove()
