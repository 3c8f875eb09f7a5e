"""The phone text for machines that take markup: SSML 1.1 and TwiML."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.twiml.voice_response import Pause, Say, VoiceResponse

from hub.phone.markup import SSML, TWILIO_VOICES, pieces, ssml, twiml
from hub.phone.texts import phone_files
from hub.text.speech import SPOKEN_LANGUAGES, speak
from tests.situations import announcement, incident, one, situation, text

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
S = f"{{{SSML}}}"


def heard(document: bytes) -> str:
    """The words of a document, whatever its markup."""
    return " ".join(" ".join(ElementTree.fromstring(document).itertext()).split())


@pytest.mark.parametrize("language", SPOKEN_LANGUAGES)
def test_all_forms_say_the_same_words(language: str) -> None:
    words = text("da", phone="Kog vandet.\n\nRing på 70 20 30 40, eller læs på eksempel.dk.")
    parts = (announcement(number, texts={language: words}) for number in (1, 2))
    files = phone_files(replace(situation(incident(*parts)), languages=(language,)))
    for path in [f"/phone/{language}", *(f"/phone/{language}/{number}" for number in (1, 2))]:
        plain = " ".join(files[f"{path}.txt"].decode().split())
        assert heard(files[f"{path}.ssml"]) == plain
        assert heard(files[f"{path}.twiml.xml"]) == plain


def test_ssml_has_paragraphs_of_sentences_with_breaks_between() -> None:
    root = ElementTree.fromstring(phone_files(one())["/phone/da.ssml"])
    assert (root.tag, root.get("version"), root.get(XML_LANG)) == (f"{S}speak", "1.1", "da-DK")
    assert "lørdag" in phone_files(one())["/phone/da.ssml"].decode()
    children = [child.tag.removeprefix(S) for child in root]
    assert children == ["p", "break"] * (len(children) // 2) + ["p"]
    first = root.find(f"{S}p")
    assert first is not None
    assert [sentence.text for sentence in first] == [
        "Her er Eksempel Kommune.",
        "Dette er opdateret lørdag den enogtyvende november klokken tolv nul fem.",
    ]


def test_twiml_is_what_twilios_own_library_makes() -> None:
    text = phone_files(one())["/phone/da.txt"].decode()
    response = VoiceResponse()
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            response.append(Pause(length=1))
        response.append(Say(paragraph, language="da-DK", voice="Polly.Naja"))
    assert phone_files(one())["/phone/da.twiml.xml"].decode() == f"{response}\n"


def test_every_language_is_said_by_a_voice_that_speaks_it() -> None:
    assert set(TWILIO_VOICES) == set(SPOKEN_LANGUAGES)
    document = twiml("Говорить громада.", "uk")
    assert document is not None
    say = ElementTree.fromstring(document).find("Say")
    assert say is not None
    assert say.attrib == {"language": "uk-UA", "voice": "Google.uk-UA-Standard-A"}
    assert twiml("Bonjour.", "fr") is None


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("abcæøåЖغ. ?-,"), max_size=3000))
def test_no_piece_is_longer_than_twilio_says_in_one_breath_and_no_word_is_lost(text: str) -> None:
    found = list(pieces(text))
    assert " ".join(found).split() == text.split()
    for piece in found:
        if " " in piece:
            assert len(piece.encode()) <= 3000
            assert len(quote(piece)) <= 4500


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400), st.sampled_from(SPOKEN_LANGUAGES))
def test_whatever_is_spoken_becomes_well_formed_markup(text: str, language: str) -> None:
    spoken = speak(text, language)
    document = twiml(spoken, language)
    assert document is not None
    assert heard(ssml(spoken, language)).split() == heard(document).split() == spoken.split()
