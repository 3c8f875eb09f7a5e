"""The static site: what it says, what it must never say, and what it weighs."""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.site.feeds import feed_files
from hub.site.rendering import render_site
from hub.site.words import WORDS, SiteWords
from hub.text.situation import Situation, Standing
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

ALL_LANGUAGES = ("da", "en", "de", "uk", "ar", "pl", "ro", "fr", "da-x-let")


def mixed() -> Situation:
    """Something of everything, also an exercise and languages that some texts lack."""
    over = announcement(3, standing=Standing.OVER, kind="end", closes=1, next_update=None)
    return situation(
        incident(ended(1), over, number=1),
        incident(
            ended(4, standing=Standing.UPDATED, replaced_by=5),
            announcement(5, kind="update", closes=4, update_no=2, severity="life"),
            number=2,
        ),
        incident(
            ended(6, standing=Standing.CORRECTED, replaced_by=7),
            announcement(7, kind="correction", closes=6, languages=("da", "en")),
            number=3,
        ),
        incident(ended(8), ended(9, kind="end", closes=8), number=4, closed_at=NOON),
        incident(announcement(10), number=5, exercise=True),
        incident(ended(11), number=6, exercise=True, closed_at=NOON),
        languages=ALL_LANGUAGES,
    )


class Page(HTMLParser):
    """The few things that the tests ask of a page."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.inline: dict[str, str] = {}
        self._in = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in = tag

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in in ("style", "script"):
            self.inline[self._in] = data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page(site: dict[str, bytes], path: str = "/index.html") -> Page:
    return Page(site[path])


def html_pages(site: dict[str, bytes]) -> Iterator[tuple[str, Page]]:
    for path, content in site.items():
        if path.endswith(".html"):
            yield path, Page(content)


def test_all_announcements_in_force_stand_in_full_gravest_first() -> None:
    found = page(render_site(six(), 1))
    assert [item["id"] for item in found.all("article")] == ["b6", "b2", "b4", "b3", "b5", "b1"]
    assert [item["class"] for item in found.all("article")] == ["life"] * 2 + ["severe"] * 2 + [
        "notice"
    ] * 2
    for place in ("Rødekro", "Løgumkloster", "Bylderup-Bov", "Kliplev", "Felsted", "Tinglev"):
        assert f"Vandet i {place} kan gøre dig syg." in found.text


def test_each_announcement_says_severity_end_next_update_number_version_and_issue_time() -> None:
    item = announcement(
        12, update_no=2, kind="update", closes=11, until=NOON + timedelta(hours=3), severity="life"
    )
    said = page(render_site(situation(incident(item)), 1)).text
    assert "Livsfare" in said
    assert "Gælder til lørdag den 21. november kl. 15.05." in said
    assert (
        "Vi skriver igen senest lørdag den 21. november kl. 12.30, også hvis der ikke er nyt."
        in said
    )
    assert (
        "Besked 12 · opdatering 2 · erstatter besked 11 · "
        "udsendt lørdag den 21. november 2026 kl. 11.30 · v3" in said
    )


def test_without_an_end_it_applies_until_it_is_called_off() -> None:
    said = page(render_site(one(), 1), "/en/index.html").text
    assert "Applies until we write that it is over." in said


def test_an_end_that_has_passed_is_no_all_clear() -> None:
    item = announcement(until=NOON - timedelta(minutes=1))
    said = page(render_site(situation(incident(item)), 1)).text
    assert "det gælder stadig" in said
    assert "Gælder til" not in said


def test_a_promise_that_was_not_kept_is_shown_as_late() -> None:
    item = announcement(next_update=NOON - timedelta(minutes=10))
    said = page(render_site(situation(incident(item)), 1)).text
    assert "Vi skulle have skrevet igen senest lørdag den 21. november kl. 11.55." in said
    assert "Vi skriver igen senest" not in said


def test_the_page_says_when_it_was_updated_and_how_to_see_that_it_is_old() -> None:
    found = page(render_site(one(), 1))
    assert "Siden er opdateret lørdag den 21. november kl. 12.05." in found.text
    assert (
        "Er det senere end kl. 12.45, er den for gammel. Prøv igen, eller hør DR P4." in found.text
    )
    banner = next(item for item in found.all("p") if item.get("id") == "s")
    assert "hidden" in banner
    assert datetime.fromtimestamp(int(banner["data-t"] or 0) / 1000, UTC) == NOON + timedelta(
        minutes=40
    )


def test_near_midnight_the_test_for_age_names_the_day() -> None:
    late = datetime(2026, 11, 21, 22, 50, tzinfo=UTC)
    said = page(render_site(replace(quiet(), read_at=late), 1)).text
    assert "Siden er opdateret lørdag den 21. november kl. 23.50." in said
    assert "Er det senere end søndag den 22. november kl. 0.20" in said


def test_in_the_hour_that_comes_twice_the_page_says_which_one() -> None:
    at = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    assert "kl. 2.15 (vintertid)" in page(render_site(replace(quiet(), read_at=at), 1)).text


def test_times_are_absolute_and_machine_readable_in_copenhagen_time() -> None:
    found = page(render_site(one(), 1))
    moments = {item["datetime"] for item in found.all("time")}
    assert {"2026-11-21T12:05+01:00", "2026-11-21T12:30+01:00"} <= moments


def test_nothing_going_on_is_said_with_the_time_and_until_when_it_holds() -> None:
    for language, words in (
        ("da", "Der var ingen aktive beskeder lørdag den 21. november kl. 12.05."),
        ("en", "There were no active messages Saturday 21 November at 12:05."),
        ("de", "Es gab keine aktiven Mitteilungen: Samstag, 21. November, 12.05 Uhr."),
    ):
        found = page(render_site(quiet(), 1), f"/{language}/index.html")
        assert words in found.text
        assert {"2026-11-21T12:05+01:00", "2026-11-21T12:35+01:00"} == {
            item["datetime"] for item in found.all("time")
        }
        assert not found.all("article")


def test_an_all_clear_is_shown_as_over_beside_no_active_announcements() -> None:
    over = announcement(2, standing=Standing.OVER, kind="end", closes=1)
    found = page(render_site(situation(incident(ended(1), over)), 1))
    assert "Der var ingen aktive beskeder lørdag den 21. november kl. 12.05." in found.text
    assert [item["class"] for item in found.all("article")] == ["over"]
    assert "Slut" in found.text
    assert "afslutter besked 1" in found.text
    assert "Vi skriver igen" not in found.text


def test_what_has_ended_is_listed_newest_first_with_its_end_and_at_most_twenty() -> None:
    site = render_site(history(25), 1)
    links = [link["href"] for link in page(site).all("a") if "#b" in (link["href"] or "")]
    assert links == [f"i/{number}/#b{number}" for number in range(25, 5, -1)]
    assert page(site).text.count("Gælder ikke længere: slut ") == 20
    assert "Gælder ikke længere: slut mandag den 2. november 2026 kl. 10.05" in page(site).text


def test_an_incident_page_tells_what_became_of_each_announcement() -> None:
    site = render_site(mixed(), 1)
    said = page(site, "/i/2/index.html").text
    assert said.index("Gælder nu · Livsfare") < said.index("erstattet af besked 5")
    assert "Gælder ikke: rettet i besked 7" in page(site, "/i/3/index.html").text
    closed = page(site, "/i/4/index.html")
    assert "Slut lørdag den 21. november 2026 kl. 12.05." in closed.text
    assert "Siden er opdateret" not in closed.text
    assert not closed.all("script")


def test_a_missing_translation_shows_danish_and_english_and_says_so() -> None:
    site = render_site(
        situation(incident(announcement(languages=("da", "en"))), languages=LANGUAGES), 1
    )
    found = page(site, "/de/index.html")
    assert "Diese Mitteilung gibt es noch nicht auf Deutsch. Hier ist sie auf: Dansk, English." in (
        found.text
    )
    assert [(item["lang"], item["dir"]) for item in found.all("div")] == [
        ("da", "ltr"),
        ("en", "ltr"),
    ]
    assert "Kog vandet i Rødekro" in found.text
    assert "Boil the water in Rødekro" in found.text


def test_what_exists_only_in_another_language_is_still_shown() -> None:
    site = render_site(situation(incident(announcement(languages=("de",)))), 1)
    assert "Wasser in Rødekro abkochen" in page(site, "/en/index.html").text


def test_arabic_runs_right_to_left_and_danish_inside_it_left_to_right() -> None:
    shown = announcement(languages=("da", "en", "ar"))
    untranslated = announcement(2, languages=("da", "en"))
    site = render_site(situation(incident(shown, untranslated), languages=("da", "ar")), 1)
    found = page(site, "/ar/index.html")
    assert found.all("html") == [{"lang": "ar", "dir": "rtl"}]
    assert {item["dir"] for item in found.all("div")} == {"ltr"}


def test_language_links_are_in_their_own_names_and_lead_to_the_same_page() -> None:
    site = render_site(mixed(), 1)
    found = page(site, "/uk/i/2/index.html")
    links = {link["lang"]: link["href"] for link in found.all("a") if link.get("lang")}
    assert links["da"] == "../../../i/2/"
    assert links["ar"] == "../../../ar/i/2/"
    assert "uk" not in links
    for name in ("Dansk", "English", "Deutsch", "Українська", "العربية", "Polski", "Română"):
        assert name in found.text


def test_the_default_language_has_its_own_address_too() -> None:
    site = render_site(one(), 1)
    assert page(site, "/da/index.html").text == page(site).text


@pytest.mark.parametrize("build", [quiet, one, six, mixed])
def test_every_link_leads_to_a_file_of_the_site(build: type[Situation]) -> None:
    site, feeds = render_site(build(), 1), feed_files(build())
    for path, found in html_pages(site):
        for link in found.all("a"):
            href = (link["href"] or "").partition("#")[0]
            if href.startswith("tel:"):
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), href))
            there = feeds if href.endswith("feed.atom") else site
            file = target if there is feeds else posixpath.join(target, "index.html")
            assert file in there, f"{path} links to {href}"


@pytest.mark.parametrize("build", [quiet, one, six, mixed])
def test_every_page_is_whole_and_asks_for_nothing(build: type[Situation]) -> None:
    for path, found in html_pages(render_site(build(), 1)):
        assert len(found.all("h1")) == 1, path
        assert len(found.all("title")) == 1, path
        assert found.all("html")[0]["lang"], path
        assert found.all("link") == [{"rel": "icon", "href": "data:,"}], path
        names = {name for name, _ in found.tags}
        assert not names & {"img", "iframe", "form", "object", "embed", "video", "audio"}, path
        for _, attributes in found.tags:
            assert not {"src", "srcset", "style"} & set(attributes), path
            assert not [name for name in attributes if name.startswith("on")], path
        assert "url(" not in found.inline["style"], path
        assert "@import" not in found.inline["style"], path


@pytest.mark.parametrize("build", [one, mixed])
def test_the_policy_allows_just_the_style_and_script_on_the_page(build: type[Situation]) -> None:
    for path, found in html_pages(render_site(build(), 1)):
        policy = next(
            item["content"] or ""
            for item in found.all("meta")
            if item.get("http-equiv") == "Content-Security-Policy"
        )
        assert policy.startswith("default-src 'none'"), path
        assert "unsafe" not in policy, path
        for content in found.inline.values():
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy, path


def test_an_exercise_never_stands_on_a_real_page_nor_the_other_way() -> None:
    real = incident(announcement(1, place="Virkelig"), number=1)
    drill = incident(announcement(2, place="Legeland"), number=2, exercise=True)
    site = render_site(situation(real, drill), 1)
    for path, content in site.items():
        said = content.decode()
        if path.startswith("/ovelse/"):
            assert "Virkelig" not in said, path
        else:
            assert "Legeland" not in said, path
            assert "ØVELSE" not in said, path
    assert "/ovelse/i/2/index.html" in site
    assert "/i/2/index.html" not in site


def test_every_page_of_an_exercise_says_so_and_has_its_own_colours() -> None:
    site = render_site(mixed(), 1)
    real_style = page(site).inline["style"]
    seen = 0
    for path, found in html_pages(site):
        if not path.startswith("/ovelse/"):
            continue
        seen += 1
        assert found.text.count("ØVELSE") >= 3, path
        assert found.inline["style"] != real_style, path
        robots = next(item["content"] for item in found.all("meta") if item.get("name") == "robots")
        assert robots == "noindex", path
    assert seen > 20


def test_an_exercise_title_says_so_once() -> None:
    texts = {"da": text("da", "ØVELSE: Kog vandet"), "en": text("en", "Boil the water")}
    drill = incident(announcement(texts=texts), exercise=True)
    site = render_site(situation(drill), 1)
    assert b"<h2>\xc3\x98VELSE: Kog vandet</h2>" in site["/ovelse/index.html"]
    assert b"<h2>\xc3\x98VELSE: Boil the water</h2>" in site["/ovelse/en/index.html"]


@settings(max_examples=30, deadline=None)
@given(
    title=st.text(min_size=1, max_size=40),
    name=st.text(min_size=1, max_size=40),
    version=st.text(min_size=1, max_size=20),
)
def test_no_name_or_title_ever_becomes_markup(title: str, name: str, version: str) -> None:
    def tags(title: str, name: str, version: str) -> list[str]:
        item = announcement(texts={"da": text("da", title)}, version=version)
        site = render_site(
            situation(
                incident(item, title={"da": title}),
                municipality=name,
                address=name,
                languages=("da",),
            ),
            1,
        )
        return [
            tag
            for path in ("/index.html", "/i/1/index.html", "/i/index.html")
            for tag, _ in Page(site[path]).tags
        ]

    assert tags(title, name, version) == tags("x", "x", "x")


def test_braces_in_a_value_are_words_like_any_other() -> None:
    site = render_site(situation(incident(announcement()), municipality="{time} {0} %s"), 1)
    assert "{time} {0} %s" in page(site).text


def test_a_front_page_may_be_found_and_an_old_incident_may_not() -> None:
    site = render_site(mixed(), 1)
    assert b"name=robots content=noarchive,nosnippet>" in site["/index.html"]
    assert b"name=robots content=noindex>" in site["/i/4/index.html"]
    assert site["/robots.txt"] == b"User-agent: *\nAllow: /\n"


def test_time_alone_changes_no_page_of_a_closed_incident() -> None:
    before = render_site(history(3), 1)
    after = render_site(replace(history(3), read_at=NOON + timedelta(minutes=10)), 2)
    changed = {path for path in before if before[path] != after[path]}
    assert {"/index.html", "/status.json", "/i/4/index.html"} <= changed
    assert not {path for path in changed if re.search(r"/i/[123]/|/i/index", path)}


def test_pages_kept_from_the_last_rendering_follow_every_change() -> None:
    first = render_site(history(2), 1)
    renamed = render_site(replace(history(2), municipality="Anden Kommune"), 2)
    assert b"Anden Kommune" in renamed["/i/1/index.html"]
    grown = replace(history(2), languages=(*LANGUAGES, "ar"))
    assert "العربية".encode() in render_site(grown, 3)["/i/1/index.html"]
    assert render_site(history(2), 4)["/i/1/index.html"] == first["/i/1/index.html"]


def test_a_situation_without_a_language_is_refused() -> None:
    with pytest.raises(ValueError, match="language"):
        render_site(situation(languages=()), 1)


def placeholders(pattern: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(pattern) if name}


@pytest.mark.parametrize("language", sorted(WORDS))
def test_every_language_has_all_words_with_the_same_fields(language: str) -> None:
    for item in fields(SiteWords):
        if item.name == "code":
            continue
        said, danish = getattr(WORDS[language], item.name), getattr(WORDS["da"], item.name)
        assert said.strip(), item.name
        assert placeholders(said) == placeholders(danish), item.name
