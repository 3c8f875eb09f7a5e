"""How a demo's data directory is known: made-up data must never meet a real gateway."""

from __future__ import annotations

from pathlib import Path

MARKER = ".made-by-hub-demo"


def is_demo(folder: Path) -> bool:
    """Was this data directory made by `hub demo`?"""
    return (folder / MARKER).exists()
