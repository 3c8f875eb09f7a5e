"""Database work beside an event loop: one thread, with the application's context, one job after another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from flask import Flask

P = ParamSpec("P")
R = TypeVar("R")


class InDatabase:
    """Await a function that uses `db.session` without holding the event loop up. Close it when done."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sms-database")

    async def __call__(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, partial(self._within, function, *args, **kwargs)
        )

    def _within(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        with self._app.app_context():  # its end gives the session back
            return function(*args, **kwargs)

    def close(self) -> None:
        self._thread.shutdown(wait=True)
