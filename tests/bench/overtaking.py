"""An all-clear is confirmed while 50,000 wait: how long until its first text is handed over, by a real worker."""

from __future__ import annotations

import json
import time
from pathlib import Path

from hub.database import db
from hub.incidents import announcing, register
from hub.incidents.announcing import Order
from tests.bench.measuring import line
from tests.bench.sending import ANN, BEN, make_people
from tests.bench.towns import make_list, town, working

WAITING = 50_000
TIMES = 3


def run() -> None:
    for kind in ("sqlite", "postgresql"):
        seconds = sorted(_once(kind) for _ in range(TIMES))
        line(
            f"all-clear confirmed while {WAITING:,} wait, to first hand-over, {kind}, median of {TIMES}",
            seconds[len(seconds) // 2] * 1000,
            "ms (to reach: 1000)",
        )
        line("  the slowest of them", seconds[-1] * 1000, "ms")


def _once(kind: str) -> float:
    rate = {"HUB_SMS_SEGMENTS_PER_SECOND": "100", "HUB_GATEWAYS": "outbox"}
    with town(kind, **rate) as (app, environment):
        make_people()
        make_list(WAITING, name="bench")
        incident = register.open_incident("water-boil", actor=ANN).id
        during = Order("water-boil/during", incident, audience="bench", examples=True)
        announcing.confirm(announcing.prepare(during, actor=ANN).announcement, actor=BEN)
        outbox = app.config["HUB"].data_dir / "outbox.jsonl"
        with working(environment):
            while not _bodies(outbox):
                time.sleep(0.1)
            time.sleep(2)
            clear = Order("water-boil/all-clear", incident, examples=True)
            prepared = announcing.prepare(clear, actor=ANN)
            body = prepared.composed.sms["da"]
            db.session.rollback()
            began = time.monotonic()
            announcing.confirm(prepared.announcement, actor=BEN)
            while body not in _bodies(outbox):
                assert time.monotonic() - began < 20, "the all-clear did not go out"
                time.sleep(0.005)
            return time.monotonic() - began


def _bodies(outbox: Path) -> set[str]:
    """What the last lines of the outbox say."""
    if not outbox.exists():
        return set()
    lines = outbox.read_text(encoding="utf-8").splitlines()[-40:]
    return {json.loads(item)["body"] for item in lines if item.endswith("}")}
