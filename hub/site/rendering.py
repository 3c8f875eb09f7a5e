"""The static site of one situation: `render_site` gives every file, as bytes, by its path.

Pages are self-contained: no request but the page itself, no cookie, nothing from anywhere else, and nothing that
needs JavaScript. What has ended is rendered once and kept, so that a publish costs what changed; the rest is
linear in the number of announcements. Links are relative, so that the site works under any prefix and from a disk.

Search engines may find the front page, without keeping a copy of its words (`noarchive`, `nosnippet`): a search
engine's memory outlives an incident. Pages of incidents and of exercises are not to be found (`noindex`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hub.site.pages import (
    Page,
    announcement_view,
    archive_line,
    current_and_past,
    incident_title,
    past_line,
)
from hub.site.status import status_json
from hub.site.templating import environment, filled, isolated, time_element
from hub.site.words import words
from hub.text.situation import PublicAnnouncement, PublicIncident, Situation, Standing
from hub.text.words import is_right_to_left

PAST_ON_FRONT = 20
EXERCISE_FOLDER = "/ovelse"
ROBOTS_TXT = b"User-agent: *\nAllow: /\n"

FRONT_ROBOTS = "noarchive,nosnippet"
HIDDEN_ROBOTS = "noindex"

_kept: dict[str, tuple[bytes, bytes]] = {}
"""Rendered pages that change only with their content: path -> (fingerprint, page)."""


@dataclass(frozen=True)
class _Tree:
    """One of the two places of the site: the real one, or that of exercises."""

    situation: Situation
    exercise: bool

    @property
    def folder(self) -> str:
        return EXERCISE_FOLDER if self.exercise else ""

    @property
    def incidents(self) -> tuple[PublicIncident, ...]:
        """Newest first."""
        return tuple(
            sorted(
                (item for item in self.situation.incidents if item.exercise == self.exercise),
                key=lambda item: item.number,
                reverse=True,
            )
        )

    def pages(self, place: str) -> Iterable[tuple[str, Page]]:
        """The paths of one page in all its languages, the default language also without its code; `place` is the
        page's folder below the language's, such as `i/3/`."""
        default = self.situation.languages[0]
        for language, prefix in (
            (default, ""),
            *((language, f"{language}/") for language in self.situation.languages),
        ):
            yield (
                f"{self.folder}/{prefix}{place}index.html",
                Page(self.situation, self.exercise, language, prefix, place),
            )


def render_site(situation: Situation, revision: int) -> dict[str, bytes]:
    """Every file of the site but the phone texts, path (from `/`) to content.

    Raises ValueError for a situation without a language.
    """
    if not situation.languages:
        raise ValueError("the site needs at least one language")
    files: dict[str, bytes] = {}
    for exercise in (False, True):
        tree = _Tree(situation, exercise)
        for path, page in tree.pages(""):
            files[path] = _front(page)
        files.update(_incident_list(tree))
        for incident in tree.incidents:
            files.update(_incident_pages(tree, incident))
        files[f"{tree.folder}/status.json"] = status_json(situation, revision, exercise=exercise)
    for path in [path for path in _kept if path not in files]:
        _kept.pop(path, None)
    files["/robots.txt"] = ROBOTS_TXT
    files["/404.html"] = _not_found(situation)
    return files


def _render(template: str, page: Page, **values: object) -> bytes:
    return environment().get_template(f"site/{template}").render(page.common(), **values).encode()


def _front(page: Page) -> bytes:
    situation, exercise = page.situation, page.exercise
    current, past = current_and_past(situation, exercise=exercise)
    quiet = all(item.standing is Standing.OVER for item in current)
    return _render(
        "front.html",
        page,
        title=page.words.quiet_title if quiet else _count_title(page, current),
        heading=filled(page.words.heading, name=isolated(situation.municipality)),
        robots=HIDDEN_ROBOTS if exercise else FRONT_ROBOTS,
        age=page.age(),
        quiet=quiet,
        items=[announcement_view(item, page) for item in current],
        past=[past_line(item, page) for item in past[:PAST_ON_FRONT]],
        home=None,
        archive=page.up_to_language + "i/",
    )


def _count_title(page: Page, current: Sequence[PublicAnnouncement]) -> str:
    first = page.title_of(current[0])
    return first if len(current) == 1 else f"{first} (+{len(current) - 1})"


def _incident_pages(tree: _Tree, incident: PublicIncident) -> dict[str, bytes]:
    place = f"i/{incident.number}/"
    if incident.closed_at is None:
        return {path: _incident(page, incident) for path, page in tree.pages(place)}
    content = _fingerprint(tree.situation, incident)
    return {
        path: _keep(path, content, lambda page=page: _incident(page, incident))  # type: ignore[misc]  # a default argument binds this turn's page
        for path, page in tree.pages(place)
    }


def _incident(page: Page, incident: PublicIncident) -> bytes:
    closed = incident.closed_at
    dates = [
        filled(page.words.began, time=time_element(incident.opened_at, page.words.code, "dated"))
    ]
    if closed is not None:
        dates.append(filled(page.words.closed, time=time_element(closed, page.words.code, "dated")))
    title = incident_title(incident, page)
    newest_first = sorted(incident.announcements, key=lambda item: item.number, reverse=True)
    return _render(
        "incident.html",
        page,
        title=title.words,
        heading=title.element(),
        robots=HIDDEN_ROBOTS,
        age=page.age() if closed is None else None,
        dates=Markup(" ").join(dates),
        items=[announcement_view(item, page, timeline=True) for item in newest_first],
        home=page.up_to_language or "./",
        archive=page.up_to_language + "i/",
    )


def _incident_list(tree: _Tree) -> dict[str, bytes]:
    incidents = tree.incidents
    content = _fingerprint(
        tree.situation,
        [(item.number, item.title, item.opened_at, item.closed_at) for item in incidents],
    )

    def render(page: Page) -> bytes:
        return _render(
            "incidents.html",
            page,
            robots=HIDDEN_ROBOTS,
            age=None,
            lines=[archive_line(item, page) for item in incidents],
            home=page.up_to_language or "./",
            archive=None,
        )

    return {
        path: _keep(path, content, lambda page=page: render(page))  # type: ignore[misc]  # as above
        for path, page in tree.pages("i/")
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
    return _render(
        "not_found.html",
        page,
        languages=[],
        robots=HIDDEN_ROBOTS,
        age=None,
        answers=answers,
        home=None,
        archive=None,
    )


def _fingerprint(situation: Situation, content: object) -> bytes:
    chrome = (situation.municipality, situation.address, situation.languages)
    return hashlib.blake2b(repr((chrome, content)).encode(), digest_size=20).digest()


def _keep(path: str, fingerprint: bytes, render: Callable[[], bytes]) -> bytes:
    kept = _kept.get(path)
    if kept is not None and kept[0] == fingerprint:
        return kept[1]
    page = render()
    _kept[path] = (fingerprint, page)
    return page
