"""Moments and numbers as people read them, in the interface's language and Copenhagen's time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask import Flask

from hub import clock
from hub.clock import COPENHAGEN
from hub.desk.language import current
from hub.desk.words import gettext as _
from hub.desk.words import ngettext


def prepare(app: Flask) -> None:
    """Make the filters known to templates."""
    app.jinja_env.filters.update(
        when=when,
        clock_time=clock_time,
        count=number,
        left=left,
        span=span,
        day=day,
        date_only=date_only,
    )


def number(value: float) -> str:
    """`4.812` in Danish, `4,812` in English."""
    return str(format_decimal(value, locale=_locale()))


EASY = "x-let"
"""The variant of a language in easy words, as in `da-x-let`."""


def language_name(code: str) -> str:
    """`Danish` for `da`, in the interface's language; codes that nobody has a name for stay as they are."""
    base, _hyphen, variant = code.partition("-")
    name = Locale.parse(current()).languages.get(base)
    if name and variant == EASY:
        return _("%(language)s in easy words (page only)", language=name)
    return str(name or code)


def clock_time(moment: datetime) -> str:
    """`kl. 21.05`, `21:05`: the hour of the day in Copenhagen."""
    text = format_time(
        moment.astimezone(COPENHAGEN), "HH.mm" if current() == "da" else "HH:mm", locale=_locale()
    )
    return _("at %(time)s", time=text)


def when(moment: datetime) -> str:
    """`today at 21:05`, `tomorrow at 09:00`, `Mon 23 Nov at 09:00`; the year where it is not this one."""
    local, today = moment.astimezone(COPENHAGEN), clock.now().astimezone(COPENHAGEN).date()
    distance = (local.date() - today).days
    names = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    return f"{names.get(distance) or day(moment)} {clock_time(moment)}"


def day(moment: datetime) -> str:
    """`Mon 23 Nov`, `man. 23. nov.`; with the year where it is not this one."""
    local, today = moment.astimezone(COPENHAGEN), clock.now().astimezone(COPENHAGEN).date()
    pattern = "EEE d. MMM" if current() == "da" else "EEE d MMM"
    if local.year != today.year:
        pattern += " y"
    return str(format_date(local.date(), pattern, locale=_locale()))


def date_only(when_day: date) -> str:
    """`1 March 2027`, `1. marts 2027`: a day without an hour."""
    return str(format_date(when_day, "long", locale=_locale()))


def left(moment: datetime) -> str:
    """`in 25 minutes`, `12 minutes ago`, `now`: how far from this moment."""
    distance = moment - clock.now()
    if abs(distance) < timedelta(seconds=60):
        return _("now")
    if distance > timedelta():
        return _("in %(time)s", time=span(distance))
    return _("%(time)s ago", time=span(-distance))


def span(length: timedelta) -> str:
    """`25 minutes`, `2 hours 5 minutes`, `3 days`: as much as somebody waiting wants to know."""
    minutes = int(length.total_seconds() // 60)
    hours, minutes = divmod(minutes, 60)
    days = hours // 24
    if hours >= 48:
        return _days(days)
    if hours and minutes:
        return f"{_hours(hours)} {_minutes(minutes)}"
    return _hours(hours) if hours else _minutes(minutes)


def _days(count: int) -> str:
    return ngettext("%(num)d day", "%(num)d days", count)


def _hours(count: int) -> str:
    return ngettext("%(num)d hour", "%(num)d hours", count)


def _minutes(count: int) -> str:
    return ngettext("%(num)d minute", "%(num)d minutes", count)


def _locale() -> str:
    return "da" if current() == "da" else "en_GB"
