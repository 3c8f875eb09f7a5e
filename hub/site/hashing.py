"""One hash over a whole site, by which a target is read back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping


def site_hash(files: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> str:
    """SHA-256, in hex, over all paths and contents, whatever their order."""
    items = files.items() if isinstance(files, Mapping) else files
    digest = hashlib.sha256()
    for path, content in sorted(
        (path, hashlib.sha256(content).digest()) for path, content in items
    ):
        digest.update(f"{path}\0".encode())
        digest.update(content)
    return digest.hexdigest()
