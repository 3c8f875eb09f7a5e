"""Which column is the phone, the language, the name; what is not kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.audiences.columns import Layout, check_language, find_layout, language_code, phone_rank
from hub.audiences.cpr import holds_cpr
from hub.errors import Invalid


def layout(*rows: list[str], phone_column: str | None = None) -> Layout:
    return find_layout(list(enumerate(rows, start=1)), phone_column)


@pytest.mark.parametrize(
    "heading",
    [
        "Telefon", "TELEFON", " telefon ", "Telefonnummer", "Telefonnr.", "Telefon nr", "tlf", "Tlf.", "tlf.nr.",
        "Tlf.-nr.", "Mobil", "mobilnr", "Mobil nr.", "Mobilnummer", "Mobiltelefon", "MOBIL_TELEFON", "Phone",
        "Phone number", "phone_number", "Phone No.", "Mobile", "Mobile phone", "Cell", "Cell phone", "MSISDN", "SMS",
        "SMS-nummer", "Nummer", "Number", "Kontakttelefon", "Kontakt-telefon", "Telefon (privat)", "Mobil privat",
        "Barnets mobil", "Handynummer", "Téléphone", "\ufeffTelefon", "'Telefon'", "Telefon\n(mobil)", "Mor tlf.nr.",
    ],
)  # fmt: skip
def test_the_phone_column_is_known_by_its_heading(heading: str) -> None:
    found = layout(["Navn", heading, "Sted"], ["Bo", "20123456", "Skolen"])
    assert (found.phone, found.heading_row) == (1, 1)


@pytest.mark.parametrize(
    "heading",
    [
        "SMS samtykke",
        "Telefontid",
        "Mobilselskab",
        "Hotel",
        "Telefon dato",
        "Celle",
        "Smsk",
        "Personale",
    ],
)
def test_other_headings_are_no_phone(heading: str) -> None:
    assert phone_rank(heading) == 0


@pytest.mark.parametrize(
    ("headings", "phone"),
    [
        (["Telefon", "Mobil"], 1),
        (["Mobilnr", "Telefonnr"], 0),
        (["Telefon (arbejde)", "Telefon"], 1),
        (["Telefon far", "Mobil far"], 1),
        (["Nummer", "Tlf"], 1),
    ],
)
def test_mobile_and_the_plainer_heading_are_preferred(headings: list[str], phone: int) -> None:
    assert layout(headings, ["20123456", "30112233"]).phone == phone


@pytest.mark.parametrize(
    "headings", [["Mobil far", "Mobil mor"], ["Telefon", "Telefon"], ["Phone", "Tlf"]]
)
def test_two_equal_phone_columns_are_refused_and_listed(headings: list[str]) -> None:
    with pytest.raises(Invalid, match=r"\(A\).*\(B\).*--phone-column") as caught:
        layout(headings, ["20123456", "30112233"])
    for heading in headings:
        assert heading in str(caught.value)


def test_an_empty_column_of_the_same_name_is_no_rival() -> None:
    assert layout(["Telefon", "Telefon"], ["", "20123456"]).phone == 1


@pytest.mark.parametrize(
    ("wanted", "phone"), [("far", 0), ("MOR", 1), ("B", 1), ("b", 1), ("Kontakt far", 2)]
)
def test_the_phone_column_can_be_named(wanted: str, phone: int) -> None:
    found = layout(
        ["Far", "Mor", "Kontakt-far"], ["20123456", "30112233", "x"], phone_column=wanted
    )
    assert found.phone == phone


def test_a_named_column_that_is_not_there_is_refused_with_the_headings() -> None:
    with pytest.raises(Invalid, match="'Navn', 'Mobil'"):
        layout(["Navn", "Mobil"], ["Bo", "20123456"], phone_column="Fax")


def test_without_a_phone_heading_the_headings_are_listed() -> None:
    with pytest.raises(Invalid, match=r"'Navn', 'Kontakt'.*--phone-column"):
        layout(["Navn", "Kontakt"], ["Bo", "20123456"])


def test_a_list_without_a_heading_is_read_from_its_first_row() -> None:
    found = layout(["Bo", "20 12 34 56"], ["Kaj", "30112233"])
    assert (found.heading_row, found.phone, found.headings) == (0, 1, ("A", "B"))
    assert "no heading" in found.notes[0]


def test_a_list_without_a_heading_and_two_phones_is_refused_until_one_is_named() -> None:
    rows = [["20123456", "30112233"], ["20123457", "30112234"]]
    with pytest.raises(Invalid, match=r"'A'.*'B'"):
        layout(*rows)
    found = layout(*rows, phone_column="B")
    assert (found.phone, found.other_phones) == (1, (0,))


def test_titles_above_the_heading_are_passed_and_said() -> None:
    found = layout(["Udtræk 1.11.2026", ""], ["", ""], ["Navn", "Mobil"], ["Bo", "20123456"])
    assert (found.heading_row, found.phone) == (3, 1)
    assert "row 3" in found.notes[0]


def test_headings_are_made_different_and_named() -> None:
    found = layout(
        ["Tid", "Mobil", " Tid ", "", 'Sted "A"\n\\B', "tid"], ["a", "20123456", "b", "c", "d", "e"]
    )
    assert found.headings == ("Tid", "Mobil", "Tid (2)", "column D", "Sted 'A' /B", "tid (3)")
    assert found.unnamed == {3}
    assert sum("more than once" in note for note in found.notes) == 2


def test_language_and_name_are_taken_out_of_the_fields() -> None:
    found = layout(
        ["Fornavn", "Navn", "Mobil", "Sprog", "Tid"], ["Bo", "Bo Ly", "20123456", "da", "x"]
    )
    assert (found.name, found.language, found.fields) == (1, 3, (0, 4))


def test_other_phone_columns_are_not_kept() -> None:
    found = layout(["Mobil", "Telefon", "Tid"], ["20123456", "30112233", "x"])
    assert (found.other_phones, found.fields) == ((1,), (2,))
    assert "'Telefon'" in found.notes[0]


@pytest.mark.parametrize(
    "heading",
    ["CPR", "cpr", "Cpr-nr", "CPR-nr.", "cprnr", "CPR nummer", "Barnets CPR", "Borgerens cpr-nummer", "Personnummer", "cpr_nr", "PersonNr"],
)  # fmt: skip
def test_a_cpr_column_is_left_out_loudly(heading: str) -> None:
    found = layout(["Mobil", heading], ["20123456", "0101011234"])
    assert (found.cpr, found.fields) == ((1,), ())
    assert "CPR" in found.notes[0]


@pytest.mark.parametrize("heading", ["Scpr", "Incprogram", "Person", "Nr"])
def test_other_columns_are_no_cpr_column(heading: str) -> None:
    assert layout(["Mobil", heading], ["20123456", "x"]).cpr == ()


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("120385-1234", True),
        ("120385 1234", True),
        ("barn: 010101-1234.", True),
        ("1203851234", False),  # bare, and its check digit is wrong
        ("0707614285", True),  # bare, and its check digit is right
        ("670761-4285", True),  # a substitute number
        ("20123456", False),
        ("4520123456", False),
        ("2026-11-21T10:30", False),
        ("21-11-2026 10:30", False),
        ("321385-1234", False),
        ("12038512345", False),
        ("+451203851234", False),
    ],
)
def test_cpr_numbers_are_recognised(text: str, holds: bool) -> None:
    assert holds_cpr(text) is holds


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["da", "DA", "dansk", "Danish", "da-DK", "dan"], "da"),
        (["en", "engelsk", "English", "en-GB"], "en"),
        (["de", "tysk", "Deutsch"], "de"),
        (["uk", "ukrainsk", "Українська", "ua"], "uk"),
        (["ar", "arabisk", "العربية"], "ar"),
        (["pl", "polsk"], "pl"),
        (["ro", "rumænsk", "Română"], "ro"),
        (["", "klingon", "dansk og tysk", "x"], None),
    ],
)
def test_languages_go_by_code_and_by_word(words: list[str], code: str | None) -> None:
    assert {language_code(word) for word in words} == {code}


def test_the_lists_own_language_must_be_one() -> None:
    assert check_language("Dansk") == "da"
    assert check_language("da-x-easy") == "da-x-easy"
    with pytest.raises(Invalid, match="'klingon!'"):
        check_language("klingon!")


@given(st.lists(st.lists(st.text(max_size=12), max_size=5), max_size=6))
def test_any_first_rows_are_understood_or_refused(rows: list[list[str]]) -> None:
    try:
        found = layout(*rows)
    except Invalid:
        return
    assert len(set(found.headings)) == len(found.headings)
    assert found.phone not in found.fields
