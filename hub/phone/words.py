"""The phone text's own words in each language that has a voice: opening, closing, and what is said of silence.

Written as ordinary text with moments in it; `hub.text.speech.speak` makes them sayable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PhoneWords:
    """`too_old` speaks of the text, never of the announcement: what it tells may hold longer than the text does.

    `{name}` is the municipality's, `{time}` a moment, `{titles}` sentences, `{page}` the site's address."""

    opening: str
    quiet: str
    too_old: str
    then: str
    next_update: str
    late: str
    more: str
    untranslated: str
    exercise_opening: str
    exercise_closing: str


WORDS: Mapping[str, PhoneWords] = {
    "da": PhoneWords(
        opening="Her er {name}. Dette er opdateret {time}.",
        quiet="Der er ingen aktive beskeder fra kommunen lige nu.",
        too_old="Hører du dette efter {time}, så er det for gammelt.",
        then="Ring igen, eller hør radioen på DR P4.",
        next_update="Vi kommer med nyt senest {time}.",
        late="Vi skulle have givet nyt senest {time}. Det, du lige hørte, gælder stadig.",
        more="Der er også andre beskeder. {titles} Læs dem på {page}.",
        untranslated="Der er også beskeder, som ikke findes på dansk endnu. {titles} Læs dem på {page}.",
        exercise_opening="Øvelse. Dette er en øvelse. Du skal ikke gøre noget.",
        exercise_closing="Dette var en øvelse.",
    ),
    "en": PhoneWords(
        opening="This is {name}. Updated {time}.",
        quiet="There are no active messages from the municipality right now.",
        too_old="If you hear this after {time}, it is too old.",
        then="Call again, or listen to the radio station DR P4.",
        next_update="We will have news no later than {time}.",
        late="We should have had news no later than {time}. What you have just heard still applies.",
        more="There are other messages too. {titles} Read them at {page}.",
        untranslated="There are also messages that are not available in English yet. {titles} "
        "Read them at {page}.",
        exercise_opening="Exercise. This is an exercise. You do not need to do anything.",
        exercise_closing="This was an exercise.",
    ),
    "de": PhoneWords(
        opening="Hier ist {name}. Der Stand ist {time}.",
        quiet="Zurzeit gibt es keine aktiven Mitteilungen der Kommune.",
        too_old="Hören Sie dies nach {time}, dann ist es zu alt.",
        then="Rufen Sie noch einmal an oder hören Sie den Radiosender DR P4.",
        next_update="Neues gibt es spätestens {time}.",
        late="Neues sollte es spätestens {time} geben. Was Sie gerade gehört haben, gilt weiterhin.",
        more="Es gibt noch andere Mitteilungen. {titles} Lesen Sie sie auf {page}.",
        untranslated="Es gibt auch Mitteilungen, die noch nicht auf Deutsch vorliegen. {titles} "
        "Lesen Sie sie auf {page}.",
        exercise_opening="Übung. Dies ist eine Übung. Sie müssen nichts tun.",
        exercise_closing="Dies war eine Übung.",
    ),
}
