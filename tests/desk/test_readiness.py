"""A director's picture of readiness, what to do next, reminders in the desk, and renewing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hub import clock, library
from hub.database import db
from hub.journal import Actor
from hub.models import Version, VersionState
from tests.desk.browsing import CHROMIUM, OpenPage, chromium, open_page, served
from tests.desk.conftest import ASTA, BO, CLEO, EVA, LoginAs
from tests.desk.pages import check_page

__all__ = ["chromium", "open_page", "served"]
pytestmark = pytest.mark.usefixtures("town")

PAGE = "/desk/prepared/readiness"
KEY = "water-boil/during"
HOME = f"/desk/prepared/{KEY}"
AUTHOR = Actor(ASTA, "test", "tester")
SIGNED = Actor(BO, "test", "tester")


def change(key: str, **values: object) -> None:
    session = db.session()
    session.execute(update(Version).where(Version.key == key).values(**values))
    session.commit()


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_page_has_two_figures_and_every_message(login_as: LoginAs) -> None:
    page = check_page(login_as(EVA).get(PAGE).text)
    figures = library.picture(db.session()).figures
    assert 0 < figures.ready < figures.sendable < figures.expected
    text = words(page.html)
    assert f"{figures.ready_percent}&nbsp;% Klar" in text
    assert f"{figures.sendable_percent}&nbsp;% Kan sendes nu" in text
    assert "hvem der har øvet sig" in text
    for title in ("Kog vandet", "Evakuering", "Voldsomt vejr"):
        assert title in text, "what was never loaded counts too"
    assert f'href="{HOME}"' in page.html
    assert "indlæs det, der følger med Klarbesked" in text
    assert "IT-drift" in text


def test_the_figures_fall_when_a_message_is_taken_out(login_as: LoginAs) -> None:
    before = library.picture(db.session()).figures
    library.retire(KEY, actor=SIGNED, reason="en prøve")
    after = library.picture(db.session()).figures
    assert after.expected == before.expected
    assert after.ready < before.ready
    assert "trukket tilbage" in login_as(EVA).get(PAGE).text


def test_a_signature_makes_a_translation_ready(login_as: LoginAs) -> None:
    text = words(login_as(EVA).get(f"{PAGE}?owner=Vand+og+Miljø").text)
    assert "få en, der læser English, til at skrive under" in text
    before = library.picture(db.session()).figures
    for key in library.known_keys(db.session()):
        library.sign_language(key, "en", by="Tove Tolk", actor=AUTHOR)
    after = library.picture(db.session()).figures
    assert (after.ready > before.ready, after.sendable) == (True, before.sendable)
    text = words(login_as(EVA).get(f"{PAGE}?owner=Vand+og+Miljø").text)
    assert "læser English" not in text


def test_an_owner_is_chosen_and_an_unknown_one_is_told(login_as: LoginAs) -> None:
    browser = login_as(EVA)
    page = check_page(browser.get(f"{PAGE}?owner=Vand+og+Miljø").text)
    assert "Hvor beredte er vi: Vand og Miljø" in words(page.html)
    assert "Aflyste tider" not in page.html
    unknown = browser.get(f"{PAGE}?owner=Ingen")
    assert unknown.status_code == 404
    assert "Ingen besked har ejeren Ingen" in unknown.text


def test_who_gets_no_mail_is_said(login_as: LoginAs) -> None:
    text = words(login_as(EVA).get(PAGE).text)
    assert "Ingen får påmindelser med mail for" in text
    assert "HUB_REMINDER_MAIL" in text


@pytest.mark.parametrize("path", ["/desk/", "/desk/prepared"])
def test_authors_and_approvers_are_reminded_in_the_desk(login_as: LoginAs, path: str) -> None:
    change(KEY, review_due=clock.now() + timedelta(days=20))
    change("water-boil/update", review_due=clock.now() - timedelta(days=1))
    for email in (ASTA, BO):
        text = login_as(email).get(path).text
        assert "1 besked udløber snart" in text, email
        assert "1 besked er udløbet" in text, email
        assert f'href="{HOME}"' in text
    for email in (CLEO, EVA):
        assert "udløber snart</a>" not in login_as(email).get(path).text, email


def test_many_reminders_are_one_card_that_names_the_first(login_as: LoginAs) -> None:
    session = db.session()
    session.execute(update(Version).values(review_due=clock.now() + timedelta(days=6)))
    session.commit()
    text = login_as(BO).get("/desk/").text
    assert "19 beskeder udløber snart" in text
    assert "og 16 mere" in text
    assert f'href="{PAGE}#next"' in text


def test_a_yes_that_is_waited_for_is_shown_after_a_week(
    login_as: LoginAs, move: Callable[[timedelta], None]
) -> None:
    change(KEY, state=VersionState.IN_REVIEW.value, submitted_at=clock.now())
    assert "Ja fra en medunderskriver mangler" not in login_as(ASTA).get("/desk/").text
    move(timedelta(days=7))
    text = login_as(ASTA).get("/desk/").text
    assert "Ja fra en medunderskriver mangler til 1 besked" in text
    assert "vandværk" in text


def test_a_message_is_renewed_where_it_is_read(login_as: LoginAs) -> None:
    assert "/renew" not in login_as(ASTA).get(HOME).text, "it runs out in a year"
    change(KEY, review_due=clock.now() - timedelta(days=1))
    assert "/renew" not in login_as(BO).get(HOME).text
    browser = login_as(ASTA)
    page = check_page(browser.get(HOME).text)
    assert f'action="{HOME}/renew"' in page.html
    answer = browser.send(f"{HOME}/renew", page=HOME)
    assert answer.status_code == 303
    text = browser.get(HOME).text
    assert "Udgave 2 har de samme ord" in text
    assert "fornyede den" in text
    rows = db.session().scalars(select(Version).where(Version.key == KEY)).all()
    assert [row.state for row in rows] == ["approved", "draft"]
    assert browser.send(f"{HOME}/renew", page=HOME).status_code == 409


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_it_fits_a_phone_and_one_sheet_of_paper(open_page: OpenPage) -> None:
    change(KEY, review_due=clock.now() + timedelta(days=3))
    phone = open_page(PAGE, ASTA, javascript=False)
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    phone.click("summary:has-text('beskeder') >> nth=0")
    paper = open_page(PAGE, ASTA, width=680)  # A4 without its margins, in CSS pixels
    paper.emulate_media(media="print")
    assert paper.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert (
        paper.evaluate("document.querySelector('.picture').getBoundingClientRect().bottom") < 1009
    )
    grid = open_page("/desk/prepared", ASTA, javascript=False, dark=True)
    assert grid.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
