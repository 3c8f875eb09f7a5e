"""Reminders by mail, to the addresses of `HUB_REMINDER_MAIL`: each step once, and an owner at most once a week.

A step is written down before its mail is handed over, so that neither a second scheduler nor a worker that dies tells
it twice.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from flask import current_app
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from hub import clock, mail
from hub.database import db, deciding
from hub.library.partners.words import dated, phase_name
from hub.library.reminding import Reminder, ReminderKind, addresses, reminders
from hub.models import HubInstance, ReminderStep
from hub.settings import Settings

log = logging.getLogger(__name__)

PAUSE = timedelta(days=7)
"""Between two mails to the same owner, unless something expires."""


@dataclass(frozen=True)
class _Letter:
    """One mail: everything that its readers are to be reminded of, and the steps of it that are new."""

    to: tuple[str, ...]
    reminders: tuple[Reminder, ...]
    steps: tuple[str, ...]


def remind() -> int:
    """Mail what is due; how many mails were handed over. Nothing is sent without the setting, or once a newer hub has
    taken over.

    A mail that certainly was not taken is tried again at the next call; one that may have been is not.
    """
    settings: Settings = current_app.config["HUB"]
    session = db.session()
    session.rollback()
    instance = session.get(HubInstance, 1)
    if not settings.keeping.reminder_mail or (instance is not None and instance.newer):
        return 0
    readers = {addresses(settings, item.owner) for item in reminders(session)} - {()}
    session.rollback()
    told = 0
    for to in sorted(readers):
        try:
            letter = _take(settings, to)
        except IntegrityError:
            continue  # another scheduler took one of these steps in the same moment
        if letter is None:
            continue
        try:
            mail.send(settings.keeping.smtp_url, written(settings, letter.to, letter.reminders))
        except mail.Unreached as error:
            _give_back(letter)
            log.warning("reminders could not be mailed: %s", error)
            break
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            _give_back(letter)
            log.warning("reminders were refused by the mail server: %s", type(error).__name__)
        except (OSError, smtplib.SMTPException) as error:
            _note(letter, error=f"{type(error).__name__}: {error}"[:300])
            log.warning("nobody knows whether reminders were mailed: %s", error)
        else:
            _note(letter, told_at=clock.now())
            told += 1
    return told


def _take(settings: Settings, to: tuple[str, ...]) -> _Letter | None:
    """Write down that these readers are told now; None when there is nothing new, or they were told within a week.
    Raises IntegrityError when somebody else writes down one of the steps."""
    joined = ", ".join(to)[:500]
    with deciding() as session:
        now = clock.now()
        theirs = tuple(item for item in reminders(session) if addresses(settings, item.owner) == to)
        wanted = {item.step: item for item in theirs}
        taken = set(session.scalars(select(ReminderStep.step).where(ReminderStep.step.in_(wanted))))
        new = [item for step, item in wanted.items() if step not in taken]
        if not new:
            return None
        last = session.scalar(
            select(func.max(ReminderStep.taken_at)).where(
                or_(
                    ReminderStep.to == joined,
                    ReminderStep.owner.in_({item.owner[:200] for item in new}),
                )
            )
        )
        if last is not None and now - last < PAUSE and not any(item.is_expired for item in new):
            return None
        session.add_all(
            ReminderStep(step=item.step, owner=item.owner[:200], to=joined, taken_at=now)
            for item in new
        )
        session.flush()
    return _Letter(to, theirs, tuple(item.step for item in new))


def _give_back(letter: _Letter) -> None:
    with deciding() as session:
        session.execute(delete(ReminderStep).where(ReminderStep.step.in_(letter.steps)))


def _note(letter: _Letter, *, told_at: datetime | None = None, error: str | None = None) -> None:
    with deciding() as session:
        session.execute(
            update(ReminderStep)
            .where(ReminderStep.step.in_(letter.steps))
            .values(told_at=told_at, error=error)
        )


def written(settings: Settings, to: tuple[str, ...], found: Sequence[Reminder]) -> EmailMessage:
    """One mail with all of it, what has expired first."""
    expired = [item for item in found if item.is_expired]
    soon = [item for item in found if item.kind is ReminderKind.RENEW and not item.is_expired]
    waiting = [item for item in found if item.kind is ReminderKind.CO_SIGN]
    owners = ", ".join(dict.fromkeys(item.owner for item in found))
    return mail.written(
        to=to,
        sender=settings.keeping.alarm_from,
        site_url=settings.site_url,
        subject=f"[Klarbesked] {_subject(expired, soon, waiting)} ({owners})",
        body="\n".join(
            [
                f"{settings.municipality}: påmindelse til {owners} om de forberedte beskeder.",
                *_part("Udløbet. De kan kun sendes med en begrundelse:", expired, settings),
                *_part("Udløber snart:", soon, settings),
                *_part("Venter på et ja fra en medunderskriver:", waiting, settings),
                "",
                "Forny en besked: åbn den, læs den, tryk på Forny, og få den godkendt igen.",
                "Hele billedet, og hvad der skal gøres:",
                f"{settings.public_url}/desk/prepared/readiness",
                "",
                "Mailen kommer højst en gang om ugen, medmindre noget udløber.",
                "",
            ]
        ),
    )


def _subject(
    expired: Sequence[Reminder], soon: Sequence[Reminder], waiting: Sequence[Reminder]
) -> str:
    counts = (
        (len(expired), "besked er udløbet", "beskeder er udløbet"),
        (len(soon), "besked udløber snart", "beskeder udløber snart"),
        (len(waiting), "ja mangler", "ja mangler"),
    )
    return ", ".join(
        f"{number} {one if number == 1 else many}" for number, one, many in counts if number
    )


def _part(heading: str, found: Sequence[Reminder], settings: Settings) -> Iterator[str]:
    if found:
        yield from ("", heading)
    for item in found:
        name = f"{item.title.get('da') or item.key}: {phase_name(item.phase, 'da')}"
        when = f"{'udløb' if item.is_expired else 'udløber'} {dated(item.at, 'da')}"
        if item.kind is ReminderKind.CO_SIGN:
            when = f"{item.party}, siden {dated(item.at, 'da')}"
        yield f"- {name}, {when}"
        yield f"  {settings.public_url}/desk/prepared/{item.key}"
