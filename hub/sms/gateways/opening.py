"""Which gateway a name means."""

from __future__ import annotations

from hub.settings import Settings
from hub.sms.gateways.base import Gateway
from hub.sms.gateways.outbox import Outbox
from hub.sms.gateways.twilio import Twilio


def open_gateway(name: str, settings: Settings, *, in_flight: int | None = None) -> Gateway:
    """The gateway of this name; enter it with `async with`. `in_flight` overrides how many requests run at once.

    Raises ValueError for a name that `hub.settings` does not know.
    """
    if name == "outbox":
        return Outbox(settings)
    if name == "twilio":
        return Twilio(settings, in_flight or 100)
    raise ValueError(name)


def usable(name: str, settings: Settings) -> bool:
    """Can this gateway be asked, perhaps for rows from before the settings changed?"""
    return name == "outbox" or (name == "twilio" and bool(settings.twilio_account_sid))
