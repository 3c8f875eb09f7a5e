"""`/alle/`: all languages on one page, each whole and in its own direction."""

from __future__ import annotations

import re

from hub.site.rendering import render_site
from tests.site.test_rendering import Page, page
from tests.situations import (
    LANGUAGES,
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

THREE = ("da", "en", "ar")
PATH = "/alle/index.html"


def sections(found: Page) -> list[tuple[str | None, str | None, str | None]]:
    return [(item["lang"], item["dir"], item["aria-label"]) for item in found.all("section")]


def test_each_language_has_a_section_in_its_own_direction() -> None:
    found = page(render_site(six(THREE), 1), PATH)
    assert sections(found) == [
        ("da", "ltr", "Dansk"),
        ("en", "ltr", "English"),
        ("ar", "rtl", "العربية"),
    ]
    assert len(found.all("article")) == 18
    assert found.all("html") == [{"lang": "da"}]
    assert len(found.all("h1")) == 1


def test_it_says_in_each_language_what_the_page_of_that_language_says() -> None:
    site = render_site(situation(incident(announcement(languages=THREE)), languages=THREE), 1)
    for language in THREE:
        alone = site[f"/{language}/index.html"]
        parts = re.findall(rb"<article[^>]*>(.*?)</article>|(<p class=p>.*?)(?=<article)", alone)
        assert len(parts) == 2
        for article, age in parts:
            assert (article or age) in site[PATH], language


def test_no_two_elements_share_an_id() -> None:
    found = page(render_site(six(THREE), 1), PATH)
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {f"#{language}" for language in THREE} <= {link["href"] for link in found.all("a")}
    assert set(THREE) <= set(ids)


def test_what_is_not_translated_is_named_and_stands_in_full_in_its_own_section_alone() -> None:
    item = announcement(languages=("da", "en"))
    found = page(render_site(situation(incident(item), languages=THREE), 1), PATH)
    assert found.text.count("Kog vandet i 1 minut") == 1
    assert found.text.count("Boil the water for 1 minute") == 1
    assert "هذه الرسالة غير متوفرة بالعربية بعد." in found.text
    assert found.text.count("Kog vandet i Rødekro") == 2


def test_what_is_written_in_none_of_the_languages_stands_in_full() -> None:
    item = announcement(languages=("de",))
    found = page(render_site(situation(incident(item), languages=("da", "en")), 1), PATH)
    assert "Kochen Sie das Wasser 1 Minute lang." in found.text


def test_a_variant_without_words_of_its_own_says_nothing_twice() -> None:
    languages = ("da", "da-x-let")
    plain = announcement(languages=("da",))
    site = render_site(situation(incident(plain), languages=languages), 1)
    assert [code for code, _, _ in sections(page(site, PATH))] == ["da"]
    easy = announcement(texts={"da": text("da"), "da-x-let": text("da", "Kog vand")})
    site = render_site(situation(incident(easy), languages=languages), 1)
    assert [code for code, _, _ in sections(page(site, PATH))] == ["da", "da-x-let"]


def test_each_language_says_how_old_the_page_is_and_the_banner_says_it_in_all() -> None:
    found = page(render_site(one(), 1), PATH)
    for words in (
        "Siden er opdateret lørdag den 21. november kl. 12.05.",
        "This page was updated Saturday 21 November at 12:05.",
        "Diese Seite wurde aktualisiert: Samstag, 21. November, 12.05 Uhr.",
        "Denne side er for gammel.",
        "This page is too old.",
        "Diese Seite ist zu alt.",
    ):
        assert found.text.count(words) == 1, words
    assert len([item for item in found.all("p") if item.get("id") == "s"]) == 1


def test_with_nothing_going_on_it_says_so_in_each_language() -> None:
    said = page(render_site(quiet(), 1), PATH).text
    assert "Der var ingen aktive beskeder lørdag den 21. november kl. 12.05." in said
    assert "There were no active messages Saturday 21 November at 12:05." in said


def test_what_has_ended_is_not_on_it() -> None:
    said = page(render_site(history(3), 1), PATH).text
    assert "By 3" not in said
    over = situation(incident(ended(1), closed_at=None))
    assert not page(render_site(over, 1), PATH).all("article")


def test_every_front_page_links_to_it_in_words_that_all_know() -> None:
    site = render_site(one(), 1)
    for path, href in (("/index.html", "alle/"), ("/de/index.html", "../alle/")):
        links = [link["href"] for link in page(site, path).all("a")]
        assert href in links
        assert "Alle sprog · All languages" in page(site, path).text
    alone = render_site(situation(incident(announcement()), languages=("da",)), 1)
    assert "All languages" not in page(alone).text


def test_exercises_have_their_own() -> None:
    drill = incident(announcement(2, languages=LANGUAGES), number=2, exercise=True)
    site = render_site(situation(incident(announcement()), drill), 1)
    found = page(site, "/ovelse/alle/index.html")
    assert found.text.count("ØVELSE") >= 3
    assert "ØVELSE" not in page(site, PATH).text
    assert "../i/" in [link["href"] for link in found.all("a")]
