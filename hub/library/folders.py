"""Where the messages that come with Klarbesked are: in a checkout beside the package, in a wheel inside it."""

from __future__ import annotations

from pathlib import Path

import hub
from hub.errors import NotFound

_PACKAGE = Path(hub.__file__).resolve().parent
PLACES = (_PACKAGE / "_share" / "messages", _PACKAGE.parent / "messages")


def shipped_messages() -> Path:
    """The folder of messages that came with this installation. Raises NotFound, naming where it was looked for."""
    for place in PLACES:
        if place.is_dir() and (place / "facts.toml").is_file():
            return place
    looked = " and ".join(str(place) for place in PLACES)
    raise NotFound(
        f"The messages that come with Klarbesked are not there (looked at {looked}). Name their folder: "
        "`hub library load DIR`."
    )
