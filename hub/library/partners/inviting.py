"""A link for a partner: mailed to the registered address, never shown; and a code for it, shown once to whoever
rings the partner. Link and code are never in the same hands here."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.accounts import may_be_other_eyes
from hub.database import db, deciding
from hub.errors import Conflict, NotAllowed
from hub.library.partners import mails
from hub.library.partners.entries import PartnerInvited
from hub.library.partners.register import find, refuse_account
from hub.library.partners.waiting import waiting_for
from hub.library.signing import author_or_approver
from hub.models import LinkEnd, Partner, PartnerLink, Person
from hub.settings import is_loopback
from hub.text.said import Said

HOLDS: Final = timedelta(days=14)
PAGE: Final = "/sign/"
_UNSENT_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Invited:
    """A link is on its way. `code` is shown once, with the telephone (E.164) to tell it by."""

    party: str
    contact: str
    email: str
    phone: str
    code: str
    expires_at: datetime
    waiting: int


def invite(party: str, *, actor: journal.Actor) -> Invited:
    """Mail a link to the registered address of a party, for all that waits for it; links from before are closed once
    it is on its way. Needs the role author or approver.

    Raises NotFound for a party without an address; NotAllowed for whoever registered the address; Conflict when
    nothing waits for it, when no mail server is set, and when the mail server takes no mail (nothing is changed).
    """
    session = db.session()
    person = author_or_approver(session, actor)
    partner = find(session, party)
    _check(session, person, partner)
    versions = waiting_for(session, partner.party)
    if not versions:
        raise Conflict(
            Said(
                "Nothing waits for %(party)s: no version in review needs its yes. Submit one first.",
                party=partner.party,
            )
        )
    token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**6):06d}"
    until = clock.now() + HOLDS
    url = f"{mails.settings().public_url}{PAGE}{token}"
    mail = mails.invitation(partner, versions, url, until, person.email)
    number = partner.id
    link = _made(partner, person, token, code, until)
    found = Invited(
        party=partner.party,
        contact=partner.contact,
        email=partner.email,
        phone=partner.phone or "",
        code=code,
        expires_at=until,
        waiting=len(versions),
    )
    session.rollback()
    if not mails.send(found.email, *mail):
        raise Conflict(
            Said(
                "The mail server takes no mail for %(email)s: no link was sent. Ring %(party)s and ask for the right "
                "address; an administrator registers it.",
                email=found.email,
                party=found.party,
            )
        )
    _open_link(number, link, actor)
    return found


def _check(session: Session, person: Person, partner: Partner) -> None:
    found = mails.settings()
    if not found.keeping.smtp_url:
        raise Conflict(
            Said(
                "No mail server is set, and a link is sent by mail only. IT operations set HUB_SMTP_URL (and "
                "HUB_ALARM_FROM, whom mails come from). Until then record the yes by hand."
            )
        )
    if is_loopback(found.public_url) and not is_loopback(found.keeping.smtp_url):
        raise Conflict(
            Said(
                "HUB_PUBLIC_URL is %(address)s, which only this machine can open. IT operations set it to the address "
                "at which the hub can be reached from outside.",
                address=found.public_url,
            )
        )
    refuse_account(session, partner.email)
    reason = may_be_other_eyes(session, person, partner.registered_by)
    if reason is not None and person.email == partner.registered_by:
        raise NotAllowed(
            Said(
                "%(email)s registered the address of %(party)s. Another author or approver must send the link, so "
                "that nobody both chooses the address and holds the code.",
                email=person.email,
                party=partner.party,
            )
        )
    if reason is not None:
        raise NotAllowed(
            Said(
                "%(other)s registered the address of %(party)s, and one of you made the other's account or login "
                "within the last 24 hours. Another author or approver must send the link.",
                other=partner.registered_by,
                party=partner.party,
            )
        )


def _made(partner: Partner, person: Person, token: str, code: str, until: datetime) -> int:
    """A link that holds nothing yet: if the process dies from here on, what was mailed opens nothing."""
    with deciding() as session:
        now, hashed = clock.now(), token_hash(token)
        session.execute(
            delete(PartnerLink).where(
                PartnerLink.sent_at.is_(None), PartnerLink.made_at < now - _UNSENT_KEPT
            )
        )
        row = PartnerLink(
            partner_id=partner.id,
            token_hash=hashed,
            code_hash=code_hash(hashed, code),
            made_at=now,
            made_by=person.email,
            expires_at=until,
        )
        session.add(row)
        session.flush()
        return row.id


def _open_link(number: int, link: int, actor: journal.Actor) -> None:
    """The mail was taken: from now on this link holds, and no other of this partner does."""
    with deciding() as session:
        partner = session.get_one(Partner, number, with_for_update=True, populate_existing=True)
        row = session.get_one(PartnerLink, link, with_for_update=True, populate_existing=True)
        if row.closed_at is not None:
            raise Conflict(Said("The address was changed at the same moment. Send a new link."))
        now = clock.now()
        session.execute(
            update(PartnerLink)
            .where(
                PartnerLink.partner_id == row.partner_id,
                PartnerLink.id != row.id,
                PartnerLink.closed_at.is_(None),
                PartnerLink.sent_at.is_not(None),
            )
            .values(closed_at=now, closed_why=LinkEnd.REPLACED.value)
        )
        row.sent_at = now
        session.flush()
        journal.append(session, actor, PartnerInvited(partner.party, partner.email, row.expires_at))


def token_hash(token: str) -> str:
    """Tokens are 256 random bits: a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_hash(hashed: str, code: str) -> str:
    """Six digits are few, so the hash has a key that the database does not hold."""
    key = mails.settings().secret_key
    return hmac.new(key, f"partner:{hashed}:{code}".encode(), hashlib.sha256).hexdigest()
