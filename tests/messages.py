"""A part of the shipped messages for tests that need real ones but not all: six scenarios in three languages.

The whole library is read, linted and exported by tests of its own; loading it for every test would take minutes.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from hub.library import folders

SCENARIOS = (
    "appointments-cancelled",
    "latrine",
    "power-outage",
    "school-pickup",
    "water-boil",
    "water-saving",
)
LANGUAGES = ("da", "en", "de")
PHASES = ("before", "during", "update", "all-clear")


@cache
def few_messages() -> Path:
    """A folder with the facts and these scenarios as they are shipped; made once in a process."""
    folder = Path(tempfile.mkdtemp(prefix="klarbesked-messages-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shipped = folders.shipped_messages()
    shutil.copy(shipped / "facts.toml", folder)
    for scenario in SCENARIOS:
        (folder / scenario).mkdir()
        shutil.copy(shipped / scenario / "scenario.toml", folder / scenario)
        for phase in PHASES:
            for language in LANGUAGES:
                text = shipped / scenario / f"{phase}.{language}.md"
                if text.is_file() and (phase != "before" or scenario == "school-pickup"):
                    shutil.copy(text, folder / scenario)
    return folder
