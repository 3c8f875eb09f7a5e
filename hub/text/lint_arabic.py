"""Rule L23: a text that runs from right to left keeps names, numbers and addresses in their own order.

The hub isolates every value, and an SMS begins with the mark that sets its direction (`compose`). What is left to the
author is not to write by hand what must be isolated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hub.text.lint_reading import ERROR, Finding, Reading
from hub.text.words import is_right_to_left

_OTHER_DIGITS = re.compile("[\u0660-\u0669\u06f0-\u06f9]+")
_BY_HAND = re.compile(
    r"\d+(?:[ /:.–-]\d+)+|\+\d+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,3}\b(?:/[\w/-]*)?", re.A
)
_MARKS = re.compile("[\u200e\u200f]")


def keeps_its_direction(reading: Reading) -> Iterator[Finding]:
    """L23: digits are 0 to 9; groups of digits and addresses come from slots; no direction marks by hand."""
    for part in reading.parts:
        if not is_right_to_left(part.language):
            continue
        for pattern, what, fix in (
            (
                _OTHER_DIGITS,
                "in digits that not everybody here reads",
                "Write digits as 0 to 9.",
            ),
            (
                _BY_HAND,
                "written by hand: its parts change places between Arabic words",
                "Make it a slot; the hub keeps a value's order.",
            ),
            (
                _MARKS,
                "a direction mark set by hand, which nobody sees and everybody forgets",
                "Take it out; the hub sets them.",
            ),
        ):
            match = pattern.search(part.literal)
            if match:
                shown = repr(match[0]) if match[0].isprintable() else f"U+{ord(match[0]):04X}"
                yield part.finding("L23", ERROR, f"has {shown} {what}", fix, at=match[0])
