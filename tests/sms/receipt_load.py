"""Signed receipts, sent at a steady rate from many connections, as a gateway does after a broadcast."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import aiohttp
from twilio.request_validator import RequestValidator

from tests.fakes.twilio_server import ACCOUNT, TOKEN


@dataclass(frozen=True)
class Call:
    """One callback: what is called, and with what."""

    delivery: int
    sid: str
    status: str
    number: str


@dataclass
class Load:
    """What became of the calls. `answered` were answered 2xx; `seconds` each took, from when it was due."""

    answered: list[Call] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    took: float = 0.0


def signed(url: str, public: str, call: Call) -> tuple[str, dict[str, str], dict[str, str]]:
    """Address, form and headers of a callback. Signing is not part of what is measured: do it before."""
    path = f"/hooks/twilio/{call.delivery}/1"
    form = {
        "MessageSid": call.sid,
        "MessageStatus": call.status,
        "To": call.number,
        "From": "Eksempel",
        "AccountSid": ACCOUNT,
    }
    signature = RequestValidator(TOKEN).compute_signature(public + path, form)
    return url + path, form, {"X-Twilio-Signature": signature}


async def send(
    url: str,
    public: str,
    calls: Sequence[Call],
    *,
    rate: float,
    connections: int = 50,
    ended: Callable[[], bool] = lambda: False,
    noted: Callable[[int], None] = lambda _: None,
) -> Load:
    """Send the calls at a rate (a second), at most so many at once; those not sent when `ended()` are left out.
    `noted` is told after each answer how many there were."""
    ready = [(call, *signed(url, public, call)) for call in calls]
    found, gate = Load(), asyncio.Semaphore(connections)
    began = time.monotonic()

    async def one(index: int) -> None:
        call, address, form, headers = ready[index]
        due = began + index / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        if ended():
            return
        async with gate:
            try:
                async with session.post(address, data=form, headers=headers) as answer:
                    status = answer.status
            except (aiohttp.ClientError, TimeoutError, OSError):
                status = 0
        found.seconds.append(time.monotonic() - due)
        if 200 <= status < 300:
            found.answered.append(call)
            noted(len(found.answered))
        else:
            found.others.append(status)

    limit = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(
        connector=limit, timeout=aiohttp.ClientTimeout(total=20)
    ) as session:
        await asyncio.gather(*(one(index) for index in range(len(ready))))
    found.took = time.monotonic() - began
    return found
