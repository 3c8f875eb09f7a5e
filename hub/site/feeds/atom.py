"""Atom (RFC 4287): what the site says, for feed readers and partners, in each language; and the index of the CAP files.

An entry is an announcement for ever: its id never changes, and its `updated` moves whenever its content does: when it
is replaced, corrected or ended too, and its title then says so first. Newest change first. Nothing in it depends on
what time it is, but the subtitle, which says how old the feed is. Links are absolute: readers resolve relative ones
differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from markupsafe import Markup

from hub.site.feeds.badge import status_line
from hub.site.feeds.cap import CONTENT_TYPE, cap_path
from hub.site.feeds.messages import Message, host_of
from hub.site.feeds.xml import Xml, document, element
from hub.site.pages import ENDED, Page, announcement_view, direction, title_in
from hub.site.tree import Tree
from hub.site.words import words
from hub.text.situation import PublicAnnouncement, Standing
from hub.text.types import ComposedText

NAMESPACE = "http://www.w3.org/2005/Atom"
NEWEST = 20
KEPT = timedelta(hours=48)
"""How long the index keeps what was replaced, ended or cancelled (at least a day: status-page fact sheet, 4d)."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The `updated` of a feed that never had an entry."""


def changed_at(item: PublicAnnouncement) -> datetime:
    """When what is said of it last changed: when it was confirmed, or when it was replaced, corrected or ended."""
    began = item.confirmed_at or item.issued_at
    return max(began, item.ended_at) if item.ended_at else began


def news_feed(page: Page, shown: Sequence[Message]) -> bytes:
    """`/feed.atom` or `/en/feed.atom`, beside the front page `page`, of what `newest` gives."""
    tree = Tree(page.situation, page.exercise)
    base = f"{page.situation.issuer.url}{tree.folder}/{page.prefix}"
    return _feed(
        f"{tree.folder}/feed/{page.language}",
        tree,
        [_news(message, page, base) for message in shown],
        (changed_at(message.item) for message in shown),
        element("title", _title(page)),
        element("subtitle", status_line(page.situation, page.language, exercise=page.exercise)),
        element("link", rel="self", type="application/atom+xml", href=f"{base}feed.atom"),
        element("link", rel="alternate", type="text/html", href=base),
        language=page.words.code,
    )


def cap_index(tree: Tree, found: Sequence[Message]) -> bytes:
    """`/cap/index.atom`: a thin entry for each CAP file that still holds, or did within KEPT, newest first."""
    now = tree.situation.read_at
    shown = [
        message
        for message in found
        if message.item.standing is Standing.IN_FORCE or changed_at(message.item) > now - KEPT
    ]
    shown.sort(key=lambda message: (_sent(message), message.item.number), reverse=True)
    language = tree.situation.languages[0]
    base = f"{tree.situation.issuer.url}{tree.folder}"
    return _feed(
        f"{tree.folder}/cap",
        tree,
        [_thin(message, base, language) for message in shown],
        map(_sent, shown),
        element(
            "title", f"CAP 1.2: {_title(Page(tree.situation, tree.exercise, language, '', ''))}"
        ),
        element("link", rel="self", type="application/atom+xml", href=f"{base}/cap/index.atom"),
        element("link", rel="alternate", type="text/html", href=f"{base}/"),
        language=words(language).code,
    )


def newest(found: Iterable[Message]) -> list[Message]:
    """Everything in force or just over, and the newest of the others, NEWEST in all at least; the last change first."""
    order = sorted(
        (message for message in found if message.repeats is None),
        key=lambda message: (changed_at(message.item), message.item.number),
        reverse=True,
    )
    return [
        message
        for index, message in enumerate(order)
        if index < NEWEST or message.item.standing not in ENDED
    ]


def _feed(
    name: str,
    tree: Tree,
    entries: Sequence[Xml],
    changes: Iterable[datetime],
    *head: Xml,
    language: str,
) -> bytes:
    """A feed's `updated` is its newest entry's. Its own id lasts as long as the site's address does."""
    issuer = tree.situation.issuer
    return document(
        element(
            "feed",
            element("id", f"tag:{host_of(issuer)},2026:klarbesked{name}"),
            *head,
            element("updated", _time(max(changes, default=NEVER))),
            element("author", element("name", issuer.name), element("uri", f"{issuer.url}/")),
            *entries,
            xmlns=NAMESPACE,
            xml_lang=language,
        )
    )


def _title(page: Page) -> str:
    heading = page.words.heading.format(name=page.situation.municipality)
    return f"{page.words.exercise}: {heading}" if page.exercise else heading


def _news(message: Message, page: Page, base: str) -> Xml:
    item, tree = message.item, Tree(page.situation, page.exercise)
    view = announcement_view(item, page, timeline=True)
    return element(
        "entry",
        element("id", f"{message.name}/{page.language}"),
        element("title", _entry_title(item, page, view["label"])),
        element("published", _time(item.confirmed_at or item.issued_at)),
        element("updated", _time(changed_at(item))),
        element(
            "link",
            rel="alternate",
            type="text/html",
            href=f"{base}i/{item.incident}/#b{item.number}",
        ),
        element(
            "link",
            rel="alternate",
            type=CONTENT_TYPE,
            href=f"{page.situation.issuer.url}{tree.folder}{cap_path(message)}",
        ),
        element("category", term=item.severity),
        element("content", str(_content(view, page)), type="html"),
    )


def _entry_title(item: PublicAnnouncement, page: Page, label: Markup) -> str:
    """What has ended says so before anything else: many readers show titles only."""
    if item.standing not in ENDED or item.kind == "end":
        return page.title_of(item)
    return f"{label.striptags()} · {page.title_of(item)}"


def _content(view: Mapping[str, Any], page: Page) -> Markup:
    """The announcement as on the page: how it stands, its full text, what it is checked by."""
    parts = [Markup("<p><strong>{}</strong></p>").format(view["label"])]
    if view["missing"]:
        parts.append(Markup("<p>{}</p>").format(view["missing"]))
    for text in view["texts"]:
        inside = Markup("<h2>{}</h2>{}").format(text["title"], text["html"])
        parts.append(
            Markup('<div lang="{}" dir="{}">{}</div>').format(
                text["language"], text["direction"], inside
            )
        )
    parts.append(Markup("<p>{}</p>").format(view["marks"]))
    return Markup('<div lang="{}" dir="{}">{}</div>').format(
        page.words.code, direction(page.words.code), Markup("").join(parts)
    )


def _thin(message: Message, base: str, language: str) -> Xml:
    item = message.item
    text = _first_text(item, language)
    entry = [
        element("id", message.name),
        element("title", title_in(item, text) if text else item.version),
        element("updated", _time(_sent(message))),
        element("link", rel="alternate", type=CONTENT_TYPE, href=f"{base}{cap_path(message)}"),
        element("summary", _summary(message, language)),
    ]
    return element("entry", *entry)


def _summary(message: Message, language: str) -> str:
    """Which message it is, and whom it is for."""
    item = message.item
    where = ", ".join(item.names) or message.issuer.name
    return f"{words(language).message.format(number=item.number)} · {where}"


def _first_text(item: PublicAnnouncement, language: str) -> ComposedText | None:
    for name in (language, "da", "en", *sorted(item.texts)):
        if name in item.texts:
            return item.texts[name]
    return None


def _sent(message: Message) -> datetime:
    """When the message could first be read: never before it was confirmed."""
    return max(message.sent, message.item.confirmed_at or message.sent)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
