"""Publishing: one revision of the site to every target, each on its own.

The revision is taken in one transaction, and it grows with the reading it shows: who read earlier than what was
published last takes none. Each target is written by a thread of its own, so that one which hangs holds nobody up,
and a target never goes back to an older page (DESIGN.md, rules 8 and 15).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from hub import clock
from hub.database import db, deciding
from hub.errors import HubError
from hub.models import HubInstance, Publication, TargetState
from hub.settings import Settings
from hub.site.hashing import site_hash
from hub.site.targets import Target, TargetError, UnknownTarget, open_target

log = logging.getLogger(__name__)

TARGET_SECONDS = 30.0
"""How long `publish` waits for a target; one that is slower goes on by itself and is reported as not done."""

Files = Mapping[str, bytes]


class PublishError(HubError):
    """Nothing was published; readers have the last page."""


class Outcome(StrEnum):
    """How it went with one target."""

    PUBLISHED = "published"
    ALREADY_NEWER = (
        "already-newer"  # by another process of this hub, with a later reading: as good as done
    )
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class TargetReport:
    """One target's outcome; `revision` is what it now holds as far as is known, `error` says what to do."""

    target: str
    outcome: Outcome
    revision: int
    seconds: float
    error: str | None = None

    @property
    def ok(self) -> bool:
        return self.outcome in (Outcome.PUBLISHED, Outcome.ALREADY_NEWER)


@dataclass(frozen=True)
class PublishReport:
    """What became of one publish. `revision` is 0 when `superseded`: a later reading was published meanwhile, read
    again and publish that. `higher_instance` is that of a newer hub which holds a target: this hub must stop."""

    revision: int
    hash: str
    targets: tuple[TargetReport, ...]
    superseded: bool = False
    higher_instance: int | None = None

    @property
    def published(self) -> tuple[str, ...]:
        """The targets that hold this revision, or a later one of this hub."""
        return tuple(item.target for item in self.targets if item.ok)

    @property
    def failed(self) -> tuple[TargetReport, ...]:
        """The others, each with its error."""
        return tuple(item for item in self.targets if not item.ok)


@dataclass(frozen=True)
class _Edition:
    instance: int
    revision: int
    force: bool
    files: Files


def publish(
    build: Callable[[int], Files],
    *,
    read_at: datetime,
    instance: int,
    targets: Sequence[str] | None = None,
    force: bool = False,
) -> PublishReport:
    """Take the next revision, build its files and put them on every target.

    `build` gets the revision and returns path -> content; what it shows was read at `read_at` (aware), or later.
    `instance` is the hub's number as read then. `targets` are addresses as in `HUB_SITE_TARGETS`, all of them by
    default; `force` overwrites a newer page of this hub or an older one, never that of a higher instance.

    Call it outside any transaction. Raises PublishError when the database cannot be written, for then there is no
    revision. Never raises for a target: its failure is in the report and in `TargetState`, in words. Dying half-way leaves
    each target with a whole site and a revision number that nobody uses; the next publish goes on from there.
    """
    settings: Settings = current_app.config["HUB"]
    revision = _next_revision(read_at)
    if revision is None:
        return PublishReport(0, "", (), superseded=True)
    files = dict(build(revision))
    edition = _Edition(instance, revision, force, files)
    whole = site_hash(files)
    _note(lambda session: setattr(session.get_one(Publication, revision), "hash", whole))
    addresses = tuple(settings.site_targets if targets is None else targets)
    attempts = _run(addresses, edition, settings)
    return PublishReport(
        revision=revision,
        hash=whole,
        targets=tuple(attempt.report for attempt in attempts),
        higher_instance=max(
            (attempt.higher_instance for attempt in attempts if attempt.higher_instance),
            default=None,
        ),
    )


def _next_revision(read_at: datetime) -> int | None:
    """The next revision with its Publication row; None when what was published last was read later than this.

    A later reading that lies in the future (the clock was set back) does not count: a wrong clock must not stop
    all publishing.
    """
    try:
        with deciding() as session:
            hub = session.scalar(
                select(HubInstance)
                .where(HubInstance.id == 1)
                .with_for_update()
                .execution_options(populate_existing=True)
            )
            if hub is None:
                raise PublishError("The database is not set up: run `hub db upgrade`.")
            newest = select(Publication.at).order_by(Publication.revision.desc()).limit(1)
            last = session.scalar(newest)
            if last is not None and read_at < last <= clock.now():
                return None
            hub.revision += 1
            session.add(Publication(revision=hub.revision, at=read_at, hash=""))
            return hub.revision
    except SQLAlchemyError as error:
        raise PublishError(
            f"The database could not be written ({_reason(error)}), so nothing was published. Readers still have "
            "the last page. Check its disk or server, then `hub publish`."
        ) from error


def _reason(error: SQLAlchemyError) -> str:
    return str(error.orig if isinstance(error, DBAPIError) else error).strip()


def _note(change: Callable[[Session], None]) -> None:
    """Write down what happened; a database that fails now must not keep the page from the public."""
    try:
        with deciding() as session:
            change(session)
    except SQLAlchemyError as error:
        log.warning("a publish could not be written down: %s", _reason(error))


@dataclass(frozen=True)
class _Attempt:
    report: TargetReport
    higher_instance: int | None = None


def _run(addresses: Sequence[str], edition: _Edition, settings: Settings) -> list[_Attempt]:
    """Every target in a thread of its own; outcomes are recorded here as they come."""
    done: queue.Queue[_Attempt] = queue.Queue()
    for address in addresses:
        threading.Thread(
            target=lambda address=address: done.put(_attempt(address, edition, settings)),
            name=f"publish {address}",
            daemon=True,
        ).start()
    deadline = time.monotonic() + TARGET_SECONDS
    attempts: dict[str, _Attempt] = {}
    while len(attempts) < len(addresses):
        try:
            attempt = done.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        attempt = _checked(attempt)
        attempts[attempt.report.target] = attempt
        _record(attempt.report, edition)
    for address in addresses:
        if address not in attempts:
            attempts[address] = _hanging(address)
            _record(attempts[address].report, edition)
    return [attempts[address] for address in addresses]


def _checked(attempt: _Attempt) -> _Attempt:
    """A newer page than any this hub has made is no success: another hub writes there, or this database is old."""
    report = attempt.report
    if report.outcome is not Outcome.ALREADY_NEWER:
        return attempt
    made = db.session().scalar(select(HubInstance.revision)) or 0
    db.session.rollback()
    if report.revision <= made:
        return attempt
    error = (
        f"{report.target} holds revision {report.revision}, newer than {made}, the last this hub made: another "
        "copy of the hub publishes there. Stop it, or publish with --force if this is the right one."
    )
    return _Attempt(replace(report, outcome=Outcome.REFUSED, error=error))


def _hanging(address: str) -> _Attempt:
    error = (
        f"{address} has not answered for {TARGET_SECONDS:.0f} seconds. "
        "Check that its disk or server answers; the next publish tries again."
    )
    return _Attempt(TargetReport(address, Outcome.FAILED, 0, TARGET_SECONDS, error))


def _attempt(address: str, edition: _Edition, settings: Settings) -> _Attempt:
    """One target, never raising: whatever it throws is its own failure."""
    started = time.monotonic()

    def report(outcome: Outcome, revision: int, error: str | None = None) -> TargetReport:
        return TargetReport(address, outcome, revision, time.monotonic() - started, error)

    try:
        target = open_target(address, settings)
        with target.lock():
            refused = _refusal(target, address, edition, report)
            if refused is not None:
                return refused
            target.put(edition.files, edition.revision)
        return _Attempt(report(Outcome.PUBLISHED, edition.revision))
    except (TargetError, UnknownTarget) as error:
        return _Attempt(report(Outcome.FAILED, 0, str(error)))
    except Exception as error:  # a fault in one target must not keep the page from the others
        log.exception("publishing to %s failed", address)
        return _Attempt(
            report(
                Outcome.FAILED,
                0,
                f"{address}: {type(error).__name__}: {error}. This is a fault of the program; "
                "the log has its details. Readers still have the last page.",
            )
        )


def _refusal(
    target: Target,
    address: str,
    edition: _Edition,
    report: Callable[[Outcome, int, str | None], TargetReport],
) -> _Attempt | None:
    """Why this target must not be overwritten now; None when it may be."""
    status = target.read_status() or {}
    instance, revision = _whole(status.get("instance")), _whole(status.get("revision"))
    if instance > edition.instance:
        return _Attempt(
            report(
                Outcome.REFUSED,
                revision,
                f"{address} belongs to a newer hub (instance {instance}; this one is instance "
                f"{edition.instance}): it was restored from a backup and has taken over. This hub stops "
                "publishing and sending; shut it down.",
            ),
            higher_instance=instance,
        )
    if edition.force or (instance, revision) <= (edition.instance, edition.revision):
        return None
    return _Attempt(report(Outcome.ALREADY_NEWER, revision, None))


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _record(report: TargetReport, edition: _Edition) -> None:
    if report.outcome is Outcome.ALREADY_NEWER:
        return  # who published the newer page writes that down
    now = clock.now()

    def change(session: Session) -> None:
        state = session.scalar(
            select(TargetState)
            .where(TargetState.target == report.target)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if state is None:
            state = TargetState(target=report.target, revision=0)
            session.add(state)
        if edition.revision < state.revision and not edition.force:
            return  # a later publish was faster, and what it wrote down is what holds
        state.tried_at, state.ok, state.error = now, report.ok, report.error
        if report.ok:
            state.revision, state.published_at = edition.revision, now

    _note(change)
