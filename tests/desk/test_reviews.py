"""The approver's page: who signed each translation, what differs between languages, and approving without a signature."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import select

from hub import library
from hub.database import db
from hub.desk.prepared import reviewing
from hub.desk.prepared.difference_page import PROPERTIES
from hub.journal import Actor
from hub.models import JournalEntry, Signature, Version, VersionState
from hub.text.types import Fact, LanguageText, Slot, VersionText
from tests.desk.conftest import ADA, ASTA, BO, CLEO, EVA, Browser, LoginAs
from tests.desk.pages import Page, check_page
from tests.desk.test_prepared import (
    APPROVAL,
    HOME,
    KEY,
    MARKUP,
    edited,
    form_of,
    in_review,
    newest,
)

pytestmark = pytest.mark.usefixtures("town")
ASTA_ACTS = Actor(ASTA, "test", "tester")
READER = "Olena Koval, tolk"


def sign(language: str, by: str = READER) -> Signature:
    return library.sign_language(KEY, language, by=by, actor=ASTA_ACTS)


def translation(version: Version, language: str) -> str:
    """The value of the form's choice."""
    return f"{language} {version.text.language_hashes[language]}"


def section(page: Page, language: str) -> str:
    """One language's part of the page, as its markup."""
    found = re.search(
        rf'<article class="language-text" aria-labelledby="l-{language}">(.*?)</article>',
        page.html,
        re.DOTALL,
    )
    assert found is not None
    return html.unescape(found[1])


def open_page(browser: Browser) -> Page:
    return check_page(browser.get(HOME).text)


def test_each_translation_says_who_signed_it(login_as: LoginAs) -> None:
    in_review(login_as)
    sign("en")
    page = open_page(login_as(BO))
    english, german = section(page, "en"), section(page, "de")
    assert f"{READER} har læst den og underskrevet, noteret af {ASTA}" in english
    assert "ikke underskrevet" not in english
    assert "ikke underskrevet" in german
    assert "Ingen, der læser sproget, har underskrevet." in german
    assert "underskrevet" not in section(page, "da")


def test_a_translation_stands_beside_what_it_says_in_danish(login_as: LoginAs) -> None:
    in_review(login_as)
    version = newest()
    page = open_page(login_as(BO))
    back = version.text.languages["en"].back.splitlines()[0]
    assert "i {place}, før" in back
    shown = section(page, "en")
    assert back.partition("{place}")[2].partition("{")[0] in shown
    assert "i [Sted], før" in shown
    edited(login_as(ASTA), f"{HOME}/edit/de", back="")
    text = login_as(BO).get(f"{HOME}?version=3").text
    assert "Hvad den siger på dansk, er ikke skrevet ned" in section(check_page(text), "de")


def test_a_signature_by_its_own_writers_hand_is_looked_at_twice(login_as: LoginAs) -> None:
    version = edited(login_as(ASTA), f"{HOME}/edit/en", title="Boil all water in {place}")
    login_as(ASTA).send(f"{HOME}/submit", hash=version.hash)
    sign("en")
    sign("de")
    page = open_page(login_as(BO))
    assert f"{ASTA} har også selv skrevet eller indlæst teksten" in section(page, "en")
    assert "også selv skrevet" not in section(page, "de")


def test_a_readers_signature_is_recorded_in_the_desk(login_as: LoginAs) -> None:
    version = in_review(login_as)
    browser = login_as(BO)
    answer = browser.send(
        f"{HOME}/review", translation=translation(version, "en"), reader=f"{READER} {MARKUP}"
    )
    assert answer.status_code == 303
    signed = db.session.scalars(select(Signature).where(Signature.language == "en")).one()
    assert (signed.recorded_by, signed.by) == (BO, f"{READER} {MARKUP}")
    page = open_page(browser)
    assert "<script>alert" not in page.html
    assert "English er underskrevet af Olena Koval" in html.unescape(page.html)
    offered = re.findall(r'<option value="(\w+) [0-9a-f]{64}"', page.html)
    assert offered == ["de"]


@pytest.mark.parametrize(
    ("reader", "said"),
    [("", "Skriv, hvem der har læst den"), (ASTA, "har skrevet eller indlæst teksten")],
)
def test_a_signature_that_is_refused_keeps_what_was_typed(
    login_as: LoginAs, reader: str, said: str
) -> None:
    version = edited(login_as(ASTA), f"{HOME}/edit/en", title="Boil all water in {place}")
    answer = login_as(BO).send(
        f"{HOME}/review", translation=translation(version, "en"), reader=reader
    )
    assert answer.status_code == 422
    page = check_page(answer.text)
    mistake = next(item for item in page.elements if item.attributes.get("id") == "e-reader")
    assert said in mistake.text
    field = next(item for item in page.elements if item.attributes.get("id") == "f-reader")
    assert field.attributes["value"] == reader
    assert not db.session.scalars(select(Signature)).all()


def test_a_text_that_has_changed_meanwhile_is_not_signed(login_as: LoginAs) -> None:
    answer = login_as(BO).send(f"{HOME}/review", translation=f"en {'0' * 64}", reader=READER)
    assert answer.status_code == 422
    assert not db.session.scalars(select(Signature)).all()


def test_only_authors_and_approvers_record_a_signature(login_as: LoginAs) -> None:
    value = translation(newest(), "en")
    for email in (EVA, CLEO, ADA):
        answer = login_as(email).send(f"{HOME}/review", translation=value, reader=READER)
        assert answer.status_code == 403, email
        assert "f-reader" not in login_as(email).get(HOME).text
    assert "f-reader" in login_as(ASTA).get(HOME).text


def test_an_approval_asks_for_a_tick_and_a_reason_and_loses_neither(login_as: LoginAs) -> None:
    version = in_review(login_as)
    browser = login_as(BO)
    for fields, mistakes, kept in (
        ({}, {"e-read", "e-unsigned_reason"}, ""),
        ({"read": "yes", "unsigned_reason": "  "}, {"e-unsigned_reason"}, ""),
        ({"unsigned_reason": "Det haster"}, {"e-read"}, "Det haster"),
        ({"read": "yes", "unsigned_reason": "x" * 501}, {"e-unsigned_reason"}, "x" * 501),
    ):
        answer = browser.send(f"{HOME}/approve", hash=version.hash, **fields)
        assert answer.status_code == 422, fields
        page = check_page(answer.text)
        ids = {item.attributes.get("id") for item in page.elements}
        assert ids & {"e-read", "e-unsigned_reason"} == mistakes, fields
        reason = next(
            item for item in page.elements if item.attributes.get("id") == "f-unsigned_reason"
        )
        assert reason.attributes["value"] == kept
        tick = next(item for item in page.elements if item.attributes.get("id") == "f-read")
        assert ("checked" in tick.attributes) is ("read" in fields)
    assert newest().state == VersionState.IN_REVIEW
    assert "English, Deutsch" in browser.get(HOME).text


def test_the_reason_stays_with_the_version_and_in_the_journal(login_as: LoginAs) -> None:
    version = in_review(login_as)
    sign("en")
    browser = login_as(BO)
    answer = browser.send(f"{HOME}/approve", hash=version.hash, **APPROVAL)
    assert answer.status_code == 303, answer.text
    approved = newest()
    assert (approved.approved_unsigned, approved.unsigned_reason) == (
        ["de"],
        "Tolken kommer i morgen",
    )
    said = "godkendt, selv om ingen havde underskrevet Deutsch: Tolken kommer i morgen"
    assert said in html.unescape(browser.get(HOME).text)
    journal = html.unescape(browser.get("/desk/journal?kind=version-approved").text)
    assert "Tolken kommer i morgen" in journal
    assert "oversættelser, som ingen havde underskrevet" in journal


def test_an_approval_with_all_signed_asks_for_no_reason(login_as: LoginAs) -> None:
    version = in_review(login_as)
    sign("en")
    sign("de")
    browser = login_as(BO)
    assert "f-unsigned_reason" not in browser.get(HOME).text
    answer = browser.send(f"{HOME}/approve", hash=version.hash, read="yes")
    assert answer.status_code == 303, answer.text
    assert newest().approved_unsigned == []


def test_a_signature_that_came_meanwhile_makes_the_reason_needless(login_as: LoginAs) -> None:
    version = in_review(login_as)
    sign("en")
    browser = login_as(BO)
    browser.get(HOME)
    sign("de")
    answer = browser.send(f"{HOME}/approve", hash=version.hash, **APPROVAL)
    assert answer.status_code == 303
    entry = db.session.scalars(
        select(JournalEntry).where(JournalEntry.kind == "version-approved")
    ).one()
    assert (entry.data["unsigned"], entry.data["unsigned_reason"]) == ([], "")


def test_no_reason_from_the_command_line_is_told_so(login_as: LoginAs) -> None:
    in_review(login_as)
    library.approve(KEY, actor=Actor(BO, "test", "tester"))
    text = html.unescape(login_as(EVA).get(HOME).text)
    assert "selv om ingen havde underskrevet English, Deutsch: ingen grund angivet" in text


def test_the_table_says_what_agrees_and_what_does_not(login_as: LoginAs) -> None:
    in_review(login_as)
    calm = open_page(login_as(BO))
    assert re.search(r"Alle \d+ ting er ens på alle sprog", calm.html)
    assert "afviger" not in [item.text.strip() for item in calm.all("td")]
    english = newest().text.languages["en"]
    line = next(one for one in english.web.split("\n") if "{#coffee}" in one)
    wrong = english.web.replace(line, "- {#coffee} Trust a coffee machine 3 times.")
    edited(login_as(ASTA), f"{HOME}/edit/en", web=wrong)
    text = login_as(BO).get(f"{HOME}?version=3").text
    page = check_page(text)
    assert "2 af" in page.html
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page.html, re.DOTALL)
    differing = [html.unescape(re.sub(r"<[^>]+>|\s+", " ", row)) for row in rows if "✕" in row]
    assert len(differing) == 2
    no, number = differing
    assert "Siger “nej” eller “ikke”" in no
    assert "Borgerside: 0, på dansk 1" in no
    assert "Tal" in number
    assert "Borgerside: 1, på dansk 0" in number


def text_of(**pages: str) -> VersionText:
    return VersionText(
        KEY,
        (),
        (Fact("minutes", "2", {"da": "minutter", "en": "minutes"}, "", "", ""),),
        (),
        {code: LanguageText(code, "", "", web, "") for code, web in pages.items()},
    )


def test_a_row_is_named_by_the_danish_words(login_as: LoginAs) -> None:
    found = reviewing.table(
        text_of(
            da="- {#boil} Kog vandet i {fact.minutes}. Drik det ikke før.",
            en="- {#boil} Boil the water for {fact.minutes}. Do not drink it before.",
        )
    )
    rows = {(row.kind, row.name): row for row in found.rows}
    boil = rows[str(reviewing.KINDS["action"]), "boil"]
    assert boil.words == "Kog vandet i …"
    fact = rows[str(reviewing.KINDS["fact"]), "minutes"]
    assert [cell.words for cell in fact.cells.values()] == ["2 minutter", "2 minutes"]


def test_what_differs_stands_first() -> None:
    found = reviewing.table(text_of(da="- {#a} Gå.\n- {#b} Kom.", en="- {#a} Go.\n- {#c} Come."))
    assert [row.differs for row in found.rows] == [True, True, False]
    assert found.differing == 2


def test_a_difference_is_told_without_templates(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    web = form_of(browser)["web"].replace("{#coffee} Stol", "{#kaffe} Stol helst")
    edited(browser, web=web)
    page = check_page(browser.get(f"{HOME}/differences").text)
    assert "{#" not in page.html
    assert "1 ord tilføjet, 0 ord slettet" in page.html
    assert "tilføjet, understreget" in page.html


def test_a_change_that_no_citizen_sees_is_told_so(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    edited(browser, web=form_of(browser)["web"].replace("{#coffee}", "{#kaffe}"))
    assert "Kun mærker, som ingen borger ser, er ændret" in browser.get(f"{HOME}/differences").text


def test_an_arabic_difference_runs_from_right_to_left(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    english = newest().text.languages["en"]
    values = {
        "title": "اغلِ الماء",
        "sms": english.sms,
        "web": english.web,
        "phone": english.phone,
        "back": "Kog vandet",
        "based_on": newest().hash,
    }
    answer = browser.send(f"{HOME}/edit/ar", **values)
    assert answer.status_code == 303, answer.text
    page = check_page(browser.get(f"{HOME}/differences").text)
    compared = [item.attributes for item in page.elements if item.name == "blockquote"]
    sides = {(item["lang"], item["dir"]) for item in compared}
    assert sides == {("ar", "rtl"), ("da", "ltr")}


def test_what_can_change_in_a_blank_has_words(app: Flask) -> None:
    names = {field for field in Slot.__dataclass_fields__ if field != "name"}
    names |= {field for field in Fact.__dataclass_fields__ if field != "name"}
    assert names <= set(PROPERTIES)
    assert set(newest().scenario_meta) <= set(PROPERTIES)
