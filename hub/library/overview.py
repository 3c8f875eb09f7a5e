"""What the library looks like from above: one message as it stands, and which messages are ready in which language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock
from hub.library.decisions import undecided
from hub.library.files import FIRST_LANGUAGES
from hub.library.lifecycle import approved, co_signers, newest, shown_state, unsigned
from hub.library.signing import is_translation, language_signatures
from hub.models import Signature, Version, VersionState
from hub.text.types import LanguageText, Phase, Slot


@dataclass(frozen=True)
class ShownLanguage:
    """A language's hash and who signed its text; `signature` is None for Danish, which nobody signs, and where
    nobody has."""

    hash: str
    is_translation: bool
    signature: Signature | None


@dataclass(frozen=True)
class Shown:
    """A message's newest version that is not retired. `approved_number` is the version that can be sent, 0 for none;
    `approved_state` says whether that one is `expired`. `approved_unsigned` are the translations that nobody had
    signed when this version was approved, and `unsigned_reason` says why it was."""

    key: str
    number: int
    state: str
    hash: str
    review_due: datetime | None
    owner: str
    co_signers: tuple[str, ...]
    unsigned: tuple[str, ...]
    undecided: tuple[str, ...]
    recheck: tuple[str, ...]
    blocked: tuple[str, ...]
    returned_reason: str
    slots: tuple[Slot, ...]
    texts: Mapping[str, LanguageText]
    contributors: tuple[str, ...]
    approved_number: int
    approved_state: str
    languages: Mapping[str, ShownLanguage]
    approved_unsigned: tuple[str, ...]
    unsigned_reason: str


def show(session: Session, key: str) -> Shown:
    """Raises NotFound, naming near keys."""
    version = newest(session, key)
    text = version.text
    sendable = approved(session, key)
    now = clock.now()
    return Shown(
        key=key,
        number=version.number,
        state=shown_state(version, now),
        hash=version.hash,
        review_due=version.review_due,
        owner=str(version.scenario_meta.get("owner", "")),
        co_signers=co_signers(version),
        unsigned=unsigned(session, version),
        undecided=tuple(item.name for item in undecided(text)),
        recheck=tuple(version.recheck),
        blocked=tuple(version.blocked),
        returned_reason=version.returned_reason or ""
        if version.state == VersionState.RETURNED
        else "",
        slots=text.slots,
        texts=text.languages,
        contributors=tuple(sorted({item.person for item in version.contributors})),
        approved_number=sendable.number if sendable else 0,
        approved_state=shown_state(sendable, now) if sendable else "",
        languages=_languages(session, version),
        approved_unsigned=tuple(version.approved_unsigned or ()),
        unsigned_reason=version.unsigned_reason or "",
    )


def _languages(session: Session, version: Version) -> dict[str, ShownLanguage]:
    signed = language_signatures(session, version)
    hashes = {row.language: row.hash for row in version.languages}
    return {
        code: ShownLanguage(hashes[code], is_translation(code), signed.get(code))
        for code in version.content["languages"]
    }


class LanguageState(StrEnum):
    """A language of a message: approved as it stands, approved with a newer text on its way, only in a draft,
    or missing."""

    APPROVED = "approved"
    CHANGED = "changed"
    DRAFT = "draft"
    MISSING = "missing"


@dataclass(frozen=True)
class Readiness:
    """One message: `state` is that of its newest version, `sendable` that of the approved one (empty: none)."""

    key: str
    scenario: str
    phase: str
    state: str
    number: int
    sendable: str
    languages: Mapping[str, LanguageState]


def readiness(session: Session) -> tuple[Readiness, ...]:
    """Every message that has a version which is not retired, by scenario and phase; the languages are all that the
    library has anywhere."""
    rows = session.scalars(
        select(Version)
        .where(Version.state != VersionState.RETIRED.value)
        .order_by(Version.key, Version.number)
    ).all()
    by_key: dict[str, list[Version]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    found = {item.language for row in rows for item in row.languages}
    languages = [code for code in FIRST_LANGUAGES if code in found]
    languages += sorted(found - set(languages))
    phases = list(Phase)
    ordered = sorted(
        by_key.values(), key=lambda group: (group[0].scenario, phases.index(Phase(group[0].phase)))
    )
    return tuple(_readiness(group, languages, clock.now()) for group in ordered)


def _readiness(group: Sequence[Version], languages: Sequence[str], now: datetime) -> Readiness:
    latest = group[-1]
    sendable = next((row for row in group if row.state == VersionState.APPROVED), None)
    old = {item.language: item.hash for item in sendable.languages} if sendable else {}
    new = {item.language: item.hash for item in latest.languages}
    return Readiness(
        key=latest.key,
        scenario=latest.scenario,
        phase=latest.phase,
        state=shown_state(latest, now),
        number=latest.number,
        sendable=shown_state(sendable, now) if sendable else "",
        languages={code: _language_state(old.get(code), new.get(code)) for code in languages},
    )


def _language_state(old: str | None, new: str | None) -> LanguageState:
    if old is None and new is None:
        return LanguageState.MISSING
    if old is None:
        return LanguageState.DRAFT
    return LanguageState.APPROVED if old == new else LanguageState.CHANGED
