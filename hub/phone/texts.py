"""Phone texts: one announcement for a robot to read aloud in each language, and the same with its parts as JSON.

A text says who speaks, when it was updated and until when it holds, so that one which outlives the hub says so
itself (DESIGN.md, rule 8). What is in force comes gravest first; beyond LONGEST whole announcements give way to
their titles, never half a sentence. A language that no voice speaks has no file: a robot reading numbers wrong
does harm, and the page has that language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from hub.phone.words import WORDS, PhoneWords
from hub.text.holding import Holding, holding
from hub.text.moments import render_moment
from hub.text.situation import PublicAnnouncement, Situation, Standing
from hub.text.speech import SPOKEN_LANGUAGES, speak

LONGEST = 1500
"""Characters of a whole text (status-page fact sheet, 4a); one announcement alone may need more."""

SCHEMA = 1
EXERCISE_FOLDER = "/ovelse"


def phone_files(situation: Situation) -> dict[str, bytes]:
    """`/phone/<lang>.txt` and `.json` for each of the site's languages that has a voice, path to content;
    those of exercises below `/ovelse/`."""
    files: dict[str, bytes] = {}
    for exercise, folder in ((False, ""), (True, EXERCISE_FOLDER)):
        for language in situation.languages:
            if language not in SPOKEN_LANGUAGES or language not in WORDS:
                continue
            spoken = _Spoken(situation, language, exercise)
            files[f"{folder}/phone/{language}.txt"] = f"{spoken.text}\n".encode()
            files[f"{folder}/phone/{language}.json"] = spoken.document()
    return files


class _Spoken:
    """The phone text of one language."""

    def __init__(self, situation: Situation, language: str, exercise: bool) -> None:
        self.situation = situation
        self.language = language
        self.exercise = exercise
        self.words: PhoneWords = WORDS[language]
        self.held: Holding = holding(situation, exercise=exercise)
        current = _current(situation, exercise)
        self.quiet = all(item.standing is Standing.OVER for item in current)
        self.told = [item for item in current if language in item.texts]
        self.untold = [item for item in current if language not in item.texts]
        self.text = self._text()

    def document(self) -> bytes:
        """The JSON file. `hash` is over the text alone: equal text has an equal hash in every revision."""
        content: dict[str, Any] = {
            "schema": SCHEMA,
            "language": self.language,
            "municipality": self.situation.municipality,
            "exercise": self.exercise,
            "quiet": self.quiet,
            "updated": _iso(self.held.updated),
            "valid_until": _iso(self.held.until),
            "next_update": None if self.held.next_update is None else _iso(self.held.next_update),
            "hash": hashlib.sha256(self.text.encode()).hexdigest(),
            "text": self.text,
            "parts": [self._part(item) for item in self.told],
        }
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

    def _part(self, item: PublicAnnouncement) -> dict[str, Any]:
        text = item.texts[self.language]
        return {
            "number": item.number,
            "incident": item.incident,
            "severity": item.severity,
            "over": item.standing is Standing.OVER,
            "version": item.version,
            "subject": self._say(text.title),
            "text": text.phone.strip(),
            "hash": hashlib.sha256(text.phone.strip().encode()).hexdigest(),
        }

    def _text(self) -> str:
        """The longest text within LONGEST that gives at least the gravest announcement in full."""
        for count in range(len(self.told), 1, -1):
            text = self._with(self.told[:count], self.told[count:])
            if len(text) <= LONGEST:
                return text
        return self._with(self.told[:1], self.told[1:])

    def _with(self, full: Sequence[PublicAnnouncement], rest: Sequence[PublicAnnouncement]) -> str:
        words = self.words
        opening = words.opening.format(
            name=self.situation.municipality, time=self._moment(self.held.updated)
        )
        paragraphs = [
            self._say(f"{words.exercise_opening}\n\n{opening}" if self.exercise else opening)
        ]
        if self.quiet:
            paragraphs.append(self._say(words.quiet))
        paragraphs += [item.texts[self.language].phone.strip() for item in full]
        if rest:
            titles = [item.texts[self.language].title for item in rest]
            paragraphs.append(self._listed(words.more, titles))
        if self.untold:
            titles = [title for item in self.untold if (title := self._subject(item))]
            paragraphs.append(self._listed(words.untranslated, titles))
        paragraphs.append(self._closing())
        return "\n\n".join(paragraphs)

    def _closing(self) -> str:
        """Until when it holds, then the next update as the last thing heard."""
        words, held = self.words, self.held
        sentences = []
        if held.late_since is not None:
            sentences.append(words.late.format(time=self._moment(held.late_since)))
        sentences += [words.too_old.format(time=self._moment(held.until)), words.then]
        if held.next_update is not None:
            sentences.append(words.next_update.format(time=self._moment(held.next_update)))
        if self.exercise:
            sentences.append(words.exercise_closing)
        return " ".join(self._say(sentence) for sentence in sentences)

    def _listed(self, pattern: str, titles: Sequence[str]) -> str:
        ended = " ".join(
            title if title.endswith((".", "?", "!")) else f"{title}." for title in titles
        )
        return self._say(pattern.format(titles=ended, page=self.situation.address))

    def _subject(self, item: PublicAnnouncement) -> str | None:
        """The incident's title in this language, for an announcement that has no words in it."""
        for incident in self.situation.incidents:
            if incident.number == item.incident:
                return incident.title.get(self.language)
        return None

    def _moment(self, moment: datetime) -> str:
        return render_moment(moment, self.language)

    def _say(self, text: str) -> str:
        return _said(text, self.language)


@lru_cache(maxsize=512)
def _said(text: str, language: str) -> str:
    """Speaking takes milliseconds a sentence, and most sentences are the same at every publish."""
    return speak(text, language)


def _current(situation: Situation, exercise: bool) -> list[PublicAnnouncement]:
    over = [
        item
        for item in situation.announcements(exercise=exercise)
        if item.standing is Standing.OVER
    ]
    return [*situation.in_force(exercise=exercise), *over]


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
