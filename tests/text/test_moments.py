from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from hub.text.moments import (
    COPENHAGEN,
    STYLES,
    MomentError,
    iso,
    longest_moment,
    parse_clock,
    parse_day,
    parse_moment,
    render_clock,
    render_day,
    render_moment,
    render_span,
    style,
)
from hub.text.words import NoWords

NOW = datetime(2026, 11, 21, 12, 0, 40, tzinfo=UTC)


def _moments(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Aware moments between two years; the strategy wants naive bounds."""
    low, high = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (first, last))
    return st.datetimes(low, high, timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-11-21T13:30", "2026-11-21T12:30+00:00"),
        ("2026-11-21 13:30:59", "2026-11-21T12:30+00:00"),
        ("2026-11-21T13:30+01:00", "2026-11-21T12:30+00:00"),
        ("2026-11-21T12:30Z", "2026-11-21T12:30+00:00"),
        ("2026-07-01T13:30", "2026-07-01T11:30+00:00"),
        ("21-11-2026 13:30", "2026-11-21T12:30+00:00"),
        ("21.11.2026 kl. 13.30", "2026-11-21T12:30+00:00"),
        ("21/11/2026 13:30", "2026-11-21T12:30+00:00"),
        ("+2h", "2026-11-21T14:00+00:00"),
        ("+45m", "2026-11-21T12:45+00:00"),
        ("+1d", "2026-11-22T12:00+00:00"),
        ("+1d2h30m", "2026-11-22T14:30+00:00"),
    ],
)
def test_moments_are_read_as_people_and_spreadsheets_write_them(raw: str, expected: str) -> None:
    assert iso(parse_moment(raw, NOW)) == expected


@pytest.mark.parametrize(
    "raw",
    [
        *("", "i morgen", "+", "2026-11-21", "2026-02-30 10:00", "13:30", "21-11-26 10:00"),
        *("2026-11-21 24:00", "2026-11-21T13:30+99:00", "1999-01-01 10:00", "11/05/2026 10:00"),
    ],
)
def test_what_is_no_moment_is_refused_with_a_way_out(raw: str) -> None:
    with pytest.raises(MomentError, match=r"\w"):
        parse_moment(raw, NOW)


def test_the_hour_that_spring_swallows_is_refused_with_both_readings() -> None:
    with pytest.raises(MomentError) as refused:
        parse_moment("2027-03-28T02:30", NOW)
    assert "2027-03-28T01:30+01:00" in str(refused.value)
    assert "2027-03-28T03:30+02:00" in str(refused.value)


def test_the_hour_that_autumn_repeats_is_refused_with_both_readings_which_are_accepted() -> None:
    with pytest.raises(MomentError) as refused:
        parse_moment("2026-10-25T02:30", NOW)
    first, second = "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"
    assert first in str(refused.value)
    assert second in str(refused.value)
    assert parse_moment(second, NOW) - parse_moment(first, NOW) == timedelta(hours=1)


def test_in_the_repeated_hour_the_text_names_summer_and_winter_time() -> None:
    summer = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert render_moment(summer, "da", "time") == "kl. 2.30 (sommertid)"
    assert render_moment(summer + timedelta(hours=1), "da", "time") == "kl. 2.30 (vintertid)"
    assert render_moment(summer + timedelta(hours=2), "da", "time") == "kl. 3.30"


MOMENT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "form", "expected"),
    [
        ("da", "", "lørdag den 21. november kl. 13.30"),
        ("da", "short", "lør. 21.11. kl. 13.30"),
        ("da", "date", "lørdag den 21. november"),
        ("da", "time", "kl. 13.30"),
        ("en", "", "Saturday 21 November at 13:30"),
        ("en", "short", "Sat 21 Nov 13:30"),
        ("en", "date", "Saturday 21 November"),
        ("en", "time", "13:30"),
        ("de", "", "Samstag, 21. November, 13.30 Uhr"),
        ("de", "short", "Sa., 21.11., 13.30 Uhr"),
        ("de", "date", "Samstag, 21. November"),
        ("de", "time", "13.30 Uhr"),
        ("uk", "", "субота, 21 листопада, 13:30"),
        ("ar", "", "السبت 21 نوفمبر، الساعة 13:30"),
        ("pl", "", "sobota, 21 listopada, godz. 13:30"),
        ("ro", "", "sâmbătă, 21 noiembrie, ora 13:30"),
    ],
)
def test_moments_read_as_they_are_said(language: str, form: str, expected: str) -> None:
    assert render_moment(MOMENT, language, form) == expected


@given(
    _moments(2026, 2030),
    st.sampled_from(sorted(STYLES)),
)
def test_every_long_form_holds_the_copenhagen_day_hour_and_minute(
    moment: datetime, language: str
) -> None:
    local = moment.astimezone(COPENHAGEN)
    text = render_moment(moment, language)
    assert str(local.day) in text
    assert f"{local.minute:02}" in text
    assert str(local.hour) in text
    assert text.isprintable()


@given(_moments(2020, 2040))
def test_a_canonical_moment_is_read_as_itself(moment: datetime) -> None:
    canonical = iso(moment)
    assert iso(parse_moment(canonical, NOW)) == canonical


def test_days_and_times_of_day() -> None:
    assert parse_day("21-11-2026", NOW) == date(2026, 11, 21)
    assert parse_day("2026-11-21 00:00:00", NOW) == date(2026, 11, 21)
    assert parse_day("+1d", NOW) == date(2026, 11, 22)
    with pytest.raises(MomentError):
        parse_day("2026-11-21 10:30", NOW)
    assert (
        parse_clock("10.30") == parse_clock("kl. 10:30:00") == parse_clock("0,4375") == time(10, 30)
    )
    with pytest.raises(MomentError, match="06:00 or 00:25"):
        parse_clock("0.25")
    assert render_clock(time(8, 5), "da") == "kl. 8.05"
    assert render_clock(time(8, 5), "en") == "08:05"
    assert render_day(date(2026, 11, 21), "de", "short") == "Sa., 21.11."


def test_a_span_names_its_day_once_when_it_can() -> None:
    same = render_span(MOMENT, MOMENT + timedelta(hours=2), "da")
    assert same == "lørdag den 21. november fra kl. 13.30 til kl. 15.30"
    over_night = render_span(MOMENT, MOMENT + timedelta(hours=20), "en")
    assert over_night == "Saturday 21 November at 13:30 to Sunday 22 November at 09:30"


@given(_moments(2026, 2029))
def test_no_moment_is_longer_than_the_longest(moment: datetime) -> None:
    if moment.month == 10:
        moment = moment.replace(month=9, day=min(moment.day, 30))
    for language in STYLES:
        for form in ("", "short"):
            longest = render_moment(longest_moment(language, form), language, form)
            assert len(render_moment(moment, language, form)) <= len(longest)


def test_a_language_that_nobody_knows_is_refused() -> None:
    with pytest.raises(NoWords):
        render_moment(MOMENT, "qq")


@pytest.mark.parametrize("language", [*STYLES, "fr", "ja"])
def test_every_day_reads_as_babel_writes_it(language: str) -> None:
    used = style(language)
    for number in range(366):
        day = date(2028, 1, 1) + timedelta(days=number)
        for form, pattern in (("", used.date), ("short", used.short_date)):
            assert render_day(day, language, form) == format_date(day, pattern, locale=used.locale)
