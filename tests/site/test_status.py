"""`status.json`, on which other publishers and monitors rely."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hub.site.feeds import feed_files
from hub.site.rendering import render_site
from hub.site.status import status_json
from hub.text.situation import Situation, Standing
from tests.situations import NOON, announcement, ended, history, incident, one, quiet, situation


def status(value: Situation, revision: int = 5) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(status_json(value, revision))
    return found


def test_it_carries_schema_instance_revision_and_the_journals_head() -> None:
    found = status(one())
    assert (found["schema"], found["instance"], found["revision"]) == (1, 1, 5)
    assert found["journal"] == {"number": 7, "hash": "0" * 64}
    assert found["read_at"] == "2026-11-21T11:05:00+00:00"
    assert found["municipality"] == "Eksempel Kommune"


def test_it_tells_what_is_in_force_with_titles_and_hashes() -> None:
    item = announcement(until=NOON + timedelta(hours=2))
    (found,) = status(situation(incident(item)))["announcements"]
    assert found["standing"] == "in-force"
    assert found["until"] == "2026-11-21T13:05:00+00:00"
    assert found["texts"]["da"]["title"] == "Kog vandet i Rødekro"
    assert len(found["texts"]["da"]["hash"]) == 64


def test_a_texts_hash_changes_with_any_word_of_it() -> None:
    hashes = {
        status(situation(incident(announcement(place=place))))["announcements"][0]["texts"]["da"][
            "hash"
        ]
        for place in ("Rødekro", "Rødekrø")
    }
    assert len(hashes) == 2


def test_it_holds_until_shortly_after_the_next_promised_update() -> None:
    assert status(one())["holds_until"] == "2026-11-21T11:45:00+00:00"
    assert status(quiet())["holds_until"] == "2026-11-21T11:35:00+00:00"


def test_past_announcements_are_the_newest_twenty() -> None:
    found = status(history(30))["past"]
    assert [item["number"] for item in found] == list(range(30, 10, -1))


def test_an_exercise_has_a_status_of_its_own() -> None:
    drill = incident(announcement(2), number=2, exercise=True)
    over = announcement(1, standing=Standing.OVER, kind="end")
    site = render_site(situation(incident(ended(3), over), drill), 9)
    real, exercise = (json.loads(site[path]) for path in ("/status.json", "/ovelse/status.json"))
    assert [item["number"] for item in real["announcements"]] == [1]
    assert [item["number"] for item in exercise["announcements"]] == [2]
    assert (real["exercise"], exercise["exercise"]) == (False, True)


def documented() -> tuple[set[str], set[str]]:
    """The fields of the document and of an announcement, as `docs/feeds.md` lists them."""
    docs = (Path(__file__).parents[2] / "docs" / "feeds.md").read_text()
    section = docs.partition("## `status.json`, schema 1")[2]
    tables = section.partition("An announcement:")
    found = [
        {
            name
            for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
            for name in re.findall(r"`(\w+)`", row)
        }
        for table in (tables[0], tables[2])
    ]
    return found[0], found[1]


def test_its_fields_are_just_those_that_the_documentation_lists() -> None:
    fields, of_announcement = documented()
    found = status(history(2))
    assert set(found) == fields
    for item in (*found["announcements"], *found["past"]):
        assert set(item) == of_announcement
        for name in ("issued_at", "until", "next_update", "ended_at"):
            assert item[name] is None or datetime.fromisoformat(item[name]).tzinfo
        assert item["kind"] in ("first", "update", "end", "correction")
        assert item["severity"] in ("life", "severe", "notice")
        assert item["standing"] in ("in-force", "over", "updated", "ended", "corrected")


def test_it_leads_to_each_announcements_cap_file() -> None:
    files = feed_files(history(2))
    for item in (*status(history(2))["announcements"], *status(history(2))["past"]):
        assert f"/{item['cap']}" in files
