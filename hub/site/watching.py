"""Reading targets back: do readers still get what was published? (DESIGN.md, rule 8)

A difference means that somebody else writes there, or that a disk fails: it is written into `TargetState`, from where
the desk, `/healthz` and alarms tell it, and whoever asked publishes again. Each target is read in a thread of its own:
one that hangs is a difference of its own and keeps nobody waiting. How deep a look goes is each kind's matter
(`Target.read_hash`); once an hour everything is read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock
from hub.database import db, deciding
from hub.errors import HubError
from hub.models import HubInstance, Publication, TargetState
from hub.settings import Settings
from hub.site import lanes
from hub.site.entries import TargetFailed
from hub.site.publishing import hanging
from hub.site.reports import HUB
from hub.site.states import mark_failed
from hub.site.targets import Target, open_target

log = logging.getLogger(__name__)

LOOK_SECONDS = 20.0
"""How long a look may take before the target counts as hanging."""

LONGEST_SECONDS = 300.0
"""How long a publish or a thorough look may take before its target counts as hanging: thousands of files."""

THOROUGH = timedelta(hours=1)


@dataclass(frozen=True)
class Difference:
    """A target that does not show what was published; `error` says what to do. `higher_instance` is set when a
    newer hub has taken the target over: this one must stop. `changed`: it was read, and is not as published."""

    target: str
    error: str
    higher_instance: int | None = None
    changed: bool = False


def check_targets(
    targets: Sequence[str] | None = None, *, thorough: bool | None = None
) -> tuple[Difference, ...]:
    """Read every target (or these) back and compare it with its last publish; those that are newly found to differ.

    Not compared is a target that never held anything, one that is being written in this process, and one that is
    known to have failed: it is tried again anyhow. By default a look is thorough once an hour; one that goes on for
    longer than LOOK_SECONDS writes down by itself what it finds. Raises nothing for a target.
    """
    settings: Settings = current_app.config["HUB"]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
    found: list[Difference] = []
    looks: dict[Future[Difference | None], tuple[str, bool]] = {}
    for address in settings.site_targets if targets is None else targets:
        state = _state(address)
        if state.failed:
            continue
        hangs = _hangs(address)
        if hangs is not None:
            found.append(hangs)
        elif not lanes.busy_seconds(address) and not lanes.busy_seconds(f"look {address}"):
            deep = state.old if thorough is None else thorough
            looks[lanes.submit(f"look {address}", 0, _in_lane(app, address, deep))] = (
                address,
                deep,
            )
    wait(looks, timeout=LOOK_SECONDS)
    for look, (address, deep) in looks.items():
        if look.done():
            difference = look.result()
            found += [difference] if difference is not None else []
        elif not deep:
            found.append(_written_down(Difference(address, hanging(address, LOOK_SECONDS))))
    return tuple(found)


def _hangs(address: str) -> Difference | None:
    """A target whose publish or look hangs already."""
    for name in (address, f"look {address}"):
        seconds = lanes.busy_seconds(name)
        if seconds > LONGEST_SECONDS:
            return _written_down(Difference(address, hanging(address, seconds)))
    return None


def _in_lane(app: Flask, address: str, thorough: bool) -> Callable[[], Difference | None]:
    def work() -> Difference | None:
        with app.app_context():
            try:
                found = _look(address, app.config["HUB"], thorough)
                if found is None:
                    _well(address, thorough)
            except Exception as error:  # a fault in one target is that target's
                log.exception("reading %s back failed", address)
                words = f"{address} could not be read back: {type(error).__name__}: {error}. The log has the details."
                found = Difference(address, words)
            try:
                return None if found is None else _written_down(found)
            finally:
                db.session.remove()

    return work


@dataclass(frozen=True)
class _Known:
    """`failed`: it is known to be wrong; `old`: its last thorough look is."""

    failed: bool
    old: bool


def _state(address: str) -> _Known:
    session: Session = db.session()
    row = session.get(TargetState, address, populate_existing=True)
    session.rollback()
    if row is None:
        return _Known(False, True)
    return _Known(
        failed=not row.ok and row.failed_at is not None,
        old=row.read_at is None or clock.now() - row.read_at >= THOROUGH,
    )


def _look(address: str, settings: Settings, thorough: bool) -> Difference | None:
    try:
        with closing(open_target(address, settings)) as target:
            found = _compare(address, target, thorough)
            if found is None or found.higher_instance:
                return found
            before = target.read_status()
            with target.lock():  # no publisher is at work now: is it still so?
                if target.read_status() != before:
                    return None  # one was, and has read back what it wrote
                return _compare(address, target, thorough)
    except HubError as error:
        return Difference(address, str(error))


def _compare(address: str, target: Target, thorough: bool) -> Difference | None:
    status = target.read_status() or {}
    revision, expected, hub = _published(address)
    instance = status.get("instance")
    if isinstance(instance, int) and instance > hub.number:
        return Difference(
            address,
            f"{address} belongs to a newer hub (instance {instance}; this one is instance {hub.number}). "
            "This hub stops publishing and sending; shut it down.",
            higher_instance=instance,
        )
    if expected is None or _newer_of_ours(status.get("revision"), revision, hub):
        target.read_hash(thorough=False)  # can it be read at all?
        return None
    if target.read_hash(thorough=thorough) == expected:
        return None
    return Difference(
        address,
        f"{address} does not show what was published as revision {revision}: something else writes there, or its "
        "disk fails. It is published again; find out what changed it.",
        changed=True,
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


def _well(address: str, thorough: bool) -> None:
    with deciding() as session:
        state = session.get(TargetState, address, with_for_update=True)
        if state is not None:
            state.checked_at = clock.now()
            if thorough:
                state.read_at = clock.now()


def _written_down(difference: Difference) -> Difference:
    log.error("read back: %s", difference.error)
    with deciding() as session:
        state = session.get(TargetState, difference.target, with_for_update=True)
        if state is not None:
            entry = TargetFailed(
                target=state.target, revision=state.revision, reason=difference.error
            )
            mark_failed(session, state, difference.error, entry, HUB)
            state.tried_at = clock.now()
            state.differs = state.differs or difference.changed
    return difference
