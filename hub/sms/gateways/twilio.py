"""Twilio, through its official asynchronous client.

The client is given its own session (its own allows 100 connections and no more) and its own time limit: twilio
9.13 passes `timeout=None` to aiohttp, so that a dead connection would hang for ever (twilio-python issue 925).
It never retries: a POST that is sent twice is a message sent twice.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
from twilio.base.exceptions import TwilioException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from hub.models import DeliveryState
from hub.settings import Settings
from hub.sms.gateways.base import TOO_LATE, Found, Handover, Kind, Outcome, Status
from hub.sms.gateways.callbacks import callback_url
from hub.sms.gateways.twilio_codes import INBOUND, SAYS, kind_of
from hub.sms.gateways.wire import TooLate, leaving, tracing
from hub.sms.moments import steady

log = logging.getLogger(__name__)

API = "https://api.twilio.com"
LONGEST_WAIT = 14_400
"""Seconds that a message may wait at Twilio at most: Twilio's 10 hours are too long for a warning."""
PAGE_SIZE = 500
LISTS_BESIDE = 24
"""Connections for lists, so that they never make a message wait for one."""


class TimedClient(AsyncTwilioHttpClient):  # type: ignore[misc]  # twilio has no types
    """Twilio's HTTP client with a time limit on each request, and silent: its own log shows telephone numbers."""

    def __init__(self, session: aiohttp.ClientSession, seconds: float) -> None:
        super().__init__(pool_connections=False)
        self.session = session
        self.seconds = seconds

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        auth: tuple[str, str] | None = None,
        data: dict[str, Any] | None = None,
        **more: Any,
    ) -> Any:
        if auth is not None:  # aiohttp's own way of passing it goes away with its next version
            headers = {**headers, "Authorization": aiohttp.encode_basic_auth(*auth)}
        form = urlencode(data).encode() if data else None  # a fifth faster than aiohttp's own
        async with asyncio.timeout(self.seconds):
            return await super().request(method, url, headers=headers, data=form, **more)

    def log_request(self, kwargs: dict[str, Any]) -> None:
        pass

    def log_response(self, status_code: int, response: Any) -> None:
        pass


class Twilio:
    """The gateway `twilio`: one request a message, `in_flight` at once."""

    name = "twilio"
    batch_limit = 1

    def __init__(self, settings: Settings, in_flight: int = 100) -> None:
        self.settings = settings
        self.in_flight = in_flight
        self._session: aiohttp.ClientSession | None = None
        self._client: Any = None

    async def __aenter__(self) -> Twilio:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self.in_flight + LISTS_BESIDE),
            trace_configs=[tracing()],
        )
        self._client = Client(
            self.settings.twilio_account_sid,
            self.settings.twilio_auth_token,
            http_client=TimedClient(self._session, self.settings.request_timeout),
        )
        if self.settings.twilio_base_url:
            base = self.settings.twilio_base_url
            self._client.get_hostname = lambda uri: uri.replace(API, base, 1)
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, batch: Sequence[Handover]) -> list[Outcome]:
        return list(await asyncio.gather(*(self._send(item) for item in batch)))

    async def _send(self, item: Handover) -> Outcome:
        if steady() >= item.not_after:
            return _outcome(item, Kind.LATER, words=TOO_LATE)
        with leaving(item.not_after) as request:
            try:
                message = await self._client.messages.create_async(**self._parameters(item))
            except TooLate:
                return _outcome(item, Kind.LATER, words=TOO_LATE)
            except Exception as error:  # whatever it was: refused, waiting, or in doubt
                return outcome_of(error, item, left=request.left)
        if not message.sid:
            return _outcome(item, Kind.DOUBT, words="Twilio's answer names no message")
        return _outcome(item, Kind.ACCEPTED, gateway_id=message.sid)

    def _parameters(self, item: Handover) -> dict[str, Any]:
        settings = self.settings
        parameters: dict[str, Any] = {
            "to": item.number,
            "body": item.body,
            "validity_period": max(1, min(item.valid_for or LONGEST_WAIT, LONGEST_WAIT)),
        }
        if settings.twilio_messaging_service_sid:
            parameters["messaging_service_sid"] = settings.twilio_messaging_service_sid
        if settings.sms_sender:
            parameters["from_"] = settings.sms_sender
        if settings.callbacks:
            parameters["status_callback"] = callback_url(settings, item.delivery, item.attempt)
        return parameters

    async def find(self, number: str, since: datetime) -> list[Found] | None:
        try:
            listed = await self._client.messages.list_async(to=number, page_size=PAGE_SIZE)
        except (TwilioException, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.info("a list could not be read from Twilio: %s", type(error).__name__)
            return None
        found = []
        for message in listed:
            if not isinstance(message.date_created, datetime) or not message.sid:
                return None
            said = SAYS.get(str(message.status), DeliveryState.ACCEPTED)
            if message.date_created >= since and message.status not in INBOUND:
                code = message.error_code
                found.append(
                    Found(
                        gateway_id=message.sid,
                        body=message.body or "",
                        made_at=message.date_created,
                        said=said,
                        code=None if code is None else str(code),
                    )
                )
        return sorted(found, key=lambda item: item.made_at, reverse=True)

    async def redact(self, gateway_id: str) -> bool:
        """Delete a message's body; False when Twilio does not do it now (it is still on its way, or unreachable)."""
        try:
            await self._client.messages(gateway_id).update_async(body="")
        except (TwilioException, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            if getattr(error, "status", None) == 404:
                return True
            log.info("a text could not be deleted at Twilio: %s", type(error).__name__)
            return False
        return True

    async def status(self, gateway_id: str) -> Status | None:
        try:
            message = await self._client.messages(gateway_id).fetch_async()
        except (TwilioException, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.info("a status could not be read from Twilio: %s", type(error).__name__)
            return None
        said = SAYS.get(str(message.status))
        code = message.error_code
        return None if said is None else Status(said, None if code is None else str(code))


def _outcome(
    item: Handover,
    kind: Kind,
    *,
    gateway_id: str | None = None,
    code: str | None = None,
    words: str | None = None,
) -> Outcome:
    return Outcome(item.delivery, item.attempt, kind, gateway_id, code, words)


def outcome_of(error: Exception, item: Handover, *, left: bool) -> Outcome:
    """What an error says of a message. `left`: had the request begun to leave this machine?

    Only what certainly was not taken may be sent again: no connection was made, or Twilio itself says so with one
    of its codes. Everything else is in doubt.
    """
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    if status is None:
        if not left:
            return _outcome(
                item, Kind.LATER, words=f"no connection to Twilio: {type(error).__name__}"
            )
        return _outcome(item, Kind.DOUBT, words=f"no answer from Twilio: {type(error).__name__}")
    if status == 429:
        return _outcome(item, Kind.LATER, code=str(code), words="Twilio is asked too much at once")
    if not 400 <= status < 500 or not isinstance(code, int) or code == status:
        return _outcome(item, Kind.DOUBT, code=str(status), words=f"Twilio answered {status}")
    known = kind_of(code)
    if known is not None:
        return _outcome(item, known[0], code=str(code), words=known[1])
    words = _without_numbers(f"Twilio refuses with {code}: {getattr(error, 'msg', '')}")
    if status != 400:
        return _outcome(item, Kind.CONFIGURATION, code=str(code), words=words)
    return Outcome(item.delivery, item.attempt, Kind.REFUSED, None, str(code), words, general=True)


def _without_numbers(words: str) -> str:
    """Twilio's own words may quote the telephone number."""
    return re.sub(r"\+?\d[\d ]{6,}", "(number)", words)[:300]


def gateway(settings: Settings, in_flight: int | None) -> Twilio:
    """What `opening.open_gateway` calls."""
    return Twilio(settings, in_flight or 100)
