"""Compressed copies beside the files of a site, for web servers that hand them out as they are (nginx `gzip_static`).

A copy is derived: the site's hash does not depend on it. But one that does not unpack to its file is a change.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping

from hub.site.hashing import squeezed
from hub.site.kinds import gains_by_gzip

COPY = ".gz"


def with_copies(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files and their copies."""
    copies = {
        path + COPY: squeezed(content)
        for path, content in files.items()
        if gains_by_gzip(path, len(content))
    }
    return {**files, **copies}


def without_copies(found: Mapping[str, bytes]) -> dict[str, bytes]:
    """What was found without the copies that unpack to their file."""
    return {path: content for path, content in found.items() if not _is_copy(path, content, found)}


def _is_copy(path: str, content: bytes, found: Mapping[str, bytes]) -> bool:
    original = found.get(path.removesuffix(COPY)) if path.endswith(COPY) else None
    if original is None:
        return False
    try:
        return gzip.decompress(content) == original
    except (OSError, EOFError, zlib.error):
        return False
