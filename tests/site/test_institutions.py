"""Pages of institutions and areas: what they say, what they must never claim, and what they weigh."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import timedelta
from string import Formatter

import pytest

from hub.site import tree
from hub.site.place_words import PLACE_WORDS, PlaceWords, place_words
from hub.site.rendering import render_site
from hub.site.words import WORDS
from hub.text.situation import PublicAnnouncement, PublicPlace, Situation, Standing
from tests.site.shipped import shipped
from tests.site.test_rendering import ALL_LANGUAGES, Page
from tests.situations import LANGUAGES, NOON, announcement, ended, incident, situation

SINCE = NOON - timedelta(days=60)
NBS = PublicPlace("s", "noerreby-skole", "Nørreby Skole", SINCE, areas=("Nørreby",))
SBS = PublicPlace("s", "soenderby-skole", "Sønderby Skole", SINCE, areas=("Sønderby",))
NORTH = PublicPlace("a", "noerreby", "Nørreby", SINCE)
SOUTH = PublicPlace("a", "soenderby", "Sønderby", SINCE)
PLACES = (NORTH, SOUTH, NBS, SBS)


def in_north(number: int = 1, **changes: object) -> PublicAnnouncement:
    return replace(announcement(number, place="Nørreby", **changes), areas=("Nørreby",))


def town(*items: PublicAnnouncement, exercise: bool = False, **changes: object) -> Situation:
    values = {"places": PLACES, **changes}
    return situation(*([incident(*items, exercise=exercise)] if items else []), **values)


def later(found: Situation, **changes: object) -> Situation:
    return replace(found, read_at=found.read_at + timedelta(minutes=10), **changes)  # type: ignore[arg-type]


def text(site: dict[str, bytes], path: str) -> str:
    return Page(site[path]).text


def links(site: dict[str, bytes], path: str) -> list[str | None]:
    return [item.get("href") for item in Page(site[path]).all("a")]


def test_a_concerned_place_shows_its_messages_in_full_with_age_and_promise() -> None:
    site = render_site(town(in_north(7)), 1)
    for path in ("/s/noerreby-skole/index.html", "/a/noerreby/index.html"):
        page, front = Page(site[path]), Page(site["/index.html"])
        assert "Vandet i Nørreby kan gøre dig syg." in page.text
        assert [item["id"] for item in page.all("article")] == ["b7"]
        for said in ("Siden er opdateret lørdag den 21. november kl. 12.05.", "kl. 12.45"):
            assert said in page.text
            assert said in front.text
        assert page.inline["script"] == front.inline["script"]
        assert 'http-equiv="Content-Security-Policy"' in site[path].decode()
        assert "../../" in links(site, path)
    assert Page(site["/en/s/noerreby-skole/index.html"]).text.count("can make you ill") == 1


def test_what_concerns_others_is_not_there() -> None:
    other = replace(announcement(8, place="Sønderby"), areas=("Sønderby",))
    past = replace(ended(9, place="Nørreby"), areas=("Nørreby",))
    site = render_site(town(in_north(7), other, past), 1)
    page = Page(site["/s/noerreby-skole/index.html"])
    assert [item["id"] for item in page.all("article")] == ["b7"]
    assert "Sønderby" not in page.text


def test_the_promise_is_the_one_of_what_is_shown() -> None:
    """Somebody else's message that is about to be too old does not make this page too old."""
    other = replace(announcement(8, next_update=NOON + timedelta(minutes=1)), areas=("Sønderby",))
    mine = in_north(7, next_update=NOON + timedelta(hours=3))
    site = render_site(town(mine, other), 1)
    assert "kl. 15.20" in text(site, "/s/noerreby-skole/index.html")
    assert "kl. 12.21" in text(site, "/index.html")


def test_a_quiet_place_claims_no_freshness_and_leads_to_the_front_page() -> None:
    site = render_site(town(in_north()), 1)
    page = Page(site["/s/soenderby-skole/index.html"])
    assert (
        "Ingen besked til Sønderby Skole siden tirsdag den 22. september 2026 kl. 13.05."
        in page.text
    )
    assert "Denne side ændres kun, når der kommer en." in page.text
    assert "opdateret lørdag" not in page.text
    assert "12.05" not in page.text
    assert "script" not in page.inline
    assert page.all("article") == []
    assert "../../" in links(site, "/s/soenderby-skole/index.html")
    assert "../../" in links(site, "/en/s/soenderby-skole/index.html")


def test_after_a_message_a_quiet_place_says_since_when() -> None:
    past = replace(ended(1, ended_at=NOON - timedelta(hours=1)), areas=("Nørreby",))
    site = render_site(town(past), 1)
    assert "Ingen besked til Nørreby Skole siden lørdag den 21. november 2026 kl. 11.05." in text(
        site, "/s/noerreby-skole/index.html"
    )


def test_an_all_clear_stays_until_its_incident_is_closed() -> None:
    past = replace(ended(1, replaced_by=2), areas=("Nørreby",))
    over = announcement(2, standing=Standing.OVER, kind="end", closes=1, next_update=None)
    site = render_site(town(past, over), 1)
    assert [a["id"] for a in Page(site["/s/noerreby-skole/index.html"]).all("article")] == ["b2"]


def test_a_quiet_page_is_byte_for_byte_the_same_at_each_heartbeat() -> None:
    """Two hundred institutions in seven languages cannot be written to a store every ten minutes."""
    first = town(in_north())
    site, again = render_site(first, 1), render_site(later(first), 2)
    quiet = [path for path in site if re.search(r"/[sa]/soenderby(-skole)?/", path)]
    assert len(quiet) == 2 * (len(LANGUAGES) + 1)
    assert all(site[path] == again[path] for path in quiet)
    fresh = [path for path in site if re.search(r"/[sa]/noerreby(-skole)?/", path)]
    assert len(fresh) == 2 * (len(LANGUAGES) + 1)
    assert all(site[path] != again[path] for path in fresh)
    called_off = render_site(later(first, incidents=()), 3)
    assert all(called_off[path] != again[path] for path in fresh)
    assert all(called_off[path] == again[path] for path in quiet)


def test_a_quiet_page_is_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = town(in_north())
    rendered: list[str] = []
    render_site(found, 1)
    monkeypatch.setattr(
        "hub.site.institutions._quiet_page", lambda tree, page, item: rendered.append("x") or b""
    )
    render_site(later(found), 2)
    assert rendered == []
    render_site(later(found, municipality="Anden Kommune"), 3)
    assert rendered


def test_a_page_that_nobody_needs_any_more_is_forgotten() -> None:
    render_site(town(), 1)
    render_site(situation(), 2)
    assert not any("/s/" in path or "/a/" in path for path in tree._kept_together)


def test_the_list_has_a_line_for_each_place_concerned_and_folds_the_others() -> None:
    site = render_site(town(in_north(7)), 1)
    page = Page(site["/s/index.html"])
    assert "Nørreby Skole: Kog vandet i Nørreby" in page.text
    assert "Alle andre (1)" in page.text
    assert "Siden er opdateret lørdag den 21. november kl. 12.05." in page.text
    hrefs = links(site, "/s/index.html")
    assert hrefs.index("noerreby-skole/") < hrefs.index("soenderby-skole/")
    assert len(page.all("details")) == 1
    assert "Nørreby: Boil the water in Nørreby" in text(site, "/en/a/index.html")
    quiet = text(render_site(town(), 2), "/s/index.html")
    assert "Ingen af dem har en besked lige nu." in quiet
    assert "Alle andre (2)" in quiet


def test_every_link_leads_to_a_page() -> None:
    old = replace(NBS, old_slugs=("nbs",))
    gone = replace(SBS, removed=True)
    site = render_site(
        town(in_north(), places=(NORTH, SOUTH, old, gone), languages=ALL_LANGUAGES), 1
    )
    for path in [path for path in site if re.search(r"/[sa]/.*html$", path)]:
        for href in links(site, path):
            assert href is not None
            if href.startswith("tel:"):
                continue
            folder = path.rpartition("/")[0]
            parts = f"{folder}/{href}".split("/")
            found: list[str] = []
            for part in parts:
                if part == "..":
                    found.pop()
                elif part not in ("", "."):
                    found.append(part)
            target = "/" + "".join(f"{part}/" for part in found) + "index.html"
            assert target in site, (path, href)


def test_the_front_page_leads_to_the_lists_that_there_are() -> None:
    assert {"s/", "a/"} <= set(links(render_site(town(), 1), "/index.html"))
    assert {"s/", "a/"} <= set(links(render_site(town(), 1), "/en/index.html"))
    assert "a/" not in links(render_site(town(places=(NBS,)), 1), "/index.html")
    site = render_site(situation(), 1)
    assert "s/" not in links(site, "/index.html")
    assert not any(path.startswith(("/s/", "/a/", "/da/s/")) for path in site)
    assert not {"s/", "a/"} & set(links(render_site(town(), 1), "/404.html"))


def test_an_old_address_and_one_of_a_removed_place_lead_on() -> None:
    site = render_site(
        town(places=(replace(NBS, old_slugs=("nbs",)), replace(SBS, removed=True))), 1
    )
    assert b'content="0;url=../noerreby-skole/"' in site["/s/nbs/index.html"]
    assert b'content="0;url=../noerreby-skole/"' in site["/en/s/nbs/index.html"]
    assert b'content="0;url=../../"' in site["/s/soenderby-skole/index.html"]
    assert "Sønderby Skole" not in text(site, "/s/index.html")


def test_an_exercise_shows_places_in_its_own_tree_only() -> None:
    played = incident(in_north(1), number=1, exercise=True)
    site = render_site(situation(played, places=PLACES), 1)
    page = Page(site["/ovelse/s/noerreby-skole/index.html"])
    assert [item["id"] for item in page.all("article")] == ["b1"]
    assert "ØVELSE" in page.text
    assert "/ovelse/s/soenderby-skole/index.html" not in site
    assert "ØVELSE" not in text(site, "/s/noerreby-skole/index.html")
    assert "Ingen besked til Nørreby Skole" in text(site, "/s/noerreby-skole/index.html")
    assert "Alle andre" not in text(site, "/ovelse/s/index.html")


@pytest.mark.parametrize("language", ALL_LANGUAGES)
def test_every_page_of_a_place_is_whole_in_every_language(language: str) -> None:
    site = render_site(town(in_north(), languages=(language,)), 1)
    for path in ("/s/", "/a/", "/s/noerreby-skole/", "/s/soenderby-skole/", "/a/noerreby/"):
        page = Page(site[f"{path}index.html"])
        assert len(page.all("h1")) == 1
        assert (
            page.all("html")[0]["lang"] == WORDS.get(language.partition("-")[0], WORDS["en"]).code
        )
        assert "{" not in page.text


@pytest.mark.parametrize("code", PLACE_WORDS)
def test_every_word_is_there_with_its_fields(code: str) -> None:
    for field in fields(PlaceWords):
        words = getattr(PLACE_WORDS[code], field.name)
        wanted = [part[1] for part in Formatter().parse(getattr(PLACE_WORDS["da"], field.name))]
        assert words.strip()
        assert [part[1] for part in Formatter().parse(words) if part[1]] == [n for n in wanted if n]


def test_every_language_of_the_site_has_the_words_of_its_places() -> None:
    assert set(PLACE_WORDS) == set(WORDS)
    assert place_words("da-x-let") is PLACE_WORDS["da"]
    assert place_words("fr") is PLACE_WORDS["en"]


def test_a_name_cannot_break_out_of_its_page() -> None:
    name = '<script>alert(1)</script>" onclick="x'
    bad = PublicPlace("s", "x", name, SINCE, areas=("Nørreby",))
    for found in (town(places=(bad,)), town(in_north(), places=(bad,))):
        for path, content in render_site(found, 1).items():
            assert b"<script>alert" not in content, path


def weight(content: bytes) -> int:
    return len(gzip.compress(content, 9))


@pytest.mark.parametrize("key", ["water-boil/during", "school-pickup/during"])
@pytest.mark.parametrize("languages", [("da",), LANGUAGES])
def test_a_page_with_one_message_weighs_at_most_2_2_kb(key: str, languages: Sequence[str]) -> None:
    item = replace(shipped(key, languages=languages), schools=("Nørreby Skole",))
    site = render_site(town(item, languages=tuple(languages)), 1)
    found = {path: weight(site[path]) for path in site if "/s/noerreby-skole/" in path}
    assert len(found) == len(languages) + 1
    assert max(found.values()) <= 2_200, found
    assert weight(site["/s/soenderby-skole/index.html"]) <= 1_100
