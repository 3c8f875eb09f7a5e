"""What a municipality fills in once, held against what its messages need: decisions, places, numbers, name and address.

Every gap is a finding with an id of its own (`D01` ...), a warning: the texts are right, the town is not ready. Only an
undecided decision blocks, and does so where a version is approved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.library.decisions import undecided
from hub.library.linting import FileFinding
from hub.library.scenarios import SCENARIO_FILE
from hub.models import Place, PlaceKind, Version, VersionState
from hub.settings import EXAMPLE_MUNICIPALITY, Settings, is_private
from hub.text.areas import AreaTree
from hub.text.lint import WARNING, Finding
from hub.text.types import PER_AREA, Decision, SlotType, VersionText

RULES: Mapping[str, str] = {
    "D01": "a local decision is not made; it blocks approval of what uses it",
    "D02": "a decision differs from area to area, and an area has not made it or made one that does not exist",
    "D03": "a message has a blank for a meeting place, and none is on the list",
    "D04": "a message has a blank for a collection point, and none is on the list",
    "D05": "a message names an institution, and none is on the list",
    "D06": "a message tells a number to ring, and no number on the list is answered when the power is out",
    "D07": "the sender's name on SMS is not set",
    "D08": "the page's address is one that citizens cannot open, or an example",
    "D09": "the municipality's name is the example",
    "D10": "a text names another sender than HUB_SMS_SENDER",
    "D11": "the public names of places wait for another person's yes",
}
NEEDED: Mapping[PlaceKind, tuple[str, SlotType, str]] = {
    PlaceKind.MEETING_PLACE: ("D03", SlotType.MEETING_PLACE, "no meeting place is on the list"),
    PlaceKind.COLLECTION_POINT: (
        "D04",
        SlotType.COLLECTION_POINT,
        "no collection point is on the list",
    ),
    PlaceKind.INSTITUTION: ("D05", SlotType.SCHOOL, "no institution is on the list"),
    PlaceKind.NUMBER: (
        "D06",
        SlotType.PHONE,
        "no number on the list is said to work when the power is out",
    ),
}
"""Places that a blank of a type asks for: the rule, the type, and what is missing."""
SENDER_DECISION = "sender_name"
"""The decision whose value is the sender's name in a text."""
_EXAMPLE_HOSTS = ("example", "test", "invalid", "localhost")
_MOST_KEYS = 5


@dataclass(frozen=True)
class LocalDecision:
    """A decision of all scenarios that ask for it. `values` are those in force in the newest versions, `keys` the
    messages that use it, `blocked` those that wait for it."""

    decision: Decision
    values: tuple[str, ...]
    keys: tuple[str, ...]
    blocked: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.decision.name

    @property
    def value(self) -> str:
        """The one value that all messages have; empty where there is none yet, or several."""
        return self.values[0] if len(self.values) == 1 else ""

    @property
    def is_per_area(self) -> bool:
        return PER_AREA in self.values


@dataclass(frozen=True)
class Area:
    """An area on the list with what it decided, name to option; see `hub.text.areas`."""

    id: int
    name: str
    other_names: Sequence[str]
    areas: Sequence[str]
    decisions: Mapping[str, str]


@dataclass(frozen=True)
class LocalNeeds:
    """What is filled in, and which messages need it. `counts` are the places of a kind that serve (of numbers those
    that survive a power cut), `needed_by` the messages with a blank for a kind; `unconfirmed` counts public names that
    wait for a yes."""

    decisions: tuple[LocalDecision, ...]
    areas: tuple[Area, ...]
    counts: Mapping[PlaceKind, int]
    needed_by: Mapping[PlaceKind, tuple[str, ...]]
    unconfirmed: int
    keys: tuple[str, ...] = ()
    wrong_settings: Mapping[str, str] = field(default_factory=dict)
    """By rule (D07 to D10): what is wrong, in words."""

    def areas_without(self, item: LocalDecision) -> tuple[Area, ...]:
        """The areas in which no such decision holds, or one that the messages do not know."""
        tree = AreaTree(self.areas)
        return tuple(
            area for area in self.areas if tree.option(area, item.name) not in item.decision.options
        )


def local_needs(
    session: Session, settings: Settings, texts: Sequence[VersionText] | None = None
) -> LocalNeeds:
    """What is filled in and needed: by these messages, or by the newest version of every message."""
    if texts is None:
        texts = [row.text for row in newest_versions(session)]
    rows = session.scalars(select(Place).where(Place.removed_at.is_(None))).all()
    decisions = decisions_of(texts)
    return LocalNeeds(
        decisions=decisions,
        areas=tuple(
            Area(row.id, row.name, row.other_names, row.areas, row.decisions)
            for row in rows
            if row.kind == PlaceKind.AREA
        ),
        counts={kind: sum(_serves(row, kind) for row in rows) for kind in PlaceKind},
        needed_by={
            kind: tuple(
                text.key for text in texts if any(slot.type is wanted for slot in text.slots)
            )
            for kind, (_, wanted, _) in NEEDED.items()
        },
        unconfirmed=sum(
            row.kind in (PlaceKind.AREA, PlaceKind.INSTITUTION)
            and (row.name, row.slug) != (row.shown.get("name"), row.shown.get("slug"))
            for row in rows
        ),
        keys=tuple(text.key for text in texts),
        wrong_settings=_wrong_settings(settings, decisions),
    )


def newest_versions(session: Session) -> list[Version]:
    """The newest version of each message that is not retired, by key."""
    rows = session.scalars(
        select(Version)
        .where(Version.state != VersionState.RETIRED.value)
        .order_by(Version.key, Version.number)
    )
    return list({row.key: row for row in rows}.values())


def left_to_nobody(session: Session, text: VersionText) -> tuple[Decision, ...]:
    """The decisions that a message leaves to its areas, and no area on the list has made: nobody decided them."""
    left = [item for item in text.decisions if item.value == PER_AREA]
    if not left:
        return ()
    query = select(Place).where(Place.kind == PlaceKind.AREA.value, Place.removed_at.is_(None))
    made = {pair for row in session.scalars(query) for pair in row.decisions.items()}
    return tuple(
        item for item in left if not any((item.name, option) in made for option in item.options)
    )


def decisions_of(texts: Iterable[VersionText]) -> tuple[LocalDecision, ...]:
    """The decisions that these messages use, by name; those of one name are one decision, whatever scenario asks."""
    found: dict[str, list[tuple[str, Decision]]] = {}
    blocked: dict[str, list[str]] = {}
    for text in texts:
        for item in text.decisions:
            found.setdefault(item.name, []).append((text.key, item))
        if any(not item.value for item in text.decisions):
            for item in undecided(text):
                blocked.setdefault(item.name, []).append(text.key)
    return tuple(
        LocalDecision(
            decision=uses[0][1],
            values=tuple(dict.fromkeys(item.value for _, item in uses)),
            keys=tuple(key for key, _ in uses),
            blocked=tuple(blocked.get(name, ())),
        )
        for name, uses in sorted(found.items())
    )


def _serves(row: Place, kind: PlaceKind) -> bool:
    return row.kind == kind and (kind is not PlaceKind.NUMBER or row.without_power is True)


def _wrong_settings(settings: Settings, decisions: Iterable[LocalDecision]) -> dict[str, str]:
    found = {}
    if not settings.sms_sender and not settings.twilio_messaging_service_sid:
        found["D07"] = "HUB_SMS_SENDER is not set"
    reason = _wrong_address(settings.site_url)
    if reason:
        found["D08"] = reason
    if settings.municipality == EXAMPLE_MUNICIPALITY:
        found["D09"] = f"HUB_MUNICIPALITY is {settings.municipality}, the example"
    others = [
        value
        for item in decisions
        if item.name == SENDER_DECISION
        for value in item.values
        if value and settings.sms_sender and value != settings.sms_sender
    ]
    if others:
        found["D10"] = (
            f"texts say that SMS come from {others[0]!r}, and they come from {settings.sms_sender!r}"
        )
    return found


def _wrong_address(url: str) -> str:
    host = (urlsplit(url).hostname or "").rstrip(".")
    labels = host.split(".")
    if is_private(url) or len(labels) < 2:
        return f"HUB_SITE_URL is {url}, which citizens cannot open"
    if labels[-1] in _EXAMPLE_HOSTS or labels[-2] in ("example", "eksempel"):
        return f"HUB_SITE_URL is {url}, an example"
    if not url.startswith("https:"):
        return f"HUB_SITE_URL is {url}: phones warn before they open an address without https"
    return ""


def local_findings(found: LocalNeeds) -> tuple[FileFinding, ...]:
    """Every gap, as the linter says it."""
    return (
        *_decision_findings(found.decisions),
        *_area_findings(found),
        *_place_findings(found),
        *_setting_findings(found),
    )


def open_decisions(texts: Iterable[VersionText]) -> tuple[FileFinding, ...]:
    """D01 alone: what texts show by themselves, also those of a folder that was never loaded."""
    return tuple(_decision_findings(decisions_of(texts)))


def _decision_findings(decisions: Iterable[LocalDecision]) -> Iterator[FileFinding]:
    for item in decisions:
        scenarios = dict.fromkeys(key.partition("/")[0] for key in item.blocked)
        for scenario in scenarios:
            keys = [key for key in item.blocked if key.partition("/")[0] == scenario]
            yield _finding(
                "D01",
                f"the local decision {item.name} is not made, and {_listed(keys)} cannot be approved",
                f"Decide it in the desk, or set its value in {scenario}/{SCENARIO_FILE} and load.",
                path=f"{scenario}/{SCENARIO_FILE}",
                keys=keys,
            )


def _area_findings(found: LocalNeeds) -> Iterator[FileFinding]:
    for item in found.decisions:
        if not item.decision.options:
            continue
        if item.is_per_area:
            lack = found.areas_without(item)
            what = (
                f"{item.name} is decided area by area, and no area is on the list"
                if not found.areas
                else f"{item.name} is decided area by area, and not for {_listed([a.name for a in lack])}"
            )
            if lack or not found.areas:
                yield _finding(
                    "D02",
                    what,
                    "Decide it for each area in the desk, or import the areas.",
                    keys=item.keys,
                )
        else:
            others = [area.name for area in found.areas if area.decisions.get(item.name)]
            if others and any(item.values):
                yield _finding(
                    "D02",
                    f"{_listed(others)} decided {item.name} for themselves, and the messages say one thing for all",
                    f"Decide it area by area ({PER_AREA}), or take the areas' decisions back.",
                    keys=item.keys,
                )


def _place_findings(found: LocalNeeds) -> Iterator[FileFinding]:
    for kind, (rule, _, what) in NEEDED.items():
        keys = found.needed_by[kind]
        if keys and not found.counts[kind]:
            yield _finding(
                rule,
                f"{what}, and {_listed(keys)} ask{'s' if len(keys) == 1 else ''} for one",
                f"Write it in under Prepared, Places, or `hub place import FILE --kind {kind.value}`.",
                keys=keys,
            )
    if found.unconfirmed:
        yield _finding(
            "D11",
            f"{found.unconfirmed} public names of places wait for another person's yes",
            "Somebody else than who wrote them: `hub place confirm --as EMAIL`, or Prepared, Places.",
        )


def _setting_findings(found: LocalNeeds) -> Iterator[FileFinding]:
    fixes = {
        "D07": "Set HUB_SMS_SENDER to the name that citizens know, at most 11 letters and digits.",
        "D08": "Set HUB_SITE_URL to the address that citizens are told, with https.",
        "D09": "Set HUB_MUNICIPALITY to the municipality's full name.",
        "D10": f"Decide {SENDER_DECISION} anew, or set HUB_SMS_SENDER to what the texts say.",
    }
    for rule, what in found.wrong_settings.items():
        yield _finding(rule, what, fixes[rule], path="settings", keys=found.keys)


def _finding(
    rule: str, message: str, fix: str, *, path: str = "places", keys: Sequence[str] = ()
) -> FileFinding:
    finding = Finding(
        rule=rule, severity=WARNING, language="", channel="", message=message, fix=fix
    )
    return FileFinding(keys[0] if keys else "", path, finding)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_KEYS
    return ", ".join(names[:_MOST_KEYS]) + (f" and {more} more" if more > 0 else "")
