"""What the telephone robot reads aloud."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.phone.texts import LONGEST, phone_files
from hub.phone.words import WORDS
from hub.text.holding import holding
from hub.text.moments import render_moment
from hub.text.situation import Situation, Standing
from hub.text.speech import SPOKEN_LANGUAGES, findings, speak
from tests.situations import (
    NOON,
    announcement,
    ended,
    incident,
    one,
    quiet,
    situation,
    six,
    text,
)


def said(value: Situation, language: str = "da", folder: str = "") -> str:
    return phone_files(value)[f"{folder}/phone/{language}.txt"].decode()


def document(value: Situation, language: str = "da", folder: str = "") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(phone_files(value)[f"{folder}/phone/{language}.json"])
    return found


def test_it_starts_with_who_speaks_and_when_it_was_updated() -> None:
    assert said(one()).startswith(
        "Her er Eksempel Kommune. Dette er opdateret lørdag den enogtyvende november klokken tolv nul fem."
    )


def test_it_ends_with_the_next_update() -> None:
    assert said(one()).endswith(
        "Vi kommer med nyt senest lørdag den enogtyvende november klokken tolv tredive.\n"
    )


def test_the_quiet_text_says_that_there_is_nothing_and_when_that_is_too_old() -> None:
    spoken = said(quiet())
    assert "Der er ingen aktive beskeder fra kommunen lige nu." in spoken
    assert (
        "Hører du dette efter lørdag den enogtyvende november klokken tolv femogtredive, så er det for gammelt."
        in spoken
    )


@pytest.mark.parametrize("language", SPOKEN_LANGUAGES)
@pytest.mark.parametrize("build", [quiet, one, six])
def test_every_text_outlives_itself_in_words(build: type[Situation], language: str) -> None:
    spoken = said(replace(build(), languages=(language,)), language)
    assert speak(WORDS[language].then, language) in spoken
    limit = holding(build()).until
    assert speak(WORDS[language].too_old.format(time=render_moment(limit, language)), language) in (
        spoken
    )
    assert findings(spoken, language) == ()
    assert not re.search(r"\d", spoken)


def test_the_gravest_is_told_first_and_a_blank_line_parts_them() -> None:
    spoken = said(six())
    order = [
        spoken.index(f"Kog vandet i {place},")
        for place in ("Tinglev", "Løgumkloster", "Kliplev", "Bylderup-Bov", "Felsted", "Rødekro")
    ]
    assert order == sorted(order)
    assert "før du drikker det.\n\nHer er en besked" in spoken


def long_announcement(number: int, **changes: Any) -> Any:
    texts = {
        "da": text("da", f"Besked om sag {number}", phone=f"Sag {number}. " + "Kog vandet. " * 60)
    }
    return announcement(number, texts=texts, **changes)


def test_beyond_1500_characters_whole_announcements_give_way_to_their_titles() -> None:
    value = situation(
        incident(
            *(long_announcement(number) for number in range(1, 4)),
            long_announcement(9, severity="life"),
        )
    )
    spoken = said(value)
    assert len(spoken) <= LONGEST + 1
    assert spoken.count("Kog vandet.") == 60  # the gravest alone, in full
    assert "Sag 9." in spoken
    assert (
        "Der er også andre beskeder. Besked om sag tre. Besked om sag to. Besked om sag et."
        in spoken
    )
    assert "Læs dem på eksempel punkt d k." in spoken
    assert len(document(value)["parts"]) == 4


def test_the_gravest_is_told_in_full_however_long_it_is() -> None:
    texts = {"da": text("da", "Lang", phone="Kog vandet. " * 200)}
    assert said(situation(incident(announcement(texts=texts)))).count("Kog vandet.") == 200


def test_what_is_not_translated_is_named_and_not_read_in_another_language() -> None:
    spoken = said(situation(incident(announcement(languages=("da", "en")))), "de")
    assert (
        "die noch nicht auf Deutsch vorliegen. Wasser abkochen. Lesen Sie sie auf eksempel"
        in spoken
    )
    assert "Kog" not in spoken
    assert "keine aktiven Mitteilungen" not in spoken


def test_an_all_clear_is_told_although_nothing_is_in_force() -> None:
    over = announcement(2, standing=Standing.OVER, kind="end")
    value = situation(incident(ended(1), over))
    assert "Der er ingen aktive beskeder" in said(value)
    assert "Kog vandet i Rødekro" in said(value)
    found = document(value)
    assert found["quiet"]
    assert [item["over"] for item in found["parts"]] == [True]


def test_what_has_ended_is_not_told() -> None:
    assert "Kog vandet" not in said(situation(incident(ended(1), ended(2))))


def test_a_promise_that_was_not_kept_is_admitted() -> None:
    value = situation(incident(announcement(next_update=NOON - timedelta(minutes=20))))
    assert (
        "Vi skulle have givet nyt senest lørdag den enogtyvende november klokken elleve femogfyrre"
        in (said(value))
    )


def test_the_json_carries_text_times_and_parts_with_subjects() -> None:
    found = document(one())
    assert found["text"] == said(one()).strip()
    assert found["updated"] == "2026-11-21T11:05:00+00:00"
    assert found["valid_until"] == "2026-11-21T11:45:00+00:00"
    assert found["next_update"] == "2026-11-21T11:30:00+00:00"
    assert not found["quiet"]
    (part,) = found["parts"]
    assert (part["number"], part["subject"]) == (1, "Kog vandet i Rødekro.")
    assert part["text"].endswith("før du drikker det.")


def test_silence_holds_for_half_an_hour_at_most() -> None:
    assert document(quiet())["valid_until"] == "2026-11-21T11:35:00+00:00"


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        ({"next_update": NOON + timedelta(hours=2)}, 135),
        ({"next_update": NOON + timedelta(hours=2), "until": NOON + timedelta(hours=1)}, 75),
        ({"next_update": None, "until": None}, 60),
        ({"next_update": NOON - timedelta(minutes=1), "until": None}, 60),
        ({"next_update": None, "until": NOON + timedelta(days=5)}, 24 * 60),
    ],
)
def test_it_holds_until_shortly_after_what_was_promised_first(
    changes: dict[str, Any], minutes: int
) -> None:
    found = document(situation(incident(announcement(**changes))))
    assert found["valid_until"] == (NOON + timedelta(minutes=minutes)).isoformat()


def test_equal_text_has_an_equal_hash_and_another_text_another() -> None:
    first = document(one())
    again = document(replace(one(), instance=9, journal={"number": 99, "hash": "1" * 64}))
    later = document(replace(one(), read_at=NOON + timedelta(minutes=1)))
    assert first["hash"] == again["hash"] != later["hash"]
    assert first["parts"] == later["parts"]


def test_a_language_without_a_voice_has_no_file() -> None:
    paths = set(phone_files(replace(one(), languages=("da", "fr", "da-x-let"))))
    assert paths == {
        "/phone/da.txt",
        "/phone/da.json",
        "/ovelse/phone/da.txt",
        "/ovelse/phone/da.json",
    }


def test_an_exercise_is_told_only_in_its_own_place_and_says_so_first_and_last() -> None:
    drill = incident(announcement(2, place="Legeland"), number=2, exercise=True)
    value = situation(drill)
    assert "Legeland" not in said(value)
    assert "velse" not in said(value)
    spoken = said(value, folder="/ovelse")
    assert spoken.startswith("Øvelse. Dette er en øvelse. Du skal ikke gøre noget.")
    assert "Legeland" in spoken
    assert spoken.endswith("Dette var en øvelse.\n")
    assert document(value, folder="/ovelse")["exercise"]


def test_every_voice_has_words_here() -> None:
    assert set(WORDS) == set(SPOKEN_LANGUAGES)
