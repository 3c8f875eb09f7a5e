"""Lists into the database: what is taken, set aside, replaced, refused; and what survives a crash."""

from __future__ import annotations

import csv
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hub import clock
from hub.audiences import find, import_list, list_all, storing
from hub.errors import Conflict, HubError, Invalid, NotAllowed
from hub.journal import Actor
from hub.models import Audience, JournalEntry, Recipient, Role, SetAsideRow
from tests.audiences.lists import csv_bytes, dry, imported, workbook
from tests.conftest import SHELL

GOOD = csv_bytes(
    "Navn;Mobil;Sprog;Tid;Sted",
    "Anna Ærø;20 12 34 56;tysk;21-11-2026 10:30;Rådhuset",
    "Bo;+4530112233;;22-11-2026 11:00;Skolen",
)


def recipients(session: Session, name: str = "Borgere") -> list[Recipient]:
    audience = find(session, name)
    query = select(Recipient).where(Recipient.audience_id == audience.id).order_by(Recipient.id)
    return list(session.scalars(query))


def test_a_list_is_stored_row_by_row(session: Session) -> None:
    result = imported(GOOD)
    assert (result.accepted, result.set_aside, result.duplicates) == (2, (), 0)
    assert [
        (item.row, item.number, item.language, item.name, item.fields)
        for item in recipients(session)
    ] == [
        (2, "+4520123456", "de", "Anna Ærø", {"Tid": "21-11-2026 10:30", "Sted": "Rådhuset"}),
        (3, "+4530112233", "da", "Bo", {"Tid": "22-11-2026 11:00", "Sted": "Skolen"}),
    ]
    audience = find(session, "borgere")
    assert audience.columns == ["Tid", "Sted"]
    assert (audience.accepted, audience.delete_after_days, audience.imported_by) == (
        2,
        30,
        SHELL.name,
    )


def test_numbers_are_encrypted_at_rest(session: Session, app: Flask) -> None:
    imported(GOOD)
    for stored in session.execute(text("SELECT number FROM recipients")).scalars():
        assert len(stored) == 27
        assert b"2012" not in stored
    session.commit()
    files = list(app.config["HUB"].data_dir.glob("hub.sqlite3*"))
    assert files
    assert not any(b"20123456" in path.read_bytes() for path in files)


def test_rows_of_one_phone_that_differ_are_kept_and_equal_ones_count_once(session: Session) -> None:
    result = imported(
        csv_bytes(
            "Navn;Mobil;Tid;Sprog",
            "Ida;20123456;10:00;da",
            "Ida;20123456;11:00;da",
            "Per;20123456;10:00;da",
            "Ida;20123456;10:00;en",
            "Ida;+45 20 12 34 56; 10:00 ;dansk",
        )
    )
    assert (result.accepted, result.duplicates) == (4, 1)
    assert [item.row for item in recipients(session)] == [2, 3, 4, 5]


def test_bad_rows_are_set_aside_with_a_reason_and_a_file(session: Session) -> None:
    result = imported(
        csv_bytes(
            "Navn;Mobil;Note",
            "Anna;20123456;",
            "=HYPERLINK(1);112;+note",
            "Bo;4,51E+09;-x",
            "Carl;20123456/30112233;@y",
            ";;",
            "Dora;;",
            "Else;20123457;a;b",
        )
    )
    assert [(item.row, item.kind) for item in result.set_aside] == [
        (3, "short_number"),
        (4, "scientific_lossy"),
        (5, "two_numbers"),
        (7, "empty"),
        (8, "ragged"),
    ]
    stored = session.scalars(select(SetAsideRow).order_by(SetAsideRow.row)).all()
    assert [(item.row, item.value, item.reason) for item in stored] == [
        (item.row, item.value, item.reason) for item in result.set_aside
    ]
    assert result.file is not None
    assert result.file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert stat.S_IMODE(result.file.stat().st_mode) == 0o600
    with result.file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows[0] == ["row", "value", "reason", "Navn", "Mobil", "Note"]
    assert [row[0] for row in rows[1:]] == ["3", "4", "5", "7", "8"]
    assert rows[1][3:] == ["'=HYPERLINK(1)", "112", "'+note"]
    assert rows[2][5] == "'-x"
    assert rows[3][5] == "'@y"
    assert rows[5][3:] == ["Else", "20123457", "a", "b"]


def test_a_list_with_no_usable_row_is_refused_and_its_rows_are_in_a_file(
    session: Session, app: Flask
) -> None:
    with pytest.raises(Invalid, match=r"No row can be used: 2 .*Row 2.*set-aside") as caught:
        imported(csv_bytes("Mobil", "112", "90123456"))
    assert list_all(session) == []
    assert session.scalar(select(func.count()).select_from(Audience)) == 0
    assert session.scalar(select(func.count()).select_from(SetAsideRow)) == 0
    (path,) = (app.config["HUB"].data_dir / "set-aside").iterdir()
    assert str(path) in str(caught.value)
    assert "112" in path.read_text("utf-8-sig")


def test_a_heading_alone_is_refused(session: Session) -> None:
    with pytest.raises(Invalid, match="no rows under the heading"):
        imported(csv_bytes("Mobil;Navn", ";", ""))


def test_a_dry_run_gives_numbers_and_stores_nothing(session: Session, app: Flask) -> None:
    result = dry(csv_bytes("Mobil", "20123456", "112", "30112233", "20123456"))
    assert result.numbers == ("+4520123456", "+4530112233")
    assert (result.accepted, result.duplicates, result.file, result.audience_id) == (
        2,
        1,
        None,
        None,
    )
    assert session.scalar(select(func.count()).select_from(Audience)) == 0
    assert not (app.config["HUB"].data_dir / "set-aside").exists()
    assert imported(GOOD).numbers == ()


def test_a_list_without_a_heading_keeps_its_first_row(session: Session) -> None:
    imported(csv_bytes("20123456;Skolen", "30112233;"))
    assert [(item.row, item.fields) for item in recipients(session)] == [
        (1, {"B": "Skolen"}),
        (2, {}),
    ]


def test_a_workbook_is_taken_from_the_sheet_with_phones(session: Session) -> None:
    data = workbook(
        [["Vejledning"], ["Udfyld arket Liste"]],
        [["Mobil", "Tid"], [20123456, "10:00"], [4530112233.0, None]],
        [["Mobil"], [40112233]],
        names=["Info", "Liste", "Gammel"],
    )
    result = imported(data)
    assert result.read_as == "sheet 'Liste'"
    assert any("'Info', 'Gammel'" in warning for warning in result.warnings)
    assert [item.number for item in recipients(session)] == ["+4520123456", "+4530112233"]


def test_cpr_numbers_are_not_stored_anywhere(session: Session, app: Flask) -> None:
    result = imported(
        csv_bytes(
            "Mobil;CPR;Note;Navn",
            "20123456;120385-1234;barn 010199-4321;Bo",
            "120385-1234;120385-1234;020299-4321;Kaj 030399-4321",
            "30112233;;sag 12;040499-4321",
        )
    )
    assert [item.fields for item in recipients(session)] == [{"Note": ""}, {"Note": "sag 12"}]
    assert [item.name for item in recipients(session)] == ["Bo", None]
    assert result.set_aside[0].kind == "cpr"
    loud = [warning for warning in result.warnings if "CPR" in warning]
    assert len(loud) == 3
    session.commit()
    for path in app.config["HUB"].data_dir.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(end in data for end in (b"-1234", b"-4321")), path


def test_links_and_unknown_languages_are_counted_not_refused(session: Session) -> None:
    result = imported(
        csv_bytes(
            "Mobil;Sprog;Sted",
            "20123456;klingon;se www.eksempel.dk",
            "30112233;da;kl. 10.30, st. tv.",
            "40112233;klingon;https://x.dk/a",
        )
    )
    assert result.languages == {"da": 3}
    assert any("2 cells in column 'Sted'" in warning for warning in result.warnings)
    assert any(warning.startswith("2 rows name a language") for warning in result.warnings)
    assert recipients(session)[0].fields == {"Sted": "se www.eksempel.dk"}


def test_doubtful_numbers_keep_their_warning(session: Session) -> None:
    result = imported(csv_bytes("Mobil", "20012345", "20123456"))
    assert [bool(item.warning) for item in recipients(session)] == [True, False]
    assert any(
        warning.startswith("1 numbers were accepted with doubt") for warning in result.warnings
    )


def test_a_usable_number_in_another_column_is_pointed_out(session: Session) -> None:
    result = imported(csv_bytes("Mobil;Telefon", "20123456;", ";30112233", ";"))
    assert any(
        "1 of the rows set aside" in warning and "'Telefon'" in warning
        for warning in result.warnings
    )


def test_a_new_import_replaces_the_list_whole(session: Session) -> None:
    first = imported(csv_bytes("Mobil", "20123456", "112"))
    second = imported(csv_bytes("Mobil;Tid", "30112233;x"))
    assert (first.replaced, second.replaced) == (False, True)
    assert first.file is not None
    assert not first.file.exists()
    assert [item.number for item in recipients(session)] == ["+4530112233"]
    assert session.scalar(select(func.count()).select_from(Audience)) == 1
    assert session.scalar(select(func.count()).select_from(SetAsideRow)) == 0
    assert session.scalar(select(func.count()).select_from(Recipient)) == 1


def test_a_refused_import_leaves_the_old_list(session: Session) -> None:
    imported(GOOD)
    with pytest.raises(Invalid):
        imported(csv_bytes("Mobil", "112"))
    assert len(recipients(session)) == 2


def test_exercise_and_real_lists_never_replace_each_other(session: Session) -> None:
    imported(GOOD, "Øvelse", exercise=True)
    imported(GOOD, "Borgere")
    with pytest.raises(Conflict, match="is for an exercise"):
        imported(GOOD, "Øvelse")
    with pytest.raises(Conflict, match="is for real people"):
        imported(GOOD, "Borgere", exercise=True)
    assert imported(GOOD, "Øvelse", exercise=True).replaced


@pytest.mark.parametrize(
    "name", ["", " ", "none", "NONE", "~x", "-x", "a\nb\x00", "x" * 81, "a;b" * 40]
)
def test_names_that_cannot_be_used_are_refused(session: Session, name: str) -> None:
    with pytest.raises(Invalid, match="cannot be a list's name"):
        imported(GOOD, name)


def test_a_name_that_differs_in_capitals_only_is_refused(session: Session) -> None:
    imported(GOOD, "Borgere")
    with pytest.raises(Conflict, match="'Borgere'"):
        imported(GOOD, "BORGERE")
    assert imported(GOOD, "  Borgere ").replaced


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_days_that_cannot_be_used_are_refused(session: Session, days: int) -> None:
    with pytest.raises(Invalid, match="--delete-after"):
        imported(GOOD, delete_after_days=days)


def test_only_a_sender_or_the_shell_imports(person: Callable[..., Actor], session: Session) -> None:
    viewer = person("viewer@eksempel.dk", Role.VIEWER, Role.APPROVER)
    with pytest.raises(NotAllowed, match="sender"):
        imported(GOOD, actor=viewer)
    sender = person("sender@eksempel.dk", Role.SENDER)
    imported(GOOD, actor=sender)
    assert find(session, "Borgere").imported_by == sender.name


def test_the_journal_holds_counts_and_no_number(session: Session) -> None:
    imported(csv_bytes("Mobil;Navn", "20123456;Bo", "112;Kaj", "20123456;Bo"))
    entry = session.scalars(select(JournalEntry)).one()
    assert entry.kind == "audience-imported"
    assert entry.data == {
        "audience": find(session, "Borgere").id,
        "name": "Borgere",
        "language": "da",
        "exercise": False,
        "accepted": 1,
        "set_aside": 1,
        "duplicates": 1,
        "delete_after_days": 30,
        "replaced": False,
        "standing": False,
    }


def test_long_names_and_file_names_fit(session: Session) -> None:
    data = csv_bytes("Mobil;Navn", f"20123456;{'ø' * 300}")
    import_list("Borgere", data, "f" * 400 + ".csv", actor=SHELL)
    assert recipients(session)[0].name == "ø" * 200
    assert len(find(session, "Borgere").source_name) == 200


def test_chunks_hold_every_row_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "CHUNK", 7)
    monkeypatch.setattr(storing, "SMALLEST_CHUNK", 3)
    lines = [f"20{n:06};{n}" if n % 10 else f"112;{n}" for n in range(111000, 111100)]
    calls: list[tuple[int, int]] = []
    result = imported(csv_bytes("Mobil;N", *lines), progress=lambda *at: calls.append(at))
    assert (result.accepted, len(result.set_aside)) == (90, 10)
    assert [item.row for item in recipients(session)] == [n for n in range(2, 102) if (n - 2) % 10]
    assert session.scalar(select(func.count()).select_from(SetAsideRow)) == 10
    assert calls[-1][0] == calls[-1][1]
    assert calls == sorted(calls)


def test_a_full_disk_leaves_nothing_and_says_so(session: Session, app: Flask) -> None:
    folder: Path = app.config["HUB"].data_dir / "set-aside"
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("not a folder")
    with pytest.raises(HubError, match="could not be written"):
        imported(csv_bytes("Mobil", "20123456", "112"))
    assert session.scalar(select(func.count()).select_from(Audience)) == 0
    assert session.scalar(select(func.count()).select_from(Recipient)) == 0


def test_an_import_that_was_given_up_does_not_come_back(session: Session) -> None:
    audience_id = storing.begin("da", False, SHELL.name, 30)
    taken = [storing.Taken(2, "+4520123456", "da", None, "{}", None)]
    storing.add_chunk(audience_id, taken, [])
    assert storing.sweep() == (0, 0)  # its process lives, and it wrote just now
    with clock.set_to(clock.now() + storing.DEAD_AFTER * 2):
        assert storing.sweep() == (1, 0)
    with pytest.raises(Conflict, match="given up"):
        storing.add_chunk(audience_id, taken, [])


def test_a_hidden_list_is_found_by_nobody(session: Session) -> None:
    audience_id = storing.begin("da", False, SHELL.name, 30)
    name = session.get_one(Audience, audience_id).name
    assert list_all(session) == []
    with pytest.raises(HubError, match="There is no list"):
        find(session, name)


CHILD = """
import sys
from pathlib import Path
from hub import clock
from hub.application import create_app
from hub.audiences import import_list, storing
from hub.journal import Actor
from tests.conftest import make_settings

storing.LARGEST_CHUNK = storing.CHUNK = storing.SMALLEST_CHUNK = 200
with create_app(make_settings(Path(sys.argv[1]))).app_context():
    def tell(done, total):
        print(done, flush=True)
    import_list("Borgere", Path(sys.argv[2]), "ny.csv", actor=Actor("os:t", "test"), progress=tell)
"""


@pytest.mark.parametrize("chunks", [1, 7])
def test_an_import_killed_half_way_leaves_the_old_list(
    session: Session, tmp_path: Path, chunks: int
) -> None:
    imported(GOOD)
    session.rollback()
    lines = [f"20{n:06}" if n % 50 else "112" for n in range(111_111, 171_111)]
    source = tmp_path / "ny.csv"
    source.write_bytes(csv_bytes("Mobil", *lines))
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path), str(source)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    for _ in range(chunks):
        assert child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert (session.scalar(select(func.count()).select_from(Recipient)) or 0) > 2
    assert [item.number for item in recipients(session)] == ["+4520123456", "+4530112233"]
    session.rollback()
    result = imported(csv_bytes("Mobil", "40112233", "112"))
    assert result.replaced
    assert session.scalar(select(func.count()).select_from(Audience)) == 1
    assert session.scalar(select(func.count()).select_from(Recipient)) == 1
    files = list((tmp_path / "var" / "set-aside").iterdir())
    assert files == [result.file]


CELL = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "20123456",
            "+45 20123456",
            "112",
            "",
            " ",
            "=1+1",
            "120385-1234",
            '"',
            "a;b",
            "\x00",
            "4,5E+09",
        ]
    ),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(table=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8))
def test_every_row_is_taken_set_aside_a_duplicate_or_empty(
    app: Flask, table: list[list[str]]
) -> None:
    data = "Navn;Mobil;Note\n" + "".join(
        ";".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in table
    )
    filled = [row for row in table if any(cell.replace("\x00", "").strip() for cell in row)]
    try:
        result = dry(data.encode("utf-8", "ignore"))
    except Invalid:
        assert not any(row[1] == "20123456" for row in filled)
        return
    assert result.accepted + len(result.set_aside) + result.duplicates >= len(filled)
    assert len(result.numbers) == result.accepted


def test_a_slow_disk_makes_chunks_smaller_and_a_fast_one_larger() -> None:
    assert storing.next_chunk(5_000, 0.4) == 2_500
    assert storing.next_chunk(5_000, 0.1) == 10_000
    assert storing.next_chunk(5_000, 0.0) == 10_000
    assert storing.next_chunk(20_000, 0.01) == storing.LARGEST_CHUNK
    assert storing.next_chunk(600, 9.0) == storing.SMALLEST_CHUNK


def test_a_dead_process_is_told_from_a_living_one() -> None:
    host = storing.socket.gethostname()[:40]
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    time.sleep(0.01)
    assert storing._is_dead(f"{storing.BUILDING}{host}:{done.pid}:ab")
    assert not storing._is_dead(f"{storing.BUILDING}{host}:{os.getpid()}:ab")
    assert not storing._is_dead(f"{storing.BUILDING}another-host:{done.pid}:ab")
