"""People, their roles, and who may be the other pair of eyes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.database import deciding
from hub.errors import Conflict, Invalid, NotAllowed, NotFound
from hub.models import Person, PersonRole, Role

FRESH_ACCOUNT = timedelta(hours=24)
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")


@dataclass(frozen=True)
class PersonAdded(journal.Entry):
    """An account was made."""

    kind: ClassVar[str] = "person-added"
    email: str
    roles: tuple[str, ...]


def add_person(
    email: str, roles: Sequence[Role], *, actor: journal.Actor, duty_phone: str | None = None
) -> Person:
    """Make an account. From the shell (`os:` actors) always; a named person needs the role admin.

    Raises Invalid for a wrong address or no role, Conflict when the address has an account.
    """
    address = email.strip().lower()
    if not _EMAIL.fullmatch(address) or len(address) > 254:
        raise Invalid(f"{email!r} is no e-mail address: write it as name@example.dk")
    if not roles:
        raise Invalid(f"{address} needs at least one role: {', '.join(Role)}")
    with deciding() as session:
        if not actor.name.startswith("os:"):
            require_role(session, actor, Role.ADMIN)
        if session.scalar(select(Person).where(Person.email == address)):
            raise Conflict(f"{address} already has an account; `hub user list` shows it")
        person = Person(
            email=address,
            made_at=clock.now(),
            made_by=actor.name,
            duty_phone=duty_phone,
            roles=[PersonRole(role=role.value) for role in sorted(set(roles))],
        )
        session.add(person)
        session.flush()
        journal.append(session, actor, PersonAdded(email=address, roles=tuple(sorted(set(roles)))))
    return person


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
    """The actor's account, if it has the role. Raises NotFound or NotAllowed, which names who may."""
    if actor.name.startswith("os:"):
        raise NotAllowed(
            f"{actor.name.removeprefix('os:')} is the machine's user, not a person with the role {role}. "
            f"Name the person with --as EMAIL.{_who_may(session, role)}"
        )
    person = find_person(session, actor.name)
    if role not in person.role_names:
        raise NotAllowed(f"{person.email} has not the role {role}.{_who_may(session, role)}")
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
