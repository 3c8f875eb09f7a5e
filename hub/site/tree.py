"""What the pages of one rendering share: the two trees of the site, and the pages that are rendered once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass

from hub.site.pages import Page
from hub.site.templating import environment
from hub.text.situation import PublicIncident, Situation

EXERCISE_FOLDER = "/ovelse"
FRONT_ROBOTS = "noarchive,nosnippet"
HIDDEN_ROBOTS = "noindex"

_kept: dict[str, tuple[bytes, bytes]] = {}
"""Rendered pages that change only with their content: path -> (fingerprint, page)."""
_kept_together: dict[str, tuple[bytes, Mapping[str, bytes]]] = {}
"""The same for pages that belong together: path of the first -> (fingerprint, pages by path)."""


@dataclass(frozen=True)
class Tree:
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


def render(template: str, page: Page, **values: object) -> bytes:
    """The page that a template of `templates/site/` makes."""
    return environment().get_template(f"site/{template}").render(page.common(), **values).encode()


def fingerprint(situation: Situation, content: object) -> bytes:
    """What a kept page is known by: what every page shows, and its own content (by its `repr`)."""
    chrome = (
        situation.municipality,
        situation.address,
        situation.languages,
        situation.radio,
        situation.accessibility_url,
    )
    return hashlib.blake2b(repr((chrome, content)).encode(), digest_size=20).digest()


def keep(path: str, content: bytes, render: Callable[[], bytes]) -> bytes:
    """The page at `path`, rendered only where its content is not what it was."""
    kept = _kept.get(path)
    if kept is not None and kept[0] == content:
        return kept[1]
    page = render()
    _kept[path] = (content, page)
    return page


def keep_all(
    first: str, content: bytes, render: Callable[[], Mapping[str, bytes]]
) -> Mapping[str, bytes]:
    """The same for pages that belong together, known by the path of the `first`: one page in all its languages."""
    kept = _kept_together.get(first)
    if kept is not None and kept[0] == content:
        return kept[1]
    pages = render()
    _kept_together[first] = (content, pages)
    return pages


def forget(paths: Container[str]) -> None:
    """Drop every kept page that is not among `paths`."""
    for path in [path for path in _kept if path not in paths]:
        _kept.pop(path, None)
    for path in [path for path in _kept_together if path not in paths]:
        _kept_together.pop(path, None)
