"""What a changed or withdrawn fact does to versions that use it (DESIGN.md, rule 16)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.library.scenarios import Facts
from hub.models import Version
from hub.text.types import Fact, VersionText


@dataclass(frozen=True)
class Marks:
    """Names of facts: changed since the version was written, and withdrawn as wrong."""

    recheck: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()


def marks_for(version: Version, facts: Facts) -> Marks:
    """The marks that a version deserves now. `facts` are those of a whole `facts.toml`.

    A fact that cannot be read keeps the marks it has. One that was withdrawn keeps blocking the versions that show
    the withdrawn value, also after the file has a new value for it.
    """
    text = version.text
    recheck, blocked = [], []
    for fact in text.facts:
        known = facts.good.get(fact.name)
        if fact.name in facts.bad:
            changed, wrong = fact.name in version.recheck, fact.name in version.blocked
        else:
            changed = known is None or _differs(fact, known, text)
            withdrawn = known is not None and bool(known.withdrawn)
            wrong = withdrawn or (changed and fact.name in version.blocked)
        if changed:
            recheck.append(fact.name)
        if wrong:
            blocked.append(fact.name)
    return Marks(tuple(recheck), tuple(blocked))


def withdrawn_in(text: VersionText) -> tuple[str, ...]:
    """The facts of a version that were withdrawn when it was loaded."""
    return tuple(fact.name for fact in text.facts if fact.withdrawn)


def _differs(fact: Fact, known: Fact, text: VersionText) -> bool:
    return fact.value != known.value or any(
        fact.words(language) != known.words(language) for language in text.languages
    )
