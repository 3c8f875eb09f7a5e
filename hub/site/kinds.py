"""What each file of the site is for the wire: its content type, how long it may be kept, whether it travels compressed."""

from __future__ import annotations

import os
import re

CACHE_CONTROL = "public, max-age=15, stale-if-error=86400"
"""Status-page fact sheet, 4b: fresh within 15 seconds, and a day old rather than nothing when the source is gone."""

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".ssml": "application/ssml+xml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".svg": "image/svg+xml",
}

SMALLEST_GZIP = 600
"""Below this, in bytes, compressing saves no packet."""

_GAINS = frozenset((".html", ".json", ".xml", ".atom", ".svg"))
_FOR_MACHINES = re.compile(r"(/ovelse)?/((phone|cap)/.*|status\.json)")


def content_type(path: str) -> str:
    """The content type of a file by its name."""
    return CONTENT_TYPES.get(os.path.splitext(path)[1], "application/octet-stream")


def gains_by_gzip(path: str, size: int) -> bool:
    """Is a compressed copy worth having beside this file?"""
    return size >= SMALLEST_GZIP and os.path.splitext(path)[1] in _GAINS


def stored_compressed(path: str, size: int) -> bool:
    """May a store hold this file compressed alone? A store sends what it holds, also to who cannot unpack it: every
    browser and feed reader can, a phone robot or a `status.json` poller of twenty lines may not."""
    return gains_by_gzip(path, size) and not _FOR_MACHINES.fullmatch(path)
