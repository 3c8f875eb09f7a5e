"""What may stand in each field of a place: from text to what is kept, with a reason for what may not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.models import PlaceKind
from hub.text import moments
from hub.text import places as names
from hub.text.free_text import FreeTextError, clean, link_in
from hub.text.said import Said
from hub.text.slot_types import LIMITS, Refused, callable_number, opening_hours, read
from hub.text.types import Slot, SlotType

LONGEST = {
    "name": 60,
    "address": 120,
    "hours": 60,
    "purpose": 120,
    "owner": 120,
    "note": 500,
    "slug": 50,
}
MOST_NAMES = 8
MOST_UPDATES = 6
SHOWN_IN_MESSAGES = {
    PlaceKind.MEETING_PLACE: SlotType.MEETING_PLACE,
    PlaceKind.COLLECTION_POINT: SlotType.COLLECTION_POINT,
}
"""Kinds that fill a slot with all their parts, and so obey its rules."""

WORDS: Mapping[str, Said] = {
    "name": Said("the name"),
    "slug": Said("the address of the page"),
    "other_names": Said("other names"),
    "areas": Said("the area"),
    "address": Said("the address"),
    "hours": Said("the opening hours"),
    "accessible": Said("wheelchair"),
    "bring": Said("what to bring"),
    "phone": Said("the telephone"),
    "updates": Said("when news is put up"),
    "purpose": Said("what the number is for"),
    "without_power": Said("works without power"),
    "owner": Said("the owner"),
    "note": Said("the note"),
    "decisions": Said("a local decision"),
}
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SEVERAL = re.compile(r"[;|,\n]")
_HOURS_BETWEEN = re.compile(r"[;|,\n/]|\s(?:og|and|&)\s|\s+(?=kl\b)", re.IGNORECASE)
_ANSWERS = {
    "": None,
    **dict.fromkeys(("ja", "yes", "j", "y", "x", "1", "true", "sand"), True),
    **dict.fromkeys(("nej", "no", "n", "0", "false", "falsk"), False),
}
_DECISION = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Checked:
    """What can be kept of a place's fields, and for each other one why not. Fields that were not given are in
    neither."""

    values: Mapping[str, Any]
    wrong: Mapping[str, Said] = field(default_factory=dict)


class _Wrong(ValueError):
    def __init__(self, reason: Said) -> None:
        super().__init__(reason)
        self.reason = reason


def check(kind: PlaceKind, given: Mapping[str, str]) -> Checked:
    """Every field as it is kept, by name (those of `WORDS`; `decisions` is `name=option; ...`). A name must be
    given; the parts of a place that fills a slot must fit that together."""
    values: dict[str, Any] = {}
    wrong: dict[str, Said] = {}
    for name, text in given.items():
        try:
            values[name] = _READERS[name](name, text, kind)
        except _Wrong as error:
            wrong[name] = error.reason
    if not given.get("name", "").strip():
        wrong["name"] = Said("it has no name")
    if kind is PlaceKind.NUMBER and not given.get("phone", "-").strip():
        wrong["phone"] = Said("it has no telephone number")
    if not wrong and kind in SHOWN_IN_MESSAGES:
        reason = _unfit(kind, values)
        if reason is not None:
            wrong["address"] = reason
    return Checked(values, wrong)


def slot_value(kind: PlaceKind, values: Mapping[str, Any]) -> str:
    """How a meeting place or collection point is filled into its slot."""
    accessible = {None: "", True: "yes", False: "no"}[values.get("accessible")]
    parts = [where(values), values.get("hours", ""), accessible]
    if kind is PlaceKind.COLLECTION_POINT:
        parts.append("; ".join(values.get("bring", ())))
    return " | ".join(parts).rstrip(" |")


def where(values: Mapping[str, Any]) -> str:
    """Name and address in one line."""
    return ", ".join(filter(None, (values["name"], values.get("address", ""))))


def _unfit(kind: PlaceKind, values: Mapping[str, Any]) -> Said | None:
    slot = Slot(kind.value, SHOWN_IN_MESSAGES[kind], {})
    try:
        read(slot, slot_value(kind, values), _NO_PRESENT)
    except Refused:
        return Said(
            "name, address and what to bring are more than the %(most)s characters that a message holds",
            most=LIMITS[slot.type],
        )
    return None


_NO_PRESENT: Any = None  # places do not depend on a moment


def _public(name: str, text: str, kind: PlaceKind) -> str:
    """Words that may stand on the citizens' page: the rules of a slot's value."""
    one_line = " ".join(text.split())
    try:
        words = clean(one_line)
    except FreeTextError:
        found = link_in(one_line)
        if found:
            raise _Wrong(
                Said(
                    "%(field)s holds %(found)s, which can be read as a link",
                    field=WORDS[name],
                    found=repr(found),
                )
            ) from None
        raise _Wrong(
            Said("%(field)s holds a sign that cannot stand on the page", field=WORDS[name])
        ) from None
    return _short(name, words)


def _short(name: str, words: str) -> str:
    most = LONGEST.get(name, LONGEST["name"])
    if len(words) > most:
        raise _Wrong(
            Said(
                "%(field)s has %(length)s characters; at most %(most)s fit",
                field=WORDS[name],
                length=len(words),
                most=most,
            )
        )
    return words


def _name(name: str, text: str, kind: PlaceKind) -> str:
    words = _public(name, text, kind)
    if words and not names.key(words):
        raise _Wrong(Said("%(field)s has neither letters nor digits", field=WORDS[name]))
    return words


def _private(name: str, text: str, kind: PlaceKind) -> str:
    return _short(name, "".join(c for c in " ".join(text.split()) if c.isprintable()))


def _several(name: str, text: str, kind: PlaceKind) -> list[str]:
    found = [_name(name, part, kind) for part in _SEVERAL.split(text)]
    kept = list(dict.fromkeys(filter(None, found)))
    if len(kept) > MOST_NAMES:
        raise _Wrong(
            Said(
                "%(field)s has %(length)s entries; at most %(most)s fit",
                field=WORDS[name],
                length=len(kept),
                most=MOST_NAMES,
            )
        )
    return kept


def _slug(name: str, text: str, kind: PlaceKind) -> str:
    wanted = text.strip().strip("/")
    if wanted and (not _SLUG.fullmatch(wanted) or len(wanted) > LONGEST["slug"]):
        raise _Wrong(
            Said(
                "%(value)s cannot be part of an address: small letters a to z, digits and hyphens, at most %(most)s",
                value=repr(wanted),
                most=LONGEST["slug"],
            )
        )
    return wanted


def _hours(name: str, text: str, kind: PlaceKind) -> str:
    words = _public(name, text, kind)
    if kind not in SHOWN_IN_MESSAGES:
        return words
    try:
        return opening_hours(words)
    except Refused:
        raise _Wrong(
            Said(
                "the opening hours %(value)s are not written as 08:00-20:00 or 24h",
                value=repr(words),
            )
        ) from None


def _answer(name: str, text: str, kind: PlaceKind) -> bool | None:
    word = text.strip().casefold()
    if word not in _ANSWERS:
        raise _Wrong(
            Said(
                "%(field)s is yes or no, not %(value)s",
                field=WORDS[name],
                value=repr(text.strip()),
            )
        )
    return _ANSWERS[word]


def _updates(name: str, text: str, kind: PlaceKind) -> str:
    """Hours of the day, so that every language can say them: `10:00; 16:00`."""
    parts = [part.strip() for part in _HOURS_BETWEEN.split(text) if part.strip()]
    try:
        found = sorted({moments.parse_clock(_bare_hour(part)) for part in parts})
    except moments.MomentError:
        found = []
    if len(found) > MOST_UPDATES or (parts and not found):
        raise _Wrong(
            Said(
                "%(field)s is hours of the day such as 10:00; 16:00, at most %(most)s, not %(value)s",
                field=WORDS[name],
                most=MOST_UPDATES,
                value=repr(text.strip()),
            )
        )
    return "; ".join(hour.isoformat(timespec="minutes") for hour in found)


def _bare_hour(part: str) -> str:
    """`kl. 10` and `10.` as an hour with minutes."""
    text = re.sub(r"\A(?:kl\.?|at)\s*", "", part, flags=re.IGNORECASE).rstrip(". ")
    return f"{text}:00" if re.fullmatch(r"\d{1,2}", text) else text


def _phone(name: str, text: str, kind: PlaceKind) -> str:
    if not text.strip():
        return ""
    try:
        return callable_number(text)
    except Refused:
        raise _Wrong(
            Said("%(value)s is no number that citizens can ring", value=repr(text.strip()))
        ) from None


def _decisions(name: str, text: str, kind: PlaceKind) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        decision, equals, option = (piece.strip() for piece in part.partition("="))
        if not equals or not _DECISION.fullmatch(decision):
            raise _Wrong(Said("%(value)s is not written as name=option", value=repr(part)))
        found[decision] = _short(name, clean_option(option))  # an empty one takes it back
    return found


def clean_option(option: str) -> str:
    """The option of a local decision in one line."""
    return "".join(c for c in " ".join(option.split()) if c.isprintable())


_READERS: Mapping[str, Callable[[str, str, PlaceKind], Any]] = {
    "name": _name,
    "slug": _slug,
    "other_names": _several,
    "areas": _several,
    "address": _public,
    "hours": _hours,
    "accessible": _answer,
    "bring": _several,
    "phone": _phone,
    "updates": _updates,
    "purpose": _public,
    "without_power": _answer,
    "owner": _private,
    "note": _private,
    "decisions": _decisions,
}
