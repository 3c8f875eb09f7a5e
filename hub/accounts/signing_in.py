"""Logging in: the password, then a code or a passkey; a first login sets the second factor up.

Each step counts the try before it looks (hub/accounts/throttling.py) and works outside any transaction while it
hashes. Addresses without an account take the same way and the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.accounts import (
    browsers,
    entries,
    factors,
    fresh,
    passkeys,
    passwords,
    provider,
    sessions,
    throttling,
)
from hub.accounts.refusals import LoginEnded, NoAccountHere, WrongCode, WrongLogin
from hub.accounts.roles import DOOR
from hub.database import db, deciding
from hub.models import LoginSession, Person, Stage

_NOTED = frozenset({5, *(10 * 2**n for n in range(16))})
"""At how many failures the journal notes them."""


@dataclass(frozen=True)
class Caller:
    """Who is at the other end: the network address, what the browser calls itself, the token of a browser that
    was logged in with before (`hub.accounts.browsers`), and whether it sits on this machine."""

    address: str
    agent: str = ""
    browser: str = ""
    local: bool = False


@dataclass(frozen=True)
class Begun:
    """A login has come to `stage`, under `token`; `codes` are recovery codes to print, shown this once."""

    token: str
    stage: Stage
    email: str
    codes: tuple[str, ...] = ()


def begin(email: str, password: str, caller: Caller) -> Begun:
    """The first step. Raises WrongLogin or TooManyTries."""
    address = email.strip().lower()[:254]
    browser = browsers.known(address, caller.browser)
    counted = (
        (throttling.known_browser(address, browser),)
        if browser
        else throttling.stranger(address, caller.address)
    )
    failures = throttling.count(counted)
    found = (
        db.session()
        .execute(
            select(Person.id, Person.password_hash, Person.closed_at).where(Person.email == address)
        )
        .first()
    )
    stored = found.password_hash if found is not None and found.closed_at is None else None
    db.session().rollback()
    if not passwords.right(stored, password) or found is None or stored is None:
        _note_failures(address if found is not None else "", failures)
        raise WrongLogin
    throttling.forgive(counted, wholly=counted[:1])
    better = passwords.hashed(password) if passwords.outdated(stored) else stored
    with deciding() as session:
        person = sessions.lock_person(session, found.id)
        if person.password_hash != stored or person.closed_at is not None:
            raise WrongLogin
        person.password_hash = better
        stage = stage_after_password(person)
        token = sessions.start(session, person, stage, how="password", agent=caller.agent)
        if stage is Stage.WHOLE:
            note_login(session, person, "password", failures[0] - 1)
    return Begun(token, stage, address)


def begin_with_provider(
    pending: provider.Pending | None, answer: Mapping[str, str], caller: Caller
) -> Begun:
    """The first step by the provider's word in place of the password; what comes after it is the same.

    Makes no account, and opens none whose owner has not chosen a password with their link: until then only that
    link leads in, and afterwards the password does, when the provider is away. Raises ProviderRefused,
    ProviderDown, NoVerifiedAddress, NoAccountHere, TooManyTries.
    """
    counted = (throttling.provider_from(caller.address),)
    failures = throttling.count(counted)
    address = provider.finish(pending, answer)
    with deciding() as session:
        number = session.scalar(select(Person.id).where(Person.email == address))
        if number is None:
            raise NoAccountHere
        person = sessions.lock_person(session, number)
        if person.closed_at is not None or person.password_hash is None:
            raise NoAccountHere
        stage = stage_after_password(person)
        token = sessions.start(session, person, stage, how="provider", agent=caller.agent)
        if stage is Stage.WHOLE:
            note_login(session, person, "provider", failures[0] - 1)
    throttling.forgive(counted, wholly=counted)
    return Begun(token, stage, address)


def stage_after_password(person: Person) -> Stage:
    """A code where a factor is set up; setting one up where a role asks for it; else nothing more."""
    if person.has_factor:
        return Stage.CODE
    return Stage.SETUP if person.needs_factor else Stage.WHOLE


def finish(token: str | None, code: str, caller: Caller) -> Begun:
    """The second step with a code from the app or a recovery code. Raises WrongCode, TooManyTries, LoginEnded."""

    def proved(session: Session, row: LoginSession, person: Person) -> str:
        factor = factors.use(session, person, code)
        if factor is None:
            raise WrongCode
        if factor is factors.Factor.RECOVERY:
            fresh.note_recovery(session, person)
        return factor.value

    return _second_step(token, caller, proved)


def finish_with_passkey(token: str | None, answer: str, caller: Caller) -> Begun:
    """The second step with a passkey: `answer` is the browser's JSON. Raises as `finish`."""

    def proved(session: Session, row: LoginSession, person: Person) -> str:
        passkeys.verify(session, row, person, answer)
        return factors.Factor.PASSKEY.value

    return _second_step(token, caller, proved)


def _second_step(
    token: str | None,
    caller: Caller,
    proved: Callable[[Session, LoginSession, Person], str],
) -> Begun:
    waiting = sessions.read(token, touch=False)
    if waiting is None or waiting.stage is not Stage.CODE:
        raise LoginEnded
    email = waiting.person.email
    where = browsers.known(email, caller.browser) or "login"
    counted = (throttling.code_of(waiting.person.id, where),)
    failures = throttling.count(counted)
    try:
        with deciding() as session:
            row, person = sessions.locked(session, token, Stage.CODE)
            how = proved(session, row, person)
            new = sessions.renew(row, Stage.WHOLE, how)
            note_login(session, person, how, failures[0] - 1)
    except WrongCode:
        _note_failures(email, failures)
        raise
    throttling.forgive(counted, wholly=counted)
    return Begun(new, Stage.WHOLE, email)


def propose_factor(token: str | None) -> factors.Setup:
    """What to put into an authenticator app: at the first login, or, with a fresh code, in place of the old one.

    Asked again, it says the same until it is finished.
    """
    with deciding() as session:
        row, person = sessions.locked(session, token, Stage.SETUP, Stage.WHOLE)
        if row.stage == Stage.SETUP and person.has_factor:
            raise LoginEnded  # it was set up elsewhere meanwhile
        if row.proposed_secret is None:
            if row.stage == Stage.WHOLE and person.has_factor:
                fresh.spend_of(person)
            row.proposed_secret = factors.new_secret()
        secret, email = row.proposed_secret, person.email
    return factors.setup(
        secret, email=email, issuer=f"Klarbesked {sessions.settings().municipality}"
    )


def has_proposal(token: str | None) -> bool:
    """Is an authenticator app being set up in this login?"""
    row = db.session().scalar(
        select(LoginSession).where(LoginSession.token_hash == sessions.token_hash(token or ""))
    )
    return row is not None and row.proposed_secret is not None


def finish_setup(token: str | None, code: str) -> Begun:
    """The app shows the right code: it is the factor from now on; other logins end; ten recovery codes.

    Raises WrongCode, TooManyTries, LoginEnded.
    """
    waiting = sessions.read(token, touch=False)
    if waiting is None or waiting.stage is Stage.CODE:
        raise LoginEnded
    email = waiting.person.email
    counted = (throttling.code_of(waiting.person.id, "setup"),)
    throttling.count(counted)
    with deciding() as session:
        row, person = sessions.locked(session, token, Stage.SETUP, Stage.WHOLE)
        if row.proposed_secret is None or (row.stage == Stage.SETUP and person.has_factor):
            raise LoginEnded
        typed = "".join(code.split())
        step = factors.right_step(row.proposed_secret, typed, after=None)
        if step is None:
            raise WrongCode
        replaced = person.has_factor
        person.totp_secret, person.totp_last_step = row.proposed_secret, step
        person.totp_set_at = clock.now()
        codes = factors.new_recovery_codes(session, person)
        sessions.end_all(session, person, but=row.id)
        first = row.stage == Stage.SETUP
        new = sessions.renew(row, Stage.WHOLE, factors.Factor.TOTP.value)
        actor = journal.Actor(person.email, DOOR)
        journal.append(session, actor, entries.FactorSet(replaced=replaced))
        if first:
            note_login(session, person, factors.Factor.TOTP.value, 0)
    throttling.forgive(counted, wholly=counted)
    return Begun(new, Stage.WHOLE, email, codes)


def note_login(session: Session, person: Person, how: str, failures: int) -> None:
    person.last_seen_at = clock.now()
    journal.append(
        session, journal.Actor(person.email, DOOR), entries.LoggedIn(how=how, failures=failures)
    )


def _note_failures(email: str, failures: tuple[int, ...]) -> None:
    """Some numbers of failures are worth an entry; not each one, or a stranger could fill the journal."""
    noted = [count for count in failures if count in _NOTED]
    if noted:
        with deciding() as session:
            journal.append(
                session,
                journal.Actor("hub", DOOR),
                entries.LoginsFailed(email=email, failures=max(noted)),
            )
