"""The syntax tree of a prepared message's text; `template` makes it and checks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class TemplateError:
    """A mistake in a template: where (both counted from 1) and what to do about it."""

    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


@dataclass(frozen=True)
class Text:
    """Words as the author wrote them."""

    text: str


@dataclass(frozen=True)
class SlotRef:
    """`{name}` or `{name:form}`."""

    name: str
    form: str
    line: int
    column: int

    @property
    def source(self) -> str:
        return f"{{{self.name}:{self.form}}}" if self.form else f"{{{self.name}}}"


@dataclass(frozen=True)
class FactRef:
    """`{fact.name}`."""

    name: str
    line: int
    column: int


@dataclass(frozen=True)
class LocalRef:
    """`{local.name}`."""

    name: str
    line: int
    column: int


@dataclass(frozen=True)
class Action:
    """`{#id}`: the instruction that follows has this id in every language."""

    id: str
    line: int
    column: int


Leaf = Text | SlotRef | FactRef | LocalRef | Action


@dataclass(frozen=True)
class When:
    """A block that is shown only when its condition holds: `name` is filled (or not), or has one of `values`."""

    name: str
    negated: bool
    values: tuple[str, ...]
    body: tuple[Leaf, ...]
    line: int
    column: int


Node = Leaf | When


@dataclass(frozen=True)
class Template:
    """A parsed text and everything that is wrong with it; with errors, `nodes` holds what could be read."""

    nodes: tuple[Node, ...]
    errors: tuple[TemplateError, ...] = ()

    def leaves(self) -> Iterator[tuple[Leaf, When | None]]:
        """Every leaf in order, with the block it stands in."""
        for node in self.nodes:
            if isinstance(node, When):
                for leaf in node.body:
                    yield leaf, node
            else:
                yield node, None

    @property
    def blocks(self) -> tuple[When, ...]:
        return tuple(node for node in self.nodes if isinstance(node, When))

    @property
    def slot_names(self) -> frozenset[str]:
        """Slots shown anywhere, system slots included; not those that are only asked for by `when`."""
        return frozenset(leaf.name for leaf, _ in self.leaves() if isinstance(leaf, SlotRef))

    @property
    def actions(self) -> tuple[str, ...]:
        """Instruction ids in order of appearance, each once, over all branches."""
        return tuple(
            dict.fromkeys(leaf.id for leaf, _ in self.leaves() if isinstance(leaf, Action))
        )
