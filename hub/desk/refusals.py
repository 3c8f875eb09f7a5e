"""What the rooms refuse, in the interface's language."""

from __future__ import annotations

from datetime import date, datetime

from hub.desk.formats import date_only
from hub.desk.words import gettext as _
from hub.errors import HubError


def refusal(error: HubError) -> list[str]:
    """What a refusal says, line by line, in the interface's language where its words are known."""
    said: object = error
    if not hasattr(error, "words") and error.args:
        said = error.args[0]  # rooms that say more than one kind of error pass a Said
    text = translated(said)
    return [line.strip().removeprefix("- ") for line in text.splitlines() if line.strip()]


def translated(said: object) -> str:
    """What a room said: through the catalogue where it carries its `words` and `values` (whose own words are
    looked up too), else as it is."""
    words = getattr(said, "words", None)
    if words is None:
        return str(said)
    values = getattr(said, "values", {})
    if not values:
        return _(words)
    return _(words) % {name: _shown(value) for name, value in values.items()}


def _shown(value: object) -> object:
    """A value in a sentence: days as people write them."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return date_only(value)
    return translated(value) if hasattr(value, "words") else value
