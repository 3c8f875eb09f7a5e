"""Targets are read back: what somebody changed is noticed, and a publish mends it."""

from __future__ import annotations

import gzip
import shutil
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock
from hub.models import TargetState
from hub.site import lanes
from hub.site.publishing import publish
from hub.site.targets.file import FileTarget
from hub.site.watching import check_targets
from tests.site.test_publishing import files, publish_to
from tests.situations import NOON


def with_a_big_one(revision: int) -> dict[str, bytes]:
    """So big that it has a compressed copy."""
    return {**files()(revision), "/big.html": b"<p>big</p>" * 100}


@pytest.fixture
def folder(app: Flask) -> Path:
    publish(with_a_big_one, read_at=clock.now(), instance=1)
    found: Path = app.config["HUB"].data_dir / "site"
    return found


def test_an_untouched_target_is_as_published(folder: Path) -> None:
    assert check_targets() == ()


def test_a_target_that_never_held_anything_is_not_compared(app: Flask, tmp_path: Path) -> None:
    assert check_targets([f"file:{tmp_path / 'new'}"]) == ()


def edit(folder: Path) -> None:
    (folder / "index.html").write_bytes(b"forged")


def add(folder: Path) -> None:
    (folder / "forged.html").write_bytes(b"forged")


def remove(folder: Path) -> None:
    (folder / "index.html").unlink()


def remove_all(folder: Path) -> None:
    folder.unlink()


def empty(folder: Path) -> None:
    shutil.rmtree(folder.resolve())


def forge_copy(folder: Path) -> None:
    (folder / "big.html.gz").write_bytes(gzip.compress(b"forged"))


def break_copy(folder: Path) -> None:
    (folder / "big.html.gz").write_bytes(b"broken")


def add_copy(folder: Path) -> None:
    (folder / "forged.html.gz").write_bytes(gzip.compress(b"forged"))


@pytest.mark.parametrize(
    "harm", [edit, add, remove, remove_all, empty, forge_copy, break_copy, add_copy]
)
def test_what_somebody_changed_is_noticed_and_mended_by_the_next_publish(
    folder: Path, session: Session, harm: type[Path]
) -> None:
    harm(folder)
    (found,) = check_targets()
    assert "does not show what was published as revision 1" in found.error
    session.rollback()
    assert not session.get_one(TargetState, found.target, populate_existing=True).ok
    assert publish(with_a_big_one, read_at=clock.now(), instance=1).failed == ()
    assert check_targets() == ()
    session.rollback()
    assert session.get_one(TargetState, found.target, populate_existing=True).ok


def test_a_newer_hub_on_a_target_is_noticed(app: Flask, tmp_path: Path) -> None:
    address = f"file:{tmp_path / 'a'}"
    publish_to(tmp_path / "a")
    publish_to(tmp_path / "a", instance=3)
    (found,) = check_targets([address])
    assert found.higher_instance == 3


def test_a_target_that_cannot_be_read_is_a_difference(app: Flask, tmp_path: Path) -> None:
    (found,) = check_targets([f"file:{tmp_path / 'missing' / 'a'}"])
    assert "Is its disk mounted?" in found.error


def test_a_target_that_failed_is_left_to_its_own_retries(folder: Path, session: Session) -> None:
    edit(folder)
    assert len(check_targets()) == 1
    assert check_targets() == ()
    session.rollback()
    state = session.scalars(select(TargetState)).one()
    assert (state.ok, state.differs, state.failures) == (False, True, 1)


def test_a_removed_copy_is_no_difference(folder: Path) -> None:
    (folder / "big.html.gz").unlink()
    assert check_targets() == ()


def test_once_an_hour_a_look_is_thorough(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep: list[bool] = []
    real = FileTarget.read_hash

    def seen(self: FileTarget, *, thorough: bool = True) -> str | None:
        deep.append(thorough)
        return real(self, thorough=thorough)

    monkeypatch.setattr(FileTarget, "read_hash", seen)
    with clock.set_to(NOON) as move:
        publish(files(), read_at=clock.now(), instance=1)
        for _ in range(62):
            assert check_targets() == ()
            move(timedelta(minutes=1))
    assert deep == [True, *[False] * 59, True, False]


def test_a_target_that_hangs_is_a_difference_and_keeps_no_other_waiting(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_to(tmp_path / "slow", tmp_path / "a")
    addresses = (f"file:{tmp_path / 'slow'}", f"file:{tmp_path / 'a'}")
    check_targets(addresses)  # the first look of all, a thorough one
    release = threading.Event()
    real = FileTarget.read_hash

    def hang(self: FileTarget, *, thorough: bool = True) -> str | None:
        if self.folder.name == "slow":
            release.wait(20)
        return real(self, thorough=thorough)

    monkeypatch.setattr(FileTarget, "read_hash", hang)
    monkeypatch.setattr("hub.site.watching.LOOK_SECONDS", 0.3)
    edit(tmp_path / "a")
    started = time.monotonic()
    found = {item.target: item.error for item in check_targets(addresses)}
    release.set()
    assert time.monotonic() - started < 5
    assert "has not answered" in found[addresses[0]]
    assert "does not show what was published" in found[addresses[1]]
    while lanes.busy_seconds(f"look {addresses[0]}"):
        time.sleep(0.01)


def test_a_target_that_is_being_written_here_is_not_looked_at(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_to(tmp_path / "a")
    release = threading.Event()
    real = FileTarget.put

    def slow(self: FileTarget, *args: object, **how: object) -> object:
        release.wait(20)
        return real(self, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(FileTarget, "put", slow)
    address = f"file:{tmp_path / 'a'}"
    assert publish_to(tmp_path / "a", patience=0.1).under_way == (address,)
    edit(tmp_path / "a")
    assert check_targets([address]) == ()
    monkeypatch.setattr("hub.site.watching.LONGEST_SECONDS", 0.05)
    (found,) = check_targets([address])
    assert "has not answered" in found.error
    release.set()
    while lanes.busy_seconds(address):
        time.sleep(0.01)
