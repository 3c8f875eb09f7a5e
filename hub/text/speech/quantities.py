"""Numbers, units, money, ranges: whatever digits dates and telephones left behind."""

from __future__ import annotations

import re

from hub.text.speech.tables import Currency, Unit
from hub.text.speech.voice import Voice, alternatives, kept_stop

_DASH = r" ?- ?"


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
    text = _measures(text, voice, number)
    text = _years(text, voice)
    text = voice.places(text)
    text = voice.ordinals(text)
    text = _postcodes(text, voice)
    text = _ranges(_marks(text, voice), voice)
    text = re.sub(number, lambda m: say_number(m[0], voice, *_counting(m, voice)), text)
    return _loose_digits(text, voice)


def say_number(written: str, voice: Voice, gender: str = "") -> str:
    """A number in words, its decimals digit by digit so that none can be misheard."""
    whole, _, decimals = written.partition(voice.decimal_mark)
    digits = whole.replace(voice.thousands_mark, "").replace(" ", "")
    spoken = voice.whole(digits, voice.before_comma if decimals else gender)
    return f"{spoken} {voice.comma} {voice.spell_digits(decimals)}" if decimals else spoken


def _counting(match: re.Match[str], voice: Voice) -> tuple[str]:
    rest = match.string[match.end() :]
    word = re.match(r" ([^\W\d_]+)", rest)
    return (voice.gender_before(word[1]) if word else "",)


def _value(written: str, voice: Voice) -> int | None:
    whole, _, decimals = written.partition(voice.decimal_mark)
    digits = whole.replace(voice.thousands_mark, "").replace(" ", "")
    return None if decimals else int(digits)


def _measured(written: str, unit: Unit, voice: Voice) -> str:
    value = _value(written, voice)
    form = unit.forms[min(voice.form(value), len(unit.forms) - 1)]
    return voice.counted_unit(say_number(written, voice, unit.gender), value, form)


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
        unit = voice.units[symbol]
        spoken = _measured(high, unit, voice)
        if low:
            spoken = f"{say_number(low, voice, unit.gender)} {voice.to} {spoken}"
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
        parts = re.split(_DASH, match[0])
        return f" {voice.to} ".join(parts) if len(parts) == 2 else ", ".join(parts)

    text = re.sub(rf"(?<![\w-]){end}(?:{_DASH}{end})+(?!\w)", dashed, text)
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
