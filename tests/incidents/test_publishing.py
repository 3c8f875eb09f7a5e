"""Publishing what is in force: what the public sees, also when a place refuses it."""

from __future__ import annotations

import json
import resource
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from hub import clock, journal
from hub.database import db
from hub.errors import Conflict
from hub.incidents import announcing, register, situation
from hub.incidents.publishing import publish_again, publish_due, publish_now
from hub.incidents.situation import read_situation
from hub.models import Announcement, Broadcast, HubInstance, JournalEntry, Version
from hub.settings import Settings
from hub.site import lanes
from hub.site.targets.file import FileTarget
from hub.site.targets.sent import Sent
from hub.sms import upkeep
from hub.text.situation import Standing
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
    assert not any("Nørreby" in p.read_text() for p in files if p.suffix not in (".xml", ".gz"))


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
    settings: Settings,
    tmp_path: Path,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    move: Callable[[timedelta], None],
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
    assert not publish_due(db.session())  # it is tried again alone
    assert publish_again() is None
    move(timedelta(seconds=1))
    blocked.unlink()
    blocked.mkdir()
    again = publish_again()
    assert again is not None
    assert (again.published, again.revision) == (targets[:1], report.revision)


def test_a_slow_place_holds_up_neither_the_live_mark_nor_the_first_sms(
    settings: Settings,
    incident: int,
    citizens: str,
    app: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from dataclasses import replace

    release = threading.Event()
    put = FileTarget.put

    def hang(self: FileTarget, files: Mapping[str, bytes], revision: int, **how: bool) -> Sent:
        if self.folder.name == "slow":
            release.wait(20)
        return put(self, files, revision, **how)

    monkeypatch.setattr(FileTarget, "put", hang)
    targets = (f"file:{tmp_path / 'slow'}", *settings.site_targets)
    monkeypatch.setitem(app.config, "HUB", replace(settings, site_targets=targets))
    prepared = live(incident, audience=citizens)
    try:
        report = publish_now(patience=1)
        assert report.under_way == targets[:1]
        assert state(prepared.announcement) == "live"
        assert upkeep.start_due() == [prepared.broadcast]
    finally:
        release.set()
        while lanes.busy_seconds(targets[0]):
            time.sleep(0.01)


def entries(kind: str) -> list[dict[str, object]]:
    db.session().rollback()
    query = select(JournalEntry.data).where(JournalEntry.kind == kind)
    return list(db.session().scalars(query.order_by(JournalEntry.number)))


def test_the_journal_records_what_the_public_sees_when_it_changes_and_no_heartbeat(
    incident: int, move: Callable[[timedelta], None]
) -> None:
    for _ in range(3):
        publish_now()
        move(timedelta(minutes=10))
    assert len(entries("site-published")) == 1
    live(incident)
    report = publish_now()
    publish_now()
    (_, change) = entries("site-published")
    assert (change["revision"], change["hash"]) == (report.revision, report.hash)
    publish_now(force=True, actor=CLEO)
    assert entries("site-published")[-1]["forced"]
    assert journal.verify(db.session()).holds


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


def test_only_what_changed_is_loaded_again_and_the_outcome_is_the_same(
    settings: Settings, incident: int
) -> None:
    live(incident)
    live(incident, key="water-boil/update", slots=UPDATE)
    publish_now()
    seen: list[str] = []

    def see(*args: object) -> None:
        if "composed" in str(args[2]):
            seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", see)
    try:
        read_situation(db.session(), settings)
        assert seen == []
        live(incident, key="water-boil/all-clear", slots=ALL_CLEAR)
        seen.clear()
        warm = read_situation(db.session(), settings)
        assert len(seen) == 1
    finally:
        event.remove(db.engine, "before_cursor_execute", see)
    situation._known.clear()
    assert read_situation(db.session(), settings) == warm
    assert [item.standing for item in warm.incidents[0].announcements] == [
        Standing.UPDATED,
        Standing.ENDED,
        Standing.OVER,
    ]


@pytest.mark.parametrize(
    "night",
    [datetime(2026, 3, 29, 0, 40, tzinfo=UTC), datetime(2026, 10, 25, 0, 40, tzinfo=UTC)],
)
def test_the_heartbeat_and_promises_are_kept_while_the_clocks_change(
    settings: Settings, app: Flask, night: datetime
) -> None:
    """From 20 minutes before the hour that is left out, or comes twice, until 20 minutes after: the page on the place is
    never older than it may be, nor late with a promise, looking once a minute as the worker does."""
    with clock.set_to(night) as move:
        session = db.session()
        session.execute(update(Version).values(review_due=night + timedelta(days=30)))
        session.commit()
        number = register.open_incident("water-boil", actor=CLEO).id
        live(number, slots={**UPDATE_FIRST, "next_update": "+25m"})
        promised = clock.now() + timedelta(minutes=25)
        publish_now()
        publishes = 0
        for _ in range(40):
            move(timedelta(minutes=1))
            if publish_due(db.session()):
                publish_now()
                publishes += 1
            status = json.loads(page(settings, "status.json"))
            read_at = datetime.fromisoformat(status["read_at"])
            age = clock.now() - read_at
            assert timedelta(0) <= age <= timedelta(minutes=10)
            assert datetime.fromisoformat(status["holds_until"]) > clock.now()
            if clock.now() >= promised:
                assert read_at >= promised - timedelta(minutes=2)
    assert 4 <= publishes <= 6
