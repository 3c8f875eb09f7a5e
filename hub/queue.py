"""Wake-ups. `defer(name)` asks that the task bound to `name` runs soon; `hub/tasks.py` binds names to functions.

A wake-up carries no data and may be lost or doubled without harm: what has to be done is in the database, and
every task looks there. huey keeps them in SQLite, PostgreSQL or Redis (`HUB_QUEUE_URL`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from huey import Huey, PostgresHuey, PriorityRedisHuey, SqliteHuey
from huey.api import TaskWrapper

log = logging.getLogger(__name__)

TASKS: dict[str, Callable[[], None]] = {}


class UnknownTask(LookupError):
    """A wake-up names a task that nobody bound."""


def bind(name: str, function: Callable[[], None]) -> None:
    """Bind a name to what it wakes. The doors do this at import."""
    TASKS[name] = function


@lru_cache(maxsize=4)
def open_queue(url: str) -> tuple[Huey, TaskWrapper]:
    """The queue at `url` and its one task, `wake(name)`."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        queue: Huey = SqliteHuey("hub", filename=str(path), fsync=True)
    elif scheme == "postgresql":
        queue = PostgresHuey("hub", dsn=url)
    else:
        queue = PriorityRedisHuey("hub", url=url)
    return queue, queue.task(name="wake")(_wake)


def _wake(name: str) -> None:
    if name not in TASKS:
        raise UnknownTask(name)
    TASKS[name]()


def defer(name: str, priority: int = 0, delay: float = 0) -> bool:
    """Ask for task `name` after `delay` seconds; higher priority first.

    Never raises: a queue that is down must not stand in the way of what was just decided. Returns whether the
    wake-up was put in; the periodic tick and `hub broadcast wait` do without.
    """
    try:
        _, wake = open_queue(current_app.config["HUB"].queue_url)
        wake.schedule((name,), delay=delay, priority=priority) if delay > 0 else wake.schedule(
            (name,), delay=0, priority=priority
        )
    except Exception as error:  # any storage's own error: redis, psycopg, sqlite3, a full disk
        log.warning("wake-up %s could not be queued: %s", name, error)
        return False
    return True


def answers() -> bool:
    """Does the queue answer? Never raises."""
    try:
        open_queue(current_app.config["HUB"].queue_url)[0].pending_count()
    except Exception as error:  # any storage's own error
        log.warning("the queue does not answer: %s", error)
        return False
    return True
