"""Co-signers without an account, in the desk: addresses by administrators, links by authors and approvers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from hub.database import db
from hub.journal import Actor
from hub.library import partners
from hub.models import Partner, PartnerLink, Role
from hub.settings import Settings
from tests import axe
from tests.desk.browsing import OpenPage, chromium, open_page, served
from tests.desk.conftest import ADA, ASTA, BO, CLEO, EVA, Browser, LoginAs
from tests.desk.pages import Page, check_page
from tests.desk.test_prepared import HOME, give, in_review, newest
from tests.fakes.smtp_server import SmtpServer, running_smtp
from tests.library.partners import no, token_in, yes

__all__ = ["chromium", "open_page", "served"]
pytestmark = pytest.mark.usefixtures("town")

LIST = "/desk/prepared/partners"
REGISTER = f"{LIST}/register"
WATER = "vandværk"
ADDRESS = "ove@vand.example"
FIELDS = {"party": WATER, "email": ADDRESS, "contact": "Ove Vand", "phone": "70 20 30 40"}
CodeOf = Callable[[str], str]


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with running_smtp() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, smtp: SmtpServer) -> Settings:
    keeping = replace(settings.keeping, smtp_url=f"smtp://127.0.0.1:{smtp.port}")
    return replace(settings, keeping=keeping)


@pytest.fixture
def registered(app: Flask) -> Partner:
    """The waterworks, registered by Ada."""
    return partners.register(actor=Actor(ADA, "test", "tester"), **FIELDS).partner


def invite_page() -> str:
    return f"{LIST}/{partners.find(db.session(), WATER).id}/invite"


def text_of(page: str) -> str:
    """The words of the page's main part."""
    [main] = Page(page).all("main")
    return " ".join(main.text.split())


def test_every_co_signer_of_the_library_is_there(login_as: LoginAs) -> None:
    page = check_page(login_as(EVA).get(LIST).text)
    for party in partners.parties_named(db.session()):
        assert party in page.html
    assert "ingen adresse" in page.html
    assert REGISTER not in page.html, "only administrators are offered it"


def test_an_administrator_registers_an_address_with_a_code(
    login_as: LoginAs, code_of: CodeOf
) -> None:
    ada = login_as(ADA)
    page = check_page(ada.get(f"{REGISTER}?party={WATER}").text)
    assert f'<option value="{WATER}" selected>' in page.html
    asked = ada.send(REGISTER, **FIELDS)
    assert asked.status_code == 422
    assert partners.by_party(db.session()) == {}
    answer = ada.send(REGISTER, **FIELDS, code=code_of(ADA))
    assert answer.status_code == 303
    words = text_of(ada.get(LIST).text)
    assert f"Links til {WATER} går til {ADDRESS}." in words
    assert "Ove Vand" in words


@pytest.mark.parametrize("email", [ASTA, BO, CLEO, EVA])
def test_nobody_else_registers_or_removes(
    login_as: LoginAs, registered: Partner, email: str
) -> None:
    browser = login_as(email)
    for address in (REGISTER, f"{LIST}/{registered.id}/remove"):
        assert browser.get(address).status_code == 403
        assert browser.send(address, **FIELDS, sure="yes").status_code == 403


def test_a_mistake_keeps_what_was_typed(login_as: LoginAs, code_of: CodeOf) -> None:
    ada = login_as(ADA)
    answer = ada.send(REGISTER, **{**FIELDS, "email": "ove"}, code=code_of(ADA))
    assert answer.status_code == 422
    page = check_page(answer.text)
    assert "er ikke en mailadresse" in page.html
    assert 'value="Ove Vand"' in page.html
    assert f'<option value="{WATER}" selected>' in page.html


def test_a_changed_address_is_told_and_the_page_says_so(
    login_as: LoginAs, code_of: CodeOf, registered: Partner, smtp: SmtpServer
) -> None:
    ada = login_as(ADA)
    page = check_page(ada.get(f"{REGISTER}?party={WATER}").text)
    assert f'value="{ADDRESS}"' in page.html
    assert 'value="70 20 30 40"' in page.html
    new = {**FIELDS, "email": "ny@vand.example"}
    assert ada.send(REGISTER, **new, code=code_of(ADA)).status_code == 303
    assert "Den tidligere adresse har fået besked med mail." in ada.get(LIST).text
    assert smtp.recipients == [ADDRESS]
    assert ada.get(f"{LIST}/{registered.id}/invite").status_code in (403, 404)


def test_removing_asks_for_the_sentence(
    login_as: LoginAs, code_of: CodeOf, registered: Partner, smtp: SmtpServer
) -> None:
    ada, address = login_as(ADA), f"{LIST}/{registered.id}/remove"
    check_page(ada.get(address).text)
    assert ada.send(address, code=code_of(ADA)).status_code == 422
    assert ada.send(address, sure="yes").status_code == 303, "the code from before is unspent"
    assert partners.by_party(db.session()) == {}
    assert smtp.recipients == [ADDRESS]


def test_the_code_is_shown_once_and_the_link_never(
    login_as: LoginAs, registered: Partner, smtp: SmtpServer
) -> None:
    in_review(login_as, signed=False)
    asta, address = login_as(ASTA), invite_page()
    before = check_page(asta.get(address).text)
    assert "1 besked venter på dem" in before.html
    assert "70 20 30 40" in before.html
    answer = asta.send(address)
    page = check_page(answer.text)
    token = token_in(smtp.mails[0])
    assert token not in page.html
    assert answer.headers["Cache-Control"] == "no-store"
    words = text_of(page.html)
    code = words.partition("Koden: ")[2][:7]
    assert "Ring til Ove Vand (vandværk)" in words
    given = [yes(newest())]
    assert partners.answer(token, code=code, by="Ove Vand", given=given).is_done
    for path in (LIST, address, HOME):
        later = asta.get(path).text
        assert token not in later
        assert code.replace(" ", "") not in later
        assert code not in later
    assert "alt er besvaret" in asta.get(LIST).text


def test_the_message_says_who_waits_since_when_and_what_was_sent(
    login_as: LoginAs, registered: Partner, smtp: SmtpServer, move: Callable[[timedelta], None]
) -> None:
    in_review(login_as, signed=False)
    asta = login_as(ASTA)
    words = text_of(asta.get(HOME).text)
    assert (
        "mangler vandværk Har ventet siden i dag kl. 13.00. Der er ikke sendt noget link." in words
    )
    assert (
        "Styrelsen for Patientsikkerhed Har ventet siden i dag kl. 13.00. Der er ingen adresse registreret."
        in words
    )
    assert invite_page() in asta.get(HOME).text
    assert invite_page() not in login_as(EVA).get(HOME).text
    assert f"{REGISTER}?party=Styrelsen" in login_as(ADA).get(HOME).text
    made = partners.invite(WATER, actor=Actor(ASTA, "test", "tester"))
    words = text_of(asta.get(HOME).text)
    assert "Link sendt i dag kl. 13.00, gælder til" in words
    move(timedelta(days=15))
    assert "Link sendt" in text_of(login_as(ASTA).get(HOME).text)
    assert "udløbet" in text_of(login_as(ASTA).get(HOME).text)
    made = partners.invite(WATER, actor=Actor(ASTA, "test", "tester"))
    token = token_in(smtp.mails[-1])
    partners.answer(token, code=made.code, by="Ove Vand", given=[yes(newest())])
    words = text_of(login_as(ASTA).get(HOME).text)
    assert f"Ove Vand sagde ja på et link, der blev sendt til {ADDRESS}" in words


def test_an_objection_waits_for_its_author_with_the_reason(
    login_as: LoginAs, registered: Partner, smtp: SmtpServer
) -> None:
    in_review(login_as, signed=False)
    made = partners.invite(WATER, actor=Actor(ASTA, "test", "tester"))
    given = [no(newest(), "Skriv 2 minutter")]
    partners.answer(token_in(smtp.mails[-1]), code=made.code, by="Ove Vand", given=given)
    asta = login_as(ASTA)
    assert "vandværk (Ove Vand)" in asta.get(HOME).text
    assert "Skriv 2 minutter" in asta.get("/desk/prepared").text
    journal = text_of(login_as(EVA).get("/desk/journal").text)
    assert "Udgave sendt tilbage af en medunderskriver" in journal
    assert "medunderskrivers link" in journal
    assert "Link sendt til en medunderskriver" in journal


def test_who_chose_the_address_is_told_that_another_must_send(
    login_as: LoginAs, registered: Partner, smtp: SmtpServer
) -> None:
    in_review(login_as, signed=False)
    give(ADA, Role.AUTHOR)
    answer = login_as(ADA).send(invite_page())
    assert answer.status_code == 409
    assert "En anden forfatter eller godkender skal sende linket" in unescape(answer.text)
    assert smtp.mails == []


def test_what_cannot_be_sent_is_said_on_the_page(
    app: Flask, login_as: LoginAs, registered: Partner, smtp: SmtpServer, settings: Settings
) -> None:
    asta = login_as(ASTA)
    assert "Intet venter på dem" in asta.get(invite_page()).text
    assert "Intet venter på vandværk" in asta.send(invite_page()).text
    in_review(login_as, signed=False)
    smtp.hangs_up = True
    assert "Mailserveren tog ikke imod mailen" in asta.send(invite_page()).text
    app.config["HUB"] = replace(settings, keeping=replace(settings.keeping, smtp_url=""))
    answer = asta.send(invite_page())
    assert answer.status_code == 409
    assert "Der er ikke sat en mailserver" in answer.text
    assert (
        db.session.scalars(select(PartnerLink).where(PartnerLink.sent_at.is_not(None))).all() == []
    )


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_is_whole_in_both_languages(
    login_as: LoginAs, registered: Partner, language: str
) -> None:
    in_review(login_as, signed=False)
    ada, asta = login_as(ADA), login_as(ASTA)
    for browser, path in (
        (ada, LIST),
        (ada, REGISTER),
        (ada, f"{REGISTER}?party={WATER}"),
        (ada, f"{LIST}/{registered.id}/remove"),
        (asta, invite_page()),
        (asta, HOME),
    ):
        _speak(browser, language)
        page = check_page(browser.get(path).text)
        assert f'<html lang="{language}"' in page.html


def _speak(browser: Browser, language: str) -> None:
    browser.set_cookie("desk_language", language, path="/desk")


def test_sending_a_link_holds_to_wcag_and_fits_a_telephone(
    login_as: LoginAs, registered: Partner, smtp: SmtpServer, open_page: OpenPage
) -> None:
    axe.script()
    in_review(login_as, signed=False)
    page = open_page(invite_page(), ASTA)
    page.emulate_media(reduced_motion="reduce")
    found = axe.faults(page, "before")
    smtp.hangs_up = True
    page.get_by_role("button", name="Send linket").click()
    assert page.locator("#summary").count() == 1
    found += axe.faults(page, "refused")
    smtp.hangs_up = False
    page.get_by_role("button", name="Send linket").click()
    assert page.locator("h2", has_text="Koden:").count() == 1
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert found + axe.faults(page, "the code") == []
