"""Whom a co-signing party is reached by. An administrator registers, changes and removes it; the address that it was
before is told, because whoever holds the address can answer for the party."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.accounts import require_role
from hub.accounts.fresh import spend_fresh_code
from hub.database import db, deciding
from hub.errors import Conflict, Invalid, NotFound
from hub.library.partners import mails
from hub.library.partners.entries import PartnerChanged, PartnerRegistered, PartnerRemoved
from hub.models import LinkEnd, Partner, PartnerLink, Person, Role, Version, VersionState
from hub.text.said import Said
from hub.text.slot_types import Refused, callable_number

_EMAIL = re.compile(r"[^@\s,;<>\"()]{1,64}@[A-Za-z0-9.-]{1,160}\.[A-Za-z]{2,}")
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Registered:
    """What is registered now. `told` says whether the mail to the address from before was taken; None: there was
    none to tell."""

    partner: Partner
    told: bool | None = None


def register(
    party: str, *, email: str, contact: str, phone: str, actor: journal.Actor
) -> Registered:
    """Register whom a party is reached by, or change it; links that were sent before are closed. Needs the role
    admin, and at the desk a fresh code.

    The address from before is told first: Conflict, and nothing is changed, when the mail server cannot be reached.
    Raises Invalid for a party that no message names and for an address, name or telephone that cannot be used.
    """
    session: Session = db.session()
    require_role(session, actor, Role.ADMIN)
    name = _party(session, party)
    address, person, number = _email(email), _contact(contact), _phone(phone)
    refuse_account(session, address)
    old = _open(session, name)
    if old is not None and (old.email, old.contact, old.phone) == (address, person, number):
        return Registered(old)
    told = _tell(old, *mails.changed(old)) if old is not None else None
    with deciding() as session:
        admin = require_role(session, actor, Role.ADMIN)
        spend_fresh_code(session, actor)
        before = _open(session, name, lock=True)
        if (before.id if before else None) != (old.id if old else None):
            raise Conflict(
                Said("Somebody else changed %(party)s at the same moment. Look again.", party=name)
            )
        if before is not None:
            _close(session, before, admin.email)
        made = Partner(
            party=name,
            contact=person,
            email=address,
            phone=number,
            registered_at=clock.now(),
            registered_by=admin.email,
        )
        session.add(made)
        try:
            session.flush()
        except IntegrityError:  # the first address of a party, written twice at the same moment
            raise Conflict(
                Said("Somebody else changed %(party)s at the same moment. Look again.", party=name)
            ) from None
        entry = (
            PartnerRegistered(name, address)
            if before is None
            else PartnerChanged(name, address, before.email, bool(told))
        )
        journal.append(session, actor, entry)
    return Registered(made, told)


def remove(party: str, *, actor: journal.Actor) -> Registered:
    """Take a party's address away; links that were sent to it are closed. Needs the role admin, and at the desk a
    fresh code. The address is told, as with `register`. Raises NotFound."""
    session: Session = db.session()
    require_role(session, actor, Role.ADMIN)
    old = find(session, party)
    name, told = old.party, _tell(old, *mails.removed(old))
    with deciding() as session:
        admin = require_role(session, actor, Role.ADMIN)
        spend_fresh_code(session, actor)
        row = _open(session, name, lock=True)
        if row is None or row.id != old.id:
            raise Conflict(
                Said("Somebody else changed %(party)s at the same moment. Look again.", party=name)
            )
        _close(session, row, admin.email)
        journal.append(session, actor, PartnerRemoved(name, row.email, bool(told)))
    return Registered(row, told)


def by_party(session: Session) -> dict[str, Partner]:
    """Everybody who is registered, by party."""
    query = select(Partner).where(Partner.removed_at.is_(None)).order_by(Partner.party)
    return {row.party: row for row in session.scalars(query)}


def find(session: Session, party: str) -> Partner:
    """Who is registered for a party, however its name is capitalised. Raises NotFound."""
    wanted = " ".join(party.split()).casefold()
    known = by_party(session)
    for name, row in known.items():
        if name.casefold() == wanted:
            return row
    raise NotFound(
        Said(
            "No address is registered for %(party)s. Registered are: %(known)s. An administrator registers one.",
            party=repr(party),
            known=", ".join(known) or "–",
        )
    )


def get(session: Session, number: int) -> Partner:
    """The registered partner with this number. Raises NotFound, also for one that was replaced or removed."""
    row = session.get(Partner, number)
    if row is None or row.removed_at is not None:
        raise NotFound(
            Said("This partner is not registered any more. Look at the list of partners.")
        )
    return row


def parties_named(session: Session) -> tuple[str, ...]:
    """Every party that a message in use names as a co-signer, sorted."""
    metas = session.scalars(
        select(Version.scenario_meta).where(Version.state != VersionState.RETIRED.value)
    )
    return tuple(sorted({party for meta in metas for party in meta.get("co_signers", ())}))


def refuse_account(session: Session, email: str) -> None:
    """Whoever works here may not answer as a party too: else one person could be both pairs of eyes. Raises
    Invalid."""
    person = session.scalar(select(Person).where(Person.email == email, Person.closed_at.is_(None)))
    if person is not None and person.role_names - {Role.VIEWER}:
        raise Invalid(
            Said(
                "%(email)s has an account here that can change something, and cannot answer for another party too. "
                "Register another address, or let an author record the yes.",
                email=email,
            )
        )


def _party(session: Session, given: str) -> str:
    wanted, known = " ".join(given.split()).casefold(), parties_named(session)
    for party in (*known, *by_party(session)):
        if party.casefold() == wanted:
            return party
    raise Invalid(
        Said(
            "No message names %(party)s as a co-signer. Named are: %(known)s.",
            party=repr(given),
            known=", ".join(known) or "–",
        )
    )


def _email(given: str) -> str:
    address = given.strip().lower()
    if not _EMAIL.fullmatch(address):
        raise Invalid(
            Said(
                "%(email)s is no e-mail address: write it as name@example.dk.",
                email=repr(given.strip()),
            )
        )
    return address


def _contact(given: str) -> str:
    name = " ".join(given.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Invalid(
            Said(
                "Name the person who answers for the party, in 1 to %(most)s characters.",
                most=_LONGEST_NAME,
            )
        )
    return name


def _phone(given: str) -> str:
    try:
        return callable_number(given)
    except Refused as error:
        raise Invalid(
            Said(
                "%(phone)s is no telephone number that can be rung: write eight digits, or + and the country code.",
                phone=repr(given.strip()),
            )
        ) from error


def _open(session: Session, party: str, *, lock: bool = False) -> Partner | None:
    query = (
        select(Partner)
        .where(Partner.party == party, Partner.removed_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return session.scalar(query.with_for_update() if lock else query)


def _tell(old: Partner, subject: str, body: str) -> bool:
    """Without a mail server nobody can be told, and no link was ever sent."""
    if not mails.settings().keeping.smtp_url:
        return False
    return mails.send(old.email, subject, body)


def _close(session: Session, row: Partner, by: str) -> None:
    """Registered no more: its links are closed, person and telephone forgotten."""
    now = clock.now()
    row.removed_at, row.removed_by = now, by
    row.contact, row.phone = "", None
    session.execute(
        update(PartnerLink)
        .where(PartnerLink.partner_id == row.id, PartnerLink.closed_at.is_(None))
        .values(closed_at=now, closed_why=LinkEnd.REMOVED.value)
    )
    session.flush()
