"""300 receipts a second for a minute, on the same two cores as the load itself and a worker that applies them."""

from __future__ import annotations

import asyncio
import random
import time

from sqlalchemy import String, cast, literal, select, update

from hub import clock
from hub.database import db, deciding
from hub.models import Delivery, Receipt, ReceivedReceipt
from hub.settings import Settings
from hub.sms.standing import status
from tests.bench.measuring import line
from tests.bench.towns import make_waiting, town, twilio_like, working
from tests.sms.receipt_load import Call, send
from tests.sms.test_receipts_load import PUBLIC, free_port, web

RATE = 300
SECONDS = 60
MESSAGES = RATE * SECONDS // 3
"""Three callbacks a message: queued, sent, delivered."""


def run() -> None:
    for kind in ("sqlite", "postgresql"):
        with (
            twilio_like() as gateway,
            town(kind, HUB_PUBLIC_URL=PUBLIC, **gateway) as (app, environment),
        ):
            broadcast = make_waiting(MESSAGES)
            calls = _calls(broadcast)
            port = free_port()
            settings: Settings = app.config["HUB"]
            db.session.remove()
            with web(settings, environment, port), working(environment):
                time.sleep(3)
                found = asyncio.run(send(f"http://127.0.0.1:{port}", PUBLIC, calls, rate=RATE))
                applied = _wait_until_applied(time.monotonic())
            assert not found.others, found.others[:5]
            deliveries = status(db.session(), broadcast)["deliveries"]
            assert deliveries["delivered"] == MESSAGES, deliveries
            assert db.session.query(Receipt).count() == len({(c.delivery, c.status) for c in calls})
            seconds = sorted(found.seconds)
            line(f"receipts answered, {kind}", len(found.answered) / found.took, "a second (300)")
            line("  median until answered", seconds[len(seconds) // 2] * 1000, "ms")
            line("  99 of 100 until answered", seconds[len(seconds) * 99 // 100] * 1000, "ms")
            line("  all applied after the last answer", applied, "s")


def _calls(broadcast: int) -> list[Call]:
    """Every message's callbacks, those of one message near one another but in any order, some doubled."""
    with deciding() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.broadcast_id == broadcast)
            .values(
                state="accepted",
                attempt=1,
                gateway="twilio",
                gateway_id=literal("SM") + cast(Delivery.id, String),
                handed_over_at=clock.now(),
            )
        )
    chance, placed = random.Random(5), []
    rows = db.session.execute(
        select(Delivery.id, Delivery.number).where(Delivery.broadcast_id == broadcast)
    ).all()
    db.session.rollback()
    for index, (delivery, number) in enumerate(rows):
        for what in ("sent", "delivered", chance.choice(("sent", "delivered"))):
            place = index * 3 + chance.uniform(0, 600)
            placed.append((place, Call(delivery, f"SM{delivery}", what, number or "")))
    return [call for _, call in sorted(placed, key=lambda item: item[0])]


def _wait_until_applied(since: float) -> float:
    while True:
        db.session.rollback()
        if not db.session.scalar(select(ReceivedReceipt.id).limit(1)):
            return time.monotonic() - since
        time.sleep(0.05)
