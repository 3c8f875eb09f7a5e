"""The one clock: every room asks here what time it is, so that tests can set it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def _system() -> datetime:
    return datetime.now(UTC)


_read: Callable[[], datetime] = _system


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _read()


@contextmanager
def set_to(moment: datetime) -> Iterator[Callable[[timedelta], None]]:
    """Stand the clock still at `moment` (aware) for the block; the value yielded moves it on.

    Raises ValueError for a naive moment. For tests; it holds for the whole process.
    """
    global _read
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware moment")
    current = moment.astimezone(UTC)

    def move(step: timedelta) -> None:
        nonlocal current
        current += step

    before = _read
    _read = lambda: current  # noqa: E731 - a closure over the moving moment
    try:
        yield move
    finally:
        _read = before
