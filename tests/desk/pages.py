"""What every page of the desk must be, whatever is on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "rect",
    ]
)
_NAMED = frozenset({"a", "button", "h1", "h2", "h3", "title", "label", "legend", "th", "caption"})


@dataclass
class Element:
    """An element with its attributes and all text inside."""

    name: str
    attributes: dict[str, str]
    inside: tuple[str, ...]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """A page's elements in order; `faults` are tags that do not match."""

    html: str
    elements: list[Element] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    doctype: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.html)
        self.close()
        self.faults += [f"<{item.name}> is never closed" for item in self._open]

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl.lower()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        element = Element(
            tag,
            {name: value or "" for name, value in attrs},
            tuple(item.name for item in self._open),
        )
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1].name != tag:
            self.faults.append(
                f"</{tag}> closes {self._open[-1].name if self._open else 'nothing'}"
            )
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, *names: str) -> list[Element]:
        return [item for item in self.elements if item.name in names]


def check_page(html: str) -> Page:
    """Hold a page to what all have: one h1, a title, a language, landmarks, labels, and nothing inline."""
    page = Page(html)
    problems = [
        *page.faults,
        *_document(page),
        *_headings(page),
        *_references(page),
        *_fields(page),
        *_inline(page),
    ]
    assert not problems, "\n".join(problems)
    return page


def _document(page: Page) -> list[str]:
    problems = []
    if page.doctype != "doctype html":
        problems.append("no doctype")
    if [item.attributes.get("lang") for item in page.all("html")] not in (["da"], ["en"]):
        problems.append("no language on <html>")
    titles = [item for item in page.all("title") if "svg" not in item.inside]
    if len(titles) != 1 or not titles[0].text.strip() or titles[0].text.strip().startswith("–"):
        problems.append("no title")
    for name in ("main", "header", "footer"):
        found = [item for item in page.all(name) if item.inside == ("html", "body")]
        if len(found) != 1:
            problems.append(f"{len(found)} <{name}> in the body")
    problems += [
        f"<{item.name}> has no words"
        for item in page.all(*_NAMED)
        if not item.text.strip() and "aria-label" not in item.attributes
    ]
    problems += [
        f"a form posts without a token: {item.attributes}"
        for item in page.all("form")
        if item.attributes.get("method", "get") == "post"
        and page.html.count('name="csrf_token"')
        < sum(form.attributes.get("method") == "post" for form in page.all("form"))
    ]
    return problems


def _headings(page: Page) -> list[str]:
    problems = [] if len(page.all("h1")) == 1 else [f"{len(page.all('h1'))} <h1>"]
    level = 0
    for item in page.all("h1", "h2", "h3", "h4", "h5", "h6"):
        now = int(item.name[1])
        if now > level + 1:
            problems.append(f"<{item.name}> {item.text.strip()!r} follows level {level}")
        level = now
    return problems


def _references(page: Page) -> list[str]:
    ids = [item.attributes["id"] for item in page.elements if "id" in item.attributes]
    problems = [f"the id {name!r} is there twice" for name in set(ids) if ids.count(name) > 1]
    for item in page.elements:
        wanted = [
            *item.attributes.get("aria-describedby", "").split(),
            *item.attributes.get("aria-labelledby", "").split(),
            *([item.attributes["for"]] if "for" in item.attributes else []),
        ]
        href = item.attributes.get("href", "")
        if href.startswith("#"):
            wanted.append(href[1:])
        problems += [
            f"<{item.name}> names {name!r}, which is not there"
            for name in wanted
            if name not in ids
        ]
    return problems


def _fields(page: Page) -> list[str]:
    labels = {item.attributes.get("for") for item in page.all("label")}
    return [
        f"<{item.name} name={item.attributes.get('name')!r}> has no label"
        for item in page.all("input", "select", "textarea")
        if item.attributes.get("type") != "hidden"
        and item.attributes.get("id") not in labels
        and "aria-label" not in item.attributes
    ]


def _inline(page: Page) -> list[str]:
    problems = [f"<style>: {item.text[:40]!r}" for item in page.all("style")]
    problems += [
        f"an inline script: {item.text[:40]!r}"
        for item in page.all("script")
        if "src" not in item.attributes or item.text.strip()
    ]
    for item in page.elements:
        problems += [
            f"<{item.name} {name}> is inline"
            for name, value in item.attributes.items()
            if name == "style" or name.startswith("on") or value.startswith("javascript:")
        ]
    return problems
