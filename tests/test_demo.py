"""The demo: a whole incident on made-up data, and never anything real."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hub.demo import BAD_ROWS, ROWS, made_up_list

ROOT = Path(__file__).parents[1]


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("HUB_", "TWILIO_"))}
    return subprocess.run(
        [sys.executable, "-m", "hub", *words],
        env={**clean, "PYTHONPATH": str(ROOT), "HUB_DATA_DIR": str(folder), **environment},
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=180,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "var"
    done = run(folder, "demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    assert "1980 of 2000 rows" in done.stdout
    assert "finished: 1980 accepted" in done.stdout
    return folder


def test_everybody_on_the_list_gets_one_message(demo: Path) -> None:
    lines = [json.loads(line) for line in (demo / "outbox.jsonl").read_text().splitlines()]
    assert len(lines) == ROWS - BAD_ROWS
    assert len({line["to"] for line in lines}) == ROWS - BAD_ROWS


def test_an_update_waits_and_a_second_person_confirms_it(demo: Path) -> None:
    refused = run(demo, "confirm", "2", "--as", "cleo.sender@eksempel.example")
    assert refused.returncode == 1
    done = run(demo, "confirm", "2", "--as", "dan.second@eksempel.example", "--json")
    assert done.returncode == 0, done.stderr
    confirmed = json.loads(done.stdout)
    assert confirmed["changes"] == 1
    waited = run(demo, "broadcast", "wait", str(confirmed["broadcast"]), "--json")
    assert json.loads(waited.stdout)["deliveries"]["accepted"] == ROWS - BAD_ROWS
    page = (demo / "site" / "index.html").read_text()
    assert "Kog stadig vandet" in page


def test_a_second_run_starts_afresh(demo: Path) -> None:
    done = run(demo, "demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    assert len((demo / "outbox.jsonl").read_text().splitlines()) == ROWS - BAD_ROWS
    listed = json.loads(run(demo, "incident", "list", "--json").stdout)
    assert [len(item["announcements"]) for item in listed] == [2]


def test_it_refuses_a_real_gateway_and_touches_nothing(tmp_path: Path) -> None:
    environment = {
        "HUB_GATEWAYS": "twilio",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "x",
        "HUB_SMS_SENDER": "Eksempel",
    }
    done = run(tmp_path / "var", "demo", "--no-serve", **environment)
    assert done.returncode == 1
    assert "HUB_GATEWAYS=outbox" in done.stderr
    assert not list((tmp_path / "var").glob("*.sqlite3"))


def test_it_refuses_a_folder_that_no_demo_made(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    (folder / "hub.sqlite3").write_text("somebody's")
    done = run(folder, "demo", "--no-serve")
    assert done.returncode == 1
    assert "no demo made" in done.stderr
    assert (folder / "hub.sqlite3").read_text() == "somebody's"


def test_it_refuses_a_database_elsewhere(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/real.sqlite3"
    done = run(tmp_path / "var", "demo", "--no-serve", HUB_DATABASE_URL=url)
    assert done.returncode == 1
    assert "HUB_DATABASE_URL" in done.stderr


def test_a_demo_folder_refuses_a_real_gateway_for_every_command(demo: Path) -> None:
    environment = {
        "HUB_GATEWAYS": "twilio",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "x",
        "HUB_SMS_SENDER": "Eksempel",
    }
    done = run(demo, "broadcast", "wait", "1", **environment)
    assert done.returncode == 2
    assert "demo" in done.stderr


def test_a_taken_port_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run(tmp_path / "var", "demo", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "--port" in done.stderr
    assert not (tmp_path / "var").exists()


def test_the_made_up_list_has_its_bad_rows() -> None:
    lines = made_up_list().decode("cp1252").splitlines()
    assert len(lines) == ROWS + 1
