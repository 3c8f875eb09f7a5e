from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask

from hub import clock
from hub.accounts import passwords
from hub.models import Role
from tests.accounts import people
from tests.accounts.people import Somebody

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NOON = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def move(app: Flask) -> Iterator[Callable[[timedelta], None]]:
    """The clock stands still at noon; moves it on."""
    with clock.set_to(NOON) as mover:
        yield mover


@pytest.fixture
def cleo(move: object) -> Somebody:
    return people.make("cleo@town.example", Role.SENDER)


@pytest.fixture
def ada(move: object) -> Somebody:
    return people.make("ada@town.example", Role.ADMIN)


@pytest.fixture
def eva(move: object) -> Somebody:
    return people.make("eva@town.example", Role.VIEWER, factor=False)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Many guesses in little time; a test that measures time has the real cost."""
    if "as_long" not in request.node.name:
        monkeypatch.setattr(passwords, "_hasher", CHEAP)
        monkeypatch.setattr(passwords, "_NOBODY", CHEAP.hash("nobody has this password"))
