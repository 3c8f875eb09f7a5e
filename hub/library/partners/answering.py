"""What a partner answers by a link. Opening one changes nothing; an answer needs the code, and names the hash of each
version that it is about: one that is not as it was read stops the whole answer."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.database import db, deciding
from hub.errors import Conflict, Invalid, NotAllowed
from hub.library.lifecycle import CoSignerSigned, co_signers, move, unsigned, versions_of
from hub.library.partners import mails
from hub.library.partners.entries import CoSignerObjected, PartnerLinkClosed
from hub.library.partners.inviting import code_hash, token_hash
from hub.library.partners.waiting import waiting_for
from hub.models import (
    Answer,
    LinkEnd,
    Partner,
    PartnerAnswer,
    PartnerLink,
    Signature,
    Version,
    VersionState,
)

MOST_TRIES: Final = 5
LONGEST_NAME: Final = 200
LONGEST_REASON: Final = 500
DOOR: Final = "link"


class DeadLink(NotAllowed):
    """The link opens nothing. `why` is None where there is no such link, `expired` past its date, else its end."""

    def __init__(self, why: str | None, at: datetime | None = None) -> None:
        self.why, self.at = why, at
        super().__init__("This link opens nothing (any more). The municipality sends a new one.")


class WrongCode(Invalid):
    """The code is not the one that was told. `left` says how many tries there are, 0: the link is closed."""

    def __init__(self, left: int) -> None:
        self.left = left
        super().__init__(f"The code is not right. Tries left: {left}.")


class Outdated(Conflict):
    """Something is not as it was read: nothing was kept. `keys` names the messages."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(
            f"Changed since the page was opened: {', '.join(keys)}. Nothing was kept. Read it again."
        )


@dataclass(frozen=True)
class Given:
    """An answer about one version as it was read; `reason` goes with an objection."""

    version: int
    hash: str
    answer: Answer
    reason: str = ""


@dataclass(frozen=True)
class Kept:
    """An answer that was kept, with the version that it is about."""

    version: Version
    answer: PartnerAnswer


@dataclass(frozen=True)
class Opened:
    """What a link shows: what waits, and what was answered by it. `is_done`: nothing waits, and it takes no more
    answers."""

    partner: Partner
    link: PartnerLink
    waiting: tuple[Version, ...]
    kept: tuple[Kept, ...]

    @property
    def is_done(self) -> bool:
        return self.link.closed_at is not None

    @property
    def tries_left(self) -> int:
        return MOST_TRIES - self.link.tries


def opened(token: str) -> Opened:
    """What the link shows now; nothing is changed. Raises DeadLink."""
    session = db.session()
    link, partner = _find(session, token)
    return _opened(session, link, partner)


def answer(token: str, *, code: str, by: str, given: Sequence[Given]) -> Opened:
    """Keep what the person `by` says for the party: a yes is a co-signer's yes to exactly that hash, an objection
    sends the version back to its authors with its reason. All of it or nothing, in one transaction.

    Raises DeadLink; Invalid for an empty name, no answer, or an objection without a reason; WrongCode, which is
    counted (the link is closed after the fifth); Outdated when a version is not in review with that hash any more, or
    does not wait for this party. A yes that was kept already is kept once.
    """
    name = " ".join(by.split())
    _check(name, given)
    left: int | None = None
    said: list[tuple[Version, bool]] = []
    with deciding() as session:
        link, partner = _find(session, token, lock=True)
        if link.closed_at is not None:
            raise DeadLink(link.closed_why, link.closed_at)
        actor = journal.Actor(f"partner:{partner.email}", DOOR)
        if not _is_right(link, code):
            left = _count(session, link, partner, actor)
        else:
            said = _keep(session, actor, link, partner, name, given)
            if not waiting_for(session, partner.party):
                link.closed_at, link.closed_why = clock.now(), LinkEnd.ANSWERED.value
                session.flush()
    if left is not None:
        raise WrongCode(left)
    if said:
        mails.send_later(partner.email, *mails.receipt(partner, name, said))
    return _opened(db.session(), link, partner)


def _find(session: Session, token: str, *, lock: bool = False) -> tuple[PartnerLink, Partner]:
    """The link with this token; also one by which everything was answered."""
    query = (
        select(PartnerLink)
        .where(PartnerLink.token_hash == token_hash(token))
        .execution_options(populate_existing=True)
    )
    link = session.scalar(query.with_for_update() if lock else query)
    if link is None or link.sent_at is None:
        raise DeadLink(None)
    if link.closed_at is not None and link.closed_why != LinkEnd.ANSWERED:
        raise DeadLink(link.closed_why, link.closed_at)
    if link.expires_at <= clock.now():
        raise DeadLink("expired", link.expires_at)
    return link, session.get_one(Partner, link.partner_id)


def _opened(session: Session, link: PartnerLink, partner: Partner) -> Opened:
    rows = session.execute(
        select(PartnerAnswer, Version)
        .join(Version, Version.id == PartnerAnswer.version_id)
        .where(PartnerAnswer.link_id == link.id)
        .order_by(PartnerAnswer.id)
    )
    waiting = () if link.closed_at is not None else tuple(waiting_for(session, partner.party))
    return Opened(
        partner=partner,
        link=link,
        waiting=waiting,
        kept=tuple(Kept(version, row) for row, version in rows),
    )


def _check(name: str, given: Sequence[Given]) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"Name the person who answers, in 1 to {LONGEST_NAME} characters.")
    if not given:
        raise Invalid("Answer at least one message.")
    for item in given:
        length = len(_reason(item))
        if item.answer is Answer.OBJECTION and not 1 <= length <= LONGEST_REASON:
            raise Invalid(f"An objection needs a reason, in 1 to {LONGEST_REASON} characters.")


def _is_right(link: PartnerLink, code: str) -> bool:
    digits = "".join(code.split())
    return hmac.compare_digest(link.code_hash, code_hash(link.token_hash, digits))


def _count(session: Session, link: PartnerLink, partner: Partner, actor: journal.Actor) -> int:
    """A wrong code; how many tries are left."""
    link.tries += 1
    left = max(0, MOST_TRIES - link.tries)
    if not left:
        link.closed_at, link.closed_why = clock.now(), LinkEnd.TRIES.value
        journal.append(session, actor, PartnerLinkClosed(partner.party, partner.email, link.tries))
    session.flush()
    return left


def _keep(
    session: Session,
    actor: journal.Actor,
    link: PartnerLink,
    partner: Partner,
    name: str,
    given: Sequence[Given],
) -> list[tuple[Version, bool]]:
    """All answers; gives those that say something new. Rows are locked in the order of keys, as everywhere."""
    keys = dict(
        session.execute(
            select(Version.id, Version.key).where(Version.id.in_([item.version for item in given]))
        ).all()
    )
    outdated, said = [], []
    for item in sorted(given, key=lambda item: keys.get(item.version, "")):
        key = keys.get(item.version)
        if key is None:
            raise Outdated([])
        version = next(
            row for row in versions_of(session, key, lock=True) if row.id == item.version
        )
        if not _is_as_read(version, item, partner.party):
            outdated.append(key)
        elif item.answer is Answer.OBJECTION and partner.party not in unsigned(session, version):
            outdated.append(key)  # somebody else there has said yes to it
        elif item.answer is Answer.OBJECTION:
            _object(session, actor, version, partner.party, name, _reason(item))
            said.append((version, item))
        elif partner.party in unsigned(session, version):
            _sign(session, actor, version, partner.party, name)
            said.append((version, item))
    if outdated:
        raise Outdated(outdated)
    now = clock.now()
    for version, item in said:
        session.add(
            PartnerAnswer(
                link_id=link.id,
                version_id=version.id,
                hash=version.hash,
                answer=item.answer.value,
                by=name,
                reason=_reason(item) if item.answer is Answer.OBJECTION else "",
                at=now,
            )
        )
    link.used_at = now
    session.flush()
    return [(version, item.answer is Answer.YES) for version, item in said]


def _is_as_read(version: Version, item: Given, party: str) -> bool:
    return (
        version.state == VersionState.IN_REVIEW
        and hmac.compare_digest(version.hash.encode(), item.hash.strip().lower().encode())
        and version.text.hash == version.hash
        and party in co_signers(version)
    )


def _sign(session: Session, actor: journal.Actor, version: Version, party: str, name: str) -> None:
    session.add(
        Signature(
            key=version.key,
            party=party,
            language="",
            hash=version.hash,
            by=name,
            recorded_by=actor.name,
            recorded_at=clock.now(),
        )
    )
    session.flush()
    journal.append(
        session, actor, CoSignerSigned(version.key, version.number, version.hash, party, name)
    )


def _object(
    session: Session,
    actor: journal.Actor,
    version: Version,
    party: str,
    name: str,
    reason: str,
) -> None:
    move(version, VersionState.RETURNED)
    version.returned_by, version.returned_reason = f"{party} ({name})"[:254], reason
    journal.append(
        session,
        actor,
        CoSignerObjected(version.key, version.number, version.hash, party, name, reason),
    )


def _reason(item: Given) -> str:
    return " ".join(item.reason.split())
