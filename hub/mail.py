"""Handing a mail to the mail server of `HUB_SMTP_URL`. Nothing here is ever in the way of sending to citizens: whoever
calls it stands outside every transaction."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

SECONDS: Final = 10.0
"""How long one step of the connection may take."""


def written(
    *, to: tuple[str, ...], sender: str, site_url: str, subject: str, body: str
) -> EmailMessage:
    """A mail of plain text. Without `sender` it comes from klarbesked@ the site's own host."""
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())[:180]
    message["From"] = sender or f"klarbesked@{urlsplit(site_url).hostname}"
    message["To"] = ", ".join(to)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


class Unreached(ConnectionError):
    """The mail server was not reached or did not let the hub in: it has certainly taken nothing."""


def send(smtp_url: str, message: EmailMessage) -> None:
    """Hand it over. Raises Unreached; OSError or smtplib.SMTPException later on, SMTPRecipientsRefused where no address
    was taken."""
    with _let_in(smtp_url) as server:
        server.send_message(message)


def _let_in(smtp_url: str) -> smtplib.SMTP:
    parts = urlsplit(smtp_url)
    try:
        server = _connected(parts.scheme, parts.hostname or "", parts.port)
        try:
            if parts.username:
                if parts.scheme == "smtp":
                    server.starttls(context=ssl.create_default_context())
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
    except (OSError, smtplib.SMTPException) as error:
        raise Unreached(f"{type(error).__name__}: {error}") from error
    return server


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=context)
    return smtplib.SMTP(host, port or 25, timeout=SECONDS)
