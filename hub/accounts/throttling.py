"""Wrong tries are counted in the database and answered more and more slowly. Nothing is ever locked.

What is counted, so that a stranger cannot shut the duty officer out:

- a browser that this person has logged in with before carries a token and is counted by itself: nobody else's
  tries slow it down;
- other browsers are counted by account and address together, by address alone (one machine trying many
  accounts), and by account alone (many machines trying one);
- a refused try is not counted, so a delay always ends; the longest is minutes;
- a reset by an administrator, or from the machine's shell, is a way in at once.

A try is counted before the password is looked at and taken back when it was right, so that tries sent side by
side do not slip through.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub import clock
from hub.accounts.refusals import TooManyTries
from hub.database import deciding
from hub.models import LoginTries

FORGOTTEN_AFTER = timedelta(hours=12)


@dataclass(frozen=True)
class Counted:
    """One thing that is counted: how many failures are free, and the longest delay in seconds after them."""

    name: str
    free: int
    longest: int


def known_browser(email: str, device: str) -> Counted:
    return Counted(f"browser {device} {email}", free=10, longest=60)


def stranger(email: str, address: str) -> tuple[Counted, ...]:
    """What a login from a browser not seen before is counted by."""
    return (
        Counted(f"pair {address} {email}", free=5, longest=900),
        Counted(f"address {address}", free=40, longest=300),
        Counted(f"account {email}", free=50, longest=20),
    )


def code_of(person_id: int, where: str) -> Counted:
    """Codes at login or at an act (`where`): whoever comes here knows the password already."""
    return Counted(f"code {person_id} {where}", free=5, longest=300)


def link_from(address: str) -> Counted:
    return Counted(f"link {address}", free=30, longest=60)


def provider_from(address: str) -> Counted:
    """Logins through a provider have a count of their own: they never slow down a password."""
    return Counted(f"provider {address}", free=30, longest=60)


def hashed_name(name: str) -> str:
    key = current_app.config["HUB"].secret_key
    return hmac.new(key, f"tries:{name}".encode(), hashlib.sha256).hexdigest()


def count(counted: Sequence[Counted]) -> tuple[int, ...]:
    """Count a try as failed, before it is looked at; how often each has failed now, this try included.

    Raises TooManyTries, and counts nothing, while any of them is delayed.
    """
    now = clock.now()
    failures: dict[str, int] = {}
    with deciding() as session:
        for item in sorted(counted, key=lambda item: hashed_name(item.name)):
            row = _locked(session, hashed_name(item.name), now)
            if row.last_at < now - FORGOTTEN_AFTER:
                row.failures = 0
            if row.blocked_until > now:
                raise TooManyTries(int((row.blocked_until - now).total_seconds()) + 1)
            row.failures += 1
            row.last_at = now
            over = row.failures - item.free
            delay = min(item.longest, 2 ** min(over, 20)) if over > 0 else 0
            row.blocked_until = now + timedelta(seconds=delay)
            failures[item.name] = row.failures
    return tuple(failures[item.name] for item in counted)


def _locked(session: Session, name: str, now: datetime) -> LoginTries:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(LoginTries)
        .values(name=name, failures=0, last_at=now, blocked_until=now)
        .on_conflict_do_nothing(index_elements=["name"])
    )
    return session.get_one(LoginTries, name, with_for_update=True, populate_existing=True)


def forgive(counted: Sequence[Counted], *, wholly: Sequence[Counted] = ()) -> None:
    """It was right: take this try back from each, and forget all failures of those in `wholly`."""
    now = clock.now()
    with deciding() as session:
        for item in sorted(counted, key=lambda item: hashed_name(item.name)):
            row = session.get(LoginTries, hashed_name(item.name), with_for_update=True)
            if row is not None:
                row.failures = 0 if item in wholly else max(0, row.failures - 1)
                row.blocked_until = now
        session.execute(delete(LoginTries).where(LoginTries.last_at < now - FORGOTTEN_AFTER))
