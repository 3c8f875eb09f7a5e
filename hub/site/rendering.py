"""The static site of one situation: `render_site` gives every file, as bytes, by its path.

Pages are self-contained: no request but the page itself, no cookie, nothing from anywhere else, and nothing that
needs JavaScript. What has ended is rendered once and kept, so that a publish costs what changed; the rest is
linear in the number of announcements. Links are relative, so that the site works under any prefix and from a disk.

Search engines may find the front page, without keeping a copy of its words (`noarchive`, `nosnippet`): a search
engine's memory outlives an incident. Pages of incidents and of exercises are not to be found (`noindex`).
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from hub.site.every_language import every_language
from hub.site.incident_pages import incident_list, incident_pages
from hub.site.institutions import place_pages
from hub.site.pages import (
    EVERYTHING,
    STATEMENT,
    Page,
    announcement_view,
    current_and_past,
    past_line,
)
from hub.site.status import status_json
from hub.site.templating import filled
from hub.site.tree import (
    FRONT_ROBOTS,
    HIDDEN_ROBOTS,
    Tree,
    fingerprint,
    forget,
    keep,
    render,
)
from hub.site.words import words
from hub.text.situation import PublicAnnouncement, Situation, Standing
from hub.text.words import is_right_to_left

PAST_ON_FRONT = 20
ROBOTS_TXT = b"User-agent: *\nAllow: /\n"


def render_site(situation: Situation, revision: int) -> dict[str, bytes]:
    """Every file of the site but the phone texts, path (from `/`) to content.

    Raises ValueError for a situation without a language.
    """
    if not situation.languages:
        raise ValueError("the site needs at least one language")
    files: dict[str, bytes] = {}
    for exercise in (False, True):
        tree = Tree(situation, exercise)
        for path, page in tree.pages(""):
            files[path] = _front(page)
        files[f"{tree.folder}/{EVERYTHING}index.html"] = every_language(tree)
        files.update(_statement(tree))
        files.update(incident_list(tree))
        for incident in tree.incidents:
            files.update(incident_pages(tree, incident))
        files.update(place_pages(tree))
        files[f"{tree.folder}/status.json"] = status_json(situation, revision, exercise=exercise)
    forget(files)
    files["/robots.txt"] = ROBOTS_TXT
    files["/404.html"] = _not_found(situation)
    return files


def _front(page: Page) -> bytes:
    situation, exercise = page.situation, page.exercise
    current, past = current_and_past(situation, exercise=exercise)
    quiet = all(item.standing is Standing.OVER for item in current)
    return render(
        "front.html",
        page,
        title=page.words.quiet_title if quiet else _count_title(page, current),
        heading=filled(page.words.heading, name=page.name(situation.municipality)),
        robots=HIDDEN_ROBOTS if exercise else FRONT_ROBOTS,
        age=page.age(),
        quiet=page.quiet() if quiet else None,
        items=[announcement_view(item, page) for item in current],
        past=Markup().join(past_line(item, page) for item in past[:PAST_ON_FRONT]),
        home=None,
        archive=page.up_to_language + "i/",
    )


def _count_title(page: Page, current: Sequence[PublicAnnouncement]) -> str:
    first = page.title_of(current[0])
    return first if len(current) == 1 else f"{first} (+{len(current) - 1})"


def _statement(tree: Tree) -> dict[str, bytes]:
    """`/was/`: where the accessibility statement is, or that there is none yet and whom to ask."""
    situation = tree.situation
    content = fingerprint(situation, situation.accessibility_url)

    def show(page: Page) -> bytes:
        return render(
            "statement.html",
            page,
            robots=HIDDEN_ROBOTS,
            age=None,
            url=situation.accessibility_url,
            says=filled(
                page.words.no_statement,
                name=page.name(situation.municipality),
                address=page.name(situation.address),
            ),
            home=page.up_to_language or "./",
            archive=None,
        )

    return {
        path: keep(path, content, lambda page=page: show(page))  # type: ignore[misc]  # as above
        for path, page in tree.pages(STATEMENT)
    }


def _not_found(situation: Situation) -> bytes:
    """One page for all languages; it is served at any depth, so its links start at the site's root."""
    default = situation.languages[0]
    page = Page(situation, False, default, "", "")
    answers = [
        {
            "code": words(language).code,
            "direction": "rtl" if is_right_to_left(words(language).code) else "ltr",
            "says": words(language).not_found,
            "href": "/" if language == default else f"/{language}/",
            "link": words(language).now_in_force,
        }
        for language in situation.languages
    ]
    return render(
        "not_found.html",
        page,
        languages=[],
        statement=None,
        lists=[],
        robots=HIDDEN_ROBOTS,
        age=None,
        answers=answers,
        home=None,
        archive=None,
    )
