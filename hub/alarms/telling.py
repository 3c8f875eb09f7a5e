"""Telling alarms by mail and by webhook, each in a thread of its own: a mail server that hangs holds up nobody.

Every alarm is told when it is raised, every half hour while it is open, and once when it is over. What could not be
told is tried again a minute later. If the process dies between telling and writing that down, it is told again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests
from flask import current_app
from sqlalchemy import Select, and_, or_, select

from hub import mail
from hub.alarms.conditions import Alarm
from hub.alarms.words import said
from hub.database import deciding
from hub.models import AlarmState
from hub.settings import Settings
from hub.sms.moments import database_now

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=30)
RETRY = timedelta(seconds=50)
SECONDS = 10.0
LONGEST = 25.0
"""How long one step of a connection may take, and how long telling is waited for, in seconds."""
_busy: set[str] = set()
_busy_lock = threading.Lock()


@dataclass(frozen=True)
class Notice:
    """One alarm as it is told. `over`: it has ended."""

    id: int
    kind: Alarm
    subject: str
    values: dict[str, object]
    raised_at: datetime
    over: bool


Channel = Callable[[Settings, Sequence[Notice], datetime], None]


def tell() -> int:
    """Tell what is due through every channel that is set; how many alarms somebody was told. Never raises for a
    channel: its error stands with the alarm."""
    settings: Settings = current_app.config["HUB"]
    channels = _channels(settings)
    if not channels:
        return 0
    due, now = _take_due()
    if not due:
        return 0
    errors = _through(channels, settings, due, now)
    reached = any(error is None for error in errors.values())
    words = "; ".join(f"{name}: {error}" for name, error in errors.items() if error) or None
    with deciding() as session:
        for row in session.scalars(
            select(AlarmState).where(AlarmState.id.in_([item.id for item in due]))
        ):
            row.error = None if words is None else words[:300]
            if reached and row.cleared_at is not None:
                row.told_clear_at = now
            elif reached:
                row.told_at = now
    return len(due) if reached else 0


def _channels(settings: Settings) -> dict[str, Channel]:
    found: dict[str, Channel] = {}
    if settings.keeping.alarm_mail and settings.keeping.smtp_url:
        found["mail"] = send_mail
    if settings.keeping.alarm_webhook:
        found["webhook"] = post_webhook
    return found


def _take_due() -> tuple[list[Notice], datetime]:
    with deciding() as session:
        now = database_now(session)
        rows = list(session.scalars(_due(now)))
        for row in rows:
            row.tried_at = now
        due = [
            Notice(
                row.id,
                Alarm(row.kind),
                row.subject,
                dict(row.values),
                row.raised_at,
                row.cleared_at is not None,
            )
            for row in rows
        ]
    return due, now


def _due(now: datetime) -> Select[AlarmState]:
    is_open = AlarmState.cleared_at.is_(None)
    fresh = or_(AlarmState.told_at.is_(None), AlarmState.told_at <= now - AGAIN)
    ended = and_(
        AlarmState.cleared_at.is_not(None),
        AlarmState.told_at.is_not(None),
        AlarmState.told_clear_at.is_(None),
    )
    rested = or_(AlarmState.tried_at.is_(None), AlarmState.tried_at <= now - RETRY)
    return (
        select(AlarmState)
        .where(or_(and_(is_open, fresh), ended), rested)
        .order_by(AlarmState.id)
        .with_for_update(skip_locked=True)
    )


def _through(
    channels: dict[str, Channel], settings: Settings, due: Sequence[Notice], now: datetime
) -> dict[str, str | None]:
    """Every channel in its own thread; its error in words, None for one that told."""
    results: dict[str, str | None] = dict.fromkeys(channels, f"no answer in {LONGEST:.0f} s")
    threads = []

    def run(name: str, channel: Channel) -> None:
        try:
            channel(settings, due, now)
            results[name] = None
        except Exception as error:  # whatever a server answers: alarms must not end the task
            results[name] = f"{type(error).__name__}: {error}"[:140]
            log.warning("alarms could not be told by %s: %s", name, results[name])
        finally:
            with _busy_lock:
                _busy.discard(name)

    for name, channel in channels.items():
        with _busy_lock:
            if name in _busy:
                results[name] = "the last try still hangs"
                continue
            _busy.add(name)
        thread = threading.Thread(
            target=run, args=(name, channel), name=f"alarm {name}", daemon=True
        )
        thread.start()
        threads.append(thread)
    deadline = time.monotonic() + LONGEST
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return dict(results)


def send_mail(settings: Settings, due: Sequence[Notice], now: datetime) -> None:
    """One mail with all of it. Raises OSError or smtplib.SMTPException."""
    first = due[0]
    what, _ = said(first.kind, first.values, "da")
    more = f" (og {len(due) - 1} mere)" if len(due) > 1 else ""
    start = "Slut: " if all(item.over for item in due) else ""
    message = mail.written(
        to=settings.keeping.alarm_mail,
        sender=settings.keeping.alarm_from,
        site_url=settings.site_url,
        subject=f"[Klarbesked] {start}{what}{more}",
        body="\n\n".join(_paragraph(item) for item in due) + f"\n\n{_desk(settings)}\n",
    )
    mail.send(settings.keeping.smtp_url, message)


def _paragraph(item: Notice) -> str:
    what, do = said(item.kind, item.values, "da")
    return f"Slut: {what}" if item.over else f"{what}\n{do}"


def _desk(settings: Settings) -> str:
    return f"{settings.municipality}: {settings.public_url}/desk/"


def signature(secret: str, stamp: str, body: bytes) -> str:
    """What `X-Klarbesked-Signature` must be: HMAC-SHA256 over the moment, a full stop, and the body."""
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return f"v1={digest.hexdigest()}"


def post_webhook(settings: Settings, due: Sequence[Notice], now: datetime) -> None:
    """Post all of it as JSON, signed. Raises requests.RequestException, also for an answer that is not 2xx."""
    alarms = []
    for item in due:
        what, do = said(item.kind, item.values, "en")
        what_da, do_da = said(item.kind, item.values, "da")
        alarms.append(
            {
                "kind": item.kind.value,
                "subject": item.subject,
                "state": "over" if item.over else "open",
                "raised_at": item.raised_at.isoformat(timespec="seconds"),
                "text": {"en": what, "da": what_da},
                "do": {"en": do, "da": do_da},
            }
        )
    body = json.dumps(
        {"municipality": settings.municipality, "alarms": alarms}, ensure_ascii=False
    ).encode()
    stamp = str(int(now.timestamp()))
    answer = requests.post(
        settings.keeping.alarm_webhook,
        data=body,
        timeout=SECONDS,
        allow_redirects=False,
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "X-Klarbesked-Timestamp": stamp,
            "X-Klarbesked-Signature": signature(settings.keeping.alarm_secret, stamp, body),
        },
    )
    if not 200 <= answer.status_code < 300:
        raise requests.HTTPError(f"answered {answer.status_code}")
