"""Handing over by batches: 100,000 messages through a gateway that takes many in one request."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hub.database import db
from hub.sms import standing
from tests.bench.handing_over import resident
from tests.bench.measuring import line
from tests.bench.towns import LATENCY_MS, make_waiting, town
from tests.fakes.gatewayapi_server import TOKEN

MESSAGES = 100_000
RATE = 10_000
LONGEST_SECONDS = 600


def run() -> None:
    for kind in ("sqlite", "postgresql"):
        with (
            gatewayapi_like() as gateway,
            town(kind, **gateway, HUB_SMS_SEGMENTS_PER_SECOND=str(RATE)) as (_, environment),
        ):
            broadcast = make_waiting(MESSAGES)
            db.session.remove()
            seconds, most = _send(environment)
            taken = standing.status(db.session(), broadcast)["deliveries"]["accepted"]
            assert taken == MESSAGES, taken
            line(f"{MESSAGES:,} by batches, {kind} (to reach: 60 s)", seconds, "s")
            line(f"  the sending process held at most ({kind}; to reach: 300)", most, "MB")


def _send(environment: dict[str, str]) -> tuple[float, float]:
    """One sending process until nothing is left: its seconds, and its memory at its most in MB."""
    began, most = time.monotonic(), 0.0
    with subprocess.Popen(
        [sys.executable, "-m", "tests.sms.sending", str(LONGEST_SECONDS)],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as nursery:
        assert nursery.stdin
        assert nursery.stdout
        nursery.stdin.write("\n")
        nursery.stdin.flush()
        child = int(nursery.stdout.readline())
        began = time.monotonic()
        while True:
            time.sleep(0.2)
            try:
                most = max(most, resident(child))
            except (OSError, KeyError):  # it ended; a dead one has no memory any more
                break
        seconds = time.monotonic() - began
        nursery.stdin.close()
    return seconds, most


@contextmanager
def gatewayapi_like() -> Iterator[dict[str, str]]:
    """The GatewayAPI-like server in a process of its own; the settings of a hub that sends through it."""
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.fakes.gatewayapi_server"),
            *("--latency-ms", str(LATENCY_MS), "--no-callbacks"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        try:
            yield {
                "HUB_GATEWAYS": "gatewayapi",
                "GATEWAYAPI_TOKEN": TOKEN,
                "GATEWAYAPI_BASE_URL": server.stdout.readline().strip(),
            }
        finally:
            server.terminate()
