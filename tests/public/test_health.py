"""`/healthz`, for monitors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from hub import clock, schema
from hub.application import create_app
from hub.database import db
from hub.site.publishing import publish
from tests.conftest import make_settings
from tests.situations import NOON


@pytest.fixture
def upgraded(tmp_path: Path) -> Iterator[Flask]:
    """An application whose database the migrations made."""
    app = create_app(
        make_settings(
            tmp_path,
            HUB_SITE_TARGETS=f"file:{tmp_path / 'a'},file:{tmp_path / 'missing' / 'secret-name'}",
        )
    )
    with app.app_context():
        schema.upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def publish_at_noon(folder: Path, *, both: bool = False) -> None:
    if both:
        (folder / "missing").mkdir(exist_ok=True)
    with clock.set_to(NOON):
        publish(lambda revision: {"/index.html": b"x"}, read_at=NOON, instance=1)


def test_a_fresh_hub_says_that_nothing_is_published(upgraded: Flask) -> None:
    answer = upgraded.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"]
    assert answer.json["schema"] == "current"
    assert answer.json["last_publish"] is None
    assert "Nothing has been published yet: run `hub publish`." in answer.json["problems"]


def test_a_hub_that_just_published_everywhere_is_well(upgraded: Flask, tmp_path: Path) -> None:
    publish_at_noon(tmp_path, both=True)
    with clock.set_to(NOON + timedelta(minutes=9)):
        answer = upgraded.test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["ok"]
    assert answer.json["problems"] == []
    assert answer.json["last_publish_age_seconds"] == 540
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_that_outlived_itself_is_a_problem(upgraded: Flask, tmp_path: Path) -> None:
    publish_at_noon(tmp_path, both=True)
    with clock.set_to(NOON + timedelta(minutes=31)):
        answer = upgraded.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["problems"] == ["The page is too old: is the worker running?"]


def test_a_failing_target_is_a_problem_without_its_address(upgraded: Flask, tmp_path: Path) -> None:
    publish_at_noon(tmp_path)
    with clock.set_to(NOON):
        answer = upgraded.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert [item["ok"] for item in answer.json["targets"]] == [True, False]
    assert "secret-name" not in answer.text
    assert str(tmp_path) not in answer.text


def test_a_database_that_was_never_set_up_is_a_problem(tmp_path: Path) -> None:
    answer = create_app(make_settings(tmp_path)).test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["schema"] == "empty"
    assert "hub db upgrade" in answer.json["problems"][0]


def test_a_database_that_cannot_be_read_is_a_problem_without_its_address(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path))
    (tmp_path / "var" / "hub.sqlite3").write_bytes(b"this is no database" * 100)
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert not answer.json["database"]
    assert str(tmp_path) not in answer.text
