"""What the hub knows of itself: its instance, its leases, and what it published where."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.database import Base, Moment


class HubInstance(Base):
    """One row. `number` grows with every restore, so that an older hub that still runs can see it is the old one."""

    __tablename__ = "hub_instance"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, default=1)
    revision: Mapped[int] = mapped_column(Integer, default=0)  # the site's last revision, growing
    made_at: Mapped[datetime] = mapped_column(Moment)


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
    """What a target holds, as last read back, and its last error in words."""

    __tablename__ = "target_states"

    target: Mapped[str] = mapped_column(String(300), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    ok: Mapped[bool] = mapped_column(Boolean, default=False)
    error: Mapped[str | None] = mapped_column(Text)
