"""Numbers, units, money, ranges: whatever digits dates and telephones left behind."""

from __future__ import annotations

import re

from hub.text.speech.tables import Currency, Unit
from hub.text.speech.voice import LARGEST, Voice, alternatives, kept_stop

_DASH = r" ?- ?"
LONGEST = len(str(LARGEST))


def number_pattern(voice: Voice) -> str:
    """One number: `2.000`, `1 000`, `2,5` or the English `2,000`, `2.5`, as the language writes."""
    thousands, decimal = re.escape(voice.thousands_mark), re.escape(voice.decimal_mark)
    grouped = rf"[1-9]\d{{0,2}}(?:(?:{thousands}\d{{3}})+|(?: \d{{3}})+)(?!\d)"
    return rf"(?<!\d)(?<!\d[.,])(?:{grouped}|\d+)(?:{decimal}\d+)?(?![.,]?\d)"


def say_quantities(text: str, voice: Voice) -> str:
    """Fractions, money and measures first, then ordinals, addresses, ranges and plain numbers."""
    number = number_pattern(voice)
    text = _signs(text, voice)
    text = _fractions(text, voice)
    text = _money(text, voice, number)
    text = _measures(_nouns(text, voice, number), voice, number)
    text = _years(text, voice)
    text = voice.places(text)
    text = voice.ordinals(text)
    text = _postcodes(text, voice)
    text = _ranges(_marks(text, voice), voice)
    text = re.sub(number, lambda m: _counted(m, voice), text)
    return _loose_digits(text, voice)


def say_number(written: str, voice: Voice, gender: str = "") -> str:
    """A number in words, its decimals digit by digit so that none can be misheard."""
    whole, _, decimals = written.partition(voice.decimal_mark)
    spoken = voice.whole(_digits(whole, voice), voice.before_comma if decimals else gender)
    return f"{spoken} {voice.comma} {voice.spell_digits(decimals)}" if decimals else spoken


def _digits(written: str, voice: Voice) -> str:
    return written.replace(voice.thousands_mark, "").replace(" ", "")


def _plain(written: str, voice: Voice) -> int | None:
    """The number, where it is a whole one that is said as a quantity."""
    digits = _digits(written, voice)
    said_by_digit = (len(digits) > 1 and digits.startswith("0")) or len(digits) > LONGEST
    return None if voice.decimal_mark in written or said_by_digit else int(digits)


def _counted(match: re.Match[str], voice: Voice) -> str:
    """A number in running text, in the gender of the noun behind it and the case of the word before it."""
    before, rest = match.string[: match.start()], match.string[match.end() :]
    word = re.match(rf" (?:{voice.before_noun})?([^\W\d_]+)", rest)
    gender = voice.gender_before(word[1]) if word else ""
    value = _plain(match[0], voice)
    if value is None:
        return say_number(match[0], voice, gender)
    return voice.inflected(value, gender, before)


def _measured(written: str, unit: Unit, voice: Voice, before: str = "") -> str:
    value = _plain(written, voice)
    if value is not None:
        return voice.measured(value, unit, before)
    known = None if voice.decimal_mark in written else int(_digits(written, voice))
    form = unit.forms[min(voice.form(known), len(unit.forms) - 1)]
    return voice.counted_unit(say_number(written, voice, unit.gender), known, form)


def _signs(text: str, voice: Voice) -> str:
    """Minus, "about", "less than" before a number, "times" after one."""
    text = re.sub(r"(?<![^\s(])(?<!\d )-(?=\d)", f"{voice.minus} ", text)
    text = re.sub(r"(?<![~<>#])([~<>#]) ?(?=\d)", lambda m: f" {voice.signs[m[1]]} ", text)
    text = re.sub(r" [x×] (?=\d)", f" {voice.signs['×']} ", text)
    return re.sub(r"(?<=\d) ?[x×] ?(?=\d| [^\W\d_])", f" {voice.signs['×']} ", text)


def _fractions(text: str, voice: Voice) -> str:
    """`½`, and `1/2` before a unit; without one it may be a date and is left alone."""
    fractions = alternatives(voice.fractions).replace("/", "[/⁄]")

    def words(match: re.Match[str]) -> str:
        whole, fraction, symbol = match.groups()
        if not symbol and "⁄" not in fraction:
            return match[0]
        unit = voice.units.get(symbol)
        known = unit or voice.spoken_units.get(symbol)
        gender = known.gender if known else ""
        said = voice.fraction(fraction.replace("⁄", "/"), gender)
        if whole:
            said = f"{voice.cardinal(int(whole), gender)} {voice.and_word} {said}"
        return f"{said} {unit.forms[0] if unit else symbol or ''}".rstrip()

    things = alternatives(voice.counted)
    return re.sub(
        rf"(?<![\w.,/-])(?:(\d{{1,3}}) )?({fractions})(?!\w|[/.,]\d)"
        rf"(?: ?({voice.measures}|{things})(?!\w))?",
        words,
        text,
    )


def _money(text: str, voice: Voice, number: str) -> str:
    names = alternatives(voice.currencies)
    hundredths = rf"(?:{re.escape(voice.decimal_mark)}-)?"
    after = rf"({number}){hundredths} ?({names})(?!\w)\.?"
    before = rf"(?<!\w)({names})\.? ?({number}){hundredths}(?!\w)"
    text = re.sub(
        after, lambda m: _amount(m[1], voice.currencies[m[2]], voice) + kept_stop(m), text
    )
    return re.sub(before, lambda m: _amount(m[2], voice.currencies[m[1]], voice), text)


def _amount(written: str, currency: Currency, voice: Voice) -> str:
    """Two decimals of money are the small coin; `12,50 kr.` is "tolv kroner og halvtreds øre"."""
    whole, _, decimals = written.partition(voice.decimal_mark)
    if len(decimals) != 2:
        return _measured(written, currency.main, voice)
    main = _measured(whole, currency.main, voice)
    if decimals == "00":
        return main
    small = _measured(str(int(decimals)), currency.hundredth, voice)
    return f"{main} {voice.and_word} {small}"


def _measures(text: str, voice: Voice, number: str) -> str:
    """`3 l`, `100 °C`, `2-3 km`, `3 l/person`: the unit as a word that agrees with its number."""
    units = alternatives(voice.units)

    def measure(match: re.Match[str]) -> str:
        low, high, symbol, per = match.groups()
        spoken = _span(low, high, voice.units[symbol], voice, match.string[: match.start()])
        if per:
            return f"{spoken} {voice.per} "
        return spoken + kept_stop(match)

    text = re.sub(
        rf"(?<![\w/])(?:({number}){_DASH})?({number}) ?({units})(?!\w)"
        rf"(?:\.?( ?/ ?)(?=[^\W\d_])|\.(?!\w)|)",
        measure,
        text,
    )
    squares = alternatives(symbol for symbol in voice.units if symbol[-1].isdigit())
    return re.sub(rf"(?<![\w/])(?:{squares})(?!\w)", lambda m: voice.units[m[0]].forms[0], text)


def _span(low: str | None, high: str, unit: Unit, voice: Voice, before: str) -> str:
    """One measure, or two ends of a range with their unit."""
    if low is None:
        return _measured(high, unit, voice, before)
    first, last = _plain(low, voice), _plain(high, voice)
    if first is None or last is None:
        return f"{say_number(low, voice, unit.gender)} {voice.to} {_measured(high, unit, voice)}"
    return voice.between(
        first, last, unit.forms[min(voice.form(last), len(unit.forms) - 1)], before
    )


def _nouns(text: str, voice: Voice, number: str) -> str:
    """`2 مرات` as "مرتين": nouns that take another form with their number."""
    if not voice.nouns:
        return text
    return re.sub(
        rf"(?<![\w/])(?:({number}){_DASH})?({number}) ({alternatives(voice.nouns)})(?!\w)",
        lambda m: _span(m[1], m[2], voice.nouns[m[3]], voice, m.string[: m.start()]),
        text,
    )


def _years(text: str, voice: Voice) -> str:
    """`i 2026` and `2026-2027`, but not `i 2000 boliger`."""
    text = re.sub(
        r"(?<![\w.,:/-])((?:19|20)\d\d) ?[-/] ?((?:19|20)\d\d)(?![\w-]|[.,:/]\d)",
        lambda m: (
            f"{voice.year(int(m[1]))} {voice.to} {voice.year(int(m[2]))}" if m[1] < m[2] else m[0]
        ),
        text,
    )
    return re.sub(
        rf"(?<!\w)((?:{voice.year_near}) )((?:19|20)\d\d)(?![\w-]|[.,:/]\d| [a-zæøåäöüß]*\d)"
        rf"(?! (?:{alternatives(voice.counted)}|{voice.measures})(?!\w))",
        lambda m: m[1] + voice.year(int(m[2])),
        text,
        flags=re.IGNORECASE,
    )


def _postcodes(text: str, voice: Voice) -> str:
    """Four or five digits before a capitalised name, where the language says they are one."""
    return re.sub(
        voice.postcode_pattern,
        lambda m: m[0].replace(m["code"], voice.postcode(m["code"])),
        text,
    )


def _ranges(text: str, voice: Voice) -> str:
    """`4-9` as "four to nine", `12A-14B` too; three numbers in a row are a list."""
    text = re.sub(r"(?<=\d)(?=[^\W\d_])", " ", text)
    text = re.sub(r"(?<=[^\W\d_])(?=\d)", " ", text)
    end = r"\d(?:[\d.,]*\d)?(?: [A-Za-z](?!\w))?"

    def dashed(match: re.Match[str]) -> str:
        parts, noun = re.split(_DASH, match[1]), match[2] or ""
        if len(parts) != 2:
            return ", ".join(parts) + noun
        low, high = (_plain(part, voice) if part.isdigit() else None for part in parts)
        if low is None or high is None:
            return f" {voice.to} ".join(parts) + noun
        return voice.between(low, high, noun.strip(), match.string[: match.start()])

    noun = rf" (?:{voice.before_noun})?[^\W\d_]+"
    text = re.sub(rf"(?<![\w-])({end}(?:{_DASH}{end})+)(?!\w)({noun})?", dashed, text)
    text = re.sub(r"(?<=\d) ?- ?(?=\d)", f" {voice.to} ", text)
    return re.sub(r"(?<=\d)-(?=[^\W\d_])", "-", text)


def _marks(text: str, voice: Voice) -> str:
    """Marks between digits that belong to no known pattern: `20:80`, `12/14`, `1.2.3`."""
    text = re.sub(r"(?<!\d)24 ?/ ?7(?!\d)", "24 7", text)
    text = re.sub(r"(?<=\d):(?=\d)", ", ", text)
    return re.sub(r"(?<=\d) ?[/⁄] ?(?=\d)", f" {voice.web['/']} ", text)


def _loose_digits(text: str, voice: Voice) -> str:
    """Digits that are no number (`1.2.3`): each run said, each mark named."""
    text = re.sub(r"(?<=\d)\.(?=\d)", f" {voice.web['.']} ", text)
    text = re.sub(r"(?<=\d),(?=\d)", f" {voice.comma} ", text)
    return re.sub(r"\d+", lambda m: voice.whole(m[0]), text)
