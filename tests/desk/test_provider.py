"""Logging in through an identity provider: what it may do, and everything it must not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hub import clock
from hub.accounts import provider as oidc
from hub.accounts.provider import NoVerifiedAddress, address_of
from hub.application import create_app
from hub.database import db
from hub.models import JournalEntry, LoginSession, Person, Role, Stage
from hub.settings import Settings, SettingsError, entra_tenant
from tests.accounts.people import PASSWORD, Somebody, make
from tests.conftest import make_settings, set_up_database
from tests.desk.conftest import Browser
from tests.desk.pages import check_page
from tests.fakes import oidc_server
from tests.fakes.oidc_server import CLIENT, SECRET, Provider

EMAIL = "cleo@town.example"
START, BACK = "/desk/login/provider", "/desk/login/provider/back"
TENANT = "0f0a1b2c-1111-2222-3333-444455556666"
ENTRA = f"https://login.microsoftonline.com/{TENANT}/v2.0"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with oidc_server.running() as running:
        running.claims = {"email": EMAIL, "email_verified": True}
        yield running


@pytest.fixture
def settings(tmp_path: Path, provider: Provider) -> Settings:
    return make_settings(
        tmp_path,
        HUB_OIDC_ISSUER=provider.issuer,
        HUB_OIDC_CLIENT_ID=CLIENT,
        HUB_OIDC_CLIENT_SECRET=SECRET,
    )


@pytest.fixture
def cleo(app: Flask) -> Somebody:
    return make(EMAIL, Role.SENDER)


def to_provider(browser: Browser, **query: str) -> str:
    """Press the button, be logged in by the provider; the address that it sends the browser back to."""
    first = browser.get(START, query_string=query)
    assert first.status_code == 303, first.text
    answer = requests.get(first.location, allow_redirects=False, timeout=5)
    assert answer.status_code == 303
    return answer.headers["Location"]


def back(browser: Browser, address: str) -> TestResponse:
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"http://127.0.0.1:8000{BACK}"
    return browser.get(f"{parts.path}?{parts.query}")


def through(browser: Browser, **query: str) -> TestResponse:
    return back(browser, to_provider(browser, **query))


def nobody_is_in(browser: Browser) -> bool:
    """Not even half-way."""
    db.session.rollback()
    sessions = db.session().scalar(select(func.count()).select_from(LoginSession))
    return sessions == 0 and browser.get("/desk/").status_code == 302


def test_the_provider_stands_for_the_password_and_the_code_is_still_asked(
    anybody: Browser, cleo: Somebody, provider: Provider
) -> None:
    page = anybody.get("/desk/login?next=/desk/people").text
    check_page(page)
    assert START in page
    answer = through(anybody, next="/desk/people")
    assert answer.status_code == 303
    assert urlsplit(answer.location).path == "/desk/login/code"
    assert db.session().scalars(select(LoginSession.stage)).all() == [Stage.CODE]
    assert anybody.get("/desk/people").status_code == 302
    wrong = anybody.send("/desk/login/code", "/desk/login/code", code="000000")
    assert wrong.status_code == 422
    done = anybody.send(
        "/desk/login/code", "/desk/login/code", code=cleo.code(), next="/desk/people"
    )
    assert (done.status_code, done.location) == (303, "/desk/people")
    assert anybody.get("/desk/people").status_code == 200


def test_a_viewer_is_in_at_once_and_the_journal_says_how(
    anybody: Browser, provider: Provider
) -> None:
    make(EMAIL, Role.VIEWER, factor=False)
    provider.claims["email"] = "Cleo@Town.example"
    answer = through(anybody)
    assert (answer.status_code, answer.location) == (303, "/desk/")
    assert anybody.get("/desk/people").status_code == 200
    entry = db.session().scalars(select(JournalEntry).order_by(JournalEntry.number.desc())).first()
    assert entry is not None
    assert (entry.kind, entry.actor, entry.data["how"]) == ("logged-in", EMAIL, "provider")


def test_who_has_no_app_yet_sets_one_up_first(anybody: Browser, provider: Provider) -> None:
    make(EMAIL, Role.SENDER, factor=False)
    assert "/desk/login/setup" in through(anybody).location
    assert anybody.get("/desk/people").status_code == 302


def test_the_secret_goes_by_header_where_the_provider_wants_that(
    anybody: Browser, cleo: Somebody, provider: Provider
) -> None:
    provider.ways = ("client_secret_basic",)
    assert "/desk/login/code" in through(anybody).location


def test_new_keys_of_the_provider_are_found(
    anybody: Browser, cleo: Somebody, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "/desk/login/code" in through(anybody).location
    provider.key, provider.kid = oidc_server.new_key(), "second"
    assert through(anybody).status_code == 403  # just read: not again at once
    monkeypatch.setattr(oidc, "LEFT_ALONE", 0.0)
    assert "/desk/login/code" in through(anybody).location


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/desk/", "/desk/\\evil", "/desk//evil", "/x"]
)
def test_it_leads_on_only_into_the_desk(
    anybody: Browser, cleo: Somebody, provider: Provider, target: str
) -> None:
    place = through(anybody, next=target).location
    assert urlsplit(place).netloc == ""
    assert parse_qs(urlsplit(place).query)["next"] == ["/desk/"]


def refused(browser: Browser, answer: TestResponse) -> None:
    assert answer.status_code == 403
    assert 'name="password"' in answer.text
    assert nobody_is_in(browser)


def test_another_state_is_refused_and_uses_the_login_up(
    anybody: Browser, cleo: Somebody, provider: Provider
) -> None:
    address = to_provider(anybody)
    state = parse_qs(urlsplit(address).query)["state"][0]
    for wrong in (address.replace(state, "x" * len(state)), address.replace(f"state={state}", "")):
        refused(anybody, back(anybody, wrong))
    refused(anybody, back(anybody, address))
    assert "/token" not in provider.asked


def test_a_state_works_once(anybody: Browser, cleo: Somebody, provider: Provider) -> None:
    address = to_provider(anybody)
    assert back(anybody, address).status_code == 303
    tokens = provider.asked.count("/token")
    assert back(anybody, address).status_code == 403
    assert provider.asked.count("/token") == tokens


def test_even_with_its_old_cookie_an_answer_works_once(
    app: Flask, anybody: Browser, cleo: Somebody, provider: Provider
) -> None:
    address = to_provider(anybody)
    cookie = anybody.get_cookie("desk", path="/desk")
    assert cookie is not None
    assert back(anybody, address).status_code == 303
    thief = app.test_client()
    thief.set_cookie("desk", cookie.value, path="/desk")
    assert isinstance(thief, Browser)
    assert back(thief, address).status_code == 403


def test_an_answer_made_for_another_browser_is_refused(
    app: Flask, anybody: Browser, cleo: Somebody, provider: Provider
) -> None:
    victim = app.test_client()
    assert isinstance(victim, Browser)
    victim.get(START)
    refused(victim, back(victim, to_provider(anybody)))


def test_an_answer_that_comes_too_late_is_refused(
    anybody: Browser, cleo: Somebody, provider: Provider
) -> None:
    address = to_provider(anybody)
    with clock.set_to(clock.now() + timedelta(seconds=oidc.UNFINISHED + 1)):
        refused(anybody, back(anybody, address))


def test_who_is_refused_by_the_provider_is_told(anybody: Browser, provider: Provider) -> None:
    provider.refuses = True
    refused(anybody, through(anybody))


WRONG: dict[str, dict[str, Any]] = {
    "nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "audience": {"aud": "somebody-else"},
    "several audiences, for another": {"aud": [CLIENT, "other"], "azp": "other"},
    "several audiences, for nobody": {"aud": [CLIENT, "other"]},
    "for another": {"azp": "other"},
    "issuer": {"iss": "https://evil.example"},
    "expired": {"iat": 1_700_000_000, "exp": 1_700_000_300},
    "no end": {"exp": None},
    "from the future": {"iat": 4_000_000_000, "exp": 4_000_000_300},
    "not verified": {"email_verified": False},
    "not said to be verified": {"email_verified": None},
    "verified as a word": {"email_verified": "true"},
    "no address": {"email": None},
    "another's name": {"email": None, "preferred_username": EMAIL},
    "a sign that becomes a k": {"email": "bir\u212ae@town.example"},
    "nobody here": {"email": "nobody@town.example"},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_token_that_is_not_right_in_everything_is_refused(
    anybody: Browser, cleo: Somebody, provider: Provider, what: str
) -> None:
    make("birke@town.example", Role.VIEWER, factor=False)
    provider.claims.update(WRONG[what])
    provider.sign = lambda claims: provider.signed(
        {name: value for name, value in claims.items() if value is not None}
    )
    people = db.session().scalar(select(func.count()).select_from(Person))
    refused(anybody, through(anybody))
    assert db.session().scalar(select(func.count()).select_from(Person)) == people


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned(provider: Provider, claims: dict[str, Any]) -> str:
    return f"{_part({'alg': 'none', 'kid': provider.kid})}.{_part(claims)}."


def signed_with_the_public_key(provider: Provider, claims: dict[str, Any]) -> str:
    public = provider.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return _hs256({"alg": "HS256", "kid": provider.kid}, claims, public)


def signed_with_the_secret(provider: Provider, claims: dict[str, Any]) -> str:
    return _hs256({"alg": "HS256"}, claims, SECRET.encode())


def _hs256(header: dict[str, str], claims: dict[str, Any], key: bytes) -> str:
    text = f"{_part(header)}.{_part(claims)}"
    mark = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"


def signed_with_another_key(provider: Provider, claims: dict[str, Any]) -> str:
    return jwt.encode(
        claims, oidc_server.new_key(), algorithm="RS256", headers={"kid": provider.kid}
    )


def signed_with_a_key_it_brings_along(provider: Provider, claims: dict[str, Any]) -> str:
    key = oidc_server.new_key()
    header = {"kid": "mine", "jwk": oidc_server.public_jwk(key, "mine")}
    return jwt.encode(claims, key, algorithm="RS256", headers=header)


def changed_after_signing(provider: Provider, claims: dict[str, Any]) -> str:
    head, _, mark = provider.signed({**claims, "email": "x@town.example"}).split(".")
    return f"{head}.{_part(claims)}.{mark}"


def no_token(provider: Provider, claims: dict[str, Any]) -> str:
    return "not.a.token"


@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        signed_with_the_public_key,
        signed_with_the_secret,
        signed_with_another_key,
        signed_with_a_key_it_brings_along,
        changed_after_signing,
        no_token,
    ],
)
def test_a_forged_token_is_refused(
    anybody: Browser,
    cleo: Somebody,
    provider: Provider,
    forge: Callable[[Provider, dict[str, Any]], str],
) -> None:
    provider.sign = lambda claims: forge(provider, claims)
    refused(anybody, through(anybody))


def test_a_closed_account_stays_closed(
    anybody: Browser, cleo: Somebody, provider: Provider
) -> None:
    cleo.row().closed_at = clock.now()
    db.session().commit()
    refused(anybody, through(anybody))


def test_an_account_whose_link_was_not_used_is_not_opened(
    anybody: Browser, provider: Provider
) -> None:
    make(EMAIL, Role.SENDER, factor=False, password=None)
    refused(anybody, through(anybody))


def test_entra_vouches_by_its_own_directory_only() -> None:
    own = {"tid": TENANT, "preferred_username": "Cleo@Town.example", "email": "boss@town.example"}
    assert entra_tenant(ENTRA) == TENANT
    assert address_of(own, ENTRA) == EMAIL
    for wrong in (
        {"tid": "9" + TENANT[1:]},
        {"tid": None},
        {"idp": "https://sts.windows.net/other/"},
        {"acct": 1},
        {"preferred_username": None, "email_verified": True},
        {"preferred_username": "cleo_town.example#EXT#@other.onmicrosoft.com"},
        {"preferred_username": "+4520123456"},
    ):
        with pytest.raises(NoVerifiedAddress):
            address_of({**own, **wrong}, ENTRA)


def says_it_is_down(answer: TestResponse) -> None:
    assert answer.status_code == 503
    check_page(answer.text)
    assert "Arbejdslogin svarer ikke" in answer.text
    assert 'name="password"' in answer.text


def test_a_provider_that_is_down_is_said_and_the_password_works(
    anybody: Browser, cleo: Somebody, provider: Provider
) -> None:
    provider.status = 500
    says_it_is_down(anybody.get(START))
    asked = len(provider.asked)
    says_it_is_down(anybody.get(START))
    assert len(provider.asked) == asked, "it is left alone for a while"
    first = anybody.send("/desk/login", "/desk/login", email=EMAIL, password=PASSWORD)
    assert "/desk/login/code" in first.location
    done = anybody.send("/desk/login/code", "/desk/login/code", code=cleo.code())
    assert (done.status_code, done.location) == (303, "/desk/")


def test_a_provider_that_goes_down_half_way_is_said(
    anybody: Browser, cleo: Somebody, provider: Provider
) -> None:
    address = to_provider(anybody)
    provider.status = 503
    says_it_is_down(back(anybody, address))
    assert nobody_is_in(anybody)


def test_a_redirect_of_the_provider_is_not_followed(
    anybody: Browser, cleo: Somebody, provider: Provider
) -> None:
    provider.status = 302
    says_it_is_down(anybody.get(START))


def test_a_provider_that_hangs_holds_up_two_requests_at_most(
    app: Flask, anybody: Browser, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "TIMEOUT", 4.0)
    provider.hangs = 8.0
    took: list[float] = []

    def press() -> None:
        began = time.monotonic()
        with app.app_context():
            says_it_is_down(app.test_client().get(START))
        took.append(time.monotonic() - began)

    presses = [threading.Thread(target=press) for _ in range(6)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    took.sort()
    assert [seconds >= 4 for seconds in took] == [False] * 4 + [True] * 2, took
    assert took[5] < 8, took


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("calls_itself", "https://evil.example"),
        ("token_address", "http://evil.example/token"),
        ("token_address", "ftp://evil.example/token"),
    ],
)
def test_a_provider_under_another_name_or_without_https_is_not_used(
    anybody: Browser, provider: Provider, name: str, value: str
) -> None:
    setattr(provider, name, value)
    says_it_is_down(anybody.get(START))


def test_wrong_tries_are_slowed_down_and_never_the_password(
    anybody: Browser, cleo: Somebody, provider: Provider
) -> None:
    statuses = {anybody.get(f"{BACK}?state=x&code=y").status_code for _ in range(32)}
    assert statuses == {403, 429}
    first = anybody.send("/desk/login", "/desk/login", email=EMAIL, password=PASSWORD)
    assert first.status_code == 303


def test_without_settings_there_is_no_button_and_no_page(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path / "without"))
    with app.app_context():
        set_up_database()
        client = app.test_client()
        assert "login/provider" not in client.get("/desk/login").text
        for address in (START, BACK, f"{BACK}?code=x&state=y"):
            assert client.get(address).status_code == 404
        db.session.remove()
        db.engine.dispose()


GIVEN = {
    "HUB_OIDC_ISSUER": ENTRA,
    "HUB_OIDC_CLIENT_ID": CLIENT,
    "HUB_OIDC_CLIENT_SECRET": SECRET,
}


@pytest.mark.parametrize("missing", GIVEN)
def test_settings_half_given_stop_the_start(tmp_path: Path, missing: str) -> None:
    given = {name: value for name, value in GIVEN.items() if name != missing}
    with pytest.raises(SettingsError, match=f"^{missing} is not set") as refusal:
        make_settings(tmp_path, **given)
    assert SECRET not in str(refusal.value)
    with pytest.raises(SettingsError) as refusal:
        make_settings(tmp_path, **{missing: GIVEN[missing]})
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.town.example",
        "login.town.example",
        "https://login.town.example/?x=y",
        "https://user:word@login.town.example",
        "https://login.microsoftonline.com/common/v2.0",
        "https://login.microsoftonline.com/town.example/v2.0",
        f"https://login.microsoftonline.com/{TENANT}",
        f"https://login.microsoftonline.com:443/{TENANT}/v2.0",
    ],
)
def test_an_issuer_that_is_not_safe_is_refused(tmp_path: Path, issuer: str) -> None:
    with pytest.raises(SettingsError, match=r"^HUB_OIDC_ISSUER=.*the tenant's number"):
        make_settings(tmp_path, **{**GIVEN, "HUB_OIDC_ISSUER": issuer})


def test_the_secret_is_not_in_what_settings_show(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, **GIVEN)
    assert settings.oidc_client_secret == SECRET
    assert SECRET not in repr(settings)
