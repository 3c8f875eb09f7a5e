"""A server on loopback that behaves like Twilio's Messages API, with its faults; nothing ever leaves the machine.

    python -m tests.fakes.twilio_server --port 8089 --latency-ms 80 --lost-percent 2

It answers create, list by recipient (with paging and a list that may lag) and fetch, calls back with signed
statuses, and remembers every message that it accepted. `GET /_accepted` gives them as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import random
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

from tests.fakes.serving import Reporting, in_a_thread, serve

ACCOUNT = "AC" + "0" * 32
TOKEN = "made-up-token"


@dataclass
class Faults:
    """How the server behaves; tests change it while it runs. Shares are percents of creating requests."""

    latency: float = 0.0
    lost_percent: float = 0.0  # accepted, then the connection is cut without an answer
    cut_percent: float = 0.0  # cut before anything was accepted
    error_percent: float = 0.0  # accepted, then answered with 500
    garbled_percent: float = 0.0  # accepted, then answered with something unreadable
    hang_percent: float = 0.0  # accepted, then no answer for `hang_seconds`
    hang_seconds: float = 30.0
    unavailable: bool = False  # 503 for all
    refuse: tuple[int, int] | None = None  # an HTTP status and an error code for all
    concurrent: int | None = None  # more requests at once are answered 429
    queue_full: int = 0  # so many more requests are answered 21611
    list_lag: float = 0.0  # seconds until a message shows in lists
    list_fails: bool = False
    first_status: str = "queued"
    last_status: str = "delivered"
    last_error: int | None = None
    status_after: float = 0.2  # seconds from accepted to the last status
    callbacks: bool = True
    doubled_callbacks: bool = False
    shuffled_callbacks: bool = False
    early_callbacks: bool = False  # before the answer to the request that created the message
    opted_out: set[str] = field(default_factory=set)
    landlines: set[str] = field(default_factory=set)


@dataclass
class Message:
    """A message that the server accepted. `arrived` is when its request came in (`time.monotonic`)."""

    sid: str
    to: str
    sender: str
    body: str
    arrived: float
    created: datetime
    validity: str | None
    callback: str | None


ERRORS = {
    20003: "Authenticate",
    20429: "Too many concurrent requests",
    21211: "The 'To' number is not a valid phone number.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21614: "'To' number is not a valid mobile number",
}


class TwilioServer(Reporting):
    """The server. `accepted` holds all messages in order, `requests` counts creating requests by outcome."""

    FIRST = "sent"

    def __init__(self, *, seed: int = 1, signing_token: str = TOKEN) -> None:
        self.faults = Faults()
        self.accepted: list[Message] = []
        self.requests: Counter[str] = Counter()
        self.lists = 0
        self.date_filters = 0
        self.callback_answers: Counter[int] = Counter()
        self.page_limit = 1000
        self.url = ""
        self._by_sid: dict[str, Message] = {}
        self._by_number: defaultdict[str, list[Message]] = defaultdict(list)
        self._random = random.Random(seed)
        self._running = 0
        self._validator = RequestValidator(signing_token)
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def application(self) -> web.Application:
        app = web.Application()
        base = "/2010-04-01/Accounts/{account}"
        app.router.add_post(base + "/Messages.json", self.create)
        app.router.add_get(base + "/Messages.json", self.list)
        app.router.add_get(base + "/Messages/{sid}.json", self.fetch)
        app.router.add_post(base + "/Messages/{sid}.json", self.redact)
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

    def _allowed(self, request: web.Request) -> bool:
        expected = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        given = request.headers.get("Authorization", "").removeprefix("Basic ")
        return secrets.compare_digest(given, expected) and request.match_info["account"] == ACCOUNT

    def _error(self, status: int, code: int) -> web.Response:
        self.requests[str(code)] += 1
        words = ERRORS.get(code, "It cannot be done.")
        more_info = f"https://www.twilio.com/docs/errors/{code}"
        return web.json_response(
            {"code": code, "message": words, "more_info": more_info, "status": status},
            status=status,
        )

    async def create(self, request: web.Request) -> web.StreamResponse:
        arrived = time.monotonic()
        self._running += 1
        try:
            return await self._create(request, arrived)
        finally:
            self._running -= 1

    async def _create(self, request: web.Request, arrived: float) -> web.StreamResponse:
        faults = self.faults
        form = await request.post()
        if self._chance(faults.cut_percent):
            self.requests["cut"] += 1
            return self._hang_up(request)
        if faults.latency:
            await asyncio.sleep(faults.latency * self._random.uniform(0.875, 1.125))
        refusal = self._refusal(request, {name: str(value) for name, value in form.items()})
        if refusal is not None:
            return refusal
        message = self._accept({name: str(value) for name, value in form.items()}, arrived)
        if faults.early_callbacks:
            await self._call_back(message, faults.last_status)
        elif message.callback and faults.callbacks:
            self._later(self._report(message))
        return await self._answer(request, message)

    async def _answer(self, request: web.Request, message: Message) -> web.StreamResponse:
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
            return web.Response(status=500, text="Internal Server Error")
        if self._chance(faults.garbled_percent):
            self.requests["garbled"] += 1
            return web.Response(status=201, text="<html>Created</html>")
        self.requests["accepted"] += 1
        return web.json_response(self._shown(message), status=201)

    def _refusal(self, request: web.Request, form: dict[str, str]) -> web.Response | None:
        faults, to = self.faults, form.get("To", "")
        if not self._allowed(request):
            return self._error(401, 20003)
        if faults.unavailable:
            self.requests["503"] += 1
            return web.Response(status=503, text="Service Unavailable")
        if faults.concurrent is not None and self._running > faults.concurrent:
            return self._error(429, 20429)
        if faults.queue_full > 0:
            faults.queue_full -= 1
            return self._error(400, 21611)
        if faults.refuse is not None:
            return self._error(*faults.refuse)
        if not to.startswith("+") or not to[1:].isdigit():
            return self._error(400, 21211)
        if to in faults.opted_out:
            return self._error(400, 21610)
        if to in faults.landlines:
            return self._error(400, 21614)
        return None

    def _accept(self, form: dict[str, str], arrived: float) -> Message:
        message = Message(
            sid="SM" + secrets.token_hex(16),
            to=form["To"],
            sender=form.get("From") or form.get("MessagingServiceSid", ""),
            body=form.get("Body", ""),
            arrived=arrived,
            created=datetime.now(UTC),
            validity=form.get("ValidityPeriod"),
            callback=form.get("StatusCallback"),
        )
        self.accepted.append(message)
        self._by_sid[message.sid] = message
        self._by_number[message.to].append(message)
        return message

    @staticmethod
    def _hang_up(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _status(self, message: Message) -> str:
        age = (datetime.now(UTC) - message.created).total_seconds()
        if age >= self.faults.status_after:
            return self.faults.last_status
        return "sent" if age >= self.faults.status_after / 2 else self.faults.first_status

    def _shown(self, message: Message) -> dict[str, Any]:
        status = self._status(message)
        early = status in ("accepted", "queued", "scheduled")
        created = format_datetime(message.created.replace(microsecond=0))
        return {
            "sid": message.sid,
            "account_sid": ACCOUNT,
            "to": message.to,
            "from": message.sender,
            "body": message.body,
            "status": status,
            "direction": "outbound-api",
            "date_created": created,
            "date_updated": created,
            "date_sent": None if early else created,
            "error_code": self.faults.last_error if status in ("failed", "undelivered") else None,
            "error_message": None,
            "num_segments": "1",
            "num_media": "0",
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "messaging_service_sid": None,
            "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{message.sid}.json",
            "subresource_uris": {},
        }

    async def list(self, request: web.Request) -> web.Response:
        self.lists += 1
        if not self._allowed(request):
            return self._error(401, 20003)
        if self.faults.list_fails or self.faults.unavailable:
            return web.Response(status=503, text="Service Unavailable")
        seen = datetime.now(UTC).timestamp() - self.faults.list_lag
        source = self._by_number[request.query["To"]] if "To" in request.query else self.accepted
        found = [item for item in reversed(source) if item.created.timestamp() <= seen]
        if any(name.startswith("DateSent") for name in request.query):
            self.date_filters += 1  # it hides what was not sent yet: `date_sent` is null until then
            found = [item for item in found if self._shown(item)["date_sent"] is not None]
        size = min(int(request.query.get("PageSize", 50)), self.page_limit)
        page = int(request.query.get("Page", 0))
        rest = found[(page + 1) * size :]
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        query = {name: value for name, value in request.query.items() if name != "Page"}
        following = f"{path}?{urlencode({**query, 'Page': page + 1})}" if rest else None
        return web.json_response(
            {
                "messages": [self._shown(item) for item in found[page * size : (page + 1) * size]],
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + size - 1,
                "uri": str(request.rel_url),
                "first_page_uri": path,
                "previous_page_uri": None,
                "next_page_uri": following,
            }
        )

    async def fetch(self, request: web.Request) -> web.Response:
        if not self._allowed(request):
            return self._error(401, 20003)
        message = self._by_sid.get(request.match_info["sid"])
        if message is None:
            return self._error(404, 20404)
        return web.json_response(self._shown(message))

    async def redact(self, request: web.Request) -> web.Response:
        """Body="" on a message that is over deletes its text; before that Twilio refuses (20009)."""
        if not self._allowed(request):
            return self._error(401, 20003)
        message = self._by_sid.get(request.match_info["sid"])
        if message is None:
            return self._error(404, 20404)
        form = await request.post()
        if form.get("Body") != "" or self._status(message) not in (
            "delivered",
            "undelivered",
            "failed",
        ):
            return self._error(400, 20009)
        message.body = ""
        return web.json_response(self._shown(message))

    async def _call_back(self, message: Message, status: str) -> None:
        if not message.callback or self._session is None:
            return
        form = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "To": message.to,
            "From": message.sender,
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
        }
        if self.faults.last_error is not None and status in ("failed", "undelivered"):
            form["ErrorCode"] = str(self.faults.last_error)
        signature = self._validator.compute_signature(message.callback, form)
        headers = {
            "X-Twilio-Signature": signature,
            "I-Twilio-Idempotency-Token": secrets.token_hex(8),
        }
        try:
            async with self._session.post(message.callback, data=form, headers=headers) as answer:
                self.callback_answers[answer.status] += 1
        except aiohttp.ClientError:
            self.callback_answers[0] += 1

    def bodies(self) -> dict[str, list[str]]:
        """What every number got."""
        found: dict[str, list[str]] = {}
        for message in list(self.accepted):
            found.setdefault(message.to, []).append(message.body)
        return found


@contextmanager
def running(server: TwilioServer | None = None, port: int = 0) -> Iterator[TwilioServer]:
    """The server in a thread of its own, on a free port, until the block ends."""
    current = server or TwilioServer()
    with in_a_thread(current, port, "fake-twilio"):
        yield current


def main() -> None:
    """Serve until interrupted; prints the address on the first line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency-ms", type=float, default=80.0)
    parser.add_argument("--lost-percent", type=float, default=0.0)
    parser.add_argument("--cut-percent", type=float, default=0.0)
    parser.add_argument("--hang-percent", type=float, default=0.0)
    parser.add_argument("--concurrent", type=int, default=None)
    parser.add_argument("--list-lag", type=float, default=0.0)
    parser.add_argument("--no-callbacks", action="store_true")
    given = parser.parse_args()
    server = TwilioServer()
    server.faults = Faults(
        latency=given.latency_ms / 1000,
        lost_percent=given.lost_percent,
        cut_percent=given.cut_percent,
        hang_percent=given.hang_percent,
        concurrent=given.concurrent,
        list_lag=given.list_lag,
        callbacks=not given.no_callbacks,
    )

    def ready(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
        print(server.url, flush=True)

    with suppress(KeyboardInterrupt):
        asyncio.run(serve(server, given.port, ready))


if __name__ == "__main__":
    main()
