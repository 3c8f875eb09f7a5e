"""Ukrainian, as read aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final

from hub.text.speech.slavic import Genitives, slavic_form
from hub.text.speech.tables import Currency, Unit, table, unit_table, words
from hub.text.speech.voice import Clock, Day, Voice

_SMALL: Final = words("""
    нуль один два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять тринадцять
    чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять
""")
_TENS: Final = words("""
    . . двадцять тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яносто
""")
_HUNDREDS: Final = words("""
    . сто двісті триста чотириста п'ятсот шістсот сімсот вісімсот дев'ятсот
""")
_THOUSANDS: Final = ("тисяча", "тисячі", "тисяч")
_MILLIONS: Final = ("мільйон", "мільйони", "мільйонів")
_ONE: Final = {"f": "одна", "fa": "одну", "n": "одне"}
_TWO: Final = ("f", "fa")
_RANKS: Final = words("""
    нульов перш друг трет четверт п'ят шост сьом восьм дев'ят десят одинадцят дванадцят тринадцят
    чотирнадцят п'ятнадцят шістнадцят сімнадцят вісімнадцят дев'ятнадцят
""")
_TENTH_RANKS: Final = words("""
    . . двадцят тридцят сороков п'ятдесят шістдесят сімдесят вісімдесят дев'яност
""")
_MONTHS: Final = words("""
    січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
""")
_NAMES: Final = words("""
    січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
""")
_GENITIVE: Final = Genitives(
    small=words("""
        нуля одного двох трьох чотирьох п'яти шести семи восьми дев'яти десяти одинадцяти
        дванадцяти тринадцяти чотирнадцяти п'ятнадцяти шістнадцяти сімнадцяти вісімнадцяти
        дев'ятнадцяти
    """),
    tens=words("""
        . . двадцяти тридцяти сорока п'ятдесяти шістдесяти сімдесяти вісімдесяти дев'яноста
    """),
    hundreds=words("""
        . ста двохсот трьохсот чотирьохсот п'ятисот шестисот семисот восьмисот дев'ятисот
    """),
    one_feminine="однієї",
)
_ASKS_GENITIVE: Final = re.compile(
    r"(?<!\w)(?:до|від|після|протягом|упродовж|близько|менше|більше|без|для)\s*$", re.IGNORECASE
)
_NOUN_GENITIVES: Final = table("""
    дні = днів; доби = діб; рази = разів; тижні = тижнів; місяці = місяців; особи = осіб
    ночі = ночей
""")


class Ukrainian(Voice):
    code = "uk"
    characters_per_second = 17.5

    digits = _SMALL[:10]
    year_near = r"у|в|від|до|з|року|рік"
    comma = "кома"
    minus = "мінус"
    plus = "плюс"
    to = "до"
    and_word = "і"
    or_word = "або"
    both_or_either: ClassVar[Mapping[str, str]] = {"і/або": "і або", "та/або": "та або"}
    per = "на"
    again = "повторюю"

    months: ClassVar[Mapping[str, int]] = {
        **{name: number for number, name in enumerate(_MONTHS, 1)},
        **{name: number for number, name in enumerate(_NAMES, 1)},
    }
    weekdays = table("""
        пн = понеділок; вт = вівторок; ср = середа; чт = четвер; пт = п'ятниця; сб = субота
        нд = неділя
    """)
    day_dot = r"\.?(?:-го)?"
    date_from = r"з|із|від"
    date_near = r"понеділок|вівторок|середа|четвер|п'ятниця|субота|неділя"
    clock_lead = r"(?!)"
    clock_near = r"о|об|з|із|до|від|після|перед|близько"
    clock_tail = r"год(?:ини|ина|ині|ин)?\.?"

    call_words = ("тел", "телефон", "номер", "за номером", "телефонуйте", "дзвоніть", "на номер")
    counted = words("""
        домогосподарств осіб людей мешканців дітей учнів адрес будинків квартир клієнтів літрів
        метрів кілометрів годин хвилин секунд днів градусів відсотків разів ліжок крон місць
    """)
    counted_genders: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(words("хвилину секунду годину добу ніч особу людину крону тисячу"), "fa"),
        **dict.fromkeys(words("доба доби ніч ночі особа особи людина людини"), "f"),
    }
    web = table("""
        . = крапка; / = скісна риска; - = дефіс; _ = підкреслення; @ = ет; ? = знак питання
        = = знак рівності; & = амперсанд; # = решітка; % = знак відсотка; : = двокрапка
        + = плюс; ~ = тильда
    """)
    units = unit_table("""
        л l L = літр, літри, літрів, літра (m)
        мл ml = мілілітр, мілілітри, мілілітрів, мілілітра (m)
        км km = кілометр, кілометри, кілометрів, кілометра (m)
        м m = метр, метри, метрів, метра (m)
        см cm = сантиметр, сантиметри, сантиметрів, сантиметра (m)
        мм mm = міліметр, міліметри, міліметрів, міліметра (m)
        м2 m2 = квадратний метр, квадратні метри, квадратних метрів, квадратного метра (m)
        м3 m3 = кубічний метр, кубічні метри, кубічних метрів, кубічного метра (m)
        кг kg = кілограм, кілограми, кілограмів, кілограма (m)
        г g = грам, грами, грамів, грама (m)
        °C °С ° = градус, градуси, градусів, градуса (m)
        % = відсоток, відсотки, відсотків, відсотка (m)
        хв = хвилина, хвилини, хвилин, хвилини (f)
        сек с = секунда, секунди, секунд, секунди (f)
        год = година, години, годин, години (f)
        МГц MHz = мегагерц, мегагерци, мегагерців, мегагерца (m)
        тис = тисяча, тисячі, тисяч, тисячі (f)
        млн = мільйон, мільйони, мільйонів, мільйона (m)
    """)
    currencies: ClassVar[Mapping[str, Currency]] = {
        **dict.fromkeys(
            ("крон", "kr", "DKK"),
            Currency(Unit(("крона", "крони", "крон", "крони"), "f"), Unit(("ере",) * 4, "n")),
        ),
        **dict.fromkeys(
            ("грн", "UAH"),
            Currency(
                Unit(("гривня", "гривні", "гривень", "гривні"), "f"),
                Unit(("копійка", "копійки", "копійок", "копійки"), "f"),
            ),
        ),
        **dict.fromkeys(
            ("€", "EUR", "євро"),
            Currency(Unit(("євро",) * 4, "n"), Unit(("цент", "центи", "центів", "цента"), "m")),
        ),
    }
    signs = table("~ = приблизно; < = менше ніж; > = більше ніж; # = номер; × = на")
    symbols = table("""
        & = і; + = плюс; % = відсотків; ‰ = проміле; ° = градусів; = = дорівнює; @ = ет
        § = параграф; € = євро; $ = доларів; £ = фунтів; ≤ = щонайбільше; ≥ = щонайменше
        ± = плюс мінус; ≈ = приблизно; × = на
    """) | {
        **dict.fromkeys("✓✔✅☑", ". так,"),
        **dict.fromkeys("✗✘✖❌❎⛔🚫", ". ні,"),
    }
    abbreviations = table("""
        тел = телефон; напр = наприклад; і т.д = і так далі; т.д = так далі; і т.ін = і таке інше
        і т.п = і тому подібне; та ін. = та інше; вул. = вулиця; буд. = будинок; кв. = квартира
        обл. = область; просп. = проспект; пл. = площа; хв. = хвилин; сек. = секунд; год. = годин
        див. = дивіться; тис. = тисяч; млн = мільйонів; р. = року; грн = гривень; макс. = максимум
        прибл = приблизно; ім. = імені; т.зв = так званий; kl. = о; tlf = телефон; kr. = крон
    """)
    closing = frozenset(words("т.д хв. сек. год. тис. млн р. грн kr.")) | {
        "і т.д",
        "і т.ін",
        "і т.п",
        "та ін.",
    }
    numbered = table("№ = номер; ст. = стаття; с. = сторінка; No = номер")
    initialisms = frozenset(words("ІТ IT SFO ЄС США EU USA ID URL USB IP"))
    vowels = Voice.vowels + "АЕЄИІЇОУЮЯЁЫЭ"
    fractions = table("""
        1/2 = пів; 1/4 = чверть; 3/4 = три чверті; 1/3 = одна третина; 2/3 = дві третини
    """)
    postcode_pattern = r"(?<![\w.,/-])(?<!\d )(?:DK[- ])?(?P<code>[1-9]\d{3})(?= [A-ZÆØÅ][a-zæøå])"

    def form(self, number: int | None) -> int:
        return slavic_form(number, singular_in_compounds=True)

    def cardinal(self, number: int, gender: str = "") -> str:
        if number == 0:
            return "нуль"
        said: list[str] = []
        for size, forms, kind in ((1_000_000, _MILLIONS, "m"), (1000, _THOUSANDS, "f")):
            count, number = divmod(number, size)
            if count == 1:
                said.append(forms[0])
            elif count:
                said.append(f"{self.cardinal(count, kind)} {forms[self.form(count)]}")
        hundreds, rest = divmod(number, 100)
        if hundreds:
            said.append(_HUNDREDS[hundreds])
        if rest:
            tens, ones = divmod(rest, 10) if rest >= 20 else (0, rest)
            if tens:
                said.append(_TENS[tens])
            if ones == 1:
                said.append(_ONE.get(gender, "один"))
            elif ones:
                said.append("дві" if ones == 2 and gender in _TWO else _SMALL[ones])
        return " ".join(said)

    def inflected(self, number: int, gender: str, before: str) -> str:
        if _ASKS_GENITIVE.search(before) and number < 1000:
            return _GENITIVE.of(number, feminine=gender in _TWO)
        return self.cardinal(number, gender)

    def measured(self, number: int, unit: Unit, before: str) -> str:
        if _ASKS_GENITIVE.search(before) and number < 1000 and len(unit.forms) == 4:
            form = unit.forms[3 if self.form(number) == 0 else 2]
            return f"{self.inflected(number, unit.gender, before)} {form}"
        return super().measured(number, unit, before)

    def between(self, low: int, high: int, noun: str, before: str) -> str:
        """`2-5 хвилин` as "від двох до п'яти хвилин", `3-4 години` as "три-чотири години"."""
        gender = self.gender_before(noun)
        if high == low + 1 and high < 11 and low and not _ASKS_GENITIVE.search(before):
            return f"{self.cardinal(low, gender)}-{self.cardinal(high, gender)} {noun}".rstrip()
        if high > 999 or low > 999:
            return super().between(low, high, noun, before)
        feminine = gender in _TWO
        ends = [_GENITIVE.of(number, feminine=feminine) for number in (low, high)]
        start = "" if _ASKS_GENITIVE.search(before) else "від "
        return f"{start}{ends[0]} до {ends[1]} {self._genitive_noun(noun)}".rstrip()

    def _genitive_noun(self, noun: str) -> str:
        unit = self.spoken_units.get(noun)
        if unit and len(unit.forms) == 4:
            return unit.forms[2]
        return _NOUN_GENITIVES.get(noun, noun)

    def tells_time(self, tail: str, first: Clock, second: Clock | None, before: str) -> bool:
        """`о 13 год.`, `до 16 години`; `2 години`, `3-4 години` and `до 5 годин` are so many hours."""
        if tail == "годині" or first.minute is not None:
            return True
        near = re.search(r"(?<!\w)(о|об|з|із|від|до|після)\s*$", before, re.IGNORECASE)
        if near is None:
            return tail == "година" and first.hour not in (1, 21)
        if near[1].lower() in ("о", "об"):
            return True
        return tail == "години" or (
            second is not None and tail.startswith("год") and tail != "годин"
        )

    def ordinal(self, number: int) -> str:
        return self._rank(number, "ий")

    def _rank(self, number: int, ending: str) -> str:
        """`ending`: ий (перший), а (перша), ого (першого), ій (першій), ої (першої)."""
        if number >= 100:
            hundreds, rest = divmod(number, 100)
            return f"{self.cardinal(hundreds * 100)} {self._rank(rest, ending)}"
        tens, ones = divmod(number, 10) if number >= 20 else (0, number)
        if tens and ones:
            return f"{_TENS[tens]} {self._rank(ones, ending)}"
        stem = _TENTH_RANKS[tens] if tens else _RANKS[ones]
        if stem == "трет":
            soft = {"ий": "ій", "а": "я", "ого": "ього", "ій": "ій", "ої": "ьої"}
            return f"{stem}{soft[ending]}"
        return f"{stem}{ending}"

    def clock(self, hour: int, minute: int) -> str:
        return self._hour(hour, minute, "а")

    def _hour(self, hour: int, minute: int, ending: str) -> str:
        said_hour = "нуль годин" if hour == 0 else self._rank(hour, ending)
        if not minute:
            return said_hour
        return f"{said_hour} {'нуль ' if minute < 10 else ''}{self.cardinal(minute, 'f')}"

    def times(self, lead: str, first: Clock, second: Clock | None, before: str) -> str:
        """`о 13:30` as "о тринадцятій тридцять"; a range is "з восьмої до шістнадцятої"."""
        found = re.search(r"(?<!\w)(о|об|з|із|до|від|після|близько)\s*$", before, re.IGNORECASE)
        word = found[1].lower() if found else ""
        if second is not None:
            start = "" if word in ("з", "із", "від") else "з "
            return (
                f"{start}{self._hour(first.hour, first.minute or 0, 'ої')} до "
                f"{self._hour(second.hour, second.minute or 0, 'ої')}"
            )
        ending = {"": "а", "о": "ій", "об": "ій"}.get(word, "ої")
        return self._hour(first.hour, first.minute or 0, ending)

    def date(self, day: Day, before: str) -> str:
        spoken = f"{self._rank(day.day, 'ого')} {_MONTHS[day.month - 1]}"
        return f"{spoken} {self.year(day.year)}" if day.year else spoken

    def dates(self, first: Day, second: Day, before: str) -> str:
        start = "" if re.search(r"(?<!\w)(?:з|із|від)\s*$", before, re.IGNORECASE) else "з "
        if first.month == second.month and first.year is None:
            return f"{start}{self._rank(first.day, 'ого')} до {self.date(second, before)}"
        return f"{start}{self.date(first, before)} до {self.date(second, before)}"

    def year(self, year: int) -> str:
        if year % 100 == 0:
            return f"{self.cardinal(year)} року"
        hundreds, last = divmod(year, 100)
        return f"{self.cardinal(hundreds * 100)} {self._rank(last, 'ого')} року"

    def ordinals(self, text: str) -> str:
        """`4-9 клас`, `4-го класу`."""
        text = re.sub(
            r"(?<![\w.,])(\d{1,2})(?:-?го)? ?- ?(\d{1,2})(?:-?го)? клас(?:у|и|ів)?(?!\w)",
            lambda m: f"з {self._rank(int(m[1]), 'ого')} до {self._rank(int(m[2]), 'ого')} класу",
            text,
        )
        return re.sub(
            r"(?<![\w.,])(\d{1,3})-?(го|ому|ий|й|а|ї|ій)(?!\w)",
            lambda m: self._rank(
                int(m[1]),
                {"го": "ого", "ий": "ий", "й": "ий", "а": "а", "ї": "ої", "ій": "ій"}.get(
                    m[2], "ого"
                ),
            ),
            text,
        )

    def polish(self, text: str) -> str:
        return re.sub(r"(?<!\w)року,? (?:року|р\.)(?!\w)", "року", text)
