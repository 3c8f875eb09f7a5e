"""Prepared messages: the files they came from, their versions, approvals and signatures."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.database import Base, Json, Moment
from hub.text.types import VersionText


class VersionState(StrEnum):
    """Where a version stands. Expired is not stored: it is an approved version past its review date."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    RETURNED = "returned"
    APPROVED = "approved"
    RETIRED = "retired"


class LibraryFile(Base):
    """A file as it was last loaded, byte for byte; what `hub library export` writes back."""

    __tablename__ = "library_files"

    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    loaded_at: Mapped[datetime] = mapped_column(Moment)


class Version(Base):
    """One frozen wording of a message. `content` is `VersionText.to_json()`; `scenario_meta` is the scenario's
    own data at that time (title per language, owner, co_signers, audiences, channels, cap, severity,
    review_months, repeat_is_harmless, verify). `number` counts a message's versions from 1."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("key", "number"),
        Index("ix_versions_key_state", "key", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    scenario: Mapped[str] = mapped_column(String(60))
    phase: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20), default=VersionState.DRAFT.value)
    hash: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    scenario_meta: Mapped[dict[str, Any]] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(254))
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    submitted_by: Mapped[str | None] = mapped_column(String(254))
    returned_by: Mapped[str | None] = mapped_column(String(254))
    returned_reason: Mapped[str | None] = mapped_column(Text)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by: Mapped[str | None] = mapped_column(String(254))
    approved_unsigned: Mapped[list[str] | None] = mapped_column(
        Json
    )  # translations that nobody had signed then; `unsigned_reason` says why it was approved
    unsigned_reason: Mapped[str | None] = mapped_column(Text)
    review_due: Mapped[datetime | None] = mapped_column(Moment)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)
    retired_by: Mapped[str | None] = mapped_column(String(254))
    recheck: Mapped[list[str]] = mapped_column(
        Json, default=list
    )  # names of facts changed since approval
    blocked: Mapped[list[str]] = mapped_column(
        Json, default=list
    )  # names of facts withdrawn as wrong

    languages: Mapped[list[VersionLanguage]] = relationship(
        back_populates="version", cascade="all, delete-orphan", lazy="selectin"
    )
    contributors: Mapped[list[VersionContributor]] = relationship(
        cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def text(self) -> VersionText:
        return VersionText.from_json(self.content)


class VersionLanguage(Base):
    """A language of a version and its hash."""

    __tablename__ = "version_languages"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    translated_by: Mapped[str | None] = mapped_column(String(200))
    translated_on: Mapped[str | None] = mapped_column(String(20))

    version: Mapped[Version] = relationship(back_populates="languages")


class VersionContributor(Base):
    """Somebody who wrote, loaded, edited or submitted a part of a version, and so may not approve it."""

    __tablename__ = "version_contributors"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True
    )
    person: Mapped[str] = mapped_column(String(254), primary_key=True)
    part: Mapped[str] = mapped_column(String(20), primary_key=True)  # loaded | edited | submitted


class Signature(Base):
    """A yes to a hash: a co-signer's to a version's (`party` set, `language` empty), or a reviewer's to one
    language's (`language` set). It holds wherever that hash stands, so it carries over to a new version whose
    hash for it is unchanged."""

    __tablename__ = "signatures"
    __table_args__ = (UniqueConstraint("key", "party", "language", "hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    party: Mapped[str] = mapped_column(String(100), default="")
    language: Mapped[str] = mapped_column(String(12), default="")
    hash: Mapped[str] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(200))  # the person who said yes
    recorded_by: Mapped[str] = mapped_column(String(254))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
