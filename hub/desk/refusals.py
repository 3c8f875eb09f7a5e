"""What the rooms refuse, in the interface's language."""

from __future__ import annotations

from hub.desk.words import gettext as _
from hub.errors import HubError


def refusal(error: HubError) -> list[str]:
    """What a refusal says, line by line, in the interface's language where its words are known."""
    words = getattr(error, "words", None)
    text = str(error) if words is None else _(words) % getattr(error, "values", {})
    return [line.strip().removeprefix("- ") for line in text.splitlines() if line.strip()]
