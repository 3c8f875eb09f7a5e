"""Who has which role, who may be the other pair of eyes, and what a sender is bound to."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.accounts import sessions
from hub.accounts.refusals import N_, RefusedAct
from hub.errors import NotAllowed, NotFound
from hub.models import Person, PersonRole, Role

DOOR = "desk"
FRESH_ACCOUNT = timedelta(hours=24)


def all_people(session: Session) -> list[Person]:
    """Everybody with an account, by address."""
    return list(session.scalars(select(Person).order_by(Person.email)))


def find_person(session: Session, email: str) -> Person:
    """The open account with this address. Raises NotFound with what to do."""
    address = email.strip().lower()
    person = session.scalar(select(Person).where(Person.email == address))
    if person is None or person.closed_at is not None:
        raise NotFound(
            f"{address or 'Nobody'} has no account here. `hub user list` shows who has; "
            f"`hub user add EMAIL --role ROLE` makes one."
        )
    return person


def require_role(session: Session, actor: journal.Actor, role: Role) -> Person:
    """The actor's account, if it has the role. Raises NotFound or NotAllowed, which names who may.

    Who comes through the desk must also have set up a second factor for any role but `viewer`, whatever page let
    them in; the people of a demo have none.
    """
    if actor.name.startswith("os:"):
        raise NotAllowed(
            f"{actor.name.removeprefix('os:')} is the machine's user, not a person with the role {role}. "
            f"Name the person with --as EMAIL.{_who_may(session, role)}"
        )
    person = find_person(session, actor.name)
    if role not in person.role_names:
        raise NotAllowed(f"{person.email} has not the role {role}.{_who_may(session, role)}")
    unproven = actor.door == DOOR and role is not Role.VIEWER and not person.has_factor
    if unproven and not sessions.demo_mode():
        raise RefusedAct(N_("Set up your authenticator app first: log out and log in again."))
    return person


def _who_may(session: Session, role: Role) -> str:
    query = (
        select(Person.email)
        .join(PersonRole)
        .where(PersonRole.role == role.value, Person.closed_at.is_(None))
        .order_by(Person.email)
        .limit(5)
    )
    emails = list(session.scalars(query))
    if not emails:
        return f" Nobody has it yet: `hub user add EMAIL --role {role}`."
    return f" Who has it: {', '.join(emails)}."


def may_be_other_eyes(session: Session, person: Person, first: str) -> str | None:
    """None when `person` may check what `first` (an e-mail) did; else the reason in words.

    DESIGN rule 2: not the same person, and not when one of the two made the other's account or reset its factor
    within the last 24 hours.
    """
    if person.email == first.lower():
        return f"{person.email} did this and cannot be the second pair of eyes on it"
    other = session.scalar(select(Person).where(Person.email == first.lower()))
    for made, maker in ((person, first.lower()), (other, person.email)):
        if made is not None and _depends_on(made, maker):
            return (
                f"{maker} made the account of {made.email} or reset its login within the last 24 hours: "
                f"these two cannot be each other's second pair of eyes yet"
            )
    return None


def _depends_on(made: Person, maker: str) -> bool:
    recent = clock.now() - FRESH_ACCOUNT
    if made.made_by == maker and made.made_at > recent:
        return True
    return made.factor_reset_by == maker and (made.factor_reset_at or recent) > recent


def check_bounds(session: Session, person: Person, scenario: str, reach: int) -> None:
    """May this person send about `scenario` to `reach` phones? For preparing, adding a list and confirming.

    Raises RefusedAct, which says what the person is bound to and what to do.
    """
    if person.scenarios and scenario not in person.scenarios:
        raise RefusedAct(
            N_(
                "%(email)s may send about %(scenarios)s only, not about %(scenario)s. Ask somebody without this "
                "bound to do it."
            ),
            email=person.email,
            scenarios=", ".join(person.scenarios),
            scenario=scenario,
        )
    if person.largest_reach is not None and reach > person.largest_reach:
        raise RefusedAct(
            N_(
                "%(email)s may send to at most %(most)s phones at a time; this would reach %(reach)s. Take a "
                "smaller part of the list, or ask somebody without this bound to do it."
            ),
            email=person.email,
            most=person.largest_reach,
            reach=reach,
        )
