"""Making and changing accounts. From the shell (`os:` actors) always; a named person needs the role admin, and at
the desk a code given now for each act."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.accounts import entries, fresh, links, sessions
from hub.accounts.entries import PersonAdded
from hub.accounts.refusals import N_, RefusedAct, RefusedInput, RefusedState
from hub.accounts.roles import (
    all_people,
    check_bounds,
    find_person,
    may_be_other_eyes,
    require_role,
)
from hub.database import deciding
from hub.models import LinkKind, Passkey, Person, PersonRole, PersonScenario, RecoveryCode, Role

__all__ = [
    "PersonAdded",
    "add_person",
    "all_people",
    "change_bounds",
    "change_duty_phone",
    "change_roles",
    "check_bounds",
    "close",
    "find_person",
    "invite",
    "may_be_other_eyes",
    "require_role",
    "reset",
]

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_SCENARIO = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def add_person(
    email: str,
    roles: Sequence[Role],
    *,
    actor: journal.Actor,
    duty_phone: str | None = None,
    scenarios: Iterable[str] = (),
    most: int | None = None,
) -> Person:
    """Make an account, bound when sending to `scenarios` (none: all) and at most `most` phones (None: any).

    Raises RefusedInput for a wrong address, bound or no role, RefusedState when the address has an account.
    """
    address = email.strip().lower()
    if not _EMAIL.fullmatch(address) or len(address) > 254:
        raise RefusedInput(
            N_("%(email)s is no e-mail address: write it as name@example.dk"), email=repr(email)
        )
    if not roles:
        raise RefusedInput(
            N_("%(email)s needs at least one role: %(roles)s"),
            email=address,
            roles=", ".join(Role),
        )
    bound = _checked_bounds(scenarios, most)
    with deciding() as session:
        _require_admin(session, actor)
        if session.scalar(select(Person).where(Person.email == address)):
            raise _has_account(address)
        person = Person(
            email=address,
            made_at=clock.now(),
            made_by=actor.name,
            duty_phone=duty_phone,
            largest_reach=most,
            roles=[PersonRole(role=role.value) for role in sorted(set(roles))],
            bound_scenarios=[PersonScenario(scenario=name) for name in bound],
        )
        session.add(person)
        try:
            session.flush()
        except IntegrityError:  # somebody else made it at the same moment
            raise _has_account(address) from None
        journal.append(
            session,
            actor,
            PersonAdded(email=address, roles=tuple(sorted(set(roles))), scenarios=bound, most=most),
        )
    return person


def _has_account(email: str) -> RefusedState:
    return RefusedState(
        N_("%(email)s already has an account; `hub user list` shows it"), email=email
    )


def add_and_invite(
    email: str,
    roles: Sequence[Role],
    *,
    actor: journal.Actor,
    duty_phone: str | None = None,
    scenarios: Iterable[str] = (),
    most: int | None = None,
) -> links.Link:
    """Make an account and its first link in one step, with one code."""
    with deciding() as session:
        person = add_person(
            email, roles, actor=actor, duty_phone=duty_phone, scenarios=scenarios, most=most
        )
        return _link(session, person, LinkKind.INVITE, actor)


def invite(email: str, *, actor: journal.Actor) -> links.Link:
    """A link with which somebody new sets password and second factor; one made before is void.

    Raises RefusedState for somebody who has logged in: their login is reset instead.
    """
    with deciding() as session:
        _require_admin(session, actor, email)
        person = _locked(session, email)
        if person.password_hash is not None or person.has_factor:
            raise RefusedState(
                N_("%(email)s has a login already. Reset it to make a new link."),
                email=person.email,
            )
        return _link(session, person, LinkKind.INVITE, actor)


def reset(email: str, *, actor: journal.Actor) -> links.Link:
    """Take away password, app, recovery codes and passkeys, end all logins, and make a new link.

    For 24 hours after it, and after the link is used, the person cannot be the second pair of eyes for whoever
    did this (`may_be_other_eyes`). Raises RefusedAct for one's own login.
    """
    with deciding() as session:
        _require_admin(session, actor, email)
        person = _locked(session, email)
        if person.email == actor.name:
            raise RefusedAct(
                N_(
                    "You cannot reset your own login: change it under your account, or ask another administrator."
                )
            )
        _forget_login(session, person)
        person.factor_reset_at, person.factor_reset_by = clock.now(), actor.name
        journal.append(session, actor, entries.LoginReset(email=person.email))
        return _link(session, person, LinkKind.RESET, actor)


def change_roles(email: str, roles: Sequence[Role], *, actor: journal.Actor) -> None:
    """Give a person these roles and no others; their logins end. Raises RefusedState for the last admin."""
    if not roles:
        raise RefusedInput(N_("Choose at least one role, or close the account."))
    after = tuple(sorted(set(roles)))
    with deciding() as session:
        admins = _require_admin(session, actor, email)
        person = _locked(session, email)
        before = tuple(sorted(person.role_names))
        if after == before:
            return
        if Role.ADMIN not in after:
            _keep_an_admin(admins, person)
        person.roles = [item for item in person.roles if Role(item.role) in after] + [
            PersonRole(role=role.value) for role in after if role not in before
        ]
        sessions.end_all(session, person)
        journal.append(
            session, actor, entries.RolesChanged(email=person.email, before=before, after=after)
        )


def change_bounds(
    email: str, *, scenarios: Iterable[str], most: int | None, actor: journal.Actor
) -> None:
    """Bind a sender to scenarios (none: all) and to a largest reach in phones (None: any)."""
    bound = _checked_bounds(scenarios, most)
    with deciding() as session:
        _require_admin(session, actor, email)
        person = _locked(session, email)
        if (person.scenarios, person.largest_reach) == (bound, most):
            return
        person.largest_reach = most
        person.bound_scenarios = [
            item for item in person.bound_scenarios if item.scenario in bound
        ] + [PersonScenario(scenario=name) for name in bound if name not in person.scenarios]
        journal.append(
            session, actor, entries.BoundsChanged(email=person.email, scenarios=bound, most=most)
        )


def change_duty_phone(email: str, phone: str | None, *, actor: journal.Actor) -> None:
    """Set the duty phone (E.164) or take it away.

    Codes for confirming by telephone go there, so whoever sets it holds a factor of that person: for 24 hours the
    person cannot be the second pair of eyes for them.
    """
    with deciding() as session:
        _require_admin(session, actor, email)
        person = _locked(session, email)
        if person.duty_phone == phone:
            return
        person.duty_phone = phone
        if person.email != actor.name:
            person.factor_reset_at, person.factor_reset_by = clock.now(), actor.name
        journal.append(
            session,
            actor,
            entries.DutyPhoneChanged(email=person.email, has_one=phone is not None),
        )


def close(email: str, *, actor: journal.Actor) -> None:
    """Close an account for good: logins end, the login is forgotten, the name stays in the journal.

    Raises RefusedState for the last admin.
    """
    with deciding() as session:
        admins = _require_admin(session, actor, email)
        person = _locked(session, email)
        _keep_an_admin(admins, person)
        _forget_login(session, person)
        links.void(session, person)
        person.closed_at = clock.now()
        person.duty_phone = None
        journal.append(session, actor, entries.PersonClosed(email=person.email))


def _require_admin(session: Session, actor: journal.Actor, email: str = "") -> list[Person]:
    """Everybody with an open account and the role admin, locked, with the actor and whom it is about: all in one
    order, so that two who act on each other wait instead of blocking each other.

    Raises NotAllowed, or RefusedState without a fresh code.
    """
    admins = select(PersonRole.person_id).where(PersonRole.role == Role.ADMIN.value)
    concerned = (actor.name, email.strip().lower())
    query = (
        select(Person)
        .where(or_(Person.id.in_(admins), Person.email.in_(concerned)))
        .order_by(Person.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    people = list(session.scalars(query))
    if not actor.name.startswith("os:"):
        require_role(session, actor, Role.ADMIN)
        fresh.spend_fresh_code(session, actor)
    return [
        person for person in people if person.closed_at is None and Role.ADMIN in person.role_names
    ]


def _locked(session: Session, email: str) -> Person:
    return sessions.lock_person(session, find_person(session, email).id)


def _link(session: Session, person: Person, kind: LinkKind, actor: journal.Actor) -> links.Link:
    link = links.make(session, person, kind, actor)
    journal.append(session, actor, entries.LinkMade(email=person.email, purpose=kind.value))
    return link


def _forget_login(session: Session, person: Person) -> None:
    person.password_hash = person.password_set_at = None
    person.totp_secret = person.totp_set_at = person.totp_last_step = person.fresh_code_at = None
    for table in (RecoveryCode, Passkey):
        session.execute(delete(table).where(table.person_id == person.id))
    sessions.end_all(session, person)


def _keep_an_admin(admins: list[Person], leaving: Person) -> None:
    """Somebody else must be admin, and must be able to log in if the one who leaves is."""
    if Role.ADMIN not in leaving.role_names:
        return
    others = [person for person in admins if person.id != leaving.id]
    if leaving.has_factor:
        others = [person for person in others if person.has_factor]
    if not others:
        raise RefusedState(
            N_(
                "%(email)s is the last administrator who can log in. Make somebody else one first, who has logged "
                "in once."
            ),
            email=leaving.email,
        )


def _checked_bounds(scenarios: Iterable[str], most: int | None) -> tuple[str, ...]:
    found = tuple(sorted({name.strip() for name in scenarios if name.strip()}))
    for name in found:
        if not _SCENARIO.fullmatch(name) or len(name) > 100:
            raise RefusedInput(
                N_("%(name)s is no scenario's name: it is written like water-boil."),
                name=repr(name),
            )
    if most is not None and not 0 <= most <= 10_000_000:
        raise RefusedInput(N_("The largest reach is a number of phones, 0 or more."))
    return found
