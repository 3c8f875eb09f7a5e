"""The words that say no, and those that say a number, in each language of the library.

A no is looked for sentence by sentence. Phrases that hold a no-word and forbid nothing (`no later than`, Ukrainian
`доки не`, which is `until`) are taken out first. A sentence without a no may still mean one: `You can stop boiling it`
is `Du skal ikke koge det mere`. Words that can do that (`stop`, `stay`, `only`, `without`, `gone`), and the phrases taken
out, make the sentence open: it is held against nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hub.text.words import base_language


@dataclass(frozen=True)
class Count:
    """How often something is said: at least, and at most where some words may be meant either way."""

    least: int
    most: int

    def __add__(self, other: Count) -> Count:
        return Count(self.least + other.least, self.most + other.most)

    def __str__(self) -> str:
        return str(self.least) if self.least == self.most else f"{self.least}–{self.most}"

    def meets(self, other: Count) -> bool:
        """Can both have said it equally often?"""
        return self.least <= other.most and other.least <= self.most


NOTHING, ONE = Count(0, 0), Count(1, 1)
_PERHAPS = Count(0, 1)


@dataclass(frozen=True)
class _Language:
    """Patterns of whole words: `harmless` is taken out first, `no` says no, `may` leaves it open."""

    harmless: str
    no: str
    may: str
    numbers: tuple[str, ...]  # from 2 to 10; one is an article in some languages


_LANGUAGES: Mapping[str, _Language] = {
    "da": _Language(
        harmless=r"ikke (?:mindst|senere|kun|(?:kan )?undvære)",
        no=r"ikke|ingen|intet|aldrig|hverken|nej|forbudt",
        may=r"væk|uden|stop\w*|ophør\w*|undgå|forgæves|bliv (?:inde|hjemme)|annuller\w*|mangle\w*|forkert\w*|fyldt|fuld"
        r"|god tid|and(?:et|re) sted\w*",
        numbers=("to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti"),
    ),
    "en": _Language(
        harmless=r"no later than|not only|no matter|not long|there (?:is|are|was|will be) (?:still )?no|with no|no hurry"
        r"|no\.(?=\s*(?:\d|\{))",
        no=r"not|cannot|\w+n['’]t|never|no|none|nothing|nobody|neither|nor|forbidden",
        may=r"gone|without|stop\w*|avoid\w*|stay (?:in\w*|at home|home|away|out)|cancel\w*|lack\w*|wrong|full",
        numbers=("two|twice", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    ),
    "de": _Language(
        harmless=r"nicht nur|(?:gibt|haben?|hat) [^.!?]*?\bkein\w*|nicht später"
        r"|(?-i:Keine?) (?:Heizung|Strom|Wasser|Wärme)",
        no=r"nicht|nichts|kein\w*|nie|niemals|niemand\w*|weder|nein|verboten",
        may=r"weg|ausgefallen|gestört|ohne|aufhören|vermeiden|verzichten|bleiben sie|erst|warten sie,? bis|ungültig|aufgehoben"
        r"|fehl\w*|falsch\w*|voll",
        numbers=(
            "zwei|zweimal",
            "drei|dreimal",
            "vier",
            "fünf",
            "sechs",
            "sieben",
            "acht",
            "neun",
            "zehn",
        ),
    ),
    "uk": _Language(
        harmless=r"не (?:пізніше|менше|лише|тільки)|(?:до|по)ки(?: [\w'’ʼ]+){0,3}? не|не (?:було|буде)",
        no=r"не|ні|ніколи|ніхто|нікому|нічого|жодн\w*|заборонен\w*",
        may=r"нема|немає|без|зникн\w*|припин\w*|уника\w*|залишайтеся|скасован\w*|бракує|невідом\w*"
        r"|(?:пере)?повнен\w*",
        numbers=(
            "два|дві|двох|двома|двічі",
            "три|трьох|тричі",
            "чотири|чотирьох",
            r"п['’ʼ]ят(?:ь|и)",
            "шість|шести",
            "сім|семи",
            "вісім|восьми",
            r"дев['’ʼ]ят(?:ь|и)",
            r"десят(?:ь|и)",
        ),
    ),
    "ar": _Language(
        harmless=r"ما لا يقل|لا يقل عن|لا بد|(?:لا|ما) (?:يزال|تزال|زال\w*)|لا (?:يوجد|توجد|داعي|كهرباء|تدفئة|ماء|مياه)"
        r"|(?:لا|لن|ليس) [^.!؟]*?إلا",
        no=r"[وفأ]?(?:لا|لن|لم|ليس|ليست|ألا)|ممنوع\w*|يمنع|عدم",
        may=r"[وب]?(?:غير|بدون|دون|بلا)|توقف\w*|تجن\w*|ابق\w*|ملغا\w*|ملغى|انقطع\w*|منقطع\w*|معطل\w*|ممتلئ\w*",
        numbers=(
            "اثنان|اثنين|اثنتان|اثنتين|مرتين|مرتان",
            "ثلاثة|ثلاث",
            "أربعة|أربع",
            "خمسة|خمس",
            "ستة|ست",
            "سبعة|سبع",
            "ثمانية|ثماني|ثمان",
            "تسعة|تسع",
            "عشرة|عشر",
        ),
    ),
    "pl": _Language(
        harmless=r"nie (?:później|mniej|tylko|ma|było|będzie|być|zaskocz\w*)|dopóki(?: \w+){0,3}? nie|(?:po|na|o|za|przez) nie",
        no=r"nie|nigdy|nic|nikt|nikomu|żad\w*|ani|zabroni\w*",
        may=r"bez|brak\w*|zbędn\w*|przepad\w*|przesta\w*|unika\w*|(?:po)?zosta(?:ń|ńcie)|odwołan\w*"
        r"|nieważn\w*|jak zwykle|pełn\w*",
        numbers=(
            "dwa|dwie|dwóch|dwoje|dwukrotnie",
            "trzy|trzech|trzykrotnie",
            "cztery|czterech",
            "pięć|pięciu",
            "sześć|sześciu",
            "siedem|siedmiu",
            "osiem|ośmiu",
            "dziewięć|dziewięciu",
            "dziesięć|dziesięciu",
        ),
    ),
    "ro": _Language(
        harmless=r"nu (?:mai )?(?:este|sunt|e|există|aveți|avem)(?= (?!nevoie|voie|permis|bine|bun))|nu (?:doar|numai|(?:va|vor) (?:mai )?(?:fi|avea))",
        no=r"nu|n-(?:a|am|au|ai|ar|are|ați)|niciodată|nimic|nimeni|nici|niciun\w*|nicio|interzis\w*",
        may=r"fără|opri\w*|înceta\w*|evita\w*|rămâneți|stați|anulat\w*|lips\w*|la ora obișnuită|plin\w*",
        numbers=("doi|două", "trei", "patru", "cinci", "șase", "șapte", "opt", "", "zece"),
    ),
}
"""Romanian `nouă` is nine, and new, and us: it is not read as a number."""
_DIGITS = r"(?P<digits>\d+)"
_SENTENCE = re.compile(r"[.!?؟:;\n]+(?:\s+|$)")
_TAKEN = "\0"
_VOWELS = dict.fromkeys(range(0x064B, 0x0653))
"""Arabic vowel signs, which are written or not."""


def denials(words: str, language: str) -> tuple[Count, ...]:
    """For each sentence, whether it forbids or denies something: 1, 0, or 0–1 where it may. Two no-words in one sentence
    (`nigdy nie`) are one no. In a language without a table any sentence may."""
    found = _patterns(base_language(language))
    if found is not None:
        words = found.harmless.sub(_TAKEN, words.translate(_VOWELS))
    return tuple(
        _denial(sentence, found) for sentence in _SENTENCE.split(words) if sentence.strip(" -*#")
    )


def _denial(sentence: str, found: _Patterns | None) -> Count:
    if found is None:
        return _PERHAPS
    if found.no.search(sentence):
        return ONE
    return _PERHAPS if _TAKEN in sentence or found.may.search(sentence) else NOTHING


def numbers_in(words: str, language: str) -> tuple[str, ...]:
    """Every number, in digits or words, in order of appearance."""
    found = _patterns(base_language(language))
    pattern = found.number if found is not None else re.compile(_DIGITS)
    return tuple(_number(match) for match in pattern.finditer(words.translate(_VOWELS)))


def _number(match: re.Match[str]) -> str:
    if match["digits"]:
        return match["digits"].lstrip("0") or "0"
    return next(name.removeprefix("n") for name, found in match.groupdict().items() if found)


@dataclass(frozen=True)
class _Patterns:
    harmless: re.Pattern[str]
    no: re.Pattern[str]
    may: re.Pattern[str]
    number: re.Pattern[str]


@cache
def _patterns(language: str) -> _Patterns | None:
    words = _LANGUAGES.get(language)
    if words is None:
        return None
    numbers = [
        rf"(?P<n{number}>{_whole(word)})" for number, word in enumerate(words.numbers, 2) if word
    ]
    return _Patterns(
        re.compile(_whole(words.harmless), re.I),
        re.compile(_whole(words.no), re.I),
        re.compile(_whole(words.may), re.I),
        re.compile("|".join([_DIGITS, *numbers]), re.I),
    )


def _whole(words: str) -> str:
    return rf"(?<![\w'’ʼ-])(?:{words})(?![\w'’ʼ])"
