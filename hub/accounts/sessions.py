"""Logins: kept in the database, so that ending one ends it at once, wherever its cookie is."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from hub import clock
from hub.accounts.refusals import LoginEnded
from hub.database import db, deciding
from hub.demo_marker import is_demo
from hub.models import Announcement, AnnouncementState, LoginSession, Person, Stage
from hub.settings import Settings

IDLE = timedelta(minutes=30)
"""A login that nobody uses ends after this, unless an announcement is in force: then it is night and there is
no time to log in again."""
LONGEST = timedelta(hours=12)
"""Whatever happens, a login ends after this."""
UNFINISHED = timedelta(minutes=20)
"""What a login may take from the password to its last step."""
_SEEN_EVERY = timedelta(minutes=1)
DEMO = "demo"


@dataclass(frozen=True)
class SignedIn:
    """A login and its person. Only at stage WHOLE may it reach anything but the login's own pages."""

    id: int
    person: Person
    stage: Stage
    how: str
    started_at: datetime
    last_seen_at: datetime
    agent: str

    @property
    def is_whole(self) -> bool:
        return self.stage is Stage.WHOLE


def settings() -> Settings:
    found: Settings = current_app.config["HUB"]
    return found


def demo_mode() -> bool:
    """Is this a demo's data, and can nothing leave the machine?"""
    return is_demo(settings().data_dir) and settings().gateways == ("outbox",)


def token_hash(token: str) -> str:
    """Tokens are 256 random bits: a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    return secrets.token_urlsafe(32)


def start(session: Session, person: Person, stage: Stage, *, how: str, agent: str) -> str:
    """Begin a login inside the caller's transaction; its token."""
    token, now = new_token(), clock.now()
    session.execute(delete(LoginSession).where(LoginSession.started_at < now - LONGEST))
    session.add(
        LoginSession(
            person_id=person.id,
            token_hash=token_hash(token),
            stage=stage.value,
            how=how,
            started_at=now,
            last_seen_at=now,
            agent=agent[:200],
        )
    )
    session.flush()
    return token


def renew(row: LoginSession, stage: Stage, how: str) -> str:
    """Take a login to its next stage under a new token; the old one is worth nothing from then on."""
    token, now = new_token(), clock.now()
    row.token_hash, row.stage, row.how = token_hash(token), stage.value, how
    row.started_at = row.last_seen_at = now
    row.proposed_secret = row.challenge = row.challenge_at = None
    return token


def read(token: str | None, *, touch: bool = True) -> SignedIn | None:
    """The login with this token, if it still runs and its account is open.

    `touch` counts as use; a page that asks again by itself passes False, so that a forgotten one ends.
    """
    if not token:
        return None
    session = db.session()
    row = session.scalar(select(LoginSession).where(LoginSession.token_hash == token_hash(token)))
    if row is None or not _runs(session, row):
        return None
    number, now = row.id, clock.now()
    if touch and now - row.last_seen_at >= _SEEN_EVERY:
        with deciding() as deciding_session:
            for statement in (
                update(LoginSession).where(LoginSession.id == number),
                update(Person).where(Person.id == row.person_id),
            ):
                deciding_session.execute(statement.values(last_seen_at=now))
        row = session.scalar(
            select(LoginSession).where(LoginSession.token_hash == token_hash(token))
        )
        if row is None:
            return None
    person = session.get(Person, row.person_id)
    if person is None or person.closed_at is not None:
        return None
    return _signed_in(row, person)


def _signed_in(row: LoginSession, person: Person) -> SignedIn:
    return SignedIn(
        row.id, person, Stage(row.stage), row.how, row.started_at, row.last_seen_at, row.agent
    )


def _runs(session: Session, row: LoginSession) -> bool:
    now = clock.now()
    if row.how == DEMO and not demo_mode():
        return False
    if row.stage != Stage.WHOLE:
        return now < row.started_at + UNFINISHED
    if now >= row.started_at + LONGEST:
        return False
    return now < row.last_seen_at + IDLE or _something_in_force(session)


def _something_in_force(session: Session) -> bool:
    states = (AnnouncementState.CONFIRMED.value, AnnouncementState.LIVE.value)
    return bool(session.scalar(select(exists().where(Announcement.state.in_(states)))))


def locked(session: Session, token: str | None, *stages: Stage) -> tuple[LoginSession, Person]:
    """The login and its person, both locked, inside the caller's transaction. Raises LoginEnded."""
    query = select(LoginSession).where(LoginSession.token_hash == token_hash(token or ""))
    number = session.scalar(query.with_only_columns(LoginSession.person_id))
    if number is None:
        raise LoginEnded
    person = lock_person(session, number)  # before the login, as everybody who ends logins does
    row = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None or row.stage not in stages or not _runs(session, row):
        raise LoginEnded
    if person.closed_at is not None:
        raise LoginEnded
    return row, person


def lock_person(session: Session, number: int) -> Person:
    return session.get_one(Person, number, with_for_update=True, populate_existing=True)


def end(token: str | None) -> None:
    """Log out."""
    if token:
        with deciding() as session:
            session.execute(
                delete(LoginSession).where(LoginSession.token_hash == token_hash(token))
            )


def end_all(session: Session, person: Person, *, but: int | None = None) -> None:
    """End every login of a person inside the caller's transaction, but one."""
    statement = delete(LoginSession).where(LoginSession.person_id == person.id)
    if but is not None:
        statement = statement.where(LoginSession.id != but)
    session.execute(statement)


def end_others(signed_in: SignedIn) -> None:
    """Log out everywhere else."""
    with deciding() as session:
        end_all(session, signed_in.person, but=signed_in.id)


def of_person(session: Session, person: Person) -> list[SignedIn]:
    """The logins that run, newest use first."""
    query = (
        select(LoginSession)
        .where(LoginSession.person_id == person.id, LoginSession.stage == Stage.WHOLE.value)
        .order_by(LoginSession.last_seen_at.desc())
    )
    return [_signed_in(row, person) for row in session.scalars(query) if _runs(session, row)]
