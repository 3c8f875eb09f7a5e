"""Settings: read from the environment and a `.env` file, validated once at start.

All names and defaults are in `docs/settings.md`. A wrong value stops the start with one line that names the
variable, the value and what is allowed.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values

from hub.errors import HubError
from hub.keeping import SECRETS, Keeping, missing, read_keeping
from hub.targeting import ADDRESSES, Targeting, read_addresses, read_targeting, without_password
from hub.targeting import SECRETS as TARGET_SECRETS

T = TypeVar("T")

GATEWAY_NAMES = ("outbox", "twilio", "gatewayapi")
EXAMPLE_MUNICIPALITY = "Eksempel Kommune"
"""What a hub is called that nobody named."""
DEFAULT_RATES = {"twilio": 10.0, "gatewayapi": 100.0}
"""Segments a second without HUB_SMS_SEGMENTS_PER_SECOND; a gateway that is not here is unlimited."""
GATEWAYAPI_EU = "https://gatewayapi.eu"
ENTRA = "login.microsoftonline.com"
SECRET_NAMES = frozenset(
    {
        "HUB_SECRET_KEY",
        "HUB_NUMBER_KEY",
        "HUB_OIDC_CLIENT_SECRET",
        "TWILIO_AUTH_TOKEN",
        "GATEWAYAPI_TOKEN",
        "GATEWAYAPI_WEBHOOK_SECRET",
        "HUB_DATABASE_URL",
        "HUB_QUEUE_URL",
        *SECRETS,
        *TARGET_SECRETS,
    }
)


class SettingsError(HubError):
    """A setting cannot be used. The message is one line."""


def _wrong(name: str, value: str, allowed: str) -> SettingsError:
    shown = "(not shown)" if name in SECRET_NAMES else repr(without_password(value))
    return SettingsError(f"{name}={shown} cannot be used: allowed is {allowed}")


@dataclass(frozen=True)
class Settings:
    """Everything the hub was told at start. Keys are raw bytes; rates are segments per second."""

    municipality: str
    secret_key: bytes
    number_key: bytes
    data_dir: Path
    database_url: str
    queue_url: str
    gateways: tuple[str, ...]
    sms_sender: str | None
    segments_per_second: float | None
    """For every gateway that `rates` does not name; None: each one's default."""
    rates: Mapping[str, float]
    sms_price: float | None
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_messaging_service_sid: str
    twilio_base_url: str
    gatewayapi_token: str = field(repr=False)
    gatewayapi_base_url: str
    gatewayapi_webhook_secret: str = field(repr=False)
    public_url: str
    site_url: str
    municipality_code: str
    """Four digits, for machines that read the feeds; empty: not told."""
    site_targets: tuple[str, ...]
    languages: tuple[str, ...]
    radio: str
    """The station that page and phone send people to when they are too old."""
    accessibility_url: str
    """The accessibility statement; empty while there is none."""
    confirmation: str
    retention_days: int
    network_hours: float
    lease_seconds: float
    oidc_issuer: str
    """Empty: nobody logs in through a provider. Compared byte for byte with what the provider calls itself."""
    oidc_client_id: str
    oidc_client_secret: str = field(repr=False)
    keeping: Keeping = field(default_factory=Keeping)
    targeting: Targeting = field(default_factory=Targeting)

    @property
    def site_address(self) -> str:
        """The site's address as it is written in a text: without its scheme and last slash."""
        return re.sub(r"^https?://", "", self.site_url).rstrip("/")

    @property
    def request_timeout(self) -> float:
        """Seconds that one request to a gateway may take: under a quarter of the lease."""
        return min(10.0, self.lease_seconds * 0.24)

    @property
    def callbacks(self) -> bool:
        """Can Twilio reach `public_url`? A loopback or private one with a real gateway cannot be called."""
        return not is_private(self.public_url) or is_private(self.twilio_base_url)

    @property
    def gatewayapi_callbacks(self) -> bool:
        """Can GatewayAPI call back, and can what it signs be checked?"""
        reachable = not is_private(self.public_url) or is_private(self.gatewayapi_base_url)
        return reachable and bool(self.gatewayapi_webhook_secret)

    def called_back_by(self, gateway: str) -> bool:
        """Do receipts of this gateway come by themselves?"""
        return self.gatewayapi_callbacks if gateway == "gatewayapi" else self.callbacks

    def rate(self, gateway: str) -> float | None:
        """Segments per second for a gateway; None is unlimited."""
        found = self.rates.get(gateway, self.segments_per_second)
        return DEFAULT_RATES.get(gateway) if found is None else found

    def cost(self, segments: int) -> float | None:
        """Kroner for so many parts; None where no price was told."""
        return None if self.sms_price is None else round(self.sms_price * segments, 2)

    def warnings(self) -> tuple[str, ...]:
        """What will work less well than it could, in words for the operator."""
        found = []
        if "twilio" in self.gateways and not self.callbacks:
            found.append(
                f"HUB_PUBLIC_URL={self.public_url} cannot be reached by Twilio: no receipts are called back, "
                "the hub asks Twilio for them instead. Set HUB_PUBLIC_URL to the hub's public address."
            )
        if "gatewayapi" in self.gateways and not self.gatewayapi_webhook_secret:
            found.append(
                "GATEWAYAPI_WEBHOOK_SECRET is not set: GatewayAPI's receipts cannot be checked and are not asked for, "
                "so that a message whose answer is lost stays unknown until a person decides. Set it here and on the "
                "webhook in GatewayAPI's dashboard."
            )
        elif "gatewayapi" in self.gateways and not self.gatewayapi_callbacks:
            found.append(
                f"HUB_PUBLIC_URL={self.public_url} cannot be reached by GatewayAPI: no receipts are called back, so "
                "that a message whose answer is lost stays unknown until a person decides. Set HUB_PUBLIC_URL to the "
                "hub's public address."
            )
        return tuple(found)


def is_private(url: str) -> bool:
    """Is the address of this URL a loopback, private or local one?"""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        return False


def is_loopback(url: str) -> bool:
    """Is the address of this URL this machine itself?"""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def entra_tenant(issuer: str) -> str:
    """The tenant of an Entra ID issuer, lower case; empty for every other provider."""
    parts = urlsplit(issuer)
    tenant = re.fullmatch(
        r"/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})/v2\.0", parts.path
    )
    return tenant[1].lower() if tenant and parts.netloc.lower() == ENTRA else ""


class _Reader:
    """Reads and checks one variable after another from the merged environment."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def text(self, name: str, default: str) -> str:
        return self.values.get(name, "").strip() or default

    def checked(self, name: str, default: T, read: Callable[[str], T], allowed: str) -> T:
        raw = self.values.get(name, "").strip()
        if not raw:
            return default
        try:
            return read(raw)
        except ValueError:
            raise _wrong(name, raw, allowed) from None


def _between(low: float, high: float) -> Callable[[str], float]:
    def read(raw: str) -> float:
        value = float(raw)
        if not low <= value <= high:
            raise ValueError(raw)
        return value

    return read


def _rates(raw: str) -> tuple[float | None, dict[str, float]]:
    """A number for all gateways, `name:number` for one, or both, separated by commas."""
    one = _between(0.1, 100_000)
    common: float | None = None
    rates: dict[str, float] = {}
    for part in (item.strip() for item in raw.split(",")):
        name, colon, rate = part.rpartition(":")
        if not colon:
            if common is not None:
                raise ValueError(raw)
            common = one(part)
        elif name.strip() not in GATEWAY_NAMES or name.strip() in rates:
            raise ValueError(raw)
        else:
            rates[name.strip()] = one(rate)
    return common, rates


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(raw: str) -> int:
        value = int(raw)
        if not low <= value <= high:
            raise ValueError(raw)
        return value

    return read


def _matching(pattern: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if not re.fullmatch(pattern, raw):
            raise ValueError(raw)
        return raw

    return read


def _url(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(raw)
    if parts.port is not None and not 0 < parts.port < 65536:
        raise ValueError(raw)
    return raw.rstrip("/")


def _issuer(raw: str) -> str:
    """Kept as it is written. An issuer of Entra ID names one tenant: `common` would let in everybody's."""
    _url(raw)
    parts = urlsplit(raw)
    if parts.username or parts.password:
        raise ValueError(raw)
    if parts.scheme != "https" and not is_loopback(raw):
        raise ValueError(raw)
    if parts.hostname == ENTRA and not entra_tenant(raw):
        raise ValueError(raw)
    return raw


def _names(allowed: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    def read(raw: str) -> tuple[str, ...]:
        names = tuple(part.strip() for part in raw.split(",") if part.strip())
        if not names or len(set(names)) != len(names) or any(name not in allowed for name in names):
            raise ValueError(raw)
        return names

    return read


def _languages(raw: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in raw.split(",") if part.strip())
    if not names or len(set(names)) != len(names):
        raise ValueError(raw)
    if any(not re.fullmatch(r"[a-z]{2,3}(-x-[a-z]{1,8})?", name) for name in names):
        raise ValueError(raw)
    return names


def _sender(raw: str) -> str:
    # Twilio errors/21212: at most 11 ASCII letters, digits and spaces, at least one letter.
    if not re.fullmatch(r"[A-Za-z0-9 ]{1,11}", raw) or not re.search(r"[A-Za-z]", raw):
        raise ValueError(raw)
    return raw


def _database_url(raw: str) -> str:
    if raw.startswith("postgresql://"):
        raw = "postgresql+psycopg://" + raw.removeprefix("postgresql://")
    if not re.match(r"(sqlite:///|postgresql\+psycopg://).+", raw):
        raise ValueError(raw)
    return raw


def read_key(raw: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if len(key) not in (32, 48, 64):
        raise ValueError("wrong length")
    return key


def fresh_key(length: int = 64) -> str:
    """A new key in the form the settings take it: URL-safe base64 over `length` random bytes."""
    return base64.urlsafe_b64encode(secrets.token_bytes(length)).decode().rstrip("=")


def kept_key(data_dir: Path, name: str) -> str:
    """The key in `<data dir>/keys/<name>`, made once with mode 0600."""
    folder = data_dir / "keys"
    path = folder / name.lower()
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = folder / f".{name.lower()}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh_key() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)  # whoever links first wins; both then read the same key
        draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"{name} is not set and cannot be made in {folder}: {error.strerror}. "
            f"Set {name} (`hub keys` prints fresh ones) or make the folder writable."
        ) from None


KEY_ALLOWED = "a key of 32, 48 or 64 bytes in URL-safe base64; `hub keys` prints fresh ones"


def _keys(read: _Reader, data_dir: Path, database_url: str) -> tuple[bytes, bytes]:
    keys = []
    for name in ("HUB_SECRET_KEY", "HUB_NUMBER_KEY"):
        raw = read.text(name, "")
        if not raw and database_url.startswith("postgresql"):
            raise SettingsError(f"{name} is required with PostgreSQL: set it; {KEY_ALLOWED}")
        try:
            keys.append(read_key(raw or kept_key(data_dir, name)))
        except ValueError:
            raise _wrong(name, raw, KEY_ALLOWED) from None
    return keys[0], keys[1]


def _twilio(read: _Reader, gateways: tuple[str, ...], sender: str | None) -> dict[str, str]:
    service = read.checked(
        "TWILIO_MESSAGING_SERVICE_SID", "", _matching(r"MG[0-9a-fA-F]{32}"), "MG and 32 hex digits"
    )
    sid = read.checked(
        "TWILIO_ACCOUNT_SID", "", _matching(r"AC[0-9a-fA-F]{32}"), "AC and 32 hex digits"
    )
    token = read.text("TWILIO_AUTH_TOKEN", "")
    if "twilio" in gateways:
        for name, value in (("TWILIO_ACCOUNT_SID", sid), ("TWILIO_AUTH_TOKEN", token)):
            if not value:
                raise SettingsError(f"{name} is not set: HUB_GATEWAYS names twilio, which needs it")
        if not sender and not service:
            raise SettingsError(
                "HUB_SMS_SENDER is not set: HUB_GATEWAYS names twilio, which needs it "
                "or TWILIO_MESSAGING_SERVICE_SID"
            )
    return {
        "twilio_account_sid": sid,
        "twilio_auth_token": token,
        "twilio_messaging_service_sid": service,
        "twilio_base_url": read.checked("TWILIO_BASE_URL", "", _url, "an http or https address"),
    }


def _gatewayapi(read: _Reader, gateways: tuple[str, ...], sender: str | None) -> dict[str, str]:
    token = read.text("GATEWAYAPI_TOKEN", "")
    if "gatewayapi" in gateways:
        for name, value in (("GATEWAYAPI_TOKEN", token), ("HUB_SMS_SENDER", sender)):
            if not value:
                raise SettingsError(
                    f"{name} is not set: HUB_GATEWAYS names gatewayapi, which needs it"
                )
    return {
        "gatewayapi_token": token,
        "gatewayapi_base_url": read.checked(
            "GATEWAYAPI_BASE_URL", GATEWAYAPI_EU, _url, "an http or https address"
        ),
        "gatewayapi_webhook_secret": read.text("GATEWAYAPI_WEBHOOK_SECRET", ""),
    }


OIDC_NAMES = ("HUB_OIDC_ISSUER", "HUB_OIDC_CLIENT_ID", "HUB_OIDC_CLIENT_SECRET")


def _oidc(read: _Reader) -> dict[str, str]:
    """Login through a provider: all of it or nothing."""
    given = [name for name in OIDC_NAMES if read.text(name, "")]
    missing = [name for name in OIDC_NAMES if name not in given]
    if given and missing:
        raise SettingsError(
            f"{missing[0]} is not set: {given[0]} is, and login through a provider needs "
            f"{', '.join(OIDC_NAMES)}; set all of them or none"
        )
    issuer = read.checked(
        "HUB_OIDC_ISSUER",
        "",
        _issuer,
        "the provider's https address as it writes it itself; for Entra ID "
        f"https://{ENTRA}/<the tenant's number>/v2.0",
    )
    return {
        "oidc_issuer": issuer,
        "oidc_client_id": read.text("HUB_OIDC_CLIENT_ID", ""),
        "oidc_client_secret": read.text("HUB_OIDC_CLIENT_SECRET", ""),
    }


def _keeping(read: _Reader) -> Keeping:
    found = read_keeping(read, read_key, KEY_ALLOWED)
    lacks = missing(found)
    if lacks is not None:
        raise SettingsError(lacks)
    return found


def load(environ: Mapping[str, str] | None = None, env_file: Path | None = None) -> Settings:
    """Read the settings. The environment wins over the `.env` file (by default in the working folder).

    Raises SettingsError with one line that names the variable, its value (secrets are not shown) and what is
    allowed. Makes the keys under the data directory when they are not set (never with PostgreSQL).
    """
    path = Path(".env") if env_file is None else env_file
    merged: dict[str, str] = {}
    if path.is_file():
        merged.update({name: value or "" for name, value in dotenv_values(path).items()})
    merged.update(os.environ if environ is None else environ)
    read = _Reader(merged)

    data_dir = Path(read.text("HUB_DATA_DIR", "var")).absolute()
    database_url = read.checked(
        "HUB_DATABASE_URL",
        f"sqlite:///{data_dir / 'hub.sqlite3'}",
        _database_url,
        "sqlite:///<path> or postgresql+psycopg://<user>@<host>/<database>",
    )
    default_gateways: tuple[str, ...] = ("outbox",)
    default_targets: tuple[str, ...] = (f"file:{data_dir / 'site'}",)
    gateways = read.checked(
        "HUB_GATEWAYS",
        default_gateways,
        _names(GATEWAY_NAMES),
        f"one or more of {', '.join(GATEWAY_NAMES)}",
    )
    sender = read.checked(
        "HUB_SMS_SENDER",
        None,
        _sender,
        "at most 11 ASCII letters, digits and spaces with at least one letter (no æ, ø, å)",
    )
    public_url = read.checked(
        "HUB_PUBLIC_URL", "http://127.0.0.1:8000", _url, "an http or https address without query"
    )
    no_rates: tuple[float | None, dict[str, float]] = (None, {})
    common_rate, rates = read.checked(
        "HUB_SMS_SEGMENTS_PER_SECOND",
        no_rates,
        _rates,
        "a number from 0.1 to 100000 for all gateways, or name:number for each, as twilio:10,gatewayapi:100",
    )
    secret_key, number_key = _keys(read, data_dir, database_url)
    return Settings(
        municipality=read.checked(
            "HUB_MUNICIPALITY",
            EXAMPLE_MUNICIPALITY,
            _matching(r"[^\W\d_][\w .,'&/-]{1,59}"),
            "the municipality's full name, 2 to 60 letters",
        ),
        secret_key=secret_key,
        number_key=number_key,
        data_dir=data_dir,
        database_url=database_url,
        queue_url=read.checked(
            "HUB_QUEUE_URL",
            f"sqlite:///{data_dir / 'queue.sqlite3'}",
            _matching(r"(sqlite:///|postgresql://|rediss?://).+"),
            "sqlite:///<path>, postgresql://... or redis://...",
        ),
        gateways=gateways,
        sms_sender=sender,
        segments_per_second=common_rate,
        rates=rates,
        sms_price=read.checked(
            "HUB_SMS_PRICE",
            None,
            _between(0.0001, 100),
            "kroner per part, from 0.0001 to 100, as 0.39",
        ),
        **_twilio(read, gateways, sender),
        **_gatewayapi(read, gateways, sender),
        **_oidc(read),
        keeping=_keeping(read),
        targeting=read_targeting(read),
        public_url=public_url,
        site_url=read.checked("HUB_SITE_URL", public_url, _url, "an http or https address"),
        municipality_code=read.checked(
            "HUB_MUNICIPALITY_CODE",
            "",
            _matching(r"[0-9]{4}"),
            "the municipality's code, four digits such as 0580",
        ),
        site_targets=read.checked(
            "HUB_SITE_TARGETS",
            default_targets,
            read_addresses,
            f"comma-separated places, each {ADDRESSES}; no password in an address",
        ),
        languages=read.checked(
            "HUB_LANGUAGES", (), _languages, "comma-separated language codes such as da,en,de"
        ),
        radio=read.checked(
            "HUB_RADIO",
            "DR P4",
            _matching(r"[\w][\w .,&-]{0,39}"),
            "a radio station, 1 to 40 letters",
        ),
        accessibility_url=read.checked(
            "HUB_ACCESSIBILITY_URL", "", _url, "an http or https address without query"
        ),
        confirmation=read.checked(
            "HUB_CONFIRMATION", "two-person", _matching("two-person|single"), "two-person or single"
        ),
        retention_days=read.checked(
            "HUB_RETENTION_DAYS", 30, _whole(1, 3650), "a whole number of days from 1 to 3650"
        ),
        network_hours=read.checked(
            "HUB_NETWORK_HOURS", 3.0, _between(0.1, 1000), "a number of hours from 0.1 to 1000"
        ),
        lease_seconds=read.checked(
            "HUB_LEASE_SECONDS", 60.0, _between(2, 3600), "a number of seconds from 2 to 3600"
        ),
    )
