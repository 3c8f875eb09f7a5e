"""What is read aloud in one language, as values: the whole text, each announcement's own, and the short ones.

A text says who speaks, when it was updated and until when it holds, so that one which outlives the hub says so
itself (DESIGN.md, rule 8). What is in force comes gravest first; beyond LONGEST characters or LONGEST_SECONDS whole
announcements give way to their titles, never half a sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hub.phone.brief import Brief, first_action, short, written
from hub.phone.saying import said, said_with
from hub.phone.words import WORDS, PhoneWords
from hub.text.holding import Holding, holding, is_late
from hub.text.moments import render_moment
from hub.text.situation import PublicAnnouncement, Situation, Standing
from hub.text.speech import spoken_seconds

LONGEST: Final = 1500
LONGEST_SECONDS: Final = 115.0
"""Characters and seconds of a whole text (status-page fact sheet, 4a: 120 seconds, which a voice must not exceed
where our estimate is a little short); one announcement alone may need more."""

GONE: Final = timedelta(hours=24)
"""So long an announcement that is over keeps its own text, which says so: a menu may still lead there."""


@dataclass(frozen=True)
class Spoken:
    """A text to read aloud and what goes with it. `hash` is over what is said without its age: equal as long as
    the same is said, however often it is published. `outlived` is for after `held.until`."""

    text: str
    short: str
    written: str
    outlived: str
    hash: str
    held: Holding


@dataclass(frozen=True)
class Part:
    """One announcement: its title and places as said, its own words, and the text that stands alone. `told` is
    False for one that is over and only says so, or has no words in this language."""

    item: PublicAnnouncement
    subject: str
    place: str
    words: str
    alone: Spoken
    told: bool = True


@dataclass(frozen=True)
class PhoneText:
    """All that is said in one language, of what is real or of exercises. `parts` are in the order of the text,
    what is over comes last."""

    language: str
    exercise: bool
    quiet: bool
    whole: Spoken
    parts: tuple[Part, ...]


def phone_text(situation: Situation, language: str, *, exercise: bool = False) -> PhoneText:
    """What the phone says now. Pure. `language` is one of `WORDS`."""
    return _Composer(situation, language, exercise).all()


class _Composer:
    def __init__(self, situation: Situation, language: str, exercise: bool) -> None:
        self.situation = situation
        self.language = language
        self.exercise = exercise
        self.words: PhoneWords = WORDS[language]
        self.held = holding(situation, exercise=exercise)
        current = _current(situation, exercise)
        self.quiet = all(item.standing is Standing.OVER for item in current)
        self.told = [item for item in current if language in item.texts]
        self.untold = [item for item in current if language not in item.texts]

    def all(self) -> PhoneText:
        parts = [self._part(item) for item in self.told]
        parts += [self._over(item) for item in _gone(self.situation, self.exercise)]
        return PhoneText(self.language, self.exercise, self.quiet, self._whole(), tuple(parts))

    def _whole(self) -> Spoken:
        body = self._body()
        texts = [item.texts[self.language] for item in self.told]
        alone = len(texts) == 1 and not self.untold
        in_force = [item for item in (*self.told, *self.untold) if _holds(item)]
        titles = [
            item.texts[self.language].title for item in self.told if self.quiet or _holds(item)
        ]
        brief = self._brief(
            titles,
            action=first_action(texts[0]) if texts and not self.quiet else "",
            count=len(in_force),
            sms=texts[0].sms if alone else "",
        )
        return self._spoken(body, self.held, [text.title for text in texts], brief)

    def _brief(
        self, titles: Sequence[str], *, count: int, action: str = "", sms: str = ""
    ) -> Brief:
        return Brief(
            situation=self.situation,
            language=self.language,
            exercise=self.exercise,
            titles=tuple(titles),
            action=action,
            count=count,
            sms=sms,
        )

    def _body(self) -> list[str]:
        """The longest that fits and gives at least the gravest announcement in full."""
        choices = [(count, True) for count in range(len(self.told), 0, -1)] or [(0, True)]
        for count, titles in choices:
            body = self._with(self.told[:count], self.told[count:], titles=titles)
            if self._fits(body):
                return body
        return self._with(self.told[:1], self.told[1:], titles=False)

    def _fits(self, body: Sequence[str]) -> bool:
        text = self._framed(body, self.held)
        return len(text) <= LONGEST and spoken_seconds(text, self.language) <= LONGEST_SECONDS

    def _with(
        self,
        full: Sequence[PublicAnnouncement],
        rest: Sequence[PublicAnnouncement],
        *,
        titles: bool = True,
    ) -> list[str]:
        words = self.words
        body = [self._say(words.quiet)] if self.quiet else []
        body += [item.texts[self.language].phone.strip() for item in full]
        if rest:
            body.append(
                self._listed(
                    words.more,
                    [item.texts[self.language].title for item in rest] if titles else [],
                )
            )
        if self.untold:
            named = [title for item in self.untold if (title := self._subject(item))]
            body.append(self._listed(words.untranslated, named if titles else []))
        return body

    def _part(self, item: PublicAnnouncement) -> Part:
        text = item.texts[self.language]
        over = not _holds(item)
        brief = self._brief([text.title], action=first_action(text), count=1, sms=text.sms)
        now = self.situation.read_at
        late = is_late(item, now) and not over
        ahead = item.next_update if item.next_update and item.next_update > now else None
        held = Holding(
            updated=self.held.updated,
            until=self.held.until,
            next_update=None if over else ahead,
            late_since=item.next_update if late else None,
        )
        return Part(
            item=item,
            subject=self._say(text.title),
            place=self._say(", ".join(item.names)),
            words=text.phone.strip(),
            alone=self._spoken([text.phone.strip()], held, [text.title], brief),
        )

    def _over(self, item: PublicAnnouncement) -> Part:
        """What stands where an announcement was: that it is over, and what took its place."""
        gone = self._say(self.words.gone.format(number=item.number))
        body, titles = [gone], []
        successor = next((new for new in self.told if new.number == item.replaced_by), None)
        if successor is not None:
            text = successor.texts[self.language]
            body.append(text.phone.strip())
            titles = [text.title]
        brief = self._brief([self.words.gone.format(number=item.number), *titles], count=1)
        held = Holding(updated=self.held.updated, until=self.held.until)
        alone = self._spoken(body, held, titles, brief)
        return Part(item=item, subject=gone, place="", words=gone, alone=alone, told=False)

    def _spoken(
        self, body: Sequence[str], held: Holding, titles: Sequence[str], brief: Brief
    ) -> Spoken:
        said = "\n\n".join([*body, *self._promises(held)])
        return Spoken(
            text=self._framed(body, held),
            short=short(brief),
            written=written(brief),
            outlived=self._outlived(titles),
            hash=hashlib.sha256(said.encode()).hexdigest(),
            held=held,
        )

    def _framed(self, body: Sequence[str], held: Holding) -> str:
        words = self.words
        opening = words.opening.format(
            name=self.situation.municipality, time=self._moment(held.updated)
        )
        first = f"{words.exercise_opening}\n\n{opening}" if self.exercise else opening
        return "\n\n".join([self._say(first), *body, self._closing(held)])

    def _closing(self, held: Holding) -> str:
        """Until when it holds, then the next update as the last thing heard."""
        late, coming = self._late(held), self._coming(held)
        age = [
            self._say(self.words.too_old.format(time=self._moment(held.until))),
            self._then(),
        ]
        ending = [self._say(self.words.exercise_closing)] if self.exercise else []
        return " ".join([*late, *age, *coming, *ending])

    def _promises(self, held: Holding) -> list[str]:
        return [*self._late(held), *self._coming(held)]

    def _late(self, held: Holding) -> list[str]:
        if held.late_since is None:
            return []
        return [self._say(self.words.late.format(time=self._moment(held.late_since)))]

    def _coming(self, held: Holding) -> list[str]:
        if held.next_update is None:
            return []
        return [self._say(self.words.next_update.format(time=self._moment(held.next_update)))]

    def _then(self) -> str:
        return self._say(self.words.then.format(radio=self.situation.radio))

    def _outlived(self, titles: Sequence[str]) -> str:
        """What to say once the text has outlived itself: how old the news is, what applied then, where to ask."""
        words = self.words
        first = words.outlived.format(
            name=self.situation.municipality, time=self._moment(self.held.updated)
        )
        drill = [self._say(words.exercise_opening)] if self.exercise else []
        told = [said_with(words.outlived_told, titles, self.language)] if titles else []
        return " ".join([*drill, self._say(first), *told, self._then()])

    def _listed(self, pattern: str, titles: Sequence[str]) -> str:
        return said_with(pattern.replace("{page}", self.situation.address), titles, self.language)

    def _subject(self, item: PublicAnnouncement) -> str | None:
        """The incident's title in this language, for an announcement that has no words in it."""
        for incident in self.situation.incidents:
            if incident.number == item.incident:
                return incident.title.get(self.language)
        return None

    def _moment(self, moment: datetime) -> str:
        return render_moment(moment, self.language)

    def _say(self, text: str) -> str:
        return said(text, self.language)


def _holds(item: PublicAnnouncement) -> bool:
    return item.standing is Standing.IN_FORCE


def _current(situation: Situation, exercise: bool) -> list[PublicAnnouncement]:
    over = [
        item
        for item in situation.announcements(exercise=exercise)
        if item.standing is Standing.OVER
    ]
    return [*situation.in_force(exercise=exercise), *over]


def _gone(situation: Situation, exercise: bool) -> list[PublicAnnouncement]:
    since = situation.read_at - GONE
    return [
        item
        for item in situation.announcements(exercise=exercise)
        if item.standing not in (Standing.IN_FORCE, Standing.OVER)
        and item.ended_at is not None
        and item.ended_at > since
    ]
