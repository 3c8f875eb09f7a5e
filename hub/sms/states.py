"""The lifecycles of a broadcast and of a delivery, as tables. Pure.

Source: DESIGN.md, "Lifecycles".
"""

from __future__ import annotations

from hub.errors import Conflict
from hub.models import Broadcast, BroadcastState, DeliveryState

BROADCAST_STEPS: dict[BroadcastState, frozenset[BroadcastState]] = {
    BroadcastState.PREPARED: frozenset({BroadcastState.WAITING}),
    BroadcastState.WAITING: frozenset({BroadcastState.SENDING, BroadcastState.STOPPED}),
    BroadcastState.SENDING: frozenset(
        {BroadcastState.PAUSED, BroadcastState.STOPPED, BroadcastState.FINISHED}
    ),
    BroadcastState.PAUSED: frozenset({BroadcastState.SENDING, BroadcastState.STOPPED}),
    BroadcastState.STOPPED: frozenset(),
    # only when a person requeues a delivery whose outcome is unknown
    BroadcastState.FINISHED: frozenset({BroadcastState.SENDING}),
}

DELIVERY_STEPS: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.QUEUED: frozenset({DeliveryState.CLAIMED, DeliveryState.SKIPPED}),
    DeliveryState.CLAIMED: frozenset(
        {
            DeliveryState.ACCEPTED,
            DeliveryState.FAILED,
            DeliveryState.UNKNOWN,
            DeliveryState.SKIPPED,
            DeliveryState.QUEUED,  # certainly not taken
        }
    ),
    DeliveryState.UNKNOWN: frozenset(
        {
            DeliveryState.ACCEPTED,
            DeliveryState.FAILED,
            DeliveryState.QUEUED,
            DeliveryState.SKIPPED,
        }
    ),
    DeliveryState.ACCEPTED: frozenset(
        {
            DeliveryState.SENT,
            DeliveryState.DELIVERED,
            DeliveryState.UNDELIVERED,
            DeliveryState.FAILED,
        }
    ),
    DeliveryState.SENT: frozenset(
        {DeliveryState.DELIVERED, DeliveryState.UNDELIVERED, DeliveryState.FAILED}
    ),
    DeliveryState.DELIVERED: frozenset(),
    DeliveryState.UNDELIVERED: frozenset(),
    DeliveryState.FAILED: frozenset(),
    DeliveryState.SKIPPED: frozenset(),
}

OPEN = (DeliveryState.QUEUED, DeliveryState.CLAIMED)
"""A broadcast with one of these is not finished."""

REACHED = (
    DeliveryState.CLAIMED,
    DeliveryState.UNKNOWN,
    DeliveryState.ACCEPTED,
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
)
"""Who may have the text, and so must get the all-clear."""

TOLD_OR_WILL_BE = (DeliveryState.QUEUED, *REACHED)
"""Who needs no second row when a late list is added."""

_RANK = {
    DeliveryState.QUEUED: 0,
    DeliveryState.CLAIMED: 0,
    DeliveryState.UNKNOWN: 0,
    DeliveryState.SKIPPED: 0,
    DeliveryState.ACCEPTED: 1,
    DeliveryState.SENT: 2,
    DeliveryState.DELIVERED: 3,
    DeliveryState.UNDELIVERED: 3,
    DeliveryState.FAILED: 3,
}


def step(broadcast: Broadcast, to: BroadcastState) -> None:
    """Move a broadcast on. Raises Conflict when its lifecycle has no such step."""
    current = BroadcastState(broadcast.state)
    if to not in BROADCAST_STEPS[current]:
        raise Conflict(
            f"Broadcast {broadcast.id} is {current}; from there it cannot become {to}. "
            f"`hub broadcast status {broadcast.id}` shows it."
        )
    broadcast.state = to.value


def receipt_moves(current: DeliveryState, said: DeliveryState) -> bool:
    """Does a receipt that says `said` move a row that is `current`?

    A receipt is evidence, whatever the row was thought to be (queued and skipped too); never backwards, and a
    final state stands.
    """
    return _RANK[said] > _RANK[current]
