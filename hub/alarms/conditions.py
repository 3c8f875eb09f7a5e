"""What is wrong now, judged from the figures. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hub.alarms.figures import Figures

REMIND_BEFORE = timedelta(minutes=5)
TARGET_PATIENCE = timedelta(minutes=1)
BACKUP_OLD = timedelta(hours=36)
UNKNOWN_AT_LEAST = timedelta(minutes=5)


class Alarm(StrEnum):
    """Kinds, the most urgent first."""

    NEWER_HUB = "newer-hub"
    UPDATE_OVERDUE = "update-overdue"
    UPDATE_SOON = "update-soon"
    BROADCAST_STALLED = "broadcast-stalled"
    BROADCAST_PAUSED = "broadcast-paused"
    GATEWAY_BROKEN = "gateway-broken"
    UNKNOWN_AGEING = "unknown-ageing"
    TARGET_DIFFERS = "target-differs"
    TARGET_FAILING = "target-failing"
    BACKUP_OLD = "backup-old"


@dataclass(frozen=True)
class Condition:
    """One thing that is wrong. `subject` tells two of a kind apart, `values` fill its words (JSON values)."""

    kind: Alarm
    subject: str
    values: Mapping[str, Any] = field(default_factory=dict)


def conditions(found: Figures, lease: timedelta) -> tuple[Condition, ...]:
    """Everything that is wrong at `found.at`. `lease` is that of a claim: unknown outcomes are given three, and five
    minutes at least, before they count as ageing."""
    return tuple(_all(found, lease))


def _all(found: Figures, lease: timedelta) -> Iterator[Condition]:
    now = found.at
    if found.newer is not None:
        yield Condition(Alarm.NEWER_HUB, "", {"instance": found.newer})
    for promise in found.promises:
        values = {
            "announcement": promise.announcement,
            "due": promise.next_update.isoformat(),
            "exercise": promise.exercise,
        }
        if promise.next_update <= now:
            yield Condition(Alarm.UPDATE_OVERDUE, str(promise.announcement), values)
        elif promise.next_update <= now + REMIND_BEFORE:
            yield Condition(Alarm.UPDATE_SOON, str(promise.announcement), values)
    for held in found.held:
        kind = Alarm.BROADCAST_PAUSED if held.paused else Alarm.BROADCAST_STALLED
        yield Condition(
            kind,
            str(held.broadcast),
            {
                "broadcast": held.broadcast,
                "queued": held.queued,
                "reason": held.reason,
                "exercise": held.exercise,
            },
        )
    for gateway in found.gateways:
        if gateway.open:
            yield Condition(
                Alarm.GATEWAY_BROKEN,
                gateway.name,
                {"gateway": gateway.name, "reason": gateway.reason},
            )
    old = now - max(3 * lease, UNKNOWN_AT_LEAST)
    for item in found.unknown:
        if item.oldest < old:
            yield Condition(
                Alarm.UNKNOWN_AGEING,
                str(item.broadcast),
                {
                    "broadcast": item.broadcast,
                    "count": item.count,
                    "since": item.oldest.isoformat(),
                    "exercise": item.exercise,
                },
            )
    yield from _places(found, now)
    since = found.backed_up or found.made
    if since < now - BACKUP_OLD:
        yield Condition(
            Alarm.BACKUP_OLD,
            "",
            {"since": found.backed_up.isoformat() if found.backed_up else ""},
        )


def _places(found: Figures, now: datetime) -> Iterator[Condition]:
    for target in found.targets:
        since = target.failed_since
        values = {"number": target.number, "place": target.kind, "error": target.error}
        if target.differs:
            yield Condition(Alarm.TARGET_DIFFERS, str(target.number), values)
        elif since is not None and since < now - TARGET_PATIENCE:
            yield Condition(Alarm.TARGET_FAILING, str(target.number), values)
