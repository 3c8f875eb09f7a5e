"""The linter: what the fact sheet's rules (3.3) say about a version before anybody approves it.

Only rules that a version alone decides are here. Those about an incident (which list, which hour, which other
messages are in force) are checked where the announcement is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from hub.text import (
    lint_advice,
    lint_arabic,
    lint_content,
    lint_dates,
    lint_opening,
    lint_safety,
    lint_style,
)
from hub.text.lint_reading import ERROR, WARNING, Finding, Reading
from hub.text.types import VersionText

__all__ = ["ERROR", "RULES", "WARNING", "Finding", "lint"]

RULES: Mapping[str, Callable[[Reading], Iterator[Finding]]] = {
    "L01": lint_safety.finished,
    "L02": lint_safety.names_the_sender,
    "L03": lint_opening.names_the_hazard,
    "L04": lint_content.says_where,
    "L05": lint_opening.tells_what_to_do,
    "L06": lint_dates.dates_are_absolute,
    "L07": lint_content.says_until_when,
    "L09": lint_dates.dates_are_right,
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
    "L23": lint_arabic.keeps_its_direction,
    "L24": lint_style.reads_easily,
    "L25": lint_style.does_not_shout,
    "L26": lint_style.uses_plain_words,
    "L27": lint_style.fits_a_voice,
    "L28": lint_advice.promises_only_what_is_sure,
    "L29": lint_content.reassures_parents,
    "L33": lint_advice.says_what_instead,
    "L34": lint_advice.asks_for_the_neighbours,
    "L35": lint_style.stays_calm,
}
"""What a version's text alone decides, by rule; `lint_explain` says where the others are decided."""


def lint(version: VersionText, *, co_signers: Sequence[str] | None = None) -> tuple[Finding, ...]:
    """Every finding, errors first, then in the order of the rules. An empty result means: nothing to say.

    `co_signers` are the scenario's; without them, what they decide is only warned about.
    """
    reading = Reading(version, None if co_signers is None else tuple(co_signers))
    found = [finding for rule in RULES.values() for finding in rule(reading)]
    return tuple(sorted(found, key=lambda finding: finding.severity != ERROR))
