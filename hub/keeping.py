"""Settings of those who keep the hub running: backups, monitors, alarms, the proxy in front of it, its log."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

SECRETS = frozenset(
    {
        "HUB_ALARM_SECRET",
        "HUB_BACKUP_KEY",
        "HUB_METRICS_TOKEN",
        "HUB_NUMBER_KEY_NEXT",
        "HUB_SMTP_URL",
    }
)
"""Never shown: `HUB_SMTP_URL` may hold a password."""

SHORTEST_TOKEN = 16


class Reader(Protocol):
    """What `hub.settings` gives: reads one variable, refuses a wrong one in one line."""

    def text(self, name: str, default: str) -> str: ...

    def checked(self, name: str, default: Any, read: Callable[[str], Any], allowed: str) -> Any: ...


@dataclass(frozen=True)
class Keeping:
    """`backup_key` and `number_key_next` are raw bytes (None: not set). `alarm_mail` are addresses, `smtp_url`
    `smtp[s]://[user:password@]host[:port]`; `alarm_webhook` an address that alarms are posted to, signed with
    `alarm_secret`. `reminder_mail` are pairs of an owner and an address; an empty owner stands for all that are not
    named. `trusted_proxies` is how many proxies of our own stand before the web process."""

    backup_key: bytes | None = field(default=None, repr=False)
    number_key_next: bytes | None = field(default=None, repr=False)
    metrics_token: str = field(default="", repr=False)
    log: str = "text"
    smtp_url: str = field(default="", repr=False)
    alarm_mail: tuple[str, ...] = ()
    alarm_from: str = ""
    alarm_webhook: str = ""
    alarm_secret: str = field(default="", repr=False)
    reminder_mail: tuple[tuple[str, str], ...] = ()
    trusted_proxies: int = 0
    redact_personal: bool = True


def read_keeping(read: Reader, key: Callable[[str], bytes], key_words: str) -> Keeping:
    """Read all of it; `key` turns a key's text into bytes. Raises as the reader does."""
    return Keeping(
        backup_key=read.checked("HUB_BACKUP_KEY", None, key, key_words),
        number_key_next=read.checked("HUB_NUMBER_KEY_NEXT", None, key, key_words),
        metrics_token=read.checked(
            "HUB_METRICS_TOKEN", "", _token, f"{SHORTEST_TOKEN} or more characters without blanks"
        ),
        log=read.checked("HUB_LOG", "text", _one_of("text", "json"), "text or json"),
        smtp_url=read.checked(
            "HUB_SMTP_URL",
            "",
            _smtp,
            "smtp://host:25, smtp://user:password@host:587 or smtps://...",
        ),
        alarm_mail=read.checked("HUB_ALARM_MAIL", (), _addresses, "comma-separated mail addresses"),
        alarm_from=read.checked("HUB_ALARM_FROM", "", _address, "a mail address"),
        alarm_webhook=read.checked("HUB_ALARM_WEBHOOK", "", _web, "an http or https address"),
        alarm_secret=read.checked(
            "HUB_ALARM_SECRET", "", _token, f"{SHORTEST_TOKEN} or more characters without blanks"
        ),
        reminder_mail=read.checked(
            "HUB_REMINDER_MAIL",
            (),
            _owned_addresses,
            "comma-separated mail addresses, each alone or as owner=address",
        ),
        trusted_proxies=read.checked(
            "HUB_TRUSTED_PROXIES", 0, _few, "how many proxies of your own stand in front, 0 to 5"
        ),
        redact_personal=read.checked(
            "HUB_REDACT_PERSONAL", True, lambda raw: _one_of("yes", "no")(raw) == "yes", "yes or no"
        ),
    )


def missing(found: Keeping) -> str | None:
    """The variable that is not set though another one needs it, in one line; None when all is there."""
    if found.alarm_mail and not found.smtp_url:
        return "HUB_SMTP_URL is not set: HUB_ALARM_MAIL is, and mail needs a server"
    if found.reminder_mail and not found.smtp_url:
        return "HUB_SMTP_URL is not set: HUB_REMINDER_MAIL is, and mail needs a server"
    if found.alarm_webhook and not found.alarm_secret:
        return "HUB_ALARM_SECRET is not set: HUB_ALARM_WEBHOOK is, and what is posted there is signed with it"
    return None


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(raw)
        return raw

    return read


def _few(raw: str) -> int:
    if not 0 <= int(raw) <= 5:
        raise ValueError(raw)
    return int(raw)


def _token(raw: str) -> str:
    if len(raw) < SHORTEST_TOKEN or not raw.isascii() or re.search(r"\s", raw):
        raise ValueError(raw)
    return raw


def _smtp(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(raw)
    if parts.port is not None and not parts.port:
        raise ValueError(raw)
    return raw.rstrip("/")


def _web(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment:
        raise ValueError(raw)
    if parts.port is not None and not parts.port:
        raise ValueError(raw)
    return raw


def _address(raw: str) -> str:
    if not re.fullmatch(r"[^@\s,<>\"]{1,64}@[A-Za-z0-9.-]{1,190}", raw):
        raise ValueError(raw)
    return raw


def _addresses(raw: str) -> tuple[str, ...]:
    return tuple(_address(part.strip()) for part in raw.split(",") if part.strip())


def _owned_addresses(raw: str) -> tuple[tuple[str, str], ...]:
    """`Vand og Miljø=vand@example.dk, beredskab@example.dk`."""
    found = []
    for part in (item.strip() for item in raw.split(",")):
        owner, equals, address = part.rpartition("=")
        if part:
            if equals and not owner.strip():
                raise ValueError(raw)
            found.append((" ".join(owner.split()), _address(address.strip())))
    return tuple(found)
