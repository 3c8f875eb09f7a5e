"""`hub library`: what an author and an approver see at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from hub.commands.library import library
from hub.database import db
from hub.errors import Conflict, HubError, NotAllowed, NotFound
from hub.journal import Actor
from hub.models import JournalEntry, Role
from tests.library.samples import FILES, changed, write

KEY = "boil/during"
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, person: Callable[..., Actor]) -> Run:
    """Runs `hub library ...`; errors of ours are raised, as the console script gets them."""
    person("author@example.dk", Role.AUTHOR)
    person("approver@example.dk", Role.APPROVER)

    def invoke(*words: str) -> Result:
        result = CliRunner().invoke(library, list(words))
        if isinstance(result.exception, HubError):
            raise result.exception
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result

    return invoke


def data(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.fixture
def loaded(run: Run, tmp_path: Path) -> Path:
    folder = write(tmp_path / "messages", FILES)
    run("load", str(folder))
    return folder


def test_load_tells_what_is_new_and_then_the_same(run: Run, tmp_path: Path) -> None:
    folder = str(write(tmp_path, FILES))
    first = run("load", folder)
    assert first.exit_code == 0
    assert first.stdout.splitlines() == [
        "new      boil/during",
        "new      boil/update",
        "2 new, 0 changed, 0 same, 0 refused.",
    ]
    assert data(run("load", folder, "--json"))["same"] == ["boil/during", "boil/update"]
    entry = db.session.scalars(select(JournalEntry)).first()
    assert entry is not None
    assert (entry.door, entry.actor.partition(":")[0]) == ("command", "os")


def test_mistakes_are_printed_like_a_compiler_does(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "messages", changed("boil/during.da.md", "{place}, før", "{plce}, før"))
    monkeypatch.chdir(tmp_path)
    result = run("load", "messages")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "messages/boil/during.da.md:7: unknown slot {plce}; did you mean {place}?"
    ]
    assert "refused  boil/during" in result.stdout
    report = run("load", "messages", "--json")
    assert (report.exit_code, data(report)["refused"]) == (1, [KEY])
    assert data(report)["problems"][0]["line"] == 7


def test_without_a_folder_the_shipped_messages_are_loaded(run: Run) -> None:
    result = run("load", "--json")
    assert result.exit_code == 0
    assert "water-boil/during" in data(result)["new"]


def test_a_folder_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no folder"):
        run("load", str(tmp_path / "nowhere"))


def test_show_prints_what_others_rely_on(run: Run, loaded: Path) -> None:
    shown = data(run("show", KEY, "--json"))
    assert (shown["state"], shown["unsigned"], shown["key"]) == ("draft", ["vandværk"], KEY)
    assert len(shown["hash"]) == 64
    assert shown["slots"][0] == {
        "name": "place",
        "type": "place",
        "required": True,
        "example": "Rødekro",
    }
    assert set(shown["texts"]) == {"da", "en"}
    assert set(shown["texts"]["da"]) == {"title", "sms", "web", "phone"}
    assert shown["texts"]["da"]["sms"].startswith("{municipality}: {#boil} Kog vandet i {place}")
    assert shown["approved"] is None


def test_show_reads_well(run: Run, loaded: Path) -> None:
    text = run("show", KEY).stdout
    assert "boil/during version 1: draft" in text
    assert "unsigned  vandværk" in text
    assert "{reason}  reason, optional, for example Et rør er sprunget" in text
    assert "--- en Phone: Boil the water in {place}" in text


def test_show_names_near_keys(run: Run, loaded: Path) -> None:
    with pytest.raises(NotFound, match=r"boil/during, boil/update"):
        run("show", "boil/all-clear")


def test_a_message_is_reviewed_and_approved_by_commands(run: Run, loaded: Path) -> None:
    submitted = data(run("submit", KEY, "--as", "Author@Example.dk", "--json"))
    assert (submitted["state"], submitted["unsigned"]) == ("in-review", ["vandværk"])
    signed = run(
        "sign", KEY, "--party", "vandværk", "--by", "Ove Vand", "--as", "author@example.dk"
    )
    assert "All co-signers have said yes" in signed.stdout
    with pytest.raises(NotAllowed, match="has not the role approver"):
        run("approve", KEY, "--as", "author@example.dk")
    with pytest.raises(NotAllowed, match="Name the person with --as"):
        run("approve", KEY)
    approved = run(
        "approve", KEY, "--hash", submitted["hash"], "--as", "approver@example.dk", "--json"
    )
    assert (data(approved)["state"], data(approved)["hash"]) == ("approved", submitted["hash"])
    shown = data(run("show", KEY, "--json"))
    assert (shown["state"], shown["unsigned"]) == ("approved", [])
    assert shown["approved"] == {"number": 1, "state": "approved"}
    assert shown["review_due"] == data(approved)["review_due"]
    run("retire", KEY, "--reason", "bruges ikke", "--as", "approver@example.dk")
    assert data(run("show", KEY, "--json"))["state"] == "retired"


def test_a_returned_version_goes_back(run: Run, loaded: Path) -> None:
    run("submit", KEY, "--as", "author@example.dk")
    run("return", KEY, "--reason", "for lang", "--as", "approver@example.dk")
    assert "returned  for lang" in run("show", KEY).stdout
    with pytest.raises(Conflict, match="No version of boil/during is in review"):
        run("approve", KEY, "--as", "approver@example.dk")


def test_lint_exits_1_on_an_error_only(run: Run, loaded: Path, tmp_path: Path) -> None:
    assert run("lint", KEY).exit_code == 0
    assert run("lint").exit_code == 0
    bad = write(tmp_path / "bad", changed("boil/during.da.md", "{municipality}: {#b", "{#b"))
    found = run("lint", str(bad))
    assert found.exit_code == 1
    assert (
        "boil/during.da.md:7: error L02 [sms]: does not start with {municipality}. Put"
        in found.stdout
    )
    report = run("lint", str(bad), "--json")
    assert report.exit_code == 1
    assert "L02" in {item["rule"] for item in data(report)["findings"]}
    broken = write(tmp_path / "broken", changed("boil/during.da.md", "{place}, før", "{plc, før"))
    assert run("lint", str(broken)).exit_code == 1
    with pytest.raises(NotFound):
        run("lint", "boil/nothing")


def test_lint_takes_one_scenarios_folder(run: Run, tmp_path: Path) -> None:
    bad = write(tmp_path / "bad", changed("boil/during.da.md", "{municipality}: {#b", "{#b"))
    (bad / "frost").mkdir()
    (bad / "frost" / "during.da.md").write_text("nothing")
    found = run("lint", str(bad / "boil"))
    assert "boil/during.da.md:7: error L02" in found.stdout
    assert "frost" not in found.output
    assert "2 messages: " in found.stdout


def test_lint_explains_its_rules(run: Run) -> None:
    told = run("lint", "--explain", "l05")
    assert told.exit_code == 0
    assert told.stdout.startswith("L05  The first two sentences say what to do (error)\n")
    assert data(run("lint", "--explain", "L31", "--json"))["decided"] == "approving"
    assert "a local decision is not made" in run("lint", "--explain", "D01").stdout
    unknown = run("lint", "--explain", "L99")
    assert unknown.exit_code == 2
    assert "There is no rule L99. The rules are L01, L02" in unknown.output


def test_lint_says_what_why_and_where_as_json(run: Run, tmp_path: Path) -> None:
    bad = write(tmp_path / "bad", changed("boil/during.da.md", "før du drikker det.", "Kom i dag."))
    found = [
        one for one in data(run("lint", str(bad), "--json"))["findings"] if one["rule"] == "L06"
    ]
    assert [one["channel"] for one in found] == ["sms"]
    for one in found:
        assert one["path"] == "boil/during.da.md"
        lines = (bad / one["path"]).read_text().split("\n")
        assert "i dag" in lines[one["line"] - 1]
        assert one["message"]
        assert one["fix"]
        assert one["why"]


def test_readiness_is_a_matrix(run: Run, loaded: Path) -> None:
    found = data(run("readiness", "--json"))
    assert found["boil"]["during"]["languages"] == {"da": "draft", "en": "draft"}
    assert found["boil"]["update"]["languages"] == {"da": "draft", "en": "missing"}
    assert found["boil"]["update"]["sendable"] is None
    rows = [line.split() for line in run("readiness").stdout.splitlines()]
    assert ["boil", "-", "draft", "draft", "-", "-"] in rows


def test_an_empty_library_says_what_to_do(run: Run) -> None:
    assert "`hub library load` fills it" in run("readiness").stdout
    with pytest.raises(NotFound, match="the library is empty"):
        run("show", KEY)


def test_export_writes_the_files_back(run: Run, loaded: Path, tmp_path: Path) -> None:
    result = data(run("export", str(tmp_path / "out"), "--json"))
    assert sorted(result["files"]) == sorted(FILES)
    for path in FILES:
        assert (tmp_path / "out" / path).read_bytes() == (loaded / path).read_bytes()
