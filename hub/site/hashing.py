"""One hash over a whole site, by which a target is read back; and what is worth working out once for each content."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable, Mapping


def site_hash(files: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> str:
    """SHA-256, in hex, over all paths and contents, whatever their order."""
    items = files.items() if isinstance(files, Mapping) else files
    return hash_of_digests((path, hashlib.sha256(content).digest()) for path, content in items)


def hash_of_digests(digests: Iterable[tuple[str, bytes]]) -> str:
    """The same from each content's SHA-256."""
    whole = hashlib.sha256()
    for path, digest in sorted(digests):
        whole.update(f"{path}\0".encode())
        whole.update(digest)
    return whole.hexdigest()


class Remembered:
    """Works something out once for each content. `keep_only` forgets all others: call it now and then, or this grows
    with every edition of every page. Threads may share it: at worst something is worked out twice."""

    def __init__(self, work_out: Callable[[bytes], bytes]) -> None:
        self._work_out = work_out
        self._kept: dict[bytes, bytes] = {}

    def __call__(self, content: bytes) -> bytes:
        found = self._kept.get(content)
        if found is None:
            found = self._kept[content] = self._work_out(content)
        return found

    def keep_only(self, contents: Iterable[bytes]) -> None:
        kept = self._kept
        self._kept = {content: kept[content] for content in contents if content in kept}


digest = Remembered(lambda content: hashlib.sha256(content).digest())
"""SHA-256 of a content."""

squeezed = Remembered(lambda content: gzip.compress(content, 9, mtime=0))
"""gzip -9 of a content; equal for equal content, whenever it is made."""


def keep_only(files: Mapping[str, bytes]) -> None:
    """Forget what was worked out for contents that are in no file of these."""
    digest.keep_only(files.values())
    squeezed.keep_only(files.values())
