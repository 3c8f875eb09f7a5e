"""`/alle/`: what is in force in every language of the site on one page, for a meeting place's printer and for a link
that is shared with people whose language nobody knows.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from hub.site.pages import (
    EVERYTHING,
    Page,
    announcement_view,
    current_and_past,
    direction,
    own_name,
)
from hub.site.tree import FRONT_ROBOTS, HIDDEN_ROBOTS, Tree, render
from hub.text.situation import PublicAnnouncement, Standing

TITLE = "Alle sprog · All languages"


def every_language(tree: Tree) -> bytes:
    """The page of one tree. Its language links lead down the page."""
    situation, default = tree.situation, tree.situation.languages[0]
    current, _ = current_and_past(situation, exercise=tree.exercise)
    page = Page(situation, tree.exercise, default, "", EVERYTHING)
    sections = [
        _section(Page(situation, tree.exercise, language, "", EVERYTHING), current)
        for language in situation.languages
        if _has_own_words(language, current)
    ]
    return render(
        "every_language.html",
        page,
        title=TITLE,
        languages=[
            {
                "code": item["code"],
                "name": item["name"],
                "href": f"#{item['code']}",
                "current": False,
            }
            for item in sections
        ],
        robots=HIDDEN_ROBOTS if tree.exercise else FRONT_ROBOTS,
        age={**page.age(), "too_old": _too_old(sections), "updated": None},
        quiet=all(item.standing is Standing.OVER for item in current),
        sections=sections,
        home="../",
        archive="../i/",
    )


def _has_own_words(language: str, current: tuple[PublicAnnouncement, ...]) -> bool:
    """A variant (`da-x-let`) in which nothing is written would say its language's words a second time."""
    return "-x-" not in language or any(language in item.texts for item in current)


def _section(page: Page, current: tuple[PublicAnnouncement, ...]) -> dict[str, Any]:
    return {
        "code": page.language,
        "direction": direction(page.words.code),
        "name": own_name(page.language),
        "words": page.words,
        "age": page.age(),
        "quiet": page.quiet(),
        "announcements": [_view(item, page) for item in current],
    }


def _view(item: PublicAnnouncement, page: Page) -> dict[str, Any]:
    """An announcement in the section of a language it is not written in: its title there, and in which languages it
    stands on this page in full. One written in none of the site's languages stands in each section in full."""
    view = announcement_view(item, page)
    elsewhere = any(text["language"] in page.situation.languages for text in view["texts"])
    if view["missing"] and elsewhere:
        view["texts"] = [{**text, "html": Markup("")} for text in view["texts"]]
    return {**view, "anchor": None}


def _too_old(sections: list[dict[str, Any]]) -> Markup:
    return Markup("<br>").join(
        Markup("<span lang={} dir={}>{}</span>").format(
            item["code"], item["direction"], item["words"].too_old
        )
        for item in sections
    )
