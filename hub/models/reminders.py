"""Which reminders were mailed, so that nobody is reminded of the same step twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.database import Base, Moment


class ReminderStep(Base):
    """A step of a reminder (30 days before a version's review date) that a mail took. It is written before the mail is
    handed over: `told_at` is empty while that is under way, and stays empty with an `error` where nobody knows
    whether the server took it. `to` are the addresses, as they stood in the mail."""

    __tablename__ = "reminder_steps"
    __table_args__ = (Index("ix_reminder_steps_taken_at", "taken_at"),)

    step: Mapped[str] = mapped_column(String(300), primary_key=True)
    owner: Mapped[str] = mapped_column(String(200))
    to: Mapped[str] = mapped_column(String(500))
    taken_at: Mapped[datetime] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(String(300))
