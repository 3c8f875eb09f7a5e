"""What a page's template is given: one page's place and words, and each announcement as it reads there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from markupsafe import Markup, escape

from hub.models import AnnouncementKind
from hub.site.templating import filled, isolated, policy, script, stylesheet, time_element
from hub.site.words import SiteWords, words
from hub.text.holding import Holding, holding, is_late
from hub.text.moments import COPENHAGEN
from hub.text.situation import PublicAnnouncement, PublicIncident, Situation, Standing
from hub.text.types import ComposedText
from hub.text.words import WORDS as TEXT_WORDS
from hub.text.words import is_right_to_left

FALLBACKS = ("da", "en")
"""What a page shows of an announcement that is not written in its language (DESIGN.md, `HUB_LANGUAGES`)."""


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
        return Markup('<span lang="{}" dir="{}">{}</span>').format(
            self.language, direction(self.language), self.words
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
    def up_to_language(self) -> str:
        """From this page to its language's front page, relative; empty when it is that."""
        return "../" * self.place.count("/")

    @property
    def up_to_tree(self) -> str:
        return self.up_to_language + "../" * self.prefix.count("/")

    def common(self) -> dict[str, Any]:
        """What every template is given."""
        return {
            "words": self.words,
            "rtl": is_right_to_left(self.words.code),
            "exercise": self.exercise,
            "municipality": self.situation.municipality,
            "address": filled(
                self.words.address,
                address=isolated(self.situation.address),
            ),
            "style": Markup(stylesheet(exercise=self.exercise)),  # noqa: S704 - our own file
            "script": Markup(script()),  # noqa: S704 - our own file
            "policy": Markup(policy(exercise=self.exercise, scripted=True)),  # noqa: S704 - hashes
            "languages": self._languages(),
        }

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
        """How old the page is, until when it holds, when the next update comes: absolute times, in words."""
        held = holding(self.situation, exercise=self.exercise)
        return {
            "epoch": int(held.until.timestamp() * 1000),
            "too_old": self._sentence(self.words.too_old, held.until),
            "updated": self._sentence(self.words.updated, held.updated),
            "next_news": self._next_news(held),
            "test": filled(
                self.words.test,
                limit=self._moment(held.until, _form(held)),
                updated=self._moment(held.updated, _form(held)),
            ),
        }

    def _next_news(self, held: Holding) -> Markup | None:
        if held.next_update is None:
            return None
        return self._sentence(self.words.next_news, held.next_update)

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
        "number": item.number,
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
                "title": title_in(item, text),
                "html": Markup(text.html),  # noqa: S704 - sanitised where it is composed (hub/text/markup.py)
            }
            for text in shown
        ],
        "times": _times(item, page) if item.standing is Standing.IN_FORCE else None,
        "marks": _marks(item, page),
    }


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
    """What a screenshot is checked by: number, what it changes, when it was issued, version."""
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
    parts.append(isolated(item.version))
    return Markup(" · ").join(parts)


def past_line(item: PublicAnnouncement, page: Page) -> dict[str, Any]:
    """One line of what has ended, leading to its incident's page."""
    said = page.words
    marks = [
        filled(said.message, number=item.number),
        filled(said.issued, time=time_element(item.issued_at, said.code, "dated")),
        _ended(item, page),
    ]
    return _line(
        f"{page.up_to_language}i/{item.incident}/#b{item.number}", page.title_words(item), marks
    )


def archive_line(incident: PublicIncident, page: Page) -> dict[str, Any]:
    """One line of the list of all incidents."""
    said = page.words
    marks = [
        filled(said.began, time=time_element(incident.opened_at, said.code, "dated")),
        escape(said.open)
        if incident.closed_at is None
        else filled(said.closed, time=time_element(incident.closed_at, said.code, "dated")),
    ]
    return _line(f"{incident.number}/", incident_title(incident, page), marks, separator=" ")


def _line(
    href: str, title: Words, marks: list[Markup], *, separator: str = " · "
) -> dict[str, Any]:
    return {
        "href": href,
        "title": title.words,
        "lang": title.language if title.marked else None,
        "direction": direction(title.language),
        "marks": Markup(separator).join(marks),  # noqa: S704 - a constant between escaped parts
    }
