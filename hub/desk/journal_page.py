"""The journal: what happened, who did it, and whether the record holds."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import journal as chain
from hub.database import db
from hub.desk import journal_words
from hub.desk.access import desk_route
from hub.journal.chain import read_head_file
from hub.models import Announcement, Broadcast, Incident, JournalEntry
from hub.settings import Settings

SHOWN = 300
"""Entries on the page; a search reaches all."""


@desk_route("/journal", role=None)
def journal() -> ResponseReturnValue:
    """Newest first, by incident, kind of act, and words."""
    session = db.session()
    incident = request.args.get("incident", type=int)
    kind = request.args.get("kind", "")
    words = request.args.get("words", "").strip()
    entries, count = _entries(session, incident, kind, words)
    kinds = session.scalars(select(JournalEntry.kind).distinct().order_by(JournalEntry.kind)).all()
    return render_template(
        "desk/journal.html",
        entries=[journal_words.told(row) for row in entries],
        count=count,
        incidents=session.scalars(select(Incident).order_by(Incident.id.desc())).all(),
        kinds=[(item, journal_words.kind_name(item)) for item in kinds],
        chosen={"incident": incident, "kind": kind, "words": words},
        head=chain.head(session),
        verdict=_verdict(session) if "verify" in request.args else None,
    )


def _entries(
    session: Session, incident: int | None, kind: str, words: str
) -> tuple[list[JournalEntry], int]:
    query = select(JournalEntry).order_by(JournalEntry.number.desc())
    if kind:
        query = query.where(JournalEntry.kind == kind)
    rows = session.scalars(query.execution_options(yield_per=1000))
    belongs = _belongs(session, incident) if incident is not None else None
    found: list[JournalEntry] = []
    count = 0
    for row in rows:
        if belongs is not None and not belongs(row):
            continue
        if words and not journal_words.mentions(row, words):
            continue
        count += 1
        if len(found) < SHOWN:
            found.append(row)
    return found, count


def _belongs(session: Session, incident: int):  # type: ignore[no-untyped-def]
    announcements = set(
        session.scalars(select(Announcement.id).where(Announcement.incident_id == incident))
    )
    broadcasts = set(
        session.scalars(select(Broadcast.id).where(Broadcast.announcement_id.in_(announcements)))
    )

    def belongs(row: JournalEntry) -> bool:
        data = row.data
        if "incident" in data:
            return bool(data["incident"] == incident)
        if "announcement" in data:
            return data["announcement"] in announcements
        return data.get("broadcast") in broadcasts

    return belongs


def _verdict(session: Session) -> chain.Verdict:
    settings: Settings = current_app.config["HUB"]
    known = read_head_file(settings.data_dir)
    return chain.verify(session, {"journal.head": known} if known else {})
