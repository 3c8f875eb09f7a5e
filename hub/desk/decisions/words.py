"""What a municipality fills in once, in words."""

from __future__ import annotations

from collections.abc import Mapping

from hub.desk.words import LazyWords, lazy_gettext
from hub.models import PlaceKind

NEEDS: Mapping[PlaceKind, tuple[LazyWords, LazyWords]] = {
    PlaceKind.MEETING_PLACE: (
        lazy_gettext("Meeting places"),
        lazy_gettext("Where people go when the telephones are down, with opening hours."),
    ),
    PlaceKind.COLLECTION_POINT: (
        lazy_gettext("Collection points"),
        lazy_gettext("Where water, bags or help is handed out."),
    ),
    PlaceKind.INSTITUTION: (
        lazy_gettext("Institutions"),
        lazy_gettext("Schools, day care and care homes; each gets a page of its own."),
    ),
    PlaceKind.NUMBER: (
        lazy_gettext("Numbers that survive a power cut"),
        lazy_gettext("A number that is answered when the power and your own net are gone."),
    ),
}
"""What is asked for, and why."""
SETTINGS: Mapping[str, tuple[LazyWords, LazyWords]] = {
    "D09": (
        lazy_gettext("The municipality's name"),
        lazy_gettext("The first words of every SMS."),
    ),
    "D07": (
        lazy_gettext("The sender's name on SMS"),
        lazy_gettext("What a phone shows above the SMS. People must know it beforehand."),
    ),
    "D08": (
        lazy_gettext("The page's address"),
        lazy_gettext("Where people read more. It stands in every SMS and on every poster."),
    ),
}
"""Settings by the finding that says they are missing: what they are called, and what they do."""
WRONG: Mapping[str, LazyWords] = {
    "D07": lazy_gettext("IT operations set HUB_SMS_SENDER."),
    "D08": lazy_gettext(
        "Citizens cannot open this address, or it is an example. IT operations set HUB_SITE_URL, with https."
    ),
    "D09": lazy_gettext("This is the example. IT operations set HUB_MUNICIPALITY."),
    "D10": lazy_gettext(
        "The texts name another sender than the one SMS come from. Decide the name anew, or IT operations set "
        "HUB_SMS_SENDER."
    ),
}
"""What is wrong with a setting, and what to do."""
