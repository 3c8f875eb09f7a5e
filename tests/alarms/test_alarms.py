"""What is wrong is found, told by mail and webhook, told again, and over when it is over; sending never waits for it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from hub import alarms, clock, tasks
from hub.alarms import telling
from hub.alarms.conditions import Alarm
from hub.alarms.telling import signature
from hub.alarms.words import TABLES, said
from hub.application import create_app
from hub.database import db, deciding
from hub.models import (
    Announcement,
    Broadcast,
    Delivery,
    GatewayState,
    HubInstance,
    TargetState,
)
from hub.settings import SettingsError, fresh_key
from hub.sms.dispatching import drain
from tests.conftest import make_settings, set_up_database
from tests.fakes.smtp_server import SmtpServer, running_smtp
from tests.sms.conftest import postgres_url
from tests.sms.making import make_announcement, make_broadcast, number

__all__ = ["postgres_url"]

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
SECRET = "the-receivers-secret"


class Hook:
    """A receiver of webhooks on loopback."""

    def __init__(self) -> None:
        self.status = 204
        self.calls: list[tuple[dict[str, str], bytes]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.calls.append((dict(self.headers), body))
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/alarms?to=duty"

    @property
    def alarms(self) -> list[dict[str, Any]]:
        return [item for _, body in self.calls for item in json.loads(body)["alarms"]]


@pytest.fixture
def hook() -> Iterator[Hook]:
    found = Hook()
    threading.Thread(target=found.server.serve_forever, daemon=True).start()
    yield found
    found.server.shutdown()


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with running_smtp() as server:
        yield server


@contextmanager
def hub(folder: Path, **environment: str) -> Iterator[Flask]:
    app = create_app(make_settings(folder, **environment))
    with app.app_context():
        set_up_database()
        yield app
        db.session.remove()
        db.engine.dispose()


def by_mail(smtp: SmtpServer) -> dict[str, str]:
    return {
        "HUB_SMTP_URL": f"smtp://127.0.0.1:{smtp.port}",
        "HUB_ALARM_MAIL": "vagt@town.example, drift@town.example",
    }


def by_hook(hook: Hook) -> dict[str, str]:
    return {"HUB_ALARM_WEBHOOK": hook.url, "HUB_ALARM_SECRET": SECRET}


def found() -> list[tuple[str, str]]:
    alarms.update()
    return [(item.kind.value, item.subject) for item in alarms.open_alarms(db.session())]


def break_gateway(broken: bool) -> None:
    with deciding() as session:
        until = clock.now() + timedelta(minutes=1) if broken else None
        session.merge(GatewayState(gateway="outbox", open_until=until, reason="no answer"))


def test_a_well_hub_has_no_alarm(app: Flask) -> None:
    assert found() == []


def test_every_kind_has_words_in_both_languages_that_say_what_to_do() -> None:
    for language in TABLES:
        assert set(TABLES[language]) == set(Alarm)
    values = dict.fromkeys(
        ("announcement", "broadcast", "queued", "reason", "gateway", "count", "number", "place",
         "error", "instance"), "7",
    )  # fmt: skip
    values |= {"due": NOON.isoformat(), "since": NOON.isoformat()}
    for kind in Alarm:
        what, do = said(kind, {**values, "exercise": True}, "da")
        assert what.startswith("ØVELSE. ")
        assert what.endswith(".")
        assert do
        assert "{" not in what + do
    assert "12.00" in said(Alarm.UPDATE_SOON, values, "da")[0]


def test_what_stands_still_is_found(app: Flask) -> None:
    with clock.set_to(NOON) as move:
        stalled = make_broadcast(3)
        with deciding() as session:
            session.execute(
                update(Broadcast).values(state="sending", started_at=NOON, waiting_at=NOON)
            )
        assert found() == []
        move(timedelta(minutes=3))
        assert found() == [("broadcast-stalled", str(stalled))]
        with deciding() as session:
            session.execute(
                update(Delivery).where(Delivery.number == number(0)).values(claimed_at=clock.now())
            )
        assert found() == []
        with deciding() as session:
            session.execute(update(Broadcast).values(state="paused", reason="wrong token"))
        assert found() == [("broadcast-paused", str(stalled))]


def test_unknowns_are_given_time_and_then_told(app: Flask) -> None:
    with clock.set_to(NOON) as move:
        broadcast = make_broadcast(2)
        with deciding() as session:
            session.execute(update(Delivery).values(state="unknown", doubt_since=NOON))
            session.execute(update(Broadcast).values(state="finished", finished_at=NOON))
        move(timedelta(minutes=4))
        assert found() == []
        move(timedelta(minutes=2))
        assert found() == [("unknown-ageing", str(broadcast))]


def test_a_promised_update_is_reminded_of_before_and_missed_after(app: Flask) -> None:
    with clock.set_to(NOON) as move:
        promised = make_announcement()
        with deciding() as session:
            session.execute(
                update(Announcement).values(state="live", next_update=NOON + timedelta(minutes=20))
            )
        assert found() == []
        move(timedelta(minutes=15))
        assert found() == [("update-soon", str(promised))]
        move(timedelta(minutes=5))
        assert found() == [("update-overdue", str(promised))]
        with deciding() as session:
            session.execute(update(Announcement).values(state="updated"))
        assert found() == []


def test_places_gateways_and_backups_are_watched(app: Flask) -> None:
    target = app.config["HUB"].site_targets[0]
    with clock.set_to(clock.now()) as move:
        break_gateway(True)
        with deciding() as session:
            session.merge(
                TargetState(
                    target=target, revision=1, ok=False, failed_at=clock.now(), error="full"
                )
            )
        assert found() == [("gateway-broken", "outbox")]
        break_gateway(False)
        move(timedelta(minutes=2))
        assert found() == [("target-failing", "1")]
        with deciding() as session:
            session.execute(update(TargetState).values(differs=True))
        assert found() == [("target-differs", "1")]
        with deciding() as session:
            session.execute(update(TargetState).values(ok=True, differs=False))
            session.execute(update(HubInstance).values(newer=2))
        move(timedelta(hours=37))
        assert found() == [("newer-hub", ""), ("backup-old", "")]


def test_it_is_told_once_again_each_half_hour_and_at_its_end(
    tmp_path: Path, smtp: SmtpServer, hook: Hook
) -> None:
    with hub(tmp_path, **by_mail(smtp), **by_hook(hook)), clock.set_to(clock.now()) as move:
        break_gateway(True)
        for _ in range(29):
            tasks.watch()
            move(timedelta(minutes=1))
        assert len(smtp.mails) == len(hook.calls) == 1
        move(timedelta(minutes=2))
        tasks.watch()
        assert len(smtp.mails) == len(hook.calls) == 2
        break_gateway(False)
        move(timedelta(minutes=1))
        tasks.watch()
        tasks.watch()
    mail = smtp.mails[0]
    assert mail["To"] == "vagt@town.example, drift@town.example"
    assert "outbox er sat til side" in mail["Subject"]
    assert "ring til udbyderen" in mail.get_content()
    assert smtp.mails[2]["Subject"].startswith("[Klarbesked] Slut: ")
    assert [item["state"] for item in hook.alarms] == ["open", "open", "over"]
    headers, body = hook.calls[0]
    stamp = headers["X-Klarbesked-Timestamp"]
    assert headers["X-Klarbesked-Signature"] == signature(SECRET, stamp, body)
    assert signature("another-secret-xxxx", stamp, body) != signature(SECRET, stamp, body)


def test_what_could_not_be_told_is_tried_again_and_one_channel_does_not_need_the_other(
    tmp_path: Path, smtp: SmtpServer, hook: Hook
) -> None:
    with hub(tmp_path, **by_mail(smtp), **by_hook(hook)), clock.set_to(clock.now()) as move:
        smtp.refuses, hook.status = True, 500
        break_gateway(True)
        tasks.watch()
        (alarm,) = alarms.open_alarms(db.session())
        assert alarm.told_at is None
        assert "mail" in (alarm.error or "")
        assert "webhook" in (alarm.error or "")
        hook.status = 204
        move(timedelta(minutes=1))
        tasks.watch()
        (alarm,) = alarms.open_alarms(db.session())
        assert alarm.told_at is not None
        assert "webhook" not in (alarm.error or "")


def test_a_mail_server_that_hangs_holds_nothing_up(
    tmp_path: Path, smtp: SmtpServer, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "LONGEST", 1.5)
    monkeypatch.setattr(telling, "SECONDS", 60.0)
    smtp.hangs = True
    with hub(tmp_path, **by_mail(smtp), **by_hook(hook)) as app:
        break_gateway(True)

        def watch() -> None:
            with app.app_context():
                tasks.watch()
                db.session.remove()

        watching = threading.Thread(target=watch)
        watching.start()
        while not smtp.connections:
            time.sleep(0.01)
        with deciding() as session:
            session.execute(update(GatewayState).values(open_until=None, reason=None))
        broadcast = make_broadcast(20)
        drain(seconds=20)
        assert db.session().get_one(Broadcast, broadcast).state == "finished"
        db.session.rollback()
        watching.join(20)
        assert not watching.is_alive()
        assert len(hook.calls) == 1
        with clock.set_to(clock.now() + timedelta(minutes=31)):
            break_gateway(True)
            started = time.monotonic()
            tasks.watch()
        assert smtp.connections == 1, "no second thread for a server that still hangs"
        assert time.monotonic() - started < 30


def test_the_figures_are_read_from_postgresql_too(tmp_path: Path, postgres_url: str) -> None:
    keys = {f"HUB_{name}_KEY": fresh_key() for name in ("SECRET", "NUMBER")}
    with hub(tmp_path, HUB_DATABASE_URL=postgres_url, **keys) as app:
        broadcast = make_broadcast(3)
        break_gateway(True)
        with deciding() as session:
            session.execute(
                update(Delivery).values(
                    state="unknown", doubt_since=clock.now() - timedelta(minutes=10)
                )
            )
            session.execute(update(Broadcast).values(state="paused", reason="wrong token"))
        assert found() == [
            ("broadcast-paused", str(broadcast)),
            ("gateway-broken", "outbox"),
            ("unknown-ageing", str(broadcast)),
        ]
        scraped = app.test_client().get("/metrics").text
        assert 'klarbesked_deliveries{state="unknown"} 3.0' in scraped
        assert 'klarbesked_alarms{kind="unknown-ageing"} 1.0' in scraped
        assert alarms.tell() == 0, "nobody is set to be told"


def test_half_a_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="HUB_SMTP_URL is not set"):
        make_settings(tmp_path, HUB_ALARM_MAIL="vagt@town.example")
    with pytest.raises(SettingsError, match="HUB_ALARM_SECRET is not set"):
        make_settings(tmp_path, HUB_ALARM_WEBHOOK="https://hook.town.example/x")
    with pytest.raises(SettingsError, match=r"HUB_SMTP_URL=\(not shown\)"):
        make_settings(tmp_path, HUB_SMTP_URL="mail.town.example:25")
