"""Twilio's receipts: whether Twilio signed them, and which delivery they name."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import current_app
from twilio.request_validator import RequestValidator

from hub.models import DeliveryState
from hub.settings import Settings
from hub.sms.gateways.callbacks import callback_url
from hub.sms.gateways.twilio_codes import INBOUND, SAYS
from hub.sms.receipt_inbox import keep
from hub.sms.receipts import Told

log = logging.getLogger(__name__)

_PATH = re.compile(r"/hooks/twilio/(\d{1,18})/(\d{1,9})/?$")


def twilio_callback(url: str, form: Mapping[str, str], signature: str) -> int:
    """A status callback of Twilio; the HTTP status to answer with: 204 once it is kept, 403 when it is not Twilio's
    or not signed over our public address, 404 for an address that names no delivery.

    `url` is the address as it was called (only its path's end and its query are used: a proxy may have changed the
    rest), `form` all fields as they came (a MultiDict is fine).
    """
    settings: Settings = current_app.config["HUB"]
    parts = urlsplit(url)
    named = _PATH.search(parts.path)
    if named is None:
        return 404
    delivery_id, attempt = int(named[1]), int(named[2])
    address = callback_url(settings, delivery_id, attempt)
    if parts.query:
        address = f"{address}?{parts.query}"
    validator = RequestValidator(settings.twilio_auth_token)
    if not settings.twilio_auth_token or not validator.validate(address, form, signature or ""):
        log.warning("a callback that Twilio did not sign was refused")
        return 403
    status = form.get("MessageStatus") or form.get("SmsStatus") or ""
    gateway_id = form.get("MessageSid") or form.get("SmsSid") or ""
    if not gateway_id or not status or status in INBOUND:
        return 204
    said = SAYS.get(status, DeliveryState.ACCEPTED)
    code = (form.get("ErrorCode") or "")[:20] or None
    number = form.get("To") or None
    keep(Told(delivery_id, attempt, "twilio", gateway_id, status, code, said, number))
    return 204
