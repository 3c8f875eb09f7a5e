"""What is decided for an area holds in the areas inside it that decided nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from hub.text.areas import AreaTree


@dataclass(frozen=True)
class Area:
    name: str
    areas: Sequence[str] = ()
    decisions: Mapping[str, str] = field(default_factory=dict)
    other_names: Sequence[str] = ()


TOWN = Area("Byen", (), {"mode": "bag"}, ("Eksempelby",))
NORTH = Area("Nørreby", ("eksempelby",))
HARBOUR = Area("Havnen", ("Noerreby", "Kysten"))
HILL = Area("Bakken", ("Nørreby",), {"mode": "bury"})
COAST = Area("Kysten", (), {"mode": "both"})
LOOP, BACK = Area("Ring", ("Tilbage",)), Area("Tilbage", ("Ring",))
TREE = AreaTree([TOWN, NORTH, HARBOUR, HILL, COAST, LOOP, BACK])


@pytest.mark.parametrize(
    ("area", "around", "option"),
    [
        (TOWN, [], "bag"),
        (NORTH, [TOWN], "bag"),
        (HARBOUR, [NORTH, COAST, TOWN], "both"),
        (HILL, [NORTH, TOWN], "bury"),
        (LOOP, [BACK], ""),
        (Area("Ny", ("Nørreby",)), [NORTH, TOWN], "bag"),
        (Area("Ny", ("Ukendt",)), [], ""),
    ],
)
def test_the_nearest_decision_around_an_area_holds(
    area: Area, around: list[Area], option: str
) -> None:
    assert list(TREE.around(area)) == around
    assert TREE.option(area, "mode") == option
    assert TREE.option(area, "other") == ""


def test_what_lies_in_an_area_is_found_however_deep() -> None:
    assert TREE.inside(TOWN) == [NORTH, HARBOUR, HILL]
    assert TREE.inside(HARBOUR) == []
    assert TREE.inside(LOOP) == [BACK]
