"""Atom feeds, and what partners put on their own pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.site.feeds import feed_files
from hub.site.feeds.words import WORDS
from hub.site.words import WORDS as SITE_WORDS
from hub.text.situation import Issuer, Situation, Standing
from tests.situations import (
    LANGUAGES,
    NOON,
    announcement,
    ended,
    history,
    incident,
    one,
    quiet,
    situation,
    six,
    text,
)

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def feed(value: Situation, path: str = "/feed.atom") -> ElementTree.Element:
    return ElementTree.fromstring(feed_files(value)[path])


def entries(value: Situation, path: str = "/feed.atom") -> list[dict[str, str]]:
    return [
        {
            **{child.tag.removeprefix(ATOM): child.text or "" for child in entry},
            "href": entry.find(f"{ATOM}link[@type='text/html']").attrib["href"],  # type: ignore[union-attr]
        }
        for entry in feed(value, path).findall(f"{ATOM}entry")
    ]


def moment(element: ElementTree.Element) -> datetime:
    return datetime.fromisoformat(element.findtext(f"{ATOM}updated", ""))


def test_every_language_has_a_feed_with_the_full_text_and_links_to_page_and_cap_file() -> None:
    files = feed_files(one())
    assert [path for path in files if path.endswith("/feed.atom") and "ovelse" not in path] == [
        "/feed.atom",
        "/da/feed.atom",
        "/en/feed.atom",
        "/de/feed.atom",
    ]
    found = feed(one(), "/en/feed.atom")
    assert found.attrib[XML_LANG] == "en"
    (entry,) = entries(one(), "/en/feed.atom")
    assert entry["title"] == "Boil the water in Rødekro"
    assert "Boil the water for 1 minute before you drink it." in entry["content"]
    assert entry["href"] == "https://eksempel.dk/en/i/1/#b1"
    links = {link.attrib["rel"]: link.attrib["href"] for link in found.findall(f"{ATOM}link")}
    assert links["self"] == "https://eksempel.dk/en/feed.atom"
    cap = found.find(f"{ATOM}entry/{ATOM}link[@type='application/cap+xml']")
    assert cap is not None
    assert cap.attrib["href"].removeprefix("https://eksempel.dk") in files
    assert found.findtext(f"{ATOM}author/{ATOM}name") == "Eksempel Kommune"


def test_the_default_languages_two_addresses_hold_the_same_and_name_the_shorter() -> None:
    files = feed_files(one())
    assert files["/feed.atom"] == files["/da/feed.atom"]
    assert files["/calendar.ics"] == files["/da/calendar.ics"]
    assert (
        b'rel="self" type="application/atom+xml" href="https://eksempel.dk/feed.atom"'
        in files["/feed.atom"]
    )


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        (Standing.UPDATED, "Gælder ikke længere: erstattet af besked 2 · Kog vandet"),
        (Standing.ENDED, "Gælder ikke længere: slut"),
        (Standing.CORRECTED, "Gælder ikke: rettet i besked 2 · Kog vandet"),
    ],
)
def test_updated_moves_when_an_announcement_is_replaced_ended_or_corrected(
    standing: Standing, says: str
) -> None:
    (before,) = entries(one())
    gone = ended(1, standing=standing, ended_at=NOON - timedelta(minutes=3))
    value = situation(incident(gone, announcement(2, closes=1, issued_at=NOON)))
    _, after = entries(value)
    assert after["id"] == before["id"]
    assert after["published"] == before["published"]
    assert (before["updated"], after["updated"]) == ("2026-11-21T10:30:00Z", "2026-11-21T11:02:00Z")
    assert after["title"].startswith(says)


def test_the_newest_change_comes_first_and_the_feed_is_as_new_as_that() -> None:
    items = [
        ended(1, ended_at=NOON - timedelta(minutes=1)),
        announcement(2, issued_at=NOON - timedelta(minutes=20)),
        announcement(3, issued_at=NOON - timedelta(minutes=10), confirmed_at=NOON),
    ]
    found = feed(situation(incident(*items)))
    updated = [moment(entry) for entry in found.findall(f"{ATOM}entry")]
    assert updated == sorted(updated, reverse=True)
    assert moment(found) == updated[0] == NOON


def test_it_holds_all_in_force_and_twenty_in_all() -> None:
    past = history(40).incidents[:-1]
    old = incident(
        *(announcement(number, issued_at=NOON - timedelta(days=9)) for number in range(100, 103)),
        number=100,
    )
    found = entries(situation(*past, old))
    assert len(found) == 23
    assert [entry["title"] for entry in found[20:]] == ["Kog vandet i Rødekro"] * 3


def test_time_alone_changes_nothing_but_the_line_that_says_how_old_it_is() -> None:
    later = replace(one(), read_at=NOON + timedelta(minutes=10))
    before, after = feed(one()), feed(later)
    assert before.findtext(f"{ATOM}subtitle") != after.findtext(f"{ATOM}subtitle")
    for found in (before, after):
        found.remove(found.find(f"{ATOM}subtitle"))  # type: ignore[arg-type]
    assert ElementTree.tostring(before) == ElementTree.tostring(after)


def test_an_empty_feed_is_whole_and_does_not_claim_to_be_new() -> None:
    assert feed(quiet()).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


def test_entries_keep_their_ids_when_the_site_moves() -> None:
    issuer = Issuer("Eksempel Kommune", "https://eksempel.dk")
    here = situation(incident(announcement(issuer=issuer)))
    there = replace(here, address="ny.dk", municipality="Ny Kommune")
    assert entries(here)[0]["id"] == entries(there)[0]["id"]


def test_a_missing_translation_says_so_in_the_feed() -> None:
    item = announcement(languages=("da", "en"))
    (entry,) = entries(situation(incident(item)), "/de/feed.atom")
    assert "Diese Mitteilung gibt es noch nicht auf Deutsch" in entry["content"]
    assert "Kog vandet" in entry["content"]


def test_exercises_have_feeds_of_their_own_and_nothing_on_a_partners_page() -> None:
    drill = incident(announcement(1, place="Legeland", issued_at=NOON), exercise=True)
    for path, content in feed_files(situation(drill)).items():
        if path.startswith("/ovelse/"):
            assert b"\xc3\x98VELSE" in content or path.endswith(".ics"), path
        else:
            assert b"Legeland" not in content, path
            assert b"VELSE" not in content, path
    assert "Aktive" not in feed_files(situation(drill))["/status.txt"].decode()
    assert not [path for path in feed_files(quiet()) if "ovelse" in path and "status" in path]


@settings(max_examples=30, deadline=None)
@given(title=st.text(max_size=60), html=st.text(max_size=100), name=st.text(max_size=30))
def test_no_words_break_a_feed_or_the_badge(title: str, html: str, name: str) -> None:
    words = f'{title} <b> & ]]> "quoted" 🌊 مياه \x0b'
    item = announcement(texts={"da": text("da", words, html=f"<p>{html}</p>")})
    files = feed_files(situation(incident(item), municipality=f"{name} <i>", languages=("da",)))
    for path, content in files.items():
        if path.endswith((".atom", ".xml", ".svg")):
            ElementTree.fromstring(content)
    entry = feed(situation(incident(item)), "/da/feed.atom").find(f"{ATOM}entry/{ATOM}title")
    assert entry is not None
    assert '<b> & ]]> "quoted" 🌊 مياه' in (entry.text or "")


def test_the_line_says_who_what_when_and_when_it_is_too_old() -> None:
    assert feed_files(six())["/status.txt"].decode() == (
        "Eksempel Kommune: Aktive beskeder: 6. Kog vandet i Tinglev. Opdateret lørdag den 21. november kl. 12.05. "
        "Er det senere end lørdag den 21. november kl. 12.45, er dette for gammelt: se eksempel.dk\n"
    )
    assert "No active messages. Updated Saturday" in feed_files(quiet())["/en/status.txt"].decode()


@pytest.mark.parametrize("language", sorted(WORDS))
def test_the_line_is_one_line_in_every_language(language: str) -> None:
    value = replace(six(), languages=(language,))
    line = feed_files(value)["/status.txt"].decode()
    assert line.count("\n") == 1
    assert "6" in line
    assert "12" in line
    assert "eksempel.dk" in line


def test_the_feeds_have_words_in_every_language_of_the_page() -> None:
    assert set(WORDS) == set(SITE_WORDS)


def texts(svg: bytes) -> list[str]:
    return [item.text or "" for item in ElementTree.fromstring(svg).iter() if item.text]


def test_the_badge_says_how_many_and_until_when_in_words() -> None:
    assert texts(feed_files(six())["/badge.svg"]) == [
        "Aktive beskeder: 6",
        "Eksempel Kommune",
        "Aktive beskeder: 6",
        "Opdateret lør. 21.11. kl. 12.05",
        "For gammel efter lør. 21.11. kl. 12.45",
    ]
    assert texts(feed_files(quiet())["/badge.svg"])[0] == "Ingen aktive beskeder"


@settings(max_examples=60, deadline=None)
@given(name=st.text(min_size=1, max_size=60), language=st.sampled_from(sorted(WORDS)))
def test_the_badge_never_weighs_more_than_400_bytes(name: str, language: str) -> None:
    value = situation(
        municipality=name,
        languages=(language,),
        read_at=datetime.fromisoformat("2026-10-25T01:15:00+00:00"),
    )
    content = feed_files(value)["/badge.svg"]
    assert len(content) <= 400
    assert len(texts(content)) >= 4


def test_nothing_of_a_situation_without_a_language() -> None:
    with pytest.raises(ValueError, match="language"):
        feed_files(situation(languages=()))


def test_every_path_has_a_content_type() -> None:
    from hub.site.kinds import content_type

    unknown = [path for path in feed_files(six(LANGUAGES)) if "octet" in content_type(path)]
    assert not unknown
