"""Where gateways report."""

from __future__ import annotations

from hub.settings import Settings


def callback_url(settings: Settings, delivery: int, attempt: int) -> str:
    """Where Twilio reports on one attempt at one delivery."""
    return f"{settings.public_url}/hooks/twilio/{delivery}/{attempt}"
