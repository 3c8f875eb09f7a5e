"""British English, as read aloud to people who may have another mother tongue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final

from hub.text.speech.tables import Currency, Unit, table, unit_table, words
from hub.text.speech.voice import Clock, Day, Voice

_SMALL: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS: Final = (
    *("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
)
_RANKS: Final = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


class English(Voice):
    code = "en"
    characters_per_second = 15.5

    digits = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    decimal_mark = "."
    thousands_mark = ","
    comma = "point"
    minus = "minus"
    plus = "plus"
    to = "to"
    and_word = "and"
    or_word = "or"
    both_or_either: ClassVar[Mapping[str, str]] = {"and/or": "and or"}
    per = "per"
    again = "I repeat"

    months: ClassVar[Mapping[str, int]] = {
        **{name.lower(): number for number, name in enumerate(_MONTHS, 1)},
        **{name[:3].lower(): number for number, name in enumerate(_MONTHS, 1)},
        "sept": 9,
    }
    weekdays = table("""
        mon = Monday; tue = Tuesday; tues = Tuesday; thu = Thursday; thur = Thursday
        thurs = Thursday; fri = Friday
    """)
    weekday_words: ClassVar[Mapping[str, str]] = {
        "sat": "Saturday",
        "sun": "Sunday",
        "wed": "Wednesday",
    }
    day_dot = r"(?:st|nd|rd|th|\.)?(?: of)?"
    month_first = True
    date_near = r"on|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    clock_lead = r"(?!)"
    clock_near = r"at|from|until|till|by|between|before|after|since|around|about"
    clock_tail = r"o'clock|hours|hrs\.?"
    half_days = True
    dotted_times = False

    call_words = ("call", "phone", "dial", "ring", "telephone", "tel", "text", "call us on")
    counted = words("""
        households homes people citizens pupils children addresses customers houses places
        adults residents families litres metres kilometres hours minutes seconds days degrees
        percent times beds
    """)
    web = table("""
        . = dot; / = slash; - = hyphen; _ = underscore; @ = at; ? = question mark; = = equals
        & = ampersand; # = hash; % = percent sign; : = colon; + = plus; ~ = tilde
    """)
    said_domains = frozenset({"com", "org", "net", "info", "gov"})
    units = unit_table("""
        l L = litre, litres
        dl = decilitre, decilitres
        cl = centilitre, centilitres
        ml = millilitre, millilitres
        km = kilometre, kilometres
        m = metre, metres
        cm = centimetre, centimetres
        mm = millimetre, millimetres
        m2 = square metre, square metres
        km2 = square kilometre, square kilometres
        m3 = cubic metre, cubic metres
        km/h = kilometre per hour, kilometres per hour
        m/s = metre per second, metres per second
        kg = kilo, kilos
        g = gram, grams
        mg = milligram, milligrams
        °C ° = degree, degrees
        % percent = percent
        ‰ = per mille
        min mins = minute, minutes
        sec secs = second, seconds
        h hr hrs = hour, hours
        kW = kilowatt, kilowatts
        kWh = kilowatt hour, kilowatt hours
        MHz = megahertz
        MB = megabyte, megabytes
        GB = gigabyte, gigabytes
        bar = bar
    """)
    currencies: ClassVar[Mapping[str, Currency]] = {
        **dict.fromkeys(
            ("kr", "Kr", "DKK", "kroner"),
            Currency(Unit(("krone", "kroner")), Unit(("øre", "øre"))),
        ),
        **dict.fromkeys(("€", "EUR"), Currency(Unit(("euro", "euros")), Unit(("cent", "cents")))),
        "£": Currency(Unit(("pound", "pounds")), Unit(("penny", "pence"))),
        "$": Currency(Unit(("dollar", "dollars")), Unit(("cent", "cents"))),
    }
    signs = table("""
        ~ = about; < = less than; > = more than; # = number; × = times
    """)
    symbols = table("""
        & = and; + = plus; % = percent; ‰ = per mille; ° = degrees; = = equals; @ = at
        § = section; € = euros; $ = dollars; £ = pounds; ≤ = at most; ≥ = at least
        ± = plus or minus; ≈ = about; × = times
    """) | {
        **dict.fromkeys("✓✔✅☑", ". yes,"),
        **dict.fromkeys("✗✘✖❌❎⛔🚫", ". no,"),
    }
    abbreviations = table("""
        e.g = for example; eg. = for example; i.e = that is; ie. = that is; etc = and so on
        approx = approximately; tel = telephone; incl = including; excl = excluding; vs = versus
        c/o = care of; max. = maximum; min. = minutes; mins. = minutes; hrs = hours; hr = hour
        secs = seconds; asap = as soon as possible; dept = department; ext. = extension
        ave. = Avenue; rd. = Road; bldg = building; govt = government; mr = Mister; mrs = Missis
        dr. = Doctor; ca. = about; kr = kroner; a.m = a m; p.m = p m; temp. = temperature
    """)
    closing = frozenset({"etc", "min.", "mins.", "hrs", "hr", "secs", "a.m", "p.m", "kr", "ext."})
    numbered = table("no = number; nos = numbers; p = page; min. = at least; max = at most")
    year_near = r"in|since|year|of|from|until|before|after"
    initialisms = frozenset(
        words("""
        IT SFO EU UK USA US AED ID ATM URL USB FAQ UN UHF IP UV AM ISP DIY ER AI
    """)
    )
    fractions = table("""
        1/2 = half a; 1/4 = a quarter; 3/4 = three quarters; 1/3 = a third; 2/3 = two thirds
    """)
    postcode_pattern = r"(?<![\w.,/-])(?<!\d )(?:DK[- ])?(?P<code>[1-9]\d{3})(?= [A-ZÆØÅ][a-zæøå])"

    def cardinal(self, number: int, gender: str = "") -> str:
        if number < 20:
            return _SMALL[number]
        if number < 100:
            tens, ones = divmod(number, 10)
            return f"{_TENS[tens]}-{_SMALL[ones]}" if ones else _TENS[tens]
        for size, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
            count, rest = divmod(number, size)
            if count:
                head = f"{self.cardinal(count)} {name}"
                joint = " and " if rest < 100 else " "
                return f"{head}{joint}{self.cardinal(rest)}" if rest else head
        raise AssertionError(number)

    def ordinal(self, number: int) -> str:
        words = self.cardinal(number)
        cut = max(words.rfind(" "), words.rfind("-")) + 1
        last = words[cut:]
        if last not in _RANKS and last.endswith("y"):
            return f"{words[:cut]}{last[:-1]}ieth"
        return words[:cut] + _RANKS.get(last, f"{last}th")

    def clock(self, hour: int, minute: int) -> str:
        """`13:00` as announced at a station; midnight in words, where digits mislead most."""
        if hour in (0, 24):
            if not minute:
                return "midnight"
            return f"{self.cardinal(minute)} minute{'' if minute == 1 else 's'} past midnight"
        said_hour = self.cardinal(hour)
        if minute:
            return f"{said_hour} {'oh ' if minute < 10 else ''}{self.cardinal(minute)}"
        if hour == 12:
            return "twelve noon"
        return f"{said_hour} o'clock" if hour < 12 else f"{said_hour} hundred"

    def times(self, lead: str, first: Clock, second: Clock | None, before: str) -> str:
        if second is None:
            return self._one(first)
        return f"{self._one(first)} {self.to} {self._one(second)}"

    def _one(self, time: Clock) -> str:
        if not time.half:
            return self._clock(time)
        minute = (
            ""
            if not time.minute
            else f" {'oh ' if time.minute < 10 else ''}{self.cardinal(time.minute)}"
        )
        return f"{self.cardinal(time.hour)}{minute} {time.half}"

    def tells_time(self, tail: str, first: Clock, second: Clock | None, before: str) -> bool:
        """`at 13 hours` and `8-16 hours`; `24 hours a day` and `2-3 hours` are so many hours."""
        if not tail.startswith("h") or first.minute is not None:
            return True
        return bool(re.search(r"(?<!\w)at\s*$", before, re.I)) or (
            second is not None and second.hour > 12
        )

    def date(self, day: Day, before: str) -> str:
        article = "" if re.search(r"\bthe\s*$", before, re.IGNORECASE) else "the "
        spoken = f"{article}{self.ordinal(day.day)} of {_MONTHS[day.month - 1]}"
        return f"{spoken} {self.year(day.year)}" if day.year else spoken

    def dates(self, first: Day, second: Day, before: str) -> str:
        if first.month == second.month and first.year is None:
            article = "" if re.search(r"\bthe\s*$", before, re.IGNORECASE) else "the "
            return f"{article}{self.ordinal(first.day)} {self.to} {self.date(second, '')}"
        return f"{self.date(first, before)} {self.to} {self.date(second, '')}"

    def year(self, year: int) -> str:
        century, rest = divmod(year, 100)
        if rest == 0:
            return self.cardinal(year) if century % 10 == 0 else f"{self.cardinal(century)} hundred"
        if rest < 10:
            return (
                self.cardinal(year)
                if century == 20
                else f"{self.cardinal(century)} oh {self.cardinal(rest)}"
            )
        return f"{self.cardinal(century)} {self.cardinal(rest)}"

    def polish(self, text: str) -> str:
        return re.sub(r"(?<!\w)half a (?=hour|[aeio])", "half an ", text)

    def ordinals(self, text: str) -> str:
        text = re.sub(
            r"(?<![\w.,])(\d{1,3})(?:st|nd|rd|th)? ?- ?(\d{1,3})(?:st|nd|rd|th)(?!\w)",
            lambda m: f"{self.ordinal(int(m[1]))} to {self.ordinal(int(m[2]))}",
            text,
        )
        return re.sub(
            r"(?<![\w.,])(\d{1,3})(?:st|nd|rd|th)(?!\w)", lambda m: self.ordinal(int(m[1])), text
        )
