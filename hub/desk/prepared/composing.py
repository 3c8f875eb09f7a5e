"""What the characters that make an SMS dearer are called, and what to write instead."""

from __future__ import annotations

from hub.desk.words import gettext as _
from hub.text.segments import Offender


def character_name(item: Offender) -> str:
    """`“ (LEFT DOUBLE QUOTATION MARK)`: a letter by itself, with the name that tells it from its likes."""
    visible = item.character if item.character.strip() and item.character.isprintable() else ""
    return f"{visible} ({item.name})" if visible else item.name


def advice(item: Offender) -> str:
    """What to write instead."""
    if item.replacement is None:
        return _("write another letter or word")
    if not item.replacement:
        return _("leave it out")
    return _("write %(letter)s instead", letter=repr(item.replacement))
