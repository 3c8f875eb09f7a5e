"""Which messages contradict each other when both hold (rule L30), and which one fits both.

Decided by what two messages tell people to do (the ids of their instructions and the choices made), not by their words:
that is the same in all languages. Pure; `hub.incidents.contradicting` asks for what is in force.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hub.text.types import Phase

_WORD = re.compile(r"[^\W_]+")
GOES_ON = frozenset({Phase.DURING.value, Phase.UPDATE.value})


@dataclass(frozen=True)
class Says:
    """What one announcement tells. `choices` are `slot=option`; `places` the names of its places, none: everywhere."""

    key: str
    actions: frozenset[str]
    choices: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    number: int = 0

    @property
    def scenario(self) -> str:
        return self.key.partition("/")[0]

    @property
    def phase(self) -> str:
        return self.key.partition("/")[2]


@dataclass(frozen=True)
class Contradiction:
    """Two sides that exclude each other. Each is named by `scenario` (while it goes on), `scenario#instruction`,
    `scenario/phase#instruction` or `scenario?slot=option`. `instead` is the message that fits both, if one does."""

    id: str
    one: tuple[str, ...]
    other: tuple[str, ...]
    instead: str = ""


@dataclass(frozen=True)
class Clash:
    """A contradiction with another message; `same_place` is false where both name places and none is the same."""

    contradiction: Contradiction
    other: Says
    same_place: bool


def _rule(id: str, one: str, other: str, instead: str = "") -> Contradiction:
    return Contradiction(id, tuple(one.split()), tuple(other.split()), instead)


_NO_FLUSH: Final = "latrine#no-flush power-outage#no-flush water-none#no-flush"
_NO_RAW_WATER: Final = "water-boil#boil water-do-not-drink#drink"

CONTRADICTIONS: Final = (
    _rule("boil-without-power", "water-boil#boil", "power-outage", "water-none/during"),
    _rule("boil-or-not-at-all", "water-boil#boil", "water-do-not-drink#drink"),
    _rule(
        "drink-or-not",
        "rumour?truth=water_safe water-boil#safe water-boil#stop-boil water-do-not-drink#safe "
        "water-do-not-drink#stop-bottled power-outage#use-power",
        _NO_RAW_WATER,
    ),
    _rule(
        "flush-or-not",
        "power-outage#flush power-outage#use-power latrine/all-clear#flush latrine/correction#flush "
        "water-none#flush rumour?truth=toilet_ok",
        _NO_FLUSH,
    ),
    _rule("use-water-or-save", "power-outage#use-power", "water-saving#save water-none#save"),
    _rule(
        "collect-or-not",
        "school-pickup#collect",
        "school-stay#no-collect school-stay#wait rumour?truth=school_open rumour?truth=day_care_open",
    ),
    _rule(
        "inside-or-collect",
        "indoors#inside severe-weather#inside",
        "school-pickup#collect",
        "school-stay/during",
    ),
    _rule("inside-or-leave", "indoors#inside severe-weather#inside", "evacuation#leave"),
    _rule(
        "inside-or-fetch",
        "indoors#inside severe-weather#inside",
        "water-none#fetch water-do-not-drink#fetch district-heating#warm power-outage/during#meeting",
    ),
    _rule("stay-or-leave", "rumour?truth=stay_home", "evacuation#leave"),
    _rule("power-or-not", "rumour?truth=power_on", "power-outage"),
    _rule("water-or-not", "rumour?truth=water_on", "water-none"),
    _rule("heat-or-not", "rumour?truth=heat_on", "district-heating"),
    _rule(
        "normal-or-not",
        "rumour?truth=normal",
        "evacuation indoors power-outage water-boil water-do-not-drink water-none latrine",
    ),
)


def clashes(new: Says, others: Sequence[Says]) -> tuple[Clash, ...]:
    """What contradicts `new`, those in the same place first. One scenario may say one thing here and another there: an
    all-clear for one town leaves the next town's message in force."""
    found = [
        Clash(rule, other, same)
        for other in others
        for same in [_same_place(new, other)]
        if same or other.scenario != new.scenario
        for rule in CONTRADICTIONS
        if _contradict(rule, new, other)
    ]
    return tuple(sorted(found, key=lambda clash: not clash.same_place))


def _contradict(rule: Contradiction, new: Says, other: Says) -> bool:
    return (_takes(rule.one, new) and _takes(rule.other, other)) or (
        _takes(rule.other, new) and _takes(rule.one, other)
    )


def _takes(side: Collection[str], says: Says) -> bool:
    return any(_means(name, says) for name in side)


def _means(name: str, says: Says) -> bool:
    if "?" in name:
        scenario, _, choice = name.partition("?")
        return says.scenario == scenario and choice in says.choices
    where, _, action = name.partition("#")
    scenario, _, phase = where.partition("/")
    if says.scenario != scenario or (phase and says.phase != phase):
        return False
    return action in says.actions if action else says.phase in GOES_ON


def _same_place(one: Says, other: Says) -> bool:
    if not one.places or not other.places:
        return True
    return any(_overlap(name, another) for name in one.places for another in other.places)


def _overlap(one: str, other: str) -> bool:
    """The same name, or one in the other: `Nørreby` and `Nørreby Skole`."""
    first, second = (f" {' '.join(_WORD.findall(name.casefold()))} " for name in (one, other))
    return first in second or second in first


@dataclass(frozen=True)
class Gap:
    """What keeps the check from working: a name that a scenario of the library has no longer (`missing`), or the
    message that fits both sides and is not there (`instead`)."""

    scenario: str
    contradiction: Contradiction
    missing: str = ""
    instead: str = field(default="")


def gaps(library: Mapping[str, Collection[str]]) -> Iterator[Gap]:
    """`library` maps each message's key to the ids of its instructions and, as `slot=option`, its choices. A scenario
    that a library does not have is no gap."""
    scenarios: dict[str, set[str]] = {}
    for key, ids in library.items():
        scenarios.setdefault(key.partition("/")[0], set()).update(ids)
    for rule in CONTRADICTIONS:
        sides = (*rule.one, *rule.other)
        for name in sides:
            scenario, wanted = _split(name)
            if wanted and scenario in scenarios and wanted not in scenarios[scenario]:
                yield Gap(scenario, rule, missing=wanted)
        both = all(
            any(_split(name)[0] in scenarios for name in side) for side in (rule.one, rule.other)
        )
        if rule.instead and both and rule.instead not in library:
            yield Gap(_split(rule.one[0])[0], rule, instead=rule.instead)


def _split(name: str) -> tuple[str, str]:
    """The scenario, and what it must have."""
    if "?" in name:
        scenario, _, choice = name.partition("?")
        return scenario, choice
    where, _, action = name.partition("#")
    return where.partition("/")[0], action
