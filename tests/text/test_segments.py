"""Segments: what a text costs, compared with samples and with a second, slower method."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.text.segments import (
    Count,
    Encoding,
    Offender,
    count,
    encoding_of,
    offenders,
    split,
    to_gsm7,
)

SAMPLES = Path(__file__).parent / "samples" / "sms-segments.jsonl"
SAMPLE_LINES = SAMPLES.read_text(encoding="utf-8").splitlines()

# Read off the code chart of 3GPP TS 23.038, column by column, not from the module under test.
GSM7_BY_CODE = [
    *(0x40, 0xA3, 0x24, 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, 0x0A, 0xD8, 0xF8, 0x0D),
    *(0xC5, 0xE5, 0x394, 0x5F, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E),
    *(0xC6, 0xE6, 0xDF, 0xC9),
    *(0x20, 0x21, 0x22, 0x23, 0xA4, *range(0x25, 0x40)),
    *(0xA1, *range(0x41, 0x5B), 0xC4, 0xD6, 0xD1, 0xDC, 0xA7),
    *(0xBF, *range(0x61, 0x7B), 0xE4, 0xF6, 0xF1, 0xFC, 0xE0),
]
EXTENDED = {0x0C, 0x5B, 0x5C, 0x5D, 0x5E, 0x7B, 0x7C, 0x7D, 0x7E, 0x20AC}
BORDERLINE = "xyæ€{[\f\n\r😀🚨å–\u030açÇ\u200d\x00\x1b\ud83d\udea8"

texts = st.one_of(
    st.text(st.sampled_from("xæ€{"), max_size=700),
    st.text(st.sampled_from("xæп🚨"), max_size=350),
    st.text(st.sampled_from(BORDERLINE), max_size=400),
    st.text(st.characters(), max_size=300),
)


def width(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if ord(character) in EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1


def units(text: str, encoding: Encoding) -> int:
    return sum(width(character, encoding) for character in text)


def fewest_parts(text: str, encoding: Encoding) -> int:
    """The least number of parts by trying every last part, not only the fullest one."""
    alone, limit = (160, 153) if encoding is Encoding.GSM7 else (70, 67)
    if units(text, encoding) <= alone:
        return 1
    best = [0] + [len(text)] * len(text)
    for end in range(1, len(text) + 1):
        used, start = 0, end
        while start and used + width(text[start - 1], encoding) <= limit:
            start -= 1
            used += width(text[start], encoding)
            if not halves_a_pair(text, start):
                best[end] = min(best[end], best[start] + 1)
    return best[-1]


def halves_a_pair(text: str, border: int) -> bool:
    before, after = text[max(border - 1, 0) : border], text[border : border + 1]
    return "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff"


@pytest.mark.parametrize("line", SAMPLE_LINES)
def test_every_sample_gets_the_count_that_gateways_bill(line: str) -> None:
    sample = json.loads(line)
    expected = Count(Encoding(sample["encoding"]), sample["segments"], sample["units"])
    assert count(sample["text"]) == expected


def test_the_alphabet_is_the_one_of_the_standard_and_nothing_else() -> None:
    assert len(GSM7_BY_CODE) == 127  # 128 codes, one of which is the escape
    known = {*GSM7_BY_CODE, *EXTENDED}
    for code in range(0x110000):
        expected = Encoding.GSM7 if code in known else Encoding.UCS2
        assert encoding_of(chr(code)) is expected, hex(code)
    for code in known:
        assert count(chr(code)).units == (2 if code in EXTENDED else 1), hex(code)


@pytest.mark.parametrize(
    ("text", "segments", "total"),
    [
        ("x" * 160, 1, 160),
        ("x" * 161, 2, 161),
        ("x" * 306, 2, 306),
        ("x" * 307, 3, 307),
        ("€" * 80, 1, 160),
        ("€" * 80 + "x", 2, 161),
        ("€" * 153, 3, 306),  # 76 fit in a part of 153
        ("x" + "€" * 76 + "x" + "€" * 76, 2, 306),
        ("п" * 70, 1, 70),
        ("п" * 71, 2, 71),
        ("п" * 134, 2, 134),
        ("п" * 135, 3, 135),
        ("🚨" * 35, 1, 70),
        ("🚨" * 36, 2, 72),
        ("🚨" * 67, 3, 134),  # 33 fit in a part of 67
        ("–" + "€" * 69, 1, 70),  # the euro sign costs one unit in UCS-2
    ],
)
def test_the_limits_are_those_of_the_standard(text: str, segments: int, total: int) -> None:
    assert (count(text).segments, count(text).units) == (segments, total)


@pytest.mark.parametrize("wide", list("€^{}[]~|\\\f"))
@pytest.mark.parametrize("before", range(145, 162))
def test_an_escape_pair_never_straddles_a_border(wide: str, before: int) -> None:
    text = "x" * before + wide + "y" * 150
    parts = split(text)
    assert sum(part.count(wide) for part in parts) == 1
    assert all(units(part, Encoding.GSM7) <= 153 for part in parts)
    assert len(parts[0]) == (153 if before >= 153 else 152)


@pytest.mark.parametrize("before", range(60, 72))
def test_a_surrogate_pair_never_straddles_a_border(before: int) -> None:
    parts = split("п" * before + "🚨" + "п" * 60)
    assert units(parts[0], Encoding.UCS2) == (66 if before == 66 else 67)


def test_a_euro_sign_at_the_second_border_moves_whole() -> None:
    parts = split("x" * 153 + "y" * 152 + "€" + "z" * 10)
    assert parts == ("x" * 153, "y" * 152, "€" + "z" * 10)


@given(texts)
def test_parts_joined_are_the_text_and_each_fits(text: str) -> None:
    encoding, parts = encoding_of(text), split(text)
    assert "".join(parts) == text
    alone, many = (160, 153) if encoding is Encoding.GSM7 else (70, 67)
    limit = alone if len(parts) == 1 else many
    assert all(units(part, encoding) <= limit for part in parts)


@settings(deadline=None)  # the second method is slow, and the machine may be busy
@given(texts)
def test_count_and_split_agree_and_the_count_is_the_least_possible(text: str) -> None:
    counted = count(text)
    assert counted.encoding is encoding_of(text)
    assert counted.units == units(text, counted.encoding)
    assert counted.segments == len(split(text)) == fewest_parts(text, counted.encoding)


@given(texts)
def test_no_border_halves_a_character(text: str) -> None:
    border = 0
    for part in split(text)[:-1]:
        border += len(part)
        assert not halves_a_pair(text, border)


def test_the_empty_text_is_one_segment_without_units() -> None:
    assert count("") == Count(Encoding.GSM7, 1, 0)
    assert split("") == ("",)


def test_half_a_character_out_of_json_counts_as_one_unit() -> None:
    text = json.loads('"a\\ud83d"')
    assert count(text) == Count(Encoding.UCS2, 1, 2)
    assert offenders(text)[0].name == "HALF A CHARACTER U+D83D"


@pytest.mark.parametrize("text", ["\x00", "\x1b", "\t", "ç", "`", "°", "\xa0", "a\u030a"])
def test_what_the_alphabet_lacks_needs_ucs2(text: str) -> None:
    assert encoding_of(text) is Encoding.UCS2


def test_carriage_return_and_line_feed_cost_one_septet_each() -> None:
    assert count("a\r\nb") == Count(Encoding.GSM7, 1, 4)


def test_offenders_are_named_with_place_and_replacement() -> None:
    assert offenders("Kog – vandet č") == (
        Offender(4, "–", "EN DASH", "-"),
        Offender(13, "č", "LATIN SMALL LETTER C WITH CARON", None),
    )


def test_a_decomposed_letter_is_one_offender_that_composing_mends() -> None:
    name = "LATIN SMALL LETTER A + COMBINING RING ABOVE"
    assert offenders("Ga\u030a ind") == (Offender(1, "a\u030a", name, "å"),)


def test_a_mark_that_nothing_composes_is_the_offender_not_its_letter() -> None:
    assert offenders("x\u0301") == (Offender(1, "\u0301", "COMBINING ACUTE ACCENT", None),)


def test_a_text_in_gsm7_has_no_offenders() -> None:
    assert offenders("Kog vandet i 2 min. {€}") == ()


@pytest.mark.parametrize(
    ("given_text", "plain"),
    [
        ("8–16 — nu", "8-16 - nu"),
        ("“Kog vandet” ‘nu’ „jetzt“ »nu«", '"Kog vandet" \'nu\' "jetzt" "nu"'),
        ("vent…", "vent..."),
        ("70\xa020\u202f30\u200940", "70 20 30 40"),
        ("drikke\xadvand\ufeff", "drikkevand"),
        (unicodedata.normalize("NFD", "Ærøskøbing, Ålborg, Köln"), "Ærøskøbing, Ålborg, Köln"),
    ],
)
def test_typography_becomes_plain(given_text: str, plain: str) -> None:
    assert to_gsm7(given_text) == plain
    assert encoding_of(plain) is Encoding.GSM7


@pytest.mark.parametrize("text", ["Garçon", "Wałęsa 🚨", "Кип'ятіть", "35 °C", "10 m³", "½"])
def test_letters_and_signs_that_mean_something_stay(text: str) -> None:
    assert to_gsm7(text) == text


@given(st.text(st.characters(), max_size=120))
def test_repairing_is_done_in_one_go_and_keeps_every_letter(text: str) -> None:
    repaired = to_gsm7(text)
    assert to_gsm7(repaired) == repaired
    assert repaired.count("?") <= unicodedata.normalize("NFC", text).count("?")
    kept = [c for c in unicodedata.normalize("NFC", text) if c.isalpha() and c != "ʼ"]
    assert [c for c in repaired if c.isalpha()] == kept


@given(st.text(st.one_of(st.sampled_from("–“”…\xa0å\u030aanøA"), st.characters()), max_size=60))
def test_putting_in_every_replacement_leaves_only_what_has_none(text: str) -> None:
    found = offenders(text)
    pieces, at = [], 0
    for offender in found:
        assert text[offender.index : offender.index + len(offender.character)] == offender.character
        stays = offender.replacement is None
        pieces += [text[at : offender.index], offender.character if stays else offender.replacement]
        at = offender.index + len(offender.character)
    left = {o.character for o in found if o.replacement is None}
    assert {c for c in "".join([*map(str, pieces), text[at:]]) if encoding_of(c) != "GSM-7"} == left
    assert bool(found) == (encoding_of(text) is Encoding.UCS2)
