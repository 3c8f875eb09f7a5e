"""GatewayAPI, in batches: one request of its REST API holds up to 500 messages, each to one phone.

Of its two APIs the hub uses `POST /rest/mtsms`. It says at once what it refuses (no credit, a sender, a link; the
newer `/mobile/multi` takes everything and tells afterwards), and it is told the encoding, so that no character is
replaced silently. The request is a list: every message has its own id and its own `userref`, and personal texts
travel together with plain ones. A message to many recipients would share one id and one reference among them.

There is no list by recipient and no key that makes a repeated request harmless: after a lost answer only a
receipt tells, found by its `userref`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import aiohttp

from hub.models import DeliveryState
from hub.settings import Settings
from hub.sms.gateways.base import TOO_LATE, Found, Handover, Kind, Outcome, Status
from hub.sms.gateways.gatewayapi_codes import SAYS, kind_of, spelling
from hub.sms.gateways.wire import TooLate, leaving, tracing
from hub.sms.moments import steady
from hub.text.segments import Encoding, count

log = logging.getLogger(__name__)

LONGEST_WAIT = 14_400
SHORTEST_WAIT = 60
"""Seconds that a message may wait there; GatewayAPI takes no less than a minute."""
SAME_REFUSALS = 6
"""When so many messages of a batch, one after another, were refused alone with a code that the hub does not know,
the rest is not asked about: it is not the recipients."""
_ENCODINGS = {Encoding.GSM7: "UTF8", Encoding.UCS2: "UCS2"}


@dataclass(frozen=True)
class _Verdict:
    """What a request's answer says of all its messages. `ids` when they were taken; `named` are numbers that a
    refusal names; `apart`: it may be about some of them only, and asking in parts finds out about which."""

    kind: Kind
    code: str | None = None
    words: str | None = None
    ids: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    general: bool = False
    apart: bool = False


class GatewayAPI:
    """The gateway `gatewayapi`. At most four requests at once: the provider allows forty connections an address."""

    name = "gatewayapi"
    batch_limit = 500

    def __init__(self, settings: Settings, in_flight: int = 4) -> None:
        self.settings = settings
        self.in_flight = in_flight
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> GatewayAPI:
        token = aiohttp.encode_basic_auth(self.settings.gatewayapi_token, "")
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self.in_flight + 4),
            headers={"Authorization": token, "Accept": "application/json"},
            trace_configs=[tracing()],
        )
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, batch: Sequence[Handover]) -> list[Outcome]:
        """Hand a batch over. When something in it is refused, it is asked about in parts, so that one bad number
        or text never stops the others; only what the provider says it did not take is ever asked about again."""
        found = await _Splitting(self).send(list(batch))
        by_row = {(item.delivery, item.attempt): item for item in found}
        return [by_row[item.delivery, item.attempt] for item in batch]

    def message(self, item: Handover) -> dict[str, Any]:
        """One message of a request."""
        wait = max(SHORTEST_WAIT, min(item.valid_for or LONGEST_WAIT, LONGEST_WAIT))
        message: dict[str, Any] = {
            "class": "standard",
            "message": item.body,
            "sender": self.settings.sms_sender,
            "recipients": [{"msisdn": int(item.number.removeprefix("+"))}],
            "userref": f"{item.delivery}:{item.attempt}",
            "validity_period": wait,
            "encoding": _encoding(item.body),
        }
        if self.settings.gatewayapi_callbacks:
            message["callback_url"] = f"{self.settings.public_url}/hooks/gatewayapi"
        return message

    async def ask(self, items: Sequence[Handover]) -> _Verdict:
        """One request, and what its answer says. Never raises."""
        not_after = min(item.not_after for item in items)
        if steady() >= not_after:
            return _Verdict(Kind.LATER, words=TOO_LATE)
        body = json.dumps([self.message(item) for item in items], ensure_ascii=False).encode()
        with leaving(not_after) as request:
            try:
                status, answer = await self._request("POST", "/rest/mtsms", body)
            except TooLate:
                return _Verdict(Kind.LATER, words=TOO_LATE)
            except Exception as error:  # whatever it was: it waits, or is in doubt
                name = type(error).__name__
                if not request.left:
                    return _Verdict(Kind.LATER, words=f"no connection to GatewayAPI: {name}")
                return _Verdict(Kind.DOUBT, words=f"no answer from GatewayAPI: {name}")
        return verdict_of(status, answer, [item.number for item in items])

    async def _request(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
        """The status and the JSON of an answer; None where it holds none."""
        assert self._session is not None, "used outside `async with`"
        async with asyncio.timeout(self.settings.request_timeout):
            async with self._session.request(
                method,
                self.settings.gatewayapi_base_url + path,
                data=body,
                headers={"Content-Type": "application/json"} if body else None,
                allow_redirects=False,
            ) as answer:
                data = await answer.read()
        try:
            return answer.status, json.loads(data)
        except ValueError:
            return answer.status, None

    async def find(self, number: str, since: datetime) -> list[Found] | None:
        """GatewayAPI has no list by recipient: None, which is evidence of nothing."""
        return None

    async def status(self, gateway_id: str) -> Status | None:
        """By the message's id. The provider's reporting knows a message only some time after it was sent."""
        if not gateway_id.isdigit():
            return None
        try:
            status, answer = await self._request("GET", f"/rest/mtsms/{gateway_id}")
            message = answer[0] if isinstance(answer, list) else answer
            recipient = message["recipients"][0] if status == 200 else {}
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, LookupError, TypeError):
            log.info("a status could not be read from GatewayAPI")
            return None
        said = SAYS.get(str(recipient.get("dsnstatus") or "").upper())
        code = recipient.get("dsnerrorcode")
        return None if said is None else Status(said, None if code is None else _code(code))


class _Splitting:
    """One batch, asked about in ever smaller parts where it is refused."""

    def __init__(self, gateway: GatewayAPI) -> None:
        self.gateway = gateway
        self.strange: list[str | None] = []  # codes of messages refused alone, one after another

    async def send(self, items: list[Handover]) -> list[Outcome]:
        if len(self.strange) >= SAME_REFUSALS and len(set(self.strange)) == 1:
            return [_outcome(item, _Verdict(Kind.LATER, words="not asked about")) for item in items]
        found = await self.gateway.ask(items)
        if found.kind is Kind.ACCEPTED:
            self.strange.clear()
            return [
                replace(_outcome(item, found), gateway_id=number)
                for item, number in zip(items, found.ids, strict=True)
            ]
        if not found.apart or len(items) == 1:
            if found.general:
                self.strange.append(found.code)
            return [_outcome(item, found) for item in items]
        named = [item for item in items if item.number in found.named]
        if named and len(named) < len(items):
            rest = [item for item in items if item.number not in found.named]
            return [*(_outcome(item, found) for item in named), *await self.send(rest)]
        half = len(items) // 2
        return [*await self.send(items[:half]), *await self.send(items[half:])]


@lru_cache(maxsize=64)
def _encoding(body: str) -> str:
    """By the counter that the preview uses; most messages of a batch have the same text."""
    return _ENCODINGS[count(body).encoding]


def _outcome(item: Handover, found: _Verdict) -> Outcome:
    return Outcome(
        item.delivery, item.attempt, found.kind, None, found.code, found.words, found.general
    )


def verdict_of(status: int, answer: Any, numbers: Sequence[str]) -> _Verdict:
    """What an answer says of all messages of its request, to these numbers.

    A refusal (400 to 499 with an error in JSON) is for the whole request: nothing of it was taken. A 5xx, a
    redirect, or an answer that is not as documented leaves doubt.
    """
    if status == 200:
        return _taken(answer, len(numbers))
    if status == 429:
        return _Verdict(Kind.LATER, "429", "GatewayAPI is asked too much at once")
    if status in (404, 405):
        words = "GatewayAPI is not at this address: check GATEWAYAPI_BASE_URL"
        return _Verdict(Kind.CONFIGURATION, str(status), words)
    if not 400 <= status < 500 or not isinstance(answer, dict):
        return _Verdict(Kind.DOUBT, str(status), f"GatewayAPI answered {status}")
    code = spelling(str(answer.get("code") or ""))
    known = kind_of(code) if code else None
    if known is not None:
        kind, words = known
        named = _named(answer.get("variables"), numbers) if kind is Kind.REFUSED else frozenset()
        about_some = kind is Kind.REFUSED or code == "0x0312"
        return _Verdict(kind, code, words, named=named, apart=about_some)
    if status in (401, 403):
        words = "GatewayAPI refuses the login: check GATEWAYAPI_TOKEN and GATEWAYAPI_BASE_URL"
        return _Verdict(Kind.CONFIGURATION, code or str(status), words)
    if status not in (400, 422):
        return _Verdict(Kind.DOUBT, code or str(status), f"GatewayAPI answered {status}")
    words = _without_numbers(f"GatewayAPI refuses with {code or status}: {answer.get('message')}")
    return _Verdict(Kind.REFUSED, code or str(status), words, general=True, apart=True)


def _taken(answer: Any, asked: int) -> _Verdict:
    ids = answer.get("ids") if isinstance(answer, dict) else None
    if not isinstance(ids, list) or len(ids) != asked or not all(_is_id(item) for item in ids):
        return _Verdict(Kind.DOUBT, words="GatewayAPI's answer does not name every message")
    return _Verdict(Kind.ACCEPTED, ids=tuple(str(item) for item in ids))


def _is_id(item: object) -> bool:
    return isinstance(item, int) and not isinstance(item, bool)


def _named(variables: Any, numbers: Sequence[str]) -> frozenset[str]:
    """Which of our numbers a refusal names."""
    said = re.findall(
        r"\d{8,15}", " ".join(map(str, variables if isinstance(variables, list) else ()))
    )
    return frozenset(numbers) & {f"+{item}" for item in said} if said else frozenset()


def _code(code: object) -> str:
    """A receipt's code as hexadecimal text, whichever way it comes."""
    is_number = isinstance(code, int) and not isinstance(code, bool)
    return f"0x{code:04X}" if is_number else spelling(str(code))[:20]


def _without_numbers(words: str) -> str:
    """The provider's own words may quote the telephone number."""
    return re.sub(r"\+?\d[\d ]{6,}", "(number)", words)[:300]


def said_of(word: str) -> DeliveryState:
    """What a receipt's status means here."""
    return SAYS.get(word.upper(), DeliveryState.ACCEPTED)


def gateway(settings: Settings, in_flight: int | None) -> GatewayAPI:
    """What `opening.open_gateway` calls."""
    return GatewayAPI(settings, min(in_flight or 4, 30))
