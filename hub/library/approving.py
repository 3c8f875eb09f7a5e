"""Submitting, approving, returning and retiring a version: each one transaction with its rows locked.

An approval names a version's hash (DESIGN.md, rule 2): who wrote, loaded, edited or submitted any part of it cannot
approve it, and that is decided here, not in a page.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from hub import clock, journal
from hub.accounts import may_be_other_eyes, require_role
from hub.database import db, deciding
from hub.errors import Conflict, Invalid, NotAllowed
from hub.library.decisions import undecided
from hub.library.lifecycle import (
    VersionApproved,
    VersionRetired,
    VersionReturned,
    VersionSubmitted,
    check_hash,
    co_signers,
    in_state,
    move,
    name_of,
    newest_of,
    review_date,
    reviewed_of,
    under_review,
    unsigned,
    versions_of,
)
from hub.library.linting import lint_errors
from hub.library.needs import left_to_nobody
from hub.library.signing import author_or_approver, unsigned_languages
from hub.models import Person, Role, Version, VersionContributor, VersionState

NO_REASON = "no reason given"
"""What version and journal say where unsigned translations were approved at a door that asks for no reason."""
LONGEST_REASON = 500


class UnsignedLanguages(Invalid):
    """Translations that nobody has signed cannot be approved without a reason. `languages` are their codes."""

    def __init__(self, version: Version, languages: tuple[str, ...]) -> None:
        super().__init__(
            f"Nobody who reads {_joined(languages)} has signed that {name_of(version)} says there what the Danish "
            f"says. Say in 1 to {LONGEST_REASON} characters why it is approved all the same, or let a reader sign "
            f"first: `hub library review {version.key} LANGUAGE --by PERSON --as EMAIL`."
        )
        self.languages = languages


def submit(key: str, *, actor: journal.Actor, hash: str | None = None) -> Version:
    """Put the newest draft (or a returned version, as it is) into review. Needs the role author, who becomes a
    contributor.

    Raises Conflict when there is nothing to submit, another version is in review, or lint finds errors (all are
    listed); NotFound, NotAllowed.
    """
    _lint_ahead(key)
    with deciding() as session:
        person = require_role(session, actor, Role.AUTHOR)
        versions = versions_of(session, key, lock=True)
        version = newest_of(versions, session, key)
        waiting = in_state(versions, VersionState.IN_REVIEW)
        if waiting is not None:
            raise Conflict(
                f"{name_of(waiting)} is in review already. Approve it or return it first: "
                f"`hub library return {key} --reason ... --as EMAIL`."
            )
        if version.state not in (VersionState.DRAFT, VersionState.RETURNED):
            raise Conflict(
                f"{name_of(version)} is {version.state}: there is no draft to submit. Change its files and "
                "run `hub library load`."
            )
        check_hash(version, hash)
        _check_content(version)
        _refuse_findings(version, "submitted")
        if version.state == VersionState.RETURNED:
            move(version, VersionState.DRAFT)
        move(version, VersionState.IN_REVIEW)
        version.submitted_at, version.submitted_by = clock.now(), person.email
        _add_contributor(version, person.email, "submitted")
        journal.append(session, actor, VersionSubmitted(key, version.number, version.hash))
    return version


def approve(
    key: str, *, actor: journal.Actor, hash: str | None = None, unsigned_reason: str | None = None
) -> Version:
    """Approve the version in review; the one approved before is retired in the same step. Needs the role approver.

    With `hash`, only a version with exactly that hash. `unsigned_reason` says why translations that no reader has
    signed are approved: empty it is refused (UnsignedLanguages). None is for a door that does not ask; then version
    and journal say NO_REASON.

    Raises NotAllowed for whoever contributed to it; Conflict when nothing is in review, its content does not give its
    hash, a local decision is not made, a co-signer's yes is missing, a fact is withdrawn or was changed, or lint finds
    errors. All reasons are named together.
    """
    _lint_ahead(key)
    with deciding() as session:
        person = require_role(session, actor, Role.APPROVER)
        versions = versions_of(session, key, lock=True)
        version = reviewed_of(versions, session, key)
        check_hash(version, hash)
        _check_content(version)
        _check_other_eyes(session, person, version)
        reasons = _open_points(session, version)
        if reasons:
            raise Conflict(
                f"{name_of(version)} cannot be approved yet: " + "; ".join(reasons) + "."
            )
        open_languages = unsigned_languages(session, version)
        why = _why_unsigned(version, open_languages, unsigned_reason)
        now = clock.now()
        before = in_state(versions, VersionState.APPROVED)
        if before is not None:
            move(before, VersionState.RETIRED)
            before.retired_at, before.retired_by = now, person.email
        move(version, VersionState.APPROVED)
        version.approved_at, version.approved_by = now, person.email
        version.approved_unsigned, version.unsigned_reason = list(open_languages), why or None
        version.review_due = review_date(now, int(version.scenario_meta["review_months"]))
        journal.append(
            session,
            actor,
            VersionApproved(
                key=key,
                number=version.number,
                hash=version.hash,
                signed=co_signers(version),
                review_due=version.review_due,
                retired=before.number if before else 0,
                unsigned=open_languages,
                unsigned_reason=why,
            ),
        )
    return version


def return_(key: str, *, actor: journal.Actor, reason: str, hash: str | None = None) -> Version:
    """Send the version in review back to its authors with a reason. Needs the role approver.

    With `hash`, only a version with exactly that hash. Raises Conflict when nothing is in review, Invalid without a
    reason.
    """
    words = _reason(reason)
    with deciding() as session:
        person = require_role(session, actor, Role.APPROVER)
        version = under_review(session, key)
        check_hash(version, hash)
        move(version, VersionState.RETURNED)
        version.returned_by, version.returned_reason = person.email, words
        journal.append(session, actor, VersionReturned(key, version.number, version.hash, words))
    return version


def retire(key: str, *, actor: journal.Actor, reason: str, hash: str | None = None) -> Version:
    """Take the approved version out of use: nothing can be sent from it any more. Where none is approved, give up
    the newest draft or returned version. Needs the role approver for the first, author or approver for the second.

    With `hash`, only a version with exactly that hash. Raises Conflict when there is nothing to retire, Invalid
    without a reason.
    """
    words = _reason(reason)
    with deciding() as session:
        versions = versions_of(session, key, lock=True)
        version = in_state(versions, VersionState.APPROVED) or newest_of(versions, session, key)
        if version.state == VersionState.APPROVED:
            person = require_role(session, actor, Role.APPROVER)
        else:
            person = author_or_approver(session, actor)
        if version.state == VersionState.IN_REVIEW:
            raise Conflict(
                f"{name_of(version)} is in review. Return it first: "
                f"`hub library return {key} --reason ... --as EMAIL`."
            )
        check_hash(version, hash)
        move(version, VersionState.RETIRED)
        version.retired_at, version.retired_by = clock.now(), person.email
        journal.append(session, actor, VersionRetired(key, version.number, version.hash, words))
    return version


def _lint_ahead(key: str) -> None:
    """Before the transaction: see `lint_errors`."""
    for version in versions_of(db.session(), key):
        if version.state not in (VersionState.APPROVED, VersionState.RETIRED):
            lint_errors(version)


def _open_points(session: Session, version: Version) -> list[str]:
    """Everything that stands between this version and its approval, as phrases."""
    points = []
    file = f"{version.scenario}/scenario.toml"
    for item in undecided(version.text):
        label = item.label.get("da") or item.name
        points.append(
            f"the local decision {item.name} ({label}) is not made: set its value in {file} and load it"
        )
    for item in left_to_nobody(session, version.text):
        label = item.label.get("da") or item.name
        points.append(
            f"the local decision {item.name} ({label}) is left to the areas, and no area on the list has made it: "
            "`hub place import FILE --kind area`, or the desk"
        )
    missing = unsigned(session, version)
    if missing:
        points.append(
            f"the yes of {', '.join(missing)} is missing: "
            f"`hub library sign {version.key} --party NAME --by PERSON --as EMAIL`"
        )
    if version.blocked:
        points.append(f"it uses what was withdrawn as wrong: {', '.join(version.blocked)}")
    changed = [name for name in version.recheck if name not in version.blocked]
    if changed:
        points.append(
            f"facts that it uses were changed since it was written ({', '.join(changed)}): return it, load "
            "the library and submit the new draft"
        )
    points.extend(lint_errors(version))
    return points


def _why_unsigned(version: Version, languages: tuple[str, ...], given: str | None) -> str:
    """The reason to keep; empty when every translation is signed."""
    if not languages:
        return ""
    if given is None:
        return NO_REASON
    words = " ".join(given.split())
    if not words or len(words) > LONGEST_REASON:
        raise UnsignedLanguages(version, languages)
    return words


def _joined(names: tuple[str, ...]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _refuse_findings(version: Version, what: str) -> None:
    findings = lint_errors(version)
    if findings:
        listed = "\n".join(f"  {finding}" for finding in findings)
        raise Conflict(
            f"{name_of(version)} cannot be {what}: correct its files and load them again.\n{listed}"
        )


def _check_content(version: Version) -> None:
    """What is stored must be what was hashed when it was loaded."""
    text = version.text
    stored = {row.language: row.hash for row in version.languages}
    if text.hash != version.hash or text.key != version.key or text.language_hashes != stored:
        raise Conflict(
            f"{name_of(version)} is damaged: its content does not give its hash, so it was changed outside the "
            "hub. Nothing was done. Load its files again and tell IT operations."
        )


def _check_other_eyes(session: Session, person: Person, version: Version) -> None:
    contributors = sorted({item.person for item in version.contributors})
    parts = sorted({item.part for item in version.contributors if item.person == person.email})
    if parts:
        raise NotAllowed(
            f"{person.email} has a part in {name_of(version)} ({', '.join(parts)}) and cannot approve it. "
            "Another person with the role approver must."
        )
    for contributor in contributors:
        # The shell has no account that somebody could have made for the occasion, and can name anybody with --as:
        # only between people do fresh accounts say something.
        if contributor.startswith("os:"):
            continue
        reason = may_be_other_eyes(session, person, contributor)
        if reason is not None:
            raise NotAllowed(f"{name_of(version)} cannot be approved by {person.email}: {reason}.")


def _add_contributor(version: Version, person: str, part: str) -> None:
    if not any(item.person == person and item.part == part for item in version.contributors):
        version.contributors.append(VersionContributor(person=person, part=part))


def _reason(reason: str) -> str:
    words = " ".join(reason.split())
    if not words or len(words) > LONGEST_REASON:
        raise Invalid(f"A reason is needed, in 1 to {LONGEST_REASON} characters: --reason ...")
    return words
