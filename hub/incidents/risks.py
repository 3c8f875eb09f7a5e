"""What can go wrong with an announcement that is about to go out, judged once for the command and for the desk.

The desk has its own words for each risk (`hub/desk/start/saying.py`); `in_words` has those of the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from hub import accounts, clock
from hub.clock import COPENHAGEN
from hub.incidents import timing
from hub.incidents.checking import settings
from hub.incidents.contradicting import WHAT
from hub.incidents.fitting import Fit
from hub.incidents.local import NotAsDecided
from hub.models import Role
from hub.text.conflicts import Clash

LONG_SMS = 2
"""SMS parts; more can arrive out of order."""


class Risk(StrEnum):
    """What can go wrong, in order of harm."""

    NOBODY_CONFIRMS = "nobody-confirms"
    CONTRADICTS = "contradicts"
    NET_GONE = "net-gone"
    TOO_LATE = "too-late"
    UPDATE_BEFORE_LAST = "update-before-last"
    WRONG_WEEKDAY = "wrong-weekday"
    NOT_AS_DECIDED = "not-as-decided"
    PROMISED_LATE = "promised-late"
    CONTRADICTS_ELSEWHERE = "contradicts-elsewhere"
    AT_NIGHT = "at-night"
    OVERRIDE = "override"
    NOBODY_WOKEN = "nobody-woken"
    SET_ASIDE = "set-aside"
    OPTED_OUT = "opted-out"
    OPT_OUT_OVERRIDE = "opt-out-override"
    NO_PAGE = "no-page"
    OTHER_LANGUAGE = "other-language"
    LONG = "long"
    SETTING = "setting"


@dataclass(frozen=True)
class Warned:
    """One risk with the figures that its sentence needs."""

    risk: Risk
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Weighed:
    """What is judged: SMS parts per language, seconds that the SMS take at the contract's rate (None: no SMS or no
    limit), rows set aside, phones that opted out (left out, unless there is a reason to send to them too), recipients by a language that the message lacks, who may confirm and who of them is woken,
    `without_page` what it names as a school or a place and no page of one will show, `not_as_decided` where it says
    something else than was decided for the place, `clashes` what it contradicts, `wrong_days` dates in free words with
    another weekday's name; `severity` and `kind` are the announcement's.
    `sms` is false when it goes to page and phone only; `fits` says what would fit into so many seconds."""

    sms: bool
    parts: Mapping[str, int]
    seconds: float | None
    set_aside: int
    foreign: Mapping[str, int]
    opted_out: int
    opt_out_override: str | None
    until: datetime | None
    next_update: datetime | None
    override: str | None
    power_out_since: datetime | None
    confirmers: tuple[str, ...]
    woken: tuple[str, ...]
    without_page: tuple[str, ...] = ()
    not_as_decided: tuple[NotAsDecided, ...] = ()
    clashes: tuple[Clash, ...] = ()
    wrong_days: tuple[tuple[str, str], ...] = ()
    severity: str = ""
    kind: str = ""
    fits: Callable[[float], Sequence[Fit]] = lambda _: ()


def weigh(found: Weighed) -> tuple[Warned, ...]:
    """Every risk, the most harmful first."""
    return tuple(_risks(found))


def who_may_confirm(session: Session, preparer: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those who may confirm what this person prepared, and those of them who are told on their duty phone."""
    people = [
        person
        for person in accounts.all_people(session)
        if person.closed_at is None
        and Role.SENDER in person.role_names
        and accounts.may_be_other_eyes(session, person, preparer) is None
    ]
    return (
        tuple(person.email for person in people),
        tuple(person.email for person in people if person.duty_phone),
    )


def net_lasts_until(power_out_since: datetime | None) -> datetime:
    """How long the mobile net is expected to last: counted from when the power went, else from now."""
    return (power_out_since or clock.now()) + timedelta(hours=settings().network_hours)


def _risks(found: Weighed) -> Iterator[Warned]:
    if not found.confirmers and settings().confirmation != "single":
        yield Warned(Risk.NOBODY_CONFIRMS)
    for clash in found.clashes:
        if clash.same_place:
            yield Warned(Risk.CONTRADICTS, {"clash": clash})
    yield from _late(found)
    for written, true in found.wrong_days:
        yield Warned(Risk.WRONG_WEEKDAY, {"written": written, "true": true})
    for item in found.not_as_decided:
        yield Warned(Risk.NOT_AS_DECIDED, {"item": item})
    promised = timing.promised_late(found.severity, found.kind, found.next_update, clock.now())
    if promised is not None:
        yield Warned(Risk.PROMISED_LATE, {"update": promised})
    for clash in found.clashes:
        if not clash.same_place:
            yield Warned(Risk.CONTRADICTS_ELSEWHERE, {"clash": clash})
    if found.override:
        yield Warned(Risk.OVERRIDE, {"reason": found.override})
    if found.confirmers and not found.woken:
        yield Warned(Risk.NOBODY_WOKEN)
    if found.without_page:
        yield Warned(Risk.NO_PAGE, {"names": found.without_page})
    if not found.sms:
        return
    if timing.wakes_people(
        found.severity, found.kind, found.until, clock.now(), found.seconds or 0.0
    ):
        yield Warned(Risk.AT_NIGHT)
    if found.set_aside:
        yield Warned(Risk.SET_ASIDE, {"rows": found.set_aside})
    if found.opt_out_override:
        yield Warned(Risk.OPT_OUT_OVERRIDE, {"reason": found.opt_out_override})
    elif found.opted_out:
        yield Warned(Risk.OPTED_OUT, {"phones": found.opted_out})
    if found.foreign:
        yield Warned(Risk.OTHER_LANGUAGE, {"languages": dict(found.foreign)})
    long = [language for language, number in found.parts.items() if number > LONG_SMS]
    if long:
        yield Warned(Risk.LONG, {"languages": long})
    for words in settings().warnings():
        yield Warned(Risk.SETTING, {"words": words})


def _late(found: Weighed) -> Iterator[Warned]:
    if found.seconds is None:
        return
    last = clock.now() + timedelta(seconds=found.seconds)
    net_until = net_lasts_until(found.power_out_since)
    if last > net_until:
        yield Warned(
            Risk.NET_GONE,
            {
                "last": last,
                "until": net_until,
                "hours": settings().network_hours,
                "seconds": found.seconds,
                "since": found.power_out_since,
                "fits": found.fits((net_until - clock.now()).total_seconds()),
            },
        )
    if found.until is not None and last > found.until:
        yield Warned(Risk.TOO_LATE, {"last": last, "until": found.until})
    if found.next_update is not None and last > found.next_update:
        yield Warned(Risk.UPDATE_BEFORE_LAST, {"last": last, "update": found.next_update})


def in_words(warned: Warned) -> str:
    """The risk in a sentence or two, for the command line: what is wrong, and what to do."""
    return _WORDS[warned.risk](warned.values)


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(COPENHAGEN):%H:%M}"


def _net_gone(values: Mapping[str, Any]) -> str:
    counted = (
        f"{values['hours']:g} hours from when the power went, until {_clock(values['until'])}"
        if values["since"]
        else f"{values['hours']:g}"
    )
    return (
        f"The last SMS leaves after {values['seconds'] / 3600:.1f} hours, and the mobile net is expected to last "
        f"{counted}: send a shorter text, or to the affected area first (--first)."
        + "".join(f" {_fit(item)}" for item in values["fits"])
    )


def _not_as_decided(values: Mapping[str, Any]) -> str:
    item: NotAsDecided = values["item"]
    decided = "; ".join(f"{area}: {option or 'undecided'}" for area, option in item.areas.items())
    return (
        f"It says {item.decision.name}={item.said}, and that is not what was decided for the place "
        f"({decided or 'it is on no list of areas'}): ask who decides, or make an announcement for each area."
    )


def _contradicts(values: Mapping[str, Any]) -> str:
    clash: Clash = values["clash"]
    instead = clash.contradiction.instead
    return (
        f"It contradicts announcement {clash.other.number} ({_named(clash)}): {WHAT[clash.contradiction.id]}. "
        + (f"Send {instead}, which fits both, or" if instead else "End that one first, or")
        + " change what does not hold any more."
    )


def _contradicts_elsewhere(values: Mapping[str, Any]) -> str:
    clash: Clash = values["clash"]
    return (
        f"Announcement {clash.other.number} ({_named(clash)}) says otherwise: {WHAT[clash.contradiction.id]}. "
        "They name different places: check that these do not overlap."
    )


def _named(clash: Clash) -> str:
    return ", ".join([clash.other.key, *sorted(clash.other.places)])


def _fit(item: Fit) -> str:
    what = f"--first {item.column}={item.value}" if item.column else "The short SMS (--short)"
    return f"{what}: {item.seconds / 3600:.1f} hours."


_WORDS: Mapping[Risk, Callable[[Mapping[str, Any]], str]] = {
    Risk.NOBODY_CONFIRMS: lambda _: (
        "Nobody else may confirm this: give somebody the role sender (`hub user roles`)."
    ),
    Risk.CONTRADICTS: _contradicts,
    Risk.CONTRADICTS_ELSEWHERE: _contradicts_elsewhere,
    Risk.WRONG_WEEKDAY: lambda values: (
        f"{values['written']!r} is a {values['true']}: correct the day or the date."
    ),
    Risk.PROMISED_LATE: lambda values: (
        f"The next update is promised for {_clock(values['update'])}, more than six hours away: people who must act "
        "at once look for other news before that. Promise it earlier."
    ),
    Risk.AT_NIGHT: lambda _: (
        "SMS arrive between 22 and 7: send at night only what people must act on before 7. The page and the phone "
        "text can change now (--audience none), and the SMS go in the morning."
    ),
    Risk.NET_GONE: _net_gone,
    Risk.TOO_LATE: lambda values: (
        f"The last SMS would leave at {_clock(values['last'])}, after the announcement's end at "
        f"{_clock(values['until'])}: those rows are skipped. Send to fewer, or set a later end."
    ),
    Risk.UPDATE_BEFORE_LAST: lambda values: (
        f"The next update is promised for {_clock(values['update'])}, before the last SMS has left at "
        f"{_clock(values['last'])}: promise it later, or send to fewer."
    ),
    Risk.NOT_AS_DECIDED: _not_as_decided,
    Risk.OVERRIDE: lambda values: f"It is sent by override: {values['reason']}",
    Risk.NOBODY_WOKEN: lambda _: (
        "Nobody who may confirm has a duty phone: call one of them (`hub user phone`)."
    ),
    Risk.SET_ASIDE: lambda values: (
        f"{values['rows']} rows of the list were set aside, each with its reason."
    ),
    Risk.OPTED_OUT: lambda values: (
        f"{values['phones']} phones have opted out and get no SMS (counted as skipped)."
    ),
    Risk.OPT_OUT_OVERRIDE: lambda values: (
        f"It goes to phones that opted out, too: {values['reason']}"
    ),
    Risk.NO_PAGE: lambda values: (
        f"No place on the list is called {' or '.join(values['names'])}: only the front page shows it, no page of a "
        "place (`hub place list`)."
    ),
    Risk.OTHER_LANGUAGE: lambda values: (
        "Not in their own language, because it is not written: "
        + ", ".join(f"{language} {number}" for language, number in values["languages"].items())
        + "."
    ),
    Risk.LONG: lambda values: (
        f"The SMS in {', '.join(values['languages'])} has more than two parts: parts can arrive out of order."
    ),
    Risk.SETTING: lambda values: str(values["words"]),
}
