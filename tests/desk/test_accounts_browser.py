"""A first login, a passkey and its use in a real browser with a virtual authenticator, as somebody would do it."""

from __future__ import annotations

import shutil
import threading
from base64 import b32decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from hub import clock
from hub.accounts import factors
from hub.application import create_app
from hub.database import db
from hub.models import Role
from tests.accounts import people
from tests.accounts.people import PASSWORD
from tests.conftest import make_settings, set_up_database

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A desk on a free port of this machine, with one person who has not set up anything."""
    server = make_server("localhost", 0, Flask("nothing yet"), threaded=True)
    url = f"http://localhost:{server.server_port}"
    app = create_app(make_settings(tmp_path, HUB_PUBLIC_URL=url))
    with app.app_context():
        set_up_database()
        people.make("new@town.example", Role.SENDER, factor=False)
    server.app = app
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def code(secret: str) -> str:
    return factors.code_at(b32decode(secret.replace(" ", "")), factors.step_of(clock.now()))


def test_from_first_login_to_a_login_by_passkey(address: str) -> None:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 740}, locale="da-DK")
        problems: list[str] = []
        page.on(
            "console", lambda line: problems.append(line.text) if line.type == "error" else None
        )
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "usb",
                    "hasResidentKey": False,
                    "hasUserVerification": False,
                    "automaticPresenceSimulation": True,
                }
            },
        )

        def log_in() -> None:
            page.goto(f"{address}/desk/login")
            page.get_by_label("E-mailadresse").fill("new@town.example")
            page.get_by_label("Adgangskode").fill(PASSWORD)
            page.get_by_role("button", name="Log ind").click()

        log_in()
        assert page.get_by_role("heading", level=1).inner_text() == "Sæt din godkendelsesapp op"
        assert page.locator("svg.qr").bounding_box()["width"] > 100
        page.get_by_text("Intet kamera?").click()
        secret = page.locator(".code.key").inner_text()
        page.get_by_label("Kode fra din godkendelsesapp").fill(code(secret))
        page.get_by_role("button", name="Videre").or_(
            page.get_by_role("button", name="Fortsæt")
        ).or_(page.get_by_role("button", name="Gå videre")).click()
        assert page.locator("ol.codes code").count() == 10
        recovery = page.locator("ol.codes code").first.inner_text()
        page.get_by_role("link", name="Jeg har dem på papir").click()

        page.goto(f"{address}/desk/account/passkey")
        page.get_by_label("Hvad du kalder den").fill("blå nøgle")
        page.get_by_text("Ingen telefon ved hånden?").click()
        page.get_by_label("Genoprettelseskode").fill(recovery)
        page.get_by_role("button", name="Tilføj en adgangsnøgle").click()
        page.wait_for_url(f"{address}/desk/account")
        assert page.get_by_text("blå nøgle").first.is_visible()

        page.get_by_role("button", name="Log ud", exact=True).click()
        log_in()
        page.get_by_role("button", name="Brug din adgangsnøgle").click()
        page.wait_for_url(f"{address}/desk/")
        assert not problems
        browser.close()
