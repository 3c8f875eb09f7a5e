"""A slot as fields of a form: the right input for its type, and back to the entry that the room takes.

Several fields may make one slot (a place with its hours); all are named `s_<slot>` or `s_<slot>__<part>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta

from hub import clock
from hub.clock import COPENHAGEN
from hub.desk.forms import Form
from hub.desk.language import current
from hub.desk.start.offered import Offered
from hub.desk.start.slot_words import reason
from hub.desk.words import LazyWords, lazy_gettext
from hub.desk.words import gettext as _
from hub.library.decisions import area_choices
from hub.text import moments, water_use
from hub.text import slots as slot_rules
from hub.text.slot_types import limit, parts_of, place_of
from hub.text.types import PER_AREA, Slot, SlotType, VersionText

MOMENTS = (
    SlotType.FROM,
    SlotType.UNTIL,
    SlotType.NEXT_UPDATE,
    SlotType.COLLECT_BY,
    SlotType.MOMENT,
)
REMEMBERED = (
    SlotType.PLACE,
    SlotType.AREA,
    SlotType.STREETS,
    SlotType.SCHOOL,
    SlotType.WHO,
    SlotType.PHONE,
    SlotType.MEETING_PLACE,
    SlotType.COLLECTION_POINT,
)
"""Types whose earlier values are offered again."""
FEW = 4
"""So many choices are shown at once; more are a list to open."""

AGO_1, NOW, SOON, HOURS_2, HOURS_4, AT_18, AT_22, AT_8 = (
    (lazy_gettext("1 hour ago"), "-60"),
    (lazy_gettext("now"), "0"),
    (lazy_gettext("in 1 hour"), "60"),
    (lazy_gettext("in 2 hours"), "120"),
    (lazy_gettext("in 4 hours"), "240"),
    (lazy_gettext("next 18:00"), "18:00"),
    (lazy_gettext("next 22:00"), "22:00"),
    (lazy_gettext("next 08:00"), "08:00"),
)
QUICK: Mapping[SlotType, Sequence[tuple[LazyWords, str]]] = {
    SlotType.FROM: (AGO_1, NOW, SOON, AT_18),
    SlotType.UNTIL: (HOURS_2, HOURS_4, AT_18, AT_8),
    SlotType.NEXT_UPDATE: (SOON, HOURS_2, HOURS_4, AT_8),
    SlotType.COLLECT_BY: (SOON, HOURS_2, AT_18),
    SlotType.EXPECTED_END: (HOURS_2, HOURS_4, AT_22),
    SlotType.MOMENT: (SOON, AT_18, AT_8),
}
USES = {
    "drink": lazy_gettext("Drinking"),
    "toilet": lazy_gettext("Toilet"),
    "garden": lazy_gettext("Watering plants"),
    "bath": lazy_gettext("Bath and shower"),
    "laundry": lazy_gettext("Laundry"),
    "dishwasher": lazy_gettext("Dishwasher"),
    "cleaning": lazy_gettext("Cleaning"),
}
ANSWERS = {
    "yes": lazy_gettext("Yes"),
    "boiled": lazy_gettext("Boiled only"),
    "no": lazy_gettext("No"),
}
PARTS_HELP: Mapping[str, LazyWords] = {
    "end": lazy_gettext("When it is expected to be over."),
    "place": lazy_gettext(
        "Name and address. Of a place on the list, what you leave empty is filled in from there."
    ),
    "point": lazy_gettext(
        "Name and address. Of a place on the list, what you leave empty is filled in from there."
    ),
}
"""Kinds whose parts have fields of their own."""
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")


@dataclass(frozen=True)
class Field:
    """One slot as a template shows it. `kind` chooses the inputs; `name` is the first field's name."""

    slot: Slot
    kind: str
    name: str
    label: str
    help: str
    optional: bool
    choices: tuple[tuple[str, str], ...] = ()
    quick: tuple[tuple[str, str], ...] = ()
    remembered: tuple[Offered, ...] = ()
    most: int | None = None

    def part(self, name: str) -> str:
        return part_name(self.slot, name)


def field_name(slot: Slot) -> str:
    return f"s_{slot.name}"


def part_name(slot: Slot, part: str) -> str:
    return f"s_{slot.name}__{part}"


def words_of(words: Mapping[str, str]) -> str:
    """Words of the library in the interface's language."""
    return next((words[code] for code in (current(), "da", "en") if words.get(code)), "")


def label_of(slot: Slot) -> str:
    return words_of(slot.label) or slot.name


def labels_of(slots: Sequence[Slot]) -> dict[str, str]:
    """Labels by slot."""
    return {slot.name: label_of(slot) for slot in slots}


def fields_of(text: VersionText, remembered: Mapping[str, Sequence[Offered]]) -> tuple[Field, ...]:
    """The slots that are filled by hand, in the scenario's order. A choice that the place makes is offered as that
    first."""
    by_place = area_choices(text)
    fields = (
        _field(slot, tuple(remembered.get(slot.name, ())))
        for slot in text.slots
        if not slot.personal
    )
    return tuple(
        replace(field, choices=((PER_AREA, _("As decided for the place")), *field.choices))
        if field.slot in by_place
        else field
        for field in fields
    )


def _field(slot: Slot, remembered: tuple[Offered, ...]) -> Field:
    return Field(
        slot=slot,
        kind=_kind(slot),
        name=field_name(slot),
        label=label_of(slot),
        help=_help(slot),
        optional=not slot.required,
        choices=_choices(slot),
        quick=tuple((str(words), step) for words, step in QUICK.get(slot.type, ())),
        remembered=remembered,
        most=limit(slot) if _kind(slot) in ("text", "place", "point") else None,
    )


def _help(slot: Slot) -> str:
    """The library's help, for fields: without how several parts are written in one line, and with an option's words
    for its name."""
    words = words_of(slot.help)
    own = PARTS_HELP.get(_kind(slot))
    if own is not None:
        kept = [part for part in re.split(r"(?<=\.)\s+", words) if "|" not in part]
        return " ".join([str(own), *kept])
    for name, said in slot.options.items():
        words = re.sub(rf"\b(vælg|choose) {re.escape(name)}\b", rf"\1 “{words_of(said)}”", words)
    return words


def _kind(slot: Slot) -> str:
    if slot.type in MOMENTS:
        return "moment"
    if slot.type is SlotType.CHOICE:
        return "radio" if len(slot.options) <= FEW else "select"
    kinds = {
        SlotType.DATE: "date",
        SlotType.CLOCK: "time",
        SlotType.EXPECTED_END: "end",
        SlotType.EXERCISE_WINDOW: "window",
        SlotType.MEETING_PLACE: "place",
        SlotType.COLLECTION_POINT: "point",
        SlotType.WATER_USE: "water",
        SlotType.DMI_CATEGORY: "radio",
        SlotType.PHONE: "tel",
        SlotType.NUMBER: "number",
        SlotType.LITRES: "number",
    }
    return kinds.get(slot.type, "text")


def _choices(slot: Slot) -> tuple[tuple[str, str], ...]:
    if slot.type is SlotType.DMI_CATEGORY:
        return tuple((value, value) for value in ("1", "2", "3"))
    found = tuple((name, words_of(words)) for name, words in slot.options.items())
    if found and not slot.required:
        return (("", _("Not said")), *found)
    return found


def typed(slots: Sequence[Slot], form: Form) -> dict[str, str]:
    """What the form's fields say, as the room takes it: slot by slot, empty ones left out."""
    found = {
        slot.name: _TYPED.get(_kind(slot), _plain)(slot, form)
        for slot in slots
        if not slot.personal
    }
    return {name: value for name, value in found.items() if value}


def check(slots: Sequence[Slot], form: Form, entered: Mapping[str, str]) -> None:
    """Every mistake in the slots at its field, in words."""
    by_name = {slot.name: slot for slot in slots}
    for slot in slots:
        both = form[field_name(slot)] and form[part_name(slot, "quick")]
        if not slot.personal and _kind(slot) in ("moment", "end") and both:
            form.wrong(
                field_name(slot), _("%(label)s: choose one of the two.", label=label_of(slot))
            )
    for problem in slot_rules.check(slots, entered, now=clock.now()):
        found = by_name.get(problem.slot)
        if found is not None:
            words = reason(problem, found, label_of(found), by_name, label_of)
            form.wrong(field_name(found), words)


def _plain(slot: Slot, form: Form) -> str:
    return form[field_name(slot)]


def _moment(slot: Slot, form: Form) -> str:
    return form[field_name(slot)] or quick_moment(form[part_name(slot, "quick")])


def quick_moment(step: str) -> str:
    """`+60m` from `60`; the next such hour, as an ISO moment of Copenhagen, from `18:00`."""
    if re.fullmatch(r"\d{1,4}", step):
        return f"+{step}m"
    if re.fullmatch(r"-\d{1,4}", step):
        ago = clock.now() + timedelta(minutes=int(step))
        return f"{ago.astimezone(COPENHAGEN):%Y-%m-%dT%H:%M}"
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", step):
        return ""
    local = clock.now().astimezone(COPENHAGEN)
    wanted = time.fromisoformat(step)
    day = local.date() if wanted > local.time() else local.date() + timedelta(days=1)
    return f"{day.isoformat()}T{step}"


def _end(slot: Slot, form: Form) -> str:
    if form[part_name(slot, "unknown")]:
        return "unknown"
    moment = _moment(slot, form)
    source = form[part_name(slot, "source")]
    return f"{moment} | {source}" if moment or source else ""


def _window(slot: Slot, form: Form) -> str:
    start, end = form[field_name(slot)], form[part_name(slot, "end")]
    return f"{start} / {end}" if start or end else ""


def _bare(value: str) -> str:
    """A part of a place without the sign that divides its parts."""
    return value.replace("|", "/")


def _place(slot: Slot, form: Form) -> str:
    parts = [_bare(form[field_name(slot)])]
    parts += [_bare(form[part_name(slot, name)]) for name in ("hours", "accessible")]
    if slot.type is SlotType.COLLECTION_POINT:
        parts.append(_bare(form[part_name(slot, "things")]))
    return " | ".join(parts).rstrip(" |")


def _water(slot: Slot, form: Form) -> str:
    answers = {use: form[part_name(slot, use)] for use in water_use.USES}
    return ";".join(f"{use}={answer}" for use, answer in answers.items() if answer)


_TYPED: Mapping[str, Callable[[Slot, Form], str]] = {
    "moment": _moment,
    "end": _end,
    "window": _window,
    "place": _place,
    "point": _place,
    "water": _water,
}


def filled(slots: Sequence[Slot], entered: Mapping[str, str]) -> dict[str, str]:
    """Field values for entries that were made before, as they were typed."""
    values: dict[str, str] = {}
    for slot in slots:
        value = entered.get(slot.name, "")
        if value and not slot.personal:
            values.update(_FILLED.get(_kind(slot), _fill_plain)(slot, value))
    return values


def _fill_plain(slot: Slot, value: str) -> dict[str, str]:
    return {field_name(slot): value}


def _fill_moment(slot: Slot, value: str) -> dict[str, str]:
    """What counts from the moment of sending (`+60m`, `+1h`) goes back into the list of quick choices where it has
    that; everything else into the field, as Copenhagen's clock shows it."""
    if _LOCAL.fullmatch(value):
        return {field_name(slot): value}
    now = clock.now().replace(second=0, microsecond=0)  # a moment is read to the minute
    try:
        moment = moments.parse_moment(value, now)
    except moments.MomentError:
        return {field_name(slot): value}
    minutes = str(round((moment - now).total_seconds() / 60))
    if value.startswith("+") and minutes in {step for _words, step in QUICK.get(slot.type, ())}:
        return {part_name(slot, "quick"): minutes}
    return {field_name(slot): f"{moment.astimezone(COPENHAGEN):%Y-%m-%dT%H:%M}"}


def _fill_end(slot: Slot, value: str) -> dict[str, str]:
    if value == "unknown":
        return {part_name(slot, "unknown"): "yes"}
    moment, _bar, source = value.partition("|")
    return {**_fill_moment(slot, moment.strip()), part_name(slot, "source"): source.strip()}


def _fill_window(slot: Slot, value: str) -> dict[str, str]:
    start, _slash, end = value.partition(" / ")
    bare = {
        part: _fill_moment(slot, moment).get(field_name(slot), moment)
        for part, moment in (("start", start), ("end", end))
    }
    return {field_name(slot): bare["start"], part_name(slot, "end"): bare["end"]}


def _fill_place(slot: Slot, value: str) -> dict[str, str]:
    place = place_of(value)
    return {
        field_name(slot): place.address,
        part_name(slot, "hours"): place.hours,
        part_name(slot, "accessible"): {None: "", True: "yes", False: "no"}[place.accessible],
        part_name(slot, "things"): "; ".join(place.things),
    }


def _fill_water(slot: Slot, value: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in parts_of(value))
    return {part_name(slot, use.strip()): answer.strip() for use, _sign, answer in pairs}


_FILLED: Mapping[str, Callable[[Slot, str], dict[str, str]]] = {
    "moment": _fill_moment,
    "end": _fill_end,
    "window": _fill_window,
    "place": _fill_place,
    "point": _fill_place,
    "water": _fill_water,
}


def at_first(text: VersionText) -> dict[str, str]:
    """What a new form holds: what is in force begins now, and what was decided for the place holds, unless somebody
    says otherwise."""
    local = clock.now().astimezone(COPENHAGEN)
    now = {
        field_name(slot): f"{local:%Y-%m-%dT%H:%M}"
        for slot in text.slots
        if slot.type is SlotType.FROM and slot.required and not slot.personal
    }
    return {**now, **{field_name(slot): PER_AREA for slot in area_choices(text)}}
