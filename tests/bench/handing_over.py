"""Handing over: how fast with rows and all, beside the same client without rows; how steady; how much memory."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence

from hub.database import db
from hub.settings import Settings
from hub.sms import dispatching, standing
from hub.sms.gateways.base import Handover
from hub.sms.gateways.opening import open_gateway
from tests.bench.measuring import line, timed
from tests.bench.towns import make_waiting, numbers, town, twilio_like

MESSAGES = 20_000
IN_FLIGHT = 100
RATE = 100
PACED_SECONDS = 60
SIZES = (10_000, 100_000, 1_000_000)


def run() -> None:
    with_and_without_rows()
    paced()
    memory()


def with_and_without_rows() -> None:
    for kind in ("sqlite", "postgresql"):
        with twilio_like() as gateway, town(kind, **gateway) as (app, _):
            baseline = asyncio.run(_bare(app.config["HUB"]))
            line(
                f"baseline: the same client, {IN_FLIGHT} in flight, without rows",
                baseline,
                "messages/s",
            )
            broadcast = make_waiting(MESSAGES)
            with timed() as ours:
                assert dispatching.run_broadcast(broadcast, timeout=600)
            taken = standing.status(db.session(), broadcast)["deliveries"]["accepted"]
            assert taken == MESSAGES, taken
            rate = ours.per_second(MESSAGES)
            line(f"{MESSAGES:,} with rows, {kind} (to reach: 0.9)", rate, "messages/s", baseline)


async def _bare(settings: Settings) -> float:
    """The gateway's own client, as many at once, nothing written down."""
    items = [
        Handover(index, 1, 1, number, "da", "Eksempel Kommune: Kog vandet i Nordby.", 1)
        for index, number in enumerate(numbers(MESSAGES // 2), 1)
    ]
    gate = asyncio.Semaphore(IN_FLIGHT)
    async with open_gateway("twilio", settings, in_flight=IN_FLIGHT) as gateway:

        async def one(item: Handover) -> None:
            async with gate:
                await gateway.send([item])

        with timed() as found:
            await asyncio.gather(*(one(item) for item in items))
    return found.per_second(len(items))


def paced() -> None:
    """Two worker processes share the contract's rate for a minute."""
    for kind in ("sqlite", "postgresql"):
        rate = {"HUB_SMS_SEGMENTS_PER_SECOND": str(RATE)}
        with (
            twilio_like(latency_ms=20) as gateway,
            town(kind, **gateway, **rate) as (_, environment),
        ):
            broadcast = make_waiting(RATE * PACED_SECONDS)
            other = subprocess.Popen(
                [sys.executable, "-m", "tests.sms.sending"],
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
            assert other.stdin
            other.stdin.write(b"\n")
            other.stdin.flush()
            try:
                assert dispatching.run_broadcast(broadcast, timeout=200)
            finally:
                os.killpg(other.pid, 9)
                other.wait()
            arrived = _arrivals(gateway["TWILIO_BASE_URL"])
        assert len(arrived) == RATE * PACED_SECONDS
        reached = (len(arrived) - 1) / (arrived[-1] - arrived[0]) / RATE
        print(
            f"paced at {RATE} segments/s, two workers, {kind}: {reached:.3f} of it (to reach: 0.97 to 1.00)"
        )
        print(f"  most in any second at the gateway: {busiest(arrived)} (limit {RATE})", flush=True)


def _arrivals(url: str) -> list[float]:
    with urllib.request.urlopen(f"{url}/_accepted", timeout=60) as answer:
        return sorted(item["arrived"] for item in json.load(answer))


def busiest(moments: Sequence[float]) -> int:
    """The most in any half-open second."""
    most = start = 0
    for index, moment in enumerate(moments):
        while moments[start] <= moment - 1:
            start += 1
        most = max(most, index - start + 1)
    return most


def memory() -> None:
    """What a worker process holds at most, for lists of different length."""
    found = []
    for size in SIZES:
        with (
            twilio_like(latency_ms=5) as gateway,
            town("sqlite", **gateway) as (_, environment),
        ):
            make_waiting(size)
            db.session.remove()
            found.append(_most_held(environment))
            line(f"memory of a worker, {size:,} wait", found[-1], "MB")
    print(f"  largest beside smallest: {max(found) / min(found):.2f} (to reach: 1.20)", flush=True)


def _most_held(environment: dict[str, str], seconds: float = 25.0) -> float:
    """Resident memory of a sending process after so many seconds, at its most, in MB."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.sms.sending", str(seconds)],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as nursery:
        assert nursery.stdin
        assert nursery.stdout
        nursery.stdin.write("\n")
        nursery.stdin.flush()
        child, most = int(nursery.stdout.readline()), 0.0
        end = time.monotonic() + seconds - 1
        while time.monotonic() < end:
            time.sleep(0.5)
            try:
                most = max(most, resident(child))
            except OSError:
                break
        os.killpg(nursery.pid, 9)
    return most


def resident(process: int) -> float:
    with open(f"/proc/{process}/status", encoding="ascii") as file:
        fields = dict(row.split(":", 1) for row in file)
    return int(fields["VmRSS"].split()[0]) / 1024
