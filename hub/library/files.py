"""Reading a library folder: every message that is without mistakes, and every mistake there is.

The format is in `docs/messages.md`. A message is refused when anything that it is made of has a mistake: its
scenario's file, one of its languages, a fact it uses. The others are read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hub import clock
from hub.errors import NotFound
from hub.library.checking import Used, check_text, used_names
from hub.library.decisions import with_choices
from hub.library.problems import FileProblem, Problems, did_you_mean
from hub.library.reading import decode, is_language, read_toml
from hub.library.scenarios import (
    FACTS_FILE,
    SCENARIO_FILE,
    Facts,
    Scenario,
    read_facts,
    read_scenario,
)
from hub.library.text_files import TextFile, read_text
from hub.text.types import Phase, VersionText

FIRST_LANGUAGES = ("da", "en")
_SCENARIO_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST_NAME = 60
_IGNORED = re.compile(r"\..*|.*~|#.*#|.*\.(?:bak|orig|rej|swp|tmp)", re.DOTALL)
"""Hidden files and what editors leave behind."""


@dataclass(frozen=True)
class Translation:
    """Who translated a language, and on which day (ISO), as its front matter says; empty where it does not."""

    by: str = ""
    on: str = ""


@dataclass(frozen=True)
class Message:
    """A message without mistakes. `meta` is its scenario's own data; `paths` are the files it is made of."""

    key: str
    scenario: str
    phase: Phase
    text: VersionText
    meta: Mapping[str, Any]
    translations: Mapping[str, Translation]
    paths: tuple[str, ...]


@dataclass(frozen=True)
class LibraryRead:
    """A folder as it was read. `keys` are all messages that have a file in it, `refused` those with a mistake;
    `content` holds every file's bytes by its path."""

    messages: Mapping[str, Message]
    problems: tuple[FileProblem, ...]
    keys: tuple[str, ...]
    facts: Facts
    content: Mapping[str, bytes]

    @property
    def refused(self) -> tuple[str, ...]:
        return tuple(key for key in self.keys if key not in self.messages)


@dataclass
class _Folder:
    """What has been read so far."""

    root: Path
    now: datetime
    problems: Problems = field(default_factory=Problems)
    content: dict[str, bytes] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    messages: dict[str, Message] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)

    def text_of(self, path: str) -> str | None:
        try:
            content = (self.root / path).read_bytes()
        except OSError as error:
            self.problems.add(path, 1, f"this file cannot be read: {error.strerror}")
            return None
        self.content[path] = content
        return decode(content, path, self.problems)


def read_library(folder: Path, now: datetime | None = None) -> LibraryRead:
    """Read all of a folder; mistakes never raise, they are in the result.

    `now` (aware) is what an example such as `+2h` counts from; by default the present. Raises NotFound when there
    is no such folder.
    """
    if not folder.is_dir():
        raise NotFound(
            f"There is no folder {folder}. Name one that holds scenarios, like messages/."
        )
    read = _Folder(folder, now or clock.now())
    _read_facts(read)
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if _IGNORED.fullmatch(entry.name):
            continue
        if entry.is_dir():
            _read_folder(read, entry.name)
        elif entry.suffix in {".md", ".toml"} and entry.name not in {FACTS_FILE, "README.md"}:
            hint = did_you_mean(entry.name, [FACTS_FILE]) if entry.suffix == ".toml" else ""
            reason = f"this file stands outside a scenario's folder{hint or '; move it into one'}"
            read.problems.add(entry.name, 1, reason)
    return LibraryRead(
        messages=read.messages,
        problems=tuple(sorted(set(read.problems.found))),
        keys=tuple(read.keys),
        facts=read.facts,
        content=read.content,
    )


def _read_facts(read: _Folder) -> None:
    if not (read.root / FACTS_FILE).exists():
        return
    text = read.text_of(FACTS_FILE)
    file = read_toml(FACTS_FILE, text, read.problems) if text is not None else None
    read.facts = read_facts(file) if file is not None else Facts(readable=False)


def _read_folder(read: _Folder, name: str) -> None:
    files = [
        entry.name
        for entry in sorted((read.root / name).iterdir(), key=lambda item: item.name)
        if not _IGNORED.fullmatch(entry.name)
    ]
    if not any(file.endswith((".md", ".toml")) for file in files):
        return  # not a scenario: pictures, notes, whatever else is kept beside them
    if not _SCENARIO_NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        read.problems.add(
            f"{name}/{files[0]}",
            1,
            f"the folder {name!r} cannot name a scenario; use at most {_LONGEST_NAME} small letters a-z, "
            "digits and hyphens",
        )
        return
    languages: dict[Phase, list[str]] = {}
    spoilt: set[Phase] = set()
    for file in files:
        if file == SCENARIO_FILE:
            continue
        phase, language = _phase_and_language(read, f"{name}/{file}", file)
        if phase is not None and language is not None:
            languages.setdefault(phase, []).append(language)
        elif phase is not None:
            spoilt.add(phase)
            languages.setdefault(phase, [])
    scenario = _read_scenario(read, name, SCENARIO_FILE in files)
    for phase in Phase:
        if phase in languages:
            _read_message(read, name, phase, languages[phase], scenario, phase in spoilt)


def _phase_and_language(read: _Folder, path: str, file: str) -> tuple[Phase | None, str | None]:
    parts = file.split(".")
    if len(parts) != 3 or parts[2] != "md":
        hint = did_you_mean(file, [SCENARIO_FILE]) if file.endswith("toml") else ""
        read.problems.add(
            path,
            1,
            f"this file has no place here{hint or '; texts are named <phase>.<language>.md'}",
        )
        known = Phase(parts[0]) if parts[0] in list(Phase) else None
        return known, None
    phase = Phase(parts[0]) if parts[0] in list(Phase) else None
    if phase is None:
        hint = did_you_mean(parts[0], list(Phase))
        read.problems.add(path, 1, f"unknown phase {parts[0]!r} in the file's name{hint}")
    if is_language(parts[1]):
        return phase, parts[1]
    read.problems.add(
        path,
        1,
        f"unknown language {parts[1]!r} in the file's name; use a code in small letters, like da, en, de",
    )
    return phase, None


def _read_scenario(read: _Folder, name: str, exists: bool) -> tuple[Scenario | None, bool]:
    """The scenario for looking up names (None: unreadable), and whether it is without mistakes."""
    path = f"{name}/{SCENARIO_FILE}"
    if not exists:
        read.problems.add(path, 1, f"{SCENARIO_FILE} is missing; every scenario's folder needs one")
        return None, False
    before = len(read.problems)
    text = read.text_of(path)
    file = read_toml(path, text, read.problems) if text is not None else None
    if file is None:
        return None, False
    scenario = read_scenario(name, file, read.now)
    return scenario, len(read.problems) == before


def _read_message(
    read: _Folder,
    name: str,
    phase: Phase,
    languages: list[str],
    scenario_read: tuple[Scenario | None, bool],
    spoilt: bool,
) -> None:
    key = f"{name}/{phase}"
    read.keys.append(key)
    scenario, scenario_is_good = scenario_read
    before = len(read.problems)
    if "da" not in languages:
        read.problems.add(
            f"{name}/{phase}.da.md", 1, "the Danish text is missing; every message has one"
        )
    texts = []
    for language in sorted(languages, key=_language_order):
        path = f"{name}/{phase}.{language}.md"
        source = read.text_of(path)
        if source is not None:
            text = read_text(path, language, source, read.problems)
            texts.append(text)
            if scenario is not None:
                check_text(text, scenario, read.facts, read.problems)
    used = used_names(texts)
    without_mistakes = scenario_is_good and not spoilt and len(read.problems) == before
    if scenario is not None and without_mistakes and used.facts <= read.facts.good.keys():
        read.messages[key] = _message(key, phase, scenario, texts, used, read.facts)


def _language_order(language: str) -> tuple[int, str]:
    first = FIRST_LANGUAGES.index(language) if language in FIRST_LANGUAGES else len(FIRST_LANGUAGES)
    return first, language


def _message(
    key: str, phase: Phase, scenario: Scenario, texts: list[TextFile], used: Used, facts: Facts
) -> Message:
    paths = [f"{scenario.name}/{SCENARIO_FILE}", *(text.path for text in texts)]
    slots = [slot for name, slot in scenario.slots.items() if name in used.slots]
    decisions = tuple(item for name, item in scenario.decisions.items() if name in used.decisions)
    return Message(
        key=key,
        scenario=scenario.name,
        phase=phase,
        text=VersionText(
            key=key,
            slots=with_choices(slots, decisions),
            facts=tuple(fact for name, fact in facts.good.items() if name in used.facts),
            decisions=decisions,
            languages={text.language: text.text() for text in texts},
        ),
        meta=scenario.meta(),
        translations={
            text.language: Translation(text.translated_by, text.translated_on) for text in texts
        },
        paths=(*paths, *([FACTS_FILE] if used.facts else [])),
    )
