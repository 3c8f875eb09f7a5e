"""The words by which each kind of incident is known, in each language (rule L03).

An author adds a scenario here with the beginnings of its words. One that is not here is held against its own title, and
only warned about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_WATER: Final = {
    "da": "vand",
    "en": "water",
    "de": "wasser|leitungswasser",
    "uk": "вод",
    "ar": "ماء|الماء|مياه|المياه|بالماء|للماء|ماءك",
    "pl": "wod|wód",
    "ro": "ap[ăae]",
}
_SEWER: Final = {
    "da": "toilet|wc|kloak|skyl|træk",
    "en": "toilet|flush|sewer",
    "de": "toilette|wc|spül|kanalisation",
    "uk": "туалет|змив|каналізац",
    "ar": "السيفون|المرحاض|مرحاض|المجاري|الصرف",
    "pl": "wc|toalet|spłuk|kanaliz",
    "ro": "wc|toalet|canaliz",
}
_POWER: Final = {
    "da": "strøm|el",
    "en": "power|electricity",
    "de": "strom",
    "uk": "електр|струм|світл",
    "ar": "الكهرباء|كهرباء|التيار",
    "pl": "prąd|energ|elektr",
    "ro": "curent|electric|energi",
}
_HEAT: Final = {
    "da": "varme|fjernvarme",
    "en": "heat",
    "de": "heiz|wärme|fernwärme",
    "uk": "опален|тепл",
    "ar": "التدفئة|تدفئة",
    "pl": "ogrzew|ciep",
    "ro": "căldur|încălz",
}
_DANGER: Final = {
    "da": "fare|farlig|røg|gas|brand|evakuer",
    "en": "danger|dangerous|smoke|gas|fire|evacuat",
    "de": "gefahr|gefähr|rauch|gas|feuer|evaku",
    "uk": "небезпе|загроз|дим|газ|пожеж|евакуа",
    "ar": "خطر|الخطر|خطير|دخان|غاز|حريق|إخلاء",
    "pl": "uwaga|zagroż|niebezp|groź|dym|gaz|pożar|ewaku",
    "ro": "pericol|fum|gaz|incendi|evacu|toxic",
}
_WEATHER: Final = {
    "da": "vejr|uvejr|storm|stormflod|skybrud|snestorm|regn|sne|blæst|oversvøm",
    "en": "weather|storm|surge|cloudburst|rain|snow|wind|flood",
    "de": "wetter|unwetter|sturm|sturmflut|regen|starkregen|schnee|wind|flut|hochwasser",
    "uk": "погод|негод|буря|бурі|повін|злив|сніг|снігов|вітер|дощ",
    "ar": "طقس|الطقس|عاصفة|فيضان|أمطار|مطر|ثلج|ريح|رياح",
    "pl": "pogod|burz|wichur|powódź|powodz|ulew|śnież|śnieg|wiatr|deszcz",
    "ro": "vrem|furtun|inunda|ploa|ploi|viscol|zăpad|vânt|ninsoar",
}
_CHILD: Final = {
    "da": "barn|børn|skole|dagtilbud",
    "en": "child|school",
    "de": "kind|schul",
    "uk": "дит|школ|заклад",
    "ar": "طفل|طفلك|أطفال|الأطفال|المدرسة",
    "pl": "dziec|szko",
    "ro": "copi|școal",
}
_APPOINTMENT: Final = {
    "da": "tid|tider|aftale|aflys",
    "en": "appointment|booking|cancel",
    "de": "termin|abgesagt",
    "uk": "прийом|запис|скасован",
    "ar": "موعد|موعدك|مواعيد|المواعيد",
    "pl": "wizyt|termin|odwoł",
    "ro": "programar|anulat",
}
_DATA: Final = {
    "da": "data|oplysning",
    "en": "data|information",
    "de": "daten|angaben",
    "uk": "дані|даних|даними",
    "ar": "البيانات|بيانات|معلومات|المعلومات",
    "pl": "dan",
    "ro": "date|datel|informați",
}
_TELEPHONE: Final = {
    "da": "telefon|nummer|numre|hovednummer|opkald",
    "en": "telephone|phone|number|call|line",
    "de": "telefon|nummer|hauptnummer|anruf",
    "uk": "телефон|номер|дзвін|дзвон",
    "ar": "هاتف|هواتف|هواتفنا|الهواتف|الهاتف|رقم|رقمنا|أرقام|أرقامنا",
    "pl": "telefon|numer",
    "ro": "telefo|număr|numer",
}
_EXERCISE: Final = {
    "da": "øvelse",
    "en": "exercise",
    "de": "übung",
    "uk": "навчан",
    "ar": "تمرين|التمرين",
    "pl": "ćwicz",
    "ro": "exerci",
}

_BY_SCENARIO: Final[Mapping[str, tuple[Mapping[str, str], ...]]] = {
    "appointments-cancelled": (_APPOINTMENT,),
    "data-leak": (_DATA,),
    "district-heating": (_HEAT,),
    "evacuation": (_DANGER,),
    "exercise": (_EXERCISE,),
    "indoors": (_DANGER,),
    "latrine": (_SEWER,),
    "phones-down": (_TELEPHONE,),
    "power-outage": (_POWER,),
    "school-pickup": (_CHILD,),
    "school-stay": (_CHILD,),
    "severe-weather": (_WEATHER,),
    "water-boil": (_WATER,),
    "water-do-not-drink": (_WATER,),
    "water-none": (_WATER,),
    "water-saving": (_WATER, _SEWER),
}

NO_HAZARD: Final = frozenset({"prevention", "rumour"})
"""Scenarios whose messages announce no hazard: advice in peacetime, and the true fact that stands against a rumour."""

NO_DANGER: Final = NO_HAZARD | {
    "appointments-cancelled",
    "data-leak",
    "district-heating",
    "exercise",
    "phones-down",
}
"""Scenarios whose all-clear need not say that anybody is safe: nobody was in danger."""


def _pattern(scenario: str, language: str) -> re.Pattern[str] | None:
    beginnings = [table[language] for table in _BY_SCENARIO[scenario] if language in table]
    return re.compile(rf"(?<!\w)(?:{'|'.join(beginnings)})", re.I) if beginnings else None


_PATTERNS: Final = {
    (scenario, language): _pattern(scenario, language)
    for scenario in _BY_SCENARIO
    for language in _WATER
}


def hazard(scenario: str, language: str) -> re.Pattern[str] | None:
    """The scenario's words in a language; None where it has no glossary."""
    return _PATTERNS.get((scenario, language))
