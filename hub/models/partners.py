"""Partners that co-sign without an account, the links that are mailed to them, and what they answered by a link."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.database import Base, EncryptedNumber, Moment


class LinkEnd(StrEnum):
    """Why a partner's link is worth nothing any more, apart from its date."""

    ANSWERED = "answered"
    """Nothing waits for the party any more."""
    REPLACED = "replaced"
    """A newer link was sent."""
    TRIES = "tries"
    """The code was wrong too often."""
    REMOVED = "removed"
    """The address that it was sent to is registered no more."""


class Answer(StrEnum):
    """What a partner says of a version."""

    YES = "yes"
    OBJECTION = "objection"


class Partner(Base):
    """Whom a co-signing party is reached by: `party` as scenarios' `co_signers` name it. A changed address is a new
    row; the old one keeps its address, for the journal's sake, and loses person and telephone."""

    __tablename__ = "partners"
    __table_args__ = (
        Index(
            "ix_partners_party",
            "party",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    party: Mapped[str] = mapped_column(String(100))
    contact: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(240))
    phone: Mapped[str | None] = mapped_column(EncryptedNumber)  # None once removed
    registered_at: Mapped[datetime] = mapped_column(Moment)
    registered_by: Mapped[str] = mapped_column(String(254))
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_by: Mapped[str | None] = mapped_column(String(254))


class PartnerLink(Base):
    """A link that was mailed to a partner, and the code that was told by telephone: of both only hashes are kept.
    It holds once it was handed to the mail server (`sent_at`) and until it expires or is closed. `tries` counts
    wrong codes."""

    __tablename__ = "partner_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    used_at: Mapped[datetime | None] = mapped_column(Moment)  # the last answer
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_why: Mapped[str | None] = mapped_column(String(20))  # LinkEnd


class PartnerAnswer(Base):
    """What a partner said of a version by a link; `by` is the person who said it, `reason` that of an objection."""

    __tablename__ = "partner_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(
        ForeignKey("partner_links.id", ondelete="CASCADE"), index=True
    )
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    hash: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Moment)
