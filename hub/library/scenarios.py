"""`scenario.toml` and `facts.toml`: what a scenario says about its messages, and the facts that all share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hub.library.problems import did_you_mean
from hub.library.reading import NAME, Table, TomlFile
from hub.text.slots import definition_problems
from hub.text.types import PER_AREA, SYSTEM_SLOTS, Channel, Decision, Fact, Slot, SlotType

SCENARIO_FILE = "scenario.toml"
FACTS_FILE = "facts.toml"

SEVERITIES = ("notice", "severe", "life")
CAP_WORDS: Mapping[str, tuple[str, ...]] = {
    "category": (
        "Geo",
        "Met",
        "Safety",
        "Security",
        "Rescue",
        "Fire",
        "Health",
        "Env",
        "Transport",
        "Infra",
        "CBRNE",
        "Other",
    ),
    "urgency": ("Immediate", "Expected", "Future", "Past", "Unknown"),
    "severity": ("Extreme", "Severe", "Moderate", "Minor", "Unknown"),
    "certainty": ("Observed", "Likely", "Possible", "Unlikely", "Unknown"),
}
"""The code words of the Common Alerting Protocol 1.2 (OASIS, section 3.2.2)."""

_SCENARIO_KEYS = (
    "title",
    "owner",
    "co_signers",
    "audiences",
    "channels",
    "review_months",
    "repeat_is_harmless",
    "severity",
    "verify",
    "cap",
    "decisions",
    "slots",
)
_SLOT_KEYS = (
    "type",
    "label",
    "help",
    "example",
    "required",
    "personal",
    "column",
    "max_length",
    "min",
    "max",
    "options",
)
_DECISION_KEYS = ("label", "options", "value", "unit", "words")
_FACT_KEYS = ("value", "unit", "source", "checked", "checked_by", "withdrawn")
_OPTION = re.compile(r"[\w-]+")
_RESERVED = frozenset({*SYSTEM_SLOTS, "when", "not", "end", "fact", "local"})


@dataclass(frozen=True)
class Scenario:
    """A scenario's own data, as `scenario.toml` says it."""

    name: str
    title: Mapping[str, str]
    owner: str
    co_signers: tuple[str, ...]
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    review_months: int
    repeat_is_harmless: bool
    severity: str
    verify: tuple[str, ...]
    cap: Mapping[str, str]
    slots: Mapping[str, Slot]
    decisions: Mapping[str, Decision]
    broken: frozenset[str] = frozenset()
    """Slots and decisions that have a mistake: they exist, but nothing more can be said about their use."""

    def meta(self) -> dict[str, Any]:
        """What is stored, approved and compared with a version, besides its texts."""
        return {
            "title": dict(self.title),
            "owner": self.owner,
            "co_signers": list(self.co_signers),
            "audiences": list(self.audiences),
            "channels": list(self.channels),
            "cap": dict(self.cap),
            "severity": self.severity,
            "review_months": self.review_months,
            "repeat_is_harmless": self.repeat_is_harmless,
            "verify": list(self.verify),
        }


@dataclass(frozen=True)
class Facts:
    """The facts that could be read, and the names of those that have a mistake. `readable` is False when the file
    as a whole could not be read: then nobody knows which facts there are."""

    good: Mapping[str, Fact] = field(default_factory=dict)
    bad: frozenset[str] = frozenset()
    readable: bool = True


def read_scenario(name: str, file: TomlFile, now: datetime) -> Scenario:
    """Check everything; mistakes go to the file's problems, and the value returned is then for looking up names
    only. `now` (aware) is what an example such as `+2h` counts from."""
    root = file.root
    root.only(_SCENARIO_KEYS)
    channels = root.texts("channels")
    for index, channel in enumerate(channels):
        if channel not in list(Channel):
            hint = did_you_mean(channel, list(Channel))
            root.problem(f"unknown channel {channel!r}{hint}", "channels", index)
    broken: set[str] = set()
    decisions = {}
    for item, table in _named(root, "decisions", "decision", broken):
        before = len(file.problems)
        decisions[item] = _decision(item, table)
        if len(file.problems) > before:
            broken.add(item)
    slots = {}
    for item, table in _named(root, "slots", "slot", broken):
        before = len(file.problems)
        if item in decisions:
            table.problem(f"{item!r} is both a slot and a decision; rename one of them")
        slots[item] = _slot(item, table, now)
        if len(file.problems) > before:
            broken.add(item)
    return Scenario(
        name=name,
        title=root.words("title"),
        owner=root.text("owner"),
        co_signers=root.texts("co_signers"),
        audiences=root.texts("audiences"),
        channels=channels or tuple(channel.value for channel in Channel),
        review_months=root.whole("review_months", 1, 12, required=True) or 0,
        repeat_is_harmless=root.flag("repeat_is_harmless", False),
        severity=root.word("severity", SEVERITIES),
        verify=root.texts("verify"),
        cap=_cap(root),
        slots=slots,
        decisions=decisions,
        broken=frozenset(broken),
    )


def _named(root: Table, name: str, what: str, broken: set[str]) -> list[tuple[str, Table]]:
    """The tables in `[slots]` or `[decisions]`; names that cannot be used go to `broken`."""
    group = root.table(name)
    if group is None:
        return []
    found = list(group.tables())
    broken.update(group.data.keys() - {item for item, _ in found})
    for item, table in found:
        if not NAME.fullmatch(item) or item in _RESERVED:
            broken.add(item)
        if not NAME.fullmatch(item):
            table.problem(
                f"{item!r} cannot name a {what}; use small letters a-z, digits and underscores, "
                "starting with a letter"
            )
        elif item in _RESERVED:
            why = "the hub fills it by itself" if item in SYSTEM_SLOTS else "the word has a meaning"
            table.problem(f"{item!r} cannot name a {what}: {why}; choose another name")
    return found


def _cap(root: Table) -> dict[str, str]:
    table = root.table(
        "cap", required=True, what="a table with category, urgency, severity and certainty"
    )
    if table is None:
        return {}
    table.only(tuple(CAP_WORDS))
    return {name: table.word(name, words) for name, words in CAP_WORDS.items()}


def _decision(name: str, table: Table) -> Decision:
    table.only(_DECISION_KEYS)
    options = table.texts("options")
    for index, option in enumerate(options):
        if not _OPTION.fullmatch(option):
            table.problem(
                f"the option {option!r} must be one word of letters, digits, _ or -",
                "options",
                index,
            )
    value = table.word_or_number("value", required=False)
    if options and value and value not in (*options, PER_AREA):
        hint = did_you_mean(value, (*options, PER_AREA))
        table.problem(f"{name} has the unknown value {value!r}{hint}", "value")
    if not options and value == PER_AREA:
        table.problem(f"{name} has no options, so it cannot be decided area by area", "value")
    return Decision(
        name=name,
        label=table.words("label"),
        options=options,
        value=value,
        unit=table.unit(),
        option_words=_option_words(table, options),
    )


def _option_words(table: Table, options: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """What each option is called by who decides; none where the table is missing."""
    words = table.table("words", what="a table of option to words per language")
    if words is None:
        return {}
    words.only(options)
    return {option: words.words(option) for option in options}


def _slot(name: str, table: Table, now: datetime) -> Slot:
    before = len(table.file.problems)
    table.only(_SLOT_KEYS)
    kind = table.word("type", [item.value for item in SlotType])
    label = table.words("label")
    help_words = table.words("help", required=False)
    slot = Slot(
        name=name,
        type=SlotType(kind or SlotType.TEXT),
        label=label,
        help=help_words,
        example=table.word_or_number("example", required=False),
        required=table.flag("required", True),
        personal=table.flag("personal", False),
        column=table.text("column", required=False),
        max_length=table.whole("max_length", 1, 10_000),
        minimum=table.whole("min", -999_999_999, 999_999_999),
        maximum=table.whole("max", -999_999_999, 999_999_999),
        options=_options(table),
    )
    if len(table.file.problems) == before and name not in _RESERVED:
        for reason in definition_problems(slot, now=now):
            at = next((key for key in _ABOUT if key in reason and key in table.data), None)
            table.problem(f"slot {name!r}: {reason}", *((at,) if at else ()))
    return slot


_ABOUT = ("example", "max_length", "options", "column", "personal", "min", "max")
"""Keys that a reason may be about: it is reported at their line."""


def _options(table: Table) -> dict[str, dict[str, str]]:
    options = table.table("options", what="a table of option to words per language")
    if options is None:
        return {}
    for name in options.data:
        if not _OPTION.fullmatch(name):
            options.problem(
                f"the option {name!r} must be one word of letters, digits, _ or -", name
            )
    return {name: options.words(name) for name in options.data}


def read_facts(file: TomlFile) -> Facts:
    """All facts of `facts.toml`; one with a mistake is left out and named in `bad`."""
    good: dict[str, Fact] = {}
    bad: set[str] = set()
    for name in file.data:
        before = len(file.problems)
        table = file.root.table(name, what="a table of its own")
        if table is not None:
            if not NAME.fullmatch(name):
                table.problem(
                    f"{name!r} cannot name a fact; use small letters a-z, digits and underscores"
                )
            table.only(_FACT_KEYS)
            good[name] = Fact(
                name=name,
                value=table.word_or_number("value"),
                unit=table.unit(),
                source=table.text("source"),
                checked=table.day("checked"),
                checked_by=table.text("checked_by"),
                withdrawn=table.text("withdrawn", required="withdrawn" in table.data),
            )
        if len(file.problems) > before:
            bad.add(name)
            good.pop(name, None)
    return Facts(good, frozenset(bad))
