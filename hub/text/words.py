"""The hub's own words in each language: what typed slots and exercises need besides the author's text.

A language is added as one more table. A slot type that needs words in a language without a table is refused with
`NoWords`, never shown in another language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError


class NoWords(LookupError):
    """The hub has no table of words for this language."""

    def __init__(self, language: str) -> None:
        super().__init__(
            f"the hub has no words of its own in {language!r} yet; it has {', '.join(WORDS)}"
        )
        self.language = language


@dataclass(frozen=True)
class Words:
    """Patterns have the fields named in them; `more` maps 1 and 2 (two or more) to a pattern."""

    join: str
    unknown_end: str
    according_to: str
    more_streets: Mapping[int, str]
    hours: str
    hours_short: str
    always_open: str
    accessible: str
    not_accessible: str
    bring: str
    dmi: tuple[str, str, str]
    exercise: str
    exercise_spoken: str
    nothing_to_do: str
    things: Mapping[str, str]


WORDS: Mapping[str, Words] = {
    "da": Words(
        join=" og ",
        unknown_end="vides ikke endnu",
        according_to="{text}, oplyser {source}",
        more_streets={
            1: "{names} og 1 anden vej, se siden",
            2: "{names} og {count} andre veje, se siden",
        },
        hours="åbent fra {start} til {end}",
        hours_short="kl. {start}-{end}",
        always_open="åbent hele døgnet",
        accessible="adgang for kørestole",
        not_accessible="ikke adgang for kørestole",
        bring="medbring {things}",
        dmi=(
            "voldsomt vejr, kategori 1",
            "farligt vejr, kategori 2",
            "meget farligt vejr, kategori 3",
        ),
        exercise="ØVELSE",
        exercise_spoken="Øvelse. Dette er en øvelse.",
        nothing_to_do="Du skal ikke gøre noget.",
        things={
            "dunk": "dunk",
            "id": "ID",
            "medicin": "medicin",
            "varmt tøj": "varmt tøj",
            "oplader": "oplader",
            "tæppe": "tæppe",
            "lommelygte": "lommelygte",
            "mad": "mad",
            "vand": "vand",
            "briller": "briller",
            "penge": "penge",
        },
    ),
    "en": Words(
        join=" and ",
        unknown_end="not known yet",
        according_to="{text}, according to {source}",
        more_streets={
            1: "{names} and 1 more street, see the page",
            2: "{names} and {count} more streets, see the page",
        },
        hours="open from {start} to {end}",
        hours_short="{start}-{end}",
        always_open="open day and night",
        accessible="wheelchair access",
        not_accessible="no wheelchair access",
        bring="bring {things}",
        dmi=(
            "severe weather, category 1",
            "dangerous weather, category 2",
            "very dangerous weather, category 3",
        ),
        exercise="EXERCISE",
        exercise_spoken="Exercise. This is an exercise.",
        nothing_to_do="You do not need to do anything.",
        things={
            "dunk": "water container",
            "id": "ID",
            "medicin": "medicine",
            "varmt tøj": "warm clothes",
            "oplader": "charger",
            "tæppe": "blanket",
            "lommelygte": "torch",
            "mad": "food",
            "vand": "water",
            "briller": "glasses",
            "penge": "money",
        },
    ),
    "de": Words(
        join=" und ",
        unknown_end="noch nicht bekannt",
        according_to="{text}, laut {source}",
        more_streets={
            1: "{names} und 1 weitere Straße, siehe Seite",
            2: "{names} und {count} weitere Straßen, siehe Seite",
        },
        hours="geöffnet von {start} bis {end}",
        hours_short="{start}-{end} Uhr",
        always_open="Tag und Nacht geöffnet",
        accessible="Zugang mit Rollstuhl",
        not_accessible="kein Zugang mit Rollstuhl",
        bring="mitbringen: {things}",
        dmi=(
            "schweres Unwetter, Kategorie 1",
            "gefährliches Unwetter, Kategorie 2",
            "sehr gefährliches Unwetter, Kategorie 3",
        ),
        exercise="ÜBUNG",
        exercise_spoken="Übung. Dies ist eine Übung.",
        nothing_to_do="Sie müssen nichts tun.",
        things={
            "dunk": "Kanister",
            "id": "Ausweis",
            "medicin": "Medikamente",
            "varmt tøj": "warme Kleidung",
            "oplader": "Ladegerät",
            "tæppe": "Decke",
            "lommelygte": "Taschenlampe",
            "mad": "Essen",
            "vand": "Wasser",
            "briller": "Brille",
            "penge": "Geld",
        },
    ),
}


def words(language: str) -> Words:
    """Raises NoWords for a language without a table."""
    try:
        return WORDS[language]
    except KeyError:
        raise NoWords(language) from None


def joined(parts: Sequence[str], language: str) -> str:
    """`a, b and c` in the language."""
    if len(parts) < 2:
        return "".join(parts)
    return words(language).join.join((", ".join(parts[:-1]), parts[-1]))


def thing(name: str, language: str) -> str:
    """A common thing to bring, in the language; what is not in the table stays as it was entered."""
    return words(language).things.get(name.casefold(), name)


@lru_cache(maxsize=64)
def is_right_to_left(language: str) -> bool:
    try:
        return Locale.parse(language).text_direction == "rtl"
    except (UnknownLocaleError, ValueError):
        return False
