"""What was decided for a place: in words, and at its blank."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from hub.desk.forms import Form
from hub.desk.language import current
from hub.desk.start import slot_fields
from hub.desk.words import gettext as _
from hub.incidents import local
from hub.incidents.checking import settings
from hub.incidents.local import NotAsDecided
from hub.places import Holds
from hub.text.types import Slot, VersionText

Options = Mapping[str, Mapping[str, str]]


def check(session: Session, text: VersionText, form: Form, entered: Mapping[str, str]) -> None:
    """Every mistake in the blanks at its field: of what was typed with what the town filled in beforehand."""
    municipality = settings().municipality
    found = local.filled(session, text, entered, municipality)
    for slot, holds in local.open_choices(session, text, found, municipality):
        words = open_choice(slot, slot_fields.label_of(slot), holds)
        form.wrong(slot_fields.field_name(slot), words)
    slot_fields.check(text.slots, form, found)


def not_as_decided(item: NotAsDecided) -> str:
    """That an announcement says something else than was decided where it applies."""
    options = item.decision.option_words
    said = option_words(options, item.said)
    if not item.areas:
        return _(
            "It says “%(said)s”, and nothing was decided for the place: it is on no list of areas.",
            said=said,
        )
    return _(
        "It says “%(said)s”, and that is not what was decided for the place (%(decided)s).",
        said=said,
        decided=_areas(options, item.areas),
    )


def open_choice(slot: Slot, label: str, holds: Holds) -> str:
    """Why the place does not say what holds."""
    if holds.is_mixed:
        return _(
            "%(label)s: it differs (%(decided)s). Choose one, or send a message for each place.",
            label=label,
            decided=_areas(slot.options, holds.areas),
        )
    return _("%(label)s: nothing was decided for the place. Choose what holds.", label=label)


def option_words(options: Options, option: str) -> str:
    """An option as people know it; that nothing is decided for an empty one."""
    if not option:
        return _("not decided")
    known = options.get(option, {})
    return next((known[code] for code in (current(), "da", "en") if known.get(code)), option)


def _areas(options: Options, areas: Mapping[str, str]) -> str:
    """`Nørreby: bags; Østerby: not decided`."""
    return "; ".join(f"{area}: {option_words(options, item)}" for area, item in areas.items())
