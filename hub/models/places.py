"""Places that citizens know by name: institutions, areas, meeting places, collection points, numbers to ring."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.database import Base, Json, Moment


class PlaceKind(StrEnum):
    """What a place is. Institutions and areas have a page of their own on the site."""

    INSTITUTION = "institution"
    AREA = "area"
    MEETING_PLACE = "meeting-place"
    COLLECTION_POINT = "collection-point"
    NUMBER = "number"


class Place(Base):
    """One place, of any kind; what its kind has no use for is empty. `slug` is its part of an address, printed on
    paper: it is never given to another place, also not after this one was removed; `old_slugs` lead on to it.

    `areas` are the names of the areas it lies in, as they were written. `hours` is `08:00-20:00` or `24h` where a
    message shows them, `updates` the hours at which news is put up there (`10:00; 16:00`). `purpose` and
    `without_power` are a number's: what to ring it for, and whether it is answered when the power is out. `decisions`
    are local decisions that hold here: name to option, such as `latrine_mode`.

    `shown` is what the site shows of it (`name`, `slug`, and `old_slugs` that lead on): what another person said yes
    to, and nothing before. `named_by` are those who wrote name and slug since then."""

    __tablename__ = "places"
    __table_args__ = (UniqueConstraint("kind", "slug"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(60))
    old_slugs: Mapped[list[str]] = mapped_column(Json, default=list)
    name: Mapped[str] = mapped_column(String(60))
    other_names: Mapped[list[str]] = mapped_column(Json, default=list)
    areas: Mapped[list[str]] = mapped_column(Json, default=list)
    address: Mapped[str] = mapped_column(String(120), default="")
    hours: Mapped[str] = mapped_column(String(60), default="")
    accessible: Mapped[bool | None] = mapped_column(Boolean)
    bring: Mapped[list[str]] = mapped_column(Json, default=list)
    phone: Mapped[str] = mapped_column(String(20), default="")  # public, to be printed: E.164
    updates: Mapped[str] = mapped_column(String(60), default="")
    purpose: Mapped[str] = mapped_column(String(120), default="")
    without_power: Mapped[bool | None] = mapped_column(Boolean)
    owner: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    decisions: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    source: Mapped[str] = mapped_column(String(200), default="")  # the file, or who wrote it in
    made_at: Mapped[datetime] = mapped_column(Moment)  # first here, or here again
    imported_at: Mapped[datetime] = mapped_column(Moment)  # last confirmed by an import or by hand
    imported_by: Mapped[str] = mapped_column(String(254))
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    shown: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    named_by: Mapped[list[str]] = mapped_column(Json, default=list)
    shown_by: Mapped[str] = mapped_column(String(254), default="")
    shown_at: Mapped[datetime | None] = mapped_column(Moment)
