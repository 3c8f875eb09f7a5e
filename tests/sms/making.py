"""Made-up announcements, lists and broadcasts for the tests of sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from hub import clock
from hub.database import db, deciding
from hub.journal import Actor
from hub.models import (
    Announcement,
    Audience,
    Delivery,
    Incident,
    Publication,
    Recipient,
    TargetState,
    Version,
)
from hub.sms import broadcasts
from hub.sms.fanout import FanoutPlan, FanoutResult, write_deliveries
from hub.text.types import Slot, SlotType

TEXTS = {"da": "Eksempel Kommune: Kog vandet i Nordby.", "en": "Eksempel Kommune: Boil the water."}
OFFICER = Actor("officer@example.dk", "test", "tester")
TIME = Slot("time", SlotType.CLOCK, {"da": "tid"}, example="13:30", personal=True, column="Tid")
PLACE = Slot("room", SlotType.PLACE, {"da": "sted"}, example="Salen", personal=True, column="Sted")


def number(index: int) -> str:
    """An invented Danish mobile number."""
    return f"+4520{index:06d}"


def make_announcement(*, kind: str = "first", of: int | None = None, exercise: bool = False) -> int:
    now = clock.now()
    with deciding() as session:
        if session.get(Version, 1) is None:
            session.add(_version(now))
        incident = Incident(scenario="water-boil", exercise=exercise, opened_at=now, opened_by="x")
        session.add(incident)
        session.flush()
        announcement = Announcement(
            incident_id=incident.id,
            version_id=1,
            version_hash="0" * 64,
            kind=kind,
            of_id=of,
            state="confirmed",
            languages=["da", "en"],
            values={},
            composed_json={},
            hash="0" * 64,
            issued_at=now,
            prepared_at=now,
            prepared_by="x",
        )
        session.add(announcement)
        session.flush()
        return announcement.id


def _version(now: datetime) -> Version:
    return Version(
        id=1,
        key="water-boil/during",
        scenario="water-boil",
        phase="during",
        number=1,
        state="approved",
        hash="0" * 64,
        content={},
        scenario_meta={},
        made_at=now,
        made_by="os:tester",
    )


def make_audience(
    rows: int | Sequence[Mapping[str, Any]], *, name: str = "nordby", exercise: bool = False
) -> int:
    """A list. A row is a dict with `number` and perhaps `language`, `name`; the rest are its columns."""
    if isinstance(rows, int):
        rows = [{"number": number(index)} for index in range(rows)]
    fixed = {"number", "language", "name"}
    columns = list(dict.fromkeys(key for row in rows for key in row if key not in fixed))
    with deciding() as session:
        audience = Audience(
            name=name,
            language="da",
            exercise=exercise,
            imported_at=clock.now(),
            imported_by="x",
            delete_after_days=30,
            columns=columns,
            accepted=len(rows),
        )
        session.add(audience)
        session.flush()
        session.execute(
            insert(Recipient),
            [
                {
                    "audience_id": audience.id,
                    "row": index,
                    "number": row["number"],
                    "language": row.get("language", "da"),
                    "name": row.get("name"),
                    "fields": {key: row[key] for key in row if key not in fixed},
                }
                for index, row in enumerate(rows, 2)
            ],
        )
        return audience.id


def plan(announcement: int, audience: int | None = None, **more: Any) -> FanoutPlan:
    return FanoutPlan(
        announcement_id=announcement,
        audience_id=audience,
        **{"texts": TEXTS, "default_language": "da", **more},
    )


def release(broadcast_id: int) -> None:
    with deciding() as session:
        broadcasts.release(session, broadcast_id, actor=OFFICER)


def make_broadcast(
    rows: int | Sequence[Mapping[str, Any]],
    *,
    name: str = "nordby",
    announcement: int | None = None,
    page: bool = True,
    **more: Any,
) -> int:
    """A released broadcast to a new list, whose page (unless told otherwise) stands on a target already."""
    result = write_deliveries(
        plan(announcement or make_announcement(), make_audience(rows, name=name), **more)
    )
    release(result.broadcast_id)
    if page:
        make_page()
    return result.broadcast_id


def make_page() -> None:
    """A target holds the site as it is now."""
    with deciding() as session:
        session.merge(Publication(revision=1, at=clock.now(), hash=""))
        session.merge(TargetState(target="file:made-up", revision=1, ok=True))


def rows_of(result: FanoutResult | int) -> list[Delivery]:
    session = db.session()
    session.rollback()
    broadcast_id = result if isinstance(result, int) else result.broadcast_id
    return list(session.query(Delivery).filter_by(broadcast_id=broadcast_id).order_by(Delivery.id))
