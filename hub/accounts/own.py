"""What a person changes about their own login."""

from __future__ import annotations

from hub import clock, journal
from hub.accounts import entries, factors, fresh, passwords, sessions, throttling
from hub.accounts.refusals import N_, RefusedInput, RefusedState
from hub.accounts.roles import DOOR
from hub.accounts.sessions import SignedIn
from hub.database import deciding
from hub.models import Stage


def change_password(signed_in: SignedIn, token: str, current: str, new: str) -> None:
    """Change one's own password; all other logins end. Raises RefusedInput or TooManyTries."""
    person = signed_in.person
    number, email, stored = person.id, person.email, person.password_hash
    counted = (throttling.code_of(number, "password"),)
    throttling.count(counted)
    if not passwords.right(stored, current):
        raise RefusedInput(N_("The password you have now is not right."))
    throttling.forgive(counted, wholly=counted)
    passwords.check(new, email=email, municipality=sessions.settings().municipality)
    if passwords.normal(new) == passwords.normal(current):
        raise RefusedInput(N_("The new password is the one you have."))
    fresh_hash = passwords.hashed(new)
    with deciding() as session:
        row, locked = sessions.locked(session, token, Stage.WHOLE)
        if locked.id != number or locked.password_hash != stored:
            raise RefusedState(N_("The password was changed elsewhere meanwhile."))
        locked.password_hash, locked.password_set_at = fresh_hash, clock.now()
        sessions.end_all(session, locked, but=row.id)
        journal.append(session, journal.Actor(email, DOOR), entries.PasswordChanged())


def new_recovery_codes(token: str) -> tuple[str, ...]:
    """Ten new recovery codes, shown this once; the old ones are void. Takes a fresh code."""
    with deciding() as session:
        _, person = sessions.locked(session, token, Stage.WHOLE)
        if not person.has_factor:
            raise RefusedState(N_("Set up an authenticator app first."))
        fresh.spend_of(person)
        codes = factors.new_recovery_codes(session, person)
        journal.append(session, journal.Actor(person.email, DOOR), entries.RecoveryCodesMade())
    return codes
