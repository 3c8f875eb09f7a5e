"""Danish, as read aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final

from hub.text.speech.tables import Currency, Unit, table, unit_table, words
from hub.text.speech.voice import Clock, Day, Voice, ends_sentence

_SMALL: Final = (
    *("nul", "en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti", "elleve", "tolv"),
    *("tretten", "fjorten", "femten", "seksten", "sytten", "atten", "nitten"),
)
_TENS: Final = (
    *("", "", "tyve", "tredive", "fyrre", "halvtreds", "tres", "halvfjerds", "firs", "halvfems"),
)
_RANKS: Final = (
    *("nulte", "første", "anden", "tredje", "fjerde", "femte", "sjette", "syvende", "ottende"),
    *("niende", "tiende", "ellevte", "tolvte", "trettende", "fjortende", "femtende", "sekstende"),
    *("syttende", "attende", "nittende"),
)
_TENTH_RANKS: Final = (
    *("", "", "tyvende", "tredivte", "fyrretyvende", "halvtredsindstyvende", "tresindstyvende"),
    *("halvfjerdsindstyvende", "firsindstyvende", "halvfemsindstyvende"),
)
_MONTHS: Final = (
    *("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september"),
    *("oktober", "november", "december"),
)
_NEUTER: Final = frozenset(
    words("""
    apotek bad badeværelse barn beredskabscenter besøg bibliotek bord brev bælte center dyr døgn
    glas gram hold hospital hus kar kilo kontor kvarter kvarters køretøj medlem menneske minut
    måltid møde nummer område ophold ord par plejehjem rum sekund skilt spørgsmål sted stykke
    sygehus telefonnummer tilfælde toilet ton træ tæppe vandværk vindue værelse år
""")
)


class Danish(Voice):
    code = "da"
    characters_per_second = 16.5

    digits = ("nul", "en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni")
    comma = "komma"
    before_comma = "c"
    year_near = r"i|år|siden|fra|efter|før|sommeren|vinteren|foråret|efteråret"
    minus = "minus"
    plus = "plus"
    to = "til"
    and_word = "og"
    or_word = "eller"
    both_or_either: ClassVar[Mapping[str, str]] = {"og/eller": "og eller"}
    per = "per"
    again = "jeg gentager"

    months: ClassVar[Mapping[str, int]] = {
        **{name: number for number, name in enumerate(_MONTHS, 1)},
        **{name[:3]: number for number, name in enumerate(_MONTHS, 1)},
        "sept": 9,
    }
    weekdays = table("""
        tir = tirsdag; tirs = tirsdag; ons = onsdag; tor = torsdag; tors = torsdag; fre = fredag
        lør = lørdag; søn = søndag
    """)
    weekday_words = table("""
        man = mandag; ma = mandag; ti = tirsdag; on = onsdag; fr = fredag; lø = lørdag
        sø = søndag
    """)
    date_near = r"den|d\.|man(?:dag)?|tirs(?:dag)?|ons(?:dag)?|tors(?:dag)?|fre(?:dag)?|lør(?:dag)?|søn(?:dag)?"
    clock_lead = r"klokken|kl\.?"
    clock_near = r"fra|til|før|efter|inden|omkring|ca\.?|senest|tidligst"

    phones_in_pairs = True
    call_words = ("ring", "ring til", "ring på", "tlf", "telefon", "telefonnummer", "sms til")
    counted = words("""
        husstande husstanden boliger borgere personer elever børn adresser ejendomme huse kunder
        steder pladser voksne ansatte beboere mennesker familier virksomheder liter meter
        kilometer kroner timer minutter sekunder dage døgn grader procent gange sider senge
    """)
    web = table("""
        . = punkt; / = skråstreg; - = bindestreg; _ = understreg; @ = snabel-a
        ? = spørgsmålstegn; = = lighedstegn; & = og-tegn; # = havelåge; % = procenttegn
        : = kolon; + = plus; ~ = tilde
    """)
    units = unit_table("""
        l L ltr = liter (c)
        dl = deciliter (c)
        cl = centiliter (c)
        ml = milliliter (c)
        km = kilometer (c)
        m = meter (c)
        cm = centimeter (c)
        mm = millimeter (c)
        m2 = kvadratmeter (c)
        km2 = kvadratkilometer (c)
        m3 = kubikmeter (c)
        km/t = kilometer i timen (c)
        m/s = meter i sekundet (c)
        kg = kilo (n)
        g = gram (n)
        mg = milligram (n)
        °C ° = grad, grader (c)
        % pct procent = procent (c)
        ‰ = promille (c)
        min = minut, minutter (n)
        sek s = sekund, sekunder (n)
        t = time, timer (c)
        stk = styk (n)
        mio = million, millioner (c)
        mia = milliard, milliarder (c)
        kW = kilowatt (c)
        kWh = kilowatttime, kilowatttimer (c)
        MHz = megahertz (c)
        MB = megabyte (c)
        GB = gigabyte (c)
        bar = bar (c)
    """)
    currencies: ClassVar[Mapping[str, Currency]] = {
        **dict.fromkeys(
            ("kr", "Kr", "KR", "DKK", "kroner"),
            Currency(Unit(("krone", "kroner"), "c"), Unit(("øre", "øre"), "c")),
        ),
        **dict.fromkeys(
            ("€", "EUR", "euro"), Currency(Unit(("euro", "euro"), "c"), Unit(("cent", "cent"), "c"))
        ),
    }
    signs = table("""
        ~ = cirka; < = mindre end; > = mere end; # = nummer; × = gange
    """)
    symbols = table("""
        & = og; + = plus; % = procent; ‰ = promille; ° = grader; = = er; @ = snabel-a
        § = paragraf; € = euro; $ = dollar; £ = pund; ≤ = højst; ≥ = mindst; ± = plus minus
        ≈ = cirka; × = gange
    """) | {
        **dict.fromkeys("✓✔✅☑", ". ja,"),
        **dict.fromkeys("✗✘✖❌❎⛔🚫", ". nej,"),
    }
    abbreviations = table("""
        kl = klokken; tlf = telefon; tlf.nr = telefonnummer; nr = nummer; ca = cirka
        f.eks = for eksempel; fx = for eksempel; bl.a = blandt andet; dvs = det vil sige
        d.v.s = det vil sige; osv = og så videre; o.s.v = og så videre; mv = med videre
        m.v = med videre; m.m = med mere; mm. = med mere; evt = eventuelt; inkl = inklusive
        ekskl = eksklusive; pga = på grund af; p.g.a = på grund af; mht = med hensyn til
        m.h.t = med hensyn til; ift = i forhold til; i.f.t = i forhold til; vedr = vedrørende
        jf = jævnfør; etc = og så videre; o.l = og lignende; o.lign = og lignende
        m.fl = med flere; mfl. = med flere; p.t = for tiden; pt. = for tiden; pr = per
        maks = maksimalt; max. = maksimalt; min. = minutter; sek. = sekunder; sml = sammenlign
        el.lign = eller lignende; m.m.m = med mere; hhv = henholdsvis; ang. = angående
        stk = styk; kr = kroner; hverd. = hverdage; u.a = under andet; adr. = adresse
        afd. = afdeling; alm. = almindelig; tilsv. = tilsvarende; tel = telefon
        vha = ved hjælp af; ifm = i forbindelse med; ifbm = i forbindelse med; mdr = måneder
        pct = procent; mio = millioner; mia = milliarder; hr. = herr; skt. = sankt
        km/t = kilometer i timen; m.a.o = med andre ord; d.d = dags dato
    """)
    closing = frozenset(
        words("""
        osv o.s.v mv m.v m.m mm. etc o.l o.lign m.fl mfl. el.lign m.m.m min. sek. stk kr mdr pct
        mio mia p.t pt. d.d
    """)
    )
    numbered = table("d = den; s = side; kap = kapitel; min. = mindst; max = højst")
    sentence_abbreviations = frozenset({"kl", "d"})
    initialisms = frozenset(
        words("""
        IT SFO EU USA AED ID ATM URL USB FAQ ISP AUB EAN VA DMI EDB IP UV AIS FE ABA
    """)
    )
    small_initialisms = frozenset({"it", "sms", "tv", "pc", "sfo", "gps", "usb", "cpr"})
    fractions = table("""
        1/2 = en halv; 1/4 = en kvart; 3/4 = tre kvart; 1/3 = en tredjedel; 2/3 = to tredjedele
    """)
    postcode_pattern = r"(?<![\w.,/-])(?<!\d )(?:DK[- ])?(?P<code>[1-9]\d{3})(?= [A-ZÆØÅ][a-zæøå])"

    def cardinal(self, number: int, gender: str = "") -> str:
        one = "en" if gender == "c" else "et"
        if number < 20:
            return one if number == 1 else _SMALL[number]
        if number < 100:
            tens, ones = divmod(number, 10)
            return f"{_SMALL[ones]}og{_TENS[tens]}" if ones else _TENS[tens]
        if number < 1000:
            hundreds, rest = divmod(number, 100)
            head = "hundrede" if hundreds == 1 else f"{_SMALL[hundreds]} hundrede"
            return f"{head} og {self.cardinal(rest, gender)}" if rest else head
        size = 1_000_000 if number >= 1_000_000 else 1000
        count, rest = divmod(number, size)
        if size == 1000:
            head = f"{self.cardinal(count)} tusind"
        else:
            head = f"{self.cardinal(count, 'c')} million{'' if count == 1 else 'er'}"
        if not rest:
            return head
        if rest < 100:
            return f"{head} og {self.cardinal(rest, gender)}"
        whole_hundred = "et " if rest < 200 else ""
        return f"{head} {whole_hundred}{self.cardinal(rest, gender)}"

    def ordinal(self, number: int) -> str:
        if number < 20:
            return _RANKS[number]
        if number >= 100:
            return f"nummer {self.cardinal(number)}"
        tens, ones = divmod(number, 10)
        return f"{_SMALL[ones]}og{_TENTH_RANKS[tens]}" if ones else _TENTH_RANKS[tens]

    def clock(self, hour: int, minute: int) -> str:
        said_hour = "nul nul" if hour == 0 else self.cardinal(hour)
        if not minute:
            return said_hour
        return f"{said_hour} {'nul ' if minute < 10 else ''}{self.cardinal(minute)}"

    def times(self, lead: str, first: Clock, second: Clock | None, before: str) -> str:
        word = "Klokken" if lead[:1].isupper() else "klokken"
        return f"{word} {super().times(lead, first, second, before)}"

    def date(self, day: Day, before: str) -> str:
        spoken = f"{_article(before)}{self.ordinal(day.day)} {_MONTHS[day.month - 1]}"
        return f"{spoken} {self.year(day.year)}" if day.year else spoken

    def dates(self, first: Day, second: Day, before: str) -> str:
        if first.month == second.month and first.year is None:
            start = f"{_article(before)}{self.ordinal(first.day)}"
            return f"{start} {self.to} {self.date(second, '')}"
        return super().dates(first, second, before)

    def year(self, year: int) -> str:
        century, rest = divmod(year, 100)
        if century == 20 and rest < 10:
            return self.cardinal(year)
        head = self.cardinal(century)
        if century == 20:
            return f"{head} {self.cardinal(rest)}"
        return f"{head} hundrede og {self.cardinal(rest)}" if rest else f"{head} hundrede"

    def postcode(self, digits: str) -> str:
        """`6200` as "toogtres hundrede", `6340` as "treogtres fyrre", `8000` as "otte tusind"."""
        head, tail = digits[:2], digits[2:]
        if digits.endswith("000"):
            return self.cardinal(int(digits))
        if tail == "00":
            return f"{self.cardinal(int(head))} hundrede"
        return f"{self.cardinal(int(head))} {self.whole(tail)}"

    def gender_before(self, word: str) -> str:
        unit = super().gender_before(word)
        if unit:
            return unit
        return "n" if word.lower() in _NEUTER or not word[0].islower() or word in _FUNCTION else "c"

    def places(self, text: str) -> str:
        """`2. tv.` as "anden til venstre", `st. th.` as "stuen til højre"."""
        doors = {"tv": "til venstre", "th": "til højre", "mf": "midtfor"}
        floors = {"st": "stuen", "kl": "kælderen", "kld": "kælderen"}

        def floor(match: re.Match[str]) -> str:
            number, named, door = match.groups()
            level = self.ordinal(int(number)) if number else floors[named.lower()]
            stop = (
                "." if match[0].endswith(".") and ends_sentence(match.string[match.end() :]) else ""
            )
            return f"{level} {doors[door.lower()]}{stop}"

        text = re.sub(
            r"(?<!\w)(?:(\d{1,2})\.|(st|kld|kl)\.?),? ?(tv|th|mf)(?!\w)\.?",
            floor,
            text,
            flags=re.IGNORECASE,
        )
        text = re.sub(r"(?<=\d\. )kl(?!\w)\.?(?! ?\d)", "klasse", text)
        text = re.sub(
            r"(?<![\w.,])(\d{1,2})\.(?=[A-Za-zÆØÅæøå](?!\w))",
            lambda m: f"{self.ordinal(int(m[1]))} ",
            text,
        )
        return re.sub(r"(?<=\d)([A-Z]?), st\.(?=,| \d{4} |\s*$)", r"\1, stuen", text)

    def ordinals(self, text: str) -> str:
        """`4.-9. klasse`, `den 21.`, `1., 2. og 3. klasse`; a full stop before a capital ends."""
        dot = r"\.(?=\s+(?:og|eller|til)?\s*[a-zæøå]|,|\s*-\s*\d)"
        text = re.sub(
            r"(?<![\w.,])(\d{1,2})\.? ?- ?(\d{1,2})\.(?= ?[a-zæøå])",
            lambda m: f"{self.ordinal(int(m[1]))} til {self.ordinal(int(m[2]))}",
            text,
        )
        text = re.sub(
            r"(?<!\w)([Dd]en) (\d{1,2})(?:\.(?=(\s*$|\s+\S))|(?= (?:om|fra|i|kl|til)\b))",
            lambda m: (
                f"{m[1]} {self.ordinal(int(m[2]))}"
                + ("." if m[3] is not None and ends_sentence(m[3]) else "")
            ),
            text,
        )
        return re.sub(
            rf"(?<![\w.,])(\d{{1,2}}){dot}",
            lambda m: self.ordinal(int(m[1])),
            text,
        )


def _article(before: str) -> str:
    """A weekday takes "den" before its date, also where the author left it out."""
    return "den " if re.search(r"(?:man|tirs|ons|tors|fre|lør|søn)dag,? *$", before, re.I) else ""


_FUNCTION: Final = frozenset(
    words("""
    af at de den der det efter eller er for fra før har hvis i kan med men må og om på samt skal
    som så til ved vil
""")
)
