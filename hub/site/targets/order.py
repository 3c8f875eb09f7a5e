"""In which order a site's files go out where they cannot be shown all at once.

Whatever a reader has open, what it leads to is there: pages before the lists that lead to them, lists before front
pages. `/status.json` is last, so that it names a revision only when all of it stands. What is no longer in the site
is removed after that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum

MARK = "/status.json"

_PLACE = re.compile(r"(?:/ovelse)?(?:/(?!cap/)[a-z]{2,3}(?:-x-[a-z]+)?(?=/))?/(.*)")
_LIST = re.compile(r"[a-z]+/index\.html|(?:.*/)?[a-z-]+\.atom")


class Step(IntEnum):
    """Lower ones first."""

    PAGES = 0
    LISTS = 1
    FRONT = 2
    MARK = 3


def step_of(path: str) -> Step:
    """When a file goes out."""
    if path == MARK:
        return Step.MARK
    match = _PLACE.fullmatch(path)
    place = match[1] if match else path
    if _LIST.fullmatch(place):
        return Step.LISTS
    if "/" not in place or re.fullmatch(r"phone/[^/]+", place):
        return Step.FRONT
    return Step.PAGES


def in_steps(paths: Iterable[str]) -> dict[Step, list[str]]:
    """The paths by step, every step being there."""
    found: dict[Step, list[str]] = {step: [] for step in Step}
    for path in paths:
        found[step_of(path)].append(path)
    return found
