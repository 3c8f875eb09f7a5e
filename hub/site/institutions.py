"""Pages of institutions (`/s/`) and areas (`/a/`): what concerns each, and nothing else.

A page of a place that something concerns is as fresh as the front page. The others make no claim of freshness and are
rendered once and kept: with 200 institutions in seven languages no place to publish to could follow otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from hub.site.pages import Page, Words, announcement_view
from hub.site.place_words import PlaceWords, place_words
from hub.site.templating import filled, isolated, time_element
from hub.site.tree import FRONT_ROBOTS, HIDDEN_ROBOTS, Tree, fingerprint, keep_all, render
from hub.text.places import AREAS, INSTITUTIONS, Concern, concerns
from hub.text.situation import PublicPlace

FOLDERS = (INSTITUTIONS, AREAS)


def place_pages(tree: Tree) -> dict[str, bytes]:
    """The pages of all places in one tree, path to content; none where no place is on a list.

    The tree of exercises has those alone that an exercise has named.
    """
    places = tree.situation.places
    if not places or (tree.exercise and not tree.incidents):
        return {}
    found = concerns(tree.situation, exercise=tree.exercise)
    if tree.exercise:
        found = tuple(item for item in found if item.current or item.past)
    files: dict[str, bytes] = {}
    for folder in FOLDERS:
        in_folder = [item for item in found if item.place.folder == folder]
        if in_folder:
            files.update(_lists(tree, folder, in_folder))
    for item in found:
        files.update(_concerned(tree, item) if item.current else _quiet(tree, item))
    if not tree.exercise:
        for place in places:
            files.update(_left_behind(tree, place))
    return files


def _robots(tree: Tree) -> str:
    return HIDDEN_ROBOTS if tree.exercise else FRONT_ROBOTS


def _concerned(tree: Tree, item: Concern) -> Iterator[tuple[str, bytes]]:
    own = replace(tree, situation=item.situation(tree.situation))
    for path, page in own.pages(_address(item.place)):
        yield (
            path,
            render(
                "institution.html",
                page,
                said=_said(page),
                title=f"{page.title_of(item.current[0])} – {item.place.name}",
                heading=isolated(item.place.name),
                robots=_robots(tree),
                age=page.age(),
                items=[announcement_view(shown, page) for shown in item.current],
                quiet=None,
                front=page.up_to_language,
                home=None,
                archive=None,
            ),
        )


def _quiet(tree: Tree, item: Concern) -> Mapping[str, bytes]:
    place = item.place
    return _kept(
        tree,
        _address(place),
        (place.name, item.last),
        lambda page: _quiet_page(tree, page, item),
    )


def _kept(
    tree: Tree, address: str, content: object, show: Callable[[Page], bytes]
) -> Mapping[str, bytes]:
    """One page in all its languages, rendered only where its content is not what it was."""
    return keep_all(
        f"{tree.folder}/{address}index.html",
        fingerprint(tree.situation, content),
        lambda: {path: show(page) for path, page in tree.pages(address)},
    )


def _quiet_page(tree: Tree, page: Page, item: Concern) -> bytes:
    moment = time_element(item.last, page.words.code, "dated")
    return render(
        "institution.html",
        page,
        said=_said(page),
        title=item.place.name,
        heading=isolated(item.place.name),
        robots=_robots(tree),
        age=None,
        items=[],
        quiet=filled(_said(page).quiet, name=isolated(item.place.name), time=moment),
        front=page.up_to_language,
        home=None,
        archive=None,
    )


def _lists(tree: Tree, folder: str, found: Sequence[Concern]) -> Iterator[tuple[str, bytes]]:
    """`/s/` or `/a/`: one line for each place that something concerns, the others folded."""
    named = [item for item in found if item.current]
    others = [item.place for item in found if not item.current]
    for path, page in tree.pages(f"{folder}/"):
        heading = {INSTITUTIONS: _said(page).institutions, AREAS: _said(page).areas}[folder]
        yield (
            path,
            render(
                "institutions.html",
                page,
                said=_said(page),
                title=heading,
                heading=heading,
                robots=_robots(tree),
                age=page.age(),
                lines=[_line(item, page) for item in named],
                others=[{"href": f"{place.slug}/", "name": place.name} for place in others],
                count=filled(_said(page).the_others, number=len(others)),
                front=page.up_to_language,
                home=None,
                archive=None,
            ),
        )


def _line(item: Concern, page: Page) -> Mapping[str, object]:
    titles: dict[str, Words] = {}
    for shown in item.current:
        title = page.title_words(shown)
        titles.setdefault(title.words, title)
    return {
        "href": f"{item.place.slug}/",
        "name": item.place.name,
        "titles": [title.element() for title in titles.values()],
    }


def _left_behind(tree: Tree, place: PublicPlace) -> Iterator[tuple[str, bytes]]:
    """Addresses that stand on paper: one that was changed leads to the new one, that of a removed place to the
    front page."""
    slugs = (place.slug, *place.old_slugs) if place.removed else place.old_slugs
    for slug in slugs:
        content = (slug, place.slug, place.removed)
        address = f"{place.folder}/{slug}/"
        yield from _kept(tree, address, content, lambda page: _moved(page, place)).items()


def _moved(page: Page, place: PublicPlace) -> bytes:
    to = page.up_to_language if place.removed else f"../{place.slug}/"
    return render(
        "moved.html",
        page,
        said=_said(page),
        to=to,
        name=_said(page).everything if place.removed else place.name,
        robots=HIDDEN_ROBOTS,
        age=None,
        home=None,
        archive=None,
    )


def _said(page: Page) -> PlaceWords:
    return place_words(page.words.code)


def _address(place: PublicPlace) -> str:
    return f"{place.folder}/{place.slug}/"
