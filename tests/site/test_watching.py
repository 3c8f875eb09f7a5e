"""Targets are read back: what somebody changed is noticed, and a publish mends it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hub import clock
from hub.models import TargetState
from hub.site.publishing import publish
from hub.site.watching import check_targets
from tests.site.test_publishing import files, publish_to


@pytest.fixture
def folder(app: Flask) -> Path:
    publish(files(), read_at=clock.now(), instance=1)
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


@pytest.mark.parametrize("harm", [edit, add, remove, remove_all, empty])
def test_what_somebody_changed_is_noticed_and_mended_by_the_next_publish(
    folder: Path, session: Session, harm: type[Path]
) -> None:
    harm(folder)
    (found,) = check_targets()
    assert "does not show what was published as revision 1" in found.error
    session.rollback()
    assert not session.get_one(TargetState, found.target, populate_existing=True).ok
    assert publish(files(), read_at=clock.now(), instance=1).failed == ()
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
