"""The journal in words: what each kind of entry and each of its fields is called."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.desk.formats import when
from hub.desk.words import LazyWords, lazy_gettext
from hub.desk.words import gettext as _
from hub.models import JournalEntry

KINDS: Mapping[str, LazyWords] = {
    "account-link-made": lazy_gettext("Link to an account made"),
    "account-link-used": lazy_gettext("Link to an account used"),
    "announcement-confirmed": lazy_gettext("Announcement confirmed"),
    "announcement-discarded": lazy_gettext("Announcement discarded"),
    "announcement-live": lazy_gettext("Announcement on the page"),
    "announcement-prepared": lazy_gettext("Announcement prepared"),
    "announcement-returned": lazy_gettext("Announcement sent back"),
    "areas-decided": lazy_gettext("Local decision for areas"),
    "audience-deleted": lazy_gettext("List deleted"),
    "audience-expired": lazy_gettext("List deleted at its time"),
    "audience-imported": lazy_gettext("List imported"),
    "audience-standing": lazy_gettext("Standing list noted"),
    "audience-standing-ended": lazy_gettext("Standing list ended"),
    "bounds-changed": lazy_gettext("Bounds of a sender changed"),
    "broadcast-finished": lazy_gettext("Broadcast finished"),
    "broadcast-paused": lazy_gettext("Broadcast paused"),
    "broadcast-purged": lazy_gettext("Numbers of a broadcast removed"),
    "broadcast-released": lazy_gettext("Broadcast released"),
    "broadcast-resumed": lazy_gettext("Broadcast resumed"),
    "broadcast-stopped": lazy_gettext("Broadcast stopped"),
    "broadcast-superseded": lazy_gettext("Broadcast overtaken"),
    "decision-made": lazy_gettext("Local decision made"),
    "deletion-done": lazy_gettext("Deleted at its time"),
    "duty-phone-changed": lazy_gettext("Duty phone changed"),
    "factor-set": lazy_gettext("Authenticator app set up"),
    "gateway-broken": lazy_gettext("Gateway set aside"),
    "gateway-drained": lazy_gettext("Gateway gets nothing new"),
    "gateway-freed": lazy_gettext("Gateway left to the hub again"),
    "gateway-mended": lazy_gettext("Gateway used again"),
    "gateway-pinned": lazy_gettext("Only this gateway is used"),
    "hub-restored": lazy_gettext("Restored from a backup"),
    "incident-closed": lazy_gettext("Incident closed"),
    "incident-opened": lazy_gettext("Incident opened"),
    "late-list-added": lazy_gettext("Late list added"),
    "language-signed": lazy_gettext("Translation signed by a reader"),
    "library-files-stored": lazy_gettext("Library files stored"),
    "logged-in": lazy_gettext("Logged in"),
    "login-reset": lazy_gettext("Login reset"),
    "logins-failed": lazy_gettext("Logins failed"),
    "newer-hub-found": lazy_gettext("Newer hub found on a target"),
    "not-reached-fetched": lazy_gettext("Numbers not reached taken out"),
    "number-key-rotated": lazy_gettext("Numbers encrypted with a new key"),
    "partner-changed": lazy_gettext("Partner's address changed"),
    "partner-invited": lazy_gettext("Link sent to a partner"),
    "partner-link-closed": lazy_gettext("Partner's link closed after wrong codes"),
    "partner-registered": lazy_gettext("Partner's address registered"),
    "partner-removed": lazy_gettext("Partner's address removed"),
    "passkey-added": lazy_gettext("Passkey added"),
    "passkey-removed": lazy_gettext("Passkey removed"),
    "password-changed": lazy_gettext("Password changed"),
    "person-added": lazy_gettext("Account made"),
    "person-closed": lazy_gettext("Account closed"),
    "place-changed": lazy_gettext("Place written in by hand"),
    "place-names-confirmed": lazy_gettext("Public names of places confirmed"),
    "place-removed": lazy_gettext("Place taken off the list"),
    "places-imported": lazy_gettext("Places imported"),
    "power-out-noted": lazy_gettext("Time of the power cut noted"),
    "recovery-code-used": lazy_gettext("Recovery code used"),
    "recovery-codes-made": lazy_gettext("Recovery codes made"),
    "personal-bodies-removed": lazy_gettext("Personal texts deleted at the gateway"),
    "roles-changed": lazy_gettext("Roles changed"),
    "suppression-added": lazy_gettext("Phones opted out"),
    "suppression-removed": lazy_gettext("Phone gets SMS again"),
    "site-published": lazy_gettext("Page published with something new"),
    "target-failed": lazy_gettext("A place does not show the page"),
    "target-recovered": lazy_gettext("A place shows the page again"),
    "target-refused": lazy_gettext("A place holds a newer page and was left alone"),
    "unknown-requeued": lazy_gettext("Unknown deliveries sent again"),
    "unknown-settled": lazy_gettext("Unknown deliveries noted as received"),
    "version-approved": lazy_gettext("Version approved"),
    "version-facts-marked": lazy_gettext("Version marked for changed facts"),
    "version-loaded": lazy_gettext("Version loaded"),
    "version-objected": lazy_gettext("Version sent back by a co-signer"),
    "version-renewed": lazy_gettext("Version renewed"),
    "version-retired": lazy_gettext("Version retired"),
    "version-returned": lazy_gettext("Version sent back"),
    "version-signed": lazy_gettext("Version co-signed"),
    "version-submitted": lazy_gettext("Version submitted"),
}
"""A test holds this against every kind that the rooms declare."""

FIELDS: Mapping[str, LazyWords] = {
    "accepted": lazy_gettext("taken"),
    "added": lazy_gettext("added"),
    "after": lazy_gettext("after"),
    "again": lazy_gettext("again"),
    "announcement": lazy_gettext("announcement"),
    "areas": lazy_gettext("areas"),
    "audience": lazy_gettext("list"),
    "before": lazy_gettext("before"),
    "blocked": lazy_gettext("blocked facts"),
    "broadcast": lazy_gettext("broadcast"),
    "broadcasts": lazy_gettext("broadcasts"),
    "by": lazy_gettext("confirmed by"),
    "changed": lazy_gettext("changed"),
    "delete_after_days": lazy_gettext("days until it is deleted"),
    "decided_by": lazy_gettext("decided by"),
    "decision": lazy_gettext("decision"),
    "deliveries": lazy_gettext("deliveries"),
    "duplicates": lazy_gettext("twice in the list"),
    "email": lazy_gettext("account"),
    "ending": lazy_gettext("last digits"),
    "entered_by": lazy_gettext("entered by"),
    "exercise": lazy_gettext("exercise"),
    "expires": lazy_gettext("until"),
    "failures": lazy_gettext("tries in vain"),
    "fault": lazy_gettext("kind of trouble"),
    "forced": lazy_gettext("forced"),
    "gateway": lazy_gettext("gateway"),
    "has_one": lazy_gettext("has one"),
    "hash": lazy_gettext("hash"),
    "how": lazy_gettext("how"),
    "incident": lazy_gettext("incident"),
    "instance": lazy_gettext("instance"),
    "paused": lazy_gettext("paused broadcasts"),
    "in_doubt": lazy_gettext("unknown deliveries"),
    "file": lazy_gettext("file"),
    "files": lazy_gettext("files deleted"),
    "key": lazy_gettext("message"),
    "language": lazy_gettext("language"),
    "languages": lazy_gettext("languages"),
    "left": lazy_gettext("left"),
    "legal_basis": lazy_gettext("legal basis"),
    "lists": lazy_gettext("lists deleted"),
    "made_by": lazy_gettext("made by"),
    "most": lazy_gettext("largest reach"),
    "name": lazy_gettext("name"),
    "names": lazy_gettext("replaces"),
    "note": lazy_gettext("note"),
    "number": lazy_gettext("version"),
    "numbers": lazy_gettext("numbers"),
    "opt_out_override": lazy_gettext("sent to who opted out because"),
    "opted_out": lazy_gettext("phones that opted out"),
    "outbox_lines": lazy_gettext("lines in the outbox"),
    "override": lazy_gettext("overridden because"),
    "owner": lazy_gettext("owner"),
    "party": lazy_gettext("co-signer"),
    "paths": lazy_gettext("files"),
    "places": lazy_gettext("places"),
    "place_kind": lazy_gettext("kind of place"),
    "purpose": lazy_gettext("purpose"),
    "reason": lazy_gettext("reason"),
    "recheck": lazy_gettext("facts to check"),
    "recipients": lazy_gettext("recipients"),
    "refresh_by": lazy_gettext("to be refreshed by"),
    "removed": lazy_gettext("removed"),
    "replaced": lazy_gettext("replaced"),
    "retired": lazy_gettext("follows version"),
    "review_due": lazy_gettext("to be reviewed by"),
    "revision": lazy_gettext("revision"),
    "roles": lazy_gettext("roles"),
    "said_by": lazy_gettext("said by"),
    "scenario": lazy_gettext("scenario"),
    "scenarios": lazy_gettext("scenarios"),
    "segments": lazy_gettext("parts"),
    "set_aside": lazy_gettext("set aside"),
    "signed": lazy_gettext("signed by"),
    "since": lazy_gettext("since"),
    "skipped": lazy_gettext("skipped"),
    "slug": lazy_gettext("part of the address"),
    "source_note": lazy_gettext("source"),
    "standing": lazy_gettext("standing list"),
    "unchanged": lazy_gettext("as before"),
    "unsigned": lazy_gettext("translations that nobody had signed"),
    "unsigned_reason": lazy_gettext("approved without them because"),
    "target": lazy_gettext("place"),
    "told": lazy_gettext("the address from before was told"),
    "value": lazy_gettext("value"),
    "version": lazy_gettext("version"),
    "version_hash": lazy_gettext("hash of the version"),
}


DOORS: Mapping[str, LazyWords] = {
    "command": lazy_gettext("command line"),
    "demo": lazy_gettext("demo"),
    "desk": lazy_gettext("desk"),
    "link": lazy_gettext("partner's link"),
    "notice": lazy_gettext("by itself"),
    "worker": lazy_gettext("by itself"),
}
VALUES: Mapping[str, LazyWords] = {
    "institution": lazy_gettext("institution"),
    "area": lazy_gettext("area"),
    "meeting-place": lazy_gettext("meeting place"),
    "collection-point": lazy_gettext("collection point"),
    "number": lazy_gettext("number to ring"),
    "name": lazy_gettext("name"),
    "slug": lazy_gettext("part of the address"),
    "other_names": lazy_gettext("other names"),
    "areas": lazy_gettext("area"),
    "address": lazy_gettext("address"),
    "hours": lazy_gettext("opening hours"),
    "accessible": lazy_gettext("wheelchair"),
    "bring": lazy_gettext("what to bring"),
    "phone": lazy_gettext("telephone"),
    "updates": lazy_gettext("when news is put up"),
    "purpose": lazy_gettext("what the number is for"),
    "without_power": lazy_gettext("works without power"),
    "owner": lazy_gettext("owner"),
    "note": lazy_gettext("note"),
    "decisions": lazy_gettext("local decisions"),
    "code": lazy_gettext("with a code by telephone"),
    "second-person": lazy_gettext("by a second person"),
    "single": lazy_gettext("alone"),
    "viewer": lazy_gettext("viewer"),
    "author": lazy_gettext("author"),
    "approver": lazy_gettext("approver"),
    "sender": lazy_gettext("sender"),
    "admin": lazy_gettext("administrator"),
    "per-area": lazy_gettext("decided area by area"),
    "no reason given": lazy_gettext("no reason given"),
}
_HASH = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


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
        door=str(DOORS.get(row.door, row.door)),
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
        return ", ".join(str(VALUES.get(str(item), item)) for item in value)
    if isinstance(value, dict):
        return ", ".join(
            str(key) if _HASH.fullmatch(str(item)) else f"{key}: {item}"
            for key, item in value.items()
        )
    if isinstance(value, str) and _MOMENT.match(value):
        return when(datetime.fromisoformat(value))
    return str(VALUES.get(str(value), value))
