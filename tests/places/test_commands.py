"""`hub place`, as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from hub import journal, places
from hub.commands.place import place
from hub.errors import NotFound
from hub.journal import Actor
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


def test_a_list_is_tried_brought_in_and_shown(cleo: Actor, file: str, session: Session) -> None:
    dry = run("import", file, "--as", cleo.name, "--dry-run").output
    assert "2 new, 0 changed, 0 as before, 0 removed, 1 rows set aside" in dry
    assert "row 4: '': it has no name" in dry
    assert "Nothing was changed" in dry
    assert "There is no place on the list yet" in run("list").output
    done = json.loads(run("import", file, "--as", cleo.name, "--json").output)
    assert done["added"] == ["Nørreby Skole", "Sønderby Skole"]
    assert done["set_aside"] == [{"row": 4, "name": "", "reason": "it has no name"}]
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


def test_posters_are_made_with_a_word_about_their_address(bring: Bring, tmp_path: Path) -> None:
    bring("Navn", "Nørreby Skole")
    made = json.loads(run("qr", str(tmp_path / "qr"), "--json").output)
    assert [item["file"] for item in made["posters"]] == ["forside", "s-noerreby-skole"]
    assert "HUB_SITE_URL" in made["warning"]
    assert "2 posters" in run("qr", str(tmp_path / "qr")).output
    assert "1 posters" in run("qr", str(tmp_path / "qr"), "--kind", "area").output
