"""From files to draft versions: what is new or changed becomes a draft, what is the same stays as it is.

A message is compared with its newest version that is not retired: its texts by hash, and its scenario's own data
(owner, co-signers, severity ...) value by value, because these are approved with it. A new draft replaces an older
draft or returned version, which is retired. A version in review stays there until somebody acts on it, and an
approved one until its successor is approved.

Each message is one transaction: a load that dies half-way leaves some messages loaded, and the next load goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import ClassVar, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.accounts import require_role
from hub.database import db, deciding
from hub.library.facts import Marks, marks_for, withdrawn_in
from hub.library.files import LibraryRead, Message, read_library
from hub.library.lifecycle import FactsMarked, VersionLoaded, move, name_of, versions_of
from hub.library.problems import FileProblem
from hub.library.scenarios import FACTS_FILE
from hub.models import (
    LibraryFile,
    Role,
    Version,
    VersionContributor,
    VersionLanguage,
    VersionState,
)

T = TypeVar("T")
LOADED, EDITED = "loaded", "edited"
Check = Callable[[Session, Sequence[Version]], None]
_ATTEMPTS = 3
_EMAIL = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+\.[^@\s,;<>\"().]+")


@dataclass(frozen=True)
class FilesStored(journal.Entry):
    """Files changed in a way that changes no text (a comment, a blank line): kept for export."""

    kind: ClassVar[str] = "library-files-stored"
    key: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class LoadReport:
    """What a load did, as message keys. `problems` are the mistakes that refused messages; `absent` are messages
    of the library without a file in the folder (they stay); `marked` are the approved versions and those in review
    whose marks a fact changed."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    refused: tuple[str, ...]
    problems: tuple[FileProblem, ...]
    absent: tuple[str, ...]
    marked: tuple[str, ...]


class _Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


def load(folder: Path, *, actor: journal.Actor) -> LoadReport:
    """Load a folder; its mistakes are in the report and stop only their own messages.

    Needs the role author; the shell itself (`os:`) may load too and is then the contributor. Raises NotFound for a
    folder that is not there, NotAllowed without the role.
    """
    with deciding() as session:
        _loader(session, actor)
    read = read_library(folder)
    marked = _again_after_a_clash(partial(_mark_versions, read, actor))
    outcomes = {
        key: _again_after_a_clash(partial(_load_message, read, message, actor))
        for key, message in read.messages.items()
    }
    by_outcome = {
        outcome: tuple(key for key, found in outcomes.items() if found is outcome)
        for outcome in _Outcome
    }
    return LoadReport(
        new=by_outcome[_Outcome.NEW],
        changed=by_outcome[_Outcome.CHANGED],
        same=by_outcome[_Outcome.SAME],
        refused=read.refused,
        problems=read.problems,
        absent=_absent(read.keys),
        marked=marked,
    )


def _loader(session: Session, actor: journal.Actor) -> str:
    if actor.name.startswith("os:"):
        return actor.name
    return require_role(session, actor, Role.AUTHOR).email


def _mark_versions(read: LibraryRead, actor: journal.Actor) -> tuple[str, ...]:
    """First of all, so that a fact withdrawn as wrong blocks at once, whatever happens to the rest."""
    if FACTS_FILE not in read.content or not read.facts.readable:
        return ()
    marked = []
    with deciding() as session:
        _loader(session, actor)
        if not any(problem.path == FACTS_FILE for problem in read.problems):
            _store(session, read, [FACTS_FILE])
        versions = session.scalars(
            select(Version)
            .where(Version.state != VersionState.RETIRED.value)
            .order_by(Version.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        entries = []
        for version in versions:
            marks = marks_for(version, read.facts)
            if marks == Marks(tuple(version.recheck), tuple(version.blocked)):
                continue
            version.recheck, version.blocked = list(marks.recheck), list(marks.blocked)
            if version.state in (VersionState.APPROVED, VersionState.IN_REVIEW):
                marked.append(name_of(version))
            entries.append(FactsMarked(version.key, version.number, marks.recheck, marks.blocked))
        for entry in entries:
            journal.append(session, actor, entry)
    return tuple(marked)


def _again_after_a_clash(act: Callable[[], T]) -> T:
    """Two loads at once can write the same first row on PostgreSQL; the one that lost looks again."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return act()
        except IntegrityError:
            continue
    return act()


def load_message(
    read: LibraryRead, key: str, *, actor: journal.Actor, part: str, check: Check
) -> LoadReport:
    """Load one message of what was read, as `load` does it; `part` is what the actor did with it.

    `check` is called with all its versions while they are locked, and may raise: then nothing was done. With mistakes
    in the message they are reported and nothing is done either.
    """
    message = read.messages.get(key)
    outcome = None
    if message is not None:
        outcome = _again_after_a_clash(partial(_load_message, read, message, actor, part, check))
    return LoadReport(
        new=(key,) if outcome is _Outcome.NEW else (),
        changed=(key,) if outcome is _Outcome.CHANGED else (),
        same=(key,) if outcome is _Outcome.SAME else (),
        refused=(key,) if message is None else (),
        problems=read.problems if message is None else (),
        absent=(),
        marked=(),
    )


def _no_check(session: Session, versions: Sequence[Version]) -> None:
    """A folder is loaded whatever there is."""


def _load_message(
    read: LibraryRead,
    message: Message,
    actor: journal.Actor,
    part: str = LOADED,
    check: Check = _no_check,
) -> _Outcome:
    with deciding() as session:
        loader = _loader(session, actor)
        versions = versions_of(session, message.key, lock=True)
        check(session, versions)
        stored = _store(session, read, message.paths)
        _forget_removed(session, message)
        current = next((item for item in versions if item.state != VersionState.RETIRED), None)
        if current is not None and _is_same(current, message):
            _note_translations(current, message)
            if stored:
                journal.append(session, actor, FilesStored(message.key, tuple(stored)))
            return _Outcome.SAME
        replaced = _replace_drafts(versions, loader)
        version = _draft(message, versions, loader, part)
        session.add(version)
        session.flush()
        journal.append(
            session,
            actor,
            VersionLoaded(
                key=version.key,
                number=version.number,
                hash=version.hash,
                languages=message.text.language_hashes,
                replaced=tuple(replaced),
            ),
        )
    return _Outcome.CHANGED if versions else _Outcome.NEW


def _is_same(version: Version, message: Message) -> bool:
    return version.hash == message.text.hash and version.scenario_meta == message.meta


def _replace_drafts(versions: Iterable[Version], loader: str) -> list[int]:
    replaced = []
    for version in versions:
        if version.state in (VersionState.DRAFT, VersionState.RETURNED):
            move(version, VersionState.RETIRED)
            version.retired_at, version.retired_by = clock.now(), loader
            replaced.append(version.number)
    return replaced


def _draft(message: Message, earlier: Sequence[Version], loader: str, part: str) -> Version:
    hashes = message.text.language_hashes
    return Version(
        key=message.key,
        scenario=message.scenario,
        phase=message.phase.value,
        number=max((version.number for version in earlier), default=0) + 1,
        state=VersionState.DRAFT.value,
        hash=message.text.hash,
        content=message.text.to_json(),
        scenario_meta=dict(message.meta),
        made_at=clock.now(),
        made_by=loader,
        recheck=[],
        blocked=list(withdrawn_in(message.text)),
        languages=[
            VersionLanguage(
                language=language,
                hash=hashes[language],
                translated_by=message.translations[language].by or None,
                translated_on=message.translations[language].on or None,
            )
            for language in message.text.languages
        ],
        contributors=[
            VersionContributor(person=person, part=did)
            for person, did in sorted(_contributors(message, earlier, loader, part))
        ],
    )


def _contributors(
    message: Message, earlier: Sequence[Version], loader: str, part: str
) -> set[tuple[str, str]]:
    """Who may not approve it. Words that nobody but their authors has seen stay theirs: the contributors of every
    version since the last approved one carry over, so that loading a changed comma cannot free anybody."""
    found = {(loader, part), *_translators(message)}
    for version in earlier:
        if version.approved_at is not None:
            break
        found |= {(item.person, item.part) for item in version.contributors}
    return found


def _translators(message: Message) -> set[tuple[str, str]]:
    """Translators who are named by their e-mail address."""
    return {
        (address.lower(), "translated")
        for translation in message.translations.values()
        for address in _EMAIL.findall(translation.by)
    }


def _note_translations(version: Version, message: Message) -> None:
    """Who translated is no part of the text: it is noted on the version that there is. Nobody is taken off the
    contributors."""
    for row in version.languages:
        translation = message.translations[row.language]
        row.translated_by, row.translated_on = translation.by or None, translation.on or None
    known = {(item.person, item.part) for item in version.contributors}
    for person, part in sorted(_translators(message) - known):
        version.contributors.append(VersionContributor(person=person, part=part))


def _store(session: Session, read: LibraryRead, paths: Iterable[str]) -> list[str]:
    """Keep the files' bytes; gives the paths of those that were not kept like this already."""
    stored = []
    for path in paths:
        content = read.content[path]
        row = session.get(LibraryFile, path, populate_existing=True)
        if row is None:
            session.add(LibraryFile(path=path, content=content, loaded_at=clock.now()))
        elif row.content != content:
            row.content, row.loaded_at = content, clock.now()
        else:
            continue
        stored.append(path)
    return stored


def _forget_removed(session: Session, message: Message) -> None:
    """A language whose file is gone is gone from the export too."""
    prefix = f"{message.scenario}/{message.phase}."
    rows = session.scalars(
        select(LibraryFile).where(LibraryFile.path.startswith(prefix, autoescape=True))
    )
    for row in rows:
        if row.path not in message.paths:
            session.delete(row)


def _absent(keys: Sequence[str]) -> tuple[str, ...]:
    session = db.session()
    known = session.scalars(
        select(Version.key)
        .where(Version.state != VersionState.RETIRED.value)
        .distinct()
        .order_by(Version.key)
    )
    return tuple(key for key in known if key not in keys)
