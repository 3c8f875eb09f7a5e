"""Local decisions that a version still waits for."""

from __future__ import annotations

from collections.abc import Iterator

from hub.text.template import LocalRef, Template, When, parse_template
from hub.text.types import Decision, VersionText


def undecided(text: VersionText) -> tuple[Decision, ...]:
    """Decisions without a value that the texts need: every choice that a block asks for, and every local value that
    is shown outside blocks or in one that the decisions made do not rule out (how deep to bury is no question where
    nothing is buried)."""
    decisions = {item.name: item for item in text.decisions}
    needed: set[str] = set()
    for template in _templates(text):
        needed |= {block.name for block in template.blocks if block.values}
        for leaf, block in template.leaves():
            if isinstance(leaf, LocalRef) and not _is_ruled_out(block, decisions):
                needed.add(leaf.name)
    return tuple(item for item in text.decisions if item.name in needed and not item.value)


def _is_ruled_out(block: When | None, decisions: dict[str, Decision]) -> bool:
    if block is None or not block.values or block.name not in decisions:
        return False
    value = decisions[block.name].value
    return bool(value) and value not in block.values


def _templates(text: VersionText) -> Iterator[Template]:
    for language in text.languages.values():
        for source in language.sources.values():
            yield parse_template(source)
