"""People and their roles."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.database import Base, EncryptedNumber, Moment


class Role(StrEnum):
    """What a person may do. Nothing is implied: an admin who shall send needs `sender` too."""

    VIEWER = "viewer"
    AUTHOR = "author"
    APPROVER = "approver"
    SENDER = "sender"
    ADMIN = "admin"


class Person(Base):
    """Somebody with an account. `email` is lower case. `made_by` is an e-mail, or `os:<user>` from the shell."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(254))
    factor_reset_at: Mapped[datetime | None] = mapped_column(Moment)
    factor_reset_by: Mapped[str | None] = mapped_column(String(254))
    duty_phone: Mapped[str | None] = mapped_column(EncryptedNumber)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    roles: Mapped[list[PersonRole]] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def role_names(self) -> frozenset[Role]:
        return frozenset(Role(item.role) for item in self.roles)


class PersonRole(Base):
    """One role of one person."""

    __tablename__ = "person_roles"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(20), primary_key=True)

    person: Mapped[Person] = relationship(back_populates="roles")
