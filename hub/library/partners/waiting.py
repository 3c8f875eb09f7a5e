"""What waits for a party, what it said before, and how far its yes has come."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock
from hub.library.lifecycle import co_signers, unsigned
from hub.library.partners.register import by_party
from hub.models import Partner, PartnerLink, Signature, Version, VersionState


@dataclass(frozen=True)
class LastYes:
    """A party's newest yes to another wording of a message, and that wording."""

    signature: Signature
    version: Version


@dataclass(frozen=True)
class CoSigner:
    """A party whose yes a version needs. `signature` is None while it is missing; `partner` None while no address is
    registered; `link` is the newest that was sent there, None when there was none."""

    party: str
    signature: Signature | None
    partner: Partner | None
    link: PartnerLink | None

    @property
    def link_is_open(self) -> bool:
        link = self.link
        return link is not None and link.closed_at is None and link.expires_at > clock.now()


def waiting_for(session: Session, party: str) -> list[Version]:
    """The versions in review that need this party's yes and do not have it, in the order in which they came."""
    rows = session.scalars(
        select(Version)
        .where(Version.state == VersionState.IN_REVIEW.value)
        .order_by(Version.submitted_at, Version.key)
        .execution_options(populate_existing=True)
    )
    return [row for row in rows if party in unsigned(session, row)]


def last_yes(session: Session, version: Version, party: str) -> LastYes | None:
    """What this party said yes to last, of another wording of the same message."""
    rows = session.execute(
        select(Signature, Version)
        .join(Version, (Version.key == Signature.key) & (Version.hash == Signature.hash))
        .where(
            Signature.key == version.key,
            Signature.party == party,
            Signature.language == "",
            Signature.hash != version.hash,
            Version.number < version.number,
        )
        .order_by(Signature.recorded_at.desc(), Version.number.desc())
        .limit(1)
    ).first()
    return LastYes(rows[0], rows[1]) if rows is not None else None


def co_signers_of(session: Session, version: Version) -> list[CoSigner]:
    """Every party whose yes this version needs, with where it stands."""
    signed = {
        row.party: row
        for row in session.scalars(
            select(Signature).where(
                Signature.key == version.key,
                Signature.hash == version.hash,
                Signature.language == "",
            )
        )
    }
    known = by_party(session)
    return [
        CoSigner(party, signed.get(party), known.get(party), newest_link(session, known.get(party)))
        for party in co_signers(version)
    ]


def newest_link(session: Session, partner: Partner | None) -> PartnerLink | None:
    """The newest link that was sent to this address."""
    if partner is None:
        return None
    return session.scalar(
        select(PartnerLink)
        .where(PartnerLink.partner_id == partner.id, PartnerLink.sent_at.is_not(None))
        .order_by(PartnerLink.sent_at.desc(), PartnerLink.id.desc())
        .limit(1)
    )
