"""Polish, as read aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final

from hub.text.speech.slavic import Genitives, slavic_form
from hub.text.speech.tables import Currency, Unit, table, unit_table, words
from hub.text.speech.voice import Clock, Day, Voice

_SMALL: Final = words("""
    zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście
    trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście
""")
_TENS: Final = words("""
    . . dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt
    osiemdziesiąt dziewięćdziesiąt
""")
_HUNDREDS: Final = words("""
    . sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset
""")
_THOUSANDS: Final = ("tysiąc", "tysiące", "tysięcy")
_MILLIONS: Final = ("milion", "miliony", "milionów")
_RANKS: Final = words("""
    zerow pierwsz drug trzec czwart piąt szóst siódm ósm dziewiąt dziesiąt jedenast dwunast trzynast
    czternast piętnast szesnast siedemnast osiemnast dziewiętnast
""")
_TENTH_RANKS: Final = words("""
    . . dwudziest trzydziest czterdziest pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt
    dziewięćdziesiąt
""")
_MONTHS: Final = words("""
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada
    grudnia
""")
_NAMES: Final = words("""
    styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad
    grudzień
""")
_ONE: Final = {"f": "jedna", "fa": "jedną", "n": "jedno"}
_TWO: Final = ("f", "fa")
_HOURS_AFTER: Final = {
    "o": "godzinie",
    "po": "godzinie",
    "od": "godziny",
    "do": "godziny",
    "około": "godziny",
    "w": "godzinach",
    "przed": "godziną",
}
_GENITIVE: Final = Genitives(
    small=words("""
        zera jednego dwóch trzech czterech pięciu sześciu siedmiu ośmiu dziewięciu dziesięciu
        jedenastu dwunastu trzynastu czternastu piętnastu szesnastu siedemnastu osiemnastu
        dziewiętnastu
    """),
    tens=words("""
        . . dwudziestu trzydziestu czterdziestu pięćdziesięciu sześćdziesięciu siedemdziesięciu
        osiemdziesięciu dziewięćdziesięciu
    """),
    hundreds=words("""
        . stu dwustu trzystu czterystu pięciuset sześciuset siedmiuset ośmiuset dziewięciuset
    """),
    one_feminine="jednej",
    one_in_compounds="jeden",
)
_ASKS_GENITIVE: Final = re.compile(
    r"(?<!\w)(?:do|od|około|bez|dla|w ciągu|w przeciągu|powyżej|poniżej)\s*$", re.IGNORECASE
)
_NOUN_GENITIVES: Final = table("""
    dni = dni; doby = dób; razy = razy; tygodnie = tygodni; miesiące = miesięcy; osoby = osób
    noce = nocy
""")


class Polish(Voice):
    code = "pl"
    characters_per_second = 13.5

    digits = _SMALL[:10]
    year_near = r"w|od|do|z|roku|rok"
    comma = "przecinek"
    minus = "minus"
    plus = "plus"
    to = "do"
    and_word = "i"
    or_word = "lub"
    both_or_either: ClassVar[Mapping[str, str]] = {"i/lub": "i lub"}
    per = "na"
    again = "powtarzam"

    months: ClassVar[Mapping[str, int]] = {
        **{name: number for number, name in enumerate(_MONTHS, 1)},
        **{name: number for number, name in enumerate(_NAMES, 1)},
    }
    weekdays = table(
        "pon = poniedziałek; wt = wtorek; śr = środa; czw = czwartek; pt = piątek; sob = sobota; niedz = niedziela"
    )
    weekday_words = table("nd = niedziela")
    date_from = r"od"
    date_near = r"dnia|dn\.|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela"
    clock_lead = r"godzin\w*|godz\.?|g\."
    clock_near = r"o|od|do|po|przed|około|ok\.?"

    call_words = ("tel", "telefon", "numer", "nr", "zadzwoń pod", "dzwoń pod", "dzwoń", "pod numer")
    short_numbers = Voice.short_numbers | {"997", "998", "999"}
    counted = words("""
        gospodarstw osób ludzi mieszkańców dzieci uczniów adresów domów mieszkań klientów litrów
        metrów kilometrów godzin minut sekund dni stopni procent razy łóżek koron miejsc
    """)
    counted_genders: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(words("minutę sekundę godzinę dobę noc osobę koronę"), "fa"),
        **dict.fromkeys(words("doba doby noce osoba osoby"), "f"),
    }
    web = table("""
        . = kropka; / = ukośnik; - = myślnik; _ = podkreślenie; @ = małpa; ? = znak zapytania
        = = znak równości; & = znak i; # = kratka; % = znak procentu; : = dwukropek; + = plus
        ~ = tylda
    """)
    units = unit_table("""
        l L = litr, litry, litrów, litra (m)
        ml = mililitr, mililitry, mililitrów, mililitra (m)
        km = kilometr, kilometry, kilometrów, kilometra (m)
        m = metr, metry, metrów, metra (m)
        cm = centymetr, centymetry, centymetrów, centymetra (m)
        mm = milimetr, milimetry, milimetrów, milimetra (m)
        m2 = metr kwadratowy, metry kwadratowe, metrów kwadratowych, metra kwadratowego (m)
        m3 = metr sześcienny, metry sześcienne, metrów sześciennych, metra sześciennego (m)
        km/h = kilometr na godzinę, kilometry na godzinę, kilometrów na godzinę, kilometra na godzinę (m)
        kg = kilogram, kilogramy, kilogramów, kilograma (m)
        g = gram, gramy, gramów, grama (m)
        °C ° = stopień, stopnie, stopni, stopnia (m)
        % = procent (m)
        min = minuta, minuty, minut, minuty (f)
        sek s = sekunda, sekundy, sekund, sekundy (f)
        godz h = godzina, godziny, godzin, godziny (f)
        MHz = megaherc, megaherce, megaherców, megaherca (m)
        kWh = kilowatogodzina, kilowatogodziny, kilowatogodzin, kilowatogodziny (f)
    """)
    currencies: ClassVar[Mapping[str, Currency]] = {
        **dict.fromkeys(
            ("kr", "DKK"),
            Currency(Unit(("korona", "korony", "koron", "korony"), "f"), Unit(("øre",) * 4, "n")),
        ),
        **dict.fromkeys(
            ("zł", "PLN"),
            Currency(
                Unit(("złoty", "złote", "złotych", "złotego"), "m"),
                Unit(("grosz", "grosze", "groszy", "grosza"), "m"),
            ),
        ),
        **dict.fromkeys(
            ("€", "EUR", "euro"),
            Currency(Unit(("euro",) * 4, "n"), Unit(("cent", "centy", "centów", "centa"), "m")),
        ),
    }
    signs = table("~ = około; < = mniej niż; > = więcej niż; # = numer; × = razy")
    symbols = table("""
        & = i; + = plus; % = procent; ‰ = promil; ° = stopni; = = równa się; @ = małpa
        § = paragraf; € = euro; $ = dolarów; £ = funtów; ≤ = najwyżej; ≥ = co najmniej
        ± = plus minus; ≈ = około; × = razy
    """) | {
        **dict.fromkeys("✓✔✅☑", ". tak,"),
        **dict.fromkeys("✗✘✖❌❎⛔🚫", ". nie,"),
    }
    abbreviations = table("""
        np. = na przykład; tj. = to jest; itd = i tak dalej; itp = i tym podobne; m.in = między innymi
        ok. = około; tel = telefon; nr = numer; ul. = ulica; al. = aleja; pl. = plac; os. = osób
        godz = godzina; min. = minut; sek. = sekund; wg = według; ww. = wyżej wymieniony
        tzn. = to znaczy; tzw. = tak zwany; ew. = ewentualnie; dn. = dnia; maks. = maksymalnie
        tys. = tysięcy; mln = milionów; św. = świętego; kr. = koron
    """)
    closing = frozenset(words("itd itp min. sek. tys. mln kr. os."))
    numbered = table("s. = strona; min. = co najmniej; maks. = najwyżej; m. = mieszkanie")
    initialisms = frozenset(words("IT SFO UE USA AED ID URL USB EU IP UV"))
    fractions = table("""
        1/2 = pół; 1/4 = jedna czwarta; 3/4 = trzy czwarte; 1/3 = jedna trzecia; 2/3 = dwie trzecie
    """)
    vowels = Voice.vowels + "ĄĘÓ"
    postcode_pattern = r"(?<![\w.,/-])(?<!\d )(?:DK[- ])?(?P<code>[1-9]\d{3})(?= [A-ZÆØÅ][a-zæøå])"

    def form(self, number: int | None) -> int:
        return slavic_form(number, singular_in_compounds=False)

    def cardinal(self, number: int, gender: str = "") -> str:
        if number == 0:
            return "zero"
        said: list[str] = []
        for size, forms in ((1_000_000, _MILLIONS), (1000, _THOUSANDS)):
            count, number = divmod(number, size)
            if count == 1:
                said.append(forms[0])
            elif count:
                said.append(f"{self.cardinal(count)} {forms[self.form(count)]}")
        hundreds, rest = divmod(number, 100)
        if hundreds:
            said.append(_HUNDREDS[hundreds])
        if rest:
            said.append(self._below_hundred(rest, gender, alone=not said))
        return " ".join(said)

    def _below_hundred(self, number: int, gender: str, *, alone: bool) -> str:
        tens, ones = divmod(number, 10) if number >= 20 else (0, number)
        if ones == 2 and gender in _TWO:
            last = "dwie"
        elif ones == 1 and alone and not tens:
            last = _ONE.get(gender, "jeden")
        else:
            last = _SMALL[ones] if ones else ""
        return " ".join(part for part in (_TENS[tens] if tens else "", last) if part)

    def inflected(self, number: int, gender: str, before: str) -> str:
        if _ASKS_GENITIVE.search(before) and number < 1000:
            return _GENITIVE.of(number, feminine=gender in _TWO)
        return self.cardinal(number, gender)

    def measured(self, number: int, unit: Unit, before: str) -> str:
        if _ASKS_GENITIVE.search(before) and number < 1000 and len(unit.forms) == 4:
            form = unit.forms[3 if number == 1 else 2]
            return f"{self.inflected(number, unit.gender, before)} {form}"
        return super().measured(number, unit, before)

    def between(self, low: int, high: int, noun: str, before: str) -> str:
        """`2-5 minut` as "od dwóch do pięciu minut", `3-4 godziny` as "trzy-cztery godziny"."""
        gender = self.gender_before(noun)
        if high == low + 1 and high < 11 and low and not _ASKS_GENITIVE.search(before):
            return f"{self.cardinal(low, gender)}-{self.cardinal(high, gender)} {noun}".rstrip()
        if high > 999 or low > 999:
            return super().between(low, high, noun, before)
        ends = [_GENITIVE.of(number, feminine=gender in _TWO) for number in (low, high)]
        start = "" if _ASKS_GENITIVE.search(before) else "od "
        return f"{start}{ends[0]} do {ends[1]} {self._genitive_noun(noun)}".rstrip()

    def _genitive_noun(self, noun: str) -> str:
        unit = self.spoken_units.get(noun)
        if unit and len(unit.forms) == 4:
            return unit.forms[2]
        return _NOUN_GENITIVES.get(noun, noun)

    def ordinal(self, number: int) -> str:
        return self._rank(number, "y")

    def _rank(self, number: int, ending: str) -> str:
        """`ending`: y (pierwszy), a (pierwsza), ego (pierwszego), ej (pierwszej), e, ą."""
        if number >= 100:
            hundreds, rest = divmod(number, 100)
            return f"{self.cardinal(hundreds * 100)} {self._rank(rest, ending)}"
        parts = [_RANKS[number]] if number < 20 else [_TENTH_RANKS[number // 10]]
        if number >= 20 and number % 10:
            parts.append(_RANKS[number % 10])
        return " ".join(stem + self._ending(stem, ending) for stem in parts)

    @staticmethod
    def _ending(stem: str, ending: str) -> str:
        if stem == "drug":
            return {"y": "i", "a": "a", "ą": "ą"}.get(ending, f"i{ending}")
        if stem == "trzec":
            return "i" if ending == "y" else f"i{ending}"
        return ending

    def clock(self, hour: int, minute: int) -> str:
        return self._hour(hour, minute, "a")

    def _hour(self, hour: int, minute: int, ending: str) -> str:
        said_hour = "zero" if hour == 0 else self._rank(hour, ending)
        if not minute:
            return "zero zero" if hour == 0 else said_hour
        return f"{said_hour} {'zero ' if minute < 10 else ''}{self.cardinal(minute, 'f')}"

    def times(self, lead: str, first: Clock, second: Clock | None, before: str) -> str:
        """`od 8:00` as "od ósmej"; a range is "od ósmej do szesnastej"."""
        found = re.search(r"(?<!\w)(o|od|do|po|przed|około|w)\s*$", before, re.IGNORECASE)
        word = found[1].lower() if found else ""
        if second is not None:
            lead_word = f"{_HOURS_AFTER.get(word, 'godziny')} " if lead else ""
            start = "" if word in ("od", "do") else "od "
            return (
                f"{lead_word}{start}{self._hour(first.hour, first.minute or 0, 'ej')} do "
                f"{self._hour(second.hour, second.minute or 0, 'ej')}"
            )
        ending = {"": "a", "w": "a", "przed": "ą"}.get(word, "ej")
        lead_word = f"{_HOURS_AFTER.get(word, 'godzina')} " if lead else ""
        return f"{lead_word}{self._hour(first.hour, first.minute or 0, ending)}"

    def date(self, day: Day, before: str) -> str:
        spoken = f"{self._rank(day.day, 'ego')} {_MONTHS[day.month - 1]}"
        return f"{spoken} {self.year(day.year)}" if day.year else spoken

    def dates(self, first: Day, second: Day, before: str) -> str:
        start = "" if re.search(r"(?<!\w)od\s*$", before, re.IGNORECASE) else "od "
        if first.month == second.month and first.year is None:
            return f"{start}{self._rank(first.day, 'ego')} do {self.date(second, before)}"
        return f"{start}{self.date(first, before)} do {self.date(second, before)}"

    def year(self, year: int) -> str:
        thousands, rest = divmod(year, 1000)
        if year == 2000:
            return "dwutysięcznego roku"
        head = self.cardinal(thousands * 1000)
        if rest % 100 == 0:
            return f"{self.cardinal(year)} roku"
        hundreds, last = divmod(rest, 100)
        middle = f" {_HUNDREDS[hundreds]}" if hundreds else ""
        return f"{head}{middle} {self._rank(last, 'ego')} roku"

    def ordinals(self, text: str) -> str:
        """`4. klasa`, `4.-9. klasa`, `1. piętro`."""
        endings = {"klasy": "ej", "klasie": "ej", "klasa": "a", "piętro": "e", "piętra": "ego"}

        def rank(match: re.Match[str]) -> str:
            noun = re.match(r".*?\d*\.? ?([^\W\d_]+)", match.string[match.end() :])
            ending = endings.get(noun[1].lower(), "y") if noun else "y"
            low, high = match[1], match[2]
            said = self._rank(int(high), ending)
            return f"{self._rank(int(low), ending)} do {said}" if low else said

        return re.sub(
            r"(?<![\w.,])(?:(\d{1,2})\.? ?- ?)?(\d{1,2})\.(?= [a-ząćęłńóśźż])", rank, text
        )

    def polish(self, text: str) -> str:
        return re.sub(r"(?<!\w)roku,? (?:roku|r\.)(?!\w)", "roku", text)
