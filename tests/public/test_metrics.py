"""`/metrics`, `/readyz`, the log, and who is believed to ask: for those who watch the hub."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from hub import clock, logs, schema
from hub.application import create_app
from hub.database import db, deciding
from hub.models import Delivery, HubInstance, Lease
from tests.conftest import make_settings
from tests.sms.making import make_broadcast, number

TOKEN = "a-token-of-the-monitor"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(make_settings(tmp_path, HUB_METRICS_TOKEN=TOKEN))
    with app.app_context():
        schema.upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def scraped(app: Flask, **headers: str) -> dict[str, float]:
    answer = app.test_client().get("/metrics", headers=headers)
    assert answer.status_code == 200
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = "".join(f"{{{value}}}" for value in sample.labels.values())
            found[sample.name.removeprefix("klarbesked_") + labels] = sample.value
    return found


def test_the_figures_are_those_of_the_database(app: Flask) -> None:
    broadcast = make_broadcast(5)
    with deciding() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.number == number(1))
            .values(state="unknown", doubt_since=clock.now() - timedelta(minutes=10))
        )
        session.add(Lease(name="tick", holder="x", until=clock.now() + timedelta(seconds=20)))
        session.execute(update(HubInstance).values(backed_up_at=clock.now() - timedelta(hours=2)))
    found = scraped(app)
    assert found["up"] == 1
    assert found["broadcasts{waiting}"] == 1
    assert found["deliveries{queued}"] == 4
    assert found["deliveries{unknown}"] == 1
    assert 600 <= found["unknown_oldest_seconds"] < 660
    assert 29 <= found["tick_age_seconds"] < 60
    assert 7200 <= found["backup_age_seconds"] < 7300
    assert found["target_ok{1}"] == 0
    assert found["journal_entries"] > 0
    assert broadcast


def test_only_this_machine_or_the_token_may_ask(app: Flask) -> None:
    client = app.test_client()
    here = {"REMOTE_ADDR": "127.0.0.1"}
    away = {"REMOTE_ADDR": "192.0.2.7"}
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", environ_base=here).status_code == 200
    assert client.get("/metrics", environ_base=away).status_code == 403
    assert client.get("/metrics", environ_base=away, headers=bearer).status_code == 200
    wrong = {"Authorization": f"Bearer {TOKEN}x"}
    assert client.get("/metrics", environ_base=here, headers=wrong).status_code == 403
    handed_on = {"X-Forwarded-For": "192.0.2.7"}
    assert client.get("/metrics", environ_base=here, headers=handed_on).status_code == 403


def test_a_database_that_cannot_be_read_is_down_and_not_an_error(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path))
    (tmp_path / "var" / "hub.sqlite3").write_bytes(b"this is no database" * 100)
    assert scraped(app) == {"up": 0}
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503


def test_a_process_is_ready_with_its_database_schema_key_and_queue(
    app: Flask, tmp_path: Path
) -> None:
    assert app.test_client().get("/readyz").status_code == 200
    with deciding() as session:
        session.execute(update(HubInstance).values(number_key="0" * 32))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "HUB_NUMBER_KEY" in answer.text
    with deciding() as session:
        session.execute(update(HubInstance).values(number_key=None))
    app.config["HUB"] = make_settings(tmp_path, HUB_QUEUE_URL="redis://127.0.0.1:1/0")
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "queue" in answer.text


@pytest.mark.parametrize("count", [0, 1])
def test_a_proxy_is_believed_only_when_it_is_ours(tmp_path: Path, count: int) -> None:
    app = create_app(make_settings(tmp_path, HUB_TRUSTED_PROXIES=str(count)))
    app.add_url_rule(
        "/who", view_func=lambda: {"address": request.remote_addr, "scheme": request.scheme}
    )
    said = {"X-Forwarded-For": "203.0.113.9, 198.51.100.4", "X-Forwarded-Proto": "https"}
    answer = app.test_client().get("/who", headers=said, environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.json == (
        {"address": "198.51.100.4", "scheme": "https"}
        if count
        else {"address": "127.0.0.1", "scheme": "http"}
    )


@pytest.mark.parametrize("kind", ["text", "json"])
def test_no_log_line_shows_a_telephone_number(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    for handler in [item for item in root.handlers if isinstance(item, logs._Handler)]:
        root.removeHandler(handler)  # it writes to the standard error of another test
    logs.set_up(kind)
    log = logging.getLogger("hub.test")
    log.warning("to %s and %s, id 4711", "+4520112233", "20 11 22 44")
    try:
        raise ValueError("+45 20 11 22 55")
    except ValueError:
        log.exception("it failed")
    shown = capsys.readouterr().err
    assert "4711" in shown
    assert not re.search(r"20 ?11 ?22", shown)
    assert {"..33", "..44", "..55"} <= set(re.findall(r"\.\.\d\d", shown))
    if kind == "json":
        lines = [json.loads(line) for line in shown.splitlines()]
        assert [line["level"] for line in lines] == ["warning", "error"]
        assert lines[0]["logger"] == "hub.test"
        assert "ValueError" in lines[1]["error"]


@given(st.from_regex(r"(\+45 ?|0045)?([2-9][0-9]{7}|[2-9][0-9]( [0-9]{2}){3})", fullmatch=True))
def test_a_number_is_masked_however_it_is_written(phone: str) -> None:
    for around in ("to {}", "({})", "'{}'", "{}: no", "to={}, x"):
        kept = re.sub(r"\D", "", logs.masked(around.format(phone)))
        assert kept == phone[-2:]


def test_moments_and_hashes_stay_readable() -> None:
    for text in ("2026-11-21T12:00:00+00:00", "hash 9f2c66d1a0b7c8e4", "port 8000", "at 12.30"):
        assert logs.masked(text) == text
