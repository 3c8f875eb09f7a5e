"""What the public is shown, told apart from its age: the journal records when that changes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import journal
from hub.models import HubInstance
from hub.site.digests import digest_of, forget_unused
from hub.site.entries import SitePublished
from hub.site.reports import Edition
from hub.text.situation import Situation

_AGELESS = datetime(2000, 1, 1, tzinfo=UTC)


def content_hash(situation: Situation) -> str:
    """SHA-256 over everything that is shown but the moment of reading and the journal's head; and the program's
    version, which decides how it is shown."""
    whole = hashlib.sha256(f"{_version()}\n".encode())
    ageless = replace(situation, read_at=_AGELESS, journal={}, incidents=())
    whole.update(repr(ageless).encode())
    for incident in situation.incidents:
        whole.update(repr(replace(incident, announcements=())).encode())
        for item in incident.announcements:
            whole.update(digest_of(item))
    forget_unused()
    return whole.hexdigest()


def note(session: Session, edition: Edition, target: str) -> None:
    """Journal, inside the caller's transaction, that a target shows this edition: when it is the first to show what
    has changed, and whenever a person forced it."""
    hub = session.scalar(
        select(HubInstance)
        .where(HubInstance.id == 1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if hub is None or (hub.shown == edition.content and not edition.force):
        return
    hub.shown = edition.content
    entry = SitePublished(
        revision=edition.revision, hash=edition.hash, target=target, forced=edition.force
    )
    journal.append(session, edition.actor, entry)


def _version() -> str:
    try:
        return version("klarbesked")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return ""
