"""Logging in through the municipality's own identity provider (OpenID Connect, such as Entra ID). Never needed.

The provider says which address somebody has; nothing else is taken from it. Authorization code flow with PKCE
(OpenID Connect Core 1.0, 3.1; RFC 7636): state and nonce are bound to the browser, the token comes from the
provider itself, and PyJWT checks its signature, audience, issuer and times. At most two requests to the provider
run at a time, and one that failed is not repeated for a while, so that a provider that hangs cannot hold up the
desk.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import jwt
import requests
from flask import current_app

from hub import clock
from hub.accounts.refusals import N_, RefusedAct
from hub.accounts.sessions import settings
from hub.settings import Settings, entra_tenant, is_loopback

TIMEOUT: Final = 5.0
"""Seconds that one request to the provider may take."""
UNFINISHED: Final = 600.0
"""Seconds that somebody may take at the provider."""
KEPT: Final = 3600.0
"""Seconds that the provider's addresses and keys are kept."""
LEFT_ALONE: Final = 15.0
"""Seconds that a provider is not asked again for what it did not give."""
AT_ONCE: Final = 2
ALGORITHMS: Final = ("RS256", "ES256")
"""Signatures with the provider's private key only: never `none`, never one with a shared secret."""
_LARGEST = 512 * 1024
_LEEWAY = 60
"""Seconds that two clocks may differ."""


class ProviderDown(RefusedAct):
    """The provider did not answer, or not as it should. The log says more."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The work login does not answer just now. Log in here with your address and password: "
                "that always works."
            )
        )


class ProviderRefused(RefusedAct):
    """The provider's answer belongs to no login of this browser, or it is not one to trust."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The work login did not succeed. Try once more from this page, or log in here with your "
                "address and password."
            )
        )


class NoVerifiedAddress(RefusedAct):
    """The provider does not vouch for an address."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The work login does not vouch for your e-mail address. Log in here with your address and "
                "password."
            )
        )


@dataclass(frozen=True)
class Pending:
    """A login on its way through the provider: what the browser keeps meanwhile. `at` is in seconds (Unix)."""

    state: str
    nonce: str
    verifier: str
    at: float


@dataclass(frozen=True)
class _Metadata:
    authorization: str
    token: str
    keys: str
    secret_in_form: bool


def possible() -> bool:
    """Is a provider set up?"""
    return bool(settings().oidc_issuer)


def callback_url() -> str:
    """Where the provider sends people back to: always below `HUB_PUBLIC_URL`."""
    return f"{settings().public_url}/desk/login/provider/back"


def start() -> tuple[str, Pending]:
    """The provider's address to send a browser to, and what the browser must keep. Raises ProviderDown."""
    metadata = _provider().metadata()
    pending = Pending(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        at=clock.now().timestamp(),
    )
    challenge = hashlib.sha256(pending.verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": settings().oidc_client_id,
        "redirect_uri": callback_url(),
        "scope": "openid email profile",
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    joint = "&" if urlsplit(metadata.authorization).query else "?"
    return f"{metadata.authorization}{joint}{urlencode(query)}", pending


def finish(pending: Pending | None, answer: Mapping[str, str]) -> str:
    """The address that the provider vouches for, lower case. `answer` is the query that the browser came back with.

    Raises ProviderRefused, ProviderDown, NoVerifiedAddress.
    """
    if pending is None or not 0 <= clock.now().timestamp() - pending.at <= UNFINISHED:
        raise ProviderRefused
    if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
        raise ProviderRefused
    if answer.get("iss", settings().oidc_issuer) != settings().oidc_issuer:  # RFC 9207
        raise ProviderRefused
    code = answer.get("code", "")
    if "error" in answer or not code:
        raise ProviderRefused
    provider = _provider()
    token = provider.exchange(code, pending.verifier)
    return address_of(provider.claims(token, pending.nonce), settings().oidc_issuer)


def address_of(claims: Mapping[str, Any], issuer: str) -> str:
    """The address in a token whose signature is checked. Raises NoVerifiedAddress.

    Entra ID does not verify `email` (anybody can write there what they like) but gives `preferred_username` from
    the tenant's own directory; a guest's name comes from elsewhere and is not taken. Other providers say
    `email_verified`.
    """
    tenant = entra_tenant(issuer)
    if tenant:
        guest = "idp" in claims or str(claims.get("acct", "0")) != "0"
        home = str(claims.get("tid", "")).lower() == tenant
        found = claims.get("preferred_username") if home and not guest else None
    else:
        found = claims.get("email") if claims.get("email_verified") is True else None
    # ASCII only: lower-casing makes an ordinary k of the sign for kelvin.
    if not isinstance(found, str) or not found.isascii() or "@" not in found or "#" in found:
        raise NoVerifiedAddress
    return found.strip().lower()


def _provider() -> _Provider:
    """This process's one, with what it knows of the provider."""
    found: _Provider = current_app.extensions.setdefault("hub.oidc", _Provider(settings()))
    return found


class _Provider:
    """Asks the provider, and remembers its addresses and keys."""

    def __init__(self, told: Settings) -> None:
        self._told = told
        self._asking = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, dict[str, Any] | None]] = {}

    def metadata(self) -> _Metadata:
        """The provider's addresses (OpenID Connect Discovery 1.0, 4). Raises ProviderDown."""
        issuer = self._told.oidc_issuer
        where = issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = self._kept(where)
        if found.get("issuer") != issuer:
            found = self._kept(where, again=True)
        if found.get("issuer") != issuer:
            raise _down("the provider calls itself %r, not HUB_OIDC_ISSUER", found.get("issuer"))

        def address(name: str) -> str:
            url = str(found.get(name, ""))
            plain = urlsplit(url).scheme == "http" and is_loopback(issuer) and is_loopback(url)
            if urlsplit(url).scheme != "https" and not plain:
                raise _down("the provider's %s has no https: %r", name, url)
            return url

        ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return _Metadata(
            authorization=address("authorization_endpoint"),
            token=address("token_endpoint"),
            keys=address("jwks_uri"),
            secret_in_form="client_secret_post" in ways,
        )

    def exchange(self, code: str, verifier: str) -> str:
        """The ID token for a code, which works once. Raises ProviderDown, ProviderRefused."""
        metadata = self.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback_url(),
            "code_verifier": verifier,
        }
        name, secret = self._told.oidc_client_id, self._told.oidc_client_secret
        login: tuple[str, str] | None = None
        if metadata.secret_in_form:
            form |= {"client_id": name, "client_secret": secret}
        else:
            login = (quote_plus(name), quote_plus(secret))  # RFC 6749, 2.3.1
        found = self._ask("POST", metadata.token, data=form, auth=login)
        token = found.get("id_token")
        if not isinstance(token, str):
            # Its own words could hold what was sent; the short name of the error is enough.
            current_app.logger.warning("oidc: no token: %.60r", found.get("error"))
            raise ProviderRefused
        return token

    def claims(self, token: str, nonce: str) -> dict[str, Any]:
        """What the token says, once all of it is checked (OpenID Connect Core 1.0, 3.1.3.7).

        Raises ProviderRefused, ProviderDown.
        """
        name = self._told.oidc_client_id
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key(token),
                algorithms=list(ALGORITHMS),
                audience=name,
                issuer=self._told.oidc_issuer,
                leeway=_LEEWAY,
                options={"require": ["iss", "aud", "exp", "iat", "sub", "nonce"]},
            )
        except (jwt.PyJWTError, ValueError) as error:
            current_app.logger.warning("oidc: token refused: %s", type(error).__name__)
            raise ProviderRefused from error
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if claims.get("azp", None if several else name) != name:
            raise ProviderRefused
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise ProviderRefused
        return claims

    def _key(self, token: str) -> jwt.PyJWK:
        """The provider's key that the token names; keys are read again once when it is a new one."""
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError("not a signature with a private key")
        where = self.metadata().keys
        for again in (False, True):
            keys = jwt.PyJWKSet.from_dict(self._kept(where, again=again)).keys
            keys = [key for key in keys if key.key_type in ("RSA", "EC")]
            named = [key for key in keys if key.key_id == header.get("kid")]
            if "kid" not in header and len(keys) == 1:
                named = keys
            if named:
                return named[0]
        raise jwt.InvalidKeyError("no such key")

    def _kept(self, url: str, *, again: bool = False) -> dict[str, Any]:
        """What stands there, asked for at most once an hour, or a quarter of a minute after it failed."""
        with self._lock:
            at, found = self._known.get(url, (-KEPT, None))
        age = time.monotonic() - at
        if found is not None and age < KEPT and not (again and age > LEFT_ALONE):
            return found
        if found is None and age < LEFT_ALONE:
            raise ProviderDown
        try:
            answer: dict[str, Any] | None = self._ask("GET", url)
        except ProviderDown:
            with self._lock:
                self._known[url] = (time.monotonic(), None)
            raise
        with self._lock:
            self._known[url] = (time.monotonic(), answer)
        return answer or {}

    def _ask(
        self,
        method: str,
        url: str,
        *,
        data: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> dict[str, Any]:
        """One request; the JSON object in its answer. Follows no redirect. Raises ProviderDown."""
        with self._turn():
            try:
                with requests.request(
                    method,
                    url,
                    data=data,
                    auth=auth,
                    timeout=TIMEOUT,
                    allow_redirects=False,
                    stream=True,
                    headers={"Accept": "application/json"},
                ) as response:
                    body = _body(response)
                    if response.status_code != 200 and not (data and response.status_code < 500):
                        raise _down("%s answers %s", urlsplit(url).netloc, response.status_code)
                    found = json.loads(body)
            except (requests.RequestException, ValueError, OSError) as error:
                raise _down("%s: %s", urlsplit(url).netloc, type(error).__name__) from error
        if not isinstance(found, dict):
            raise _down("%s answers no JSON object", urlsplit(url).netloc)
        return found

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._asking.acquire(blocking=False):
            raise _down("%s requests are under way already", AT_ONCE)
        try:
            yield
        finally:
            self._asking.release()


def _body(response: requests.Response) -> bytes:
    """The answer, within the time and a size that such answers have."""
    ends = time.monotonic() + TIMEOUT
    body = b""
    for part in response.iter_content(1024):
        body += part
        if len(body) > _LARGEST or time.monotonic() > ends:
            raise requests.Timeout("too long")
    return body


def _down(words: str, *values: object) -> ProviderDown:
    current_app.logger.warning(f"oidc: {words}", *values)
    return ProviderDown()
