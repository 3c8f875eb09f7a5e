"""What a target may raise."""

from __future__ import annotations

from hub.errors import HubError


class TargetError(HubError):
    """The target could not be read or written. Readers still have its last whole site."""


STILL = "Readers still have the last page."
