"""From login to "sent for confirmation" in a real browser: clicks, and the seconds that the hub and the browser take."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import update
from werkzeug.serving import WSGIRequestHandler, make_server

from hub import clock
from hub.accounts import factors, passwords
from hub.audiences import import_list
from hub.database import db
from hub.library import folders, loading
from hub.models import Person, PersonRole, Role, Version, VersionState
from tests.bench.measuring import line, scratch_app, timed
from tests.conftest import SHELL

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PHONES = 4_812
LIST = "Borgere i Nørreby"
EMAIL, PASSWORD = "cleo@town.example", "en lang sætning om vand"
USES = {"drink": "boiled", "garden": "no", "dishwasher": "no"}


class _Silent(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        return


def run() -> None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("not measured: this needs Playwright for Python and Chromium")
        return
    if CHROMIUM is None:
        print("not measured: there is no Chromium on this machine")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for javascript in (True, False):
            with scratch_app() as app, served(app) as address:
                secret = _town()
                context = browser.new_context(
                    java_script_enabled=javascript,
                    viewport={"width": 360, "height": 740},
                    locale="da-DK",
                    timezone_id="Europe/Copenhagen",
                )
                with timed() as login:
                    page = context.new_page()
                    _log_in(page, address, secret)
                with timed() as flow:
                    clicks = _announce(page, javascript)
                context.close()
            how = "with JavaScript" if javascript else "without JavaScript"
            line(f"from Now to sent for confirmation, {how}", clicks, "clicks")
            line(f"  hub and browser, to {PHONES:,} phones", flow.seconds * 1000, "ms")
            line("  logging in before, with password and code", login.seconds * 1000, "ms")
        browser.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _town() -> bytes:
    """An approved library, a list, and a sender with a password; gives the secret of her authenticator app."""
    session = db.session()
    secret = factors.new_secret()
    before = clock.now() - timedelta(days=3)
    session.add(
        Person(
            email=EMAIL,
            made_at=before,
            made_by="os:bench",
            password_hash=passwords.hashed(PASSWORD),
            password_set_at=before,
            totp_secret=secret,
            totp_set_at=before,
            roles=[PersonRole(role=Role.SENDER.value)],
        )
    )
    session.commit()
    loading.load(folders.shipped_messages(), actor=SHELL)
    session.execute(
        update(Version).values(
            state=VersionState.APPROVED.value,
            approved_at=before,
            approved_by="bo@town.example",
            review_due=clock.now() + timedelta(days=365),
        )
    )
    session.commit()
    rows = [f"Borger {n};20{n:06};da" for n in range(110_000, 110_000 + PHONES)]
    import_list(LIST, "\n".join(["Navn;Mobil;Sprog", *rows]).encode(), "borgere.csv", actor=SHELL)
    session.rollback()
    return secret


def _log_in(page: Page, address: str, secret: bytes) -> None:
    page.goto(f"{address}/desk/")
    page.fill("#f-email", EMAIL)
    page.fill("#f-password", PASSWORD)
    page.get_by_role("button", name="Log ind", exact=True).click()
    page.fill("#f-code", factors.code_at(secret, factors.step_of(clock.now())))
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url(f"{address}/desk/")


def _announce(page: Page, javascript: bool) -> int:
    """As an officer does it; gives the clicks, without those in the fields of the blanks."""
    clicks = 0

    def click(what: Locator) -> None:
        nonlocal clicks
        clicks += 1
        what.click()

    click(page.get_by_role("link", name="Start", exact=True))
    click(page.get_by_role("link", name="(Kog vandet)").first)
    page.fill("#f-s_place", "Nørreby")
    for use in ("drink", "toilet", "garden", "bath", "laundry", "dishwasher", "cleaning"):
        page.check(f"#f-s_water_use__{use}-{USES.get(use, 'yes')}")
    if javascript:
        page.locator("[data-quick=f-s_next_update]").get_by_text("om 4 timer").click()
    else:
        page.select_option("#f-s_next_update__quick", "240")
    page.fill("#f-s_phone", "70 20 30 40")
    clicks += 1
    page.select_option("#f-audience", index=page.locator("#f-audience option").count() - 1)
    click(page.get_by_role("button", name="Se, hvad der sendes"))
    assert "4.812 telefoner" in page.inner_text(".reach")
    click(page.get_by_role("button", name="Send til bekræftelse"))
    page.wait_for_url("**/desk/announcement/*")
    return clicks
