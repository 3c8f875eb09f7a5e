"""Publishing: one revision of the site to every target, each on its own.

The revision is taken in one transaction, and it grows with the reading it shows: who read earlier than what was
published last takes none. Each target is written in a lane of its own, which also writes down how it went, so that
one which hangs holds nobody up; and a target never goes back to an older page (DESIGN.md, rules 8 and 15).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from hub import clock, journal
from hub.database import db, deciding
from hub.models import HubInstance, Publication
from hub.settings import Settings
from hub.site import hashing, lanes
from hub.site.attempting import attempt
from hub.site.reports import (
    HUB,
    Attempt,
    Edition,
    Files,
    Outcome,
    PublishError,
    PublishReport,
    TargetReport,
)
from hub.site.states import claim_retries, note, reason, record

__all__ = [
    "Attempt",
    "Edition",
    "Files",
    "NoEdition",
    "Outcome",
    "Prepared",
    "PublishError",
    "PublishReport",
    "TargetReport",
    "hanging",
    "prepare",
    "publish",
    "republish",
    "send",
]

log = logging.getLogger(__name__)

TARGET_SECONDS = 30.0
"""How long `publish` waits for a target; one that is slower goes on by itself."""

HEAD_START = 1.0
"""Seconds for which the target that is named first has the processor to itself: citizens have the page somewhere
sooner, and everywhere no later. A first target that is still busy with an older edition gets none."""

OLDEST_AGAIN = timedelta(minutes=5)
"""An edition older than this is not put on a target that failed: it is read and rendered anew."""

_HOLD = timedelta(minutes=1)

After = Callable[[Edition, Attempt], None]
"""Called in the target's lane when an attempt has ended and is written down, inside an application context."""

_newest: dict[str, Prepared] = {}
"""This process's last edition, by database: what a failed target is given again."""


class NoEdition(LookupError):
    """This process has no edition that is the newest and young; `targets` wait for one."""

    def __init__(self, targets: Sequence[str]) -> None:
        super().__init__(", ".join(targets))
        self.targets = tuple(targets)


@dataclass(frozen=True)
class Prepared:
    """An edition ready to be sent, and what follows on each target's attempt."""

    edition: Edition
    after: After | None


def publish(
    build: Callable[[int], Files],
    *,
    read_at: datetime,
    instance: int,
    targets: Sequence[str] | None = None,
    force: bool = False,
    patience: float | None = None,
) -> PublishReport:
    """`prepare` and `send` in one."""
    prepared = prepare(build, read_at=read_at, instance=instance, force=force)
    if prepared is None:
        return PublishReport(0, "", (), superseded=True)
    return send(prepared, targets=targets, patience=patience)


def prepare(
    build: Callable[[int], Files],
    *,
    read_at: datetime,
    instance: int,
    force: bool = False,
    content: str = "",
    actor: journal.Actor | None = None,
    after: After | None = None,
) -> Prepared | None:
    """Take the next revision and build its files; None when a later reading was published meanwhile.

    `build` gets the revision and returns path -> content; what it shows was read at `read_at` (aware), or later.
    `instance` is the hub's number as read then. `force` overwrites a newer page of this hub or an older one, never
    that of a higher instance. `content` is a hash over what is shown but for its age.

    Call it outside any transaction. Raises PublishError when the database cannot be written, for then there is no
    revision. Dying leaves a revision number that nobody uses.
    """
    revision = _next_revision(read_at)
    if revision is None:
        return None
    files = dict(build(revision))
    edition = Edition(
        instance=instance,
        revision=revision,
        read_at=read_at,
        files=files,
        hash=hashing.hash_of_digests((path, hashing.digest(item)) for path, item in files.items()),
        content=content,
        force=force,
        actor=actor or HUB,
    )
    note(lambda session: setattr(session.get_one(Publication, revision), "hash", edition.hash))
    return Prepared(edition, after)


def send(
    prepared: Prepared, *, targets: Sequence[str] | None = None, patience: float | None = None
) -> PublishReport:
    """Put an edition on `targets` (addresses as in `HUB_SITE_TARGETS`, all of them by default).

    A target that takes longer than `patience` seconds (TARGET_SECONDS by default) is reported as under way, or as
    failed when that was TARGET_SECONDS or more; it goes on by itself while this process lives. Never raises for a
    target: its failure is in the report and in `TargetState`, in words, and it is tried again. Dying half-way leaves
    each target with a whole site; the next publish goes on from there.
    """
    settings: Settings = current_app.config["HUB"]
    edition, after = prepared.edition, prepared.after
    _newest[settings.database_url] = Prepared(replace(edition, force=False), after)
    addresses = tuple(settings.site_targets if targets is None else targets)
    return _send(edition, addresses, after, patience)


def republish(*, patience: float | None = None) -> PublishReport | None:
    """Put the newest edition again on targets whose pause after a failure is over; the others are left alone.

    None when nothing is due. Raises NoEdition when one has to be prepared first.
    """
    settings: Settings = current_app.config["HUB"]
    with deciding() as session:
        due = claim_retries(session, settings.site_targets, _HOLD)
        revision = session.scalar(select(HubInstance.revision)) if due else 0
    if not due:
        return None
    newest = _newest.get(settings.database_url)
    if newest is None or newest.edition.revision != revision:
        raise NoEdition(due)
    if clock.now() - newest.edition.read_at > OLDEST_AGAIN:
        raise NoEdition(due)
    return _send(newest.edition, due, newest.after, patience)


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
            f"The database could not be written ({reason(error)}), so nothing was published. Readers still have "
            "the last page. Check its disk or server, then `hub publish`."
        ) from error


def _send(
    edition: Edition, addresses: Sequence[str], after: After | None, patience: float | None
) -> PublishReport:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
    seconds = TARGET_SECONDS if patience is None else patience
    begun = time.monotonic()
    futures: dict[str, Future[Attempt]] = {}
    for address in addresses:
        work = _in_lane(app, address, edition, after)
        idle = lanes.busy_seconds(address) == 0
        futures[address] = lanes.submit(address, edition.revision, work)
        if len(futures) == 1 and len(addresses) > 1 and idle:
            wait(futures.values(), timeout=HEAD_START)
    wait(futures.values(), timeout=seconds)
    attempts = [
        _answer(address, future, time.monotonic() - begun) for address, future in futures.items()
    ]
    for item in attempts:
        if item.report.outcome is Outcome.FAILED and not futures[item.report.target].done():
            record(item.report, edition)
    hashing.keep_only(edition.files)
    return PublishReport(
        revision=edition.revision,
        hash=edition.hash,
        targets=tuple(item.report for item in attempts),
        higher_instance=max(
            (item.higher_instance for item in attempts if item.higher_instance), default=None
        ),
    )


def _in_lane(
    app: Flask, address: str, edition: Edition, after: After | None
) -> Callable[[], Attempt]:
    def work() -> Attempt:
        with app.app_context():
            try:
                found = attempt(address, edition, app.config["HUB"])
                record(found.report, edition)
                if after is not None:
                    _afterwards(after, edition, found)
                return found
            finally:
                db.session.remove()

    return work


def _afterwards(after: After, edition: Edition, found: Attempt) -> None:
    try:
        after(edition, found)
    except Exception:  # the page stands; what is left undone here is done at the next publish
        log.exception("after publishing to %s", found.report.target)


def _answer(address: str, future: Future[Attempt], seconds: float) -> Attempt:
    if not future.done():
        outcome = Outcome.UNDER_WAY if seconds < TARGET_SECONDS else Outcome.FAILED
        return Attempt(TargetReport(address, outcome, 0, seconds, hanging(address, seconds)))
    try:
        return future.result()
    except Exception as error:
        log.exception("publishing to %s failed", address)
        words = f"{address}: {type(error).__name__}: {error}. The log has the details."
        return Attempt(TargetReport(address, Outcome.FAILED, 0, seconds, words))


def hanging(address: str, seconds: float) -> str:
    """What to do about a target that takes so long."""
    return (
        f"{address} has not answered for {seconds:.0f} seconds. "
        "Check that its disk or server answers; it is tried again by itself."
    )
