"""Incidents, announcements, broadcasts and deliveries as rows, for what happens to lists afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub import clock
from hub.models import (
    Announcement,
    AnnouncementState,
    Audience,
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryState,
    Incident,
    Version,
)


def incident(session: Session, *, closed_at: datetime | None = None) -> Incident:
    row = Incident(scenario="water-boil", opened_at=clock.now(), opened_by="x", closed_at=closed_at)
    session.add(row)
    session.commit()
    return row


def broadcast(
    session: Session,
    of: Incident,
    audience: Audience | None,
    *,
    state: BroadcastState = BroadcastState.FINISHED,
    announced: AnnouncementState = AnnouncementState.ENDED,
    deliveries: tuple[DeliveryState, ...] = (DeliveryState.DELIVERED,),
    **more: Any,
) -> Broadcast:
    """A broadcast with one delivery a state, to +45 20 11 11 11 and on."""
    now = clock.now()
    sent = announced not in (
        AnnouncementState.PREPARED,
        AnnouncementState.RETURNED,
        AnnouncementState.DISCARDED,
    )
    version = Version(
        key="water-boil/during", scenario="water-boil", phase="during",
        number=(session.query(Version).count() + 1), hash="0" * 64, content={}, scenario_meta={},
        made_at=now, made_by="x",
    )  # fmt: skip
    session.add(version)
    session.flush()
    announcement = Announcement(
        incident_id=of.id, version_id=version.id, version_hash="0" * 64, kind="first", state=announced.value,
        languages=["da"], values={}, composed_json={}, hash="0" * 64, issued_at=now, prepared_at=now,
        prepared_by="x", confirmed_at=now if sent else None,
    )  # fmt: skip
    session.add(announcement)
    session.flush()
    row = Broadcast(
        announcement_id=announcement.id, audience_id=audience.id if audience else None, state=state.value,
        made_at=now, total=len(deliveries), **more,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for number, kind in enumerate(deliveries):
        session.add(
            Delivery(
                broadcast_id=row.id, number=f"+4520111{111 + number}", language="da", personal={"tid": "10:30"},
                personal_key=bytes([number] * 16), segments=1, state=kind.value, changed_at=now,
                error_text="+4520111111 is wrong",
            )
        )  # fmt: skip
    session.commit()
    return row
