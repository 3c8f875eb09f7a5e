"""One thread for each target, so that a target which hangs holds up neither the others nor the next publish.

While a target is being written, at most one further edition waits for it: a newer one takes its place, and whoever
asked for the older one is answered with what became of the newer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass
class _Job(Generic[T]):
    number: int
    work: Callable[[], T]
    waiting: list[Future[T]] = field(default_factory=list)


@dataclass
class _Lane:
    since: float
    next: _Job[Any] | None = None


_lanes: dict[str, _Lane] = {}
_guard = threading.Lock()


def submit(address: str, number: int, work: Callable[[], T]) -> Future[T]:
    """Do this work in the target's lane; the higher `number` wins where two wait. `work` must not raise: what it
    raises is the future's exception."""
    future: Future[T] = Future()
    with _guard:
        lane = _lanes.get(address)
        if lane is None:
            _lanes[address] = _Lane(time.monotonic())
            job = _Job(number, work, [future])
            threading.Thread(
                target=_run, args=(address, job), name=f"publish {address}", daemon=True
            ).start()
            return future
        if lane.next is None:
            lane.next = _Job(number, work)
        elif number >= lane.next.number:
            lane.next.number, lane.next.work = number, work
        lane.next.waiting.append(future)
    return future


def busy_seconds(address: str) -> float:
    """How long the target's present work has taken in this process; 0 while there is none."""
    with _guard:
        lane = _lanes.get(address)
        return 0.0 if lane is None else max(time.monotonic() - lane.since, 1e-9)


def _run(address: str, job: _Job[Any]) -> None:
    while True:
        result: Any = None
        failure: BaseException | None = None
        try:
            result = job.work()
        except BaseException as error:  # its own failure: the lane goes on
            failure = error
        done = job
        with _guard:
            lane = _lanes[address]
            following, lane.next = lane.next, None
            lane.since = time.monotonic()
            if following is None:
                del _lanes[address]
        for future in done.waiting:
            if failure is not None:
                future.set_exception(failure)
            else:
                future.set_result(result)
        if following is None:
            return
        job = following
