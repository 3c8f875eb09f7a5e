"""What the public may know, read from the database in one go.

What was confirmed is frozen, but for its state and its end. So each announcement is loaded once, and again when one of
these changes: with a thousand past ones a publish reads some rows, not a thousand texts in all their languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hub import clock, journal
from hub.models import (
    Announcement,
    AnnouncementKind,
    AnnouncementState,
    HubInstance,
    Incident,
    Version,
)
from hub.places import public_places
from hub.settings import Settings
from hub.text import slots as slot_rules
from hub.text.situation import Issuer, PublicAnnouncement, PublicIncident, Situation, Standing
from hub.text.types import Slot, SlotType

PUBLIC_STATES = tuple(
    state.value
    for state in (
        AnnouncementState.CONFIRMED,
        AnnouncementState.LIVE,
        AnnouncementState.UPDATED,
        AnnouncementState.ENDED,
        AnnouncementState.CORRECTED,
    )
)
_STANDING = {
    AnnouncementState.CONFIRMED: Standing.IN_FORCE,
    AnnouncementState.LIVE: Standing.IN_FORCE,
    AnnouncementState.UPDATED: Standing.UPDATED,
    AnnouncementState.ENDED: Standing.ENDED,
    AnnouncementState.CORRECTED: Standing.CORRECTED,
}

_CHUNK = 500

_Known = tuple[PublicAnnouncement, Mapping[str, str]]
_known: dict[tuple[Any, ...], _Known] = {}
"""Announcements as the public sees them, each with its scenario's title, by what may change and what tells databases
apart."""


def read_situation(session: Session, settings: Settings) -> Situation:
    """Everything the public may know, in one read transaction."""
    session.rollback()
    read_at = clock.now()
    incidents = _incidents(session)
    last = journal.head(session)
    instance = session.get_one(HubInstance, 1)
    situation = Situation(
        municipality=settings.municipality,
        address=settings.site_address,
        read_at=read_at,
        instance=instance.number,
        journal={"number": last.number, "hash": last.hash},
        languages=_languages(settings, incidents),
        incidents=incidents,
        radio=settings.radio,
        accessibility_url=settings.accessibility_url,
        url=settings.site_url,
        code=settings.municipality_code,
        places=public_places(session),
    )
    session.rollback()
    return situation


def _languages(settings: Settings, incidents: Sequence[PublicIncident]) -> tuple[str, ...]:
    if settings.languages:
        return settings.languages
    found = {
        language
        for incident in incidents
        for item in incident.announcements
        for language in item.texts
    }
    usual = ("da", "en", "de")
    return usual + tuple(sorted(found.difference(usual)))


def _incidents(session: Session) -> tuple[PublicIncident, ...]:
    """All incidents with something public, oldest first, each with that, oldest first."""
    rows = session.execute(
        select(
            Announcement.state,
            Announcement.id,
            Announcement.incident_id,
            Announcement.ended_at,
            Announcement.ended_by_id,
            Announcement.confirmed_at,
            Announcement.prepared_at,
            Announcement.hash,
        )
        .where(Announcement.state.in_(PUBLIC_STATES))
        .order_by(Announcement.id)
    ).all()
    public = _announcements(session, rows)
    by_incident: dict[int, list[_Known]] = {}
    for row in rows:
        by_incident.setdefault(row.incident_id, []).append(public[row.id])
    return tuple(
        PublicIncident(
            number=incident.id,
            scenario=incident.scenario,
            title=by_incident[incident.id][0][1],
            exercise=incident.exercise,
            opened_at=incident.opened_at,
            closed_at=incident.closed_at,
            announcements=tuple(item for item, _ in by_incident[incident.id]),
        )
        for incident in _rows_of(session, sorted(by_incident))
    )


def _rows_of(session: Session, numbers: Sequence[int]) -> Iterator[Any]:
    for start in range(0, len(numbers), _CHUNK):
        yield from session.execute(
            select(
                Incident.id,
                Incident.scenario,
                Incident.exercise,
                Incident.opened_at,
                Incident.closed_at,
            )
            .where(Incident.id.in_(numbers[start : start + _CHUNK]))
            .order_by(Incident.id)
        )


def _announcements(session: Session, rows: Sequence[Any]) -> dict[int, _Known]:
    """Each of these by number; those that are not known, or have changed, are loaded."""
    database = str(session.get_bind().url) if rows else ""  # type: ignore[union-attr]  # an engine
    keys = {row.id: (database, _STANDING[AnnouncementState(row.state)], *row[1:]) for row in rows}
    missing = [number for number, key in keys.items() if key not in _known]
    found: dict[tuple[Any, ...], _Known] = {
        key: _known[key] for key in keys.values() if key in _known
    }
    for start in range(0, len(missing), _CHUNK):
        for item in session.scalars(
            select(Announcement)
            .where(Announcement.id.in_(missing[start : start + _CHUNK]))
            .options(joinedload(Announcement.version), joinedload(Announcement.incident))
            .execution_options(populate_existing=True)
        ):
            title: dict[str, str] = item.version.scenario_meta.get("title", {})
            found[keys[item.id]] = (_announcement(item, item.incident), title)
    for key in [key for key in _known if key[0] == database and key not in found]:
        _known.pop(key, None)
    _known.update(found)
    return {number: found[key] for number, key in keys.items()}


def _announcement(row: Announcement, incident: Incident) -> PublicAnnouncement:
    standing = _STANDING[AnnouncementState(row.state)]
    if standing is Standing.IN_FORCE and row.kind == AnnouncementKind.END:
        standing = Standing.OVER
    return PublicAnnouncement(
        number=row.id,
        incident=row.incident_id,
        scenario=row.version.scenario,
        phase=row.version.phase,
        kind=row.kind,
        severity=row.severity,
        version=f"{row.version.key} v{row.version.number}",
        version_hash=row.version_hash,
        update_no=row.update_no,
        standing=standing,
        issued_at=row.issued_at,
        until=row.until,
        next_update=row.next_update,
        ended_at=row.ended_at,
        closes=row.of_id,
        replaced_by=row.ended_by_id,
        exercise=incident.exercise,
        texts=row.composed.texts,
        cap=row.version.scenario_meta.get("cap", {}),
        starts=slot_rules.moment_of(_slots(row.version), row.values, SlotType.FROM),
        confirmed_at=row.confirmed_at,
        contact=_contact(_slots(row.version), row.values),
        issuer=Issuer(**row.issuer) if row.issuer else None,
        schools=_filled(row, SlotType.SCHOOL),
        areas=_filled(row, SlotType.PLACE, SlotType.AREA),
    )


def _filled(row: Announcement, *types: SlotType) -> tuple[str, ...]:
    """What its slots of these types say; those that a list fills have no value here."""
    return tuple(
        row.values[slot.name]
        for slot in _slots(row.version)
        if slot.type in types and row.values.get(slot.name)
    )


_slots_by_hash: dict[str, tuple[Slot, ...]] = {}
"""A version's slots never change, and most announcements share few versions."""


def _slots(version: Version) -> tuple[Slot, ...]:
    if version.hash not in _slots_by_hash:
        _slots_by_hash[version.hash] = version.text.slots
    return _slots_by_hash[version.hash]


def _contact(slots: Sequence[Slot], values: Mapping[str, str]) -> str:
    """The number that the message says to call: the slot `phone`, else the first telephone number in it."""
    found = [slot.name for slot in slots if slot.type is SlotType.PHONE and values.get(slot.name)]
    return values["phone"] if "phone" in found else next((values[name] for name in found), "")
