"""Pausing, resuming and stopping a broadcast, waking the workers and telling our people."""

from __future__ import annotations

from hub import journal, queue
from hub.database import db
from hub.incidents import notices
from hub.sms import broadcasts


def pause(number: int, *, actor: journal.Actor, reason: str) -> None:
    """Hold a broadcast: nothing is handed over from two seconds on. Needs the role sender."""
    broadcasts.pause(number, actor=actor, reason=reason)
    notices.tell_halted(_announcement_of(number), "sat på pause", actor)


def resume(number: int, *, actor: journal.Actor) -> None:
    """Go on with a paused broadcast. Needs the role sender."""
    broadcasts.resume(number, actor=actor)
    queue.defer("dispatch", 80)


def stop(number: int, *, actor: journal.Actor) -> None:
    """Stop a broadcast for good. Needs the role sender."""
    broadcasts.stop(number, actor=actor)
    notices.tell_halted(_announcement_of(number), "stoppet", actor)


def _announcement_of(number: int) -> int:
    found = broadcasts.find(db.session(), number).announcement_id
    db.session.rollback()
    return found
