"""The seven uses of tap water that a municipality must be able to answer for (KL's recommendations, fact sheet R1).

Shown as groups (yes, only boiled, no) wherever it is read, and on the page as a table too: the groups come first,
since a table alone is hard to follow by ear or on a narrow screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import product

from hub.text.types import Channel
from hub.text.words import NoWords, base_language, comma, joined

USES = ("drink", "toilet", "garden", "bath", "laundry", "dishwasher", "cleaning")
ANSWERS = ("yes", "boiled", "no")


@dataclass(frozen=True)
class _Labels:
    caption: str
    uses: Mapping[str, str]
    answers: Mapping[str, str]
    groups: Mapping[str, str]
    spoken: Mapping[str, str]


_LABELS: Mapping[str, _Labels] = {
    "da": _Labels(
        caption="Hvad må du bruge vandet til?",
        uses={
            "drink": "drikke",
            "toilet": "toilet",
            "garden": "havevanding",
            "bath": "bad",
            "laundry": "tøjvask",
            "dishwasher": "opvaskemaskine",
            "cleaning": "rengøring",
        },
        answers={"yes": "Ja", "boiled": "Kun kogt", "no": "Nej"},
        groups={
            "yes": "Ja, brug vandet til",
            "boiled": "Brug kun kogt vand til",
            "no": "Nej, brug ikke vandet til",
        },
        spoken={
            "yes": "Du må bruge vandet til {uses}",
            "boiled": "Brug kun kogt vand til {uses}",
            "no": "Brug ikke vandet til {uses}",
        },
    ),
    "en": _Labels(
        caption="What may you use the water for?",
        uses={
            "drink": "drinking",
            "toilet": "the toilet",
            "garden": "watering plants",
            "bath": "bath and shower",
            "laundry": "laundry",
            "dishwasher": "the dishwasher",
            "cleaning": "cleaning",
        },
        answers={"yes": "Yes", "boiled": "Boiled only", "no": "No"},
        groups={
            "yes": "Yes, use the water for",
            "boiled": "Use only boiled water for",
            "no": "No, do not use the water for",
        },
        spoken={
            "yes": "You may use the water for {uses}",
            "boiled": "Use only boiled water for {uses}",
            "no": "Do not use the water for {uses}",
        },
    ),
    "de": _Labels(
        caption="Wofür dürfen Sie das Wasser verwenden?",
        uses={
            "drink": "Trinken",
            "toilet": "Toilette",
            "garden": "Gartenbewässerung",
            "bath": "Baden und Duschen",
            "laundry": "Wäsche",
            "dishwasher": "Spülmaschine",
            "cleaning": "Putzen",
        },
        answers={"yes": "Ja", "boiled": "Nur abgekocht", "no": "Nein"},
        groups={
            "yes": "Ja, verwenden Sie das Wasser für",
            "boiled": "Verwenden Sie nur abgekochtes Wasser für",
            "no": "Nein, verwenden Sie das Wasser nicht für",
        },
        spoken={
            "yes": "Sie dürfen das Wasser verwenden für {uses}",
            "boiled": "Verwenden Sie nur abgekochtes Wasser für {uses}",
            "no": "Verwenden Sie das Wasser nicht für {uses}",
        },
    ),
    "uk": _Labels(
        caption="Для чого можна використовувати воду?",
        uses={
            "drink": "пиття",
            "toilet": "туалет",
            "garden": "полив саду",
            "bath": "ванна і душ",
            "laundry": "прання",
            "dishwasher": "посудомийна машина",
            "cleaning": "прибирання",
        },
        answers={"yes": "Так", "boiled": "Лише кип'ячена", "no": "Ні"},
        groups={
            "yes": "Так, можна використовувати воду",
            "boiled": "Лише кип'ячена вода",
            "no": "Ні, не використовуйте воду",
        },
        spoken={
            "yes": "Воду можна використовувати для такого: {uses}",
            "boiled": "Лише кип'ячену воду використовуйте для такого: {uses}",
            "no": "Не використовуйте воду для такого: {uses}",
        },
    ),
    "ar": _Labels(
        caption="فيمَ يمكنك استعمال الماء؟",
        uses={
            "drink": "الشرب",
            "toilet": "المرحاض",
            "garden": "سقي الحديقة",
            "bath": "الاستحمام",
            "laundry": "غسل الملابس",
            "dishwasher": "غسالة الصحون",
            "cleaning": "التنظيف",
        },
        answers={"yes": "نعم", "boiled": "مغلي فقط", "no": "لا"},
        groups={
            "yes": "نعم، استعمل الماء من أجل",
            "boiled": "استعمل الماء المغلي فقط من أجل",
            "no": "لا، لا تستعمل الماء من أجل",
        },
        spoken={
            "yes": "يمكنك استعمال الماء من أجل {uses}",
            "boiled": "استعمل الماء المغلي فقط من أجل {uses}",
            "no": "لا تستعمل الماء من أجل {uses}",
        },
    ),
    "pl": _Labels(
        caption="Do czego można używać wody?",
        uses={
            "drink": "picie",
            "toilet": "toaleta",
            "garden": "podlewanie ogrodu",
            "bath": "kąpiel i prysznic",
            "laundry": "pranie",
            "dishwasher": "zmywarka",
            "cleaning": "sprzątanie",
        },
        answers={"yes": "Tak", "boiled": "Tylko przegotowana", "no": "Nie"},
        groups={
            "yes": "Tak, można używać wody",
            "boiled": "Tylko przegotowana woda",
            "no": "Nie, nie używaj wody",
        },
        spoken={
            "yes": "Wody można używać do tego: {uses}",
            "boiled": "Tylko przegotowanej wody używaj do tego: {uses}",
            "no": "Nie używaj wody do tego: {uses}",
        },
    ),
    "ro": _Labels(
        caption="Pentru ce puteți folosi apa?",
        uses={
            "drink": "băut",
            "toilet": "toaletă",
            "garden": "udatul grădinii",
            "bath": "baie și duș",
            "laundry": "spălatul rufelor",
            "dishwasher": "mașina de spălat vase",
            "cleaning": "curățenie",
        },
        answers={"yes": "Da", "boiled": "Numai fiartă", "no": "Nu"},
        groups={
            "yes": "Da, folosiți apa pentru",
            "boiled": "Folosiți numai apă fiartă pentru",
            "no": "Nu, nu folosiți apa pentru",
        },
        spoken={
            "yes": "Puteți folosi apa pentru {uses}",
            "boiled": "Folosiți numai apă fiartă pentru {uses}",
            "no": "Nu folosiți apa pentru {uses}",
        },
    ),
}


class WaterUseError(ValueError):
    """The text is no answer for the seven uses."""


def normalise(raw: str) -> str:
    """`drink=boiled;toilet=yes;...` with all seven uses, in the order of `USES`. Raises WaterUseError."""
    answers: dict[str, str] = {}
    for part in raw.split(";"):
        if not part.strip():
            continue
        use, equals, answer = (piece.strip().lower() for piece in part.partition("="))
        if not equals or use not in USES:
            raise WaterUseError(
                f"{part.strip()!r} is not one of {', '.join(USES)} with = behind it"
            )
        if answer not in ANSWERS:
            raise WaterUseError(f"{use}={answer}: the answer is one of {', '.join(ANSWERS)}")
        if use in answers:
            raise WaterUseError(f"{use!r} is answered twice")
        answers[use] = answer
    missing = [use for use in USES if use not in answers]
    if missing:
        raise WaterUseError(f"no answer for {', '.join(missing)}; all seven uses are needed")
    return ";".join(f"{use}={answers[use]}" for use in USES)


def as_text(value: str, language: str, channel: Channel) -> str:
    """The canonical value as words, without a full stop at the end. Raises NoWords."""
    labels = _labels(language)
    groups = _groups(value)
    if channel is Channel.PHONE:
        return ". ".join(
            labels.spoken[answer].format(uses=joined([labels.uses[use] for use in uses], language))
            for answer, uses in groups.items()
        )
    between = comma(tuple(labels.uses.values()), language)
    return ". ".join(
        f"{labels.answers[answer]}: {between.join(labels.uses[use] for use in uses)}"
        for answer, uses in groups.items()
    )


def as_html(value: str, language: str) -> str:
    """The groups as a list, then the table, each use with its answer. Raises NoWords."""
    labels = _labels(language)
    groups = "".join(
        f"<li><strong>{escape(labels.groups[answer])}:</strong> "
        f"{escape(joined([labels.uses[use] for use in uses], language))}</li>"
        for answer, uses in _groups(value).items()
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(_capital(labels.uses[use]))}</th>'
        f"<td>{escape(labels.answers[answer])}</td></tr>"
        for use, answer in _pairs(value)
    )
    return (
        f"<ul>{groups}</ul>"
        f"<table><caption>{escape(labels.caption)}</caption><tbody>{rows}</tbody></table>"
    )


@lru_cache(maxsize=16)
def longest(language: str) -> str:
    """The answers whose words in an SMS are longest."""
    labels = _labels(language)
    all_uses = sum(len(labels.uses[use]) + len(", ") for use in USES)

    def length(answers: tuple[str, ...]) -> int:
        """Of the text: the uses, and each group's answer, its colon, and its full stop in place of a comma."""
        return all_uses + sum(len(labels.answers[answer]) + len(": ") for answer in {*answers})

    answers = max(product(ANSWERS, repeat=len(USES)), key=length)
    return ";".join(f"{use}={answer}" for use, answer in zip(USES, answers, strict=True))


def _labels(language: str) -> _Labels:
    try:
        return _LABELS[base_language(language)]
    except KeyError:
        raise NoWords(language) from None


def _pairs(value: str) -> list[tuple[str, str]]:
    return [(use, answer) for use, _, answer in (part.partition("=") for part in value.split(";"))]


def _groups(value: str) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {answer: [] for answer in ANSWERS}
    for use, answer in _pairs(value):
        groups[answer].append(use)
    return {answer: uses for answer, uses in groups.items() if uses}


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]
