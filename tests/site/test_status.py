"""`status.json`, on which other publishers and monitors rely."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

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
