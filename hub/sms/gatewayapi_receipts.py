"""GatewayAPI's receipts: who signed them, and which delivery they name.

Two forms, both of which only GatewayAPI and the hub can make (`GATEWAYAPI_WEBHOOK_SECRET`):

- of the REST API: a JSON Web Token (HS256) in `X-Gwapi-Signature` that holds the whole notification
  (docs/rest.rst, "Authentication token"); the body says the same and is not looked at;
- of the Mobile Messaging API: `Signature: v1=<hexadecimal HMAC-SHA256 of the body>`, the notification being the
  `event` in an envelope.

The delivery and its attempt stand in `userref` (`reference`), which the hub gave with the message.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app

from hub.settings import Settings
from hub.sms.gateways.gatewayapi import said_of
from hub.sms.gateways.gatewayapi_codes import spelling
from hub.sms.receipt_inbox import keep
from hub.sms.receipts import Told

log = logging.getLogger(__name__)

_REFERENCE = re.compile(r"(\d{1,18}):(\d{1,9})")


@dataclass(frozen=True)
class Notice:
    """What a receipt says, in our words. `number` is E.164."""

    delivery: int
    attempt: int
    gateway_id: str
    number: str
    status: str
    code: str | None


def gatewayapi_callback(headers: Mapping[str, str], body: bytes) -> int:
    """A status callback of GatewayAPI; the HTTP status to answer with: 204 once it is kept or names no delivery of
    ours, 403 when GatewayAPI did not sign it.

    GatewayAPI asks again, at growing intervals, for whatever is not answered with 2xx: what can never be used is
    answered 204 and logged.
    """
    settings: Settings = current_app.config["HUB"]
    said = signed(headers, body, settings.gatewayapi_webhook_secret.encode())
    if said is None:
        log.warning("a callback that GatewayAPI did not sign was refused")
        return 403
    notice = notice_of(said)
    if notice is None:
        log.info("a callback of GatewayAPI names no delivery of this hub")
        return 204
    keep(
        Told(
            notice.delivery,
            notice.attempt,
            "gatewayapi",
            notice.gateway_id,
            notice.status,
            notice.code,
            said=said_of(notice.status),
            number=notice.number,
        )
    )
    return 204


def signed(headers: Mapping[str, str], body: bytes, secret: bytes) -> dict[str, Any] | None:
    """What was signed with the secret, compared in constant time; None when nothing was. Pure."""
    if not secret:
        return None
    token = headers.get("X-Gwapi-Signature", "")
    if token:
        return _from_token(token, secret)
    version, _, given = headers.get("Signature", "").partition("=")
    right = hmac.digest(secret, body, "sha256").hex()
    if version != "v1" or not hmac.compare_digest(given.encode(), right.encode()):
        return None
    envelope = _object(body)
    event = envelope.get("event") if envelope else None
    return event if isinstance(event, dict) else {}


def _from_token(token: str, secret: bytes) -> dict[str, Any] | None:
    signing, _, given = token.rpartition(".")
    header, dot, claims = signing.partition(".")
    kind = _object(_decoded(header))
    if (
        not dot or not kind or kind.get("alg") != "HS256"
    ):  # never the algorithm that a stranger chose
        return None
    if not hmac.compare_digest(_decoded(given), hmac.digest(secret, signing.encode(), "sha256")):
        return None
    return _object(_decoded(claims))


def _decoded(part: str) -> bytes:
    """URL-safe base64 without its padding; empty for what is none."""
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def notice_of(said: Mapping[str, Any]) -> Notice | None:
    """The notification in our words; None when it names no delivery of ours, or is no status at all. Pure."""
    named = _REFERENCE.fullmatch(str(said.get("userref") or said.get("reference") or ""))
    gateway_id = said.get("id") or said.get("msg_id")
    number = said.get("msisdn") or said.get("recipient")
    status = said.get("status")
    if not named or not gateway_id or not number or not isinstance(status, str) or not status:
        return None
    error = said.get("error")
    code = error.get("hex_code") if isinstance(error, dict) else said.get("code")
    return Notice(
        delivery=int(named[1]),
        attempt=int(named[2]),
        gateway_id=str(gateway_id)[:64],
        number="+" + str(number).removeprefix("+"),
        status=status[:20],
        code=spelling(str(code))[:20] if code else None,
    )
