"""The log: text or JSON lines (`HUB_LOG`), and never a whole telephone number in it."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

_NUMBER = re.compile(r"(?<![\w.-])(?:\+|00)?\d(?:[ \u00a0]?\d){5,13}[ \u00a0]?(\d\d)(?!\w)")
"""Eight digits or more in a row, perhaps in groups, that are no part of a longer word: better one figure too many is
masked than one telephone number shown."""


def masked(text: str) -> str:
    """The text with all but the last two digits of everything that may be a telephone number left out."""
    return _NUMBER.sub(r"..\1", text)


class _Masking(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": masked(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def set_up(kind: str, level: int = logging.INFO) -> None:
    """Write the program's log, from `level` on, to standard error; called again, it changes both."""
    formatter = _JsonLines() if kind == "json" else _Masking("%(levelname)s %(name)s: %(message)s")
    root = logging.getLogger()
    ours = next((item for item in root.handlers if isinstance(item, _Handler)), None)
    if ours is None:
        ours = _Handler()
        root.addHandler(ours)
    ours.setFormatter(formatter)
    logging.getLogger("hub").setLevel(level)


class _Handler(logging.StreamHandler):  # type: ignore[type-arg]  # standard error, as text
    """Known again by its class."""
