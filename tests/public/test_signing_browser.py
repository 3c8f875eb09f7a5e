"""A partner answers in a real browser, on a telephone and without JavaScript; and every state of the page holds to WCAG."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from hub import library
from hub.database import db
from hub.journal import Actor
from hub.library import partners
from hub.models import Signature
from tests import axe
from tests.desk.browsing import chromium, served
from tests.fakes.smtp_server import SmtpServer
from tests.library.partners import (
    KEY,
    WATER,
    Loader,
    admin,
    approver,
    author,
    changed,
    invited,
    load,
    move,
    settings,
    smtp,
    submitted,
    token_in,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = [
    "admin",
    "approver",
    "author",
    "chromium",
    "invited",
    "load",
    "move",
    "served",
    "settings",
    "smtp",
]


@pytest.fixture
def link(
    invited: tuple[str, str], load: Loader, author: Actor, approver: Actor, smtp: SmtpServer
) -> tuple[str, str]:
    """Two messages wait: one changed since the last yes, one new."""
    library.sign(KEY, party=WATER, by="Ida Vand", actor=author)
    library.return_(KEY, actor=approver, reason="En fejl")
    load(changed("boil/during.da.md", "Lad det koge i", "Lad vandet boble i"))
    submitted(db.session(), author, KEY)
    code = partners.invite(WATER, actor=author).code
    return token_in(smtp.mails[-1]), code


@pytest.fixture
def page(chromium: Browser, served: str) -> Iterator[Page]:
    """A telephone, without JavaScript."""
    context = chromium.new_context(
        base_url=served,
        java_script_enabled=False,
        viewport={"width": 360, "height": 740},
        locale="da-DK",
    )
    yield context.new_page()
    context.close()


def test_a_partner_answers_on_a_telephone_without_javascript(
    page: Page, link: tuple[str, str]
) -> None:
    token, code = link
    page.goto(f"/sign/{token}")
    assert page.locator("article").count() == 2
    wide = page.locator("body").bounding_box()
    assert wide is not None
    assert wide["width"] <= 360
    for item in page.locator("main *:not(.unseen)").all():
        box = item.bounding_box()
        assert box is None or box["x"] + box["width"] <= 361, item.inner_text()[:60]
    page.get_by_label("Ja. vandværk siger ja til præcis denne tekst.").first.check()
    page.get_by_label("Nej. Send den tilbage til dem, der skrev den.").last.check()
    page.get_by_label("Hvorfor ikke? Skriv, hvad der skal ændres.").last.fill("Skriv hvornår")
    page.get_by_label("Jeres navn og stilling").fill("Ove Vand, driftsleder")
    page.get_by_label("Koden", exact=True).fill("000000" if code != "000000" else "111111")
    page.get_by_role("button", name="Send svar").click()
    assert "Koden er forkert. Der er 4 forsøg tilbage." in page.inner_text(".summary")
    assert page.get_by_label("Jeres navn og stilling").input_value() == "Ove Vand, driftsleder"
    page.get_by_label("Koden", exact=True).fill(code)
    page.get_by_role("button", name="Send svar").click()
    assert page.inner_text("h1") == "Ingen beskeder venter på jer"
    assert "Begrundelse: Skriv hvornår" in page.inner_text("main")
    db.session.rollback()
    rows = db.session.scalars(select(Signature).where(Signature.recorded_by.like("partner:%")))
    assert [(row.key, row.by) for row in rows] == [(KEY, "Ove Vand, driftsleder")]


def test_every_state_of_the_page_holds_to_wcag(
    chromium: Browser, served: str, link: tuple[str, str]
) -> None:
    axe.script()
    token, code = link
    context = chromium.new_context(base_url=served, locale="da-DK", bypass_csp=True)
    page = context.new_page()
    found = []
    number = library.newest(db.session(), KEY).id
    db.session.rollback()
    for address in (f"/sign/{token}", f"/sign/{token}?lang=en", f"/sign/{token}/{number}/en",
                    f"/sign/{token}/999/en", "/sign/nothing"):  # fmt: skip
        page.goto(address)
        found += axe.faults(page, address.replace(token, "…"))
    page.goto(f"/sign/{token}")
    page.get_by_label("Nej. Send den tilbage").first.check()
    page.get_by_role("button", name="Send svar").click()
    assert page.locator("[aria-invalid]").count() == 3
    found += axe.faults(page, "with mistakes")
    page.get_by_label("Hvorfor ikke?").first.fill("Skriv hvornår")
    page.get_by_label("Jeres navn og stilling").fill("Ove Vand")
    page.get_by_label("Koden", exact=True).fill(code)
    page.get_by_role("button", name="Send svar").click()
    assert page.locator("#answered").count() == 1
    found += axe.faults(page, "answered")
    context.close()
    assert not found, "\n".join(found)
