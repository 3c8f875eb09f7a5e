"""Romanian, as read aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final

from hub.text.speech.tables import Currency, Unit, table, unit_table, words
from hub.text.speech.voice import Clock, Day, Voice

_SMALL: Final = words("""
    zero unu doi trei patru cinci șase șapte opt nouă zece unsprezece doisprezece treisprezece
    paisprezece cincisprezece șaisprezece șaptesprezece optsprezece nouăsprezece
""")
_TENS: Final = words("""
    . . douăzeci treizeci patruzeci cincizeci șaizeci șaptezeci optzeci nouăzeci
""")
_MONTHS: Final = words("""
    ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie
    decembrie
""")


class Romanian(Voice):
    code = "ro"
    characters_per_second = 13.5

    digits = _SMALL[:10]
    comma = "virgulă"
    minus = "minus"
    plus = "plus"
    to = "până la"
    and_word = "și"
    or_word = "sau"
    both_or_either: ClassVar[Mapping[str, str]] = {"și/sau": "și sau"}
    per = "pe"
    again = "repet"

    months: ClassVar[Mapping[str, int]] = {
        **{name: number for number, name in enumerate(_MONTHS, 1)},
        **{name[:3]: number for number, name in enumerate(_MONTHS, 1)},
    }
    weekdays = table(
        "lun = luni; mar = marți; mie = miercuri; joi = joi; vin = vineri; sâm = sâmbătă"
    )
    weekday_words = table("dum = duminică")
    date_near = r"luni|marți|miercuri|joi|vineri|sâmbătă|duminică"
    clock_lead = r"orele|ora"
    clock_near = r"la|de la|până la|după|înainte de|între"

    call_words = ("tel", "telefon", "la telefon", "sunați la", "apelați", "numărul", "nr")
    counted = words("""
        gospodării persoane oameni locuitori copii elevi adrese case locuințe clienți litri metri
        kilometri ore minute secunde zile grade procente ori paturi coroane locuri
    """)
    counted_genders: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(
            words("""
                ori oară dată zi zile săptămână săptămâni noapte nopți lună luni persoană persoane
                pungă pungi sticlă sticle stradă străzi casă case
            """),
            "f",
        ),
        **dict.fromkeys(words("loc locuri ceas ceasuri bidon bidoane"), "n"),
    }
    before_noun = "de "
    web = table("""
        . = punct; / = bară oblică; - = cratimă; _ = linie jos; @ = arond; ? = semnul întrebării
        = = egal; & = și comercial; # = diez; % = procent; : = două puncte; + = plus; ~ = tildă
    """)
    units = unit_table("""
        l L = litru, litri, de litri (m)
        ml = mililitru, mililitri, de mililitri (m)
        km = kilometru, kilometri, de kilometri (m)
        m = metru, metri, de metri (m)
        cm = centimetru, centimetri, de centimetri (m)
        mm = milimetru, milimetri, de milimetri (m)
        m2 = metru pătrat, metri pătrați, de metri pătrați (m)
        m3 = metru cub, metri cubi, de metri cubi (m)
        km/h = kilometru pe oră, kilometri pe oră, de kilometri pe oră (m)
        kg = kilogram, kilograme, de kilograme (n)
        g = gram, grame, de grame (n)
        °C ° = grad, grade, de grade (n)
        % = la sută (m)
        min = minut, minute, de minute (n)
        sec s = secundă, secunde, de secunde (f)
        h = oră, ore, de ore (f)
        MHz = megahertz, megahertzi, de megahertzi (m)
    """)
    currencies: ClassVar[Mapping[str, Currency]] = {
        **dict.fromkeys(
            ("kr", "DKK"),
            Currency(Unit(("coroană", "coroane", "de coroane"), "f"), Unit(("øre",) * 3, "n")),
        ),
        **dict.fromkeys(
            ("lei", "RON"),
            Currency(Unit(("leu", "lei", "de lei"), "m"), Unit(("ban", "bani", "de bani"), "m")),
        ),
        **dict.fromkeys(
            ("€", "EUR", "euro"),
            Currency(
                Unit(("euro", "euro", "de euro"), "m"), Unit(("cent", "cenți", "de cenți"), "m")
            ),
        ),
    }
    signs = table("~ = circa; < = mai puțin de; > = mai mult de; # = numărul; × = ori")
    symbols = table("""
        & = și; + = plus; % = la sută; ‰ = la mie; ° = grade; = = egal; @ = arond
        § = paragraful; € = euro; $ = dolari; £ = lire; ≤ = cel mult; ≥ = cel puțin
        ± = plus minus; ≈ = circa; × = ori
    """) | {
        **dict.fromkeys("✓✔✅☑", ". da,"),
        **dict.fromkeys("✗✘✖❌❎⛔🚫", ". nu,"),
    }
    abbreviations = table("""
        de ex. = de exemplu; ex. = exemplu; nr = numărul; tel = telefon; str. = strada; bd. = bulevardul
        bl. = blocul; sc. = scara; ap. = apartamentul; et. = etajul; etc = et cetera; aprox = aproximativ
        ș.a = și altele; ș.a.m.d = și așa mai departe; min. = minute; sec. = secunde; dl. = domnul
        dna. = doamna; d-na = doamna; dvs = dumneavoastră; jud. = județul
        max. = maximum; mil. = milioane; incl = inclusiv; resp. = respectiv; kr. = coroane
    """)
    closing = frozenset(words("etc ș.a ș.a.m.d min. sec. mil. mii. kr."))
    numbered = table("p. = pagina; min. = cel puțin; max = cel mult; art. = articolul")
    initialisms = frozenset(words("IT SFO UE SUA EU USA ID URL USB IP"))
    fractions = table("""
        1/2 = o jumătate de; 1/4 = un sfert de; 3/4 = trei sferturi de; 1/3 = o treime de
        2/3 = două treimi de
    """)
    postcode_pattern = r"(?<![\w.,/-])(?<!\d )(?:DK[- ])?(?P<code>[1-9]\d{3})(?= [A-ZÆØÅ][a-zæøå])"

    def form(self, number: int | None) -> int:
        """0: one, 1: few and decimals, 2: twenty and more take "de"."""
        if number is None:
            return 1
        if number == 1:
            return 0
        return 1 if number == 0 or 0 < number % 100 < 20 else 2

    def gender_before(self, word: str) -> str:
        return super().gender_before(word) or super().gender_before(word.removeprefix("de "))

    def cardinal(self, number: int, gender: str = "") -> str:
        if number == 0:
            return "zero"
        said: list[str] = []
        sizes = (
            (1_000_000, "un milion", "milioane"),
            (1000, "o mie", "mii"),
            (100, "o sută", "sute"),
        )
        for size, one, many in sizes:
            count, number = divmod(number, size)
            if count == 1:
                said.append(one)
            elif count:
                link = "de " if self.form(count) == 2 else ""
                said.append(f"{self.cardinal(count, 'f')} {link}{many}")
        if number:
            said.append(self._below_hundred(number, gender))
        return " ".join(said)

    def _below_hundred(self, number: int, gender: str) -> str:
        if number == 12 and gender in ("f", "n"):
            return "douăsprezece"
        if number >= 20:
            tens, ones = divmod(number, 10)
            return f"{_TENS[tens]} și {self._below_hundred(ones, gender)}" if ones else _TENS[tens]
        if number == 1:
            return {"f": "o", "n": "un", "m": "un", "hour": "unu"}.get(gender, "unu")
        if number == 2 and gender in ("f", "n", "hour"):
            return "două"
        return "douăsprezece" if number == 12 and gender == "hour" else _SMALL[number]

    def ordinal(self, number: int) -> str:
        return "prima" if number == 1 else f"a {self.cardinal(number, 'f')}a"

    def clock(self, hour: int, minute: int) -> str:
        """With "minute", so that 20:01 and 21:00 differ by more than a breath."""
        said_hour = self.cardinal(hour, "hour")
        if not minute:
            return said_hour
        unit = ("minut", "minute", "de minute")[self.form(minute)]
        return f"{said_hour} și {self.cardinal(minute, 'n')} {unit}"

    def times(self, lead: str, first: Clock, second: Clock | None, before: str) -> str:
        word = "Ora" if lead[:1].isupper() else "ora"
        start = f"{word} {self.clock(first.hour, first.minute or 0)}"
        if second is None:
            return start
        link = "" if re.search(r"(?:de la|între)\s*$", before, re.IGNORECASE) else "de la "
        return f"{link}{start} până la ora {self.clock(second.hour, second.minute or 0)}"

    def date(self, day: Day, before: str) -> str:
        said_day = "întâi" if day.day == 1 else self.cardinal(day.day)
        spoken = f"{said_day} {_MONTHS[day.month - 1]}"
        return f"{spoken} {self.year(day.year)}" if day.year else spoken

    def dates(self, first: Day, second: Day, before: str) -> str:
        if first.month == second.month and first.year is None:
            said_day = "întâi" if first.day == 1 else self.cardinal(first.day)
            return f"{said_day} {self.to} {self.date(second, before)}"
        return super().dates(first, second, before)

    def polish(self, text: str) -> str:
        return re.sub(r"(?<!\w)până la până la(?!\w)", "până la", text)
