"""Reading targets back: do readers still get what was published? (DESIGN.md, rule 8)

A difference means that somebody else writes there, or that a disk fails: it is written into `TargetState`, which
`/healthz` shows, and whoever asked publishes again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock
from hub.database import db, deciding
from hub.errors import HubError
from hub.models import HubInstance, Publication, TargetState
from hub.settings import Settings
from hub.site.targets import open_target

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Difference:
    """A target that does not show what was published; `error` says what to do. `higher_instance` is set when a
    newer hub has taken the target over: this one must stop."""

    target: str
    error: str
    higher_instance: int | None = None


def check_targets(targets: Sequence[str] | None = None) -> tuple[Difference, ...]:
    """Read every target (or these) back and compare it with its last publish; those that differ.

    A target that never held anything is not compared. One that a publisher is writing is read when it is done.
    """
    settings: Settings = current_app.config["HUB"]
    addresses = settings.site_targets if targets is None else targets
    found = [difference for address in addresses if (difference := _look(address, settings))]
    for difference in found:
        log.error("read back: %s", difference.error)
        _record(difference)
    return tuple(found)


def _look(address: str, settings: Settings) -> Difference | None:
    try:
        target = open_target(address, settings)
        with target.lock():
            status, actual = target.read_status() or {}, target.read_hash()
            revision, expected, hub = _published(address)
    except HubError as error:
        return Difference(address, str(error))
    instance = status.get("instance")
    if isinstance(instance, int) and instance > hub.number:
        return Difference(
            address,
            f"{address} belongs to a newer hub (instance {instance}; this one is instance {hub.number}). "
            "This hub stops publishing and sending; shut it down.",
            higher_instance=instance,
        )
    if (
        expected is None
        or actual == expected
        or _newer_of_ours(status.get("revision"), revision, hub)
    ):
        return None
    return Difference(
        address,
        f"{address} does not show what was published as revision {revision}: something else writes there, or its "
        "disk fails. It is published again; find out what changed it.",
    )


def _newer_of_ours(shown: object, revision: int, hub: HubInstance) -> bool:
    """A later publish of this hub that has put its files and not yet written so down."""
    return isinstance(shown, int) and revision < shown <= hub.revision


def _published(address: str) -> tuple[int, str | None, HubInstance]:
    """What the target should show: its revision, the hash of that (None: unknown), and the hub's own row."""
    session: Session = db.session()
    session.rollback()
    hub = session.get_one(HubInstance, 1, populate_existing=True)
    session.expunge(hub)
    row = session.execute(
        select(TargetState.revision, Publication.hash)
        .join(Publication, Publication.revision == TargetState.revision)
        .where(TargetState.target == address)
    ).one_or_none()
    session.rollback()
    if row is None:
        return 0, None, hub
    return row[0], row[1] or None, hub


def _record(difference: Difference) -> None:
    with deciding() as session:
        state = session.get(TargetState, difference.target, with_for_update=True)
        if state is not None:
            state.ok, state.error, state.tried_at = False, difference.error, clock.now()
