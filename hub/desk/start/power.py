"""When the power went: one optional moment, asked for where an incident is opened and on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub import clock
from hub.clock import COPENHAGEN
from hub.desk.forms import Form
from hub.desk.start import room_words
from hub.desk.words import LazyWords, lazy_gettext
from hub.desk.words import gettext as _
from hub.errors import Invalid
from hub.incidents.checking import Order
from hub.incidents.register import checked_power_out
from hub.text import moments
from hub.text.types import Slot, SlotType

NAME = "power_out"
SCENARIO = "power-outage"
SLOT = "since"
STEPS: Sequence[tuple[LazyWords, str]] = (
    (lazy_gettext("now"), "0"),
    (lazy_gettext("30 minutes ago"), "-30"),
    (lazy_gettext("1 hour ago"), "-60"),
    (lazy_gettext("2 hours ago"), "-120"),
)


@dataclass(frozen=True)
class PowerField:
    """The field as `start/pieces.html` shows a moment."""

    help: str
    name: str = NAME

    @property
    def quick(self) -> list[tuple[str, str]]:
        return [(str(words), step) for words, step in STEPS]

    def part(self, name: str) -> str:
        return f"{NAME}__{name}"


def slot_of(slots: Sequence[Slot]) -> Slot | None:
    """The blank that says it already, where a message has one: nobody is asked twice."""
    return next((slot for slot in slots if slot.name == SLOT and slot.type is SlotType.FROM), None)


def of_slots(slots: Sequence[Slot], order: Order | None) -> datetime | None:
    """The moment as that blank says it."""
    slot = slot_of(slots)
    entered = order.slots.get(slot.name, "") if slot and order else ""
    try:
        return checked_power_out(moments.parse_moment(entered, clock.now())) if entered else None
    except (moments.MomentError, Invalid):
        return None


def as_typed(moment: datetime | None) -> dict[str, str]:
    """Field values for what is known."""
    if moment is None:
        return {}
    return {NAME: f"{moment.astimezone(COPENHAGEN):%Y-%m-%dT%H:%M}"}


def read(form: Form) -> datetime | None:
    """The moment that was typed or chosen; a mistake stands at the field."""
    typed, step = form[NAME], form[f"{NAME}__quick"]
    if typed and step:
        form.wrong(NAME, _("Choose one of the two."))
    elif typed:
        try:
            return checked_power_out(moments.parse_moment(typed, clock.now()))
        except moments.MomentError:
            form.wrong(NAME, _("Write the day and the time, such as 2026-11-21 21:05."))
        except Invalid as error:
            room_words.refuse(form, error, NAME)
    elif step in {value for _words, value in STEPS}:
        return clock.now() + timedelta(minutes=int(step))
    return None
