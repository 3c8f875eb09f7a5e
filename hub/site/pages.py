"""What a page's template is given: one page's place and words, and each announcement as it reads there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from markupsafe import Markup, escape

from hub.models import AnnouncementKind
from hub.site.html import numbers_in_order, page_html
from hub.site.place_words import place_words
from hub.site.templating import (
    filled,
    isolated,
    policy,
    script,
    stylesheet,
    time_element,
)
from hub.site.words import SiteWords, words
from hub.text.holding import Holding, holding, is_late
from hub.text.moments import COPENHAGEN
from hub.text.places import AREAS, INSTITUTIONS
from hub.text.situation import PublicAnnouncement, PublicIncident, Situation, Standing
from hub.text.types import ComposedText
from hub.text.words import WORDS as TEXT_WORDS
from hub.text.words import is_right_to_left

FALLBACKS = ("da", "en")
"""What a page shows of an announcement that is not written in its language (DESIGN.md, `HUB_LANGUAGES`)."""


STATEMENT, EVERYTHING = "was/", "alle/"
"""The folders of the accessibility statement and of the page in all languages."""

EXERCISE = "ØVELSE"
_EXERCISE_WORDS = (EXERCISE, *(table.exercise for table in TEXT_WORDS.values()))

ENDED = (Standing.UPDATED, Standing.ENDED, Standing.CORRECTED)


@lru_cache(maxsize=64)
def own_name(language: str) -> str:
    """The language's name in itself: `Dansk`, `العربية`; `Dansk (let)` for `da-x-let`."""
    base, _, variant = language.partition("-x-")
    try:
        name = Locale.parse(base).get_display_name(base) or base
    except (UnknownLocaleError, ValueError):
        name = base
    name = name[:1].upper() + name[1:]
    return f"{name} ({variant})" if variant else name


def direction(language: str) -> str:
    return "rtl" if is_right_to_left(language.partition("-")[0]) else "ltr"


@dataclass(frozen=True)
class Words:
    """Words and the language they are in; `marked` when that is not the page's."""

    words: str
    language: str
    marked: bool

    def element(self) -> Markup:
        """Escaped; in an element of its own language and direction where it differs from the page's."""
        if not self.marked:
            return escape(self.words)
        return Markup(  # noqa: S704 - the only free words are escaped here
            f"<span lang={self.language} dir={direction(self.language)}>{escape(self.words)}</span>"
        )


@dataclass(frozen=True)
class Page:
    """One page: in which tree and language, and where. `prefix` is the language's folder (empty for the default's
    second address), `place` the page's folder below it."""

    situation: Situation
    exercise: bool
    language: str
    prefix: str
    place: str
    words: SiteWords = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", words(self.language))

    @property
    def rtl(self) -> bool:
        return is_right_to_left(self.words.code)

    def name(self, words: str) -> Markup:
        """A name or an address, which is written from left to right: kept apart where the page is not."""
        return isolated(words) if self.rtl else escape(words)

    @property
    def up_to_language(self) -> str:
        """From this page to its language's front page, relative; empty when it is that."""
        return "../" * self.place.count("/")

    @property
    def up_to_tree(self) -> str:
        return self.up_to_language + "../" * self.prefix.count("/")

    def common(self) -> dict[str, Any]:
        """What every template is given. `everything` is the page in all languages, linked from front pages only."""
        front = not self.place and len(self.situation.languages) > 1
        return {
            "words": self.words,
            "rtl": self.rtl,
            "exercise": self.exercise,
            "municipality": self.situation.municipality,
            "address": filled(
                self.words.address,
                address=self.name(self.situation.address),
            ),
            "statement": self.up_to_language + STATEMENT
            if self.situation.accessibility_url
            else None,
            "everything": self.up_to_tree + EVERYTHING if front else None,
            "style": Markup(stylesheet(exercise=self.exercise)),  # noqa: S704 - our own file
            "script": Markup(script()),  # noqa: S704 - our own file
            "policy": Markup(policy(exercise=self.exercise, scripted=True)),  # noqa: S704 - hashes
            "languages": self._languages(),
            "lists": [] if self.place or self.exercise else self._lists(),
        }

    def _lists(self) -> list[dict[str, str]]:
        """The lists of institutions and of areas, where there are any: linked from front pages only."""
        said = place_words(self.words.code)
        folders = {place.folder for place in self.situation.places if not place.removed}
        names = {INSTITUTIONS: said.institutions, AREAS: said.areas}
        return [
            {"href": f"{folder}/", "name": name}
            for folder, name in names.items()
            if folder in folders
        ]

    def _languages(self) -> list[dict[str, Any]]:
        default = self.situation.languages[0]
        return [
            {
                "code": language,
                "name": own_name(language),
                "current": language == self.language,
                "href": (
                    self.up_to_tree + ("" if language == default else f"{language}/") + self.place
                    or "./"
                ),
            }
            for language in self.situation.languages
        ]

    def age(self) -> dict[str, Any]:
        """How old the page is and until when it holds: absolute times, in words. `paperless` is what stands on no
        paper: a notice on a door holds until its messages are called off."""
        held = holding(self.situation, exercise=self.exercise)
        return {
            "epoch": int(held.until.timestamp() * 1000),
            "paperless": bool(self.situation.in_force(exercise=self.exercise)),
            "too_old": self.words.too_old,
            "updated": self._sentence(self.words.updated, held.updated),
            "test": filled(
                self.words.test,
                limit=self._moment(held.until, _form(held)),
                radio=self.name(self.situation.radio),
            ),
        }

    def quiet(self) -> Markup:
        """That nothing was in force when the page was made: a page that is read later must not say "now"."""
        return self._sentence(self.words.quiet, self.situation.read_at)

    def _sentence(self, pattern: str, moment: datetime) -> Markup:
        return filled(pattern, time=self._moment(moment))

    def _moment(self, moment: datetime, form: str = "") -> Markup:
        return time_element(moment, self.words.code, form)

    def shown(self, item: PublicAnnouncement) -> tuple[ComposedText, ...]:
        """The announcement's texts on this page: in its language; else Danish and English; else what there is."""
        found = item.texts.get(self.language) or item.texts.get(self.language.partition("-")[0])
        if found is not None:
            return (found,)
        fallback = tuple(item.texts[name] for name in FALLBACKS if name in item.texts)
        return fallback or tuple(item.texts.values())[:1]

    def title_of(self, item: PublicAnnouncement) -> str:
        return self.title_words(item).words

    def title_words(self, item: PublicAnnouncement) -> Words:
        shown = self.shown(item)
        if not shown:
            return Words(self._numbered(self.words.message, item.number), self.words.code, False)
        title, language = title_in(item, shown[0]), shown[0].language
        return Words(title, language, language != self.words.code)

    def _numbered(self, pattern: str, number: int) -> str:
        return pattern.format(number=number)


def title_in(item: PublicAnnouncement, text: ComposedText) -> str:
    """The text's title; one of an exercise always says so first (DESIGN.md, rule 13)."""
    if not item.exercise or text.title.upper().startswith(_EXERCISE_WORDS):
        return text.title
    return f"{EXERCISE}: {text.title}"


def _form(held: Holding) -> str:
    """Clock times alone, unless the reader could take them for another day's."""
    days = {moment.astimezone(COPENHAGEN).date() for moment in (held.updated, held.until)}
    return "time" if len(days) == 1 else ""


def current_and_past(
    situation: Situation, *, exercise: bool
) -> tuple[tuple[PublicAnnouncement, ...], tuple[PublicAnnouncement, ...]]:
    """What is in force (gravest first) and then what is over but still shown; and what has ended, newest first."""
    everything = situation.announcements(exercise=exercise)
    over = (item for item in everything if item.standing is Standing.OVER)
    past = tuple(item for item in everything if item.standing in ENDED)
    return (*situation.in_force(exercise=exercise), *over), past


def incident_title(incident: PublicIncident, page: Page) -> Words:
    """The incident's title in the page's language, else Danish, English, or whatever there is."""
    for language in (page.language, page.language.partition("-")[0], *FALLBACKS, *incident.title):
        if language in incident.title:
            return Words(incident.title[language], language, language != page.words.code)
    return Words(incident.scenario, page.words.code, False)


def announcement_view(
    item: PublicAnnouncement, page: Page, *, timeline: bool = False
) -> dict[str, Any]:
    """One announcement in full. In a timeline its label says whether it still holds."""
    shown = page.shown(item)
    missing = not any(
        text.language.partition("-")[0] == page.language.partition("-")[0] for text in shown
    )
    return {
        "anchor": f"b{item.number}",
        "css": _css(item),
        "label": _label(item, page, timeline=timeline),
        "marked": any(text.language != page.words.code for text in shown),
        "missing": filled(page.words.missing, languages=_names(shown))
        if missing and shown
        else None,
        "texts": [
            {
                "language": text.language,
                "direction": direction(text.language),
                "title": _title(item, text),
                "html": page_html(text.html, rtl=direction(text.language) == "rtl"),
            }
            for text in shown
        ],
        "times": _times(item, page) if item.standing is Standing.IN_FORCE else None,
        "marks": _marks(item, page),
    }


def _title(item: PublicAnnouncement, text: ComposedText) -> Markup:
    title = escape(title_in(item, text))
    if direction(text.language) == "ltr":
        return title
    return Markup(numbers_in_order(title))  # noqa: S704 - escaped above


def _names(texts: tuple[ComposedText, ...]) -> Markup:
    return Markup(", ").join(
        Markup('<bdi lang="{}">{}</bdi>').format(text.language, own_name(text.language))
        for text in texts
    )


def _css(item: PublicAnnouncement) -> str:
    if item.standing is Standing.IN_FORCE:
        return item.severity
    return "over" if item.standing is Standing.OVER else "ended"


def _label(item: PublicAnnouncement, page: Page, *, timeline: bool) -> Markup:
    if item.standing is Standing.IN_FORCE:
        severity = {
            "life": page.words.life,
            "severe": page.words.severe,
            "notice": page.words.notice,
        }[item.severity]
        return escape(f"{page.words.in_force} · {severity}" if timeline else severity)
    return _ended(item, page)


def _ended(item: PublicAnnouncement, page: Page) -> Markup:
    """How it stands with what is no longer in force."""
    if item.standing is Standing.UPDATED:
        return filled(page.words.was_updated, number=item.replaced_by or "")
    if item.standing is Standing.CORRECTED:
        return filled(page.words.was_corrected, number=item.replaced_by or "")
    if item.standing is Standing.OVER or item.kind == AnnouncementKind.END or item.ended_at is None:
        return escape(page.words.over)
    return filled(page.words.was_ended, time=time_element(item.ended_at, page.words.code, "dated"))


def _times(item: PublicAnnouncement, page: Page) -> Markup:
    """Until when it holds, and when the next update comes."""
    now, code = page.situation.read_at, page.words.code
    if item.until is None:
        until = escape(page.words.until_called_off)
    else:
        pattern = page.words.until if item.until > now else page.words.until_passed
        until = filled(pattern, time=time_element(item.until, code))
    if item.next_update is None:
        return until
    pattern = page.words.late if is_late(item, now) else page.words.next_update
    return until + Markup(" ") + filled(pattern, time=time_element(item.next_update, code))


def _marks(item: PublicAnnouncement, page: Page) -> Markup:
    """What a screenshot is checked by: number, what it changes, when it was issued, which wording (`v3`; the message's
    own key says nothing to a reader, and the number leads to it)."""
    said = page.words
    parts = [filled(said.message, number=item.number)]
    if item.update_no > 1 and item.kind == AnnouncementKind.UPDATE:
        parts.append(filled(said.update, number=item.update_no))
    changes = {
        AnnouncementKind.UPDATE: said.replaces,
        AnnouncementKind.END: said.ends,
        AnnouncementKind.CORRECTION: said.corrects,
    }
    for kind, pattern in changes.items():
        if item.kind == kind and item.closes is not None:
            parts.append(filled(pattern, number=item.closes))
    parts.append(filled(said.issued, time=time_element(item.issued_at, said.code, "dated")))
    parts.append(page.name(item.version.rpartition(" ")[2]))
    return Markup(" · ").join(parts)


def past_line(item: PublicAnnouncement, page: Page) -> Markup:
    """One line of what has ended, leading to its incident's page."""
    said = page.words
    marks = [
        filled(said.message, number=item.number),
        filled(said.issued, time=time_element(item.issued_at, said.code, "dated")),
        _ended(item, page),
    ]
    href = f"{page.up_to_language}i/{item.incident}/#b{item.number}"
    return _line(href, page.title_words(item), Markup(" · ").join(marks))


def archive_line(incident: PublicIncident, page: Page) -> Markup:
    """One line of the list of all incidents."""
    return _archived(
        incident.number,
        incident.opened_at,
        incident.closed_at,
        incident_title(incident, page),
        page.words,
    )


@lru_cache(maxsize=32768)
def _archived(
    number: int, opened_at: datetime, closed_at: datetime | None, title: Words, said: SiteWords
) -> Markup:
    """Kept: a new incident adds one line to a list of a thousand."""
    began = filled(said.began, time=time_element(opened_at, said.code, "dated"))
    end = (
        escape(said.open)
        if closed_at is None
        else filled(said.closed, time=time_element(closed_at, said.code, "dated"))
    )
    return _line(f"{number}/", title, began + Markup(" ") + end)


def _line(href: str, title: Words, marks: Markup) -> Markup:
    own = f" lang={title.language} dir={direction(title.language)}" if title.marked else ""
    return Markup(  # noqa: S704 - the only free words are escaped here
        f"<li><a href={href}{own}>{escape(title.words)}</a>. {marks}"
    )
