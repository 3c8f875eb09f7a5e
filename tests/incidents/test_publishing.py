"""Publishing what is in force: what the public sees, also when a place refuses it."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from hub.database import db
from hub.errors import Conflict
from hub.incidents import announcing, register
from hub.incidents.publishing import publish_due, publish_now
from hub.models import Announcement, Broadcast, HubInstance, JournalEntry
from hub.settings import Settings
from tests.incidents.conftest import ALL_CLEAR, CLEO, DAN, UPDATE, live, prepare


def page(settings: Settings, path: str = "index.html") -> str:
    return (settings.data_dir / "site" / path).read_text()


def state(number: int) -> str:
    db.session().rollback()
    return db.session().get_one(Announcement, number).state


def test_with_nothing_going_on_it_says_so_with_the_time(settings: Settings, app: Flask) -> None:
    assert publish_now().published
    assert "13.00" in page(settings)
    status = json.loads(page(settings, "status.json"))
    assert status["announcements"] == []


def test_what_is_only_prepared_is_nowhere(settings: Settings, incident: int) -> None:
    prepare(incident)
    publish_now()
    files = [p for p in (settings.data_dir / "site").rglob("*") if p.is_file()]
    assert files
    assert not any("Nørreby" in p.read_text() for p in files if p.suffix != ".xml")


def test_a_confirmed_one_is_live_once_a_place_holds_it(settings: Settings, incident: int) -> None:
    prepared = live(incident)
    assert state(prepared.announcement) == "confirmed"
    publish_now()
    assert state(prepared.announcement) == "live"
    assert "Kog vandet" in page(settings)
    assert "Boil the water" in page(settings, "en/index.html")
    assert "Nørreby" in page(settings, "phone/da.txt")


def test_update_and_all_clear_take_its_place(settings: Settings, incident: int) -> None:
    live(incident)
    live(incident, key="water-boil/update", slots=UPDATE)
    publish_now()
    assert "Kog stadig vandet" in page(settings)
    assert "før du drikker det. Det skal boble" in page(settings, f"i/{incident}/index.html")
    end = live(incident, key="water-boil/all-clear", slots=ALL_CLEAR)
    publish_now()
    status = json.loads(page(settings, "status.json"))
    standing = {item["number"]: item["standing"] for item in status["announcements"]}
    assert standing == {end.announcement: "over"}
    assert "Kog stadig vandet i Nørreby, før" not in page(settings)
    register.close_incident(incident, actor=CLEO)
    publish_now()
    assert "data-action" not in page(settings)


def test_an_exercise_never_shows_on_the_real_page(settings: Settings, app: Flask) -> None:
    number = register.open_incident("water-boil", actor=CLEO, exercise=True).id
    live(number)
    publish_now()
    assert "Nørreby" not in page(settings)
    assert "Nørreby" not in page(settings, "phone/da.txt")
    exercise = page(settings, "ovelse/index.html")
    assert "Nørreby" in exercise
    assert "ØVELSE" in exercise


def test_a_full_disk_leaves_the_last_site_and_says_what_to_do(
    settings: Settings, incident: int
) -> None:
    publish_now()
    before = page(settings)
    prepared = live(incident)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    database = settings.data_dir / "hub.sqlite3-wal"
    assert database.exists()
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    try:
        with pytest.raises(Exception, match=r"(?i)disk|full|I/O|large"):
            publish_now()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert page(settings) == before
    assert state(prepared.announcement) == "confirmed"
    report = publish_now()
    assert report.published
    assert page(settings) != before


def test_one_dead_place_does_not_hold_the_other(
    settings: Settings, tmp_path: Path, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    targets = (f"file:{blocked}/site", *settings.site_targets)
    monkeypatch.setitem(app.config, "HUB", replace(settings, site_targets=targets))
    number = register.open_incident("water-boil", actor=CLEO).id
    prepared = live(number)
    report = publish_now()
    assert report.published == settings.site_targets
    (failed,) = report.failed
    assert "blocked" in failed.target
    assert failed.error
    assert state(prepared.announcement) == "live"
    assert publish_due(db.session())


def test_a_newer_hub_on_the_place_stops_this_one(
    settings: Settings, incident: int, citizens: str
) -> None:
    publish_now()
    session = db.session()
    session.get_one(HubInstance, 1).number = 7
    session.commit()
    publish_now()
    session.get_one(HubInstance, 1).number = 1
    session.commit()
    live(incident, audience=citizens)
    before = page(settings)
    report = publish_now()
    assert not report.published
    assert report.higher_instance == 7
    assert page(settings) == before
    row = session.scalar(select(Broadcast).execution_options(populate_existing=True))
    assert row is not None
    assert row.state == "paused"
    assert "newer hub" in (row.reason or "")
    assert "newer-hub-found" in set(session.scalars(select(JournalEntry.kind)))


def test_it_is_due_again_before_a_promise_passes_and_as_a_heartbeat(
    incident: int, move: Callable[[timedelta], None]
) -> None:
    live(incident, slots={**UPDATE_FIRST, "next_update": "+5m"})
    publish_now()
    assert not publish_due(db.session())
    move(timedelta(minutes=4))
    assert publish_due(db.session())
    publish_now()
    assert not publish_due(db.session())
    move(timedelta(minutes=10))
    assert publish_due(db.session())


def test_what_somebody_changed_on_a_place_is_noticed(settings: Settings, app: Flask) -> None:
    publish_now()
    assert not publish_due(db.session())
    target = settings.data_dir / "site" / "index.html"
    target.unlink()
    target.write_text("not ours")
    assert publish_due(db.session())
    publish_now()
    assert "not ours" not in page(settings)


UPDATE_FIRST = {**UPDATE, "from": "+0m"}
UPDATE_FIRST.pop("whats_new")


def test_confirming_is_refused_in_a_closed_incident(incident: int) -> None:
    prepared = prepare(incident)
    announcing.discard(prepared.announcement, actor=CLEO)
    register.close_incident(incident, actor=CLEO)
    with pytest.raises(Conflict):
        announcing.confirm(prepared.announcement, actor=DAN)
    with pytest.raises(Conflict, match="closed"):
        prepare(incident)
