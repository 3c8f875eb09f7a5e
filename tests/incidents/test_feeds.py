"""Feeds of real incidents: what the database freezes, so that a message between machines never changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask

from hub.incidents import publishing, register
from hub.incidents.publishing import publish_now
from hub.settings import Settings, SettingsError
from hub.site import feeds
from tests.conftest import make_settings
from tests.incidents.conftest import ALL_CLEAR, CLEO, UPDATE, live
from tests.site.cap_rules import CAP, problems


def cap_files(settings: Settings, folder: str = "cap") -> dict[str, bytes]:
    """What stands on the target, as if this were another process."""
    feeds._kept.clear()
    report = publish_now()
    assert report.published, report
    place = Path(settings.data_dir / "site" / folder)
    return {f"/cap/{path.name}": path.read_bytes() for path in sorted(place.glob("*.xml"))}


def values(content: bytes, name: str) -> list[str]:
    return [item.text or "" for item in ElementTree.fromstring(content).iter(f"{CAP}{name}")]


def test_an_incident_from_first_message_to_all_clear_is_valid_cap(
    settings: Settings, incident: int, move: Callable[[timedelta], None]
) -> None:
    live(incident)
    move(timedelta(hours=1))
    live(incident, key="water-boil/update", slots=UPDATE)
    before = cap_files(settings)
    move(timedelta(hours=1))
    live(incident, key="water-boil/all-clear", slots=ALL_CLEAR)
    found = cap_files(settings)
    assert problems(found) == []
    assert [values(content, "msgType")[0] for content in found.values()] == [
        "Alert",
        "Update",
        "Cancel",
    ]
    assert {path: found[path] for path in before} == before
    first = next(iter(found.values()))
    assert values(first, "areaDesc")[0] == "Nørreby"
    assert values(first, "contact")[0] == "+4570203040"
    assert values(first, "onset")[0] == "2026-11-21T13:00:00+01:00"
    assert values(first, "category")[0] == "Health"


def test_settings_that_change_later_change_no_message_that_went_out(
    settings: Settings, app: Flask, incident: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(incident)
    before = cap_files(settings)
    changed = replace(
        settings,
        municipality="Ny Kommune",
        site_url="https://ny.example",
        municipality_code="0580",
        languages=("en", "da"),
    )
    monkeypatch.setitem(app.config, "HUB", changed)
    assert cap_files(settings) == before
    second = register.open_incident("water-boil", actor=CLEO).id
    live(second)
    (new,) = [content for path, content in cap_files(settings).items() if path not in before]
    assert values(new, "sender") == ["ny.example"]
    assert "0580" in values(new, "value")


def test_an_exercise_is_one_for_machines_too(settings: Settings, app: Flask) -> None:
    live(register.open_incident("water-boil", actor=CLEO, exercise=True).id)
    (content,) = cap_files(settings, "ovelse/cap").values()
    assert values(content, "status") == ["Exercise"]
    assert values(content, "instruction")[0].startswith("ØVELSE. Du skal ikke gøre noget.\n")
    assert cap_files(settings) == {}


def test_a_fault_in_the_feeds_keeps_no_page_from_people(
    settings: Settings,
    incident: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(situation: object) -> dict[str, bytes]:
        raise RuntimeError("no feed today")

    monkeypatch.setattr(publishing, "feed_files", broken)
    live(incident)
    assert publish_now().published
    assert "Kog vandet" in (settings.data_dir / "site" / "index.html").read_text()
    assert "the feeds could not be made" in caplog.text


def test_a_municipality_code_has_four_digits(tmp_path: Path) -> None:
    assert make_settings(tmp_path, HUB_MUNICIPALITY_CODE="0580").municipality_code == "0580"
    with pytest.raises(SettingsError, match="HUB_MUNICIPALITY_CODE='580' cannot be used"):
        make_settings(tmp_path, HUB_MUNICIPALITY_CODE="580")
