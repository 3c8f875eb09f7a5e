"""Everything that a municipality fills in once, as rows of a list: what it is, whether it is filled in, who needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import current_app, url_for
from sqlalchemy.orm import Session

from hub import library
from hub.desk import frame
from hub.desk.decisions import words
from hub.desk.language import current
from hub.desk.prepared.names import PHASES
from hub.desk.words import gettext as _
from hub.desk.words import ngettext
from hub.library import LocalDecision, LocalNeeds
from hub.library.needs import newest_versions
from hub.models import PlaceKind, Version
from hub.settings import Settings
from hub.text.types import PER_AREA, Decision, Phase

Words = Mapping[str, str]


@dataclass(frozen=True)
class Need:
    """A message that needs something. `blocked`: it cannot be approved without."""

    name: str
    address: str
    blocked: bool


@dataclass(frozen=True)
class Item:
    """Something to fill in. `filled` is None where nothing needs it now; `now` is what stands there, `todo` what to do
    about it, `address` where (None: not by who looks). `by_all`: every message needs it."""

    title: str
    help: str
    filled: bool | None
    now: str
    needed_by: tuple[Need, ...] = ()
    by_all: bool = False
    todo: str = ""
    address: str | None = None
    link: str = ""

    @property
    def blocked(self) -> int:
        """How many messages cannot be approved without it."""
        return sum(need.blocked for need in self.needed_by)


@dataclass(frozen=True)
class Group:
    """Items under one heading. `done` of `asked` are filled in."""

    title: str
    items: tuple[Item, ...]

    @property
    def asked(self) -> int:
        return sum(item.filled is not None for item in self.items)

    @property
    def done(self) -> int:
        return sum(item.filled is True for item in self.items)


def groups(session: Session) -> tuple[Group, ...]:
    """Everything, in the order in which it keeps messages from being ready."""
    settings: Settings = current_app.config["HUB"]
    versions = {row.key: row for row in newest_versions(session)}
    found = library.local_needs(session, settings, [row.text for row in versions.values()])
    names = {key: _name(row) for key, row in versions.items()}
    found_groups = (
        Group(
            _("Decisions"),
            tuple(
                item
                for decision in sorted(
                    found.decisions, key=lambda item: (not item.decision.options, not item.blocked)
                )
                for item in _decision_items(found, decision, names)
            ),
        ),
        Group(_("Places and numbers"), tuple(_place_items(found, names))),
        Group(_("Name and address"), tuple(_setting_items(found, settings))),
    )
    return tuple(group for group in found_groups if group.items)


def _name(version: Version) -> str:
    return f"{library.scenario_title(version, current())}: {PHASES[Phase(version.phase)]}"


def label(decision: Decision) -> str:
    """What a decision is called."""
    return said(decision.label) or decision.name


def said(known: Words) -> str:
    """Words of the library in the interface's language."""
    return next((known[code] for code in (current(), "da", "en") if known.get(code)), "")


def value_words(decision: Decision, value: str) -> str:
    """A decision's value as people know it; that it is not made for an empty one."""
    if not value:
        return _("not decided")
    if value == PER_AREA:
        return _("decided area by area")
    if decision.options:
        return said(decision.option_words.get(value, {})) or value
    return f"{value} {unit_words(decision)}".strip()


def unit_words(decision: Decision) -> str:
    """The unit that the texts show with a value; empty where there is none."""
    return said(decision.unit) or decision.unit.get("*", "")


def _decision_items(found: LocalNeeds, item: LocalDecision, names: Words) -> Iterable[Item]:
    missing = bool(item.blocked)
    needed = any(item.values) or missing
    values = [value_words(item.decision, value) for value in item.values]
    yield Item(
        title=label(item.decision),
        help="",
        filled=(not missing) if needed else None,
        now="; ".join(values) if needed else _("no question where it stands now"),
        needed_by=_needs(item.keys, item.blocked, names),
        todo=_("The messages do not all have the same value yet.") if len(values) > 1 else "",
        address=frame.link("desk.decision", name=item.name),
        link=_("Decide it") if missing else _("Change it"),
    )
    if item.is_per_area or _areas_that_decided(found, item):
        yield _areas_item(found, item)


def _areas_that_decided(found: LocalNeeds, item: LocalDecision) -> int:
    if not item.decision.options:
        return 0
    return len(found.areas) - len(found.areas_without(item))


def _areas_item(found: LocalNeeds, item: LocalDecision) -> Item:
    done = _areas_that_decided(found, item)
    whole = bool(found.areas) and done == len(found.areas)
    return Item(
        title=_("%(decision)s (for each area)", decision=label(item.decision)),
        help=_("The message takes what holds in the area that it names."),
        filled=whole if item.is_per_area else None,
        now=_("%(done)s of %(all)s areas have decided", done=done, all=len(found.areas)),
        todo=""
        if item.is_per_area
        else _("The messages say one thing for all. Decide it area by area for these to hold."),
        address=frame.link("desk.area_decisions", name=item.name),
        link=_("Decide for the areas"),
    )


def _place_items(found: LocalNeeds, names: Words) -> Iterable[Item]:
    for kind, (title, help_) in words.NEEDS.items():
        keys, count = found.needed_by[kind], found.counts[kind]
        yield Item(
            title=str(title),
            help=str(help_),
            filled=count > 0 if keys else None,
            now=ngettext("%(num)d on the list", "%(num)d on the list", count),
            needed_by=_needs(keys, (), names),
            todo="" if count or not keys else _missing_place(kind),
            address=url_for("desk.places", kind=kind.value),
            link=_("See the list"),
        )
    if found.unconfirmed:
        yield Item(
            title=_("Public names of places"),
            help=_("Another person than who wrote them says yes before the public sees them."),
            filled=False,
            now=ngettext("%(num)d waits for a yes", "%(num)d wait for a yes", found.unconfirmed),
            address=url_for("desk.place_names"),
            link=_("Read them, and say yes"),
        )


def _missing_place(kind: PlaceKind) -> str:
    if kind is PlaceKind.NUMBER:
        return _("Say of a number that it works without power, when you have tried it.")
    return _("Write one in, or import a file.")


def _setting_items(found: LocalNeeds, settings: Settings) -> Iterable[Item]:
    now = {
        "D07": settings.sms_sender or "",
        "D08": settings.site_url,
        "D09": settings.municipality,
    }
    for rule, (title, help_) in words.SETTINGS.items():
        wrong = [rule] if rule in found.wrong_settings else []
        if rule == "D07" and "D10" in found.wrong_settings:
            wrong.append("D10")
        yield Item(
            title=str(title),
            help=str(help_),
            filled=not wrong,
            now=now[rule] or _("not set"),
            by_all=True,
            todo=" ".join(str(words.WRONG[item]) for item in wrong),
        )


def _needs(keys: Iterable[str], blocked: Iterable[str], names: Words) -> tuple[Need, ...]:
    waits = set(blocked)
    found = [Need(names[key], url_for("desk.message", key=key), key in waits) for key in keys]
    return tuple(sorted(found, key=lambda need: (not need.blocked, need.name.casefold())))
