"""Settings of the places that the site is published to: their addresses, and what opens them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import urlsplit

SECRETS = frozenset({"HUB_SFTP_PASSWORD"})

ADDRESSES = "file:<folder>, s3://<bucket>[/prefix], gs://<bucket>[/prefix], az://<account>/<container>[/prefix] or sftp://<user>@<host>[:port]/<path>"

_BUCKET = r"[a-zA-Z0-9][a-zA-Z0-9._-]{1,62}"
_PREFIX = r"(/[A-Za-z0-9_][A-Za-z0-9._-]*)*/?"
_FORMS = (
    r"file:.*[^/].*",
    rf"(s3|gs)://{_BUCKET}{_PREFIX}",
    rf"az://{_BUCKET}/{_BUCKET}{_PREFIX}",
)

CLOUD_NAMES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_SAS_KEY",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_SERVICE_ACCOUNT",
)
"""What opens a store, by the names that its own tools use. Others of theirs are read from the environment alone."""


class Reader(Protocol):
    """What `hub.settings` gives: reads one variable, refuses a wrong one in one line."""

    def text(self, name: str, default: str) -> str: ...

    def checked(self, name: str, default: Any, read: Callable[[str], Any], allowed: str) -> Any: ...


@dataclass(frozen=True)
class Targeting:
    """`s3_endpoint` is empty for Amazon's own. `sftp_key` is None: an agent's keys are tried. `cloud` holds the
    CLOUD_NAMES that are set, in lower case."""

    s3_endpoint: str = ""
    sftp_key: Path | None = None
    sftp_known_hosts: Path = Path("~/.ssh/known_hosts")
    sftp_password: str = field(default="", repr=False)
    cloud: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)


def read_targeting(read: Reader) -> Targeting:
    """Read all of it. Raises as the reader does."""
    return Targeting(
        s3_endpoint=read.checked("HUB_S3_ENDPOINT", "", _web, "an http or https address"),
        sftp_key=read.checked("HUB_SFTP_KEY", None, Path, "the path of a private key"),
        sftp_known_hosts=read.checked(
            "HUB_SFTP_KNOWN_HOSTS",
            Path("~/.ssh/known_hosts"),
            Path,
            "the path of a known_hosts file",
        ),
        sftp_password=read.text("HUB_SFTP_PASSWORD", ""),
        cloud=MappingProxyType(
            {name.lower(): value for name in CLOUD_NAMES if (value := read.text(name, ""))}
        ),
    )


def read_addresses(raw: str) -> tuple[str, ...]:
    """Comma-separated addresses. Raises ValueError for one of no known form, for one given twice, for a password."""
    targets = tuple(part.strip() for part in raw.split(",") if part.strip())
    if not targets or len(set(targets)) != len(targets):
        raise ValueError(raw)
    for target in targets:
        check_address(target)
    return targets


def check_address(target: str) -> None:
    """Raises ValueError unless the address has one of the forms in ADDRESSES."""
    if target.startswith("sftp:"):
        parts = urlsplit(target)
        named = parts.username and parts.hostname and parts.path.strip("/")
        if not named or parts.password or parts.query or parts.fragment or parts.port == 0:
            raise ValueError(target)
    elif not any(re.fullmatch(form, target) for form in _FORMS):
        raise ValueError(target)


def without_password(text: str) -> str:
    """The text with any password in an address made unreadable."""
    return re.sub(r"(://[^:/@\s,]+):[^@\s,]*@", r"\1:***@", text)


def _web(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(raw)
    if parts.username or parts.password or parts.port == 0:
        raise ValueError(raw)
    return raw.rstrip("/")
