"""Webhooks: what gateways report to us."""

from __future__ import annotations

from flask import Response, current_app, request

from hub.settings import Settings
from hub.sms.gatewayapi_receipts import gatewayapi_callback
from hub.sms.twilio_receipts import twilio_callback


def twilio(delivery: int, attempt: int) -> Response:
    """A status callback of Twilio on one attempt at one delivery. Only what Twilio signed is kept."""
    settings: Settings = current_app.config["HUB"]
    address = f"{settings.public_url}{request.full_path.removesuffix('?')}"
    signature = request.headers.get("X-Twilio-Signature", "")
    status = twilio_callback(address, request.form, signature)
    response = Response(status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def gatewayapi() -> Response:
    """A status callback of GatewayAPI, which names the delivery itself. Only what GatewayAPI signed is kept."""
    response = Response(status=gatewayapi_callback(dict(request.headers), request.get_data()))
    response.headers["Cache-Control"] = "no-store"
    return response
