"""What the hub knows of itself: its instance, its leases, and what it published where."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.database import Base, Json, Moment


class HubInstance(Base):
    """One row. `number` grows with every restore, so that an older hub that still runs can see it is the old one.

    `newer` is the higher number that a target showed: while it is set, nothing is handed over. `looked_at` is when
    the targets were last looked at for one. `number_key` tells which HUB_NUMBER_KEY the numbers are encrypted with,
    `number_key_next` which one they are being encrypted with anew (both are digests, not keys). `shown` is the hash over what the public was shown
    when that was last journaled."""

    __tablename__ = "hub_instance"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, default=1)
    revision: Mapped[int] = mapped_column(Integer, default=0)  # the site's last revision, growing
    made_at: Mapped[datetime] = mapped_column(Moment)
    newer: Mapped[int | None] = mapped_column(Integer)
    looked_at: Mapped[datetime | None] = mapped_column(Moment)
    number_key: Mapped[str | None] = mapped_column(String(32))
    number_key_next: Mapped[str | None] = mapped_column(String(32))
    backed_up_at: Mapped[datetime | None] = mapped_column(Moment)
    shown: Mapped[str | None] = mapped_column(String(64))


class AlarmState(Base):
    """Something that a person should look at. `subject` tells alarms of one kind apart (a broadcast's number, a
    target); `values` fill its words. Open while `cleared_at` is empty. `told_at` is when it was last told with
    success, `tried_at` when it was last tried, `told_clear_at` when its end was told."""

    __tablename__ = "alarms"
    __table_args__ = (Index("ix_alarms_open", "cleared_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(300))
    values: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    raised_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    cleared_at: Mapped[datetime | None] = mapped_column(Moment)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    told_clear_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(String(300))


class Lease(Base):
    """Who does a periodic task now, and until when nobody else may."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime] = mapped_column(Moment)


class Publication(Base):
    """One rendering of the site: its revision, when, and the hash over its files."""

    __tablename__ = "publications"

    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    hash: Mapped[str] = mapped_column(String(64))


class TargetState(Base):
    """What a target holds, as last read back, and its last error in words.

    `failed_at` is since when it is wrong, `failures` how often in a row, `retry_at` when it is tried again; `differs`
    says that what it holds is not what was published, so that the next publish trusts nothing there. `checked_at` and
    `read_at` are when it was last looked at, and last read back whole.
    """

    __tablename__ = "target_states"

    target: Mapped[str] = mapped_column(String(300), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    ok: Mapped[bool] = mapped_column(Boolean, default=False)
    error: Mapped[str | None] = mapped_column(Text)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    retry_at: Mapped[datetime | None] = mapped_column(Moment)
    differs: Mapped[bool] = mapped_column(Boolean, default=False)
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
