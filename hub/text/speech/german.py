"""German, as read aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final

from hub.text.speech.tables import Currency, Unit, table, unit_table, words
from hub.text.speech.voice import Clock, Day, Voice

_SMALL: Final = (
    *("null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"),
    *("elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn"),
    "neunzehn",
)
_TENS: Final = (
    *("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig"),
    "neunzig",
)
_RANKS: Final = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
_MONTHS: Final = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September"),
    *("Oktober", "November", "Dezember"),
)
_ONE: Final = {"m": "ein", "n": "ein", "f": "eine"}
_FEMININE: Final = "Klassen?|Etage|Stufe|Woche|Runde|Phase|Jahrgangsstufe|Stunde|Meldung|Warnung"
_MASCULINE: Final = "Stock|Tag|Monat|Jahrgang|Abschnitt"
_NEUTER: Final = "Obergeschoss|Untergeschoss|OG|UG|Stockwerk|Mal|Quartal|Halbjahr|Schuljahr|Kind"
_DATIVE: Final = "(?:am|vom|zum|beim|im|dem|den|des|ab|seit|bis|von|nach|vor|mit|zur)"
_WEEKDAY_IN_DATIVE: Final = re.compile(
    rf"(?<!\w){_DATIVE} (?:\w+tag|Mittwoch|Sonnabend),?\s*$", re.IGNORECASE
)
"""`ab Samstag, 21. November` takes "dem" before its date, also where the author left it out."""
_STARTS: Final = re.compile(
    r"\s*$|\s+(?:Die|Der|Das|Den|Dem|Ein|Eine|Wir|Sie|Es|Bitte|Ab|Am|Im|In|An|Auf|Bei|Wenn|Falls"
    r"|Dann|Danach|Kochen|Holen|Rufen|Bringen|Bleiben|Trinken|Ihr|Ihre|Alle|Kein|Keine|Nur|Weitere"
    r"|Nutzen|Verwenden|Und|Oder|Aber|Um|Von|Vom|Zum|Zur|Dies|Diese|Für|Mit|Nach|Vor|Heute)(?!\w)"
)
"""What begins a sentence rather than continuing with a noun; German nouns are capitalised too."""
_FEMININE_NOUNS: Final = frozenset(
    words("""
    Adresse Decke Familie Flasche Frage Kita Krone Meldung Milliarde Million Minute Nummer
    Packung Person Schule Sekunde Stelle Straße Stunde Tablette Tasse Toilette Woche Wohnung
""")
)


class German(Voice):
    code = "de"
    characters_per_second = 15.5

    digits = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
    comma = "Komma"
    minus = "minus"
    plus = "plus"
    to = "bis"
    and_word = "und"
    or_word = "oder"
    both_or_either: ClassVar[Mapping[str, str]] = {"und/oder": "und oder"}
    per = "pro"
    again = "ich wiederhole"

    months: ClassVar[Mapping[str, int]] = {
        **{name.lower(): number for number, name in enumerate(_MONTHS, 1)},
        **{name[:3].lower(): number for number, name in enumerate(_MONTHS, 1)},
        "sept": 9,
        "jänner": 1,
        "mrz": 3,
    }
    weekday_words = table("""
        mo = Montag; di = Dienstag; mi = Mittwoch; do = Donnerstag; fr = Freitag; sa = Samstag
        so = Sonntag
    """)
    weekdays_capital = True
    day_dot_closes = True
    date_near = r"am|vom|zum|bis zum|dem|den"
    clock_lead = r"(?!)"
    clock_near = r"um|ab|bis|gegen|von|vor|nach|zwischen|seit|spätestens|circa|ca\.?"
    clock_tail = r"Uhr"

    call_words = (
        "Tel",
        "Telefon",
        "Telefonnummer",
        "Notruf",
        "Rufen Sie",
        "Notrufnummer",
        "Nummer",
    )
    short_numbers = Voice.short_numbers | {"110", "116117"}
    counted = words("""
        Haushalte Personen Bürger Menschen Kinder Schüler Adressen Häuser Kunden Wohnungen Liter
        Meter Kilometer Stunden Minuten Sekunden Tage Grad Prozent Mal Betten Kronen Euro Orte
        Plätze
    """)
    web = table("""
        . = Punkt; / = Schrägstrich; - = Bindestrich; _ = Unterstrich; @ = ät; ? = Fragezeichen
        = = Gleichheitszeichen; & = Und-Zeichen; # = Raute; % = Prozentzeichen; : = Doppelpunkt
        + = Plus; ~ = Tilde
    """)
    units = unit_table("""
        l L = Liter (m)
        dl = Deziliter (m)
        cl = Zentiliter (m)
        ml = Milliliter (m)
        km = Kilometer (m)
        m = Meter (m)
        cm = Zentimeter (m)
        mm = Millimeter (m)
        m2 = Quadratmeter (m)
        km2 = Quadratkilometer (m)
        m3 = Kubikmeter (m)
        km/h = Kilometer pro Stunde (m)
        m/s = Meter pro Sekunde (m)
        kg = Kilo (n)
        g = Gramm (n)
        mg = Milligramm (n)
        °C ° = Grad (n)
        % Prozent = Prozent (n)
        ‰ = Promille (n)
        Min min = Minute, Minuten (f)
        Sek sek = Sekunde, Sekunden (f)
        Std h = Stunde, Stunden (f)
        St Stk = Stück (n)
        Mio = Million, Millionen (f)
        Mrd = Milliarde, Milliarden (f)
        kW = Kilowatt (n)
        kWh = Kilowattstunde, Kilowattstunden (f)
        MHz = Megahertz (n)
        MB = Megabyte (n)
        GB = Gigabyte (n)
        bar = Bar (n)
    """)
    currencies: ClassVar[Mapping[str, Currency]] = {
        **dict.fromkeys(
            ("kr", "Kr", "DKK", "Kronen"),
            Currency(Unit(("Krone", "Kronen"), "f"), Unit(("Öre", "Öre"), "n")),
        ),
        **dict.fromkeys(
            ("€", "EUR", "Euro"), Currency(Unit(("Euro", "Euro"), "m"), Unit(("Cent", "Cent"), "m"))
        ),
    }
    signs = table("""
        ~ = circa; < = weniger als; > = mehr als; # = Nummer; × = mal
    """)
    symbols = table("""
        & = und; + = plus; % = Prozent; ‰ = Promille; ° = Grad; = = gleich; @ = ät; § = Paragraf
        € = Euro; $ = Dollar; £ = Pfund; ≤ = höchstens; ≥ = mindestens; ± = plus minus
        ≈ = circa; × = mal
    """) | {
        **dict.fromkeys("✓✔✅☑", ". ja,"),
        **dict.fromkeys("✗✘✖❌❎⛔🚫", ". nein,"),
    }
    abbreviations = table("""
        z.B = zum Beispiel; zB = zum Beispiel; ca = circa; bzw = beziehungsweise
        usw = und so weiter; u.s.w = und so weiter; d.h = das heißt; u.a = unter anderem
        etc = et cetera; Tel = Telefon; Tel.-Nr = Telefonnummer; Nr = Nummer; Std = Stunden
        Min. = Minuten; Sek. = Sekunden; inkl = inklusive; exkl = exklusive
        ggf = gegebenenfalls; evtl = eventuell; max. = maximal; mind. = mindestens
        o.ä = oder ähnliches; u.ä = und ähnliches; u.U = unter Umständen; z.T = zum Teil
        i.d.R = in der Regel; s.o = siehe oben; s.u = siehe unten; vgl = vergleiche
        zzt = zurzeit; z.Zt = zurzeit; z.Z = zurzeit; Str. = Straße; Hr. = Herr; Fr. = Frau
        Dr. = Doktor; St. = Sankt; Tsd = Tausend; Mio = Millionen; Mrd = Milliarden
        Abs. = Absatz; EG = Erdgeschoss; u.v.m = und vieles mehr; v.a = vor allem; lt. = laut
        bspw = beispielsweise; sog. = sogenannt; tgl = täglich; jew. = jeweils; Stk = Stück
        kr. = Kronen; einschl = einschließlich; zzgl = zuzüglich; Uhrz. = Uhrzeit; gem. = gemäß
    """)
    closing = frozenset(
        words("""
        usw u.s.w etc Std Min. Sek. o.ä u.ä s.o s.u Tsd Mio Mrd u.v.m Stk kr.
    """)
    )
    numbered = table("s. = Seite; min. = mindestens; max = maximal")
    initialisms = frozenset(
        words("""
        IT SFO EU USA AED ID ATM URL USB FAQ UKW IP UV ADAC ÖPNV
    """)
    )
    fractions = table("""
        1/2 = ein halber; 1/4 = ein viertel; 3/4 = drei viertel; 1/3 = ein drittel
        2/3 = zwei drittel
    """)
    postcode_pattern = (
        r"(?:(?:DK|D)[- ])?(?P<code>(?<![\w.,/])(?<!\d )\d{5}|(?<=, )[1-9]\d{3})"
        rf"(?= (?!(?:{'|'.join(counted)})(?!\w))[A-ZÄÖÜÆØÅ][a-zäöüßæøå])"
    )

    def cardinal(self, number: int, gender: str = "") -> str:
        """The last "ein" as counted ("eins") unless a noun's gender is given."""
        if number >= 1_000_000:
            count, rest = divmod(number, 1_000_000)
            head = f"{self.cardinal(count, 'f')} Million{'' if count == 1 else 'en'}"
            return f"{head} {self.cardinal(rest, gender)}" if rest else head
        stem = self._stem(number)
        if number % 100 != 1:
            return stem
        return stem[: -len("ein")] + _ONE.get(gender, "eins")

    def _stem(self, number: int) -> str:
        if number < 20:
            return _SMALL[number]
        if number < 100:
            tens, ones = divmod(number, 10)
            return f"{_SMALL[ones]}und{_TENS[tens]}" if ones else _TENS[tens]
        if number < 1000:
            hundreds, rest = divmod(number, 100)
            head = "hundert" if hundreds == 1 else f"{_SMALL[hundreds]}hundert"
            return head + (self._stem(rest) if rest else "")
        thousands, rest = divmod(number, 1000)
        between = "ein" if 100 <= rest < 200 else ""
        return f"{self._stem(thousands)}tausend{between}{self._stem(rest) if rest else ''}"

    def ordinal(self, number: int) -> str:
        return f"{self._rank(number)}e"

    def _rank(self, number: int) -> str:
        last = number % 100
        if 0 < last < 20:
            head = self._stem(number - last) if number > last else ""
            return head + _RANKS.get(last, f"{_SMALL[last]}t")
        return f"{self._stem(number)}{'t' if number == 0 else 'st'}"

    def clock(self, hour: int, minute: int) -> str:
        said_hour = f"{self._stem(hour)} Uhr"
        return f"{said_hour} {self.cardinal(minute)}" if minute else said_hour

    def times(self, lead: str, first: Clock, second: Clock | None, before: str) -> str:
        if second is None:
            return self.clock(first.hour, first.minute or 0)
        start = self.clock(first.hour, first.minute) if first.minute else self.cardinal(first.hour)
        return f"{start} {self.to} {self.clock(second.hour, second.minute or 0)}"

    def date(self, day: Day, before: str) -> str:
        article = "dem " if _WEEKDAY_IN_DATIVE.search(before) else ""
        spoken = f"{article}{self._rank(day.day)}{self._ending(before)} {_MONTHS[day.month - 1]}"
        return f"{spoken} {self.year(day.year)}" if day.year else spoken

    def _ending(self, before: str) -> str:
        """`am 21.` -en, `der 21.` -e, and `21. November` alone, the nominative -er."""
        if re.search(r"(?<!\w)der\s*$", before, re.IGNORECASE):
            return "e"
        dative = re.search(rf"(?<!\w){_DATIVE}\s*$", before, re.IGNORECASE)
        return "en" if dative or _WEEKDAY_IN_DATIVE.search(before) else "er"

    def dates(self, first: Day, second: Day, before: str) -> str:
        ending = self._ending(before)
        last = self.date(second, {"e": "der", "en": "ab", "er": ""}[ending])
        if first.month == second.month and first.year is None:
            article = "dem " if _WEEKDAY_IN_DATIVE.search(before) else ""
            return f"{article}{self._rank(first.day)}{ending} {self.to} {last}"
        return f"{self.date(first, before)} {self.to} {last}"

    def fraction(self, written: str, gender: str) -> str:
        if written != "1/2":
            return super().fraction(written, gender)
        return {"f": "eine halbe", "n": "ein halbes"}.get(gender, "ein halber")

    def year(self, year: int) -> str:
        century, rest = divmod(year, 100)
        if century != 19:
            return self._stem(year) + ("s" if rest == 1 else "")
        return f"neunzehnhundert{self.cardinal(rest) if rest else ''}"

    def gender_before(self, word: str) -> str:
        unit = super().gender_before(word)
        if unit or not word[0].isupper():
            return unit
        return "f" if word in _FEMININE_NOUNS else "m"

    def places(self, text: str) -> str:
        """`1. OG` as "erstes Obergeschoss"."""
        text = re.sub(r"(?<=\d\. )OG(?!\w)", "Obergeschoss", text)
        return re.sub(r"(?<=\d\. )UG(?!\w)", "Untergeschoss", text)

    def ordinals(self, text: str) -> str:
        """`4. Klasse` before a known noun; before small letters and after an article anywhere."""
        noun = rf"(?={_FEMININE}|{_MASCULINE}|{_NEUTER})"
        text = re.sub(
            rf"(?<![\w.,])(\d{{1,2}})\.? ?(-|bis|und|oder|,) ?(?=(?:\d{{1,2}}\.?,? ?(?:-|bis|und|oder) ?)?\d{{1,2}}\. {noun})",
            lambda m: f"{self._agreeing(m, m[1])} {'bis' if m[2] == '-' else m[2]} ".replace(
                " ,", ","
            ),
            text,
        )
        text = re.sub(
            rf"(?<![\w.,])(\d{{1,2}})\. {noun}", lambda m: f"{self._agreeing(m, m[1])} ", text
        )
        article = r"(?<!\w)((?:der|die|das|den|dem|am|vom|zum|im|zur) )"
        text = re.sub(
            rf"{article}(\d{{1,2}})\.(?=(\s*$|\s+\S))",
            lambda m: (
                m[1]
                + self._rank(int(m[2]))
                + ("e" if m[1].strip().lower() in ("der", "die", "das") else "en")
                + ("." if _STARTS.match(m.string[m.end() :]) else "")
            ),
            text,
            flags=re.IGNORECASE,
        )
        return re.sub(
            r"(?<![\w.,])(\d{1,2})\.(?= [a-zäöü])", lambda m: self.ordinal(int(m[1])), text
        )

    def _agreeing(self, match: re.Match[str], digits: str) -> str:
        before = match.string[: match.start()]
        after = re.search(rf"{_FEMININE}|{_MASCULINE}|{_NEUTER}", match.string[match.end() :])
        noun = after[0] if after else ""
        rank = self._rank(int(digits))
        word = re.search(r"(\w+)\s*$", before)
        article = word[1].lower() if word else ""
        feminine = bool(re.fullmatch(_FEMININE, noun))
        if article in ("die", "das") or (article == "der" and not feminine):
            return f"{rank}e"
        if article in ("der", "den", "dem", "des", "am", "im", "vom", "zum", "zur", "beim"):
            return f"{rank}en"
        if feminine:
            return f"{rank}e"
        return f"{rank}{'es' if re.fullmatch(_NEUTER, noun) else 'er'}"
