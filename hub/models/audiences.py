"""Lists of recipients."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.database import Base, EncryptedNumber, Json, Moment


class Audience(Base):
    """A list, imported for a purpose. `columns` are the headings kept as fields for personal slots, in the
    file's order. `delete_after_days` counts from when its incident closed (from import while never used, from
    `standing_ended_at` when it stood until then).

    A standing one is kept while it stands: it has an owner, a source, a legal basis and a day by which a new
    import replaces it whole. For the others these are empty."""

    __tablename__ = "audiences"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    language: Mapped[str] = mapped_column(String(12))
    exercise: Mapped[bool] = mapped_column(Boolean, default=False)
    source_name: Mapped[str] = mapped_column(String(200), default="")
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[str] = mapped_column(String(254))
    delete_after_days: Mapped[int] = mapped_column(Integer)
    columns: Mapped[list[str]] = mapped_column(Json)
    accepted: Mapped[int] = mapped_column(Integer, default=0)
    duplicates: Mapped[int] = mapped_column(Integer, default=0)
    set_aside: Mapped[int] = mapped_column(Integer, default=0)
    standing: Mapped[bool] = mapped_column(Boolean, default=False)
    owner: Mapped[str] = mapped_column(String(200), default="")
    source_note: Mapped[str] = mapped_column(String(500), default="")
    legal_basis: Mapped[str] = mapped_column(String(500), default="")
    refresh_by: Mapped[date | None] = mapped_column(Date)
    standing_ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Recipient(Base):
    """One row of a list: a number and the row's other columns. Rows of one phone that differ are all kept."""

    __tablename__ = "recipients"
    __table_args__ = (Index("ix_recipients_audience", "audience_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id", ondelete="CASCADE"))
    row: Mapped[int] = mapped_column(Integer)  # as the spreadsheet counts: the heading is row 1
    number: Mapped[str] = mapped_column(EncryptedNumber)
    language: Mapped[str] = mapped_column(String(12))
    name: Mapped[str | None] = mapped_column(String(200))
    fields: Mapped[dict[str, Any]] = mapped_column(Json)
    warning: Mapped[str | None] = mapped_column(String(200))


class SetAsideRow(Base):
    """A row that was not taken, with the reason; also in `<data dir>/set-aside/<audience>.csv`."""

    __tablename__ = "set_aside_rows"
    __table_args__ = (Index("ix_set_aside_rows_audience", "audience_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id", ondelete="CASCADE"))
    row: Mapped[int] = mapped_column(Integer)
    value: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
