"""The lists' pages: bringing a file in by both steps, looking, keeping, deleting, and who may."""

from __future__ import annotations

import csv
import io
import re
import stat
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub import clock
from hub.audiences import import_list, lists, retention, uploads
from hub.audiences.lists import find, set_standing
from hub.audiences.standing import Standing
from hub.database import db
from hub.desk.lists import upload_page
from hub.models import Audience, JournalEntry, Recipient
from hub.text import phones
from tests.audiences.lists import csv_bytes, workbook
from tests.desk.conftest import CLEO, DAN, EVA, Browser, LoginAs
from tests.desk.happening import CLEO_ACTS, incident, prepared, town_list
from tests.desk.pages import check_page

pytestmark = pytest.mark.usefixtures("town")

HEADINGS = ["Navn", "Mobil", "Sprog", "Skole"]
ROWS = [
    ["Søren Ærø", "20 11 22 33", "dansk", "Østre Skole"],
    ["Åse", "+45 20112234", "engelsk", "Vestre Skole"],
    ["Kaj", "112", "dansk", "Østre Skole"],
    ["Ulla", "2O112235", "dansk", "=HYPERLINK(0)"],
]
LINES = [";".join(row) for row in (HEADINGS, *ROWS)]
STANDING = Standing("Skoleafdelingen", "Elevregisteret", "Folkeskoleloven § 55 b", date(2027, 3, 1))


@pytest.fixture
def cleo(login_as: LoginAs) -> Browser:
    return login_as(CLEO)


def choose(browser: Browser, data: bytes, filename: str = "elever.csv") -> TestResponse:
    """Step 1."""
    token = browser.token("/desk/lists/new")
    return browser.post(
        "/desk/lists/new",
        data={"csrf_token": token, "file": (io.BytesIO(data), filename)},
        content_type="multipart/form-data",
    )


def chosen(browser: Browser, data: bytes, filename: str = "elever.csv") -> str:
    """Step 1, which leads to the address of step 2."""
    answer = choose(browser, data, filename)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def bring_in(browser: Browser, address: str, **fields: str) -> TestResponse:
    """Step 3."""
    typed = {"name": "Elever", "language": "da", "kind": "purpose", "days": "30", "act": "import"}
    return browser.send(address, page=address, **{**typed, **fields})


def waiting(app: Flask) -> list[Path]:
    folder = Path(app.config["HUB"].data_dir) / uploads.FOLDER
    return sorted(folder.iterdir()) if folder.exists() else []


def test_there_is_a_first_thing_to_do(login_as: LoginAs) -> None:
    for email, has_link in ((CLEO, True), (EVA, False)):
        page = check_page(login_as(email).get("/desk/lists").text)
        links = [item for item in page.all("a") if item.attributes["href"] == "/desk/lists/new"]
        assert bool(links) is has_link


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (csv_bytes(*LINES), "elever.csv"),
        (csv_bytes(*LINES, encoding="utf-8-sig"), "elever.csv"),
        (csv_bytes(*LINES, encoding="cp1252"), "elever.csv"),
        (csv_bytes(*LINES, encoding="utf-16"), "elever.txt"),
        (csv_bytes(*(line.replace(";", "\t") for line in LINES)), "elever.tsv"),
        (workbook([HEADINGS, *ROWS]), "elever.xlsx"),
        (workbook([HEADINGS, *ROWS]), "wrongly named.csv"),
    ],
)
def test_a_file_of_any_kind_is_looked_at_and_brought_in(
    app: Flask, cleo: Browser, data: bytes, filename: str
) -> None:
    address = chosen(cleo, data, filename)
    assert [stat.S_IMODE(path.stat().st_mode) for path in waiting(app)] == [0o600, 0o600]
    answer = cleo.get(address)
    assert answer.status_code == 200
    page = check_page(answer.text)
    assert "Søren Ærø" in answer.text
    assert "Vestre Skole" in answer.text
    assert "2 rækker ville komme med" in answer.text
    assert "2 rækker ville blive sorteret fra" in answer.text
    options = [
        item.attributes for item in page.all("option") if item.attributes["value"] == "Mobil"
    ]
    assert ["selected" in item for item in options] == [True]
    assert db.session().scalars(select(Audience)).all() == []

    answer = bring_in(cleo, address)
    assert answer.status_code == 303, answer.text
    assert waiting(app) == []
    audience = find(db.session(), "Elever")
    assert (audience.accepted, audience.set_aside, audience.imported_by) == (2, 2, CLEO)
    assert audience.columns == ["Skole"]
    answer = cleo.get(answer.headers["Location"])
    check_page(answer.text)
    assert "Et kort nummer som 112" in answer.text
    assert "20112233" not in answer.text
    assert "20 11 22 33" not in answer.text


def test_rows_set_aside_are_downloaded_in_danish_with_neutral_formulas(
    app: Flask, cleo: Browser
) -> None:
    address = chosen(cleo, csv_bytes(*LINES))
    number = bring_in(cleo, address).headers["Location"].rsplit("/", 1)[1]
    answer = cleo.get(f"/desk/lists/{number}/set-aside.csv")
    assert answer.mimetype == "text/csv"
    assert re.fullmatch(
        r'attachment; filename="elever-\d+\.csv"', answer.headers["Content-Disposition"]
    )
    head, short, letters = csv.reader(
        io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"
    )
    assert head[3:] == HEADINGS
    assert short[:2] == ["4", "112"]
    assert "tjeneste" in short[2]
    assert "service" not in short[2]
    assert letters[-1] == "'=HYPERLINK(0)"
    for path in (Path(app.config["HUB"].data_dir) / "set-aside").iterdir():
        path.unlink()
    rows = list(
        csv.reader(
            io.StringIO(cleo.get(f"/desk/lists/{number}/set-aside.csv").data.decode("utf-8-sig")),
            delimiter=";",
        )
    )
    assert [row[:2] for row in rows[1:]] == [["4", "112"], ["5", "2O112235"]]


def test_another_phone_column_can_be_chosen(cleo: Browser) -> None:
    lines = ("Navn;Kontakt;Lokal", "Bo;20112233;20998877", "Kaj;20112234;20998866")
    address = chosen(cleo, csv_bytes(*lines))
    answer = cleo.get(address)
    assert answer.status_code == 422
    page = check_page(answer.text)
    assert {"Kontakt", "Lokal", "Navn"} <= {item.attributes["value"] for item in page.all("option")}
    fields = {"name": "Kontakter", "kind": "purpose", "days": "10", "language": "en"}
    look = cleo.send(address, page=address, act="look", phone_column="Lokal", **fields)
    assert look.status_code == 200
    assert 'value="Kontakter"' in look.text, "what was typed is kept"
    assert bring_in(cleo, address, phone_column="Lokal", **fields).status_code == 303
    numbers = db.session().scalars(select(Recipient.number)).all()
    assert sorted(numbers) == ["+4520998866", "+4520998877"]
    assert find(db.session(), "Kontakter").language == "en"


def test_a_list_without_headings_is_read_by_letters(cleo: Browser) -> None:
    address = chosen(cleo, csv_bytes("Bo;20112233", "Kaj;20112234"))
    assert cleo.get(address).status_code == 200
    assert bring_in(cleo, address, phone_column="B").status_code == 303
    assert find(db.session(), "Elever").accepted == 2


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (b"", "tom.csv"),
        (b"%PDF-1.7 liste", "liste.pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "liste.png"),
        (b"<html><table><tr><td>20112233</table>", "liste.xls"),
        (b"PK\x03\x04 not a workbook", "liste.xlsx"),
        (b"\0\0\0\0", "liste.csv"),
    ],
)
def test_what_is_no_list_is_refused_in_words(
    app: Flask, cleo: Browser, data: bytes, filename: str
) -> None:
    answer = choose(cleo, data, filename)
    assert answer.status_code == 422
    page = check_page(answer.text)
    [mistake] = [item for item in page.all("p") if item.attributes.get("id") == "e-file"]
    assert len(mistake.text.strip()) > 30
    assert str(app.config["HUB"].data_dir) not in answer.text
    assert waiting(app) == [], "nothing stays behind"


def test_no_file_is_a_mistake_at_the_field(cleo: Browser) -> None:
    answer = cleo.send("/desk/lists/new", page="/desk/lists/new")
    assert answer.status_code == 422
    assert 'id="e-file"' in answer.text


def test_a_file_without_one_usable_row_is_not_brought_in(app: Flask, cleo: Browser) -> None:
    address = chosen(cleo, csv_bytes("Mobil", "112", "114"))
    for answer in (cleo.get(address), bring_in(cleo, address)):
        assert answer.status_code == 422
        check_page(answer.text)
        assert "Ingen række kan bruges" in answer.text
        assert str(app.config["HUB"].data_dir) not in answer.text
    assert db.session().scalars(select(Audience)).all() == []


def test_a_file_that_is_too_large_is_refused_in_words(app: Flask, cleo: Browser) -> None:
    size = uploads.LARGEST + 100 * 1024
    token = cleo.token("/desk/lists/new")
    answer = cleo.post(
        "/desk/lists/new",
        data={"csrf_token": token, "file": (io.BytesIO(b"x" * size), "stor.csv")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "20 MB" in answer.text
    assert "eller del den" in answer.text
    assert waiting(app) == []


def test_a_large_file_is_taken_and_only_on_its_own_route(cleo: Browser, login_as: LoginAs) -> None:
    data = csv_bytes("Mobil;Note", *(f"20{n:06};{'x' * 60}" for n in range(110000, 113000)))
    assert len(data) > 2 * 64 * 1024
    assert cleo.get(chosen(cleo, data)).status_code == 200
    for browser, address in (
        (cleo, "/desk/language"),
        (cleo, "/desk/lists/new/abc"),
        (login_as(EVA), "/desk/lists/new"),
    ):
        answer = browser.post(
            address,
            data={"csrf_token": browser.token(), "file": (io.BytesIO(data), "a.csv")},
            content_type="multipart/form-data",
        )
        assert answer.status_code == 413, address


def test_somebody_elses_upload_is_not_there(app: Flask, cleo: Browser, login_as: LoginAs) -> None:
    address = chosen(cleo, csv_bytes(*LINES))
    for other in (login_as(DAN), login_as(CLEO)):
        assert other.get(address).status_code == 404
        assert bring_in_blindly(other, address).status_code == 404
        assert other.send(f"{address}/throw-away").status_code == 404
    assert cleo.get(address).status_code == 200
    assert len(waiting(app)) == 2
    assert login_as(EVA).get(address).status_code == 403


def bring_in_blindly(browser: Browser, address: str) -> TestResponse:
    """Without looking first."""
    return browser.send(address, name="X", kind="purpose", days="1", language="da", act="import")


@pytest.mark.parametrize(
    "token", ["x", "..%2f..%2fhub.sqlite3", "a" * 32, "hub.sqlite3", "%00" * 32]
)
def test_no_other_file_can_be_named(cleo: Browser, token: str) -> None:
    assert cleo.get(f"/desk/lists/new/{token}").status_code == 404


def test_an_upload_lives_an_hour(
    app: Flask, cleo: Browser, move: Callable[[timedelta], None]
) -> None:
    address = chosen(cleo, csv_bytes(*LINES))
    for minutes in (20, 20, 19):
        move(timedelta(minutes=minutes))
        assert cleo.get(address).status_code == 200
    move(timedelta(minutes=2))
    assert cleo.get(address).status_code == 404
    assert len(waiting(app)) == 2
    assert uploads.sweep() == 2
    assert waiting(app) == []


def test_one_login_keeps_a_few_files_only(app: Flask, cleo: Browser) -> None:
    for _ in range(uploads.MOST_OF_ONE + 3):
        address = chosen(cleo, csv_bytes(*LINES))
    assert len(waiting(app)) == 2 * uploads.MOST_OF_ONE
    assert cleo.get(address).status_code == 200


def test_a_file_is_thrown_away(app: Flask, cleo: Browser) -> None:
    address = chosen(cleo, csv_bytes(*LINES))
    assert cleo.send(f"{address}/throw-away").status_code == 303
    assert waiting(app) == []
    assert cleo.get(address).status_code == 404


def test_markup_in_headings_cells_and_names_is_text(cleo: Browser) -> None:
    evil = "<script>alert(1)</script>"
    lines = (f'Mobil;"{evil}";<b>Bydel</b>', f'20112233;"{evil}";<i>Øst', f'"{evil}";;')
    address = chosen(cleo, csv_bytes(*lines), f"{evil}<img src=x>.csv")
    for answer in (cleo.get(address), cleo.send(address, page=address, name=evil, kind=evil)):
        check_page(answer.text)
        assert evil not in answer.text
        assert "<b>Bydel" not in answer.text
        assert "<img" not in answer.text
        assert "&lt;b&gt;Bydel" in answer.text
    answer = bring_in(cleo, address)
    assert answer.status_code == 303
    answer = cleo.get(answer.headers["Location"])
    check_page(answer.text)
    assert evil not in answer.text
    assert "<i>Øst" not in answer.text
    assert "&lt;i&gt;Øst" in answer.text


def test_a_cpr_number_is_never_shown(cleo: Browser) -> None:
    lines = ("Mobil;CPR;Note", "20112233;010203-4567;kom 010203-4567", "0102034567;x;y")
    answer = cleo.get(chosen(cleo, csv_bytes(*lines)))
    assert "4567" not in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "~hidden"),
        ("name", "a" * 81),
        ("days", "0"),
        ("days", "99999"),
        ("days", ""),
        ("days", "ti"),
        ("language", "klingon"),
        ("kind", "other"),
    ],
)
def test_a_mistake_is_shown_at_its_field(cleo: Browser, field: str, value: str) -> None:
    address = chosen(cleo, csv_bytes(*LINES))
    answer = bring_in(cleo, address, **{field: value})
    assert answer.status_code == 422
    check_page(answer.text)
    assert f'id="e-{field}"' in answer.text
    assert db.session().scalars(select(Audience)).all() == []


def test_a_list_in_use_is_not_replaced_and_the_page_says_why(cleo: Browser) -> None:
    town_list("Elever")
    prepared(incident(), audience="Elever")
    address = chosen(cleo, csv_bytes(*LINES))
    answer = bring_in(cleo, address)
    assert answer.status_code == 422
    assert "udsendelse" in answer.text
    assert find(db.session(), "Elever").accepted == 5


def test_what_would_be_replaced_is_named_before(cleo: Browser) -> None:
    town_list("Elever")
    address = chosen(cleo, csv_bytes(*LINES), "elever.csv")
    assert "5 rækker" in cleo.get(address).text
    assert bring_in(cleo, address).status_code == 303
    assert find(db.session(), "Elever").accepted == 2


def test_an_exercise_list_is_marked(cleo: Browser) -> None:
    address = chosen(cleo, csv_bytes(*LINES))
    answer = bring_in(cleo, address, exercise="yes")
    assert find(db.session(), "Elever").exercise
    assert "ØVELSE" in cleo.get(answer.headers["Location"]).text
    assert "ØVELSE" in cleo.get("/desk/lists").text


STANDING_FIELDS = {
    "kind": "standing",
    "owner": STANDING.owner,
    "source_note": STANDING.source_note,
    "legal_basis": STANDING.legal_basis,
    "refresh_by": "2027-03-01",
}


def test_a_standing_list_is_brought_in_and_refreshed(
    cleo: Browser, move: Callable[[timedelta], None]
) -> None:
    address = chosen(cleo, csv_bytes(*LINES))
    assert bring_in(cleo, address, **STANDING_FIELDS).status_code == 303
    first = find(db.session(), "Elever")
    assert (first.standing, first.owner, first.refresh_by) == (
        True,
        "Skoleafdelingen",
        date(2027, 3, 1),
    )
    page = cleo.get("/desk/lists").text
    check_page(page)
    assert "Skoleafdelingen" in page
    assert "1. marts 2027" in page
    move(timedelta(days=110))
    cleo = _again(cleo)
    page = cleo.get(f"/desk/lists/{first.id}").text
    assert "skulle have været fornyet senest 1. marts 2027" in page
    address = chosen(cleo, csv_bytes(*LINES))
    assert 'value="Skoleafdelingen"' in cleo.get(address).text
    import_list("Elever", csv_bytes(*LINES), "elever.csv", actor=CLEO_ACTS)
    again = find(db.session(), "Elever")
    assert again.standing
    assert again.refresh_by == clock.now().date() + timedelta(days=100)


def _again(browser: Browser) -> Browser:
    """The login of 110 days ago is over."""
    from hub.accounts import sessions
    from hub.desk import access
    from hub.models import Person, Stage

    session = db.session()
    person = session.scalars(select(Person).where(Person.email == CLEO)).one()
    token = sessions.start(session, person, Stage.WHOLE, how="test", agent="test")
    session.commit()
    with browser.session_transaction(path="/desk/") as cookie:
        cookie.clear()
        cookie[access.TOKEN] = token
    return browser


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("owner", ""),
        ("source_note", ""),
        ("legal_basis", " "),
        ("refresh_by", ""),
        ("refresh_by", "1. marts"),
        ("owner", "x" * 201),
    ],
)
def test_a_standing_list_needs_all_that_is_asked(cleo: Browser, field: str, value: str) -> None:
    number = find(db.session(), town_list()).id
    fields = {**STANDING_FIELDS, "act": "save", field: value}
    answer = cleo.send(f"/desk/lists/{number}/standing", **fields)
    assert answer.status_code == 422
    check_page(answer.text)
    assert f'id="e-{field}"' in answer.text
    assert not find(db.session(), "borgere").standing


@pytest.mark.parametrize("day", ["2026-11-21", "2025-01-01", "2028-01-01"])
def test_a_standing_list_is_refreshed_within_a_year(cleo: Browser, day: str) -> None:
    number = find(db.session(), town_list()).id
    answer = cleo.send(
        f"/desk/lists/{number}/standing", **{**STANDING_FIELDS, "refresh_by": day, "act": "save"}
    )
    assert answer.status_code == 422
    assert "inden for et år" in answer.text


def test_a_list_becomes_standing_and_ends(cleo: Browser) -> None:
    number = find(db.session(), town_list()).id
    address = f"/desk/lists/{number}/standing"
    assert cleo.send(address, act="save", **STANDING_FIELDS).status_code == 303
    assert 'value="Elevregisteret"' in cleo.get(address).text
    audience = find(db.session(), "borgere")
    assert retention.deletion_date(db.session(), audience)[0] is None
    assert cleo.send(address, act="end").status_code == 303
    assert not find(db.session(), "borgere").standing
    assert cleo.send(address, act="end").status_code == 422
    kinds = db.session().scalars(select(JournalEntry.kind)).all()
    assert kinds[-2:] == ["audience-standing", "audience-standing-ended"]


def test_a_list_is_deleted_after_its_sentence_is_ticked(cleo: Browser) -> None:
    number = find(db.session(), town_list()).id
    address = f"/desk/lists/{number}/delete"
    check_page(cleo.get(address).text)
    assert cleo.send(address).status_code == 422
    assert find(db.session(), "borgere")
    assert cleo.send(address, sure="yes").status_code == 303
    assert lists.list_all(db.session()) == []
    assert cleo.get(f"/desk/lists/{number}").status_code == 404


def test_a_list_that_is_used_is_not_deleted(cleo: Browser) -> None:
    number = find(db.session(), town_list()).id
    prepared(incident(), audience="borgere")
    address = f"/desk/lists/{number}/delete"
    assert '<form method="post">' not in cleo.get(address).text
    answer = cleo.send(address, sure="yes")
    assert answer.status_code == 422
    assert find(db.session(), "borgere").accepted == 5


def test_a_viewer_sees_counts_and_no_more(login_as: LoginAs) -> None:
    data = csv_bytes(*LINES)
    import_list("Elever", data, "elever.csv", actor=CLEO_ACTS)
    number = find(db.session(), "Elever").id
    eva = login_as(EVA)
    text = eva.get(f"/desk/lists/{number}").text
    check_page(text)
    for hidden in ("20112233", "20 11 22 33", "2O112235", "Søren", "Vestre Skole", "HYPERLINK"):
        assert hidden not in text
    assert "33, 34" in text
    for page in ("delete", "standing", "set-aside.csv"):
        assert eva.get(f"/desk/lists/{number}/{page}").status_code == 403
    assert eva.send(f"/desk/lists/{number}/delete", sure="yes").status_code == 403
    assert (
        eva.send(f"/desk/lists/{number}/standing", act="save", **STANDING_FIELDS).status_code == 403
    )
    assert eva.get("/desk/lists/new").status_code == 403
    assert not find(db.session(), "Elever").standing


def test_senders_see_the_values_of_columns_with_few(cleo: Browser) -> None:
    rows = [f"20{n:06};{'Øst' if n % 3 else 'Vest'};{n}" for n in range(110000, 110060)]
    import_list("Elever", csv_bytes("Mobil;Bydel;Nummer", *rows), "e.csv", actor=CLEO_ACTS)
    number = find(db.session(), "Elever").id
    text = cleo.get(f"/desk/lists/{number}").text
    assert re.search(r'Øst <span class="soft">40</span>, Vest <span class="soft">20</span>', text)
    assert "for mange" in text
    assert "110001" not in text
    found = lists.column_values(db.session(), find(db.session(), "Elever"), 2)
    assert [(item.heading, item.distinct, len(item.values)) for item in found] == [
        ("Bydel", 2, 2),
        ("Nummer", 60, 2),
        ("language", 1, 1),
    ]


def test_hidden_and_unknown_lists_are_not_there(cleo: Browser) -> None:
    session = db.session()
    hidden = Audience(
        name="~retired:9",
        language="da",
        imported_at=clock.now(),
        imported_by=CLEO,
        delete_after_days=1,
        columns=[],
    )
    session.add(hidden)
    session.commit()
    for number in (hidden.id, 4711):
        for page in ("", "/delete", "/standing", "/set-aside.csv"):
            assert cleo.get(f"/desk/lists/{number}{page}").status_code == 404


def test_every_reason_is_told_in_danish(app: Flask) -> None:
    from hub.audiences import taking
    from hub.desk.lists import words

    with app.test_request_context("/desk/"):
        reasons = {
            *phones._REASONS.values(),
            *phones._WARNINGS.values(),
            phones._CPR_REASON,
            phones._DATE_REASON,
            taking._TOO_MANY,
            taking._CPR_CELL,
        }
        for cell in ("201122", "+45201122", "4520112", "20112233445566", "+491", "+49" + "1" * 20):
            answer = phones.read_cell(cell)
            assert isinstance(answer, phones.Rejected)
            reasons.add(answer.reason)
        for reason in reasons:
            assert words.reason(reason) != reason, reason
        rejected = {kind.value for kind in phones.Kind} - {
            "ok",
            "mobile_series",
            "service_number",
            "foreign_landline",
        }
        assert set(words.KINDS) == rejected | {taking.RAGGED, taking.CPR}


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_guide_says_who_can_send(login_as: LoginAs, language: str) -> None:
    browser = login_as(EVA)
    browser.send("/desk/language", language=language)
    text = browser.get("/desk/guide").text
    check_page(text)
    assert CLEO in text
    assert DAN in text
    assert ("Log ind" if language == "da" else "Log in at") in text


def test_overdue_begins_the_day_after(move: Callable[[timedelta], None]) -> None:
    town_list()
    set_standing("borgere", Standing("Ejer", "Kilde", "Ret", date(2026, 11, 22)), CLEO_ACTS)
    audience = find(db.session(), "borgere")
    for hours, overdue in ((0, False), (34, False), (36, True)):
        warning = lists.overdue_warning(audience, clock.now() + timedelta(hours=hours))
        assert (warning is not None) is overdue
    assert timedelta(days=366) > upload_page.REFRESH_IN


def retained(days: int) -> Any:
    return retention.purge(clock.now() + timedelta(days=days))


def test_a_standing_list_outlives_its_days_and_not_its_end(app: Flask) -> None:
    town_list()
    set_standing("borgere", STANDING, CLEO_ACTS)
    assert retained(400).audiences == ()
    assert retained(400).waiting == ()
    lists.end_standing("borgere", CLEO_ACTS)
    assert retained(29).audiences == ()
    assert retained(31).audiences == ("borgere",)
