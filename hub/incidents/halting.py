"""Pausing, resuming and stopping a broadcast, and telling our people."""

from __future__ import annotations

from hub import accounts, journal, queue
from hub.database import deciding
from hub.incidents import notices
from hub.models import Broadcast, Role
from hub.sms import broadcasts


def pause(number: int, *, actor: journal.Actor, reason: str) -> None:
    """Hold a broadcast: nothing is handed over from two seconds on. Needs the role sender."""
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        broadcasts.pause(session, number, actor=actor, reason=reason)
        announcement = session.get_one(Broadcast, number).announcement_id
    notices.tell_halted(announcement, "sat på pause", actor)


def resume(number: int, *, actor: journal.Actor) -> None:
    """Go on with a paused broadcast. Needs the role sender."""
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        broadcasts.resume(session, number, actor=actor)
    queue.defer("dispatch", 80)


def stop(number: int, *, actor: journal.Actor) -> None:
    """Stop a broadcast for good. Needs the role sender."""
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        broadcasts.stop(session, number, actor=actor)
        announcement = session.get_one(Broadcast, number).announcement_id
    notices.tell_halted(announcement, "stoppet", actor)
