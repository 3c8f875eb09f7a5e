"""Which area lies in which, by the names that a list gives: what is decided for one holds in those inside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from hub.text.places import key


class Area(Protocol):
    """An area as a list has it. `areas` names those that it lies in, `decisions` is name to option."""

    @property
    def name(self) -> str: ...
    @property
    def other_names(self) -> Sequence[str]: ...
    @property
    def areas(self) -> Sequence[str]: ...
    @property
    def decisions(self) -> Mapping[str, str]: ...


A = TypeVar("A", bound=Area)


class AreaTree(Generic[A]):
    """The areas of a list. A ring of areas that lie in each other ends where it began."""

    def __init__(self, areas: Sequence[A]) -> None:
        self._areas = areas
        self._by_name = {key(name): area for area in areas for name in _names(area)}

    def option(self, area: A, decision: str) -> str:
        """What holds in an area: its own decision, or that of the nearest area around it that has one."""
        own = area.decisions.get(decision, "")
        return own or next(
            filter(None, (item.decisions.get(decision, "") for item in self.around(area))), ""
        )

    def inside(self, area: A) -> list[A]:
        """Every area that lies in this one, however deep."""
        return [item for item in self._areas if any(found is area for found in self.around(item))]

    def around(self, area: A) -> Iterator[A]:
        """Every area that this one lies in, the nearest first."""
        seen, todo = [area], [area]
        while todo:
            for name in map(key, todo.pop(0).areas):
                found = self._by_name.get(name)
                if found is not None and not any(found is item for item in seen):
                    seen.append(found)
                    todo.append(found)
                    yield found


def _names(area: Area) -> tuple[str, ...]:
    return (area.name, *area.other_names)
