"""One message as it stands: its texts, its state, who signed it and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hub import clock
from hub.library.decisions import undecided
from hub.library.lifecycle import approved, co_signers, newest, shown_state, unsigned
from hub.library.signing import is_translation, language_signatures
from hub.models import Signature, Version, VersionState
from hub.text.types import LanguageText, Slot


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
