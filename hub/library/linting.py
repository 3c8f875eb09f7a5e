"""The linter's findings, as a compiler would print them: with the file and the line that each is about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hub.library.scenarios import SCENARIO_FILE
from hub.library.text_files import section_span, title_line
from hub.models import Version
from hub.text import conflicts
from hub.text.lint import ERROR, WARNING, Finding, lint
from hub.text.lint_reading import TITLE
from hub.text.template import parsed
from hub.text.types import LanguageText, Section, VersionText


@dataclass(frozen=True)
class FileFinding:
    """A finding and the file, below the library's folder, that it is about; `line` is 0 where the file is not at
    hand, or all of it is meant."""

    key: str
    path: str
    finding: Finding
    line: int = 0

    @property
    def is_error(self) -> bool:
        return self.finding.severity == ERROR

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path

    @property
    def said(self) -> str:
        """All but the place."""
        item = self.finding
        where = f" [{item.channel}]" if item.channel else ""
        return f"{item.severity} {item.rule}{where}: {item.message}. {item.fix}"

    def __str__(self) -> str:
        return f"{self.place}: {self.said}"

    def to_json(self) -> dict[str, Any]:
        item = self.finding
        return {
            "key": self.key,
            "path": self.path,
            "line": self.line or None,
            "rule": item.rule,
            "severity": item.severity,
            "language": item.language,
            "channel": item.channel,
            "message": item.message,
            "why": item.why,
            "fix": item.fix,
        }


def findings(
    text: VersionText,
    *,
    co_signers: Sequence[str] | None = None,
    content: Mapping[str, bytes] | None = None,
) -> tuple[FileFinding, ...]:
    """Everything that the rules say about a version, errors first. `co_signers` are its scenario's; `content` has the
    files by path, for the lines."""
    scenario = text.key.partition("/")[0]
    found = []
    for item in lint(text, co_signers=co_signers):
        path = f"{text.key}.{item.language}.md" if item.language else f"{scenario}/{SCENARIO_FILE}"
        line = _line(item, text, (content or {}).get(path))
        found.append(FileFinding(text.key, path, item, line))
    return tuple(found)


def library_findings(texts: Iterable[VersionText]) -> tuple[FileFinding, ...]:
    """L30, as far as a whole library decides it: can contradictions between these messages be seen when they are sent,
    and is there a message that fits both sides?"""
    known = {
        text.key: {
            *(action for language in text.languages.values() for action in _actions(language)),
            *(f"{slot.name}={option}" for slot in text.slots for option in slot.options),
        }
        for text in texts
    }
    return tuple(_gap(item) for item in conflicts.gaps(known))


def _actions(text: LanguageText) -> Iterator[str]:
    for source in text.sources.values():
        yield from parsed(source).actions


def _gap(item: conflicts.Gap) -> FileFinding:
    sides = " or ".join(item.contradiction.one), " or ".join(item.contradiction.other)
    if item.missing:
        message = f"{item.missing!r} is in none of its texts, so rule {item.contradiction.id} misses what contradicts"
        fix = "Give the instruction its id again, or correct hub/text/conflicts.py."
    else:
        message = f"{sides[0]} and {sides[1]} can hold at once, and {item.instead}, which fits both, is not there"
        fix = f"Write {item.instead}."
    finding = Finding("L30", WARNING, "", "", message, fix)
    return FileFinding(item.scenario, f"{item.scenario}/{SCENARIO_FILE}", finding)


def _line(item: Finding, text: VersionText, file: bytes | None) -> int:
    """The line of the file; 0 where it does not hold the text that was linted."""
    if file is None or not item.language:
        return 0
    lines = file.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
    if item.channel == TITLE:
        return title_line(lines)
    if not item.channel:
        return 0
    section = Section(item.channel)
    span = section_span(lines, section)
    source = text.languages[item.language].section(section).split("\n")
    if span is None or span[1] - span[0] != len(source):
        return 0
    return span[0] + max(1, item.line)


def lint_errors(version: Version) -> tuple[str, ...]:
    """The errors alone, as lines: what blocks submitting and approving.

    Linting takes up to seconds. Its result is kept by content, so that who calls this before a transaction has it
    at hand inside, and the database is not held meanwhile.
    """
    co_signers: Sequence[str] | None = version.scenario_meta.get("co_signers")
    return tuple(str(item) for item in kept_findings(version.content, co_signers) if item.is_error)


def kept_findings(
    content: Mapping[str, Any], co_signers: Sequence[str] | None = None
) -> tuple[FileFinding, ...]:
    """`findings` of a version's content (`VersionText.to_json()`), kept for who asks again."""
    parties = None if co_signers is None else tuple(co_signers)
    return _findings_in(json.dumps(content, sort_keys=True), parties)


@lru_cache(maxsize=64)
def _findings_in(content: str, co_signers: tuple[str, ...] | None) -> tuple[FileFinding, ...]:
    return findings(VersionText.from_json(json.loads(content)), co_signers=co_signers)
