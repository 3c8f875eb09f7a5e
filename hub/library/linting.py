"""The linter's findings, as a compiler would print them: with the file that each is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hub.library.scenarios import SCENARIO_FILE
from hub.models import Version
from hub.text.lint import ERROR, Finding, lint
from hub.text.types import VersionText


@dataclass(frozen=True)
class FileFinding:
    """A finding and the file, below the library's folder, that it is about."""

    key: str
    path: str
    finding: Finding

    @property
    def is_error(self) -> bool:
        return self.finding.severity == ERROR

    def __str__(self) -> str:
        item = self.finding
        where = f" [{item.channel}]" if item.channel else ""
        return f"{self.path}: {item.severity} {item.rule}{where}: {item.message}. {item.fix}"

    def to_json(self) -> dict[str, Any]:
        item = self.finding
        return {
            "key": self.key,
            "path": self.path,
            "rule": item.rule,
            "severity": item.severity,
            "language": item.language,
            "channel": item.channel,
            "message": item.message,
            "fix": item.fix,
        }


def findings(text: VersionText) -> tuple[FileFinding, ...]:
    """Everything that the rules say about a version, errors first."""
    scenario = text.key.partition("/")[0]
    return tuple(
        FileFinding(
            text.key,
            f"{text.key}.{item.language}.md" if item.language else f"{scenario}/{SCENARIO_FILE}",
            item,
        )
        for item in lint(text)
    )


def lint_errors(version: Version) -> tuple[str, ...]:
    """The errors alone, as lines: what blocks submitting and approving.

    Linting takes up to seconds. Its result is kept by content, so that who calls this before a transaction has it
    at hand inside, and the database is not held meanwhile.
    """
    return tuple(str(item) for item in kept_findings(version.content) if item.is_error)


def kept_findings(content: Mapping[str, Any]) -> tuple[FileFinding, ...]:
    """`findings` of a version's content (`VersionText.to_json()`), kept for who asks again."""
    return _findings_in(json.dumps(content, sort_keys=True))


@lru_cache(maxsize=64)
def _findings_in(content: str) -> tuple[FileFinding, ...]:
    return findings(VersionText.from_json(json.loads(content)))
