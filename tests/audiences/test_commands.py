"""`hub audience` as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from hub.commands.audience import audience
from hub.errors import HubError, Invalid, NotFound
from tests.audiences.lists import csv_bytes

DATA = csv_bytes(
    "Navn;Mobil;Tid", "Anna;20123456;10:30", "Bo;112;x", *(f"C{n};9012345{n};" for n in range(10))
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "borgere.csv"
    path.write_bytes(DATA)
    return path


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(audience, [str(word) for word in words])
    if isinstance(result.exception, HubError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def run_json(*words: str | Path) -> Any:
    return json.loads(run(*words, "--json").stdout)


def test_an_import_tells_what_it_took_and_what_not(app: Flask, file: Path) -> None:
    output = run("import", "Borgere", file).output
    assert "1 rows were taken (da 1)" in output
    assert "11 rows were set aside" in output
    assert "row 3: '112': A short number" in output
    assert output.count("  row ") == 10
    assert "and 1 more" in output
    assert str(app.config["HUB"].data_dir / "set-aside" / "borgere-1.csv") in output
    assert "It is deleted on " in output


def test_json_has_what_others_rely_on(app: Flask, file: Path) -> None:
    trial = run_json("import", "Borgere", file, "--dry-run")
    assert (trial["accepted"], trial["duplicates"], trial["numbers"]) == (1, 0, ["+4520123456"])
    assert {"row": 3, "value": "112"}.items() <= trial["set_aside"][0].items()
    assert trial["set_aside"][0]["reason"]
    real = run_json("import", "Borgere", file, "--delete-after", "5", "--language", "en")
    assert "numbers" not in real
    assert Path(real["file"]).exists()
    assert real["languages"] == {"en": 1}


def test_lists_are_listed_shown_and_deleted(app: Flask, file: Path) -> None:
    run("import", "Borgere", file)
    run("import", "Øvelse", file, "--exercise")
    listed = run("list").output.splitlines()
    assert ["Borgere" in listed[0], "EXERCISE" in listed[1]] == [True, True]
    assert [item["name"] for item in run_json("list")] == ["Borgere", "Øvelse"]
    shown = run("show", "borgere").output
    assert "1 rows, 1 phones" in shown
    assert "..56" in shown
    assert "20123456" not in shown
    assert run_json("show", "Borgere")["columns"] == {"Tid": {"empty": 0}}
    assert run_json("delete", "borgere") == {"name": "Borgere", "deleted": 1}
    assert [item["name"] for item in run_json("list")] == ["Øvelse"]
    with pytest.raises(NotFound):
        run("show", "Borgere")


def test_a_file_that_is_not_there_is_named(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"ingen\.csv"):
        run("import", "Borgere", tmp_path / "ingen.csv")
