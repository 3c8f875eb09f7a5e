"""`hub place`, as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from hub import journal, places
from hub.commands.place import place
from hub.errors import Conflict, NotAllowed, NotFound
from hub.journal import Actor
from hub.models import PlaceKind
from tests.places.conftest import Bring

LINES = "Navn;Andre navne;Område\r\nNørreby Skole;NBS;Nørreby\r\nSønderby Skole;;\r\n;;Nørreby\r\n"


def run(*arguments: str, fails: bool = False) -> Result:
    result = CliRunner().invoke(place, arguments)
    if result.exception and not fails:
        raise result.exception
    return result


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "skoler.csv"
    path.write_bytes(LINES.encode("cp1252"))
    return str(path)


def test_a_list_is_tried_brought_in_and_shown(
    cleo: Actor, dan: Actor, file: str, session: Session
) -> None:
    dry = run("import", file, "--as", cleo.name, "--dry-run").output
    assert "2 new, 0 changed, 0 as before, 0 removed, 1 rows set aside" in dry
    assert "row 4: '': it has no name" in dry
    assert "Nothing was changed" in dry
    assert "There is no place on the list yet" in run("list").output
    done = json.loads(run("import", file, "--as", cleo.name, "--json").output)
    assert done["added"] == ["Nørreby Skole", "Sønderby Skole"]
    assert done["set_aside"] == [{"row": 4, "name": "", "reason": "it has no name"}]
    assert done["unconfirmed"] == 2
    shown = json.loads(run("show", "nbs", "--json").output)
    assert (shown["page"], shown["waiting"]) == (None, True)
    assert run("list").output.count("WAITS for another person's yes") == 2
    run("confirm", "--as", dan.name)
    shown = json.loads(run("show", "nbs", "--json").output)
    assert shown["page"] == "http://127.0.0.1:8000/s/noerreby-skole/"
    assert "noerreby-skole" in run("show", "noerreby-skole").output
    listed = json.loads(run("list", "--kind", "institution", "--json").output)
    assert [item["slug"] for item in listed] == ["noerreby-skole", "soenderby-skole"]
    assert journal.verify(session).holds


def test_a_list_may_replace_and_a_place_be_removed(
    cleo: Actor, bring: Bring, file: str, session: Session
) -> None:
    bring("Navn", "Vesterby Skole")
    said = run("import", file, "--replace", "--as", cleo.name).output
    assert "removed: Vesterby Skole" in said
    said = run("remove", "Sønderby Skole", "--as", cleo.name).output
    assert "no other place gets it" in said
    assert [row.name for row in places.list_all(session)] == ["Nørreby Skole"]
    with pytest.raises(NotFound, match="hub place list"):
        run("show", "Sønderby Skole")


def test_names_are_read_and_confirmed_by_somebody_else(
    bring: Bring, cleo: Actor, dan: Actor, session: Session
) -> None:
    bring("Navn", "Nørreby Skole")
    bring("Navn", "Nørreby", kind=PlaceKind.AREA)
    listed = json.loads(run("names", "--json").output)
    assert [(item["kind"], item["name"], item["by"]) for item in listed["names"]] == [
        ("area", "Nørreby", [cleo.name]),
        ("institution", "Nørreby Skole", [cleo.name]),
    ]
    assert listed["hash"] in run("names").output
    with pytest.raises(NotAllowed, match=r"cleo@.* wrote them"):
        run("confirm", "--as", cleo.name)
    with pytest.raises(Conflict, match="changed after you read them"):
        run("confirm", "--as", dan.name, "--hash", "0" * 64)
    said = run("confirm", "--kind", "area", "--as", dan.name).output
    assert said == "confirmed: Nørreby (noerreby)\n"
    assert [place.name for place in places.public_places(session)] == ["Nørreby"]
    run("confirm", "--as", dan.name)
    assert "No name waits" in run("names").output
    with pytest.raises(Conflict, match="No name waits"):
        run("confirm", "--as", dan.name)
    assert journal.verify(session).holds


def test_every_kind_is_listed_with_what_it_is_for(bring: Bring) -> None:
    bring(
        "Navn;Adresse;Åbningstid;Kørestol;Opdateres",
        "Folkehjem;Haderslevvej 7;8-20;ja;kl. 10 og 16",
        kind=PlaceKind.MEETING_PLACE,
    )
    bring(
        "Navn;Nummer;Til;Uden strøm",
        "Krisetelefonen;70 20 30 40;Alt om hændelsen;ja",
        kind=PlaceKind.NUMBER,
    )
    said = run("list").output
    assert "Haderslevvej 7  08:00-20:00  news at 10:00; 16:00  wheelchair: yes" in said
    assert "+4570203040  Alt om hændelsen  without power: yes" in said


def test_posters_are_made_with_a_word_about_their_address(
    bring: Bring, dan: Actor, tmp_path: Path
) -> None:
    bring("Navn", "Nørreby Skole")
    before = json.loads(run("qr", str(tmp_path / "qr"), "--json").output)
    assert [item["file"] for item in before["posters"]] == ["forside"]
    assert before["unconfirmed"] == 1
    run("confirm", "--as", dan.name)
    made = json.loads(run("qr", str(tmp_path / "qr"), "--json").output)
    assert [item["file"] for item in made["posters"]] == ["forside", "s-noerreby-skole"]
    assert "HUB_SITE_URL" in made["warning"]
    assert "2 posters" in run("qr", str(tmp_path / "qr")).output
    assert "1 posters" in run("qr", str(tmp_path / "qr"), "--kind", "area").output
