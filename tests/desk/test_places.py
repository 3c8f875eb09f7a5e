"""Places in the desk: looking, writing one in, bringing a list in; and what Start makes of them."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hub import places
from hub.database import db
from hub.models import Place, PlaceKind
from tests.desk import happening
from tests.desk.conftest import CLEO, DAN, EVA, Browser, LoginAs
from tests.desk.happening import CLEO_ACTS, DAN_ACTS
from tests.desk.pages import check_page
from tests.desk.test_start import BOIL, FILLED
from tests.places import qr_reader

pytestmark = pytest.mark.usefixtures("town")

HOME = "/desk/prepared/places"
SCHOOLS = "Navn;Område\r\nNørreby Skole;Nørreby\r\nSønderby Skole;\r\n;Nørreby\r\n"
PICK_UP = "/desk/start/school-pickup/during"


def add(name: str, kind: PlaceKind = PlaceKind.INSTITUTION, **given: str) -> Place:
    return places.add(kind, {"name": name, **given}, CLEO_ACTS)


def add_shown(name: str, kind: PlaceKind = PlaceKind.INSTITUTION, **given: str) -> Place:
    """On the list, and another person has said yes to its name."""
    row = add(name, kind, **given)
    places.confirm(DAN_ACTS)
    return row


def names(kind: PlaceKind = PlaceKind.INSTITUTION) -> list[str]:
    session = db.session()
    session.rollback()
    return [row.name for row in places.list_all(session, kind)]


def upload(browser: Browser, content: str, **fields: str) -> TestResponse:
    address = f"{HOME}/import"
    data = {
        "csrf_token": browser.token(address),
        "kind": "institution",
        "file": (io.BytesIO(content.encode("cp1252")), "skoler.csv"),
        **fields,
    }
    return browser.post(address, data=data, content_type="multipart/form-data")


def test_who_may_only_look_sees_the_list_and_no_button(login_as: LoginAs) -> None:
    add_shown("Nørreby Skole", areas="Nørreby", address="Skolevej 1")
    page = check_page(login_as(EVA).get(HOME).text)
    assert "Nørreby Skole" in page.html
    assert "http://127.0.0.1:8000/s/noerreby-skole/" in page.html
    assert f"{HOME}/new" not in page.html
    assert f"{HOME}/import" not in page.html


def test_an_empty_list_says_what_belongs_there(login_as: LoginAs) -> None:
    for kind in PlaceKind:
        text = login_as(CLEO).get(f"{HOME}?kind={kind.value}").text
        assert "Der er ikke nogen på listen endnu." in text
    assert login_as(CLEO).get(f"{HOME}?kind=nonsense").status_code == 200


def test_a_place_is_written_in_changed_and_taken_off(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    answer = cleo.send(f"{HOME}/new", name="Nørreby Skole", areas="Nørreby", accessible="ja")
    assert answer.status_code == 303
    row = places.find(db.session(), PlaceKind.INSTITUTION, "Nørreby Skole")
    assert (row.slug, row.areas, row.accessible, row.source) == (
        "noerreby-skole",
        ["Nørreby"],
        True,
        "by hand",
    )
    page = check_page(cleo.get(f"{HOME}/{row.id}").text)
    typed = {item.attributes["name"]: item.attributes.get("value") for item in page.all("input")}
    assert (typed["name"], typed["areas"], typed["slug"]) == (
        "Nørreby Skole",
        "Nørreby",
        "noerreby-skole",
    )
    answer = cleo.send(
        f"{HOME}/{row.id}", name="Campus Nord", slug="campus", areas="Nørreby; Havnen"
    )
    assert answer.status_code == 303
    assert names() == ["Campus Nord"]
    assert cleo.send(f"{HOME}/{row.id}/remove").status_code == 422
    assert names() == ["Campus Nord"]
    assert cleo.send(f"{HOME}/{row.id}/remove", sure="yes").status_code == 303
    assert names() == []
    assert cleo.get(f"{HOME}/{row.id}").status_code == 404


def test_the_code_of_a_page_is_a_file(login_as: LoginAs) -> None:
    row = add("Nørreby Skole")
    assert login_as(EVA).get(f"{HOME}/{row.id}/qr.svg").status_code == 404
    places.confirm(DAN_ACTS)
    answer = login_as(EVA).get(f"{HOME}/{row.id}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert 'filename="noerreby-skole.svg"' in answer.headers["Content-Disposition"]
    read, _level = qr_reader.read(qr_reader.from_svg(answer.text))
    assert read == "http://127.0.0.1:8000/s/noerreby-skole/"
    hall = add("Hallen", PlaceKind.MEETING_PLACE)
    assert login_as(EVA).get(f"{HOME}/{hall.id}/qr.svg").status_code == 404


def test_a_mistake_stands_at_its_field_and_what_was_typed_stays(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    fields = {"name": "", "address": "www.evil.example", "hours": "hverdage", "phone": "112"}
    answer = cleo.post(
        f"{HOME}/new?kind=meeting-place", data={"csrf_token": cleo.token(), **fields}
    )
    assert answer.status_code == 422
    page = check_page(answer.text)
    for words in (
        "Den har intet navn.",
        "Adressen indeholder &#39;www.&#39;, som kan læses som et link.",
        "Åbningstiderne &#39;hverdage&#39; er ikke skrevet som 08:00-20:00 eller 24h.",
        "&#39;112&#39; er ikke et nummer, som borgere kan ringe til.",
    ):
        assert words in page.html
    assert 'value="hverdage"' in page.html
    add("Nørreby Skole")
    answer = cleo.send(f"{HOME}/new", name="nørreby skole")
    assert answer.status_code == 422
    assert "står på listen i forvejen" in answer.text


def test_a_list_is_looked_at_before_it_changes_anything(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    sent = upload(cleo, SCHOOLS)
    assert sent.status_code == 303
    look = sent.headers["Location"]
    page = check_page(cleo.get(look).text)
    assert "2 nye, 0 ændret, 0 som før, 0 fjernet, 1 rækker sorteret fra." in page.html
    assert "den har intet navn" in page.html
    assert names() == []
    assert cleo.send(look, act="look").status_code == 200
    assert names() == []
    assert cleo.send(look, act="import").status_code == 303
    assert names() == ["Nørreby Skole", "Sønderby Skole"]
    assert cleo.get(look).status_code == 404


def test_what_a_whole_list_removes_is_seen_first(login_as: LoginAs) -> None:
    add("Vesterby Skole")
    cleo = login_as(CLEO)
    look = upload(cleo, SCHOOLS).headers["Location"]
    refused = cleo.send(look, act="import", replace="yes")
    assert refused.status_code == 422
    assert "Læs, hvilke der ville blive fjernet" in refused.text
    assert "Vesterby Skole" in names()
    page = cleo.send(look, act="look", replace="yes").text
    assert "1 fjernet" in page
    assert "<li>Vesterby Skole</li>" in page
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    assert cleo.send(look, act="import", replace="yes", seen=seen[1]).status_code == 303
    assert "Vesterby Skole" not in names()


@pytest.mark.parametrize(
    ("content", "says"),
    [("Elev;Mobil\nIb;20112233", "Ingen kolonne i filen hedder Navn"), ("", "er tom")],
)
def test_a_file_that_is_no_list_is_refused_at_once(
    login_as: LoginAs, content: str, says: str
) -> None:
    answer = upload(login_as(CLEO), content)
    assert answer.status_code == 422
    assert says in answer.text


def test_a_file_of_one_login_is_not_anothers(login_as: LoginAs) -> None:
    look = upload(login_as(CLEO), SCHOOLS).headers["Location"]
    assert login_as(DAN).get(look).status_code == 404


def test_a_file_that_is_too_large_is_not_read(login_as: LoginAs) -> None:
    answer = upload(login_as(CLEO), "Navn\n" + "x" * 3_000_000)
    assert answer.status_code == 413


def test_start_offers_the_names_that_have_pages(login_as: LoginAs) -> None:
    long = "Sønderby Børne- og Ungdomscenter"
    add("Nørreby Skole")
    add(long, other_names="Sønderbycentret")
    add("Nørreby", PlaceKind.AREA)
    add("Hallen", PlaceKind.COLLECTION_POINT, address="Hallevej 2")
    cleo = login_as(CLEO)
    page = cleo.get(PICK_UP).text
    assert '<option value="Nørreby Skole">' in page
    assert '<option value="Sønderbycentret">' in page, "the name that fits into the slot"
    assert long not in page
    assert '<option value="Hallen, Hallevej 2">' in page
    add("Bakken", PlaceKind.COLLECTION_POINT, hours="24h", accessible="nej", bring="dunk")
    add("Krisetelefonen", PlaceKind.NUMBER, phone="70203050", without_power="ja")
    page = cleo.get(PICK_UP).text
    assert '<option value="Bakken" label="Bakken – altid åbent, ikke for kørestole, dunk">' in page
    assert 'label="70 20 30 50 – Krisetelefonen, virker uden strøm"' in page
    assert '<option value="Nørreby">' in cleo.get(BOIL).text


def test_what_no_page_of_a_place_will_show_is_said_and_may_be_sent(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    fields = {**FILLED, "step": "see", "audience": "none", "incident": "new"}
    assert "Intet sted på listen hedder" not in cleo.send(BOIL, **fields).text
    add_shown("Sønderby", PlaceKind.AREA)
    answer = cleo.send(BOIL, **fields)
    assert answer.status_code == 200
    assert f"Intet sted på listen hedder {FILLED['s_place']}" in answer.text
    add_shown(str(FILLED["s_place"]), PlaceKind.AREA)
    assert "Intet sted på listen hedder" not in cleo.send(BOIL, **fields).text


def test_the_second_person_reads_it_too(login_as: LoginAs) -> None:
    add_shown("Sønderby", PlaceKind.AREA)
    number = happening.prepared(happening.incident()).announcement
    text = login_as(DAN).get(f"/desk/announcement/{number}").text
    assert "Intet sted på listen hedder Nørreby" in text


def test_the_journal_tells_it_in_danish(app: Flask, login_as: LoginAs) -> None:
    row = add("Nørreby Skole")
    places.change(row.id, {"phone": "70 20 30 40"}, CLEO_ACTS)
    places.import_places(SCHOOLS.encode(), "skoler.csv", PlaceKind.INSTITUTION, actor=CLEO_ACTS)
    places.remove(row.id, CLEO_ACTS)
    text = login_as(EVA).get("/desk/journal").text
    for words in (
        "Sted skrevet ind i hånden",
        "Steder importeret",
        "Sted taget af listen",
        "telefon",
    ):
        assert words in text


NAMES = f"{HOME}/names"


def test_a_name_waits_for_another_persons_yes(login_as: LoginAs) -> None:
    cleo, dan = login_as(CLEO), login_as(DAN)
    sent = cleo.send(f"{HOME}/new", name="Nørreby Skole")
    assert "En anden person skal sige ja til navnet" in cleo.get(sent.headers["Location"]).text
    page = check_page(cleo.get(NAMES).text)
    assert "ingen side endnu" in page.html
    assert "venter på en anden" in page.html
    assert "/confirm" not in page.html, "nobody is offered a yes to what they wrote"
    assert "Sig ja til 1 offentligt navn" not in cleo.get("/desk/").text
    assert "Sig ja til 1 offentligt navn" in dan.get("/desk/").text
    page = check_page(dan.get(NAMES).text)
    hash_ = next(i.attributes["value"] for i in page.all("input") if i.attributes["name"] == "hash")
    assert hash_
    act = f"{NAMES}/confirm"
    assert cleo.send(act, hash=hash_, sure="yes").status_code == 422
    untouched = dan.send(act, hash=str(hash_))
    assert (untouched.status_code, places.public_places(db.session())) == (422, ())
    assert "Sæt først kryds ved sætningen" in untouched.text
    assert dan.send(act, hash=str(hash_), sure="yes").status_code == 303
    assert [place.name for place in places.public_places(db.session())] == ["Nørreby Skole"]
    assert "Intet navn venter" in dan.get(NAMES).text


def test_a_yes_to_names_that_were_changed_meanwhile_is_refused(login_as: LoginAs) -> None:
    add("Nørreby Skole")
    answer = login_as(DAN).send(f"{NAMES}/confirm", hash="0" * 64, sure="yes")
    assert answer.status_code == 422
    assert "Navnene blev ændret, efter du læste dem" in answer.text


def test_a_viewer_reads_the_names_and_cannot_confirm(login_as: LoginAs) -> None:
    add("Nørreby Skole")
    eva = login_as(EVA)
    assert "Nørreby Skole" in check_page(eva.get(f"{NAMES}?kind=institution").text).html
    assert eva.send(f"{NAMES}/confirm", sure="yes").status_code == 403


def test_an_import_says_how_many_names_wait(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    look = upload(cleo, SCHOOLS).headers["Location"]
    done = cleo.send(look, act="import")
    text = cleo.get(done.headers["Location"]).text
    assert "2 navne venter på en anden persons ja" in text
