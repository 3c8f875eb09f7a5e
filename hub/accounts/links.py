"""One-use links to an account: an invitation, a reset, and, in a demo, a login.

A link's token is 256 random bits of which only the hash is kept. Opening a link changes nothing (chat programs
open links by themselves); the form behind it uses it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.accounts import entries, passwords, sessions, signing_in, throttling
from hub.accounts.refusals import N_, DeadLink, RefusedAct
from hub.accounts.roles import DOOR
from hub.accounts.signing_in import Begun, Caller
from hub.database import db, deciding
from hub.models import AccountLink, LinkKind, Person, Stage

HOLDS = timedelta(hours=72)
DEMO_HOLDS = timedelta(hours=24)
_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Link:
    """A link to hand over, by voice or mail; it is shown once."""

    email: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class Opened:
    """What a link is for."""

    email: str
    kind: LinkKind
    expires_at: datetime


def make(session: Session, person: Person, kind: LinkKind, actor: journal.Actor) -> Link:
    """A new link inside the caller's transaction; those made before for this person are void."""
    now = clock.now()
    holds = DEMO_HOLDS if kind is LinkKind.DEMO else HOLDS
    session.execute(
        delete(AccountLink).where(AccountLink.person_id == person.id, AccountLink.used_at.is_(None))
    )
    session.execute(delete(AccountLink).where(AccountLink.expires_at < now - _KEPT))
    token = sessions.new_token()
    session.add(
        AccountLink(
            person_id=person.id,
            kind=kind.value,
            token_hash=sessions.token_hash(token),
            made_at=now,
            made_by=actor.name,
            expires_at=now + holds,
        )
    )
    session.flush()
    page = "demo" if kind is LinkKind.DEMO else "welcome"
    return Link(person.email, f"{sessions.settings().public_url}/desk/{page}/{token}", now + holds)


def void(session: Session, person: Person) -> None:
    """Make every unused link of a person worthless."""
    session.execute(
        delete(AccountLink).where(AccountLink.person_id == person.id, AccountLink.used_at.is_(None))
    )


def opened(token: str, caller: Caller) -> Opened:
    """What the link is for, without using it up. Raises DeadLink or TooManyTries."""
    counted = (throttling.link_from(caller.address),)
    throttling.count(counted)
    row, person = _find(db.session(), token, lock=False)
    found = Opened(person.email, LinkKind(row.kind), row.expires_at)
    throttling.forgive(counted)
    return found


def redeem(token: str, password: str, caller: Caller) -> Begun:
    """Set the password and begin a login with it; a role that asks for a second factor sets it up next.

    Whoever made the link had the login in their hands, so from now on the 24 hours of
    `may_be_other_eyes` count from here. Raises DeadLink, RefusedInput (the password) or TooManyTries.
    """
    found = opened(token, caller)
    if found.kind is LinkKind.DEMO:
        raise DeadLink
    passwords.check(password, email=found.email, municipality=sessions.settings().municipality)
    fresh_hash = passwords.hashed(password)
    with deciding() as session:
        row, person = _find(session, token, lock=True)
        now = clock.now()
        row.used_at = now
        person.password_hash, person.password_set_at = fresh_hash, now
        person.factor_reset_at, person.factor_reset_by = now, row.made_by
        sessions.end_all(session, person)
        stage = signing_in.stage_after_password(person)
        new = sessions.start(session, person, stage, how="link", agent=caller.agent)
        actor = journal.Actor(person.email, DOOR)
        if stage is Stage.WHOLE:
            signing_in.note_login(session, person, "link", 0)
        journal.append(
            session,
            actor,
            entries.LinkUsed(email=person.email, purpose=row.kind, made_by=row.made_by),
        )
        return Begun(new, stage, person.email)


def demo_login_link(person: Person) -> Link:
    """A link that logs in by itself: demo data, the outbox as the only gateway, and this machine only.

    Raises RefusedAct anywhere else.
    """
    number = person.id
    _check_demo()
    with deciding() as session:
        locked = sessions.lock_person(session, number)
        return make(session, locked, LinkKind.DEMO, journal.Actor("os:demo", "demo"))


def redeem_demo(token: str, caller: Caller) -> Begun:
    """Log in with a demo's link. Raises RefusedAct away from this machine, DeadLink."""
    _check_demo()
    if not caller.local:
        raise RefusedAct(N_("A demo's links work on the machine that runs it only."))
    with deciding() as session:
        row, person = _find(session, token, lock=True)
        if row.kind != LinkKind.DEMO:
            raise DeadLink
        row.used_at = clock.now()
        new = sessions.start(session, person, Stage.WHOLE, how=sessions.DEMO, agent=caller.agent)
        signing_in.note_login(session, person, sessions.DEMO, 0)
        return Begun(new, Stage.WHOLE, person.email)


def _check_demo() -> None:
    if not sessions.demo_mode():
        raise RefusedAct(N_("Links that log in by themselves are for a demo's made-up data only."))


def _find(session: Session, token: str, *, lock: bool) -> tuple[AccountLink, Person]:
    query = select(AccountLink).where(AccountLink.token_hash == sessions.token_hash(token))
    row = session.scalar(query)
    if row is None:
        raise DeadLink
    if lock:
        person = sessions.lock_person(session, row.person_id)  # first, as whoever makes links does
        row = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    else:
        person = session.get_one(Person, row.person_id)
    if row is None or row.used_at is not None or row.expires_at <= clock.now():
        raise DeadLink
    if person.closed_at is not None:
        raise DeadLink
    return row, person
