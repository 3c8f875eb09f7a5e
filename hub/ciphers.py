"""The cipher for telephone numbers and secrets at rest, and how its key is told from another without being shown."""

from __future__ import annotations

import hashlib
import hmac
import threading

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from hub.errors import Conflict


class NumberUnreadable(Conflict):
    """What is stored was encrypted with another key."""


def fingerprint(key: bytes) -> str:
    """Tells keys apart: 32 hex digits from which the key cannot be found."""
    return hmac.new(key, b"klarbesked key", hashlib.sha256).hexdigest()[:32]


class NumberCipher:
    """AES-SIV, deterministic: equal numbers have equal bytes, so that uniqueness and look-up work; who reads the
    table sees equality and nothing else. It notes that a thread encrypted something, so that the key can be held
    against the database's before that is committed. Safe to share between threads."""

    def __init__(self, key: bytes) -> None:
        self.fingerprint = fingerprint(key)
        self._cipher = AESSIV(key)
        self._thread = threading.local()

    def encrypt(self, data: bytes, context: list[bytes] | None) -> bytes:
        """`context` binds the result to one use."""
        self._thread.used = True
        return self._cipher.encrypt(data, context)

    def decrypt(self, data: bytes, context: list[bytes] | None) -> bytes:
        """Raises NumberUnreadable for what another key, or another context, made."""
        try:
            return self._cipher.decrypt(data, context)
        except InvalidTag:
            raise NumberUnreadable(
                "A telephone number cannot be read with this HUB_NUMBER_KEY: set the key that it was stored with (after "
                "`hub keys rotate`, the new one) and restart."
            ) from None

    def take_used(self) -> bool:
        """Did this thread encrypt anything since it was last asked?"""
        used = getattr(self._thread, "used", False)
        self._thread.used = False
        return bool(used)
