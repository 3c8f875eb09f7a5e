"""Phone cells: what municipal lists hold, and what must never become a recipient."""

import json
import random
import re
import time
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.text import phones
from hub.text.phones import Accepted, Kind, Rejected, grouped, is_short_number, read_cell

SAMPLES = Path(__file__).parent / "samples" / "phone-cells.jsonl"
SAMPLE_LINES = SAMPLES.read_text(encoding="utf-8").splitlines()
NUMBER = "+4520123456"


def kind_of(raw: str) -> str:
    return read_cell(raw).kind


@pytest.mark.parametrize("line", SAMPLE_LINES)
def test_every_sample_gets_its_verdict(line: str) -> None:
    sample = json.loads(line)
    result = read_cell(sample["raw"])
    if sample["verdict"] == "accept":
        assert isinstance(result, Accepted)
        assert result.e164 == sample["e164"]
    else:
        assert isinstance(result, Rejected)
        assert result.reason
    assert result.kind == sample.get("class", "ok")


@pytest.mark.parametrize(
    "raw",
    [
        "4.520123456E+09",
        "4,520123456E+09",
        "4.520123456e9",
        "4,520123456E+009",
        "2.0123456E+07",
        "2.01234560E+07",
        "20123456.0",
        "20123456,00",
        "4520123456.0",
        "20.123.456",
        "20,123,456",
        "20.123.456,00",
        "4.520.123.456",
    ],
)
def test_what_a_spreadsheet_did_to_a_number_is_undone(raw: str) -> None:
    assert read_cell(raw) == Accepted(NUMBER)


@pytest.mark.parametrize(
    "raw",
    [
        "4.52E+09",
        "4,52012E+09",
        "4.52012346E+09",  # nine of ten digits: the last could be any
        "2.012346E+07",
        "2E+07",
        "2.01234567E+07",
        "4.91701234567E+11",
        "4.520123456E-09",
        "20e123456",
        "1e" + "9" * 150,
    ],
)
def test_scientific_notation_that_lost_digits_is_never_restored(raw: str) -> None:
    assert kind_of(raw) == "scientific_lossy"


@pytest.mark.parametrize(
    "raw",
    [
        "0045-20123456",
        "(+45) 20 12 34 56",
        "+(45)20123456",
        "+45.20.12.34.56",
        "+45/20123456",
        "+ 45 20 12 34 56",
        "++4520123456",
        "+0045 20123456",
        "+45 (0)20 12 34 56",
        "tlf.: 20 12 34 56",
        "Tlf.nr. 20123456",
        "Telefon (privat): 20123456",
        "MOBIL 20123456",
        "mob:20123456",
        "M: 20 12 34 56",
        "📱 20123456",
        "☎\ufe0f 20123456",
        "tel:+45-20-12-34-56",
        "20123456 (mobil)",
        "20 12 34 56 - privat",
        '="20123456"',
        "=+4520123456",
        '"20123456"',
        "’20123456",
        "`20123456´",
        "<20123456>",
        "20123456;",
        "20123456 / -",
        "２０１２３４５６",
        "＋４５ ２０１２３４５６",
        "٢٠١٢٣٤٥٦",
        "20–12–34–56",
        "20\u201112\u201134\u201156",
        "20\u221212\u221234\u221256",
        "20/12/34/56",
        "20_12_34_56",
        "2012-34-56",
        "\u202a+4520123456\u202c",
        "\u200e20123456\u200f",
        "\ufeff20123456",
        "\u200b20123456\u200b",
        "2012\u00ad3456",
        "20\u200912\u200734\u202f56",
        "\t20123456\r\n",
        "20123456_x000D_",
        "20Â\xa012Â\xa034Â\xa056",
        "\x0020123456",
    ],
)
def test_what_stands_around_a_number_is_taken_away(raw: str) -> None:
    assert read_cell(raw) == Accepted(NUMBER)


@pytest.mark.parametrize(
    "raw",
    [
        "20123456, 30112233",
        "20123456;30112233",
        "20123456|30112233",
        "20123456 og 30112233",
        "20123456 eller 30112233",
        "20123456\n30112233",
        "20123456 30112233",
        "20123456-30112233",
        "2012345630112233",
        "201234563011223340556677",
        "20 12 34 56 30 11 22 33",
        "+4520123456+4530112233",
        "+4520123456 +49 170 1234567",
        "0045 20 12 34 56 / 0045 30 11 22 33",
        "mor 20123456 far 30112233",
        "Mobil: 20123456, arbejde: 70203040",
        "20 12 34 56/57",
        "20123456 & 57",
    ],
)
def test_two_numbers_in_a_cell_are_never_taken_for_one(raw: str) -> None:
    assert kind_of(raw) == "two_numbers"


@pytest.mark.parametrize(
    "raw",
    [
        *("-", "–", "n/a", "N.A.", "ingen", "Ukendt", "ikke oplyst", "0", "00000000"),
        *("99 99 99 99", "+45 00 00 00 00", "22222222", "12345678", "+4512345678", "1234567890"),
        *("xxxxxxxx", "?", "#N/A", "#I/T", "#VÆRDI!", "#DIV/0!", "########", "Mobil"),
        *("hemmeligt nr.", "Tlf.: -"),
    ],
)
def test_a_filler_is_no_number(raw: str) -> None:
    assert kind_of(raw) == "placeholder"


@pytest.mark.parametrize("raw", ["", " \t\n", "\xa0", "''", '""', '=""', "\u200b\ufeff", "’"])
def test_a_cell_in_which_nobody_sees_anything_is_empty(raw: str) -> None:
    assert kind_of(raw) == "empty"


@pytest.mark.parametrize(
    "raw",
    [
        *("21-05-1975", "24/12/1985", "24.12.1985", "2026-11-21", "2026/11/21", "11/21/2026"),
        *("5.6.75", "2026-11-21 00:00:00", "2026-11-21T13:30:00Z", "2026-11-21 13:30"),
    ],
)
def test_a_date_is_no_number_even_if_its_digits_are(raw: str) -> None:
    result = read_cell(raw)
    assert isinstance(result, Rejected)
    assert (result.kind, "date" in result.reason) == ("invalid_range", True)


@pytest.mark.parametrize("raw", ["120575-1234", "1205751234", "311299 1234", "7205751234"])
def test_a_civil_registration_number_is_named_as_one(raw: str) -> None:
    result = read_cell(raw)
    assert isinstance(result, Rejected)
    assert "CPR" in result.reason


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("2O123456", "letters"),
        ("20 l2 34 56", "letters"),
        ("20123456 lok. 12", "letters"),
        ("20123456x12", "letters"),
        ("20123456 (mor)", "letters"),
        ("20123456 Hanne", "letters"),
        ("gammelt nr. 20123456", "letters"),
        ("fax 20123456", "letters"),
        ("CVR 20123456", "letters"),
        ("hans20123456@example.dk", "letters"),
        ("50%", "not_a_number"),
        ("½", "not_a_number"),
        ("①②③④⑤⑥⑦⑧", "not_a_number"),
        ("*31*20123456", "not_a_number"),
        ("20123456+", "not_a_number"),
        ("45+20123456", "not_a_number"),
        ("201234.56", "not_a_number"),
        ("2.0123456", "not_a_number"),
        ("\ud83d20123456", "not_a_number"),
        ("20123456 " * 30, "not_a_number"),
        ("112", "short_number"),
        ("1813", "short_number"),
        ("116 117", "short_number"),
        ("+45 112", "short_number"),
        ("911", "too_short"),
        ("2012345", "too_short"),
        ("+45", "too_short"),
        ("201234567", "too_long"),
        ("45201234567", "too_long"),
        ("+45 020123456", "too_long"),
        ("1" * 150, "placeholder"),
        ("45" * 90, "two_numbers"),
        ("0045 372012345678", "m2m"),
        ("37123456", "invalid_range"),
        ("83123456", "invalid_range"),
        ("+45 80 12 34 56", "toll_free"),
        ("+45 90 12 34 56", "premium_rate"),
        ("9.0123456E+07", "premium_rate"),
        ("0020123456", "plus_without_cc"),
        ("+50051234", "plus_without_cc"),  # a number of the Falklands, and a Danish one
        ("+999 12345678", "invalid_country"),
        ("+045 20123456", "invalid_country"),
        ("070-123 45 67", "national_foreign"),
        ("020123456", "national_foreign"),
        ("46701234567", "ambiguous_country"),
        ("4741234567", "ambiguous_country"),
        ("298 211111", "ambiguous_country"),
        ("+49170", "too_short"),
        ("+33 6 12 34 56 78 90", "too_long"),
        ("+1 800 555 1234", "toll_free"),
        ("+800 12345678", "toll_free"),
    ],
)
def test_what_has_no_safe_reading_is_set_aside(raw: str, kind: str) -> None:
    result = read_cell(raw)
    assert isinstance(result, Rejected)
    assert result.kind == kind


@pytest.mark.parametrize(
    ("raw", "e164", "kind"),
    [
        ("+49 (0)170 1234567", "+491701234567", "ok"),
        ("0049 170 1234567", "+491701234567", "ok"),
        ("+46 70-123 45 67", "+46701234567", "ok"),
        ("+298 211111", "+298211111", "ok"),
        ("+1 (212) 555-1234", "+12125551234", "ok"),
        ("+49 30 12345678", "+493012345678", "foreign_landline"),
        ("+39 (0)6 1234 5678", "+390612345678", "foreign_landline"),
        ("32 12 34 56", "+4532123456", "ok"),
        ("70 20 30 40", "+4570203040", "service_number"),
        ("20 01 23 45", "+4520012345", "mobile_series"),
        ("+4540023456", "+4540023456", "mobile_series"),
        ("20 12 1985", "+4520121985", "ok"),
    ],
)
def test_numbers_of_other_kinds_are_accepted(raw: str, e164: str, kind: str) -> None:
    result = read_cell(raw)
    assert isinstance(result, Accepted)
    assert (result.e164, result.kind) == (e164, kind)
    assert (result.warning is None) == (kind == "ok")


def test_a_swedish_list_reads_its_own_national_numbers() -> None:
    assert read_cell("070-123 45 67", "SE") == Accepted("+46701234567")
    assert read_cell("+45 20 01 23 45", "SE").kind == "mobile_series"
    assert read_cell("20123456", "NO").kind == "invalid_range"


def test_an_unknown_region_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="region"):
        read_cell("20123456", "dk")


def test_every_number_of_a_mobile_series_is_accepted() -> None:
    """The series of the authority, so that no refusal of the library loses a person."""
    two_digits = [*range(20, 30), 30, 31, 40, 41, 42, 50, 51, 52, 53, 60, 61, 71, 81, 91, 92, 93]
    for third in range(10):
        for series in two_digits:
            result = read_cell(f"{series}{third}23457")
            assert isinstance(result, Accepted), (series, third)
    for series in (342, 349, 359, 366, 389, 441, 478, 499, 545, 574, 598, 649, 667, 697, 789, 829):
        assert kind_of(f"{series}23457") == "ok"


def libraries_verdict(national: str) -> bool:
    number = phonenumbers.parse(national, "DK")
    fine = {phonenumbers.PhoneNumberType.TOLL_FREE, phonenumbers.PhoneNumberType.PREMIUM_RATE}
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in fine


def test_the_short_way_and_the_long_way_agree() -> None:
    generator = random.Random(45)
    forms = ["{}", "+45{}", "0045 {}", "45 {}", " {} ", "+45 {}"]
    for _ in range(20_000):
        national = str(generator.randrange(10**7, 10**8))
        raw = generator.choice(forms).format(national)
        result = read_cell(raw)
        assert result == phones._read_slowly(raw, "DK")
        if result.kind in (Kind.OK, Kind.SERVICE_NUMBER, Kind.INVALID_RANGE):
            assert isinstance(result, Accepted) == libraries_verdict(national), raw
        if result.kind is Kind.MOBILE_SERIES:
            assert not libraries_verdict(national), raw


cells = st.one_of(
    st.text(),
    st.text(st.sampled_from("0123456789 +.,-/()eE'\"=\xa0Oog;\n٣２²"), max_size=40),
    st.from_regex(r"(\+|00)?(45)? ?[2-9][0-9]{7}.{0,12}", fullmatch=True),
    st.text(st.sampled_from("0457+"), min_size=30, max_size=190),
)


@given(cells, st.sampled_from(["DK", "DE", "US"]))
def test_any_text_is_answered_and_what_is_accepted_is_e164(raw: str, region: str) -> None:
    result = read_cell(raw, region)
    if isinstance(result, Accepted):
        assert re.fullmatch(r"\+[1-9]\d{6,14}", result.e164, re.ASCII)
        again = read_cell(result.e164)
        assert isinstance(again, Accepted)
        assert again.e164 == result.e164
        assert re.sub(r"\D", "", grouped(result.e164)) in result.e164
    else:
        assert result.reason.endswith(".")


@given(cells)
def test_a_reason_quotes_no_part_of_the_number(raw: str) -> None:
    result = read_cell(raw)
    if isinstance(result, Rejected):
        said = set(re.findall(r"\d+", result.reason)) - {"112", "45", "12", "00", "8", "0"}
        assert all(len(digits) <= 2 or digits == str(len(digits)) for digits in said)


@given(st.integers(20_000_000, 99_999_999).map(str))
def test_a_number_written_in_ten_ways_is_one_number(national: str) -> None:
    a, b, c, d = (national[at : at + 2] for at in (0, 2, 4, 6))
    ways = [
        f"{a} {b} {c} {d}",
        f"{a}-{b}-{c}-{d}",
        f"{a} {national[2:5]} {national[5:]}",
        f"{a}.{national[2:5]}.{national[5:]}",
        f"{national[:4]}\xa0{national[4:]}",
        f"+45{national}",
        f"0045 {a}{b} {c}{d}",
        f"(+45) {a} {b} {c} {d}",
        f"'{national}",
        f'="{national}"',
        f"{national}.0",
        f"tlf. {a} {b} {c} {d}",
        f"4.5{national}E+09",
        f"\u202d{national}\u202c",
    ]
    expected = read_cell(national)
    if isinstance(expected, Accepted):
        assert expected.e164 == f"+45{national}"
        assert [read_cell(way) for way in ways] == [expected] * len(ways)
        assert grouped(expected.e164) == ways[0]
    else:
        assert not any(isinstance(read_cell(way), Accepted) for way in ways)


@given(st.integers(20_000_000, 99_999_999), st.integers(20_000_000, 99_999_999), st.data())
def test_no_separator_hides_a_second_number(one: int, other: int, data: st.DataObject) -> None:
    between = data.draw(st.sampled_from(["", " ", "/", ", ", "; ", " og ", "\n", "-", ".", " +45"]))
    assert isinstance(read_cell(f"{one}{between}{other}"), Rejected)


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+4570203040", "70 20 30 40"),
        ("+491701234567", "+49 170 1234567"),
        ("+298211111", "+298 21 11 11"),
        ("112", "112"),
        ("+999123456789", "+999123456789"),
    ],
)
def test_a_number_is_grouped_as_people_read_it(e164: str, shown: str) -> None:
    assert grouped(e164) == shown


@pytest.mark.parametrize("text", ["112", "114", "1813", "116117", "116 117", "18\xa013"])
def test_short_numbers_are_known(text: str) -> None:
    assert is_short_number(text)


@pytest.mark.parametrize("text", ["", "11", "20123456", "1234567", "112a", "911", "²112"])
def test_other_numbers_are_not_short(text: str) -> None:
    assert not is_short_number(text)


@pytest.mark.parametrize(
    "text",
    ["45" * 99 + "1", "2" * 199 + "1", "0045" * 49 + "1", "(" * 190, "20 " * 66 + "a", " /" * 99],
)
def test_a_malicious_cell_is_answered_quickly(text: str) -> None:
    started = time.perf_counter()
    read_cell(text)
    assert time.perf_counter() - started < 0.5
