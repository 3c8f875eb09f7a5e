"""One edition on one target: never over a newer page, never raising."""

from __future__ import annotations

import logging
import time
from contextlib import closing

from sqlalchemy import select

from hub.database import db
from hub.models import HubInstance, TargetState
from hub.settings import Settings
from hub.site.reports import Attempt, Edition, Outcome, TargetReport
from hub.site.targets import Target, TargetError, UnknownTarget, open_target
from hub.site.targets.sent import Sent

log = logging.getLogger(__name__)


class _Clock:
    """Makes this attempt's reports."""

    def __init__(self, address: str) -> None:
        self.address, self.started = address, time.monotonic()

    def report(
        self,
        outcome: Outcome,
        revision: int = 0,
        error: str | None = None,
        sent: Sent | None = None,
    ) -> TargetReport:
        seconds = time.monotonic() - self.started
        return TargetReport(self.address, outcome, revision, seconds, error, sent)


def attempt(address: str, edition: Edition, settings: Settings) -> Attempt:
    """Put the edition on the target unless that holds a newer page. Inside an application context; whatever the
    target throws is its own failure, in words."""
    clock = _Clock(address)
    try:
        afresh = _differs(address)
        with closing(open_target(address, settings)) as target, target.lock():
            refused = _refusal(target, edition, clock)
            if refused is not None:
                return refused
            sent = target.put(edition.files, edition.revision, afresh=afresh)
        return Attempt(clock.report(Outcome.PUBLISHED, edition.revision, None, sent))
    except (TargetError, UnknownTarget) as error:
        return Attempt(clock.report(Outcome.FAILED, 0, str(error)))
    except Exception as error:  # a fault in one target must not keep the page from the others
        log.exception("publishing to %s failed", address)
        words = (
            f"{address}: {type(error).__name__}: {error}. This is a fault of the program; "
            "the log has its details. Readers still have the last page."
        )
        return Attempt(clock.report(Outcome.FAILED, 0, words))


def _differs(address: str) -> bool:
    """Was the target found changed when it was read back?"""
    session = db.session()
    found = session.scalar(select(TargetState.differs).where(TargetState.target == address))
    session.rollback()
    return bool(found)


def _refusal(target: Target, edition: Edition, clock: _Clock) -> Attempt | None:
    """Why this target must not be overwritten now; None when it may be."""
    status = target.read_status() or {}
    instance, revision = _whole(status.get("instance")), _whole(status.get("revision"))
    address = clock.address
    if instance > edition.instance:
        words = (
            f"{address} belongs to a newer hub (instance {instance}; this one is instance "
            f"{edition.instance}): it was restored from a backup and has taken over. This hub stops "
            "publishing and sending; shut it down."
        )
        return Attempt(clock.report(Outcome.REFUSED, revision, words), higher_instance=instance)
    if edition.force or (instance, revision) <= (edition.instance, edition.revision):
        return None
    made = db.session().scalar(select(HubInstance.revision)) or 0
    db.session.rollback()
    if revision <= made:
        return Attempt(clock.report(Outcome.ALREADY_NEWER, revision))
    words = (
        f"{address} holds revision {revision}, newer than {made}, the last this hub made: another "
        "copy of the hub publishes there. Stop it, or publish with --force if this is the right one."
    )
    return Attempt(clock.report(Outcome.REFUSED, revision, words))


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
