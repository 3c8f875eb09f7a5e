"""The library in the desk: what it shows, editing, reviews, and who may not."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub import clock, library
from hub.database import db
from hub.journal import Actor
from hub.models import Person, Role, Version, VersionState
from hub.text import differences
from tests.desk.conftest import ADA, ASTA, BO, CLEO, EVA, Browser, LoginAs
from tests.desk.pages import Page, check_page
from tests.messages import few_messages

pytestmark = pytest.mark.usefixtures("town")

KEY = "water-boil/during"
HOME = f"/desk/prepared/{KEY}"
EDIT = f"{HOME}/edit/da"
MARKUP = '<script>alert(1)</script><b onclick="x">"&'


def versions(key: str = KEY) -> list[Version]:
    session = db.session()
    session.expire_all()
    return list(session.scalars(select(Version).where(Version.key == key).order_by(Version.number)))


APPROVAL = {"read": "yes", "unsigned_reason": "Tolken kommer i morgen"}
"""What an approver fills in beside the hash, while nobody has signed the translations."""


def newest(key: str = KEY) -> Version:
    return versions(key)[-1]


def form_of(browser: Browser, address: str = EDIT) -> dict[str, str]:
    """The values of the edit form, as a browser would post them."""
    text = browser.get(address).text
    fields = dict(re.findall(r'name="(title|based_on)" value="([^"]*)"', text))
    areas = re.findall(r'<textarea id="f-(\w+)"[^>]*>\n(.*?)</textarea>', text, re.DOTALL)
    values = {name: html.unescape(value) for name, value in (*fields.items(), *areas)}
    assert set(values) - {"back"} == {"title", "sms", "short", "web", "phone", "based_on"}
    return values


def edited(browser: Browser, address: str = EDIT, **changes: str) -> Version:
    answer = browser.send(address, **{**form_of(browser, address), **changes})
    assert answer.status_code == 303, answer.text
    return newest()


def with_word(browser: Browser) -> Version:
    """An edit of one word of the Danish page."""
    web = form_of(browser)["web"].replace("Hvad er der sket", "Hvad der er sket")
    return edited(browser, web=web)


def in_review(login_as: LoginAs, *, signed: bool = True) -> Version:
    """Written and submitted by Asta; the co-signers have said yes."""
    version = with_word(login_as(ASTA))
    answer = login_as(ASTA).send(f"{HOME}/submit", hash=version.hash)
    assert answer.status_code == 303, answer.text
    if signed:
        for party in library.co_signers(version):
            library.sign(KEY, party=party, by="Ida Holm", actor=Actor(ASTA, "test", "tester"))
    return newest()


def give(email: str, *roles: Role) -> None:
    session = db.session()
    person = session.scalars(select(Person).where(Person.email == email)).one()
    for role in roles:
        person.roles.append(type(person.roles[0])(role=role.value))
    session.commit()


def test_the_grid_shows_every_message_with_its_languages(login_as: LoginAs) -> None:
    page = check_page(login_as(EVA).get("/desk/prepared").text)
    assert "Kog vandet" in page.html
    assert re.search(r"\d+ % er klar", page.html)
    ready = re.findall(r'aria-label="([^"]*): klar"', page.html)
    assert len(ready) == 16, "three messages of the toilet wait for a decision"
    assert len(re.findall(r'aria-label="[^"]*: ikke underskrevet"', page.html)) == 16


def test_the_grid_says_what_keeps_a_message_back(login_as: LoginAs) -> None:
    session = db.session()

    def change(key: str, **values: object) -> None:
        session.execute(update(Version).where(Version.key == key).values(**values))
        session.commit()

    change("latrine/during", review_due=clock.now() - timedelta(days=1))
    change("latrine/update", review_due=clock.now() + timedelta(days=29))
    change("power-outage/during", blocked=["some_fact"])
    change("power-outage/update", recheck=["other_fact"])
    change("water-saving/during", state=VersionState.DRAFT.value)
    change("water-saving/update", state=VersionState.RETURNED.value, returned_reason="nej")
    text = login_as(EVA).get("/desk/prepared").text
    for words in (
        "udløbet",
        "udløber snart",
        "some_fact",
        "tjek igen",
        "kan ikke sendes",
        "kladde",
        "sendt tilbage",
        "mangler",
        "beslutning mangler",
    ):
        assert words in text, words
    assert text.count(': klar"') == 12
    for show, count in (("date", 2), ("work", 2), ("review", 0)):
        narrowed = login_as(EVA).get(f"/desk/prepared?show={show}").text
        keys = set(re.findall(r'aria-label="([^":]*):', narrowed))
        assert len(keys) == count, show
    trouble = login_as(EVA).get("/desk/prepared?show=trouble").text
    assert len(set(re.findall(r'aria-label="([^":]*):', trouble))) == 7
    assert "Evakuering" in trouble, "what was never loaded is trouble too"


def test_an_empty_library_says_what_to_do_first(login_as: LoginAs) -> None:
    session = db.session()
    session.execute(update(Version).values(state=VersionState.RETIRED.value))
    session.commit()
    text = check_page(login_as(EVA).get("/desk/prepared").text).html
    assert "hub library load" in text


def test_a_message_shows_every_channel_in_every_language(login_as: LoginAs) -> None:
    page = check_page(login_as(EVA).get(HOME).text)
    assert page.html.count('class="language-text"') == 3
    assert page.html.count('class="sms"') == 6  # the ordinary one and the short one
    assert page.html.count('class="spoken"') == 3
    assert page.html.count('class="sheet"') == 3
    assert "Kog vandet i Nørreby" in page.html
    assert "Boil the water in Nørreby" in page.html
    assert re.search(r"\d+ sekunder", page.html)
    assert "{fact.boil_minutes}" in page.html
    assert "Styrelsen for Patientsikkerhed" in page.html


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_message_can_be_read(login_as: LoginAs, language: str) -> None:
    browser = login_as(EVA)
    browser.set_cookie("desk_language", language, path="/desk")
    for key in ("school-pickup/before", "appointments-cancelled/during", "power-outage/all-clear"):
        page = check_page(browser.get(f"/desk/prepared/{key}").text)
        assert "kan ikke sammensættes" not in page.html


def test_characters_that_cost_are_named(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    form = form_of(browser)
    sms = form["sms"].replace("Vandet kan", "Vandet “måske” kan ☃") + "\nčćč"
    answer = browser.send(EDIT, **{**form, "sms": sms, "act": "preview"})
    assert answer.status_code == 200
    assert "LATIN SMALL LETTER C WITH CARON" in answer.text
    assert "× 2" in answer.text
    assert "UCS-2" in answer.text


def test_an_author_writes_and_submits(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    version = with_word(browser)
    assert (version.number, version.state) == (2, VersionState.DRAFT)
    assert "Hvad der er sket" in version.text.languages["da"].web
    assert [(item.person, item.part) for item in version.contributors] == [(ASTA, "edited")]
    page = check_page(browser.get(HOME).text)
    assert "Send til gennemsyn" in page.html
    answer = browser.send(f"{HOME}/submit", hash=version.hash)
    assert answer.status_code == 303
    assert newest().state == VersionState.IN_REVIEW
    assert "til gennemsyn" in browser.get(HOME).text


def test_what_was_edited_is_what_export_writes(login_as: LoginAs, tmp_path: Path) -> None:
    with_word(login_as(ASTA))
    library.export(db.session(), tmp_path / "out")
    shipped = few_messages()
    for file in shipped.rglob("*.*"):
        if file.suffix not in (".md", ".toml") or file.name == "README.md":
            continue
        exported = (tmp_path / "out" / file.relative_to(shipped)).read_bytes()
        expected = file.read_bytes()
        if file.relative_to(shipped).as_posix() == f"{KEY}.da.md":
            expected = expected.replace(b"Hvad er der sket", b"Hvad der er sket")
        assert exported == expected, file


def test_the_authors_own_approval_is_refused(login_as: LoginAs) -> None:
    give(ASTA, Role.APPROVER)
    version = in_review(login_as)
    browser = login_as(ASTA)
    page = browser.get(HOME).text
    assert "/approve" not in page
    assert "en anden godkender" in page
    answer = browser.send(f"{HOME}/approve", hash=version.hash, **APPROVAL)
    assert answer.status_code == 422
    check_page(answer.text)
    assert ASTA in answer.text
    assert newest().state == VersionState.IN_REVIEW


def test_an_approver_approves_what_was_read(login_as: LoginAs) -> None:
    version = in_review(login_as)
    browser = login_as(BO)
    assert version.hash in browser.get(HOME).text
    answer = browser.send(f"{HOME}/approve", hash="0" * 64, **APPROVAL)
    assert answer.status_code == 422
    assert newest().state == VersionState.IN_REVIEW
    answer = browser.send(f"{HOME}/approve", hash=version.hash, **APPROVAL)
    assert answer.status_code == 303
    assert newest().state == VersionState.APPROVED
    assert newest().approved_by == BO
    assert versions()[0].state == VersionState.RETIRED


def test_an_approval_without_a_co_signers_yes_is_refused(login_as: LoginAs) -> None:
    version = in_review(login_as, signed=False)
    browser = login_as(BO)
    answer = browser.send(f"{HOME}/approve", hash=version.hash, **APPROVAL)
    assert answer.status_code == 422
    assert "Patientsikkerhed" in answer.text
    for party in library.co_signers(version):
        answer = browser.send(f"{HOME}/sign", hash=version.hash, party=party, by=MARKUP)
        assert answer.status_code == 303, answer.text
    text = check_page(browser.get(HOME).text).html
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text
    assert browser.send(f"{HOME}/approve", hash=version.hash, **APPROVAL).status_code == 303


def test_a_returned_text_waits_for_its_author(login_as: LoginAs) -> None:
    version = in_review(login_as)
    assert "Gennemse: Kog vandet, Under" in login_as(BO).get("/desk/").text
    assert "Gennemse" not in login_as(ASTA).get("/desk/").text
    browser = login_as(BO)
    empty = browser.send(f"{HOME}/return", hash=version.hash, return_reason="")
    assert empty.status_code == 422
    answer = browser.send(f"{HOME}/return", hash=version.hash, return_reason=MARKUP)
    assert answer.status_code == 303
    for path in ("/desk/", "/desk/prepared", HOME):
        text = check_page(login_as(ASTA).get(path).text).html
        assert "&lt;script&gt;" in text
        assert "<script>alert" not in text
    assert "Ret: Kog vandet, Under" in login_as(ASTA).get("/desk/prepared").text


def test_a_version_is_taken_out_of_use_with_a_reason(login_as: LoginAs) -> None:
    browser = login_as(BO)
    version = newest()
    assert "Tag den ud af brug" in browser.get(HOME).text
    assert "Tag den ud af brug" not in login_as(ASTA).get(HOME).text
    posted = login_as(ASTA).send(f"{HOME}/retire", hash=version.hash, retire_reason="jeg vil")
    assert posted.status_code == 422
    assert newest().state == VersionState.APPROVED
    stale = browser.send(f"{HOME}/retire", hash="0" * 64, retire_reason="forældet")
    assert stale.status_code == 422
    answer = browser.send(f"{HOME}/retire", hash=version.hash, retire_reason="forældet")
    assert answer.status_code == 303
    assert newest().state == VersionState.RETIRED


def test_the_second_of_two_editors_loses_nothing(login_as: LoginAs) -> None:
    first, second = login_as(ASTA), login_as(ADA)
    give(ADA, Role.AUTHOR)
    hers, his = form_of(first), form_of(second)
    assert first.send(EDIT, **{**hers, "title": "Kog alt vand i {place}"}).status_code == 303
    mine = {
        **his,
        "title": "Kog vandet nu i {place}",
        "sms": his["sms"].replace("syg", "meget syg"),
    }
    answer = second.send(EDIT, **mine)
    assert answer.status_code == 409
    page = check_page(answer.text)
    assert ASTA in page.html
    assert "Kog vandet nu i {place}" in page.html
    assert "meget syg" in page.html
    assert re.search(r"<del>.*?alt.*?</del>", page.html, re.DOTALL)
    assert len(versions()) == 2
    again = re.search(r'name="based_on" value="([^"]+)"', page.html)
    assert again is not None
    assert again[1] == newest().hash
    assert second.send(EDIT, **{**mine, "based_on": again[1]}).status_code == 303
    assert newest().text.languages["da"].title == "Kog vandet nu i {place}"
    assert {item.person for item in newest().contributors} == {ASTA, ADA}


def test_two_editors_of_two_languages_keep_both_texts(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    edited(browser, title="Kog alt vand i {place}")
    edited(browser, f"{HOME}/edit/en", title="Boil all water in {place}")
    texts = newest().text.languages
    assert texts["da"].title == "Kog alt vand i {place}"
    assert texts["en"].title == "Boil all water in {place}"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("sms", "{municipality}: Kog vandet i {plads}.", "unknown slot {plads}"),
        ("web", "### Hej\n\n{when reason}\nNu.", "{when"),
        ("web", "Hej\n\n## Sms\n\nHej", "unknown section"),
        ("phone", "", "empty"),
        ("title", "", "title"),
        ("sms", "Kog {fact.boil_minute}.", "unknown fact {fact.boil_minute}"),
    ],
)
def test_a_mistake_of_the_format_is_told_at_its_field_and_line(
    login_as: LoginAs, field: str, typed: str, said: str
) -> None:
    browser = login_as(ASTA)
    form = {**form_of(browser), field: typed}
    answer = browser.send(EDIT, **form)
    assert answer.status_code == 422
    page = check_page(answer.text)
    mistake = html.unescape(page.html)
    assert said in mistake
    assert re.search(r"linje \d+", mistake)
    assert html.escape(form["title"], quote=False) in page.html
    assert len(versions()) == 1


def test_a_title_that_yaml_would_misread_is_kept(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    for title in (
        "Vand: kog det # nu",
        "{place}: kog vandet",
        '"Kog" vandet',
        "2026-11-21",
        "- ja",
    ):
        edited(browser, title=title)
        assert newest().text.languages["da"].title == title
        assert form_of(browser)["title"] == title


def test_markup_in_every_field_is_only_text(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    form = form_of(browser)
    typed = {field: f"{form[field]} {MARKUP}" for field in ("title", "sms", "phone")}
    answer = browser.send(EDIT, **{**form, **typed, "web": f"{form['web']}\n\n{MARKUP}"})
    if answer.status_code == 303:
        pages = [HOME, EDIT, "/desk/prepared", f"{HOME}/differences"]
        texts = [browser.get(path).text for path in pages]
    else:
        texts = [answer.text]
    answer = browser.send(EDIT, **{**form, **typed})
    assert answer.status_code == 303
    pages = [HOME, EDIT, "/desk/prepared", f"{HOME}/differences"]
    for text in (*texts, *(browser.get(path).text for path in pages)):
        check_page(text)
        assert "<script>alert" not in text
        assert "<b onclick" not in text


def test_a_viewer_sees_and_cannot_change(login_as: LoginAs) -> None:
    version = in_review(login_as)
    for email in (EVA, CLEO):
        browser = login_as(email)
        page = check_page(browser.get(HOME).text)
        assert "Det kan du gøre" not in page.html
        for act in ("submit", "approve", "return", "retire", "sign"):
            answer = browser.send(f"{HOME}/{act}", hash=version.hash, return_reason="x")
            assert answer.status_code == 403, act
        assert browser.get(EDIT).status_code == 403
        assert browser.send(EDIT, title="x").status_code == 403
    assert newest().state == VersionState.IN_REVIEW


def test_a_translation_can_be_added(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    address = f"{HOME}/edit/pl"
    page = check_page(browser.get(address).text)
    assert "Polski" in page.html
    english = newest().text.languages["en"]
    based_on = newest().hash
    answer = browser.send(
        address,
        title="Gotuj wodę",
        sms="{municipality}: Gotuj wodę.",
        web=english.web,
        phone=english.phone,
        based_on=based_on,
    )
    assert answer.status_code in (303, 422)
    if answer.status_code == 303:
        assert "pl" in newest().text.languages
    else:
        assert "linje" in answer.text
    assert browser.get(f"{HOME}/edit/nonsense").status_code == 422


def test_the_difference_is_told_word_by_word(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    edited(browser, title="Kog alt vandet i {place}")
    page = check_page(browser.get(f"{HOME}/differences").text)
    assert "Fra udgave 1 til udgave 2" in page.html
    inserted = [item.text for item in page.all("ins") if "tilføjet:" in item.text]
    assert len(inserted) == 1
    assert "alt" in inserted[0]
    assert not [item for item in page.all("del") if "slettet:" in item.text]
    turned = Page(browser.get(f"{HOME}/differences?old=2&new=1").text)
    assert [item for item in turned.all("del") if "alt" in item.text]
    same = browser.get(f"{HOME}/differences?old=1&new=1").text
    assert "siger det samme" in same
    assert browser.get(f"{HOME}/differences?new=99").status_code == 404


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "a b"),
        ("a b c", ""),
        ("Kog vandet i {place} nu.", "Kog alt vand i {area} nu."),
        ("a  b\n\nc", "a b\nc"),
        ("{ { }", "} {x} {"),
    ],
)
def test_a_difference_holds_both_texts_whole(old: str, new: str) -> None:
    pieces = differences.words_between(old, new)
    kind = differences.Kind
    assert "".join(item.text for item in pieces if item.kind is not kind.ADDED) == old
    assert "".join(item.text for item in pieces if item.kind is not kind.REMOVED) == new


def test_an_unknown_message_is_not_found(login_as: LoginAs) -> None:
    for path in ("nothing/during", "water-boil/nothing", "water-boil", "a/b/c"):
        assert login_as(ASTA).get(f"/desk/prepared/{path}").status_code == 404
    answer = login_as(ASTA).get("/desk/prepared/water-boil/durin")
    assert KEY in answer.text
    assert login_as(ASTA).get(f"{HOME}?version=77").status_code == 404


def test_the_preview_of_a_form_says_its_mistakes(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    form = {**form_of(browser), "sms": "Kog {plads}"}
    answer = browser.send(f"{HOME}/preview/da", **form)
    assert answer.status_code == 200
    page = check_page(answer.text)
    assert "unknown slot" in page.html
    assert 'id="preview"' in page.html
    assert len(versions()) == 1


def test_saving_without_a_change_makes_no_version(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    answer = browser.send(EDIT, **form_of(browser))
    assert answer.status_code == 303
    assert len(versions()) == 1
    assert "Intet er ændret" in browser.get(HOME).text


def test_a_draft_beside_a_review_is_told(
    app: Flask, login_as: LoginAs, person: Callable[..., Actor]
) -> None:
    reviewed = in_review(login_as)
    edited(login_as(ASTA), title="Kog alt vand i {place}")
    page = login_as(BO).get(HOME).text
    assert reviewed.hash in page
    assert "En nyere udgave, 3" in page
    assert "En udgave er til gennemsyn" in login_as(ASTA).get(EDIT).text


def test_a_message_and_its_form_are_small_on_a_hotspot(login_as: LoginAs) -> None:
    browser = login_as(ASTA)
    for path in (HOME, EDIT):
        answer = browser.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.data) < 15_000, path
