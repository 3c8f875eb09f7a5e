"""A server on loopback that behaves like GatewayAPI's REST API, with its faults; nothing ever leaves the machine.

    python -m tests.fakes.gatewayapi_server --port 8088 --latency-ms 80 --lost-percent 2

It takes `POST /rest/mtsms` (a message or a list of them, all or nothing), answers `GET /rest/mtsms/<id>`, calls back
with signed statuses, and remembers every message that it accepted. `GET /_accepted` gives them as JSON. Encoding is
done as the provider says: what GSM 03.38 does not have becomes `?` unless UCS2 was asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hmac
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from hub.text.segments import Encoding, count
from tests.fakes.serving import Reporting, in_a_thread, serve

TOKEN = "made-up-gatewayapi-token"
SECRET = "made-up-webhook-secret"


@dataclass
class Faults:
    """How the server behaves; tests change it while it runs. Shares are percents of requests (not of messages)."""

    latency: float = 0.0
    lost_percent: float = 0.0  # accepted, then the connection is cut without an answer
    cut_percent: float = 0.0  # cut before anything was accepted
    error_percent: float = 0.0  # accepted, then answered with 500
    garbled_percent: float = 0.0  # accepted, then answered with something unreadable
    hang_percent: float = 0.0  # accepted, then no answer for `hang_seconds`
    hang_seconds: float = 30.0
    unavailable: bool = False  # 503 for all
    refuse: tuple[int, str | None] | None = None  # an HTTP status and an error code for all
    too_many: int = 0  # so many more requests are answered 429
    first_status: str = "BUFFERED"
    last_status: str = "DELIVERED"
    last_code: str | None = None
    status_after: float = 0.2  # seconds from accepted to the last status
    callbacks: bool = True
    early_callbacks: bool = False  # before the answer to the request that created the message
    doubled_callbacks: bool = False
    shuffled_callbacks: bool = False
    newer_callbacks: bool = (
        False  # as the Mobile Messaging API calls: an envelope, signed over the body
    )
    invalid: set[str] = field(
        default_factory=set
    )  # numbers refused without a code and without being named
    blocked: set[str] = field(default_factory=set)  # numbers refused by name
    link: str | None = None  # a web address that the account may not send


@dataclass
class Message:
    """A message that the server accepted, to one phone. `arrived` is when its request came in (`time.monotonic`)."""

    id: int
    to: str
    sender: str
    body: str
    userref: str | None
    arrived: float
    validity: int | None
    callback: str | None
    request: int


ERRORS = {
    "0x0213": "Unauthorized IP-address: %1",
    "0x0215": "MSISDN %1 blacklisted",
    "0x0216": "Insufficient credit",
    "0x0310": "A message contains the same recipient more than once. MSISDNs %1 is duplicated",
    "0x0312": "The message contains a link that is not allowed: %1",
}


class GatewayAPIServer(Reporting):
    """The server. `accepted` holds all messages in order, `requests` counts sending requests by outcome."""

    FIRST = "ENROUTE"

    def __init__(self, *, seed: int = 1, secret: str = SECRET) -> None:
        self.faults = Faults()
        self.accepted: list[Message] = []
        self.requests: Counter[str] = Counter()
        self.sizes: list[int] = []
        self.callback_answers: Counter[int] = Counter()
        self.url = ""
        self._secret = secret.encode()
        self._by_id: dict[int, Message] = {}
        self._random = random.Random(seed)
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    @property
    def hub_settings(self) -> dict[str, str]:
        """What a hub has to be told to send through this server."""
        return {
            "GATEWAYAPI_TOKEN": TOKEN,
            "GATEWAYAPI_BASE_URL": self.url,
            "GATEWAYAPI_WEBHOOK_SECRET": self._secret.decode(),
        }

    def application(self) -> web.Application:
        app = web.Application(client_max_size=8 * 2**20)
        app.router.add_post("/rest/mtsms", self.send)
        app.router.add_get("/rest/mtsms/{id}", self.fetch)
        app.router.add_get("/_accepted", self.show)
        app.cleanup_ctx.append(self._with_session)
        return app

    async def _with_session(self, _: web.Application) -> Any:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50))
        yield
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()

    def _chance(self, percent: float) -> bool:
        return percent > 0 and self._random.random() * 100 < percent

    def _error(self, status: int, code: str | None, *variables: str) -> web.Response:
        self.requests[code or str(status)] += 1
        words = ERRORS.get(code or "", "It cannot be done.")
        data: dict[str, Any] = {"message": words, "incident_uuid": "0" * 36}
        if code:
            data["code"] = code
        if variables:
            data["variables"] = list(variables)
        return web.json_response(data, status=status)

    async def send(self, request: web.Request) -> web.StreamResponse:
        faults, arrived = self.faults, time.monotonic()
        data = await request.json()
        if self._chance(faults.cut_percent):
            self.requests["cut"] += 1
            return self._hang_up(request)
        if faults.latency:
            await asyncio.sleep(faults.latency * self._random.uniform(0.875, 1.125))
        asked = data if isinstance(data, list) else [data]
        refusal = self._refusal(request, asked)
        if refusal is not None:
            return refusal
        self.sizes.append(len(asked))
        messages = [self._accept(item, arrived) for item in asked]
        if faults.early_callbacks:
            for message in messages:
                await self._call_back(message, faults.last_status)
        elif faults.callbacks:
            for message in messages:
                self._later(self._report(message))
        return await self._answer(request, messages)

    def _refusal(self, request: web.Request, asked: list[Any]) -> web.Response | None:
        faults = self.faults
        right = "Basic " + base64.b64encode(f"{TOKEN}:".encode()).decode()
        if not hmac.compare_digest(request.headers.get("Authorization", ""), right):
            return self._error(401, None)
        if faults.unavailable:
            self.requests["503"] += 1
            return web.Response(status=503, text="Service Unavailable")
        if faults.too_many > 0:
            faults.too_many -= 1
            self.requests["429"] += 1
            return web.Response(status=429, text="Too Many Requests")
        if faults.refuse is not None:
            return self._error(*faults.refuse)
        for item in asked:
            numbers = [str(recipient["msisdn"]) for recipient in item["recipients"]]
            twice = [number for number, times in Counter(numbers).items() if times > 1]
            if twice:
                return self._error(422, "0x0310", *twice)
            if faults.invalid & {f"+{number}" for number in numbers}:
                return self._error(422, None)
            named = [number for number in numbers if f"+{number}" in faults.blocked]
            if named:
                return self._error(403, "0x0215", named[0])
            if faults.link and faults.link in item["message"]:
                return self._error(422, "0x0312", faults.link)
            if int(item.get("validity_period", 60)) < 60:
                return self._error(422, "0x0308")
        return None

    def _accept(self, item: dict[str, Any], arrived: float) -> Message:
        body = item["message"]
        if item.get("encoding", "UTF8") != "UCS2":
            body = "".join(one if count(one).encoding is Encoding.GSM7 else "?" for one in body)
        message = Message(
            id=421_000_000 + len(self.accepted),
            to=f"+{item['recipients'][0]['msisdn']}",
            sender=item.get("sender", ""),
            body=body,
            userref=item.get("userref"),
            arrived=arrived,
            validity=item.get("validity_period"),
            callback=item.get("callback_url"),
            request=len(self.sizes),
        )
        self.accepted.append(message)
        self._by_id[message.id] = message
        return message

    async def _answer(self, request: web.Request, messages: list[Message]) -> web.StreamResponse:
        faults = self.faults
        if self._chance(faults.lost_percent):
            self.requests["lost"] += 1
            return self._hang_up(request)
        if self._chance(faults.hang_percent):
            self.requests["hung"] += 1
            await asyncio.sleep(faults.hang_seconds)
            return self._hang_up(request)
        if self._chance(faults.error_percent):
            self.requests["500"] += 1
            return web.json_response({"message": "Internal error"}, status=500)
        if self._chance(faults.garbled_percent):
            self.requests["garbled"] += 1
            return web.Response(status=200, text="<html>OK</html>")
        self.requests["accepted"] += 1
        return web.json_response(
            {
                "ids": [message.id for message in messages],
                "usage": {"countries": {"DK": len(messages)}, "currency": "DKK", "total_cost": 0.1},
            }
        )

    @staticmethod
    def _hang_up(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def fetch(self, request: web.Request) -> web.Response:
        message = self._by_id.get(int(request.match_info["id"]))
        if message is None or time.monotonic() - message.arrived < self.faults.status_after:
            return self._error(404, None)
        recipient = {
            "msisdn": int(message.to[1:]),
            "dsnstatus": self.faults.last_status,
            "dsnerrorcode": self.faults.last_code,
        }
        return web.json_response(
            [{"id": message.id, "userref": message.userref, "recipients": [recipient]}]
        )

    async def _call_back(self, message: Message, status: str) -> None:
        if not message.callback or self._session is None:
            return
        body, headers = self.notification(message, status)
        try:
            async with self._session.post(message.callback, data=body, headers=headers) as answer:
                self.callback_answers[answer.status] += 1
        except aiohttp.ClientError:
            self.callback_answers[0] += 1

    def notification(self, message: Message, status: str) -> tuple[bytes, dict[str, str]]:
        """A callback's body and headers, signed."""
        failed = status in ("UNDELIVERABLE", "EXPIRED", "REJECTED")
        code = self.faults.last_code if failed else None
        if self.faults.newer_callbacks:
            event = {
                "msg_id": str(message.id),
                "recipient": int(message.to[1:]),
                "reference": message.userref,
                "status": status,
                "status_at": "2026-11-21T11:49:12.005021+00:00",
                "error": {"hex_code": code, "details": "It failed"} if code else None,
            }
            body = json.dumps(
                {
                    "event_id": str(message.id),
                    "timestamp": "2026-11-21T11:50:12.003029+00:00",
                    "event_type": "message.status.sms",
                    "event": event,
                }
            ).encode()
            return body, {"Signature": f"v1={hmac.digest(self._secret, body, 'sha256').hex()}"}
        said = {
            "id": message.id,
            "msisdn": int(message.to[1:]),
            "time": 1_795_000_000,
            "status": status,
            "error": "It failed" if code else None,
            "code": code,
            "userref": message.userref,
        }
        return json.dumps(said).encode(), {"X-Gwapi-Signature": token(said, self._secret)}

    def bodies(self) -> dict[str, list[str]]:
        """What every number got."""
        found: dict[str, list[str]] = {}
        for message in list(self.accepted):
            found.setdefault(message.to, []).append(message.body)
        return found


def token(claims: dict[str, Any], secret: bytes, algorithm: str = "HS256") -> str:
    """A JSON Web Token over the claims."""

    def coded(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    header = coded(json.dumps({"typ": "JWT", "alg": algorithm}).encode())
    signing = f"{header}.{coded(json.dumps(claims).encode())}"
    return f"{signing}.{coded(hmac.digest(secret, signing.encode(), 'sha256'))}"


@contextmanager
def running(server: GatewayAPIServer | None = None, port: int = 0) -> Iterator[GatewayAPIServer]:
    """The server in a thread of its own, on a free port, until the block ends."""
    current = server or GatewayAPIServer()
    with in_a_thread(current, port, "fake-gatewayapi"):
        yield current


def main() -> None:
    """Serve until interrupted; prints the address on the first line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency-ms", type=float, default=80.0)
    parser.add_argument("--lost-percent", type=float, default=0.0)
    parser.add_argument("--no-callbacks", action="store_true")
    given = parser.parse_args()
    server = GatewayAPIServer()
    server.faults.latency = given.latency_ms / 1000
    server.faults.lost_percent = given.lost_percent
    server.faults.callbacks = not given.no_callbacks

    def ready(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
        print(server.url, flush=True)

    with suppress(KeyboardInterrupt):
        asyncio.run(serve(server, given.port, ready))


if __name__ == "__main__":
    main()
