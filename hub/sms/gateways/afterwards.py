"""Codes that come with a receipt, in words, for each gateway. For display only."""

from __future__ import annotations

from collections.abc import Mapping

from hub.sms.gateways import gatewayapi_codes, twilio_codes

_WORDS: Mapping[str, Mapping[str, str]] = {
    "twilio": twilio_codes.AFTERWARDS,
    "gatewayapi": gatewayapi_codes.AFTERWARDS,
}


def words_for(gateway: str, code: str | None) -> str | None:
    """What a code means; None without one, or for one that is not in the tables."""
    return _WORDS.get(gateway, {}).get(code or "")
