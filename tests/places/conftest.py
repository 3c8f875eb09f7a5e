"""People who bring lists of places in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hub.journal import Actor
from hub.models import PlaceKind, Role
from hub.places import import_places
from hub.places.importing import PlacesResult

Bring = Callable[..., PlacesResult]


@pytest.fixture
def cleo(person: Callable[..., Actor]) -> Actor:
    return person("cleo@town.example", Role.SENDER)


@pytest.fixture
def dan(person: Callable[..., Actor]) -> Actor:
    """Somebody else, who may say yes to the names that Cleo wrote."""
    return person("dan@town.example", Role.SENDER)


@pytest.fixture
def bring(cleo: Actor) -> Bring:
    """Brings lines of a CSV in, as Cleo."""

    def act(*lines: str, kind: PlaceKind = PlaceKind.INSTITUTION, **options: bool) -> PlacesResult:
        data = "\r\n".join(lines).encode("utf-8-sig")
        return import_places(data, "steder.csv", kind, actor=cleo, **options)

    return act
