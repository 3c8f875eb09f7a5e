"""What the rules say of an announcement at this moment, in words: contradictions, late promises, nights (L08, L09, L30,
L36)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hub.database import db
from hub.desk.formats import when
from hub.desk.language import current
from hub.desk.words import LazyWords, lazy_gettext
from hub.desk.words import gettext as _
from hub.library import lifecycle, scenario_title
from hub.text.conflicts import Clash

WHAT: Mapping[str, LazyWords] = {
    "boil-without-power": lazy_gettext(
        "One says to boil water, and the other that the power is out: most cannot boil."
    ),
    "boil-or-not-at-all": lazy_gettext(
        "One says that boiled water can be drunk, and the other that no water may be."
    ),
    "drink-or-not": lazy_gettext(
        "One says that the water can be drunk, and the other that it must not, or only boiled."
    ),
    "flush-or-not": lazy_gettext(
        "One says that the toilet can be flushed, and the other that it must not."
    ),
    "use-water-or-save": lazy_gettext("One says that water can be used, and the other to save it."),
    "collect-or-not": lazy_gettext(
        "One says to collect the children, and the other that nobody need come."
    ),
    "inside-or-collect": lazy_gettext(
        "One says to stay inside, and the other to collect the children."
    ),
    "inside-or-leave": lazy_gettext("One says to stay inside, and the other to leave."),
    "inside-or-fetch": lazy_gettext(
        "One says to stay inside, and the other to go and fetch something or meet somewhere."
    ),
    "stay-or-leave": lazy_gettext("One says that people can stay at home, and the other to leave."),
    "power-or-not": lazy_gettext("One says that there is power, and the other that it is out."),
    "water-or-not": lazy_gettext("One says that there is water, and the other that there is none."),
    "heat-or-not": lazy_gettext("One says that there is heating, and the other that it is out."),
    "normal-or-not": lazy_gettext("One says that all is as usual, and the other that it is not."),
}


def contradicts(clash: Clash) -> tuple[str, str]:
    """What is wrong, and what to do."""
    found = _("It contradicts %(other)s.", other=_named(clash))
    instead = clash.contradiction.instead
    todo = (
        _(
            "Send “%(instead)s” instead, which fits both, or change what does not hold any more.",
            instead=_title(instead),
        )
        if instead
        else _("End or change the one that does not hold any more, before or at once after this.")
    )
    return f"{found} {WHAT[clash.contradiction.id]}", todo


def contradicts_elsewhere(clash: Clash) -> tuple[str, str]:
    """The same of a message that names another place."""
    found = _("%(other)s says otherwise.", other=_named(clash))
    return (
        f"{found} {WHAT[clash.contradiction.id]}",
        _("They name different places: check that these do not overlap."),
    )


def wrong_weekday(written: str, true: str) -> tuple[str, str]:
    return (
        _("“%(written)s” is a %(true)s.", written=written, true=true),
        _("Correct the day or the date."),
    )


def promised_late(update: datetime) -> tuple[str, str]:
    return (
        _(
            "You promise the next message %(update)s. That is more than six hours away.",
            update=when(update),
        ),
        _("People who must act at once look for other news before that. Promise it earlier."),
    )


def at_night() -> tuple[str, str]:
    return (
        _("SMS arrive between 22 and 7 and wake people."),
        _(
            "Send at night only what they must act on before 7. The page and the phone text can change now, and the "
            "SMS go in the morning."
        ),
    )


def _named(clash: Clash) -> str:
    """`announcement 12 (The power is out: Nørreby)`."""
    places = ", ".join(sorted(clash.other.places))
    title = _title(clash.other.key)
    return _(
        "announcement %(number)s (%(title)s)",
        number=clash.other.number,
        title=f"{title}: {places}" if places else title,
    )


def _title(key: str) -> str:
    """What the message's scenario is called; its key where no version of it may be sent."""
    version = lifecycle.approved(db.session(), key)
    return scenario_title(version, current()) if version else key
