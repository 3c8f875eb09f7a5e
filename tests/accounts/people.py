"""People with a login, made the short way: password and app are set as a first login would leave them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hub import accounts, clock
from hub.accounts import factors, passwords, sessions
from hub.accounts.signing_in import Begun, Caller
from hub.database import db, deciding
from hub.journal import Actor
from hub.models import Person, PersonRole, Role, Stage

PASSWORD = "cykel-måne-tagsten-7"
OFFICE = Caller(address="192.0.2.10", agent="Office")
STRANGER = Caller(address="203.0.113.66", agent="Stranger")


@dataclass
class Somebody:
    """A person of a test: who they are at the desk, and the app in their pocket."""

    email: str
    secret: bytes

    @property
    def actor(self) -> Actor:
        return Actor(self.email, "desk")

    def row(self) -> Person:
        return accounts.find_person(db.session(), self.email)

    def code(self, steps: int = 0) -> str:
        """What the app shows now, or some half minutes from now."""
        return factors.code_at(self.secret, factors.step_of(clock.now()) + steps)

    def begin(self, caller: Caller = OFFICE, password: str = PASSWORD) -> Begun:
        return accounts.begin(self.email, password, caller)

    def log_in(self, caller: Caller = OFFICE, steps: int = 0) -> str:
        """The whole way; the token."""
        return accounts.finish(self.begin(caller).token, self.code(steps), caller).token

    def signed_in(self, token: str) -> sessions.SignedIn:
        found = sessions.read(token)
        assert found is not None
        return found

    def allow(self) -> None:
        """As if a code had been given for one act just now."""
        with deciding() as session:
            sessions.lock_person(session, self.row().id).fresh_code_at = clock.now()


def make(
    email: str, *roles: Role, factor: bool = True, password: str | None = PASSWORD
) -> Somebody:
    """An account of two days ago, made from the shell."""
    secret = factors.new_secret()
    session = db.session()
    session.add(
        Person(
            email=email,
            made_at=clock.now() - timedelta(days=2),
            made_by="os:tester",
            password_hash=passwords.hashed(password) if password else None,
            totp_secret=secret if factor else None,
            roles=[PersonRole(role=role.value) for role in roles],
        )
    )
    session.commit()
    return Somebody(email, secret)


def whole_session(email: str) -> str:
    """A login that is whole, without the way there."""
    with deciding() as session:
        person = accounts.find_person(session, email)
        return sessions.start(session, person, Stage.WHOLE, how="test", agent="test")
