"""Calls and SMS to the hub's own number are answered with what is published, over real HTTP, signed as Twilio signs."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import requests
from flask import Flask
from sqlalchemy import select
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server

from hub import clock
from hub.application import create_app
from hub.database import db
from hub.models import OptOut
from hub.phone.composing import phone_text
from hub.phone.texts import phone_files
from hub.settings import Settings
from hub.site.targets.file import FileTarget
from hub.text.segments import Encoding, count, encoding_of
from hub.text.situation import Situation
from tests.conftest import make_settings, set_up_database
from tests.situations import NOON, announcement, incident, one, quiet, situation

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://hub.eksempel.dk/under"
CITIZEN = "+4520123456"


@dataclass
class Hub:
    """A hub on loopback, and Twilio calling it."""

    app: Flask
    settings: Settings
    port: int

    def publish(self, value: Situation, revision: int = 1) -> None:
        target = FileTarget(self.settings.data_dir / "site")
        with target.lock():
            target.put({"/index.html": b"page", **phone_files(value)}, revision)

    def post(self, path: str, token: str = TOKEN, **form: str) -> requests.Response:
        address = f"{PUBLIC}/hooks/twilio/{path}"
        signature = RequestValidator(token).compute_signature(address, form)
        return requests.post(
            f"http://127.0.0.1:{self.port}/hooks/twilio/{path}",
            data=form,
            headers={"X-Twilio-Signature": signature},
            timeout=20,
        )

    def lose_database(self) -> None:
        for path in self.settings.data_dir.glob("hub.sqlite3*"):
            path.unlink()
        with self.app.app_context():
            db.engine.dispose()

    def sms(self, body: str, sender: str = CITIZEN) -> str:
        """The reply, or "" where there is none."""
        answer = self.post("sms", From=sender, To="+4552999999", Body=body)
        assert answer.status_code == 200
        return ElementTree.fromstring(answer.content).findtext("Message") or ""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    settings = make_settings(
        tmp_path,
        HUB_GATEWAYS="twilio",
        HUB_SMS_SENDER="Eksempel",
        HUB_SITE_URL="https://eksempel.dk",
        TWILIO_ACCOUNT_SID="AC" + "0" * 32,
        TWILIO_AUTH_TOKEN=TOKEN,
        HUB_PUBLIC_URL=PUBLIC,
    )
    app = create_app(settings)
    with app.app_context():
        set_up_database()
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with clock.set_to(NOON):
        yield Hub(app, settings, server.server_port)
    server.shutdown()
    thread.join()
    server.server_close()


def says(answer: requests.Response) -> list[tuple[str, str]]:
    """Language and words of everything that is said, in order."""
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "Response"
    return [(item.get("language", ""), item.text or "") for item in root.iter("Say")]


def words(answer: requests.Response) -> str:
    return " ".join(text for _, text in says(answer))


def flat(text: str) -> str:
    return " ".join(text.split())


def actions(answer: requests.Response) -> list[str]:
    return [
        item.get("action", "") for item in ElementTree.fromstring(answer.content).iter("Gather")
    ]


TWO = situation(
    incident(announcement(1, severity="life"), announcement(2, place="Felsted"), number=1)
)


def test_a_caller_chooses_a_language_and_who_does_not_hears_danish(hub: Hub) -> None:
    hub.publish(one())
    answer = hub.post("voice", CallSid="CA1", From=CITIZEN)
    heard = says(answer)
    assert heard[:4] == [
        ("da-DK", "Eksempel Kommune."),
        ("da-DK", "Tast et for dansk."),
        ("en-GB", "For English, press two."),
        ("de-DE", "Für Deutsch drücken Sie drei."),
    ]
    assert flat(phone_text(one(), "da").whole.text) in words(answer)
    assert actions(answer) == [f"{PUBLIC}/hooks/twilio/voice", f"{PUBLIC}/hooks/twilio/voice/da"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("digit", "language"), [("1", "da"), ("2", "en"), ("3", "de"), ("9", "da")]
)
def test_each_key_says_just_what_the_published_file_says(
    hub: Hub, digit: str, language: str
) -> None:
    hub.publish(one())
    published = (hub.settings.data_dir / "site" / "phone" / f"{language}.txt").read_text()
    answer = hub.post("voice", Digits=digit)
    assert words(answer).startswith(flat(published))
    assert {code[:2] for code, _ in says(answer)} == {language}


def test_one_language_needs_no_menu(hub: Hub) -> None:
    hub.publish(replace(one(), languages=("da",)))
    assert words(hub.post("voice")).startswith("Her er Eksempel Kommune.")


def test_a_caller_hears_it_again_or_one_announcement_alone(hub: Hub) -> None:
    hub.publish(TWO)
    first = hub.post("voice/da")
    assert words(first).endswith(
        "Tast et for at høre det igen. Tast to for, Kog vandet i Rødekro. "
        "Tast tre for, Kog vandet i Felsted."
    )
    alone = hub.post("voice/da", Digits="3")
    assert flat(phone_text(TWO, "da").parts[1].alone.text) in words(alone)
    assert "Rødekro" not in words(alone)
    assert actions(alone) == [f"{PUBLIC}/hooks/twilio/voice/da/2"]
    assert words(hub.post("voice/da/2", Digits="1")) == words(alone)
    for path, digit in (("voice/da", "1"), ("voice/da", "8"), ("voice/da/2", "5")):
        assert words(hub.post(path, Digits=digit)) == words(first)


@pytest.mark.parametrize("path", ["voice/xx", "voice/da/99", "voice/xx/1"])
def test_a_place_that_is_not_there_leads_back_to_what_is(hub: Hub, path: str) -> None:
    hub.publish(one())
    answer = hub.post(path, Digits="1")
    assert "Kog vandet i Rødekro" in words(answer)


def test_a_text_past_its_time_is_not_told_as_if_it_were_fresh(hub: Hub) -> None:
    hub.publish(one())
    with clock.set_to(NOON + timedelta(hours=3)):
        heard = words(hub.post("voice/da"))
        assert heard.startswith("Vi har ikke hørt nyt fra Eksempel Kommune siden lørdag")
        assert "Da gjaldt dette. Kog vandet i Rødekro." in heard
        reply = hub.sms("INFO")
    assert reply.startswith("Eksempel Kommune: Vi har ikke nyt siden lør. 21.11. kl. 12.05.")
    assert "Det kan være for gammelt." in reply


@pytest.mark.parametrize(
    "broken",
    [b"", b"{}", b"[1]", b"\xff", b'{"text": 1}', phone_files(one())["/phone/en.json"]],
)
def test_a_broken_file_is_not_read_aloud(hub: Hub, broken: bytes) -> None:
    hub.publish(replace(one(), languages=("da",)))
    (hub.settings.data_dir / "site" / "phone" / "da.json").write_bytes(broken)
    assert words(hub.post("voice")).startswith("Vi kan ikke give dig besked lige nu.")
    assert hub.sms("INFO").startswith("Eksempel Kommune: Vi kan ikke svare lige nu.")


def test_callers_are_answered_while_the_database_is_locked_or_gone(hub: Hub) -> None:
    hub.publish(one())
    with closing(sqlite3.connect(hub.settings.data_dir / "hub.sqlite3")) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "Kog vandet i Rødekro" in words(hub.post("voice"))
        assert hub.sms("INFO") == "Eksempel Kommune: Kog vandet i Rødekro"
    hub.lose_database()
    assert "Kog vandet i Rødekro" in words(hub.post("voice"))
    assert hub.sms("INFO") == "Eksempel Kommune: Kog vandet i Rødekro"


def test_without_a_folder_to_read_the_database_is_asked(hub: Hub) -> None:
    hub.app.config["HUB"] = replace(hub.settings, site_targets=("s3://bucket/site",))
    assert "Der er ingen aktive beskeder" in words(hub.post("voice"))


@pytest.mark.parametrize("path", ["voice", "voice/da", "voice/da/1", "sms"])
def test_what_twilio_did_not_sign_is_refused(hub: Hub, path: str) -> None:
    hub.publish(one())
    assert hub.post(path, token="another", Body="INFO", From=CITIZEN).status_code == 403
    bare = requests.post(f"http://127.0.0.1:{hub.port}/hooks/twilio/{path}", timeout=20)
    assert bare.status_code == 403
    assert hub.post(path, Body="INFO", From=CITIZEN).status_code == 200


@pytest.mark.parametrize("path", ["voice", "sms"])
def test_a_signature_does_not_hold_for_other_fields(hub: Hub, path: str) -> None:
    signature = RequestValidator(TOKEN).compute_signature(
        f"{PUBLIC}/hooks/twilio/{path}", {"From": CITIZEN}
    )
    answer = requests.post(
        f"http://127.0.0.1:{hub.port}/hooks/twilio/{path}",
        data={"From": "+4521000000"},
        headers={"X-Twilio-Signature": signature},
        timeout=20,
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["voice", "voice/da", "voice/da/1", "sms"])
def test_without_twilio_there_is_nothing_here(app: Flask, path: str) -> None:
    assert app.test_client().post(f"/hooks/twilio/{path}").status_code == 404


@pytest.mark.parametrize("body", ["INFO", "info", " Info. ", "info!", "Hjælp", "INFO DA", "nyt?"])
def test_info_is_answered_with_the_newest_message(hub: Hub, body: str) -> None:
    hub.publish(one())
    assert hub.sms(body) == "Eksempel Kommune: Kog vandet i Rødekro"


@pytest.mark.parametrize(
    ("body", "start"),
    [
        ("INFO EN", "Eksempel Kommune: Boil the water"),
        ("info english please", "Eksempel Kommune: Boil the water"),
        ("Help", "Eksempel Kommune: Boil the water"),
        ("info de", "Eksempel Kommune: Wasser in"),
        ("INFO FR", "Eksempel Kommune: Kog vandet"),
        ("info uk", "Eksempel Kommune: Kog vandet"),
    ],
)
def test_info_is_answered_in_the_language_asked_for_where_it_is_published(
    hub: Hub, body: str, start: str
) -> None:
    hub.publish(one())
    assert hub.sms(body).startswith(start)


def test_all_that_is_in_force_is_listed_and_silence_is_told(hub: Hub) -> None:
    hub.publish(TWO)
    reply = hub.sms("INFO")
    assert reply == (
        "Eksempel Kommune kl. 12.05: 2 beskeder gælder nu. Kog vandet i Rødekro. "
        "Kog vandet i Felsted. Mere: eksempel.dk."
    )
    assert encoding_of(reply) is Encoding.GSM7
    assert count(reply).segments <= 3
    hub.publish(quiet(), 2)
    assert "Der er ingen aktive beskeder lige nu." in hub.sms("INFO")


@pytest.mark.parametrize(
    "body", ["", "Hvad sker der?", "Kommer I snart med vand til min mor", "🙂"]
)
def test_anything_else_is_told_how_to_ask(hub: Hub, body: str) -> None:
    hub.publish(one())
    assert hub.sms(body) == (
        "Eksempel Kommune: Skriv INFO til os, så får du den nyeste besked. "
        "Du kan også læse eksempel.dk."
    )


def test_two_machines_that_answer_each_other_fall_silent(hub: Hub) -> None:
    hub.publish(one())
    with clock.set_to(NOON) as later:
        assert [bool(hub.sms("Jeg er på ferie")) for _ in range(4)] == [True, True, False, False]
        assert [bool(hub.sms("INFO")) for _ in range(6)] == [True] * 4 + [False] * 2
        assert hub.sms("INFO", "+4521000000")
        later(timedelta(minutes=11))
        assert hub.sms("INFO")
        assert not hub.sms("Jeg er på ferie")
        later(timedelta(hours=24))
        assert hub.sms("Jeg er på ferie")


@pytest.mark.parametrize("sender", ["Twilio", "1919", "", "+45"])
def test_a_sender_that_is_no_phone_is_not_answered(hub: Hub, sender: str) -> None:
    hub.publish(one())
    assert hub.sms("INFO", sender) == ""


def test_afmeld_is_kept_and_is_no_question(hub: Hub) -> None:
    hub.publish(one())
    assert "Du får ikke flere sms." in hub.sms("Afmeld")
    with hub.app.app_context():
        assert list(db.session().scalars(select(OptOut.number))) == [CITIZEN]
    assert hub.sms("STOP") == ""  # Twilio answers that one itself


def test_a_stop_that_cannot_be_kept_is_not_confirmed(hub: Hub) -> None:
    hub.lose_database()
    answer = hub.post("sms", From=CITIZEN, To="+4552999999", Body="STOP")
    assert answer.status_code == 503
    assert b"Message" not in answer.content


def test_no_number_is_written_into_the_log(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    hub.publish(one())
    with caplog.at_level(logging.INFO, logger="hub"):
        hub.sms("INFO")
        hub.post("voice", From=CITIZEN)
    assert "answered" in caplog.text
    assert CITIZEN[3:] not in caplog.text
