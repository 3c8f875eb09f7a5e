"""People, their roles and bounds, and what their logins consist of."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from hub.database import Base, EncryptedNumber, Json, Moment, number_cipher


class EncryptedSecret(TypeDecorator[bytes]):
    """The secret of a factor, encrypted at rest with `HUB_NUMBER_KEY` and bound to this use of it, so that new
    session keys (`HUB_SECRET_KEY`) shut nobody out."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else number_cipher().encrypt(value, [b"factor"])

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else number_cipher().decrypt(bytes(value), [b"factor"])


class Role(StrEnum):
    """What a person may do. Nothing is implied: an admin who shall send needs `sender` too."""

    VIEWER = "viewer"
    AUTHOR = "author"
    APPROVER = "approver"
    SENDER = "sender"
    ADMIN = "admin"


class Stage(StrEnum):
    """How far a login has come: the password was right and a code is asked for, or a factor must be set up
    first, or it is whole. Only a whole one reaches anything but the login's own pages."""

    CODE = "code"
    SETUP = "setup"
    WHOLE = "whole"


class LinkKind(StrEnum):
    """What a one-use link is for."""

    INVITE = "invite"
    RESET = "reset"
    DEMO = "demo"


class Person(Base):
    """Somebody with an account. `email` is lower case. `made_by` is an e-mail, or `os:<user>` from the shell.

    `factor_reset_by` is who last had power over the login: who reset it, and whose link was used to set it up.
    `totp_last_step` is the newest 30-second step whose code was used: none is taken twice. `fresh_code_at` is
    when a code was given for an act that asks for one; the act spends it. `largest_reach` (None: any) is the
    most phones that a broadcast of this person may reach, `scenarios` (none: any) what it may be about.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(254))
    factor_reset_at: Mapped[datetime | None] = mapped_column(Moment)
    factor_reset_by: Mapped[str | None] = mapped_column(String(254))
    duty_phone: Mapped[str | None] = mapped_column(EncryptedNumber)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_set_at: Mapped[datetime | None] = mapped_column(Moment)
    totp_secret: Mapped[bytes | None] = mapped_column(EncryptedSecret)
    totp_set_at: Mapped[datetime | None] = mapped_column(Moment)
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    fresh_code_at: Mapped[datetime | None] = mapped_column(Moment)
    passkey_handle: Mapped[bytes | None] = mapped_column(LargeBinary)
    largest_reach: Mapped[int | None]
    last_seen_at: Mapped[datetime | None] = mapped_column(Moment)

    roles: Mapped[list[PersonRole]] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="selectin"
    )
    bound_scenarios: Mapped[list[PersonScenario]] = relationship(
        cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def role_names(self) -> frozenset[Role]:
        return frozenset(Role(item.role) for item in self.roles)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios this person may send about; none means all."""
        return tuple(sorted(item.scenario for item in self.bound_scenarios))

    @property
    def has_factor(self) -> bool:
        return self.totp_secret is not None

    @property
    def needs_factor(self) -> bool:
        """Every role but `viewer` can change something and needs a second factor."""
        return bool(self.role_names - {Role.VIEWER})


class PersonRole(Base):
    """One role of one person."""

    __tablename__ = "person_roles"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(20), primary_key=True)

    person: Mapped[Person] = relationship(back_populates="roles")


class PersonScenario(Base):
    """One scenario that a person is bound to when sending."""

    __tablename__ = "person_scenarios"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    scenario: Mapped[str] = mapped_column(String(100), primary_key=True)


class RecoveryCode(Base):
    """One printed code, one use. Only its hash is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Passkey(Base):
    """A WebAuthn credential. `sign_count` is what the authenticator last said; `transports` how to reach it."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(Json)
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)


class LoginSession(Base):
    """A login in one browser. Only the hash of its token is kept; a new stage has a new token.

    `proposed_secret` is the factor being set up, `challenge` what a passkey must sign (used once).
    """

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    stage: Mapped[str] = mapped_column(String(10))
    how: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    agent: Mapped[str] = mapped_column(String(200))
    proposed_secret: Mapped[bytes | None] = mapped_column(EncryptedSecret)
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary)
    challenge_at: Mapped[datetime | None] = mapped_column(Moment)


class AccountLink(Base):
    """A one-use link to an account. Only the hash of its token is kept."""

    __tablename__ = "account_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class LoginTries(Base):
    """How often somebody tried in vain: one row for what is counted (an account, a browser, an address), named
    by a keyed hash, so that the table tells nobody who tried."""

    __tablename__ = "login_tries"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Moment, index=True)
    blocked_until: Mapped[datetime] = mapped_column(Moment)
