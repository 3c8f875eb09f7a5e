"""What a target's `status.json` says, however it was fetched."""

from __future__ import annotations

import json
from typing import Any


def read_mark(content: bytes) -> dict[str, Any] | None:
    """The document in a `status.json`; None where it cannot be understood."""
    try:
        found = json.loads(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
