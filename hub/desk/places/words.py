"""What kinds of places and their fields are called."""

from __future__ import annotations

from collections.abc import Mapping

from hub.desk.words import LazyWords, lazy_gettext
from hub.models import PlaceKind

KINDS: Mapping[PlaceKind, LazyWords] = {
    PlaceKind.INSTITUTION: lazy_gettext("Institutions"),
    PlaceKind.AREA: lazy_gettext("Areas"),
    PlaceKind.MEETING_PLACE: lazy_gettext("Meeting places"),
    PlaceKind.COLLECTION_POINT: lazy_gettext("Collection points"),
    PlaceKind.NUMBER: lazy_gettext("Numbers to ring"),
}
WHAT_FOR: Mapping[PlaceKind, LazyWords] = {
    PlaceKind.INSTITUTION: lazy_gettext(
        "Schools, day care, care homes. Each has a page of its own that shows what concerns it, and a QR code to print."
    ),
    PlaceKind.AREA: lazy_gettext(
        "Towns and parts of towns, as people call them. Each has a page; institutions that lie in it show what names it."
    ),
    PlaceKind.MEETING_PLACE: lazy_gettext(
        "Where people can come when telephones are down, with opening hours."
    ),
    PlaceKind.COLLECTION_POINT: lazy_gettext(
        "Where water, bags or help is handed out, and what to bring."
    ),
    PlaceKind.NUMBER: lazy_gettext(
        "Numbers that messages tell people to ring, and which of them are answered when the power is out."
    ),
}
LABELS: Mapping[str, LazyWords] = {
    "name": lazy_gettext("Name"),
    "other_names": lazy_gettext("Other names"),
    "areas": lazy_gettext("Lies in"),
    "address": lazy_gettext("Address"),
    "hours": lazy_gettext("Opening hours"),
    "accessible": lazy_gettext("Can a wheelchair get in?"),
    "bring": lazy_gettext("What to bring"),
    "phone": lazy_gettext("Telephone"),
    "updates": lazy_gettext("News is put up there at"),
    "purpose": lazy_gettext("What is it for?"),
    "without_power": lazy_gettext("Is it answered when the power is out?"),
    "owner": lazy_gettext("Who answers for it"),
    "note": lazy_gettext("Note"),
    "slug": lazy_gettext("Address of the page"),
}
HELP: Mapping[str, LazyWords] = {
    "name": lazy_gettext("As people know it, and as it is filled into a message."),
    "other_names": lazy_gettext(
        "Everything else it is called, with a semicolon between. A message that uses one of them is found too."
    ),
    "areas": lazy_gettext(
        "The areas it lies in, with a semicolon between. What names one of them concerns this place."
    ),
    "updates": lazy_gettext(
        "The hours at which you bring news there, with a semicolon between, such as 10:00; 16:00."
    ),
    "purpose": lazy_gettext("What people may ring about, such as: everything about the incident."),
    "without_power": lazy_gettext(
        "Try it: without power in the building, and with the municipality's own net down."
    ),
    "bring": lazy_gettext("With a semicolon between."),
    "owner": lazy_gettext("For you only: it is on no public page."),
    "note": lazy_gettext("For you only: it is on no public page."),
    "slug": lazy_gettext(
        "The last part of its address. It stands on posters: an old one leads on to the new one."
    ),
}
STRICT_HOURS = lazy_gettext("Such as 08:00-20:00, or 24h.")
_BOTH = ("owner", "note")
FIELDS: Mapping[PlaceKind, tuple[str, ...]] = {
    PlaceKind.INSTITUTION: (
        *("name", "other_names", "areas", "address", "phone", "hours", "accessible"),
        *(*_BOTH, "slug"),
    ),
    PlaceKind.AREA: ("name", "other_names", "areas", *_BOTH, "slug"),
    PlaceKind.MEETING_PLACE: (
        *("name", "address", "hours", "accessible", "updates", "areas", "phone"),
        *_BOTH,
    ),
    PlaceKind.COLLECTION_POINT: (
        *("name", "address", "hours", "accessible", "bring", "updates", "areas", "phone"),
        *_BOTH,
    ),
    PlaceKind.NUMBER: ("name", "phone", "purpose", "without_power", "hours", "areas", *_BOTH),
}
"""The fields of each kind, in the order of the form. What areas decided has a page of its own."""
ANSWERED = ("accessible", "without_power")
"""Fields that are yes, no or not said."""
