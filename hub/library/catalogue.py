"""What a town is expected to have prepared: every message that comes with Klarbesked, and whatever was loaded besides.

The expectation never comes from what is ready, so that taking away a scenario, a phase or a language cannot make a
town look better prepared.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.errors import NotFound
from hub.library.files import FIRST_LANGUAGES
from hub.library.folders import shipped_messages
from hub.library.reading import is_language
from hub.library.scenarios import SCENARIO_FILE
from hub.library.text_files import section_span
from hub.models import Version, VersionLanguage
from hub.text.types import Channel, Phase, Section
from hub.text.words import base_language

Channels = tuple[Channel, ...]


@dataclass(frozen=True)
class Shipped:
    """A message as its files in the shipped folder name it. `languages` are whole ones, which owe every channel;
    `variants` (`da-x-let`) owe those that they have."""

    key: str
    title: Mapping[str, str]
    owner: str
    channels: Channels
    languages: tuple[str, ...]
    variants: Mapping[str, Channels]


@dataclass
class Expected:
    """A message that counts, gathered from the shipped folder and from what was loaded. What is loaded names the
    owner and the title; channels and variants of both count. `shipped`: it comes with Klarbesked."""

    key: str
    title: Mapping[str, str]
    owner: str
    shipped: bool = False
    named: set[Channel] = field(default_factory=set)
    variants: dict[str, set[Channel]] = field(default_factory=dict)
    owed: dict[str, Channels] = field(default_factory=dict)

    @property
    def scenario(self) -> str:
        return self.key.partition("/")[0]

    @property
    def phase(self) -> Phase:
        return Phase(self.key.partition("/")[2])


@dataclass(frozen=True)
class Expectation:
    """What counts, by scenario and phase. `languages` are those counted, in the order in which they are shown;
    `uncounted` are those that the library has and `HUB_LANGUAGES` leaves out. Without the shipped folder (`whole` is
    False) only what was loaded counts."""

    messages: tuple[Expected, ...]
    languages: tuple[str, ...]
    uncounted: tuple[str, ...]
    whole: bool


def expectation(
    session: Session, live: Mapping[str, Sequence[Version]], languages: Sequence[str] = ()
) -> Expectation:
    """What a town should have. `live` are the versions that are not retired by key, oldest first; `languages` are
    those of `HUB_LANGUAGES` (none: all that there are)."""
    try:
        shipped = shipped_catalogue(shipped_messages())
    except NotFound:
        shipped = None
    found: dict[str, Expected] = {}
    there: set[str] = set()
    for item in shipped or ():
        found[item.key] = Expected(item.key, item.title, item.owner, shipped=True)
        there.update(item.languages)
        _add(found[item.key], item.channels, item.variants)
    for key, versions in _loaded(session, live).items():
        latest = versions[-1]
        message = found.setdefault(key, Expected(key, {}, ""))
        message.title = latest.scenario_meta.get("title", {})
        message.owner = str(latest.scenario_meta.get("owner", ""))
        for version in versions:
            _add(message, _channels(version.scenario_meta.get("channels")), _variants(version))
    there |= {code for code in _ever_approved(session) if "-x-" not in code}
    there |= {
        row.language
        for versions in live.values()
        for version in versions
        for row in version.languages
        if "-x-" not in row.language
    }
    variants = {code for message in found.values() for code in message.variants}
    counted = tuple(languages) or _in_order(there | variants)
    for message in found.values():
        message.owed = _owed(message, counted)
    order = list(Phase)
    return Expectation(
        messages=tuple(
            sorted(found.values(), key=lambda item: (item.scenario, order.index(item.phase)))
        ),
        languages=counted,
        uncounted=tuple(code for code in _in_order(there | variants) if code not in counted),
        whole=shipped is not None,
    )


def _add(
    message: Expected, channels: Iterable[Channel], variants: Mapping[str, Iterable[Channel]]
) -> None:
    message.named.update(channels)
    for code, theirs in variants.items():
        message.variants.setdefault(code, set()).update(theirs)


def _owed(message: Expected, languages: Sequence[str]) -> dict[str, Channels]:
    """By language, the channels that this message owes."""
    found: dict[str, Channels] = {}
    for code in languages:
        wanted = message.named
        if "-x-" in code:
            wanted = message.named & message.variants.get(code, set())
        if wanted:
            found[code] = tuple(channel for channel in Channel if channel in wanted)
    return found


def _loaded(
    session: Session, live: Mapping[str, Sequence[Version]]
) -> dict[str, Sequence[Version]]:
    """The messages that were loaded and still count: those with a version that is not retired, and those that were
    once approved, with their newest version. A draft that was given up leaves no trace."""
    was_approved = Version.approved_at.is_not(None)
    gone = set(session.scalars(select(Version.key).where(was_approved).distinct())) - set(live)
    rows = session.scalars(select(Version).where(Version.key.in_(gone)).order_by(Version.number))
    return {**{row.key: (row,) for row in rows}, **live}


def _ever_approved(session: Session) -> set[str]:
    """The languages of all versions that were ever approved."""
    return set(
        session.scalars(
            select(VersionLanguage.language)
            .join(Version)
            .where(Version.approved_at.is_not(None))
            .distinct()
        )
    )


def _variants(version: Version) -> dict[str, Channels]:
    return {
        code: tuple(channel for channel in Channel if text[channel.value])
        for code, text in version.content["languages"].items()
        if "-x-" in code
    }


def _in_order(languages: Iterable[str]) -> tuple[str, ...]:
    """Danish and English first, a variant after its language."""

    def place(code: str) -> tuple[int, str, str]:
        base = base_language(code)
        first = FIRST_LANGUAGES.index(base) if base in FIRST_LANGUAGES else len(FIRST_LANGUAGES)
        return first, base, code

    return tuple(sorted(set(languages), key=place))


@cache
def shipped_catalogue(folder: Path) -> tuple[Shipped, ...]:
    """The messages of a shipped folder, by their files' names; kept, because it changes with an installation only.

    What cannot be read is left to `hub library load`, which names every mistake.
    """
    found = []
    for place in sorted(item for item in folder.iterdir() if (item / SCENARIO_FILE).is_file()):
        try:
            data = tomllib.loads((place / SCENARIO_FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            data = {}
        for phase in Phase:
            files = {file.name.split(".")[1]: file for file in place.glob(f"{phase}.*.md")}
            codes = [code for code in files if is_language(code)]
            if codes:
                found.append(_shipped(f"{place.name}/{phase}", data, files, codes))
    return tuple(found)


def _shipped(
    key: str, data: Mapping[str, Any], files: Mapping[str, Path], codes: Sequence[str]
) -> Shipped:
    return Shipped(
        key=key,
        title=data.get("title", {}),
        owner=str(data.get("owner", "")),
        channels=_channels(data.get("channels")),
        languages=tuple(code for code in codes if "-x-" not in code),
        variants={code: _channels_in(files[code]) for code in codes if "-x-" in code},
    )


def _channels(named: Any) -> Channels:
    """As a scenario names them; all where it names none."""
    known = tuple(channel for channel in Channel if channel.value in (named or ()))
    return known or tuple(Channel)


def _channels_in(file: Path) -> Channels:
    """The channels that a text's file has words for."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return tuple(channel for channel in Channel if section_span(lines, Section(channel.value)))
