"""The journal in words: what each kind of entry and each of its fields is called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.desk.words import LazyWords, lazy_gettext
from hub.desk.words import gettext as _
from hub.models import JournalEntry

KINDS: Mapping[str, LazyWords] = {
    "announcement-confirmed": lazy_gettext("Announcement confirmed"),
    "announcement-discarded": lazy_gettext("Announcement discarded"),
    "announcement-live": lazy_gettext("Announcement on the page"),
    "announcement-prepared": lazy_gettext("Announcement prepared"),
    "announcement-returned": lazy_gettext("Announcement sent back"),
    "broadcast-finished": lazy_gettext("Broadcast finished"),
    "broadcast-paused": lazy_gettext("Broadcast paused"),
    "broadcast-released": lazy_gettext("Broadcast released"),
    "broadcast-resumed": lazy_gettext("Broadcast resumed"),
    "broadcast-stopped": lazy_gettext("Broadcast stopped"),
    "broadcast-superseded": lazy_gettext("Broadcast overtaken"),
    "gateway-broken": lazy_gettext("Gateway set aside"),
    "incident-closed": lazy_gettext("Incident closed"),
    "incident-opened": lazy_gettext("Incident opened"),
    "late-list-added": lazy_gettext("Late list added"),
    "library-files-stored": lazy_gettext("Library files stored"),
    "person-added": lazy_gettext("Account made"),
    "unknown-requeued": lazy_gettext("Unknown deliveries sent again"),
    "version-approved": lazy_gettext("Version approved"),
    "version-facts-marked": lazy_gettext("Version marked for changed facts"),
    "version-loaded": lazy_gettext("Version loaded"),
    "version-retired": lazy_gettext("Version retired"),
    "version-returned": lazy_gettext("Version sent back"),
    "version-signed": lazy_gettext("Version co-signed"),
    "version-submitted": lazy_gettext("Version submitted"),
}
"""A test holds this against every kind that the rooms declare."""

FIELDS: Mapping[str, LazyWords] = {
    "announcement": lazy_gettext("announcement"),
    "audience": lazy_gettext("list"),
    "broadcast": lazy_gettext("broadcast"),
    "by": lazy_gettext("confirmed by"),
    "email": lazy_gettext("account"),
    "entered_by": lazy_gettext("entered by"),
    "exercise": lazy_gettext("exercise"),
    "hash": lazy_gettext("hash"),
    "how": lazy_gettext("how"),
    "incident": lazy_gettext("incident"),
    "key": lazy_gettext("message"),
    "names": lazy_gettext("replaces"),
    "number": lazy_gettext("version"),
    "reason": lazy_gettext("reason"),
    "recipients": lazy_gettext("recipients"),
    "roles": lazy_gettext("roles"),
    "scenario": lazy_gettext("scenario"),
    "segments": lazy_gettext("parts"),
}


@dataclass(frozen=True)
class Told:
    """An entry for people."""

    number: int
    at: datetime
    title: str
    who: str
    door: str
    details: tuple[tuple[str, str], ...]
    hash: str


def kind_name(kind: str) -> str:
    """What a kind of entry is called."""
    return str(KINDS.get(kind, kind))


def told(row: JournalEntry) -> Told:
    """An entry in words; empty fields are left out."""
    details = tuple(
        (str(FIELDS.get(name, name.replace("_", " "))), _value(name, value))
        for name, value in row.data.items()
        if value not in (None, "", [], {})
    )
    return Told(
        number=row.number,
        at=row.at,
        title=kind_name(row.kind),
        who=row.actor.removeprefix("os:") if row.actor.startswith("os:") else row.actor,
        door=row.door,
        details=details,
        hash=row.hash,
    )


def mentions(row: JournalEntry, words: str) -> bool:
    """Does an entry hold these words, in its name, its person or its fields?"""
    text = f"{kind_name(row.kind)} {row.actor} {json.dumps(row.data, ensure_ascii=False)}"
    return words.casefold() in text.casefold()


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "hash" or name.endswith("_hash"):
        return str(value)[:12]
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    return str(value)
