"""The lifecycles, over all pairs of states."""

from __future__ import annotations

import itertools

import pytest

from hub.errors import Conflict
from hub.models import Broadcast, BroadcastState, DeliveryState
from hub.sms.states import BROADCAST_STEPS, DELIVERY_STEPS, receipt_moves, step

BROADCAST = {
    "prepared": "waiting",
    "waiting": "sending stopped",
    "sending": "paused stopped finished",
    "paused": "sending stopped",
    "stopped": "",
    "finished": "sending",
}
DELIVERY = {
    "queued": "claimed skipped",
    "claimed": "accepted failed unknown skipped queued",
    "unknown": "accepted failed queued skipped",
    "accepted": "sent delivered undelivered failed",
    "sent": "delivered undelivered failed",
    "delivered": "",
    "undelivered": "",
    "failed": "",
    "skipped": "",
}
RECEIPTS = {
    "queued": "accepted sent delivered undelivered failed",
    "claimed": "accepted sent delivered undelivered failed",
    "unknown": "accepted sent delivered undelivered failed",
    "skipped": "accepted sent delivered undelivered failed",
    "accepted": "sent delivered undelivered failed",
    "sent": "delivered undelivered failed",
}


@pytest.mark.parametrize(("start", "end"), list(itertools.product(BroadcastState, repeat=2)))
def test_a_broadcast_takes_only_the_steps_of_its_lifecycle(
    start: BroadcastState, end: BroadcastState
) -> None:
    broadcast = Broadcast(id=7, state=start.value)
    if end in BROADCAST[start].split():
        step(broadcast, end)
        assert broadcast.state == end
    else:
        with pytest.raises(Conflict, match=f"Broadcast 7 is {start}"):
            step(broadcast, end)
        assert broadcast.state == start


@pytest.mark.parametrize(("start", "end"), list(itertools.product(DeliveryState, repeat=2)))
def test_a_delivery_takes_only_the_steps_of_its_lifecycle(
    start: DeliveryState, end: DeliveryState
) -> None:
    assert (end in DELIVERY_STEPS[start]) == (end in DELIVERY[start].split())


@pytest.mark.parametrize(("start", "said"), list(itertools.product(DeliveryState, repeat=2)))
def test_a_receipt_moves_a_row_forward_and_never_back(
    start: DeliveryState, said: DeliveryState
) -> None:
    assert receipt_moves(start, said) == (said in RECEIPTS.get(start, "").split())


def test_every_state_has_its_steps() -> None:
    assert set(BROADCAST_STEPS) == set(BroadcastState)
    assert set(DELIVERY_STEPS) == set(DeliveryState)
