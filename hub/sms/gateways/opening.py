"""Which gateway a name means."""

from __future__ import annotations

from importlib import import_module

from hub.settings import GATEWAY_NAMES, Settings
from hub.sms.gateways.base import Gateway


def open_gateway(name: str, settings: Settings, *, in_flight: int | None = None) -> Gateway:
    """The gateway of this name; enter it with `async with`. `in_flight` overrides how many requests run at once.

    Raises ValueError for a name that `hub.settings` does not know.
    """
    if name not in GATEWAY_NAMES:
        raise ValueError(name)
    # Providers' clients are heavy: only the one that sends is loaded, so that a command starts quickly.
    gateway: Gateway = import_module(f"hub.sms.gateways.{name}").gateway(settings, in_flight)
    return gateway


def usable(name: str, settings: Settings) -> bool:
    """Can this gateway be asked, perhaps for rows from before the settings changed?"""
    has_account = {
        "outbox": True,
        "twilio": bool(settings.twilio_account_sid),
        "gatewayapi": bool(settings.gatewayapi_token),
    }
    return has_account.get(name, False)
