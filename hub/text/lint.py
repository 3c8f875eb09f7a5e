"""The linter: what the fact sheet's rules (3.3) say about a version before anybody approves it.

Only rules that a version alone decides are here. Those about an incident (which list, which hour, which other
messages are in force) are checked where the announcement is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from hub.text import lint_content, lint_safety, lint_style
from hub.text.lint_reading import ERROR, WARNING, Finding, Reading
from hub.text.types import VersionText

__all__ = ["ERROR", "RULES", "WARNING", "Finding", "lint"]

RULES: Mapping[str, Callable[[Reading], Iterator[Finding]]] = {
    "L01": lint_safety.finished,
    "L02": lint_safety.names_the_sender,
    "L04": lint_content.says_where,
    "L06": lint_content.dates_are_absolute,
    "L07": lint_content.says_until_when,
    "L10": lint_safety.has_no_links,
    "L11": lint_safety.has_another_way,
    "L12": lint_safety.asks_for_nothing,
    "L13": lint_safety.fits_the_segments,
    "L14": lint_safety.stays_in_gsm7,
    "L15": lint_safety.tells_nothing_private,
    "L16": lint_safety.keeps_112_free,
    "L17": lint_safety.poses_as_nobody,
    "L18": lint_safety.marks_exercises,
    "L19": lint_content.closes_properly,
    "L20": lint_content.says_what_is_new,
    "L21": lint_content.numbers_come_from_facts,
    "L22": lint_content.languages_agree,
    "L24": lint_style.reads_easily,
    "L25": lint_style.does_not_shout,
    "L26": lint_style.uses_plain_words,
    "L27": lint_style.fits_a_voice,
    "L29": lint_content.reassures_parents,
}
"""Each check under the first rule it stands for: L07 covers L08, L22 a part of L21, L25 L35."""


def lint(version: VersionText) -> tuple[Finding, ...]:
    """Every finding, errors first, then in the order of the rules. An empty result means: nothing to say."""
    reading = Reading(version)
    found = [finding for rule in RULES.values() for finding in rule(reading)]
    return tuple(sorted(found, key=lambda finding: finding.severity != ERROR))
