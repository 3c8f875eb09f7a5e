"""The pages of incidents: `/i/`, the list of all, and `/i/3/`, one with its announcements, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from hub.site.digests import digest_of
from hub.site.feeds.words import feed_words
from hub.site.frames import framed
from hub.site.pages import Page, Words, announcement_view, archive_line, incident_title
from hub.site.templating import environment, filled, time_element
from hub.site.tree import HIDDEN_ROBOTS, Tree, fingerprint, keep, keep_all, render
from hub.text.situation import PublicIncident


@dataclass(frozen=True)
class _Telling:
    """What one incident's page says in one language, at whichever address."""

    title: Words
    content: Markup

    def heading(self, page: Page) -> Markup:
        title = self.title.element()
        return Markup("ØVELSE: ") + title if page.exercise else title


def incident_pages(tree: Tree, incident: PublicIncident) -> Mapping[str, bytes]:
    """One incident in every language; a closed one is rendered once and kept."""
    if incident.closed_at is None:
        return _open(tree, incident)
    first = f"{tree.folder}/{_place(incident)}index.html"
    content = (
        replace(incident, announcements=()),
        [digest_of(item) for item in incident.announcements],
    )
    return keep_all(first, fingerprint(tree.situation, content), lambda: _closed(tree, incident))


def _place(incident: PublicIncident) -> str:
    return f"i/{incident.number}/"


def _open(tree: Tree, incident: PublicIncident) -> dict[str, bytes]:
    files = {}
    for path, page in tree.pages(_place(incident)):
        told = _told(page, incident)
        files[path] = render(
            "framed.html",
            page,
            title=told.title.words,
            heading=told.heading(page),
            robots=HIDDEN_ROBOTS,
            age=page.age(),
            content=told.content,
            home=page.up_to_language,
            archive=page.up_to_language + "i/",
        )
    return files


def _closed(tree: Tree, incident: PublicIncident) -> dict[str, bytes]:
    """The default language stands at two addresses: it is told once."""
    files: dict[str, bytes] = {}
    told: dict[str, _Telling] = {}
    for path, page in tree.pages(_place(incident)):
        if page.language not in told:
            told[page.language] = _told(page, incident)
        said = told[page.language]
        files[path] = framed(
            page,
            incident.number,
            title=said.title.words,
            heading=said.heading(page),
            content=said.content,
        )
    return files


def _told(page: Page, incident: PublicIncident) -> _Telling:
    said, code = page.words, page.words.code
    dates = filled(said.began, time=time_element(incident.opened_at, code, "dated"))
    if incident.closed_at is not None:
        end = filled(said.closed, time=time_element(incident.closed_at, code, "dated"))
        dates = dates + Markup(" ") + end
    newest_first = sorted(incident.announcements, key=lambda item: item.number, reverse=True)
    timeline = environment().get_template("site/timeline.html")
    content = timeline.render(
        dates=dates, items=[announcement_view(item, page, timeline=True) for item in newest_first]
    )
    return _Telling(incident_title(incident, page), Markup(content))  # noqa: S704 - escaped there


def incident_list(tree: Tree) -> dict[str, bytes]:
    """All incidents of a tree, newest first."""
    incidents = tree.incidents
    content = fingerprint(
        tree.situation,
        [(item.number, item.title, item.opened_at, item.closed_at) for item in incidents],
    )

    def show(page: Page) -> bytes:
        return render(
            "incidents.html",
            page,
            robots=HIDDEN_ROBOTS,
            age=None,
            lines=Markup().join(archive_line(item, page) for item in incidents),
            feed=feed_words(page.words.code).feed,
            home=page.up_to_language or "./",
            archive=None,
        )

    return {
        path: keep(path, content, lambda page=page: show(page))  # type: ignore[misc]  # a default argument binds this turn's page
        for path, page in tree.pages("i/")
    }
