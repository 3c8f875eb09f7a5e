"""What a publish cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """Files that were sent, their bytes on the wire (the target's own notes too), and files removed."""

    files: int
    size: int
    removed: int = 0
