"""Local decisions: those that a version still waits for, and those that each announcement makes for its area."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hub.text.template import LocalRef, Template, When, parse_template
from hub.text.types import PER_AREA, Decision, Slot, SlotType, VersionText

_CHOICE_HELP = {
    "da": "Lad det stå, så gælder det, der er besluttet for stedet. Vælg kun selv, når noget andet gælder.",
    "en": "Leave it, and what was decided for the place holds. Choose only when something else does.",
    "de": "Lassen Sie es stehen, dann gilt, was für den Ort beschlossen ist. Wählen Sie nur, wenn etwas anderes gilt.",
}


def undecided(text: VersionText) -> tuple[Decision, ...]:
    """Decisions without a value that the texts need: every choice that a block asks for, and every local value that
    is shown outside blocks or in one that the decisions made do not rule out (how deep to bury is no question where
    nothing is buried)."""
    decisions = {item.name: item for item in text.decisions}
    needed: set[str] = set()
    for template in _templates(text):
        needed |= {block.name for block in template.blocks if block.values}
        for leaf, block in template.leaves():
            if isinstance(leaf, LocalRef) and not _is_ruled_out(block, decisions):
                needed.add(leaf.name)
    return tuple(item for item in text.decisions if item.name in needed and not item.value)


def with_choices(slots: Sequence[Slot], decisions: Iterable[Decision]) -> tuple[Slot, ...]:
    """The slots of a message with a choice for each decision that differs from area to area: behind the places, which
    say what it is by default."""
    choices = [_choice(item) for item in decisions if item.value == PER_AREA]
    where = [i for i, slot in enumerate(slots) if slot.type in (SlotType.PLACE, SlotType.AREA)]
    at = where[-1] + 1 if where else 0
    return (*slots[:at], *choices, *slots[at:])


def area_choices(text: VersionText) -> tuple[Slot, ...]:
    """The choices of a message that each announcement makes for its area."""
    names = {item.name for item in text.decisions if item.value == PER_AREA}
    return tuple(slot for slot in text.slots if slot.name in names)


def _choice(item: Decision) -> Slot:
    return Slot(
        name=item.name,
        type=SlotType.CHOICE,
        label=item.label,
        help=_CHOICE_HELP,
        example=item.options[0],
        options={
            option: item.option_words.get(option) or {"da": option, "en": option}
            for option in item.options
        },
    )


def _is_ruled_out(block: When | None, decisions: dict[str, Decision]) -> bool:
    if block is None or not block.values or block.name not in decisions:
        return False
    value = decisions[block.name].value
    return bool(value) and value != PER_AREA and value not in block.values


def _templates(text: VersionText) -> Iterator[Template]:
    for language in text.languages.values():
        for source in language.sources.values():
            yield parse_template(source)
