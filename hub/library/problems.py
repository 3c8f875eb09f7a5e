"""Mistakes in library files: collected, so that an author sees all of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class FileProblem:
    """One mistake. `path` is below the library's folder, with `/`; `line` counts from 1; `reason` says what to do."""

    path: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


@dataclass
class Problems:
    """Collects the mistakes of one or more files."""

    found: list[FileProblem] = field(default_factory=list)

    def add(self, path: str, line: int, reason: str) -> None:
        self.found.append(FileProblem(path, line, reason))

    def __len__(self) -> int:
        return len(self.found)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that somebody who wrote `name` most likely meant; None when none is near."""
    by_fold = {item.casefold(): item for item in known}
    found = get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str], pattern: str = "{}") -> str:
    """`; did you mean place?` or, when nothing is near, what there is; starts with the separator."""
    names = list(known)
    found = nearest(name, names)
    if found:
        return f"; did you mean {pattern.replace('{}', found)}?"
    return f"; known here: {', '.join(names)}" if names else ""
