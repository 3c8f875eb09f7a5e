"""Signatures: a co-signing party's yes to a version, and a reader's yes to one language's text.

Each is over a hash and holds wherever that hash stands (DESIGN.md, rule 16): a new version carries the signatures of
what did not change. Danish is the text that the approver reads and approves; nobody signs it as a translation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.accounts import require_role
from hub.database import deciding
from hub.errors import Conflict, Invalid, NotAllowed
from hub.library.lifecycle import (
    CoSignerSigned,
    LanguageSigned,
    check_hash,
    co_signers,
    name_of,
    newest_of,
    under_review,
    unsigned,
    versions_of,
)
from hub.library.problems import did_you_mean
from hub.models import Person, Role, Signature, Version, VersionState
from hub.text.words import base_language

MASTER = "da"
"""The language that an approver reads; its variants, such as easy Danish, are read with it."""
LONGEST_NAME = 200
_EMAIL = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+")


class OwnWords(NotAllowed):
    """Nobody signs words that they wrote, loaded or translated. `writer` is who that is."""

    def __init__(self, version: Version, language: str, writer: str) -> None:
        super().__init__(
            f"{writer} wrote or loaded the text in {language} of {name_of(version)} and cannot sign it. "
            "Somebody else who reads the language must."
        )
        self.writer = writer


def sign(
    key: str, *, party: str, by: str, actor: journal.Actor, hash: str | None = None
) -> tuple[str, ...]:
    """Record the yes of a co-signing party, said by the person `by`, to the hash in review. Gives the parties whose
    yes is still missing. Recording it again changes nothing.

    Needs the role author or approver. Raises Invalid for a party that the scenario does not name (naming those that
    it does) and an empty `by`; Conflict when nothing is in review.
    """
    who = _who(by)
    with deciding() as session:
        person = author_or_approver(session, actor)
        version = under_review(session, key)
        check_hash(version, hash)
        name = _party(version, party)
        if name in unsigned(session, version):
            session.add(_signature(version, who, person, hash=version.hash, party=name))
            session.flush()
            journal.append(
                session, actor, CoSignerSigned(key, version.number, version.hash, name, who)
            )
        return unsigned(session, version)


def sign_language(
    key: str, language: str, *, by: str, actor: journal.Actor, hash: str | None = None
) -> Signature:
    """Record that the person `by` has read one translation and says that it says what the Danish says. It is over the
    language's hash in the newest version that is not retired; with `hash` (the language's own or a version's), in the
    newest of those where it stands. A text that is signed already keeps the signature it has, which is given back.

    Needs the role author or approver. Raises Invalid for Danish, for a language that the version does not have and
    for an empty `by`; OwnWords when `by` wrote, loaded or translated this text; Conflict when no version has `hash`.
    """
    who = _who(by)
    with deciding() as session:
        person = author_or_approver(session, actor)
        versions = versions_of(session, key, lock=True)
        version = _to_read(versions, session, key, language, hash)
        _check_translation(version, language)
        found = language_signatures(session, version).get(language)
        if found is not None:
            return found
        written_by = next(
            (name for name in writers(versions, version, language) if _is(who, name)), None
        )
        if written_by is not None:
            raise OwnWords(version, language, written_by)
        signed = _signature(
            version, who, person, hash=_hashes(version)[language], language=language
        )
        session.add(signed)
        session.flush()
        journal.append(
            session, actor, LanguageSigned(key, version.number, language, signed.hash, who)
        )
    return signed


def translations(version: Version) -> tuple[str, ...]:
    """The languages of a version that need a reader's signature: all but Danish and its variants."""
    return tuple(code for code in version.content["languages"] if is_translation(code))


def is_translation(language: str) -> bool:
    return base_language(language) != MASTER


def language_signatures(session: Session, version: Version) -> dict[str, Signature]:
    """By language, the signatures that hold for this version's texts."""
    hashes = _hashes(version)
    rows = session.scalars(
        select(Signature).where(
            Signature.key == version.key,
            Signature.party == "",
            Signature.language.in_(hashes),
            Signature.hash.in_(hashes.values()),
        )
    )
    return {row.language: row for row in rows if hashes[row.language] == row.hash}


def unsigned_languages(session: Session, version: Version) -> tuple[str, ...]:
    """The translations of this version that nobody has signed."""
    signed = language_signatures(session, version)
    return tuple(code for code in translations(version) if code not in signed)


def writers(versions: Sequence[Version], version: Version, language: str) -> tuple[str, ...]:
    """Who made this language's text, sorted: whoever first loaded or edited exactly these words, whoever changed them
    since a version was approved, and the translators that its file names. `versions` are all of the message."""
    earlier = sorted(
        (row for row in versions if row.number <= version.number),
        key=lambda row: row.number,
        reverse=True,
    )
    wanted = _hashes(version).get(language)
    found: set[str] = set()
    unseen = True
    for row, before in zip(earlier, [*earlier[1:], None], strict=True):
        now, then = _hashes(row).get(language), _hashes(before).get(language) if before else None
        if now is not None and now != then and (unseen or now == wanted):
            found.add(row.made_by)
        if now == wanted:
            found.update(_translators(row, language))
        if before is not None and before.approved_at is not None and found:
            unseen = False
    return tuple(sorted(found))


def author_or_approver(session: Session, actor: journal.Actor) -> Person:
    """The actor's account, if it has one of the two roles. Raises NotAllowed."""
    try:
        return require_role(session, actor, Role.AUTHOR)
    except NotAllowed:
        return require_role(session, actor, Role.APPROVER)


def _signature(
    version: Version, by: str, person: Person, *, hash: str, party: str = "", language: str = ""
) -> Signature:
    return Signature(
        key=version.key,
        party=party,
        language=language,
        hash=hash,
        by=by,
        recorded_by=person.email,
        recorded_at=clock.now(),
    )


def _who(by: str) -> str:
    """The name of the person who said yes."""
    name = " ".join(by.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"--by must name the person who said yes, in 1 to {LONGEST_NAME} characters")
    return name


def _party(version: Version, given: str) -> str:
    parties = co_signers(version)
    if not parties:
        raise Invalid(
            f"{version.key} names no co-signers; its approval needs no other party's yes."
        )
    wanted = " ".join(given.split()).casefold()
    for party in parties:
        if party.casefold() == wanted:
            return party
    hint = did_you_mean(given, parties)
    raise Invalid(f"{given!r} is no co-signer of {version.key} ({', '.join(parties)}){hint}")


def _to_read(
    versions: Sequence[Version], session: Session, key: str, language: str, hash: str | None
) -> Version:
    """The version whose text was read."""
    newest = newest_of(versions, session, key)
    if newest.state == VersionState.RETIRED:
        raise Conflict(f"{name_of(newest)} is retired: there is no text to sign.")
    wanted = hash.strip().lower() if hash is not None else newest.hash
    for version in versions:
        given = (version.hash, _hashes(version).get(language))
        if version.state != VersionState.RETIRED and wanted in given:
            return version
    raise Conflict(
        f"No version of {key} has the hash {wanted} for {language}: it is not the text that was read. "
        f"`hub library show {key}` shows it as it is now."
    )


def _check_translation(version: Version, language: str) -> None:
    if not is_translation(language):
        raise Invalid(
            f"{language} is Danish, which the approver reads: it needs no translator's signature."
        )
    if language not in version.content["languages"]:
        there = ", ".join(translations(version)) or "none"
        raise Invalid(f"{name_of(version)} has no text in {language!r}. Its translations: {there}.")


def _hashes(version: Version) -> Mapping[str, str]:
    return {row.language: row.hash for row in version.languages}


def _translators(version: Version, language: str) -> Iterator[str]:
    """As the file names them: `Anna Holm <anna@example.dk>` is one name and one address."""
    row = next((row for row in version.languages if row.language == language), None)
    words = row.translated_by if row is not None and row.translated_by else ""
    yield from _EMAIL.findall(words)
    name = " ".join(_EMAIL.sub("", words).translate(str.maketrans("", "", "<>()")).split())
    if name:
        yield name


def _is(by: str, writer: str) -> bool:
    """Does `by` name this writer? By address, by the machine's user, or by the same name."""
    said, name = by.casefold(), writer.casefold()
    if "@" in name:
        return name in _EMAIL.findall(said)
    return said in (name, name.removeprefix("os:"))
