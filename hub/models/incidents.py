"""What is in force: incidents and their announcements."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.database import Base, Json, Moment
from hub.models.library import Version
from hub.text.types import Composed


class AnnouncementState(StrEnum):
    """Where an announcement stands; the allowed steps are in `hub/incidents/announcing.py`."""

    PREPARED = "prepared"
    RETURNED = "returned"
    DISCARDED = "discarded"
    CONFIRMED = "confirmed"
    LIVE = "live"
    UPDATED = "updated"
    ENDED = "ended"
    CORRECTED = "corrected"


class AnnouncementKind(StrEnum):
    """What an announcement does to the one it names (`of_id`); a first message names none."""

    FIRST = "first"
    UPDATE = "update"
    END = "end"
    CORRECTION = "correction"


class Incident(Base):
    """Something going on."""

    __tablename__ = "incidents"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    scenario: Mapped[str] = mapped_column(String(60))
    exercise: Mapped[bool] = mapped_column(Boolean, default=False)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    opened_by: Mapped[str] = mapped_column(String(254))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[str | None] = mapped_column(String(254))
    power_out_since: Mapped[datetime | None] = mapped_column(Moment)

    announcements: Mapped[list[Announcement]] = relationship(
        back_populates="incident", order_by="Announcement.id"
    )


class Announcement(Base):
    """A version with its slots filled. From `confirmed` on it is frozen: only the state, and the end that a later
    announcement gives it, change. `composed` is `Composed.to_json()`, every byte that goes out; `hash` is its
    hash. `values` are canonical slot values. `issuer` is who speaks, as the settings said at prepare: a feed's
    message never changes. `ended_by_id` names the announcement that replaced or ended it."""

    __tablename__ = "announcements"
    __table_args__ = (
        Index("ix_announcements_incident_state", "incident_id", "state"),
        {"sqlite_autoincrement": True},  # citizens see the number: it is never used again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    version_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    of_id: Mapped[int | None] = mapped_column(ForeignKey("announcements.id"))
    update_no: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[str] = mapped_column(String(20), index=True)
    severity: Mapped[str] = mapped_column(String(20), default="severe")
    languages: Mapped[list[str]] = mapped_column(Json)
    short: Mapped[bool] = mapped_column(Boolean, default=False)  # the short SMS where there is one
    values: Mapped[dict[str, str]] = mapped_column(Json)
    entered: Mapped[dict[str, str]] = mapped_column(Json, default=dict)  # values as they were typed
    composed_json: Mapped[dict[str, Any]] = mapped_column("composed", Json)
    hash: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    next_update: Mapped[datetime | None] = mapped_column(Moment)
    issuer: Mapped[dict[str, str]] = mapped_column(Json, default=dict)  # Issuer.to_json()
    override_reason: Mapped[str | None] = mapped_column(Text)
    prepared_at: Mapped[datetime] = mapped_column(Moment)
    prepared_by: Mapped[str] = mapped_column(String(254))
    ready_at: Mapped[datetime | None] = mapped_column(Moment)  # all its deliveries are written
    returned_at: Mapped[datetime | None] = mapped_column(Moment)
    returned_by: Mapped[str | None] = mapped_column(String(254))
    returned_reason: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_by: Mapped[str | None] = mapped_column(String(254))
    confirmed_how: Mapped[str | None] = mapped_column(String(20))  # second-person | code | single
    confirmed_reason: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by_id: Mapped[int | None] = mapped_column(Integer)

    incident: Mapped[Incident] = relationship(back_populates="announcements")
    version: Mapped[Version] = relationship()

    @property
    def composed(self) -> Composed:
        return Composed.from_json(self.composed_json)


class ConfirmationCode(Base):
    """The one-time code of a prepared announcement for one person who may confirm it by telephone."""

    __tablename__ = "confirmation_codes"

    announcement_id: Mapped[int] = mapped_column(
        ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
