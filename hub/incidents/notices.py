"""Telling our own people: the draft to those who may confirm it, and what was confirmed, paused or stopped.

Notices are SMS to duty phones through the same deliveries as everything else, written after the act is committed;
nothing waits for them.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Sequence

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub import accounts, clock, journal, queue
from hub.database import db, deciding
from hub.errors import Conflict, HubError, NotAllowed
from hub.models import (
    Announcement,
    ConfirmationCode,
    Person,
    PersonRole,
    Role,
)
from hub.settings import Settings
from hub.sms import broadcasts, fanout

log = logging.getLogger(__name__)

HUB = journal.Actor("hub", "notice")
MOST_TRIES = 5
NOTICE_PRIORITY = 40


def _settings() -> Settings:
    found: Settings = current_app.config["HUB"]
    return found


def _people_with_phones(session: Session, role: Role) -> list[Person]:
    query = (
        select(Person)
        .join(PersonRole)
        .where(
            PersonRole.role == role.value,
            Person.closed_at.is_(None),
            Person.duty_phone.is_not(None),
        )
        .order_by(Person.id)
    )
    return list(session.scalars(query))


def ask_to_confirm(number: int, actor: journal.Actor) -> None:
    """Send the exact text, marked as a draft, with a one-time code of their own, to those who may confirm it."""
    with deciding() as session:
        row = session.get_one(Announcement, number)
        session.execute(delete(ConfirmationCode).where(ConfirmationCode.announcement_id == number))
        text = row.composed.texts.get("da") or next(iter(row.composed.texts.values()))
        messages: list[tuple[str, str]] = []
        for person in _people_with_phones(session, Role.SENDER):
            if accounts.may_be_other_eyes(session, person, row.prepared_by) is not None:
                continue
            code = f"{secrets.randbelow(10**6):06d}"
            session.add(
                ConfirmationCode(
                    announcement_id=number, person_id=person.id, code_hash=_code_hash(number, code)
                )
            )
            messages.append(
                (
                    person.duty_phone or "",
                    f"KLADDE, ikke sendt. Melding {number} fra {actor.name}. Ring til vagten og sig koden "
                    f"{code} for at bekræfte. Teksten er:\n{text.sms}",
                )
            )
        exercise = row.incident.exercise
    _send(number, messages, exercise=exercise)


def tell_confirmed(number: int, by: str) -> None:
    """Tell everybody who may send that this went out."""
    _tell(number, f"er bekræftet af {by} og sendes nu.")


def tell_halted(number: int, what: str, actor: journal.Actor) -> None:
    """Tell everybody who may send that a broadcast of announcement `number` was paused or stopped."""
    _tell(number, f"er {what} af {actor.name}.")


def _tell(number: int, what: str) -> None:
    session = db.session()
    row = session.get_one(Announcement, number)
    exercise = row.incident.exercise
    words = f"{'ØVELSE. ' if exercise else ''}Melding {number} ({row.version.key}) {what}"
    phones = [person.duty_phone or "" for person in _people_with_phones(session, Role.SENDER)]
    session.rollback()
    _send(number, [(phone, words) for phone in phones], exercise=exercise)


def _send(number: int, messages: Sequence[tuple[str, str]], *, exercise: bool) -> None:
    """After the act's own commit, and never in its way: what fails here is logged."""
    for phone, text in messages:
        try:
            result = fanout.write_deliveries(
                fanout.FanoutPlan(
                    announcement_id=number,
                    texts={"da": text},
                    default_language="da",
                    numbers=[(phone, "da")],
                    priority=NOTICE_PRIORITY,
                    exercise=exercise,
                    purpose="notice",
                )
            )
            with deciding() as session:
                broadcasts.release(session, result.broadcast_id, actor=HUB)
        except (HubError, SQLAlchemyError) as error:
            log.warning("a notice of announcement %s could not be written: %s", number, error)
    if messages:
        queue.defer("dispatch", NOTICE_PRIORITY)


def _code_hash(announcement: int, code: str) -> str:
    key = _settings().secret_key
    return hmac.new(key, f"code:{announcement}:{code}".encode(), hashlib.sha256).hexdigest()


def count_try(announcement: int, code: str) -> None:
    """Count a try against every open code of an announcement, committed before the code is looked at, so that a
    refused one counts too. Raises NotAllowed after five."""
    wanted = _code_hash(announcement, code.replace(" ", ""))
    with deciding() as session:
        rows = list(
            session.scalars(
                select(ConfirmationCode)
                .where(ConfirmationCode.announcement_id == announcement)
                .with_for_update()
            )
        )
        if not rows:
            raise Conflict(
                f"No code was sent for announcement {announcement}: nobody who may confirm it has a duty phone "
                "(`hub user add --phone`)."
            )
        if all(row.tries >= MOST_TRIES for row in rows):
            raise NotAllowed(
                f"Too many wrong codes for announcement {announcement}: have it confirmed at a screen, or fill it "
                f"again with `hub announce --again {announcement}`, which sends new codes."
            )
        if not any(hmac.compare_digest(row.code_hash, wanted) for row in rows):
            for row in rows:
                row.tries += 1


def person_of_code(session: Session, announcement: int, code: str) -> Person:
    """The person to whom this code was sent; the code is used up. Raises NotAllowed for a wrong one."""
    wanted = _code_hash(announcement, code.replace(" ", ""))
    for row in session.scalars(
        select(ConfirmationCode).where(ConfirmationCode.announcement_id == announcement)
    ):
        usable = row.tries < MOST_TRIES and row.used_at is None
        if usable and hmac.compare_digest(row.code_hash, wanted):
            row.used_at = clock.now()
            return session.get_one(Person, row.person_id)
    raise NotAllowed(
        f"That is not a code for announcement {announcement}. Have it read aloud again, digit by digit."
    )
