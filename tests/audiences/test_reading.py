"""From a file to rows: encodings, separators, quotation marks, workbooks."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime, time
from itertools import product
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.audiences import workbooks
from hub.audiences.columns import judge
from hub.audiences.reading import load_bytes, open_file
from hub.errors import Invalid
from hub.text.decoding import decode
from hub.text.separated import declared_separator, rows
from tests.audiences.lists import csv_bytes, workbook

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
SEPARATORS = [";", ",", "\t", "|"]


def read(data: bytes, filename: str = "liste.csv") -> list[tuple[int, list[str]]]:
    sheet = open_file(data, filename, judge).sheets[0]
    return [(row, cells) for row, cells in sheet.rows(None) if any(cells)]


@pytest.mark.parametrize(("encoding", "separator"), list(product(ENCODINGS, SEPARATORS)))
def test_every_encoding_is_read_with_every_separator(encoding: str, separator: str) -> None:
    table = [
        ["Navn", "Telefon", "Sted"],
        ["Bjørn Ærø-Åkjær", "20 12 34 56", "Rådhuset" + separator + " stuen"],
        ['Kaj "Kalle" Sø', "30112233", "Linje 1\nlinje 2"],
        ["Zoë", "40112233", ""],
    ]
    lines = [separator.join(_quoted(cell, separator) for cell in row) for row in table]
    assert [cells for _, cells in read(csv_bytes(*lines, encoding=encoding))] == table


def _quoted(cell: str, separator: str) -> str:
    if separator in cell or '"' in cell or "\n" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_row_numbers_are_those_a_spreadsheet_shows(end: str) -> None:
    data = csv_bytes("Telefon;Note", "20123456;a", "", '30112233;"b', 'c"', "40112233;d", end=end)
    assert [(row, cells[0]) for row, cells in read(data)] == [
        (1, "Telefon"),
        (2, "20123456"),
        (4, "30112233"),
        (5, "40112233"),
    ]


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;"])
def test_a_line_that_declares_the_separator_is_no_row(first: str) -> None:
    data = csv_bytes(first, "Telefon;Sted, by", "20123456;Vej 1, Aarhus")
    assert read(data) == [(1, ["Telefon", "Sted, by"]), (2, ["20123456", "Vej 1, Aarhus"])]


def test_a_declared_separator_that_is_none_stays_a_row() -> None:
    assert declared_separator("sep=x\nTelefon\n") == (None, "sep=x\nTelefon\n")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Telefon", "20123456", "30112233"], ["Telefon"]),
        (["Telefon", "20123456, 30112233", "40112233"], ["Telefon"]),
        (
            ["Adresse, by;Telefon;Navn", "Vej 1, Aarhus;20123456;Bo"],
            ["Adresse, by", "Telefon", "Navn"],
        ),
        (["Telefon;Navn, fornavn", "20123456;Hansen, Bo"], ["Telefon", "Navn, fornavn"]),
        (["Navn,Telefon", "Bo;Kaj,20123456"], ["Navn", "Telefon"]),
        (["Telefon,Dato;Tid", '20123456,"1;2"'], ["Telefon", "Dato;Tid"]),
        (["20123456;Bo", "30112233;Kaj"], ["20123456", "Bo"]),
    ],
)
def test_the_separator_is_the_one_that_makes_sense(lines: list[str], expected: list[str]) -> None:
    assert read(csv_bytes(*lines))[0][1] == expected


@pytest.mark.parametrize(
    "lines",
    [
        ['"Anna;20123456;a', "Bo;30112233;b", "Carl;40112233;c"],
        ["Anna;20123456;a", '"Bo;30112233;b', "Carl;40112233;c"],
        ["Anna;20123456;a", "Bo;30112233;b", '"Carl;40112233;c'],
        ['"Anna;20123456;a', "Bo;30112233;b", '"Carl;40112233;c'],
        ['Anna;20123456;"a', 'Bo;30112233;"b', "Carl;40112233;c"],
        ['Anna;20123456;"a', "Bo;30112233;b", 'Carl;40112233;c"'],
        ['"Anna;20123456;"a"', "Bo;30112233;b", "Carl;40112233;c"],
    ],
)
def test_a_stray_quotation_mark_swallows_no_row(lines: list[str]) -> None:
    found = list(rows("\r\n".join(["Navn;Telefon;Note", *lines]) + "\r\n", ";", 3))
    assert [cells[1] for _, cells in found[1:]] == ["20123456", "30112233", "40112233"]
    assert [cells[0] for _, cells in found[1:]] == ["Anna", "Bo", "Carl"]


def test_rows_far_below_a_stray_quotation_mark_are_read() -> None:
    lines = ["Navn;Telefon", '"Anna;20123456', *(f"Bo {n};301{n:05}" for n in range(20_000))]
    found = list(rows("\n".join(lines), ";", 2))
    assert len(found) == 20_002
    assert found[-1] == (20_002, ["Bo 19999", "30119999"])


def test_quotation_marks_inside_a_cell_are_kept() -> None:
    found = list(rows('Navn;Telefon\nKaj "Kalle" Sø;20123456\n"Bo ""B"" Ly";30112233\n', ";", 2))
    assert found[1:] == [(2, ['Kaj "Kalle" Sø', "20123456"]), (3, ['Bo "B" Ly', "30112233"])]


def test_a_line_of_200_kilobytes_and_zero_bytes_are_survived() -> None:
    data = csv_bytes("Telefon;Note", f"20123456;{'x' * 200_000}", f'30112233;"{"y" * 200_000}"')
    found = read(data)
    assert [cells[0] for _, cells in found] == ["Telefon", "20123456", "30112233"]
    opened = open_file(b"Telefon\x00;Note\n20123456;a\x00b\n", "a.csv", judge)
    assert list(opened.sheets[0].rows(None)) == [(1, ["Telefon", "Note"]), (2, ["20123456", "ab"])]
    assert "2 zero bytes" in opened.notes[0]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    with suppress(Invalid):
        for sheet in open_file(data, "x", judge).sheets:
            assert all(isinstance(cell, str) for _, cells in sheet.rows(None) for cell in cells)


@given(st.lists(st.lists(st.text('aæ"; \n,\t20', max_size=8), min_size=1, max_size=4), max_size=8))
def test_no_line_vanishes_whatever_the_quotation_marks(table: list[list[str]]) -> None:
    text = "\n".join(";".join(row) for row in table)
    found = list(rows(text, ";", 2))
    kept = "".join("".join(cells) for _, cells in found)
    for letter in "aæ20":
        assert kept.count(letter) == text.count(letter)
    assert [row for row, _ in found] == list(range(1, len(found) + 1))


# Encodings


def test_windows_1252_keeps_every_letter() -> None:
    text = "Bjørn Ærø – “Åse” 5 €"
    assert decode(text.encode("cp1252")).text == text
    assert decode(text.encode("cp1252")).encoding == "Windows-1252"


def test_bytes_of_no_known_encoding_are_refused_with_their_place() -> None:
    with pytest.raises(Invalid, match=r"line 2 \(byte 13\)"):
        decode(b"Telefon\nBj\xf8r\x81n")


def test_a_file_that_is_partly_utf_8_is_refused_instead_of_garbled() -> None:
    data = "Navn\nBjørn\n".encode() + "Søren\n".encode("cp1252")
    with pytest.raises(Invalid, match="line 3"):
        decode(data)


def test_a_cut_utf_16_file_is_refused() -> None:
    with pytest.raises(Invalid, match="UTF-16"):
        decode("Telefon\n2012".encode("utf-16") + b"\x00")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("Bj\ufffdrn".encode(), "already lost"),
        ("BjÃ¸rn".encode(), "wrong encoding before"),
        ("Bjørn".encode("mac-roman"), "DOS or Macintosh"),
        ("Kår".encode("cp850"), "DOS or Macintosh"),
    ],
)
def test_letters_that_were_broken_before_are_noted(data: bytes, words: str) -> None:
    assert words in decode(data).notes[0]


def test_a_sound_file_has_no_notes() -> None:
    assert decode("Bjørn Œuvre ‘ja’ ›her‹".encode("cp1252")).notes == ()


@given(st.text())
def test_utf_8_comes_back_as_it_went(text: str) -> None:
    data = text.encode("utf-8-sig", "ignore")
    assert decode(data).text == data.decode("utf-8-sig").replace("\x00", "")


# Workbooks


def test_a_workbook_is_read_as_its_cells_are_meant() -> None:
    data = workbook(
        [
            ["Mobil", "Tid", "Dag", "Klokken", "Ja", "Note"],
            [
                20123456,
                datetime.fromisoformat("2026-11-21T13:30"),
                date(2026, 11, 21),
                time(8, 5),
                True,
                "æ\nø",
            ],
            [4520123456.0, None, None, None, False, 0.5],
        ]
    )
    assert read(data, "liste.xlsx") == [
        (1, ["Mobil", "Tid", "Dag", "Klokken", "Ja", "Note"]),
        (2, ["20123456", "2026-11-21T13:30", "2026-11-21", "08:05", "TRUE", "æ\nø"]),
        (3, ["4520123456", "", "", "", "FALSE", "0.5"]),
    ]


def test_a_table_that_starts_in_the_middle_keeps_its_row_numbers_and_letters() -> None:
    data = workbook([[], ["", ""], [None, "Mobil"], [], [None, 20123456]])
    assert read(data, "liste.xlsx") == [(3, ["", "Mobil"]), (5, ["", "20123456"])]


def test_hidden_sheets_are_not_read_but_named() -> None:
    data = workbook(
        [["Mobil"], [30112233]], [["Mobil"], [20123456]], names=["Gammel", "Ny"], hidden=0
    )
    opened = open_file(data, "liste.xlsx", judge)
    assert [sheet.name for sheet in opened.sheets] == ["Ny"]
    assert "'Gammel'" in opened.notes[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG....", "picture"),
        (b"<html><table><tr><td>20123456", "web page"),
        (b"PK\x03\x04 no zip", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no workbook", "cannot be read"),
        (workbook([]), "no rows"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        open_file(data, "liste.xlsx", judge)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(Invalid, match="cannot be read as a workbook"):
        open_file(out.getvalue(), "brev.docx", judge)


def test_a_zip_that_unpacks_to_gigabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_UNPACKED", 10 * 1024 * 1024)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(11 * 1024 * 1024))
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Invalid, match="unpacks to 11 MB"):
        open_file(out.getvalue(), "bombe.xlsx", judge)


def test_a_stray_value_in_the_last_corner_does_not_take_the_hub_down() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"], sheet["XFD1048576"] = "Mobil", 20123456, "x"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Invalid, match="stray value"):
        open_file(out.getvalue(), "liste.xlsx", judge)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_in_words(draw: st.DataObject) -> None:
    data = bytearray(workbook([["Mobil", "Navn"], *([20123456, "Bo"] for _ in range(5))]))
    for _ in range(draw.draw(st.integers(1, 6))):
        data[draw.draw(st.integers(4, len(data) - 1))] = draw.draw(st.integers(0, 255))
    with suppress(Invalid):
        for sheet in open_file(bytes(data), "liste.xlsx", judge).sheets:
            assert all(isinstance(cell, str) for _, cells in sheet.rows(None) for cell in cells)


def test_a_file_that_cannot_be_opened_says_which(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="There is no file"):
        load_bytes(tmp_path / "ingen.csv")
    with pytest.raises(Invalid, match="is a folder"):
        load_bytes(tmp_path)


def test_an_open_document_spreadsheet_is_read() -> None:
    cells = "".join(
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>{first}</text:p></table:table-cell>'
        f'<table:table-cell office:value-type="{kind}" {value}><text:p>{shown}</text:p></table:table-cell>'
        "</table:table-row>"
        for first, kind, value, shown in [
            ("Navn", "string", "", "Mobil"),
            ("Bjørn", "float", 'office:value="20123456"', "20123456"),
        ]
    )
    names = {"office": "office:1.0", "table": "table:1.0", "text": "text:1.0"}
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}"' for name, urn in names.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Ark1">{cells}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{manifest}"/>'
        )
    assert read(out.getvalue(), "liste.ods") == [(1, ["Navn", "Mobil"]), (2, ["Bjørn", "20123456"])]
