"""Places the site is published to: one module a kind, behind `Target`.

A target is independent of the others: what it raises is its own failure, in words for the operator.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from hub.errors import HubError
from hub.settings import Settings
from hub.site.targets.errors import TargetError
from hub.site.targets.file import FileTarget
from hub.site.targets.sent import Sent
from hub.site.targets.sftp import sftp_target
from hub.site.targets.stores import bucket_target
from hub.targeting import ADDRESSES, check_address, without_password

__all__ = ["Target", "TargetError", "UnknownTarget", "file_folder", "open_target"]


class UnknownTarget(HubError):
    """No kind of target has this address."""


class Target(Protocol):
    """A place that holds the whole site, and shows readers one whole site at any moment."""

    def lock(self) -> AbstractContextManager[None]:
        """Held while one publisher looks at the target and writes; a second one waits. Raises TargetError."""
        ...

    def read_status(self) -> dict[str, Any] | None:
        """The `status.json` that readers get now; None where there is none or it cannot be understood.
        Raises TargetError when the target cannot be reached."""
        ...

    def read_hash(self, *, thorough: bool = True) -> str | None:
        """`site_hash` over every file that readers get now, something else where a file is not what it should be;
        None where there is no site. Without `thorough` as deep as can be done each minute. Needs no lock: a target
        that is being written may look different. Raises TargetError."""
        ...

    def put(self, files: Mapping[str, bytes], revision: int, *, afresh: bool = False) -> Sent:
        """Make these files (path from `/` to content), and no others, the whole site, and read them back. With the
        lock held; `afresh` trusts nothing that stands there. On TargetError, or death at any point, readers keep the
        last whole site."""
        ...

    def close(self) -> None:
        """Let go of connections. May be called at any time, and again."""
        ...


def open_target(url: str, settings: Settings) -> Target:
    """The target at `url`, as written in `HUB_SITE_TARGETS`. Nothing is touched yet. Raises UnknownTarget, and
    TargetError when its keys cannot be understood."""
    try:
        check_address(url)
    except ValueError:
        raise UnknownTarget(
            f"{without_password(url)!r} is no place the site can be published to; allowed is {ADDRESSES}. "
            f"HUB_SITE_TARGETS has {', '.join(settings.site_targets)}."
        ) from None
    folder = file_folder(url)
    if folder is not None:
        return FileTarget(folder)
    if url.startswith("sftp:"):
        return sftp_target(url, settings)
    return bucket_target(url, settings)


def file_folder(url: str) -> Path | None:
    """The folder of a `file:` target (`file:/srv/site`, `file:///srv/site`, `file:site`), absolute; None for
    any other kind."""
    scheme, _, rest = url.partition(":")
    if scheme != "file" or not rest.strip("/"):
        return None
    if rest.startswith("//"):
        rest = "/" + rest.lstrip("/")
    return Path(rest.rstrip("/")).absolute()
