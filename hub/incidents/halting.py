"""Pausing, resuming and stopping a broadcast, waking the workers and telling our people."""

from __future__ import annotations

from collections.abc import Sequence

from hub import journal, queue
from hub.database import db
from hub.errors import Conflict, Invalid
from hub.incidents import notices
from hub.models import Announcement
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


def send_again(
    number: int,
    *,
    actor: journal.Actor,
    reason: str,
    deliveries: Sequence[int] | None = None,
) -> int:
    """Send deliveries of unknown outcome again; returns how many. Needs the role sender and a reason.

    All that remain at once only where the scenario is marked `repeat_is_harmless`; else those that are named.
    Raises Invalid or Conflict (also what `broadcasts.requeue_unknown` raises).
    """
    if deliveries is not None and not deliveries:
        raise Invalid("Name at least one delivery to send again.")
    if deliveries is None and not repeat_is_harmless(number):
        raise Conflict(
            f"The scenario of broadcast {number} is not marked repeat_is_harmless: who gets its text twice may act "
            "on it twice. Name the deliveries to send again, one by one."
        )
    return broadcasts.requeue_unknown(number, actor=actor, reason=reason, deliveries=deliveries)


def repeat_is_harmless(number: int) -> bool:
    """Does the scenario of this broadcast say that getting its text twice does no harm? Raises NotFound."""
    session = db.session()
    row = session.get_one(Announcement, broadcasts.find(session, number).announcement_id)
    return bool(row.version.scenario_meta.get("repeat_is_harmless", False))


def _announcement_of(number: int) -> int:
    found = broadcasts.find(db.session(), number).announcement_id
    db.session.rollback()
    return found
