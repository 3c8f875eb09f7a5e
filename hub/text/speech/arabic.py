"""Arabic (modern standard), as read aloud. Numbers agree with the units known here; elsewhere they
stand in the form that follows counting ("ثلاثة"), which is understood everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final

from hub.text.speech.tables import Currency, Unit, table, unit_table, words
from hub.text.speech.voice import Clock, Day, Voice

_SMALL: Final = words("صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة")
_FEMININE: Final = words("صفر واحدة اثنتان ثلاث أربع خمس ست سبع ثماني تسع عشر")
_TENS: Final = words(". عشرة عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون")
_HUNDREDS: Final = words(". مئة مئتان ثلاثمئة أربعمئة خمسمئة ستمئة سبعمئة ثمانمئة تسعمئة")
_HOURS: Final = words("""
    . الواحدة الثانية الثالثة الرابعة الخامسة السادسة السابعة الثامنة التاسعة العاشرة
""")
_DAYS: Final = words("""
    . الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر
""")
_MONTHS: Final = words("""
    يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
""")
_LEVANTINE: Final = table("""
    كانون الثاني = 1; شباط = 2; آذار = 3; نيسان = 4; أيار = 5; حزيران = 6; تموز = 7; آب = 8
    أيلول = 9; تشرين الأول = 10; تشرين الثاني = 11; كانون الأول = 12
""")
_ASKS_CASE: Final = re.compile(
    r"(?<!\w)(?:لمدة|خلال|بعد|قبل|إلى|من|عن|على|في|حوالي|نحو|كل|بين)\s*$"
)
_OBLIQUE: Final = re.compile(
    r"(?<=عشر|لاث|ربع|خمس|سبع|مان|تسع)ون(?!\w)|(?<=ست)ون(?!\w)|(?<=\w\w)ان(?!\w)"
)


def _oblique(said: str) -> str:
    """A number and its noun behind a preposition: "ثلاثين" for "ثلاثون", "دقيقتين" for "دقيقتان"."""
    return _OBLIQUE.sub("ين", said)


class Arabic(Voice):
    code = "ar"
    characters_per_second = 9.8

    digits = _SMALL[:10]
    comma = "فاصلة"
    minus = "ناقص"
    plus = "زائد"
    to = "إلى"
    and_word = "و"
    or_word = "أو"
    both_or_either: ClassVar[Mapping[str, str]] = {"و/أو": "و أو"}
    per = "لكل"
    again = "أكرر"

    months: ClassVar[Mapping[str, int]] = {
        **{name: number for number, name in enumerate(_MONTHS, 1)},
        **{name: int(number) for name, number in _LEVANTINE.items()},
        "ابريل": 4,
        "اغسطس": 8,
        "اكتوبر": 10,
    }
    day_dot = r"\.?(?: من)?"
    clock_lead = r"الساعة"
    clock_near = r"في|من|إلى|حتى|بعد|قبل|بين|عند"

    call_words = ("هاتف", "الهاتف", "اتصل بالرقم", "اتصلوا بالرقم", "الرقم", "رقم", "اتصل على")
    counted = words("""
        أسرة شخص أشخاص ساكن طفل أطفال تلميذ عنوان منزل منازل شقة زبون لتر لترات متر أمتار كيلومتر
        ساعة ساعات دقيقة دقائق ثانية يوم أيام درجة درجات بالمئة مرة مرات سرير كرونة مكان
    """)
    web = table("""
        . = نقطة; / = شرطة مائلة; - = شرطة; _ = شرطة سفلية; @ = آت; ? = علامة استفهام; = = يساوي
        & = علامة و; # = مربع; % = علامة بالمئة; : = نقطتان; + = زائد; ~ = تيلدا
    """)
    units = unit_table("""
        لتر ل l L = لتر, لتران, لترات, لترا, لتر (m)
        مل ml = مليلتر, مليلتران, مليلترات, مليلترا, مليلتر (m)
        كم km = كيلومتر, كيلومتران, كيلومترات, كيلومترا, كيلومتر (m)
        م m = متر, متران, أمتار, مترا, متر (m)
        سم cm = سنتيمتر, سنتيمتران, سنتيمترات, سنتيمترا, سنتيمتر (m)
        mm = مليمتر, مليمتران, مليمترات, مليمترا, مليمتر (m)
        م2 m2 = متر مربع, متران مربعان, أمتار مربعة, مترا مربعا, متر مربع (m)
        م3 m3 = متر مكعب, متران مكعبان, أمتار مكعبة, مترا مكعبا, متر مكعب (m)
        كغ كجم kg = كيلوغرام, كيلوغرامان, كيلوغرامات, كيلوغراما, كيلوغرام (m)
        غ g = غرام, غرامان, غرامات, غراما, غرام (m)
        °C °م ° = درجة, درجتان, درجات, درجة, درجة (f)
        دقيقة min = دقيقة, دقيقتان, دقائق, دقيقة, دقيقة (f)
        ثانية s = ثانية, ثانيتان, ثوان, ثانية, ثانية (f)
        ساعة h = ساعة, ساعتان, ساعات, ساعة, ساعة (f)
        MHz = ميغاهرتز (m)
    """) | {"%": Unit(("بالمئة",)), "٪": Unit(("بالمئة",))}
    nouns: ClassVar[Mapping[str, Unit]] = {
        form: unit
        for unit in (
            Unit(("مرة", "مرتين", "مرات", "مرة", "مرة"), "f"),
            Unit(("يوم", "يومين", "أيام", "يوما", "يوم"), "m"),
            Unit(("دقيقة", "دقيقتين", "دقائق", "دقيقة", "دقيقة"), "f"),
            Unit(("ساعة", "ساعتين", "ساعات", "ساعة", "ساعة"), "f"),
        )
        for form in unit.forms[1:3]
    }
    """Forms in which they are written behind digits: the dual in the case in which it stands in a sentence."""
    currencies: ClassVar[Mapping[str, Currency]] = {
        **dict.fromkeys(
            ("kr", "DKK", "كرونة"),
            Currency(
                Unit(("كرونة", "كرونتان", "كرونات", "كرونة", "كرونة"), "f"), Unit(("أوره",), "m")
            ),
        ),
        **dict.fromkeys(
            ("€", "EUR", "يورو"),
            Currency(Unit(("يورو",), "m"), Unit(("سنت", "سنتان", "سنتات", "سنتا", "سنت"), "m")),
        ),
    }
    signs = table("~ = حوالي; < = أقل من; > = أكثر من; # = رقم; × = في")
    symbols = table("""
        & = و; + = زائد; % = بالمئة; ٪ = بالمئة; ‰ = بالألف; ° = درجة; = = يساوي; @ = آت
        § = فقرة; € = يورو; $ = دولار; £ = جنيه; ≤ = على الأكثر; ≥ = على الأقل; ≈ = حوالي
        ± = زائد ناقص; × = في
    """) | {
        **dict.fromkeys("✓✔✅☑", ". نعم,"),
        **dict.fromkeys("✗✘✖❌❎⛔🚫", ". لا,"),
    }
    closing = frozenset({"إلخ.", "kr."})
    abbreviations = table("kl. = الساعة; tlf = هاتف; ت. = هاتف; إلخ. = إلى آخره; kr. = كرونة")
    initialisms = frozenset(words("IT SFO EU USA ID URL USB IP"))
    fractions = table("""
        1/2 = نصف; 1/4 = ربع; 3/4 = ثلاثة أرباع; 1/3 = ثلث; 2/3 = ثلثا
    """)
    postcode_pattern = r"(?<![\w.,/-])(?<!\d )(?:DK[- ])?(?P<code>[1-9]\d{3})(?= [A-ZÆØÅ][a-zæøå])"

    def form(self, number: int | None) -> int:
        """0: one, 1: two, 2: three to ten, 3: eleven to 99, 4: hundreds and decimals."""
        if number is None or number == 0:
            return 4
        if number <= 2:
            return number - 1
        last = number % 100
        if 3 <= last <= 10:
            return 2
        return 3 if last > 10 else 4

    def counted_unit(self, words: str, number: int | None, form: str) -> str:
        """One follows its noun, two is the noun's dual."""
        if number == 1:
            return f"{form} {words}"
        return form if number == 2 and form.endswith(("ان", "ين")) else f"{words} {form}"

    def inflected(self, number: int, gender: str, before: str) -> str:
        said = self.cardinal(number, gender)
        return _oblique(said) if _ASKS_CASE.search(before) else said

    def measured(self, number: int, unit: Unit, before: str) -> str:
        said = super().measured(number, unit, before)
        return _oblique(said) if _ASKS_CASE.search(before) else said

    def between(self, low: int, high: int, noun: str, before: str) -> str:
        """`2-5 دقائق` as "من دقيقتين إلى خمس دقائق"."""
        unit = self.nouns.get(noun) or self.spoken_units.get(noun) or Unit((noun,))
        start = "" if _ASKS_CASE.search(before) else "من "
        first = _oblique(self._end(low, unit, alone=low in (1, 2)))
        return f"{start}{first} إلى {_oblique(self._end(high, unit, alone=True))}".rstrip()

    def _end(self, number: int, unit: Unit, *, alone: bool) -> str:
        """One end of a range; only `alone` with its unit."""
        said = self.cardinal(number, unit.gender)
        if not alone or len(unit.forms) == 1:
            return f"{said} {unit.forms[0]}".rstrip() if alone else said
        return self.counted_unit(said, number, unit.forms[self.form(number)])

    def cardinal(self, number: int, gender: str = "") -> str:
        """`gender` is the counted noun's; three to ten take the other one."""
        if number == 0:
            return "صفر"
        said: list[str] = []
        for size, one, two, few, many in (
            (1_000_000, "مليون", "مليونان", "ملايين", "مليون"),
            (1000, "ألف", "ألفان", "آلاف", "ألف"),
        ):
            count, number = divmod(number, size)
            if count == 1:
                said.append(one)
            elif count == 2:
                said.append(two)
            elif count:
                noun = few if 3 <= count % 100 <= 10 else many
                said.append(f"{self.cardinal(count)} {noun}")
        hundreds, rest = divmod(number, 100)
        if hundreds:
            said.append(_HUNDREDS[hundreds])
        if rest:
            said.append(self._below_hundred(rest, feminine=gender == "f"))
        return " و".join(said)

    def _below_hundred(self, number: int, *, feminine: bool) -> str:
        small = _FEMININE if feminine else _SMALL
        if number <= 10:
            return small[number]
        if number < 20:
            ten = "عشرة" if feminine else "عشر"
            if number == 11:
                return f"{'إحدى' if feminine else 'أحد'} {ten}"
            if number == 12:
                return f"{'اثنتا' if feminine else 'اثنا'} {ten}"
            return f"{'ثماني' if feminine and number == 18 else small[number - 10]} {ten}"
        tens, ones = divmod(number, 10)
        return f"{small[ones]} و{_TENS[tens]}" if ones else _TENS[tens]

    def ordinal(self, number: int) -> str:
        return self._rank(number, _DAYS, "الحادي", "عشر")

    def _rank(self, number: int, ranks: tuple[str, ...], first: str, ten: str) -> str:
        if number <= 10:
            return ranks[number] if number else "صفر"
        if number >= 100:
            return f"رقم {self.cardinal(number)}"
        tens, ones = divmod(number, 10)
        one = first if ones == 1 else ranks[ones] if ones else ""
        if tens == 1:
            return f"{one} {ten}"
        return f"{one} وال{_TENS[tens]}" if ones else f"ال{_TENS[tens]}"

    def clock(self, hour: int, minute: int) -> str:
        said_hour = "صفر" if hour == 0 else self._rank(hour, _HOURS, "الحادية", "عشرة")
        if not minute:
            return said_hour
        forms = ("دقيقة", "دقيقتان", "دقائق", "دقيقة", "دقيقة")
        counted = self.counted_unit(self.cardinal(minute, "f"), minute, forms[self.form(minute)])
        return f"{said_hour} و{counted}"

    def times(self, lead: str, first: Clock, second: Clock | None, before: str) -> str:
        start = f"الساعة {self.clock(first.hour, first.minute or 0)}"
        if second is None:
            return start
        link = "" if re.search(r"(?<!\w)من\s*$", before) else "من "
        return f"{link}{start} إلى الساعة {self.clock(second.hour, second.minute or 0)}"

    def date(self, day: Day, before: str) -> str:
        spoken = f"{self.ordinal(day.day)} من {_MONTHS[day.month - 1]}"
        return f"{spoken} عام {self.year(day.year)}" if day.year else spoken

    def dates(self, first: Day, second: Day, before: str) -> str:
        link = "" if re.search(r"(?<!\w)من\s*$", before) else "من "
        if first.month == second.month and first.year is None:
            return f"{link}{self.ordinal(first.day)} إلى {self.date(second, before)}"
        return f"{link}{self.date(first, before)} إلى {self.date(second, before)}"
