"""A code given now, for acts that ask for one: confirming, stopping, changing roles.

The page checks the code with `check_fresh_code`; the act itself, below the pages, spends it with
`spend_fresh_code` in its own transaction. One code, one act.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from hub import clock, journal
from hub.accounts import entries, factors, sessions, throttling
from hub.accounts.refusals import N_, RefusedState, WrongCode
from hub.accounts.roles import DOOR, find_person
from hub.database import deciding
from hub.models import Person

FRESH_FOR = timedelta(minutes=2)


def asks_for_code(person: Person) -> bool:
    """Must this person give a code? Everybody, but the people of a demo, who have no app."""
    return person.has_factor or not sessions.demo_mode()


def check_fresh_code(person: Person, code: str) -> None:
    """Use up a code from the person's app, or a recovery code, for one act within two minutes.

    A code that was used, for logging in too, is refused. Commits by itself: call it before the act's own
    transaction. Raises WrongCode or TooManyTries.
    """
    number = person.id
    if not asks_for_code(person):
        return
    counted = (throttling.code_of(number, "act"),)
    throttling.count(counted)
    with deciding() as session:
        locked = sessions.lock_person(session, number)
        factor = factors.use(session, locked, code)
        if factor is None:
            raise WrongCode
        locked.fresh_code_at = clock.now()
        if factor is factors.Factor.RECOVERY:
            note_recovery(session, locked)
    throttling.forgive(counted, wholly=counted)


def spend_fresh_code(session: Session, actor: journal.Actor) -> None:
    """The act takes the code that was given for it. At the desk only: the command line has no codes.

    Raises RefusedState when none was given within two minutes, or another act took it.
    """
    if actor.door != DOOR:
        return
    found = find_person(session, actor.name)
    person = sessions.lock_person(session, found.id)
    if asks_for_code(person):
        spend_of(person)


def spend_of(person: Person) -> None:
    """As `spend_fresh_code`, for a person whose row is locked."""
    if person.fresh_code_at is None or person.fresh_code_at < clock.now() - FRESH_FOR:
        raise RefusedState(N_("This asks for a code from your app, given now."))
    person.fresh_code_at = None


def note_recovery(session: Session, person: Person) -> None:
    """Into the journal: a recovery code was used."""
    left = factors.recovery_codes_left(session, person)
    journal.append(session, journal.Actor(person.email, DOOR), entries.RecoveryCodeUsed(left=left))
