"""A server that takes files by SFTP: its address, and opening it. paramiko is needed only where this is used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hub.settings import Settings
from hub.site.targets.errors import TargetError

if TYPE_CHECKING:
    from hub.site.targets.sftp_site import SftpTarget


@dataclass(frozen=True)
class SftpAddress:
    """Where, as whom and what opens it. `path` is absolute, or below the user's home where it was `/~/...`."""

    url: str
    host: str
    port: int
    user: str
    path: str
    key: Path | None
    known_hosts: Path
    password: str


def sftp_address(url: str, settings: Settings) -> SftpAddress:
    """What `sftp://user@host[:port]/path` and the settings say. Raises ValueError for any other address."""
    parts = urlsplit(url)
    if parts.scheme != "sftp" or not parts.hostname or not parts.username:
        raise ValueError(url)
    path = unquote(parts.path).rstrip("/")
    targeting = settings.targeting
    return SftpAddress(
        url=url,
        host=parts.hostname,
        port=parts.port or 22,
        user=unquote(parts.username),
        path=path.removeprefix("/~/"),
        key=targeting.sftp_key.expanduser() if targeting.sftp_key else None,
        known_hosts=targeting.sftp_known_hosts.expanduser(),
        password=targeting.sftp_password,
    )


def sftp_target(url: str, settings: Settings) -> SftpTarget:
    """The target at an address. Nothing is asked yet. Raises TargetError where paramiko is not installed."""
    address = sftp_address(url, settings)
    try:
        from hub.site.targets.sftp_site import SftpTarget  # 0.3 s, and not installed everywhere
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "paramiko":
            raise
        raise TargetError(
            f"{url} cannot be opened: paramiko is not installed. Install it (`pip install klarbesked[sftp]`), or "
            "take the address out of HUB_SITE_TARGETS."
        ) from error
    return SftpTarget(address)
