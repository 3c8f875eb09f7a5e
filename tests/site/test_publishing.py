"""Publishing to several targets: growing revisions, independence, and never back to an older page."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hub import clock
from hub.database import db, deciding
from hub.models import HubInstance, JournalEntry, Publication, TargetState
from hub.phone.texts import phone_files
from hub.site.hashing import site_hash
from hub.site.publishing import (
    NoEdition,
    Outcome,
    PublishError,
    PublishReport,
    publish,
    republish,
)
from hub.site.rendering import render_site
from hub.site.states import pause_after
from hub.site.targets.file import FileTarget
from hub.site.targets.sent import Sent
from tests.situations import NOON, history, one

Build = Callable[[int], Mapping[str, bytes]]


def files(instance: int = 1) -> Build:
    def build(revision: int) -> dict[str, bytes]:
        return {
            "/index.html": f"front {revision}".encode(),
            "/status.json": json.dumps({"instance": instance, "revision": revision}).encode(),
        }

    return build


def publish_to(*folders: Path, instance: int = 1, **options: Any) -> PublishReport:
    return publish(
        files(instance),
        read_at=options.pop("read_at", None) or clock.now(),
        instance=instance,
        targets=[f"file:{folder}" for folder in folders],
        **options,
    )


def shown(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "status.json").read_bytes())
    return found


def state(session: Session, folder: Path) -> TargetState:
    session.rollback()
    return session.get_one(TargetState, f"file:{folder}", populate_existing=True)


def test_a_publish_takes_a_growing_revision_and_writes_down_what_it_held(
    session: Session, tmp_path: Path
) -> None:
    with clock.set_to(NOON) as move:
        first = publish_to(tmp_path / "a")
        move(timedelta(minutes=10))
        second = publish_to(tmp_path / "a")
    assert (first.revision, second.revision) == (1, 2)
    assert second.published == (f"file:{tmp_path / 'a'}",)
    assert second.failed == ()
    assert shown(tmp_path / "a") == {"instance": 1, "revision": 2}
    rows = session.scalars(select(Publication).order_by(Publication.revision)).all()
    assert [(row.revision, row.at) for row in rows] == [
        (1, NOON),
        (2, NOON + timedelta(minutes=10)),
    ]
    assert rows[1].hash == second.hash == site_hash(files()(2))
    found = state(session, tmp_path / "a")
    assert (found.revision, found.ok, found.error) == (2, True, None)
    assert found.published_at == NOON + timedelta(minutes=10)


def test_the_targets_of_the_settings_are_the_default(app: Flask) -> None:
    report = publish(files(), read_at=clock.now(), instance=1)
    folder = app.config["HUB"].data_dir / "site"
    assert report.published == (f"file:{folder}",)
    assert shown(folder)["revision"] == report.revision


def test_a_target_that_fails_stops_no_other_and_says_what_to_do(
    session: Session, tmp_path: Path
) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "theirs").write_text("theirs")
    report = publish_to(tmp_path / "a", tmp_path / "b", tmp_path / "none" / "c")
    assert report.published == (f"file:{tmp_path / 'a'}",)
    assert [item.target for item in report.failed] == [
        f"file:{tmp_path / 'b'}",
        f"file:{tmp_path / 'none' / 'c'}",
    ]
    found = state(session, tmp_path / "b")
    assert not found.ok
    assert "Empty it or publish to another folder" in (found.error or "")
    assert found.published_at is None


def test_a_target_that_recovers_is_well_again(session: Session, tmp_path: Path) -> None:
    publish_to(tmp_path / "none" / "c")
    assert not state(session, tmp_path / "none" / "c").ok
    (tmp_path / "none").mkdir()
    publish_to(tmp_path / "none" / "c")
    found = state(session, tmp_path / "none" / "c")
    assert (found.ok, found.error, found.revision) == (True, None, 2)


def test_an_address_of_no_known_kind_is_a_failure_in_words(app: Flask) -> None:
    report = publish(files(), read_at=clock.now(), instance=1, targets=["gopher://x"])
    assert report.failed[0].outcome is Outcome.FAILED
    assert "allowed is file:<folder>" in (report.failed[0].error or "")


def test_a_hanging_target_delays_no_other(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    put = FileTarget.put

    def hang(self: FileTarget, files: Mapping[str, bytes], revision: int, **how: bool) -> Sent:
        if self.folder.name == "slow":
            release.wait(20)
        return put(self, files, revision, **how)

    monkeypatch.setattr(FileTarget, "put", hang)
    monkeypatch.setattr("hub.site.publishing.TARGET_SECONDS", 0.5)
    started = time.monotonic()
    report = publish_to(tmp_path / "slow", tmp_path / "a")
    release.set()
    assert time.monotonic() - started < 5
    assert report.published == (f"file:{tmp_path / 'a'}",)
    assert "has not answered" in (state(session, tmp_path / "slow").error or "")


def test_while_a_target_hangs_the_next_publish_reaches_the_others_and_then_it_gets_the_newest(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    put = FileTarget.put
    seen: list[int] = []

    def hang(self: FileTarget, files: Mapping[str, bytes], revision: int, **how: bool) -> Sent:
        if self.folder.name == "slow":
            seen.append(revision)
            release.wait(20)
        return put(self, files, revision, **how)

    monkeypatch.setattr(FileTarget, "put", hang)
    reports = [publish_to(tmp_path / "slow", tmp_path / "a", patience=0.2) for _ in range(4)]
    assert [report.published for report in reports] == [(f"file:{tmp_path / 'a'}",)] * 4
    assert {report.under_way for report in reports} == {(f"file:{tmp_path / 'slow'}",)}
    assert not any(report.failed for report in reports)
    assert shown(tmp_path / "a")["revision"] == 4
    release.set()
    deadline = time.monotonic() + 10
    while not (tmp_path / "slow").exists() or shown(tmp_path / "slow")["revision"] != 4:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert seen == [1, 4]


def test_a_failed_target_alone_is_tried_again_after_pauses_that_grow(
    session: Session, tmp_path: Path, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = f"file:{tmp_path / 'a'}", f"file:{tmp_path / 'none' / 'c'}"
    settings = replace(app.config["HUB"], site_targets=(good, bad))
    monkeypatch.setitem(app.config, "HUB", settings)
    with clock.set_to(NOON) as move:
        publish(files(), read_at=NOON, instance=1)
        assert republish() is None
        pauses = []
        for _ in range(4):
            found = state(session, tmp_path / "none" / "c")
            assert found.retry_at is not None
            pauses.append((found.retry_at - clock.now()).total_seconds())
            move(found.retry_at - clock.now())
            report = republish()
            assert report is not None
            assert [item.target for item in report.targets] == [bad]
        assert pauses == [1, 2, 4, 8]
        (tmp_path / "none").mkdir()
        move(timedelta(seconds=16))
        report = republish()
    assert report is not None
    assert report.published == (bad,)
    assert shown(tmp_path / "none" / "c")["revision"] == 1  # the same edition, not rendered again
    assert state(session, tmp_path / "none" / "c").failures == 0


def test_pauses_end_at_five_minutes() -> None:
    assert pause_after(9).total_seconds() == 256
    assert pause_after(10).total_seconds() == pause_after(10_000).total_seconds() == 300


def test_an_edition_that_is_old_or_overtaken_is_not_put_out_again(
    session: Session, tmp_path: Path, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = f"file:{tmp_path / 'none' / 'c'}"
    monkeypatch.setitem(app.config, "HUB", replace(app.config["HUB"], site_targets=(bad,)))
    with clock.set_to(NOON) as move:
        publish(files(), read_at=NOON, instance=1)
        move(timedelta(minutes=6))
        with pytest.raises(NoEdition) as missing:
            republish()
        assert missing.value.targets == (bad,)
        publish(files(), read_at=clock.now(), instance=1)
        set_revision(50)  # another process has published since
        move(timedelta(minutes=1))
        with pytest.raises(NoEdition):
            republish()


def test_the_journal_records_that_a_target_failed_and_recovered_once_each(
    session: Session, tmp_path: Path
) -> None:
    for _ in range(3):
        publish_to(tmp_path / "none" / "c")
    (tmp_path / "none").mkdir()
    for _ in range(2):
        publish_to(tmp_path / "none" / "c")
    session.rollback()
    kinds = session.scalars(select(JournalEntry.kind).order_by(JournalEntry.number)).all()
    assert kinds == ["target-failed", "target-recovered"]


def test_a_fault_of_the_program_in_one_target_is_that_targets_failure(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = FileTarget.put

    def break_one(self: FileTarget, files: Mapping[str, bytes], revision: int, **how: bool) -> Sent:
        if self.folder.name == "b":
            raise ZeroDivisionError("oops")
        return put(self, files, revision, **how)

    monkeypatch.setattr(FileTarget, "put", break_one)
    report = publish_to(tmp_path / "b", tmp_path / "a")
    assert report.published == (f"file:{tmp_path / 'a'}",)
    assert "ZeroDivisionError" in (report.failed[0].error or "")


def set_revision(number: int) -> None:
    with deciding() as session:
        session.get_one(HubInstance, 1).revision = number


def test_a_newer_page_of_another_copy_is_not_overwritten_without_force(
    session: Session, tmp_path: Path
) -> None:
    set_revision(50)
    publish_to(tmp_path / "a")
    set_revision(3)  # an older copy of the database, say on a laptop
    with deciding() as inside:
        inside.execute(text("DELETE FROM publications"))
    report = publish_to(tmp_path / "a")
    assert report.published == ()
    assert report.failed[0].outcome is Outcome.REFUSED
    assert "holds revision 51, newer than 4" in (report.failed[0].error or "")
    assert shown(tmp_path / "a")["revision"] == 51
    forced = publish_to(tmp_path / "a", force=True)
    assert forced.published == (f"file:{tmp_path / 'a'}",)
    assert shown(tmp_path / "a")["revision"] == 5
    assert state(session, tmp_path / "a").revision == 5


def test_a_higher_instance_is_never_overwritten_not_even_by_force(
    session: Session, tmp_path: Path
) -> None:
    publish_to(tmp_path / "a", instance=2)
    report = publish_to(tmp_path / "a", tmp_path / "b", instance=1, force=True)
    assert report.higher_instance == 2
    assert report.failed[0].outcome is Outcome.REFUSED
    assert "restored from a backup and has taken over" in (report.failed[0].error or "")
    assert shown(tmp_path / "a")["instance"] == 2


def test_a_restored_hub_takes_over_whatever_the_revision(app: Flask, tmp_path: Path) -> None:
    set_revision(50)
    publish_to(tmp_path / "a")
    set_revision(3)
    with deciding() as inside:
        inside.execute(text("DELETE FROM publications"))
    assert publish_to(tmp_path / "a", instance=2).failed == ()
    assert shown(tmp_path / "a") == {"instance": 2, "revision": 4}


@pytest.mark.parametrize("status", [b"", b"not json", b'{"revision": "9"}', b"[]"])
def test_a_status_that_nobody_understands_holds_nothing_up(
    app: Flask, tmp_path: Path, status: bytes
) -> None:
    publish_to(tmp_path / "a")
    (tmp_path / "a" / "status.json").write_bytes(status)
    assert publish_to(tmp_path / "a").failed == ()
    assert shown(tmp_path / "a")["revision"] == 2


def test_who_read_earlier_than_what_was_published_last_publishes_nothing(
    session: Session, tmp_path: Path
) -> None:
    with clock.set_to(NOON):
        publish_to(tmp_path / "a")
        late = publish_to(tmp_path / "a", read_at=NOON - timedelta(seconds=1))
    assert late.superseded
    assert (late.revision, late.targets) == (0, ())
    assert shown(tmp_path / "a")["revision"] == 1


def test_a_clock_that_was_set_back_does_not_stop_publishing(app: Flask, tmp_path: Path) -> None:
    with clock.set_to(NOON):
        publish_to(tmp_path / "a")
    with clock.set_to(NOON - timedelta(hours=1)):
        assert not publish_to(tmp_path / "a").superseded
    assert shown(tmp_path / "a")["revision"] == 2


def test_a_slower_publisher_finds_the_newer_page_and_leaves_it(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    """The slow one takes revision 1 and is overtaken by 2 before it writes."""
    other: list[PublishReport] = []

    def overtaken(revision: int) -> Mapping[str, bytes]:
        if not other:
            other.append(publish_to(tmp_path / "a"))
        return files()(revision)

    address = f"file:{tmp_path / 'a'}"
    slow = publish(overtaken, read_at=clock.now(), instance=1, targets=[address])
    assert (slow.revision, other[0].revision) == (1, 2)
    assert slow.targets[0].outcome is Outcome.ALREADY_NEWER
    assert slow.published == (address,)
    assert shown(tmp_path / "a")["revision"] == 2
    assert state(session, tmp_path / "a").revision == 2


def test_many_publishers_at_once_leave_the_highest_revision(app: Flask, tmp_path: Path) -> None:
    reports: list[PublishReport] = []

    def work() -> None:
        with app.app_context():
            for _ in range(5):
                reports.append(publish_to(tmp_path / "a", tmp_path / "b"))
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == 20
    assert not [item for report in reports for item in report.failed]
    revisions = [report.revision for report in reports if not report.superseded]
    assert len(set(revisions)) == len(revisions)
    for name in "ab":
        assert shown(tmp_path / name)["revision"] == max(revisions)


def test_a_database_that_cannot_be_written_is_an_error_in_words(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    publish_to(tmp_path / "a")
    session.execute(text("DROP TABLE publications"))
    session.commit()
    with pytest.raises(PublishError, match="Readers still have the last page"):
        publish_to(tmp_path / "a")
    assert shown(tmp_path / "a")["revision"] == 1


def test_the_hash_knows_each_path_and_byte() -> None:
    hashes = {
        site_hash(item)
        for item in ({"/a": b"bc"}, {"/ab": b"c"}, {"/a": b"b", "/c": b""}, {"/a": b"bd"}, {})
    }
    assert len(hashes) == 5
    assert site_hash({"/a": b"1", "/b": b"2"}) == site_hash({"/b": b"2", "/a": b"1"})


def test_a_whole_site_with_its_phone_texts_goes_out_and_again_at_little_cost(
    app: Flask, tmp_path: Path
) -> None:
    def run(minutes: int) -> PublishReport:
        now = replace(history(60), read_at=NOON + timedelta(minutes=minutes))
        return publish(
            lambda revision: {**render_site(now, revision), **phone_files(now)},
            read_at=now.read_at,
            instance=now.instance,
            targets=[f"file:{tmp_path / 'a'}"],
        )

    with clock.set_to(NOON):
        first = run(0)
    pages = tmp_path / "a.releases" / "pages"
    before = {item.name for item in pages.iterdir()}
    with clock.set_to(NOON + timedelta(minutes=10)):
        second = run(10)
    assert first.failed == second.failed == ()
    after = {item.name for item in pages.iterdir()}
    # the page of the one open incident in each language, and the phone texts: nothing of the sixty that are over
    assert 6 <= len(after - before) <= 20
    assert (second.targets[0].sent or Sent(999, 0)).files < 150
    assert shown(tmp_path / "a")["revision"] == 2


def test_a_small_site_is_published_within_a_second(app: Flask, tmp_path: Path) -> None:
    publish(
        lambda revision: render_site(one(), revision),
        read_at=NOON,
        instance=1,
        targets=[f"file:{tmp_path / 'a'}"],
    )
    report = publish_to(tmp_path / "a")
    assert report.targets[0].seconds < 1
