"""The short forms: for a switchboard's queue, and written for an SMS."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.phone.brief import SHORT_SECONDS, first_action
from hub.phone.composing import phone_text
from hub.phone.texts import phone_files
from hub.text.segments import Encoding, count, encoding_of
from hub.text.situation import Situation, Standing
from hub.text.speech import findings, spoken_seconds
from hub.text.types import ComposedText
from tests.situations import announcement, ended, incident, one, quiet, situation, six, text


def short(value: Situation, language: str = "da") -> str:
    return phone_text(value, language).whole.short


def written(value: Situation, language: str = "da") -> str:
    return phone_text(value, language).whole.written


def test_the_queue_hears_who_when_what_to_do_and_where_to_learn_more() -> None:
    assert short(one()) == (
        "Her er Eksempel Kommune klokken tolv nul fem. Kog vandet i Rødekro. "
        "Kog vandet i et minut, før du drikker det. Læs mere på eksempel punkt d k."
    )


def test_several_messages_are_said_to_be_several() -> None:
    assert "Kog vandet i Tinglev." in short(six())
    assert "Der er også andre beskeder." in short(six())
    assert "andre beskeder" not in short(one())


def test_silence_and_an_all_clear_are_told_shortly_too() -> None:
    assert "Der er ingen aktive beskeder fra kommunen lige nu." in short(quiet())
    over = announcement(2, standing=Standing.OVER, kind="end", texts={"da": text("da", "Slut nu")})
    assert "lige nu. Slut nu." in short(situation(incident(ended(1), over)))


def test_what_has_no_words_in_the_language_is_not_passed_over() -> None:
    value = situation(incident(announcement(languages=("da",))))
    assert "important message" in short(value, "en")
    assert "no active" not in short(value, "en") + written(value, "en")


def test_an_exercise_says_so_in_its_short_forms() -> None:
    value = situation(incident(announcement(), number=1, exercise=True))
    drill = phone_text(value, "da", exercise=True).whole
    assert drill.short.startswith("Dette er en øvelse.")
    assert "velse" not in short(value) + written(value)


@pytest.mark.parametrize(
    ("html", "actions", "title", "expected"),
    [
        ('<li data-action="a">Kom nu. Tag tøj på.</li>', ("a",), "", "Kom nu."),
        ('<li data-action="a">Et.</li><li data-action="b">To.</li>', ("b",), "", "To."),
        ('<li data-action="a">Et.</li><li data-action="b">To.</li>', (), "", "Et."),
        ('<li data-action="a">Kom nu.</li><li data-action="b">To.</li>', (), "Kom nu hjem", "To."),
        (
            '<li data-action="a">Ring <a href="tel:1"><bdi>70 20</bdi></a>.</li>',
            (),
            "",
            "Ring 70 20.",
        ),
        (
            '<li data-action="a">Vent til kl. 12 i dag &amp; læs.</li>',
            (),
            "",
            "Vent til kl. 12 i dag & læs.",
        ),
        ("<p>Intet.</p>", (), "", ""),
    ],
)
def test_the_first_thing_to_do_comes_from_the_approved_page(
    html: str, actions: tuple[str, ...], title: str, expected: str
) -> None:
    value = ComposedText("da", title, "", html, "", {"phone": actions})
    assert first_action(value) == expected


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(min_size=1, max_size=120),
    title=st.text(min_size=1, max_size=200),
    page=st.text("abcdefghij./-", min_size=3, max_size=80),
    language=st.sampled_from(["da", "en", "de"]),
)
def test_whatever_the_words_the_short_forms_fit(
    name: str, title: str, page: str, language: str
) -> None:
    texts = {language: text(language, title)}
    value = replace(
        situation(incident(announcement(1, texts=texts), announcement(2, texts=texts))),
        municipality=name,
        address=page,
        languages=(language,),
    )
    spoken = short(value, language)
    assert spoken_seconds(spoken, language) <= SHORT_SECONDS
    assert len(spoken) <= 600
    assert findings(spoken, language) == ()


def test_the_only_message_is_answered_with_its_own_sms() -> None:
    assert written(one()) == "Eksempel Kommune: Kog vandet i Rødekro"


def test_a_personal_blank_is_never_sent_to_who_asks() -> None:
    texts = {"da": replace(text("da"), sms="Din tid {time} er aflyst.")}
    reply = written(situation(incident(announcement(texts=texts))))
    assert reply == "Eksempel Kommune kl. 12.05: Kog vandet i Rødekro. Mere: eksempel.dk."


def test_several_messages_are_listed_by_title_the_gravest_first_in_three_parts() -> None:
    reply = written(six())
    assert reply.startswith(
        "Eksempel Kommune kl. 12.05: 6 beskeder gælder nu. Kog vandet i Tinglev."
    )
    assert reply.endswith("Mere: eksempel.dk.")
    assert encoding_of(reply) is Encoding.GSM7
    assert count(reply).segments <= 3


@pytest.mark.parametrize("language", ["da", "en", "de", "uk", "ar", "pl", "ro"])
@pytest.mark.parametrize("length", [10, 200])
def test_a_written_reply_never_needs_more_than_three_parts(language: str, length: int) -> None:
    texts = {language: text("da", "Ж" * length)}
    reply = written(
        situation(
            *(incident(announcement(number, texts=texts), number=number) for number in range(1, 9))
        ),
        language,
    )
    assert count(reply).segments <= 3
    assert "eksempel.dk" in reply


def test_the_short_forms_stand_in_every_json() -> None:
    files = phone_files(one())
    for path in ("/phone/da.json", "/phone/da/1.json"):
        found: dict[str, Any] = json.loads(files[path])
        assert found["short"].startswith("Her er Eksempel Kommune klokken tolv nul fem.")
        assert found["written"] == "Eksempel Kommune: Kog vandet i Rødekro"
