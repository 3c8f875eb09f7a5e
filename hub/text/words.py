"""The hub's own words in each language: what typed slots and exercises need besides the author's text.

A language is added as one more table. A slot type that needs words in a language without a table is refused with
`NoWords`, never shown in another language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError

_RIGHT_TO_LEFT_LETTER = re.compile("[\u0590-\u08ff]")


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
    comma: str = ", "


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
    "uk": Words(
        join=" та ",
        unknown_end="ще невідомо",
        according_to="{text}, за даними: {source}",
        more_streets={
            1: "{names} та ще 1 вулиця, див. сторінку",
            2: "{names} та інші вулиці ({count}), див. сторінку",
        },
        hours="відчинено з {start} до {end}",
        hours_short="{start}-{end}",
        always_open="відчинено цілодобово",
        accessible="доступно на кріслі колісному",
        not_accessible="недоступно на кріслі колісному",
        bring="візьміть із собою: {things}",
        dmi=(
            "сильна негода, категорія 1",
            "небезпечна погода, категорія 2",
            "дуже небезпечна погода, категорія 3",
        ),
        exercise="НАВЧАННЯ",
        exercise_spoken="Навчання. Це навчання.",
        nothing_to_do="Вам не потрібно нічого робити.",
        things={
            "dunk": "каністра для води",
            "id": "посвідчення особи",
            "medicin": "ліки",
            "varmt tøj": "теплий одяг",
            "oplader": "зарядний пристрій",
            "tæppe": "ковдра",
            "lommelygte": "ліхтарик",
            "mad": "їжа",
            "vand": "вода",
            "briller": "окуляри",
            "penge": "гроші",
        },
    ),
    "ar": Words(
        comma="، ",
        join=" و",
        unknown_end="غير معروف بعد",
        according_to="{text}، بحسب {source}",
        more_streets={
            1: "{names} وشارع آخر، انظر الصفحة",
            2: "{names} وشوارع أخرى ({count})، انظر الصفحة",
        },
        hours="مفتوح من الساعة {start} إلى الساعة {end}",
        hours_short="{start}-{end}",
        always_open="مفتوح ليلًا ونهارًا",
        accessible="يمكن الدخول بالكرسي المتحرك",
        not_accessible="لا يمكن الدخول بالكرسي المتحرك",
        bring="أحضر معك: {things}",
        dmi=(
            "طقس شديد، الفئة 1",
            "طقس خطير، الفئة 2",
            "طقس خطير جدًا، الفئة 3",
        ),
        exercise="تمرين",
        exercise_spoken="تمرين. هذا تمرين.",
        nothing_to_do="لا يلزمك فعل أي شيء.",
        things={
            "dunk": "وعاء للماء",
            "id": "بطاقة هوية",
            "medicin": "أدوية",
            "varmt tøj": "ملابس دافئة",
            "oplader": "شاحن",
            "tæppe": "بطانية",
            "lommelygte": "مصباح يدوي",
            "mad": "طعام",
            "vand": "ماء",
            "briller": "نظارة",
            "penge": "نقود",
        },
    ),
    "pl": Words(
        join=" i ",
        unknown_end="jeszcze nie wiadomo",
        according_to="{text}, według: {source}",
        more_streets={
            1: "{names} i jeszcze 1 ulica, zobacz na stronie",
            2: "{names} i inne ulice ({count}), zobacz na stronie",
        },
        hours="otwarte od {start} do {end}",
        hours_short="{start}-{end}",
        always_open="otwarte całą dobę",
        accessible="dostęp dla wózków inwalidzkich",
        not_accessible="brak dostępu dla wózków inwalidzkich",
        bring="zabierz ze sobą: {things}",
        dmi=(
            "gwałtowna pogoda, kategoria 1",
            "niebezpieczna pogoda, kategoria 2",
            "bardzo niebezpieczna pogoda, kategoria 3",
        ),
        exercise="ĆWICZENIA",
        exercise_spoken="Ćwiczenia. To są ćwiczenia.",
        nothing_to_do="Nie musisz nic robić.",
        things={
            "dunk": "kanister na wodę",
            "id": "dokument tożsamości",
            "medicin": "leki",
            "varmt tøj": "ciepłe ubranie",
            "oplader": "ładowarka",
            "tæppe": "koc",
            "lommelygte": "latarka",
            "mad": "jedzenie",
            "vand": "woda",
            "briller": "okulary",
            "penge": "pieniądze",
        },
    ),
    "ro": Words(
        join=" și ",
        unknown_end="încă nu se știe",
        according_to="{text}, potrivit {source}",
        more_streets={
            1: "{names} și încă o stradă, vezi pagina",
            2: "{names} și alte {count} străzi, vezi pagina",
        },
        hours="deschis de la {start} la {end}",
        hours_short="{start}-{end}",
        always_open="deschis zi și noapte",
        accessible="acces pentru scaune cu rotile",
        not_accessible="fără acces pentru scaune cu rotile",
        bring="aduceți: {things}",
        dmi=(
            "vreme severă, categoria 1",
            "vreme periculoasă, categoria 2",
            "vreme foarte periculoasă, categoria 3",
        ),
        exercise="EXERCIȚIU",
        exercise_spoken="Exercițiu. Acesta este un exercițiu.",
        nothing_to_do="Nu trebuie să faceți nimic.",
        things={
            "dunk": "bidon pentru apă",
            "id": "act de identitate",
            "medicin": "medicamente",
            "varmt tøj": "haine groase",
            "oplader": "încărcător",
            "tæppe": "pătură",
            "lommelygte": "lanternă",
            "mad": "mâncare",
            "vand": "apă",
            "briller": "ochelari",
            "penge": "bani",
        },
    ),
}


def base_language(language: str) -> str:
    """The language whose words a variant uses: `da` for `da-x-let` (easy Danish)."""
    return language.partition("-x-")[0]


def own_words(table: Mapping[str, str], language: str) -> str:
    """What an author's table says in the language; a variant without words of its own has those of its language, and
    `*` stands for all. Empty where there are none."""
    return table.get(language) or table.get(base_language(language)) or table.get("*", "")


def words(language: str) -> Words:
    """Raises NoWords for a language without a table."""
    try:
        return WORDS[base_language(language)]
    except KeyError:
        raise NoWords(language) from None


def joined(parts: Sequence[str], language: str) -> str:
    """`a, b and c` in the language."""
    if len(parts) < 2:
        return "".join(parts)
    return words(language).join.join((comma(parts, language).join(parts[:-1]), parts[-1]))


def comma(parts: Sequence[str], language: str) -> str:
    """What stands between the parts of a list: the language's own comma, but the Latin one where all are Latin names."""
    own = words(language).comma
    return own if any(_RIGHT_TO_LEFT_LETTER.search(part) for part in parts) else ", "


def thing(name: str, language: str) -> str:
    """A common thing to bring, in the language; what is not in the table stays as it was entered."""
    return words(language).things.get(name.casefold(), name)


@lru_cache(maxsize=64)
def is_right_to_left(language: str) -> bool:
    try:
        return Locale.parse(base_language(language)).text_direction == "rtl"
    except (UnknownLocaleError, ValueError):
        return False
