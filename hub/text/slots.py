"""Typed blanks: what an operator or a list may fill in, and how it reads.

`normalise` turns what was typed into the canonical string that is stored and hashed; `check` looks at all values of a
version together; `render` shows one. The types are in `docs/messages.md`, "Slot types".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from hub.text import moments, water_use
from hub.text.rendering import Rendered, render
from hub.text.slot_types import LIMITS, PERSONAL_TYPES, Passed, Refused, limit, read
from hub.text.types import SYSTEM_SLOTS, Channel, Slot, SlotType
from hub.text.words import own_words

__all__ = [
    "NEXT_UPDATE",
    "UNTIL",
    "Rendered",
    "SlotError",
    "check",
    "definition_problems",
    "longest",
    "moment_of",
    "normalise",
    "normalise_all",
    "normalise_personal",
    "render",
]

UNTIL, NEXT_UPDATE = SlotType.UNTIL, SlotType.NEXT_UPDATE
_SHOWN_CHARACTERS = 60


class SlotError(ValueError):
    """A value that cannot be used. `slot` is its name, `reason` a sentence that names the slot, what was given and
    what is allowed; `expired` says that only time made it wrong, so that refilling this slot is enough."""

    def __init__(self, slot: str, reason: str, *, expired: bool = False) -> None:
        super().__init__(reason)
        self.slot = slot
        self.reason = reason
        self.expired = expired


def normalise(slot: Slot, raw: str, *, now: datetime) -> str:
    """The canonical string of what an operator typed. Raises SlotError.

    Moments become UTC with their offset, telephone numbers E.164; `+2h` counts from `now` (aware). A canonical string
    given again comes back unchanged, as long as its moment has not passed.
    """
    try:
        return read(slot, raw, now)
    except Refused as error:
        given = raw if len(raw) <= _SHOWN_CHARACTERS else f"{raw[:_SHOWN_CHARACTERS]}..."
        raise SlotError(
            slot.name,
            f"The slot {slot.name!r} ({slot.type}) cannot be {given!r}: {error}.",
            expired=isinstance(error, Passed),
        ) from error


def normalise_personal(slot: Slot, raw: str, *, now: datetime | None = None) -> str:
    """The canonical string of a list's cell. Raises SlotError; `normalise`'s rules hold for a cell too.

    A cell's moment needs no present: without `now`, `+2h` is refused, and so are the types that must lie ahead.
    """
    if slot.type not in PERSONAL_TYPES:
        raise SlotError(
            slot.name,
            f"The slot {slot.name!r} ({slot.type}) cannot be filled from a list's column.",
        )
    if raw.strip().startswith("+") and slot.type in {SlotType.MOMENT, SlotType.DATE}:
        raise SlotError(
            slot.name,
            f"The slot {slot.name!r} ({slot.type}) cannot be {raw!r}: a list's cell is a fixed moment, "
            "written as 2026-11-21T13:30.",
        )
    return normalise(slot, raw, now=now or _NO_PRESENT)


_NO_PRESENT = datetime(2000, 1, 1, tzinfo=moments.COPENHAGEN)


def normalise_all(
    slots: Sequence[Slot], values: Mapping[str, str], *, now: datetime
) -> dict[str, str]:
    """The canonical values of all slots that were filled; an empty string counts as not filled.

    Raises the first of `check`'s errors; call `check` before, to show all.
    """
    problems = check(slots, values, now=now)
    if problems:
        raise problems[0]
    return {
        slot.name: normalise(slot, values[slot.name], now=now)
        for slot in slots
        if values.get(slot.name, "").strip()
    }


def check(
    slots: Sequence[Slot], values: Mapping[str, str], *, now: datetime
) -> tuple[SlotError, ...]:
    """Everything that is wrong with a version's values (raw or canonical), all at once; empty when they can be used.

    Personal slots are not looked at: they are filled from the list. One that is given here is an error.
    """
    errors = list(_unknown(slots, values))
    canonical: dict[str, str] = {}
    for slot in slots:
        if slot.personal:
            continue
        raw = values.get(slot.name, "")
        if not raw.strip():
            if slot.required:
                errors.append(
                    SlotError(slot.name, f"The slot {slot.name!r} ({slot.type}) must be filled.")
                )
            continue
        try:
            canonical[slot.name] = normalise(slot, raw, now=now)
        except SlotError as error:
            errors.append(error)
    errors.extend(_together(slots, canonical, {error.slot for error in errors}))
    return tuple(errors)


def _unknown(slots: Sequence[Slot], values: Mapping[str, str]) -> Iterator[SlotError]:
    known = {slot.name: slot for slot in slots}
    for name in values:
        if name in SYSTEM_SLOTS:
            yield SlotError(name, f"The slot {name!r} is filled by the hub itself; leave it out.")
        elif name not in known:
            fillable = [slot.name for slot in slots if not slot.personal]
            yield SlotError(
                name,
                f"There is no slot {name!r} in this message; it has {', '.join(fillable) or 'none'}.",
            )
        elif known[name].personal:
            yield SlotError(
                name,
                f"The slot {name!r} is personal: it is filled from the list's column "
                f"{known[name].column or name!r}.",
            )


def _together(
    slots: Sequence[Slot], values: Mapping[str, str], wrong: set[str]
) -> Iterator[SlotError]:
    start, end = (_first(slots, values, kind) for kind in (SlotType.FROM, SlotType.UNTIL))
    if start and end and start[1] >= end[1]:
        yield SlotError(end[0], f"The slot {end[0]!r} must be later than {start[0]!r}.")
    promise = next((slot for slot in slots if slot.type is NEXT_UPDATE), None)
    if promise is not None and (promise.name in values or promise.name in wrong):
        return
    for slot in slots:
        if slot.type is SlotType.EXPECTED_END and values.get(slot.name) == "unknown":
            name = promise.name if promise else slot.name
            yield SlotError(
                name,
                f"The slot {slot.name!r} is unknown, so people must be told when we write again: "
                f"fill {promise.name!r}."
                if promise
                else f"The slot {slot.name!r} cannot be unknown: this message has no slot for the next update.",
            )
            return
    until_wrong = any(slot.type is UNTIL and slot.name in wrong for slot in slots)
    if promise is not None and end is None and not until_wrong:
        yield SlotError(
            promise.name,
            f"The slot {promise.name!r} must be filled: no end is given, so people must be told when we write again.",
        )


def _first(
    slots: Sequence[Slot], values: Mapping[str, str], kind: SlotType
) -> tuple[str, datetime] | None:
    for slot in slots:
        if slot.type is kind and values.get(slot.name):
            text = values[slot.name].partition(" | ")[0]
            if text != "unknown":
                return slot.name, datetime.fromisoformat(text)
    return None


def moment_of(slots: Sequence[Slot], values: Mapping[str, str], kind: SlotType) -> datetime | None:
    """The moment (aware, UTC) in the first filled slot of a type, from canonical values: `moment_of(slots, values,
    UNTIL)`. None when none is filled or an expected end is unknown."""
    found = _first(slots, values, kind)
    return found[1] if found else None


_LETTER = "M"


def longest(slot: Slot, language: str) -> str:
    """The canonical value that takes most room in an SMS in this language. A telephone number is taken as Danish.

    Free words count with letters that GSM-7 has: a name that it lacks is met when the announcement is prepared.
    """
    if slot.type in _LONGEST_MOMENTS:
        moment = moments.longest_moment(language)
        if slot.type is SlotType.DATE:
            return moment.astimezone(moments.COPENHAGEN).date().isoformat()
        if slot.type is SlotType.CLOCK:
            return "22:30"
        if slot.type is SlotType.EXPECTED_END:
            return f"{moments.iso(moment)} | {_LETTER * 30}"
        if slot.type is SlotType.EXERCISE_WINDOW:
            return f"{moments.iso(moment)} / {moments.iso(moment + timedelta(hours=8))}"
        return moments.iso(moment)
    if slot.type is SlotType.CHOICE:
        return max(slot.options, key=lambda name: len(own_words(slot.options[name], language)))
    if slot.type is SlotType.WATER_USE:
        return water_use.longest(language)
    if slot.type is SlotType.PHONE:
        return "+4570203040"
    if slot.type in {SlotType.LITRES, SlotType.NUMBER}:
        bounds = [slot.minimum, slot.maximum]
        default = 100 if slot.type is SlotType.LITRES else 999_999
        return max((str(default if bound is None else bound) for bound in bounds), key=len)
    if slot.type is SlotType.DMI_CATEGORY:
        return max(
            ("1", "2", "3"), key=lambda value: len(render(slot, value, language, Channel.SMS).text)
        )
    return _longest_words(slot)


_LONGEST_MOMENTS = frozenset(
    {
        SlotType.FROM,
        SlotType.UNTIL,
        SlotType.NEXT_UPDATE,
        SlotType.COLLECT_BY,
        SlotType.EXPECTED_END,
        SlotType.MOMENT,
        SlotType.DATE,
        SlotType.CLOCK,
        SlotType.EXERCISE_WINDOW,
    }
)


def _longest_words(slot: Slot) -> str:
    most = limit(slot)
    if slot.type is SlotType.STREETS:
        name = _LETTER * min(28, (most - 4) // 3)
        return "; ".join(f"{name}{number:02}" for number in range(12))
    if slot.type is SlotType.BRING:
        things = (f"{_LETTER * 25}{number:02}" for number in range(min(4, most // 30)))
        return "; ".join(things) or _LETTER * min(most, 30)
    if slot.type is SlotType.MEETING_PLACE:
        return f"{_LETTER * most} | 10:00-20:00 | yes"
    if slot.type is SlotType.COLLECTION_POINT:
        thing = _LETTER * min(30, most // 3)
        return f"{_LETTER * (most - len(thing) - 2)} | 10:00-20:00 | yes | {thing}"
    return _LETTER * most


def definition_problems(slot: Slot, *, now: datetime) -> tuple[str, ...]:
    """What is wrong with a slot's own definition in `scenario.toml`, as plain sentences without the slot's name."""
    problems: list[str] = []
    ceiling = LIMITS.get(slot.type)
    if slot.max_length is not None:
        if ceiling is None:
            problems.append(f"max_length means nothing for the type {slot.type}")
        elif not 1 <= slot.max_length <= ceiling:
            problems.append(
                f"max_length is {slot.max_length}; for {slot.type} it is 1 to {ceiling}"
            )
    if slot.name in SYSTEM_SLOTS:
        problems.append("the hub fills this name by itself; choose another")
    if (slot.type is SlotType.CHOICE) != bool(slot.options):
        problems.append("options are needed for the type choice, and for no other")
    if slot.personal and slot.type not in PERSONAL_TYPES:
        problems.append(f"a {slot.type} cannot be personal")
    if slot.personal and not slot.required:
        problems.append("a personal slot is always required: a row without a value is set aside")
    if slot.column and not slot.personal:
        problems.append("column is for personal slots only")
    bounds = (slot.minimum, slot.maximum)
    if bounds != (None, None) and slot.type not in {SlotType.NUMBER, SlotType.LITRES}:
        problems.append("min and max are for number and litres only")
    if None not in bounds and bounds[0] > bounds[1]:  # type: ignore[operator]  # both are numbers
        problems.append(f"min {slot.minimum} is above max {slot.maximum}")
    if not problems and not slot.example:
        problems.append("an example is missing; exercises and previews use it")
    elif not problems:
        problems.extend(_example_problems(slot, now))
    return tuple(problems)


def _example_problems(slot: Slot, now: datetime) -> Iterator[str]:
    try:
        normalise(slot, slot.example, now=now)
    except SlotError as error:
        if error.expired:
            yield f"the example {slot.example!r} is a fixed moment that passes; write it as +2h"
        else:
            yield f"the example does not fit: {error.reason}"
