"""`/status.json`: what machines, other hubs and the next publisher read. Schema in `docs/feeds.md`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from hub.site.feeds.messages import identifier
from hub.site.pages import current_and_past
from hub.text.holding import holding
from hub.text.situation import PublicAnnouncement, Situation
from hub.text.types import digest

SCHEMA = 1
PAST = 20


def status_json(situation: Situation, revision: int, *, exercise: bool = False) -> bytes:
    """The file's content. Moments are ISO 8601 in UTC; `announcements` is what is in force and what is over,
    gravest first; `past` the newest that ended."""
    current, past = current_and_past(situation, exercise=exercise)
    held = holding(situation, exercise=exercise)
    document = {
        "schema": SCHEMA,
        "municipality": situation.municipality,
        "address": situation.address,
        "exercise": exercise,
        "instance": situation.instance,
        "revision": revision,
        "journal": dict(situation.journal),
        "read_at": _iso(situation.read_at),
        "holds_until": _iso(held.until),
        "next_update": _iso(held.next_update),
        "languages": list(situation.languages),
        "announcements": [_announcement(item) for item in current],
        "past": [_announcement(item) for item in past[:PAST]],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _announcement(item: PublicAnnouncement) -> dict[str, Any]:
    return {
        "number": item.number,
        "incident": item.incident,
        "page": f"i/{item.incident}/#b{item.number}",
        "cap": f"cap/{identifier(item)}.xml",
        "scenario": item.scenario,
        "phase": item.phase,
        "kind": item.kind,
        "severity": item.severity,
        "standing": item.standing.value,
        "version": item.version,
        "version_hash": item.version_hash,
        "update_no": item.update_no,
        "issued_at": _iso(item.issued_at),
        "until": _iso(item.until),
        "next_update": _iso(item.next_update),
        "ended_at": _iso(item.ended_at),
        "closes": item.closes,
        "replaced_by": item.replaced_by,
        "texts": {
            language: {"title": text.title, "hash": digest(text.to_json())}
            for language, text in item.texts.items()
        },
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
