"""Lists of places as spreadsheets write them, and what they do to the places there are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import journal, places
from hub.application import create_app
from hub.database import db
from hub.errors import Conflict, Invalid, NotAllowed
from hub.journal import Actor
from hub.models import JournalEntry, Place, PlaceKind, Role
from hub.places.reading import read_places
from tests.conftest import SHELL, make_settings, set_up_database
from tests.databases import at_once, database_of
from tests.places.conftest import Bring

SCHOOLS = (
    "Navn;Andre navne;Område;Adresse;Telefon;Kørestol",
    "Nørreby Skole;NBS, Nørreskolen;Nørreby;Skolevej 1;70 20 30 40;ja",
    "Børnehuset Søstjernen;;Nørreby;Havnegade 2;;nej",
)


def names(session: Session, kind: PlaceKind = PlaceKind.INSTITUTION) -> list[str]:
    return [row.name for row in places.list_all(session, kind)]


def slugs(session: Session) -> dict[str, str]:
    return {row.name: row.slug for row in places.list_all(session)}


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(JournalEntry.kind).order_by(JournalEntry.number)))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_list_is_read_as_any_spreadsheet_writes_it(encoding: str, separator: str) -> None:
    cells = [line.split(";") for line in SCHOOLS]
    cells[1][1] = '"NBS; Nørreskolen"'
    data = "\r\n".join(separator.join(row) for row in cells).encode(encoding)
    found = read_places(data, "skoler.csv", PlaceKind.INSTITUTION)
    assert [row.checked.wrong for row in found.rows] == [{}, {}]
    assert found.rows[0].checked.values == {
        "name": "Nørreby Skole",
        "other_names": ["NBS", "Nørreskolen"],
        "areas": ["Nørreby"],
        "address": "Skolevej 1",
        "phone": "+4570203040",
        "accessible": True,
    }


def test_english_headings_titles_above_and_empty_rows_do_not_matter(bring: Bring) -> None:
    result = bring(
        "Skoler i kommunen;;", ";;", "Area;NAME;Nonsense", ";;", "Nørreby; Skolen ;x", ";;"
    )
    assert result.added == ("Skolen",)
    assert [str(note) for note in result.notes] == ["columns that were not read: Nonsense"]


def test_an_area_that_no_list_knows_is_said(bring: Bring) -> None:
    assert bring("Navn;Område", "Skolen;Nørreby").notes == ()
    bring("Navn;Andre navne", "Nørreby;Nord", kind=PlaceKind.AREA)
    result = bring("Navn;Område", '"Skolen";nørreby, Nord, Norreby')
    assert [str(note) for note in result.notes] == [
        "areas that are on no list of areas, so that only their own words find them: Norreby"
    ]


def test_one_bad_row_never_stops_a_list(bring: Bring, session: Session) -> None:
    result = bring(
        "Navn;Telefon;Område;Kørestol",
        "Nørreby Skole;;;",
        ";70203040;;",
        "Sønderby Skole;112;;",
        "nørreby  SKOLE;;;",
        "Vesterby Skole;;se www.evil.example;måske",
        "Østerby Skole {slot};;;",
        f"{'Meget lang skole ' * 5};;;",
        "Søndervang;;;",
    )
    assert result.added == ("Nørreby Skole", "Søndervang")
    assert [(item.row, str(item.reason)) for item in result.set_aside] == [
        (3, "it has no name"),
        (4, "'112' is no number that citizens can ring"),
        (5, "the same name stands in row 2"),
        (
            6,
            "the area holds 'www.', which can be read as a link; wheelchair is yes or no, not 'måske'",
        ),
        (7, "the name holds a sign that cannot stand on the page"),
        (8, "the name has 84 characters; at most 60 fit"),
    ]
    assert names(session) == ["Nørreby Skole", "Søndervang"]


def test_a_list_again_changes_nothing_and_keeps_every_address(
    bring: Bring, session: Session
) -> None:
    bring(*SCHOOLS)
    before = slugs(session)
    again = bring(SCHOOLS[0], SCHOOLS[2], SCHOOLS[1])
    assert (again.added, again.changed, again.removed) == ((), (), ())
    assert len(again.unchanged) == 2
    assert (
        slugs(session)
        == before
        == {
            "Nørreby Skole": "noerreby-skole",
            "Børnehuset Søstjernen": "boernehuset-soestjernen",
        }
    )
    assert kinds(session) == ["places-imported"] * 2


def test_a_column_that_is_missing_leaves_its_field_alone_and_an_empty_cell_empties_it(
    bring: Bring, session: Session
) -> None:
    bring(*SCHOOLS)
    bring("Navn;Telefon", "Nørreby Skole;")
    row = places.find(session, PlaceKind.INSTITUTION, "Nørreby Skole")
    assert (row.phone, row.areas, row.accessible) == ("", ["Nørreby"], True)


def test_only_a_list_that_says_so_takes_away_what_it_lacks(bring: Bring, session: Session) -> None:
    bring(*SCHOOLS)
    bring("Navn", "Sønderby Skole")
    assert len(names(session)) == 3
    result = bring("Navn", "Sønderby Skole", replace=True)
    assert result.removed == ("Nørreby Skole", "Børnehuset Søstjernen")
    assert names(session) == ["Sønderby Skole"]


def test_a_row_set_aside_does_not_cost_its_place_the_list(bring: Bring, session: Session) -> None:
    bring(*SCHOOLS)
    result = bring("Navn;Telefon", "Sønderby Skole;", "NBS;112", replace=True)
    assert result.removed == ("Børnehuset Søstjernen",)
    assert "Nørreby Skole" in names(session)


def test_an_address_is_never_given_to_another_place(bring: Bring, session: Session) -> None:
    bring("Navn", "Nørreby Skole")
    bring("Navn", "Anden skole", replace=True)
    result = bring("Navn;Sidenavn", "Tredje Skole;noerreby-skole", "Fjerde Skole;fjerde")
    assert [str(item.reason) for item in result.set_aside] == [
        "its address noerreby-skole is, or was, that of Nørreby Skole"
    ]
    bring("Navn", "Nørreby-SKOLE")  # the same words: the same school, back on the list
    assert slugs(session)["Nørreby-SKOLE"] == "noerreby-skole"


def test_two_names_with_one_spelling_get_two_addresses(bring: Bring, session: Session) -> None:
    bring("Navn", "مدرسة", "Школа 1", "Школа")
    assert sorted(slugs(session).values()) == ["1", "sted", "sted-2"]


def test_a_new_name_keeps_the_address_and_the_old_name(bring: Bring, session: Session) -> None:
    bring("Navn", "Nørreby Skole")
    result = bring("Navn;Andre navne", "Campus Nord;Nørreby Skole")
    assert (result.added, result.changed) == ((), ("Campus Nord",))
    row = places.find(session, PlaceKind.INSTITUTION, "nørreby skole")
    assert (row.name, row.slug, row.other_names) == (
        "Campus Nord",
        "noerreby-skole",
        ["Nørreby Skole"],
    )


def test_a_new_address_leads_on_from_the_old_one(bring: Bring, session: Session) -> None:
    bring("Navn", "Nørreby Skole")
    bring("Navn;Sidenavn", "Nørreby Skole;nbs")
    row = places.find(session, PlaceKind.INSTITUTION, "noerreby-skole")
    assert (row.slug, row.old_slugs) == ("nbs", ["noerreby-skole"])


def test_a_wish_for_an_address_goes_before_one_that_the_hub_chooses(
    bring: Bring, session: Session
) -> None:
    bring("Navn;Sidenavn", "Nørreby;", "Campus;noerreby")
    assert slugs(session) == {"Campus": "noerreby", "Nørreby": "noerreby-2"}


def test_a_dry_run_tells_the_same_and_changes_nothing(bring: Bring, session: Session) -> None:
    bring(*SCHOOLS)
    dry = bring("Navn", "Ny Skole", "NBS", replace=True, dry_run=True)
    assert (dry.added, dry.changed, dry.removed) == (
        ("Ny Skole",),
        ("NBS",),
        ("Børnehuset Søstjernen",),
    )
    assert names(session) == ["Børnehuset Søstjernen", "Nørreby Skole"]
    assert kinds(session) == ["places-imported"]
    wet = bring("Navn", "Ny Skole", "NBS", replace=True)
    assert (wet.added, wet.changed, wet.removed) == (dry.added, dry.changed, dry.removed)


def test_every_kind_has_its_fields(bring: Bring, session: Session) -> None:
    bring(
        "Navn;Adresse;Åbningstid;Kørestol;Medbring",
        "Nørreby Hallen;Hallevej 2;kl. 8-20;ja;dunk; kasser",
        kind=PlaceKind.COLLECTION_POINT,
    )
    bring(
        "Navn;Adresse;Åbningstid;Opdateres kl.",
        "Sønderby Skole;Skolevej;døgnet rundt;kl. 16 og kl. 10.30",
        kind=PlaceKind.MEETING_PLACE,
    )
    bring("Område;Beslutning: latrine_mode", "Nørreby;bag", kind=PlaceKind.AREA)
    bring(
        "Navn;Nummer;Til;Uden strøm",
        "Borgerservice;70 20 30 40;Alt om hændelsen;nej",
        kind=PlaceKind.NUMBER,
    )
    hall = places.find(session, PlaceKind.COLLECTION_POINT, "Nørreby Hallen")
    assert (hall.hours, hall.accessible, hall.bring) == ("08:00-20:00", True, ["dunk"])
    school = places.find(session, PlaceKind.MEETING_PLACE, "Sønderby Skole")
    assert (school.hours, school.updates) == ("24h", "10:30; 16:00")
    assert places.find(session, PlaceKind.AREA, "Nørreby").decisions == {"latrine_mode": "bag"}
    number = places.find(session, PlaceKind.NUMBER, "Borgerservice")
    assert (number.phone, number.purpose, number.without_power) == (
        "+4570203040",
        "Alt om hændelsen",
        False,
    )
    assert [item.name for item in places.unconfirmed(session)] == ["Nørreby"]


def test_a_meeting_place_that_no_message_can_hold_is_set_aside(bring: Bring) -> None:
    with pytest.raises(Invalid, match="more than the 80 characters"):
        bring(
            "Navn;Adresse",
            f"{'Hallen ' * 7};{'Meget lang vej ' * 5}",
            kind=PlaceKind.MEETING_PLACE,
        )
    with pytest.raises(Invalid, match="not written as 08:00-20:00"):
        bring("Navn;Åbningstid", "Hallen;hverdage", kind=PlaceKind.MEETING_PLACE)


@pytest.mark.parametrize(
    ("kind", "heading", "row", "says"),
    [
        (PlaceKind.NUMBER, "Navn;Nummer", "Borgerservice;", "it has no telephone number"),
        (
            PlaceKind.NUMBER,
            "Navn;Nummer;Uden strøm",
            "Borgerservice;70203040;måske",
            "works without power is yes or no",
        ),
        (
            PlaceKind.MEETING_PLACE,
            "Navn;Opdateres",
            "Hallen;hver morgen",
            "hours of the day such as 10:00; 16:00",
        ),
        (
            PlaceKind.MEETING_PLACE,
            "Navn;Opdateres",
            f"Hallen;{','.join(str(hour) for hour in range(7, 14))}",
            "at most 6",
        ),
    ],
)
def test_a_row_that_its_kind_cannot_use_is_refused_with_its_reason(
    bring: Bring, kind: PlaceKind, heading: str, row: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        bring(heading, row, kind=kind)


def test_a_column_of_one_decision_leaves_the_others_alone(bring: Bring, session: Session) -> None:
    both = "Navn;Beslutning: latrine_mode;Beslutning: old_units"
    bring(both, "Nørreby;residual;close", kind=PlaceKind.AREA)
    bring("Navn;Beslutning: latrine_mode", "Nørreby;burying", kind=PlaceKind.AREA)
    area = places.find(session, PlaceKind.AREA, "Nørreby")
    assert area.decisions == {"latrine_mode": "burying", "old_units": "close"}
    bring("Navn;Beslutning: latrine_mode", "Nørreby;", kind=PlaceKind.AREA)
    session.expire_all()
    assert places.find(session, PlaceKind.AREA, "Nørreby").decisions == {"old_units": "close"}


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("institutions", PlaceKind.INSTITUTION),
        ("areas", PlaceKind.AREA),
        ("meeting-places", PlaceKind.MEETING_PLACE),
        ("collection-points", PlaceKind.COLLECTION_POINT),
        ("numbers", PlaceKind.NUMBER),
    ],
)
def test_the_example_of_each_kind_is_taken_whole(bring: Bring, file: str, kind: PlaceKind) -> None:
    path = Path(__file__).parents[2] / "docs" / f"{file}-example.csv"
    result = bring(*path.read_text("utf-8").splitlines(), kind=kind)
    assert result.set_aside == ()
    assert len(result.added) >= 2
    assert not [note for note in result.notes if "not read" in note]


def test_a_name_that_no_message_can_hold_is_said(bring: Bring) -> None:
    long = "Østerby Børne- og Ungdomscenter med specialklasser"
    result = bring("Navn;Andre navne", f"{long};", f"{long} 2;Østerbycentret")
    assert len(result.added) == 2
    assert [str(note) for note in result.notes] == [
        "1 have no name of at most 40 characters, so that a message cannot name them; give a shorter other "
        f"name: {long}"
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"PK\x03\x04rest", "save it as CSV UTF-8"),
        (b"Navn;By\r\n;\r\n", "There are no rows"),
        (b"Elev;Mobil\r\nIb;20112233\r\n", "No column of the file is called Navn"),
        ("Navn\r\nS\u00f8ndag".encode() + b"\r\nN\xf8rreby", "UTF-8 in some places"),
        (b"Navn\r\n" + b"Skole\r\n" * 6000, "at most 5000 places"),
        (b"Navn\r\n" + b" " * 3_000_000, "larger than 2 MB"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read_places(data, "fil.csv", PlaceKind.INSTITUTION)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"nej\.csv cannot be read"):
        read_places(tmp_path / "nej.csv", "nej.csv", PlaceKind.AREA)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=300))
def test_whatever_a_file_holds_it_is_read_or_refused(data: bytes) -> None:
    try:
        found = read_places(b"Navn;Omr\xe5de\r\n" + data, "fil.csv", PlaceKind.INSTITUTION)
    except Invalid:
        return
    for row in found.rows:
        assert row.checked.wrong or row.checked.values["name"]


def test_only_a_sender_or_the_shell_changes_places(
    bring: Bring, person: Callable[..., Actor], session: Session
) -> None:
    author = person("asta@town.example", Role.AUTHOR)
    for act in (
        lambda: places.import_places(b"Navn\nSkolen", "f.csv", PlaceKind.AREA, actor=author),
        lambda: places.add(PlaceKind.AREA, {"name": "Nørreby"}, author),
    ):
        with pytest.raises(NotAllowed):
            act()
    row = places.add(PlaceKind.AREA, {"name": "Nørreby"}, SHELL)
    with pytest.raises(NotAllowed):
        places.remove(row.id, author)
    assert kinds(session) == ["place-changed"]


def test_changes_by_hand_are_kept_and_recorded(cleo: Actor, session: Session) -> None:
    row = places.add(PlaceKind.INSTITUTION, {"name": "Nørreby Skole", "areas": "Nørreby"}, cleo)
    with pytest.raises(Conflict, match="on the list already"):
        places.add(PlaceKind.INSTITUTION, {"name": "NØRREBY skole"}, cleo)
    other = places.add(PlaceKind.INSTITUTION, {"name": "Sønderby Skole"}, cleo)
    with pytest.raises(Conflict, match="on the list already"):
        places.change(other.id, {"name": "Nørreby Skole"}, cleo)
    with pytest.raises(Conflict, match="another place's"):
        places.change(other.id, {"slug": "noerreby-skole"}, cleo)
    with pytest.raises(Invalid, match="it has no name"):
        places.change(other.id, {"name": " "}, cleo)
    places.change(row.id, {"name": "Campus Nord", "slug": "campus"}, cleo)
    places.change(row.id, {"name": "Campus Nord"}, cleo)  # nothing is different: no entry
    places.remove(other.id, cleo)
    found = places.find(session, PlaceKind.INSTITUTION, "Nørreby Skole")
    assert (found.name, found.slug, found.old_slugs) == (
        "Campus Nord",
        "campus",
        ["noerreby-skole"],
    )
    entries = session.scalars(select(JournalEntry).order_by(JournalEntry.number)).all()
    assert [(entry.kind, entry.data["name"]) for entry in entries] == [
        ("place-changed", "Nørreby Skole"),
        ("place-changed", "Sønderby Skole"),
        ("place-changed", "Campus Nord"),
        ("place-removed", "Sønderby Skole"),
    ]
    assert entries[2].data["changed"] == ["name", "other_names", "slug"]


def test_an_area_may_be_called_as_a_school_is(cleo: Actor, session: Session) -> None:
    for kind in (PlaceKind.INSTITUTION, PlaceKind.AREA):
        places.add(kind, {"name": "Nørreby"}, cleo)
    assert [row.slug for row in places.list_all(session)] == ["noerreby", "noerreby"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_lists_at_once_leave_one_place_for_each_name(kind: str, tmp_path: Path) -> None:
    lines = "\n".join(["Navn", *(f"Skole {number}" for number in range(40))]).encode()

    def act() -> None:
        places.import_places(lines, "f.csv", PlaceKind.INSTITUTION, actor=SHELL)

    with database_of(kind) as environment:
        app = create_app(make_settings(tmp_path, **environment))
        with app.app_context():
            set_up_database()
            answers = at_once(app, act, act, act)
            assert all(isinstance(item, Conflict | None) for item in answers)
            assert None in answers
            rows = db.session().scalars(select(Place)).all()
            assert len(rows) == len({row.slug for row in rows}) == 40
            assert journal.verify(db.session()).holds
            db.session.remove()
            db.engine.dispose()
