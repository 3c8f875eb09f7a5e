"""Phases and moments in words, for those who read no desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hub.clock import COPENHAGEN
from hub.text.moments import render_day, render_moment, style
from hub.text.types import Phase

PHASES: Mapping[str, Mapping[Phase, str]] = {
    "da": {
        Phase.BEFORE: "Før",
        Phase.DURING: "Under",
        Phase.UPDATE: "Opdatering",
        Phase.ALL_CLEAR: "Afmelding",
        Phase.CORRECTION: "Rettelse",
    },
    "en": {
        Phase.BEFORE: "Before",
        Phase.DURING: "During",
        Phase.UPDATE: "Update",
        Phase.ALL_CLEAR: "All-clear",
        Phase.CORRECTION: "Correction",
    },
}


def phase_name(phase: str, language: str) -> str:
    """A phase as the desk calls it too; in English where the language has no words here."""
    return PHASES.get(language, PHASES["en"])[Phase(phase)]


def dated(moment: datetime, language: str) -> str:
    """A moment with its year: it may be read long after."""
    local = moment.astimezone(COPENHAGEN)
    day = f"{render_day(local.date(), language)} {local.year}"
    return style(language).long.format(date=day, time=render_moment(moment, language, "time"))
