"""What the telephone robot reads aloud."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.phone.answer_words import ANSWER_WORDS
from hub.phone.composing import phone_text
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
    assert speak(WORDS[language].then.format(radio="DR P4"), language) in spoken
    limit = holding(build()).until
    assert speak(WORDS[language].too_old.format(time=render_moment(limit, language)), language) in (
        spoken
    )
    assert findings(spoken, language) == ()
    assert not re.search(r"\d", spoken)


@pytest.mark.parametrize("language", SPOKEN_LANGUAGES)
def test_every_word_of_ours_can_be_said(language: str) -> None:
    texts = {language: text("da", "Kog vandet i Rødekro")}
    value = situation(
        incident(
            ended(1),
            announcement(2, texts=texts, next_update=NOON - timedelta(minutes=5)),
            announcement(3, languages=()),
        ),
        languages=(language,),
    )
    for drill in (False, True):
        kept = replace(value, incidents=tuple(replace(i, exercise=drill) for i in value.incidents))
        spoken = phone_text(kept, language, exercise=drill)
        texts_said = [spoken.whole, *(part.alone for part in spoken.parts)]
        for item in texts_said:
            for said_text in (item.text, item.short, item.outlived):
                assert findings(said_text, language) == ()
                assert not re.search(r"[\d{}]", said_text)
    words = ANSWER_WORDS[language]
    for pattern in (words.press, words.again, words.part, words.unknown):
        menu = speak(pattern.format(digit=2, title="Kog vandet", radio="DR P4"), language)
        assert findings(menu, language) == ()


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
        "da": text("da", f"Besked om sag {number}", phone=f"Sag {number}. " + "Kog vandet. " * 45)
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
    assert spoken.count("Kog vandet.") == 45  # the gravest alone, in full
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


def test_the_hash_is_of_what_is_said_and_not_of_its_age() -> None:
    first = document(one())
    again = document(replace(one(), instance=9, journal={"number": 99, "hash": "1" * 64}))
    later = document(replace(one(), read_at=NOON + timedelta(minutes=1)))
    assert first == again
    assert first["hash"] == later["hash"]
    assert first["text"] != later["text"]
    assert first["parts"] == later["parts"]


@pytest.mark.parametrize(
    "other",
    [
        quiet(),
        situation(incident(announcement(place="Felsted"))),
        situation(incident(announcement(next_update=NOON + timedelta(minutes=26)))),
        situation(incident(announcement(next_update=NOON - timedelta(minutes=26)))),
        situation(incident(announcement(), announcement(2, place="Felsted"))),
        situation(incident(announcement(standing=Standing.OVER))),
    ],
)
def test_another_message_or_promise_has_another_hash(other: Situation) -> None:
    assert document(other)["hash"] != document(one())["hash"]


def test_the_quiet_text_keeps_its_hash_from_one_publish_to_the_next() -> None:
    later = replace(quiet(), read_at=NOON + timedelta(minutes=10))
    assert document(quiet())["hash"] == document(later)["hash"]


def test_a_promise_that_comes_due_changes_the_hash() -> None:
    late = replace(one(), read_at=NOON + timedelta(minutes=25))
    assert document(one())["hash"] != document(late)["hash"]


def test_each_announcement_can_be_heard_alone() -> None:
    value = situation(
        incident(
            announcement(1, severity="life", areas=("Rødekro", "Søndergade, Engvej")),
            announcement(2, place="Felsted", next_update=NOON + timedelta(hours=2)),
        )
    )
    alone = phone_files(value)["/phone/da/2.txt"].decode()
    assert alone.startswith("Her er Eksempel Kommune. Dette er opdateret lørdag")
    assert "Kog vandet i Felsted" in alone
    assert "Rødekro" not in alone
    assert alone.endswith(
        "Vi kommer med nyt senest lørdag den enogtyvende november klokken fjorten nul fem.\n"
    )
    found = json.loads(phone_files(value)["/phone/da/2.json"])
    assert (found["subject"], found["place"], found["number"]) == (
        "Kog vandet i Felsted.",
        None,
        2,
    )
    assert found["text"] == alone.strip()
    assert found["valid_until"] == document(value)["valid_until"]
    first, second = document(value)["parts"]
    assert list(first)[:2] == ["subject", "place"]
    assert first["place"] == "Rødekro, Søndergade, Engvej."
    for part in (first, second):
        assert part["text"] in json.loads(phone_files(value)[f"/phone/{part['address']}"])["text"]


def test_an_announcement_that_is_over_says_so_for_a_day_and_tells_what_took_its_place() -> None:
    value = situation(incident(ended(1, place="Kliplev"), announcement(2, place="Felsted")))
    text = phone_files(value)["/phone/da/1.txt"].decode()
    assert "Besked nummer en gælder ikke mere." in text
    assert "Kog vandet i Felsted" in text
    assert "Kliplev" not in text
    found = json.loads(phone_files(value)["/phone/da/1.json"])
    assert found["over"]
    assert [part["number"] for part in document(value)["parts"]] == [2]
    old = situation(incident(ended(1, ended_at=NOON - timedelta(hours=25)), announcement(2)))
    assert "/phone/da/1.txt" not in phone_files(old)


def test_what_is_said_of_a_text_past_its_time_tells_its_age_and_what_applied_then() -> None:
    outlived = document(one())["outlived"]
    assert outlived.startswith(
        "Vi har ikke hørt nyt fra Eksempel Kommune siden lørdag den enogtyvende november "
        "klokken tolv nul fem."
    )
    assert "Da gjaldt dette. Kog vandet i Rødekro. Måske gælder det stadig." in outlived
    assert outlived.endswith("Ring igen, eller hør radioen på D R P fire.")
    assert "gjaldt" not in document(quiet())["outlived"]


def test_the_station_is_the_municipalitys_own() -> None:
    value = replace(one(), radio="Radio Als")
    assert "hør radioen på Radio Als." in said(value)


def test_a_language_without_a_voice_has_no_file() -> None:
    paths = set(phone_files(replace(quiet(), languages=("da", "fr", "da-x-let"))))
    assert paths == {
        f"{folder}/phone/da.{form}"
        for folder in ("", "/ovelse")
        for form in ("txt", "json", "ssml", "twiml.xml")
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
    assert set(WORDS) == set(ANSWER_WORDS) == set(SPOKEN_LANGUAGES)
