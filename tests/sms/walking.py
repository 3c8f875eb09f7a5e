"""A model of gateways and of workers for walks in any order: no network, no threads, and a clock that the walk moves.

The workers' decisions are the hub's own functions; only what `hub.sms.dispatcher` does between them (hold rows, send
requests, take answers) is done here step by step, so that a walk can stop anywhere in between.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hub.models import DeliveryState
from hub.sms import moments
from hub.sms.claiming import Claimed, Texts, claim
from hub.sms.gateways.base import Found, Handover, Kind, Outcome
from hub.sms.holding import Holding, is_fresh
from hub.sms.looking import Look, look
from hub.sms.marking import Answer, GivenBack, mark
from hub.sms.reconciling import Reconciler

LEASE = 60.0
TIMEOUT = LEASE / 4
LAG = 40.0
"""The longest that a list may lag in a walk: below two leases, as `docs/delivery.md` says."""


@dataclass
class Message:
    """One that a gateway accepted."""

    gateway: str
    sid: str
    delivery: int
    attempt: int
    number: str
    body: str
    made_at: datetime
    seen_at: datetime


@dataclass
class GatewayModel:
    """What a gateway knows, and how it answers when asked for its list."""

    name: str
    now: Callable[[], datetime]
    chance: random.Random
    messages: list[Message] = field(default_factory=list)
    list_fails: bool = False
    lag: float = 0.0
    batch_limit: int = 1
    in_flight: int = 4

    def accept(self, item: Handover) -> Message:
        now = self.now()
        message = Message(
            self.name,
            f"{self.name}{len(self.messages)}",
            item.delivery,
            item.attempt,
            item.number,
            item.body,
            now,
            now + timedelta(seconds=self.lag),
        )
        self.messages.append(message)
        return message

    async def find(self, number: str, since: datetime) -> list[Found] | None:
        if self.list_fails:
            return None
        return [
            Found(item.sid, item.body, item.made_at, DeliveryState.ACCEPTED)
            for item in reversed(self.messages)
            if item.number == number and item.made_at >= since and item.seen_at <= self.now()
        ]


@dataclass
class Request:
    """A hand-over on its way, not answered yet."""

    item: Claimed
    gateway: GatewayModel
    began: float


async def at_once(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


class Worker:
    """One process that sends through one gateway."""

    def __init__(self, name: str, gateway: GatewayModel) -> None:
        self.name = name
        self.gateway = gateway
        self.holding = Holding(LEASE / 2)
        self.look = Look(0.0, frozenset(), frozenset(), None)
        self.texts: Texts = {}
        self.requests: list[Request] = []
        self.answers: list[Answer] = []
        self.given_back: list[GivenBack] = []
        self.reconciler = Reconciler(gateway, LEASE, at_once)  # type: ignore[arg-type]  # only its list is asked

    def claim(self, most: int) -> None:
        found = claim(
            self.name, self.gateway.name, rate=None, lease=LEASE, most=most, texts=self.texts
        )
        self.holding.add(found.rows)

    def read(self) -> None:
        self.look = look(self.name)
        self.holding.drop_lost(self.look)

    def hand_over(self, most: int) -> list[Request]:
        """Begin requests for what may leave now."""
        now = moments.steady()
        self.given_back += self.holding.take_stale(self.look, now)
        rows = self.holding.take(most, now)
        if not all(is_fresh(item, self.look, now) for item in rows):
            self.holding.add(rows)
            return []
        fresh = [Request(item, self.gateway, now) for item in rows]
        self.requests += fresh
        return fresh

    def answer(self, request: Request, kind: Kind, sid: str | None = None) -> None:
        self.requests.remove(request)
        item = request.item.handover
        code = {Kind.REFUSED: "21614", Kind.CONFIGURATION: "20003"}.get(kind)
        outcome = Outcome(item.delivery, item.attempt, kind, sid, code, kind.value)
        self.answers.append(Answer(outcome, item.broadcast, 0.5 if kind is Kind.LATER else 0.0))

    def write_down(self) -> None:
        mark(self.gateway.name, self.answers, self.given_back, lease=LEASE)
        self.answers, self.given_back = [], []

    async def reconcile(self) -> None:
        await self.reconciler.run_once()


def told(gateways: Sequence[GatewayModel]) -> Counter[tuple[str, str]]:
    """How often each text was accepted for each phone, at all gateways together."""
    return Counter((item.number, item.body) for one in gateways for item in one.messages)
