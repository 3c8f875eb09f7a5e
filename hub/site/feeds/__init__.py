"""The feeds of one situation: Atom, CAP, calendars, and what partners show. See `docs/feeds.md`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hub.site.feeds.atom import cap_index, newest, news_feed
from hub.site.feeds.badge import badge, status_text
from hub.site.feeds.calendar import calendar, closures
from hub.site.feeds.cap import cap_file, cap_path
from hub.site.feeds.messages import Message, messages
from hub.site.tree import Tree
from hub.text.situation import PublicIncident, Situation

_kept: dict[str, tuple[object, bytes]] = {}
"""CAP files by path, with all that they are made of: they never change, and there is one for every announcement."""


def feed_files(situation: Situation) -> dict[str, bytes]:
    """Every feed, path (from `/`) to content; those of exercises below `/ovelse/`.

    Linear in the number of announcements; a CAP file is made once and kept. Raises ValueError for a situation
    without a language.
    """
    if not situation.languages:
        raise ValueError("the feeds need at least one language")
    files: dict[str, bytes] = {}
    for exercise in (False, True):
        files.update(_tree_files(Tree(situation, exercise)))
    default = situation.languages[0]
    files["/badge.svg"] = badge(situation, default)
    files["/status.txt"] = status_text(situation, default)
    for language in situation.languages:
        files[f"/{language}/status.txt"] = status_text(situation, language)
    for path in [path for path in _kept if path not in files]:
        _kept.pop(path, None)
    return files


def _tree_files(tree: Tree) -> Iterator[tuple[str, bytes]]:
    found = messages(tree.situation, exercise=tree.exercise)
    yield from _cap_files(tree, found)
    yield f"{tree.folder}/cap/index.atom", cap_index(tree, found)
    announced, closed = newest(found), closures(found, tree.situation.read_at)
    made: dict[str, tuple[bytes, bytes]] = {}
    for _, page in tree.pages(""):  # the default language comes twice, with its bare address first
        if page.language not in made:
            made[page.language] = news_feed(page, announced), calendar(page, closed)
        feed, events = made[page.language]
        yield f"{tree.folder}/{page.prefix}feed.atom", feed
        yield f"{tree.folder}/{page.prefix}calendar.ics", events


def _cap_files(tree: Tree, found: Sequence[Message]) -> Iterator[tuple[str, bytes]]:
    incidents = {incident.number: incident for incident in tree.incidents}
    for message in found:
        path, incident = f"{tree.folder}{cap_path(message)}", incidents[message.item.incident]
        made_of = _made_of(message, incident)
        kept = _kept.get(path)
        if kept is None or kept[0] != made_of:
            kept = (made_of, cap_file(message, incident))
            _kept[path] = kept
        yield path, kept[1]


def _made_of(message: Message, incident: PublicIncident) -> object:
    """Everything that a CAP file shows; compared, not hashed, which costs least."""
    item = message.item
    return (
        message.issuer,
        (message.sent, message.expires, message.repeats),
        [before.triplet for before in message.chain],
        (incident.opened_at, incident.title, incident.scenario),
        (item.kind, item.phase, item.severity, item.cap, item.version, item.exercise),
        (item.starts, item.until, item.next_update, item.names, item.contact),
        {name: (text.title, text.html) for name, text in item.texts.items()},
    )
