"""Timing, and an application on a throw-away folder."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from hub.application import create_app
from hub.database import db
from tests.conftest import make_settings, set_up_database


@dataclass
class Timed:
    """Seconds of wall clock, filled at the end of the block."""

    seconds: float = 0.0

    def per_second(self, count: int) -> float:
        return count / self.seconds if self.seconds else float("inf")


@contextmanager
def timed() -> Iterator[Timed]:
    found = Timed()
    start = time.perf_counter()
    yield found
    found.seconds = time.perf_counter() - start


@contextmanager
def scratch_app(**environment: str) -> Iterator[Flask]:
    """An application with an empty SQLite database in a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory() as name:
        app = create_app(make_settings(Path(name), **environment))
        with app.app_context():
            set_up_database()
            yield app
            db.session.remove()
            db.engine.dispose()


def line(what: str, value: float, unit: str, baseline: float | None = None) -> None:
    """One figure; with a baseline in the same unit, their ratio too."""
    text = f"{what:58} {value:12,.0f} {unit}"
    if baseline:
        text += f"   {value / baseline:6.2f} x the baseline"
    print(text, flush=True)
