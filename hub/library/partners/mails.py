"""Mails to partners, in Danish. No mail ever holds a code, and only an invitation holds a link."""

from __future__ import annotations

import logging
import smtplib
import threading
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage

from flask import current_app

from hub import mail
from hub.errors import Conflict
from hub.library.lifecycle import scenario_title
from hub.library.partners.words import dated, phase_name
from hub.models import Partner, Version
from hub.settings import Settings
from hub.text.said import Said

log = logging.getLogger(__name__)


def settings() -> Settings:
    found: Settings = current_app.config["HUB"]
    return found


def send(to: str, subject: str, body: str) -> bool:
    """Hand a mail over; False when the server takes none for this address. Raises Conflict when it cannot be reached
    or takes nothing at all. Holds up to some tens of seconds: never call it inside a transaction."""
    message = _written(to, subject, body)
    try:
        mail.send(settings().keeping.smtp_url, message)
    except smtplib.SMTPRecipientsRefused:
        return False
    except (OSError, smtplib.SMTPException) as error:
        raise Conflict(
            Said(
                "The mail server took no mail (%(error)s), so nothing was done. Try again, and let IT operations look "
                "at HUB_SMTP_URL if it stays so.",
                error=f"{type(error).__name__}: {error}"[:140],
            )
        ) from error
    return True


def send_later(to: str, subject: str, body: str) -> None:
    """Try to hand a mail over beside everything else; a failure is in the log."""
    message, server = _written(to, subject, body), settings().keeping.smtp_url
    if not server:
        return

    def run() -> None:
        try:
            mail.send(server, message)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("a partner could not be told: %s: %s", type(error).__name__, error)

    threading.Thread(target=run, name="partner mail", daemon=True).start()


def _written(to: str, subject: str, body: str) -> EmailMessage:
    found = settings()
    return mail.written(
        to=(to,),
        sender=found.keeping.alarm_from,
        site_url=found.site_url,
        subject=subject,
        body=f"{body}\n\nVenlig hilsen\n{found.municipality}\n",
    )


def invitation(
    partner: Partner, versions: Sequence[Version], url: str, until: datetime, by: str
) -> tuple[str, str]:
    """Subject and text of the mail with the link."""
    town = settings().municipality
    count = "1 besked" if len(versions) == 1 else f"{len(versions)} beskeder"
    body = f"""\
Kære {partner.contact}

{town} har {count} til borgerne, der venter på et ja eller nej fra jer: {partner.party}.

{_listed(versions)}

Læs og svar her:
{url}

Linket gælder til {dated(until, "da")}. Det er kun til jer: send det ikke videre.
Der sker ingenting ved at åbne det.

Når I vil svare, skal I bruge en kode på seks tal. Vi ringer til jer og siger koden. Den står aldrig i en mail eller en
sms. Sig den ikke til andre.

{by} har bedt om, at I får linket. Er I i tvivl, så ring til kommunen på et nummer, som I selv kender."""
    return f"{town}: {count} venter på jeres svar ({partner.party})", body


def changed(before: Partner) -> tuple[str, str]:
    """Subject and text of the mail to an address when what is registered for its party changes."""
    town = settings().municipality
    body = f"""\
Kære {before.contact}

{town} har ændret, hvem der svarer for {before.party} på kommunens beskeder til borgerne.
Links, som er sendt til denne adresse, gælder ikke mere.

Kender I ikke til ændringen, så ring til kommunen med det samme på et nummer, som I selv kender."""
    return f"{town}: oplysningerne om {before.party} er ændret", body


def removed(before: Partner) -> tuple[str, str]:
    """Subject and text of the mail to an address that is registered no more."""
    town = settings().municipality
    body = f"""\
Kære {before.contact}

{town} har fjernet denne adresse: {before.party} får ikke mere tilsendt beskeder til gennemsyn her.
Links, som er sendt til adressen, gælder ikke mere.

Kender I ikke til det, så ring til kommunen med det samme på et nummer, som I selv kender."""
    return f"{town}: adressen for {before.party} er fjernet", body


def receipt(partner: Partner, by: str, said: Sequence[tuple[Version, bool]]) -> tuple[str, str]:
    """Subject and text of the mail about what was answered in the party's name."""
    town = settings().municipality
    lines = "\n".join(
        f"- {'Ja' if yes else 'Nej, sendt tilbage'}: {_named(version)}" for version, yes in said
    )
    body = f"""\
Kære {partner.contact}

{by} har svaret for {partner.party}:

{lines}

Har I ikke selv svaret, så ring til kommunen med det samme på et nummer, som I selv kender."""
    return f"{town}: svaret fra {partner.party} er modtaget", body


def _listed(versions: Sequence[Version]) -> str:
    return "\n".join(f"- {_named(version)}" for version in versions)


def _named(version: Version) -> str:
    title = scenario_title(version, "da")
    return f"{title}: {phase_name(version.phase, 'da')} (udgave {version.number})"
