"""A whole incident by commands alone, with Twilio pointed at a local server that behaves like Twilio, and the hub's
own web process taking its signed receipts."""

from __future__ import annotations

import html
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.twilio_server import ACCOUNT, TOKEN, TwilioServer, running

ASTA, BO, CLEO, DAN = (f"{name}@town.example" for name in ("asta", "bo", "cleo", "dan"))
GOOD = [f"+4520{number:06d}" for number in range(111111, 111171)]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Town:
    """Runs `hub` as an operator would, in a folder of its own."""

    def __init__(self, folder: Path, twilio: TwilioServer) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith(("HUB_", "TWILIO_"))
            },
            "HUB_DATA_DIR": str(folder / "var"),
            "HUB_MUNICIPALITY": "Nørreby Kommune",
            "HUB_GATEWAYS": "twilio",
            "HUB_SMS_SENDER": "NoerrebyKom",
            "HUB_SMS_SEGMENTS_PER_SECOND": "500",
            "HUB_LEASE_SECONDS": "4",
            "HUB_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "HUB_SITE_URL": "https://krise.noerreby.example",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_BASE_URL": twilio.url,
        }

    def run(self, *words: str, code: int = 0, **changes: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "hub", *words],
            env={**self.environment, **changes},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == code, (
            f"hub {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        return done.stdout + (done.stderr if code else "")

    def json(self, *words: str, **changes: str) -> Any:
        return json.loads(self.run(*words, "--json", **changes))

    @contextmanager
    def web(self) -> Iterator[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "hub", "web", "--port", str(self.port)], env=self.environment
        )
        url = f"http://127.0.0.1:{self.port}"
        try:
            for _ in range(150):
                try:
                    urllib.request.urlopen(f"{url}/healthz", timeout=2)
                    break
                except OSError:
                    time.sleep(0.1)
            yield url
        finally:
            process.terminate()
            process.wait(30)

    def approve(self, key: str) -> None:
        self.run("library", "submit", key, "--as", ASTA)
        for party in self.json("library", "show", key)["unsigned"]:
            self.run(
                "library", "sign", key, "--party", party, "--by", "Navn Navnesen", "--as", ASTA
            )
        shown = self.json("library", "show", key)
        assert (shown["state"], shown["unsigned"]) == ("in-review", [])
        self.run("library", "approve", key, "--as", BO, "--hash", shown["hash"])


@pytest.fixture(scope="module")
def twilio() -> Iterator[TwilioServer]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, twilio: TwilioServer) -> Town:
    town = Town(tmp_path_factory.mktemp("town"), twilio)
    town.run("db", "upgrade")
    for email, roles in (
        (ASTA, ("author",)),
        (BO, ("approver",)),
        (CLEO, ("sender",)),
        (DAN, ("sender",)),
    ):
        town.run("user", "add", email, *(word for role in roles for word in ("--role", role)))
    town.run("library", "load", "--as", ASTA)
    for key in ("water-boil/during", "water-boil/all-clear"):
        town.approve(key)
    rows = ["Navn;Mobilnummer;Sprog"]
    rows += [
        f"Borger {i};{number[3:]};{'en' if i % 5 == 0 else 'da'}" for i, number in enumerate(GOOD)
    ]
    rows += ["Forkert;112;da", "To;20123456/30112233;da", "Igen;+45 20 11 11 11;en"]
    (town.folder / "borgere.csv").write_text("\n".join(rows), encoding="cp1252")
    imported = town.json(
        "audience", "import", "borgere", str(town.folder / "borgere.csv"), "--as", CLEO
    )
    assert imported["accepted"] == 61
    assert [item["row"] for item in imported["set_aside"]] == [62, 63]
    return town


SLOTS = [
    *("--slot", "place=Nørreby", "--slot", "phone=70 20 30 40", "--slot", "next_update=+2h"),
    *("--slot", "from=+0m", "--slot", "reason=bacteria"),
    *(
        "--slot",
        "water_use=drink=boiled;toilet=yes;garden=no;bath=yes;laundry=yes;dishwasher=no;cleaning=yes",
    ),
]


def test_every_good_number_gets_exactly_the_previewed_text_once(
    town: Town, twilio: TwilioServer
) -> None:
    incident = str(town.json("incident", "open", "water-boil", "--as", CLEO)["incident"])
    prepared = town.json(
        *("announce", "water-boil/during", "--incident", incident, "--audience", "borgere"),
        *(*SLOTS, "--as", CLEO),
    )
    assert prepared["recipients"] == 60
    assert set(prepared["texts"]) == {"da", "en", "de", "uk", "ar", "pl", "ro"}
    assert set(prepared["page_only"]) == {"da-x-let"}
    number, broadcast = str(prepared["announcement"]), str(prepared["broadcast"])
    refused = town.run("confirm", number, "--as", CLEO, code=1)
    assert "another person" in refused
    assert not twilio.accepted

    with town.web() as url:
        confirmed = town.json("confirm", number, "--hash", prepared["hash"], "--as", DAN)
        assert confirmed["published"]
        again = town.json("confirm", number, "--as", DAN)
        assert again["already"]
        town.run("broadcast", "wait", broadcast, "--timeout", "60")
        deliveries: dict[str, int] = {}
        for _ in range(100):
            deliveries = town.json("broadcast", "status", broadcast)["deliveries"]
            if deliveries["delivered"] == 60:
                break
            time.sleep(0.2)
        assert deliveries["delivered"] == 60, deliveries
        page = html.unescape(urllib.request.urlopen(f"{url}/", timeout=5).read().decode())
        phone = urllib.request.urlopen(f"{url}/phone/da.txt", timeout=5).read().decode()

    texts = {language: text["sms"] for language, text in prepared["texts"].items()}
    bodies = twilio.bodies()
    assert sorted(bodies) == sorted(GOOD)
    for index, phone_number in enumerate(GOOD):
        assert bodies[phone_number] == [texts["en" if index % 5 == 0 else "da"]]
    assert {message.sender for message in twilio.accepted} == {"NoerrebyKom"}
    same_facts(texts["da"], page, phone, prepared["texts"]["da"]["phone"])


def same_facts(sms: str, page: str, phone: str, phone_text: str) -> None:
    """SMS, page and phone text say the same place, time, number and rule."""
    assert "Nørreby" in sms
    assert "Nørreby" in page
    assert "Nørreby" in phone
    assert "1 minut" in sms
    assert "1 minut" in page
    assert "et minut" in phone
    assert "70 20 30 40" in sms
    assert "70\u00a020\u00a030\u00a040" in page
    assert "halvfjerds tyve tredive fyrre" in phone
    (clock,) = re.findall(r"senest \S+ \S+ kl\. (\d{1,2}\.\d\d)", sms)
    assert f"kl. {clock}" in page
    assert phone_text in phone


def test_the_all_clear_closes_what_it_names_and_reaches_the_same_phones(
    town: Town, twilio: TwilioServer
) -> None:
    before = len(twilio.accepted)
    prepared = town.json(
        *("announce", "water-boil/all-clear", "--incident", "1", "--slot", "place=Nørreby"),
        *("--slot", "from=+0m", "--slot", "phone=70203040", "--slot", "tap_run=no", "--as", CLEO),
    )
    assert prepared["recipients"] == 60
    refused = town.run("incident", "close", "1", "--as", CLEO, code=1)
    assert "in force" in refused
    town.run("confirm", str(prepared["announcement"]), "--as", DAN)
    town.run("broadcast", "wait", str(prepared["broadcast"]))
    assert len(twilio.accepted) == before + 60
    town.run("incident", "close", "1", "--as", CLEO)
    page = (town.folder / "var" / "site" / "index.html").read_text()
    assert "data-action" not in page
    incidents = town.json("incident", "list")
    assert [item["state"] for item in incidents[0]["announcements"]] == ["ended", "ended"]


def test_a_wrong_auth_token_pauses_with_words_and_sends_after_it_is_mended(
    town: Town, twilio: TwilioServer
) -> None:
    before = len(twilio.accepted)
    incident = str(town.json("incident", "open", "water-boil", "--as", CLEO)["incident"])
    prepared = town.json(
        *("announce", "water-boil/during", "--incident", incident, "--audience", "borgere"),
        *(*SLOTS, "--as", CLEO),
    )
    broadcast = str(prepared["broadcast"])
    town.run("confirm", str(prepared["announcement"]), "--as", DAN)
    said = town.run("broadcast", "wait", broadcast, code=1, TWILIO_AUTH_TOKEN="wrong")
    assert "TWILIO_AUTH_TOKEN" in said
    status = town.json("broadcast", "status", broadcast)
    assert status["state"] == "paused"
    assert status["deliveries"]["queued"] == 60
    assert len(twilio.accepted) == before
    town.run("broadcast", "resume", broadcast, "--as", DAN)
    town.run("broadcast", "wait", broadcast)
    assert len(twilio.accepted) == before + 60


def test_the_journal_holds_and_names_everybody(town: Town) -> None:
    assert town.json("journal", "verify")["holds"]
    entries = town.json("journal", "show", "--last", "500")
    confirmed = [entry for entry in entries if entry["kind"] == "announcement-confirmed"]
    assert {entry["data"]["by"] for entry in confirmed} == {DAN}
    assert all(entry["door"] == "command" and entry["os_user"] for entry in confirmed)
    assert not re.search(r"\+?45 ?20 ?11", json.dumps(entries)), "a telephone number in the journal"


def test_numbers_are_not_readable_in_the_database(town: Town) -> None:
    stored = b"".join(path.read_bytes() for path in (town.folder / "var").glob("hub.sqlite3*"))
    assert b"20111111" not in stored
    assert b"+4520111112" not in stored
